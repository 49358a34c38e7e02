//! A vendor's limits, shared by all functions: turns in time, and slots for calls at once.
//!
//! One row per account. A turn is reserved with one conditional write; nobody waits longer than their patience, so
//! the patient (invitations) get turns when the impatient (polls) are told to come back.

use crate::error::took_place;
use crate::key::{self, Key};
use crate::row::{Item, number};
use crate::{Store, StoreError};
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use domain::{ConnectionId, Moment, WorkspaceId};
use std::time::Duration;

/// No turn is farther away than this: the most patient wait eight seconds. One that is was reserved by a clock that is ahead,
/// and is overlooked. While two such clocks take turns in turn the distance between them is not kept: the vendor's own
/// refusals are what holds then.
const FARTHEST: Duration = Duration::from_secs(9);

/// An account's limits.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Between two turns.
    pub spacing: Duration,
    /// Turns that may be taken at once after a pause.
    pub burst: u32,
    /// Calls at the same time; 0: no limit.
    pub at_once: usize,
}

impl Limits {
    /// Workday publishes no number; five a second and four at once is what integrators use. A little wider than 200 ms,
    /// because requests arrive less evenly than they leave.
    pub const WORKDAY: Self = Self {
        spacing: Duration::from_millis(220),
        burst: 0,
        at_once: 4,
    };
    /// HeyMilo documents 300 requests a minute per key: room for a burst that still keeps every minute below it.
    pub const HEYMILO: Self = Self {
        spacing: Duration::from_millis(215),
        burst: 15,
        at_once: 0,
    };
}

/// The account whose limits count, and the operation that is to be called.
#[derive(Debug, Clone)]
pub struct Account {
    key: Key,
    operation: &'static str,
}

impl Account {
    /// A Workday tenant, as one connection reaches it.
    pub fn workday(workspace: &WorkspaceId, connection: &ConnectionId) -> Self {
        Self {
            key: key::rate(workspace, connection.as_str()),
            operation: "any",
        }
    }

    /// A HeyMilo API key: one per workspace.
    pub fn heymilo(workspace: &WorkspaceId) -> Self {
        Self {
            key: key::rate(workspace, "HEYMILO"),
            operation: "any",
        }
    }

    /// The same for one of its operations: a vendor may ask for a pause of each.
    #[must_use]
    pub fn calling(&self, operation: &'static str) -> Self {
        Self { operation, ..self.clone() }
    }

    fn held(&self) -> String {
        format!("held_{}", self.operation)
    }
}

/// A held slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    pub index: usize,
    /// When the holder's call starts.
    pub start: Moment,
    until: Moment,
}

/// What a look for a slot found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The slot is the caller's: its call starts at the slot's moment.
    Taken(Slot),
    /// All slots are taken, or other calls are about to start: look again after that long.
    Again(Duration),
}

impl Store {
    /// Nobody calls the operation before `until`.
    pub async fn hold(&self, account: &Account, until: Moment) -> Result<(), StoreError> {
        let held = self
            .update_rate(account, "SET #held = :until", "attribute_not_exists(#held) OR #held < :until")
            .expression_attribute_names("#held", account.held())
            .expression_attribute_values(":until", number(until.0))
            .send()
            .await;
        took_place(held).map(drop)
    }

