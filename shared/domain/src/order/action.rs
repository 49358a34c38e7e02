//! What a person can do about an order that does not go on by itself: no reason without an action.

use crate::message::Cause;
use crate::order::{ExpiryReason, Facts, OrderState, RefusalReason, ReviewReason, SkipReason, WaitReason};

/// What a person can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Pass it through the gates and invite, again if need be.
    Invite,
    /// Write to Workday what it refused.
    WriteAgain,
    /// Look again now, instead of when it is due.
    Release,
    /// Count the result that is kept, and write it to Workday.
    Adopt,
    /// End it without an invitation, or leave it ended as it was.
    Close,
}

impl Action {
    /// All of them, for who names one.
    pub const ALL: [Self; 5] = [Self::Invite, Self::WriteAgain, Self::Release, Self::Adopt, Self::Close];

    /// As it stands in addresses and commands.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::WriteAgain => "write-again",
            Self::Release => "release",
            Self::Adopt => "adopt",
            Self::Close => "close",
        }
    }

    /// The action of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
}

impl Facts {
    /// What a person can do about the order now.
    pub fn actions(&self) -> Vec<Action> {
        let adopt = self.has_a_kept_result().then_some(Action::Adopt);
        let of_state = self.state.actions().iter().copied();
        let write_again = self.write_problem.is_some().then_some(Action::WriteAgain);
        let release = (self.needs_a_look && !self.is_waiting()).then_some(Action::Release);
        adopt.into_iter().chain(of_state).chain(write_again).chain(release).collect()
    }

    /// Whether it stands still until a person decides or mends something, or has failed for so long that somebody should
    /// look.
    pub fn needs_a_person(&self) -> bool {
        matches!(self.state, OrderState::NeedsReview { .. }) || self.write_problem.is_some() || self.needs_a_look
    }
}

impl OrderState {
    fn actions(&self) -> &'static [Action] {
        match self {
            Self::Waiting { reason, .. } => reason.actions(),
            Self::Expired {
                reason: ExpiryReason::DeadlinePassed | ExpiryReason::InterviewRemoved,
            } => &[Action::Invite],
            Self::Refused { reason } => reason.actions(),
            Self::NeedsReview { reason } => reason.actions(),
            Self::Skipped { reason } => reason.actions(),
            // Who left may finish still where they began, and is invited when moved back: asking anew would lose that report.
            Self::Expired {
                reason: ExpiryReason::LeftStage,
            }
            | Self::Received
            | Self::Confirmed
            | Self::Invited
            | Self::Opened
            | Self::InProgress
            | Self::Scoring
            | Self::Completed { .. }
            | Self::Withdrawn => &[],
        }
    }
}

impl ReviewReason {
    /// What a person can do about it.
    pub fn actions(self) -> &'static [Action] {
        match self {
            Self::AlreadyScreened
            | Self::InterviewShared
            | Self::MovedLongAgo
            | Self::RecipientNotAllowed
            | Self::EffectUnproven
            | Self::InterviewOver
            | Self::MailReturned => &[Action::Invite, Action::Close],
            // Beside adopting it.
            Self::LateResult => &[Action::Close],
        }
    }
}

impl RefusalReason {
    /// What a person can do about it: the gates decide once more.
    pub fn actions(self) -> &'static [Action] {
        match self {
            Self::RequisitionNotLinked
            | Self::CandidateWithoutEmail
            | Self::LeftStageBeforeInvite
            | Self::CandidateWithdrawn
            | Self::RefusedByHeyMilo
            | Self::EmailRefused
            | Self::ClosedByAPerson => &[Action::Invite],
        }
    }
}

impl WaitReason {
    /// What a person can do about it, beside mending what it waits for.
    pub fn actions(self) -> &'static [Action] {
        match self {
            Self::WhoSendsUnanswered
            | Self::HeyMiloUnavailable
            | Self::HeyMiloCredentialRefused
            | Self::WorkdayUnavailable
            | Self::WorkdayCredentialRefused
            | Self::EmailUnavailable
            | Self::EmailSenderRefused
            | Self::OutcomeUnknown
            | Self::StepHeld
            | Self::RateLimited => &[Action::Release],
        }
    }

    /// Whether what came about is what was waited for.
    pub fn is_ended_by(self, cause: &Cause) -> bool {
        match self {
            Self::WhoSendsUnanswered => *cause == Cause::WhoSends,
            Self::HeyMiloCredentialRefused => *cause == Cause::HeyMiloKey,
            Self::WorkdayCredentialRefused | Self::WorkdayUnavailable => matches!(cause, Cause::Workday { .. }),
            Self::HeyMiloUnavailable
            | Self::EmailUnavailable
            | Self::EmailSenderRefused
            | Self::OutcomeUnknown
            | Self::StepHeld
            | Self::RateLimited => false,
        }
    }
}

