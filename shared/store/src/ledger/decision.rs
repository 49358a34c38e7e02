//! The ledger's decision, without any reading or writing: what a row, a moment and a look at the far side ask for, and
//! what a call's outcome makes of the row.

#[cfg(test)]
mod tests;

use super::row::{KEPT, Row, Status};
use super::step::{Called, Class, LookFailed, ParkReason, Step, StepOutcome, Timing};
use domain::Moment;
use std::time::Duration;

/// Retry of a step whose far side did not take the call, when it named no time itself.
const RETRY: Duration = Duration::from_secs(2);

/// What a look at the far side came to.
pub(super) type Found = Result<Option<String>, LookFailed>;

/// What a run does next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Nothing more: the step is settled, or must wait.
    Tell(StepOutcome),
    /// Look for the effect, then ask again with what was found.
    Look,
    /// Write this row over the one that was read and tell; `lost` is told when somebody else was first.
    Write { row: Row, told: StepOutcome, lost: StepOutcome },
    /// Write this claim over the row that was read, and call only if it was written.
    Call(Row),
}

/// One run of a step at a moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) step: &'a Step<'a>,
    pub(super) timing: Timing,
    pub(super) now: Moment,
}

impl Step<'_> {
    /// Whether a person asked for this step again since the row was settled.
    fn reopens(&self, row: &Row) -> bool {
        matches!(row.status, Status::Refused | Status::Review) && row.round < self.round
    }
}

impl Row {
    /// Whether a call may have left. The count tells of a message's earlier calls, which nothing can prove absent, when
    /// the last one certainly did not leave.
    fn may_have_left(&self) -> bool {
        self.call_at.is_some() || (self.class == Class::Unreadable && self.sends > 0)
    }
}

