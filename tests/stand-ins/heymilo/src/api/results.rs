//! `InterviewDataResponse`: the results of one interview, with scorecard, transcript and qualifier answers.

use serde_json::{Value, json};

use super::resources;
use crate::model::{GivenAnswer, Interview, Posting, Stage};
use crate::rubric::{FormQuestion, OpenQuestion, ScoredAnswer};

/// From this score on, an answer is a strength of the candidate.
const STRONG_SCORE: u32 = 7;

/// `InterviewDataResponse`.
pub(crate) fn interview_data(posting: &Posting, interview: &Interview, not_ready_status: bool) -> Value {
    let ready = matches!(interview.stage, Stage::Completed | Stage::KnockedOut);
    let status = if ready || !not_ready_status {
        interview.status()
    } else {
        "not_ready"
    };
    json!({
        "object": "interview_data",
        "interview_id": interview.interview_id,
        "candidate_id": interview.candidate_id,
        "posting_id": interview.posting_id,
        "name": interview.name,
        "email": interview.email,
        "score": resources::score(interview),
        "status": status,
        "workflow": resources::workflow(posting, interview),
        "web_interview": web_interview(posting, interview),
        "resume": null,
        "sms": null,
        "form": form(posting, interview),
        "cheat_detection": null,
        "metadata": interview.metadata,
        "data": interview.data,
    })
}

/// `WebInterviewResult`; there is none before the evaluation, nor after a knock-out in the form.
fn web_interview(posting: &Posting, interview: &Interview) -> Value {
    let Some(match_score) = resources::match_score(interview) else {
        return Value::Null;
    };
    json!({
        "object": "web_interview_result",
        "interview_id": interview.interview_id,
        "match_score": match_score,
        "highlights": highlights(posting, interview),
        "lowlights": lowlights(posting, interview),
        "scorecard": scorecard(posting, interview),
        "speech_score": null,
        "transcript": transcript(posting, interview),
        "audio_recording_url": null,
        "video_recording_url": null,
        "tags": tags(interview),
    })
}

fn scored<'a>(posting: &'a Posting, interview: &'a Interview) -> impl Iterator<Item = (&'a OpenQuestion, &'a ScoredAnswer)> {
    let score = |id: &str| interview.scores.iter().find(|score| score.question_id == id);
    let pair = move |question: &'a OpenQuestion| Some((question, score(&question.question_id)?));
    posting.open_questions.iter().filter_map(pair)
}

/// What speaks for the candidate, one sentence per strong answer.
pub(crate) fn highlights(posting: &Posting, interview: &Interview) -> Vec<String> {
    scored(posting, interview)
        .filter(|(_, score)| score.score >= STRONG_SCORE && !score.mentioned.is_empty())
        .map(|(question, score)| format!("\"{}\": named {}.", question.text, score.mentioned.join(", ")))
        .collect()
}

fn lowlights(posting: &Posting, interview: &Interview) -> Vec<String> {
    scored(posting, interview)
        .filter(|(_, score)| !score.missing.is_empty())
        .map(|(question, score)| format!("\"{}\": did not mention {}.", question.text, score.missing.join(", ")))
        .collect()
}

fn tags(interview: &Interview) -> Vec<String> {
    let mentioned = interview.scores.iter().flat_map(|score| score.mentioned.iter());
    mentioned.map(|label| label.to_lowercase().replace(' ', "-")).collect()
}

fn scorecard(posting: &Posting, interview: &Interview) -> Vec<Value> {
    let started = interview.started_at.unwrap_or(interview.created_at);
    let entry = |(rank, (question, score)): (usize, (&OpenQuestion, &ScoredAnswer))| {
        let given = interview.answer(&question.question_id);
        json!({
            "question_id": question.question_id,
            "question_text": question.text,
            "score": score.score,
            "score_weight": score.weight,
            "evaluation_summary": score.summary(),
            "evaluation_criteria": question.criteria(),
            "score_1_description": question.score_1_description,
            "score_5_description": question.score_5_description,
            "not_scored": false,
            "rank": rank + 1,
            "transcript": given.map(|given| dialogue(&question.text, given, started)).unwrap_or_default(),
        })
    };
    scored(posting, interview).enumerate().map(entry).collect()
}

fn transcript(posting: &Posting, interview: &Interview) -> Vec<Value> {
    let started = interview.started_at.unwrap_or(interview.created_at);
    let mut entries = vec![turn(
        "System",
        "The candidate read the AI notice and started the text interview.",
        0.0,
    )];
    for question in &posting.open_questions {
        if let Some(given) = interview.answer(&question.question_id) {
            entries.extend(dialogue(&question.text, given, started));
        }
    }
    let end = interview.finished_at.map_or(0.0, |end| end - started);
    entries.push(turn("System", "The candidate finished the interview.", end));
    entries
}

fn dialogue(question: &str, given: &GivenAnswer, started: f64) -> Vec<Value> {
    let at = (given.at - started).max(0.0);
    vec![turn("Interviewer", question, at), turn("Candidate", &given.text, at)]
}

/// `TranscriptEntry`.
fn turn(speaker: &str, text: &str, seconds: f64) -> Value {
    let minutes = (seconds / 60.0).floor();
    let rest = (seconds % 60.0).floor();
    json!({"speaker": speaker, "text": text, "timestamp": (seconds * 1000.0).round() / 1000.0, "timestamp_str": format!("{minutes:02.0}:{rest:02.0}")})
}

/// `FormResult`: pending until every qualifier is answered.
fn form(posting: &Posting, interview: &Interview) -> Value {
    let answered = |question: &&FormQuestion| interview.answer(&question.question_id).is_some();
    let complete = posting.form_questions.iter().all(|question| answered(&question));
    let overall_status = match (complete, interview.failed_knockout) {
        (false, _) => "pending",
        (true, true) => "failed",
        (true, false) => "passed",
    };
    let questions: Vec<Value> = posting
        .form_questions
        .iter()
        .filter(answered)
        .map(|question| form_question(question, interview))
        .collect();
    json!({"object": "form_result", "interview_id": interview.interview_id, "overall_status": overall_status, "questions": questions})
}

fn form_question(question: &FormQuestion, interview: &Interview) -> Value {
    let given = interview.answer(&question.question_id).map(|given| given.text.as_str());
    json!({
        "question_id": question.question_id,
        "question_text": question.text,
        "question_type": "multiple-choice",
        "is_knockout": question.is_knockout,
        "passed": given.is_some_and(|text| question.passes(text)),
        "candidate_answer": given,
        "expected_answer": question.expected(),
    })
}
