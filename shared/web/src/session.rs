//! A session's token: in the browser's cookie, hashed in the table, and hashed otherwise in every form of its pages.

use crate::answer;
use keys::{PublicUrl, equal_in_constant_time, is_token, random_token, token_hash};
use lambda_http::http::header::{COOKIE, SET_COOKIE};
use lambda_http::http::{HeaderMap, HeaderValue};
use lambda_http::{Body, Response};
use maud::{Markup, html};
use std::fmt;
use std::time::Duration;

/// The field in which a form carries its proof.
const FORM_TOKEN: &str = "token";

/// What whoever holds it is signed in by.
#[derive(Clone)]
pub struct SessionToken(String);

/// Shows nothing.
impl fmt::Debug for SessionToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SessionToken").finish_non_exhaustive()
    }
}

impl SessionToken {
    /// A fresh one; `None` when the system has no randomness to give.
    pub fn random() -> Option<Self> {
        random_token().map(Self)
    }

    /// The session's name in the table.
    pub fn session_hash(&self) -> String {
        token_hash(&format!("session {}", self.0))
    }

    /// The hidden field of every form: proof that a page of this session sent it, useless without the cookie.
    pub fn form_field(&self) -> Markup {
        html! {
            input type="hidden" name=(FORM_TOKEN) value=(self.form_token());
        }
    }

    /// Whether a page of this session sent the form. Compares in constant time.
    pub fn sent(&self, form: &crate::form::Fields) -> bool {
        equal_in_constant_time(&self.form_token(), form.text(FORM_TOKEN))
    }

    fn form_token(&self) -> String {
        token_hash(&format!("form {}", self.0))
    }
}

/// How the cookie is named and guarded under our public address.
#[derive(Debug, Clone, Copy)]
pub struct SessionCookie {
    https: bool,
    kind: Kind,
}

/// What a browser is known for.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Session,
    SignIn,
    Guest,
}

impl SessionCookie {
    /// The cookie of our site.
    pub fn of(public_url: &PublicUrl) -> Self {
        Self {
            https: public_url.as_url().scheme() == "https",
            kind: Kind::Session,
        }
    }

    /// The cookie by which a browser that is on its way through an issuer's sign-in is known when it comes back.
    pub fn of_sign_in(public_url: &PublicUrl) -> Self {
        Self {
            kind: Kind::SignIn,
            ..Self::of(public_url)
        }
    }

    /// The cookie of somebody who opened a connect link.
    pub fn of_guest(public_url: &PublicUrl) -> Self {
        Self {
            kind: Kind::Guest,
            ..Self::of(public_url)
        }
    }

    /// The token that a request carries, if it carries one.
    pub fn read(self, headers: &HeaderMap) -> Option<SessionToken> {
        cookie(headers, self.name())
            .filter(|value| is_token(value))
            .map(|value| SessionToken(value.to_owned()))
    }

    /// The answer, giving the browser the session's token.
    pub fn set(self, answer: Response<Body>, token: &SessionToken, lasts: Duration) -> Response<Body> {
        self.carried_by(answer, &token.0, lasts)
    }

    /// The answer, taking the session's token from the browser.
    pub fn remove(self, answer: Response<Body>) -> Response<Body> {
        self.carried_by(answer, "", Duration::ZERO)
    }

    fn carried_by(self, answer: Response<Body>, value: &str, lasts: Duration) -> Response<Body> {
        with_cookie(answer, self.https, (self.name(), value), lasts)
    }

    /// Browsers refuse the `__Host-` prefix and `Secure` over plain http, which only a local run uses.
    fn name(self) -> &'static str {
        match (self.kind, self.https) {
            (Kind::Session, true) => "__Host-session",
            (Kind::Session, false) => "session",
            (Kind::SignIn, true) => "__Host-sign-in",
            (Kind::SignIn, false) => "sign-in",
            (Kind::Guest, true) => "__Host-connect",
            (Kind::Guest, false) => "connect",
        }
    }
}

