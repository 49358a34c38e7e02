//! The business rules of the tenant, shared by the SOAP service, the recruiter's pages and the control API.
//! Each function checks everything before it changes anything.

pub(crate) mod assess;
pub(crate) mod attach;
pub(crate) mod process;

use jiff::Timestamp;

use crate::model::{HistoryEntry, Records};

/// A business rule's refusal, in Workday's own words where the schema has them.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub(crate) struct Refusal(pub(crate) String);

impl Refusal {
    /// A refusal with a message.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// Adds a line to an application's process history.
pub(crate) fn remember(records: &mut Records, at: Timestamp, application: &str, by: &str, text: String) {
    let candidate = records
        .applications
        .iter()
        .find(|other| other.id == application)
        .map(|application| application.candidate.clone())
        .unwrap_or_default();
    records.history.push(HistoryEntry {
        at,
        candidate,
        application: Some(application.to_owned()),
        by: by.to_owned(),
        text,
    });
}
