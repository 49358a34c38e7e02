//! What Workday's record shows of an order, and whether that is all there is to show.

use crate::moment::Moment;
use crate::order::{Facts, OrderState, Outcome, RefusalReason, ReviewReason};
use crate::progress;
use serde::{Deserialize, Serialize};

/// Rank of a written refusal: below every progress of the candidate.
const REFUSED_RANK: u16 = 5;
/// Rank of an invitation that came back: above its having left, below what only its holder can do.
const RETURNED_RANK: u16 = 15;

/// The last confirmed write to Workday.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Written {
    #[serde(rename = "written_rank", default)]
    pub rank: u16,
    #[serde(rename = "written_version", default)]
    pub version: u32,
    /// The attempt it belongs to: a new attempt is written afresh.
    #[serde(rename = "written_attempt", default)]
    pub attempt: u32,
    /// The outcome it told, once there was one.
    #[serde(rename = "written_outcome", default)]
    pub outcome: Option<Outcome>,
    /// The recruiter's event it answers, if one asked.
    #[serde(rename = "written_for", default)]
    pub answers: Option<String>,
    /// The Assess Candidate event (WID) whose status the write set; none: it set no event's status.
    #[serde(rename = "written_event", default)]
    pub event: Option<String>,
    #[serde(rename = "written_at", default)]
    pub at: Option<Moment>,
}

impl Written {
    /// All that stands is to be written anew; which event it stood on is kept, for what may never be written over, and
    /// which version of the result, for who counts.
    #[must_use]
    pub(crate) fn unwritten(self) -> Self {
        Self {
            event: self.event,
            version: self.version,
            ..Self::default()
        }
    }
}

impl OrderState {
    /// What is to be written decides what work follows, too: what nobody writes is never "to be written".
    pub(super) fn rank_to_write(&self) -> Option<u16> {
        match self {
            Self::Invited | Self::Opened | Self::InProgress | Self::Scoring | Self::Completed { .. } | Self::Expired { .. } => {
                Some(progress::rank(self))
            }
            // Workday's own move or word caused it: there is nothing to tell.
            Self::Refused {
                reason: RefusalReason::LeftStageBeforeInvite | RefusalReason::CandidateWithdrawn,
            } => None,
            Self::Refused { .. }
            | Self::NeedsReview {
                reason: ReviewReason::InterviewShared,
            } => Some(REFUSED_RANK),
            Self::NeedsReview {
                reason: ReviewReason::MailReturned,
            } => Some(RETURNED_RANK),
            Self::Received | Self::Confirmed | Self::Waiting { .. } | Self::Withdrawn | Self::NeedsReview { .. } | Self::Skipped { .. } => {
                None
            }
        }
    }
}

impl Facts {
    /// The rank that Workday's record should show; none: this state is not Workday's business.
    pub fn rank_to_write(&self) -> Option<u16> {
        self.state.rank_to_write()
    }

    /// Whoever is tried anew may be refused for another reason, which is to be written then.
    pub(super) fn forgets_refusal(&mut self) {
        if matches!(self.written.rank, REFUSED_RANK | RETURNED_RANK) {
            self.written.rank = 0;
            self.returns = self.returns.saturating_add(1);
        }
    }

    /// The outcome that the record should show.
    pub fn outcome(&self) -> Option<Outcome> {
        match self.state {
            OrderState::Completed { outcome } => Some(outcome),
            OrderState::Received
            | OrderState::Confirmed
            | OrderState::Waiting { .. }
            | OrderState::Invited
            | OrderState::Opened
            | OrderState::InProgress
            | OrderState::Scoring
            | OrderState::Withdrawn
            | OrderState::Expired { .. }
            | OrderState::Refused { .. }
            | OrderState::NeedsReview { .. }
            | OrderState::Skipped { .. } => None,
        }
    }

    /// Whether Workday shows everything there is to show: the one answer that write-back, pages and tests go by.
    pub fn record_is_current(&self) -> bool {
        let Some(rank) = self.rank_to_write() else { return true };
        let outcome = self.outcome();
        self.is_written()
            && self.written.answers == self.assess_event
            && self.written.rank >= rank
            && (outcome.is_none() || (self.written.version >= self.result_version && self.written.outcome == outcome))
    }

    /// Whether Workday confirmed a write of the current attempt.
    pub fn is_written(&self) -> bool {
        self.written.at.is_some() && self.written.attempt == self.attempt
    }

    /// Whether a write of the current attempt that set this event's status is confirmed: what stands there otherwise
    /// was set by a person since.
    pub fn shows_write_to(&self, event: &str) -> bool {
        self.is_written() && self.written.event.as_deref() == Some(event)
    }
}
