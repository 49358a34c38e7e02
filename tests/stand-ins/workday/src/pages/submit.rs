//! What the recruiter submits: moving an application, and the Assess step.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};

use super::layout::refusal;
use crate::{
    oauth::{Fields, fields},
    push,
    recruiting::{
        Refusal,
        assess::{self, Order},
        process::{self, Move},
    },
    tenant::Tenant,
};

const RECRUITER: &str = "Recruiter";

/// `POST /recruiter/applications/{id}/move`.
pub(super) async fn move_application(State(tenant): State<Arc<Tenant>>, Path(application): Path<String>, body: Bytes) -> Response {
    let form = fields(&body);
    let stage = form.get("stage").map(String::as_str).unwrap_or_default();
    let moved = match process::step_towards(stage) {
        None => Err(Refusal::new("Choose a stage.")),
        Some(step) => {
            let wish = Move {
                application: &application,
                step,
                by: RECRUITER,
                comment: None,
                assess_step: form.get("assess_step").is_none_or(|value| value != "no"),
            };
            tenant.change(|state, _| process::move_application(state, &wish))
        }
    };
    finish(&tenant, &form, moved)
}

/// `POST /recruiter/applications/{id}/assess`.
pub(super) async fn assess(State(tenant): State<Arc<Tenant>>, Path(application): Path<String>, body: Bytes) -> Response {
    let form = fields(&body);
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let order = Order {
        application: &application,
        status: field("status"),
        test: field("test"),
        by: RECRUITER,
        new_event: false,
    };
    let submitted = tenant.change(|state, _| assess::submit_order(state, &order));
    finish(&tenant, &form, submitted.map(|id| vec![id]))
}

fn finish(tenant: &Arc<Tenant>, form: &Fields, done: Result<Vec<String>, Refusal>) -> Response {
    let back = form
        .get("back")
        .filter(|path| path.starts_with("/recruiter"))
        .map_or("/recruiter", String::as_str);
    match done {
        Ok(assessments) => {
            push::launch_for(tenant, &assessments);
            Redirect::to(back).into_response()
        }
        Err(error) => refusal(&tenant.name, &error, back),
    }
}
