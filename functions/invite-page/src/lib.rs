//! The candidate's link: the notice that an AI interviews, then the way to HeyMilo's interview.
//!
//! Trigger: `GET` and `POST /i/{token}`; the token is the only credential. Effect: `POST` marks the order `opened`, arms
//! its write-back and redirects to the interview. Idempotency key: the order's state. Opening the page changes nothing,
//! because mail scanners open every link.

mod handler;
mod invitation;
mod pages;

pub use handler::Function;

/// What its pages can show. Of the pages that are one message, which differ in words alone, three stand for all.
pub const SHOWS: &[&str] = &[
    "start",
    "start in another language",
    "continue",
    "completed",
    "closed",
    "unknown link",
];
