//! The states an order passes through, and why it waits, ended or needs a person. Every word here is said by a path.

use crate::id::OrderId;
use crate::message::Work;
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
    Withdrawn,
    /// The candidate did not finish while the screening could be taken. A later deadline or a report ends this again.
    Expired {
        reason: ExpiryReason,
    },
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
    #[serde(rename = "heymilo_unavailable", alias = "hey_milo_unavailable")]
    HeyMiloUnavailable,
    #[serde(rename = "heymilo_credential_refused", alias = "hey_milo_credential_refused")]
    HeyMiloCredentialRefused,
    WorkdayUnavailable,
    WorkdayCredentialRefused,
    EmailUnavailable,
    /// The mail service takes no mail of our sender: an operator mends it.
    EmailSenderRefused,
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
    #[serde(rename = "refused_by_heymilo", alias = "refused_by_hey_milo")]
    RefusedByHeyMilo,
    /// The mail service refused the address.
    EmailRefused,
    /// A person of the workspace ended it.
    ClosedByAPerson,
}

/// Why a screening can no longer be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpiryReason {
    /// The agent's deadline in HeyMilo.
    DeadlinePassed,
    /// HeyMilo has the agent and no longer the interview.
    InterviewRemoved,
    /// The application was moved out of the stage, or given a disposition, before the candidate finished.
    LeftStage,
}

/// Why a person must decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    AlreadyScreened,
    /// HeyMilo answered with an interview that belongs to another order.
    InterviewShared,
    /// Moved while the connection was ended, more than a week before it was made again: who knows whether it still holds.
    MovedLongAgo,
    /// A non-production connection, and the address is not on its allow-list.
    RecipientNotAllowed,
    /// An effect may have happened, no proof came, and the cap on repeats is reached.
    EffectUnproven,
    /// The candidate had withdrawn when their report came. The record stays as the withdrawal left it.
    LateResult,
    /// HeyMilo answered with an interview that it had before and that the candidate has finished: nobody can take it.
    InterviewOver,
    /// The invitation came back: the address takes no mail.
    MailReturned,
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

impl OrderState {
    /// Whether a candidate of this order has been, or may have been, invited.
    pub fn is_invited(&self) -> bool {
        match self {
            Self::Invited | Self::Opened | Self::InProgress | Self::Scoring | Self::Completed { .. } | Self::Expired { .. } => true,
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

    /// The work that entering this state causes: the next look of the invite sender, or a word on the Workday record.
    pub(crate) fn work(&self, order: &OrderId) -> Option<Work> {
        let order = order.clone();
        if *self == Self::Confirmed {
            return Some(Work::AdvanceOrder { order });
        }
        self.rank_to_write().map(|_| Work::WriteBack { order })
    }

    /// The reason behind the state, by its stable name; none where the state says it all.
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Waiting { reason, .. } => Some(reason.name()),
            Self::Expired { reason } => Some(reason.name()),
            Self::Refused { reason } => Some(reason.name()),
            Self::NeedsReview { reason } => Some(reason.name()),
            Self::Skipped { reason } => Some(reason.name()),
            Self::Completed { outcome } => Some(outcome.name()),
            Self::Received | Self::Confirmed | Self::Invited | Self::Opened | Self::InProgress | Self::Scoring | Self::Withdrawn => None,
        }
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
            Self::Withdrawn => "withdrawn",
            Self::Expired { .. } => "expired",
            Self::Refused { .. } => "refused",
            Self::NeedsReview { .. } => "needs_review",
            Self::Skipped { .. } => "skipped",
        }
    }
}

impl WaitReason {
    /// As it stands in rows and in the history.
    pub fn name(self) -> &'static str {
        match self {
            Self::WhoSendsUnanswered => "who_sends_unanswered",
            Self::HeyMiloUnavailable => "heymilo_unavailable",
            Self::HeyMiloCredentialRefused => "heymilo_credential_refused",
            Self::WorkdayUnavailable => "workday_unavailable",
            Self::WorkdayCredentialRefused => "workday_credential_refused",
            Self::EmailUnavailable => "email_unavailable",
            Self::EmailSenderRefused => "email_sender_refused",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::StepHeld => "step_held",
            Self::RateLimited => "rate_limited",
        }
    }
}