impl SkipReason {
    /// What a person can do about it.
    pub fn actions(self) -> &'static [Action] {
        match self {
            Self::BeforeLink => &[Action::Invite],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reason after another: one that is new does not compile until it has its place here.
    fn next_review(reason: Option<ReviewReason>) -> Option<ReviewReason> {
        use ReviewReason::{
            AlreadyScreened, EffectUnproven, InterviewOver, InterviewShared, LateResult, MailReturned, MovedLongAgo, RecipientNotAllowed,
        };
        match reason {
            None => Some(AlreadyScreened),
            Some(AlreadyScreened) => Some(InterviewShared),
            Some(InterviewShared) => Some(MovedLongAgo),
            Some(MovedLongAgo) => Some(RecipientNotAllowed),
            Some(RecipientNotAllowed) => Some(EffectUnproven),
            Some(EffectUnproven) => Some(LateResult),
            Some(LateResult) => Some(InterviewOver),
            Some(InterviewOver) => Some(MailReturned),
            Some(MailReturned) => None,
        }
    }

    fn next_refusal(reason: Option<RefusalReason>) -> Option<RefusalReason> {
        use RefusalReason::{
            CandidateWithdrawn, CandidateWithoutEmail, ClosedByAPerson, EmailRefused, LeftStageBeforeInvite, RefusedByHeyMilo,
            RequisitionNotLinked,
        };
        match reason {
            None => Some(RequisitionNotLinked),
            Some(RequisitionNotLinked) => Some(CandidateWithoutEmail),
            Some(CandidateWithoutEmail) => Some(LeftStageBeforeInvite),
            Some(LeftStageBeforeInvite) => Some(CandidateWithdrawn),
            Some(CandidateWithdrawn) => Some(RefusedByHeyMilo),
            Some(RefusedByHeyMilo) => Some(EmailRefused),
            Some(EmailRefused) => Some(ClosedByAPerson),
            Some(ClosedByAPerson) => None,
        }
    }

    fn next_wait(reason: Option<WaitReason>) -> Option<WaitReason> {
        use WaitReason::{
            EmailSenderRefused, EmailUnavailable, HeyMiloCredentialRefused, HeyMiloUnavailable, OutcomeUnknown, RateLimited, StepHeld,
            WhoSendsUnanswered, WorkdayCredentialRefused, WorkdayUnavailable,
        };
        match reason {
            None => Some(WhoSendsUnanswered),
            Some(WhoSendsUnanswered) => Some(HeyMiloUnavailable),
            Some(HeyMiloUnavailable) => Some(HeyMiloCredentialRefused),
            Some(HeyMiloCredentialRefused) => Some(WorkdayUnavailable),
            Some(WorkdayUnavailable) => Some(WorkdayCredentialRefused),
            Some(WorkdayCredentialRefused) => Some(EmailUnavailable),
            Some(EmailUnavailable) => Some(EmailSenderRefused),
            Some(EmailSenderRefused) => Some(OutcomeUnknown),
            Some(OutcomeUnknown) => Some(StepHeld),
            Some(StepHeld) => Some(RateLimited),
            Some(RateLimited) => None,
        }
    }

    /// Every reason, walked from none to none.
    fn every<R: Copy>(next: impl Fn(Option<R>) -> Option<R>) -> Vec<R> {
        std::iter::successors(next(None), |reason| next(Some(*reason))).collect()
    }

    #[test]
    fn every_reason_has_something_that_a_person_can_do() {
        for reason in every(next_review) {
            assert!(reason.actions().contains(&Action::Close), "{reason:?}");
        }
        for reason in every(next_refusal) {
            assert!(!reason.actions().is_empty(), "{reason:?}");
        }
        for reason in every(next_wait) {
            assert!(!reason.actions().is_empty(), "{reason:?}");
        }
        assert!(!SkipReason::BeforeLink.actions().is_empty());
    }

    #[test]
    fn an_action_is_found_by_its_name() {
        for action in Action::ALL {
            assert_eq!(Action::named(action.name()), Some(action));
        }
        assert_eq!(Action::named("erase"), None);
    }
}
