//! Connecting, disconnecting and what Workday ends: one transaction each, with the tenant's claim, the credential and the
//! work that follows. Each raises the epoch or holds only under it.

use super::{Locator, TRIES, locator, parts, state, way};
use crate::credential::Credential;
use crate::key;
use crate::row::{attribute, item, number, text};
use crate::{Arm, Store, StoreError, Transaction};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::notice::Told;
use domain::settings::Connection;
use domain::standing::{ConnectionStanding, ConnectionState};
use domain::{Moment, Work};
use std::collections::BTreeMap;

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

impl Store {
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
            tried_out_at: None,
            ..seen.clone()
        };
        self.commit_with(connection, credential, |transaction| {
            transaction.update_as(&self.table, &parts(connection).standing, |update| {
                update
                    .update_expression(
                        "SET #state = :state, epoch = :next, writes_as = :writes_as, way = :way, connected_at = :at, refused_at = :none, ended_at = :none REMOVE withheld, refusal, tried_out_at",
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
                    .update_expression("SET #state = :state, epoch = epoch + :one REMOVE told")
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
                Work::TryOut {
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
        let told = Told {
            since: now,
            ended: Some(connection.standing.epoch),
        };
        let notice = told.notice(&connection.connection);
        let told = attribute(&told, "what people were told")?;
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
                .update_expression("SET #state = :ended, ended_at = :now, told = :told")
                .condition_expression("epoch = :epoch AND #state = :active")
                .expression_attribute_names("#state", "state")
                .expression_attribute_values(":now", number(now.0))
                .expression_attribute_values(":told", told.clone())
                .expression_attribute_values(":ended", state(ConnectionState::ReauthorizationRequired))
                .expression_attribute_values(":epoch", number(connection.standing.epoch))
                .expression_attribute_values(":active", state(ConnectionState::Active))
        })?;
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
}