impl ExpiryReason {
    /// As it stands in rows and in the history.
    pub fn name(self) -> &'static str {
        match self {
            Self::DeadlinePassed => "deadline_passed",
            Self::InterviewRemoved => "interview_removed",
            Self::LeftStage => "left_stage",
        }
    }

    /// What the recruiter reads on the Workday record: what happened and what to do.
    pub fn for_recruiter(self) -> &'static str {
        match self {
            Self::DeadlinePassed => {
                "The candidate did not finish the HeyMilo screening before its deadline, and the link no longer works. Move the deadline in HeyMilo to let them go on, or set the send status again once the agent is open."
            }
            Self::InterviewRemoved => {
                "The candidate can no longer take this HeyMilo screening: it was removed in HeyMilo before they finished. Set the send status again to invite them anew."
            }
            Self::LeftStage => {
                "The candidate was moved out of the Assessment stage before they finished the HeyMilo screening, so it was closed. Move them back to invite them anew, and set the send status where a move alone does not invite."
            }
        }
    }
}

impl ReviewReason {
    /// As it stands in rows and in the history.
    pub fn name(self) -> &'static str {
        match self {
            Self::AlreadyScreened => "already_screened",
            Self::InterviewShared => "interview_shared",
            Self::MovedLongAgo => "moved_long_ago",
            Self::RecipientNotAllowed => "recipient_not_allowed",
            Self::EffectUnproven => "effect_unproven",
            Self::LateResult => "late_result",
            Self::InterviewOver => "interview_over",
            Self::MailReturned => "mail_returned",
        }
    }

    /// What the recruiter reads on the Workday record; none: a person of the workspace decides, and Workday is not told.
    pub fn for_recruiter(self) -> Option<&'static str> {
        match self {
            Self::InterviewShared => Some(
                "HeyMilo did not invite this candidate: they already have an interview with the same HeyMilo agent for another application. Read the result there, or link this job requisition to another agent.",
            ),
            Self::MailReturned => Some(
                "The invitation to the HeyMilo screening came back: the candidate's email address takes no mail. Correct it, then set the send status again.",
            ),
            Self::AlreadyScreened
            | Self::MovedLongAgo
            | Self::RecipientNotAllowed
            | Self::EffectUnproven
            | Self::LateResult
            | Self::InterviewOver => None,
        }
    }
}

impl SkipReason {
    /// As it stands in rows and in the history.
    pub fn name(self) -> &'static str {
        match self {
            Self::BeforeLink => "before_link",
        }
    }
}

impl Outcome {
    /// As it stands in rows and in the history.
    pub fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Shortlisted => "shortlisted",
            Self::Dismissed => "dismissed",
            Self::KnockedOut => "knocked_out",
        }
    }
}

impl RefusalReason {
    /// As it stands in rows and in the history.
    pub fn name(self) -> &'static str {
        match self {
            Self::RequisitionNotLinked => "requisition_not_linked",
            Self::CandidateWithoutEmail => "candidate_without_email",
            Self::LeftStageBeforeInvite => "left_stage_before_invite",
            Self::CandidateWithdrawn => "candidate_withdrawn",
            Self::RefusedByHeyMilo => "refused_by_heymilo",
            Self::EmailRefused => "email_refused",
            Self::ClosedByAPerson => "closed_by_a_person",
        }
    }

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
            Self::ClosedByAPerson => {
                "HeyMilo did not invite this candidate: somebody of your organization ended this screening on HeyMilo's Activity page. Set the send status again to start it."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::By;
    use crate::settings::WhoSends;
    use serde_json::json;

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
            assert!(json["reason"] == state.reason().unwrap() || json["outcome"] == state.reason().unwrap());
            assert_eq!(serde_json::from_value::<OrderState>(json).unwrap(), state);
        }
    }

    #[test]
    fn heymilos_name_is_not_split_in_rows_and_rows_from_when_it_was_are_read() {
        let wait = |reason: &str| json!({ "state": "waiting", "reason": reason, "until": 7 });
        for (written, of_before) in [
            (wait("heymilo_unavailable"), wait("hey_milo_unavailable")),
            (wait("heymilo_credential_refused"), wait("hey_milo_credential_refused")),
            (
                json!({ "state": "refused", "reason": "refused_by_heymilo" }),
                json!({ "state": "refused", "reason": "refused_by_hey_milo" }),
            ),
        ] {
            let state: OrderState = serde_json::from_value(of_before).unwrap();
            assert_eq!(serde_json::to_value(&state).unwrap(), written);
            assert_eq!(state.reason(), written["reason"].as_str());
            assert_eq!(serde_json::from_value::<OrderState>(written).unwrap(), state);
        }
        let by: By = serde_json::from_value(json!("hey_milo")).unwrap();
        assert_eq!(serde_json::to_value(&by).unwrap(), json!("heymilo"));
        let sends: WhoSends = serde_json::from_value(json!({ "answer": "hey_milo" })).unwrap();
        assert_eq!(serde_json::to_value(&sends).unwrap(), json!({ "answer": "heymilo" }));
    }
}
