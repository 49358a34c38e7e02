//! Faults of AWS that a test asks for, and the count of the calls that were made.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// An embedded service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Amazon DynamoDB.
    DynamoDb,
    /// Amazon SQS.
    Sqs,
    /// Amazon SES, API version 2.
    Ses,
    /// AWS Secrets Manager.
    SecretsManager,
}

/// Whether the service did what it was asked before the call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// It did nothing.
    BeforeEffect,
    /// It did it, and the caller does not learn so.
    AfterEffect,
}

/// How a call fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// 503 `ServiceUnavailable`.
    Unavailable,
    /// The service's throttling error.
    Throttled,
    /// The client's time-out, without the wait for it.
    TimesOut,
    /// The connection ends before the answer.
    Disconnects,
    /// There is no connection: it is refused.
    Unreachable,
    /// An error of the service with this status and code, such as 400 `MessageRejected`.
    Refused(u16, &'static str),
    /// DynamoDB cancels the transaction for these reasons, one a row: `None`, `TransactionConflict` and the like.
    Cancelled(&'static [&'static str]),
    /// No answer ever: for a process that is killed meanwhile.
    Hangs,
    /// The call does not fail: its answer comes this much later.
    Slow(Duration),
}

/// A failure of the next calls of one operation.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The service.
    pub service: Service,
    /// The operation, such as `TransactWriteItems`, or `*` for any.
    pub operation: String,
    /// How many calls pass before the first that fails.
    pub skip: usize,
    /// How many calls fail.
    pub times: usize,
    /// Whether the failing calls have their effect.
    pub when: When,
    /// How they fail.
    pub kind: Kind,
}

impl Fault {
    /// The next call of `operation` fails.
    pub fn once(service: Service, operation: &str, when: When, kind: Kind) -> Self {
        Self {
            service,
            operation: operation.to_owned(),
            skip: 0,
            times: 1,
            when,
            kind,
        }
    }
}

/// The faults that are still to come, and the calls so far. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    planned: Vec<Fault>,
    calls: BTreeMap<(Service, String), usize>,
    rows_read: usize,
}

impl Faults {
    /// Adds a fault; of several that fit a call the first added comes first.
    pub fn plan(&self, fault: Fault) {
        self.state().planned.push(fault);
    }

    /// Forgets all faults that have not happened yet.
    pub fn clear(&self) {
        self.state().planned.clear();
    }

    /// How many failing calls are still to come: zero proves that a test met every fault it planned.
    pub fn left(&self) -> usize {
        self.state().planned.iter().map(|fault| fault.times).sum()
    }

    /// How many calls of an operation, or with `*` of any, reached the router, failed ones included.
    pub fn calls(&self, service: Service, operation: &str) -> usize {
        let state = self.state();
        let fits = |called: &&(Service, String)| called.0 == service && (operation == "*" || called.1 == operation);
        state.calls.iter().filter(|(called, _)| fits(called)).map(|(_, count)| count).sum()
    }

    /// How many rows of the table were read so far, by whichever calls.
    pub fn rows_read(&self) -> usize {
        self.state().rows_read
    }

    /// Counts rows that a call read.
    pub(crate) fn count_rows(&self, read: usize) {
        self.state().rows_read += read;
    }

    /// Every operation that was called so far.
    pub fn operations(&self) -> Vec<(Service, String)> {
        self.state().calls.keys().cloned().collect()
    }

    /// Counts a call and tells how it fails, if it does.
    pub(crate) fn next(&self, service: Service, operation: &str) -> Option<(When, Kind)> {
        let mut state = self.state();
        *state.calls.entry((service, operation.to_owned())).or_default() += 1;
        let fits = |fault: &Fault| fault.service == service && (fault.operation == "*" || fault.operation == operation);
        let position = state.planned.iter().position(fits)?;
        let fault = state.planned.get_mut(position)?;
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        fault.times = fault.times.saturating_sub(1);
        let outcome = (fault.when, fault.kind.clone());
        if fault.times == 0 {
            state.planned.remove(position);
        }
        Some(outcome)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_passes_its_calls_fails_its_calls_and_is_gone() {
        let faults = Faults::default();
        faults.plan(Fault {
            skip: 1,
            times: 2,
            ..Fault::once(Service::Sqs, "SendMessage", When::BeforeEffect, Kind::Unavailable)
        });
        assert_eq!(faults.next(Service::Sqs, "ReceiveMessage"), None);
        let outcomes: Vec<bool> = (0..4).map(|_| faults.next(Service::Sqs, "SendMessage").is_some()).collect();
        assert_eq!(outcomes, [false, true, true, false]);
        assert_eq!((faults.left(), faults.calls(Service::Sqs, "SendMessage")), (0, 4));
    }
}
