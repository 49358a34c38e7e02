//! What should stand on the Workday record for an order's state: computed from the order alone.

use domain::order::{Order, OrderState, ResultVersion};
use domain::settings::Identifiers;
use store::ledger;

/// The assessment as it should read in Workday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// `Assessment_Status_ID`.
    pub(crate) status: String,
    /// `Overall_Assessment_Comment`; of the final state, the note of the report takes its place.
    pub(crate) comment: String,
    /// The result whose score, note, link and PDF belong on the record.
    pub(crate) result: Option<ResultVersion>,
    /// Rank that stands written once this is there.
    pub(crate) rank: u16,
}

/// What belongs on the record now. `None`: this state is not Workday's business.
pub(crate) fn target(order: &Order, identifiers: &Identifiers) -> Option<Target> {
    let rank = order.rank_to_write()?;
    let (status, comment) = match &order.state {
        OrderState::Invited | OrderState::Opened => (
            &identifiers.invited_status,
            "HeyMilo has invited the candidate to the AI screening.",
        ),
        OrderState::InProgress => (&identifiers.in_progress_status, "The candidate has started the HeyMilo screening."),
        OrderState::Scoring => (
            &identifiers.in_progress_status,
            "The candidate has finished the HeyMilo screening; the score is being computed.",
        ),
        OrderState::Completed { .. } => (&identifiers.completed_status, ""),
        OrderState::Refused { reason } => (&identifiers.error_status, reason.for_recruiter()),
        OrderState::NeedsReview { reason } => (&identifiers.error_status, reason.for_recruiter()?),
        OrderState::Received | OrderState::Confirmed | OrderState::Waiting { .. } | OrderState::Withdrawn | OrderState::Skipped { .. } => {
            return None;
        }
    };
    Some(Target {
        status: status.clone(),
        comment: comment.into(),
        result: order.outcome().and_then(|_| order.result()),
        rank,
    })
}

/// The name of the target's step in the ledger: one per attempt, event asked for, and thing written.
pub(crate) fn step_name(order: &Order, target: &Target) -> String {
    let written = match (&order.state, &target.result) {
        // Another outcome of the same result is another thing to write.
        (OrderState::Completed { outcome }, Some(result)) => format!("a{}-v{}-assess-{}", order.attempt, result.number, outcome.name()),
        (_, _) => format!("a{}-assess-{}", order.attempt, target.rank),
    };
    match &order.assess_event {
        // A recruiter's event that joined later gets what was written elsewhere before.
        Some(event) => format!("{written}-{}", ledger::input_hash(&[event]).get(..8).unwrap_or_default()),
        None => written,
    }
}
