//! The recruiter's View Report link: the page and its PDF, rendered from the stored result.
//!
//! Trigger: `GET /r/{token}` and `GET /r/{token}/report.pdf`. Effect: none. The link needs no sign-in and no vendor: it
//! lives while HeyMilo is down, and ends when the link is voided or the result erased.

mod handler;

pub use handler::Function;

/// What its pages can show. Of the pages that are one message, which differ in words alone, one stands for all.
pub const SHOWS: &[&str] = &["report", "knocked out", "right to left", "no report"];
