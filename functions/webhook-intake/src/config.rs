//! What the deployment tells this function.

use lambda_kit::{ConfigError, Environment};

/// Typed environment of the function; queue URLs and the signing secret's name are read by their own types.
#[derive(Debug, Clone)]
pub struct Config {
    /// `TABLE_NAME`.
    pub table_name: String,
    /// `SEALING_SECRET_NAME`: the keyring the table's rows are sealed with.
    pub sealing_secret_name: String,
}

impl Config {
    /// Reads and checks every variable.
    pub fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            table_name: environment.required("TABLE_NAME")?,
            sealing_secret_name: environment.required("SEALING_SECRET_NAME")?,
        })
    }
}
