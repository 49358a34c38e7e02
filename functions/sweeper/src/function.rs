//! The function's collaborators, built once per execution environment.

use access::{Priority, Vendors};
use lambda_kit::outbound::{VendorHosts, vendor_client};
use lambda_kit::{Aws, Clock, Environment, Queues, Secrets, StartError};
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
    pub async fn new(environment: &Environment, aws: &Aws, clock: Clock) -> Result<Self, StartError> {
        let secrets = Secrets::new(aws, clock.clone());
        let store = access::open_store(environment, aws, &secrets).await?;
        let http = vendor_client(&VendorHosts::from_environment(environment)?)?;
        Ok(Self {
            vendors: Vendors::new(environment, http, store.clone(), secrets, clock.clone())?.for_work(Priority::Poll),
            queues: Queues::new(aws, environment)?,
            store,
            clock,
        })
    }
}
