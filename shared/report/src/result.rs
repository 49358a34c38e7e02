//! HeyMilo's `InterviewDataResponse` read into the report model, field by field on the field's own scale.

use heymilo::{
    FormResult, InterviewData, InterviewStatus, ResumeResult, ScorecardQuestion, SmsResult, TranscriptEntry, WebInterviewResult,
};

use crate::integrity;
use crate::model::{Context, Qualifier, QualifierGroup, Question, Report, ScoreLine, ScoredCriterion, Transcript, Utterance};
use crate::scale::{FIVE, HUNDRED, TEN, percent, within};
use crate::text::{ITEMS, NAME, PHRASE, clean, clean_all};

/// Evaluations and utterances.
const PARAGRAPH: usize = 6_000;
/// Reasons of one criterion.
const REASONS: usize = 10;
/// All transcripts together, in bytes: an hour of speech is about 60,000, and a function may answer 6 MB.
const TRANSCRIPT_BYTES: usize = 900_000;
/// All utterances together: each costs markup around its text.
const UTTERANCES: usize = 6_000;

impl Report {
    /// Makes the report of a result; every text is cleaned and bounded here.
    pub fn from_interview(data: &InterviewData, context: Context) -> Self {
        let interview = data.web_interview.as_ref();
        let (transcripts, transcript_cut) = transcripts(data);
        Self {
            context: clean_context(context),
            status: clean_status(&data.status),
            overall_score: within(data.score, HUNDRED).or_else(|| within(interview.and_then(|interview| interview.match_score), HUNDRED)),
            scores: scores(data),
            questions: interview.map(questions).unwrap_or_default(),
            criteria: data.resume.as_ref().map(criteria).unwrap_or_default(),
            qualifiers: qualifiers(data),
            highlights: interview
                .map(|interview| clean_all(&interview.highlights, PHRASE, ITEMS))
                .unwrap_or_default(),
            lowlights: interview
                .map(|interview| clean_all(&interview.lowlights, PHRASE, ITEMS))
                .unwrap_or_default(),
            tags: interview
                .map(|interview| clean_all(&interview.tags, NAME, ITEMS))
                .unwrap_or_default(),
            integrity: data.cheat_detection.as_ref().map(integrity::signals).unwrap_or_default(),
            transcripts,
            transcript_cut,
        }
    }
}

fn clean_context(mut context: Context) -> Context {
    for name in [
        &mut context.candidate_name,
        &mut context.job_requisition_id,
        &mut context.job_title,
        &mut context.posting_title,
        &mut context.report_id,
    ] {
        *name = clean(name, NAME);
    }
    context.completed_on = clean(&context.completed_on, 10);
    // Cut, it would lead elsewhere; the address is ours, so the bound is only there against accidents.
    context.view_report_url = clean(&context.view_report_url, 2_000);
    context
}

fn clean_status(status: &InterviewStatus) -> InterviewStatus {
    InterviewStatus::from(clean(status.as_str(), 60))
}

