//! The function's collaborators, built once per execution environment.

use crate::config::Config;
use keys::SigningKeys;
use lambda_kit::{Clock, Environment, Outside, Queues, StartError};
use mail::Mailer;
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
    pub(crate) mailer: Mailer,
    pub(crate) signing: SigningKeys,
    pub(crate) clock: Clock,
    pub(crate) timing: Timing,
    pub(crate) queues: Queues,
    pub(crate) worker: Worker,
}

impl Function {
    /// Reads configuration and secrets and builds the clients.
    pub async fn new(environment: &Environment, outside: &Outside) -> Result<Self, StartError> {
        let config = Config::from_environment(environment)?;
        let clients = Clients::open(environment, outside, Priority::Invite).await?;
        let timing = work::ledger_timing(environment)?;
        Ok(Self {
            worker: Worker::new(outside, clients.store.clone(), timing.lease),
            signing: SigningKeys::load(&clients.secrets, environment).await?,
            queues: clients.queues,
            vendors: clients.vendors,
            mailer: Mailer::new(environment, outside)?,
            timing,
            config,
            store: clients.store,
            clock: outside.clock.clone(),
        })
    }
}
