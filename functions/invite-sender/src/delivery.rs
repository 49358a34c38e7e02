//! Delivery events of the mail service: evidence that an invitation left, for the ledger.

use crate::function::Function;
use crate::invitation::{ORDER_TAG, STEP_TAG, WORKSPACE_TAG, workspace_of_tag};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::OrderId;
use lambda_runtime::Error;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::StoreError;
use store::ledger::Evidence;

/// SES event publishing through `EventBridge`: only what proves a step.
#[derive(Debug, Deserialize)]
struct DeliveryEvent {
    detail: Detail,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    event_type: String,
    mail: Mail,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    message_id: String,
    #[serde(default)]
    tags: BTreeMap<String, Vec<String>>,
}

/// Whether a batch came from `DeliveryQueue`: an event source mapping never mixes queues.
pub(crate) fn is_delivery_batch(event: &SqsEvent) -> bool {
    event.records.iter().any(|record| {
        record
            .event_source_arn
            .as_deref()
            .is_some_and(|arn| arn.ends_with("DeliveryQueue") || arn.contains("DeliveryQueue-"))
    })
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
    let evidence = Evidence {
        message_id: detail.mail.message_id,
        event: detail.event_type,
        at: function.clock.now(),
    };
    function.store.put_evidence(&workspace, &order, &step, &evidence).await
}
