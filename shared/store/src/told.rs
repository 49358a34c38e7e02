//! What people of a workspace were told last, so that each thing is told once: of a connection in its standing, of screenings
//! in a row of their own.

use crate::key;
use crate::row::{attribute, number};
use crate::{Arm, Store, StoreError, Transaction};
use domain::notice::Told;
use domain::settings::Connection;
use domain::{Moment, WorkspaceId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
struct Waiting {
    since: Moment,
}

impl Store {
    /// Notes what is told of a connection from now on, with the work of telling it. [`StoreError::ConditionFailed`] if
    /// another worker was first, or somebody connected or disconnected since the connection was read.
    pub async fn tell_of_connection(&self, connection: &Connection, told: Option<Told>, arm: &Arm) -> Result<(), StoreError> {
        let standing = &connection.standing;
        let seen = standing
            .told
            .map_or_else(|| "attribute_not_exists(told)".to_owned(), |_| "told.#since = :seen".to_owned());
        let parts = key::connection(&connection.workspace, &connection.connection);
        let told = told.map(|told| attribute(&told, "what people were told")).transpose()?;
        let mut transaction = Transaction::default();
        transaction.update_as(&self.table, &parts.standing, |update| {
            let update = match &told {
                Some(told) => update
                    .update_expression("SET told = :told")
                    .expression_attribute_values(":told", told.clone()),
                None => update.update_expression("REMOVE told"),
            };
            let update = update
                .condition_expression(format!("epoch = :epoch AND {seen}"))
                .expression_attribute_values(":epoch", number(standing.epoch));
            match standing.told {
                Some(before) => update
                    .expression_attribute_names("#since", "since")
                    .expression_attribute_values(":seen", number(before.since.0)),
                None => update,
            }
        })?;
        transaction.arm(self, &connection.workspace, arm)?;
        self.commit(transaction).await
    }

    /// Since when people know that screenings of the workspace wait for them; none: none does, as far as they were told.
    pub async fn screenings_wait(&self, workspace: &WorkspaceId) -> Result<Option<Moment>, StoreError> {
        let found: Option<Waiting> = self.read(&key::screenings_wait(workspace), "what people were told").await?;
        Ok(found.map(|waiting| waiting.since))
    }

    /// Notes that screenings wait since then, with the work of telling it. [`StoreError::ConditionFailed`] if another worker
    /// was first.
    pub async fn tell_of_screenings(&self, workspace: &WorkspaceId, since: Moment, arm: &Arm) -> Result<(), StoreError> {
        let mut transaction = Transaction::default();
        transaction.put_new(&self.table, &key::screenings_wait(workspace), &Waiting { since })?;
        transaction.arm(self, workspace, arm)?;
        self.commit(transaction).await
    }

    /// No screening waits for a person any more: the next one that does is told.
    pub async fn no_screening_waits(&self, workspace: &WorkspaceId) -> Result<(), StoreError> {
        self.delete(&key::screenings_wait(workspace)).await
    }
}
