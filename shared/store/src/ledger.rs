//! The step ledger: one row per order (or notice) and step, so that an effect outside DynamoDB happens as often as it must and
//! no more, whatever crashes or is delivered twice.
//!
//! An effect cannot be rolled back and cannot join a transaction. So the intention is recorded before the call, the
//! answer after it; whoever finds an intention without an answer first looks at the far side, and calls again only
//! when the effect is proven absent (or, where nothing can be read, when no evidence came and the cap allows).
//! Every write is fenced by the epoch: a worker that lost its claim can change nothing here.

mod input;
mod row;

pub use input::input_hash;

use crate::{Store, StoreError, key};
use domain::{Moment, OrderId, OwnerId, WorkspaceId};
use row::{KEPT, Row, Status, replace};
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::time::Duration;

/// What can be known about an effect after its answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The far side can be searched for it: an attachment, an interview.
    Readable,
    /// The far side holds one value that is set only if different: a status, a stage.
    Idempotent,
    /// It cannot be read back, only evidenced: an email, a text message.
    Unreadable,
}

/// How long the ledger waits for what.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// Longer than the Lambda's time left + the HTTP timeout + 15 s of clock skew.
    pub lease: Duration,
    /// A request still in flight when its caller died may land this much later.
    pub quarantine: Duration,
    /// Between two readings that both must find nothing.
    pub second_look: Duration,
    /// How long evidence of a message may take to arrive.
    pub evidence: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(90),
            quarantine: Duration::from_mins(2),
            second_look: Duration::from_secs(5),
            evidence: Duration::from_mins(10),
        }
    }
}

/// One step of one order or notice.
#[derive(Debug, Clone)]
pub struct Step<'a> {
    pub workspace: &'a WorkspaceId,
    pub owner: OwnerId,
    /// Unique within the owner; carries the attempt or the result version.
    pub name: String,
    pub class: Class,
    /// Hash of what will be sent: one step can never mean two things.
    pub input_hash: String,
    /// Calls that may be issued before a person must look.
    pub cap: u32,
    /// Raised by a person's *again*: what was refused, or left for a person, in an earlier round is tried anew.
    pub round: u32,
}

impl Step<'_> {
    /// Whether a person asked for this step again since the row was settled.
    fn reopens(&self, row: &Row) -> bool {
        matches!(row.status, Status::Refused | Status::Review) && row.round < self.round
    }
}

/// What a call to the far side came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Called {
    /// It happened; what to remember of it (an id).
    Done(String),
    /// The far side refused it for good: it did not happen. A stable reason code.
    Refused(String),
    /// It certainly did not happen and may be tried again.
    NotSent { retry_after: Option<Duration> },
    /// It may have happened.
    Unknown,
}

/// The far side could not be asked; try again later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookFailed {
    pub retry_after: Option<Duration>,
}

/// An effect outside DynamoDB: how to cause it and how to look for it.
pub trait Effect {
    /// Causes the effect. Exactly one request; no retries inside.
    fn call(&self) -> impl Future<Output = Called> + Send;
    /// Looks for the effect on the far side (or, for a message, for evidence of it).
    fn find(&self) -> impl Future<Output = Result<Option<String>, LookFailed>> + Send;
}

/// Where a step stands after a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepOutcome {
    /// It happened, now or earlier.
    Done(String),
    /// The far side refused it for good, now or earlier.
    Refused(String),
    /// Not now: come back at `until`.
    Park { until: Moment, reason: ParkReason },
    /// A person must look: the cap is reached, or one step was asked to mean two things.
    Review,
}

/// Why a step waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParkReason {
    /// Another worker is on it.
    Held,
    /// An earlier call's outcome is unknown; time must pass before the far side can be trusted to show it.
    Unproven,
    /// The far side did not take the call, or could not be asked.
    Unreachable,
}

/// Retry of a step whose far side did not take the call, when it named no time itself.
const RETRY: Duration = Duration::from_secs(2);

/// A claimed step: this worker alone may call, until the lease ends.
struct Claimed {
    row: Row,
}

enum Readiness {
    /// Nothing stands between us and the call.
    Call,
    /// The step is settled, or must wait.
    Settled(StepOutcome),
}

