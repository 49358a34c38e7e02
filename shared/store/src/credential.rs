//! Sealed credentials of a connection, and the fenced lease under which exactly one worker refreshes them.

use crate::error::took_place;
use crate::key;
use crate::row::{item, number, text};
use crate::sealing::Place;
use crate::{Store, StoreError, Transaction};
use domain::settings::Connection;
use domain::{ConnectionId, Moment, WorkspaceId};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long one worker alone may refresh: three calls of the token endpoint and eight writes of the table take 160 s at
/// the most, and the clocks of two functions may differ by ten minutes. Who refreshes gives the lease back at once; it
/// lasts as long as this after a worker that died, or a table whose answer was lost.
pub const REFRESH_LEASE: Duration = Duration::from_mins(13);

/// How a connection proves itself to Workday. The secrets inside are in memory only while used.
#[derive(Debug, Clone)]
pub enum Credential {
    /// WS-Security user name (`isu@tenant`) and password.
    UsernameToken { username: String, password: SecretString },
    /// OAuth: client, refresh token, and the access token of the last refresh.
    OAuth(OAuthCredential),
}

/// An OAuth client's standing with Workday.
#[derive(Debug, Clone)]
pub struct OAuthCredential {
    pub client_id: String,
    pub client_secret: SecretString,
    /// The token endpoint takes both from the body and not from the header.
    pub client_in_body: bool,
    pub refresh_token: SecretString,
    /// The refresh token before the last rotation, kept for one generation.
    pub previous_refresh_token: Option<SecretString>,
    pub access_token: Option<SecretString>,
    pub access_expires_at: Moment,
    pub access_obtained_at: Moment,
}

/// A credential as read, with the version that fences its replacement.
#[derive(Debug, Clone)]
pub struct StoredCredential {
    pub credential: Credential,
    pub version: u64,
    /// Another worker refreshes until then.
    pub lease_until: Option<Moment>,
    /// The version a dead worker may have refreshed without telling.
    pub refresh_started: Option<u64>,
    /// After a failed refresh: nobody asks before this moment.
    pub cooldown_until: Option<Moment>,
}

