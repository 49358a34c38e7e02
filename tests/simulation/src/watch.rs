//! What must hold at every moment of a run: nothing lives without somebody who sees to it, and nothing runs early.

use crate::plan::Plan;
use crate::rows::{Due, Followed, Rows};
use crate::verdict::Violation;
use domain::order::OrderState;
use domain::{Moment, Order};
use lambda_kit::Clock;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use testkit::EmbeddedAws;

const SEEN_TO: &str = "no order is without a due row, an end that Workday shows, or a person's turn";
const NEVER_EARLY: &str = "parked work never runs before its moment";
/// A message may be a little ahead of its row.
const EARLY: Duration = Duration::from_secs(2);

/// What was found broken while it ran; each kind once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watch(Arc<Mutex<BTreeSet<Violation>>>);

impl Watch {
    /// Follows the table, and watches each taking of a due row.
    pub(crate) fn over(aws: &EmbeddedAws, clock: &Clock, plan: &Plan) -> (Self, Followed) {
        let watch = Self::default();
        let (found, clock) = (watch.clone(), clock.clone());
        // The clocks of two functions differ by this much at the most.
        let skew = plan
            .skews
            .iter()
            .map(|(_, milliseconds)| milliseconds.unsigned_abs())
            .max()
            .unwrap_or(0)
            * 2;
        let room = EARLY + Duration::from_millis(skew);
        let followed = Followed::over(aws, move |key, before, after| {
            if before.is_some_and(|before| is_taken_early(before, after, clock.now().plus(room))) {
                found.add(NEVER_EARLY, kind_of(key), key.to_owned());
            }
        });
        (watch, followed)
    }

    /// Looks at every order as it stands now.
    pub(crate) fn look(&self, rows: &Rows) {
        for order in rows.orders.values().filter(|order| !is_seen_to(order, rows)) {
            let whose = format!("{} {}", order.workspace, order.application);
            self.add(SEEN_TO, format!("an order that is {}", order.state.name()), whose);
        }
    }

    pub(crate) fn add(&self, promise: &'static str, how: String, whose: String) {
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !found.iter().any(|known| known.promise == promise && known.how == how) {
            found.insert(Violation { promise, how, whose });
        }
    }

    pub(crate) fn found(&self) -> Vec<Violation> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// Whether a worker takes what is not due yet.
fn is_taken_early(before: &Due, after: Option<&Due>, now: Moment) -> bool {
    let is_taken = after.is_some_and(|after| after.taken_until.is_some() && after.taken_until != before.taken_until);
    is_taken && before.taken_until.is_none() && before.at > now
}

fn is_seen_to(order: &Order, rows: &Rows) -> bool {
    match &order.state {
        OrderState::Received | OrderState::Confirmed | OrderState::Waiting { .. } => rows.has(order, "ORDER"),
        OrderState::NeedsReview { .. }
        | OrderState::Invited
        | OrderState::Opened
        | OrderState::InProgress
        | OrderState::Scoring
        | OrderState::Completed { .. }
        | OrderState::Withdrawn
        | OrderState::Expired { .. }
        | OrderState::Refused { .. }
        | OrderState::Skipped { .. } => order.record_is_current() || order.write_problem.is_some() || rows.has(order, "WRITEBACK"),
    }
}

fn kind_of(key: &str) -> String {
    key.split('#').nth(1).unwrap_or_default().to_lowercase()
}
