//! A person's browser: pages, cookies, forms, downloads; no script. Redirects are followed one at a time, and where they
//! led is remembered.

use crate::form::Form;
use crate::network::{Network, Sockets};
use crate::page::{Page, path_of};
use bytes::Bytes;
use cookie_store::{CookieStore, RawCookie};
use http::header::{CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE};
use http::{HeaderMap, Method, Request};
use serde_json::Value;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use url::{Url, form_urlencoded};

const FORM: &str = "application/x-www-form-urlencoded";
/// More than any honest page takes.
const MOST_REDIRECTS: usize = 8;

/// One browser with its cookies; clones are windows of the same browser.
#[derive(Debug, Clone)]
pub struct Browser {
    network: Arc<dyn Network>,
    jar: Arc<Mutex<CookieStore>>,
}

impl Browser {
    /// With an empty jar, on the real network.
    pub fn new() -> io::Result<Self> {
        Ok(Self::on(Arc::new(Sockets::new()?)))
    }

    /// With an empty jar, on a network of the test's own.
    pub fn on(network: Arc<dyn Network>) -> Self {
        Self {
            network,
            jar: Arc::default(),
        }
    }

    /// `GET`; what comes back is shown as it is.
    pub async fn get(&self, url: &str) -> Result<Page, String> {
        self.request(Method::GET, url, &[], Bytes::new()).await
    }

    /// `DELETE`; what comes back is shown as it is.
    pub async fn delete(&self, url: &str) -> Result<Page, String> {
        self.request(Method::DELETE, url, &[], Bytes::new()).await
    }

