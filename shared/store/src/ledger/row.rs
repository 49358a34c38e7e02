//! A step's row, and the fence around changing it.

use super::step::{Class, Step};
use crate::error::took_place;
use crate::row::{item, number, text};
use crate::{Store, StoreError, key};
use domain::{Moment, WorkspaceId};
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub(super) const KEPT: Duration = Duration::from_hours(400 * 24);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Status {
    Intent,
    Done,
    Refused,
    Review,
}

impl Status {
    /// As it stands in the row.
    fn word(self) -> &'static str {
        match self {
            Self::Intent => "INTENT",
            Self::Done => "DONE",
            Self::Refused => "REFUSED",
            Self::Review => "REVIEW",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) workspace: WorkspaceId,
    pub(super) status: Status,
    pub(super) class: Class,
    pub(super) epoch: u64,
    pub(super) lease_until: Moment,
    /// When the last call may have been issued; none after a call that certainly was not sent.
    pub(super) call_at: Option<Moment>,
    /// Calls that may have had their effect. What is proven absent was never sent.
    pub(super) sends: u32,
    /// Calls and looks that failed in a row.
    #[serde(default)]
    pub(super) failures: u32,
    /// A first look found nothing at that moment.
    pub(super) absent_at: Option<Moment>,
    pub(super) result: String,
    pub(super) input_hash: String,
    #[serde(default)]
    pub(super) round: u32,
    /// TTL: a step row outlives every redrive and retry by far.
    pub(super) expires_at: i64,
}

/// Writes a row over the one that was read, or where there was none; `false` when somebody else was first.
pub(super) async fn write(store: &Store, step: &Step<'_>, seen: Option<&Row>, next: &Row) -> Result<bool, StoreError> {
    let key = key::step(step.workspace, &step.owner, &step.name);
    let Some(seen) = seen else {
        return store.put_new(&key, next).await;
    };
    let replaced = store
        .client
        .put_item()
        .table_name(&store.table)
        .set_item(Some(item(&key, next)?))
        .condition_expression("epoch = :epoch AND sends = :sends AND #status = :status")
        .expression_attribute_names("#status", "status")
        .expression_attribute_values(":epoch", number(seen.epoch))
        .expression_attribute_values(":sends", number(seen.sends))
        .expression_attribute_values(":status", text(seen.status.word()))
        .send()
        .await;
    took_place(replaced)
}
