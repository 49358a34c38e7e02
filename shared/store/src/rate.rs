//! A vendor's limits, shared by all functions: turns in time, and slots for calls at once.
//!
//! One row per account. A turn is reserved with one conditional write; nobody waits longer than their patience, so
//! the patient (invitations) get turns when the impatient (polls) are told to come back.

use crate::key::{self, Key};
use crate::row::number;
use crate::{Store, StoreError};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use domain::{ConnectionId, Moment, WorkspaceId};
use std::time::Duration;

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

/// The account whose limits count.
#[derive(Debug, Clone)]
pub struct Account(Key);

impl Account {
    /// A Workday tenant, as one connection reaches it.
    pub fn workday(workspace: &WorkspaceId, connection: &ConnectionId) -> Self {
        Self(key::rate(workspace, connection.as_str()))
    }

    /// A HeyMilo API key: one per workspace.
    pub fn heymilo(workspace: &WorkspaceId) -> Self {
        Self(key::rate(workspace, "HEYMILO"))
    }
}

/// A held slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    pub index: usize,
    until: Moment,
}

impl Store {
    /// Reserves the next turn. `None`: it would come later than `patience` from now.
    pub async fn reserve_turn(
        &self,
        account: &Account,
        limits: Limits,
        now: Moment,
        patience: Duration,
    ) -> Result<Option<Moment>, StoreError> {
        let credit = now.minus(limits.spacing * limits.burst);
        let fresh = self
            .update_rate(
                account,
                "SET next_at = :next",
                "attribute_not_exists(next_at) OR next_at <= :credit",
            )
            .expression_attribute_values(":next", number(credit.plus(limits.spacing).0))
            .expression_attribute_values(":credit", number(credit.0))
            .send()
            .await;
        match fresh.map_err(StoreError::from) {
            Ok(_) => return Ok(Some(now)),
            Err(StoreError::ConditionFailed) => {}
            Err(error) => return Err(error),
        }
        let queued = self
            .update_rate(account, "SET next_at = next_at + :spacing", "next_at <= :latest")
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

    /// Takes a free slot until `until`; `None` when all are taken.
    pub async fn occupy_slot(&self, account: &Account, limits: Limits, now: Moment, until: Moment) -> Result<Option<Slot>, StoreError> {
        // Start somewhere else each time, so that callers at once do not queue for the same slot.
        let first = usize::try_from(now.0.unsigned_abs()).unwrap_or(0);
        for step in 0..limits.at_once {
            let index = (first + step) % limits.at_once;
            let name = format!("slot_{index}");
            let taken = self
                .update_rate(account, "SET #slot = :until", "attribute_not_exists(#slot) OR #slot <= :now")
                .expression_attribute_names("#slot", name)
                .expression_attribute_values(":until", number(until.0))
                .expression_attribute_values(":now", number(now.0))
                .send()
                .await;
            match taken.map_err(StoreError::from) {
                Ok(_) => return Ok(Some(Slot { index, until })),
                Err(StoreError::ConditionFailed) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Gives a slot back, unless its time was over and somebody else has it.
    pub async fn vacate_slot(&self, account: &Account, slot: Slot) -> Result<(), StoreError> {
        let vacated = self
            .update_rate(account, "REMOVE #slot", "#slot = :until")
            .expression_attribute_names("#slot", format!("slot_{}", slot.index))
            .expression_attribute_values(":until", number(slot.until.0))
            .send()
            .await;
        match vacated.map_err(StoreError::from) {
            Ok(_) | Err(StoreError::ConditionFailed) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn update_rate(
        &self,
        account: &Account,
        update: &str,
        condition: &str,
    ) -> aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(account.0.attributes()))
            .update_expression(update)
            .condition_expression(condition)
    }
}
