//! A candidate's record as the recruiter sees it: applications, assessments, attachments, history.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::layout::{escape, moment, move_form, not_found, page, segment};
use crate::{
    model::{Application, Assessment, Attachment, Candidate, Named, Records, ResultLine},
    recruiting::process,
    tenant::Tenant,
};

/// `GET /recruiter/candidates/{id}`.
pub(super) async fn show(State(tenant): State<Arc<Tenant>>, Path(id): Path<String>) -> Response {
    let found = tenant.read(|state, _| {
        let records = &state.records;
        let candidate = records.candidates.iter().find(|other| other.id == id)?;
        Some((candidate.name(), candidate_body(records, candidate)))
    });
    match found {
        Some((name, body)) => page(&name, &tenant.name, &body),
        None => not_found(&tenant.name),
    }
}

/// `GET /recruiter/attachments/{id}`.
pub(super) async fn download(State(tenant): State<Arc<Tenant>>, Path(id): Path<String>) -> Response {
    let found = tenant.read(|state, contents| {
        let attachment = state.records.attachments.iter().find(|other| other.id == id)?;
        Some((attachment.clone(), contents.get(&attachment.sha256)?.clone()))
    });
    let Some((attachment, bytes)) = found else {
        return not_found(&tenant.name);
    };
    let mime_type = attachment.mime_type.as_deref().unwrap_or("application/octet-stream");
    // Only a PDF is shown in the browser; anything else could be a page of its own.
    let place = if mime_type == "application/pdf" { "inline" } else { "attachment" };
    let disposition = format!("{place}; filename*=UTF-8''{}", segment(&attachment.filename));
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, mime_type),
        (header::CONTENT_DISPOSITION, disposition.as_str()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    response
}

fn candidate_body(records: &Records, candidate: &Candidate) -> String {
    let phone = candidate
        .phone
        .as_ref()
        .map_or("–".to_owned(), |phone| format!("{} {}", phone.country_code, phone.number));
    let mut body = format!(
        "<dl><dt>Candidate ID</dt><dd>{}</dd><dt>Email</dt><dd>{}</dd><dt>Phone</dt><dd>{}</dd></dl>",
        escape(&candidate.id),
        escape(candidate.email.as_deref().unwrap_or("–")),
        escape(&phone),
    );
    let back = format!("/recruiter/candidates/{}", segment(&candidate.id));
    for application in &records.applications {
        if application.candidate == candidate.id {
            body.push_str(&application_section(records, application, &back));
        }
    }
    body.push_str(&attachments_section(records, candidate));
    body.push_str(&history_section(records, candidate));
    body
}

fn application_section(records: &Records, application: &Application, back: &str) -> String {
    let Some(step) = application.current_step() else {
        return String::new();
    };
    let requisition = records
        .requisitions
        .iter()
        .find(|requisition| requisition.id == application.requisition);
    let title = requisition.map(|requisition| requisition.title.as_str()).unwrap_or_default();
    let stage = process::stage(&step.stage).map_or(step.stage.as_str(), |stage| stage.name);
    let ended = step
        .disposition
        .as_ref()
        .map(|disposition| format!(" <span class=\"badge\">{}</span>", escape(disposition)))
        .unwrap_or_default();
    let mut section = format!(
        "<section><h2><a href=\"/recruiter/requisitions/{}\">{} {}</a></h2><div class=\"row\"><p>Stage: <strong>{stage}</strong>{ended} <span class=\"quiet\">since {} · {}</span></p>{}</div>",
        segment(&application.requisition),
        escape(&application.requisition),
        escape(title),
        moment(step.at),
        escape(&application.id),
        move_form(&application.id, &step.stage, back),
    );
    section.push_str("<h3>Screening: Assessments</h3>");
    let mut any = false;
    for assessment in &records.assessments {
        if assessment.application == application.id {
            section.push_str(&assessment_card(records, assessment));
            any = true;
        }
    }
    if !any {
        section.push_str("<p class=\"quiet\">No assessments.</p>");
    }
    if step.assess_open {
        section.push_str(&assess_form(records, application, back));
    }
    section.push_str("</section>");
    section
}

