//! When a call may go out: the caller's own limits, asked right before each request.

use std::fmt::Debug;
use std::time::Duration;

use futures::future::BoxFuture;

/// Decides when a call may go out. An account's limits hold for all its callers together, so the decision is theirs.
pub trait Pace: Debug + Send + Sync {
    /// Waits for the call's turn and returns its slot. `Err`: no turn soon; the call is not sent and fails as
    /// [`crate::Error::Throttled`] with this time to wait.
    fn turn(&self, operation: &'static str) -> BoxFuture<'_, Result<usize, Duration>>;
    /// The call of that slot has ended, however it did.
    fn done(&self, slot: usize) -> BoxFuture<'_, ()>;
    /// The vendor asked for a pause: nobody calls the operation sooner.
    fn hold(&self, operation: &'static str, pause: Duration) -> BoxFuture<'_, ()>;
}
