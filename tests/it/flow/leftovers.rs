//! What a test may not leave behind: messages in queues, work that is due and that nobody takes, orders that still wait,
//! records that wait until a person mends something. Whoever ends with waiting work on purpose names it.

use super::fixture::{Flow, PATIENCE, list};
use domain::Moment;
use serde_json::Value;
use std::sync::PoisonError;
use std::time::Duration;

/// Work that is always parked until its next turn.
const PERIODIC: [&str; 3] = ["poll_connection", "poll_posting", "refresh_requisitions"];
/// The name of a write-back that Workday refused and that waits for a person: work of a kind that no other wait excuses.
const FOR_A_PERSON: &str = "write_problem";
/// A round's work may outlast the next turn of a poll.
const LATE: Duration = Duration::from_secs(30);

impl Flow {
    /// The test ends with this kind of work waiting, on purpose: the reason is the test's. A record that waits for a person
    /// is `write_problem`.
    pub(crate) fn leaves(&self, kind: &'static str) {
        let mut named = self.left_on_purpose.lock().unwrap_or_else(PoisonError::into_inner);
        named.push(kind);
    }

    /// Fails the test that ends with something to do.
    pub(crate) async fn assert_nothing_left(&self) {
        let left = self.leftovers().await;
        assert!(
            left.is_empty(),
            "the test leaves work behind; mend that, or name it with `Flow::leaves`:\n  {}",
            left.join("\n  ")
        );
    }

    /// What is left after everything had its turn, one line each.
    async fn leftovers(&self) -> Vec<String> {
        let ends_at = self.clock.now().plus(PATIENCE);
        loop {
            let left = self.left_after_a_round().await;
            if left.is_empty() || self.clock.now() > ends_at {
                return left;
            }
            self.until_due(&self.state().await).await;
        }
    }

    async fn left_after_a_round(&self) -> Vec<String> {
        if let Err(error) = self.product.tick().await {
            return vec![format!("the last tick failed: {error}")];
        }
        let mut left = Vec::new();
        match self.product.drain(PATIENCE).await {
            Ok(backlog) if backlog.dead > 0 => left.push(format!("{} messages in dead-letter queues", backlog.dead)),
            Ok(_) => {}
            Err(error) => left.push(format!("messages in queues: {error}")),
        }
        let named = self.left_on_purpose.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let now = self.clock.now();
        let state = self.state().await;
        left.extend(list(&state["due"]).filter_map(|due| left_over(&state, due, now, &named)));
        left
    }
}

/// Words for a due row that should not be there.
fn left_over(state: &Value, due: &Value, now: Moment, named: &[&str]) -> Option<String> {
    let work = &due["due_work"];
    let problem = write_problem(state, work);
    let kind = problem.map_or(work["kind"].as_str().unwrap_or_default(), |_| FOR_A_PERSON);
    let due_at = Moment(due["due_at"].as_i64().unwrap_or_default());
    let late = now.since(due_at);
    let is_expected = named.contains(&kind) || (PERIODIC.contains(&kind) && late < LATE);
    (!is_expected).then(|| {
        let wait = due_at.since(now);
        let problem = problem.map(|words| format!(": Workday refuses: {words}")).unwrap_or_default();
        format!("{kind}: {work}, due {} s ago, or in {} s{problem}", late.as_secs(), wait.as_secs())
    })
}

/// What Workday does not take of the order that this work writes back.
fn write_problem<'a>(state: &'a Value, work: &Value) -> Option<&'a str> {
    let mut orders = list(&state["orders"]).filter(|order| work["kind"] == "write_back" && order["order"] == work["order"]);
    orders.find_map(|order| order["write_problem"].as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(order: &str, kind: &str, due_at: i64, named: &[&str], expected: bool) {
        let state = json!({ "orders": [
            { "order": "refused", "write_problem": "unknown id" },
            { "order": "slow", "write_problem": null },
        ] });
        let due = json!({ "due_work": { "kind": kind, "order": order }, "due_at": due_at });
        let left = left_over(&state, &due, Moment(1_000_000), named);
        assert_eq!(left.is_some(), expected, "{order} {kind} {due_at} {named:?}: {left:?}");
    }

    #[test]
    fn an_order_that_waits_is_left_over_and_a_poll_between_two_turns_is_not() {
        check("slow", "advance_order", 2_000_000, &["write_back"], true);
        check("slow", "advance_order", 0, &["write_back"], true);
        check("slow", "write_back", 2_000_000, &["write_back"], false);
        check("slow", "poll_connection", 1_001_000, &[], false);
        check("slow", "poll_connection", 0, &[], true);
    }

    #[test]
    fn a_record_that_waits_for_a_person_is_left_over_until_the_test_says_just_that() {
        check("refused", "write_back", 80_000_000, &[], true);
        check("refused", "write_back", 80_000_000, &["write_back"], true);
        check("refused", "write_back", 80_000_000, &["write_problem"], false);
        check("slow", "write_back", 80_000_000, &["write_problem"], true);
        // Other work of the same order is no write-back.
        check("refused", "advance_order", 80_000_000, &["write_problem"], true);
    }
}
