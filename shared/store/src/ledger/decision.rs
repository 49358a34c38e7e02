//! The ledger's decision, without any reading or writing: what a row, a moment and a look at the far side ask for, and
//! what a call's outcome makes of the row.

#[cfg(test)]
mod tests;

use super::row::{KEPT, Row, Status};
use super::step::{Called, Class, LookFailed, ParkReason, Step, StepOutcome, Timing};
use domain::Moment;
use std::time::Duration;

/// Messages that may be issued without proof that one left. Only what cannot be read back has a cap: an effect that is
/// proven absent was never sent.
pub(super) const CAP: u32 = 3;
/// Before the row is read again that somebody else wrote first.
const SOON: Duration = Duration::from_secs(2);

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
    /// [`CAP`], unless a test says otherwise.
    pub(super) cap: u32,
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
            (_, Some(Err(failed))) => self.look_failed(seen, failed),
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
            return waits(row.lease_until, ParkReason::Held);
        }
        if self.step.class != Class::Idempotent && !row.may_have_left() {
            return self.claim(Some(row));
        }
        match (self.step.class, row.call_at) {
            (Class::Readable, Some(call_at)) if self.now < call_at.plus(self.timing.quarantine) => {
                waits(call_at.plus(self.timing.quarantine), ParkReason::Unproven)
            }
            (Class::Readable | Class::Idempotent | Class::Unreadable, _) => Next::Look,
        }
    }

    /// A look found nothing: it is absent if that was proof enough.
    fn absent(&self, row: &Row) -> Next {
        let once = |first: Moment| self.now < first.plus(self.timing.second_look);
        match self.step.class {
            Class::Unreadable => self.without_evidence(row),
            Class::Readable if row.absent_at.is_none_or(once) => self.look_again(row),
            Class::Readable | Class::Idempotent => self.claim(Some(row)),
        }
    }

    /// Nothing proves that a message left, and nothing can prove that it did not.
    fn without_evidence(&self, row: &Row) -> Next {
        let awaited = row.call_at.map(|call_at| call_at.plus(self.timing.evidence));
        match awaited.filter(|until| self.now < *until) {
            Some(until) => waits(until, ParkReason::Unproven),
            None if row.sends >= self.cap && !self.step.reopens(row) => self.settle(Some(row), Status::Review, "cap_reached"),
            None => self.claim(Some(row)),
        }
    }

    /// The far side could not be asked. That is counted, so that it is asked less and less often.
    fn look_failed(&self, seen: Option<&Row>, failed: &LookFailed) -> Next {
        let seen = seen.cloned().unwrap_or_else(|| self.row_after(None));
        let row = Row {
            failures: seen.failures.saturating_add(1),
            ..seen
        };
        let told = self.unreachable(row.failures, failed.retry_after);
        Next::Write {
            row,
            lost: told.clone(),
            told,
        }
    }

    /// One look is not enough: the far side may show what it took a moment late.
    fn look_again(&self, row: &Row) -> Next {
        let waiting = |first: Moment| StepOutcome::Park {
            until: first.plus(self.timing.second_look),
            reason: ParkReason::Unproven,
            failures: 0,
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

    /// Claims the step and counts the call that follows, in one write. An earlier call of what can be read back is proven
    /// absent by now.
    fn claim(&self, seen: Option<&Row>) -> Next {
        let counted = seen.filter(|row| self.step.class == Class::Unreadable && !self.step.reopens(row));
        Next::Call(Row {
            sends: counted.map_or(1, |row| row.sends.saturating_add(1)),
            ..self.claimed(seen)
        })
    }

    fn claimed(&self, seen: Option<&Row>) -> Row {
        Row {
            status: Status::Intent,
            lease_until: self.now.plus(self.timing.lease),
            call_at: Some(self.now),
            ..self.row_after(seen)
        }
    }

    /// The claim anew, where its write took so long that the call could outlive it. The same call is counted once.
    pub(super) fn renewed(&self, claim: &Row) -> Option<Row> {
        let written = claim.call_at.unwrap_or(self.now);
        (self.now.since(written) >= self.timing.lease / 2).then(|| self.claimed(Some(claim)))
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
            lost: parked(self.now.plus(SOON), ParkReason::Held),
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
            failures: seen.filter(|row| !self.step.reopens(row)).map_or(0, |row| row.failures),
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
                    sends: claimed.sends.saturating_sub(1),
                    failures: claimed.failures.saturating_add(1),
                    ..claimed.clone()
                };
                let told = self.unreachable(row.failures, retry_after);
                (row, told)
            }
            Called::Unknown => {
                let call_at = claimed.call_at.unwrap_or(self.now);
                let row = Row {
                    lease_until: self.now,
                    failures: claimed.failures.saturating_add(1),
                    ..claimed.clone()
                };
                let told = StepOutcome::Park {
                    until: match self.step.class {
                        Class::Readable => call_at.plus(self.timing.quarantine),
                        Class::Idempotent => self.now.plus(self.timing.second_look),
                        Class::Unreadable => call_at.plus(self.timing.evidence),
                    },
                    reason: ParkReason::Unproven,
                    failures: row.failures,
                };
                (row, told)
            }
        }
    }

    /// Another worker has the step, or took it over while this one was calling: its word counts, not ours.
    pub(super) fn overtaken(&self) -> StepOutcome {
        parked(self.now.plus(self.timing.second_look), ParkReason::Held)
    }

    /// The far side named the earliest moment, or none.
    fn unreachable(&self, failures: u32, retry_after: Option<Duration>) -> StepOutcome {
        StepOutcome::Park {
            until: self.now.plus(retry_after.unwrap_or_default()),
            reason: ParkReason::Unreachable,
            failures,
        }
    }
}

fn parked(until: Moment, reason: ParkReason) -> StepOutcome {
    StepOutcome::Park {
        until,
        reason,
        failures: 0,
    }
}

fn waits(until: Moment, reason: ParkReason) -> Next {
    Next::Tell(parked(until, reason))
}
