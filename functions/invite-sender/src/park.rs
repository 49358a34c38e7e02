//! How work without an order waits: a hint has no state of its own to wait in.

use crate::function::Function;
use domain::Moment;
use store::due::Next;
use work::Trouble;

/// How a passing trouble ends a piece of work that has no order to wait in.
pub(crate) fn park(function: &Function, now: Moment, tries: u32, trouble: Trouble) -> Result<Next, Trouble> {
    match trouble {
        Trouble::Park { reason, after } => Ok(Next::Park(function.worker.retry_at(now, reason, tries, after), "parked")),
        Trouble::Disconnected => Ok(Next::Finished("disconnected")),
        other @ (Trouble::Again | Trouble::Refused { .. } | Trouble::Infrastructure(_)) => Err(other),
    }
}
