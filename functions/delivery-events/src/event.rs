//! What SES reports of a mail, and the step of ours that sent it.

use domain::MailTags;
use serde::Deserialize;
use std::collections::BTreeMap;

/// SES event publishing through `EventBridge` (`detail-type` "Email Sent" and so on): only what proves a step.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct DeliveryEvent {
    pub(crate) detail: Detail,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Detail {
    /// `Send`, `Delivery`, `Bounce`, `Complaint` or `Reject`.
    pub(crate) event_type: String,
    #[serde(default)]
    bounce: Option<Bounce>,
    pub(crate) mail: Mail,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    /// `Permanent`: the address takes no mail. `Transient` and `Undetermined` say nothing of the next one.
    #[serde(default)]
    bounce_type: String,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Mail {
    pub(crate) message_id: String,
    #[serde(default)]
    tags: BTreeMap<String, Vec<String>>,
}

impl DeliveryEvent {
    /// The event in a message's body.
    pub(crate) fn parse(body: &str) -> Option<Self> {
        serde_json::from_str(body).ok()
    }
}

impl Detail {
    /// Whether the candidate did not get the mail, or does not want it.
    pub(crate) fn is_trouble(&self) -> bool {
        matches!(self.event_type.as_str(), "Bounce" | "Complaint" | "Reject")
    }

    /// Whether the mail reached nobody and never will.
    pub(crate) fn is_returned(&self) -> bool {
        let is_permanent = self.bounce.as_ref().is_some_and(|bounce| bounce.bounce_type == "Permanent");
        self.is_rejected() || (self.event_type == "Bounce" && is_permanent)
    }

    /// Whether the mail service took the mail and did not send it.
    pub(crate) fn is_rejected(&self) -> bool {
        self.event_type == "Reject"
    }
}

impl Mail {
    /// The step that sent the mail; none if it is not one of ours.
    pub(crate) fn sent_by(&self) -> Option<MailTags> {
        MailTags::read(|name| self.tags.get(name)?.first().map(String::as_str))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use domain::{OwnerId, WorkspaceId};
    use serde_json::{Value, json};

    /// As SES documents its records; what we do not read is there, too.
    pub(crate) fn body(event_type: &str, message_id: &str, tags: &Value) -> String {
        json!({
            "version": "0", "id": "e7c2a5a0-0000-4000-8000-000000000000", "detail-type": "Email Bounced", "source": "aws.ses",
            "account": "123456789012", "time": "2026-08-05T00:41:02Z", "region": "eu-central-1",
            "resources": ["arn:aws:ses:eu-central-1:123456789012:configuration-set/invitations"],
            "detail": {
                "eventType": event_type,
                "bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": "dana@example.com"}]},
                "mail": {
                    "timestamp": "2026-08-05T00:40:02.012Z", "source": "jobs@example.com", "messageId": message_id,
                    "destination": ["dana@example.com"], "headersTruncated": false, "headers": [{"name": "To", "value": "dana@example.com"}],
                    "tags": tags
                }
            }
        })
        .to_string()
    }

    /// The tags that the sender gives the mail of a step.
    pub(crate) fn tags(order: &str) -> Value {
        step_of(order, "a1-invitation")
    }

    pub(crate) fn step_of(owner: &str, step: &str) -> Value {
        let sent_by = MailTags {
            workspace: WorkspaceId::new("acme").unwrap(),
            owner: OwnerId::new(owner).unwrap(),
            step: step.into(),
        };
        let mut tags = json!({ "ses:configuration-set": ["invitations"] });
        for (name, value) in sent_by.pairs() {
            tags[name] = json!([value]);
        }
        tags
    }

    #[test]
    fn an_event_names_its_mail_and_the_step_that_sent_it() {
        let mail = DeliveryEvent::parse(&body("Bounce", "0100-1", &tags("o1"))).unwrap().detail.mail;
        assert_eq!(mail.message_id, "0100-1");
        let sent_by = mail.sent_by().unwrap();
        assert_eq!(
            (sent_by.workspace.as_str(), sent_by.owner.as_str(), sent_by.step.as_str()),
            ("acme", "o1", "a1-invitation")
        );
    }

    #[test]
    fn only_what_went_wrong_is_trouble() {
        for (event_type, expected) in [
            ("Send", false),
            ("Delivery", false),
            ("Bounce", true),
            ("Complaint", true),
            ("Reject", true),
        ] {
            let event = DeliveryEvent::parse(&body(event_type, "0100-1", &tags("o1"))).unwrap();
            assert_eq!(event.detail.is_trouble(), expected, "{event_type}");
        }
    }
}
