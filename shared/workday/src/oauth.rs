//! The OAuth 2.0 token endpoint of a Workday tenant.

use std::{error, fmt, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::{
    Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tower::ServiceExt;
use url::{Url, form_urlencoded};

use crate::{answer, client::Wire};

const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_ANSWER: usize = 64 * 1024;
/// Assumed if the answer does not say: the shortest life seen, so that the token is refreshed in time.
const DEFAULT_EXPIRES_IN: Duration = Duration::from_hours(1);
const MAX_ERROR_CODE_LENGTH: usize = 64;
/// Longer words, and words with more digits, are no words.
const MAX_WORD_LENGTH: usize = 20;
const MAX_WORD_DIGITS: usize = 3;
const MAX_DESCRIPTION: usize = 200;

/// The token endpoint of a tenant and the API client that calls it.
#[derive(Clone, Debug)]
pub struct TokenEndpoint {
    /// `{host}/ccx/oauth2/{tenant}/token`, see [`crate::Endpoint::token_url`].
    pub url: Url,
    /// Client ID of the API client.
    pub client_id: String,
    /// Client secret of the API client.
    pub client_secret: SecretString,
    /// Whether both go in the body instead of the `Authorization` header. `None`: not known; the body is tried where the
    /// header is not accepted.
    pub client_in_body: Option<bool>,
}

/// A successful answer of the token endpoint; `Debug` shows no token.
#[derive(Clone, Debug)]
pub struct TokenAnswer {
    /// The bearer token.
    pub access_token: SecretString,
    /// How long it lives from now on.
    pub expires_in: Duration,
    /// A new refresh token; if present it replaces the one used.
    pub refresh_token: Option<SecretString>,
    /// Where the endpoint took the client's id and secret from.
    pub client_in_body: bool,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The refresh token or code is revoked, expired, used, or of another tenant: reconnect.
    #[error("the grant is not valid any more")]
    InvalidGrant,
    /// Client ID or secret is wrong: correct the connection.
    #[error("the API client is not accepted")]
    InvalidClient,
    /// Refused for another reason.
    #[error("the token endpoint refuses the request: {code}")]
    Refused {
        /// `error` of the answer, `http_404` and the like without one, or `invalid_tenant`.
        code: String,
        /// `error_description` of the answer, without whatever could be a secret or a person.
        description: Option<String>,
    },
    /// No answer, too many requests, or a failure of the server. Try again.
    #[error("the token endpoint is not available")]
    Transient {
        /// `Retry-After` of the answer.
        retry_after: Option<Duration>,
    },
    /// The answer is not what OAuth promises.
    #[error("the answer of the token endpoint is malformed")]
    Malformed,
}

impl TokenEndpoint {
    /// Trades a refresh token for an access token (`grant_type=refresh_token`).
    pub async fn refresh(&self, wire: &Wire, refresh_token: &SecretString) -> Result<TokenAnswer, TokenError> {
        self.request(
            wire,
            &[("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose_secret())],
        )
        .await
    }

    /// Trades the code of the consent page for tokens (`grant_type=authorization_code`); `verifier` belongs to the
    /// challenge, if one was sent.
    pub async fn exchange_code(
        &self,
        wire: &Wire,
        code: &SecretString,
        redirect_uri: &str,
        verifier: Option<&SecretString>,
    ) -> Result<TokenAnswer, TokenError> {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code.expose_secret()),
            ("redirect_uri", redirect_uri),
        ];
        if let Some(verifier) = verifier {
            form.push(("code_verifier", verifier.expose_secret()));
        }
        self.request(wire, &form).await
    }

    #[tracing::instrument(level = "debug", name = "workday_token", skip_all)]
    async fn request(&self, wire: &Wire, form: &[(&str, &str)]) -> Result<TokenAnswer, TokenError> {
        match self.client_in_body {
            Some(in_body) => Box::pin(self.request_once(wire, form, in_body)).await,
            None => match Box::pin(self.request_once(wire, form, false)).await {
                Err(TokenError::InvalidClient) => Box::pin(self.request_once(wire, form, true)).await,
                answer => answer,
            },
        }
    }

    async fn request_once(&self, wire: &Wire, form: &[(&str, &str)], client_in_body: bool) -> Result<TokenAnswer, TokenError> {
        let sent = self.rendered(form, client_in_body).ok_or(TokenError::InvalidClient)?;
        let answered = wire.clone().oneshot(sent).await;
        let mut response = answered.map_err(|error| unreachable(error.as_ref()))?;
        let status = response.status();
        let retry_after = answer::retry_after(response.headers());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(&error))? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_ANSWER {
                return Err(TokenError::Malformed);
            }
        }
        if status.is_success() {
            read_tokens(&body, client_in_body)
        } else {
            Err(read_refusal(status, retry_after, &body))
        }
    }
}

impl TokenEndpoint {
    /// `None`: no header can carry the client's id and secret.
    fn rendered(&self, form: &[(&str, &str)], client_in_body: bool) -> Option<reqwest::Request> {
        let mut request = reqwest::Request::new(Method::POST, self.url.clone());
        *request.timeout_mut() = Some(TIMEOUT);
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(CONTENT_TYPE, kind);
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        let (id, secret) = (self.client_id.as_str(), self.client_secret.expose_secret());
        if client_in_body {
            body.append_pair("client_id", id).append_pair("client_secret", secret);
        } else {
            let client = BASE64_STANDARD.encode(format!("{id}:{secret}"));
            let mut authorization = HeaderValue::try_from(format!("Basic {client}")).ok()?;
            authorization.set_sensitive(true);
            request.headers_mut().insert(AUTHORIZATION, authorization);
        }
        *request.body_mut() = Some(body.finish().into());
        Some(request)
    }
}

