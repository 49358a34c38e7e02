//! How an order ends a round: invited, waiting, ended. Each end is visible on the order, and nothing is dropped.

use crate::function::Function;
use access::Trouble;
use domain::order::{RefusalReason, ReviewReason, WaitReason};
use domain::{InterviewId, Moment, Order, OrderState, Work};
use std::time::Duration;
use store::due::Next;
use store::ledger::{ParkReason, StepOutcome};
use store::{Arm, StoreError};

/// A refusal of our own: HeyMilo's interview belongs to another order.
pub(crate) const SHARED: &str = "interview_shared";

/// The order after an interview step that is not simply done.
pub(crate) async fn finish_step(function: &Function, order: &Order, outcome: StepOutcome, now: Moment) -> Result<Next, Trouble> {
    match outcome {
        StepOutcome::Park { until, reason } => {
            let reason = match reason {
                ParkReason::Held => WaitReason::StepHeld,
                ParkReason::Unproven => WaitReason::OutcomeUnknown,
                ParkReason::Unreachable => WaitReason::HeyMiloUnavailable,
            };
            park(function, order.clone(), reason, until, now).await
        }
        StepOutcome::Refused(reason) if reason == SHARED => {
            end(
                function,
                order.clone(),
                OrderState::NeedsReview {
                    reason: ReviewReason::InterviewShared,
                },
                now,
            )
            .await
        }
        StepOutcome::Refused(_) => {
            end(
                function,
                order.clone(),
                OrderState::Refused {
                    reason: RefusalReason::RefusedByHeyMilo,
                },
                now,
            )
            .await
        }
        StepOutcome::Review => {
            end(
                function,
                order.clone(),
                OrderState::NeedsReview {
                    reason: ReviewReason::EffectUnproven,
                },
                now,
            )
            .await
        }
        StepOutcome::Done(_) => Ok(Next::Finished("already_done")),
    }
}

/// The order after an invitation step that is not simply done.
pub(crate) async fn finish_invitation(function: &Function, order: &Order, outcome: StepOutcome, now: Moment) -> Result<Next, Trouble> {
    match outcome {
        StepOutcome::Refused(_) => {
            end(
                function,
                order.clone(),
                OrderState::Refused {
                    reason: RefusalReason::EmailRefused,
                },
                now,
            )
            .await
        }
        StepOutcome::Park {
            until,
            reason: ParkReason::Unreachable,
        } => park(function, order.clone(), WaitReason::EmailUnavailable, until, now).await,
        other @ (StepOutcome::Park { .. } | StepOutcome::Review | StepOutcome::Done(_)) => finish_step(function, order, other, now).await,
    }
}

/// Invited: the lock row remembers it for later visits, and the write-back becomes due, in one transaction.
pub(crate) async fn invited(function: &Function, order: &Order, interview: InterviewId, now: Moment) -> Result<Next, Trouble> {
    let mut order = order.clone();
    order.state = OrderState::Invited;
    order.rank = domain::progress::rank(&order.state);
    order.interview = Some(interview);
    order.invited_at = Some(now);
    order.tries = 0;
    order.updated_at = now;
    let work = Work::WriteBack {
        order: order.order.clone(),
    };
    let arms = [Arm {
        work: work.clone(),
        at: now,
    }];
    let row = function
        .store
        .application(&order.workspace, &order.connection, &order.requisition, &order.application)
        .await?;
    match row {
        Some(mut row) => {
            row.screened = true;
            function.store.save_application(&row, std::slice::from_ref(&order), &arms).await?;
        }
        None => {
            function.store.save_order(order.clone(), &arms).await?;
        }
    }
    function.store.delete_contact(&order.workspace, &order.order).await?;
    tracing::info!(order = %order.order, outcome = "invited", wait_ms = now.since(order.created_at).as_millis(), "candidate invited");
    function.queues.announce(&order.workspace, work).await;
    Ok(Next::Finished("invited"))
}

/// The order waits, visibly; its due row carries the moment.
pub(crate) async fn wait(
    function: &Function,
    mut order: Order,
    reason: WaitReason,
    after: Option<Duration>,
    now: Moment,
) -> Result<Next, Trouble> {
    // Another writer was first: look again at once, the order itself did not fail.
    if reason == WaitReason::StepHeld {
        return Ok(Next::Park(function.vendors.retry_at(now, 0, after), "held"));
    }
    order.tries = order.tries.saturating_add(1);
    let until = function.vendors.retry_at(now, order.tries, after);
    park(function, order, reason, until, now).await
}

pub(crate) async fn park(function: &Function, mut order: Order, reason: WaitReason, until: Moment, now: Moment) -> Result<Next, Trouble> {
    order.state = OrderState::Waiting { reason, until };
    order.updated_at = now;
    match function.store.save_order(order, &[]).await {
        Ok(_) => Ok(Next::Park(until, "waiting")),
        // The order changed while we worked (a new attempt, a move out of the stage): look again at once.
        Err(StoreError::ConditionFailed) => Ok(Next::Park(now.plus(Duration::from_millis(200)), "changed_meanwhile")),
        Err(error) => Err(error.into()),
    }
}

/// The order ends here, visibly; the recruiter reads the reason on the record where there is something to do.
pub(crate) async fn end(function: &Function, mut order: Order, state: OrderState, now: Moment) -> Result<Next, Trouble> {
    let tell_recruiter = matches!(
        state,
        OrderState::Refused {
            reason: RefusalReason::RequisitionNotLinked
                | RefusalReason::CandidateWithoutEmail
                | RefusalReason::RefusedByHeyMilo
                | RefusalReason::EmailRefused
        }
    );
    order.state = state;
    order.updated_at = now;
    let work = Work::WriteBack {
        order: order.order.clone(),
    };
    let arms: Vec<Arm> = tell_recruiter
        .then(|| Arm {
            work: work.clone(),
            at: now,
        })
        .into_iter()
        .collect();
    let order = match function.store.save_order(order, &arms).await {
        Ok(order) => order,
        Err(StoreError::ConditionFailed) => return Ok(Next::Park(now.plus(Duration::from_millis(200)), "changed_meanwhile")),
        Err(error) => return Err(error.into()),
    };
    tracing::warn!(order = %order.order, state = order.state.name(), "the order ended without an invitation");
    if tell_recruiter {
        function.queues.announce(&order.workspace, work).await;
    }
    Ok(Next::Finished(order.state.name()))
}
