//! One HTTP exchange: path, key, time, body cap, and the answer sorted into success or [`Error`].

use std::io;
use std::time::Duration;

use bytes::BytesMut;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde::de::DeserializeOwned;
use tower::ServiceExt;
use url::Url;

use crate::api_key::ApiKey;
use crate::error::{Cause, Error, Problem};
use crate::operation::Operation;
use crate::tolerant::replace_half_characters;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// Longest error body that is read: the reason stands at its beginning.
const ERROR_BODY_LIMIT: usize = 64 * 1024;
/// Longest wait that is believed; the header is undocumented, and a day of silence would look like a lost order.
const RETRY_AFTER_LIMIT: Duration = Duration::from_hours(1);

/// What requests are sent by: the network's HTTP client, or whatever answers in its place. It brings the connection
/// pool, TLS and the connect timeout, keeps each request's own timeout, and must not follow redirects.
pub type Wire = tower::util::BoxCloneSyncService<reqwest::Request, reqwest::Response, Box<dyn std::error::Error + Send + Sync>>;

/// What one call sends besides the key.
pub(crate) struct Request<'a> {
    pub(crate) operation: &'a Operation,
    /// Name and value of the one path parameter.
    pub(crate) parameter: Option<(&'static str, &'a str)>,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) body: Option<Vec<u8>>,
}

/// Sends the request once and reads the answer.
#[tracing::instrument(level = "debug", name = "heymilo", skip_all, fields(operation = request.operation.id))]
pub(crate) async fn exchange<T: DeserializeOwned>(wire: &Wire, base_url: &Url, api_key: &ApiKey, request: Request<'_>) -> Result<T, Error> {
    let operation = request.operation;
    let url = address(base_url, &request)?;
    let key = api_key.header().ok_or(Error::Unauthorized)?;
    let mut sent = reqwest::Request::new(operation.method.clone(), url);
    *sent.timeout_mut() = Some(operation.timeout);
    sent.headers_mut().insert(ACCEPT, JSON);
    sent.headers_mut().insert(API_KEY, key);
    if let Some(body) = request.body {
        sent.headers_mut().insert(CONTENT_TYPE, JSON);
        *sent.body_mut() = Some(body.into());
    }
    let response = wire.clone().oneshot(sent).await.map_err(sending_error)?;
    let status = response.status();
    tracing::debug!(status = status.as_u16(), "HeyMilo answered");
    if !status.is_success() {
        return Err(refusal(response).await);
    }
    let mut body = read(response, operation.body_limit).await?;
    replace_half_characters(&mut body);
    // A byte that is no UTF-8 costs its character and not the answer.
    let text = String::from_utf8_lossy(&body);
    Ok(serde_json::from_str(text.trim_start_matches('\u{feff}'))?)
}

/// The base URL with the operation's path under it, the parameter percent-encoded as one segment.
fn address(base_url: &Url, request: &Request<'_>) -> Result<Url, Error> {
    let mut url = base_url.clone();
    url.set_query(None);
    url.set_fragment(None);
    {
        let mut segments = url.path_segments_mut().map_err(|()| Error::invalid_identifier("base_url"))?;
        segments.pop_if_empty();
        for segment in request.operation.path.split('/').skip(1) {
            if !segment.starts_with('{') {
                segments.push(segment);
                continue;
            }
            // A URL resolves these away, and the call would reach another operation: DELETE /webhooks/.. for one.
            let Some((_, value)) = request.parameter.filter(|(_, value)| !matches!(*value, "" | "." | "..")) else {
                return Err(Error::invalid_identifier(request.parameter.map_or("path", |(name, _)| name)));
            };
            segments.push(value);
        }
    }
    if !request.query.is_empty() {
        url.query_pairs_mut().extend_pairs(&request.query);
    }
    Ok(url)
}

