//! Our own addresses: one way to write each, whoever hands it out.

use lambda_kit::{ConfigError, Environment};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

/// The path of a candidate's link, before its token.
pub const CANDIDATE_LINK: &str = "/i/";
/// The path of a View Report link, before its token.
pub const REPORT_LINK: &str = "/r/";

/// Everything but RFC 3986's unreserved characters.
const NOT_IN_A_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where people and vendors reach us: `PUBLIC_URL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(Url);

impl PublicUrl {
    /// Reads `PUBLIC_URL`.
    pub fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self(environment.url("PUBLIC_URL")?))
    }

    /// The URL itself, for its scheme and origin.
    pub fn as_url(&self) -> &Url {
        &self.0
    }

    /// The absolute address of a path of ours, which begins with `/`.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0.as_str().trim_end_matches('/'))
    }

    /// The address a candidate is invited to.
    pub fn candidate_link(&self, token: &str) -> String {
        self.at(&format!("{CANDIDATE_LINK}{token}"))
    }

    /// The View Report address that stands on the Workday record.
    pub fn report_link(&self, token: &str) -> String {
        self.at(&report_path(token))
    }
}

/// The path of a View Report link, for pages of our own site.
pub fn report_path(token: &str) -> String {
    format!("{REPORT_LINK}{token}")
}

/// An id as one segment of a path.
pub fn segment(id: &str) -> String {
    utf8_percent_encode(id, NOT_IN_A_SEGMENT).to_string()
}

/// The id that a segment of a path stands for; `None` when it is not UTF-8.
pub fn id_of_segment(segment: &str) -> Option<String> {
    Some(percent_decode_str(segment).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public_url(text: &str) -> PublicUrl {
        PublicUrl::from_environment(&Environment::from_pairs([("PUBLIC_URL", text)])).unwrap()
    }

    #[test]
    fn every_address_of_ours_is_written_alike_whatever_public_url_ends_with() {
        for (configured, site) in [
            ("https://example.com", "https://example.com"),
            ("https://example.com/", "https://example.com"),
            ("https://example.com/screening", "https://example.com/screening"),
            ("https://example.com/screening/", "https://example.com/screening"),
        ] {
            let ours = public_url(configured);
            assert_eq!(ours.candidate_link("abc"), format!("{site}/i/abc"));
            assert_eq!(ours.report_link("abc"), format!("{site}/r/abc"));
            assert_eq!(ours.at("/webhooks/workday/x"), format!("{site}/webhooks/workday/x"));
        }
    }

    #[test]
    fn an_id_stays_one_segment_and_comes_back() {
        for (id, expected) in [
            ("13D77095", "13D77095"),
            ("a.b-c_d~e", "a.b-c_d~e"),
            ("ac/me?x#y%2F", "ac%2Fme%3Fx%23y%252F"),
            ("größe 1+2", "gr%C3%B6%C3%9Fe%201%2B2"),
        ] {
            assert_eq!(segment(id), expected);
            assert_eq!(id_of_segment(expected).as_deref(), Some(id));
        }
        assert_eq!(id_of_segment("%ff"), None);
    }
}
