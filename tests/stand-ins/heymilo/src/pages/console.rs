//! The stand-in's console: overview, posting with its rubric, interview with its report, outbox, webhooks, settings, calls.

use axum::body::Bytes;
use axum::extract::{Path, State as Extracted};
use axum::response::{IntoResponse, Redirect, Response};

use super::html::{console_page, escape, link, missing, table};
use crate::api::resources;
use crate::app::App;
use crate::clock::{readable, unix_seconds};
use crate::model::{Delivery, DeliveryOutcome, Interview, Posting, Workspace};

const LATEST: usize = 200;

/// `/`: postings and interviews.
pub(super) async fn overview(Extracted(app): Extracted<App>) -> Response {
    let base_url = app.base_url().to_owned();
    let (postings, interviews, switches) = app.read(|state| {
        let now = unix_seconds();
        let posting_row = |posting: &Posting| {
            let candidates = state
                .interviews
                .iter()
                .filter(|interview| interview.posting_id == posting.id)
                .count();
            let kind = if posting.test_posting { "test" } else { "" };
            vec![
                link(&format!("/postings/{}", posting.id), &posting.title),
                format!("<code>{}</code>", escape(&posting.id)),
                posting.status(now).to_owned(),
                escape(&posting.language),
                readable(posting.deadline),
                kind.to_owned(),
                candidates.to_string(),
            ]
        };
        let postings: Vec<_> = state.postings.iter().take(LATEST).map(posting_row).collect();
        let interview_row = |interview: &Interview| interview_row(state.interview_context(&interview.interview_id), &base_url);
        let interviews: Vec<_> = state.interviews.iter().rev().take(LATEST).map(interview_row).collect();
        (postings, interviews, state.workspaces.iter().map(switch_words).collect::<String>())
    });
    let body = format!(
        "<h1>HeyMilo stand-in</h1><p>Serves HeyMilo's public API under <code>{}/api/v2</code>. Control API: {}.</p>{switches}\
         <h2>Postings</h2>{}<h2>Interviews</h2>{}",
        escape(app.base_url()),
        link("/__stand-in/state", "state as JSON"),
        table(
            "Postings",
            &["Title", "Id", "Status", "Language", "Deadline", "Kind", "Candidates"],
            &postings
        ),
        table(
            "Interviews",
            &["Candidate", "Posting", "Status", "Score", "Ingests", "Candidate page"],
            &interviews
        ),
    );
    console_page("HeyMilo stand-in", &body)
}

fn interview_row(context: Option<(&Interview, &Posting, &Workspace)>, base_url: &str) -> Vec<String> {
    let Some((interview, posting, workspace)) = context else {
        return Vec::new();
    };
    vec![
        link(&format!("/interviews/{}", interview.interview_id), &interview.name),
        escape(&posting.title),
        escape(interview.status()),
        resources::score(interview).map_or_else(String::new, |score| format!("{score:.1}")),
        interview.ingest_count.to_string(),
        link(&resources::interview_url(base_url, workspace, &interview.interview_id), "open"),
    ]
}

fn switch_words(workspace: &Workspace) -> String {
    let words = if workspace.communications_off {
        "are turned off: HeyMilo mails nobody"
    } else {
        "are on: HeyMilo mails every candidate it ingests"
    };
    format!(
        "<p><strong>{}</strong>: candidate communications {words} ({}).</p>",
        escape(&workspace.name),
        link("/settings", "settings")
    )
}

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
    let qualifier = |question: &crate::rubric::FormQuestion| {
        let rule = question
            .expected()
            .map_or_else(|| "any answer".to_owned(), |expected| format!("knock-out unless {expected}"));
        vec![escape(&question.text), escape(&question.choices.join(", ")), escape(&rule)]
    };
    let open =
        |question: &crate::rubric::OpenQuestion| vec![escape(&question.text), question.weight.to_string(), escape(&question.criteria())];
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
        table(
            "Candidates",
            &["Candidate", "Posting", "Status", "Score", "Ingests", "Candidate page"],
            &rows
        ),
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
         <dt>Metadata</dt><dd><code>{metadata}</code></dd></dl><h2>Qualifiers</h2>{qualifiers}<h2>Open questions</h2>{answers}",
        name = escape(&interview.name),
        posting = link(&format!("/postings/{}", posting.id), &posting.title),
        status = escape(interview.status()),
        id = escape(&interview.interview_id),
        count = interview.ingest_count,
        created = readable(interview.created_at),
        metadata = escape(&serde_json::json!(interview.metadata).to_string()),
        qualifiers = qualifiers(&posting, &interview),
        answers = scored_answers(&posting, &interview),
    );
    console_page(&interview.name, &body)
}

