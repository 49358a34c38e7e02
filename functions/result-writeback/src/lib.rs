//! Follows an interview and brings the Workday record to the order's current state.
//!
//! Trigger: `WritebackQueue` (`read_interview`, `write_back`). Effect: status, score, note and link of the assessment,
//! the PDF among the candidate's attachments, the next step where the mapping names one. Idempotency keys: the ledger
//! steps `a<attempt>-assess-<rank>`, `a<attempt>-v<version>-attachment` and `a<attempt>-move`. The only writer to Workday; never
//! trusts an event's content.

mod agent;
mod config;
mod function;
mod handler;
mod progress;
mod target;
mod wording;
mod writeback;

pub use config::Config;
pub use function::Function;
