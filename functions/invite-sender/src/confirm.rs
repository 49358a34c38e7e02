//! Hint → order: reads the application back from Workday and decides what it means.

use crate::function::Function;
use crate::handler::park;
use crate::sight::{self, Claim, Found};
use access::Trouble;
use domain::order::{RefusalReason, ReviewReason};
use domain::settings::{Connection, Identifiers, Mapping};
use domain::trigger::{Decision, Sight, Standing, Visits, decide};
use domain::{HintId, Moment, Order, OrderId, OrderState, Work, WorkspaceId};
use std::time::Duration;
use store::application::Application;
use store::due::Next;
use store::hint::{About, Hint};
use store::{Arm, StoreError};

/// A hint that Workday cannot be asked about is given up after this many tries, visibly.
const MAX_TRIES: u32 = 8;

/// Confirms one hint. Parks while Workday cannot be asked; records why when it leads nowhere.
pub(crate) async fn confirm(function: &Function, workspace: &WorkspaceId, hint: &HintId) -> Result<Next, Trouble> {
    let now = function.clock.now();
    let Some(mut hint) = function.store.hint(workspace, hint).await? else {
        return Ok(Next::Finished("hint_gone"));
    };
    match confirm_now(function, &hint, now).await {
        Ok(outcome) => {
            hint.outcome = Some(outcome.to_owned());
            hint.tries = 0;
            function.store.update_hint(&hint).await?;
            Ok(if outcome == BASELINE_RUNNING {
                Next::Park(now.plus(Duration::from_secs(5)), outcome)
            } else {
                Next::Finished(outcome)
            })
        }
        Err(Trouble::Refused { message }) => {
            tracing::warn!(hint = %hint.hint, reason = message, "Workday refuses to read what a hint points at");
            hint.tries += 1;
            hint.outcome = Some(String::from("unreadable_in_workday"));
            function.store.update_hint(&hint).await?;
            Ok(if hint.tries < MAX_TRIES {
                Next::Park(function.vendors.retry_at(now, hint.tries, None), "unreadable_in_workday")
            } else {
                Next::Finished("unreadable_in_workday")
            })
        }
        Err(trouble) => {
            if matches!(trouble, Trouble::Park { .. }) {
                hint.tries += 1;
                function.store.update_hint(&hint).await?;
            }
            park(function, now, hint.tries, trouble)
        }
    }
}

const BASELINE_RUNNING: &str = "baseline_running";

async fn confirm_now(function: &Function, hint: &Hint, now: Moment) -> Result<&'static str, Trouble> {
    let About::Application {
        connection,
        assessment,
        assess_event,
        application,
        candidate,
        requisition,
    } = &hint.about
    else {
        return Ok("not_an_application");
    };
    let Some(connection) = function.store.connection(&hint.workspace, connection).await? else {
        return Ok("connection_gone");
    };
    let workday = function.vendors.workday(&connection).await?;
    let claim = Claim {
        assessment: assessment.as_deref(),
        assess_event: assess_event.as_deref(),
        application: application.as_deref(),
        candidate: candidate.as_deref(),
        requisition: requisition.as_deref(),
    };
    let found = match sight::read(&workday, &claim, &connection.identifiers, now).await {
        Ok(found) => found,
        Err(error) => return Err(function.vendors.workday_trouble(&connection, &workday, error).await),
    };
    match found {
        Some(found) => apply(function, &connection, found, now).await,
        None => Ok("unknown_to_workday"),
    }
}

