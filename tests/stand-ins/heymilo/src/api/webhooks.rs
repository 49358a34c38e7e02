//! Webhook registrations: one posting, one event type, one URL; created, listed, read and deactivated, never changed.

use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::paging::{QueryPairs, Window};
use super::postings::own as own_posting;
use super::{Caller, resources};
use crate::envelope::{Answer, not_found, single, unprocessable};
use crate::ids;
use crate::model::{State, Webhook};
use crate::validation::Fields;

/// `createWebhook`; the event type is any string, as the document has it.
pub(crate) fn create(state: &mut State, caller: &Caller, body: &Map<String, Value>) -> Result<Answer, Answer> {
    let mut fields = Fields::new(body, &["body"]);
    let posting_id = fields.required_text("posting_id");
    let webhook_url = fields.required_web_url("webhook_url");
    let event_type = fields.required_text("event_type");
    fields.finish().map_err(|violations| unprocessable(&violations))?;
    own_posting(state, caller, &posting_id)?;
    let now = state.clock.unix_seconds();
    let number = state.next_number();
    let webhook_id = ids::webhook(state.seed, number);
    let webhook = Webhook {
        webhook_id,
        posting_id,
        webhook_url,
        event_type,
        is_active: true,
        created_at: now,
        updated_at: now,
    };
    let body = resources::webhook(&webhook);
    state.webhooks.push(webhook);
    Ok(single(StatusCode::CREATED, &body))
}

fn mine(state: &State, caller: &Caller, webhook: &Webhook) -> bool {
    state
        .posting(&webhook.posting_id)
        .is_some_and(|posting| posting.workspace_id == caller.workspace_id)
}

/// `listWebhooks`: the active ones, newest first.
pub(crate) fn list(state: &State, caller: &Caller, query: &QueryPairs) -> Result<Answer, Answer> {
    let window = Window::of(query)?;
    let active = |webhook: &&Webhook| webhook.is_active && mine(state, caller, webhook);
    let mut webhooks: Vec<&Webhook> = state.webhooks.iter().filter(active).collect();
    webhooks.reverse();
    let page = window.cut(
        &webhooks,
        |webhook| &webhook.webhook_id,
        |webhook| resources::webhook(webhook),
        "/api/v2/webhooks",
    );
    page.map(Answer::from)
}

/// `getWebhook`; a deactivated one is still readable.
pub(crate) fn get(state: &State, caller: &Caller, webhook_id: &str) -> Result<Answer, Answer> {
    let found = state
        .webhooks
        .iter()
        .find(|webhook| webhook.webhook_id == webhook_id && mine(state, caller, webhook));
    let webhook = found.ok_or_else(|| not_found("webhook", "webhook_id"))?;
    Ok(single(StatusCode::OK, &resources::webhook(webhook)))
}

/// `deleteWebhook`: deactivates; again is no error.
pub(crate) fn delete(state: &mut State, caller: &Caller, webhook_id: &str) -> Result<Answer, Answer> {
    get(state, caller, webhook_id)?;
    let now = state.clock.unix_seconds();
    if let Some(webhook) = state
        .webhooks
        .iter_mut()
        .find(|webhook| webhook.webhook_id == webhook_id && webhook.is_active)
    {
        webhook.is_active = false;
        webhook.updated_at = now;
    }
    get(state, caller, webhook_id)
}
