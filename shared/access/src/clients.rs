//! What every function that calls vendors is built of.

use crate::{Priority, Vendors};
use lambda_kit::outbound::{VendorHosts, vendor_client};
use lambda_kit::{Aws, Clock, Environment, Queues, Secrets, StartError};
use store::Store;

/// The clients of one execution environment, built once and shared by its invocations.
#[derive(Debug)]
pub struct Clients {
    pub store: Store,
    pub secrets: Secrets,
    pub queues: Queues,
    pub vendors: Vendors,
}

impl Clients {
    /// Reads `TABLE_NAME`, `SEALING_SECRET_NAME` and its secret, `SECRET_PREFIX`, `HEYMILO_URL` and the queue URLs.
    pub async fn open(environment: &Environment, aws: &Aws, clock: &Clock, priority: Priority) -> Result<Self, StartError> {
        let secrets = Secrets::new(aws, clock.clone());
        let store = crate::open_store(environment, aws, &secrets).await?;
        let http = vendor_client(&VendorHosts::from_environment(environment)?)?;
        let vendors = Vendors::new(environment, http, store.clone(), secrets.clone(), clock.clone())?;
        Ok(Self {
            vendors: vendors.for_work(priority),
            queues: Queues::new(aws, environment)?,
            store,
            secrets,
        })
    }
}
