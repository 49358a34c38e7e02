//! Hint → order: reads the application back from Workday and decides what it means; a mail that came back is for its order.

use crate::function::Function;
use crate::park::park;
use crate::returned::{BETWEEN_LOOKS, Returned, returned};
use domain::order::{Change, Entrance, WaitReason};
use domain::part::Obstacle;
use domain::settings::{Connection, Mapping};
use domain::trigger::{Decision, Rules, Sight, Visits, decide};
use domain::{HintId, JobApplicationId, JobRequisitionId, Moment, Order, OrderId, OrderState, WorkspaceId};
use std::time::Duration;
use store::application::Application;
use store::due::Next;
use store::hint::{About, Hint};
use vendors::workday::{Claim, SeenApplication};
use work::{Trouble, commit, giving_up};

/// A hint that Workday cannot be asked about is given up after this many tries, visibly.
const MAX_TRIES: u32 = 8;
/// A move of before a reconnect that is older than this is for a person to decide.
const STALE_MOVE: Duration = Duration::from_hours(7 * 24);
/// The end of a baseline releases the hints that wait for it; they look by themselves only in case that this was lost.
const BASELINE_LOOK: Duration = Duration::from_mins(15);

/// Confirms one hint. Parks while Workday cannot be asked; records why when it leads nowhere.
pub(crate) async fn confirm(function: &Function, workspace: &WorkspaceId, hint: &HintId) -> Result<Next, Trouble> {
    let now = function.clock.now();
    let Some(mut hint) = function.store.hint(workspace, hint).await? else {
        return Ok(Next::Finished("hint_gone"));
    };
    if let About::MailReturned { order, step } = &hint.about {
        return match returned(function, (workspace, order, step), now).await? {
            Returned::Settled(word) => {
                settle(function, hint, word, None).await?;
                Ok(Next::Finished(word))
            }
            Returned::NotYet => Ok(Next::Park(now.plus(BETWEEN_LOOKS), "not_sent_yet")),
        };
    }
    match Box::pin(confirm_now(function, &hint, now)).await {
        Ok(Outcome::Settled(word) | Outcome::Nothing(word)) => {
            settle(function, hint, word, None).await?;
            Ok(Next::Finished(word))
        }
        Ok(Outcome::BaselineRunning(connection, requisition)) => {
            settle(function, hint, "baseline_running", Some(requisition.clone())).await?;
            // It may have ended before the hint said what it waits for, and released nobody.
            if baseline_runs(function, &connection, &requisition).await? {
                Ok(Next::Park(now.plus(BASELINE_LOOK), "baseline_running"))
            } else {
                Err(Trouble::Again)
            }
        }
        Err(Trouble::Refused { message }) => {
            tracing::warn!(hint = %hint.hint, reason = message, "Workday refuses to read what a hint points at");
            hint.tries += 1;
            hint.outcome = Some(String::from("unreadable_in_workday"));
            function.store.update_hint(&hint).await?;
            Ok(if hint.tries < MAX_TRIES {
                let reason = WaitReason::WorkdayUnavailable;
                Next::Park(function.worker.retry_at(now, reason, hint.tries, None), "unreadable_in_workday")
            } else {
                Next::Finished("unreadable_in_workday")
            })
        }
        Err(trouble) => {
            if matches!(trouble, Trouble::Park { reason, after } if giving_up::is_failure(reason, after)) {
                hint.tries += 1;
                function.store.update_hint(&hint).await?;
            }
            park(function, now, hint.tries, trouble)
        }
    }
}

/// Notes what became of a hint, and what it waits for.
async fn settle(function: &Function, hint: Hint, word: &str, waits_for: Option<JobRequisitionId>) -> Result<(), Trouble> {
    let settled = Hint {
        outcome: Some(word.to_owned()),
        tries: 0,
        waits_for,
        ..hint
    };
    Ok(function.store.update_hint(&settled).await?)
}

