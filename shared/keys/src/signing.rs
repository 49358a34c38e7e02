//! Everything derived from the one signing secret: webhook addresses, link tokens, markers.
//!
//! Each purpose has its own key, so that a value made for one can never pass as another. Derived values are the same
//! on every call: a crash between deriving and storing costs nothing.

use crate::address::{id_of_segment, segment};
use crate::token::equal_in_constant_time;
use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use domain::{ConnectionId, OrderId, PostingId, WorkspaceId};
use lambda_kit::{Environment, Secrets, StartError};
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// Shorter secrets are refused: 32 characters of base64 carry 192 bits.
const SHORTEST_SECRET: usize = 32;
/// Bytes of a webhook address's MAC: 128 bits.
const WEBHOOK_MAC_BYTES: usize = 16;
/// Characters of a marker after `HM-`: 130 bits of base32.
const MARKER_CHARACTERS: usize = 26;

/// The signing secret cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    /// It is shorter than 32 characters.
    #[error("the signing secret is shorter than {SHORTEST_SECRET} characters")]
    TooShort,
}

/// Keys derived from the signing secret, one per purpose.
#[derive(Clone)]
pub struct SigningKeys {
    workday_webhook: hmac::Key,
    heymilo_webhook: hmac::Key,
    candidate_link: hmac::Key,
    report_link: hmac::Key,
    marker: hmac::Key,
}

/// An inbound address whose MAC is ours: proof that we gave it out, before any database read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookAddress {
    /// `/webhooks/workday/{connection}.{mac}`
    Workday(ConnectionId),
    /// `/webhooks/heymilo/{workspace}.{mac}/{posting}`
    HeyMilo(WorkspaceId, PostingId),
}

impl SigningKeys {
    /// Reads the secret that `SIGNING_SECRET_NAME` names and derives the keys.
    pub async fn load(secrets: &Secrets, environment: &Environment) -> Result<Self, StartError> {
        let name = environment.required("SIGNING_SECRET_NAME")?;
        let secret = secrets.read(&name).await?;
        Self::from_secret(&secret).map_err(|error| StartError::dependency("the signing keys", error))
    }

    /// Derives the keys from a random string of at least 32 characters.
    pub fn from_secret(secret: &SecretString) -> Result<Self, SigningKeyError> {
        let secret = secret.expose_secret().trim();
        if secret.len() < SHORTEST_SECRET {
            return Err(SigningKeyError::TooShort);
        }
        let root = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let purpose = |label: &str| hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&root, label.as_bytes()).as_ref());
        Ok(Self {
            workday_webhook: purpose("workday webhook address v1"),
            heymilo_webhook: purpose("heymilo webhook address v1"),
            candidate_link: purpose("candidate link v1"),
            report_link: purpose("report link v1"),
            marker: purpose("marker v1"),
        })
    }

    /// The path an admin gives to Workday as the integration's endpoint.
    pub fn workday_webhook_path(&self, connection: &ConnectionId) -> String {
        let mac = webhook_mac(&self.workday_webhook, &[connection.as_str()]);
        format!("/webhooks/workday/{}.{mac}", segment(connection.as_str()))
    }

    /// The path under which HeyMilo is asked to report on a posting: `CreateWebhookRequest.webhook_url`.
    pub fn heymilo_webhook_path(&self, workspace: &WorkspaceId, posting: &PostingId) -> String {
        let mac = webhook_mac(&self.heymilo_webhook, &[workspace.as_str(), posting.as_str()]);
        format!(
            "/webhooks/heymilo/{}.{mac}/{}",
            segment(workspace.as_str()),
            segment(posting.as_str())
        )
    }

    /// The address a request path names, or `None` if we never gave it out. Compares in constant time.
    pub fn webhook_address(&self, path: &str) -> Option<WebhookAddress> {
        let mut segments = path.strip_prefix("/webhooks/")?.split('/');
        let (sender, signed, posting) = (segments.next()?, segments.next()?, segments.next());
        let (id, mac) = signed.rsplit_once('.')?;
        let id = id_of_segment(id)?;
        let (address, expected) = match (sender, posting) {
            ("workday", None) => {
                let connection = ConnectionId::new(id).ok()?;
                let expected = webhook_mac(&self.workday_webhook, &[connection.as_str()]);
                (WebhookAddress::Workday(connection), expected)
            }
            ("heymilo", Some(posting)) => {
                let (workspace, posting) = (WorkspaceId::new(id).ok()?, PostingId::new(id_of_segment(posting)?).ok()?);
                let expected = webhook_mac(&self.heymilo_webhook, &[workspace.as_str(), posting.as_str()]);
                (WebhookAddress::HeyMilo(workspace, posting), expected)
            }
            (_unknown, _segments) => return None,
        };
        let genuine = equal_in_constant_time(&expected, mac);
        (genuine && segments.next().is_none()).then_some(address)
    }

    /// The token of a candidate's link: 43 characters. A person's resend raises the generation and so voids the old link.
    pub fn candidate_link_token(&self, workspace: &WorkspaceId, order: &OrderId, generation: u32) -> String {
        let tag = tag(&self.candidate_link, &[workspace.as_str(), order.as_str(), &generation.to_string()]);
        BASE64URL_NOPAD.encode(tag.as_ref())
    }

    /// The token of an order's View Report link: 43 characters.
    pub fn report_link_token(&self, workspace: &WorkspaceId, order: &OrderId) -> String {
        BASE64URL_NOPAD.encode(tag(&self.report_link, &[workspace.as_str(), order.as_str()]).as_ref())
    }

    /// The mark by which an effect on a vendor's side is recognised when it is read back: `HM-` and 26 characters.
    pub fn marker(&self, order: &OrderId, step: &str, version: u32) -> String {
        let mut text = BASE32_NOPAD.encode(tag(&self.marker, &[order.as_str(), step, &version.to_string()]).as_ref());
        text.truncate(MARKER_CHARACTERS);
        format!("HM-{text}")
    }
}