/// Runs a step: at most one call, and none that an earlier one may have made needless.
pub async fn run<E: Effect>(store: &Store, step: &Step<'_>, timing: Timing, now: Moment, effect: &E) -> Result<StepOutcome, StoreError> {
    let key = key::step(step.workspace, &step.owner, &step.name);
    let seen: Option<Row> = store.read(&key, "a step").await?;
    if let Readiness::Settled(outcome) = look(store, step, timing, now, seen.as_ref(), effect).await? {
        return Ok(outcome);
    }
    // A reopened refusal is called without a look at the row's past; everything else was looked for already.
    let was_refused = seen.as_ref().is_some_and(|row| row.status == Status::Refused);
    if step.class == Class::Idempotent && (seen.is_none() || was_refused) {
        // The value may stand there already: set by a person, or by another step with the same meaning.
        match effect.find().await {
            Ok(Some(result)) => return settle_unclaimed(store, step, now, seen.as_ref(), Status::Done, &result).await,
            Ok(None) => {}
            Err(failed) => return Ok(unreachable(now, failed.retry_after)),
        }
    }
    let Some(claimed) = claim(store, step, timing, now, seen.as_ref()).await? else {
        return Ok(StepOutcome::Park {
            until: now.plus(timing.second_look),
            reason: ParkReason::Held,
        });
    };
    let called = effect.call().await;
    record(store, step, timing, now, claimed, called).await
}

/// Decides what the row of an earlier run means, looking at the far side where that helps.
async fn look<E: Effect>(
    store: &Store,
    step: &Step<'_>,
    timing: Timing,
    now: Moment,
    seen: Option<&Row>,
    effect: &E,
) -> Result<Readiness, StoreError> {
    let Some(row) = seen else { return Ok(Readiness::Call) };
    crate::row::same_workspace(step.workspace, &row.workspace)?;
    let reopened = step.reopens(row);
    match row.status {
        Status::Done => return Ok(Readiness::Settled(StepOutcome::Done(row.result.clone()))),
        Status::Refused if reopened => return Ok(Readiness::Call),
        Status::Refused => return Ok(Readiness::Settled(StepOutcome::Refused(row.result.clone()))),
        Status::Review if !reopened => return Ok(Readiness::Settled(StepOutcome::Review)),
        Status::Review | Status::Intent => {}
    }
    // A step that never left may still be corrected: an admin changes a wrong id while it waits. What is read, compared
    // and set needs no such guard: a release that words it differently writes the new words.
    let must_mean_one_thing = step.class != Class::Idempotent && !reopened;
    if must_mean_one_thing && row.input_hash != step.input_hash && row.call_at.is_some() {
        return settle_unclaimed(store, step, now, Some(row), Status::Review, "input_changed")
            .await
            .map(Readiness::Settled);
    }
    if row.lease_until > now {
        return Ok(Readiness::Settled(StepOutcome::Park {
            until: row.lease_until,
            reason: ParkReason::Held,
        }));
    }
    let call_at = match (row.call_at, step.class) {
        (Some(call_at), _) => call_at,
        (None, Class::Idempotent) => now,
        (None, Class::Readable | Class::Unreadable) => return Ok(Readiness::Call),
    };
    let trusted_from = match step.class {
        Class::Readable => call_at.plus(timing.quarantine),
        Class::Idempotent => now,
        Class::Unreadable => call_at.plus(timing.evidence),
    };
    if step.class != Class::Unreadable && now < trusted_from {
        return Ok(Readiness::Settled(StepOutcome::Park {
            until: trusted_from,
            reason: ParkReason::Unproven,
        }));
    }
    match effect.find().await {
        Ok(Some(result)) => {
            return settle_unclaimed(store, step, now, Some(row), Status::Done, &result)
                .await
                .map(Readiness::Settled);
        }
        Ok(None) if now < trusted_from => {
            return Ok(Readiness::Settled(StepOutcome::Park {
                until: trusted_from,
                reason: ParkReason::Unproven,
            }));
        }
        Ok(None) => {}
        Err(failed) => return Ok(Readiness::Settled(unreachable(now, failed.retry_after))),
    }
    if step.class == Class::Readable && row.absent_at.is_none_or(|first| now < first.plus(timing.second_look)) {
        let until = row.absent_at.unwrap_or(now).plus(timing.second_look);
        if row.absent_at.is_none() {
            replace(
                store,
                step,
                row,
                &Row {
                    absent_at: Some(now),
                    ..row.clone()
                },
            )
            .await?;
        }
        return Ok(Readiness::Settled(StepOutcome::Park {
            until,
            reason: ParkReason::Unproven,
        }));
    }
    if row.sends >= step.cap && !reopened {
        return settle_unclaimed(store, step, now, Some(row), Status::Review, "cap_reached")
            .await
            .map(Readiness::Settled);
    }
    Ok(Readiness::Call)
}

