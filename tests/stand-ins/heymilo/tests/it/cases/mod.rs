//! The cases, by subject.

mod api;
mod candidate_page;
mod faults;
mod keeping;
mod support;
mod webhooks;
