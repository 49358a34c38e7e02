//! What each send status and each look at the stage means.

mod again;

use super::*;
use crate::moment::Moment;
use crate::order::{Outcome, RefusalReason, SkipReason, WaitReason};

const SEND: &str = "HEYMILO_SEND_INVITE";
const TEST: &str = "HEYMILO_AI_SCREEN";
const BOTH: Triggers = Triggers { assess: true, stage: true };
const ASSESS_ONLY: Triggers = Triggers {
    assess: true,
    stage: false,
};

fn event(wid: &str, status: Option<&str>, test: &str) -> AssessEvent {
    AssessEvent {
        event: wid.into(),
        status: status.map(str::to_owned),
        tests: vec![test.into()],
        has_our_result: false,
    }
}

fn sent(wid: &str) -> AssessEvent {
    event(wid, Some(SEND), TEST)
}

fn in_stage(events: Vec<AssessEvent>) -> Sight {
    Sight {
        in_stage: true,
        withdrawn: false,
        events,
    }
}

/// The current visit's memory: visit 1, with these events taken in it.
fn visit(taken: &[&str]) -> Visits {
    let mut visits = Visits {
        visit: 1,
        in_stage: true,
        attempt: 1,
        stage: None,
        answered: BTreeMap::new(),
    };
    visits.answer(&taken.iter().map(|event| (*event).to_owned()).collect::<Vec<_>>());
    visits
}

/// An order of visit 1 as its row could be read.
fn order(state: OrderState, written_event: Option<&str>) -> Order {
    let mut row = serde_json::json!({"workspace": "acme", "order": "o", "connection": "c", "application": "A", "candidate": "C",
        "requisition": "R", "visit": 1, "attempt": 1, "created_at": 0, "updated_at": 0});
    let fields = row.as_object_mut().unwrap();
    fields.extend(serde_json::to_value(state).unwrap().as_object().unwrap().clone());
    if let Some(event) = written_event {
        let written = serde_json::json!({"written_attempt": 1, "written_at": 1, "written_event": event});
        fields.extend(written.as_object().unwrap().clone());
    }
    serde_json::from_value(row).unwrap()
}

fn rules(triggers: Triggers, linked: bool) -> (Identifiers, Triggers, bool) {
    (Identifiers::default(), triggers, linked)
}

fn decided(
    sight: &Sight,
    visits: &Visits,
    order: Option<&Order>,
    (identifiers, triggers, linked): &(Identifiers, Triggers, bool),
) -> Decision {
    let rules = Rules {
        identifiers,
        triggers: *triggers,
        linked: *linked,
    };
    decide(sight, visits, order, rules)
}

fn named(events: &[&str]) -> Vec<String> {
    events.iter().map(|event| (*event).to_owned()).collect()
}

fn join(events: &[&str]) -> Decision {
    Decision::Join { events: named(events) }
}

fn attempt(events: &[&str]) -> Decision {
    Decision::StartAttempt { events: named(events) }
}

fn open_states() -> Vec<OrderState> {
    vec![OrderState::Invited, OrderState::Opened, OrderState::InProgress, OrderState::Scoring]
}

fn pending_states() -> Vec<OrderState> {
    let waiting = OrderState::Waiting {
        reason: WaitReason::RateLimited,
        until: Moment(9),
    };
    vec![OrderState::Received, OrderState::Confirmed, waiting]
}

fn completed() -> OrderState {
    OrderState::Completed {
        outcome: Outcome::Completed,
    }
}

/// What the first send status of the visit, and one set again after our write, do to an order in a state.
fn check(states: Vec<OrderState>, first: &Decision, later: &Decision) {
    let sight = in_stage(vec![sent("e1")]);
    for state in states {
        let seen_first = decided(&sight, &visit(&[]), Some(&order(state.clone(), None)), &rules(BOTH, true));
        assert_eq!(seen_first, *first, "the first, {state:?}");
        // Written after a bare move, by application: the event's first send status is the first all the same.
        let after_our_write = decided(&sight, &visit(&[]), Some(&order(state.clone(), Some("e1"))), &rules(BOTH, true));
        assert_eq!(after_our_write, *first, "the first, on an event we wrote to: {state:?}");
        let seen_again = decided(&sight, &visit(&["e1"]), Some(&order(state.clone(), Some("e1"))), &rules(BOTH, true));
        assert_eq!(seen_again, *later, "a later one, {state:?}");
        let not_answered_yet = decided(&sight, &visit(&["e1"]), Some(&order(state.clone(), None)), &rules(BOTH, true));
        assert_eq!(not_answered_yet, Decision::Known, "the same one, not answered yet: {state:?}");
    }
}

