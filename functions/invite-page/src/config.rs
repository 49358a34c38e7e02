//! What the deployment tells this function.

use lambda_kit::outbound::VendorHosts;
use lambda_kit::{ConfigError, Environment};

/// Typed environment of the function; queue URLs are read by their own type.
#[derive(Debug, Clone)]
pub struct Config {
    /// `TABLE_NAME`.
    pub table_name: String,
    /// `SEALING_SECRET_NAME`: the keyring that seals HeyMilo's interview links.
    pub sealing_secret_name: String,
    /// Whether an interview on this machine may be linked to: local runs only.
    pub loopback_interviews: bool,
}

impl Config {
    /// Reads and checks every variable.
    pub fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            table_name: environment.required("TABLE_NAME")?,
            sealing_secret_name: environment.required("SEALING_SECRET_NAME")?,
            loopback_interviews: VendorHosts::from_environment(environment)?.allows_loopback(),
        })
    }
}
