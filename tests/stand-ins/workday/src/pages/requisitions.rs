//! The list of job requisitions, and one requisition with its candidates by stage.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::layout::{escape, move_form, not_found, page, segment};
use crate::{
    model::{Application, Records, Requisition},
    recruiting::process::{self, STAGES},
    tenant::Tenant,
};

/// `GET /recruiter`.
pub(super) async fn list(State(tenant): State<Arc<Tenant>>) -> Response {
    let body = tenant.read(|state, _| {
        let records = &state.records;
        let mut rows = String::new();
        for requisition in &records.requisitions {
            let candidates = applications(records, requisition).count();
            rows.push_str(&format!(
                "<tr><td><a href=\"/recruiter/requisitions/{}\">{} {}</a></td><td>{}</td><td>{}</td><td>{candidates} candidates</td></tr>",
                segment(&requisition.id),
                escape(&requisition.id),
                escape(&requisition.title),
                escape(&requisition.location),
                badges(requisition),
            ));
        }
        format!(
            "<table><thead><tr><th>Job requisition</th><th>Location</th><th>Status</th><th>Candidates</th></tr></thead><tbody>{rows}</tbody></table>"
        )
    });
    page("Job requisitions", &tenant.name, &body)
}

/// `GET /recruiter/requisitions/{id}`.
pub(super) async fn show(State(tenant): State<Arc<Tenant>>, Path(id): Path<String>) -> Response {
    let found = tenant.read(|state, _| {
        let records = &state.records;
        let requisition = records.requisitions.iter().find(|other| other.id == id)?;
        let title = format!("{} {}", requisition.id, requisition.title);
        Some((title, requisition_body(records, requisition)))
    });
    match found {
        Some((title, body)) => page(&title, &tenant.name, &body),
        None => not_found(&tenant.name),
    }
}

fn requisition_body(records: &Records, requisition: &Requisition) -> String {
    let mut body = format!(
        "<p>{} <span class=\"quiet\">{} · {}</span></p>",
        badges(requisition),
        escape(&requisition.location),
        escape(&requisition.organization)
    );
    for test in &requisition.default_tests {
        body.push_str(&format!("<p class=\"quiet\">Default assessment test: {}</p>", escape(test)));
    }
    let back = format!("/recruiter/requisitions/{}", segment(&requisition.id));
    for stage in STAGES {
        let here: Vec<&Application> = applications(records, requisition)
            .filter(|application| {
                process::in_progress(application) && stage_of(application) == stage.id
                    || stage.id == "READY_FOR_HIRE" && stage_of(application) == stage.id && !is_disposed(application)
            })
            .collect();
        if !here.is_empty() {
            body.push_str(&format!("<h2>{} ({})</h2>", stage.name, here.len()));
            for application in here {
                body.push_str(&card(records, application, &back));
            }
        }
    }
    let disposed: Vec<&Application> = applications(records, requisition)
        .filter(|application| is_disposed(application))
        .collect();
    if !disposed.is_empty() {
        body.push_str(&format!("<h2>No longer considered ({})</h2>", disposed.len()));
        for application in disposed {
            body.push_str(&card(records, application, &back));
        }
    }
    body
}

fn card(records: &Records, application: &Application, back: &str) -> String {
    let candidate = records.candidates.iter().find(|candidate| candidate.id == application.candidate);
    let Some(candidate) = candidate else {
        return String::new();
    };
    let status = records
        .assessments
        .iter()
        .rfind(|assessment| assessment.application == application.id)
        .and_then(|assessment| assessment.status.as_ref())
        .and_then(|status| records.assessment_statuses.iter().find(|named| named.id == *status))
        .map(|status| format!(" <span class=\"badge\">{}</span>", escape(&status.name)))
        .unwrap_or_default();
    format!(
        "<div class=\"card row\"><div><a href=\"/recruiter/candidates/{}\"><bdi>{}</bdi></a>{status}<br><span class=\"quiet\">{} · {}</span></div>{}</div>",
        segment(&candidate.id),
        escape(&candidate.name()),
        escape(&candidate.id),
        escape(candidate.email.as_deref().unwrap_or("no email")),
        move_form(&application.id, stage_of(application), back),
    )
}

fn badges(requisition: &Requisition) -> String {
    let mut badges = format!("<span class=\"badge\">{}</span>", escape(&requisition.status));
    if requisition.confidential {
        badges.push_str(" <span class=\"badge\">Confidential</span>");
    }
    if requisition.evergreen {
        badges.push_str(" <span class=\"badge\">Evergreen</span>");
    }
    badges
}

fn applications<'r>(records: &'r Records, requisition: &'r Requisition) -> impl Iterator<Item = &'r Application> {
    records
        .applications
        .iter()
        .filter(|application| application.requisition == requisition.id)
}

fn stage_of(application: &Application) -> &str {
    application.current_step().map(|step| step.stage.as_str()).unwrap_or_default()
}

fn is_disposed(application: &Application) -> bool {
    application.current_step().is_some_and(|step| step.disposition.is_some())
}
