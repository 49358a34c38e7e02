//! The report as every output reads it: clean text, scores that know their scale, nothing that expires.

use std::fmt;

use heymilo::InterviewStatus;
use serde::{Deserialize, Serialize};

use crate::scale::decimal;

/// What the report needs to know beyond HeyMilo's result.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// Name of the candidate as on the Workday record.
    pub candidate_name: String,
    /// `Job_Requisition_ID` in Workday.
    pub job_requisition_id: String,
    /// Title of the requisition in Workday.
    pub job_title: String,
    /// Title of the HeyMilo posting.
    pub posting_title: String,
    /// Day the screening was completed, `YYYY-MM-DD`; the only date in the PDF.
    pub completed_on: String,
    /// Opaque id of the report, also the `ID` of the Workday attachment.
    pub report_id: String,
    /// Version of the result, from 1.
    pub version: u32,
    /// Address of the View Report page.
    pub view_report_url: String,
}

/// A result of HeyMilo, ready to be shown.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Names, ids and the link.
    pub context: Context,
    /// HeyMilo's status of the interview.
    pub status: InterviewStatus,
    /// Overall score, 0 to 100.
    pub overall_score: Option<f64>,
    /// Scores of the steps, each with its scale.
    pub scores: Vec<ScoreLine>,
    /// Questions of the interview with their evaluation.
    pub questions: Vec<Question>,
    /// Scored criteria of the résumé.
    pub criteria: Vec<ScoredCriterion>,
    /// Qualifier responses by step.
    pub qualifiers: Vec<QualifierGroup>,
    /// `highlights`: strengths found by AI.
    pub highlights: Vec<String>,
    /// `lowlights`: areas for improvement found by AI.
    pub lowlights: Vec<String>,
    /// `tags` of the interview.
    pub tags: Vec<String>,
    /// Integrity signals in words.
    pub integrity: Vec<String>,
    /// Conversations by step.
    pub transcripts: Vec<Transcript>,
    /// Whether a conversation was longer than a report may be.
    pub transcript_cut: bool,
}

/// One score with its scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoreLine {
    /// What was scored.
    pub label: String,
    /// The score.
    pub value: f64,
    /// Top of its scale.
    pub maximum: f64,
}

/// One question of the interview: `ScorecardQuestion`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Position, from 1.
    pub number: usize,
    /// The question as asked.
    pub text: String,
    /// Score of 10; none for a question asked for information.
    pub score: Option<f64>,
    /// Weight, 1 to 10.
    pub weight: Option<f64>,
    /// AI summary of the answer.
    pub summary: String,
    /// Criteria the answer was held against.
    pub criteria: String,
    /// What the anchors of the scale mean, in words.
    pub anchors: Vec<String>,
}

/// One scored criterion of the résumé: `ResumeScoreCriterion`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoredCriterion {
    /// The criterion.
    pub text: String,
    /// Score of 10.
    pub score: Option<f64>,
    /// AI confidence in percent.
    pub confidence: Option<String>,
    /// AI reasoning.
    pub reasons: Vec<String>,
}

/// The qualifiers of one step.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct QualifierGroup {
    /// The step.
    pub title: String,
    /// Its overall verdict in words.
    pub verdict: Option<String>,
    /// The qualifiers.
    pub items: Vec<Qualifier>,
}

/// One qualifier: `FormQuestionResult`, `SMSCriterionResult` or `ResumeEligibilityCriterion`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Qualifier {
    /// The question or criterion.
    pub text: String,
    /// What the candidate answered.
    pub answer: Option<String>,
    /// What a knockout question expects.
    pub expected: Option<String>,
    /// Whether it was passed.
    pub passed: Option<bool>,
    /// Whether failing it disqualifies.
    pub knockout: bool,
    /// AI confidence in percent.
    pub confidence: Option<String>,
    /// AI reasoning.
    pub reasons: Vec<String>,
}

/// A conversation of one step.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Transcript {
    /// The step.
    pub title: String,
    /// What was said, in order.
    pub utterances: Vec<Utterance>,
}

/// One utterance.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Utterance {
    /// Who spoke.
    pub speaker: String,
    /// When, from the start, as MM:SS.
    pub time: Option<String>,
    /// What was said.
    pub text: String,
}

impl Report {
    /// The score for Workday's `Assessment_Test_Score`: a decimal of 0 to 100 with at most six fraction digits.
    pub fn score(&self) -> Option<String> {
        self.overall_score.map(|score| decimal(score, 6))
    }

