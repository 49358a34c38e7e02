//! Everything a function is given from outside its own code, so that a test can give it something else: AWS, the time,
//! chance, and the way to the vendors.

use crate::aws::Aws;
use crate::clock::Clock;
use crate::environment::Environment;
use crate::outbound::{self, VendorHosts, Wire};
use crate::start::StartError;
use domain::Randomness;
use ring::rand::{SecureRandom, SystemRandom};

/// What a function is set up with besides its variables.
#[derive(Debug, Clone)]
pub struct Outside {
    /// What every AWS client is made from.
    pub aws: Aws,
    /// The time.
    pub clock: Clock,
    /// What decides where nothing else does.
    pub randomness: Randomness,
    vendors: Option<Wire>,
}

impl Outside {
    /// What Lambda gives: AWS as the environment says, the system's clock and randomness, vendors over the network.
    pub fn of_process(environment: &Environment) -> Result<Self, StartError> {
        let clock = Clock::system();
        Ok(Self::new(Aws::from_environment(environment, &clock)?, clock))
    }

    /// AWS and a clock of the caller's; the system's randomness, vendors over the network.
    pub fn new(aws: Aws, clock: Clock) -> Self {
        Self {
            aws,
            clock,
            randomness: system_randomness(),
            vendors: None,
        }
    }

    /// The same with another source of randomness.
    #[must_use]
    pub fn with_randomness(self, randomness: Randomness) -> Self {
        Self { randomness, ..self }
    }

    /// The same with vendors that are reached by `wire` alone.
    #[must_use]
    pub fn with_vendors(self, wire: Wire) -> Self {
        Self {
            vendors: Some(wire),
            ..self
        }
    }

    /// What the vendors' clients send by. Ask when the first call is due: the network's takes its time to make.
    pub fn vendors(&self, hosts: &VendorHosts) -> Result<Wire, StartError> {
        match &self.vendors {
            Some(wire) => Ok(wire.clone()),
            None => Ok(outbound::over_the_network(outbound::vendor_client(hosts)?)),
        }
    }
}

/// The system's.
fn system_randomness() -> Randomness {
    Randomness::new(|bytes| SystemRandom::new().fill(bytes).is_ok())
}
