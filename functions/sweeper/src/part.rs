//! How a part of what is looked at stands after a look that was stopped.

use crate::function::Function;
use domain::part::{Cursor, Part, PartStanding, Problem};
use domain::settings::Connection;
use std::time::Duration;
use vendors::Stopped;
use work::Trouble;

/// A part that is not at its end by then goes on in the next run: a run has four minutes, and one call may take twenty
/// seconds twice.
pub(crate) const LONGEST_LOOK: Duration = Duration::from_mins(2);
/// Longer than what a worker waits out in place.
pub(crate) const BETWEEN_RUNS: Duration = Duration::from_secs(2);
/// What stopped a part, told in the log, and how it stands then. What is nobody's but the work's ends that.
pub(crate) fn stopped(
    function: &Function,
    connection: &Connection,
    part: Part,
    stopped: Stopped,
    rest: Option<Cursor>,
) -> Result<PartStanding, Trouble> {
    tracing::warn!(connection = %connection.connection, part = part.name(), obstacle = ?stopped.obstacle, outcome = "part_stopped", "a part of what is looked at was stopped");
    after(function, connection.standing.part(part), stopped, rest)
}

/// How what was looked at stands after a look that was stopped.
pub(crate) fn after(function: &Function, before: &PartStanding, stopped: Stopped, rest: Option<Cursor>) -> Result<PartStanding, Trouble> {
    let now = function.clock.now();
    let Stopped { trouble, obstacle, words } = stopped;
    let next_at = function.again_at(trouble, before.failures)?;
    let problem = Problem {
        since: now,
        obstacle,
        words,
    };
    Ok(before.stopped(problem, rest, next_at))
}
