//! What a browser sent: query and form fields, and whether one of our own pages sent it.

use keys::PublicUrl;
use lambda_http::http::{HeaderMap, header};
use lambda_http::{Body, Request};
use secrecy::SecretString;
use std::collections::BTreeMap;
use url::{Url, form_urlencoded};

/// The largest form has a few short fields and one list of addresses.
const LARGEST_FORM: usize = 64 * 1024;

/// Fields by name; of a name sent twice the last one counts.
#[derive(Debug, Default)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// The fields of the address.
    pub fn of_query(request: &Request) -> Self {
        Self::parse(request.uri().query().unwrap_or_default().as_bytes())
    }

    /// `None` when the body is not a form or too large to be one of ours.
    pub fn of_body(request: &Request) -> Option<Self> {
        let content_type = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
        if !content_type.starts_with("application/x-www-form-urlencoded") {
            return None;
        }
        let bytes = match request.body() {
            Body::Text(text) => text.as_bytes(),
            Body::Binary(bytes) => bytes,
            // `Body` may grow; an empty form has no fields.
            Body::Empty | _ => &[],
        };
        (bytes.len() <= LARGEST_FORM).then(|| Self::parse(bytes))
    }

    pub(crate) fn parse(bytes: &[u8]) -> Self {
        Self(form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// The trimmed value; empty when the field is absent.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map(|value| value.trim()).unwrap_or_default()
    }

    /// The trimmed value, if there is one.
    pub fn optional(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// A value that must not be shown again.
    pub fn secret(&self, name: &str) -> SecretString {
        SecretString::from(self.text(name).to_owned())
    }

    /// Whether a checkbox was ticked.
    pub fn is_on(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// The revision of what the page showed; one that is not a number is one that nothing has.
    pub fn revision(&self) -> Option<u64> {
        self.optional("revision").map(|revision| revision.parse().unwrap_or(0))
    }

    /// The value as a number; `None` when it is none.
    pub fn number(&self, name: &str) -> Option<u32> {
        self.text(name).parse().ok()
    }

    /// The non-empty lines of a text area.
    pub fn lines(&self, name: &str) -> Vec<String> {
        self.text(name)
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// Whether a page of ours sent the request. Our pages' `Referrer-Policy: no-referrer` makes browsers send
/// `Origin: null` with forms, so what `Sec-Fetch-Site` says comes first; clients without it must name our origin.
pub fn is_from_our_pages(headers: &HeaderMap, public_url: &PublicUrl) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = text("origin").and_then(|origin| Url::parse(origin).ok()) else {
        return false;
    };
    let authority = |url: &Url| Some((url.host_str()?.to_owned(), url.port_or_known_default()));
    let host = text("host").and_then(|host| Url::parse(&format!("{}://{host}", origin.scheme())).ok());
    authority(&origin).is_some()
        && (origin.origin() == public_url.as_url().origin() || host.is_some_and(|host| host.origin() == origin.origin()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_kit::Environment;

    fn check(headers: &[(&'static str, &'static str)], expected: bool) {
        let map: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        let environment = Environment::from_pairs([("PUBLIC_URL", "https://console.example.com")]);
        let public_url = PublicUrl::from_environment(&environment).unwrap();
        assert_eq!(is_from_our_pages(&map, &public_url), expected, "{headers:?}");
    }

    #[test]
    fn only_our_own_pages_may_send_forms() {
        check(&[("sec-fetch-site", "same-origin"), ("origin", "null")], true);
        check(&[("origin", "https://console.example.com")], true);
        check(&[("origin", "http://localhost:8470"), ("host", "localhost:8470")], true);
        check(
            &[("sec-fetch-site", "cross-site"), ("origin", "https://console.example.com")],
            false,
        );
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("sec-fetch-site", "none")], false);
        check(&[("origin", "null")], false);
        check(&[("origin", "https://evil.example.com"), ("host", "console.example.com")], false);
        check(&[("origin", "http://console.example.com")], false);
        check(&[("origin", "https://console.example.com.evil.example")], false);
        check(&[], false);
    }

    #[test]
    fn fields_are_trimmed_and_lists_are_split_by_line() {
        let fields = Fields::parse(b"q=+R-1+&empty=+&list=a%40example.com%0D%0A%0D%0A%40b.example&on=on");
        assert_eq!(fields.text("q"), "R-1");
        assert_eq!(fields.optional("empty"), None);
        assert_eq!(fields.lines("list"), ["a@example.com", "@b.example"]);
        assert!(fields.is_on("on") && !fields.is_on("off"));
    }
}
