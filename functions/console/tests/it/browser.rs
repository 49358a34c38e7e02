//! A browser at the console, and what a test says about what it shows.

use crate::fixture::{Fixture, PUBLIC_URL};
use bytes::Bytes;
use drive::{Answer as Raw, InProcess, Page, Question};
use lambda_http::Body;
use lambda_http::http::header::CONTENT_TYPE;
use lambda_http::http::{HeaderMap, Method, StatusCode};
use std::sync::Arc;
use store::session::Role;
use url::form_urlencoded;

pub(crate) struct Browser {
    inside: drive::Browser,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    leads_to: Option<String>,
}

impl Answer {
    pub(crate) fn of(page: Page) -> Self {
        Self {
            status: page.status,
            text: page.text(),
            leads_to: page.leads_to(),
            headers: page.headers,
        }
    }

    pub(crate) fn location(&self) -> &str {
        let location = self.headers.get("location").and_then(|value| value.to_str().ok());
        location.unwrap_or_else(|| panic!("no redirect: {} {}", self.status, self.text))
    }

    /// Where it leads, and what is said there: `/settings done:saved`.
    pub(crate) fn leads_to(&self) -> &str {
        let leads_to = self.leads_to.as_deref();
        leads_to.unwrap_or_else(|| panic!("no redirect: {} {}", self.status, self.text))
    }

    pub(crate) fn assert_shows(&self, words: &str) {
        assert!(self.text.contains(words), "{words:?} is not on the page: {}", self.text);
    }

    /// What a person reads: a sentence may have markup within.
    pub(crate) fn assert_says(&self, sentence: &str) {
        let said: String = self
            .text
            .split('<')
            .map(|part| part.split_once('>').map_or(part, |(_, words)| words))
            .collect();
        assert!(said.contains(sentence), "{sentence:?} is not said: {said}");
    }

    /// No script but ours, which the page's nonce lets run.
    pub(crate) fn assert_runs_no_other_script(&self) {
        let scripts = self.text.matches("<script").count();
        let ours = self.text.matches("<script nonce=\"").count();
        assert!(scripts == ours && ours <= 1, "{scripts} scripts, {ours} of ours: {}", self.text);
    }

    pub(crate) fn assert_hides(&self, words: &str) {
        assert!(!self.text.contains(words), "{words:?} is on the page");
    }
}

impl Browser {
    pub(crate) fn new(fixture: &Fixture) -> Self {
        let console = Arc::clone(&fixture.console);
        let handler = move |question: Question| {
            let console = Arc::clone(&console);
            async move {
                let request = question.map(|body| Body::from(String::from_utf8_lossy(&body).into_owned()));
                let answer: Raw = console.handle(request).await.map(|body| Bytes::copy_from_slice(&body));
                answer
            }
        };
        Self {
            inside: drive::Browser::on(Arc::new(InProcess::new(handler))),
        }
    }

    /// Another browser with a cookie that was stolen.
    pub(crate) fn with_cookie(fixture: &Fixture, cookie: &str) -> Self {
        let browser = Self::new(fixture);
        browser.inside.take_cookie(&PUBLIC_URL.parse().unwrap(), cookie);
        browser
    }

    pub(crate) async fn signed_in(fixture: &Fixture, role: Role) -> Self {
        let mut browser = Self::new(fixture);
        let link = fixture.sign_in_link(role).await;
        let answer = browser.press_sign_in(&link).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/integrations"));
        browser
    }

    /// Presses the button on the page of a sign-in link.
    pub(crate) async fn press_sign_in(&mut self, link: &str) -> Answer {
        let token = link.strip_prefix("/sign-in?token=").unwrap();
        self.post_raw("/sign-in", &[("sec-fetch-site", "same-origin")], &format!("link={token}"))
            .await
    }

    /// The session cookie as `name=value`, to be stolen by a test.
    pub(crate) fn cookie(&self) -> Option<String> {
        self.inside.cookies(&PUBLIC_URL.parse().unwrap())
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
        let page = self.inside.open(&format!("{PUBLIC_URL}/settings")).await.unwrap();
        let form = page.form("/sign-out").unwrap();
        form.value("token").unwrap().to_owned()
    }

    /// Follows redirects within our site and to a page.
    pub(crate) async fn follow(&mut self, answer: Answer) -> Answer {
        let location = answer.location().to_owned();
        let path = location.strip_prefix(PUBLIC_URL).unwrap_or(&location).to_owned();
        self.get(&path).await
    }

    pub(crate) async fn request(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut all = vec![("host", "127.0.0.1:8470")];
        all.extend(headers);
        if !body.is_empty() {
            all.push((CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded"));
        }
        let url = format!("{PUBLIC_URL}{path}");
        let page = self.inside.request(method, &url, &all, Bytes::copy_from_slice(body.as_bytes()));
        Answer::of(page.await.unwrap())
    }
}
