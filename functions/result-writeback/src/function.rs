//! The function's collaborators, built once per execution environment.

use crate::config::Config;
use access::{Priority, Vendors};
use lambda_kit::outbound::{VendorHosts, vendor_client};
use lambda_kit::{Aws, Clock, Environment, Queues, Secrets, SigningKeys, StartError};
use store::Store;
use store::ledger::Timing;

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
}

impl Function {
    /// Reads configuration and secrets and builds the clients.
    pub async fn new(environment: &Environment, aws: &Aws, clock: Clock) -> Result<Self, StartError> {
        let secrets = Secrets::new(aws, clock.clone());
        let store = access::open_store(environment, aws, &secrets).await?;
        let http = vendor_client(&VendorHosts::from_environment(environment)?)?;
        Ok(Self {
            config: Config::from_environment(environment)?,
            vendors: Vendors::new(environment, http, store.clone(), secrets.clone(), clock.clone())?.for_work(Priority::WriteBack),
            signing: SigningKeys::load(&secrets, environment).await?,
            queues: Queues::new(aws, environment)?,
            timing: access::ledger_timing(environment)?,
            store,
            clock,
        })
    }
}
