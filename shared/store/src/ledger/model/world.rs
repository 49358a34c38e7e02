//! One state of the modelled world, small enough to keep some hundred thousand of them.
//!
//! Moments are seconds from the model's clock, which always stands at zero: two worlds that differ only in the hour are
//! one. What lies so far back that no decision can tell is forgotten for the same reason.

use super::super::row::{Row, Status};
use super::super::step::{Class, Timing};
use domain::{Moment, WorkspaceId};
use std::time::Duration;

/// Seconds from the model's clock; negative is the past.
pub(super) type Offset = i16;

/// The steps of the modelled order.
pub(super) const STEPS: [Class; 4] = [Class::Readable, Class::Idempotent, Class::Readable, Class::Unreadable];

/// The moment that the offset zero stands for in the decisions.
const ZERO: Moment = Moment(1_000_000_000_000);

pub(super) fn moment(offset: Offset) -> Moment {
    Moment(ZERO.0 + i64::from(offset) * 1000)
}

pub(super) fn offset(moment: Moment) -> Offset {
    Offset::try_from(((moment.0 - ZERO.0) / 1000).max(-10_000)).unwrap()
}

pub(super) fn seconds(duration: Duration) -> Offset {
    Offset::try_from(duration.as_secs()).unwrap()
}

/// Epoch, sends and status of a row.
pub(super) type Fence = (u8, u8, u8);

/// A step's row without what never changes here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Small {
    status: u8,
    pub(super) epoch: u8,
    sends: u8,
    lease: Offset,
    call_at: Option<Offset>,
    absent_at: Option<Offset>,
}

const STATUSES: [Status; 4] = [Status::Intent, Status::Done, Status::Refused, Status::Review];

impl Small {
    pub(super) fn of(row: &Row) -> Self {
        Self {
            status: u8::try_from(STATUSES.iter().position(|status| *status == row.status).unwrap()).unwrap(),
            epoch: u8::try_from(row.epoch).unwrap(),
            sends: u8::try_from(row.sends).unwrap(),
            lease: offset(row.lease_until),
            call_at: row.call_at.map(offset),
            absent_at: row.absent_at.map(offset),
        }
    }

    /// The row that the decisions take.
    pub(super) fn row(self, workspace: &WorkspaceId, class: Class) -> Row {
        Row {
            workspace: workspace.clone(),
            status: self.status(),
            class,
            epoch: self.epoch.into(),
            lease_until: moment(self.lease),
            call_at: self.call_at.map(moment),
            sends: self.sends.into(),
            failures: 0,
            absent_at: self.absent_at.map(moment),
            result: String::new(),
            input_hash: String::new(),
            round: 0,
            expires_at: 0,
        }
    }

    pub(super) fn status(self) -> Status {
        STATUSES[usize::from(self.status)]
    }

    pub(super) fn settled(self) -> bool {
        self.status() != Status::Intent
    }

    /// What the table compares when the row is replaced.
    pub(super) fn fence(self) -> Fence {
        (self.epoch, self.sends, self.status)
    }

    /// The same row with its moments moved, less what no decision asks for any more. A settled row is final: only that
    /// it is settled, and how, is kept.
    pub(super) fn later_by(self, seconds: Offset, class: Class, timing: Timing) -> Self {
        let wait = match class {
            Class::Readable => timing.quarantine,
            Class::Idempotent => Duration::ZERO,
            Class::Unreadable => timing.evidence,
        };
        let shifted = |at: Offset, kept: Duration| at.saturating_add(seconds).max(-self::seconds(kept));
        if self.settled() {
            return Self {
                status: self.status,
                epoch: 0,
                sends: 0,
                lease: 0,
                call_at: None,
                absent_at: None,
            };
        }
        Self {
            lease: shifted(self.lease, Duration::ZERO),
            call_at: self.call_at.map(|at| shifted(at, wait)),
            absent_at: self.absent_at.map(|at| shifted(at, timing.second_look)),
            ..self
        }
    }

    /// The moments at which a decision on this row changes.
    pub(super) fn turning_points(self, class: Class, timing: Timing) -> impl Iterator<Item = Offset> {
        let wait = match class {
            Class::Readable => timing.quarantine,
            Class::Idempotent => Duration::ZERO,
            Class::Unreadable => timing.evidence,
        };
        let proven = self.call_at.map(|at| at + seconds(wait));
        let second_look = self.absent_at.map(|at| at + seconds(timing.second_look));
        [Some(self.lease), proven, second_look].into_iter().flatten()
    }
}

/// The far side of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Far {
    /// The effect stands there.
    pub(super) happened: bool,
    /// Messages that left or may have left.
    pub(super) sent: u8,
    /// When the last of them was claimed.
    pub(super) sent_at: Offset,
    /// A message's evidence has arrived.
    pub(super) evidence: bool,
}

/// What a worker does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Doing {
    /// Nothing: a delivery may come at any moment.
    Idle,
    /// Looks at the far side, for as long as that takes.
    Looking(Hand),
    /// Writes the row that it decided on, for as long as that takes, perhaps to call then.
    Writing {
        step: u8,
        over: Option<Fence>,
        row: Small,
        to_call: Option<Intent>,
    },
    /// Waits for the answer to its call, which was claimed at `started` and is over at `until`.
    Calling { hand: Hand, started: Offset, until: Offset },
}

/// What a worker holds in the middle of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Hand {
    pub(super) step: u8,
    /// The row as read, or as claimed.
    pub(super) row: Option<Small>,
}

/// What a worker means to do once its claim is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Intent {
    /// The moment of the claim.
    pub(super) started: Offset,
    /// It looked at the far side in this run and found nothing.
    pub(super) looked: bool,
}

/// A request whose caller is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Stray {
    pub(super) step: u8,
    /// Lands until then, or never.
    pub(super) until: Offset,
}

/// What may still go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Faults {
    pub(super) crashes: u8,
    pub(super) unknown: u8,
    pub(super) unreachable: u8,
    pub(super) refused: u8,
    /// Claims whose write takes half a lease.
    pub(super) slow: u8,
}

/// One state of the modelled world.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) rows: [Option<Small>; 4],
    pub(super) far: [Far; 4],
    pub(super) workers: [Doing; 2],
    pub(super) strays: [Option<Stray>; 3],
    pub(super) faults: Faults,
}

impl World {
    pub(super) fn settled(&self) -> bool {
        self.rows.iter().all(|row| row.is_some_and(Small::settled))
    }

    /// The same world with this worker doing something else.
    pub(super) fn doing(&self, worker: usize, doing: Doing) -> Self {
        let mut next = self.clone();
        next.workers[worker] = doing;
        next
    }

    /// Drops what makes no difference: a look at a settled step and a write over it come to nothing, since the status
    /// differs from any that was read; a request that cannot change a settled step's far side any more; and which of
    /// two alike workers or requests is the first.
    pub(super) fn forget(&mut self) {
        let rows = self.rows;
        let settled = |step: u8| rows[usize::from(step)].is_some_and(Small::settled);
        for doing in &mut self.workers {
            match doing {
                Doing::Looking(Hand { step, .. }) | Doing::Writing { step, .. } if settled(*step) => *doing = Doing::Idle,
                Doing::Idle | Doing::Looking(_) | Doing::Writing { .. } | Doing::Calling { .. } => {}
            }
        }
        for stray in &mut self.strays {
            let matters = |step: u8| STEPS[usize::from(step)] == Class::Readable || !settled(step);
            *stray = stray.filter(|stray| matters(stray.step));
        }
        self.workers.sort_unstable();
        self.strays.sort_unstable();
    }
}
