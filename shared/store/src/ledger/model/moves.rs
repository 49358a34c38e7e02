//! Everything that can happen next in a modelled world, and what must never happen.

use super::super::decision::{Found, Next, Run};
use super::super::row::{Row, Status};
use super::super::step::{Called, Class, LookFailed, Step, StepOutcome, Timing};
use super::world::{Doing, Far, Faults, Hand, Intent, Offset, STEPS, Small, Stray, World, moment, offset, seconds};
use domain::{OrderId, WorkspaceId};
use std::time::Duration;

/// A promise that was broken, in words.
pub(super) type Broken = &'static str;

/// The ledger under test, and what the far side may do to it.
pub(super) struct Model {
    pub(super) timing: Timing,
    pub(super) cap: u32,
    /// A call is over, or its worker dead, this long after it left.
    pub(super) calls_within: Duration,
    /// A claim whose write took too long is written anew before the call.
    pub(super) renews: bool,
    /// A request lands this long after its claim at the latest.
    pub(super) landing: Duration,
    pub(super) faults: Faults,
    workspace: WorkspaceId,
    order: OrderId,
}

impl Model {
    pub(super) fn new(faults: Faults) -> Self {
        let timing = Timing::default();
        Self {
            timing,
            cap: 2,
            calls_within: timing.lease / 2,
            renews: true,
            landing: timing.quarantine,
            faults,
            workspace: WorkspaceId::new("acme").unwrap(),
            order: OrderId::new("order").unwrap(),
        }
    }

    /// Two deliveries of an order of which nothing was done yet.
    pub(super) fn start(&self) -> World {
        let untouched = Far {
            happened: false,
            sent: 0,
            sent_at: -seconds(self.timing.evidence),
            evidence: false,
        };
        World {
            rows: [None; 4],
            far: [untouched; 4],
            workers: [Doing::Idle; 2],
            strays: [None; 3],
            faults: self.faults,
        }
    }

    /// Every world that can follow this one.
    pub(super) fn following(&self, world: &World) -> Result<Vec<World>, Broken> {
        let mut next = Vec::new();
        for worker in 0..world.workers.len() {
            self.work(world, worker, &mut next)?;
            self.crash(world, worker, &mut next)?;
        }
        Self::far_side(world, &mut next)?;
        next.extend(self.time_passes(world));
        for world in &mut next {
            world.forget();
        }
        Ok(next)
    }

    fn work(&self, world: &World, worker: usize, next: &mut Vec<World>) -> Result<(), Broken> {
        match world.workers[worker] {
            Doing::Idle => next.extend(self.read(world)?.map(|doing| world.doing(worker, doing))),
            Doing::Looking(hand) => {
                let far = world.far[usize::from(hand.step)];
                let there = match STEPS[usize::from(hand.step)] {
                    Class::Readable | Class::Idempotent => far.happened,
                    Class::Unreadable => far.evidence,
                };
                let found = Ok(there.then(String::new));
                next.push(world.doing(worker, self.looked(hand, &found)?));
                if world.faults.unreachable > 0 {
                    let failed = Err(LookFailed { retry_after: None });
                    let mut failing = world.doing(worker, self.looked(hand, &failed)?);
                    failing.faults.unreachable -= 1;
                    next.push(failing);
                }
            }
            Doing::Writing { step, over, row, to_call } => {
                let mut writing = world.doing(worker, Doing::Idle);
                if world.rows[usize::from(step)].map(Small::fence) == over {
                    if let Some(intent) = to_call {
                        writing.workers[worker] = self.before_the_call(world, Hand { step, row: Some(row) }, intent)?;
                    }
                    Self::put(&mut writing, step, row)?;
                }
                next.push(writing);
            }
            Doing::Calling { hand, started, .. } => self.answer(world, worker, (hand, started), next)?,
        }
        Ok(())
    }

