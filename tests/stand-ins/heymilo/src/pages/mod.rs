//! The pages for people: the candidate's interview, and the stand-in's own console.

mod candidate;
mod console;
mod html;
mod report;
mod texts;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// The routes of all pages.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(console::overview))
        .route("/outbox", get(console::outbox))
        .route("/webhooks", get(console::webhooks))
        .route("/calls", get(console::calls))
        .route("/settings", get(console::settings))
        .route("/settings/communications", post(console::switch_communications))
        .route("/postings/{id}", get(report::posting))
        .route("/interviews/{id}", get(report::interview))
        .route("/interviews/{id}/decision", post(report::decide))
        .route("/{company}/i/{interview_id}", get(candidate::show))
        .route("/{company}/i/{interview_id}/start", post(candidate::start))
        .route("/{company}/i/{interview_id}/answer", post(candidate::answer))
}
