//! Takes the hints that Workday and HeyMilo push, stores the ids in them and answers 202.
//!
//! Trigger: `POST /webhooks/workday/{connection}.{mac}` and `POST /webhooks/heymilo/{workspace}.{mac}/{posting}`.
//! Effect: a hint row with its due row, then one message to `OrderQueue` or `WritebackQueue`. Idempotency key: the
//! hint's content. Never calls a vendor, and believes nothing it is told: the ids are re-read by the consumer.

mod body;
mod credential;
mod handler;
mod heymilo_event;
mod limits;
mod reading;
mod refusal;
mod workday_push;
mod xml;

pub use handler::Function;