/// The right to refresh one version of a credential.
#[derive(Debug, Clone)]
pub struct RefreshLease {
    owner: String,
    version: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Row {
    workspace: WorkspaceId,
    connection: ConnectionId,
    version: u64,
    sealed: String,
    #[serde(default)]
    owner: Option<String>,
    #[serde(default)]
    lease_until: Option<Moment>,
    #[serde(default)]
    refresh_started: Option<u64>,
    #[serde(default)]
    cooldown_until: Option<Moment>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Plain {
    UsernameToken {
        username: String,
        password: String,
    },
    OAuth {
        client_id: String,
        client_secret: String,
        #[serde(default)]
        client_in_body: bool,
        refresh_token: String,
        previous_refresh_token: Option<String>,
        access_token: Option<String>,
        access_expires_at: Moment,
        access_obtained_at: Moment,
    },
}

impl From<&Credential> for Plain {
    fn from(credential: &Credential) -> Self {
        let expose = |secret: &SecretString| secret.expose_secret().to_owned();
        match credential {
            Credential::UsernameToken { username, password } => Self::UsernameToken {
                username: username.clone(),
                password: expose(password),
            },
            Credential::OAuth(oauth) => Self::OAuth {
                client_id: oauth.client_id.clone(),
                client_secret: expose(&oauth.client_secret),
                client_in_body: oauth.client_in_body,
                refresh_token: expose(&oauth.refresh_token),
                previous_refresh_token: oauth.previous_refresh_token.as_ref().map(expose),
                access_token: oauth.access_token.as_ref().map(expose),
                access_expires_at: oauth.access_expires_at,
                access_obtained_at: oauth.access_obtained_at,
            },
        }
    }
}

impl From<Plain> for Credential {
    fn from(plain: Plain) -> Self {
        match plain {
            Plain::UsernameToken { username, password } => Self::UsernameToken {
                username,
                password: password.into(),
            },
            Plain::OAuth {
                client_id,
                client_secret,
                client_in_body,
                refresh_token,
                previous_refresh_token,
                access_token,
                access_expires_at,
                access_obtained_at,
            } => Self::OAuth(OAuthCredential {
                client_id,
                client_secret: client_secret.into(),
                client_in_body,
                refresh_token: refresh_token.into(),
                previous_refresh_token: previous_refresh_token.map(Into::into),
                access_token: access_token.map(Into::into),
                access_expires_at,
                access_obtained_at,
            }),
        }
    }
}

impl Credential {
    /// As it is sealed.
    pub(crate) fn to_text(&self) -> Result<SecretString, StoreError> {
        let text = serde_json::to_string(&Plain::from(self)).map_err(|error| StoreError::corrupt("CREDENTIAL", "a credential", error))?;
        Ok(text.into())
    }

    pub(crate) fn of_text(text: &SecretString) -> Result<Self, StoreError> {
        let plain: Plain = serde_json::from_str(text.expose_secret()).map_err(|_source| StoreError::Sealed)?;
        Ok(plain.into())
    }
}

fn place<'a>(workspace: &'a WorkspaceId, connection: &'a ConnectionId, version: u64) -> Place<'a> {
    Place {
        workspace: workspace.as_str(),
        owner: connection.as_str(),
        kind: "workday_credential",
        version,
    }
}

impl Store {
    fn sealed_row(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        credential: &Credential,
        version: u64,
    ) -> Result<Row, StoreError> {
        Ok(Row {
            workspace: workspace.clone(),
            connection: connection.clone(),
            version,
            sealed: self
                .keyring
                .seal_text(place(workspace, connection, version), &credential.to_text()?)?,
            owner: None,
            lease_until: None,
            refresh_started: None,
            cooldown_until: None,
        })
    }

    /// The connection's credential, opened.
    pub async fn credential(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Option<StoredCredential>, StoreError> {
        let row: Option<Row> = self.read(&key::credential(workspace, connection), "a credential").await?;
        let Some(row) = row else { return Ok(None) };
        crate::row::same_workspace(workspace, &row.workspace)?;
        let plain = self.keyring.open_text(place(workspace, connection, row.version), &row.sealed)?;
        Ok(Some(StoredCredential {
            credential: Credential::of_text(&plain)?,
            version: row.version,
            lease_until: row.lease_until,
            refresh_started: row.refresh_started,
            cooldown_until: row.cooldown_until,
        }))
    }

    /// Replaces the credential, if it is still the one that this reads: the version tells a late worker which one counts.
    pub(crate) async fn replace_credential(
        &self,
        transaction: &mut Transaction,
        connection: &Connection,
        credential: &Credential,
    ) -> Result<(), StoreError> {
        let (workspace, id) = (&connection.workspace, &connection.connection);
        let key = key::credential(workspace, id);
        let stored: Option<Row> = self.read(&key, "a credential").await?;
        let seen = stored.map(|row| row.version);
        let row = self.sealed_row(workspace, id, credential, seen.unwrap_or(0) + 1)?;
        match seen {
            None => transaction.put_new(&self.table, &key, &row),
            Some(seen) => transaction.put_item(&self.table, item(&key, &row)?, Some("version = :seen"), &[(":seen", number(seen))]),
        }
    }

    /// Asks for the right to refresh `version`. `None`: someone else has it, the version moved on, or it cools down.
    pub async fn lease_refresh(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        version: u64,
        now: Moment,
    ) -> Result<Option<RefreshLease>, StoreError> {
        let owner = self.generation()?;
        let leased = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::credential(workspace, connection).attributes()))
            .update_expression("SET #owner = :owner, lease_until = :until, refresh_started = :version")
            .condition_expression(
                "version = :version AND (attribute_not_exists(lease_until) OR attribute_type(lease_until, :null) OR lease_until <= :now) \
                 AND (attribute_not_exists(cooldown_until) OR attribute_type(cooldown_until, :null) OR cooldown_until <= :now)",
            )
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":owner", text(&owner))
            .expression_attribute_values(":until", number(now.plus(REFRESH_LEASE).0))
            .expression_attribute_values(":version", number(version))
            .expression_attribute_values(":now", number(now.0))
            .expression_attribute_values(":null", text("NULL"))
            .send()
            .await;
        match leased.map_err(StoreError::from) {
            Ok(_) => Ok(Some(RefreshLease { owner, version })),
            Err(StoreError::ConditionFailed) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Stores the refreshed credential if the lease is still ours; [`StoreError::ConditionFailed`] if it is not.
    pub async fn store_refreshed(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        lease: &RefreshLease,
        credential: &Credential,
    ) -> Result<(), StoreError> {
        let row = self.sealed_row(workspace, connection, credential, lease.version + 1)?;
        self.client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item(&key::credential(workspace, connection), &row)?))
            .condition_expression("version = :version AND #owner = :owner")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":version", number(lease.version))
            .expression_attribute_values(":owner", text(&lease.owner))
            .send()
            .await?;
        Ok(())
    }

    /// Gives the lease back after a refresh that failed for a passing reason; nobody asks before `cooldown_until`.
    pub async fn release_refresh(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        lease: &RefreshLease,
        cooldown_until: Moment,
    ) -> Result<(), StoreError> {
        let released = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::credential(workspace, connection).attributes()))
            .update_expression("SET cooldown_until = :cooldown REMOVE #owner, lease_until, refresh_started")
            .condition_expression("version = :version AND #owner = :owner")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":cooldown", number(cooldown_until.0))
            .expression_attribute_values(":version", number(lease.version))
            .expression_attribute_values(":owner", text(&lease.owner))
            .send()
            .await;
        took_place(released).map(drop)
    }
}