/// Claims the step and counts the call that follows, in one write. `None`: somebody else was first.
async fn claim(store: &Store, step: &Step<'_>, timing: Timing, now: Moment, seen: Option<&Row>) -> Result<Option<Claimed>, StoreError> {
    let row = Row {
        workspace: step.workspace.clone(),
        status: Status::Intent,
        class: step.class,
        epoch: seen.map_or(1, |row| row.epoch + 1),
        lease_until: now.plus(timing.lease),
        call_at: Some(now),
        sends: seen.filter(|row| !step.reopens(row)).map_or(1, |row| row.sends + 1),
        absent_at: None,
        result: String::new(),
        input_hash: step.input_hash.clone(),
        round: step.round,
        expires_at: now.plus(KEPT).epoch_seconds(),
    };
    let written = match seen {
        None => store.put_new(&key::step(step.workspace, &step.owner, &step.name), &row).await?,
        Some(seen) => replace(store, step, seen, &row).await?,
    };
    Ok(written.then_some(Claimed { row }))
}

/// Records what the call came to, if the claim is still ours.
async fn record(
    store: &Store,
    step: &Step<'_>,
    timing: Timing,
    now: Moment,
    claimed: Claimed,
    called: Called,
) -> Result<StepOutcome, StoreError> {
    let Claimed { row } = claimed;
    let (next, outcome) = match called {
        Called::Done(result) => (
            Row {
                status: Status::Done,
                result: result.clone(),
                ..row.clone()
            },
            StepOutcome::Done(result),
        ),
        Called::Refused(reason) => (
            Row {
                status: Status::Refused,
                result: reason.clone(),
                ..row.clone()
            },
            StepOutcome::Refused(reason),
        ),
        Called::NotSent { retry_after } => (
            Row {
                lease_until: Moment(0),
                call_at: None,
                sends: row.sends - 1,
                ..row.clone()
            },
            unreachable(now, retry_after),
        ),
        Called::Unknown => {
            let wait = match step.class {
                Class::Readable => timing.quarantine,
                Class::Idempotent => timing.second_look,
                Class::Unreadable => timing.evidence,
            };
            (
                Row {
                    lease_until: now,
                    ..row.clone()
                },
                StepOutcome::Park {
                    until: now.plus(wait),
                    reason: ParkReason::Unproven,
                },
            )
        }
    };
    if replace(store, step, &row, &next).await? {
        return Ok(outcome);
    }
    // Fenced: another worker took the step over while we were calling. Its word counts, not ours.
    Ok(StepOutcome::Park {
        until: now.plus(timing.second_look),
        reason: ParkReason::Held,
    })
}

/// Settles a step that nobody holds: the effect was found, or a person must look.
async fn settle_unclaimed(
    store: &Store,
    step: &Step<'_>,
    now: Moment,
    seen: Option<&Row>,
    status: Status,
    result: &str,
) -> Result<StepOutcome, StoreError> {
    let next = Row {
        workspace: step.workspace.clone(),
        status,
        class: step.class,
        epoch: seen.map_or(1, |row| row.epoch + 1),
        lease_until: Moment(0),
        call_at: seen.and_then(|row| row.call_at),
        sends: seen.map_or(0, |row| row.sends),
        absent_at: None,
        result: result.to_owned(),
        input_hash: step.input_hash.clone(),
        round: step.round,
        expires_at: now.plus(KEPT).epoch_seconds(),
    };
    let written = match seen {
        None => store.put_new(&key::step(step.workspace, &step.owner, &step.name), &next).await?,
        Some(seen) => replace(store, step, seen, &next).await?,
    };
    Ok(match (written, status) {
        (true, Status::Done) => StepOutcome::Done(result.to_owned()),
        (true, Status::Review | Status::Intent | Status::Refused) => StepOutcome::Review,
        (false, _) => StepOutcome::Park {
            until: now.plus(RETRY),
            reason: ParkReason::Held,
        },
    })
}

fn unreachable(now: Moment, retry_after: Option<Duration>) -> StepOutcome {
    StepOutcome::Park {
        until: now.plus(retry_after.unwrap_or(RETRY)),
        reason: ParkReason::Unreachable,
    }
}

/// Whether a step's call was issued, or its effect is there: what it was asked for cannot be changed any more.
pub async fn is_under_way(store: &Store, workspace: &WorkspaceId, order: &OrderId, name: &str) -> Result<bool, StoreError> {
    let row: Option<Row> = store.read(&key::step(workspace, &order.into(), name), "a step").await?;
    Ok(row.is_some_and(|row| row.status == Status::Done || (row.status == Status::Intent && row.call_at.is_some())))
}
