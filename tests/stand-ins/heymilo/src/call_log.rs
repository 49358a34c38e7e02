//! Every API call with its times, so that the stand-in's own records can judge rates, repeats and concurrency. Holds no bodies.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};

use crate::clock::Clock;

const MINUTE_MS: u64 = 60_000;

/// One call; `status` is absent while it runs and 0 when no answer was given.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Call {
    pub(crate) operation: &'static str,
    pub(crate) started_ms: u64,
    pub(crate) finished_ms: Option<u64>,
    pub(crate) status: Option<u16>,
    pub(crate) fault: Option<&'static str>,
}

/// The calls in the order of their arrival.
#[derive(Debug, Clone)]
pub(crate) struct CallLog {
    clock: Clock,
    calls: Arc<Mutex<Vec<Call>>>,
}

/// How busy the API was.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Summary {
    pub(crate) count: usize,
    pub(crate) max_per_minute: usize,
    pub(crate) max_at_once: i64,
}

/// Finishes its call, also when the caller has gone away before an answer.
#[derive(Debug)]
pub(crate) struct RunningCall {
    log: CallLog,
    index: usize,
    status: u16,
    fault: Option<&'static str>,
}

impl CallLog {
    /// No calls yet.
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            clock,
            calls: Arc::default(),
        }
    }

    fn with<R>(&self, action: impl FnOnce(&mut Vec<Call>) -> R) -> R {
        action(&mut self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes a call that has just arrived.
    pub(crate) fn begin(&self, operation: &'static str) -> RunningCall {
        let started_ms = self.clock.unix_millis();
        let index = self.with(|calls| {
            calls.push(Call {
                operation,
                started_ms,
                finished_ms: None,
                status: None,
                fault: None,
            });
            calls.len() - 1
        });
        RunningCall {
            log: self.clone(),
            index,
            status: 0,
            fault: None,
        }
    }

    /// Forgets all calls.
    pub(crate) fn clear(&self) {
        self.with(Vec::clear);
    }

    /// The latest calls, newest first.
    pub(crate) fn latest(&self, count: usize) -> Vec<Call> {
        self.with(|calls| calls.iter().rev().take(count).cloned().collect())
    }

    /// The rates of all calls; those refused with 429 do not count into the minute.
    pub(crate) fn summary(&self) -> Summary {
        self.with(|calls| {
            let served = calls
                .iter()
                .filter(|call| call.status != Some(429))
                .map(|call| call.started_ms)
                .collect();
            Summary {
                count: calls.len(),
                max_per_minute: max_per_minute(served),
                max_at_once: max_at_once(calls),
            }
        })
    }

    /// The answer of `GET calls`.
    pub(crate) fn report(&self) -> Value {
        let Summary {
            count,
            max_per_minute,
            max_at_once,
        } = self.summary();
        let calls = self.with(|calls| calls.clone());
        json!({"max_per_minute": max_per_minute, "max_at_once": max_at_once, "count": count, "calls": calls})
    }
}

impl RunningCall {
    /// The status the caller is about to get.
    pub(crate) fn answered(&mut self, status: u16) {
        self.status = status;
    }

    /// The fault that was injected.
    pub(crate) fn broken_by(&mut self, fault: &'static str) {
        self.fault = Some(fault);
    }
}

impl Drop for RunningCall {
    fn drop(&mut self) {
        let finished_ms = self.log.clock.unix_millis();
        self.log.with(|calls| {
            if let Some(call) = calls.get_mut(self.index) {
                call.finished_ms = Some(finished_ms);
                call.status = Some(self.status);
                call.fault = self.fault;
            }
        });
    }
}

/// The most calls within any 60 seconds.
fn max_per_minute(mut started: Vec<u64>) -> usize {
    started.sort_unstable();
    let mut window = std::collections::VecDeque::new();
    let mut most = 0;
    for moment in started {
        window.push_back(moment);
        while window.front().is_some_and(|first| first + MINUTE_MS <= moment) {
            window.pop_front();
        }
        most = most.max(window.len());
    }
    most
}

/// The most calls open at one moment; an end at the moment of a start comes first.
fn max_at_once(calls: &[Call]) -> i64 {
    let mut steps: Vec<(u64, i64)> = Vec::with_capacity(calls.len() * 2);
    for call in calls {
        steps.push((call.started_ms, 1));
        // A call that ends within its first millisecond still was open.
        steps.push((call.finished_ms.unwrap_or(u64::MAX).max(call.started_ms + 1), -1));
    }
    steps.sort_unstable();
    let mut open = 0;
    steps.iter().fold(0, |most, (_, step)| {
        open += step;
        most.max(open)
    })
}

#[cfg(test)]
mod tests {
    use super::{CallLog, Clock, max_per_minute};

    #[test]
    fn the_busiest_minute_slides() {
        assert_eq!(max_per_minute(vec![0, 30_000, 59_999, 60_000, 61_000]), 4);
        assert_eq!(max_per_minute(Vec::new()), 0);
    }

    #[test]
    fn an_abandoned_call_counts_as_unanswered() {
        let log = CallLog::new(Clock::default());
        drop(log.begin("getPosting"));
        let mut answered = log.begin("getPosting");
        answered.answered(200);
        drop(answered);
        let report = log.report();
        assert_eq!(report["calls"][0]["status"], 0);
        assert_eq!(report["calls"][1]["status"], 200);
        assert_eq!(report["count"], 2);
    }
}