/// Keys show nothing.
impl fmt::Debug for SigningKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SigningKeys").finish_non_exhaustive()
    }
}

/// HMAC over length-prefixed parts, so that parts cannot be shifted into each other.
fn tag(key: &hmac::Key, parts: &[&str]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    context.sign()
}

fn webhook_mac(key: &hmac::Key, parts: &[&str]) -> String {
    let tag = tag(key, parts);
    BASE64URL_NOPAD.encode(tag.as_ref().get(..WEBHOOK_MAC_BYTES).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> SigningKeys {
        SigningKeys::from_secret(&SecretString::from("an invented secret of enough characters")).unwrap()
    }

    fn acme() -> (WorkspaceId, OrderId) {
        (WorkspaceId::new("acme").unwrap(), OrderId::new("order-1").unwrap())
    }

    #[test]
    fn a_short_secret_is_refused_and_no_secret_is_shown() {
        assert!(SigningKeys::from_secret(&SecretString::from("short")).is_err());
        assert_eq!(format!("{:?}", keys()), "SigningKeys { .. }");
    }

    #[test]
    fn addresses_we_gave_out_are_recognised() {
        let keys = keys();
        for id in ["acme-preview", "a.b", "ac/me%2F", "größe"] {
            let connection = ConnectionId::new(id).unwrap();
            let path = keys.workday_webhook_path(&connection);
            assert_eq!(keys.webhook_address(&path), Some(WebhookAddress::Workday(connection)), "{path}");
        }
        let (workspace, posting) = (WorkspaceId::new("acme").unwrap(), PostingId::new("13D77095").unwrap());
        let path = keys.heymilo_webhook_path(&workspace, &posting);
        assert_eq!(keys.webhook_address(&path), Some(WebhookAddress::HeyMilo(workspace, posting)));
    }

    #[test]
    fn forged_addresses_are_refused() {
        let keys = keys();
        let workday = keys.workday_webhook_path(&ConnectionId::new("acme").unwrap());
        let heymilo = keys.heymilo_webhook_path(&WorkspaceId::new("acme").unwrap(), &PostingId::new("13D77095").unwrap());
        let other_secret = SigningKeys::from_secret(&SecretString::from("another invented secret of enough length")).unwrap();
        let forged = [
            workday.replace("acme", "umbrella"),
            workday.replace("workday", "heymilo"),
            format!("{workday}/13D77095"),
            format!("{workday}/"),
            format!("{workday}A"),
            workday.get(..workday.len() - 1).unwrap().to_owned(),
            heymilo.replace("13D77095", "13D77096"),
            heymilo.replace("heymilo", "workday"),
            other_secret.workday_webhook_path(&ConnectionId::new("acme").unwrap()),
            "/webhooks/workday/acme".to_owned(),
            "/webhooks/workday/acme.".to_owned(),
            "/webhooks/workday/.".to_owned(),
            "/webhooks/workday/%zz.AAAA".to_owned(),
            "/webhooks/workday/%ff.AAAA".to_owned(),
            "/webhooks/workday/%".to_owned(),
            "/webhooks/".to_owned(),
            String::new(),
        ];
        for path in forged {
            assert_eq!(keys.webhook_address(&path), None, "{path} was accepted");
        }
    }

    #[test]
    fn tokens_differ_by_purpose_order_and_generation_and_repeat_otherwise() {
        let (keys, (workspace, order)) = (keys(), acme());
        let first = keys.candidate_link_token(&workspace, &order, 1);
        assert_eq!(first.len(), 43);
        assert_eq!(first, keys.candidate_link_token(&workspace, &order, 1));
        assert_ne!(first, keys.candidate_link_token(&workspace, &order, 2));
        assert_ne!(first, keys.report_link_token(&workspace, &order));
        let marker = keys.marker(&order, "note", 1);
        assert_eq!((marker.len(), marker.get(..3)), (29, Some("HM-")));
        assert_ne!(marker, keys.marker(&order, "note", 2));
    }
}
