//! The function's collaborators, built once per execution environment.

use crate::config::Config;
use keys::SigningKeys;
use lambda_kit::{Clock, Environment, Outside, Queues, StartError};
use store::Store;
use store::ledger::Timing;
use vendors::{Clients, Priority, Vendors};
use work::Worker;

/// The function with its collaborators, built once per execution environment.
#[derive(Debug)]
pub struct Function {
    pub(crate) config: Config,
    pub(crate) store: Store,
    pub(crate) vendors: Vendors,
    pub(crate) signing: SigningKeys,
    pub(crate) clock: Clock,
    pub(crate) timing: Timing,
    pub(crate) queues: Queues,
    pub(crate) worker: Worker,
}

impl Function {
    /// Reads configuration and secrets and builds the clients.
    pub async fn new(environment: &Environment, outside: &Outside) -> Result<Self, StartError> {
        let clients = Clients::open(environment, outside, Priority::WriteBack).await?;
        let timing = work::ledger_timing(environment)?;
        Ok(Self {
            worker: Worker::new(outside, clients.store.clone(), timing.lease),
            config: Config::from_environment(environment)?,
            signing: SigningKeys::load(&clients.secrets, environment).await?,
            queues: clients.queues,
            vendors: clients.vendors,
            timing,
            store: clients.store,
            clock: outside.clock.clone(),
        })
    }
}
