//! Connections: what people set about them and how they stand, two rows that neither overwrites for the other.
//!
//! Settings are replaced under their revision. What workers notice is written under the epoch they worked under, and
//! connecting and disconnecting, which raise it, are one transaction each.

mod note;

pub use note::ConnectionNote;

use crate::credential::Credential;
use crate::key::{self, Parts};
use crate::row::{attribute, item, number, same_workspace, settings_item, text};
use crate::{Arm, Store, StoreError, Transaction};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::settings::Connection;
use domain::standing::{AccessWay, ConnectionStanding, ConnectionState};
use domain::{ConnectionId, Moment, Notice, Work, WorkspaceId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

/// What connecting writes beside the connection's state.
#[derive(Debug, Clone, Copy, Default)]
pub struct Activation<'a> {
    /// Sealed in the place of the stored one; none: it is stored already.
    pub credential: Option<&'a Credential>,
    /// The host under which the tenant is claimed.
    pub host: &'a str,
    /// The host at which Workday had the tenant before: what it held there goes.
    pub moved_from: Option<&'a str>,
    /// The settings are saved with it.
    pub is_changed: bool,
    /// When the offer was proven that is accepted by it: it ends, with its link.
    pub accepts: Option<Moment>,
    /// The work that follows.
    pub arms: &'a [Arm],
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

    /// Connects: state, epoch, tenant claim, credential and the work that follows, all or nothing. Its standing says
    /// when it was connected and as whom. [`StoreError::ConditionFailed`] if the tenant is another connection's, or if
    /// somebody connected or disconnected since the connection was read.
    pub async fn activate_connection(&self, connection: &Connection, activation: Activation<'_>) -> Result<Connection, StoreError> {
        let Activation {
            credential,
            host,
            moved_from,
            is_changed,
            accepts,
            arms,
        } = activation;
        let seen = &connection.standing;
        let way = way(seen.way)?;
        let given_up = match moved_from {
            Some(host) if self.holds_tenant(connection, host).await? => Some(host),
            Some(_) | None => None,
        };
        let active = ConnectionStanding {
            state: ConnectionState::Active,
            epoch: seen.epoch + 1,
            refused_at: None,
            refusal: None,
            ended_at: None,
            withheld: BTreeMap::new(),
            ..seen.clone()
        };
        self.commit_with(connection, credential, |transaction| {
            transaction.update_as(&self.table, &parts(connection).standing, |update| {
                update
                    .update_expression(
                        "SET #state = :state, epoch = :next, writes_as = :writes_as, way = :way, connected_at = :at, refused_at = :none, ended_at = :none REMOVE withheld, refusal",
                    )
                    .condition_expression("epoch = :epoch")
                    .expression_attribute_names("#state", "state")
                    .expression_attribute_values(":way", way.clone())
                    .expression_attribute_values(":state", state(active.state))
                    .expression_attribute_values(":next", number(active.epoch))
                    .expression_attribute_values(":writes_as", text(&active.writes_as))
                    .expression_attribute_values(":at", number(active.connected_at.unwrap_or(Moment(0)).0))
                    .expression_attribute_values(":none", AttributeValue::Null(true))
                    .expression_attribute_values(":epoch", number(seen.epoch))
            })?;
            self.claim(transaction, connection, host)?;
            if let Some(host) = given_up {
                self.give_up(transaction, connection, host)?;
            }
            if is_changed {
                transaction.save_connection(&self.table, connection)?;
            }
            if let Some(proven_at) = accepts {
                transaction.accept_offer(&self.table, connection, proven_at)?;
            }
            for arm in arms {
                transaction.arm(self, &connection.workspace, arm)?;
            }
            Ok(())
        })
        .await?;
        Ok(Connection {
            standing: active,
            revision: connection.revision + u64::from(is_changed),
            ..connection.clone()
        })
    }

    /// Disconnects: state, epoch, credential, tenant claim and the polls' due rows, all or nothing. A person's word: it
    /// holds whatever anybody else did since the connection was read.
    pub async fn disconnect(&self, connection: &Connection, host: &str) -> Result<(), StoreError> {
        let mut outcome = Err(StoreError::ConditionFailed);
        for _try in 0..TRIES {
            let claimed = self.holds_tenant(connection, host).await?;
            let mut transaction = Transaction::default();
            transaction.update_as(&self.table, &parts(connection).standing, |update| {
                update
                    .update_expression("SET #state = :state, epoch = epoch + :one")
                    .condition_expression("attribute_exists(pk)")
                    .expression_attribute_names("#state", "state")
                    .expression_attribute_values(":state", state(ConnectionState::Disconnected))
                    .expression_attribute_values(":one", number(1))
            })?;
            let credential = key::credential(&connection.workspace, &connection.connection);
            transaction.delete_as(&self.table, &credential, |delete| delete)?;
            if claimed {
                self.give_up(&mut transaction, connection, host)?;
            }
            transaction.end_offers(&self.table, &connection.workspace, &connection.connection)?;
            let connection_id = || connection.connection.clone();
            for work in [
                Work::PollConnection {
                    connection: connection_id(),
                },
                Work::RefreshRequisitions {
                    connection: connection_id(),
                },
            ] {
                transaction.delete_as(&self.table, &key::due(&connection.workspace, &work), |delete| delete)?;
            }
            outcome = self.commit(transaction).await;
            if !matches!(outcome, Err(StoreError::ConditionFailed)) {
                break;
            }
        }
        outcome
    }

    /// Ends the connection until a person connects again, if the refused credential is still the stored one and the
    /// connection active as it was read; [`StoreError::ConditionFailed`] if a person or another worker was first.
    pub async fn require_reauthorization(&self, connection: &Connection, refused_version: u64, now: Moment) -> Result<(), StoreError> {
        let mut transaction = Transaction::default();
        let credential = key::credential(&connection.workspace, &connection.connection);
        // An update instead of a check: it gives the lease back.
        transaction.update_as(&self.table, &credential, |update| {
            update
                .update_expression("REMOVE #owner, lease_until, refresh_started")
                .condition_expression("version = :version")
                .expression_attribute_names("#owner", "owner")
                .expression_attribute_values(":version", number(refused_version))
        })?;
        transaction.update_as(&self.table, &parts(connection).standing, |update| {
            update
                .update_expression("SET #state = :ended, ended_at = :now")
                .condition_expression("epoch = :epoch AND #state = :active")
                .expression_attribute_names("#state", "state")
                .expression_attribute_values(":now", number(now.0))
                .expression_attribute_values(":ended", state(ConnectionState::ReauthorizationRequired))
                .expression_attribute_values(":epoch", number(connection.standing.epoch))
                .expression_attribute_values(":active", state(ConnectionState::Active))
        })?;
        let notice = Notice::ReconnectRequired {
            connection: connection.connection.clone(),
            epoch: connection.standing.epoch,
        };
        let work = Work::Notify { notice };
        transaction.arm(self, &connection.workspace, &Arm { work, at: now })?;
        self.commit(transaction).await
    }

    /// Workday takes the access of a connection again that it had ended: active, and what waited goes on. Nobody connected,
    /// so that the epoch stays. [`StoreError::ConditionFailed`] if a person connected or disconnected meanwhile.
    pub async fn reactivate(&self, connection: &Connection, release: &Arm) -> Result<(), StoreError> {
        let mut transaction = Transaction::default();
        transaction.update_as(&self.table, &parts(connection).standing, |update| {
            update
                .update_expression("SET #state = :active, refused_at = :none, ended_at = :none REMOVE refusal")
                .condition_expression("epoch = :epoch AND #state = :ended")
                .expression_attribute_names("#state", "state")
                .expression_attribute_values(":active", state(ConnectionState::Active))
                .expression_attribute_values(":ended", state(ConnectionState::ReauthorizationRequired))
                .expression_attribute_values(":none", AttributeValue::Null(true))
                .expression_attribute_values(":epoch", number(connection.standing.epoch))
        })?;
        transaction.arm(self, &connection.workspace, release)?;
        self.commit(transaction).await
    }

    /// The workspace a connection belongs to.
    pub async fn locate_connection(&self, connection: &ConnectionId) -> Result<Option<WorkspaceId>, StoreError> {
        let locator: Option<Locator> = self.read(&key::connection_locator(connection), "a connection locator").await?;
        Ok(locator.map(|locator| locator.workspace))
    }

    /// Whether another connection holds the Workday tenant of this one.
    pub async fn is_tenant_taken(&self, connection: &Connection, host: &str) -> Result<bool, StoreError> {
        let holder: Option<Locator> = self.read(&key::tenant_claim(host, &connection.tenant), "a tenant claim").await?;
        Ok(holder.is_some_and(|holder| holder != locator(connection)))
    }

    async fn holds_tenant(&self, connection: &Connection, host: &str) -> Result<bool, StoreError> {
        let holder: Option<Locator> = self.read(&key::tenant_claim(host, &connection.tenant), "a tenant claim").await?;
        Ok(holder.is_some_and(|holder| holder == locator(connection)))
    }

    /// Claims the tenant for the connection, if nobody else holds it.
    fn claim(&self, transaction: &mut Transaction, connection: &Connection, host: &str) -> Result<(), StoreError> {
        let claim = item(&key::tenant_claim(host, &connection.tenant), &locator(connection))?;
        transaction.put_as(&self.table, claim, |put| {
            put.condition_expression("attribute_not_exists(pk) OR (workspace = :workspace AND #connection = :connection)")
                .expression_attribute_names("#connection", "connection")
                .expression_attribute_values(":workspace", text(connection.workspace.as_str()))
                .expression_attribute_values(":connection", text(connection.connection.as_str()))
        })
    }

    /// Gives the connection's claim of the tenant up.
    fn give_up(&self, transaction: &mut Transaction, connection: &Connection, host: &str) -> Result<(), StoreError> {
        let claim = key::tenant_claim(host, &connection.tenant);
        transaction.delete_as(&self.table, &claim, |delete| {
            delete
                .condition_expression("workspace = :workspace AND #connection = :connection")
                .expression_attribute_names("#connection", "connection")
                .expression_attribute_values(":workspace", text(connection.workspace.as_str()))
                .expression_attribute_values(":connection", text(connection.connection.as_str()))
        })
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