fn qualifiers(posting: &Posting, interview: &Interview) -> String {
    let row = |question: &crate::rubric::FormQuestion| {
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
    let part = |question: &crate::rubric::OpenQuestion| {
        let given = interview.answer(&question.question_id)?;
        let score = interview.scores.iter().find(|score| score.question_id == question.question_id);
        let rows = |score: &crate::rubric::ScoredAnswer| -> Vec<Vec<String>> {
            let cells = |line: &crate::rubric::Criterion| {
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

/// `/outbox`: the mails HeyMilo itself sent.
pub(super) async fn outbox(Extracted(app): Extracted<App>) -> Response {
    let rows: Vec<_> = app.read(|state| {
        let mails = state.mails.iter().rev().take(LATEST);
        mails
            .map(|mail| {
                vec![
                    readable(mail.sent_at),
                    escape(&mail.to),
                    escape(&mail.subject),
                    mail_text(&mail.text),
                ]
            })
            .collect()
    });
    let body = format!(
        "<h1>Outbox</h1><p>Mails this stand-in sent on its own, as HeyMilo does on every ingest.</p>{}",
        table("Mails", &["Sent", "To", "Subject", "Text"], &rows)
    );
    console_page("Outbox", &body)
}

/// The mail's text with its link made clickable.
fn mail_text(text: &str) -> String {
    let word = |word: &str| {
        if word.starts_with("http://") || word.starts_with("https://") {
            link(word, word)
        } else {
            escape(word)
        }
    };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
    format!("<pre>{}</pre>", text.lines().map(line).collect::<Vec<_>>().join("\n"))
}

/// `/webhooks`: registrations and deliveries.
pub(super) async fn webhooks(Extracted(app): Extracted<App>) -> Response {
    let (registrations, deliveries) = app.read(|state| {
        let registration = |webhook: &crate::model::Webhook| {
            let active = if webhook.is_active { "active" } else { "deactivated" };
            vec![
                escape(&webhook.event_type),
                format!("<code>{}</code>", escape(&webhook.posting_id)),
                format!("<code>{}</code>", escape(&webhook.webhook_url)),
                active.to_owned(),
            ]
        };
        let registrations: Vec<_> = state.webhooks.iter().rev().take(LATEST).map(registration).collect();
        let deliveries: Vec<_> = state.deliveries.iter().rev().take(LATEST).map(delivery_row).collect();
        (registrations, deliveries)
    });
    let body = format!(
        "<h1>Webhooks</h1><h2>Registrations</h2>{}<h2>Deliveries</h2>{}",
        table("Registrations", &["Event", "Posting", "URL", "State"], &registrations),
        table("Deliveries", &["Time", "Event", "Interview", "Outcome", "Tries"], &deliveries),
    );
    console_page("Webhooks", &body)
}

fn delivery_row(delivery: &Delivery) -> Vec<String> {
    let outcome = match delivery.outcome {
        DeliveryOutcome::Pending => "on its way",
        DeliveryOutcome::Held => "held back",
        DeliveryOutcome::Delivered => "<span class=\"good\">delivered</span>",
        DeliveryOutcome::Failed => "<span class=\"bad\">failed</span>",
        DeliveryOutcome::Dropped => "dropped on order",
    };
    vec![
        readable(delivery.created_at),
        escape(&delivery.event_type),
        link(&format!("/interviews/{}", delivery.interview_id), &delivery.interview_id),
        outcome.to_owned(),
        escape(&delivery.attempts.join(", ")),
    ]
}

/// `/settings`: the workspace switch, and what the control API has set.
pub(super) async fn settings(Extracted(app): Extracted<App>) -> Response {
    let (switches, settings) = app.read(|state| {
        (
            state.workspaces.iter().map(switch_form).collect::<String>(),
            serde_json::json!(state.settings),
        )
    });
    let rows: Vec<_> = settings
        .as_object()
        .map(|fields| {
            fields
                .iter()
                .map(|(name, value)| vec![format!("<code>{}</code>", escape(name)), escape(&value.to_string())])
                .collect()
        })
        .unwrap_or_default();
    let body = format!(
        "<h1>Settings</h1><h2>Company Settings</h2>{switches}<h2>Stand-in</h2>\
         <p>Changed by <code>POST /__stand-in/settings</code>.</p>{}",
        table("Stand-in settings", &["Setting", "Value"], &rows),
    );
    console_page("Settings", &body)
}

fn switch_form(workspace: &Workspace) -> String {
    let (now, next, button) = if workspace.communications_off {
        ("off: nobody is mailed", "on", "Turn candidate communications on")
    } else {
        (
            "on: every ingest mails the candidate",
            "off",
            "Turn Off All Candidate Communications",
        )
    };
    format!(
        "<form class=\"card\" method=\"post\" action=\"/settings/communications\"><p><strong>{}</strong>: communications are {now}.</p>\
         <input type=\"hidden\" name=\"workspace_id\" value=\"{}\"><button type=\"submit\" name=\"communications\" value=\"{next}\">{button}</button></form>",
        escape(&workspace.name),
        escape(&workspace.id),
    )
}

/// `POST /settings/communications`.
pub(super) async fn switch_communications(Extracted(app): Extracted<App>, body: Bytes) -> Response {
    let field = |name: &str| {
        url::form_urlencoded::parse(&body)
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    let (workspace_id, off) = (field("workspace_id"), field("communications").as_deref() == Some("off"));
    app.change(|state| {
        for workspace in state
            .workspaces
            .iter_mut()
            .filter(|workspace| Some(&workspace.id) == workspace_id.as_ref())
        {
            workspace.communications_off = off;
        }
    });
    Redirect::to("/settings").into_response()
}

/// `/calls`: the latest API calls.
pub(super) async fn calls(Extracted(app): Extracted<App>) -> Response {
    let summary = app.calls().summary();
    let row = |call: crate::call_log::Call| {
        let took = call.finished_ms.map_or_else(
            || "running".to_owned(),
            |finished| format!("{} ms", finished.saturating_sub(call.started_ms)),
        );
        let status = call.status.map_or_else(String::new, |status| status.to_string());
        vec![call.operation.to_owned(), status, took, call.fault.unwrap_or_default().to_owned()]
    };
    let rows: Vec<_> = app.calls().latest(LATEST).into_iter().map(row).collect();
    let body = format!(
        "<h1>API calls</h1><p>{} in all; at most {} within a minute, {} at once.</p>{}",
        summary.count,
        summary.max_per_minute,
        summary.max_at_once,
        table("Calls", &["Operation", "Status", "Time", "Fault"], &rows),
    );
    console_page("API calls", &body)
}
