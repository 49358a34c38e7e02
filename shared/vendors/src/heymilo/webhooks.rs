//! HeyMilo's webhooks for a posting: three events, one address, registered once.

use super::HeyMilo;
use domain::PostingId;
use heymilo::{CreateWebhook, Cursors, Error, PageQuery, Webhook};
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

impl HeyMilo {
    /// Makes sure that HeyMilo reports the posting's events to the address `wanted`, which ends with `path`: lists first, creates what is missing, removes what
    /// an earlier public address of ours left behind. HeyMilo's list is all there is, its registrations cannot be changed.
    pub async fn register_webhooks(&self, posting: &PostingId, wanted: &str, path: &str) -> Registration {
        match self.reconcile_webhooks(posting, wanted, path).await {
            Ok(()) => Registration::Registered,
            Err(error) => {
                tracing::warn!(posting = %posting, error = &error as &dyn std::error::Error, "webhooks are not registered");
                Registration::PollOnly
            }
        }
    }

    async fn reconcile_webhooks(&self, posting: &PostingId, wanted: &str, path: &str) -> Result<(), Error> {
        let registered = self.registrations(posting).await?;
        for event in EVENTS {
            let present = registered
                .iter()
                .any(|webhook| webhook.event_type == event && webhook.webhook_url == wanted);
            if !present {
                let webhook = CreateWebhook {
                    posting_id: posting.to_string(),
                    webhook_url: wanted.to_owned(),
                    event_type: event.to_owned(),
                };
                self.client.create_webhook(&self.api_key, &webhook).await?;
            }
        }
        for stale in registered
            .iter()
            .filter(|webhook| webhook.webhook_url != wanted && has_path(&webhook.webhook_url, path))
        {
            self.client.delete_webhook(&self.api_key, &stale.webhook_id).await?;
        }
        Ok(())
    }

    /// The posting's active registrations.
    async fn registrations(&self, posting: &PostingId) -> Result<Vec<Webhook>, Error> {
        let mut registrations = Vec::new();
        let mut query = PageQuery::default();
        let mut cursors = Cursors::default();
        loop {
            let list = self.client.webhooks(&self.api_key, &query).await?;
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
