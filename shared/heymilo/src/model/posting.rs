//! Postings (shown as interviewers, "agents"): `PostingSummary`, `PostingResponse`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::list::{Identified, PageQuery, push};
use crate::tolerant::{number, or_default, texts};

/// Query of `listPostingSummaries`.
#[derive(Clone, Default)]
pub struct PostingQuery {
    /// Items per page, 1 to 100; 100 if absent.
    pub limit: Option<u8>,
    /// Cursor: [`crate::List::next`] of the page before.
    pub starting_after: Option<String>,
    /// Substring of the title, in any case.
    pub search: Option<String>,
}

impl PostingQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let page = PageQuery {
            limit: self.limit,
            starting_after: self.starting_after.clone(),
        };
        let mut pairs = page.pairs();
        push(&mut pairs, "search", self.search.as_deref());
        pairs
    }
}

super::opaque_debug!(PostingQuery);

/// `PostingSummary`: what a picker shows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PostingSummary {
    /// Id of the posting.
    pub id: String,
    /// Job title shown to candidates.
    pub title: String,
    /// URL-friendly slug.
    #[serde(default)]
    pub name: Option<String>,
}

impl Identified for PostingSummary {
    const CURSOR: &'static str = "id";

    fn cursor(&self) -> &str {
        &self.id
    }
}

/// `PostingResponse`: the parts an integration decides on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the document has five independent switches")]
pub struct Posting {
    /// Id of the posting.
    pub id: String,
    /// Job title shown to candidates.
    #[serde(default, deserialize_with = "or_default")]
    pub title: String,
    /// URL-friendly slug.
    #[serde(default)]
    pub name: Option<String>,
    /// BCP-47 language code.
    #[serde(default)]
    pub language: Option<String>,
    /// `draft`, `active`, `expired` or `archived`; any other value is kept.
    #[serde(default, deserialize_with = "or_default")]
    pub status: String,
    /// Whether the posting has been activated.
    #[serde(default, deserialize_with = "or_default")]
    pub finalized: bool,
    /// Whether the posting is archived: its link stops for new candidates.
    #[serde(default, deserialize_with = "or_default")]
    pub archived: bool,
    /// Whether this is a test posting.
    #[serde(default, deserialize_with = "or_default")]
    pub test_posting: bool,
    /// The steps of the screening, in order.
    #[serde(default, deserialize_with = "or_default")]
    pub workflow: Vec<WorkflowStep>,
    /// Addresses of the posting.
    #[serde(default)]
    pub urls: Option<PostingUrls>,
    /// Unix seconds after which the links die; a month after creation unless set.
    #[serde(default, deserialize_with = "number")]
    pub deadline: Option<f64>,
    /// Whether HeyMilo may send SMS.
    #[serde(default, deserialize_with = "or_default")]
    pub allow_sms_comms: bool,
    /// Whether HeyMilo mails the report to the candidate.
    #[serde(default, deserialize_with = "or_default")]
    pub email_report_to_candidate: bool,
    /// The integration's own key-value pairs.
    #[serde(default, deserialize_with = "texts")]
    pub metadata: BTreeMap<String, String>,
    /// HeyMilo's own record of an ATS link: readable, not writable.
    #[serde(default)]
    pub ats_metadata: Option<Map<String, Value>>,
}

impl Posting {
    /// Whether candidates can no longer take the screening: archived, by either of its signs, or expired.
    pub fn is_closed(&self) -> bool {
        self.archived || matches!(self.status.as_str(), "archived" | "expired")
    }
}

/// `WorkflowStep`: one step of a posting.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct WorkflowStep {
    /// Id of the step.
    #[serde(default)]
    pub id: Option<String>,
    /// `web_interview`, `conversational_sms`, `resume` or `form`; any other value is kept.
    #[serde(rename = "type", default, deserialize_with = "or_default")]
    pub kind: String,
    /// Position, from 1.
    #[serde(default, deserialize_with = "or_default")]
    pub order: u32,
}

/// `PostingURLs`: addresses of a posting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PostingUrls {
    /// The posting's public candidate page.
    pub candidate_url: Option<String>,
    /// HeyMilo's dashboard page of the posting; needs a HeyMilo sign-in.
    pub review_url: Option<String>,
}
