//! What was found when a connection was tried out: a row a connection, written by whoever holds the due row of the try.

use crate::row::same_workspace;
use crate::{Store, StoreError, key};
use domain::preflight::Preflight;
use domain::{ConnectionId, WorkspaceId};

impl Store {
    /// What the last try of a connection found; none: it was not tried out yet.
    pub async fn preflight(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Option<Preflight>, StoreError> {
        let found: Option<Preflight> = self.read(&key::preflight(workspace, connection), "a preflight").await?;
        if let Some(found) = &found {
            same_workspace(workspace, &found.workspace)?;
        }
        Ok(found)
    }

    /// Keeps what a try found.
    pub async fn put_preflight(&self, found: &Preflight) -> Result<(), StoreError> {
        self.put(&key::preflight(&found.workspace, &found.connection), found).await
    }
}
