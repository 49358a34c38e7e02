//! An order: one visit of one job application to the assessment stage, and the states it passes through.

use crate::id::{ConnectionId, InterviewId, JobApplicationId, JobRequisitionId, OrderId, PostingId, WorkdayCandidateId, WorkspaceId};
use crate::moment::Moment;
use serde::{Deserialize, Serialize};

/// Where an order stands: the candidate's state, never the write-back's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OrderState {
    /// Stored, not yet looked at.
    Received,
    /// Workday confirmed the application and its requisition is linked.
    Confirmed,
    /// Held back; tried again at `until`.
    Waiting {
        reason: WaitReason,
        until: Moment,
    },
    Invited,
    Opened,
    InProgress,
    /// All steps are done and HeyMilo computes the score.
    Scoring,
    Completed {
        outcome: Outcome,
    },
    Expired,
    Declined,
    Withdrawn,
    /// Ended without an invitation, for a reason a recruiter can act on.
    Refused {
        reason: RefusalReason,
    },
    /// A person must decide; an alarm counts these.
    NeedsReview {
        reason: ReviewReason,
    },
    /// Was in the stage before the requisition was linked; invited only by a person's choice.
    Skipped {
        reason: SkipReason,
    },
}

/// Why an order waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitReason {
    /// Nobody said yet whether HeyMilo or we write to candidates.
    WhoSendsUnanswered,
    /// The people already in the stage are still being recorded.
    BaselineRunning,
    HeyMiloUnavailable,
    HeyMiloCredentialRefused,
    WorkdayUnavailable,
    WorkdayCredentialRefused,
    EmailUnavailable,
    /// The outcome of an earlier attempt is unknown; waiting for proof before anything is repeated.
    OutcomeUnknown,
    /// Another worker holds the step.
    StepHeld,
    RateLimited,
}

/// Why an order ended without an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    RequisitionNotLinked,
    CandidateWithoutEmail,
    LeftStageBeforeInvite,
    CandidateWithdrawn,
    /// HeyMilo refused the candidate's data or the posting is closed.
    RefusedByHeyMilo,
    /// The mail service refused the address.
    EmailRefused,
}

/// Why a person must decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    AlreadyScreened,
    /// HeyMilo answered with an interview that belongs to another order.
    InterviewShared,
    /// A non-production connection, and the address is not on its allow-list.
    RecipientNotAllowed,
    /// An effect may have happened, no proof came, and the cap on repeats is reached.
    EffectUnproven,
    /// HeyMilo reported two different final states.
    ConflictingOutcomes,
    /// Workday refused the write for a reason that repeating cannot change.
    WriteRefusedByWorkday,
    /// Eight tries of something that is neither refused nor an outage.
    TooManyTries,
}

/// Why an order was never started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    BeforeLink,
}

/// How a screening ended: HeyMilo's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Completed,
    Shortlisted,
    Dismissed,
    KnockedOut,
}

/// One order. Holds ids and states; the person's name and address stay with the vendors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub workspace: WorkspaceId,
    pub order: OrderId,
    pub connection: ConnectionId,
    pub application: JobApplicationId,
    pub candidate: WorkdayCandidateId,
    pub requisition: JobRequisitionId,
    #[serde(default)]
    pub posting: Option<PostingId>,
    /// 1 for the first stay in the stage; +1 for each later stay.
    pub visit: u32,
    /// 1, +1 for each repeat a person asked for within the visit.
    pub attempt: u32,
    #[serde(flatten)]
    pub state: OrderState,
    /// Evidence: the Assess Candidate event (WID), if Workday shows one.
    #[serde(default)]
    pub assess_event: Option<String>,
    #[serde(default)]
    pub interview: Option<InterviewId>,
    #[serde(default)]
    pub invited_at: Option<Moment>,
    /// Highest progress rank known ([`crate::progress`]).
    #[serde(default)]
    pub rank: u16,
    /// Latest stored result version; 0: none.
    #[serde(default)]
    pub result_version: u32,
    /// Rank and result version that Workday's record shows.
    #[serde(default)]
    pub written_rank: u16,
    #[serde(default)]
    pub written_version: u32,
    /// The attempt those belong to: a new attempt is written afresh.
    #[serde(default)]
    pub written_attempt: u32,
    /// When the last write was confirmed.
    #[serde(default)]
    pub written_at: Option<Moment>,
    /// The Assess Candidate event (WID) whose status that write set; none: it set no event's status.
    #[serde(default)]
    pub written_event: Option<String>,
    /// Workday holds the attachment only: the application never was in an Assess step.
    #[serde(default)]
    pub limited_write_back: bool,
    /// Why Workday does not show what it should, if it refused a write: for a person to mend.
    #[serde(default)]
    pub write_problem: Option<String>,
    /// How often a person asked to write again what Workday had refused.
    #[serde(default)]
    pub write_round: u32,
    /// Consecutive transient failures, for the retry schedule.
    #[serde(default)]
    pub tries: u32,
    pub created_at: Moment,
    pub updated_at: Moment,
    /// Optimistic lock: +1 with each change.
    #[serde(default)]
    pub version: u64,
}