    /// Reserves the next turn. `None`: it would come later than `patience` from now, or the operation is held back.
    pub async fn reserve_turn(
        &self,
        account: &Account,
        limits: Limits,
        now: Moment,
        patience: Duration,
    ) -> Result<Option<Moment>, StoreError> {
        let credit = now.minus(limits.spacing * limits.burst);
        let fresh = self
            .update_turn(
                account,
                "SET next_at = :next",
                "(attribute_not_exists(next_at) OR next_at <= :credit OR next_at > :farthest)",
                now,
            )
            .expression_attribute_values(":next", number(credit.plus(limits.spacing).0))
            .expression_attribute_values(":credit", number(credit.0))
            .expression_attribute_values(":farthest", number(now.plus(FARTHEST).0))
            .send()
            .await;
        match fresh.map_err(StoreError::from) {
            Ok(_) => return Ok(Some(now)),
            Err(StoreError::ConditionFailed) => {}
            Err(error) => return Err(error),
        }
        let queued = self
            .update_turn(account, "SET next_at = next_at + :spacing", "next_at <= :latest", now)
            .expression_attribute_values(":spacing", number(limits.spacing.as_millis()))
            .expression_attribute_values(":latest", number(now.plus(patience).0))
            .return_values(ReturnValue::UpdatedOld)
            .send()
            .await;
        match queued.map_err(StoreError::from) {
            Ok(answer) => {
                let turn = match answer.attributes.and_then(|mut old| old.remove("next_at")) {
                    Some(AttributeValue::N(text)) => text.parse().map_or(now, Moment),
                    Some(_) | None => now,
                };
                Ok(Some(turn.max(now)))
            }
            Err(StoreError::ConditionFailed) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes a free slot for a call that starts at `start`, or up to a spacing later where another call starts just
    /// before; the slot is the caller's for `lease` from then on.
    ///
    /// Those who waited for a slot have let their turns pass; the moment of the last start keeps them from starting
    /// all at once when slots become free.
    pub async fn occupy_slot(
        &self,
        account: &Account,
        limits: Limits,
        (now, start): (Moment, Moment),
        lease: Duration,
    ) -> Result<Look, StoreError> {
        let row = self.rate_row(account).await?;
        let moment = |name: &str| match row.get(name) {
            Some(AttributeValue::N(text)) => text.parse().map_or(Moment(0), Moment),
            Some(_) | None => Moment(0),
        };
        let farthest = start.plus(FARTHEST);
        let last = Some(moment("started_at")).filter(|last| *last <= farthest);
        let earliest = last.unwrap_or(Moment(0)).plus(limits.spacing);
        if earliest > start.plus(limits.spacing) {
            return Ok(Look::Again(earliest.since(start)));
        }
        let Some(index) = (0..limits.at_once).find(|index| moment(&slot_name(*index)) <= now) else {
            return Ok(Look::Again(limits.spacing / 2));
        };
        let start = start.max(earliest);
        let slot = Slot {
            index,
            start,
            until: start.plus(lease),
        };
        let taken = self
            .update_rate(
                account,
                "SET #slot = :until, started_at = :start",
                "(attribute_not_exists(#slot) OR #slot <= :now) \
                 AND (attribute_not_exists(started_at) OR started_at <= :before OR started_at > :farthest)",
            )
            .expression_attribute_names("#slot", slot_name(index))
            .expression_attribute_values(":until", number(slot.until.0))
            .expression_attribute_values(":now", number(now.0))
            .expression_attribute_values(":start", number(start.0))
            .expression_attribute_values(":before", number(start.minus(limits.spacing).0))
            .expression_attribute_values(":farthest", number(farthest.0))
            .send()
            .await;
        match taken.map_err(StoreError::from) {
            Ok(_) => Ok(Look::Taken(slot)),
            // Another caller was first, so the next start is this far away.
            Err(StoreError::ConditionFailed) => Ok(Look::Again(limits.spacing)),
            Err(error) => Err(error),
        }
    }

    /// Moves the start of a held slot to `start`, where its first one could not be kept. `None`: another call starts
    /// less than a spacing before.
    pub async fn put_off(&self, account: &Account, limits: Limits, slot: Slot, start: Moment) -> Result<Option<Slot>, StoreError> {
        let start = start.max(slot.start.plus(limits.spacing));
        let moved = self
            .update_rate(
                account,
                "SET started_at = :start",
                "#slot = :until AND (started_at <= :before OR started_at > :farthest)",
            )
            .expression_attribute_names("#slot", slot_name(slot.index))
            .expression_attribute_values(":until", number(slot.until.0))
            .expression_attribute_values(":start", number(start.0))
            .expression_attribute_values(":before", number(start.minus(limits.spacing).0))
            .expression_attribute_values(":farthest", number(start.plus(FARTHEST).0))
            .send()
            .await;
        match moved.map_err(StoreError::from) {
            Ok(_) => Ok(Some(Slot { start, ..slot })),
            Err(StoreError::ConditionFailed) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Gives a slot back, unless its time was over and somebody else has it.
    pub async fn vacate_slot(&self, account: &Account, slot: Slot) -> Result<(), StoreError> {
        let vacated = self
            .update_rate(account, "REMOVE #slot", "#slot = :until")
            .expression_attribute_names("#slot", slot_name(slot.index))
            .expression_attribute_values(":until", number(slot.until.0))
            .send()
            .await;
        took_place(vacated).map(drop)
    }

    async fn rate_row(&self, account: &Account) -> Result<Item, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(account.key.attributes()))
            .consistent_read(true)
            .send()
            .await?;
        Ok(answer.item.unwrap_or_default())
    }

    /// The same, unless the operation is held back.
    fn update_turn(&self, account: &Account, update: &str, condition: &str, now: Moment) -> UpdateItemFluentBuilder {
        let unless_held = format!("{condition} AND (attribute_not_exists(#held) OR #held <= :now)");
        self.update_rate(account, update, &unless_held)
            .expression_attribute_names("#held", account.held())
            .expression_attribute_values(":now", number(now.0))
    }

    fn update_rate(&self, account: &Account, update: &str, condition: &str) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(account.key.attributes()))
            .update_expression(update)
            .condition_expression(condition)
    }
}

fn slot_name(index: usize) -> String {
    format!("slot_{index}")
}
