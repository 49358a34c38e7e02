//! A step, what can be known of its effect, and what a run of it comes to.

use domain::{Moment, OwnerId, WorkspaceId};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What can be known about an effect after its answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The far side can be searched for it: an attachment, an interview.
    Readable,
    /// The far side holds one value that is set only if different: a status, a stage.
    Idempotent,
    /// It cannot be read back, only evidenced: an email, a text message.
    Unreadable,
}

/// How long the ledger waits for what.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// From the claim. Half of it is longer than any call with its wait for a turn; what is left covers the clocks' skew.
    pub lease: Duration,
    /// A request still in flight when its caller died may land this much later.
    pub quarantine: Duration,
    /// Between two readings that both must find nothing.
    pub second_look: Duration,
    /// How long evidence of a message may take to arrive.
    pub evidence: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(90),
            quarantine: Duration::from_mins(2),
            second_look: Duration::from_secs(5),
            evidence: Duration::from_mins(10),
        }
    }
}

/// One step of one order or notice.
#[derive(Debug, Clone)]
pub struct Step<'a> {
    pub workspace: &'a WorkspaceId,
    pub owner: OwnerId,
    /// Unique within the owner; carries the attempt or the result version.
    pub name: String,
    pub class: Class,
    /// Hash of what will be sent: one step can never mean two things.
    pub input_hash: String,
    /// Raised by a person's *again*: what was refused, or left for a person, in an earlier round is tried anew.
    pub round: u32,
}

/// What a call to the far side came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Called {
    /// It happened; what to remember of it (an id).
    Done(String),
    /// The far side refused it for good: it did not happen. A stable reason code.
    Refused(String),
    /// It certainly did not happen and may be tried again.
    NotSent { retry_after: Option<Duration> },
    /// It may have happened.
    Unknown,
}

/// The far side could not be asked; try again later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookFailed {
    pub retry_after: Option<Duration>,
}

/// Where a step stands after a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepOutcome {
    /// It happened, now or earlier.
    Done(String),
    /// The far side refused it for good, now or earlier.
    Refused(String),
    /// Not now: come back at `until` at the earliest.
    Park {
        until: Moment,
        reason: ParkReason,
        /// Calls and looks in a row that failed, the one just made included; 0: nothing was tried.
        failures: u32,
    },
    /// A person must look: a message's cap is reached, or one step was asked to mean two things.
    Review,
}

/// Why a step waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParkReason {
    /// Another worker is on it.
    Held,
    /// An earlier call's outcome is unknown; time must pass before the far side can be trusted to show it.
    Unproven,
    /// The far side did not take the call, or could not be asked.
    Unreachable,
}
