//! One record of a queue's batch: its work under its due row.

use crate::{Trouble, giving_up};
use domain::order::WaitReason;
use domain::{Message, Moment, Randomness, Work};
use lambda_kit::batch::Done;
use lambda_kit::{Clock, Outside};
use std::future::Future;
use std::time::Duration;
use store::Store;
use store::due::Next;

/// A pause this short is waited out: the schedule that brings parked work back runs once a minute, and what collided
/// with another worker (two events of one interview at once) would reach the record a minute late.
const SHORT: Duration = Duration::from_secs(1);
/// Looks in place, for a short pause or after a collision, before the work is parked.
const LOOKS: u32 = 3;
/// Two workers that collided must not collide again: each waits its own part of this.
const APART: Duration = Duration::from_millis(200);

/// Does messages' work under their due rows, and says when what failed is tried again.
#[derive(Debug, Clone)]
pub struct Worker {
    store: Store,
    clock: Clock,
    randomness: Randomness,
    /// Work whose worker died is taken up again after this.
    lease: Duration,
}

impl Worker {
    /// A worker whose hold on a due row ends after `lease`: longer than any of its work takes.
    pub fn new(outside: &Outside, store: Store, lease: Duration) -> Self {
        Self {
            store,
            clock: outside.clock.clone(),
            randomness: outside.randomness.clone(),
            lease,
        }
    }

    /// Does a message's work under its due row, as the row says it, and says what the queue is told. Where somebody else was first, the work
    /// is looked at again: in place, then parked for a second. That is never an error, and never costs a receive.
    pub async fn run<F>(&self, message: &Message, work: impl Fn(Work) -> F) -> Done
    where
        F: Future<Output = Result<Next, Trouble>>,
    {
        let clock = &self.clock;
        let work = &work;
        let patiently = |armed: Work| async move {
            for look in 1..=LOOKS {
                match work(armed.clone()).await {
                    Ok(Next::Park(at, _)) if at.since(clock.now()) <= SHORT => clock.sleep_until(at).await,
                    Err(Trouble::Again) => clock.sleep(self.spread(APART * look)).await,
                    settled => return settled,
                }
            }
            match work(armed).await {
                Err(Trouble::Again) => Ok(Next::Park(clock.now().plus(SHORT), "somebody_was_first")),
                settled => settled,
            }
        };
        match self.store.work_on(message, || clock.now(), self.lease, patiently).await {
            Ok(outcome) => Done(outcome),
            Err(trouble) => trouble.left_to_the_row(),
        }
    }

    /// When work is tried again that failed `failures` times in a row; `asked` is the pause the vendor asked for.
    pub fn retry_at(&self, now: Moment, reason: WaitReason, failures: u32, asked: Option<Duration>) -> Moment {
        now.plus(giving_up::pause(&self.randomness, reason, failures, asked))
    }

    /// A time up to `longest`, another one each time: what is parked together must not come back in step.
    pub fn spread(&self, longest: Duration) -> Duration {
        self.randomness.up_to(longest)
    }
}
