//! How to start the product, and why it did not start.

use crate::functions::BuildError;
use crate::hazards::Hazards;
use domain::Randomness;
use lambda_kit::ConfigError;
use std::error::Error;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use surroundings::Network;
use testkit::DeployError;

/// When the scheduled functions run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tick {
    /// As the template says.
    #[default]
    Declared,
    /// More often: the schedule only enqueues what is due.
    Every(Duration),
    /// Only by [`Product::tick`].
    ByHand,
}

/// How to start the product.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// HeyMilo's base URL.
    pub heymilo_url: String,
    /// When the scheduled functions run.
    pub tick: Tick,
    /// Instead of the queues' declared visibility time-outs, which are minutes.
    pub visibility: Option<Duration>,
    /// Variables that every function gets beside the template's, or instead of them.
    pub variables: Vec<(String, String)>,
    /// What decides where nothing else does, instead of the system's randomness.
    pub randomness: Option<Randomness>,
    /// Instead of sockets: the product is a host of this network under its `listen` address, goes by the network's
    /// clock, and runs on the caller's runtime, with which it ends.
    pub network: Option<Network>,
    /// What happens to invocations and messages.
    pub hazards: Hazards,
}

impl Options {
    /// On a free port, with everything else as the template says.
    pub fn new(heymilo_url: impl Into<String>) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            heymilo_url: heymilo_url.into(),
            tick: Tick::Declared,
            visibility: None,
            variables: Vec::new(),
            randomness: None,
            network: None,
            hazards: Hazards::default(),
        }
    }
}

/// The product did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken, or no address of this machine.
    #[error("the product cannot listen there")]
    Listen(#[source] io::Error),
    /// A setting of the AWS clients is wrong.
    #[error("the AWS clients cannot be configured")]
    Aws(#[from] ConfigError),
    /// The template could not be brought about.
    #[error("the template cannot be brought about")]
    Deploy(#[from] DeployError),
    /// A function could not be set up.
    #[error("a function cannot be set up")]
    Function(#[source] Box<dyn Error + Send + Sync>),
    /// The runtime or the thread could not be made, or ended early.
    #[error("the runtime cannot be made")]
    Runtime(#[source] io::Error),
}

impl From<BuildError> for StartError {
    fn from(error: BuildError) -> Self {
        Self::Function(error.into())
    }
}
