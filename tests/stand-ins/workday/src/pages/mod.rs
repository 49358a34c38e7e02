//! The pages a person uses: the recruiter's, the process monitor, the integration system, the consent page.
//! Server-rendered, without scripts; every form is a plain POST.

#![expect(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "a page is built once per click: its markup should be readable in one piece"
)]

mod candidate;
mod consent;
mod integration;
mod layout;
mod requisitions;
mod submit;

use std::sync::Arc;

use axum::{
    Router,
    response::Redirect,
    routing::{get, post},
};

use crate::tenant::Tenant;

/// The routes of all pages.
pub(crate) fn routes() -> Router<Arc<Tenant>> {
    Router::new()
        .route("/", get(|| async { Redirect::to("/recruiter") }))
        .route("/recruiter", get(requisitions::list))
        .route("/recruiter/requisitions/{id}", get(requisitions::show))
        .route("/recruiter/candidates/{id}", get(candidate::show))
        .route("/recruiter/attachments/{id}", get(candidate::download))
        .route("/recruiter/applications/{id}/move", post(submit::move_application))
        .route("/recruiter/applications/{id}/assess", post(submit::assess))
        .route("/recruiter/process-monitor", get(integration::monitor))
        .route("/recruiter/process-monitor/{number}/relaunch", post(integration::relaunch))
        .route("/recruiter/integration-system", get(integration::show).post(integration::change))
        .route("/{tenant}/authorize", get(consent::show).post(consent::decide))
}
