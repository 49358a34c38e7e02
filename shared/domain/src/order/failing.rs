//! What fails for a passing reason for so long that somebody should look: the reason may be another one than it seems.

use crate::moment::Moment;
use crate::order::{By, Change, Entry, Facts, Order, OrderState, WaitReason};
use std::time::Duration;

/// What the history calls it, once.
pub const NEEDS_A_LOOK: &str = "needs_a_look";
/// An item that has failed for so long needs a look.
const TOO_LONG: Duration = Duration::from_hours(24);

impl WaitReason {
    /// Whether it should pass without anybody's help: what a person mends is told as such.
    fn passes_by_itself(self) -> bool {
        match self {
            Self::HeyMiloUnavailable
            | Self::WorkdayUnavailable
            | Self::EmailUnavailable
            | Self::EmailSenderRefused
            | Self::OutcomeUnknown
            | Self::StepHeld
            | Self::RateLimited => true,
            Self::WhoSendsUnanswered | Self::HeyMiloCredentialRefused | Self::WorkdayCredentialRefused => false,
        }
    }
}

impl Facts {
    /// Whether a try that fails now is one of a day of failures.
    pub fn has_failed_for_a_day(&self, now: Moment) -> bool {
        self.failing_since.is_some_and(|since| now.since(since) >= TOO_LONG)
    }

    fn fails(&mut self, now: Moment) {
        self.failing_since.get_or_insert(now);
        self.needs_a_look = self.has_failed_for_a_day(now);
    }

    pub(super) fn stops_failing(&mut self) {
        self.failing_since = None;
        self.needs_a_look = false;
    }
}

impl Order {
    /// The order waits, tried once more without success.
    pub fn wait(self, reason: WaitReason, until: Moment, now: Moment) -> Change {
        let said_before = self.is_waiting_for(reason);
        let waits = self.waits_for(reason);
        let (failing_since, looked_for) = (self.failing_since, self.needs_a_look);
        let mut change = self.enter(OrderState::Waiting { reason, until }, By::Us, now);
        change.order.facts.tries = waits.saturating_add(1);
        if reason.passes_by_itself() {
            change.order.facts.failing_since = failing_since;
            change.order.facts.fails(now);
        }
        if said_before {
            change.entry = None;
        }
        change.telling_a_look(looked_for, now)
    }

    /// A write failed for a passing reason.
    pub fn count_try(mut self, now: Moment) -> Change {
        let looked_for = self.needs_a_look;
        self.facts.tries = self.facts.tries.saturating_add(1);
        self.facts.fails(now);
        let change = Change {
            entry: None,
            ..self.changed("", By::Us, now)
        };
        change.telling_a_look(looked_for, now)
    }
}

impl Change {
    /// With the entry that says so, where it needs a look only now.
    fn telling_a_look(self, looked_for: bool, now: Moment) -> Self {
        if looked_for || !self.order.needs_a_look {
            return self;
        }
        let reason = self.order.state.reason().map(str::to_owned);
        let entry = Entry {
            at: now,
            what: NEEDS_A_LOOK.to_owned(),
            by: By::Us,
            reason,
            until: None,
            attempt: self.order.attempt,
        };
        Self {
            entry: Some(entry),
            ..self
        }
    }

    /// Whether it is the one by which the order comes to need a look.
    pub fn is_first_to_need_a_look(&self) -> bool {
        self.entry.as_ref().is_some_and(|entry| entry.what == NEEDS_A_LOOK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::Action;
    use crate::order::tests::{NOW, confirmed, invited};

    const HOUR: Duration = Duration::from_hours(1);

    fn waits(order: Order, reason: WaitReason, hours: u32) -> Change {
        let now = NOW.plus(HOUR * hours);
        order.wait(reason, now.plus(HOUR), now)
    }

    #[test]
    fn who_fails_for_a_day_needs_a_look_which_is_told_once_and_ends_with_the_failures() {
        let first = waits(confirmed(), WaitReason::HeyMiloUnavailable, 0);
        assert!(!first.is_first_to_need_a_look());
        // Another reason between is the same trouble.
        let second = waits(first.order, WaitReason::OutcomeUnknown, 23);
        assert!(!second.order.needs_a_look);
        let third = waits(second.order, WaitReason::HeyMiloUnavailable, 24);
        assert!(third.is_first_to_need_a_look() && third.order.needs_a_person());
        let fourth = waits(third.order, WaitReason::HeyMiloUnavailable, 30);
        assert!(fourth.order.needs_a_look && !fourth.is_first_to_need_a_look());
        let invited = fourth.order.invite(NOW).order;
        assert!(!invited.needs_a_look && !invited.needs_a_person());
    }

    #[test]
    fn what_waits_for_a_person_is_told_as_that_and_not_as_a_failure() {
        let first = waits(confirmed(), WaitReason::WhoSendsUnanswered, 0);
        assert!(!waits(first.order, WaitReason::WhoSendsUnanswered, 100).order.needs_a_look);
    }

    #[test]
    fn a_record_that_cannot_be_written_is_looked_for_however_far_the_candidate_comes_meanwhile() {
        let tried = invited().count_try(NOW).order;
        let opened = tried.open(NOW.plus(HOUR)).unwrap().order;
        let later = opened.count_try(NOW.plus(HOUR * 24));
        assert!(later.is_first_to_need_a_look());
        assert_eq!(later.order.actions(), [Action::Release]);
        let released = later.order.clone().release("owner", NOW).unwrap();
        assert!(matches!(released.work, Some(crate::Work::WriteBack { .. })));
        let withdrawn = later.order.withdraw(NOW).unwrap().order;
        assert!(!withdrawn.needs_a_look, "there is nothing to write");
    }
}