fn assessment_card(records: &Records, assessment: &Assessment) -> String {
    let mut card = format!(
        "<div class=\"card\"><dl><dt>Overall status</dt><dd>{}</dd><dt>Date</dt><dd>{}</dd><dt>Comment</dt><dd>{}</dd><dt>Assessment ID</dt><dd>{}{}</dd></dl>",
        name_of(&records.assessment_statuses, assessment.status.as_deref()),
        escape(&assessment.assessed_on),
        escape(assessment.comment.as_deref().unwrap_or("–")),
        escape(&assessment.id),
        if assessment.rescinded { " (rescinded)" } else { "" },
    );
    for line in &assessment.lines {
        card.push_str(&result_line(records, line));
    }
    card.push_str("</div>");
    card
}

fn result_line(records: &Records, line: &ResultLine) -> String {
    let link = line.url.as_deref().map_or_else(
        || "–".to_owned(),
        |url| format!("<a href=\"{}\" rel=\"noopener noreferrer\">View results</a>", escape(url)),
    );
    format!(
        "<h3>{}</h3><dl><dt>Score</dt><dd>{}</dd><dt>Status</dt><dd>{}</dd><dt>Date</dt><dd>{}</dd><dt>Comment</dt><dd>{}</dd><dt>Results</dt><dd>{link}</dd></dl>",
        name_of(&records.assessment_tests, Some(&line.test)),
        escape(line.score.as_deref().unwrap_or("–")),
        name_of(&records.assessment_statuses, line.status.as_deref()),
        escape(line.date.as_deref().unwrap_or("–")),
        escape(line.comment.as_deref().unwrap_or("–")),
    )
}

fn assess_form(records: &Records, application: &Application, back: &str) -> String {
    let options = |list: &[Named]| -> String {
        list.iter()
            .map(|named| format!("<option value=\"{}\">{}</option>", escape(&named.id), escape(&named.name)))
            .collect()
    };
    let id = escape(&application.id);
    format!(
        "<form method=\"post\" class=\"stack card\" action=\"/recruiter/applications/{}/assess\"><h3>Assess</h3>\
<input type=\"hidden\" name=\"back\" value=\"{}\"><label for=\"status-{id}\">Overall status</label>\
<select id=\"status-{id}\" name=\"status\">{}</select><label for=\"test-{id}\">Assessment test</label>\
<select id=\"test-{id}\" name=\"test\">{}</select><button>Submit</button></form>",
        segment(&application.id),
        escape(back),
        options(&records.assessment_statuses),
        options(&records.assessment_tests),
    )
}

fn attachments_section(records: &Records, candidate: &Candidate) -> String {
    let own: Vec<&Attachment> = records
        .attachments
        .iter()
        .filter(|attachment| attachment.candidate == candidate.id)
        .collect();
    let mut section = format!("<h2>Attachments ({})</h2><table><tbody>", own.len());
    for attachment in own {
        section.push_str(&format!(
            "<tr><td><a href=\"/recruiter/attachments/{}\">{}</a></td><td>{} bytes</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            segment(&attachment.id),
            escape(&attachment.filename),
            attachment.size,
            escape(&attachment.category),
            escape(attachment.comment.as_deref().unwrap_or_default()),
            moment(attachment.entered),
        ));
    }
    section.push_str("</tbody></table>");
    section
}

fn history_section(records: &Records, candidate: &Candidate) -> String {
    let mut section = "<h2>Process history</h2><table><tbody>".to_owned();
    for entry in records.history.iter().rev() {
        if entry.candidate == candidate.id {
            section.push_str(&format!(
                "<tr><td>{}</td><td>{}</td><td class=\"quiet\">{}</td></tr>",
                moment(entry.at),
                escape(&entry.text),
                escape(&entry.by),
            ));
        }
    }
    section.push_str("</tbody></table>");
    section
}

fn name_of(list: &[Named], id: Option<&str>) -> String {
    list.iter()
        .find(|named| Some(named.id.as_str()) == id)
        .map_or_else(|| "–".to_owned(), |named| escape(&named.name))
}
