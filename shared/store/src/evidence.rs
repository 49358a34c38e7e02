//! Evidence: what the mail service reported about a step whose effect cannot be read back.

use crate::{Store, StoreError, key};
use domain::{Moment, OwnerId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// Proof that a message left: what the mail service reported about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The mail service's message id.
    pub message_id: String,
    /// Its word for what happened, e.g. `Delivery` or `Bounce`.
    pub event: String,
    pub at: Moment,
}

impl Store {
    /// Records evidence of a message; the first report counts, later ones change nothing.
    pub async fn put_evidence(&self, workspace: &WorkspaceId, owner: &OwnerId, step: &str, evidence: &Evidence) -> Result<(), StoreError> {
        self.put_new(&key::evidence(workspace, owner, step), evidence).await.map(|_| ())
    }

    /// Evidence that a step's message left, if any came.
    pub async fn evidence(&self, workspace: &WorkspaceId, owner: &OwnerId, step: &str) -> Result<Option<Evidence>, StoreError> {
        self.read(&key::evidence(workspace, owner, step), "evidence").await
    }
}
