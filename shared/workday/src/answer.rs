//! From an HTTP answer to the response element of an operation, or to the reason why there is none.

use std::time::Duration;

use jiff::fmt::rfc2822;
use reqwest::{
    StatusCode,
    header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, RETRY_AFTER},
};

use crate::{
    error::Error,
    fault::{Fault, FaultKind, FaultReason},
    operation::Operation,
    xml::{self, ContentFilter, Element, Namespace},
};

/// Bytes of an answer that are kept, file contents not counted.
const MAX_KEPT: usize = 10 * 1024 * 1024;

/// Receives the answer to `operation`; `max_received` bounds the bytes taken from the network.
pub(crate) async fn receive(mut response: reqwest::Response, operation: &Operation, max_received: usize) -> Result<Element, Error> {
    let head = Head::of(&response);
    if head.status == StatusCode::TOO_MANY_REQUESTS {
        return Err(head.refusal());
    }
    let mut filter = ContentFilter::default();
    let mut received = 0;
    while let Some(chunk) = response.chunk().await? {
        received += chunk.len();
        filter.push(&chunk);
        if received > max_received || filter.kept_length() > MAX_KEPT {
            return Err(Error::TooLarge);
        }
    }
    interpret(&head, &filter.finish(), operation)
}

/// What the head of an answer says.
struct Head {
    status: StatusCode,
    retry_after: Option<Duration>,
    is_html: bool,
}

impl Head {
    fn of(response: &reqwest::Response) -> Self {
        let headers = response.headers();
        Self {
            status: response.status(),
            retry_after: retry_after(headers),
            is_html: header(headers, &CONTENT_TYPE).is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("text/html")),
        }
    }

    /// What the status means without a SOAP fault.
    fn refusal(&self) -> Error {
        match self.status {
            StatusCode::UNAUTHORIZED => Error::Unauthorized,
            StatusCode::FORBIDDEN => Error::NotAuthorized {
                message: "HTTP 403".to_owned(),
            },
            StatusCode::NOT_FOUND => Error::NotFound,
            StatusCode::TOO_MANY_REQUESTS => Error::Throttled {
                retry_after: self.retry_after,
            },
            StatusCode::REQUEST_TIMEOUT => self.unavailable(None),
            status if status.is_client_error() => Error::Rejected(Fault::of_status(status.as_u16())),
            // A redirect leads to a maintenance page; the other ones are failures of a server.
            _ => self.unavailable(None),
        }
    }

    fn unavailable(&self, fault: Option<Fault>) -> Error {
        Error::Unavailable {
            status: self.status.as_u16(),
            retry_after: self.retry_after,
            fault: fault.map(Box::new),
        }
    }

    /// What a SOAP fault means, whatever status it came with.
    fn fault(&self, fault: Fault) -> Error {
        let reason = fault.reason();
        if reason == FaultReason::NotAuthorized {
            return Error::NotAuthorized { message: fault.message };
        }
        if fault.kind == FaultKind::Authentication || self.status == StatusCode::UNAUTHORIZED {
            return Error::Unauthorized;
        }
        let is_gateway_failure = matches!(
            self.status,
            StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT
        );
        let is_server_failure = fault.is_server_side() && fault.kind != FaultKind::Validation && reason == FaultReason::Other;
        if is_gateway_failure || is_server_failure {
            return self.unavailable(Some(fault));
        }
        Error::Rejected(fault)
    }
}

fn interpret(head: &Head, body: &[u8], operation: &Operation) -> Result<Element, Error> {
    let content = read_body(body);
    match content {
        Ok(content) if content.is(Namespace::Soap, "Fault") => Err(head.fault(Fault::read(&content))),
        _ if !head.status.is_success() => Err(head.refusal()),
        // During maintenance Workday answers every address with a page, also with status 200.
        Err(_) if head.is_html || looks_like_html(body) => Err(head.unavailable(None)),
        Ok(content) if content.is(Namespace::Workday, operation.response_element) => Ok(content),
        Ok(_) => Err(Error::Malformed {
            detail: "it is the answer to another operation",
        }),
        Err(error) => Err(error),
    }
}

/// The first element in the body of the envelope.
fn read_body(body: &[u8]) -> Result<Element, Error> {
    if body.trim_ascii().is_empty() {
        return Err(Error::Interrupted("the answer is empty".into()));
    }
    let text = std::str::from_utf8(body).map_err(|error| match error.error_len() {
        None => Error::Interrupted("the answer ends inside a character".into()),
        Some(_) => Error::Malformed { detail: "it is not UTF-8" },
    })?;
    let envelope = xml::parse(text)?;
    if !envelope.is(Namespace::Soap, "Envelope") {
        return Err(Error::Malformed {
            detail: "it is not a SOAP 1.1 envelope",
        });
    }
    envelope
        .into_children()
        .find(|part| part.is(Namespace::Soap, "Body"))
        .and_then(|body| body.into_children().next())
        .ok_or(Error::Malformed {
            detail: "the envelope has no content",
        })
}

fn looks_like_html(body: &[u8]) -> bool {
    let body = body.trim_ascii_start();
    [&b"<!doctype html"[..], b"<html"]
        .iter()
        .any(|start| body.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start)))
}

/// `Retry-After` in seconds, or as a date, which counts from the answer's own `Date`: this crate has no clock.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = header(headers, &RETRY_AFTER)?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = |value| rfc2822::DateTimeParser::new().parse_timestamp(value).ok();
    let wait = at(value)?.duration_since(at(header(headers, &DATE)?)?);
    Some(Duration::try_from(wait).unwrap_or(Duration::ZERO))
}

fn header<'headers>(headers: &'headers HeaderMap, name: &HeaderName) -> Option<&'headers str> {
    headers.get(name)?.to_str().ok()
}
