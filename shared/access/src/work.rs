//! One record of a queue's batch: its work under its due row.

use crate::Trouble;
use domain::Message;
use lambda_kit::Clock;
use lambda_kit::batch::{Done, RecordError};
use std::future::Future;
use std::time::Duration;
use store::Store;
use store::due::Next;

/// A pause this short is waited out: the schedule that brings parked work back runs once a minute, and what collided
/// with another worker (two events of one interview at once) would reach the record a minute late.
const SHORT: Duration = Duration::from_secs(1);
const SHORT_PAUSES: u32 = 3;

/// Does a message's work under its due row, and says what the queue is told.
pub async fn work_on<F>(store: &Store, clock: &Clock, lease: Duration, message: &Message, work: impl Fn() -> F) -> Result<Done, RecordError>
where
    F: Future<Output = Result<Next, Trouble>>,
{
    let patiently = || async {
        for _ in 0..SHORT_PAUSES {
            match work().await? {
                Next::Park(at, _) if at.since(clock.now()) <= SHORT => clock.sleep_until(at).await,
                settled @ (Next::Finished(_) | Next::Park(..)) => return Ok(settled),
            }
        }
        work().await
    };
    match store.work_on(message, || clock.now(), lease, patiently).await {
        Ok(outcome) => Ok(Done(outcome)),
        Err(trouble) => Trouble::give_back(trouble),
    }
}
