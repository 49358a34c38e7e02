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
        return Err(head.refusal(operation));
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
            is_html: header(headers, &CONTENT_TYPE).is_some_and(|value| value.to_ascii_lowercase().contains("html")),
        }
    }

    /// What the status means without a SOAP fault.
    fn refusal(&self, operation: &Operation) -> Error {
        match self.status {
            StatusCode::UNAUTHORIZED => Error::Unauthorized,
            StatusCode::FORBIDDEN => Error::NotAuthorized {
                operation: operation.name,
                message: "HTTP 403".to_owned(),
            },
            StatusCode::NOT_FOUND => Error::NotFound,
            StatusCode::TOO_MANY_REQUESTS => Error::Throttled {
                retry_after: self.retry_after,
            },
            // Workday refuses with a fault. Without one a gateway answers, or a maintenance page, whatever the status.
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
    fn fault(&self, fault: Fault, operation: &Operation) -> Error {
        let reason = fault.reason();
        if reason == FaultReason::NotAuthorized {
            return Error::NotAuthorized {
                operation: operation.name,
                message: fault.message,
            };
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
        Ok(content) if content.is(Namespace::Soap, "Fault") => Err(head.fault(Fault::read(&content), operation)),
        _ if !head.status.is_success() => Err(head.refusal(operation)),
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
    // A byte that is no UTF-8 costs its character: in markup the reader refuses what stands for it.
    let envelope = xml::parse(&String::from_utf8_lossy(body))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATION: Operation = Operation::read("Op", "Op_Request", "Op_Response");

    fn head(status: u16) -> Head {
        Head {
            status: StatusCode::from_u16(status).unwrap(),
            retry_after: None,
            is_html: false,
        }
    }

    fn answered(status: u16, body: &str) -> Result<String, Error> {
        interpret(&head(status), body.as_bytes(), &OPERATION).map(|element| element.name().to_owned())
    }

    fn envelope(content: &str) -> String {
        format!(
            "<env:Envelope xmlns:env='http://schemas.xmlsoap.org/soap/envelope/'><env:Header/><env:Body>{content}</env:Body></env:Envelope>"
        )
    }

    fn fault(code: &str, text: &str, detail: &str) -> String {
        envelope(&format!(
            "<env:Fault><faultcode>{code}</faultcode><faultstring>{text}</faultstring>\
             <detail xmlns:wd='urn:com.workday/bsvc'>{detail}</detail></env:Fault>"
        ))
    }

    #[test]
    fn only_the_operations_own_answer_is_an_answer() {
        let ours = envelope("<Op_Response xmlns='urn:com.workday/bsvc'/>");
        assert_eq!(answered(200, &ours).unwrap(), "Op_Response");
        for other in [
            envelope("<Other_Response xmlns='urn:com.workday/bsvc'/>"),
            envelope("<Op_Response/>"),
            envelope(""),
            "<Op_Response xmlns='urn:com.workday/bsvc'/>".to_owned(),
            "{}".to_owned(),
            "<!DOCTYPE x><a/>".to_owned(),
        ] {
            assert!(matches!(answered(200, &other), Err(Error::Malformed { .. })), "{other}");
        }
        assert!(matches!(answered(200, &ours[..ours.len() - 3]), Err(Error::Interrupted(_))));
        assert!(matches!(answered(200, "  "), Err(Error::Interrupted(_))));
        let cut_character = interpret(&head(200), &[b'<', 0xC3], &OPERATION);
        assert!(matches!(cut_character, Err(Error::Interrupted(_))));
    }

    #[test]
    fn a_byte_that_is_not_utf8_costs_its_character_and_not_the_answer() {
        let mut ours = envelope("<Op_Response xmlns='urn:com.workday/bsvc'>M?ller</Op_Response>").into_bytes();
        let odd = ours.iter().position(|byte| *byte == b'?').unwrap();
        ours[odd] = 0xFC;
        let content = interpret(&head(200), &ours, &OPERATION).unwrap();
        assert_eq!(content.text(), Some("M\u{FFFD}ller"));
    }

    #[test]
    fn a_page_for_people_is_maintenance_with_any_status() {
        for page in [
            "<!DOCTYPE html><html><body>Back soon<br></body></html>",
            "  <HTML>",
            "\n<!doctype HTML>",
        ] {
            for status in [200, 503] {
                assert!(matches!(answered(status, page), Err(Error::Unavailable { .. })), "{page}");
            }
        }
        let head = Head {
            is_html: true,
            ..head(200)
        };
        assert!(matches!(
            interpret(&head, b"Back soon", &OPERATION),
            Err(Error::Unavailable { status: 200, .. })
        ));
    }

    #[test]
    fn a_status_without_a_fault_decides() {
        let check = |status, expected: fn(&Error) -> bool| {
            let error = answered(status, "plain text").unwrap_err();
            assert!(expected(&error), "{status}: {error:?}");
        };
        check(401, |error| matches!(error, Error::Unauthorized));
        check(403, |error| matches!(error, Error::NotAuthorized { .. }));
        check(404, |error| matches!(error, Error::NotFound));
        check(429, |error| matches!(error, Error::Throttled { .. }));
        for status in [302, 400, 408, 409, 500, 502, 503, 504] {
            check(status, |error| matches!(error, Error::Unavailable { fault: None, .. }));
        }
    }

    #[test]
    fn a_fault_decides_whatever_the_status() {
        let check = |status, body: String, expected: fn(&Error) -> bool| {
            let error = answered(status, &body).unwrap_err();
            assert!(expected(&error), "{body}: {error:?}");
        };
        let validation = "<wd:Validation_Fault/>";
        let processing = "<wd:Processing_Fault/>";
        for status in [200, 400, 500] {
            check(status, fault("S:Client.validationError", "odd", validation), |error| {
                matches!(error, Error::Rejected(_))
            });
            check(status, fault("S:Client.authenticationError", "no", ""), |error| {
                matches!(error, Error::Unauthorized)
            });
            check(status, fault("S:Client", "no", "<wd:Authentication_Fault/>"), |error| {
                matches!(error, Error::Unauthorized)
            });
            check(
                status,
                fault("S:Server", "The task submitted is not authorized.", processing),
                |error| matches!(error, Error::NotAuthorized { operation, message } if error.to_string() == format!("Workday does not permit {operation}: {message}")),
            );
            check(status, fault("S:Server.internalError", "odd", processing), |error| {
                matches!(error, Error::Unavailable { fault: Some(_), .. })
            });
            check(status, fault("S:Client", "odd", processing), |error| {
                matches!(error, Error::Rejected(_))
            });
            check(
                status,
                fault("S:Server", "The Business Process must be in progress", processing),
                |error| matches!(error, Error::Rejected(_)),
            );
        }
        check(503, fault("S:Client", "odd", processing), |error| {
            matches!(error, Error::Unavailable { .. })
        });
        check(401, fault("S:Client", "odd", ""), |error| matches!(error, Error::Unauthorized));
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_counted_from_the_answers_own() {
        let wait = |pairs: &[(HeaderName, &str)]| {
            let headers = pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
            retry_after(&headers)
        };
        let noon = (DATE, "Fri, 16 Jan 2026 12:00:00 GMT");
        assert_eq!(wait(&[(RETRY_AFTER, "120")]), Some(Duration::from_mins(2)));
        assert_eq!(
            wait(&[(RETRY_AFTER, "Fri, 16 Jan 2026 12:00:30 GMT"), noon.clone()]),
            Some(Duration::from_secs(30))
        );
        assert_eq!(wait(&[(RETRY_AFTER, "Fri, 16 Jan 2026 11:00:00 GMT"), noon]), Some(Duration::ZERO));
        assert_eq!(wait(&[(RETRY_AFTER, "Fri, 16 Jan 2026 12:00:30 GMT")]), None);
        assert_eq!(wait(&[(RETRY_AFTER, "soon")]), None);
        assert_eq!(wait(&[(RETRY_AFTER, "-1")]), None);
        assert_eq!(wait(&[]), None);
    }
}
