//! The integration system's attributes, and the process monitor that shows each launch.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};

use super::layout::{escape, moment, not_found, page};
use crate::{
    model::Push,
    oauth::fields,
    push,
    settings::{IntegrationSystem, KeyStyle},
    tenant::Tenant,
};

const MONITOR: &str = "/recruiter/process-monitor";

/// `GET /recruiter/process-monitor`.
pub(super) async fn monitor(State(tenant): State<Arc<Tenant>>) -> Response {
    let body = tenant.read(|state, _| {
        let pushes = &state.records.pushes;
        if pushes.is_empty() {
            return "<p class=\"quiet\">No integration was launched yet.</p>".to_owned();
        }
        let rows: String = pushes.iter().rev().map(row).collect();
        format!(
            "<table><thead><tr><th>Launched</th><th>Assessment</th><th>Status</th><th>Answer</th><th></th></tr></thead><tbody>{rows}</tbody></table>"
        )
    });
    page("Process monitor", &tenant.name, &body)
}

fn row(push: &Push) -> String {
    let answer = push
        .http_status
        .map_or_else(|| escape(&push.detail), |status| format!("HTTP {status}"));
    format!(
        "<tr><td>{}</td><td>{}</td><td><span class=\"badge\">{}</span></td><td>{answer}</td><td><form method=\"post\" action=\"{MONITOR}/{}/relaunch\"><button class=\"plain\">Launch again</button></form></td></tr>",
        moment(push.launched),
        escape(&push.assessment),
        escape(&push.state),
        push.number,
    )
}

/// `POST /recruiter/process-monitor/{number}/relaunch`.
pub(super) async fn relaunch(State(tenant): State<Arc<Tenant>>, Path(number): Path<u64>) -> Response {
    let assessment = tenant.read(|state, _| {
        let push = state.records.pushes.iter().find(|push| push.number == number)?;
        Some(push.assessment.clone())
    });
    match assessment {
        Some(assessment) => {
            push::launch(&tenant, &assessment);
            Redirect::to(MONITOR).into_response()
        }
        None => not_found(&tenant.name),
    }
}

/// `GET /recruiter/integration-system`.
pub(super) async fn show(State(tenant): State<Arc<Tenant>>) -> Response {
    let body = tenant.read(|state, _| form(&state.settings.integration_system));
    page("Integration system", &tenant.name, &body)
}

fn form(system: &IntegrationSystem) -> String {
    let styles = [
        (KeyStyle::Underscore, "underscore", "Candidate_Email"),
        (KeyStyle::Labels, "labels", "Candidate Email Address"),
        (KeyStyle::Dashes, "dashes", "candidate-email-address"),
    ];
    let options: String = styles
        .into_iter()
        .map(|(style, value, label)| {
            let selected = if style == system.key_style { " selected" } else { "" };
            format!("<option value=\"{value}\"{selected}>{label}</option>")
        })
        .collect();
    let field = |name: &str, label: &str, kind: &str, value: &str| {
        format!(
            "<label for=\"{name}\">{label}</label><input id=\"{name}\" name=\"{name}\" type=\"{kind}\" autocomplete=\"off\" value=\"{}\">",
            escape(value)
        )
    };
    format!(
        "<p class=\"quiet\">Template: Inline Assessment. The order is posted when Assess is submitted with this status and this test.</p>\
<form method=\"post\" class=\"stack\">{}{}{}{}{}<label for=\"key_style\">Payload keys</label><select id=\"key_style\" name=\"key_style\">{options}</select><button>Save</button></form>",
        field("endpoint_url", "Endpoint URL", "url", &system.endpoint_url),
        field("username", "Username", "text", &system.username),
        field("password", "Password (empty: unchanged)", "password", ""),
        field("assessment_status", "Assessment status", "text", &system.assessment_status),
        field("test", "Assessment test", "text", &system.test),
    )
}

/// `POST /recruiter/integration-system`.
pub(super) async fn change(State(tenant): State<Arc<Tenant>>, body: Bytes) -> Response {
    let mut form = fields(&body);
    let mut take = |name: &str| form.remove(name);
    tenant.change(|state, _| {
        let system = &mut state.settings.integration_system;
        system.endpoint_url = take("endpoint_url").unwrap_or_default();
        system.username = take("username").unwrap_or_default();
        if let Some(password) = take("password").filter(|password| !password.is_empty()) {
            system.password = password;
        }
        system.assessment_status = take("assessment_status").unwrap_or_default();
        system.test = take("test").unwrap_or_default();
        system.key_style = match take("key_style").as_deref() {
            Some("labels") => KeyStyle::Labels,
            Some("dashes") => KeyStyle::Dashes,
            _ => KeyStyle::Underscore,
        };
    });
    Redirect::to("/recruiter/integration-system").into_response()
}
