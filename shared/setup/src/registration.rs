//! HeyMilo's webhooks for a posting: three events, one address, registered once.

use crate::Admin;
use domain::{PostingId, WorkspaceId};
use heymilo::{ApiKey, CreateWebhook, Cursors, PageQuery, Webhook};
use url::Url;

/// The events of a normal run (prose documentation, "Webhooks").
const EVENTS: [&str; 3] = ["interview_started", "interview_completed", "report_available"];

/// What came of registering a posting's webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// HeyMilo reports events of the posting at once.
    Registered,
    /// HeyMilo did not take the registration; the poll of the posting finds its events, some minutes later.
    PollOnly,
}

impl Admin {
    /// Makes sure that HeyMilo reports the posting's events: lists first, creates what is missing, removes what
    /// an earlier public address of ours left behind. HeyMilo's list is all there is, its registrations cannot be changed.
    pub(crate) async fn register_webhooks(&self, api_key: &ApiKey, workspace: &WorkspaceId, posting: &PostingId) -> Registration {
        match self.reconcile_webhooks(api_key, workspace, posting).await {
            Ok(()) => Registration::Registered,
            Err(error) => {
                tracing::warn!(posting = %posting, error = &error as &dyn std::error::Error, "webhooks are not registered");
                Registration::PollOnly
            }
        }
    }

    async fn reconcile_webhooks(&self, api_key: &ApiKey, workspace: &WorkspaceId, posting: &PostingId) -> Result<(), heymilo::Error> {
        let path = self.signing.heymilo_webhook_path(workspace, posting);
        let wanted = self.public_url.at(&path);
        let registered = self.registrations(api_key, posting).await?;
        for event in EVENTS {
            let present = registered
                .iter()
                .any(|webhook| webhook.event_type == event && webhook.webhook_url == wanted);
            if !present {
                let webhook = CreateWebhook {
                    posting_id: posting.to_string(),
                    webhook_url: wanted.clone(),
                    event_type: event.to_owned(),
                };
                self.heymilo.create_webhook(api_key, &webhook).await?;
            }
        }
        for stale in registered
            .iter()
            .filter(|webhook| webhook.webhook_url != wanted && has_path(&webhook.webhook_url, &path))
        {
            self.heymilo.delete_webhook(api_key, &stale.webhook_id).await?;
        }
        Ok(())
    }

    /// The posting's active registrations.
    async fn registrations(&self, api_key: &ApiKey, posting: &PostingId) -> Result<Vec<Webhook>, heymilo::Error> {
        let mut registrations = Vec::new();
        let mut query = PageQuery::default();
        let mut cursors = Cursors::default();
        loop {
            let list = self.heymilo.webhooks(api_key, &query).await?;
            query.starting_after = cursors.after(&list)?;
            let of_posting = |webhook: &Webhook| webhook.posting_id == posting.as_str() && webhook.is_active;
            registrations.extend(list.data.into_iter().filter(of_posting));
            if query.starting_after.is_none() {
                return Ok(registrations);
            }
        }
    }
}

/// The path carries our MAC: only an address that we gave out ends like this.
fn has_path(address: &str, path: &str) -> bool {
    Url::parse(address).is_ok_and(|url| url.path().ends_with(path))
}
