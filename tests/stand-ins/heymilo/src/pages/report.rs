//! What a recruiter sees of a posting and of an interview: the rubric, and the report with the reason for every point.

use axum::body::Bytes;
use axum::extract::{Path, State as Extracted};
use axum::response::{IntoResponse, Redirect, Response};

use super::console::{INTERVIEW_HEADS, LATEST, interview_row};
use super::html::{console_page, escape, link, missing, table};
use crate::api::resources;
use crate::app::App;
use crate::clock::readable;
use crate::model::{Interview, Posting};
use crate::rubric::{Criterion, FormQuestion, OpenQuestion, ScoredAnswer};

/// `/postings/{id}`: the questions and the rubric.
pub(super) async fn posting(Extracted(app): Extracted<App>, Path(id): Path<String>) -> Response {
    let Some(posting) = app.read(|state| state.posting(&id).cloned()) else {
        return missing("posting");
    };
    let base_url = app.base_url().to_owned();
    let rows: Vec<_> = app.read(|state| {
        let of_posting = state
            .interviews
            .iter()
            .rev()
            .filter(|interview| interview.posting_id == id)
            .take(LATEST);
        of_posting
            .map(|interview| interview_row(state.interview_context(&interview.interview_id), &base_url))
            .collect()
    });
    let qualifier = |question: &FormQuestion| {
        let rule = question
            .expected()
            .map_or_else(|| "any answer".to_owned(), |expected| format!("knock-out unless {expected}"));
        vec![escape(&question.text), escape(&question.choices.join(", ")), escape(&rule)]
    };
    let open = |question: &OpenQuestion| vec![escape(&question.text), question.weight.to_string(), escape(&question.criteria())];
    let body = format!(
        "<h1>{}</h1><h2>Qualifiers</h2>{}<h2>Open questions and rubric</h2>\
         <p>Each answer scores 1 to 10: one point for answering, up to 3 for length (15 to 120 words are good), up to 6 for the key points \
         mentioned. The match score is the weighted mean, times ten.</p>{}<h2>Candidates</h2>{}",
        escape(&posting.title),
        table(
            "Qualifiers",
            &["Question", "Choices", "Rule"],
            &posting.form_questions.iter().map(qualifier).collect::<Vec<_>>()
        ),
        table(
            "Rubric",
            &["Question", "Weight", "Key points"],
            &posting.open_questions.iter().map(open).collect::<Vec<_>>()
        ),
        table("Candidates", &INTERVIEW_HEADS, &rows),
    );
    console_page(&posting.title, &body)
}

/// `/interviews/{id}`: the report, with the reason for every point.
pub(super) async fn interview(Extracted(app): Extracted<App>, Path(id): Path<String>) -> Response {
    let found = app.read(|state| {
        state
            .interview_context(&id)
            .map(|(interview, posting, _)| (interview.clone(), posting.clone()))
    });
    let Some((interview, posting)) = found else {
        return missing("interview");
    };
    let score = resources::score(&interview).map_or_else(|| "none yet".to_owned(), |score| format!("{score:.1} of 100"));
    let body = format!(
        "<h1>{name}</h1><dl><dt>Posting</dt><dd>{posting}</dd><dt>Status</dt><dd>{status}</dd><dt>Score</dt><dd>{score}</dd>\
         <dt>Interview id</dt><dd><code>{id}</code></dd><dt>Ingested</dt><dd>{count} time(s), first {created}</dd>\
         <dt>Metadata</dt><dd><code>{metadata}</code></dd></dl>{decision}<h2>Qualifiers</h2>{qualifiers}<h2>Open questions</h2>{answers}",
        name = escape(&interview.name),
        posting = link(&format!("/postings/{}", posting.id), &posting.title),
        status = escape(interview.status()),
        id = escape(&interview.interview_id),
        count = interview.ingest_count,
        created = readable(interview.created_at),
        metadata = escape(&serde_json::json!(interview.metadata).to_string()),
        decision = decision_form(&interview),
        qualifiers = qualifiers(&posting, &interview),
        answers = scored_answers(&posting, &interview),
    );
    console_page(&interview.name, &body)
}

fn qualifiers(posting: &Posting, interview: &Interview) -> String {
    let row = |question: &FormQuestion| {
        let given = interview.answer(&question.question_id)?;
        let verdict = if question.passes(&given.text) {
            "<span class=\"good\">passed</span>"
        } else {
            "<span class=\"bad\">failed</span>"
        };
        Some(vec![escape(&question.text), escape(&given.text), verdict.to_owned()])
    };
    let rows: Vec<_> = posting.form_questions.iter().filter_map(row).collect();
    table("Qualifiers", &["Question", "Answer", "Verdict"], &rows)
}

fn scored_answers(posting: &Posting, interview: &Interview) -> String {
    let part = |question: &OpenQuestion| {
        let given = interview.answer(&question.question_id)?;
        let score = interview.scores.iter().find(|score| score.question_id == question.question_id);
        let rows = |score: &ScoredAnswer| -> Vec<Vec<String>> {
            let cells = |line: &Criterion| {
                vec![
                    escape(&line.name),
                    format!("{} of {}", line.points, line.out_of),
                    escape(&line.reason),
                ]
            };
            score.criteria.iter().map(cells).collect()
        };
        let judged = score.map_or_else(
            || "<p class=\"soft\">Not scored yet.</p>".to_owned(),
            |score| {
                let correction = score.correction.as_deref().map(escape).unwrap_or_default();
                let table = table("Criteria", &["Criterion", "Points", "Reason"], &rows(score));
                format!(
                    "<p><strong>{} of 10</strong>, weight {}. {correction}</p>{table}",
                    score.score, score.weight
                )
            },
        );
        Some(format!(
            "<div class=\"card\"><p><strong>{}</strong></p><p>{}</p>{judged}</div>",
            escape(&question.text),
            escape(&given.text)
        ))
    };
    let parts: String = posting.open_questions.iter().filter_map(part).collect();
    if parts.is_empty() {
        "<p class=\"soft\">No answers yet.</p>".to_owned()
    } else {
        parts
    }
}

/// `POST /interviews/{id}/decision`: a recruiter shortlists or dismisses, or takes that back.
pub(super) async fn decide(Extracted(app): Extracted<App>, Path(id): Path<String>, body: Bytes) -> Response {
    let decision = url::form_urlencoded::parse(&body)
        .find(|(key, _)| key == "decision")
        .map(|(_, value)| value.into_owned());
    let status = decision.filter(|decision| matches!(decision.as_str(), "shortlisted" | "dismissed"));
    app.change(|state| {
        if let Some(interview) = state.interview_mut(&id) {
            interview.forced_status = status;
        }
    });
    Redirect::to(&format!("/interviews/{id}")).into_response()
}

fn decision_form(interview: &Interview) -> String {
    let button = |value: &str, text: &str| format!("<button type=\"submit\" name=\"decision\" value=\"{value}\">{text}</button> ");
    let buttons = [
        button("shortlisted", "Shortlist"),
        button("dismissed", "Dismiss"),
        button("none", "No decision"),
    ]
    .concat();
    format!(
        "<form method=\"post\" action=\"/interviews/{}/decision\"><p>{buttons}</p></form>",
        escape(&interview.interview_id)
    )
}