    /// A delivery runs through the settled steps and stops at the first that is not. Settled rows never change again, so
    /// that reading them needs no moment of its own.
    fn read(&self, world: &World) -> Result<Option<Doing>, Broken> {
        for (step, row) in (0..).zip(world.rows) {
            let hand = Hand { step, row };
            let settled = row.is_some_and(Small::settled);
            match self.decide(hand, None) {
                Next::Tell(StepOutcome::Done(_) | StepOutcome::Refused(_) | StepOutcome::Review) if settled => {}
                Next::Tell(StepOutcome::Park { until, .. }) if !settled && offset(until) > 0 => return Ok(None),
                Next::Look if !settled => return Ok(Some(Doing::Looking(hand))),
                Next::Write { row, .. } if !settled => return Ok(Some(self.to_write(hand, &row, None))),
                Next::Call(claim) if !settled => return Ok(Some(self.to_write(hand, &claim, Some(false)))),
                Next::Tell(_) | Next::Look | Next::Write { .. } | Next::Call(_) => {
                    return Err("a step waits for what is past, is told as settled while it is not, or the other way round");
                }
            }
        }
        Ok(None)
    }

    fn looked(&self, hand: Hand, found: &Found) -> Result<Doing, Broken> {
        match self.decide(hand, Some(found)) {
            Next::Tell(_) => Ok(Doing::Idle),
            Next::Look => Err("one look was not enough for a decision"),
            Next::Write { row, .. } => Ok(self.to_write(hand, &row, None)),
            Next::Call(claim) => Ok(self.to_write(hand, &claim, Some(true))),
        }
    }

    /// The row goes over the one in hand; with `call`, a call follows, after a look in the same run or without one.
    fn to_write(&self, hand: Hand, row: &Row, call: Option<bool>) -> Doing {
        Doing::Writing {
            step: hand.step,
            over: hand.row.map(Small::fence),
            row: Small::of(row).later_by(0, STEPS[usize::from(hand.step)], self.timing),
            to_call: call.map(|looked| Intent { started: 0, looked }),
        }
    }

    /// The claim is written: the call leaves, unless the write took so long that it is claimed anew.
    fn before_the_call(&self, world: &World, hand: Hand, Intent { started, looked }: Intent) -> Result<Doing, Broken> {
        let class = STEPS[usize::from(hand.step)];
        let claim = Row {
            call_at: Some(moment(started)),
            ..hand.row.unwrap().row(&self.workspace, class)
        };
        let renewed = self.run_of(hand, |run| run.renewed(&claim)).filter(|_| self.renews);
        if let Some(renewed) = renewed {
            return Ok(self.to_write(hand, &renewed, Some(looked)));
        }
        self.may_call(hand.step, world.far[usize::from(hand.step)], looked)?;
        let until = seconds(self.calls_within);
        Ok(Doing::Calling { hand, started, until })
    }

    fn may_call(&self, step: u8, far: Far, looked: bool) -> Result<(), Broken> {
        if STEPS[usize::from(step)] != Class::Unreadable || far.sent == 0 {
            Ok(())
        } else if !looked {
            Err("a message was repeated without looking for its evidence")
        } else if far.sent_at > -seconds(self.timing.evidence) {
            Err("a message was repeated before its evidence had its time")
        } else {
            Ok(())
        }
    }

    /// The call takes effect and is answered, or is refused, or did not leave; or its answer is lost, before or after.
    fn answer(&self, world: &World, worker: usize, call: (Hand, Offset), next: &mut Vec<World>) -> Result<(), Broken> {
        let (hand, _) = call;
        let mut landed = world.clone();
        Self::sent(&mut landed, call, self.cap)?;
        Self::lands(&mut landed, hand.step)?;
        next.push(landed.doing(worker, self.called(hand, Called::Done(String::new()))));
        let unknown = self.called(hand, Called::Unknown);
        if world.faults.unknown > 0 {
            landed.faults.unknown -= 1;
            next.push(landed.doing(worker, unknown));
            let mut lost = world.doing(worker, unknown);
            lost.faults.unknown -= 1;
            self.strays(&mut lost, call)?;
            next.push(lost);
        }
        if world.faults.refused > 0 {
            let mut refused = world.doing(worker, self.called(hand, Called::Refused(String::new())));
            refused.faults.refused -= 1;
            next.push(refused);
        }
        if world.faults.unreachable > 0 {
            let mut not_sent = world.doing(worker, self.called(hand, Called::NotSent { retry_after: None }));
            not_sent.faults.unreachable -= 1;
            next.push(not_sent);
        }
        Ok(())
    }

