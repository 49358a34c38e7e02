//! Connections: what people set about them and how they stand, two rows that neither overwrites for the other.
//!
//! Settings are replaced under their revision. What workers notice is written under the epoch they worked under, and
//! connecting and disconnecting, which raise it, are one transaction each.

mod note;
mod state;

pub use note::ConnectionNote;
pub use state::Activation;

use crate::credential::Credential;
use crate::key::{self, Parts};
use crate::row::{attribute, number, same_workspace, settings_item, text};
use crate::{Arm, Store, StoreError, Transaction};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::settings::Connection;
use domain::standing::{AccessWay, ConnectionStanding, ConnectionState};
use domain::{ConnectionId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// How often a change is tried that a refresh of the credential, or another tenant's claim, may get in the way of.
const TRIES: u32 = 3;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Locator {
    workspace: WorkspaceId,
    connection: ConnectionId,
}

fn parts(connection: &Connection) -> Parts {
    key::connection(&connection.workspace, &connection.connection)
}

fn locator(connection: &Connection) -> Locator {
    Locator {
        workspace: connection.workspace.clone(),
        connection: connection.connection.clone(),
    }
}

fn state(state: ConnectionState) -> AttributeValue {
    text(match state {
        ConnectionState::Pending => "pending",
        ConnectionState::Active => "active",
        ConnectionState::ReauthorizationRequired => "reauthorization_required",
        ConnectionState::Disconnected => "disconnected",
    })
}

fn way(way: Option<AccessWay>) -> Result<AttributeValue, StoreError> {
    attribute(&way, "a way of access")
}

impl Transaction {
    /// Puts the settings if nobody did since they were read; of a new connection also its standing and its locator.
    fn save_connection(&mut self, table: &str, connection: &Connection) -> Result<(), StoreError> {
        let parts = parts(connection);
        let next = Connection {
            revision: connection.revision + 1,
            ..connection.clone()
        };
        let settings = settings_item(&parts.settings, &next, &next.standing)?;
        if connection.revision > 0 {
            return self.put_item(table, settings, Some("revision = :seen"), &[(":seen", number(connection.revision))]);
        }
        self.put_item(table, settings, Some("attribute_not_exists(pk)"), &[])?;
        self.put_new(table, &parts.standing, &connection.standing)?;
        self.put(table, &key::connection_locator(&connection.connection), &locator(connection))
    }

    /// Holds the other changes only while nobody connected or disconnected since the connection was read.
    pub(crate) fn expect_epoch(&mut self, table: &str, connection: &Connection) -> Result<(), StoreError> {
        self.expect(table, &parts(connection).standing, |check| {
            check
                .condition_expression("epoch = :epoch")
                .expression_attribute_values(":epoch", number(connection.standing.epoch))
        })
    }
}

impl Store {
    /// One connection of a workspace.
    pub async fn connection(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        let prefix = key::connection_prefix(Some(connection));
        let found: Vec<Connection> = self.joined(&key::workspace(workspace).pk, &prefix, "a connection").await?;
        let found = found.into_iter().next();
        if let Some(found) = &found {
            same_workspace(workspace, &found.workspace)?;
        }
        Ok(found)
    }

    /// All connections of a workspace.
    pub async fn connections(&self, workspace: &WorkspaceId) -> Result<Vec<Connection>, StoreError> {
        self.joined(&key::workspace(workspace).pk, &key::connection_prefix(None), "a connection")
            .await
    }

    /// How a connection stands now.
    pub async fn connection_standing(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
    ) -> Result<Option<ConnectionStanding>, StoreError> {
        self.read(&key::connection(workspace, connection).standing, "a connection's standing")
            .await
    }

    /// Saves what people set, with the work that follows; [`StoreError::ConditionFailed`] if somebody did since it was read.
    /// How the connection stands is not touched; a new one stands as it says.
    pub async fn save_connection(&self, connection: &Connection, arms: &[Arm]) -> Result<Connection, StoreError> {
        let mut transaction = Transaction::default();
        transaction.save_connection(&self.table, connection)?;
        for arm in arms {
            transaction.arm(self, &connection.workspace, arm)?;
        }
        self.commit(transaction).await?;
        Ok(Connection {
            revision: connection.revision + 1,
            ..connection.clone()
        })
    }

    /// Saves another address for a connection that was never proven. Access that was entered for the one before must not be
    /// shown to this one, so it goes. [`StoreError::ConditionFailed`] if somebody changed or proved the connection since it
    /// was read.
    pub async fn correct_address(&self, connection: &Connection) -> Result<Connection, StoreError> {
        let mut corrected = connection.clone();
        corrected.revision += 1;
        corrected.standing.way = None;
        corrected.standing.writes_as.clear();
        let mut transaction = Transaction::default();
        transaction.save_connection(&self.table, connection)?;
        if connection.revision > 0 {
            transaction.update_as(&self.table, &parts(connection).standing, |update| {
                update
                    .update_expression("SET writes_as = :nobody REMOVE way")
                    .condition_expression("epoch = :epoch")
                    .expression_attribute_values(":nobody", text(""))
                    .expression_attribute_values(":epoch", number(connection.standing.epoch))
            })?;
        }
        let credential = key::credential(&connection.workspace, &connection.connection);
        transaction.delete_as(&self.table, &credential, |delete| delete)?;
        self.commit(transaction).await?;
        Ok(corrected)
    }

    /// Removes a connection that was never proven, with whatever was entered for it. [`StoreError::ConditionFailed`] if
    /// somebody changed or proved it since it was read.
    pub async fn remove_connection(&self, connection: &Connection) -> Result<(), StoreError> {
        let (workspace, id) = (&connection.workspace, &connection.connection);
        let parts = parts(connection);
        let mut transaction = Transaction::default();
        transaction.delete_as(&self.table, &parts.settings, |delete| {
            delete
                .condition_expression("revision = :seen")
                .expression_attribute_values(":seen", number(connection.revision))
        })?;
        transaction.delete_as(&self.table, &parts.standing, |delete| {
            delete
                .condition_expression("epoch = :epoch")
                .expression_attribute_values(":epoch", number(connection.standing.epoch))
        })?;
        for key in [
            key::connection_locator(id),
            key::credential(workspace, id),
            key::webhook_credential(workspace, id),
        ] {
            transaction.delete_as(&self.table, &key, |delete| delete)?;
        }
        transaction.end_offers(&self.table, workspace, id)?;
        self.commit(transaction).await
    }

    /// Saves what a person brings before anything is proven: a credential, and the settings where they differ from what
    /// is stored. A disconnected connection is pending again. [`StoreError::ConditionFailed`] if somebody changed the
    /// connection since it was read.
    pub async fn prepare_connection(
        &self,
        connection: &Connection,
        is_changed: bool,
        credential: Option<&Credential>,
    ) -> Result<Connection, StoreError> {
        let mut prepared = connection.clone();
        prepared.revision += u64::from(is_changed);
        let starts_over = connection.standing.state == ConnectionState::Disconnected;
        if starts_over {
            prepared.standing.state = ConnectionState::Pending;
        }
        let way = way(connection.standing.way)?;
        self.commit_with(connection, credential, |transaction| {
            if is_changed {
                transaction.save_connection(&self.table, connection)?;
            }
            if connection.revision == 0 {
                return Ok(());
            }
            if credential.is_none() && connection.standing.state == ConnectionState::Active {
                return transaction.expect_epoch(&self.table, connection);
            }
            transaction.update_as(&self.table, &parts(connection).standing, |update| {
                update
                    .update_expression("SET #state = :state, writes_as = :writes_as, way = :way")
                    .condition_expression("epoch = :epoch AND #state = :seen")
                    .expression_attribute_names("#state", "state")
                    .expression_attribute_values(":way", way.clone())
                    .expression_attribute_values(":state", state(prepared.standing.state))
                    .expression_attribute_values(":writes_as", text(&prepared.standing.writes_as))
                    .expression_attribute_values(":epoch", number(connection.standing.epoch))
                    .expression_attribute_values(":seen", state(connection.standing.state))
            })
        })
        .await?;
        Ok(prepared)
    }

    /// The workspace a connection belongs to.
    pub async fn locate_connection(&self, connection: &ConnectionId) -> Result<Option<WorkspaceId>, StoreError> {
        let locator: Option<Locator> = self.read(&key::connection_locator(connection), "a connection locator").await?;
        Ok(locator.map(|locator| locator.workspace))
    }

    /// Commits a change with the credential that belongs to it. A worker may be refreshing the one that is stored: then
    /// the change is tried again over what it stored.
    async fn commit_with(
        &self,
        connection: &Connection,
        credential: Option<&Credential>,
        change: impl Fn(&mut Transaction) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut outcome = Err(StoreError::ConditionFailed);
        for _try in 0..TRIES {
            let mut transaction = Transaction::default();
            change(&mut transaction)?;
            if let Some(credential) = credential {
                self.replace_credential(&mut transaction, connection, credential).await?;
            }
            outcome = self.commit(transaction).await;
            if credential.is_none() || !matches!(outcome, Err(StoreError::ConditionFailed)) {
                break;
            }
        }
        outcome
    }

    /// Replaces the credential of a connection that stays as it was read: a person renewed it.
    pub async fn put_credential(&self, connection: &Connection, credential: &Credential) -> Result<(), StoreError> {
        self.commit_with(connection, Some(credential), |transaction| {
            transaction.expect_epoch(&self.table, connection)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_written_in_the_words_in_which_it_is_read() {
        for known in [
            ConnectionState::Pending,
            ConnectionState::Active,
            ConnectionState::ReauthorizationRequired,
            ConnectionState::Disconnected,
        ] {
            let read: ConnectionState = serde_dynamo::from_attribute_value(state(known)).unwrap();
            assert_eq!(read, known);
        }
    }
}
