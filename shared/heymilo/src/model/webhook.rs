//! Webhook registrations: `CreateWebhookRequest`, `WebhookResponse`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::list::Identified;

/// `CreateWebhookRequest`: one posting, one event type, one URL.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct CreateWebhook {
    /// The posting whose events are wanted.
    pub posting_id: String,
    /// Where HeyMilo posts to; events are unsigned, so it carries a token and is as secret as one.
    pub webhook_url: String,
    /// `interview_started`, `interview_completed` or `report_available`.
    pub event_type: String,
}

/// `WebhookResponse`: a registration.
#[derive(Clone, PartialEq, Deserialize)]
pub struct Webhook {
    /// Id of the registration.
    pub webhook_id: String,
    /// The posting it belongs to.
    pub posting_id: String,
    /// Where HeyMilo posts to.
    pub webhook_url: String,
    /// The event type it is for.
    pub event_type: String,
    /// False once deleted.
    #[serde(default)]
    pub is_active: bool,
    /// Unix seconds.
    #[serde(default, deserialize_with = "crate::tolerant::number")]
    pub created_at: Option<f64>,
}

impl Identified for Webhook {
    const CURSOR: &'static str = "webhook_id";

    fn cursor(&self) -> &str {
        &self.webhook_id
    }
}

impl fmt::Debug for CreateWebhook {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CreateWebhook")
            .field("posting_id", &self.posting_id)
            .field("event_type", &self.event_type)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Webhook")
            .field("webhook_id", &self.webhook_id)
            .field("posting_id", &self.posting_id)
            .field("event_type", &self.event_type)
            .field("is_active", &self.is_active)
            .finish_non_exhaustive()
    }
}
