//! The stand-in over real HTTP: each operation's answers and refusals, checked against Workday's schema where it is at hand.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test's own client: a panic is the report, a missing schema must be said, and the stand-in runs by the real time"
)]

mod assess;
mod attachments;
mod candidates;
mod client;
mod faults;
mod moves;
mod oauth;
mod pages;
mod persistence;
mod push;
mod requisitions;
mod structure;
