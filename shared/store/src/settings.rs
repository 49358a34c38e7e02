//! The workspace's settings, and what its Workday integration systems must present.

use crate::row::{item, number};
use crate::{Arm, Store, StoreError, Transaction, key};
use domain::settings::Workspace;
use domain::{ConnectionId, Moment, WorkspaceId};
use serde::{Deserialize, Serialize};

/// What a Workday integration system must present to our webhook: hashes, never the credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookCredential {
    /// SHA-256 (hex) of `user:password`.
    pub current: String,
    /// The one before a rotation, with the moment (epoch milliseconds) it stops to count.
    #[serde(default)]
    pub previous: Option<(String, i64)>,
    /// When the current one was made; none: by a release that did not note it.
    #[serde(default)]
    pub made_at: Option<Moment>,
}

impl Store {
    /// The workspace's settings.
    pub async fn workspace(&self, workspace: &WorkspaceId) -> Result<Option<Workspace>, StoreError> {
        self.read(&key::workspace(workspace), "a workspace").await
    }

    /// Saves the workspace's settings, with the work that follows; [`StoreError::ConditionFailed`] if somebody did since they
    /// were read.
    pub async fn save_workspace(&self, workspace: &Workspace, arms: &[Arm]) -> Result<Workspace, StoreError> {
        let saved = Workspace {
            revision: workspace.revision + 1,
            ..workspace.clone()
        };
        let row = item(&key::workspace(&saved.workspace), &saved)?;
        let mut transaction = Transaction::default();
        if workspace.revision == 0 {
            transaction.put_item(&self.table, row, Some("attribute_not_exists(pk)"), &[])?;
        } else {
            let seen = [(":seen", number(workspace.revision))];
            transaction.put_item(&self.table, row, Some("revision = :seen"), &seen)?;
        }
        for arm in arms {
            transaction.arm(self, &workspace.workspace, arm)?;
        }
        self.commit(transaction).await?;
        Ok(saved)
    }

    /// What the Workday integration system of a connection must present.
    pub async fn webhook_credential(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
    ) -> Result<Option<WebhookCredential>, StoreError> {
        self.read(&key::webhook_credential(workspace, connection), "a webhook credential")
            .await
    }

    /// Saves what the Workday integration system must present.
    pub async fn put_webhook_credential(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        credential: &WebhookCredential,
    ) -> Result<(), StoreError> {
        self.put(&key::webhook_credential(workspace, connection), credential).await
    }
}
