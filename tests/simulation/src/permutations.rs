//! What HeyMilo says of an interview, in every order, told by every event at once and each message of it twice: two who write
//! at one moment.

use crate::many;
use crate::plan::{Act, Candidate, HeyMilo, Plan, Recruiter, Step, Trouble, Workspace};
use local::{Fate, Mishap};
use std::fmt;
use std::time::Duration;

/// All that HeyMilo has; the first is what an interview begins with.
const STATUSES: [&str; 7] = [
    "pending",
    "in_progress",
    "evaluating",
    "completed",
    "shortlisted",
    "dismissed",
    "knocked_out",
];
/// Candidates of one customer, an order of the statuses each.
const PEOPLE: usize = 6;
/// Of the 720 orders in which the others follow the first: what a minute takes; unoptimised, a handful.
const EVERY: usize = if cfg!(debug_assertions) { 181 } else { 13 };
const MOVED: Duration = Duration::from_hours(1);
const ORDERED: Duration = Duration::from_mins(62);
const FINISHED: Duration = Duration::from_mins(90);
/// So long that each status is read before the next one is said, however many wait for their turn at a vendor.
const APART: Duration = Duration::from_mins(10);
const ALL: usize = 1_000_000;

/// Some of the orders, and which they are.
#[derive(Debug)]
struct Batch {
    first: usize,
    sequences: Vec<Vec<&'static str>>,
}

impl fmt::Display for Batch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "sequences from {} on", self.first)
    }
}

/// Everybody is invited, and has finished before the first status is said: what is said is all that anybody knows of it.
fn plan(batch: &Batch) -> Plan {
    let mut steps = Vec::new();
    let mut add = |at: Duration, act: Act| steps.push(Step { at, workspace: 0, act });
    let twice = |queue: &str| {
        Act::Trouble(Trouble::Message(Mishap {
            queue: queue.to_owned(),
            times: ALL,
            fate: Fate::Twice(Duration::ZERO),
        }))
    };
    add(MOVED, twice("WritebackQueue"));
    for (person, sequence) in batch.sequences.iter().enumerate() {
        add(MOVED, Act::Recruiter(person, Recruiter::MoveToAssessment { assess_step: true }));
        add(ORDERED, Act::Recruiter(person, Recruiter::SubmitAssess));
        add(FINISHED, Act::HeyMilo(person, HeyMilo::Says(STATUSES[0])));
        add(FINISHED, Act::Candidate(person, Candidate::Finishes));
        let mut at = FINISHED;
        for status in sequence {
            at += APART;
            add(at, Act::HeyMilo(person, HeyMilo::Says(status)));
        }
    }
    steps.sort_by_key(|step| step.at);
    Plan {
        seed: 0,
        workspaces: vec![Workspace::of(batch.sequences.len())],
        skews: Vec::new(),
        steps,
    }
}

#[test]
fn in_whatever_order_heymilo_speaks_and_two_write_at_once_the_record_ends_at_the_highest_state() {
    let sequences: Vec<_> = permutations(&STATUSES[1..]).into_iter().step_by(EVERY).collect();
    holds_for(&sequences);
}

#[test]
#[ignore = "takes minutes; run with `--ignored`"]
fn in_all_orders_of_all_its_statuses_the_record_ends_at_the_highest_state() {
    holds_for(&permutations(&STATUSES));
}

fn holds_for(sequences: &[Vec<&'static str>]) {
    println!("{} sequences", sequences.len());
    let batches = sequences.chunks(PEOPLE).enumerate().map(|(number, sequences)| Batch {
        first: number * PEOPLE,
        sequences: sequences.to_vec(),
    });
    let batches: Vec<Batch> = batches.collect();
    many::keep_every_promise(&batches, plan, |_, _| false);
}

fn permutations(items: &[&'static str]) -> Vec<Vec<&'static str>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let led_by = |(place, first): (usize, &&'static str)| {
        let rest = [&items[..place], &items[place + 1..]].concat();
        let first = *first;
        permutations(&rest).into_iter().map(move |mut order| {
            order.insert(0, first);
            order
        })
    };
    items.iter().enumerate().flat_map(led_by).collect()
}
