//! A person's browser, as far as the tour needs one: pages, cookies, forms, downloads; no script. Redirects are followed
//! one at a time, and where they led is remembered.

use super::cookies::Jar;
use super::form::Form;
use super::html::{link, visible};
use lambda_kit::outbound::{VendorHosts, vendor_client};
use lambda_kit::{Environment, StartError};
use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN};
use reqwest::{RequestBuilder, Url};
use serde_json::Value;

/// More than any honest page takes.
const MOST_REDIRECTS: usize = 8;

/// One browser with its cookies; clones are windows of the same browser.
#[derive(Debug, Clone)]
pub(super) struct Browser {
    http: reqwest::Client,
    jar: Jar,
}

/// The product's own client for vendors, as it is allowed on this machine: plain http, no redirect followed.
fn client() -> Result<reqwest::Client, StartError> {
    let local = [("VENDOR_HOST_OVERRIDE", "loopback"), ("AWS_ENDPOINT_URL", "http://127.0.0.1")];
    vendor_client(&VendorHosts::from_environment(&Environment::from_pairs(local))?)
}

/// What came back.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) url: Url,
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) body: Vec<u8>,
    /// The addresses that led here, first to last, as a person may read them.
    pub(super) trail: Vec<String>,
}

impl Page {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The page without its markup.
    pub(super) fn words(&self) -> String {
        visible(&self.text())
    }

    /// The page must answer 200 and say all of this, in words as a person reads them.
    pub(super) fn must_say(&self, parts: &[&str]) -> Result<(), String> {
        self.must_be_shown()?;
        let words = self.words();
        match parts.iter().find(|part| !words.contains(**part)) {
            None => Ok(()),
            Some(part) => Err(format!("{} does not say {part:?}", path_of(&self.url))),
        }
    }

    /// The page must not say this.
    pub(super) fn must_not_say(&self, part: &str) -> Result<(), String> {
        if self.words().contains(part) {
            Err(format!("{} says {part:?}", path_of(&self.url)))
        } else {
            Ok(())
        }
    }

    /// The form that leads to an address ending like this.
    pub(super) fn form(&self, action: &str) -> Result<Form, String> {
        let mut forms = Form::all(&self.url, &self.text()).into_iter();
        let found = forms.find(|form| form.action.path().ends_with(action));
        found.ok_or_else(|| format!("{} has no form for {action}", path_of(&self.url)))
    }

    /// Where the link with this label leads.
    pub(super) fn link(&self, label: &str) -> Result<Url, String> {
        link(&self.url, &self.text(), label).ok_or_else(|| format!("{} has no link {label:?}", path_of(&self.url)))
    }

    fn must_be_shown(&self) -> Result<(), String> {
        if self.status == 200 {
            Ok(())
        } else {
            Err(format!("{} answered {}", path_of(&self.url), self.status))
        }
    }
}

impl Browser {
    pub(super) fn new() -> std::io::Result<Self> {
        let http = client().map_err(std::io::Error::other)?;
        Ok(Self { http, jar: Jar::default() })
    }

    pub(super) async fn get(&self, url: &str) -> Result<Page, String> {
        self.send(self.http.get(url)).await
    }

    pub(super) async fn delete(&self, url: &str) -> Result<Page, String> {
        self.send(self.http.delete(url)).await
    }

    pub(super) async fn post(&self, url: &str, fields: &[(&str, &str)]) -> Result<Page, String> {
        self.send(self.http.post(url).form(fields)).await
    }

    /// JSON that the other side must take; its answer.
    pub(super) async fn tell(&self, url: &str, body: &Value) -> Result<Value, String> {
        let page = self.post_json(url, body).await?;
        match page.status {
            200..300 => Ok(serde_json::from_slice(&page.body).unwrap_or_default()),
            status => Err(format!("{} answered {status}: {}", path_of(&page.url), page.text())),
        }
    }

    pub(super) async fn post_json(&self, url: &str, body: &Value) -> Result<Page, String> {
        self.send(self.http.post(url).header(CONTENT_TYPE, "application/json").body(body.to_string()))
            .await
    }

    /// A page that must answer 200.
    pub(super) async fn open(&self, url: &str) -> Result<Page, String> {
        let page = self.get(url).await?;
        page.must_be_shown().map(|()| page)
    }

    pub(super) async fn json(&self, url: &str) -> Result<Value, String> {
        let page = self.open(url).await?;
        serde_json::from_slice(&page.body).map_err(|error| format!("{url} is not JSON: {error}"))
    }

    /// Opens an address and follows where it leads, to a page that must answer 200.
    pub(super) async fn visit(&self, url: &str) -> Result<Page, String> {
        let page = self.get(url).await?;
        self.follow(page).await
    }

    /// Sends a form as its page would, and follows where that leads, to a page that must answer 200.
    pub(super) async fn submit(&self, form: &Form) -> Result<Page, String> {
        let page = self.send_form(form).await?;
        self.follow(page).await
    }

    /// Sends a form as its page would; what comes back is shown as it is.
    pub(super) async fn send_form(&self, form: &Form) -> Result<Page, String> {
        if !form.is_post {
            let mut address = form.action.clone();
            address.query_pairs_mut().clear().extend_pairs(form.fields());
            return self.get(address.as_str()).await;
        }
        let same_origin = form.page.origin() == form.action.origin();
        let site = if same_origin { "same-origin" } else { "cross-site" };
        let request = self.http.post(form.action.clone()).form(&form.fields());
        let request = request
            .header(ORIGIN, form.page.origin().ascii_serialization())
            .header("sec-fetch-site", site);
        self.send(request).await
    }

    async fn follow(&self, mut page: Page) -> Result<Page, String> {
        let mut trail = vec![path_of(&page.url)];
        while let Some(location) = page.location.take() {
            if trail.len() > MOST_REDIRECTS || !matches!(page.status, 302 | 303) {
                return Err(format!("{} and so on does not end", trail.join(" → ")));
            }
            let next = page.url.join(&location).map_err(|error| error.to_string())?;
            page = self.get(next.as_str()).await?;
            trail.push(path_of(&page.url));
        }
        page.trail = trail;
        page.must_be_shown().map(|()| page)
    }

    async fn send(&self, request: RequestBuilder) -> Result<Page, String> {
        let unusable = |error: reqwest::Error| error.without_url().to_string();
        let (http, request) = request.build_split();
        let mut request = request.map_err(unusable)?;
        if let Some(cookies) = self.jar.header(request.url()).and_then(|cookies| cookies.parse().ok()) {
            request.headers_mut().insert(COOKIE, cookies);
        }
        let response = http.execute(request).await.map_err(unusable)?;
        let (url, status) = (response.url().clone(), response.status().as_u16());
        self.jar.keep(&url, response.headers());
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let location = location.map(str::to_owned);
        Ok(Page {
            location,
            body: response.bytes().await.map_err(unusable)?.to_vec(),
            trail: Vec::new(),
            url,
            status,
        })
    }
}

/// An address as it may be printed: no query, where codes and tokens stand, and no personal link's last part.
pub(super) fn path_of(url: &Url) -> String {
    match url.path().rsplit_once('/') {
        Some((front, last)) if last.len() > 30 => format!("{front}/…"),
        Some(_) | None => url.path().to_owned(),
    }
}

/// The text between two marks, the first time they occur in this order.
pub(super) fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(inside, _)| inside)
}
