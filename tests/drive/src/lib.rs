//! The product and its vendors, used as people use them: one browser, and what owners, recruiters and candidates do.
//!
//! Knows addresses and what stands on pages, nothing of what is behind them. An error is words for the person who reads
//! the test's output.

mod browser;
mod candidate;
mod dom;
mod form;
mod network;
mod owner;
mod page;
mod recruiter;
mod wait;

pub use browser::Browser;
pub use candidate::{Candidate, Mail};
pub use form::Form;
pub use network::{Answer, InProcess, Network, Question, Sockets, basic};
pub use owner::{ApiClient, Owner, WhoSends};
pub use page::{Page, path_of, words};
pub use recruiter::{Person, Recruiter, TEST};
pub use wait::{eventually, pass, throughout};

use serde_json::Value;

/// A JSON list's items; none for what is no list.
pub fn list(value: &Value) -> impl DoubleEndedIterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
