//! Keeps what became of our mails.
//!
//! Trigger: `DeliveryQueue` (SES's delivery events, brought by the event bus). Effect: evidence in the table that the mail
//! of a ledger step left, and nothing outside. Idempotency key: the step that the mail's tags name; the first event counts.
//! Needs no secret and calls no vendor.

mod event;
mod handler;

pub use handler::Function;
