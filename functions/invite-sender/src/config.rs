//! What the deployment tells this function.

use keys::PublicUrl;
use lambda_kit::{ConfigError, Environment};

/// Typed environment of the function.
#[derive(Debug, Clone)]
pub struct Config {
    /// `PUBLIC_URL`: where candidates and recruiters reach us.
    pub public_url: PublicUrl,
}

impl Config {
    /// Reads and checks every variable.
    pub fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            public_url: PublicUrl::from_environment(environment)?,
        })
    }
}
