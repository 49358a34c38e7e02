//! What the deployment tells this function.

use keys::PublicUrl;
use lambda_kit::{ConfigError, Environment};

/// Typed environment of the function.
#[derive(Debug, Clone)]
pub struct Config {
    /// `PUBLIC_URL`: where candidates and recruiters reach us.
    pub public_url: PublicUrl,
    /// `SENDER_ADDRESS`: the verified SES identity invitations come from.
    pub sender_address: String,
    /// `CONFIGURATION_SET_NAME`: the SES configuration set that publishes delivery events; without it there are none.
    pub configuration_set: Option<String>,
}

impl Config {
    /// Reads and checks every variable.
    pub fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            public_url: PublicUrl::from_environment(environment)?,
            sender_address: environment.required("SENDER_ADDRESS")?,
            configuration_set: environment.optional("CONFIGURATION_SET_NAME"),
        })
    }
}
