//! The way in for a Workday administrator who is no person of the workspace: one link a connection, the sessions it opens,
//! and the access that came by it and waits for somebody of the workspace to accept it.

use crate::audit::Actor;
use crate::credential::Credential;
use crate::key;
use crate::row::same_workspace;
use crate::sealing::Place;
use crate::{Store, StoreError, Transaction};
use domain::settings::Connection;
use domain::{ConnectionId, Moment, WorkspaceId};
use secrecy::SecretString;
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

/// Access that a guest gave. Nothing works with it before somebody of the workspace accepts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub workspace: WorkspaceId,
    /// The connection as it would be: its address, and as whom it would write.
    pub proposed: Connection,
    pub link_made_by: Actor,
    pub offered_at: Moment,
    /// When Workday took the access; none: nobody approved yet, or Workday refused what it is needed for.
    pub proven_at: Option<Moment>,
    /// The API client by which a person approves in Workday, sealed.
    #[serde(default)]
    sealed_client: Option<String>,
    #[serde(default)]
    sealed_credential: Option<String>,
    pub expires_at: i64,
}

/// What of an offer is sealed.
#[derive(Debug, Clone, Default)]
pub struct Offered {
    /// The API client, as its owner writes it.
    pub client: Option<SecretString>,
    pub credential: Option<Credential>,
}

impl Offer {
    /// An offer with nothing in it yet.
    pub fn new(proposed: Connection, link_made_by: Actor, offered_at: Moment, expires_at: Moment) -> Self {
        Self {
            workspace: proposed.workspace.clone(),
            proposed,
            link_made_by,
            offered_at,
            proven_at: None,
            sealed_client: None,
            sealed_credential: None,
            expires_at: expires_at.epoch_seconds(),
        }
    }

    fn place<'a>(&'a self, kind: &'a str) -> Place<'a> {
        Place {
            workspace: self.workspace.as_str(),
            owner: self.proposed.connection.as_str(),
            kind,
            version: 1,
        }
    }
}

const CLIENT: &str = "offered_client";
const CREDENTIAL: &str = "offered_credential";

impl Store {
    /// Makes a link known in the place of any before.
    pub async fn put_connect_link(&self, link: &ConnectLink) -> Result<(), StoreError> {
        let mut transaction = Transaction::default();
        transaction.put(&self.table, &key::connect_link(&link.workspace, &link.connection), link)?;
        self.commit(transaction).await
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

    /// Ends the link, and with it the sessions that it opened.
    pub async fn delete_connect_link(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<(), StoreError> {
        let mut transaction = Transaction::default();
        transaction.delete_as(&self.table, &key::connect_link(workspace, connection), |delete| delete)?;
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

    /// Stores an offer in the place of any before, with what is sealed of it.
    pub async fn put_offer(&self, mut offer: Offer, offered: &Offered) -> Result<(), StoreError> {
        let client = offered.client.as_ref();
        offer.sealed_client = client.map(|text| self.keyring.seal_text(offer.place(CLIENT), text)).transpose()?;
        let credential = offered.credential.as_ref().map(Credential::to_text).transpose()?;
        offer.sealed_credential = credential
            .map(|text| self.keyring.seal_text(offer.place(CREDENTIAL), &text))
            .transpose()?;
        let mut transaction = Transaction::default();
        transaction.put(&self.table, &key::offer(&offer.workspace, &offer.proposed.connection), &offer)?;
        self.commit(transaction).await
    }

    /// What was offered for a connection.
    pub async fn offer(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Option<Offer>, StoreError> {
        let found: Option<Offer> = self.read(&key::offer(workspace, connection), "an offer").await?;
        if let Some(offer) = &found {
            same_workspace(workspace, &offer.workspace)?;
        }
        Ok(found)
    }

    /// Everything that is offered in a workspace.
    pub async fn offers(&self, workspace: &WorkspaceId) -> Result<Vec<Offer>, StoreError> {
        self.query(&key::workspace(workspace).pk, key::OFFER_PREFIX, "an offer").await
    }

    /// What is sealed of an offer, opened.
    pub fn open_offer(&self, offer: &Offer) -> Result<Offered, StoreError> {
        let open = |kind, sealed: &Option<String>| {
            let sealed = sealed.as_ref();
            sealed.map(|sealed| self.keyring.open_text(offer.place(kind), sealed)).transpose()
        };
        let credential = open(CREDENTIAL, &offer.sealed_credential)?;
        Ok(Offered {
            client: open(CLIENT, &offer.sealed_client)?,
            credential: credential.map(|text| Credential::of_text(&text)).transpose()?,
        })
    }

    /// Ends the offer and the link that it came by.
    pub async fn delete_offer(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<(), StoreError> {
        let mut transaction = Transaction::default();
        for key in [key::offer(workspace, connection), key::connect_link(workspace, connection)] {
            transaction.delete_as(&self.table, &key, |delete| delete)?;
        }
        self.commit(transaction).await
    }
}
