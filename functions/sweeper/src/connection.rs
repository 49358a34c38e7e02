//! One connection's poll: assess events in overlapping windows, and the assessment stage of every linked requisition.

use crate::function::Function;
use crate::probe;
use domain::settings::{Connection, Mapping};
use domain::{ConnectionId, Moment, WorkspaceId};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use store::connection::ConnectionNote;
use store::due::Next;
use store::hint::{About, Hint};
use store::watched::WatchedEvent;
use vendors::workday::{InStage, PolledEvent, Workday};
use work::Trouble;

/// Windows overlap by this much: Workday's clock and ours differ, and events are committed late.
const OVERLAP: Duration = Duration::from_mins(10);
/// The first poll looks back this far.
const FIRST_WINDOW: Duration = Duration::from_hours(24);
/// An event without a send status is re-read this long.
const WATCHED_FOR: Duration = Duration::from_hours(24 * 14);
/// Requisitions asked about in one call.
const REQUISITIONS: usize = 50;

/// Polls one connection and parks the work until the next poll.
pub(crate) async fn poll(function: &Function, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Next, Trouble> {
    let now = function.clock.now();
    let Some(connection) = function.store.connection(workspace, connection).await? else {
        return Ok(Next::Finished("gone"));
    };
    let connection = probe::look_again(function, connection).await?;
    let mappings = function.store.mappings_of(workspace, &connection.connection).await?;
    let workday = function.vendors.workday(&connection).await?;
    // Each for itself: what Workday does not show of one says nothing of the other.
    let by_assess = poll_assess(function, &connection, &workday, now).await;
    let by_stage = poll_stage(function, &connection, &workday, &mappings, now).await;
    let hints = by_assess? + by_stage?;
    function.store.note(&connection, ConnectionNote::Polled(now)).await?;
    tracing::info!(connection = %connection.connection, hints, "connection polled");
    Ok(Next::Park(next_poll(function, &connection, now), "polled"))
}

/// The interval with a jitter of a tenth, so that connections do not poll in step.
fn next_poll(function: &Function, connection: &Connection, now: Moment) -> Moment {
    let interval = Duration::from_secs(u64::from(connection.options.poll_seconds.max(1)));
    now.plus(interval + function.worker.spread(interval / 10))
}

/// Events created since the last poll, and the watched ones. Returns how many hints came of it.
async fn poll_assess(function: &Function, connection: &Connection, workday: &Workday, now: Moment) -> Result<usize, Trouble> {
    let store = &function.store;
    let from = connection
        .standing
        .polled_at
        .map_or(now.minus(FIRST_WINDOW), |polled| polled.minus(OVERLAP));
    let mut events = workday.events_created(from, now.plus(OVERLAP)).await?;
    let watched = store.watched_events(&connection.workspace, &connection.connection).await?;
    let (over, watched): (Vec<WatchedEvent>, Vec<WatchedEvent>) =
        watched.into_iter().partition(|watched| now.since(watched.since) > WATCHED_FOR);
    let events_of = |watched: Vec<WatchedEvent>| watched.into_iter().map(|watched| watched.event).collect::<Vec<String>>();
    unwatch(function, connection, &events_of(over)).await?;
    let watched = events_of(watched);
    let named = workday.events_named(&watched).await?;
    if !named.vanished.is_empty() {
        tracing::warn!(connection = %connection.connection, events = named.vanished.len(), "watched events are gone from Workday");
        unwatch(function, connection, &named.vanished).await?;
    }
    events.extend(named.found);
    let identifiers = &connection.options.identifiers;
    let mut hints = 0;
    let (mut ordered, mut finished) = (BTreeSet::new(), BTreeSet::new());
    for polled in &events {
        let event = &polled.event;
        if !event.is_ours(identifiers) {
            continue;
        }
        // On an event that is another vendor's too the status is never ours, and says nothing.
        let is_shared = !event.tests.iter().all(|test| identifiers.tests.contains(test));
        if event.has_our_result && (is_shared || !event.reads_sent(identifiers)) {
            finished.insert(&event.event);
            continue;
        }
        if event.is_order(identifiers) || event.has_our_result {
            if ordered.insert(&event.event) {
                function
                    .hint(&Hint::new(connection.workspace.clone(), about(connection, polled), now))
                    .await?;
                hints += 1;
            }
        } else {
            let watch = WatchedEvent {
                event: event.event.clone(),
                since: now,
            };
            store.watch_event(&connection.workspace, &connection.connection, &watch).await?;
        }
    }
    let finished: Vec<String> = watched.into_iter().filter(|event| finished.contains(event)).collect();
    unwatch(function, connection, &finished).await?;
    Ok(hints)
}

async fn unwatch(function: &Function, connection: &Connection, events: &[String]) -> Result<(), Trouble> {
    for event in events {
        function
            .store
            .unwatch_event(&connection.workspace, &connection.connection, event)
            .await?;
    }
    Ok(())
}

/// A hint made of an assess event: the same ids a push would carry.
fn about(connection: &Connection, polled: &PolledEvent) -> About {
    About::Application {
        connection: connection.connection.clone(),
        assessment: None,
        assess_event: Some(polled.event.event.clone()),
        application: polled.application.clone(),
        candidate: polled.candidate.clone(),
        requisition: polled.requisition.clone(),
    }
}

/// Who entered or left the stage since the last poll. Returns how many hints came of it.
async fn poll_stage(
    function: &Function,
    connection: &Connection,
    workday: &Workday,
    mappings: &[Mapping],
    now: Moment,
) -> Result<usize, Trouble> {
    let linked: Vec<&Mapping> = mappings.iter().filter(|mapping| mapping.standing.baseline_at.is_some()).collect();
    let mut hints = 0;
    for batch in linked.chunks(REQUISITIONS) {
        let requisitions: BTreeSet<_> = batch.iter().map(|mapping| mapping.requisition.clone()).collect();
        let people = workday.in_stage(&requisitions).await?;
        let mut by_requisition: BTreeMap<_, BTreeMap<_, &InStage>> = BTreeMap::new();
        for person in &people {
            by_requisition
                .entry(&person.requisition)
                .or_default()
                .insert(&person.application, person);
        }
        for mapping in batch {
            let present = by_requisition.remove(&mapping.requisition).unwrap_or_default();
            hints += compare(function, connection, mapping, present, now).await?;
        }
    }
    Ok(hints)
}

/// Compares who is in a requisition's stage with who was: a hint for each difference, and only for those.
async fn compare(
    function: &Function,
    connection: &Connection,
    mapping: &Mapping,
    mut present: BTreeMap<&domain::JobApplicationId, &InStage>,
    now: Moment,
) -> Result<usize, Trouble> {
    let known = function
        .store
        .applications(&connection.workspace, &connection.connection, &mapping.requisition)
        .await?;
    let mut changed: Vec<(String, String)> = Vec::new();
    for row in &known {
        let here = present.remove(&row.application).is_some();
        if here != row.visits.in_stage {
            changed.push((row.application.to_string(), row.candidate.to_string()));
        }
    }
    if mapping.triggers(connection).stage {
        changed.extend(
            present
                .values()
                .map(|person| (person.application.to_string(), person.candidate.to_string())),
        );
    }
    for (application, candidate) in &changed {
        let about = About::Application {
            connection: connection.connection.clone(),
            assessment: None,
            assess_event: None,
            application: Some(application.clone()),
            candidate: Some(candidate.clone()),
            requisition: Some(mapping.requisition.to_string()),
        };
        function.hint(&Hint::new(connection.workspace.clone(), about, now)).await?;
    }
    Ok(changed.len())
}
