//! Mappings (links of a requisition to a posting): what people set about them and how they stand, two rows each.
//!
//! Every save raises the link's generation, under which its baseline works: one that finishes late changes nothing.

use crate::application::Application;
use crate::error::took_place;
use crate::key::{self, Parts};
use crate::row::{attribute, number, settings_item};
use crate::{Arm, Store, StoreError, Transaction};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::message::Cause;
use domain::order::Change;
use domain::part::Cursor;
use domain::settings::Mapping;
use domain::standing::{LinkStanding, Lost};
use domain::{ConnectionId, JobRequisitionId, Moment, Work, WorkspaceId};

fn parts(mapping: &Mapping) -> Parts {
    key::mapping(&mapping.workspace, &mapping.connection, &mapping.requisition)
}

/// The generation that a save of the link brings. A new link begins with its moment, so that no link of the same
/// requisition that was unlinked before ever had it.
fn next_generation(mapping: &Mapping) -> u64 {
    match mapping.revision {
        0 => u64::try_from(mapping.linked_at.0).unwrap_or(0),
        _ => mapping.standing.generation + 1,
    }
}

impl Store {
    /// The mapping of one requisition.
    pub async fn mapping(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        requisition: &JobRequisitionId,
    ) -> Result<Option<Mapping>, StoreError> {
        let prefix = key::mapping_prefix(connection, requisition);
        let found = self.joined(&key::workspace(workspace).pk, &prefix, "a mapping").await?;
        Ok(found.into_iter().next())
    }

    /// All mappings of a workspace.
    pub async fn mappings(&self, workspace: &WorkspaceId) -> Result<Vec<Mapping>, StoreError> {
        self.joined(&key::workspace(workspace).pk, "MAPPING#", "a mapping").await
    }

