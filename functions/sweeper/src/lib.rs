//! Finds what no hint announced.
//!
//! Trigger: the schedule (each minute: send the messages of due rows) and `SweepQueue` (poll one Workday connection or
//! one posting, take a mapping's baseline, refresh the requisition index). Effect: hints and due rows only; nothing is
//! sent or written outside. Idempotency: hints are keyed by what they say, due rows by their work.

mod assess;
mod baseline;
mod connection;
mod filter;
mod function;
mod handler;
mod look;
mod lost;
mod over;
mod part;
mod posting;
mod preflight;
mod probe;
mod pushes;
mod release;
mod requisitions;
mod schedule;
mod set_aside;
mod stage;
mod telling;

pub use function::Function;
