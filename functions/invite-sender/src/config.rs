//! What the deployment tells this function.

use keys::PublicUrl;
use lambda_kit::{ConfigError, Environment};

/// Typed environment of the function.
#[derive(Debug, Clone)]
pub struct Config {
    /// `TABLE_NAME`.
    pub table_name: String,
    /// `PUBLIC_URL`: where candidates and recruiters reach us.
    pub public_url: PublicUrl,
    /// `SENDER_ADDRESS`: the verified SES identity invitations come from.
    pub sender_address: String,
    /// `CONFIGURATION_SET_NAME`: the SES configuration set that publishes delivery events; without it there are none.
    pub configuration_set: Option<String>,
    /// `DELIVERY_QUEUE_NAME`: the queue that delivery events come from.
    pub delivery_queue: String,
}

impl Config {
    /// Reads and checks every variable.
    pub fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            table_name: environment.required("TABLE_NAME")?,
            public_url: PublicUrl::from_environment(environment)?,
            sender_address: environment.required("SENDER_ADDRESS")?,
            configuration_set: environment.optional("CONFIGURATION_SET_NAME"),
            delivery_queue: environment.required("DELIVERY_QUEUE_NAME")?,
        })
    }
}