#[test]
fn before_the_invitation_every_send_status_joins() {
    check(pending_states(), &join(&["e1"]), &join(&["e1"]));
}

#[test]
fn while_the_screening_is_open_the_first_joins_and_a_later_one_is_a_new_attempt() {
    check(open_states(), &join(&["e1"]), &attempt(&["e1"]));
}

#[test]
fn after_completion_the_first_gets_the_result_and_a_later_one_is_a_new_attempt() {
    check(vec![completed()], &join(&["e1"]), &attempt(&["e1"]));
}

#[test]
fn after_an_end_without_result_every_send_status_is_a_new_attempt() {
    let refused = OrderState::Refused {
        reason: RefusalReason::CandidateWithoutEmail,
    };
    check(vec![OrderState::Withdrawn, refused], &attempt(&["e1"]), &attempt(&["e1"]));
}

#[test]
fn whoever_is_withdrawn_in_workday_is_not_asked_again() {
    let sight = Sight {
        withdrawn: true,
        ..in_stage(vec![sent("e1")])
    };
    let late = OrderState::NeedsReview {
        reason: ReviewReason::LateResult,
    };
    for state in [OrderState::Withdrawn, late] {
        let withdrawn = order(state, None);
        assert_eq!(decided(&sight, &visit(&[]), Some(&withdrawn), &rules(BOTH, true)), Decision::Known);
    }
}

#[test]
fn a_send_status_after_the_link_starts_who_was_skipped() {
    let skipped = order(
        OrderState::Skipped {
            reason: SkipReason::BeforeLink,
        },
        None,
    );
    let sight = in_stage(vec![sent("old"), sent("new")]);
    let started = decided(&sight, &visit(&["old"]), Some(&skipped), &rules(BOTH, true));
    assert_eq!(started, Decision::StartSkipped { events: named(&["new"]) });
    let before = decided(&in_stage(vec![sent("old")]), &visit(&["old"]), Some(&skipped), &rules(BOTH, true));
    assert_eq!(before, Decision::Known, "what stood before the link orders nothing");
}

#[test]
fn a_recruiters_order_is_the_persons_choice_that_a_review_waits_for() {
    for reason in [
        ReviewReason::EffectUnproven,
        ReviewReason::RecipientNotAllowed,
        ReviewReason::AlreadyScreened,
        ReviewReason::LateResult,
        ReviewReason::InterviewOver,
    ] {
        check(vec![OrderState::NeedsReview { reason }], &attempt(&["e1"]), &attempt(&["e1"]));
    }
}

#[test]
fn a_shared_interview_stays_and_the_record_says_so() {
    let shared = OrderState::NeedsReview {
        reason: ReviewReason::InterviewShared,
    };
    check(vec![shared], &join(&["e1"]), &join(&["e1"]));
}

#[test]
fn a_further_event_before_the_answer_is_the_same_wish_and_after_it_a_new_attempt() {
    let sight = in_stage(vec![sent("e1"), sent("e2")]);
    let unanswered = order(OrderState::Invited, None);
    assert_eq!(
        decided(&sight, &visit(&["e1"]), Some(&unanswered), &rules(BOTH, true)),
        join(&["e2"])
    );
    let mut read_so = sight;
    read_so.events[0].status = Some("HEYMILO_INVITED".into());
    let answered = order(OrderState::Invited, Some("e1"));
    assert_eq!(
        decided(&read_so, &visit(&["e1"]), Some(&answered), &rules(BOTH, true)),
        attempt(&["e2"])
    );
}

#[test]
fn an_event_known_from_an_earlier_visit_is_never_the_first_of_this_one() {
    let mut visits = visit(&["e1"]);
    visits.visit = 2;
    let sight = in_stage(vec![sent("e1")]);
    let invited = order(OrderState::Invited, None);
    assert_eq!(
        decided(&sight, &visits, Some(&invited), &rules(BOTH, true)),
        Decision::Known,
        "it stood there before"
    );
    visits.answered.get_mut("e1").unwrap().written = true;
    assert_eq!(
        decided(&sight, &visits, Some(&invited), &rules(BOTH, true)),
        attempt(&["e1"]),
        "set again since"
    );
    assert!(visits.is_of_another_visit("e1", 2) && !visits.is_of_another_visit("e2", 2));
}

