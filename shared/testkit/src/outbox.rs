//! The mails that SES took, with everything the request said, and the rules of SES that its embedded stand-in lacks.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One mail that SES `SendEmail` took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mail {
    /// The message id SES answered with.
    pub message_id: String,
    /// When the request was signed, as in its `X-Amz-Date`.
    pub sent_at: String,
    /// The sender.
    pub from: String,
    /// The recipients.
    pub to: Vec<String>,
    /// Where answers go.
    pub reply_to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: Option<String>,
    /// The HTML.
    pub html: Option<String>,
    /// The headers beside the usual ones.
    pub headers: Vec<(String, String)>,
    /// The message tags.
    pub tags: Vec<(String, String)>,
    /// The configuration set.
    pub configuration_set: Option<String>,
    /// The request as it was sent.
    pub request: Value,
}

impl Mail {
    fn new(message_id: String, sent_at: String, request: Value) -> Self {
        let text = |pointer: &str| request.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let texts = |pointer: &str| {
            let items = request.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
            items.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        Self {
            message_id,
            sent_at,
            from: text("/FromEmailAddress").unwrap_or_default(),
            to: texts("/Destination/ToAddresses"),
            reply_to: texts("/ReplyToAddresses"),
            subject: text("/Content/Simple/Subject/Data").unwrap_or_default(),
            text: text("/Content/Simple/Body/Text/Data"),
            html: text("/Content/Simple/Body/Html/Data"),
            headers: pairs(&request, "/Content/Simple/Headers"),
            tags: pairs(&request, "/EmailTags"),
            configuration_set: text("/ConfigurationSetName"),
            request,
        }
    }
}

/// All mails so far, kept in a file if there is one. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    file: Option<PathBuf>,
    mails: Arc<Mutex<Vec<Mail>>>,
}

impl Outbox {
    /// The mails in `file`, one JSON object a line, to which later ones are added.
    pub(crate) fn open(file: Option<PathBuf>) -> io::Result<Self> {
        let mut mails = Vec::new();
        if let Some(path) = file.as_ref().filter(|path| path.exists()) {
            for line in std::fs::read_to_string(path)?.lines() {
                // A line that was cut off by the end of the process is a mail whose sender learnt nothing: it is not one.
                mails.extend(serde_json::from_str::<Mail>(line));
            }
        }
        Ok(Self {
            file,
            mails: Arc::new(Mutex::new(mails)),
        })
    }

    /// Mails of the 24 hours before the moment of an `X-Amz-Date`.
    pub(crate) fn sent_until(&self, date: &str) -> usize {
        let since = seconds(date).map(|now| now - 24 * 60 * 60);
        self.locked().iter().filter(|mail| seconds(&mail.sent_at) > since).count()
    }

    /// The mails, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.locked().clone()
    }

    /// The mails after the first so many, oldest first.
    pub fn mails_since(&self, first: usize) -> Vec<Mail> {
        self.locked().iter().skip(first).cloned().collect()
    }

    /// The mails to one address, oldest first.
    pub fn mails_to(&self, address: &str) -> Vec<Mail> {
        let mut mails = self.mails();
        mails.retain(|mail| mail.to.iter().any(|to| to.eq_ignore_ascii_case(address)));
        mails
    }

    pub(crate) fn record(&self, message_id: String, sent_at: String, request: Value) -> io::Result<()> {
        let mail = Mail::new(message_id, sent_at, request);
        let mut mails = self.locked();
        if let Some(path) = &self.file {
            let mut line = serde_json::to_vec(&mail)?;
            line.push(b'\n');
            let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
            file?.write_all(&line)?;
        }
        mails.push(mail);
        Ok(())
    }

    fn locked(&self) -> MutexGuard<'_, Vec<Mail>> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Seconds since 1970 of an `X-Amz-Date`, such as `20260101T000000Z`.
fn seconds(date: &str) -> Option<i64> {
    let part = |from, to| date.get(from..to);
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(9, 11)?, part(11, 13)?, part(13, 15)?);
    let date = format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z");
    Some(DateTime::from_str(&date, Format::DateTime).ok()?.secs())
}

