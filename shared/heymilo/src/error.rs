//! What can go wrong in a call, named by what the caller can do about it.
//!
//! HeyMilo's own messages may repeat what was sent, a candidate's email for instance. They can be read from
//! [`Problem`], but neither `Display` nor `Debug` prints them.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

/// Longest code or parameter name taken over from an answer.
const NAME_LIMIT: usize = 80;
/// Longest message taken over from an answer.
const MESSAGE_LIMIT: usize = 500;
/// Most details taken over from an answer.
const DETAIL_LIMIT: usize = 20;

pub(crate) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// A failed call of any operation of HeyMilo's API.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection: DNS, TCP or TLS failed before a byte of the request was sent.
    #[error("HeyMilo could not be reached")]
    Connect(#[source] Cause),
    /// The operation's time was up; HeyMilo may have acted on the request.
    #[error("HeyMilo did not answer in time")]
    TimedOut(#[source] Cause),
    /// The connection broke while sending or reading; HeyMilo may have acted on the request.
    #[error("the connection to HeyMilo was interrupted")]
    Interrupted(#[source] Cause),
    /// 401: the API key is missing, wrong or revoked.
    #[error("HeyMilo does not accept the API key")]
    Unauthorized,
    /// 403, which no operation declares: the key may not do this.
    #[error("HeyMilo does not allow this to the API key")]
    Forbidden,
    /// 404: no such posting, interview or webhook in the key's workspace.
    #[error("HeyMilo has no such object")]
    NotFound,
    /// 429: more than the documented 300 requests a minute for this key.
    #[error("HeyMilo asks to slow down")]
    Throttled {
        /// `Retry-After` in seconds, if HeyMilo sent one; it is not documented.
        retry_after: Option<Duration>,
    },
    /// 5xx, 408 and every status that is neither success nor a refusal.
    #[error("HeyMilo is unavailable (status {status})")]
    Unavailable {
        /// The HTTP status of the answer.
        status: u16,
    },
    /// Any other 4xx: HeyMilo refused the request and will refuse it again.
    #[error("HeyMilo refused the request: {0}")]
    Rejected(Problem),
    /// A 2xx answer that is not the JSON the document promises, or is cut short.
    #[error("HeyMilo's answer cannot be read (line {line}, column {column})")]
    Malformed {
        /// Line of the answer where reading stopped.
        line: usize,
        /// Column of the answer where reading stopped.
        column: usize,
    },
    /// A 2xx answer longer than the operation's cap.
    #[error("HeyMilo's answer is longer than {limit} bytes")]
    TooLarge {
        /// The cap in bytes.
        limit: usize,
    },
    /// A list over several pages that never comes to its end: what was read so far is not the whole.
    #[error("HeyMilo's pages do not go forward: more is promised, and the same comes again")]
    PagesRepeat,
}

/// What is known about the effect of a failed call at HeyMilo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// HeyMilo did not take the request on: it may be sent again.
    NotSent,
    /// HeyMilo refused the request: it had no effect, and sending it again is pointless.
    Refused,
    /// HeyMilo may have acted: look before sending again.
    Unknown,
}

impl Error {
    /// Whether HeyMilo may have acted on the request; HeyMilo has no idempotency key, so this decides about a retry.
    pub fn certainty(&self) -> Certainty {
        match self {
            Self::Connect(_) | Self::Throttled { .. } => Certainty::NotSent,
            Self::Unauthorized | Self::Forbidden | Self::NotFound | Self::Rejected(_) => Certainty::Refused,
            Self::TimedOut(_)
            | Self::Interrupted(_)
            | Self::Unavailable { .. }
            | Self::Malformed { .. }
            | Self::TooLarge { .. }
            | Self::PagesRepeat => Certainty::Unknown,
        }
    }

    /// A request the client itself refuses because the answer of HeyMilo would concern another object.
    pub(crate) fn invalid_identifier(parameter: &str) -> Self {
        Self::Rejected(Problem {
            status: None,
            code: "invalid_identifier".to_owned(),
            message: "the identifier cannot be part of a path".to_owned(),
            errors: vec![ProblemDetail {
                code: "invalid_identifier".to_owned(),
                message: String::new(),
                param: Some(parameter.to_owned()),
            }],
        })
    }
}

impl From<serde_json::Error> for Error {
    /// Keeps the position only: the text of a JSON error quotes the value it stumbled over.
    fn from(error: serde_json::Error) -> Self {
        Self::Malformed {
            line: error.line(),
            column: error.column(),
        }
    }
}

/// HeyMilo's reason for a refusal: `APIErrorResponse`, or `HTTPValidationError` brought to the same shape.
#[derive(Clone, PartialEq, Eq)]
pub struct Problem {
    /// HTTP status of the answer; none when the client refused the request itself.
    pub status: Option<u16>,
    /// `error.code`; `validation_error` for an `HTTPValidationError`; `http_<status>` when the body says nothing.
    pub code: String,
    /// `error.message` or the first `detail[].msg`; may repeat what was sent: never log it.
    pub message: String,
    /// `error.errors[]` or `detail[]`.
    pub errors: Vec<ProblemDetail>,
}

/// One `APIErrorDetail` or one `ValidationError`.
#[derive(Clone, PartialEq, Eq)]
pub struct ProblemDetail {
    /// `code`, or the `type` of a `ValidationError`.
    pub code: String,
    /// `message` or `msg`; may repeat what was sent: never log it.
    pub message: String,
    /// `param`, or the `loc` of a `ValidationError` joined by dots.
    pub param: Option<String>,
}

impl Problem {
    /// Whether a detail is about this field.
    pub fn names(&self, field: &str) -> bool {
        let of_field = |param: &String| param.rsplit('.').next() == Some(field);
        self.errors.iter().any(|detail| detail.param.as_ref().is_some_and(of_field))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.code)?;
        let mut separator = " (";
        for detail in &self.errors {
            let param = detail.param.as_deref().unwrap_or("request");
            write!(formatter, "{separator}{param}: {}", detail.code)?;
            separator = ", ";
        }
        if self.errors.is_empty() { Ok(()) } else { write!(formatter, ")") }
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Problem({self})")
    }
}

