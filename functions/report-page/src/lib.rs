//! The recruiter's View Report link: the page and its PDF, rendered from the stored result.
//!
//! Trigger: `GET /r/{token}` and `GET /r/{token}/report.pdf`. Effect: none. The link needs no sign-in and no vendor: it
//! lives while HeyMilo is down, and ends when the link is voided or the result erased.

mod handler;

pub use handler::Function;
