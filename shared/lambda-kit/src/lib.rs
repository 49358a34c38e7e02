//! What every function shares, each once: environment, clock, AWS clients, queues, secrets, signing keys, the batch
//! adapter, HTTP answers and pages, telemetry, and the only way out to a vendor.
//!
//! Knows no vendor API and no row of the table. Everything is built once per process and passed on by reference.

pub mod answer;
pub mod aws;
pub mod batch;
pub mod clock;
pub mod environment;
pub mod outbound;
mod outside;
pub mod page;
pub mod queues;
pub mod secrets;
pub mod signing;
pub mod start;
pub mod telemetry;

pub use aws::Aws;
pub use clock::Clock;
pub use environment::{ConfigError, Environment};
pub use outside::Outside;
pub use queues::{QueueError, Queues};
pub use secrets::{SecretError, Secrets};
pub use signing::SigningKeys;
pub use start::StartError;
