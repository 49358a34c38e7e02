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

    /// A write failed. What waits for a person has not failed: it is told as that.
    pub fn count_try(mut self, reason: WaitReason, now: Moment) -> Change {
        let looked_for = self.needs_a_look;
        self.facts.tries = self.facts.tries.saturating_add(1);
        if reason.passes_by_itself() {
            self.facts.fails(now);
        } else {
            self.facts.stops_failing();
        }
        let change = Change {
            entry: None,
            ..self.changed("", By::Us, now)
        };
        change.telling_a_look(looked_for, now)
    }

    /// Workday does not take the write until a person mends something.
    pub fn write_waits(mut self, words: String, until: Moment, now: Moment) -> Change {
        let said_before = self.write_problem.as_ref() == Some(&words);
        self.facts.write_problem = Some(words);
        self.facts.stops_failing();
        self.facts.tries = self.facts.tries.saturating_add(1);
        let mut change = self.changed("write_refused", By::Workday, now);
        change.entry = change.entry.filter(|_| !said_before).map(|entry| Entry {
            until: Some(until),
            ..entry
        });
        change
    }

    /// A person ended the connection, and nothing is tried any more. None: nothing had failed.
    pub fn rest(mut self, now: Moment) -> Option<Change> {
        self.failing_since?;
        self.facts.stops_failing();
        Some(Change {
            entry: None,
            ..self.changed("", By::Us, now)
        })
    }

    /// There turned out to be nothing to write. None: nothing kept it from being written.
    pub fn needs_no_write(mut self, now: Moment) -> Option<Change> {
        // Before the invitation it is that what fails.
        let has_failed = self.failing_since.is_some() && !self.state.is_pending_invite();
        if self.write_problem.is_none() && !has_failed {
            return None;
        }
        if has_failed {
            self.facts.stops_failing();
        }
        self.facts.write_problem = None;
        Some(Change {
            entry: None,
            ..self.changed("", By::Us, now)
        })
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
    const DOWN: WaitReason = WaitReason::WorkdayUnavailable;

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
        let tried = invited().count_try(DOWN, NOW).order;
        let opened = tried.open(NOW.plus(HOUR)).unwrap().order;
        let later = opened.count_try(DOWN, NOW.plus(HOUR * 24));
        assert!(later.is_first_to_need_a_look());
        assert_eq!(later.order.actions(), [Action::Release]);
        let released = later.order.clone().release("owner", NOW).unwrap();
        assert!(matches!(released.work, Some(crate::Work::WriteBack { .. })));
        let withdrawn = later.order.withdraw(NOW).unwrap().order;
        assert!(!withdrawn.needs_a_look, "there is nothing to write");
    }

    #[test]
    fn a_write_that_waits_for_a_person_has_not_failed_however_long_it_waits() {
        let tried = invited().count_try(DOWN, NOW).order;
        let refused = WaitReason::WorkdayCredentialRefused;
        let waits = tried.clone().count_try(refused, NOW.plus(HOUR * 30)).order;
        assert_eq!((waits.failing_since, waits.needs_a_look, waits.tries), (None, false, 2));
        let told = tried.clone().write_waits("an id".into(), NOW.plus(HOUR), NOW).order;
        assert_eq!(told.failing_since, None);
        assert_eq!(tried.rest(NOW).unwrap().order.failing_since, None);
    }

    #[test]
    fn what_is_written_again_has_failed_for_no_time() {
        let refused = invited().write_waits("an id".into(), NOW.plus(HOUR), NOW).order;
        let again = refused.write_again(By::Us, NOW.plus(HOUR * 48)).unwrap().order;
        let later = again.count_try(DOWN, NOW.plus(HOUR * 49)).order;
        assert!(!later.needs_a_look);
    }

    #[test]
    fn where_nothing_is_left_to_be_written_nobody_is_asked_to_look_and_an_invitation_fails_on() {
        let stuck = invited().count_try(DOWN, NOW).order.count_try(DOWN, NOW.plus(HOUR * 25)).order;
        assert!(stuck.needs_a_look);
        let settled = stuck.needs_no_write(NOW).unwrap().order;
        assert!(!settled.needs_a_person() && settled.clone().needs_no_write(NOW).is_none());
        let waiting = waits(confirmed(), WaitReason::HeyMiloUnavailable, 0).order;
        assert_eq!(waiting.needs_no_write(NOW), None);
    }
}
