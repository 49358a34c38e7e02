//! What a workspace proves itself with.

use std::fmt;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

/// An API key, sent as `X-API-KEY`: one key is one workspace, and it does not expire.
#[derive(Clone)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// Takes a key as pasted; none if it is empty or holds anything but visible ASCII characters.
    pub fn new(secret: SecretString) -> Option<Self> {
        let pasted = secret.expose_secret();
        let key = pasted.trim();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        if key.len() == pasted.len() {
            return Some(Self(secret));
        }
        Some(Self(SecretString::from(key.to_owned())))
    }

    /// The key itself, for whoever has to store it.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }

    /// The header value, marked so that no HTTP library prints it.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(self.0.expose_secret()).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ApiKey([REDACTED])")
    }
}
