//! The only code that changes an order: one method for each thing that can happen to it.

use crate::id::{ConnectionId, InterviewId, JobApplicationId, JobRequisitionId, OrderId, PostingId, WorkdayCandidateId, WorkspaceId};
use crate::message::Work;
use crate::moment::Moment;
use crate::order::history::{By, Entry};
use crate::order::{Facts, Order, OrderState, RefusalReason, ReviewReason, SkipReason, Written};
use crate::progress;

/// An order after a transition, and everything that is stored with it or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a change is nothing until it is committed"]
pub struct Change {
    pub order: Order,
    /// What is to be done next, now.
    pub work: Option<Work>,
    /// What the history says of it; a repeated wait says nothing new.
    pub entry: Option<Entry>,
    pub interview: InterviewFate,
    pub contact: ContactFate,
}

/// What becomes of the row by which a posting's poll looks for the interview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InterviewFate {
    Untouched,
    /// It is looked for at each poll.
    Open(BoundInterview),
    /// It ended: looked at now and then for a month, since HeyMilo may still say something else of it.
    Over(BoundInterview),
    /// It is another attempt's or nobody's: not looked for any more.
    Closed(BoundInterview),
    /// It is over, and this order's from now on, whichever visit of the application had it.
    TakenOver(BoundInterview),
}

/// An interview and the agent that it is with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundInterview {
    pub posting: PostingId,
    pub interview: InterviewId,
}

/// What becomes of the sealed contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactFate {
    Untouched,
    /// Nobody needs it any more.
    Removed,
}

/// Whose screening an order is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub workspace: WorkspaceId,
    pub connection: ConnectionId,
    pub application: JobApplicationId,
    pub candidate: WorkdayCandidateId,
    pub requisition: JobRequisitionId,
}

/// What decides in which state a screening begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entrance {
    /// The agent that the requisition is linked to; none: it is not linked.
    pub posting: Option<PostingId>,
    /// Workday says the candidate has withdrawn.
    pub withdrawn: bool,
    /// Screened before, and the link does not screen again.
    pub screened_before: bool,
    /// Moved while nobody was connected, and more than a week ago.
    pub moved_long_ago: bool,
}

impl Entrance {
    fn state(&self) -> OrderState {
        if self.posting.is_none() {
            OrderState::Refused {
                reason: RefusalReason::RequisitionNotLinked,
            }
        } else if self.withdrawn {
            OrderState::Refused {
                reason: RefusalReason::CandidateWithdrawn,
            }
        } else if self.screened_before {
            OrderState::NeedsReview {
                reason: ReviewReason::AlreadyScreened,
            }
        } else if self.moved_long_ago {
            OrderState::NeedsReview {
                reason: ReviewReason::MovedLongAgo,
            }
        } else {
            OrderState::Confirmed
        }
    }
}

impl Order {
    /// Workday shows the application in the stage: the order of this visit begins.
    pub fn begin(subject: Subject, visit: u32, entrance: Entrance, event: Option<String>, now: Moment) -> Change {
        let mut order = Self::received(subject, visit, now);
        order.facts.assess_event = event;
        order.enter_by(entrance, now)
    }

    /// The application was in the stage before its requisition was linked: recorded, and not started.
    pub fn skip(subject: Subject, visit: u32, posting: PostingId, now: Moment) -> Change {
        Self::received(subject, visit, now).skipped(posting, now)
    }

    /// The same for one that was refused only because the link was missing.
    pub fn skipped(mut self, posting: PostingId, now: Moment) -> Change {
        self.facts.posting = Some(posting);
        let reason = SkipReason::BeforeLink;
        self.enter(OrderState::Skipped { reason }, By::Workday, now)
    }

    /// A recruiter asks once more within the visit: the next attempt, to which nothing of the old one belongs.
    pub fn ask_again(self, attempt: u32, entrance: Entrance, event: Option<&String>, now: Moment) -> Change {
        let insists = self.state == review(ReviewReason::AlreadyScreened);
        let entrance = Entrance {
            screened_before: entrance.screened_before && matches!(self.state, OrderState::Completed { .. }) && !insists,
            // Whoever asks now knows when they moved them.
            moved_long_ago: false,
            ..entrance
        };
        let interview = self.closing();
        let order = self.next_attempt(attempt, event);
        Change {
            interview,
            ..order.enter_by(entrance, now)
        }
    }

