//! One connection's poll: its parts, each for itself. What Workday does not show of one says nothing of the others.

use crate::function::Function;
use crate::look::{Look, Poll};
use crate::part::{self, BETWEEN_RUNS};
use crate::{assess, preflight, probe, pushes, stage, telling};
use domain::part::{Part, PartStanding};
use domain::{ConnectionId, WorkspaceId};
use std::future::Future;
use store::connection::ConnectionNote;
use store::due::Next;
use work::Trouble;

/// Polls one connection and parks the work until the next poll.
pub(crate) async fn poll(function: &Function, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Next, Trouble> {
    let Some(connection) = function.store.connection(workspace, connection).await? else {
        return Ok(Next::Finished("gone"));
    };
    let connection = probe::look_again(function, connection).await?;
    let mappings = function.store.mappings_of(workspace, &connection.connection).await?;
    let poll = Poll {
        workday: &function.vendors.workday(&connection).await?,
        function,
        connection: &connection,
        mappings: &mappings,
        push: pushes::standing(function, &connection).await?,
        watched: function.store.watched_events(workspace, &connection.connection).await?,
        begun: function.clock.now(),
    };
    let (window, watched, stage) = tokio::join!(
        poll.part(Part::AssessWindow, Box::pin(assess::window(&poll))),
        poll.part(Part::WatchedEvents, Box::pin(assess::watched(&poll))),
        poll.part(Part::Stage, Box::pin(stage::look(&poll))),
    );
    let parts = [
        (Part::AssessWindow, window?),
        (Part::WatchedEvents, watched?),
        (Part::Stage, stage?),
    ];
    if parts.iter().all(|(_, standing)| standing.is_whole()) {
        function.store.note(&connection, ConnectionNote::Polled(poll.begun)).await?;
    }
    preflight::arm_if_due(function, &connection).await?;
    telling::of_connection(function, &connection).await?;
    telling::of_screenings(function, workspace).await?;
    let spread = function.worker.spread(poll.interval() / 10);
    let next_of = |(part, standing): &(Part, PartStanding)| {
        let of_interval = standing.succeeded_at.unwrap_or(poll.begun).plus(poll.every(*part)).plus(spread);
        standing.next_at.unwrap_or(of_interval)
    };
    let next = parts.iter().map(next_of).min().unwrap_or(poll.begun.plus(poll.interval()));
    Ok(Next::Park(next, "polled"))
}

impl Poll<'_> {
    /// Looks at a part whose time has come, and notes how it stands then.
    async fn part(&self, part: Part, look: impl Future<Output = Result<Look, Trouble>>) -> Result<PartStanding, Trouble> {
        let before = self.connection.standing.part(part);
        if !self.is_due(part) {
            return Ok(before.clone());
        }
        let begun = before.from(self.begun).as_of;
        let Look {
            hints,
            rest,
            stopped,
            is_through,
            is_enough,
            page,
        } = look.await?;
        let now = self.function.clock.now();
        let after = match (stopped, rest) {
            (None, None) => PartStanding::succeeded(begun).with_page(page),
            (None, Some(rest)) => {
                let pause = if is_enough { self.interval() } else { BETWEEN_RUNS };
                before.goes_on(rest, now.plus(pause))
            }
            (Some(stopped), rest) => {
                let mut after = part::stopped(self.function, self.connection, part, stopped, rest)?;
                if is_through {
                    // All else of the part was looked at, and is as usual.
                    after.next_at = after.next_at.min(Some(self.begun.plus(self.interval())));
                }
                after
            }
        };
        let note = ConnectionNote::Looked(part, after.clone());
        self.function.store.note(self.connection, note).await?;
        tracing::info!(connection = %self.connection.connection, part = part.name(), hints, "part polled");
        Ok(after)
    }

    /// Whether a part is looked at in this poll: its time has come. A poll for which no part's has come was asked for by a
    /// person, and looks at everything.
    fn is_due(&self, part: Part) -> bool {
        let has_come = |part: Part| {
            let standing = self.connection.standing.part(part);
            match (standing.next_at, standing.succeeded_at) {
                (Some(next), _) => next <= self.begun,
                (None, Some(at)) => self.begun.since(at) >= self.every(part),
                (None, None) => true,
            }
        };
        has_come(part) || ![Part::AssessWindow, Part::WatchedEvents, Part::Stage].into_iter().any(has_come)
    }
}
