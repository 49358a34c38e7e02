//! Assess events: those created since the last look, in overlapping windows, and those that are watched.

use crate::look::{Look, Poll};
use crate::pushes;
use domain::Moment;
use domain::part::{Cursor, Obstacle};
use domain::settings::Mapping;
use std::collections::BTreeSet;
use std::time::Duration;
use store::connection::ConnectionNote;
use store::hint::About;
use store::watched::WatchedEvent;
use vendors::Stopped;
use vendors::workday::PolledEvent;
use work::Trouble;

/// Windows overlap by this much: Workday's clock and ours differ, and events are committed late.
const OVERLAP: Duration = Duration::from_mins(10);
/// The first poll looks back this far.
const FIRST_WINDOW: Duration = Duration::from_hours(24);
/// An event without a send status is re-read this long.
const WATCHED_FOR: Duration = Duration::from_hours(24 * 14);
/// Events asked about by id in one call.
const BATCH: usize = 100;

/// Events created since the last look.
pub(crate) async fn window(poll: &Poll<'_>) -> Result<Look, Trouble> {
    let mut look = Look::default();
    if !is_asked_for(poll) {
        return Ok(look);
    }
    let standing = &poll.connection.standing;
    let cursor = standing.assess_window.from(poll.begun);
    let last = standing.assess_window.succeeded_at.or(standing.polled_at);
    let from = last.map_or(cursor.as_of.minus(FIRST_WINDOW), |last| last.minus(OVERLAP));
    let to = cursor.as_of.plus(OVERLAP);
    let mut pages = poll.workday.events_created(from, to, cursor);
    let mut seen = standing.seen_ids.clone();
    loop {
        match pages.next().await {
            Ok(Some(mut events)) => {
                let statuses = events.iter().filter_map(|polled| polled.event.status.as_ref());
                let tests = events.iter().flat_map(|polled| &polled.event.tests);
                if let Some(more) = seen.with(statuses, tests) {
                    poll.function
                        .store
                        .note(poll.connection, ConnectionNote::Seen(more.clone()))
                        .await?;
                    seen = more;
                }
                // What is watched is read by its id, in this same poll.
                events.retain(|polled| !poll.watched.iter().any(|watched| watched.event == polled.event.event));
                look.hints += sort(poll, &events, |_| from).await?.hints;
            }
            Ok(None) => break,
            // Read again from there it would come to no end again: the next look begins anew.
            Err(stopped) if stopped.obstacle == Obstacle::PagesRepeat => {
                look.stopped = Some(stopped);
                look.rest = None;
                return Ok(look);
            }
            Err(stopped) => look.stopped = Some(stopped),
        }
        look.page = pages.page_size();
        look.rest = pages.cursor();
        if look.stopped.is_some() || look.rest.is_none() || poll.is_over() {
            break;
        }
    }
    if look.stopped.is_none() && look.rest.is_none() && pages.left_out() > 0 {
        look.stopped = Some(Stopped::left_out(pages.left_out()));
        look.is_through = true;
    }
    Ok(look)
}

/// Whether an event may start anything here: it is a trigger of the connection, or of a link.
fn is_asked_for(poll: &Poll<'_>) -> bool {
    let of_link = |mapping: &Mapping| mapping.triggers(poll.connection).assess;
    poll.connection.options.triggers.assess || poll.mappings.iter().any(of_link)
}

/// The events that are watched, in batches; those that are too old, gone or done are watched no more.
pub(crate) async fn watched(poll: &Poll<'_>) -> Result<Look, Trouble> {
    let mut look = Look::default();
    let (over, watched): (Vec<&WatchedEvent>, Vec<&WatchedEvent>) = poll
        .watched
        .iter()
        .partition(|watched| poll.begun.since(watched.since) > WATCHED_FOR);
    unwatch(poll, over.into_iter().map(|watched| watched.event.clone())).await?;
    let cursor = poll.connection.standing.watched_events.from(poll.begun);
    // Each look until then saw it without.
    let looked = poll.connection.standing.watched_events.succeeded_at;
    let unset = |event: &str| {
        let since = poll
            .watched
            .iter()
            .find(|watched| watched.event == event)
            .map(|watched| watched.since);
        since.max(looked).unwrap_or(poll.begun)
    };
    let left = watched.into_iter().map(|watched| watched.event.clone());
    let left: Vec<String> = left
        .filter(|event| cursor.after.as_ref().is_none_or(|after| event > after))
        .collect();
    for batch in left.chunks(BATCH) {
        if poll.is_over() {
            return Ok(look);
        }
        let named = match poll.workday.events_named(batch).await {
            Ok(named) => named,
            Err(stopped) => {
                let is_passed_over = stopped.obstacle.is_of_the_question();
                look.stopped = Some(stopped);
                if is_passed_over {
                    continue;
                }
                return Ok(look);
            }
        };
        if !named.vanished.is_empty() {
            tracing::warn!(connection = %poll.connection.connection, events = named.vanished.len(), "watched events are gone from Workday");
        }
        let sorted = sort(poll, &named.found, unset).await?;
        look.hints += sorted.hints;
        unwatch(poll, named.vanished.into_iter().chain(sorted.finished)).await?;
        look.rest = batch.last().map(|last| Cursor {
            after: Some(last.clone()),
            ..cursor.clone()
        });
    }
    Ok(Look {
        rest: None,
        is_through: true,
        ..look
    })
}

/// What became of events that were read.
#[derive(Default)]
struct Sorted {
    hints: usize,
    /// Our result stands on them.
    finished: Vec<String>,
}

/// A hint for each event that orders; one without a send status is watched until it does. `unset`: when an event had none yet.
async fn sort(poll: &Poll<'_>, events: &[PolledEvent], unset: impl Fn(&str) -> Moment) -> Result<Sorted, Trouble> {
    let connection = poll.connection;
    let identifiers = &connection.options.identifiers;
    let mut sorted = Sorted::default();
    let mut ordered = BTreeSet::new();
    for polled in events {
        let event = &polled.event;
        if !event.is_ours(identifiers) {
            continue;
        }
        // On an event that is another vendor's too the status is never ours, and says nothing.
        let is_shared = !event.tests.iter().all(|test| identifiers.tests.contains(test));
        if event.has_our_result && (is_shared || !event.reads_sent(identifiers)) {
            sorted.finished.push(event.event.clone());
        } else if event.is_order(identifiers) || event.has_our_result {
            if ordered.insert(&event.event) {
                let hint = poll.seen(about(poll, polled));
                pushes::compare(poll, polled, &hint, unset(&event.event)).await?;
                poll.function.hint(&hint).await?;
                sorted.hints += 1;
            }
        } else {
            let watch = WatchedEvent {
                event: event.event.clone(),
                since: poll.begun,
            };
            let store = &poll.function.store;
            store.watch_event(&connection.workspace, &connection.connection, &watch).await?;
        }
    }
    Ok(sorted)
}

async fn unwatch(poll: &Poll<'_>, events: impl Iterator<Item = String>) -> Result<(), Trouble> {
    let (workspace, connection) = (&poll.connection.workspace, &poll.connection.connection);
    for event in events {
        poll.function.store.unwatch_event(workspace, connection, &event).await?;
    }
    Ok(())
}

/// A hint made of an assess event: the same ids a push would carry.
fn about(poll: &Poll<'_>, polled: &PolledEvent) -> About {
    About::Application {
        connection: poll.connection.connection.clone(),
        assessment: None,
        assess_event: Some(polled.event.event.clone()),
        application: polled.application.clone(),
        candidate: polled.candidate.clone(),
        requisition: polled.requisition.clone(),
    }
}