#[test]
fn what_an_order_wrote_is_remembered_when_its_visit_is_over() {
    let mut visits = visit(&["e1"]);
    visits.remember_writing_of(&order(OrderState::Invited, None));
    assert!(!visits.answered["e1"].written);
    visits.remember_writing_of(&order(OrderState::Invited, Some("e1")));
    visits.remember_writing_of(&order(OrderState::Invited, Some("chosen by the write-back")));
    assert!(visits.answered["e1"].written && visits.answered["chosen by the write-back"].written);
}

fn started(visit: u32, events: &[&str]) -> Decision {
    Decision::StartVisit {
        visit,
        events: named(events),
    }
}

#[test]
fn a_bare_stage_move_orders_where_the_requisition_is_linked() {
    let never = Visits::default();
    assert_eq!(decided(&in_stage(vec![]), &never, None, &rules(BOTH, true)), started(1, &[]));
    assert_eq!(decided(&in_stage(vec![]), &never, None, &rules(BOTH, false)), Decision::NotOrdered);
    assert_eq!(
        decided(&in_stage(vec![]), &never, None, &rules(ASSESS_ONLY, true)),
        Decision::NotOrdered
    );
}

#[test]
fn an_assess_submit_orders_even_on_a_requisition_without_a_link() {
    for linked in [true, false] {
        let sight = in_stage(vec![sent("e1"), sent("e2")]);
        assert_eq!(
            decided(&sight, &Visits::default(), None, &rules(ASSESS_ONLY, linked)),
            started(1, &["e1", "e2"])
        );
    }
}

#[test]
fn another_vendors_test_or_another_status_or_a_result_orders_nothing() {
    let with_result = AssessEvent {
        has_our_result: true,
        ..sent("e")
    };
    for stranger in [
        event("e", Some(SEND), "OTHER_TEST"),
        event("e", Some("OTHER_STATUS"), TEST),
        with_result,
    ] {
        let sight = in_stage(vec![stranger]);
        assert_eq!(
            decided(&sight, &Visits::default(), None, &rules(ASSESS_ONLY, true)),
            Decision::NotOrdered
        );
        let invited = order(OrderState::Invited, None);
        assert_eq!(decided(&sight, &visit(&[]), Some(&invited), &rules(BOTH, true)), Decision::Known);
    }
}

#[test]
fn an_event_without_status_counts_as_the_move_and_never_as_a_send_status() {
    let no_status = Identifiers {
        no_status_is_an_order: true,
        ..Identifiers::default()
    };
    let rules = (no_status, ASSESS_ONLY, true);
    let sight = in_stage(vec![event("e", None, TEST)]);
    assert_eq!(decided(&sight, &Visits::default(), None, &rules), started(1, &[]));
    for state in open_states() {
        assert_eq!(decided(&sight, &visit(&[]), Some(&order(state, None)), &rules), Decision::Known);
    }
}

#[test]
fn with_the_assess_trigger_off_a_send_status_orders_nothing() {
    let stage_only = Triggers {
        assess: false,
        stage: true,
    };
    let sight = in_stage(vec![sent("e1")]);
    assert_eq!(decided(&sight, &Visits::default(), None, &rules(stage_only, true)), started(1, &[]));
    let invited = order(OrderState::Invited, None);
    assert_eq!(
        decided(&sight, &visit(&[]), Some(&invited), &rules(stage_only, true)),
        Decision::Known
    );
}

#[test]
fn a_new_visit_needs_a_sight_outside_the_stage() {
    let outside = Sight {
        in_stage: false,
        ..in_stage(vec![])
    };
    let invited = order(OrderState::Invited, None);
    let mut visits = visit(&[]);
    assert_eq!(decided(&outside, &visits, Some(&invited), &rules(BOTH, true)), Decision::Left);
    visits.in_stage = false;
    assert_eq!(decided(&outside, &visits, Some(&invited), &rules(BOTH, true)), Decision::NotOrdered);
    assert_eq!(
        decided(&in_stage(vec![]), &visits, Some(&invited), &rules(BOTH, true)),
        started(2, &[])
    );
}
