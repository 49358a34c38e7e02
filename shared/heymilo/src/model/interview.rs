//! Results of one interview: `InterviewDataResponse` and its blocks.
//!
//! Every field but the status is optional, and every scale is the one of its own field: they differ (0-100, 1-10, 0-10,
//! 0-5, 0-1). Signed recording and résumé addresses are read but never serialised: the serialised form is kept.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::candidate::Workflow;
use super::integrity::CheatDetection;
use super::opaque_debug;
use super::status::InterviewStatus;
use crate::tolerant::{number, or_default, or_none, texts};

/// `InterviewDataResponse`: status and results of one interview.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct InterviewData {
    /// Id of the interview.
    #[serde(default, deserialize_with = "or_default")]
    pub interview_id: String,
    /// Id of the person.
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
    /// Overall match score, 0 to 100.
    #[serde(default, deserialize_with = "number")]
    pub score: Option<f64>,
    /// Where the candidate stands.
    pub status: InterviewStatus,
    /// Progress by step.
    #[serde(default)]
    pub workflow: Option<Workflow>,
    /// Voice or video interview; none if not in the workflow.
    #[serde(default)]
    pub web_interview: Option<WebInterviewResult>,
    /// Résumé screening; none if not in the workflow.
    #[serde(default)]
    pub resume: Option<ResumeResult>,
    /// SMS screening; none if not in the workflow.
    #[serde(default)]
    pub sms: Option<SmsResult>,
    /// Form; none if not in the workflow.
    #[serde(default)]
    pub form: Option<FormResult>,
    /// Integrity signals; none if not configured or not readable.
    #[serde(default, deserialize_with = "or_none")]
    pub cheat_detection: Option<CheatDetection>,
    /// The pairs given at ingest.
    #[serde(default, deserialize_with = "texts")]
    pub metadata: BTreeMap<String, String>,
}

/// `WebInterviewResult`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WebInterviewResult {
    /// Overall match score, 0 to 100.
    #[serde(deserialize_with = "number")]
    pub match_score: Option<f64>,
    /// Strengths found by AI.
    #[serde(deserialize_with = "or_default")]
    pub highlights: Vec<String>,
    /// Areas for improvement found by AI.
    #[serde(deserialize_with = "or_default")]
    pub lowlights: Vec<String>,
    /// Evaluation question by question.
    #[serde(deserialize_with = "or_default")]
    pub scorecard: Vec<ScorecardQuestion>,
    /// Communication score, 0 to 5.
    #[serde(deserialize_with = "number")]
    pub speech_score: Option<f64>,
    /// The whole conversation in order.
    #[serde(deserialize_with = "or_default")]
    pub transcript: Vec<TranscriptEntry>,
    /// Signed address of the audio recording.
    #[serde(skip_serializing)]
    pub audio_recording_url: Option<String>,
    /// Signed address of the video recording.
    #[serde(skip_serializing)]
    pub video_recording_url: Option<String>,
    /// Tags extracted from the interview.
    #[serde(deserialize_with = "or_default")]
    pub tags: Vec<String>,
}

/// `ScorecardQuestion`: one question and how its answer was scored.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScorecardQuestion {
    /// Id of the question.
    #[serde(deserialize_with = "or_default")]
    pub question_id: String,
    /// The question as asked.
    #[serde(deserialize_with = "or_default")]
    pub question_text: String,
    /// Score, 1 (weak) to 10 (exceptional).
    #[serde(deserialize_with = "number")]
    pub score: Option<f64>,
    /// Importance, 1 to 10; 5 if absent.
    #[serde(deserialize_with = "number")]
    pub score_weight: Option<f64>,
    /// AI summary of the answer.
    #[serde(deserialize_with = "or_default")]
    pub evaluation_summary: String,
    /// Criteria the answer was held against.
    #[serde(deserialize_with = "or_default")]
    pub evaluation_criteria: String,
    /// What a score of 1 means.
    pub score_1_description: Option<String>,
    /// What a score of 5 means.
    pub score_5_description: Option<String>,
    /// True if the question was for information only.
    #[serde(deserialize_with = "or_default")]
    pub not_scored: bool,
    /// Order in which it was asked, from 1.
    #[serde(deserialize_with = "number")]
    pub rank: Option<f64>,
    /// The conversation about this question.
    #[serde(deserialize_with = "or_default")]
    pub transcript: Vec<TranscriptEntry>,
}

/// `TranscriptEntry`: one utterance.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TranscriptEntry {
    /// `Interviewer`, `Candidate` or `System`; any other value is kept.
    #[serde(deserialize_with = "or_default")]
    pub speaker: String,
    /// What was said.
    #[serde(deserialize_with = "or_default")]
    pub text: String,
    /// Seconds from the start.
    #[serde(deserialize_with = "number")]
    pub timestamp: Option<f64>,
    /// The same as MM:SS.
    pub timestamp_str: Option<String>,
}

