//! An order: one visit of one job application to the assessment stage.
//!
//! Nothing but the transitions in [`change`] and [`decided`] makes or changes an order. Each returns a [`Change`]: the new order and all
//! that must be stored with it. Whoever holds an order reads its [`Facts`] and can write none of them.

mod action;
mod change;
mod decided;
mod failing;
mod history;
mod shown;
mod state;
mod written;

#[cfg(test)]
mod tests;

pub use action::Action;
pub use change::{BoundInterview, Change, ContactFate, Entrance, InterviewFate, Subject};
pub use failing::NEEDS_A_LOOK;
pub use history::{By, Entry};
pub use state::{ExpiryReason, OrderState, Outcome, RefusalReason, ReviewReason, SkipReason, WaitReason};
pub use written::Written;

use crate::id::{ConnectionId, InterviewId, JobApplicationId, JobRequisitionId, OrderId, PostingId, WorkdayCandidateId, WorkspaceId};
use crate::moment::Moment;
use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// One order. Reads like its [`Facts`]; changed by its transitions alone.
///
/// ```compile_fail
/// fn elsewhere(order: &mut domain::Order) {
///     order.state = domain::OrderState::Invited;
/// }
/// ```
///
/// ```compile_fail
/// fn elsewhere(facts: domain::order::Facts) -> domain::Order {
///     domain::Order { facts }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Order {
    facts: Facts,
}

impl Deref for Order {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.facts
    }
}

/// What is known of an order. Holds ids and states; the person's name and address stay with the vendors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub workspace: WorkspaceId,
    pub order: OrderId,
    pub connection: ConnectionId,
    pub application: JobApplicationId,
    pub candidate: WorkdayCandidateId,
    pub requisition: JobRequisitionId,
    /// The agent it follows by its link; frozen once the interview is requested.
    #[serde(default)]
    pub posting: Option<PostingId>,
    /// 1 for the first stay in the stage; +1 for each later stay.
    pub visit: u32,
    /// 1, +1 for each repeat a person asked for within the visit.
    pub attempt: u32,
    #[serde(flatten)]
    pub state: OrderState,
    /// The Assess Candidate event (WID) that asked for the screening, if one did.
    #[serde(default)]
    pub assess_event: Option<String>,
    /// HeyMilo's interview, from the moment it is bound: events of any other are history.
    #[serde(default)]
    pub interview: Option<InterviewId>,
    #[serde(default)]
    pub invited_at: Option<Moment>,
    /// Rank of the state ([`crate::progress::rank`]), for whoever reads rows.
    #[serde(default)]
    pub rank: u16,
    /// Latest stored result version; 0: none.
    #[serde(default)]
    pub result_version: u32,
    /// Fingerprint of the vendor's data that version was made of; also part of where it is stored.
    #[serde(default)]
    pub result_fingerprint: Option<String>,
    /// The interview that this version is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_interview: Option<InterviewId>,
    /// How the screening ended whose result is kept until a person decides about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_outcome: Option<Outcome>,
    /// Workday said during this attempt that the candidate had withdrawn.
    #[serde(default, skip_serializing_if = "is_false")]
    pub withdrew: bool,
    /// What Workday's record shows.
    #[serde(flatten)]
    pub written: Written,
    /// Workday holds the attachment only: the application never was in an Assess step, or shows no event of ours.
    #[serde(default)]
    pub limited_write_back: bool,
    /// Why Workday does not show what it should, if it refused a write: for a person to mend.
    #[serde(default)]
    pub write_problem: Option<String>,
    /// How often a recruiter's send status joined: each time the record is written anew.
    #[serde(default)]
    pub joins: u32,
    /// How often a person asked to write again what Workday had refused.
    #[serde(default)]
    pub write_round: u32,
    /// How often it may have come back to what the record showed before, by a moved deadline or another outcome: each is a
    /// thing of its own to write.
    #[serde(default)]
    pub returns: u32,
    /// How often a person asked to invite: what was refused or left for a person before is tried anew.
    #[serde(default)]
    pub invite_round: u32,
    /// Consecutive transient failures, for the retry schedule.
    #[serde(default)]
    pub tries: u32,
    /// Since when every try has failed for a reason that should pass by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Moment>,
    /// It has failed for a day: somebody should look what is the matter.
    #[serde(default, skip_serializing_if = "is_false")]
    pub needs_a_look: bool,
    pub created_at: Moment,
    pub updated_at: Moment,
    /// Optimistic lock: +1 with each change.
    #[serde(default)]
    pub version: u64,
}

