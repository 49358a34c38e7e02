//! Candidates of a posting: `CandidateIngestRequest`, `IngestCandidateResponse`, `CandidateResponse`.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::list::{Identified, PageQuery, push};
use super::opaque_debug;
use super::status::InterviewStatus;
use crate::tolerant::{filled, filled_or_none, number, or_default, or_none, texts};

/// `CandidateIngestRequest`: a person to be screened.
#[derive(Clone, PartialEq, Serialize)]
pub struct CandidateIngestRequest {
    /// Full name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// Phone number in E.164.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// At most 50 pairs, keys up to 40 characters, values up to 500; comes back on every read.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// Free data about the candidate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Map<String, Value>>,
}

/// `IngestCandidateResponse`: the interview and its link.
#[derive(Clone, PartialEq, Deserialize)]
pub struct IngestedCandidate {
    /// Id of the interview, one per candidate and posting.
    #[serde(deserialize_with = "filled")]
    pub interview_id: String,
    /// The candidate's link; whoever has it can take the interview.
    #[serde(deserialize_with = "filled")]
    pub interview_url: String,
    /// The posting the candidate was ingested into.
    pub posting_id: String,
    /// The whole candidate, if HeyMilo sent it along and it could be read.
    #[serde(default, deserialize_with = "or_none")]
    pub candidate: Option<Candidate>,
}

/// Query of `listCandidates`.
#[derive(Debug, Clone, Default)]
pub struct CandidateQuery {
    /// Items per page, 1 to 100; 100 if absent.
    pub limit: Option<u8>,
    /// Cursor: [`crate::List::next`] of the page before, an interview id.
    pub starting_after: Option<String>,
    /// Only candidates ingested at or after this moment: ISO 8601 or Unix seconds.
    pub created_after: Option<String>,
    /// Only candidates ingested at or before this moment: ISO 8601 or Unix seconds.
    pub created_before: Option<String>,
}

impl CandidateQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let page = PageQuery {
            limit: self.limit,
            starting_after: self.starting_after.clone(),
        };
        let mut pairs = page.pairs();
        push(&mut pairs, "created_after", self.created_after.as_deref());
        push(&mut pairs, "created_before", self.created_before.as_deref());
        pairs
    }
}

/// `CandidateResponse`: a candidate's status in one posting.
#[derive(Clone, PartialEq, Deserialize)]
pub struct Candidate {
    /// Id of the interview.
    pub interview_id: String,
    /// Id of the person, shared by the postings of a workspace.
    #[serde(default)]
    pub candidate_id: Option<String>,
    /// The posting.
    #[serde(default, deserialize_with = "or_default")]
    pub posting_id: String,
    /// Full name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// Email address.
    #[serde(default, deserialize_with = "or_default")]
    pub email: String,
    /// Overall score, 0 to 100.
    #[serde(default, deserialize_with = "number")]
    pub score: Option<f64>,
    /// Where the candidate stands.
    pub status: InterviewStatus,
    /// The candidate's link.
    #[serde(default, deserialize_with = "filled_or_none")]
    pub interview_url: Option<String>,
    /// Progress by step.
    #[serde(default)]
    pub workflow: Option<Workflow>,
    /// Key figures by kind of step.
    #[serde(default, deserialize_with = "or_none")]
    pub agent_summary: Option<AgentSummary>,
    /// Whether a recruiter shortlisted the candidate.
    #[serde(default, deserialize_with = "or_default")]
    pub shortlisted: bool,
    /// Whether a recruiter dismissed the candidate.
    #[serde(default, deserialize_with = "or_default")]
    pub dismissed: bool,
    /// The pairs given at ingest.
    #[serde(default, deserialize_with = "texts")]
    pub metadata: BTreeMap<String, String>,
    /// When the candidate finished, in Unix seconds.
    #[serde(default, deserialize_with = "number")]
    pub interviewed_at: Option<f64>,
    /// When the candidate was ingested, in Unix seconds.
    #[serde(default, deserialize_with = "number")]
    pub created_at: Option<f64>,
}

