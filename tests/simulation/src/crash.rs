//! A process dies before or after each call that it makes on an ordinary day: once, twice in a row, and while every message
//! is delivered twice at once. `crash-points` beside the sources lists the calls.

use crate::plan::{Plan, Trouble};
use crate::troubles::QUEUES;
use crate::{day, many, run};
use local::{Fate, Mishap};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;
use testkit::{Called, Doom, Side};

const LISTED: &str = include_str!("../crash-points");
/// So many of the same call by the same process, the first ones of a day: what follows them is the same work again.
const OF_EACH: usize = if cfg!(debug_assertions) { 1 } else { 2 };
/// Unoptimised, as many points as a minute takes.
const EVERY: usize = if cfg!(debug_assertions) { 67 } else { 1 };
const ALL: usize = 1_000_000;

/// Where and how a process dies.
#[derive(Debug, Clone)]
struct Point {
    called: Called,
    /// Calls of the process before this one.
    skip: usize,
    side: Side,
    manner: Manner,
}

#[derive(Debug, Clone, Copy)]
enum Manner {
    Once,
    /// And again so many calls into its next life.
    AndAgain(usize),
    /// While every message comes twice at once.
    AllTwice,
}

impl Point {
    fn plan(&self) -> Plan {
        let doom = |skip: usize| {
            Trouble::Crash(Doom {
                process: self.called.process.clone(),
                skip,
                side: self.side,
            })
        };
        let mut troubles = vec![(day::EVES[0], doom(self.skip))];
        match self.manner {
            Manner::Once => {}
            Manner::AndAgain(after) => troubles.push((day::EVES[0], doom(after))),
            Manner::AllTwice => troubles.extend(QUEUES.map(|queue| {
                let mishap = Mishap {
                    queue: queue.to_owned(),
                    times: ALL,
                    fate: Fate::Twice(Duration::ZERO),
                };
                (day::EVES[0], Trouble::Message(mishap))
            })),
        }
        day::with(troubles)
    }
}

impl fmt::Display for Point {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Called { process, call }, side) = (&self.called, self.side);
        write!(
            formatter,
            "{process} dies {side:?} its call {} ({call}), {:?}",
            self.skip, self.manner
        )
    }
}

/// The calls from the eve of the first move on, each with how many of its process's came before.
fn made() -> Vec<(Called, usize)> {
    let mut made: BTreeMap<String, usize> = BTreeMap::new();
    let numbered = run::calls(&day::plan(), Duration::from_secs(day::EVES[0]))
        .into_iter()
        .map(|called| {
            let before = made.entry(called.process.clone()).or_default();
            *before += 1;
            (called, *before - 1)
        });
    numbered.collect()
}

fn points() -> Vec<Point> {
    let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut points = Vec::new();
    for (called, skip) in made() {
        let of_it = seen.entry((called.process.clone(), called.call.clone())).or_default();
        *of_it += 1;
        if *of_it > OF_EACH {
            continue;
        }
        for side in [Side::Before, Side::After] {
            for manner in [Manner::Once, Manner::AndAgain(2), Manner::AllTwice] {
                let called = called.clone();
                points.push(Point {
                    called,
                    skip,
                    side,
                    manner,
                });
            }
        }
    }
    points
}

#[test]
fn every_call_of_a_day_is_listed_as_a_crash_point() {
    let made: BTreeSet<String> = made()
        .into_iter()
        .map(|(called, _)| format!("{} {}", called.process, called.call))
        .collect();
    let made = made.into_iter().collect::<Vec<_>>().join("\n");
    assert_eq!(made, LISTED.trim_end(), "tests/simulation/crash-points is to say:\n{made}\n");
}

#[test]
fn wherever_a_process_dies_nobody_is_lost_and_nothing_is_doubled() {
    let points: Vec<Point> = points().into_iter().step_by(EVERY).collect();
    println!("{} crashes", points.len());
    many::keep_every_promise(&points, Point::plan, |_, _| false);
}
