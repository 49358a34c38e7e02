//! HTTP answers, with the security headers on every one of them.
//!
//! Internals never leave the process: an error answer has a stable code and a sentence, or no body at all.

use crate::{Document, Nonce, Page};
use lambda_http::Body;
use lambda_http::http::header::{self, HeaderName, HeaderValue};
use lambda_http::http::{Response, StatusCode};
use maud::{Markup, html};
use serde::Serialize;
use url::Url;

/// What every answer carries.
const SECURITY_HEADERS: [(HeaderName, HeaderValue); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=()"),
    ),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(NOTHING_ALLOWED)),
];
/// Seconds: a passing throttle of the table is over by then.
const REPEAT_AFTER: HeaderValue = HeaderValue::from_static("5");
const NOTHING_ALLOWED: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// 202: the hint is stored. Empty body.
pub fn accepted() -> Response<Body> {
    respond(StatusCode::ACCEPTED, None, Body::Empty)
}

/// 401 with an empty body: the same for an unknown sender and a wrong secret.
pub fn unauthorized() -> Response<Body> {
    respond(StatusCode::UNAUTHORIZED, None, Body::Empty)
}

/// 400 with a stable code and a sentence that says what to do.
pub fn bad_request(code: &str, message: &str) -> Response<Body> {
    problem(StatusCode::BAD_REQUEST, code, message)
}

/// 413 with the limit that was exceeded, in words.
pub fn too_large(message: &str) -> Response<Body> {
    problem(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
}

/// 405: the address exists, the method does not.
pub fn method_not_allowed(allowed: &'static str) -> Response<Body> {
    let mut response = problem(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "Use another HTTP method for this address.",
    );
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    response
}

/// 410 with a sentence: what the sender reports to is gone for good.
pub fn gone(code: &str, message: &str) -> Response<Body> {
    problem(StatusCode::GONE, code, message)
}

/// 500 with an empty body.
pub fn internal_error() -> Response<Body> {
    respond(StatusCode::INTERNAL_SERVER_ERROR, None, Body::Empty)
}

/// 503 with an empty body: our own infrastructure is unreachable and the sender should repeat the request.
pub fn unavailable() -> Response<Body> {
    let mut response = respond(StatusCode::SERVICE_UNAVAILABLE, None, Body::Empty);
    response.headers_mut().insert(header::RETRY_AFTER, REPEAT_AFTER);
    response
}

/// A page. Its styles apply only with the nonce, and no script runs; its forms post to ourselves and stay there.
pub fn page(status: StatusCode, document: Document, nonce: &Nonce) -> Response<Body> {
    under_policy(status, document, nonce, "'self'", "")
}

/// A page of [`Page::live`]: our script runs as well, and no other; it may ask us, and nobody else. It may show a
/// [`framed_mail`].
pub fn live_page(status: StatusCode, document: Document, nonce: &Nonce) -> Response<Body> {
    under_policy(
        status,
        document,
        nonce,
        "'self'",
        &format!(" script-src 'nonce-{nonce}'; connect-src 'self'; frame-src 'self';"),
    )
}

/// A page with a form whose answer redirects to `target`.
///
/// Browsers hold every hop of that redirect to `form-action`, and vendors' sign-in and interview pages hop on to hosts
/// of their own: so any https site is allowed, and `target` itself for local runs.
pub fn page_posting_to(status: StatusCode, document: Document, nonce: &Nonce, target: &Url) -> Response<Body> {
    let forms = format!("'self' https: {}", target.origin().ascii_serialization());
    under_policy(status, document, nonce, &forms, "")
}

/// A mail as mail programs draw it, for a frame in a page of ours: its own styles apply, and nothing in it can be pressed or run.
pub fn framed_mail(mail: Document) -> Response<Body> {
    let mut response = respond(StatusCode::OK, Some("text/html; charset=utf-8"), mail.into());
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

fn under_policy(status: StatusCode, document: Document, nonce: &Nonce, forms: &str, scripts: &str) -> Response<Body> {
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}';{scripts} img-src 'self' data:; form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
    );
    let mut response = respond(status, Some("text/html; charset=utf-8"), document.into());
    match HeaderValue::from_str(&policy) {
        Ok(policy) => {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
            response
        }
        // An origin is ASCII without control characters; were it not, no page is better than one without its policy.
        Err(_not_a_header) => internal_error(),
    }
}

/// 404 as a page: what was asked for does not exist, or does not belong to who asks.
pub fn not_found_page(title: &str, sentence: &str) -> Response<Body> {
    message_page(StatusCode::NOT_FOUND, title, sentence)
}

/// A page that says one thing.
pub fn message_page(status: StatusCode, title: &str, sentence: &str) -> Response<Body> {
    message_card(status, title, sentence, &html! {})
}

/// The same with the label and the path of where a person goes from there.
pub fn message_page_leading_to(status: StatusCode, title: &str, sentence: &str, (label, path): (&str, &str)) -> Response<Body> {
    let way = html! { a.button href=(path) { (label) } };
    message_card(status, title, sentence, &way)
}

fn message_card(status: StatusCode, title: &str, sentence: &str, way: &Markup) -> Response<Body> {
    let nonce = Nonce::new();
    let body = html! {
        div.card {
            h1 { (title) }
            p { (sentence) }
            (way)
        }
    };
    page(status, Page::new(title).narrow().document(&nonce, &body), &nonce)
}