/// `ResumeResult`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResumeResult {
    /// Weighted score, 0 to 100.
    #[serde(deserialize_with = "number")]
    pub overall_score: Option<f64>,
    /// Whether every eligibility criterion is met.
    pub is_eligible: Option<bool>,
    /// Scores by criterion.
    #[serde(deserialize_with = "or_default")]
    pub score_criteria: Vec<ScoreCriterion>,
    /// Eligibility by criterion.
    #[serde(deserialize_with = "or_default")]
    pub eligibility_criteria: Vec<EligibilityCriterion>,
    /// Address of the uploaded résumé.
    #[serde(skip_serializing)]
    pub resume_url: Option<String>,
}

/// `ResumeScoreCriterion`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScoreCriterion {
    /// The criterion.
    #[serde(deserialize_with = "or_default")]
    pub criteria_text: String,
    /// Score, 0 to 10.
    #[serde(deserialize_with = "number")]
    pub score: Option<f64>,
    /// AI confidence, 0 to 1.
    #[serde(deserialize_with = "number")]
    pub confidence: Option<f64>,
    /// AI reasoning.
    #[serde(deserialize_with = "or_default")]
    pub reasons: Vec<String>,
}

/// `ResumeEligibilityCriterion`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EligibilityCriterion {
    /// The criterion.
    #[serde(deserialize_with = "or_default")]
    pub criteria_text: String,
    /// Whether it is met.
    pub passed: Option<bool>,
    /// AI confidence, 0 to 1.
    #[serde(deserialize_with = "number")]
    pub confidence: Option<f64>,
    /// AI reasoning.
    #[serde(deserialize_with = "or_default")]
    pub reasons: Vec<String>,
}

/// `SMSResult`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SmsResult {
    /// Overall verdict.
    pub is_eligible: Option<bool>,
    /// AI confidence, 0 to 1.
    #[serde(deserialize_with = "number")]
    pub confidence: Option<f64>,
    /// Results by criterion.
    #[serde(deserialize_with = "or_default")]
    pub criteria: Vec<SmsCriterion>,
    /// The messages in order.
    #[serde(deserialize_with = "or_default")]
    pub transcript: Vec<SmsMessage>,
}

/// `SMSCriterionResult`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SmsCriterion {
    /// The question asked.
    #[serde(deserialize_with = "or_default")]
    pub criteria_text: String,
    /// Whether the candidate passed.
    pub passed: Option<bool>,
    /// AI confidence, 0 to 1.
    #[serde(deserialize_with = "number")]
    pub confidence: Option<f64>,
    /// Whether failing disqualifies.
    #[serde(deserialize_with = "or_default")]
    pub is_dealbreaker: bool,
    /// AI reasoning.
    #[serde(deserialize_with = "or_default")]
    pub reasons: Vec<String>,
}

/// `SMSMessage`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SmsMessage {
    /// `agent` or `candidate`; any other value is kept.
    #[serde(deserialize_with = "or_default")]
    pub role: String,
    /// The message.
    #[serde(deserialize_with = "or_default")]
    pub text: String,
    /// When it was sent, in Unix seconds.
    #[serde(deserialize_with = "number")]
    pub timestamp: Option<f64>,
}

/// `FormResult`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FormResult {
    /// `passed`, `failed` or `pending`; any other value is kept.
    #[serde(deserialize_with = "or_default")]
    pub overall_status: String,
    /// Results by question.
    #[serde(deserialize_with = "or_default")]
    pub questions: Vec<FormQuestion>,
}

/// `FormQuestionResult`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FormQuestion {
    /// The question on the form.
    #[serde(deserialize_with = "or_default")]
    pub question_text: String,
    /// Kind of field.
    #[serde(deserialize_with = "or_default")]
    pub question_type: String,
    /// Whether it is a knockout question.
    #[serde(deserialize_with = "or_default")]
    pub is_knockout: bool,
    /// Whether the answer passed.
    pub passed: Option<bool>,
    /// The candidate's answer.
    pub candidate_answer: Option<String>,
    /// The answer a knockout question expects.
    pub expected_answer: Option<String>,
}

opaque_debug!(
    WebInterviewResult,
    ScorecardQuestion,
    TranscriptEntry,
    ResumeResult,
    ScoreCriterion,
    EligibilityCriterion,
    SmsResult,
    SmsCriterion,
    SmsMessage,
    FormResult,
    FormQuestion,
);

impl fmt::Debug for InterviewData {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("InterviewData")
            .field("interview_id", &self.interview_id)
            .field("posting_id", &self.posting_id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
