//! What the deployment tells this function.

use lambda_kit::{ConfigError, Environment};
use url::Url;

/// Typed environment of the function.
#[derive(Debug, Clone)]
pub struct Config {
    /// `PUBLIC_URL`: where the View Report link leads.
    pub public_url: Url,
}

impl Config {
    /// Reads and checks every variable.
    pub fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            public_url: environment.url("PUBLIC_URL")?,
        })
    }
}
