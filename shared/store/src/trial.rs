//! The test candidate of a connection: somebody whom the Workday administrator made for this, screened once from end to end.

use crate::row::same_workspace;
use crate::{Store, StoreError, key};
use domain::{ConnectionId, JobApplicationId, JobRequisitionId, Moment, WorkdayCandidateId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// Whom a person named as the test candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    pub workspace: WorkspaceId,
    pub connection: ConnectionId,
    pub requisition: JobRequisitionId,
    pub application: JobApplicationId,
    pub candidate: WorkdayCandidateId,
    pub named_at: Moment,
}

impl Store {
    /// The connection's test candidate; none: nobody named one yet.
    pub async fn trial(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Option<Trial>, StoreError> {
        let found: Option<Trial> = self.read(&key::trial(workspace, connection), "a test candidate").await?;
        if let Some(found) = &found {
            same_workspace(workspace, &found.workspace)?;
        }
        Ok(found)
    }

    /// Names the test candidate, in the place of any before.
    pub async fn put_trial(&self, trial: &Trial) -> Result<(), StoreError> {
        self.put(&key::trial(&trial.workspace, &trial.connection), trial).await
    }
}
