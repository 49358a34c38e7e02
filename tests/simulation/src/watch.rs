//! What must hold at every moment of a run: nothing lives without somebody who sees to it, and nothing runs early.

use crate::plan::Plan;
use crate::rows::{Rows, text};
use crate::verdict::Violation;
use domain::order::OrderState;
use lambda_kit::Clock;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use testkit::{EmbeddedAws, Row};

const SEEN_TO: &str = "no order and no accepted hint is without a due row, an end, or a person's turn";
const NEVER_EARLY: &str = "parked work never runs before its moment";
/// A message may be a little ahead of its row.
const EARLY: i64 = 2_000;

/// What was found broken while it ran; each kind once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watch(Arc<Mutex<BTreeSet<Violation>>>);

impl Watch {
    /// Watches each taking of a due row, where rows tell apart when they are announced and when they are due.
    pub(crate) fn over(aws: &EmbeddedAws, clock: &Clock, plan: &Plan) -> Self {
        let watch = Self::default();
        let (found, clock) = (watch.clone(), clock.clone());
        // The clocks of two functions differ by this much at the most.
        let skew = plan.skews.iter().map(|(_, milliseconds)| milliseconds.abs()).max().unwrap_or(0) * 2;
        aws.watch_updates(move |before, after| {
            let number = |row: &Row, name: &str| row.get(name).and_then(Value::as_i64);
            let is_taken = number(after, "taken_until").is_some() && number(before, "taken_until") != number(after, "taken_until");
            let tells_apart = before.contains_key("announce_at");
            let Some(due) = number(before, "due_at").filter(|_| is_taken && tells_apart && text(before, "sk").starts_with("DUE#")) else {
                return;
            };
            if due > clock.now().0 + EARLY + skew {
                found.add(NEVER_EARLY, kind_of(text(before, "sk")), format!("{} of {}", text(before, "sk"), text(before, "pk")));
            }
        });
        watch
    }

    /// Looks at every order and hint as it stands now.
    pub(crate) fn look(&self, rows: &Rows) {
        let due: BTreeSet<(&str, &str)> = rows.due.iter().map(|due| (due.workspace.as_str(), due.key.as_str())).collect();
        for order in &rows.orders {
            let has = |kind: &str| due.contains(&(order.workspace.as_str(), format!("DUE#{kind}#{}", order.order).as_str()));
            let is_seen_to = match &order.state {
                OrderState::Received | OrderState::Confirmed | OrderState::Waiting { .. } => has("ORDER"),
                OrderState::NeedsReview { .. }
                | OrderState::Invited
                | OrderState::Opened
                | OrderState::InProgress
                | OrderState::Scoring
                | OrderState::Completed { .. }
                | OrderState::Withdrawn
                | OrderState::Refused { .. }
                | OrderState::Skipped { .. } => order.record_is_current() || order.write_problem.is_some() || has("WRITEBACK"),
            };
            if !is_seen_to {
                self.add(SEEN_TO, format!("an order that is {}", order.state.name()), format!("{} {}", order.workspace, order.application));
            }
        }
    }

    fn add(&self, promise: &'static str, how: String, whose: String) {
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !found.iter().any(|known| known.promise == promise && known.how == how) {
            found.insert(Violation { promise, how, whose });
        }
    }

    pub(crate) fn found(&self) -> Vec<Violation> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

fn kind_of(key: &str) -> String {
    key.split('#').nth(1).unwrap_or_default().to_lowercase()
}
