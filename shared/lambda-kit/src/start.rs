//! Why a function could not start: the invocation fails, so that no record or request is lost.

use crate::environment::ConfigError;
use std::error::Error;

/// A function's set-up failed.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A variable is missing or wrong: somebody must change the deployment.
    #[error("the function's configuration is wrong")]
    Config(#[from] ConfigError),
    /// A secret could not be read.
    #[error("a secret the function needs could not be read")]
    Secret(#[source] Box<dyn Error + Send + Sync>),
    /// Something else the function needs could not be set up.
    #[error("{what} could not be set up")]
    Dependency {
        /// What it was, for the log.
        what: &'static str,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

impl StartError {
    /// `what` could not be set up because of `source`.
    pub fn dependency(what: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Dependency {
            what,
            source: source.into(),
        }
    }
}
