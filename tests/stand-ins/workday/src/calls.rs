//! The record of every call that a client made, for tests that judge rates and repeats.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};

use crate::clock::Clock;

/// Calls in the order in which they started.
#[derive(Debug)]
pub(crate) struct CallLog {
    clock: Clock,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    calls: Vec<Call>,
    running: usize,
    /// Calls forgotten so far, so that an index stays good across `clear`.
    forgotten: usize,
}

#[derive(Debug, Clone, Serialize)]
struct Call {
    operation: String,
    started_ms: i64,
    finished_ms: Option<i64>,
    outcome: String,
    http_status: Option<u16>,
    /// Calls running when it started, itself included.
    concurrency: usize,
}

/// An unfinished call; dropping it unfinished records that the client went away.
#[derive(Debug)]
pub(crate) struct RunningCall<'log> {
    log: &'log CallLog,
    index: usize,
    finished: bool,
}

impl CallLog {
    /// An empty record that goes by `clock`.
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            clock,
            inner: Mutex::default(),
        }
    }

    /// Records that a call started.
    pub(crate) fn start(&self, operation: &str) -> RunningCall<'_> {
        let mut inner = self.lock();
        inner.running += 1;
        let concurrency = inner.running;
        inner.calls.push(Call {
            operation: operation.to_owned(),
            started_ms: self.clock.now_milliseconds(),
            finished_ms: None,
            outcome: "running".to_owned(),
            http_status: None,
            concurrency,
        });
        RunningCall {
            log: self,
            index: inner.forgotten + inner.calls.len() - 1,
            finished: false,
        }
    }

    /// Forgets all calls.
    pub(crate) fn clear(&self) {
        let mut inner = self.lock();
        inner.forgotten += inner.calls.len();
        inner.calls.clear();
    }

    /// The calls with their highest concurrency and the most started within any second.
    pub(crate) fn report(&self) -> Value {
        let calls = self.lock().calls.clone();
        json!({
            "total": calls.len(),
            "max_concurrency": calls.iter().map(|call| call.concurrency).max().unwrap_or(0),
            "max_per_second": max_per_second(&calls),
            "calls": calls,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn finish(&self, index: usize, outcome: &str, http_status: Option<u16>) {
        let mut inner = self.lock();
        inner.running -= 1;
        // The list may have been cleared while the call was running.
        let place = index.checked_sub(inner.forgotten);
        if let Some(call) = place.and_then(|place| inner.calls.get_mut(place)) {
            call.finished_ms = Some(self.clock.now_milliseconds());
            outcome.clone_into(&mut call.outcome);
            call.http_status = http_status;
        }
    }
}

impl RunningCall<'_> {
    /// Records how the call ended.
    pub(crate) fn finish(mut self, outcome: &str, http_status: Option<u16>) {
        self.finished = true;
        self.log.finish(self.index, outcome, http_status);
    }
}

impl Drop for RunningCall<'_> {
    fn drop(&mut self) {
        if !self.finished {
            self.log.finish(self.index, "abandoned by the client", None);
        }
    }
}

fn max_per_second(calls: &[Call]) -> usize {
    let mut starts: Vec<i64> = calls.iter().map(|call| call.started_ms).collect();
    starts.sort_unstable();
    starts
        .iter()
        .enumerate()
        .map(|(index, start)| {
            let first = starts.partition_point(|other| *other <= start - 1000);
            index + 1 - first
        })
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_the_most_calls_started_within_a_second() {
        let calls: Vec<Call> = [0, 5, 20, 999, 1005]
            .into_iter()
            .map(|started_ms| Call {
                operation: "x".to_owned(),
                started_ms,
                finished_ms: None,
                outcome: String::new(),
                http_status: None,
                concurrency: 1,
            })
            .collect();
        assert_eq!(max_per_second(&calls), 4);
    }

    #[test]
    fn concurrency_counts_what_runs_and_survives_clearing() {
        let log = CallLog::new(Clock::default());
        let first = log.start("a");
        log.clear();
        let second = log.start("b");
        first.finish("ok", Some(200));
        let third = log.start("c");
        second.finish("ok", Some(200));
        third.finish("ok", Some(200));
        let report = log.report();
        assert_eq!((report["max_concurrency"].as_u64(), report["total"].as_u64()), (Some(2), Some(2)));
        assert_eq!(report["calls"][0]["outcome"], "ok");
    }

    #[test]
    fn a_dropped_call_is_recorded_as_abandoned() {
        let log = CallLog::new(Clock::default());
        drop(log.start("Get_Candidates"));
        assert_eq!(log.report()["calls"][0]["outcome"], "abandoned by the client");
    }
}
