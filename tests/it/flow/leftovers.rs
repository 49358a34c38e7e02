//! What a test may not leave behind: messages in queues, work that is due and that nobody takes, orders that still wait.
//! Whoever ends with waiting work on purpose names it.

use super::fixture::{Flow, list};
use domain::Moment;
use serde_json::Value;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

/// Work that is always parked until its next turn.
const PERIODIC: [&str; 3] = ["poll_connection", "poll_posting", "refresh_requisitions"];
/// A round's work may outlast the next turn of a poll.
const LATE: Duration = Duration::from_secs(30);

impl Flow {
    /// The test ends with this kind of work waiting, on purpose: the reason is the test's.
    pub(crate) fn leaves(&self, kind: &'static str) {
        let mut named = self.left_on_purpose.lock().unwrap_or_else(PoisonError::into_inner);
        named.push(kind);
    }

    /// What is left after everything had its turn, one line each.
    async fn leftovers(&self) -> Vec<String> {
        let patience = self.patience();
        let ends = Instant::now() + patience;
        loop {
            let left = self.left_after_a_round(patience).await;
            if left.is_empty() || Instant::now() > ends {
                return left;
            }
            self.time.until_due(&self.state().await).await;
        }
    }

    async fn left_after_a_round(&self, patience: Duration) -> Vec<String> {
        if let Err(error) = self.product.tick().await {
            return vec![format!("the last tick failed: {error}")];
        }
        let mut left = Vec::new();
        match self.product.drain(patience).await {
            Ok(backlog) if backlog.dead > 0 => left.push(format!("{} messages in dead-letter queues", backlog.dead)),
            Ok(_) => {}
            Err(error) => left.push(format!("messages in queues: {error}")),
        }
        let named = self.left_on_purpose.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let now = self.time.now();
        let state = self.state().await;
        left.extend(list(&state["due"]).filter_map(|due| left_over(due, now, &named)));
        left
    }
}

/// Words for a due row that should not be there.
fn left_over(due: &Value, now: Moment, named: &[&str]) -> Option<String> {
    let work = &due["due_work"];
    let kind = work["kind"].as_str().unwrap_or_default();
    let due_at = Moment(due["due_at"].as_i64().unwrap_or_default());
    let late = now.since(due_at);
    let is_expected = named.contains(&kind) || (PERIODIC.contains(&kind) && late < LATE);
    (!is_expected).then(|| {
        let wait = due_at.since(now);
        format!("{work}, due {} s ago, or in {} s", late.as_secs(), wait.as_secs())
    })
}

impl Drop for Flow {
    fn drop(&mut self) {
        // A test that failed has said more already.
        if std::thread::panicking() {
            return;
        }
        let left = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(self.leftovers()));
        assert!(
            left.is_empty(),
            "the test leaves work behind; mend that, or name it with `Flow::leaves`:\n  {}",
            left.join("\n  ")
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(kind: &str, due_at: i64, expected: bool) {
        let due = json!({ "due_work": { "kind": kind }, "due_at": due_at });
        assert_eq!(
            left_over(&due, Moment(1_000_000), &["write_back"]).is_some(),
            expected,
            "{kind} {due_at}"
        );
    }

    #[test]
    fn an_order_that_waits_is_left_over_and_a_poll_between_two_turns_is_not() {
        check("advance_order", 2_000_000, true);
        check("advance_order", 0, true);
        check("write_back", 2_000_000, false);
        check("poll_connection", 1_001_000, false);
        check("poll_connection", 0, true);
    }
}
