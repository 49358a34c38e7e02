//! One record of a queue's batch: its work under its due row.

use crate::{Trouble, Vendors};
use domain::Message;
use lambda_kit::batch::{Done, RecordError};
use std::future::Future;
use std::time::Duration;
use store::due::Next;

/// A pause this short is waited out: the schedule that brings parked work back runs once a minute, and what collided
/// with another worker (two events of one interview at once) would reach the record a minute late.
const SHORT: Duration = Duration::from_secs(1);
/// Looks in place, for a short pause or after a collision, before the work is parked.
const LOOKS: u32 = 3;
/// Two workers that collided must not collide again: each waits its own part of this.
const APART: Duration = Duration::from_millis(200);

/// Does a message's work under its due row, and says what the queue is told. Where somebody else was first, the work is
/// looked at again: in place, then parked for a second. That is never an error, and never costs a receive.
pub async fn work_on<F>(vendors: &Vendors, lease: Duration, message: &Message, work: impl Fn() -> F) -> Result<Done, RecordError>
where
    F: Future<Output = Result<Next, Trouble>>,
{
    let clock = &vendors.clock;
    let patiently = || async {
        for look in 1..=LOOKS {
            match work().await {
                Ok(Next::Park(at, _)) if at.since(clock.now()) <= SHORT => clock.sleep_until(at).await,
                Err(Trouble::Again) => clock.sleep(vendors.spread(APART * look)).await,
                settled => return settled,
            }
        }
        match work().await {
            Err(Trouble::Again) => Ok(Next::Park(clock.now().plus(SHORT), "somebody_was_first")),
            settled => settled,
        }
    };
    match vendors.store.work_on(message, || clock.now(), lease, patiently).await {
        Ok(outcome) => Ok(Done(outcome)),
        Err(trouble) => Trouble::give_back(trouble),
    }
}