impl Run<'_> {
    /// Decides on the row as it was read and, once the far side was looked at, on what was found there.
    pub(super) fn next(&self, seen: Option<&Row>, found: Option<&Found>) -> Next {
        match (seen, found) {
            (None, None) => self.first_call(seen),
            (Some(row), None) => self.before_a_look(row),
            (_, Some(Ok(Some(result)))) => self.settle(seen, Status::Done, result),
            (_, Some(Err(failed))) => Next::Tell(self.unreachable(failed.retry_after)),
            // A refused call left nothing behind: only a row under way has a past to be proven absent.
            (Some(row), Some(Ok(None))) if row.status != Status::Refused => self.absent(row),
            (_, Some(Ok(None))) => self.claim(seen),
        }
    }

    /// Nothing of this step can have happened by its own calls. But a value may stand there already: set by a person,
    /// or by another step with the same meaning.
    fn first_call(&self, seen: Option<&Row>) -> Next {
        match self.step.class {
            Class::Idempotent => Next::Look,
            Class::Readable | Class::Unreadable => self.claim(seen),
        }
    }

    fn before_a_look(&self, row: &Row) -> Next {
        let reopened = self.step.reopens(row);
        match row.status {
            Status::Done => Next::Tell(StepOutcome::Done(row.result.clone())),
            Status::Refused if reopened => self.first_call(Some(row)),
            Status::Refused => Next::Tell(StepOutcome::Refused(row.result.clone())),
            Status::Review if !reopened => Next::Tell(StepOutcome::Review),
            Status::Review | Status::Intent => self.under_way(row, reopened),
        }
    }

    /// A call may have been issued: whether the far side can be trusted to show it by now.
    fn under_way(&self, row: &Row, reopened: bool) -> Next {
        // A step that never left may still be corrected: an admin changes a wrong id while it waits. What is read,
        // compared and set needs no such guard: a release that words it differently writes the new words.
        let must_mean_one_thing = self.step.class != Class::Idempotent && !reopened;
        if must_mean_one_thing && row.input_hash != self.step.input_hash && row.may_have_left() {
            return self.settle(Some(row), Status::Review, "input_changed");
        }
        if row.lease_until > self.now {
            return park(row.lease_until, ParkReason::Held);
        }
        if self.step.class != Class::Idempotent && !row.may_have_left() {
            return self.claim(Some(row));
        }
        match (self.step.class, row.call_at) {
            (Class::Readable, Some(call_at)) if self.now < call_at.plus(self.timing.quarantine) => {
                park(call_at.plus(self.timing.quarantine), ParkReason::Unproven)
            }
            (Class::Readable | Class::Idempotent | Class::Unreadable, _) => Next::Look,
        }
    }

    /// A look found nothing: it is absent if that was proof enough.
    fn absent(&self, row: &Row) -> Next {
        let reopened = self.step.reopens(row);
        let awaited = row.call_at.map(|call_at| call_at.plus(self.timing.evidence));
        match (self.step.class, awaited) {
            (Class::Unreadable, Some(until)) if self.now < until => return park(until, ParkReason::Unproven),
            (Class::Readable, _) if row.absent_at.is_none_or(|first| self.now < first.plus(self.timing.second_look)) => {
                return self.look_again(row);
            }
            (Class::Readable | Class::Idempotent | Class::Unreadable, _) => {}
        }
        if row.sends >= self.step.cap && !reopened {
            return self.settle(Some(row), Status::Review, "cap_reached");
        }
        self.claim(Some(row))
    }

    /// One look is not enough: the far side may show what it took a moment late.
    fn look_again(&self, row: &Row) -> Next {
        let waiting = |first: Moment| StepOutcome::Park {
            until: first.plus(self.timing.second_look),
            reason: ParkReason::Unproven,
        };
        if let Some(first) = row.absent_at {
            return Next::Tell(waiting(first));
        }
        Next::Write {
            row: Row {
                absent_at: Some(self.now),
                ..row.clone()
            },
            told: waiting(self.now),
            lost: waiting(self.now),
        }
    }

    /// Claims the step and counts the call that follows, in one write.
    fn claim(&self, seen: Option<&Row>) -> Next {
        Next::Call(Row {
            status: Status::Intent,
            lease_until: self.now.plus(self.timing.lease),
            call_at: Some(self.now),
            sends: seen.filter(|row| !self.step.reopens(row)).map_or(1, |row| row.sends + 1),
            ..self.row_after(seen)
        })
    }

    /// Settles a step that nobody holds: the effect was found, or a person must look.
    fn settle(&self, seen: Option<&Row>, status: Status, result: &str) -> Next {
        Next::Write {
            row: Row {
                status,
                result: result.to_owned(),
                ..self.row_after(seen)
            },
            told: match status {
                Status::Done => StepOutcome::Done(result.to_owned()),
                Status::Review | Status::Intent | Status::Refused => StepOutcome::Review,
            },
            lost: StepOutcome::Park {
                until: self.now.plus(RETRY),
                reason: ParkReason::Held,
            },
        }
    }

    /// The row of the next epoch: whoever still holds an earlier one can change nothing any more.
    fn row_after(&self, seen: Option<&Row>) -> Row {
        Row {
            workspace: self.step.workspace.clone(),
            status: Status::Intent,
            class: self.step.class,
            epoch: seen.map_or(1, |row| row.epoch + 1),
            lease_until: Moment(0),
            call_at: seen.and_then(|row| row.call_at),
            sends: seen.map_or(0, |row| row.sends),
            absent_at: None,
            result: String::new(),
            input_hash: self.step.input_hash.clone(),
            round: self.step.round,
            expires_at: self.now.plus(KEPT).epoch_seconds(),
        }
    }

    /// What the call makes of the claimed row, and what is told once that is written.
    pub(super) fn called(&self, claimed: &Row, called: Called) -> (Row, StepOutcome) {
        let settled = |status, result: &str| Row {
            status,
            result: result.to_owned(),
            ..claimed.clone()
        };
        match called {
            Called::Done(result) => (settled(Status::Done, &result), StepOutcome::Done(result)),
            Called::Refused(reason) => (settled(Status::Refused, &reason), StepOutcome::Refused(reason)),
            Called::NotSent { retry_after } => {
                let row = Row {
                    lease_until: Moment(0),
                    call_at: None,
                    sends: claimed.sends - 1,
                    ..claimed.clone()
                };
                (row, self.unreachable(retry_after))
            }
            Called::Unknown => {
                let wait = match self.step.class {
                    Class::Readable => self.timing.quarantine,
                    Class::Idempotent => self.timing.second_look,
                    Class::Unreadable => self.timing.evidence,
                };
                let row = Row {
                    lease_until: self.now,
                    ..claimed.clone()
                };
                let until = self.now.plus(wait);
                let reason = ParkReason::Unproven;
                (row, StepOutcome::Park { until, reason })
            }
        }
    }

    /// Another worker has the step, or took it over while this one was calling: its word counts, not ours.
    pub(super) fn overtaken(&self) -> StepOutcome {
        StepOutcome::Park {
            until: self.now.plus(self.timing.second_look),
            reason: ParkReason::Held,
        }
    }

    fn unreachable(&self, retry_after: Option<Duration>) -> StepOutcome {
        StepOutcome::Park {
            until: self.now.plus(retry_after.unwrap_or(RETRY)),
            reason: ParkReason::Unreachable,
        }
    }
}

fn park(until: Moment, reason: ParkReason) -> Next {
    Next::Tell(StepOutcome::Park { until, reason })
}
