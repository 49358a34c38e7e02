//! The person behind an order, sealed and short-lived: read from Workday when the order is confirmed, so that an
//! outage of Workday does not hold back an invitation already confirmed. Removed once invited.

use crate::error::took_place;
use crate::sealing::Place;
use crate::{Store, StoreError, Transaction, key};
use domain::{Moment, OrderId, WorkspaceId};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// What HeyMilo and the mail service need to know of a person. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub name: String,
    #[serde(default)]
    pub email: Option<String>,
    /// E.164, if Workday's parts make one.
    #[serde(default)]
    pub phone: Option<String>,
    /// When Workday was asked.
    pub read_at: Moment,
}

impl fmt::Debug for Contact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Contact")
            .field("read_at", &self.read_at)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Row {
    workspace: WorkspaceId,
    sealed: String,
    expires_at: i64,
}

const KEPT: Duration = Duration::from_hours(30 * 24);

fn place<'a>(workspace: &'a WorkspaceId, order: &'a OrderId) -> Place<'a> {
    Place {
        workspace: workspace.as_str(),
        owner: order.as_str(),
        kind: "contact",
        version: 1,
    }
}

impl Store {
    /// Stores the person behind an order, sealed.
    pub async fn put_contact(&self, workspace: &WorkspaceId, order: &OrderId, contact: &Contact) -> Result<(), StoreError> {
        let row = self.sealed_contact(workspace, order, contact)?;
        self.put(&key::contact(workspace, order), &row).await
    }

    /// Stores what was read of the person since; one that was removed meanwhile stays removed.
    pub async fn renew_contact(&self, workspace: &WorkspaceId, order: &OrderId, contact: &Contact) -> Result<(), StoreError> {
        let row = self.sealed_contact(workspace, order, contact)?;
        let mut transaction = Transaction::default();
        let row = crate::row::item(&key::contact(workspace, order), &row)?;
        transaction.put_item(&self.table, row, Some("attribute_exists(pk)"), &[])?;
        took_place(self.commit(transaction).await).map(drop)
    }

    fn sealed_contact(&self, workspace: &WorkspaceId, order: &OrderId, contact: &Contact) -> Result<Row, StoreError> {
        let plain = serde_json::to_string(contact).map_err(|error| StoreError::corrupt("CONTACT", "a contact", error))?;
        Ok(Row {
            workspace: workspace.clone(),
            sealed: self.keyring.seal_text(place(workspace, order), &SecretString::from(plain))?,
            expires_at: contact.read_at.plus(KEPT).epoch_seconds(),
        })
    }

    /// The person behind an order, unless removed already.
    pub async fn contact(&self, workspace: &WorkspaceId, order: &OrderId) -> Result<Option<Contact>, StoreError> {
        let row: Option<Row> = self.read(&key::contact(workspace, order), "a contact").await?;
        let Some(row) = row else { return Ok(None) };
        crate::row::same_workspace(workspace, &row.workspace)?;
        let plain = self.keyring.open_text(place(workspace, order), &row.sealed)?;
        serde_json::from_str(plain.expose_secret())
            .map(Some)
            .map_err(|_source| StoreError::Sealed)
    }
}
