//! HeyMilo, as one workspace reaches it: what we ask of it, one file each.

mod interview;
mod postings;
mod screening;
mod webhooks;

pub use ::heymilo::{InterviewData, List, Posting, PostingSummary};
pub use interview::{InterviewPages, PolledInterview, sighting};
pub use postings::{deadline, is_closed, is_over};
pub use screening::{CreateInterview, Interview};
pub use webhooks::Registration;

use crate::failure::Stopped;
use ::heymilo::{ApiKey, Client, Error};

/// HeyMilo, as one workspace reaches it.
#[derive(Debug)]
pub struct HeyMilo {
    /// Bound to HeyMilo's address.
    pub(crate) client: Client,
    /// The workspace's API key.
    pub(crate) api_key: ApiKey,
}

impl HeyMilo {
    /// Whether HeyMilo takes the key, by the cheapest of its calls; what it says if it does not.
    pub async fn takes_key(&self) -> Result<(), Stopped> {
        understood(self.client.workspaces(&self.api_key).await).map(drop)
    }
}

/// An answer of HeyMilo, or what its failure stopped.
fn understood<T>(answer: Result<T, Error>) -> Result<T, Stopped> {
    answer.map_err(|error| Stopped::by_heymilo(&error))
}