impl Order {
    /// Whether Workday confirmed a write of the current attempt.
    pub fn is_written(&self) -> bool {
        self.written_at.is_some() && self.written_attempt == self.attempt
    }

    /// Whether a write of the current attempt that set this event's status is confirmed: what stands there otherwise
    /// was set by a person since.
    pub fn shows_write_to(&self, event: &str) -> bool {
        self.is_written() && self.written_event.as_deref() == Some(event)
    }

    /// A person mended what kept Workday from taking a write, or wants it tried again.
    pub fn write_again(&mut self) {
        self.write_round = self.write_round.saturating_add(1);
        self.write_problem = None;
        self.written_rank = 0;
        self.written_version = 0;
        self.tries = 0;
    }

    /// A recruiter's event becomes the order's: what is known is to be written onto it.
    pub fn join(&mut self, event: Option<&String>) {
        if let Some(event) = event {
            self.assess_event = Some(event.clone());
            self.written_rank = 0;
            self.written_version = 0;
            self.written_attempt = 0;
            self.written_event = None;
        }
    }
}

impl OrderState {
    /// Whether a candidate of this order has been, or may have been, invited.
    pub fn is_invited(&self) -> bool {
        match self {
            Self::Invited | Self::Opened | Self::InProgress | Self::Scoring | Self::Completed { .. } | Self::Expired | Self::Declined => {
                true
            }
            Self::Received
            | Self::Confirmed
            | Self::Waiting { .. }
            | Self::Withdrawn
            | Self::Refused { .. }
            | Self::NeedsReview { .. }
            | Self::Skipped { .. } => false,
        }
    }

    /// Whether the invite sender still has something to do without a person's help.
    pub fn is_pending_invite(&self) -> bool {
        matches!(self, Self::Received | Self::Confirmed | Self::Waiting { .. })
    }

    /// Whether HeyMilo may still report progress.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Invited | Self::Opened | Self::InProgress | Self::Scoring)
    }

    /// The state's name as it stands in rows, logs and `/__local/state`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Confirmed => "confirmed",
            Self::Waiting { .. } => "waiting",
            Self::Invited => "invited",
            Self::Opened => "opened",
            Self::InProgress => "in_progress",
            Self::Scoring => "scoring",
            Self::Completed { .. } => "completed",
            Self::Expired => "expired",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Refused { .. } => "refused",
            Self::NeedsReview { .. } => "needs_review",
            Self::Skipped { .. } => "skipped",
        }
    }
}

impl RefusalReason {
    /// What the recruiter reads on the Workday record: what happened and what to do.
    pub fn for_recruiter(self) -> &'static str {
        match self {
            Self::RequisitionNotLinked => {
                "HeyMilo did not invite this candidate: the job requisition is not linked to a HeyMilo agent. Link it on the agent's ATS Configuration page, then set the send status again."
            }
            Self::CandidateWithoutEmail => {
                "HeyMilo did not invite this candidate: the Workday record has no email address that can be used. Enter exactly one, then set the send status again."
            }
            Self::LeftStageBeforeInvite => {
                "HeyMilo did not invite this candidate: the application left the Assessment stage before the invitation was sent."
            }
            Self::CandidateWithdrawn => "HeyMilo did not invite this candidate: the candidate has withdrawn.",
            Self::RefusedByHeyMilo => {
                "HeyMilo could not create the screening: it refused the candidate's data or the agent is closed. Check the agent and the candidate's name and email, then set the send status again."
            }
            Self::EmailRefused => {
                "The invitation could not be sent: the email address was refused. Correct it, then set the send status again."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_reads_back_as_it_was_written() {
        for state in [
            OrderState::Waiting {
                reason: WaitReason::WhoSendsUnanswered,
                until: Moment(7),
            },
            OrderState::NeedsReview {
                reason: ReviewReason::AlreadyScreened,
            },
            OrderState::Completed {
                outcome: Outcome::KnockedOut,
            },
            OrderState::Skipped {
                reason: SkipReason::BeforeLink,
            },
        ] {
            let json = serde_json::to_value(&state).unwrap();
            assert_eq!(json["state"], state.name());
            assert_eq!(serde_json::from_value::<OrderState>(json).unwrap(), state);
        }
    }
}
