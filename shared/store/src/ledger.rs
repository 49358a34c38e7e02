//! The step ledger: one row per order (or notice) and step, so that an effect outside DynamoDB happens as often as it must and
//! no more, whatever crashes or is delivered twice.
//!
//! An effect cannot be rolled back and cannot join a transaction. So the intention is recorded before the call, the
//! answer after it; whoever finds an intention without an answer first looks at the far side, and calls again only
//! when the effect is proven absent (or, where nothing can be read, when no evidence came and the cap allows). That the
//! far side is unavailable is never a reason to give up: such a step is parked for as long as it takes.
//! Every write is fenced by the epoch: a worker that lost its claim can change nothing here.

mod decision;
mod input;
#[cfg(test)]
mod model;
mod row;
mod step;

pub use input::input_hash;
pub use step::{Called, Class, LookFailed, ParkReason, Step, StepOutcome, Timing};

use crate::{Store, StoreError, key};
use decision::{CAP, Next, Run};
use domain::{Moment, OrderId, OwnerId, WorkspaceId};
use row::{Row, Status, write};
use std::future::Future;

/// An effect outside DynamoDB: how to cause it and how to look for it.
pub trait Effect {
    /// Causes the effect. Exactly one request that may have one; no retries inside.
    fn call(&self) -> impl Future<Output = Called> + Send;
    /// Looks for the effect on the far side (or, for a message, for evidence of it).
    fn find(&self) -> impl Future<Output = Result<Option<String>, LookFailed>> + Send;
}

/// Runs a step: at most one call, and none that an earlier one may have made needless. Lease and quarantine count from the
/// claim just before the call, however long the looks and writes before it took.
pub async fn run<E: Effect>(
    store: &Store,
    step: &Step<'_>,
    timing: Timing,
    clock: impl Fn() -> Moment,
    effect: &E,
) -> Result<StepOutcome, StoreError> {
    let seen: Option<Row> = store.read(&key::step(step.workspace, &step.owner, &step.name), "a step").await?;
    if let Some(row) = &seen {
        crate::row::same_workspace(step.workspace, &row.workspace)?;
    }
    let at = |now| Run {
        step,
        timing,
        cap: CAP,
        now,
    };
    let mut found = None;
    loop {
        let run = at(clock());
        match run.next(seen.as_ref(), found.as_ref()) {
            Next::Tell(outcome) => return Ok(outcome),
            Next::Look => found = Some(effect.find().await),
            Next::Write { row, told, lost } => {
                let written = write(store, step, seen.as_ref(), &row).await?;
                return Ok(if written { told } else { lost });
            }
            Next::Call(mut claim) => {
                if !write(store, step, seen.as_ref(), &claim).await? {
                    return Ok(run.overtaken());
                }
                while let Some(renewed) = at(clock()).renewed(&claim) {
                    if !write(store, step, Some(&claim), &renewed).await? {
                        return Ok(run.overtaken());
                    }
                    claim = renewed;
                }
                let called = effect.call().await;
                let after = at(clock());
                let (row, told) = after.called(&claim, called);
                let written = write(store, step, Some(&claim), &row).await?;
                return Ok(if written { told } else { after.overtaken() });
            }
        }
    }
}

/// Whether a step's effect is there.
pub async fn is_done(store: &Store, workspace: &WorkspaceId, owner: &OwnerId, name: &str) -> Result<bool, StoreError> {
    let row: Option<Row> = store.read(&key::step(workspace, owner, name), "a step").await?;
    Ok(row.is_some_and(|row| row.status == Status::Done))
}

/// Whether a step's call was issued, or its effect is there: what it was asked for cannot be changed any more.
pub async fn is_under_way(store: &Store, workspace: &WorkspaceId, order: &OrderId, name: &str) -> Result<bool, StoreError> {
    let row: Option<Row> = store.read(&key::step(workspace, &order.into(), name), "a step").await?;
    Ok(row.is_some_and(|row| row.status == Status::Done || (row.status == Status::Intent && row.call_at.is_some())))
}
