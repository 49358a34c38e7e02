//! The stand-in's state: everything that survives a restart. Pure data with look-ups; no I/O.

#![expect(clippy::struct_field_names, reason = "the fields keep HeyMilo's own names")]

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::clock::Clock;
use crate::rubric::{FormQuestion, OpenQuestion, ScoredAnswer};
use crate::settings::Settings;

/// HeyMilo's `metadata`: string to string.
pub(crate) type Metadata = BTreeMap<String, String>;

/// A workspace's API key; kept out of `Debug` output.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ApiKey(pub(crate) String);

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ApiKey(redacted)")
    }
}

/// A HeyMilo workspace: one API key, one company slug in the candidate links.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Workspace {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) slug: String,
    pub(crate) api_key: ApiKey,
    /// Company Settings → Turn Off All Candidate Communications; not readable by API.
    #[serde(default)]
    pub(crate) communications_off: bool,
}

/// A posting ("interviewer"), with the questions its workflow asks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Posting {
    pub(crate) id: String,
    pub(crate) workspace_id: String,
    pub(crate) title: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) language: String,
    pub(crate) archived: bool,
    pub(crate) test_posting: bool,
    pub(crate) deadline: f64,
    pub(crate) created_at: f64,
    pub(crate) updated_at: f64,
    pub(crate) metadata: Option<Metadata>,
    pub(crate) form_questions: Vec<FormQuestion>,
    pub(crate) open_questions: Vec<OpenQuestion>,
    /// Fields of `UpdatePostingRequest` that change nothing in the stand-in but are read back.
    #[serde(default)]
    pub(crate) other: Map<String, Value>,
}

impl Posting {
    /// HeyMilo's posting status at a moment; a deadline that has passed expires the posting.
    pub(crate) fn status(&self, now: f64) -> &'static str {
        if self.archived {
            "archived"
        } else if self.deadline < now {
            "expired"
        } else {
            "active"
        }
    }
}

/// How far an interview has come; HeyMilo's `status` unless a person's decision overrides it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    Pending,
    InProgress,
    Evaluating,
    Completed,
    KnockedOut,
}

impl Stage {
    /// The word of HeyMilo's API.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::InProgress => "in_progress",
            Self::Evaluating => "evaluating",
            Self::Completed => "completed",
            Self::KnockedOut => "knocked_out",
        }
    }
}

/// One answer of the candidate, to a qualifier or an open question.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct GivenAnswer {
    pub(crate) question_id: String,
    pub(crate) text: String,
    pub(crate) at: f64,
}

/// One candidate's interview of one posting.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Interview {
    pub(crate) interview_id: String,
    pub(crate) candidate_id: String,
    pub(crate) posting_id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) phone_number: Option<String>,
    pub(crate) metadata: Option<Metadata>,
    pub(crate) data: Option<Value>,
    pub(crate) created_at: f64,
    pub(crate) ingest_count: u32,
    pub(crate) stage: Stage,
    pub(crate) forced_status: Option<String>,
    pub(crate) started_at: Option<f64>,
    pub(crate) finished_at: Option<f64>,
    pub(crate) answers: Vec<GivenAnswer>,
    /// In the order of the posting's open questions; empty until evaluated.
    pub(crate) scores: Vec<ScoredAnswer>,
    pub(crate) failed_knockout: bool,
    pub(crate) revision: u32,
}

impl Interview {
    /// HeyMilo's candidate `status`.
    pub(crate) fn status(&self) -> &str {
        self.forced_status.as_deref().unwrap_or(self.stage.word())
    }

    /// The candidate's answer to one question.
    pub(crate) fn answer(&self, question_id: &str) -> Option<&GivenAnswer> {
        self.answers.iter().find(|answer| answer.question_id == question_id)
    }
}

/// A mail HeyMilo itself sent to the candidate.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Mail {
    pub(crate) template: String,
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) interview_id: String,
    pub(crate) posting_id: String,
    pub(crate) sent_at: f64,
}

/// A webhook registration: one posting, one event type, one URL.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Webhook {
    pub(crate) webhook_id: String,
    pub(crate) posting_id: String,
    pub(crate) webhook_url: String,
    pub(crate) event_type: String,
    pub(crate) is_active: bool,
    pub(crate) created_at: f64,
    pub(crate) updated_at: f64,
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeliveryOutcome {
    Pending,
    /// Kept back until `report_available`, because the settings ask for a wrong order.
    Held,
    Delivered,
    Failed,
    Dropped,
}

/// One event on its way to one registration.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) delivery_id: u64,
    pub(crate) webhook_id: String,
    pub(crate) event_type: String,
    pub(crate) interview_id: String,
    pub(crate) webhook_url: String,
    pub(crate) copies: u32,
    pub(crate) outcome: DeliveryOutcome,
    /// Per try: the receiver's status, or why there was none.
    pub(crate) attempts: Vec<String>,
    pub(crate) payload: Value,
    pub(crate) created_at: f64,
    pub(crate) settled_at: Option<f64>,
}

/// Everything the stand-in knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) seed: u64,
    pub(crate) counter: u64,
    pub(crate) settings: Settings,
    pub(crate) workspaces: Vec<Workspace>,
    pub(crate) postings: Vec<Posting>,
    pub(crate) interviews: Vec<Interview>,
    pub(crate) mails: Vec<Mail>,
    pub(crate) webhooks: Vec<Webhook>,
    pub(crate) deliveries: Vec<Delivery>,
    /// Not of the records: the time by which they change.
    #[serde(skip)]
    pub(crate) clock: Clock,
}

impl State {
    /// The next number of the state's own counter.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.counter = self.counter.saturating_add(1);
        self.counter
    }

    pub(crate) fn workspace(&self, id: &str) -> Option<&Workspace> {
        self.workspaces.iter().find(|workspace| workspace.id == id)
    }

    pub(crate) fn posting(&self, id: &str) -> Option<&Posting> {
        self.postings.iter().find(|posting| posting.id == id)
    }

    pub(crate) fn interview(&self, id: &str) -> Option<&Interview> {
        self.interviews.iter().find(|interview| interview.interview_id == id)
    }

    pub(crate) fn interview_mut(&mut self, id: &str) -> Option<&mut Interview> {
        self.interviews.iter_mut().find(|interview| interview.interview_id == id)
    }

    /// An interview with its posting and workspace.
    pub(crate) fn interview_context(&self, id: &str) -> Option<(&Interview, &Posting, &Workspace)> {
        let interview = self.interview(id)?;
        let posting = self.posting(&interview.posting_id)?;
        let workspace = self.workspace(&posting.workspace_id)?;
        Some((interview, posting, workspace))
    }
}