/// What SES would refuse in a `SendEmail` request.
pub(crate) fn refusal(request: &Value) -> Option<String> {
    let to = request.pointer("/Destination/ToAddresses").and_then(Value::as_array);
    for address in to.into_iter().flatten().filter_map(Value::as_str) {
        if !is_address(address) {
            return Some("a recipient is not an address, or its local part is not ASCII".into());
        }
    }
    let subject = request.pointer("/Content/Simple/Subject/Data").and_then(Value::as_str);
    if subject.is_some_and(|subject| subject.contains(['\r', '\n'])) {
        return Some("the subject has a line break".into());
    }
    let headers = pairs(request, "/Content/Simple/Headers");
    if headers.len() > 15 {
        return Some("there are more than 15 headers".into());
    }
    let bad_header = headers
        .iter()
        .find(|(name, value)| !is_header_name(name) || !is_header_value(value) || name.len() + value.len() > 996);
    if let Some((name, _)) = bad_header {
        return Some(format!("header {name:?} is not one that SES takes"));
    }
    let bad_tag = pairs(request, "/EmailTags")
        .into_iter()
        .find(|(name, value)| !is_tag(name) || !is_tag(value));
    bad_tag.map(|(name, _)| format!("tag {name:?} has other characters than A-Z, a-z, 0-9, _ and -"))
}

fn is_address(address: &str) -> bool {
    let bare = address.rsplit_once('<').map_or(address, |(_, rest)| rest.trim_end_matches('>'));
    let parts = bare.rsplit_once('@');
    parts
        .is_some_and(|(local, domain)| !local.is_empty() && local.is_ascii() && domain.contains('.') && !bare.contains(char::is_whitespace))
}

fn is_header_name(name: &str) -> bool {
    (1..=126).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':')
}

fn is_header_value(value: &str) -> bool {
    (1..=995).contains(&value.len()) && value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}

fn is_tag(text: &str) -> bool {
    (1..=256).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

fn pairs(request: &Value, pointer: &str) -> Vec<(String, String)> {
    let items = request.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
    let text = |item: &Value, name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    items.map(|item| (text(item, "Name"), text(item, "Value"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(request: &Value, accepted: bool) {
        assert_eq!(refusal(request).is_none(), accepted, "{request}");
    }

    #[test]
    fn what_ses_refuses_is_refused() {
        check(&json!({"Destination": {"ToAddresses": ["Ada Example <ada@example.com>"]}}), true);
        for address in [
            "",
            "ada",
            "@example.com",
            "ada@example",
            "ada lovelace@example.com",
            "adä@example.com",
        ] {
            check(&json!({"Destination": {"ToAddresses": [address]}}), false);
        }
        check(&json!({"EmailTags": [{"Name": "order", "Value": "a-1_B"}]}), true);
        check(&json!({"EmailTags": [{"Name": "order", "Value": "a#1"}]}), false);
        check(
            &json!({"Content": {"Simple": {"Headers": [{"Name": "List-Unsubscribe", "Value": "<https://example.com/u>"}]}}}),
            true,
        );
        check(
            &json!({"Content": {"Simple": {"Headers": [{"Name": "X", "Value": "a\r\nBcc: b@example.com"}]}}}),
            false,
        );
        check(&json!({"Content": {"Simple": {"Subject": {"Data": "a\nb"}}}}), false);
    }

    #[test]
    fn mails_are_there_again_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let file = Some(folder.path().join("outbox.jsonl"));
        let request = json!({"FromEmailAddress": "jobs@example.com", "Destination": {"ToAddresses": ["ada@example.com"]},
            "Content": {"Simple": {"Subject": {"Data": "Grüße"}, "Body": {"Text": {"Data": "Hello"}}}}});
        let outbox = Outbox::open(file.clone()).unwrap();
        outbox.record("id-1".into(), "20260101T000000Z".into(), request).unwrap();
        let again = Outbox::open(file).unwrap();
        assert_eq!(again.mails(), outbox.mails());
        let mails = again.mails_to("ADA@example.com");
        assert_eq!((mails[0].subject.as_str(), mails[0].text.as_deref()), ("Grüße", Some("Hello")));
    }
}
