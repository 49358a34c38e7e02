//! What HeyMilo shows of an order's interview.

use crate::moment::Moment;
use crate::order::history::By;
use crate::order::{Change, ExpiryReason, InterviewFate, Order, OrderState, Outcome, ResultVersion, ReviewReason};

impl Order {
    /// What HeyMilo shows, with the result that is stored by now. None: nothing new.
    pub fn see(mut self, seen: Option<OrderState>, result: Option<ResultVersion>, now: Moment) -> Option<Change> {
        if seen.is_none() && (result.is_none() || result == self.result()) {
            return None;
        }
        if let Some(result) = result {
            self.has_result(result);
        }
        let state = seen.unwrap_or_else(|| self.state.clone());
        if matches!(self.state, OrderState::Completed { .. }) && self.state != state {
            self.facts.returns = self.facts.returns.saturating_add(1);
        }
        let interview = if matches!(state, OrderState::Completed { .. } | OrderState::Expired { .. }) {
            self.interview_fate(InterviewFate::Over)
        } else {
            InterviewFate::Untouched
        };
        Some(Change {
            interview,
            ..self.enter(state, By::HeyMilo, now)
        })
    }

    /// A report that does not complete the order by itself: of somebody who had withdrawn, or of an interview that was over
    /// when the order came to it. None: nothing new.
    pub fn keep(mut self, outcome: Outcome, result: ResultVersion, now: Moment) -> Option<Change> {
        let is_known = self.kept_outcome == Some(outcome) && self.result().as_ref() == Some(&result);
        if is_known || !self.keeps_reports() {
            return None;
        }
        self.facts.kept_outcome = Some(outcome);
        self.has_result(result);
        let state = if self.state == OrderState::Withdrawn {
            let reason = ReviewReason::LateResult;
            OrderState::NeedsReview { reason }
        } else {
            self.state.clone()
        };
        // Where another visit looks for it, that goes on.
        let interview = self.interview_fate(InterviewFate::Over);
        Some(Change {
            interview,
            ..self.enter(state, By::HeyMilo, now)
        })
    }

    fn has_result(&mut self, result: ResultVersion) {
        self.facts.result_version = result.number;
        self.facts.result_fingerprint = Some(result.fingerprint);
        self.facts.result_interview = self.interview.clone();
    }

    /// Whether it does not stand as its agent's deadline wants it: open though that has passed, or over though it has not.
    pub fn goes_by_deadline(&self, is_over: bool) -> bool {
        match &self.state {
            OrderState::Invited | OrderState::Opened | OrderState::InProgress => is_over,
            OrderState::Expired { reason } => !is_over && *reason == ExpiryReason::DeadlinePassed,
            OrderState::Received
            | OrderState::Confirmed
            | OrderState::Waiting { .. }
            | OrderState::Scoring
            | OrderState::Completed { .. }
            | OrderState::Withdrawn
            | OrderState::Refused { .. }
            | OrderState::NeedsReview { .. }
            | OrderState::Skipped { .. } => false,
        }
    }

    /// HeyMilo lets the candidate go on after all: the deadline was moved. None: it never was over, or not by HeyMilo.
    pub fn reopen(mut self, started: bool, now: Moment) -> Option<Change> {
        if !matches!(self.state, OrderState::Expired { .. }) || self.has_left() {
            return None;
        }
        // The record falls back.
        self.facts.written.rank = 0;
        self.facts.returns = self.facts.returns.saturating_add(1);
        let interview = self.interview_fate(InterviewFate::Open);
        let state = if started { OrderState::InProgress } else { OrderState::Invited };
        Some(Change {
            interview,
            ..self.enter(state, By::HeyMilo, now)
        })
    }
}
