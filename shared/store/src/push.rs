//! When Workday pushed, and about what: a poll that finds a send status is compared with it.
//!
//! A row for each application and assessment that a push names, and one for the connection, so that no two pushes wait for
//! each other.

use crate::hint::{About, Hint};
use crate::{Store, StoreError, Transaction, key};
use domain::{ConnectionId, Moment, WorkspaceId};
use serde::{Deserialize, Serialize};

/// When a push came, and with which password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pushed {
    pub at: Moment,
    /// When the password was made that it presented; none: it was the one before, or that was not noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_made_at: Option<Moment>,
    /// TTL attribute.
    expires_at: i64,
}

/// Longer than a poll looks back.
const KEPT_SECONDS: i64 = 30 * 86_400;
/// The row of the connection's last push, whatever it was about.
const LAST: &str = "PUSH#LAST";

fn of_application(application: &str) -> String {
    format!("APPLICATION#{application}")
}

fn of_assessment(assessment: &str) -> String {
    format!("ASSESSMENT#{assessment}")
}

impl Store {
    /// Stores the hint that a push is, as [`record_hint`](Self::record_hint) does, and when the push came; `password_made_at` is
    /// of the password that it presented, where that is the latest.
    pub async fn record_push(&self, hint: &Hint, password_made_at: Option<Moment>) -> Result<(), StoreError> {
        let About::Application {
            connection,
            assessment,
            application,
            ..
        } = &hint.about
        else {
            return self.record_hint(hint).await;
        };
        let pushed = Pushed {
            at: hint.received_at,
            password_made_at,
            expires_at: hint.received_at.epoch_seconds() + KEPT_SECONDS,
        };
        let mut transaction = Transaction::default();
        transaction.hint(self, hint)?;
        let named = [application.as_deref().map(of_application), assessment.as_deref().map(of_assessment)];
        for named in named.iter().flatten() {
            transaction.put(&self.table, &key::pushed(&hint.workspace, connection, named), &pushed)?;
        }
        self.commit(transaction).await?;
        // Every push writes this row: beside the transaction it collides with none.
        self.put(&key::pushed(&hint.workspace, connection, LAST), &pushed).await
    }

    /// When Workday last pushed for a connection, whatever about.
    pub async fn last_push(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Option<Pushed>, StoreError> {
        self.pushed(workspace, connection, LAST).await
    }

    /// When Workday last pushed about an application or an assessment, whichever is later. Pushes name either or both.
    pub async fn last_push_about(
        &self,
        (workspace, connection): (&WorkspaceId, &ConnectionId),
        application: Option<&str>,
        assessment: Option<&str>,
    ) -> Result<Option<Moment>, StoreError> {
        let mut last = None;
        for named in [application.map(of_application), assessment.map(of_assessment)].iter().flatten() {
            let pushed = self.pushed(workspace, connection, named).await?;
            last = last.max(pushed.map(|pushed| pushed.at));
        }
        Ok(last)
    }

    async fn pushed(&self, workspace: &WorkspaceId, connection: &ConnectionId, named: &str) -> Result<Option<Pushed>, StoreError> {
        self.read(&key::pushed(workspace, connection, named), "a push").await
    }
}
