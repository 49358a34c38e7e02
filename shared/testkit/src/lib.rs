//! AWS services embedded in the process, for `cargo run -p local` and the tests; never part of a function.
//!
//! Everything answers in the process: DynamoDB from an embedded database, SQS, SES and Secrets Manager from memory. What
//! they hold is declared in `template.yaml`, which [`Template`] reads and [`Deployment`] brings about, so that nothing is
//! declared twice. Knows nothing of our own crates: what a function is told is handed out as pairs.

mod aws;
mod backlog;
mod bench;
mod deployment;
mod dynamo;
mod fault;
mod mail_account;
mod mortality;
mod outbox;
mod randomness;
mod router;
mod rows;
mod secrets;
mod table;
pub mod template;
mod unused;

pub use aws::{EmbeddedAws, Options};
pub use bench::{Bench, PUBLIC_URL};
pub use deployment::{DeployError, Deployment, Parameters, STACK};
pub use fault::{Fault, Faults, Kind, Service, When};
pub use mail_account::MailAccount;
pub use mortality::{Called, Died, Doom, Mortality, Side, list, pass};
pub use outbox::{Mail, Outbox};
pub use randomness::seeded;
pub use rows::Row;
pub use table::{TableError, create_table};
pub use template::{Template, TemplateError};