/// How the name of a step ends that mails an invitation.
const INVITATION: &str = "-invitation";

/// Whether a step of this name mails an invitation of an order.
pub fn mails_an_invitation(step: &str) -> bool {
    step.ends_with(INVITATION)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// One version of a result: a change of the vendor's data, never of our own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultVersion {
    /// From 1.
    pub number: u32,
    /// Of the vendor's data alone.
    pub fingerprint: String,
}

impl Facts {
    /// The step that mails this attempt's invitation.
    pub fn invitation_step(&self) -> String {
        format!("a{}{INVITATION}", self.attempt)
    }

    /// An interview stands, and a mail may have left whose fate nobody knows, or came back: whoever holds it is the proof that it
    /// arrived.
    pub fn may_have_arrived(&self) -> bool {
        let is_open = matches!(
            self.state,
            OrderState::Waiting { .. }
                | OrderState::NeedsReview {
                    reason: ReviewReason::EffectUnproven | ReviewReason::MailReturned
                }
        );
        is_open && self.interview.is_some()
    }

    /// Whether HeyMilo answered with an interview that was over, and nobody has decided what follows from that.
    pub fn was_found_over(&self) -> bool {
        let reason = ReviewReason::InterviewOver;
        self.state == OrderState::NeedsReview { reason }
    }

    /// Whether a result is kept that a person may adopt, also one that was left aside before.
    pub fn has_a_kept_result(&self) -> bool {
        self.kept_outcome.is_some()
    }

    /// Whether a report is kept for a person to decide about, instead of completing the order. One that was left aside
    /// is not asked about again.
    pub fn keeps_reports(&self) -> bool {
        match self.state {
            OrderState::Withdrawn => self.kept_outcome.is_none(),
            OrderState::NeedsReview { reason } => match reason {
                ReviewReason::LateResult | ReviewReason::InterviewOver => true,
                ReviewReason::AlreadyScreened
                | ReviewReason::InterviewShared
                | ReviewReason::MovedLongAgo
                | ReviewReason::RecipientNotAllowed
                | ReviewReason::EffectUnproven
                | ReviewReason::MailReturned => false,
            },
            OrderState::Received
            | OrderState::Confirmed
            | OrderState::Waiting { .. }
            | OrderState::Invited
            | OrderState::Opened
            | OrderState::InProgress
            | OrderState::Scoring
            | OrderState::Completed { .. }
            | OrderState::Expired { .. }
            | OrderState::Refused { .. }
            | OrderState::Skipped { .. } => false,
        }
    }

    /// Whether the application left the stage before the candidate finished: whoever comes back is invited anew.
    pub fn has_left(&self) -> bool {
        let reason = ExpiryReason::LeftStage;
        self.state == OrderState::Expired { reason }
    }

    /// Whether it waits, for whatever reason.
    pub fn is_waiting(&self) -> bool {
        matches!(self.state, OrderState::Waiting { .. })
    }

    /// Whether it waits for this reason.
    pub fn is_waiting_for(&self, reason: WaitReason) -> bool {
        matches!(self.state, OrderState::Waiting { reason: known, .. } if known == reason)
    }

    /// How often in a row it has waited for this reason.
    pub fn waits_for(&self, reason: WaitReason) -> u32 {
        if self.is_waiting_for(reason) { self.tries } else { 0 }
    }

    /// The latest stored result; none: there is none yet.
    pub fn result(&self) -> Option<ResultVersion> {
        Some(ResultVersion {
            number: self.result_version,
            fingerprint: self.result_fingerprint.clone()?,
        })
    }
}

impl Order {
    /// The order as it stands once its row is written.
    #[must_use]
    pub fn stored(mut self) -> Self {
        self.facts.version += 1;
        self
    }
}
