//! Access to Workday that came by a connect link. An attempt is what was given and not proven yet; an offer is proven, and
//! nothing works with it before somebody of the workspace accepts it. Both belong to their link, and are written only while
//! it works.

use crate::audit::Actor;
use crate::connect_link::ConnectLink;
use crate::credential::Credential;
use crate::key::{self, Key};
use crate::row::{item, number, same_workspace, text};
use crate::sealing::Place;
use crate::{Arm, Store, StoreError, Transaction};
use domain::settings::Connection;
use domain::{ConnectionId, Moment, Notice, Work, WorkspaceId};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// Access that was given by a connect link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub workspace: WorkspaceId,
    /// The connection as it would be: its address, and as whom it would write.
    pub proposed: Connection,
    /// Hash of the link that it came by.
    pub link: String,
    pub link_made_by: Actor,
    /// When Workday took the access; none: it is an attempt.
    pub proven_at: Option<Moment>,
    /// The API client by which a person approves in Workday, sealed.
    #[serde(default)]
    sealed_client: Option<String>,
    #[serde(default)]
    sealed_credential: Option<String>,
    /// TTL attribute. DynamoDB deletes late, so readers check it.
    expires_at: i64,
}

/// What of an offer is sealed.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The API client, as its owner writes it.
    pub client: Option<SecretString>,
    pub credential: Option<Credential>,
}

const CLIENT: &str = "offered_client";
const CREDENTIAL: &str = "offered_credential";

impl Offer {
    /// An attempt that is kept until `ends_at`.
    pub fn attempt(link: &ConnectLink, proposed: Connection, ends_at: Moment) -> Self {
        Self {
            workspace: link.workspace.clone(),
            proposed,
            link: link.hash.clone(),
            link_made_by: link.made_by.clone(),
            proven_at: None,
            sealed_client: None,
            sealed_credential: None,
            expires_at: ends_at.epoch_seconds(),
        }
    }

    /// Whether there is access to look at; without it a person has yet to approve in Workday.
    pub fn has_credential(&self) -> bool {
        self.sealed_credential.is_some()
    }

