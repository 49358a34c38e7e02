//! The frame of every page, escaping, and the small pieces that pages share.

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use jiff::Timestamp;

use crate::recruiting::{Refusal, process};

const STYLE: &str = include_str!("style.css");

/// A whole page.
pub(super) fn page(title: &str, tenant: &str, body: &str) -> Response {
    frame(StatusCode::OK, title, tenant, body)
}

/// A page that says why something was not done, with a way back.
pub(super) fn refusal(tenant: &str, refusal: &Refusal, back: &str) -> Response {
    problem(StatusCode::CONFLICT, tenant, &refusal.to_string(), back)
}

/// A page for an address that names nothing.
pub(super) fn not_found(tenant: &str) -> Response {
    problem(StatusCode::NOT_FOUND, tenant, "There is nothing at this address.", "/recruiter")
}

fn problem(status: StatusCode, tenant: &str, message: &str, back: &str) -> Response {
    let body = format!(
        "<p class=\"alert\" role=\"alert\">{}</p><p><a href=\"{}\">Back</a></p>",
        escape(message),
        escape(back)
    );
    frame(status, "That did not work", tenant, &body)
}

fn frame(status: StatusCode, title: &str, tenant: &str, body: &str) -> Response {
    let title = escape(title);
    let tenant = escape(tenant);
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title} · {tenant}</title>\
<style>{STYLE}</style></head><body><a class=\"skip\" href=\"#main\">Skip to content</a>\
<header><strong>Workday stand-in</strong> <span class=\"quiet\">{tenant}</span><nav aria-label=\"Main\">\
<a href=\"/recruiter\">Job requisitions</a> <a href=\"/recruiter/process-monitor\">Process monitor</a> \
<a href=\"/recruiter/integration-system\">Integration system</a></nav></header>\
<main id=\"main\"><h1>{title}</h1>{body}</main></body></html>"
    );
    (status, Html(page)).into_response()
}

/// Text safe in HTML content and attribute values.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// An id as a path segment.
pub(super) fn segment(id: &str) -> String {
    url::form_urlencoded::byte_serialize(id.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

/// A moment for people.
pub(super) fn moment(moment: Timestamp) -> String {
    format!("<time datetime=\"{moment}\">{}</time>", moment.strftime("%Y-%m-%d %H:%M UTC"))
}

/// The form that moves an application to any stage or disposition.
pub(super) fn move_form(application: &str, current_stage: &str, back: &str) -> String {
    let mut options = String::new();
    for stage in process::STAGES {
        let selected = if stage.id == current_stage { " selected" } else { "" };
        options.push_str(&format!("<option value=\"{}\"{selected}>{}</option>", stage.id, stage.name));
    }
    for step in process::WORKFLOW_STEPS.iter().filter(|step| step.stage.is_none()) {
        options.push_str(&format!("<option value=\"{}\">{}</option>", step.id, step.name));
    }
    let field = format!("stage-{}", escape(application));
    format!(
        "<form method=\"post\" class=\"inline\" action=\"/recruiter/applications/{}/move\">\
<input type=\"hidden\" name=\"back\" value=\"{}\"><label class=\"hidden\" for=\"{field}\">Stage</label>\
<select id=\"{field}\" name=\"stage\">{options}</select> <button>Move</button></form>",
        segment(application),
        escape(back),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out_of_the_page() {
        assert_eq!(escape("<a href='x'>\"&"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;");
        assert_eq!(segment("a b/c?"), "a%20b%2Fc%3F");
    }
}