    /// The mappings of one connection.
    pub async fn mappings_of(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Vec<Mapping>, StoreError> {
        self.joined(&key::workspace(workspace).pk, &format!("MAPPING#{connection}#"), "a mapping")
            .await
    }

    /// Saves a mapping with the work that follows (its baseline, its posting's poll); [`StoreError::ConditionFailed`] if
    /// somebody linked, changed or unlinked the requisition since it was read.
    pub async fn save_mapping(&self, mapping: &Mapping, arms: &[Arm]) -> Result<Mapping, StoreError> {
        let parts = parts(mapping);
        let mut saved = mapping.clone();
        saved.revision = mapping.revision + 1;
        saved.standing.generation = next_generation(mapping);
        let settings = settings_item(&parts.settings, &saved, &saved.standing)?;
        let mut transaction = Transaction::default();
        if mapping.revision == 0 {
            transaction.put_item(&self.table, settings, Some("attribute_not_exists(pk)"), &[])?;
            transaction.put(&self.table, &parts.standing, &saved.standing)?;
        } else {
            let seen = [(":seen", number(mapping.revision))];
            transaction.put_item(&self.table, settings, Some("revision = :seen"), &seen)?;
            // The baseline may have been taken since: that stays.
            let deadline = attribute(&saved.standing.posting_deadline, "an agent's deadline")?;
            let language = attribute(&saved.standing.posting_language, "an agent's language")?;
            let values = [
                (":generation", number(saved.standing.generation)),
                (":deadline", deadline),
                (":language", language),
            ];
            let update = "SET generation = :generation, posting_deadline = :deadline, posting_language = :language";
            transaction.update(&self.table, &parts.standing, update, &values)?;
        }
        for arm in arms {
            transaction.arm(self, &mapping.workspace, arm)?;
        }
        self.commit(transaction).await?;
        Ok(saved)
    }

    /// Unlinks a requisition, its baseline under way included; [`StoreError::ConditionFailed`] if somebody changed or
    /// unlinked it since it was read.
    pub async fn delete_mapping(&self, mapping: &Mapping) -> Result<(), StoreError> {
        let parts = parts(mapping);
        let baseline = Work::Baseline {
            connection: mapping.connection.clone(),
            requisition: mapping.requisition.clone(),
        };
        let mut transaction = Transaction::default();
        transaction.delete_as(&self.table, &parts.settings, |delete| {
            delete
                .condition_expression("revision = :seen")
                .expression_attribute_values(":seen", number(mapping.revision))
        })?;
        transaction.delete_as(&self.table, &parts.standing, |delete| delete)?;
        transaction.delete_as(&self.table, &key::due(&mapping.workspace, &baseline), |delete| delete)?;
        self.commit(transaction).await
    }

    /// How a link stands now.
    pub async fn link_standing(&self, mapping: &Mapping) -> Result<Option<LinkStanding>, StoreError> {
        self.read(&parts(mapping).standing, "a link's standing").await
    }

    /// The link's baseline is complete, and what waited for it is to be released by the returned work; `None` if the link was
    /// changed or ended since it was read.
    pub async fn baseline_taken(&self, mapping: &Mapping, at: Moment) -> Result<Option<Work>, StoreError> {
        let cause = Cause::Baseline {
            connection: mapping.connection.clone(),
            requisition: mapping.requisition.clone(),
        };
        let release = Arm {
            work: Work::Release { cause, since: at },
            at,
        };
        let mut transaction = Transaction::default();
        transaction.update_as(&self.table, &parts(mapping).standing, |update| {
            update
                .update_expression("SET baseline_at = :at REMOVE baseline_cursor")
                .condition_expression("generation = :generation")
                .expression_attribute_values(":at", number(at.0))
                .expression_attribute_values(":generation", number(mapping.standing.generation))
        })?;
        transaction.arm(self, &mapping.workspace, &release)?;
        Ok(took_place(self.commit(transaction).await)?.then_some(release.work))
    }

    /// The link's baseline goes on there; `false` if the link was changed or ended since it was read.
    pub async fn baseline_goes_on(&self, mapping: &Mapping, cursor: &Cursor) -> Result<bool, StoreError> {
        self.note_link(mapping, "SET baseline_cursor = :value", attribute(cursor, "a link's cursor")?)
            .await
    }

    /// Workday does not know the link's requisition, or does; `false` if the link was changed or ended since it was read.
    pub async fn note_lost(&self, mapping: &Mapping, lost: Option<Lost>) -> Result<bool, StoreError> {
        self.note_link(mapping, "SET lost = :value", attribute(&lost, "a lost requisition")?)
            .await
    }

    /// When the link's agent takes nobody any more; `false` if the link was changed or ended since it was read.
    pub async fn note_deadline(&self, mapping: &Mapping, deadline: Option<Moment>) -> Result<bool, StoreError> {
        self.note_link(
            mapping,
            "SET posting_deadline = :value",
            attribute(&deadline, "an agent's deadline")?,
        )
        .await
    }

    /// The language that the link's agent speaks; `false` if the link was changed or ended since it was read.
    pub async fn note_language(&self, mapping: &Mapping, language: Option<&str>) -> Result<bool, StoreError> {
        self.note_link(
            mapping,
            "SET posting_language = :value",
            attribute(&language, "an agent's language")?,
        )
        .await
    }

    async fn note_link(&self, mapping: &Mapping, expression: &str, value: AttributeValue) -> Result<bool, StoreError> {
        let noted = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(parts(mapping).standing.attributes()))
            .update_expression(expression)
            .condition_expression("generation = :generation")
            .expression_attribute_values(":value", value)
            .expression_attribute_values(":generation", number(mapping.standing.generation))
            .send()
            .await;
        took_place(noted)
    }

    /// Records an application and its order for a link's baseline; [`StoreError::ConditionFailed`] if another worker
    /// recorded the person first, or if the link was changed or ended since it was read.
    pub async fn record_before_link(&self, mapping: &Mapping, application: &Application, change: Change) -> Result<(), StoreError> {
        let mut transaction = Transaction::default();
        transaction.expect(&self.table, &parts(mapping).standing, |check| {
            check
                .condition_expression("generation = :generation")
                .expression_attribute_values(":generation", number(mapping.standing.generation))
        })?;
        transaction.save_application(&self.table, application)?;
        transaction.change(self, &change)?;
        self.commit(transaction).await
    }
}
