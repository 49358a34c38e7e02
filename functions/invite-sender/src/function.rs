//! The function's collaborators, built once per execution environment.

use crate::config::Config;
use access::{Clients, Priority, Vendors};
use keys::SigningKeys;
use lambda_kit::{Clock, Environment, Outside, Queues, StartError};
use store::Store;
use store::ledger::Timing;

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
        Ok(Self {
            signing: SigningKeys::load(&clients.secrets, environment).await?,
            queues: clients.queues,
            vendors: clients.vendors,
            mail: aws_sdk_sesv2::Client::from_conf(mail),
            timing: access::ledger_timing(environment)?,
            config,
            store: clients.store,
            clock: outside.clock.clone(),
        })
    }
}