/// A request that brought no answer; the cause is logged here because the error does not carry it.
fn unreachable(error: &(dyn error::Error + 'static)) -> TokenError {
    let error = error.downcast_ref::<reqwest::Error>();
    tracing::debug!(
        connect = error.is_some_and(reqwest::Error::is_connect),
        timeout = error.is_some_and(reqwest::Error::is_timeout),
        "token endpoint not reached"
    );
    TokenError::Transient { retry_after: None }
}

/// A rotated refresh token is worth more than what stands beside it: an odd value there spoils nothing.
#[derive(Deserialize)]
struct Tokens {
    access_token: SecretText,
    #[serde(default)]
    expires_in: Value,
    #[serde(default, deserialize_with = "text_or_none")]
    refresh_token: Option<SecretText>,
}

/// Seconds, in whichever form; none: it says nothing that could be believed.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}

fn text_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretText>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(SecretText(text)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    })
}

#[derive(Deserialize)]
struct SecretText(String);

impl SecretText {
    fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl From<SecretText> for SecretString {
    fn from(text: SecretText) -> Self {
        text.0.into()
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretText")
    }
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
    error_description: Option<String>,
}

impl Refusal {
    /// The refusal in a body, if there is one.
    fn of(body: &[u8]) -> Option<Self> {
        let refusal = serde_json::from_slice::<Self>(body).ok()?;
        is_error_code(&refusal.error).then_some(refusal)
    }

    /// What it means, where the server did not fail.
    fn meaning(self) -> TokenError {
        match self.error.as_str() {
            "invalid_grant" => TokenError::InvalidGrant,
            "invalid_client" => TokenError::InvalidClient,
            "temporarily_unavailable" | "server_error" => TokenError::Transient { retry_after: None },
            _ => self.refused(),
        }
    }

    fn refused(self) -> TokenError {
        TokenError::Refused {
            description: self.error_description.as_deref().and_then(redacted),
            code: self.error,
        }
    }
}

/// What OAuth calls a refusal: said by a server that fails it may be true nevertheless.
const REFUSALS: [&str; 5] = [
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "unauthorized_client",
    "unsupported_grant_type",
];

fn read_tokens(body: &[u8], client_in_body: bool) -> Result<TokenAnswer, TokenError> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    // A page in place of JSON is the maintenance page, which comes with status 200 too.
    if body.trim_ascii_start().starts_with(b"<") {
        return Err(TokenError::Transient { retry_after: None });
    }
    // The cause is dropped: a message of the parser can quote the token.
    let tokens = serde_json::from_slice(body)
        .ok()
        .filter(|tokens: &Tokens| !tokens.access_token.is_blank());
    let Some(tokens) = tokens else {
        return Err(Refusal::of(body).map_or(TokenError::Malformed, Refusal::meaning));
    };
    Ok(TokenAnswer {
        access_token: tokens.access_token.into(),
        expires_in: seconds(&tokens.expires_in).unwrap_or(DEFAULT_EXPIRES_IN),
        // An empty one stands for none: it must never take the place of the one in use.
        refresh_token: tokens.refresh_token.filter(|token| !token.is_blank()).map(SecretString::from),
        client_in_body,
    })
}

fn read_refusal(status: StatusCode, retry_after: Option<Duration>, body: &[u8]) -> TokenError {
    let refused = |code: String| TokenError::Refused { code, description: None };
    if status == StatusCode::SERVICE_UNAVAILABLE && names_invalid_tenant(body) {
        return refused("invalid_tenant".to_owned());
    }
    let refusal = Refusal::of(body);
    if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::REQUEST_TIMEOUT {
        return TokenError::Transient { retry_after };
    }
    if !status.is_client_error() {
        let refusal = refusal.filter(|refusal| REFUSALS.contains(&refusal.error.as_str()));
        return refusal.map_or(TokenError::Transient { retry_after }, Refusal::refused);
    }
    match refusal {
        Some(refusal) => refusal.meaning(),
        None if status == StatusCode::UNAUTHORIZED => TokenError::InvalidClient,
        None => refused(format!("http_{}", status.as_u16())),
    }
}

/// Words of an answer as they may be shown: nothing long enough for a token, no numbers of people, no addresses.
fn redacted(text: &str) -> Option<String> {
    let is_plain = |word: &str| {
        word.len() <= MAX_WORD_LENGTH && !word.contains('@') && word.bytes().filter(u8::is_ascii_digit).count() <= MAX_WORD_DIGITS
    };
    let words = text.split_whitespace().map(|word| if is_plain(word) { word } else { "\u{2026}" });
    let words: Vec<&str> = words.collect();
    let words: String = words
        .join(" ")
        .chars()
        .filter(|character| !character.is_control())
        .take(MAX_DESCRIPTION)
        .collect();
    (!words.is_empty()).then_some(words)
}

/// Workday answers an unknown tenant with 503 and this text; waiting does not help.
fn names_invalid_tenant(body: &[u8]) -> bool {
    String::from_utf8_lossy(body).to_ascii_lowercase().contains("invalid tenant")
}

/// Only what has the form of an error code is repeated in errors and logs.
fn is_error_code(code: &str) -> bool {
    !code.is_empty()
        && code.len() <= MAX_ERROR_CODE_LENGTH
        && code
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests;
