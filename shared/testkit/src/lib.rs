//! AWS services embedded in the process, for `cargo run -p local` and the tests; never part of a function.
//!
//! Everything answers in the process: DynamoDB from an embedded database, SQS, SES and Secrets Manager from memory. What
//! they hold is declared in `template.yaml`, which [`Template`] reads, so that nothing is declared twice. Knows nothing
//! of our own crates.

mod aws;
mod backlog;
mod dynamo;
mod fault;
mod outbox;
mod randomness;
mod router;
mod secrets;
mod table;
pub mod template;

pub use aws::{EmbeddedAws, Options};
pub use fault::{Fault, Faults, Kind, Service, When};
pub use outbox::{Mail, Outbox};
pub use randomness::seeded;
pub use table::{TableError, create_table};
pub use template::{Template, TemplateError};
