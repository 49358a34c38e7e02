//! The record of every call that a client made, for tests that judge rates and repeats.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};

use crate::clock::now_milliseconds;

/// Calls in the order in which they started.
#[derive(Debug, Default)]
pub(crate) struct CallLog {
    calls: Mutex<Vec<Call>>,
}

#[derive(Debug, Clone, Serialize)]
struct Call {
    operation: String,
    started_ms: i64,
    finished_ms: Option<i64>,
    outcome: String,
    http_status: Option<u16>,
}

/// An unfinished call; dropping it unfinished records that the client went away.
#[derive(Debug)]
pub(crate) struct RunningCall<'log> {
    log: &'log CallLog,
    index: usize,
    finished: bool,
}

impl CallLog {
    /// Records that a call started.
    pub(crate) fn start(&self, operation: &str) -> RunningCall<'_> {
        let mut calls = self.lock();
        calls.push(Call {
            operation: operation.to_owned(),
            started_ms: now_milliseconds(),
            finished_ms: None,
            outcome: "running".to_owned(),
            http_status: None,
        });
        RunningCall {
            log: self,
            index: calls.len() - 1,
            finished: false,
        }
    }

    /// Forgets all calls.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// The calls with their highest concurrency and the most started within any second.
    pub(crate) fn report(&self) -> Value {
        let calls = self.lock().clone();
        json!({
            "total": calls.len(),
            "max_concurrency": max_concurrency(&calls),
            "max_per_second": max_per_second(&calls),
            "calls": calls,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Call>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn finish(&self, index: usize, outcome: &str, http_status: Option<u16>) {
        // The list may have been cleared while the call was running.
        if let Some(call) = self.lock().get_mut(index) {
            call.finished_ms = Some(now_milliseconds());
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

fn max_concurrency(calls: &[Call]) -> i64 {
    let mut changes: Vec<(i64, i64)> = Vec::with_capacity(calls.len() * 2);
    for call in calls {
        changes.push((call.started_ms, 1));
        if let Some(finished) = call.finished_ms {
            // A call that ended within the millisecond in which another began did not overlap it.
            changes.push((finished.max(call.started_ms + 1), -1));
        }
    }
    changes.sort_unstable();
    let (mut running, mut most) = (0, 0);
    for (_, change) in changes {
        running += change;
        most = most.max(running);
    }
    most
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

    fn call(started_ms: i64, finished_ms: i64) -> Call {
        Call {
            operation: "x".to_owned(),
            started_ms,
            finished_ms: Some(finished_ms),
            outcome: "ok".to_owned(),
            http_status: Some(200),
        }
    }

    #[test]
    fn concurrency_and_rate_are_the_highest_seen() {
        let calls = [call(0, 10), call(5, 20), call(20, 30), call(999, 1000), call(1005, 1006)];
        assert_eq!(max_concurrency(&calls), 2);
        assert_eq!(max_per_second(&calls), 4);
    }

    #[test]
    fn a_dropped_call_is_recorded_as_abandoned() {
        let log = CallLog::default();
        drop(log.start("Get_Candidates"));
        assert_eq!(log.report()["calls"][0]["outcome"], "abandoned by the client");
    }
}