/// What became of a hint.
enum Outcome {
    /// It led somewhere, or nowhere, as the word says.
    Settled(&'static str),
    /// Workday shows nothing that is new, or nothing that orders.
    Nothing(&'static str),
    /// Who is in the requisition's stage already is still being recorded: not yet.
    BaselineRunning(Box<Connection>, JobRequisitionId),
}

/// Whether the requisition is linked and who is in its stage already is still being recorded.
async fn baseline_runs(function: &Function, connection: &Connection, requisition: &JobRequisitionId) -> Result<bool, Trouble> {
    let mapping = function
        .store
        .mapping(&connection.workspace, &connection.connection, requisition)
        .await?;
    Ok(mapping.is_some_and(|mapping| mapping.standing.baseline_at.is_none()))
}

async fn confirm_now(function: &Function, hint: &Hint, now: Moment) -> Result<Outcome, Trouble> {
    let About::Application {
        connection,
        assessment,
        assess_event,
        application,
        candidate,
        requisition,
    } = &hint.about
    else {
        return Ok(Outcome::Settled("not_an_application"));
    };
    let Some(connection) = function.store.connection(&hint.workspace, connection).await? else {
        return Ok(Outcome::Settled("connection_gone"));
    };
    // While the baseline runs, Workday's turns are the baseline's.
    let named = || requisition.as_ref().and_then(|named| JobRequisitionId::new(named).ok());
    if let Some(requisition) = hint.waits_for.clone().or_else(named)
        && baseline_runs(function, &connection, &requisition).await?
    {
        return Ok(Outcome::BaselineRunning(Box::new(connection), requisition));
    }
    let workday = function.vendors.workday(&connection).await?;
    let claim = Claim {
        assessment: assessment.as_deref(),
        assess_event: assess_event.as_deref(),
        application: application.as_deref(),
        candidate: candidate.as_deref(),
        requisition: requisition.as_deref(),
    };
    let found = match workday.find_application(&claim).await? {
        // Somebody who was merged stands under another record, and the application tells which.
        None => match application.as_deref().map(JobApplicationId::new) {
            Some(Ok(application)) => workday.whoever_has(&application).await?,
            Some(Err(_)) | None => None,
        },
        found => found,
    };
    let Some(found) = found else {
        note_unknown(function, &connection, &claim, now).await?;
        return Ok(Outcome::Settled("unknown_to_workday"));
    };
    // Before the events are read: a send status that stands where they show our write was set by a person since.
    let known = remembered(function, &connection, &found).await?;
    // Who moves into the stage needs none of them: without the permission to read them a bare move starts all the same.
    let (events, withheld) = match workday.events_of(&found.application).await {
        Ok(events) => (events, None),
        Err(stopped) if stopped.obstacle == Obstacle::Withheld => (Vec::new(), Some(stopped.trouble)),
        Err(stopped) => return Err(stopped.trouble),
    };
    workday.note_ids_seen(&found, &events).await;
    let visits = known.row.as_ref().map(|row| &row.visits);
    let stays = !found.in_stage && visits.is_some_and(|visits| visits.stays(known.order.as_ref(), &found.stage));
    let sight = Sight {
        in_stage: found.in_stage || stays,
        withdrawn: found.withdrawn,
        events,
    };
    let fresh = Fresh {
        connection: &connection,
        found: &found,
        sight: &sight,
    };
    let outcome = apply(function, fresh, known, now).await?;
    if stays {
        // Polls look for another stage, and need not ask about them again and again.
        let of = (&connection.workspace, &connection.connection);
        function
            .store
            .note_unknown(of, (&found.requisition, &found.application), now)
            .await?;
    }
    let names_an_event = assessment.is_some() || assess_event.is_some();
    match (outcome, withheld) {
        // What the event says is still to be read.
        (Outcome::Nothing(_), Some(withheld)) if names_an_event => Err(withheld),
        (outcome, _) => Ok(outcome),
    }
}

/// Polls need not ask about them again and again.
async fn note_unknown(function: &Function, connection: &Connection, claim: &Claim<'_>, now: Moment) -> Result<(), Trouble> {
    let requisition = claim.requisition.and_then(|requisition| JobRequisitionId::new(requisition).ok());
    let application = claim.application.and_then(|application| JobApplicationId::new(application).ok());
    if let Some((requisition, application)) = requisition.zip(application) {
        let of = (&connection.workspace, &connection.connection);
        function.store.note_unknown(of, (&requisition, &application), now).await?;
    }
    Ok(())
}

/// What Workday shows now.
struct Fresh<'a> {
    connection: &'a Connection,
    found: &'a SeenApplication,
    sight: &'a Sight,
}

/// What our table knows of an application.
struct Remembered {
    mapping: Option<Mapping>,
    row: Option<Application>,
    /// The order of the row's visit.
    order: Option<Order>,
}

async fn remembered(function: &Function, connection: &Connection, found: &SeenApplication) -> Result<Remembered, Trouble> {
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
async fn apply(function: &Function, fresh: Fresh<'_>, known: Remembered, now: Moment) -> Result<Outcome, Trouble> {
    let Fresh { connection, found, sight } = fresh;
    let Remembered { mapping, row, order } = known;
    if mapping.as_ref().is_some_and(|mapping| mapping.standing.baseline_at.is_none()) {
        return Ok(Outcome::BaselineRunning(Box::new(connection.clone()), found.requisition.clone()));
    }
    let is_first_sight = row.is_none();
    let mut row = row.unwrap_or_else(|| first_sight(connection, found, now));
    let rules = Rules {
        identifiers: &connection.options.identifiers,
        triggers: mapping
            .as_ref()
            .map_or(connection.options.triggers, |mapping| mapping.triggers(connection)),
        linked: mapping.is_some(),
    };
    let is_open = order.as_ref().is_some_and(|order| order.state.is_open());
    if is_open && !sight.in_stage && !found.is_elsewhere && !found.withdrawn {
        // Workday shows no stage, or not to us: nobody is taken for gone by that.
        return Ok(Outcome::Nothing("stage_not_shown"));
    }
    let decision = decide(sight, &row.visits, order.as_ref(), rules);
    row.seen_at = now;
    if found.in_stage {
        row.visits.stage = found.stage.first().cloned();
    }
    let entrance = Entrance {
        posting: mapping.as_ref().map(|mapping| mapping.posting.clone()),
        withdrawn: found.withdrawn,
        screened_before: mapping.as_ref().is_some_and(|mapping| !mapping.options.rescreen)
            && (row.screened || order.as_ref().is_some_and(|order| order.outcome().is_some())),
        moved_long_ago: was_moved_long_ago(connection, found, now),
    };
    let change = match (decision, order) {
        (Decision::StartVisit { visit, events }, earlier) => {
            if let Some(earlier) = &earlier {
                row.visits.remember_writing_of(earlier);
                row.finished_before |= earlier.outcome().is_some();
            }
            row.visits = Visits {
                visit,
                in_stage: true,
                attempt: 1,
                ..row.visits
            };
            row.visits.answer(&events);
            let opened = || sight.events.iter().rev().find(|event| event.is_order(rules.identifiers));
            let was_before_link = |mapping: &Mapping| found.entered.is_some_and(|entered| entered <= mapping.linked_at);
            match &mapping {
                // The baseline did not see them: some tenants answer what it asks with nobody, at first.
                Some(mapping) if is_first_sight && events.is_empty() && was_before_link(mapping) => {
                    Order::skip(row.subject(), visit, mapping.posting.clone(), now)
                }
                Some(_) | None => {
                    let event = events.last().cloned().or_else(|| opened().map(|event| event.event.clone()));
                    Order::begin(row.subject(), visit, entrance, event, now)
                }
            }
        }
        (Decision::StartAttempt { events }, Some(order)) => {
            row.visits.remember_writing_of(&order);
            row.visits.attempt = row.visits.attempt.saturating_add(1);
            row.visits.answer(&events);
            order.ask_again(row.visits.attempt, entrance, events.last(), now)
        }
        (Decision::StartSkipped { events }, Some(order)) => {
            row.visits.remember_writing_of(&order);
            row.visits.answer(&events);
            order.start_skipped(entrance, events.last(), now)
        }
        (Decision::Join { events }, Some(order)) => {
            row.visits.remember_writing_of(&order);
            row.visits.answer(&events);
            order.join(events.last(), now)
        }
        (Decision::Left, order) => {
            row.visits.in_stage = false;
            let Some(change) = order.and_then(|order| order.leave(found.withdrawn, now)) else {
                function.store.save_application(&row).await?;
                return Ok(Outcome::Settled("left_the_stage"));
            };
            if change.order.has_left() {
                // Who left before finishing was not screened by that.
                row.screened = row.finished_before;
            }
            change
        }
        (Decision::Known | Decision::NotOrdered, Some(order)) if found.withdrawn => match order.withdraw(now) {
            Some(change) => change,
            None => return Ok(Outcome::Nothing("nothing_new")),
        },
        (Decision::NotOrdered, _) => return Ok(Outcome::Nothing("not_ordered")),
        (Decision::Known | Decision::StartAttempt { .. } | Decision::StartSkipped { .. } | Decision::Join { .. }, _) => {
            return Ok(Outcome::Nothing("nothing_new"));
        }
    };
    store_change(function, found, &row, change).await
}

/// Whether the move is of before the connection was made (again), and older than a week. Who was in the stage before the
/// link is no question here: the baseline knows them.
fn was_moved_long_ago(connection: &Connection, found: &SeenApplication, now: Moment) -> bool {
    let is_of_before = |entered: Moment| connection.standing.connected_at.is_some_and(|connected| entered < connected);
    found
        .entered
        .is_some_and(|entered| is_of_before(entered) && now.since(entered) > STALE_MOVE)
}

fn first_sight(connection: &Connection, found: &SeenApplication, now: Moment) -> Application {
    Application {
        workspace: connection.workspace.clone(),
        connection: connection.connection.clone(),
        requisition: found.requisition.clone(),
        application: found.application.clone(),
        candidate: found.candidate.clone(),
        visits: Visits::default(),
        screened: false,
        finished_before: false,
        seen_at: now,
        version: 0,
    }
}

/// Stores lock row and order, with the contact that the invitation needs.
async fn store_change(function: &Function, found: &SeenApplication, row: &Application, change: Change) -> Result<Outcome, Trouble> {
    if change.order.state == OrderState::Confirmed {
        let order = &change.order;
        function.store.put_contact(&order.workspace, &order.order, &found.contact).await?;
    }
    let order = commit(&function.store, &function.queues, change, Some(row)).await?;
    tracing::info!(order = %order.order, visit = order.visit, attempt = order.attempt, state = order.state.name(), "order saved");
    Ok(Outcome::Settled(order.state.name()))
}
