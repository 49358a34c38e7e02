//! The Recruiting web service: reads the envelope, checks credentials and structure, runs the operation,
//! answers in Workday's shapes and records the contract. Planned faults strike here.

mod assess_read;
mod assess_write;
mod attachments;
mod candidate_criteria;
mod candidates;
mod endpoint;
mod envelope;
mod fault;
mod filter;
mod moves;
mod reference;
mod requisitions;
mod schema;
#[cfg(test)]
mod schema_comparison;
mod simple;
mod tables;
mod xml;

pub(crate) use endpoint::{describe, serve};
