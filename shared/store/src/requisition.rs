//! The requisition index: SOAP has no text search, so the picker searches these rows.

use crate::{Store, StoreError, key};
use domain::{ConnectionId, Moment, WorkspaceId};
use serde::{Deserialize, Serialize};

/// One job or evergreen requisition of a Workday tenant, as the picker shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequisitionEntry {
    /// `Job_Requisition_ID`.
    pub number: String,
    pub title: String,
    #[serde(default)]
    pub location: Option<String>,
    /// `Job_Requisition_Status_ID` or its descriptor.
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub confidential: bool,
    /// An evergreen requisition: open for a kind of work instead of a position.
    #[serde(default)]
    pub evergreen: bool,
    /// When Workday was asked.
    pub read_at: Moment,
}

impl Store {
    /// Adds or renews one entry.
    pub async fn put_requisition(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        entry: &RequisitionEntry,
    ) -> Result<(), StoreError> {
        self.put(&key::requisition(workspace, connection, &entry.number), entry).await
    }

    /// All entries of a connection, by requisition number.
    pub async fn requisitions(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Vec<RequisitionEntry>, StoreError> {
        self.query(
            &format!("W#{workspace}#REQUISITIONS#{connection}"),
            "REQUISITION#",
            "a requisition entry",
        )
        .await
    }

    /// Removes an entry that Workday no longer lists.
    pub async fn delete_requisition(&self, workspace: &WorkspaceId, connection: &ConnectionId, number: &str) -> Result<(), StoreError> {
        self.delete(&key::requisition(workspace, connection, number)).await
    }
}