impl fmt::Debug for ProblemDetail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ProblemDetail")
            .field("code", &self.code)
            .field("param", &self.param)
            .finish_non_exhaustive()
    }
}

/// Both error bodies of the document, every field optional.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    error: Option<ApiError>,
    detail: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ApiError {
    code: Option<String>,
    message: Option<String>,
    param: Option<String>,
    errors: Option<Vec<ApiErrorDetail>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ApiErrorDetail {
    code: Option<String>,
    message: Option<String>,
    param: Option<String>,
}

impl Problem {
    /// Reads an error body of either shape; any other body leaves only the status.
    pub(crate) fn from_body(status: u16, body: &[u8]) -> Self {
        let body: ErrorBody = serde_json::from_slice(body).unwrap_or_default();
        if let Some(error) = body.error {
            return Self::from_api_error(status, error);
        }
        let errors: Vec<ProblemDetail> = body
            .detail
            .as_array()
            .into_iter()
            .flatten()
            .take(DETAIL_LIMIT)
            .map(ProblemDetail::from_validation_error)
            .collect();
        if let Some(first) = errors.first() {
            return Self {
                status: Some(status),
                code: "validation_error".to_owned(),
                message: first.message.clone(),
                errors,
            };
        }
        Self {
            status: Some(status),
            code: format!("http_{status}"),
            // FastAPI, which writes `HTTPValidationError`, answers other errors with a plain string here.
            message: bounded(body.detail.as_str().unwrap_or_default().to_owned(), MESSAGE_LIMIT),
            errors,
        }
    }

    fn from_api_error(status: u16, error: ApiError) -> Self {
        let mut errors: Vec<ProblemDetail> = error
            .errors
            .unwrap_or_default()
            .into_iter()
            .take(DETAIL_LIMIT)
            .map(|detail| ProblemDetail {
                code: name(detail.code.unwrap_or_default()),
                message: bounded(detail.message.unwrap_or_default(), MESSAGE_LIMIT),
                param: detail.param.map(name),
            })
            .collect();
        let code = name(error.code.unwrap_or_else(|| format!("http_{status}")));
        if errors.is_empty()
            && let Some(param) = error.param
        {
            errors.push(ProblemDetail {
                code: code.clone(),
                message: String::new(),
                param: Some(name(param)),
            });
        }
        Self {
            status: Some(status),
            code,
            message: bounded(error.message.unwrap_or_default(), MESSAGE_LIMIT),
            errors,
        }
    }
}

impl ProblemDetail {
    fn from_validation_error(error: &Value) -> Self {
        let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let location: Vec<String> = error
            .get("loc")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(|part| match part.as_str() {
                Some(part) => part.to_owned(),
                None => part.to_string(),
            })
            .collect();
        Self {
            code: name(text("type")),
            message: bounded(text("msg"), MESSAGE_LIMIT),
            param: (!location.is_empty()).then(|| name(location.join("."))),
        }
    }
}

/// A code or parameter name as it may stand in a log: the characters of identifiers only, so that a value that
/// ended up in its place (an email, a line break) does not pass.
fn name(text: String) -> String {
    let is_name = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.' | '[' | ']');
    if text.is_empty() || text.len() > NAME_LIMIT || !text.chars().all(is_name) {
        return "unnamed".to_owned();
    }
    text
}

fn bounded(text: String, limit: usize) -> String {
    if text.len() <= limit {
        return text;
    }
    text.chars().take(limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn api_error_response_is_read() {
        let body = br#"{"error":{"type":"invalid_request_error","code":"validation_error",
            "message":"bad ada@example.com","errors":[{"code":"invalid_param","message":"ada@example.com","param":"email"}]}}"#;
        let problem = Problem::from_body(400, body);
        assert_eq!(problem.to_string(), "validation_error (email: invalid_param)");
        assert_eq!(problem.message, "bad ada@example.com");
        assert!(!format!("{problem:?} {:?}", problem.errors).contains("ada@"));
    }

    #[test]
    fn validation_error_is_brought_to_the_same_shape() {
        let body = br#"{"detail":[{"loc":["body","data",0,"email"],"msg":"field required","type":"missing"}]}"#;
        let problem = Problem::from_body(422, body);
        assert_eq!(problem.to_string(), "validation_error (body.data.0.email: missing)");
        assert_eq!(problem.message, "field required");
    }

    #[test]
    fn other_bodies_leave_the_status() {
        for body in [
            &b""[..],
            b"<html>",
            b"[1]",
            b"null",
            b"{\"detail\":\"Not allowed\"}",
            b"{\"error\":null}",
            b"{\"detail\":[]}",
        ] {
            assert_eq!(Problem::from_body(409, body).to_string(), "http_409");
        }
    }

    #[test]
    fn values_in_the_place_of_names_are_not_printed() {
        let body = br#"{"error":{"code":"no ada@example.com\n","param":"Ada Example"}}"#;
        let problem = Problem::from_body(400, body);
        assert_eq!(problem.to_string(), "unnamed (unnamed: unnamed)");
    }
}
