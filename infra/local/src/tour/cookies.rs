//! A browser's cookies: kept by host and path, sent back where they belong (RFC 6265, as far as host-only cookies go).

use reqwest::Url;
use reqwest::header::{HeaderMap, SET_COOKIE};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The cookies of one browser; clones are windows of the same browser.
#[derive(Debug, Clone, Default)]
pub(super) struct Jar(Arc<Mutex<Vec<Cookie>>>);

#[derive(Debug, Clone)]
struct Cookie {
    /// Without the port: cookies do not tell ports apart.
    host: String,
    path: String,
    name: String,
    value: String,
    secure: bool,
}

impl Jar {
    /// Takes over what an answer of `url` sets; what ends now is forgotten.
    pub(super) fn keep(&self, url: &Url, headers: &HeaderMap) {
        let lines = headers.get_all(SET_COOKIE).into_iter().filter_map(|line| line.to_str().ok());
        for (cookie, ends_now) in lines.filter_map(|line| Cookie::read(url, line)) {
            let mut kept = self.lock();
            kept.retain(|known| (&known.host, &known.path, &known.name) != (&cookie.host, &cookie.path, &cookie.name));
            if !ends_now {
                kept.push(cookie);
            }
        }
    }

    /// The `Cookie` header of a request to `url`, if any cookie belongs there.
    pub(super) fn header(&self, url: &Url) -> Option<String> {
        let pairs: Vec<String> = self
            .lock()
            .iter()
            .filter(|cookie| cookie.belongs_to(url))
            .map(Cookie::pair)
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Cookie>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cookie {
    /// Reads one `Set-Cookie` line, and whether it ends the cookie. `None` for what a browser would not keep.
    fn read(url: &Url, line: &str) -> Option<(Self, bool)> {
        let mut parts = line.split(';').map(str::trim);
        let (name, value) = parts.next()?.split_once('=')?;
        let mut cookie = Self {
            host: url.host_str()?.to_owned(),
            path: String::from("/"),
            name: name.to_owned(),
            value: value.to_owned(),
            secure: false,
        };
        let mut ends_now = false;
        for attribute in parts {
            let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            match name.to_ascii_lowercase().as_str() {
                "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
                "secure" => cookie.secure = true,
                "max-age" => ends_now = value.parse::<i64>().is_ok_and(|seconds| seconds <= 0),
                // Ours are host-only; a cookie for a whole domain would be a mistake to notice.
                "domain" => return None,
                _ => {}
            }
        }
        (!cookie.secure || is_trustworthy(url)).then_some((cookie, ends_now))
    }

    fn belongs_to(&self, url: &Url) -> bool {
        let below = |rest: &str| rest.is_empty() || self.path.ends_with('/') || rest.starts_with('/');
        url.host_str() == Some(self.host.as_str())
            && url.path().strip_prefix(self.path.as_str()).is_some_and(below)
            && (!self.secure || is_trustworthy(url))
    }

    fn pair(&self) -> String {
        format!("{}={}", self.name, self.value)
    }
}

/// Where browsers keep and send `Secure` cookies: over https, and on this machine.
fn is_trustworthy(url: &Url) -> bool {
    url.scheme() == "https" || matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jar(from: &str, lines: &[&str]) -> Jar {
        let jar = Jar::default();
        for line in lines {
            let mut headers = HeaderMap::new();
            headers.insert(SET_COOKIE, line.parse().unwrap());
            jar.keep(&from.parse().unwrap(), &headers);
        }
        jar
    }

    fn check(from: &str, lines: &[&str], to: &str, expected: Option<&str>) {
        assert_eq!(
            jar(from, lines).header(&to.parse().unwrap()).as_deref(),
            expected,
            "{lines:?} to {to}"
        );
    }

    #[test]
    fn a_cookie_goes_back_where_it_came_from_and_nowhere_else() {
        let (here, session) = ("http://127.0.0.1:1/sign-in", ["session=a; Path=/; HttpOnly"]);
        check(here, &session, "http://127.0.0.1:1/agents/x", Some("session=a"));
        check(here, &session, "http://127.0.0.1:2/", Some("session=a"));
        check(here, &session, "http://localhost:1/", None);
        check(here, &["a=1; Path=/agents"], "http://127.0.0.1:1/agents/x", Some("a=1"));
        check(here, &["a=1; Path=/agents"], "http://127.0.0.1:1/agentsmith", None);
        check(here, &["a=1; Domain=example.com"], here, None);
    }

    #[test]
    fn a_secure_cookie_needs_https_or_this_machine() {
        let secure = ["s=1; Path=/; Secure"];
        check("http://127.0.0.1:1/", &secure, "http://127.0.0.1:1/", Some("s=1"));
        check("https://example.com/", &secure, "https://example.com/a", Some("s=1"));
        check("https://example.com/", &secure, "http://example.com/a", None);
        check("http://example.com/", &secure, "https://example.com/", None);
    }

    #[test]
    fn a_later_cookie_replaces_an_earlier_one_and_max_age_zero_ends_it() {
        let here = "http://127.0.0.1:1/";
        check(here, &["s=1; Path=/", "s=2; Path=/"], here, Some("s=2"));
        check(here, &["s=1; Path=/", "s=; Path=/; Max-Age=0"], here, None);
    }
}