/// The value of a request's cookie of this name.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut cookies = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='));
    cookies.find_map(|(found, value)| (found == name).then_some(value))
}

/// The answer with a cookie of ours. `Lax`, not `Strict`: Workday's consent page and an issuer's sign-in page send the
/// browser back to us, and the session must come along.
pub(crate) fn with_cookie(mut answer: Response<Body>, https: bool, (name, value): (&str, &str), lasts: Duration) -> Response<Body> {
    let secure = if https { "; Secure" } else { "" };
    let cookie = format!(
        "{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}",
        lasts.as_secs()
    );
    match HeaderValue::from_str(&cookie) {
        Ok(cookie) => {
            answer.headers_mut().append(SET_COOKIE, cookie);
            answer
        }
        // Tokens are base64url and notes are codes; were one neither, nobody is signed in.
        Err(_not_a_header) => answer::internal_error(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Fields;
    use lambda_kit::Environment;

    fn cookie_of(public_url: &str) -> SessionCookie {
        let environment = Environment::from_pairs([("PUBLIC_URL", public_url)]);
        SessionCookie::of(&PublicUrl::from_environment(&environment).unwrap())
    }

    fn set(cookie: SessionCookie, token: &SessionToken) -> String {
        let answer = cookie.set(answer::accepted(), token, Duration::from_hours(12));
        answer.headers()[SET_COOKIE].to_str().unwrap().to_owned()
    }

    #[test]
    fn a_browser_is_given_a_guarded_cookie_and_is_known_by_it() {
        let token = SessionToken::random().unwrap();
        let (deployed, local) = (cookie_of("https://example.com"), cookie_of("http://127.0.0.1:8470"));
        let on_the_way = |cookie| SessionCookie {
            kind: Kind::SignIn,
            ..cookie
        };
        for (cookie, name, secure) in [
            (deployed, "__Host-session", true),
            (local, "session", false),
            (on_the_way(deployed), "__Host-sign-in", true),
            (on_the_way(local), "sign-in", false),
        ] {
            let given = set(cookie, &token);
            assert!(given.starts_with(&format!("{name}=")), "{given}");
            assert!(given.contains("; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200"), "{given}");
            assert_eq!(given.ends_with("; Secure"), secure, "{given}");
            let mut headers = HeaderMap::new();
            let pair = given.split(';').next().unwrap();
            headers.insert(COOKIE, format!("other=1; {pair}").parse().unwrap());
            assert_eq!(cookie.read(&headers).unwrap().session_hash(), token.session_hash());
            let taken = cookie.remove(answer::accepted());
            let taken = taken.headers()[SET_COOKIE].to_str().unwrap();
            assert!(taken.starts_with(&format!("{name}=; ")) && taken.contains("Max-Age=0"), "{taken}");
        }
    }

    #[test]
    fn a_cookie_that_is_no_token_of_ours_or_of_another_name_is_nobody() {
        let cookie = cookie_of("https://example.com");
        let token = "A".repeat(43);
        for text in [
            "__Host-session=".to_owned(),
            "__Host-session=short".to_owned(),
            format!("session={token}"),
            format!("x__Host-session={token}"),
            format!("__Host-session={token}A"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, text.parse().unwrap());
            assert!(cookie.read(&headers).is_none(), "{text}");
        }
        assert!(cookie.read(&HeaderMap::new()).is_none());
    }

    #[test]
    fn a_form_is_taken_from_a_page_of_its_own_session_only() {
        let (own, other) = (SessionToken::random().unwrap(), SessionToken::random().unwrap());
        let form = |token: &str| Fields::parse(format!("token={token}").as_bytes());
        assert!(own.sent(&form(&own.form_token())));
        for token in [other.form_token(), own.session_hash(), own.0.clone(), String::new()] {
            assert!(!own.sent(&form(&token)), "{token}");
        }
        assert!(!own.form_field().into_string().contains(&own.0));
        assert_eq!(format!("{own:?}"), "SessionToken { .. }");
    }
}