    /// Fields posted without a page; what comes back is shown as it is.
    pub async fn post(&self, url: &str, fields: &[(&str, &str)]) -> Result<Page, String> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.request(Method::POST, url, &[(CONTENT_TYPE.as_str(), FORM)], body.into()).await
    }

    /// JSON posted; what comes back is shown as it is.
    pub async fn post_json(&self, url: &str, body: &Value) -> Result<Page, String> {
        let kind = (CONTENT_TYPE.as_str(), "application/json");
        self.request(Method::POST, url, &[kind], body.to_string().into()).await
    }

    /// JSON that the other side must take; its answer.
    pub async fn tell(&self, url: &str, body: &Value) -> Result<Value, String> {
        let page = self.post_json(url, body).await?;
        if page.status.is_success() {
            Ok(serde_json::from_slice(&page.body).unwrap_or_default())
        } else {
            Err(format!("{} answered {}: {}", path_of(&page.url), page.status, page.text()))
        }
    }

    /// A page that must answer 200.
    pub async fn open(&self, url: &str) -> Result<Page, String> {
        let page = self.get(url).await?;
        page.must_be_shown().map(|()| page)
    }

    /// JSON that must be there.
    pub async fn json(&self, url: &str) -> Result<Value, String> {
        let page = self.open(url).await?;
        serde_json::from_slice(&page.body).map_err(|error| format!("{url} is not JSON: {error}"))
    }

    /// Opens an address and follows where it leads, to a page that must answer 200.
    pub async fn visit(&self, url: &str) -> Result<Page, String> {
        let page = self.get(url).await?;
        self.follow(page).await
    }

    /// Sends a form as its page would, and follows where that leads, to a page that must answer 200.
    pub async fn submit(&self, form: &Form) -> Result<Page, String> {
        let page = self.send_form(form).await?;
        self.follow(page).await
    }

    /// Sends a form as its page would; what comes back is shown as it is.
    pub async fn send_form(&self, form: &Form) -> Result<Page, String> {
        let fields = form.fields();
        if !form.is_post {
            let mut address = form.action.clone();
            address.query_pairs_mut().clear().extend_pairs(fields);
            return self.get(address.as_str()).await;
        }
        let same_origin = form.page.origin() == form.action.origin();
        let site = if same_origin { "same-origin" } else { "cross-site" };
        let origin = form.page.origin().ascii_serialization();
        let headers = [(CONTENT_TYPE.as_str(), FORM), (ORIGIN.as_str(), &*origin), ("sec-fetch-site", site)];
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.request(Method::POST, form.action.as_str(), &headers, body.into()).await
    }

    /// Any request at all, with this browser's cookies; what comes back is shown as it is, and its cookies are kept.
    pub async fn request(&self, method: Method, url: &str, headers: &[(&str, &str)], body: Bytes) -> Result<Page, String> {
        let url: Url = url.parse().map_err(|error| format!("{url}: {error}"))?;
        let mut question = Request::builder().method(method).uri(url.as_str());
        for (name, value) in headers {
            question = question.header(*name, *value);
        }
        if let Some(cookies) = self.cookies(&url) {
            question = question.header(COOKIE, cookies);
        }
        let question = question.body(body).map_err(|error| error.to_string())?;
        let (parts, body) = self.network.send(question).await?.into_parts();
        self.keep(&url, &parts.headers);
        Ok(Page {
            url,
            status: parts.status,
            headers: parts.headers,
            body,
            trail: Vec::new(),
        })
    }

    /// Follows redirects, to a page that must answer 200.
    pub async fn follow(&self, mut page: Page) -> Result<Page, String> {
        let mut trail = vec![path_of(&page.url)];
        while let Some(location) = page.location() {
            if trail.len() > MOST_REDIRECTS || !matches!(page.status.as_u16(), 302 | 303) {
                return Err(format!("{} and so on does not end", trail.join(" → ")));
            }
            let next = page.url.join(location).map_err(|error| error.to_string())?;
            page = self.get(next.as_str()).await?;
            trail.push(path_of(&page.url));
        }
        page.trail = trail;
        page.must_be_shown().map(|()| page)
    }

    /// What this browser sends along to an address, as the `Cookie` header says it.
    pub fn cookies(&self, url: &Url) -> Option<String> {
        let jar = self.lock();
        let pairs: Vec<String> = jar.get_request_values(url).map(|(name, value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Takes a cookie over, as an answer of that address would set it.
    pub fn take_cookie(&self, url: &Url, line: &str) {
        let cookie = RawCookie::parse(line.to_owned()).ok();
        self.lock().store_response_cookies(cookie.into_iter(), url);
    }

    fn keep(&self, url: &Url, headers: &HeaderMap) {
        let lines = headers.get_all(SET_COOKIE).into_iter();
        for line in lines.filter_map(|line| line.to_str().ok()) {
            self.take_cookie(url, line);
        }
    }

    fn lock(&self) -> MutexGuard<'_, CookieStore> {
        self.jar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Answer, InProcess, Question};
    use http::Response;

    /// Redirects `/` to `/end` with a cookie, and says there what it was sent.
    async fn echo(question: Question) -> Answer {
        let cookie = question.headers().get(COOKIE).map_or("none", |value| value.to_str().unwrap());
        let sent = format!("{cookie} {}", String::from_utf8_lossy(question.body()));
        let answer = match question.uri().path() {
            "/" => Response::builder()
                .status(303)
                .header("location", "/end")
                .header(SET_COOKIE, "s=1; Path=/; Secure"),
            "/out" => Response::builder().header(SET_COOKIE, "s=; Path=/; Max-Age=0"),
            "/loop" => Response::builder().status(302).header("location", "/loop"),
            _ => Response::builder().status(200),
        };
        answer.body(sent.into()).unwrap()
    }

    fn browser() -> Browser {
        Browser::on(Arc::new(InProcess::new(echo)))
    }

    #[tokio::test]
    async fn a_redirect_is_followed_with_the_cookies_it_set_until_they_end() {
        let browser = browser();
        let page = browser.visit("http://127.0.0.1:1/").await.unwrap();
        assert_eq!((page.trail.join(" "), page.words()), ("/ /end".to_owned(), "s=1".to_owned()));
        assert_eq!(browser.get("https://example.com/").await.unwrap().words(), "none");
        browser.get("http://127.0.0.1:1/out").await.unwrap();
        assert_eq!(browser.get("http://127.0.0.1:1/end").await.unwrap().words(), "none");
    }

    #[tokio::test]
    async fn windows_share_a_jar_and_browsers_do_not() {
        let (one, other) = (browser(), browser());
        let window = one.clone();
        one.visit("http://127.0.0.1:1/").await.unwrap();
        assert_eq!(window.get("http://127.0.0.1:2/end").await.unwrap().words(), "s=1");
        assert_eq!(other.get("http://127.0.0.1:1/end").await.unwrap().words(), "none");
    }

    #[tokio::test]
    async fn redirects_that_do_not_end_are_not_followed_for_ever() {
        assert!(
            browser()
                .visit("http://127.0.0.1:1/loop")
                .await
                .unwrap_err()
                .contains("does not end")
        );
    }

    #[tokio::test]
    async fn fields_and_json_arrive_as_they_were_written() {
        let page = browser().post("http://127.0.0.1:1/x", &[("a", "1 &"), ("b", "")]).await.unwrap();
        assert_eq!(page.text(), "none a=1+%26&b=");
        assert_eq!(
            browser().post_json("http://127.0.0.1:1/x", &1.into()).await.unwrap().text(),
            "none 1"
        );
    }
}
