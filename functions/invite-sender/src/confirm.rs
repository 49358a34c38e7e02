//! Hint → order: reads the application back from Workday and decides what it means.

use crate::function::Function;
use crate::handler::park;
use crate::sight::{self, Claim, Found};
use access::Trouble;
use domain::order::{RefusalReason, ReviewReason};
use domain::settings::{Connection, Mapping};
use domain::trigger::{Decision, Rules, Sight, Visits, decide};
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
                Next::Park(access::retry_at(now, hint.tries, None), "unreadable_in_workday")
            } else {
                Next::Finished("unreadable_in_workday")
            })
        }
        Err(trouble) => {
            if matches!(trouble, Trouble::Park { .. }) {
                hint.tries += 1;
                function.store.update_hint(&hint).await?;
            }
            park(now, hint.tries, trouble)
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
    let trouble = async |error| function.vendors.workday_trouble(&connection, &workday, error).await;
    let found = match sight::read(&workday, &claim, &connection.identifiers, now).await {
        Ok(Some(found)) => found,
        Ok(None) => return Ok("unknown_to_workday"),
        Err(error) => return Err(trouble(error).await),
    };
    // Before the events are read: a send status that stands where they show our write was set by a person since.
    let known = remembered(function, &connection, &found).await?;
    match sight::with_events(&workday, &found, &connection.identifiers).await {
        Ok(sight) => apply(function, &connection, &found, &sight, known, now).await,
        Err(error) => Err(trouble(error).await),
    }
}

/// What our table knows of an application.
struct Remembered {
    mapping: Option<Mapping>,
    row: Option<Application>,
    /// The order of the row's visit.
    order: Option<Order>,
}

async fn remembered(function: &Function, connection: &Connection, found: &Found) -> Result<Remembered, Trouble> {
    let (store, workspace, connection) = (&function.store, &connection.workspace, &connection.connection);
    let row = store
        .application(workspace, connection, &found.requisition, &found.application)
        .await?;
    let order = match row.as_ref().map_or(0, |row| row.visits.visit) {
        0 => None,
        visit => {
            store
                .order(workspace, &OrderId::derive(connection, &found.application, visit))
                .await?
        }
    };
    Ok(Remembered {
        mapping: store.mapping(workspace, connection, &found.requisition).await?,
        row,
        order,
    })
}

/// Applies a fresh sight: lock row, order and due row change together, or another worker was first and we read again.
async fn apply(
    function: &Function,
    connection: &Connection,
    found: &Found,
    sight: &Sight,
    known: Remembered,
    now: Moment,
) -> Result<&'static str, Trouble> {
    let Remembered { mapping, row, order } = known;
    if mapping.as_ref().is_some_and(|mapping| mapping.baseline_at.is_none()) {
        return Ok(BASELINE_RUNNING);
    }
    let mut row = row.unwrap_or_else(|| first_sight(connection, found, now));
    let rules = Rules {
        identifiers: &connection.identifiers,
        triggers: mapping.as_ref().map_or(connection.triggers, |mapping| mapping.triggers(connection)),
        linked: mapping.is_some(),
    };
    let decision = decide(sight, &row.visits, order.as_ref(), rules);
    row.seen_at = now;
    match (decision, order) {
        (Decision::StartVisit { visit, events }, earlier) => {
            if let Some(earlier) = &earlier {
                row.visits.remember_writing_of(earlier);
            }
            row.visits = Visits {
                visit,
                in_stage: true,
                attempt: 1,
                ..row.visits
            };
            row.visits.answer(&events);
            let ours = || sight.events.iter().rev().find(|event| event.is_order(rules.identifiers));
            let mut order = row.first_order(now);
            order.assess_event = events.last().cloned().or_else(|| ours().map(|event| event.event.clone()));
            order.state = first_state(mapping.as_ref(), found, row.screened);
            order.posting = mapping.map(|mapping| mapping.posting);
            save_with_work(function, found, &row, order).await
        }
        (Decision::StartAttempt { events }, Some(order)) => {
            // A person insists on whom we held back for one.
            let insisted = matches!(
                order.state,
                OrderState::NeedsReview {
                    reason: ReviewReason::AlreadyScreened
                }
            );
            let screened = matches!(order.state, OrderState::Completed { .. }) && !insisted;
            let state = first_state(mapping.as_ref(), found, screened);
            row.visits.remember_writing_of(&order);
            row.visits.attempt = row.visits.attempt.saturating_add(1);
            row.visits.answer(&events);
            let order = ask_again(order, &row, mapping, state, events.last());
            save_with_work(function, found, &row, Order { updated_at: now, ..order }).await
        }
        (Decision::StartSkipped { events }, Some(mut order)) => {
            row.visits.answer(&events);
            order.join(events.last());
            order.state = first_state(mapping.as_ref(), found, row.screened);
            order.posting = mapping.map(|mapping| mapping.posting).or(order.posting);
            order.updated_at = now;
            save_with_work(function, found, &row, order).await
        }
        (Decision::Join { events }, Some(mut order)) => {
            row.visits.remember_writing_of(&order);
            row.visits.answer(&events);
            order.join(events.last());
            order.updated_at = now;
            joined(function, &row, order).await
        }
        (Decision::Left, order) => left(function, found, row, order, now).await,
        (Decision::Known, Some(order)) if found.withdrawn => withdraw(function, order, now).await,
        (Decision::NotOrdered, _) => Ok("not_ordered"),
        (Decision::Known | Decision::StartAttempt { .. } | Decision::StartSkipped { .. } | Decision::Join { .. }, _) => Ok("nothing_new"),
    }
}

fn first_sight(connection: &Connection, found: &Found, now: Moment) -> Application {
    Application {
        workspace: connection.workspace.clone(),
        connection: connection.connection.clone(),
        requisition: found.requisition.clone(),
        application: found.application.clone(),
        candidate: found.candidate.clone(),
        visits: Visits::default(),
        screened: false,
        seen_at: now,
        version: 0,
    }
}

/// The order's next attempt: nothing of the old one belongs to it.
fn ask_again(order: Order, row: &Application, mapping: Option<Mapping>, state: OrderState, event: Option<&String>) -> Order {
    let mut order = Order {
        attempt: row.visits.attempt,
        state,
        posting: mapping.map(|mapping| mapping.posting).or(order.posting),
        interview: None,
        invited_at: None,
        rank: 0,
        write_problem: None,
        tries: 0,
        ..order
    };
    order.join(event);
    order
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

/// The order that stands takes a recruiter's event; what is known is written onto it.
async fn joined(function: &Function, row: &Application, order: Order) -> Result<&'static str, Trouble> {
    let work = Work::WriteBack {
        order: order.order.clone(),
    };
    let arm = Arm {
        work: work.clone(),
        at: order.updated_at,
    };
    let workspace = order.workspace.clone();
    function.store.save_application(row, &[order], &[arm]).await?;
    function.queues.announce(&workspace, work).await;
    Ok("joined")
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