    /// The same with what recruiters decided in HeyMilo since, if they did: for page and note. The PDF is the report of its
    /// day.
    #[must_use]
    pub fn decided(self, status: Option<&str>) -> Self {
        let decided = status.map(|status| InterviewStatus::from(status.to_owned()));
        Self {
            status: decided.unwrap_or(self.status),
            ..self
        }
    }

    /// The outcome in words.
    pub fn outcome(&self) -> String {
        match &self.status {
            InterviewStatus::Completed => "Screening completed".to_owned(),
            InterviewStatus::Shortlisted => "Completed, shortlisted in HeyMilo".to_owned(),
            InterviewStatus::Dismissed => "Completed, dismissed in HeyMilo".to_owned(),
            InterviewStatus::KnockedOut => "Did not meet a knockout criterion".to_owned(),
            InterviewStatus::Evaluating => "Completed, score still being computed".to_owned(),
            InterviewStatus::Pending | InterviewStatus::NotReady => "Not started".to_owned(),
            InterviewStatus::InProgress => "In progress".to_owned(),
            InterviewStatus::Unknown(value) => format!("HeyMilo status: {value}"),
        }
    }

    /// The report of a stored result. The version is the stored row's, not part of its content: an unchanged result has an
    /// unchanged fingerprint.
    pub fn from_stored(content: &[u8], version: u32) -> Result<Self, serde_json::Error> {
        let mut report: Self = serde_json::from_slice(content)?;
        report.context.version = version;
        Ok(report)
    }

    /// `HeyMilo Report <requisition> <end of the report id>.pdf`, in characters every system takes.
    pub fn pdf_file_name(&self) -> String {
        let requisition = file_name_part(&self.context.job_requisition_id, 60);
        let id: String = self.context.report_id.chars().filter(char::is_ascii_alphanumeric).collect();
        let id = id.get(id.len().saturating_sub(12)..).unwrap_or_default().to_owned();
        // Workday refuses a second attachment of the same name on a job application.
        let version = match self.context.version {
            0 | 1 => String::new(),
            version => format!("v{version}"),
        };
        let name: Vec<String> = ["HeyMilo".to_owned(), "Report".to_owned(), requisition, id, version]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        format!("{}.pdf", name.join(" "))
    }

    /// How many qualifiers have a verdict, and how many of them were passed.
    pub(crate) fn qualifier_count(&self) -> (usize, usize) {
        let judged: Vec<bool> = self
            .qualifiers
            .iter()
            .flat_map(|group| &group.items)
            .filter_map(|item| item.passed)
            .collect();
        (judged.len(), judged.iter().filter(|passed| **passed).count())
    }

    /// The requisition as people name it.
    pub(crate) fn job(&self) -> String {
        let Context {
            job_title,
            job_requisition_id,
            ..
        } = &self.context;
        match (job_title.is_empty(), job_requisition_id.is_empty()) {
            (false, false) => format!("{job_title} ({job_requisition_id})"),
            (false, true) => job_title.clone(),
            (true, _) => job_requisition_id.clone(),
        }
    }

    /// The candidate's name, or words for a missing one.
    pub(crate) fn candidate(&self) -> &str {
        match self.context.candidate_name.as_str() {
            "" => "Candidate without a name",
            name => name,
        }
    }
}

impl ScoreLine {
    /// `8.5 of 10`.
    pub(crate) fn words(&self) -> String {
        format!("{} of {}", decimal(self.value, 2), decimal(self.maximum, 2))
    }
}

impl Question {
    /// `8 of 10`, or why there is no score.
    pub(crate) fn score_words(&self) -> String {
        self.score
            .map_or_else(|| "not scored".to_owned(), |score| format!("{} of 10", decimal(score, 2)))
    }
}

impl Qualifier {
    /// The verdict in words.
    pub(crate) fn verdict(&self) -> &'static str {
        match self.passed {
            Some(true) => "Passed",
            Some(false) => "Not passed",
            None => "No verdict",
        }
    }
}

fn file_name_part(text: &str, limit: usize) -> String {
    let safe: String = text
        .chars()
        .map(|character| {
            if character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.') {
                character
            } else {
                '-'
            }
        })
        .take(limit)
        .collect();
    safe.trim_matches(['-', '.']).to_owned()
}

/// `Debug` that shows ids only: a report is about a person.
macro_rules! opaque_debug {
    ($($name:ty),+ $(,)?) => {
        $(impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        })+
    };
}

opaque_debug!(Question, ScoredCriterion, QualifierGroup, Qualifier, Transcript, Utterance);

impl fmt::Debug for Context {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Context")
            .field("job_requisition_id", &self.job_requisition_id)
            .field("report_id", &self.report_id)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Report")
            .field("context", &self.context)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
