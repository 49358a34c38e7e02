//! The function's collaborators, built once per execution environment.

use access::{Clients, Priority, Vendors};
use lambda_kit::{Clock, Environment, Outside, Queues, StartError};
use store::Store;

/// The function with its collaborators, built once per execution environment.
#[derive(Debug)]
pub struct Function {
    pub(crate) store: Store,
    pub(crate) vendors: Vendors,
    pub(crate) queues: Queues,
    pub(crate) clock: Clock,
}

impl Function {
    /// Reads configuration and secrets and builds the clients.
    pub async fn new(environment: &Environment, outside: &Outside) -> Result<Self, StartError> {
        let clients = Clients::open(environment, outside, Priority::Poll).await?;
        Ok(Self {
            queues: clients.queues,
            vendors: clients.vendors,
            store: clients.store,
            clock: outside.clock.clone(),
        })
    }
}