/// Why a request brought no answer; what answers in the network's place says so by the kind of an [`io::Error`].
fn sending_error(error: Cause) -> Error {
    let other = match error.downcast::<reqwest::Error>() {
        Ok(error) => return transport_error(*error),
        Err(other) => other,
    };
    match other.downcast_ref().map(io::Error::kind) {
        Some(io::ErrorKind::TimedOut) => Error::TimedOut(other),
        Some(io::ErrorKind::ConnectionRefused) => Error::Connect(other),
        Some(_) | None => Error::Interrupted(other),
    }
}

/// Sorts a failed exchange; the URL is dropped because its query may carry what somebody searched for.
fn transport_error(error: reqwest::Error) -> Error {
    let error = error.without_url();
    if error.is_connect() {
        Error::Connect(error.into())
    } else if error.is_timeout() {
        Error::TimedOut(error.into())
    } else {
        Error::Interrupted(error.into())
    }
}

async fn read(mut response: Response, limit: usize) -> Result<BytesMut, Error> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(transport_error)? {
        if body.len().saturating_add(chunk.len()) > limit {
            return Err(Error::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Reads as much of an error body as comes; the status alone already decides.
async fn read_leniently(mut response: Response) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        let room = ERROR_BODY_LIMIT.saturating_sub(body.len());
        body.extend(chunk.iter().take(room));
        if body.len() >= ERROR_BODY_LIMIT {
            break;
        }
    }
    body
}

async fn refusal(response: Response) -> Error {
    let status = response.status();
    match status {
        StatusCode::UNAUTHORIZED => Error::Unauthorized,
        StatusCode::FORBIDDEN => Error::Forbidden,
        StatusCode::NOT_FOUND => Error::NotFound,
        StatusCode::TOO_MANY_REQUESTS => Error::Throttled {
            retry_after: retry_after(response.headers()),
        },
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => {
            let body = read_leniently(response).await;
            Error::Rejected(Problem::from_body(status.as_u16(), &body))
        }
        // No operation declares it: whoever answers so, it says nothing about what the request itself deserves.
        _ => Error::Unavailable { status: status.as_u16() },
    }
}

/// The delay in seconds; a date is ignored because reading it would need a clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse::<u64>().ok()?;
    Some(Duration::from_secs(seconds).min(RETRY_AFTER_LIMIT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::{DELETE_WEBHOOK, GET_INTERVIEW_DATA};

    fn path(base: &str, operation: &Operation, value: &str) -> Result<String, Error> {
        let request = Request {
            operation,
            parameter: Some(("id", value)),
            query: vec![("search", "a&b=c d".to_owned())],
            body: None,
        };
        address(&Url::parse(base).unwrap(), &request).map(String::from)
    }

    #[test]
    fn what_answers_in_the_network_s_place_fails_as_the_network_does() {
        let sending = |kind| sending_error(io::Error::from(kind).into());
        assert!(matches!(sending(io::ErrorKind::TimedOut), Error::TimedOut(_)));
        assert!(matches!(sending(io::ErrorKind::ConnectionRefused), Error::Connect(_)));
        assert!(matches!(sending(io::ErrorKind::ConnectionAborted), Error::Interrupted(_)));
    }

    #[test]
    fn identifiers_stay_one_segment() {
        assert_eq!(
            path("https://api.example.com", &GET_INTERVIEW_DATA, "a/b?c#d%2e é").unwrap(),
            "https://api.example.com/api/v2/interviews/a%2Fb%3Fc%23d%252e%20%C3%A9/data?search=a%26b%3Dc+d"
        );
    }

    #[test]
    fn base_url_may_have_a_path() {
        assert_eq!(
            path("http://127.0.0.1:1/heymilo/?x=1#y", &DELETE_WEBHOOK, "W1").unwrap(),
            "http://127.0.0.1:1/heymilo/api/v2/webhooks/W1?search=a%26b%3Dc+d"
        );
    }

    #[test]
    fn identifiers_that_a_url_resolves_away_are_refused() {
        for value in ["", ".", ".."] {
            assert!(matches!(
                path("https://api.example.com", &DELETE_WEBHOOK, value),
                Err(Error::Rejected(_))
            ));
        }
    }
}
