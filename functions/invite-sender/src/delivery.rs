//! Delivery events of the mail service: evidence that an invitation left, for the ledger.

use crate::function::Function;
use crate::invitation::{ORDER_TAG, STEP_TAG, WORKSPACE_TAG, workspace_of_tag};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::OrderId;
use lambda_runtime::Error;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::StoreError;
use store::evidence::Evidence;

/// SES event publishing through `EventBridge` (`detail-type` "Email Sent" and so on): only what proves a step.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct DeliveryEvent {
    detail: Detail,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    /// `Send`, `Delivery`, `Bounce`, `Complaint` or `Reject`.
    event_type: String,
    mail: Mail,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    message_id: String,
    #[serde(default)]
    tags: BTreeMap<String, Vec<String>>,
}

impl Detail {
    /// Whether the candidate did not get the mail, or does not want it.
    fn is_trouble(&self) -> bool {
        matches!(self.event_type.as_str(), "Bounce" | "Complaint" | "Reject")
    }
}

/// Whether a batch came from the queue of that name: an event source mapping never mixes queues.
pub(crate) fn comes_from(event: &SqsEvent, queue: &str) -> bool {
    let source = event.records.first().and_then(|record| record.event_source_arn.as_deref());
    source.is_some_and(|arn| arn.rsplit(':').next() == Some(queue))
}

/// Records the evidence of each event; events that are not about our steps are acknowledged.
pub(crate) async fn record_evidence(function: &Function, event: SqsEvent) -> Result<SqsBatchResponse, Error> {
    let mut response = SqsBatchResponse::default();
    for record in event.records {
        let id = record
            .message_id
            .filter(|id| !id.is_empty())
            .ok_or("the batch has a record without a message id")?;
        let Ok(event) = serde_json::from_str::<DeliveryEvent>(record.body.as_deref().unwrap_or_default()) else {
            tracing::error!(message_id = id, outcome = "poison", "a delivery event cannot be understood");
            response.add_failure(&id);
            continue;
        };
        if let Err(error) = keep(function, event.detail).await {
            tracing::error!(message_id = id, error = %error, "a delivery event could not be stored");
            response.add_failure(&id);
        }
    }
    Ok(response)
}

async fn keep(function: &Function, detail: Detail) -> Result<(), StoreError> {
    let tag = |name: &str| detail.mail.tags.get(name).and_then(|values| values.first()).cloned();
    let (Some(workspace), Some(order), Some(step)) = (tag(WORKSPACE_TAG), tag(ORDER_TAG), tag(STEP_TAG)) else {
        return Ok(());
    };
    let (Some(workspace), Ok(order)) = (workspace_of_tag(&workspace), OrderId::new(order)) else {
        return Ok(());
    };
    if detail.is_trouble() {
        tracing::warn!(order = %order, outcome = detail.event_type, "an invitation did not arrive, or was complained about");
    }
    let evidence = Evidence {
        message_id: detail.mail.message_id,
        event: detail.event_type,
        at: function.clock.now(),
    };
    function.store.put_evidence(&workspace, &order, &step, &evidence).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// As SES documents its records; what we do not read is there, too.
    fn event(event_type: &str) -> DeliveryEvent {
        let event = json!({
            "version": "0", "id": "e7c2a5a0-0000-4000-8000-000000000000", "detail-type": "Email Bounced", "source": "aws.ses",
            "account": "123456789012", "time": "2026-08-05T00:41:02Z", "region": "eu-central-1",
            "resources": ["arn:aws:ses:eu-central-1:123456789012:configuration-set/invitations"],
            "detail": {
                "eventType": event_type,
                "bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": "dana@example.com"}]},
                "mail": {
                    "timestamp": "2026-08-05T00:40:02.012Z", "source": "jobs@example.com", "messageId": "0100-1",
                    "destination": ["dana@example.com"], "headersTruncated": false, "headers": [{"name": "To", "value": "dana@example.com"}],
                    "tags": {"ses:configuration-set": ["invitations"], "order": ["o1"], "step": ["a1-invitation"]}
                }
            }
        });
        serde_json::from_value(event).unwrap()
    }

    #[test]
    fn an_event_names_its_mail_and_our_tags() {
        let mail = event("Bounce").detail.mail;
        assert_eq!(mail.message_id, "0100-1");
        assert_eq!(mail.tags.get(ORDER_TAG), Some(&vec!["o1".to_owned()]));
        assert_eq!(mail.tags.get(STEP_TAG), Some(&vec!["a1-invitation".to_owned()]));
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
            assert_eq!(event(event_type).detail.is_trouble(), expected, "{event_type}");
        }
    }

    #[test]
    fn the_queue_is_known_by_its_whole_name() {
        let batch = |queue: &str| -> SqsEvent {
            let arn = format!("arn:aws:sqs:eu-central-1:123456789012:{queue}");
            serde_json::from_value(json!({"Records": [{"messageId": "1", "body": "{}", "eventSourceARN": arn}]})).unwrap()
        };
        let name = "acme-DeliveryQueue-1A2B3C";
        for (queue, expected) in [
            (name, true),
            ("acme-OrderQueue-1A2B3C", false),
            ("acme-DeliveryQueue-9Z", false),
            ("my-acme-DeliveryQueue-1A2B3C", false),
        ] {
            assert_eq!(comes_from(&batch(queue), name), expected, "{queue}");
        }
    }
}
