//! Who does what: every command records its act, with the change or right after it.

use crate::{Act, Actor, Admin, AdminError, AuditCursor, AuditEntry, AuditPage, SignedIn, Subject};
use domain::{ConnectionId, WorkspaceId};
use store::{Store, StoreError};

impl Admin {
    /// The same hands, moved by whoever is signed in.
    #[must_use]
    pub fn acting(&self, signed_in: &SignedIn) -> Self {
        Self {
            who: Actor::of(&signed_in.session),
            ..self.clone()
        }
    }

    /// The table, whose next change leaves word of this act.
    pub(crate) fn recording(&self, workspace: &WorkspaceId, what: Act, on: Subject) -> Result<Store, StoreError> {
        self.recording_by(self.who.clone(), workspace, what, on)
    }

    /// The same for whoever is about to sign in.
    pub(crate) fn recording_by(&self, who: Actor, workspace: &WorkspaceId, what: Act, on: Subject) -> Result<Store, StoreError> {
        let entry = AuditEntry::new(workspace.clone(), self.clock.now(), who, what, on);
        self.store.recording(&entry)
    }

    /// A page of what was done in the workspace, latest first.
    pub async fn acts(&self, workspace: &WorkspaceId, before: Option<&AuditCursor>) -> Result<AuditPage, AdminError> {
        Ok(self.store.acts(workspace, before).await?)
    }

    /// The latest visits by links that the operator made, latest first.
    pub async fn guest_visits(&self, workspace: &WorkspaceId) -> Result<Vec<AuditEntry>, AdminError> {
        Ok(self.store.guest_visits(workspace).await?)
    }
}

pub(crate) fn connection(connection: &ConnectionId) -> Subject {
    Subject::Connection {
        connection: connection.clone(),
    }
}