    pub(super) fn next_attempt(self, attempt: u32, event: Option<&String>) -> Self {
        Self {
            facts: Facts {
                attempt,
                interview: None,
                invited_at: None,
                kept_outcome: None,
                withdrew: false,
                assess_event: event.cloned().or(self.facts.assess_event),
                written: Written::default(),
                limited_write_back: false,
                write_problem: None,
                ..self.facts
            },
        }
    }

    /// A recruiter chooses someone who was skipped: the first attempt begins.
    pub fn start_skipped(mut self, entrance: Entrance, event: Option<&String>, now: Moment) -> Change {
        self.facts.assess_event = event.cloned().or(self.facts.assess_event);
        self.facts.joins = self.facts.joins.saturating_add(1);
        self.facts.written = self.facts.written.unwritten();
        let entrance = Entrance {
            moved_long_ago: false,
            ..entrance
        };
        self.enter_by(entrance, now)
    }

    /// A recruiter's event becomes the order's: what is known is to be written onto it.
    pub fn join(mut self, event: Option<&String>, now: Moment) -> Change {
        self.facts.assess_event = event.cloned().or(self.facts.assess_event);
        self.facts.joins = self.facts.joins.saturating_add(1);
        self.facts.written = self.facts.written.unwritten();
        self.changed("joined", By::Workday, now).with_work_of_state()
    }

    /// Another agent is linked before the interview was requested: the order follows its link.
    pub fn follow(mut self, posting: PostingId, now: Moment) -> Change {
        self.facts.posting = Some(posting);
        self.changed("posting", By::Us, now)
    }

    /// It ends without an invitation, for a reason that a recruiter can act on.
    pub fn refuse(self, reason: RefusalReason, now: Moment) -> Change {
        self.enter(OrderState::Refused { reason }, By::Us, now)
    }

    /// A person must decide.
    pub fn review(self, reason: ReviewReason, now: Moment) -> Change {
        self.enter(review(reason), By::Us, now)
    }

    /// HeyMilo answered with an interview that is over. It stays with the visit that has it until a person adopts its result.
    pub fn find_over(mut self, found: BoundInterview, now: Moment) -> Change {
        self.facts.interview = Some(found.interview);
        self.facts.posting = Some(found.posting);
        self.review(ReviewReason::InterviewOver, now)
    }

    /// HeyMilo's interview is this order's, and whoever holds the link may start it.
    pub fn bind(mut self, interview: InterviewId, posting: PostingId, now: Moment) -> Change {
        self.facts.interview = Some(interview);
        self.facts.posting = Some(posting);
        self.changed("bound", By::Us, now)
    }

    /// The invitation has left, by whoever sends it.
    pub fn invite(mut self, now: Moment) -> Change {
        self.facts.invited_at = Some(now);
        Change {
            contact: ContactFate::Removed,
            ..self.enter(OrderState::Invited, By::Us, now)
        }
    }

    /// The candidate holds the mail whose fate nobody knew: that is the proof that it left. None: nobody wondered.
    pub fn arrive(self, now: Moment) -> Option<Change> {
        self.may_have_arrived().then(|| self.invite(now))
    }

    /// The mail of this attempt's invitation came back. None: whoever it was sent to has gone on, or nobody was invited.
    pub fn mail_returned(self, now: Moment) -> Option<Change> {
        let is_due = matches!(
            self.state,
            OrderState::Invited
                | OrderState::NeedsReview {
                    reason: ReviewReason::EffectUnproven
                }
        );
        is_due.then(|| self.review(ReviewReason::MailReturned, now))
    }

    /// The candidate pressed the button. None: they did before, or there is nothing to open.
    pub fn open(self, now: Moment) -> Option<Change> {
        (self.state == OrderState::Invited).then(|| self.enter(OrderState::Opened, By::Candidate, now))
    }

