//! A browser without scripts: keeps cookies, sends the forms of pages it was shown.

use crate::fixture::{Fixture, PUBLIC_URL};
use lambda_http::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use lambda_http::http::{HeaderMap, Method, Request, StatusCode};
use lambda_http::{Body, Response};
use store::session::Role;
use url::form_urlencoded;

pub(crate) struct Browser<'a> {
    fixture: &'a Fixture,
    cookie: Option<String>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn of(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let text = match body {
            Body::Text(text) => text,
            Body::Binary(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Body::Empty | _ => String::new(),
        };
        Self {
            status: parts.status,
            headers: parts.headers,
            text,
        }
    }

    pub(crate) fn location(&self) -> &str {
        self.headers
            .get(LOCATION)
            .unwrap_or_else(|| panic!("no redirect: {} {}", self.status, self.text))
            .to_str()
            .unwrap()
    }

    pub(crate) fn assert_shows(&self, words: &str) {
        assert!(self.text.contains(words), "{words:?} is not on the page: {}", self.text);
    }

    pub(crate) fn assert_hides(&self, words: &str) {
        assert!(!self.text.contains(words), "{words:?} is on the page");
    }
}

impl<'a> Browser<'a> {
    pub(crate) fn new(fixture: &'a Fixture) -> Self {
        Self { fixture, cookie: None }
    }

    /// Another browser with a cookie that was stolen.
    pub(crate) fn with_cookie(fixture: &'a Fixture, cookie: String) -> Self {
        Self {
            fixture,
            cookie: Some(cookie),
        }
    }

    pub(crate) async fn signed_in(fixture: &'a Fixture, role: Role) -> Self {
        let mut browser = Self::new(fixture);
        let link = fixture.sign_in_link(role).await;
        let answer = browser.get(&link).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/integrations"));
        browser
    }

    /// The session cookie as `name=value`, to be stolen by a test.
    pub(crate) fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.request(Method::GET, path, &[], "").await
    }

    /// Sends a form as our page would: from our own site, with the page's hidden token.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.form_token().await;
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("token", &token).extend_pairs(fields);
        self.post_raw(path, &[("sec-fetch-site", "same-origin"), ("origin", "null")], &form.finish())
            .await
    }

    pub(crate) async fn post_raw(&mut self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.request(Method::POST, path, headers, body).await
    }

    pub(crate) async fn form_token(&mut self) -> String {
        let page = self.get("/settings").await;
        let (_, rest) = page.text.split_once("name=\"token\" value=\"").expect("a form with a token");
        rest.split_once('"').unwrap().0.to_owned()
    }

    /// Follows redirects within our site and to a page.
    pub(crate) async fn follow(&mut self, answer: Answer) -> Answer {
        let location = answer.location().to_owned();
        let path = location.strip_prefix(PUBLIC_URL).unwrap_or(&location).to_owned();
        self.get(&path).await
    }

    pub(crate) async fn request(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{PUBLIC_URL}{path}"))
            .header("host", "127.0.0.1:8470");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let request = request.body(Body::from(body)).unwrap();
        let response = if path.starts_with("/oauth/") {
            self.fixture.consent.handle(request).await
        } else if path.starts_with("/r/") {
            self.fixture.report.handle(request).await
        } else {
            self.fixture.console.handle(request).await
        };
        let answer = Answer::of(response);
        if let Some(cookie) = answer.headers.get(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
            self.cookie = (!pair.ends_with('=')).then_some(pair);
        }
        answer
    }
}
