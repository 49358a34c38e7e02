//! The product's time in a flow test: the wall's, or one that runs with the wall and is put forward to the next due work,
//! so that a test waits for what is done and never for the moment it is done at.
//!
//! The vendors keep the wall's time. The product reads Workday with an overlap of ten minutes, which is how far its clock
//! may be ahead.

use super::fixture::list;
use domain::Moment;
use lambda_kit::Clock;
use serde_json::Value;
use std::time::Duration;

/// How far ahead the next due work may lie; what waits longer waits for something else.
const FARTHEST: Duration = Duration::from_mins(1);
/// On the wall clock, how soon to look again.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The product's clock, and whether the test may move it.
pub(crate) struct Time {
    pub(crate) clock: Clock,
    is_ours: bool,
}

impl Time {
    /// The wall's.
    pub(crate) fn of_the_wall() -> Self {
        Self {
            clock: Clock::system(),
            is_ours: false,
        }
    }

    /// One that runs with the wall from now on and can be put forward.
    pub(crate) fn put_forward() -> Self {
        Self {
            clock: Clock::shifted(Clock::system().now()),
            is_ours: true,
        }
    }

    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// How often connections are polled: on the wall clock a test waits for it; where the clock is ours a poll costs more
    /// than the time between two, so that they are rare and other work is due before.
    pub(crate) fn poll_seconds(&self) -> u32 {
        if self.is_ours { 20 } else { 1 }
    }

    /// Lets the time pass until every poll is due again: they are late by a tenth at most.
    pub(crate) async fn until_polled(&self) {
        self.pass(Duration::from_millis(1_100) * self.poll_seconds()).await;
    }

    /// Lets a while pass, at once where the clock is ours.
    async fn pass(&self, while_: Duration) {
        if self.is_ours {
            self.clock.advance(while_);
        } else {
            self.clock.sleep(while_).await;
        }
    }

    /// Lets the time pass until the next work is due, by what the product's state shows.
    pub(crate) async fn until_due(&self, state: &Value) {
        let now = self.now();
        let moments = list(&state["due"]).filter_map(|due| due["due_at"].as_i64());
        let next = moments.map(|due_at| Moment(due_at).since(now)).filter(|wait| !wait.is_zero()).min();
        match next {
            Some(wait) if self.is_ours && wait <= FARTHEST => self.pass(wait).await,
            Some(_) | None => Clock::system().sleep(LOOK_AGAIN).await,
        }
    }
}