    fn called(&self, hand: Hand, called: Called) -> Doing {
        let class = STEPS[usize::from(hand.step)];
        let claimed = hand.row.unwrap();
        let (row, _told) = self.run_of(hand, |run| run.called(&claimed.row(&self.workspace, class), called));
        self.to_write(hand, &row, None)
    }

    /// A worker dies; its message is delivered again. One that dies before its claim leaves the world as it was before
    /// its delivery, which is visited anyway.
    fn crash(&self, world: &World, worker: usize, next: &mut Vec<World>) -> Result<(), Broken> {
        let dies = match world.workers[worker] {
            Doing::Calling { .. } | Doing::Writing { to_call: None, .. } => world.faults.crashes > 0,
            Doing::Idle | Doing::Looking(_) | Doing::Writing { .. } => false,
        };
        if !dies {
            return Ok(());
        }
        let mut crashed = world.doing(worker, Doing::Idle);
        crashed.faults.crashes -= 1;
        if let Doing::Calling { hand, started, .. } = world.workers[worker] {
            self.strays(&mut crashed, (hand, started))?;
        }
        next.push(crashed);
        Ok(())
    }

    /// Requests without a caller land, and evidence arrives: whenever it likes.
    fn far_side(world: &World, next: &mut Vec<World>) -> Result<(), Broken> {
        for (slot, stray) in world.strays.iter().enumerate() {
            let Some(stray) = stray else { continue };
            let mut landed = world.clone();
            landed.strays[slot] = None;
            Self::lands(&mut landed, stray.step)?;
            next.push(landed);
        }
        for (step, far) in world.far.iter().enumerate() {
            let awaited = world.rows[step].is_some_and(|row| !row.settled());
            if STEPS[step] == Class::Unreadable && far.happened && !far.evidence && awaited {
                let mut arrived = world.clone();
                arrived.far[step].evidence = true;
                next.push(arrived);
            }
        }
        Ok(())
    }

    /// The clock moves to the next moment at which anything can be decided otherwise, but not past the time that a worker
    /// has for its call.
    fn time_passes(&self, world: &World) -> Option<World> {
        let deadlines = world.workers.iter().filter_map(|doing| match doing {
            Doing::Calling { until, .. } => Some(*until),
            Doing::Idle | Doing::Looking(_) | Doing::Writing { .. } => None,
        });
        let deadlines: Vec<Offset> = deadlines.collect();
        if deadlines.iter().any(|until| *until <= 0) {
            return None;
        }
        let late = world.workers.iter().flat_map(|doing| match doing {
            Doing::Writing {
                step,
                row,
                to_call: Some(intent),
                ..
            } => {
                let half = intent.started + seconds(self.timing.lease / 2);
                row.turning_points(STEPS[usize::from(*step)], self.timing).chain([half]).collect()
            }
            Doing::Idle | Doing::Looking(_) | Doing::Writing { .. } | Doing::Calling { .. } => Vec::new(),
        });
        let strays = world.strays.iter().flatten().map(|stray| stray.until);
        let rows = world.rows.iter().zip(STEPS).filter_map(|(row, class)| Some(((*row)?, class)));
        let unsettled = rows.filter(|(row, _)| !row.settled());
        let turning_points = unsettled.flat_map(|(row, class)| row.turning_points(class, self.timing));
        let moments = deadlines.iter().copied().chain(late).chain(strays).chain(turning_points);
        let passed = moments.filter(|at| *at > 0).min()?;
        let half = seconds(self.timing.lease / 2);
        let grown_late = world.workers.iter().filter(|doing| match doing {
            Doing::Writing { to_call, .. } => to_call.is_some_and(|intent| intent.started > -half && intent.started - passed <= -half),
            Doing::Idle | Doing::Looking(_) | Doing::Calling { .. } => false,
        });
        let grown_late = u8::try_from(grown_late.count()).unwrap();
        let mut later = self.later(world, passed);
        later.faults.slow = world.faults.slow.checked_sub(grown_late)?;
        Some(later)
    }

