//! A person's browser, as far as the tour needs one: pages, forms, JSON, downloads; no script, no redirects followed
//! unseen.

use lambda_kit::outbound::{VendorHosts, vendor_client};
use lambda_kit::{Environment, StartError};
use serde_json::Value;

/// An HTTP client that keeps no secrets and follows nothing by itself.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    http: reqwest::Client,
}

/// The product's own client for vendors, as it is allowed on this machine: plain http, no redirect followed.
fn client() -> Result<reqwest::Client, StartError> {
    let local = [("VENDOR_HOST_OVERRIDE", "loopback"), ("AWS_ENDPOINT_URL", "http://127.0.0.1")];
    vendor_client(&VendorHosts::from_environment(&Environment::from_pairs(local))?)
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Page {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Browser {
    pub(crate) fn new() -> std::io::Result<Self> {
        let http = client().map_err(std::io::Error::other)?;
        Ok(Self { http })
    }

    pub(crate) async fn get(&self, url: &str) -> Result<Page, String> {
        page(self.http.get(url)).await
    }

    pub(crate) async fn post(&self, url: &str, fields: &[(&str, &str)]) -> Result<Page, String> {
        page(self.http.post(url).form(fields)).await
    }

    pub(crate) async fn post_json(&self, url: &str, body: &Value) -> Result<Page, String> {
        page(
            self.http
                .post(url)
                .header("content-type", "application/json")
                .body(body.to_string()),
        )
        .await
    }

    /// A page that must answer 200.
    pub(crate) async fn open(&self, url: &str) -> Result<Page, String> {
        let page = self.get(url).await?;
        if page.status == 200 {
            Ok(page)
        } else {
            Err(format!("{} answered {}", without_token(url), page.status))
        }
    }

    pub(crate) async fn json(&self, url: &str) -> Result<Value, String> {
        let page = self.open(url).await?;
        serde_json::from_slice(&page.body).map_err(|error| format!("{url} is not JSON: {error}"))
    }
}

/// An address as it may be printed: personal links carry a token in their last part.
fn without_token(url: &str) -> String {
    match url.rsplit_once('/') {
        Some((front, last)) if last.len() > 30 => format!("{front}/…"),
        Some(_) | None => url.to_owned(),
    }
}

async fn page(request: reqwest::RequestBuilder) -> Result<Page, String> {
    let response = request.send().await.map_err(|error| error.without_url().to_string())?;
    let location = response
        .headers()
        .get("location")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let status = response.status().as_u16();
    let body = response.bytes().await.map_err(|error| error.without_url().to_string())?;
    Ok(Page {
        status,
        location,
        body: body.to_vec(),
    })
}

/// The text between two marks, the first time they occur in this order.
pub(crate) fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(inside, _)| inside)
}