impl Identified for Candidate {
    const CURSOR: &'static str = "interview_id";

    fn cursor(&self) -> &str {
        &self.interview_id
    }
}

/// `CandidateWorkflow`: progress by step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Workflow {
    /// The steps, in order.
    #[serde(default, deserialize_with = "or_default")]
    pub steps: Vec<WorkflowStepStatus>,
    /// Whether every step has been completed.
    #[serde(default, deserialize_with = "or_default")]
    pub all_complete: bool,
    /// The candidate's latest action, in Unix seconds.
    #[serde(default, deserialize_with = "number")]
    pub last_activity_at: Option<f64>,
}

/// `WorkflowStepStatus`: one step of one candidate.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WorkflowStepStatus {
    /// Id of the step.
    #[serde(default, deserialize_with = "or_default")]
    pub step_id: String,
    /// Position, from 1.
    #[serde(default, deserialize_with = "or_default")]
    pub order: u32,
    /// `not_started`, `in_progress`, `completed` or `knocked_out`; any other value is kept.
    #[serde(default, deserialize_with = "or_default")]
    pub status: String,
    /// Whether the candidate has started the step.
    #[serde(default, deserialize_with = "or_default")]
    pub started: bool,
    /// Whether the candidate has completed the step.
    #[serde(default, deserialize_with = "or_default")]
    pub completed: bool,
    /// Whether the step disqualified the candidate.
    #[serde(default, deserialize_with = "or_default")]
    pub knocked_out: bool,
    /// Latest change, in Unix seconds.
    #[serde(default, deserialize_with = "number")]
    pub last_updated_at: Option<f64>,
}

/// `AgentSummary`: key figures by kind of step; recording and résumé links are left out on purpose.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct AgentSummary {
    /// Web interview.
    pub web_interview: Option<WebInterviewSummary>,
    /// Résumé screening.
    pub resume: Option<ResumeSummary>,
    /// SMS screening.
    pub sms: Option<SmsSummary>,
    /// Form.
    pub form: Option<FormSummary>,
}

/// `AgentWebInterviewSummary`.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct WebInterviewSummary {
    /// Overall interview score.
    #[serde(deserialize_with = "number")]
    pub score: Option<f64>,
    /// Strengths found by AI.
    #[serde(deserialize_with = "or_default")]
    pub highlights: Vec<String>,
}

/// `AgentResumeSummary`.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ResumeSummary {
    /// Résumé match score on a scale the document does not name: its example is 3.8.
    #[serde(deserialize_with = "number")]
    pub resume_score: Option<f64>,
    /// Whether every eligibility criterion is met.
    pub is_eligible: Option<bool>,
}

/// `AgentSMSSummary`.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct SmsSummary {
    /// Whether the candidate passed the SMS screening.
    pub is_eligible: Option<bool>,
    /// Criteria the candidate passed.
    #[serde(deserialize_with = "or_default")]
    pub criteria_passed: Vec<String>,
    /// Criteria the candidate failed.
    #[serde(deserialize_with = "or_default")]
    pub criteria_failed: Vec<String>,
}

/// `AgentFormSummary`.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct FormSummary {
    /// Whether the form is complete.
    pub is_complete: Option<bool>,
    /// Whether every knockout question was passed.
    pub is_eligible: Option<bool>,
    /// Questions answered.
    #[serde(deserialize_with = "number")]
    pub questions_answered: Option<f64>,
    /// Questions on the form.
    #[serde(deserialize_with = "number")]
    pub total_questions: Option<f64>,
}

opaque_debug!(
    CandidateIngestRequest,
    AgentSummary,
    WebInterviewSummary,
    ResumeSummary,
    SmsSummary,
    FormSummary
);

impl fmt::Debug for IngestedCandidate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("IngestedCandidate")
            .field("interview_id", &self.interview_id)
            .field("posting_id", &self.posting_id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Candidate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Candidate")
            .field("interview_id", &self.interview_id)
            .field("posting_id", &self.posting_id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
