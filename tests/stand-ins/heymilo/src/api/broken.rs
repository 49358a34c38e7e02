//! Answers broken on order: statuses nobody declares, bodies cut off or of another kind, connections that close without a word.

use std::io::{Error, ErrorKind};

use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::stream;
use serde_json::json;

use super::{json_response, rate_limited};
use crate::clock::Clock;
use crate::envelope::{Answer, not_found, refusal};
use crate::fault::FaultKind;

/// More bytes than any answer that is read whole.
const OVERSIZED: usize = 11 * 1024 * 1024;

/// A broken answer: what goes over the wire, and what the caller gets to see of it.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) response: Response,
    /// Absent when the caller sees no answer at all.
    pub(super) status: Option<StatusCode>,
    pub(super) seen: Bytes,
}

/// Breaks an answer; `answer` is there when the fault lets the work be done.
pub(super) fn answer(clock: &Clock, kind: FaultKind, mut answer: Option<Answer>) -> Broken {
    if kind == FaultKind::SamePage
        && let Some(more) = answer.as_mut().and_then(|answer| answer.body.pointer_mut("/pagination/has_more"))
    {
        *more = json!(true);
    }
    let whole = answer.map(|answer| (answer.status, answer.body.to_string()));
    let (status, body) = whole.unwrap_or((StatusCode::OK, String::new()));
    match kind {
        FaultKind::Http500 => text(
            StatusCode::INTERNAL_SERVER_ERROR,
            "text/plain; charset=utf-8",
            "Internal Server Error".to_owned(),
        ),
        FaultKind::Http503 => text(
            StatusCode::SERVICE_UNAVAILABLE,
            "application/json",
            json!({"message": "Service Unavailable"}).to_string(),
        ),
        FaultKind::Http429 => said(&rate_limited()),
        FaultKind::NotFound => said(&not_found("resource", "id")),
        FaultKind::Http401 => said(&refusal(StatusCode::UNAUTHORIZED, "invalid_api_key", "No such API key.", None)),
        FaultKind::Http422 => said(&refusal(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_request",
            "The request cannot be processed.",
            None,
        )),
        FaultKind::Http403 => said(&refusal(StatusCode::FORBIDDEN, "forbidden", "Not for this key.", None)),
        FaultKind::Http409 => said(&refusal(StatusCode::CONFLICT, "conflict", "Something else goes on.", None)),
        FaultKind::Html => {
            let page = "<!doctype html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>";
            text(StatusCode::BAD_GATEWAY, "text/html; charset=utf-8", page.to_owned())
        }
        FaultKind::NonJson => text(status, "application/json", "upstream said something else".to_owned()),
        FaultKind::WrongShape => text(
            status,
            "application/json",
            json!({"data": {"surprise": true}, "pagination": 7}).to_string(),
        ),
        FaultKind::Oversized => text(status, "application/json", format!("{body}{}", " ".repeat(OVERSIZED))),
        FaultKind::SamePage | FaultKind::Slow => text(status, "application/json", body),
        FaultKind::Truncated => truncated(clock.clone(), status, body),
        FaultKind::Timeout | FaultKind::TimeoutAfterEffect | FaultKind::Reset | FaultKind::ResetAfterEffect => silence(),
    }
}

fn said(answer: &Answer) -> Broken {
    text(answer.status, "application/json", answer.body.to_string())
}

fn text(status: StatusCode, content_type: &'static str, body: String) -> Broken {
    let seen = Bytes::from(body.clone());
    let response = if content_type == "application/json" {
        json_response(status, body)
    } else {
        (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
    };
    Broken {
        response,
        status: Some(status),
        seen,
    }
}

fn cut() -> Error {
    Error::new(ErrorKind::ConnectionReset, "broken on order")
}

/// The full length is promised, half of it comes. The pause lets the first half leave before the connection breaks.
fn truncated(clock: Clock, status: StatusCode, body: String) -> Broken {
    let length = body.len();
    let whole = Bytes::from(body);
    let half = whole.slice(..length / 2);
    let first = half.clone();
    let parts = stream::unfold(Some(first), move |part| {
        let clock = clock.clone();
        async move {
            match part {
                Some(part) if !part.is_empty() => Some((Ok(part), Some(Bytes::new()))),
                Some(_) => {
                    clock.sleep(std::time::Duration::from_millis(50)).await;
                    Some((Err(cut()), None))
                }
                None => None,
            }
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
    ];
    Broken {
        response: (status, headers, Body::from_stream(parts)).into_response(),
        status: Some(status),
        seen: half,
    }
}

/// The body fails before its first byte, so the server closes the connection without having sent the head.
fn silence() -> Broken {
    let nothing = stream::once(async { Err::<Bytes, Error>(cut()) });
    Broken {
        response: Body::from_stream(nothing).into_response(),
        status: None,
        seen: Bytes::new(),
    }
}
