//! The function's collaborators, built once per execution environment.

use domain::Moment;
use domain::order::WaitReason;
use lambda_kit::{Clock, Environment, Outside, Queues, StartError};
use std::time::Duration;
use store::Store;
use vendors::{Clients, Priority, Vendors};
use work::{Trouble, Worker};

/// A poll that died is taken up again after this.
const LEASE: Duration = Duration::from_mins(5);

/// The function with its collaborators, built once per execution environment.
#[derive(Debug)]
pub struct Function {
    pub(crate) store: Store,
    pub(crate) vendors: Vendors,
    pub(crate) queues: Queues,
    pub(crate) worker: Worker,
    pub(crate) clock: Clock,
}

/// A poll's first failure counts for so many in a row: half a minute costs nobody anything.
const FAILED: u32 = 4;
/// A refusal counts for so many, which nothing but a person ends: a quarter of an hour.
const REFUSED: u32 = 9;

impl Function {
    /// When a poll is tried again that failed, or was refused, after `failures` before. What is nobody's but the work's is no
    /// failure of a poll.
    pub(crate) fn again_at(&self, trouble: Trouble, failures: u32) -> Result<Moment, Trouble> {
        let (now, worker) = (self.clock.now(), &self.worker);
        match trouble {
            Trouble::Park { reason, after } => Ok(worker.retry_at(now, reason, failures.saturating_add(FAILED), after)),
            Trouble::Refused { .. } => Ok(worker.retry_at(now, WaitReason::WorkdayUnavailable, REFUSED, None)),
            trouble @ (Trouble::Again | Trouble::Disconnected | Trouble::Infrastructure(_)) => Err(trouble),
        }
    }

    /// Reads configuration and secrets and builds the clients.
    pub async fn new(environment: &Environment, outside: &Outside) -> Result<Self, StartError> {
        let clients = Clients::open(environment, outside, Priority::Poll).await?;
        Ok(Self {
            worker: Worker::new(outside, clients.store.clone(), LEASE),
            queues: clients.queues,
            vendors: clients.vendors,
            store: clients.store,
            clock: outside.clock.clone(),
        })
    }
}
