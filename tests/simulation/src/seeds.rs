//! The tests: so many seeds, and one seed again.

use crate::plan::Plan;
use crate::run::{self, Outcome};
use crate::{draw, many, shrink};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How many seeds the tests run: what is not optimised is fifteen times as slow, and runs as many as a minute takes.
const SEEDS: u64 = if cfg!(debug_assertions) { 8 } else { 200 };

#[test]
fn no_seed_breaks_a_promise() {
    let first = number("SIMULATION_FROM").unwrap_or(1);
    let count = number("SIMULATION_SEEDS").unwrap_or(SEEDS);
    let started = Instant::now();
    let ran = all(first, count);
    let took = started.elapsed().as_secs_f64();
    let days = ran.lasted.as_secs_f64() / 86_400.0;
    say(&format!(
        "{count} seeds in {took:.1} s: {:.1} a second, {days:.0} simulated days, {} calls of vendors",
        f64::from(u32::try_from(count).unwrap()) / took,
        ran.calls
    ));
    let failed = ran.failures.len();
    assert!(ran.failures.is_empty(), "{failed} of {count} seeds fail:\n{}", told(&ran.failures));
}

#[test]
fn a_seed_repeats_itself_call_for_call() {
    let plan = draw::plan(1, true);
    let (first, again) = (run::run(&plan), run::run(&plan));
    assert_eq!((first.calls, &first.fingerprint), (again.calls, &again.fingerprint));
    assert_ne!(first.fingerprint, run::run(&draw::plan(2, true)).fingerprint);
}

/// `SIMULATION_SEED=17 cargo test --workspace -- one_seed --nocapture`; with `SIMULATION_LOG=1` every function's log, too.
#[test]
fn one_seed() {
    let Some(seed) = number("SIMULATION_SEED") else { return };
    if std::env::var_os("SIMULATION_LOG").is_some() {
        tracing_subscriber::fmt().without_time().with_ansi(false).init();
    }
    let plan = plan(seed);
    let outcome = run::run(&plan);
    say(&format!(
        "seed {seed} lasted {:?}\n{plan}\ncalls: {:?}",
        outcome.lasted, outcome.operations
    ));
    assert!(outcome.violations.is_empty(), "{}", told(&[(seed, outcome)]));
}

/// What came of many seeds.
#[derive(Debug, Default)]
struct Ran {
    lasted: Duration,
    calls: usize,
    failures: Vec<(u64, Outcome)>,
}

/// Runs the seeds; with `SIMULATION_UNTIL_FOUND` none begins once one has failed.
fn all(first: u64, count: u64) -> Ran {
    let seeds: Vec<u64> = (first..first + count).collect();
    let (until_found, is_found) = (std::env::var_os("SIMULATION_UNTIL_FOUND").is_some(), AtomicBool::new(false));
    let outcomes = many::each(&seeds, |&seed| {
        if until_found && is_found.load(Ordering::SeqCst) {
            return None;
        }
        let outcome = run::run(&plan(seed));
        is_found.fetch_or(!outcome.violations.is_empty(), Ordering::SeqCst);
        Some((seed, outcome))
    });
    let mut ran = Ran::default();
    for (seed, outcome) in outcomes.into_iter().flatten() {
        ran.lasted += outcome.lasted;
        ran.calls += outcome.calls;
        if !outcome.violations.is_empty() {
            ran.failures.push((seed, outcome));
        }
    }
    ran
}

fn plan(seed: u64) -> Plan {
    draw::plan(seed, std::env::var_os("SIMULATION_EVERYTHING").is_some())
}

/// Every failing seed with the command that repeats it, and the first one shrunk.
fn told(failures: &[(u64, Outcome)]) -> String {
    let mut told = Vec::new();
    for (seed, outcome) in failures {
        told.push(format!("SIMULATION_SEED={seed} cargo test --workspace -- one_seed --nocapture"));
        told.extend(outcome.violations.iter().map(|violation| format!("    {violation}")));
    }
    if let Some((seed, outcome)) = failures.first().filter(|_| std::env::var_os("SIMULATION_WHOLE").is_none()) {
        let promise = outcome.violations[0].promise;
        told.push(format!(
            "seed {seed}, shrunk to what breaks \"{promise}\" still:\n{}",
            shrink::shrink(&plan(*seed), promise)
        ));
    }
    told.join("\n")
}

fn number(variable: &str) -> Option<u64> {
    std::env::var_os(variable).map(|value| value.to_str().and_then(|value| value.parse().ok()).expect("a number"))
}

/// For whoever reads the run.
fn say(words: &str) {
    println!("{words}");
}
