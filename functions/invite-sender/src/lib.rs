//! Turns a hint into an order and an order into an invitation.
//!
//! Trigger: `OrderQueue` (`confirm_hint`, `advance_order`). Effect: one interview in HeyMilo, and one invitation if we
//! send. Idempotency keys: the order (connection + job application + visit), and the ledger steps `a<attempt>-interview`
//! and `a<attempt>-invitation`. Never writes to Workday.

mod advance;
mod clear;
mod config;
mod confirm;
mod function;
mod handler;
mod park;
mod returned;

pub use config::Config;
pub use function::Function;
