//! How a part of what is looked at stands after a look that was stopped.

use crate::function::Function;
use domain::Moment;
use domain::order::WaitReason;
use domain::part::{Cursor, Part, PartStanding, Problem};
use domain::settings::Connection;
use std::time::Duration;
use vendors::workday::Stopped;
use work::Trouble;

/// A part that is not at its end by then goes on in the next run: a run has four minutes, and one call may take twenty
/// seconds twice.
pub(crate) const LONGEST_LOOK: Duration = Duration::from_mins(2);
/// Longer than what a worker waits out in place.
pub(crate) const BETWEEN_RUNS: Duration = Duration::from_secs(2);
/// A part's first failure counts for so many in a row: half a minute costs nobody anything.
const FAILED: u32 = 4;
/// A refusal counts for so many, which nothing but a person ends: a quarter of an hour.
const REFUSED: u32 = 9;

/// What stopped a part, told in the log, and how it stands then. What is nobody's but the work's ends that.
pub(crate) fn stopped(
    function: &Function,
    connection: &Connection,
    part: Part,
    stopped: Stopped,
    rest: Option<Cursor>,
) -> Result<PartStanding, Trouble> {
    let before = connection.standing.part(part);
    let now = function.clock.now();
    let Stopped { trouble, obstacle, words } = stopped;
    tracing::warn!(connection = %connection.connection, part = part.name(), obstacle = ?obstacle, outcome = "part_stopped", "a part of what is looked at was stopped");
    let next_at = again_at(function, now, trouble, before.failures)?;
    let problem = Problem {
        since: now,
        obstacle,
        words,
    };
    Ok(before.stopped(problem, rest, next_at))
}

fn again_at(function: &Function, now: Moment, trouble: Trouble, failures: u32) -> Result<Moment, Trouble> {
    let worker = &function.worker;
    match trouble {
        Trouble::Park { reason, after } => Ok(worker.retry_at(now, reason, failures.saturating_add(FAILED), after)),
        Trouble::Refused { .. } => Ok(worker.retry_at(now, WaitReason::WorkdayUnavailable, REFUSED, None)),
        trouble @ (Trouble::Again | Trouble::Disconnected | Trouble::Infrastructure(_)) => Err(trouble),
    }
}