    /// Workday took everything there was to write.
    pub fn wrote(mut self, written: Written, limited: bool, now: Moment) -> Change {
        self.facts.written = written;
        self.facts.limited_write_back = limited;
        self.facts.write_problem = None;
        self.facts.tries = 0;
        self.facts.stops_failing();
        self.changed("written", By::Us, now)
    }

    /// The assessment stands in Workday, though not everything that belongs to it is written: a send status that is found
    /// there later was set since.
    pub fn assessed(mut self, event: String, now: Moment) -> Change {
        self.facts.written = Written {
            attempt: self.facts.attempt,
            event: Some(event),
            at: Some(now),
            ..Written::default()
        };
        Change {
            entry: None,
            ..self.changed("", By::Us, now)
        }
    }

    fn received(subject: Subject, visit: u32, now: Moment) -> Self {
        let order = OrderId::derive(&subject.connection, &subject.application, visit);
        Self {
            facts: Facts {
                workspace: subject.workspace,
                order,
                connection: subject.connection,
                application: subject.application,
                candidate: subject.candidate,
                requisition: subject.requisition,
                posting: None,
                visit,
                attempt: 1,
                state: OrderState::Received,
                assess_event: None,
                interview: None,
                invited_at: None,
                rank: 0,
                result_version: 0,
                result_fingerprint: None,
                result_interview: None,
                kept_outcome: None,
                withdrew: false,
                written: Written::default(),
                limited_write_back: false,
                write_problem: None,
                joins: 0,
                returns: 0,
                write_round: 0,
                invite_round: 0,
                tries: 0,
                failing_since: None,
                needs_a_look: false,
                created_at: now,
                updated_at: now,
                version: 0,
            },
        }
    }

    fn enter_by(mut self, entrance: Entrance, now: Moment) -> Change {
        let state = entrance.state();
        self.facts.posting = entrance.posting.or(self.facts.posting);
        self.enter(state, By::Workday, now)
    }

    /// Every change of state: rank, moment, tries, work and history follow from it.
    pub(super) fn enter(mut self, state: OrderState, by: By, now: Moment) -> Change {
        let was_pending = self.state.is_pending_invite();
        self.facts.rank = progress::rank(&state);
        self.facts.tries = 0;
        self.facts.state = state;
        // What cannot be written fails on, however far the candidate comes, unless nothing is left to be written.
        let is_current = self.record_is_current();
        if was_pending || is_current {
            self.facts.stops_failing();
        }
        if is_current {
            self.facts.write_problem = None;
        }
        let (what, reason) = (self.state.name(), self.state.reason());
        let until = if let OrderState::Waiting { until, .. } = self.state {
            Some(until)
        } else {
            None
        };
        let change = self.changed(what, by, now).with_work_of_state();
        let entry = change.entry.map(|entry| Entry {
            reason: reason.map(str::to_owned),
            until,
            ..entry
        });
        Change { entry, ..change }
    }

    pub(super) fn changed(mut self, what: &str, by: By, now: Moment) -> Change {
        self.facts.updated_at = now;
        let entry = Entry {
            at: now,
            what: what.to_owned(),
            by,
            reason: None,
            until: None,
            attempt: self.attempt,
        };
        Change {
            order: self,
            work: None,
            entry: Some(entry),
            interview: InterviewFate::Untouched,
            contact: ContactFate::Untouched,
        }
    }

    /// The poll's row of the interview goes, if there is one.
    pub(super) fn closing(&self) -> InterviewFate {
        self.interview_fate(InterviewFate::Closed)
    }

    pub(super) fn interview_fate(&self, fate: impl FnOnce(BoundInterview) -> InterviewFate) -> InterviewFate {
        match (&self.posting, &self.interview) {
            (Some(posting), Some(interview)) => fate(BoundInterview {
                posting: posting.clone(),
                interview: interview.clone(),
            }),
            (_, _) => InterviewFate::Untouched,
        }
    }
}

impl Change {
    pub(super) fn with_work_of_state(mut self) -> Self {
        self.work = self.order.state.work(&self.order.order);
        self
    }
}

fn review(reason: ReviewReason) -> OrderState {
    OrderState::NeedsReview { reason }
}
