//! Connects a Workday tenant by a person's approval: to Workday's consent page, and back with a code.
//!
//! Trigger: `GET /oauth/workday/start/{connection}` and `GET /oauth/workday/callback/{connection}`. Effect: one token
//! exchange, one authenticated read, and an active connection; or, where a guest of a connect link approved, an offer that
//! waits to be accepted. Idempotency key: the `state`, 256 bits, stored as a hash, taken
//! once by a conditional delete. Neither `code` nor `state` is ever logged or shown, and every answer leads to a clean address.

mod callback;
mod handler;
mod start;

pub use handler::Function;

/// What its pages can show; everything else leads on to the connection's page, or to the one of the guest's link.
pub const SHOWS: &[&str] = &["signed out", "a viewer", "unknown address"];