/// Applies a fresh sight: lock row, order and due row change together, or another worker was first and we read again.
async fn apply(function: &Function, connection: &Connection, mut found: Found, now: Moment) -> Result<&'static str, Trouble> {
    let workspace = &connection.workspace;
    let mapping = function
        .store
        .mapping(workspace, &connection.connection, &found.requisition)
        .await?;
    if mapping.as_ref().is_some_and(|mapping| mapping.baseline_at.is_none()) {
        return Ok(BASELINE_RUNNING);
    }
    let known = function
        .store
        .application(workspace, &connection.connection, &found.requisition, &found.application)
        .await?;
    let visits = known.as_ref().map_or_else(Visits::default, |known| known.visits.clone());
    let order = match visits.visit {
        0 => None,
        visit => {
            function
                .store
                .order(workspace, &OrderId::derive(&connection.connection, &found.application, visit))
                .await?
        }
    };
    if let Some(order) = &order {
        found.sight = found.sight.without(&order.answered_events);
    }
    let triggers = mapping.as_ref().map_or(connection.triggers, |mapping| mapping.triggers(connection));
    let standing = standing(order.as_ref(), now);
    let decision = decide(&found.sight, &visits, standing, triggers, &connection.identifiers);
    let row = known.unwrap_or_else(|| Application {
        workspace: workspace.clone(),
        connection: connection.connection.clone(),
        requisition: found.requisition.clone(),
        application: found.application.clone(),
        candidate: found.candidate.clone(),
        visits,
        screened: false,
        seen_at: now,
        version: 0,
    });
    match decision {
        Decision::StartVisit(visit) => start_visit(function, connection, mapping.as_ref(), &found, row, visit, now).await,
        Decision::StartAttempt(attempt) => match order {
            Some(mut order) => {
                take_events(&mut order, &found.sight, &connection.identifiers);
                start_attempt(function, &found, row, order, attempt, now).await
            }
            None => Ok("nothing_new"),
        },
        Decision::Left => left(function, &found, row, order, now).await,
        Decision::Known => match order {
            Some(order) if found.withdrawn => withdraw(function, order, now).await,
            Some(order) if matches!(standing, Standing::Pending | Standing::Invited) => {
                ordered_again(function, connection, &found, order, now).await
            }
            Some(_) | None => Ok("nothing_new"),
        },
        Decision::NotOrdered => Ok("not_ordered"),
    }
}

/// What is known of the current visit's order. `asked_at` is before Workday was read: a status that reads back after
/// our write was confirmed was set by a person.
fn standing(order: Option<&Order>, asked_at: Moment) -> Standing {
    let Some(order) = order else { return Standing::None };
    let written = order.written_attempt == order.attempt && order.written_at.is_some_and(|at| at < asked_at);
    match &order.state {
        OrderState::Refused { .. } if written => Standing::Uninvited,
        OrderState::Received | OrderState::Confirmed | OrderState::Waiting { .. } | OrderState::Refused { .. } => Standing::Pending,
        OrderState::Skipped { .. } | OrderState::NeedsReview { .. } => Standing::Review,
        OrderState::Invited
        | OrderState::Opened
        | OrderState::InProgress
        | OrderState::Scoring
        | OrderState::Completed { .. }
        | OrderState::Expired
        | OrderState::Declined
        | OrderState::Withdrawn => {
            if written && !order.limited_write_back {
                Standing::InvitedAndWritten
            } else {
                Standing::Invited
            }
        }
    }
}

/// The state a new order starts in.
fn first_state(mapping: Option<&Mapping>, found: &Found, screened: bool) -> OrderState {
    match mapping {
        None => OrderState::Refused {
            reason: RefusalReason::RequisitionNotLinked,
        },
        Some(_) if found.withdrawn => OrderState::Refused {
            reason: RefusalReason::CandidateWithdrawn,
        },
        Some(mapping) if screened && !mapping.rescreen => OrderState::NeedsReview {
            reason: ReviewReason::AlreadyScreened,
        },
        Some(_) => OrderState::Confirmed,
    }
}

async fn start_visit(
    function: &Function,
    connection: &Connection,
    mapping: Option<&Mapping>,
    found: &Found,
    mut row: Application,
    visit: u32,
    now: Moment,
) -> Result<&'static str, Trouble> {
    row.visits = Visits {
        visit,
        in_stage: true,
        attempt: 1,
    };
    row.seen_at = now;
    let ours = found.sight.events.iter().rev().find(|event| event.is_ours(&connection.identifiers));
    let mut order = row.first_order(now);
    order.posting = mapping.map(|mapping| mapping.posting.clone());
    order.state = first_state(mapping, found, row.screened);
    order.assess_event = ours.map(|event| event.event.clone());
    take_events(&mut order, &found.sight, &connection.identifiers);
    save_with_work(function, found, &row, order).await
}

/// A recruiter asked again within the visit: the same order, its next attempt.
async fn start_attempt(
    function: &Function,
    found: &Found,
    mut row: Application,
    mut order: Order,
    attempt: u32,
    now: Moment,
) -> Result<&'static str, Trouble> {
    let mapping = function
        .store
        .mapping(&order.workspace, &order.connection, &order.requisition)
        .await?;
    let completed = matches!(order.state, OrderState::Completed { .. });
    order.posting = mapping.as_ref().map(|mapping| mapping.posting.clone()).or(order.posting);
    order.state = first_state(mapping.as_ref(), found, completed);
    order.attempt = attempt;
    order.tries = 0;
    order.updated_at = now;
    row.visits.attempt = attempt;
    row.seen_at = now;
    save_with_work(function, found, &row, order).await
}