fn scores(data: &InterviewData) -> Vec<ScoreLine> {
    let interview = data.web_interview.as_ref();
    let line = |label: &str, value: Option<f64>, maximum: f64| {
        within(value, maximum).map(|value| ScoreLine {
            label: label.to_owned(),
            value,
            maximum,
        })
    };
    [
        line("Overall", data.score, HUNDRED),
        line("Interview", interview.and_then(|interview| interview.match_score), HUNDRED),
        line("Communication", interview.and_then(|interview| interview.speech_score), FIVE),
        line("Résumé", data.resume.as_ref().and_then(|resume| resume.overall_score), HUNDRED),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn questions(interview: &WebInterviewResult) -> Vec<Question> {
    let mut asked: Vec<&ScorecardQuestion> = interview.scorecard.iter().collect();
    asked.sort_by(|left, right| {
        let rank = |question: &ScorecardQuestion| question.rank.unwrap_or(f64::MAX);
        rank(left).total_cmp(&rank(right))
    });
    asked
        .into_iter()
        .take(ITEMS)
        .enumerate()
        .map(|(index, question)| Question {
            number: index + 1,
            text: clean(&question.question_text, PHRASE),
            score: within(question.score, TEN).filter(|_| !question.not_scored),
            weight: within(question.score_weight, TEN).filter(|_| !question.not_scored),
            summary: clean(&question.evaluation_summary, PARAGRAPH),
            criteria: clean(&question.evaluation_criteria, PARAGRAPH),
            anchors: anchors(question),
        })
        .collect()
}

fn anchors(question: &ScorecardQuestion) -> Vec<String> {
    [(1, &question.score_1_description), (5, &question.score_5_description)]
        .into_iter()
        .filter_map(|(score, description)| {
            let description = clean(description.as_deref()?, PHRASE);
            (!description.is_empty()).then(|| format!("{score} of 10: {description}"))
        })
        .collect()
}

fn criteria(resume: &ResumeResult) -> Vec<ScoredCriterion> {
    resume
        .score_criteria
        .iter()
        .take(ITEMS)
        .map(|criterion| ScoredCriterion {
            text: clean(&criterion.criteria_text, PHRASE),
            score: within(criterion.score, TEN),
            confidence: percent(criterion.confidence),
            reasons: clean_all(&criterion.reasons, PHRASE, REASONS),
        })
        .collect()
}

fn qualifiers(data: &InterviewData) -> Vec<QualifierGroup> {
    [
        data.form.as_ref().map(form_qualifiers),
        data.sms.as_ref().map(sms_qualifiers),
        data.resume.as_ref().map(resume_qualifiers),
    ]
    .into_iter()
    .flatten()
    .filter(|group| !group.items.is_empty() || group.verdict.is_some())
    .collect()
}

fn form_qualifiers(form: &FormResult) -> QualifierGroup {
    let items = form.questions.iter().take(ITEMS).map(|question| Qualifier {
        text: clean(&question.question_text, PHRASE),
        answer: optional(question.candidate_answer.as_deref()),
        expected: optional(question.expected_answer.as_deref()),
        passed: question.passed,
        knockout: question.is_knockout,
        confidence: None,
        reasons: Vec::new(),
    });
    QualifierGroup {
        title: "Form".to_owned(),
        verdict: match form.overall_status.as_str() {
            "" => None,
            "passed" => Some("Passed".to_owned()),
            "failed" => Some("Not passed".to_owned()),
            "pending" => Some("Pending".to_owned()),
            other => Some(clean(other, 60)),
        },
        items: items.collect(),
    }
}

fn sms_qualifiers(sms: &SmsResult) -> QualifierGroup {
    let items = sms.criteria.iter().take(ITEMS).map(|criterion| Qualifier {
        text: clean(&criterion.criteria_text, PHRASE),
        answer: None,
        expected: None,
        passed: criterion.passed,
        knockout: criterion.is_dealbreaker,
        confidence: percent(criterion.confidence),
        reasons: clean_all(&criterion.reasons, PHRASE, REASONS),
    });
    QualifierGroup {
        title: "SMS screening".to_owned(),
        verdict: eligibility(sms.is_eligible),
        items: items.collect(),
    }
}

fn resume_qualifiers(resume: &ResumeResult) -> QualifierGroup {
    let items = resume.eligibility_criteria.iter().take(ITEMS).map(|criterion| Qualifier {
        text: clean(&criterion.criteria_text, PHRASE),
        answer: None,
        expected: None,
        passed: criterion.passed,
        knockout: false,
        confidence: percent(criterion.confidence),
        reasons: clean_all(&criterion.reasons, PHRASE, REASONS),
    });
    QualifierGroup {
        title: "Résumé".to_owned(),
        verdict: eligibility(resume.is_eligible),
        items: items.collect(),
    }
}

fn eligibility(is_eligible: Option<bool>) -> Option<String> {
    is_eligible.map(|eligible| if eligible { "Eligible" } else { "Not eligible" }.to_owned())
}

fn optional(text: Option<&str>) -> Option<String> {
    text.map(|text| clean(text, PHRASE)).filter(|text| !text.is_empty())
}

/// The conversations, and whether something did not fit.
fn transcripts(data: &InterviewData) -> (Vec<Transcript>, bool) {
    let mut room = Room {
        bytes: TRANSCRIPT_BYTES,
        utterances: UTTERANCES,
        cut: false,
    };
    let interview = data.web_interview.as_ref().map(|interview| Transcript {
        title: "Interview".to_owned(),
        utterances: interview_entries(interview)
            .filter_map(|entry| {
                let time = entry
                    .timestamp_str
                    .as_deref()
                    .map(|time| clean(time, 12))
                    .filter(|time| !time.is_empty());
                room.take(speaker(&entry.speaker), time, &entry.text)
            })
            .collect(),
    });
    let sms = data.sms.as_ref().map(|sms| Transcript {
        title: "SMS screening".to_owned(),
        utterances: sms
            .transcript
            .iter()
            .filter_map(|message| room.take(speaker(&message.role), None, &message.text))
            .collect(),
    });
    let transcripts = [interview, sms]
        .into_iter()
        .flatten()
        .filter(|transcript| !transcript.utterances.is_empty())
        .collect();
    (transcripts, room.cut)
}

/// The whole conversation, or where HeyMilo kept it only by question, those pieces in order.
fn interview_entries(interview: &WebInterviewResult) -> impl Iterator<Item = &TranscriptEntry> {
    let by_question = interview.transcript.is_empty();
    interview.transcript.iter().chain(
        interview
            .scorecard
            .iter()
            .filter(move |_| by_question)
            .flat_map(|question| &question.transcript),
    )
}

/// `Interviewer`, `Candidate`, `System`, `agent`, `candidate`; anything else as it is.
fn speaker(name: &str) -> String {
    match name.to_lowercase().as_str() {
        "interviewer" | "agent" => "Interviewer".to_owned(),
        "candidate" => "Candidate".to_owned(),
        "system" => "System".to_owned(),
        "" => "Unknown speaker".to_owned(),
        _ => clean(name, 60),
    }
}

/// What is left for transcripts.
struct Room {
    bytes: usize,
    utterances: usize,
    cut: bool,
}

impl Room {
    fn take(&mut self, speaker: String, time: Option<String>, text: &str) -> Option<Utterance> {
        let text = clean(text, PARAGRAPH);
        if text.is_empty() {
            return None;
        }
        // Once something is left out everything after it is: a transcript with holes would mislead.
        if self.cut || self.utterances == 0 || text.len() > self.bytes {
            self.cut = true;
            return None;
        }
        self.bytes -= text.len();
        self.utterances -= 1;
        Some(Utterance { speaker, time, text })
    }
}
