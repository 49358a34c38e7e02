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
        OrderState::Expired { reason } => (&identifiers.expired_status, reason.for_recruiter()),
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

/// The name of the target's step in the ledger: one per attempt, time it was asked for, and thing written.
pub(crate) fn step_name(order: &Order, target: &Target) -> String {
    let written = match (&order.state, &target.result) {
        // Another outcome of the same result is another thing to write.
        (OrderState::Completed { outcome }, Some(result)) => format!("a{}-v{}-assess-{}", order.attempt, result.number, outcome.name()),
        (_, _) => format!("a{}-assess-{}", order.attempt, target.rank),
    };
    let written = match order.returns {
        0 => written,
        returns => format!("{written}-r{returns}"),
    };
    match &order.assess_event {
        // A recruiter's event that joined later gets what was written elsewhere before.
        Some(event) => {
            let event = ledger::input_hash(&[event]);
            format!("{written}-{}-{}", event.get(..8).unwrap_or_default(), order.joins)
        }
        None => written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::order::{Entrance, RefusalReason, ReviewReason, Subject};
    use domain::{ConnectionId, JobApplicationId, JobRequisitionId, Moment, PostingId, WorkdayCandidateId, WorkspaceId};
    use serde_json::{Value, json};

    /// An order as a row says it stands.
    fn order(row: &Value) -> Order {
        let subject = Subject {
            workspace: WorkspaceId::new("acme").unwrap(),
            connection: ConnectionId::new("production").unwrap(),
            application: JobApplicationId::new("JOB_APPLICATION-1").unwrap(),
            candidate: WorkdayCandidateId::new("C00001").unwrap(),
            requisition: JobRequisitionId::new("R00001").unwrap(),
        };
        let entrance = Entrance {
            posting: Some(PostingId::new("13D77095").unwrap()),
            withdrawn: false,
            screened_before: false,
            moved_long_ago: false,
        };
        let mut order = serde_json::to_value(Order::begin(subject, 1, entrance, None, Moment(0)).order).unwrap();
        for (name, value) in row.as_object().unwrap() {
            order[name] = value.clone();
        }
        serde_json::from_value(order).unwrap()
    }

    fn completed(outcome: &str, version: u32) -> Order {
        order(&json!({ "state": "completed", "outcome": outcome, "result_version": version, "result_fingerprint": "f" }))
    }

    #[test]
    fn each_state_puts_one_status_one_text_and_one_rank_on_the_record() {
        let ids = Identifiers::default();
        let shared = ReviewReason::InterviewShared.for_recruiter().unwrap();
        for (row, status, comment, rank) in [
            (json!({ "state": "invited" }), &ids.invited_status, "HeyMilo has invited", 10),
            (json!({ "state": "opened" }), &ids.invited_status, "HeyMilo has invited", 20),
            (
                json!({ "state": "in_progress" }),
                &ids.in_progress_status,
                "The candidate has started",
                30,
            ),
            (
                json!({ "state": "scoring" }),
                &ids.in_progress_status,
                "The candidate has finished",
                40,
            ),
            (
                json!({ "state": "completed", "outcome": "completed" }),
                &ids.completed_status,
                "",
                70,
            ),
            (
                json!({ "state": "completed", "outcome": "dismissed" }),
                &ids.completed_status,
                "",
                70,
            ),
            (
                json!({ "state": "expired", "reason": "deadline_passed" }),
                &ids.expired_status,
                "The candidate did not finish",
                50,
            ),
            (
                json!({ "state": "refused", "reason": "email_refused" }),
                &ids.error_status,
                RefusalReason::EmailRefused.for_recruiter(),
                5,
            ),
            (
                json!({ "state": "needs_review", "reason": "interview_shared" }),
                &ids.error_status,
                shared,
                5,
            ),
        ] {
            let target = target(&order(&row), &ids).unwrap();
            assert_eq!((&target.status, target.rank), (status, rank), "{row}");
            assert!(target.comment.starts_with(comment), "{row}: {}", target.comment);
            assert_eq!(target.comment.is_empty(), comment.is_empty(), "{row}");
        }
    }

    #[test]
    fn what_is_for_a_person_of_the_workspace_or_was_workdays_own_word_is_not_written() {
        for row in [
            json!({ "state": "received" }),
            json!({ "state": "confirmed" }),
            json!({ "state": "waiting", "reason": "rate_limited", "until": 0 }),
            json!({ "state": "withdrawn" }),
            json!({ "state": "skipped", "reason": "before_link" }),
            json!({ "state": "needs_review", "reason": "recipient_not_allowed" }),
            json!({ "state": "needs_review", "reason": "already_screened" }),
            json!({ "state": "needs_review", "reason": "effect_unproven" }),
        ] {
            assert_eq!(target(&order(&row), &Identifiers::default()), None, "{row}");
        }
    }

    #[test]
    fn only_who_completed_has_a_result_on_the_record_whatever_is_stored() {
        let result = |order: &Order| target(order, &Identifiers::default()).unwrap().result.map(|result| result.number);
        assert_eq!(result(&completed("completed", 2)), Some(2));
        let again = order(&json!({ "state": "invited", "attempt": 2, "result_version": 2, "result_fingerprint": "f" }));
        assert_eq!(result(&again), None, "the earlier attempt's result says nothing of this one");
    }

    fn step(order: &Order) -> String {
        step_name(order, &target(order, &Identifiers::default()).unwrap())
    }

    #[test]
    fn whatever_is_another_thing_to_write_is_a_step_of_its_own() {
        let with = |row: Value| order(&row);
        let first = completed("completed", 1);
        let steps = [
            step(&with(json!({ "state": "invited" }))),
            step(&with(json!({ "state": "opened" }))),
            step(&with(json!({ "state": "invited", "attempt": 2 }))),
            step(&with(json!({ "state": "invited", "assess_event": "e1" }))),
            step(&with(json!({ "state": "invited", "assess_event": "e2" }))),
            step(&first),
            step(&completed("completed", 2)),
            step(&completed("shortlisted", 1)),
        ];
        let distinct: std::collections::BTreeSet<&String> = steps.iter().collect();
        assert_eq!(distinct.len(), steps.len(), "{steps:?}");
        assert_eq!((steps[0].as_str(), steps[5].as_str()), ("a1-assess-10", "a1-v1-assess-completed"));
    }

    #[test]
    fn the_same_thing_to_write_is_the_same_step_however_often_it_is_worked_out() {
        let row = json!({ "state": "invited", "assess_event": "e1" });
        let tried = json!({ "state": "invited", "assess_event": "e1", "tries": 7, "version": 12, "updated_at": 9 });
        assert_eq!(step(&order(&row)), step(&order(&tried)));
    }
}