/// The application is outside the stage: what was not yet invited ends.
async fn left(
    function: &Function,
    found: &Found,
    mut row: Application,
    order: Option<Order>,
    now: Moment,
) -> Result<&'static str, Trouble> {
    row.visits.in_stage = false;
    row.seen_at = now;
    match order {
        Some(mut order) if order.state.is_pending_invite() => {
            let reason = if found.withdrawn {
                RefusalReason::CandidateWithdrawn
            } else {
                RefusalReason::LeftStageBeforeInvite
            };
            order.state = OrderState::Refused { reason };
            order.updated_at = now;
            save_with_work(function, found, &row, order).await
        }
        Some(_) | None => {
            function.store.save_application(&row, &[], &[]).await?;
            Ok("left_the_stage")
        }
    }
}

/// Of the events that order at the same time, the latest is written to; the others are answered with it.
fn take_events(order: &mut Order, sight: &Sight, identifiers: &Identifiers) {
    let mut orders: Vec<String> = sight.orders(identifiers).map(str::to_owned).collect();
    if let Some(latest) = orders.pop() {
        order.assess_event = Some(latest);
        order.answered_events.extend(orders);
    }
}

/// Ordered on a further event before anything was written: the same wish, and not a new attempt once something is.
async fn ordered_again(
    function: &Function,
    connection: &Connection,
    found: &Found,
    mut order: Order,
    now: Moment,
) -> Result<&'static str, Trouble> {
    let orders: Vec<&str> = found.sight.orders(&connection.identifiers).collect();
    match order.assess_event.as_deref() {
        // One event and none chosen yet: the write-back finds it.
        None if orders.len() < 2 => return Ok("nothing_new"),
        None => take_events(&mut order, &found.sight, &connection.identifiers),
        Some(chosen) => {
            let others: Vec<String> = orders.into_iter().filter(|event| *event != chosen).map(str::to_owned).collect();
            if others.is_empty() {
                return Ok("nothing_new");
            }
            order.answered_events.extend(others);
        }
    }
    order.updated_at = now;
    function.store.save_order(order, &[]).await?;
    Ok("ordered_again")
}

/// A candidate who withdrew in Workday while the interview is open: remembered, not written (Workday knows).
async fn withdraw(function: &Function, mut order: Order, now: Moment) -> Result<&'static str, Trouble> {
    if !order.state.is_open() {
        return Ok("nothing_new");
    }
    order.state = OrderState::Withdrawn;
    order.updated_at = now;
    function.store.save_order(order, &[]).await?;
    Ok("withdrawn")
}

/// Commits lock row, order and the work that follows, then announces the work.
async fn save_with_work(function: &Function, found: &Found, row: &Application, order: Order) -> Result<&'static str, Trouble> {
    let (work, outcome) = match &order.state {
        OrderState::Confirmed => (
            Some(Work::AdvanceOrder {
                order: order.order.clone(),
            }),
            "confirmed",
        ),
        // A refusal is shown to the recruiter on the record, unless Workday's own move caused it.
        OrderState::Refused {
            reason: RefusalReason::LeftStageBeforeInvite | RefusalReason::CandidateWithdrawn,
        } => (None, "refused"),
        OrderState::Refused { .. } => (
            Some(Work::WriteBack {
                order: order.order.clone(),
            }),
            "refused",
        ),
        OrderState::NeedsReview { .. } => (None, "needs_review"),
        OrderState::Received
        | OrderState::Waiting { .. }
        | OrderState::Invited
        | OrderState::Opened
        | OrderState::InProgress
        | OrderState::Scoring
        | OrderState::Completed { .. }
        | OrderState::Expired
        | OrderState::Declined
        | OrderState::Withdrawn
        | OrderState::Skipped { .. } => (None, "saved"),
    };
    if work.is_some() {
        function.store.put_contact(&order.workspace, &order.order, &found.contact).await?;
    }
    let arms: Vec<Arm> = work
        .iter()
        .map(|work| Arm {
            work: work.clone(),
            at: order.updated_at,
        })
        .collect();
    match function.store.save_application(row, std::slice::from_ref(&order), &arms).await {
        Ok(()) => {}
        // Another report of the same move was first; its order is the one.
        Err(StoreError::ConditionFailed) => return Err(Trouble::from(StoreError::ConditionFailed)),
        Err(error) => return Err(error.into()),
    }
    tracing::info!(order = %order.order, visit = order.visit, attempt = order.attempt, state = order.state.name(), "order saved");
    if let Some(work) = work {
        function.queues.announce(&order.workspace, work).await;
    }
    Ok(outcome)
}
