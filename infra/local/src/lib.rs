//! The whole product on one machine: AWS embedded, API Gateway and event source mappings imitated, the handlers the
//! code that Lambda runs.
//!
//! What there is, and under which rules, is read from `template.yaml`; nothing of it is repeated here. The imitation
//! keeps the rules that a function could break: payload format and sizes, routes, time-outs, visibility, partial
//! failures, redrive.

mod functions;
mod gateway;
mod hazards;
mod inside;
mod mapping;
mod options;
mod overview;
mod payload;
mod product;
mod schedule;
mod sign_in;
mod start;

pub mod demo;

pub use hazards::{Fate, Hazards, Mishap, Mishaps};
pub use inside::Backlog;
pub use options::{Options, StartError, Tick};
pub use overview::Overview;
pub use product::Product;
pub use sign_in::OWNER;
pub use surroundings::{Host, Network};
