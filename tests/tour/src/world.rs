//! What is walked: its addresses, and in what one kind of it differs from another.
#![expect(clippy::indexing_slicing, reason = "a JSON value indexed by a name that is not there is null")]

use drive::{Browser, Mail, list};
use serde_json::Value;

/// A product with its vendors. Addresses are without a final slash.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct World {
    pub(crate) product: String,
    pub(crate) workday: String,
    pub(crate) heymilo: String,
    /// The link that signs the owner in, once.
    pub(crate) sign_in: String,
    /// Who that is, as the pages show it.
    pub(crate) owner: String,
    /// The ministack that the product is deployed on; without one it is a local run.
    pub(crate) ministack: Option<String>,
}

impl World {
    /// Whether there are `/__local/…` pages, and polls every few seconds.
    pub(crate) fn is_local(&self) -> bool {
        self.ministack.is_none()
    }

    /// Every mail that our mail service took, oldest first.
    pub(crate) async fn mails(&self, browser: &Browser) -> Result<Vec<Mail>, String> {
        let Some(ministack) = &self.ministack else {
            let state = self.local_state(browser).await?;
            let read = |mail: &Value| read(mail, ["to", "subject", "text", "html"]);
            return Ok(list(&state["outbox"]).map(read).collect());
        };
        let answer = browser.json(&format!("{ministack}/_ministack/ses/messages")).await?;
        let accounts = answer["messages"].as_object().into_iter().flatten();
        let mails = accounts.flat_map(|(_, mails)| list(mails));
        Ok(mails.map(|mail| read(mail, ["To", "Subject", "BodyText", "BodyHtml"])).collect())
    }

    /// What only a local run tells.
    pub(crate) async fn local_state(&self, browser: &Browser) -> Result<Value, String> {
        browser.json(&format!("{}/__local/state", self.product)).await
    }
}

fn read(mail: &Value, [to, subject, text, html]: [&str; 4]) -> Mail {
    let words = |field: &str| mail[field].as_str().unwrap_or_default().to_owned();
    Mail {
        to: mail[to].to_string(),
        subject: words(subject),
        text: words(text),
        html: words(html),
    }
}
