//! What people decide about an order, here or in Workday.

use crate::id::WorkdayCandidateId;
use crate::message::Work;
use crate::moment::Moment;
use crate::order::history::By;
use crate::order::{Change, ContactFate, ExpiryReason, InterviewFate, Order, OrderState, RefusalReason, ReviewReason};

impl Order {
    /// A person starts someone who was skipped, held back or refused. The gates judge anew, on the person's record as it is
    /// now; what was given up before is tried anew.
    pub fn choose(mut self, person: &str, now: Moment) -> Change {
        self.facts.invite_round = self.facts.invite_round.saturating_add(1);
        self.facts.forgets_refusal();
        Change {
            contact: ContactFate::Removed,
            ..self.enter(OrderState::Confirmed, By::Person(person.to_owned()), now)
        }
    }

    /// The same where the interview is another application's, or over: the next attempt, to which nothing of the old one belongs.
    pub fn choose_anew(self, attempt: u32, person: &str, now: Moment) -> Change {
        let interview = self.closing();
        Change {
            interview,
            ..self.next_attempt(attempt, None).choose(person, now)
        }
    }

    /// A person ends what waits for one. Whoever had withdrawn stays withdrawn, and their result is left aside; it is kept
    /// all the same.
    pub fn close(mut self, person: &str, now: Moment) -> Change {
        let late = OrderState::NeedsReview {
            reason: ReviewReason::LateResult,
        };
        let state = if self.state == late {
            OrderState::Withdrawn
        } else {
            self.facts.kept_outcome = None;
            let reason = RefusalReason::ClosedByAPerson;
            OrderState::Refused { reason }
        };
        let interview = self.closing();
        Change {
            interview,
            contact: ContactFate::Removed,
            ..self.enter(state, By::Person(person.to_owned()), now)
        }
    }

    /// A person counts the result that is kept as this order's, and what HeyMilo says of it from now on. None: there is none.
    pub fn adopt(mut self, person: &str, now: Moment) -> Option<Change> {
        let outcome = self.facts.kept_outcome.take()?;
        let interview = if self.was_found_over() {
            self.interview_fate(InterviewFate::TakenOver)
        } else {
            self.interview_fate(InterviewFate::Over)
        };
        Some(Change {
            interview,
            contact: ContactFate::Removed,
            ..self.enter(OrderState::Completed { outcome }, By::Person(person.to_owned()), now)
        })
    }

    /// The application is outside the stage. None: there was nothing to end.
    pub fn leave(self, withdrawn: bool, now: Moment) -> Option<Change> {
        if self.state.is_open() {
            return if withdrawn { self.withdraw(now) } else { self.leave_open(now) };
        }
        let reason = if withdrawn {
            RefusalReason::CandidateWithdrawn
        } else {
            RefusalReason::LeftStageBeforeInvite
        };
        self.state
            .is_pending_invite()
            .then(|| self.enter(OrderState::Refused { reason }, By::Workday, now))
    }

    /// It is outside while the interview is open. HeyMilo knows no way to end that: a report that comes all the same counts.
    /// None: the candidate has finished, and waits for a score wherever they stand.
    fn leave_open(self, now: Moment) -> Option<Change> {
        if self.state == OrderState::Scoring {
            return None;
        }
        let (reason, interview) = (ExpiryReason::LeftStage, self.interview_fate(InterviewFate::Over));
        Some(Change {
            interview,
            ..self.enter(OrderState::Expired { reason }, By::Workday, now)
        })
    }

    /// Workday says the candidate has withdrawn while they can still finish the interview. None: they cannot.
    pub fn withdraw(mut self, now: Moment) -> Option<Change> {
        if !self.state.is_open() && !self.has_left() {
            return None;
        }
        self.facts.withdrew = true;
        let interview = self.closing();
        Some(Change {
            interview,
            ..self.enter(OrderState::Withdrawn, By::Workday, now)
        })
    }

    /// A person wants it looked at now. None: it waits for nothing.
    pub fn release(mut self, person: &str, now: Moment) -> Option<Change> {
        let order = self.order.clone();
        let work = if let OrderState::Waiting { reason, .. } = self.state {
            self.facts.state = OrderState::Waiting { reason, until: now };
            Work::AdvanceOrder { order }
        } else if self.needs_a_look {
            Work::WriteBack { order }
        } else {
            return None;
        };
        Some(Change {
            work: Some(work),
            ..self.changed("released", By::Person(person.to_owned()), now)
        })
    }

    /// A person mended what kept Workday from taking a write, or wants it tried again. None: Workday refused nothing.
    pub fn write_again(mut self, by: By, now: Moment) -> Option<Change> {
        self.facts.write_problem.take()?;
        self.facts.write_round = self.facts.write_round.saturating_add(1);
        self.facts.tries = 0;
        self.facts.stops_failing();
        Some(self.changed("write_again", by, now).with_work_of_state())
    }

    /// The person's record was merged into another one, which has the application now.
    pub fn found_under(mut self, candidate: WorkdayCandidateId, now: Moment) -> Change {
        self.facts.candidate = candidate;
        self.changed("candidate", By::Us, now)
    }
}
