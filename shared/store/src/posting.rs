//! How the polls of agents stand: a row an agent, written by the poll that holds the agent's due row.

use crate::row::same_workspace;
use crate::{Store, StoreError, key};
use domain::standing::PostingStanding;
use domain::{PostingId, WorkspaceId};

impl Store {
    /// How an agent's polls stand; none: it was not polled yet.
    pub async fn posting_standing(&self, workspace: &WorkspaceId, posting: &PostingId) -> Result<Option<PostingStanding>, StoreError> {
        let found: Option<PostingStanding> = self.read(&key::posting(workspace, posting), "how an agent's polls stand").await?;
        if let Some(found) = &found {
            same_workspace(workspace, &found.workspace)?;
        }
        Ok(found)
    }

    /// How the polls of all agents of a workspace stand.
    pub async fn posting_standings(&self, workspace: &WorkspaceId) -> Result<Vec<PostingStanding>, StoreError> {
        let partition = key::workspace_partition(workspace);
        self.query(&partition, key::POSTING_PREFIX, "how an agent's polls stand").await
    }

    /// Notes how an agent's polls stand now.
    pub async fn note_posting(&self, standing: &PostingStanding) -> Result<(), StoreError> {
        self.put(&key::posting(&standing.workspace, &standing.posting), standing).await
    }

    /// An agent is polled no more.
    pub async fn forget_posting(&self, workspace: &WorkspaceId, posting: &PostingId) -> Result<(), StoreError> {
        self.delete(&key::posting(workspace, posting)).await
    }
}
