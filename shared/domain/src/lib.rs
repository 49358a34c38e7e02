//! What an order is and how it may change: ids, moments, order states, progress ranks, triggers and queue messages.
//!
//! Pure: no I/O, no clock, no vendor types. Every decision another crate acts on is a function here that a test can
//! call with plain values.

pub mod colour;
pub mod email;
pub mod gate;
pub mod health;
pub mod id;
pub mod mail;
pub mod message;
pub mod moment;
pub mod notice;
pub mod order;
pub mod part;
pub mod preflight;
pub mod progress;
pub mod push;
pub mod randomness;
pub mod settings;
pub mod standing;
pub mod trigger;

pub use colour::Colour;
pub use email::EmailAddress;
pub use id::{
    ConnectionId, HintId, IdError, InterviewId, JobApplicationId, JobRequisitionId, OrderId, OwnerId, PersonId, PostingId,
    WorkdayCandidateId, WorkspaceId,
};
pub use mail::MailTags;
pub use message::{Message, Queue, Work};
pub use moment::Moment;
pub use notice::Notice;
pub use order::{Order, OrderState};
pub use randomness::Randomness;
