//! A flow test's time: one clock for the product, its AWS and both vendors, which skips to whatever is next as soon as
//! everything waits. A test waits for what is done and never for the moment it is done at.

use super::fixture::Flow;
use domain::Moment;
use lambda_kit::Clock;
use std::sync::{Arc, Mutex, PoisonError};

const START: Moment = Moment(1_800_000_000_000);

/// The time of one test, and the products that live in it.
pub(crate) struct Time {
    pub(crate) clock: Clock,
    flows: Mutex<Vec<Arc<Flow>>>,
}

impl Time {
    /// At the end of the test this one is looked at too.
    pub(crate) fn remember(&self, flow: &Arc<Flow>) {
        self.flows.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(flow));
    }
}

/// Runs a test in a time of its own, and fails it when one of its products has something left to do.
pub(crate) fn in_time(test: impl AsyncFnOnce(&Time)) {
    let time = Time {
        clock: Clock::manual(START),
        flows: Mutex::default(),
    };
    let ended = Box::pin(async {
        Box::pin(test(&time)).await;
        let flows = std::mem::take(&mut *time.flows.lock().unwrap_or_else(PoisonError::into_inner));
        for flow in flows {
            flow.assert_nothing_left().await;
        }
    });
    time.clock.run(ended).unwrap();
}
