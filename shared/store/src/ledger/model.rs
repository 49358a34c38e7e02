//! The ledger's real decisions in every order of events: two deliveries of one order at once, workers that die, answers
//! that never come, calls and looks that fail, requests that land late, evidence that comes or does not.
//!
//! An order has four steps in sequence, as the product's: an interview, an assessment's status, an attachment, a mail.
//! A worker stops at each reading, look, write and call, and between any two of them the other worker, the far side
//! and the clock may do all that they can. Every state that can be reached is visited once, and
//! - an effect that can be read back happens at most once, and is never given up; a value is set, however often the same;
//! - a message is sent no more often than its cap, and again only when evidence had its time and a look found none;
//! - nothing is done without its effect, a settled step stays as it is, and an epoch never goes back;
//! - from every state the order can still come to its end: each step done, or refused, or a message left for a person.
//!
//! What the model takes for granted, and nothing here proves:
//! - the table compares epoch, sends and status of a row in the write itself, as `row::write` asks it to;
//! - a call is over within half the lease, and its request lands within the quarantine of its claim or never. A worker
//!   that looks, or writes what ends its run, may stall for ever; a claim's write is slow as often as the faults say;
//! - all clocks show the same, and a look sees what has landed; evidence may come at any time after its message;
//! - a step means one thing and is asked for once: changed inputs and a person's *again* are in the table of decisions.
//!
//! What keeps it small without losing an order of events:
//! - a delivery may come at any moment, also sooner than it was parked for, so that no moment is kept for it;
//! - the clock stops only where some decision can change, and forgets what lies longer ago than any decision asks;
//! - a worker dies only with its call under way or its answer in hand: one that dies earlier leaves the world as it was
//!   before its delivery. A claimed call that has not left yet is the same as one under way, which may be lost;
//! - an answer that has arrived and one on its way back are the same;
//! - of a settled step only the status is kept, and two workers that change places make the same world.

mod moves;
mod world;

use super::row::Status;
use moves::{Broken, Model};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::rc::Rc;
use std::time::Duration;
use world::{Faults, World};

/// All that can be reached, and from where.
#[derive(Default)]
struct Explored {
    worlds: Vec<Rc<World>>,
    /// The worlds that lead to each.
    from: Vec<Vec<usize>>,
}

fn explore(model: &Model) -> Result<Explored, (Broken, Box<World>)> {
    let mut known: HashMap<Rc<World>, usize> = HashMap::new();
    let mut explored = Explored::default();
    let mut open = vec![(None, model.start())];
    while let Some((from, world)) = open.pop() {
        let index = explored.worlds.len();
        match known.entry(Rc::new(world)) {
            Entry::Occupied(seen) => explored.from[*seen.get()].extend(from),
            Entry::Vacant(new) => {
                let following = model
                    .following(new.key())
                    .map_err(|broken| (broken, Box::new(World::clone(new.key()))))?;
                open.extend(following.into_iter().map(|next| (Some(index), next)));
                explored.worlds.push(Rc::clone(new.key()));
                explored.from.push(from.into_iter().collect());
                new.insert(index);
            }
        }
    }
    Ok(explored)
}

impl Explored {
    /// How many worlds cannot come to an end any more.
    fn dead_ends(&self) -> usize {
        let mut ends = vec![false; self.worlds.len()];
        let mut open: Vec<usize> = (0..self.worlds.len()).filter(|index| self.worlds[*index].settled()).collect();
        while let Some(index) = open.pop() {
            if !std::mem::replace(&mut ends[index], true) {
                open.extend(&self.from[index]);
            }
        }
        ends.iter().filter(|ends| !**ends).count()
    }

    fn settles_as(&self, step: usize, status: Status) -> bool {
        self.worlds
            .iter()
            .any(|world| world.rows[step].is_some_and(|row| row.status() == status))
    }
}

#[test]
fn the_ledger_keeps_its_promises_in_every_order_of_events() {
    let explored = explore(&Model::new(Faults {
        crashes: 2,
        unknown: 1,
        unreachable: 1,
        refused: 0,
        slow: 1,
    }))
    .unwrap();
    assert!(explored.worlds.len() > 100_000, "{}", explored.worlds.len());
    assert_eq!(explored.dead_ends(), 0);
    // The model reaches what it is about: a message is given up at its cap.
    assert!(explored.settles_as(3, Status::Done) && explored.settles_as(3, Status::Review));
    let given_up = (0..3).filter(|step| explored.settles_as(*step, Status::Review)).count();
    assert_eq!(given_up, 0, "what can be read back is tried for as long as it takes");
    assert!(explored.worlds.iter().any(|world| world.far[3].sent == 2));
}

#[test]
fn a_refusal_ends_a_step_in_every_order_of_events() {
    let explored = explore(&Model::new(Faults {
        crashes: 1,
        unknown: 0,
        unreachable: 0,
        refused: 1,
        slow: 1,
    }))
    .unwrap();
    assert_eq!(explored.dead_ends(), 0);
    assert!((0..4).all(|step| explored.settles_as(step, Status::Refused)));
}

/// What the model finds when the ledger is set wrongly, with one crash and one unknown answer.
fn broken_by(set: impl FnOnce(&mut Model)) -> Broken {
    let mut model = Model::new(Faults {
        crashes: 1,
        unknown: 1,
        unreachable: 0,
        refused: 0,
        slow: 1,
    });
    set(&mut model);
    explore(&model).err().unwrap().0
}

#[test]
fn a_quarantine_shorter_than_the_latest_landing_is_found_to_double_an_effect() {
    let broken = broken_by(|model| model.timing.quarantine = Duration::from_secs(30));
    assert_eq!(broken, "a readable effect happened twice");
}

#[test]
fn a_claim_that_is_not_renewed_before_a_late_call_is_found_to_double_an_effect() {
    let broken = broken_by(|model| model.renews = false);
    assert_eq!(broken, "a readable effect happened twice");
}

#[test]
fn a_lease_that_ends_before_its_call_does_is_found_to_double_an_effect() {
    let broken = broken_by(|model| model.calls_within = Duration::from_mins(10));
    assert_eq!(broken, "a readable effect happened twice");
}
