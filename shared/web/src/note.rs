//! A word to the next page, in a cookie that is gone once it was shown: a code, so that no address and nobody else can put
//! words into our mouth.

use crate::session;
use keys::PublicUrl;
use lambda_http::http::HeaderMap;
use lambda_http::{Body, Response};
use std::time::Duration;

/// Longer than any redirect takes, and shorter than anybody wonders what the word is about.
const LASTS: Duration = Duration::from_mins(1);
const LONGEST: usize = 80;

/// How the note's cookie is named and guarded under our public address.
#[derive(Debug, Clone, Copy)]
pub struct NoteCookie {
    https: bool,
}

impl NoteCookie {
    /// The note of our site.
    pub fn of(public_url: &PublicUrl) -> Self {
        Self {
            https: public_url.as_url().scheme() == "https",
        }
    }

    /// The code that a request carries, if it carries one.
    pub fn read(self, headers: &HeaderMap) -> Option<String> {
        session::cookie(headers, self.name())
            .filter(|code| is_code(code))
            .map(str::to_owned)
    }

    /// The answer, with a code for the page that it leads to: lower-case letters, digits, hyphens and colons.
    pub fn leave(self, answer: Response<Body>, code: &str) -> Response<Body> {
        debug_assert!(is_code(code), "{code} is no code");
        session::with_cookie(answer, self.https, (self.name(), code), LASTS)
    }

    /// The answer that has shown it.
    pub fn clear(self, answer: Response<Body>) -> Response<Body> {
        session::with_cookie(answer, self.https, (self.name(), ""), Duration::ZERO)
    }

    fn name(self) -> &'static str {
        if self.https { "__Host-note" } else { "note" }
    }
}

fn is_code(text: &str) -> bool {
    let of_code = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, b'-' | b':');
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(of_code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer;
    use lambda_http::http::HeaderValue;
    use lambda_http::http::header::{COOKIE, SET_COOKIE};
    use lambda_kit::Environment;

    #[test]
    fn a_note_is_left_read_and_cleared_and_nothing_else_is_taken_for_one() {
        for (url, line) in [
            (
                "https://example.com",
                "__Host-note=done:saved; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure",
            ),
            (
                "http://127.0.0.1:8470",
                "note=done:saved; Path=/; HttpOnly; SameSite=Lax; Max-Age=60",
            ),
        ] {
            let environment = Environment::from_pairs([("PUBLIC_URL", url)]);
            let cookie = NoteCookie::of(&PublicUrl::from_environment(&environment).unwrap());
            let left = cookie.leave(answer::accepted(), "done:saved");
            assert_eq!(left.headers()[SET_COOKIE], line);
            let cleared = cookie.clear(answer::accepted());
            assert!(cleared.headers()[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
            let read = |value: &str| {
                let carried = format!("a=b; {}={value}", cookie.name());
                let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(&carried).unwrap())]);
                cookie.read(&headers)
            };
            assert_eq!(read("done:saved").as_deref(), Some("done:saved"));
            for odd in ["", "<b>", "Done", &"a".repeat(81)] {
                assert_eq!(read(odd), None, "{odd}");
            }
        }
    }
}
