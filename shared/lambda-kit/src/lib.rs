//! The runtime, each part of it once: environment, clock, AWS clients, queues, secrets, the batch adapter, telemetry, and
//! the only way out to a vendor.
//!
//! Knows no vendor, no page and no row of the table. Everything is built once per process and passed on by reference.

pub mod aws;
pub mod batch;
pub mod clock;
pub mod environment;
pub mod outbound;
mod outside;
pub mod queues;
pub mod secrets;
pub mod start;
pub mod telemetry;

pub use aws::Aws;
pub use clock::Clock;
pub use environment::{ConfigError, Environment};
pub use outside::Outside;
pub use queues::{QueueError, Queues};
pub use secrets::{SecretError, Secrets};
pub use start::StartError;
