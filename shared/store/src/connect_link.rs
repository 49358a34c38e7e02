//! The way in for a Workday administrator who is no person of the workspace: one link a connection, and the sessions it opens.
//! What comes by it is in [`crate::offer`].

use crate::audit::Actor;
use crate::key;
use crate::row::same_workspace;
use crate::{Store, StoreError, Transaction};
use domain::{ConnectionId, Moment, WorkspaceId};
use serde::{Deserialize, Serialize};

/// The link by which access to one connection may be given. A new one takes the place of the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectLink {
    pub workspace: WorkspaceId,
    pub connection: ConnectionId,
    /// Hash of the token.
    pub hash: String,
    pub made_by: Actor,
    pub made_at: Moment,
    pub ends_at: Moment,
    /// TTL attribute. DynamoDB deletes late, so readers check `ends_at`.
    pub expires_at: i64,
}

/// Whoever opened a connect link. Good only while the link is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestSession {
    pub workspace: WorkspaceId,
    pub connection: ConnectionId,
    /// The link's hash.
    pub link: String,
    pub ends_at: Moment,
    pub expires_at: i64,
}

impl Store {
    /// Makes a link known in the place of any before.
    pub async fn put_connect_link(&self, link: &ConnectLink) -> Result<(), StoreError> {
        self.put(&key::connect_link(&link.workspace, &link.connection), link).await
    }

    /// The connection's link; `None` when there is none or it has ended.
    pub async fn connect_link(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        now: Moment,
    ) -> Result<Option<ConnectLink>, StoreError> {
        let found: Option<ConnectLink> = self.read(&key::connect_link(workspace, connection), "a connect link").await?;
        let found = found.filter(|link| link.ends_at > now);
        if let Some(link) = &found {
            same_workspace(workspace, &link.workspace)?;
        }
        Ok(found)
    }

    /// Ends the link, and with it the sessions that it opened and what was given by it and not proven.
    pub async fn delete_connect_link(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<(), StoreError> {
        let mut transaction = Transaction::default();
        for key in [key::connect_link(workspace, connection), key::attempt(workspace, connection)] {
            transaction.delete_as(&self.table, &key, |delete| delete)?;
        }
        self.commit(transaction).await
    }

    /// Makes a guest's session known under the hash of its token.
    pub async fn put_guest_session(&self, token_hash: &str, session: &GuestSession) -> Result<(), StoreError> {
        self.put(&key::guest_session(token_hash), session).await
    }

    /// A guest's session and its link; `None` when either has ended.
    pub async fn guest_session(&self, token_hash: &str, now: Moment) -> Result<Option<(GuestSession, ConnectLink)>, StoreError> {
        let session: Option<GuestSession> = self.read(&key::guest_session(token_hash), "a guest's session").await?;
        let Some(session) = session.filter(|session| session.ends_at > now) else {
            return Ok(None);
        };
        let link = self.connect_link(&session.workspace, &session.connection, now).await?;
        Ok(link.filter(|link| link.hash == session.link).map(|link| (session, link)))
    }
}
