//! Carries out planned faults below the level of any protocol: waiting, status pages, cut or closed connections.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use bytes::Bytes;

use crate::{
    clock::Clock,
    faults::{Fault, FaultKind},
};

/// How long a time-out leaves the caller hanging when the plan does not say.
const HANG: Duration = Duration::from_mins(2);

/// More bytes than any answer that is read whole.
const OVERSIZED: usize = 11 * 1024 * 1024;

const MAINTENANCE: &str = "<!DOCTYPE html><html><head><title>Workday is currently unavailable</title></head><body><h1>Workday is currently unavailable.</h1><p>Please try again later.</p></body></html>";

/// Marks a response whose connection is to be closed without sending anything.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CloseConnection;

/// An answer spoilt after the effect.
#[derive(Debug)]
pub(crate) enum Break {
    /// No answer at all.
    Closed,
    /// A wrong body; `full_length` is announced when it breaks off.
    Body { spoilt: String, full_length: Option<usize> },
}

/// Waits as long as the plan says.
pub(crate) async fn wait(clock: &Clock, fault: &Fault) {
    if fault.delay_ms > 0 {
        clock.sleep(Duration::from_millis(fault.delay_ms)).await;
    }
}

/// The answer of a fault that strikes instead of the effect; `None` for the others.
pub(crate) async fn before_effect(clock: &Clock, fault: &Fault) -> Option<Response> {
    if fault.kind == FaultKind::Timeout {
        hang(clock, fault).await;
        return Some(closed());
    }
    // It hangs after its effect.
    if fault.kind != FaultKind::TimeoutAfterEffect {
        wait(clock, fault).await;
    }
    Some(match fault.kind {
        FaultKind::Http401 => status_page(fault, StatusCode::UNAUTHORIZED),
        FaultKind::Http403 => status_page(fault, StatusCode::FORBIDDEN),
        FaultKind::Http404 => status_page(fault, StatusCode::NOT_FOUND),
        FaultKind::Http409 => status_page(fault, StatusCode::CONFLICT),
        FaultKind::Http500 => status_page(fault, StatusCode::INTERNAL_SERVER_ERROR),
        FaultKind::Http503 => status_page(fault, StatusCode::SERVICE_UNAVAILABLE),
        FaultKind::Http429 => status_page(fault, StatusCode::TOO_MANY_REQUESTS),
        FaultKind::Html => html(StatusCode::SERVICE_UNAVAILABLE),
        FaultKind::Html200 => html(StatusCode::OK),
        FaultKind::Reset => closed(),
        // Where there is no SOAP, its faults are a plain failure of the server.
        FaultKind::ServerFault
        | FaultKind::ProcessingFault
        | FaultKind::ValidationFault
        | FaultKind::AmbiguousEvent
        | FaultKind::NotAuthorized
        | FaultKind::AuthFault => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        FaultKind::Timeout
        | FaultKind::TimeoutAfterEffect
        | FaultKind::ResetAfterEffect
        | FaultKind::Truncated
        | FaultKind::Malformed
        | FaultKind::SamePage
        | FaultKind::Oversized
        | FaultKind::Slow => return None,
    })
}

/// What becomes of the right answer `text`; `None` if it is sent as it is.
pub(crate) async fn after_effect(clock: &Clock, fault: &Fault, text: &str) -> Option<Break> {
    match fault.kind {
        FaultKind::TimeoutAfterEffect => {
            hang(clock, fault).await;
            Some(Break::Closed)
        }
        FaultKind::ResetAfterEffect => Some(Break::Closed),
        FaultKind::Truncated => Some(Break::Body {
            spoilt: text.chars().take(text.chars().count() / 2).collect(),
            full_length: Some(text.len()),
        }),
        FaultKind::Malformed => Some(Break::Body {
            spoilt: text.replacen("</", "<", 1),
            full_length: None,
        }),
        FaultKind::Oversized => Some(Break::Body {
            spoilt: format!("{text}{}", " ".repeat(OVERSIZED)),
            full_length: None,
        }),
        FaultKind::SamePage => Some(Break::Body {
            spoilt: first_of_three(text),
            full_length: None,
        }),
        FaultKind::Http401
        | FaultKind::Http403
        | FaultKind::Http404
        | FaultKind::Http409
        | FaultKind::Http500
        | FaultKind::Http503
        | FaultKind::Http429
        | FaultKind::Html
        | FaultKind::Html200
        | FaultKind::Timeout
        | FaultKind::Reset
        | FaultKind::ServerFault
        | FaultKind::ProcessingFault
        | FaultKind::ValidationFault
        | FaultKind::AmbiguousEvent
        | FaultKind::NotAuthorized
        | FaultKind::AuthFault
        | FaultKind::Slow => None,
    }
}

impl Break {
    /// The HTTP answer, or the mark that closes the connection.
    pub(crate) fn into_response(self, content_type: &'static str) -> Response {
        let Self::Body { spoilt, full_length } = self else {
            return closed();
        };
        let Some(full_length) = full_length else {
            return ([("content-type", content_type)], spoilt).into_response();
        };
        let parts: [Result<Bytes, std::io::Error>; 2] = [Ok(Bytes::from(spoilt)), Err(std::io::ErrorKind::ConnectionAborted.into())];
        let mut response = Response::new(Body::from_stream(futures::stream::iter(parts)));
        let headers = response.headers_mut();
        headers.insert("content-type", HeaderValue::from_static(content_type));
        headers.insert("content-length", HeaderValue::from(full_length));
        response
    }
}

/// The answer as page 1 of 3.
fn first_of_three(text: &str) -> String {
    let said = |text: &str, name: &str, number: &str| {
        let (open, close) = (format!("<wd:{name}>"), format!("</wd:{name}>"));
        match (text.split_once(&open), text.split_once(&close)) {
            (Some((before, _)), Some((_, after))) => format!("{before}{open}{number}{close}{after}"),
            _ => text.to_owned(),
        }
    };
    said(&said(text, "Total_Pages", "3"), "Page", "1")
}

async fn hang(clock: &Clock, fault: &Fault) {
    let time = if fault.delay_ms > 0 {
        Duration::from_millis(fault.delay_ms)
    } else {
        HANG
    };
    clock.sleep(time).await;
}

fn closed() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(CloseConnection);
    response
}

fn status_page(fault: &Fault, status: StatusCode) -> Response {
    let mut response = (status, "The service is not available.").into_response();
    if let Some(seconds) = fault.retry_after {
        response.headers_mut().insert("retry-after", HeaderValue::from(seconds));
    }
    response
}

fn html(status: StatusCode) -> Response {
    (status, [("content-type", "text/html; charset=utf-8")], MAINTENANCE).into_response()
}
