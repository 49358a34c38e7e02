//! Client for HeyMilo's public API v2 (`https://api.heymilo.ai`), in HeyMilo's own words.
//!
//! It knows nothing of Workday, of orders or of our storage. It never repeats a request: every failure says by
//! [`Error::certainty`] whether HeyMilo may have acted on it, and the caller decides what to do about that.
//! Neither `Debug` output nor error text of this crate carries an API key, a link or anything about a candidate.

mod api_key;
mod client;
mod error;
mod model;
mod operation;
mod pace;
mod tolerant;
mod transport;

pub use api_key::ApiKey;
pub use client::Client;
pub use error::{Certainty, Error, Problem, ProblemDetail};
pub use model::candidate::{
    AgentSummary, Candidate, CandidateIngestRequest, CandidateQuery, FormSummary, IngestedCandidate, ResumeSummary, SmsSummary,
    WebInterviewSummary, Workflow, WorkflowStepStatus,
};
pub use model::integrity::{
    CheatDetection, CheatingInstance, LanguageModelDetection, ResumeCheat, TabSwitches, TranscriptCheat, UnusualDelay, WebInterviewCheat,
};
pub use model::interview::{
    EligibilityCriterion, FormQuestion, FormResult, InterviewData, ResumeResult, ScoreCriterion, ScorecardQuestion, SmsCriterion,
    SmsMessage, SmsResult, TranscriptEntry, WebInterviewResult,
};
pub use model::list::{Cursors, Identified, List, PageQuery};
pub use model::posting::{Posting, PostingQuery, PostingSummary, PostingUrls, WorkflowStep};
pub use model::status::InterviewStatus;
pub use model::webhook::{CreateWebhook, Webhook};
pub use model::workspace::Workspace;
pub use operation::{OPERATIONS, Operation};
pub use pace::Pace;
pub use transport::Wire;