/// A PDF shown in the browser and saved under `filename`.
pub fn pdf(bytes: Vec<u8>, filename: &str) -> Response<Body> {
    let mut response = respond(StatusCode::OK, Some("application/pdf"), Body::Binary(bytes));
    // Quoted strings take ASCII only, and neither quotes nor backslashes.
    let plain: String = filename
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ') {
                c
            } else {
                '_'
            }
        })
        .collect();
    if let Ok(disposition) = HeaderValue::from_str(&format!("inline; filename=\"{plain}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// 303 to another site.
pub fn redirect(location: &Url) -> Response<Body> {
    see_other(location.as_str())
}

/// 303 to a path of our own; anything that could leave the site is answered with 500.
pub fn redirect_to_path(path: &str) -> Response<Body> {
    let ours = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
    if ours { see_other(path) } else { internal_error() }
}

fn see_other(location: &str) -> Response<Body> {
    let Ok(location) = HeaderValue::from_str(location) else {
        return internal_error();
    };
    let mut response = respond(StatusCode::SEE_OTHER, None, Body::Empty);
    response.headers_mut().insert(header::LOCATION, location);
    response
}

/// Why a program's request was refused: RFC 9457, with our stable code beside the standard members.
#[derive(Serialize)]
struct Problem<'a> {
    title: &'a str,
    status: u16,
    code: &'a str,
    detail: &'a str,
}

fn problem(status: StatusCode, code: &str, detail: &str) -> Response<Body> {
    let problem = Problem {
        title: status.canonical_reason().unwrap_or_default(),
        status: status.as_u16(),
        code,
        detail,
    };
    match serde_json::to_string(&problem) {
        Ok(text) => respond(status, Some("application/problem+json"), text.into()),
        Err(error) => {
            tracing::error!(line = error.line(), "an answer could not be written as JSON");
            internal_error()
        }
    }
}

fn respond(status: StatusCode, content_type: Option<&'static str>, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.extend(SECURITY_HEADERS);
    if let Some(content_type) = content_type {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header<'a>(response: &'a Response<Body>, name: &str) -> &'a str {
        response.headers().get(name).unwrap().to_str().unwrap()
    }

    #[test]
    fn every_answer_carries_the_security_headers() {
        let nonce = Nonce::new();
        let answers = [
            accepted(),
            unauthorized(),
            bad_request("code", "message"),
            internal_error(),
            unavailable(),
            page(StatusCode::OK, Document::new(html! {}), &nonce),
            not_found_page("Nothing here", "Ask again."),
            pdf(vec![], "report.pdf"),
            redirect_to_path("/integrations"),
        ];
        for answer in answers {
            assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
            assert_eq!(header(&answer, "cache-control"), "no-store");
            assert_eq!(header(&answer, "referrer-policy"), "no-referrer");
            assert!(header(&answer, "strict-transport-security").starts_with("max-age="));
            let policy = header(&answer, "content-security-policy");
            assert!(
                policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
                "{policy}"
            );
        }
    }

    #[test]
    fn a_script_runs_on_a_live_page_alone_and_only_with_its_nonce() {
        let nonce = Nonce::new();
        let policy_of = |answer: Response<Body>| header(&answer, "content-security-policy").to_owned();
        let still = policy_of(page(StatusCode::OK, Document::new(html! {}), &nonce));
        assert!(!still.contains("script-src"), "{still}");
        let live = policy_of(live_page(StatusCode::OK, Document::new(html! {}), &nonce));
        assert!(
            live.contains(&format!(" script-src 'nonce-{nonce}'; connect-src 'self'; frame-src 'self'; ")),
            "{live}"
        );
    }

    #[test]
    fn unauthorized_and_unavailable_say_nothing() {
        for answer in [unauthorized(), unavailable(), internal_error()] {
            assert!(matches!(answer.body(), Body::Empty));
        }
    }

    #[test]
    fn a_refused_program_is_told_why_as_problem_json() {
        let answer = bad_request("not_a_form", "Send the fields of the page's form.");
        assert_eq!(header(&answer, "content-type"), "application/problem+json");
        let Body::Text(text) = answer.body() else { panic!("no text") };
        let problem: serde_json::Value = serde_json::from_str(text).unwrap();
        let expected = serde_json::json!({
            "title": "Bad Request", "status": 400, "code": "not_a_form", "detail": "Send the fields of the page's form.",
        });
        assert_eq!(problem, expected);
    }

    #[test]
    fn a_form_may_lead_to_the_named_site_and_cannot_bend_the_policy() {
        let nonce = Nonce::new();
        let target = Url::parse("https://candidates.example.com/acme/i/1?x=;script-src").unwrap();
        let page = page_posting_to(StatusCode::OK, Document::new(html! {}), &nonce, &target);
        let policy = header(&page, "content-security-policy").to_owned();
        assert!(
            policy.contains("form-action 'self' https: https://candidates.example.com; base-uri"),
            "{policy}"
        );
        assert!(policy.contains(&format!("style-src 'nonce-{nonce}'")));
    }

    #[test]
    fn a_redirect_to_a_path_stays_on_our_site() {
        assert_eq!(header(&redirect_to_path("/a?b=c"), "location"), "/a?b=c");
        for leaving in ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\r\nx: y"] {
            assert_eq!(redirect_to_path(leaving).status(), StatusCode::INTERNAL_SERVER_ERROR, "{leaving:?}");
        }
    }

    #[test]
    fn a_file_name_cannot_bend_the_header() {
        let answer = pdf(vec![1], "R-1 \"Zoë\"\r\nx: y.pdf");
        assert_eq!(header(&answer, "content-disposition"), "inline; filename=\"R-1 _Zo____x_ y.pdf\"");
    }
}