    fn key(&self) -> Key {
        match self.proven_at {
            Some(_) => key::offer(&self.workspace, &self.proposed.connection),
            None => key::attempt(&self.workspace, &self.proposed.connection),
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

impl Transaction {
    /// Ends a connection's link and whatever came by it.
    pub(crate) fn end_offers(&mut self, table: &str, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<(), StoreError> {
        self.delete_as(table, &key::offer(workspace, connection), |delete| delete)?;
        self.end_link(table, workspace, connection)
    }

    /// The same for an offer that is accepted: the one that was proven then, and no other.
    pub(crate) fn accept_offer(&mut self, table: &str, connection: &Connection, proven_at: Moment) -> Result<(), StoreError> {
        let (workspace, id) = (&connection.workspace, &connection.connection);
        self.delete_as(table, &key::offer(workspace, id), |delete| {
            delete
                .condition_expression("proven_at = :seen")
                .expression_attribute_values(":seen", number(proven_at.0))
        })?;
        self.end_link(table, workspace, id)
    }

    fn end_link(&mut self, table: &str, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<(), StoreError> {
        self.delete_as(table, &key::attempt(workspace, connection), |delete| delete)?;
        self.delete_as(table, &key::connect_link(workspace, connection), |delete| delete)
    }
}

impl Store {
    /// Stores what was given, while its link works; a proven one takes the attempt's place, and people are told of it.
    /// [`StoreError::ConditionFailed`] if the link was withdrawn, replaced or accepted meanwhile.
    pub async fn put_offer(&self, mut offer: Offer, given: &Given) -> Result<(), StoreError> {
        self.seal(&mut offer, given)?;
        let (workspace, connection) = (&offer.workspace, &offer.proposed.connection);
        let mut transaction = Transaction::default();
        transaction.expect(&self.table, &key::connect_link(workspace, connection), |check| {
            check
                .condition_expression("#hash = :hash")
                .expression_attribute_names("#hash", "hash")
                .expression_attribute_values(":hash", text(&offer.link))
        })?;
        transaction.put(&self.table, &offer.key(), &offer)?;
        if let Some(proven_at) = offer.proven_at {
            transaction.delete_as(&self.table, &key::attempt(workspace, connection), |delete| delete)?;
            let notice = Notice::AccessWaits {
                connection: connection.clone(),
                proven_at,
            };
            let work = Work::Notify { notice };
            transaction.arm(self, workspace, &Arm { work, at: proven_at })?;
        }
        self.commit(transaction).await
    }

    /// Keeps what became of an offered credential when it was renewed; [`StoreError::ConditionFailed`] if the offer is not
    /// the one that was read any more.
    pub async fn renew_offer(&self, mut offer: Offer, given: &Given) -> Result<(), StoreError> {
        self.seal(&mut offer, given)?;
        let seen = number(offer.proven_at.unwrap_or(Moment(0)).0);
        let mut transaction = Transaction::default();
        transaction.put_item(
            &self.table,
            item(&offer.key(), &offer)?,
            Some("proven_at = :seen"),
            &[(":seen", seen)],
        )?;
        self.commit(transaction).await
    }

    fn seal(&self, offer: &mut Offer, given: &Given) -> Result<(), StoreError> {
        let client = given.client.as_ref();
        offer.sealed_client = client.map(|text| self.keyring.seal_text(offer.place(CLIENT), text)).transpose()?;
        let credential = given.credential.as_ref().map(Credential::to_text).transpose()?;
        offer.sealed_credential = credential
            .map(|text| self.keyring.seal_text(offer.place(CREDENTIAL), &text))
            .transpose()?;
        Ok(())
    }

    /// What waits for a connection to be accepted.
    pub async fn offer(&self, workspace: &WorkspaceId, connection: &ConnectionId, now: Moment) -> Result<Option<Offer>, StoreError> {
        self.offer_at(&key::offer(workspace, connection), workspace, now).await
    }

    /// What was given for a connection and is not proven.
    pub async fn attempt(&self, workspace: &WorkspaceId, connection: &ConnectionId, now: Moment) -> Result<Option<Offer>, StoreError> {
        self.offer_at(&key::attempt(workspace, connection), workspace, now).await
    }

    async fn offer_at(&self, key: &Key, workspace: &WorkspaceId, now: Moment) -> Result<Option<Offer>, StoreError> {
        let found: Option<Offer> = self.read(key, "an offer").await?;
        let found = found.filter(|offer| offer.expires_at > now.epoch_seconds());
        if let Some(offer) = &found {
            same_workspace(workspace, &offer.workspace)?;
        }
        Ok(found)
    }

    /// Everything that waits in a workspace to be accepted.
    pub async fn offers(&self, workspace: &WorkspaceId, now: Moment) -> Result<Vec<Offer>, StoreError> {
        let offers: Vec<Offer> = self.query(&key::workspace(workspace).pk, key::OFFER_PREFIX, "an offer").await?;
        Ok(offers.into_iter().filter(|offer| offer.expires_at > now.epoch_seconds()).collect())
    }

    /// What is sealed of an offer, opened.
    pub fn open_offer(&self, offer: &Offer) -> Result<Given, StoreError> {
        let open = |kind, sealed: &Option<String>| {
            let sealed = sealed.as_ref();
            sealed.map(|sealed| self.keyring.open_text(offer.place(kind), sealed)).transpose()
        };
        let credential = open(CREDENTIAL, &offer.sealed_credential)?;
        Ok(Given {
            client: open(CLIENT, &offer.sealed_client)?,
            credential: credential.map(|text| Credential::of_text(&text)).transpose()?,
        })
    }

    /// Ends what was offered for a connection, and the link that it came by.
    pub async fn delete_offers(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<(), StoreError> {
        let mut transaction = Transaction::default();
        transaction.end_offers(&self.table, workspace, connection)?;
        self.commit(transaction).await
    }
}
