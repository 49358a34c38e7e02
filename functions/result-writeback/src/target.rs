//! What should stand on the Workday record for an order's state: computed from the order alone.

use domain::order::{Order, OrderState, Outcome, ReviewReason};
use domain::settings::Identifiers;
use store::ledger;

/// The assessment as it should read in Workday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// `Assessment_Status_ID`.
    pub(crate) status: String,
    /// `Overall_Assessment_Comment`; of the final state, the note of the report takes its place.
    pub(crate) comment: String,
    /// The result version whose score, note, link and PDF belong on the record.
    pub(crate) result_version: Option<u32>,
    /// Rank that stands written once this is there.
    pub(crate) rank: u16,
}

/// The refusal that makes a write-back limited: the application never was in an Assess step.
pub(crate) const NEVER_IN_ASSESSMENT: &str = "never_in_assessment";
/// Rank of a written refusal: below every progress of the candidate.
const REFUSED_RANK: u16 = 5;

/// What belongs on the record now. `None`: this state is not Workday's business.
pub(crate) fn target(order: &Order, identifiers: &Identifiers) -> Option<Target> {
    let plain = |status: &String, comment: &str| {
        Some(Target {
            status: status.clone(),
            comment: comment.into(),
            result_version: None,
            rank: order.rank,
        })
    };
    match &order.state {
        OrderState::Invited | OrderState::Opened => plain(
            &identifiers.invited_status,
            "HeyMilo has invited the candidate to the AI screening.",
        ),
        OrderState::InProgress => plain(&identifiers.in_progress_status, "The candidate has started the HeyMilo screening."),
        OrderState::Scoring => plain(
            &identifiers.in_progress_status,
            "The candidate has finished the HeyMilo screening; the score is being computed.",
        ),
        OrderState::Expired => plain(
            &identifiers.expired_status,
            "The HeyMilo screening expired before the candidate finished it.",
        ),
        OrderState::Declined => plain(&identifiers.expired_status, "The candidate declined the HeyMilo screening."),
        OrderState::Completed { .. } => Some(Target {
            status: identifiers.completed_status.clone(),
            comment: String::new(),
            result_version: Some(order.result_version),
            rank: order.rank,
        }),
        OrderState::Refused { reason } => Some(Target {
            status: identifiers.error_status.clone(),
            comment: reason.for_recruiter().into(),
            result_version: None,
            rank: REFUSED_RANK,
        }),
        OrderState::NeedsReview {
            reason: ReviewReason::InterviewShared,
        } => Some(Target {
            status: identifiers.error_status.clone(),
            comment: "HeyMilo did not invite this candidate: they already have an interview with the same HeyMilo agent for another application. Read the result there, or link this job requisition to another agent.".into(),
            result_version: None,
            rank: REFUSED_RANK,
        }),
        OrderState::Received
        | OrderState::Confirmed
        | OrderState::Waiting { .. }
        | OrderState::Withdrawn
        | OrderState::NeedsReview { .. }
        | OrderState::Skipped { .. } => None,
    }
}

/// Whether Workday shows the target already.
pub(crate) fn is_written(order: &Order, target: &Target) -> bool {
    order.written_attempt == order.attempt
        && order.written_rank >= target.rank
        && target.result_version.is_none_or(|version| order.written_version >= version)
}

/// The name of the target's step in the ledger: one per attempt, event asked for, and thing written.
pub(crate) fn step_name(order: &Order, target: &Target) -> String {
    let written = match (&order.state, target.result_version) {
        // Another outcome of the same result is another thing to write.
        (OrderState::Completed { outcome }, Some(version)) => format!("a{}-v{version}-assess-{}", order.attempt, outcome_word(*outcome)),
        (_, _) => format!("a{}-assess-{}", order.attempt, target.rank),
    };
    match &order.assess_event {
        // A recruiter's event that joined later gets what was written elsewhere before.
        Some(event) => format!("{written}-{}", ledger::input_hash(&[event]).get(..8).unwrap_or_default()),
        None => written,
    }
}

fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "completed",
        Outcome::Shortlisted => "shortlisted",
        Outcome::Dismissed => "dismissed",
        Outcome::KnockedOut => "knocked_out",
    }
}
