//! What must hold before a candidate is written to, as a table: facts in, verdict out.
//!
//! The same table says for any application which condition is not met. A fact that nobody asked for yet holds nothing
//! back: settings are looked at first, and Workday is read only for an order that passes them.

use crate::order::{RefusalReason, ReviewReason, WaitReason};

/// What is known about an order that wants to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// The requisition is linked to an agent, or the interview was requested while it was.
    pub linked: Option<bool>,
    /// Somebody said who writes to candidates.
    pub sender_known: Option<bool>,
    /// Workday says the candidate has withdrawn.
    pub withdrawn: Option<bool>,
    /// The application stands in the assessment stage.
    pub in_stage: Option<bool>,
    /// The record has an email address that a mail can go to.
    pub reachable: Option<bool>,
    /// A non-production connection may write to that address.
    pub allowed: Option<bool>,
}

/// What a gate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Pass,
    /// Somebody must answer or mend something; the order waits for it.
    Wait(WaitReason),
    /// It ends, with a reason that the recruiter reads.
    Refuse(RefusalReason),
    /// A person must decide.
    Review(ReviewReason),
}

/// What must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    Linked,
    SenderKnown,
    NotWithdrawn,
    InStage,
    Reachable,
    Allowed,
}

/// A gate: what must hold, and its question to the facts.
pub type Gate = (Condition, fn(&Facts) -> Verdict);

/// All gates, in the order in which they are asked.
pub const GATES: [Gate; 6] = [
    (Condition::Linked, |facts| {
        unless(facts.linked == Some(false), Verdict::Refuse(RefusalReason::RequisitionNotLinked))
    }),
    (Condition::SenderKnown, |facts| {
        unless(facts.sender_known == Some(false), Verdict::Wait(WaitReason::WhoSendsUnanswered))
    }),
    (Condition::NotWithdrawn, |facts| {
        unless(facts.withdrawn == Some(true), Verdict::Refuse(RefusalReason::CandidateWithdrawn))
    }),
    (Condition::InStage, |facts| {
        unless(facts.in_stage == Some(false), Verdict::Refuse(RefusalReason::LeftStageBeforeInvite))
    }),
    (Condition::Reachable, |facts| {
        unless(
            facts.reachable == Some(false),
            Verdict::Refuse(RefusalReason::CandidateWithoutEmail),
        )
    }),
    (Condition::Allowed, |facts| {
        unless(facts.allowed == Some(false), Verdict::Review(ReviewReason::RecipientNotAllowed))
    }),
];

/// The first condition that is not met, with what follows; none: the order may go on.
pub fn first_unmet(facts: &Facts) -> Option<(Condition, Verdict)> {
    let verdicts = GATES.iter().map(|(name, gate)| (*name, gate(facts)));
    verdicts.into_iter().find(|(_, verdict)| *verdict != Verdict::Pass)
}

impl Facts {
    /// Whether a condition holds; none: nobody asked.
    pub fn meet(&self, condition: Condition) -> Option<bool> {
        match condition {
            Condition::Linked => self.linked,
            Condition::SenderKnown => self.sender_known,
            Condition::NotWithdrawn => self.withdrawn.map(|withdrawn| !withdrawn),
            Condition::InStage => self.in_stage,
            Condition::Reachable => self.reachable,
            Condition::Allowed => self.allowed,
        }
    }
}

fn unless(broken: bool, verdict: Verdict) -> Verdict {
    if broken { verdict } else { Verdict::Pass }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL_MET: Facts = Facts {
        linked: Some(true),
        sender_known: Some(true),
        withdrawn: Some(false),
        in_stage: Some(true),
        reachable: Some(true),
        allowed: Some(true),
    };

    fn check(facts: Facts, condition: Condition, verdict: Verdict) {
        assert_eq!(first_unmet(&facts), Some((condition, verdict)));
    }

    #[test]
    fn an_order_that_meets_every_condition_goes_on() {
        assert_eq!(first_unmet(&ALL_MET), None);
        assert_eq!(
            first_unmet(&Facts::default()),
            None,
            "what was not asked for yet holds nothing back"
        );
    }

    #[test]
    fn a_requisition_without_a_link_refuses() {
        let facts = Facts {
            linked: Some(false),
            ..ALL_MET
        };
        check(facts, Condition::Linked, Verdict::Refuse(RefusalReason::RequisitionNotLinked));
    }

    #[test]
    fn until_somebody_says_who_sends_the_order_waits() {
        let facts = Facts {
            sender_known: Some(false),
            ..ALL_MET
        };
        check(facts, Condition::SenderKnown, Verdict::Wait(WaitReason::WhoSendsUnanswered));
    }

    #[test]
    fn whoever_withdrew_or_left_the_stage_is_not_invited() {
        let withdrawn = Facts {
            withdrawn: Some(true),
            in_stage: Some(false),
            ..ALL_MET
        };
        check(
            withdrawn,
            Condition::NotWithdrawn,
            Verdict::Refuse(RefusalReason::CandidateWithdrawn),
        );
        let left = Facts {
            in_stage: Some(false),
            ..ALL_MET
        };
        check(left, Condition::InStage, Verdict::Refuse(RefusalReason::LeftStageBeforeInvite));
    }

    #[test]
    fn without_an_address_there_is_nobody_to_write_to() {
        let facts = Facts {
            reachable: Some(false),
            allowed: None,
            ..ALL_MET
        };
        check(facts, Condition::Reachable, Verdict::Refuse(RefusalReason::CandidateWithoutEmail));
    }

    #[test]
    fn a_sandbox_writes_to_nobody_who_is_not_on_its_list() {
        let facts = Facts {
            allowed: Some(false),
            ..ALL_MET
        };
        check(facts, Condition::Allowed, Verdict::Review(ReviewReason::RecipientNotAllowed));
    }
}
