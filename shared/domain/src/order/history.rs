//! What happened to an order, for the people who ask: ids and codes only.

use crate::moment::Moment;
use serde::{Deserialize, Serialize};

/// One thing that happened. Kept as long as the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub at: Moment,
    /// A state's name, or what else happened: `joined`, `bound`, `posting`, `written`, `write_refused`, `write_again`, `needs_a_look`.
    pub what: String,
    pub by: By,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Until when it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
    pub attempt: u32,
}

/// Who or what brought it about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// What Workday showed.
    Workday,
    /// What HeyMilo showed.
    #[serde(rename = "heymilo", alias = "hey_milo")]
    HeyMilo,
    Candidate,
    /// A person of the workspace, by the session's id of them.
    Person(String),
    /// We ourselves.
    Us,
}
