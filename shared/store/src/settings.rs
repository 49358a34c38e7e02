//! The workspace's settings, and what its Workday integration systems must present.

use crate::row::{item, number};
use crate::{Store, StoreError, key};
use domain::settings::Workspace;
use domain::{ConnectionId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// What a Workday integration system must present to our webhook: hashes, never the credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookCredential {
    /// SHA-256 (hex) of `user:password`.
    pub current: String,
    /// The one before a rotation, with the moment (epoch milliseconds) it stops to count.
    #[serde(default)]
    pub previous: Option<(String, i64)>,
}

impl Store {
    /// The workspace's settings.
    pub async fn workspace(&self, workspace: &WorkspaceId) -> Result<Option<Workspace>, StoreError> {
        self.read(&key::workspace(workspace), "a workspace").await
    }

    /// Saves the workspace's settings; [`StoreError::ConditionFailed`] if somebody did since they were read.
    pub async fn save_workspace(&self, workspace: &Workspace) -> Result<Workspace, StoreError> {
        let saved = Workspace {
            revision: workspace.revision + 1,
            ..workspace.clone()
        };
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item(&key::workspace(&saved.workspace), &saved)?));
        let put = if workspace.revision == 0 {
            put.condition_expression("attribute_not_exists(pk)")
        } else {
            put.condition_expression("revision = :seen")
                .expression_attribute_values(":seen", number(workspace.revision))
        };
        put.send().await?;
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
