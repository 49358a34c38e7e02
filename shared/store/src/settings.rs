//! Workspaces, connections and mappings: what people set.

use crate::row::{number, same_workspace, text};
use crate::{Arm, Store, StoreError, Transaction, key};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::settings::{Connection, Mapping, Workspace};
use domain::{ConnectionId, JobRequisitionId, Moment, WorkspaceId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
struct Locator {
    workspace: WorkspaceId,
    connection: ConnectionId,
}

/// What a Workday integration system must present to our webhook: hashes, never the credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookCredential {
    /// SHA-256 (hex) of `user:password`.
    pub current: String,
    /// The one before a rotation, with the moment (epoch milliseconds) it stops to count.
    #[serde(default)]
    pub previous: Option<(String, i64)>,
}

/// What a worker may note on an active connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionNote {
    /// A poll that read everything began then.
    Polled(Moment),
    /// An application was never in an Assess step: Workday takes the attachment only.
    LimitedWriteBack(Moment),
    /// Workday refused to list evergreen requisitions then; none: it lists them.
    EvergreenRefused(Option<Moment>),
}

impl Store {
    /// The workspace's settings.
    pub async fn workspace(&self, workspace: &WorkspaceId) -> Result<Option<Workspace>, StoreError> {
        self.read(&key::workspace(workspace), "a workspace").await
    }

    /// Saves the workspace's settings.
    pub async fn put_workspace(&self, workspace: &Workspace) -> Result<(), StoreError> {
        self.put(&key::workspace(&workspace.workspace), workspace).await
    }

    /// One connection of a workspace.
    pub async fn connection(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        let found: Option<Connection> = self.read(&key::connection(workspace, connection), "a connection").await?;
        if let Some(found) = &found {
            same_workspace(workspace, &found.workspace)?;
        }
        Ok(found)
    }

    /// All connections of a workspace.
    pub async fn connections(&self, workspace: &WorkspaceId) -> Result<Vec<Connection>, StoreError> {
        self.query(&key::workspace(workspace).pk, "CONNECTION#", "a connection").await
    }

    /// Saves a connection and the global row that leads from its id to its workspace, with the work that follows.
    pub async fn put_connection(&self, connection: &Connection, arms: &[Arm]) -> Result<(), StoreError> {
        let locator = Locator {
            workspace: connection.workspace.clone(),
            connection: connection.connection.clone(),
        };
        let mut transaction = Transaction::default();
        transaction.put(
            &self.table,
            &key::connection(&connection.workspace, &connection.connection),
            connection,
        )?;
        transaction.put(&self.table, &key::connection_locator(&connection.connection), &locator)?;
        for arm in arms {
            transaction.arm(self, &connection.workspace, arm)?;
        }
        self.commit(transaction).await
    }

    /// Notes on the connection's row, without touching what a person may be changing at the same time.
    pub async fn note(&self, connection: &Connection, note: ConnectionNote) -> Result<(), StoreError> {
        let (attribute, value) = match note {
            ConnectionNote::Polled(at) => ("polled_at", number(at.0)),
            ConnectionNote::LimitedWriteBack(since) => ("limited_write_back_since", number(since.0)),
            ConnectionNote::EvergreenRefused(at) => ("evergreen_refused_at", at.map_or(AttributeValue::Null(true), |at| number(at.0))),
        };
        let noted = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::connection(&connection.workspace, &connection.connection).attributes()))
            .update_expression("SET #attribute = :value")
            .condition_expression("attribute_exists(pk) AND #state = :active")
            .expression_attribute_names("#attribute", attribute)
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":value", value)
            .expression_attribute_values(":active", text("active"))
            .send()
            .await;
        match noted.map_err(StoreError::from) {
            // Disconnected meanwhile: there is nothing left to note.
            Ok(_) | Err(StoreError::ConditionFailed) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The workspace a connection belongs to.
    pub async fn locate_connection(&self, connection: &ConnectionId) -> Result<Option<WorkspaceId>, StoreError> {
        let locator: Option<Locator> = self.read(&key::connection_locator(connection), "a connection locator").await?;
        Ok(locator.map(|locator| locator.workspace))
    }

    /// Claims a Workday tenant for a connection; `false` when another connection holds it. Call it only after an
    /// authenticated read proved that the tenant is theirs.
    pub async fn claim_tenant(
        &self,
        host: &str,
        tenant: &str,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
    ) -> Result<bool, StoreError> {
        let key = key::tenant_claim(host, tenant);
        let locator = Locator {
            workspace: workspace.clone(),
            connection: connection.clone(),
        };
        if self.put_new(&key, &locator).await? {
            return Ok(true);
        }
        let holder: Option<Locator> = self.read(&key, "a tenant claim").await?;
        Ok(holder.is_some_and(|holder| holder.workspace == *workspace && holder.connection == *connection))
    }

    /// Gives a claimed tenant back when it is this connection's.
    pub async fn release_tenant(
        &self,
        host: &str,
        tenant: &str,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
    ) -> Result<(), StoreError> {
        let key = key::tenant_claim(host, tenant);
        let holder: Option<Locator> = self.read(&key, "a tenant claim").await?;
        if holder.is_some_and(|holder| holder.workspace == *workspace && holder.connection == *connection) {
            self.delete(&key).await?;
        }
        Ok(())
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

    /// The mapping of one requisition.
    pub async fn mapping(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        requisition: &JobRequisitionId,
    ) -> Result<Option<Mapping>, StoreError> {
        self.read(&key::mapping(workspace, connection, requisition), "a mapping").await
    }

    /// All mappings of a workspace.
    pub async fn mappings(&self, workspace: &WorkspaceId) -> Result<Vec<Mapping>, StoreError> {
        self.query(&key::workspace(workspace).pk, "MAPPING#", "a mapping").await
    }

    /// The mappings of one connection.
    pub async fn mappings_of(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Vec<Mapping>, StoreError> {
        self.query(&key::workspace(workspace).pk, &format!("MAPPING#{connection}#"), "a mapping")
            .await
    }

    /// Saves a mapping with the work that follows (its baseline, its posting's poll).
    pub async fn put_mapping(&self, mapping: &Mapping, arms: &[Arm]) -> Result<(), StoreError> {
        let mut transaction = Transaction::default();
        transaction.put(
            &self.table,
            &key::mapping(&mapping.workspace, &mapping.connection, &mapping.requisition),
            mapping,
        )?;
        for arm in arms {
            transaction.arm(self, &mapping.workspace, arm)?;
        }
        self.commit(transaction).await
    }

    /// Unlinks a requisition. Orders under way go on.
    pub async fn delete_mapping(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        requisition: &JobRequisitionId,
    ) -> Result<(), StoreError> {
        self.delete(&key::mapping(workspace, connection, requisition)).await
    }
}
