//! What waited for a baseline, or for something that a person mended, goes on: at once, at half the connection's pace, and
//! in as many runs as it takes.

use crate::function::Function;
use domain::message::Cause;
use domain::order::By;
use domain::part::{Part, PartStanding};
use domain::{ConnectionId, Moment, Order, OrderId, OrderState, Work, WorkspaceId};
use std::time::Duration;
use store::connection::ConnectionNote;
use store::due::{Arm, Due, Next};
use work::{Trouble, commit};

/// Between two pieces of work: twice what Workday's pace allows, so that others have their turn.
const APART: Duration = Duration::from_millis(440);
/// Released in one run, which must end within its time.
const AT_ONCE: usize = 1_000;
/// Work that does not say when it was tried last is released for so long after the cause: what failed again meanwhile looks by
/// itself.
const LONGEST: Duration = Duration::from_hours(1);
/// What is due by then is announced; the rest is the schedule's.
const NOW: Duration = Duration::from_secs(1);

/// What becomes of a parked piece of work.
enum Fate {
    Stays,
    Due,
    /// A write that Workday refused: only *again* opens it.
    WrittenAgain(Box<Order>),
}

/// Releases the parked work of a cause. What is due already is left alone, so that a run that broke off goes on.
pub(crate) async fn release(function: &Function, workspace: &WorkspaceId, cause: &Cause, since: Moment) -> Result<Next, Trouble> {
    let now = function.clock.now();
    if let Cause::Workday { connection } = cause {
        look_again(function, workspace, connection).await?;
    }
    let mut slot = now;
    let mut released = 0;
    for due in function.store.due_rows(workspace).await? {
        if due.free_at() <= slot {
            continue;
        }
        match fate(function, &due, cause, since).await? {
            Fate::Stays => continue,
            Fate::WrittenAgain(order) => write_again(function, *order).await?,
            Fate::Due => {
                let work = due.work;
                function
                    .store
                    .arm(
                        workspace,
                        &Arm {
                            work: work.clone(),
                            at: slot,
                        },
                    )
                    .await?;
                if slot <= now.plus(NOW) {
                    function.queues.announce(workspace, work).await;
                }
            }
        }
        slot = slot.plus(APART);
        released += 1;
        if released == AT_ONCE {
            return Ok(Next::Park(slot, "released_in_part"));
        }
    }
    tracing::info!(workspace = %workspace, cause = ?cause, released, "what waited goes on");
    Ok(Next::Finished("released"))
}

/// What stopped a part of the connection's polls may be mended: it is looked at at once.
async fn look_again(function: &Function, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<(), Trouble> {
    let now = function.clock.now();
    let Some(known) = function.store.connection(workspace, connection).await? else {
        return Ok(());
    };
    for part in Part::ALL {
        let standing = known.standing.part(part);
        let is_mended = standing
            .problem
            .as_ref()
            .is_some_and(|problem| problem.obstacle.is_mended_by_a_person());
        if !is_mended || standing.next_at.is_none_or(|next| next <= now) {
            continue;
        }
        let due = PartStanding {
            next_at: Some(now),
            ..standing.clone()
        };
        function.store.note(&known, ConnectionNote::Looked(part, due)).await?;
        let connection = connection.clone();
        let work = match part {
            Part::AssessWindow | Part::WatchedEvents | Part::Stage => Work::PollConnection { connection },
            Part::RequisitionIndex => Work::RefreshRequisitions { connection },
        };
        let arm = Arm {
            work: work.clone(),
            at: now,
        };
        function.store.arm(workspace, &arm).await?;
        function.queues.announce(workspace, work).await;
    }
    Ok(())
}

async fn fate(function: &Function, due: &Due, cause: &Cause, since: Moment) -> Result<Fate, Trouble> {
    let is_recent = function.clock.now().since(since) <= LONGEST;
    Ok(match &due.work {
        Work::AdvanceOrder { order } => match order_of(function, due, order, cause, since).await? {
            Some(order) if matches!(order.state, OrderState::Waiting { reason, .. } if reason.is_ended_by(cause)) => Fate::Due,
            Some(_) | None => Fate::Stays,
        },
        Work::WriteBack { order } if matches!(cause, Cause::Workday { .. }) => match order_of(function, due, order, cause, since).await? {
            Some(order) if order.write_problem.is_some() => Fate::WrittenAgain(Box::new(order)),
            Some(_) => Fate::Due,
            None => Fate::Stays,
        },
        Work::ConfirmHint { hint } if is_recent && matches!(cause, Cause::Workday { .. } | Cause::Baseline { .. }) => {
            match function.store.hint(&due.workspace, hint).await? {
                Some(hint) if hint.is_released_by(cause) => Fate::Due,
                Some(_) | None => Fate::Stays,
            }
        }
        Work::ReadInterview { .. } | Work::PollPosting { .. } if is_recent && *cause == Cause::HeyMiloKey => Fate::Due,
        Work::Baseline { connection, .. } if is_recent && matches!(cause, Cause::Workday { .. }) && cause.concerns(connection) => Fate::Due,
        Work::WriteBack { .. }
        | Work::ConfirmHint { .. }
        | Work::ReadInterview { .. }
        | Work::PollPosting { .. }
        | Work::PollConnection { .. }
        | Work::Baseline { .. }
        | Work::RefreshRequisitions { .. }
        | Work::TryOut { .. }
        | Work::Notify { .. }
        | Work::Release { .. }
        | Work::AnnounceRest => Fate::Stays,
    })
}

/// The order, if the cause concerns it and nobody tried it since.
async fn order_of(function: &Function, due: &Due, order: &OrderId, cause: &Cause, since: Moment) -> Result<Option<Order>, Trouble> {
    let order = function.store.order_if_readable(&due.workspace, order).await?;
    Ok(order.filter(|order| cause.concerns(&order.connection) && order.updated_at <= since))
}

async fn write_again(function: &Function, order: Order) -> Result<(), Trouble> {
    let Some(again) = order.write_again(By::Us, function.clock.now()) else {
        return Ok(());
    };
    match commit(&function.store, &function.queues, again, None).await {
        // Changed this very moment: whoever changed it armed it, too.
        Ok(_) | Err(Trouble::Again) => Ok(()),
        Err(trouble) => Err(trouble),
    }
}