    fn later(&self, world: &World, passed: Offset) -> World {
        let mut next = world.clone();
        for (row, class) in next.rows.iter_mut().zip(STEPS) {
            *row = row.map(|row| row.later_by(-passed, class, self.timing));
        }
        for far in &mut next.far {
            far.sent_at = (far.sent_at - passed).max(-seconds(self.timing.evidence));
        }
        for doing in &mut next.workers {
            match doing {
                Doing::Idle => {}
                Doing::Looking(hand) => self.age(hand, passed),
                Doing::Calling { hand, started, until } => {
                    self.age(hand, passed);
                    *started -= passed;
                    *until -= passed;
                }
                Doing::Writing { step, row, to_call, .. } => {
                    *row = row.later_by(-passed, STEPS[usize::from(*step)], self.timing);
                    if let Some(intent) = to_call {
                        intent.started = (intent.started - passed).max(-seconds(self.timing.lease));
                    }
                }
            }
        }
        for stray in &mut next.strays {
            *stray = stray.map(|Stray { step, until }| Stray {
                step,
                until: until - passed,
            });
            *stray = stray.filter(|stray| stray.until >= 0);
        }
        next
    }

    fn age(&self, hand: &mut Hand, passed: Offset) {
        let class = STEPS[usize::from(hand.step)];
        hand.row = hand.row.map(|row| row.later_by(-passed, class, self.timing));
    }

    fn put(world: &mut World, step: u8, row: Small) -> Result<(), Broken> {
        let class = STEPS[usize::from(step)];
        let happened = world.far[usize::from(step)].happened;
        let old = &mut world.rows[usize::from(step)];
        if old.is_some_and(|old| old.settled() || (!row.settled() && old.epoch > row.epoch)) {
            return Err("a settled step was changed, or an epoch went back");
        }
        match (row.status(), class) {
            (Status::Done, _) if !happened => return Err("a step is done without its effect"),
            (Status::Refused, Class::Readable) if happened => return Err("a step is refused although its effect is there"),
            (Status::Intent | Status::Done | Status::Refused | Status::Review, _) => {}
        }
        *old = Some(row);
        Ok(())
    }

    fn sent(world: &mut World, (hand, started): (Hand, Offset), cap: u32) -> Result<(), Broken> {
        if STEPS[usize::from(hand.step)] != Class::Unreadable {
            return Ok(());
        }
        let far = &mut world.far[usize::from(hand.step)];
        far.sent += 1;
        far.sent_at = started;
        if u32::from(far.sent) > cap {
            return Err("a message was sent more often than its cap");
        }
        Ok(())
    }

    /// The request of a worker that died, or heard nothing, is on its way.
    fn strays(&self, world: &mut World, (hand, started): (Hand, Offset)) -> Result<(), Broken> {
        Self::sent(world, (hand, started), self.cap)?;
        let until = started + seconds(self.landing);
        let free = world.strays.iter_mut().find(|stray| stray.is_none()).unwrap();
        *free = Some(Stray { step: hand.step, until });
        Ok(())
    }

    fn lands(world: &mut World, step: u8) -> Result<(), Broken> {
        let far = &mut world.far[usize::from(step)];
        if far.happened && STEPS[usize::from(step)] == Class::Readable {
            return Err("a readable effect happened twice");
        }
        far.happened = true;
        Ok(())
    }

    fn decide(&self, hand: Hand, found: Option<&Found>) -> Next {
        let class = STEPS[usize::from(hand.step)];
        let row = hand.row.map(|row| row.row(&self.workspace, class));
        self.run_of(hand, |run| run.next(row.as_ref(), found))
    }

    fn run_of<T>(&self, hand: Hand, ask: impl FnOnce(&Run<'_>) -> T) -> T {
        let step = Step {
            workspace: &self.workspace,
            owner: (&self.order).into(),
            name: String::new(),
            class: STEPS[usize::from(hand.step)],
            input_hash: String::new(),
            round: 0,
        };
        ask(&Run {
            step: &step,
            timing: self.timing,
            cap: self.cap,
            now: moment(0),
        })
    }
}
