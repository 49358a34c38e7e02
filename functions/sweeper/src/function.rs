//! The function's collaborators, built once per execution environment.

use lambda_kit::{Clock, Environment, Outside, Queues, StartError};
use std::time::Duration;
use store::Store;
use vendors::{Clients, Priority, Vendors};
use work::Worker;

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

impl Function {
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
