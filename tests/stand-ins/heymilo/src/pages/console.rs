//! The stand-in's console: overview, outbox, webhooks, settings, calls.

use axum::body::Bytes;
use axum::extract::State as Extracted;
use axum::response::{IntoResponse, Redirect, Response};

use super::html::{console_page, escape, join, link, table};
use crate::api::resources;
use crate::app::App;
use crate::call_log::Call;
use crate::clock::readable;
use crate::model::{Delivery, DeliveryOutcome, Interview, Mail, Posting, Webhook, Workspace};

/// The most rows a page shows.
pub(super) const LATEST: usize = 200;

/// The heads of a list of interviews.
pub(super) const INTERVIEW_HEADS: [&str; 6] = ["Candidate", "Posting", "Status", "Score", "Ingests", "Candidate page"];

/// `/`: postings and interviews.
pub(super) async fn overview(Extracted(app): Extracted<App>) -> Response {
    let base_url = app.base_url().to_owned();
    let (postings, interviews, switches) = app.read(|state| {
        let now = state.clock.unix_seconds();
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
        table("Interviews", &INTERVIEW_HEADS, &interviews),
    );
    console_page("HeyMilo stand-in", &body)
}

/// One line of a list of interviews, under [`INTERVIEW_HEADS`].
pub(super) fn interview_row(context: Option<(&Interview, &Posting, &Workspace)>, base_url: &str) -> Vec<String> {
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

/// `/outbox`: the mails HeyMilo itself sent.
pub(super) async fn outbox(Extracted(app): Extracted<App>) -> Response {
    let mail_card = |mail: &Mail| {
        format!(
            "<article class=\"card\"><dl><dt>To</dt><dd>{}</dd><dt>Subject</dt><dd>{}</dd><dt>Sent</dt><dd>{}</dd></dl>{}</article>",
            escape(&mail.to),
            escape(&mail.subject),
            readable(mail.sent_at),
            mail_text(&mail.text)
        )
    };
    let (count, mails) = app.read(|state| (state.mails.len(), join(state.mails.iter().rev().take(LATEST).map(mail_card))));
    let body = format!(
        "<h1>Outbox</h1><p>{count} mail(s) this stand-in sent on its own, as HeyMilo does on every ingest ({}). Newest first.</p>{mails}",
        link("/__stand-in/mails", "as JSON"),
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
        let registration = |webhook: &Webhook| {
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
        "<h1>Webhooks</h1><h2>Registrations</h2>{}<h2>Deliveries</h2><p><a href=\"/__stand-in/deliveries\">As JSON</a></p>{}",
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
    let row = |call: Call| {
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
