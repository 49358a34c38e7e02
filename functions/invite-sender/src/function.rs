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
    pub(crate) mail: aws_sdk_sesv2::Client,
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
        // A mail that may have left must not be repeated by the SDK: the ledger decides about repeats.
        let mail = aws_sdk_sesv2::config::Builder::from(outside.aws.sdk_config())
            .retry_config(aws_sdk_sesv2::config::retry::RetryConfig::disabled())
            .build();
        let timing = work::ledger_timing(environment)?;
        Ok(Self {
            worker: Worker::new(outside, clients.store.clone(), timing.lease),
            signing: SigningKeys::load(&clients.secrets, environment).await?,
            queues: clients.queues,
            vendors: clients.vendors,
            mail: aws_sdk_sesv2::Client::from_conf(mail),
            timing,
            config,
            store: clients.store,
            clock: outside.clock.clone(),
        })
    }
}
