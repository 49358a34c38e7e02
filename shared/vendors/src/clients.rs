//! What every function that calls vendors is built of.

use crate::{Priority, Vendors};
use lambda_kit::{Environment, Outside, Queues, Secrets, StartError};
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
    pub async fn open(environment: &Environment, outside: &Outside, priority: Priority) -> Result<Self, StartError> {
        let secrets = Secrets::new(&outside.aws, outside.clock.clone());
        let store = work::open_store(environment, outside, &secrets).await?;
        let vendors = Vendors::new(environment, outside, store.clone(), secrets.clone())?;
        Ok(Self {
            vendors: vendors.for_work(priority),
            queues: Queues::new(&outside.aws, environment)?,
            store,
            secrets,
        })
    }
}
