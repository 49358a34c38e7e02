//! Send statuses on events that are known, and what the visits remember of them.

use super::*;

#[test]
fn a_send_status_on_the_event_that_holds_our_result_joins_once_and_orders_anew_the_next_time() {
    let rules = rules(BOTH, true);
    let completed = || OrderState::Completed {
        outcome: Outcome::Completed,
    };
    let again = AssessEvent {
        has_our_result: true,
        ..sent("e1")
    };
    let sight = in_stage(vec![again]);
    // Opened by our own write after a bare move: nobody has asked there yet.
    let written = order(completed(), Some("e1"));
    assert_eq!(
        decided(&sight, &visit(&[]), Some(&written), &rules),
        Decision::Join { events: named(&["e1"]) }
    );
    // Not answered yet: the same wish.
    assert_eq!(
        decided(&sight, &visit(&["e1"]), Some(&order(completed(), None)), &rules),
        Decision::Known
    );
    // Answered, and asked again.
    assert_eq!(
        decided(&sight, &visit(&["e1"]), Some(&written), &rules),
        Decision::StartAttempt { events: named(&["e1"]) }
    );
}

#[test]
fn an_event_that_an_order_wrote_to_is_remembered_as_its_visits_even_when_all_is_to_be_written_anew() {
    let mut visits = visit(&[]);
    let again = order(OrderState::Invited, Some("e1")).join(None, Moment(2)).order;
    assert!(!again.is_written());
    visits.remember_writing_of(&again);
    assert!(visits.is_of_another_visit("e1", 2) && !visits.is_of_another_visit("e1", 1));
    assert!(!visits.answered["e1"].written, "what stands there is not ours for certain");
}

#[test]
fn a_send_status_on_a_finished_event_is_heard_though_the_order_has_moved_on_to_another() {
    let mut visits = visit(&["e2"]);
    visits.remember_writing_of(&order(OrderState::Invited, Some("e1")));
    let again = AssessEvent {
        has_our_result: true,
        ..sent("e1")
    };
    let moved_on = order(
        OrderState::Completed {
            outcome: Outcome::Completed,
        },
        Some("e2"),
    );
    assert_eq!(
        decided(&in_stage(vec![again]), &visits, Some(&moved_on), &rules(BOTH, true)),
        Decision::StartAttempt { events: named(&["e1"]) }
    );
}

#[test]
fn whoever_was_skipped_after_a_refusal_was_written_starts_once_for_one_send_status() {
    let skipped = order(
        OrderState::Skipped {
            reason: SkipReason::BeforeLink,
        },
        Some("e1"),
    );
    let (sight, rules) = (in_stage(vec![sent("e1")]), rules(BOTH, true));
    assert_eq!(
        decided(&sight, &visit(&[]), Some(&skipped), &rules),
        Decision::StartSkipped { events: named(&["e1"]) }
    );
    let entrance = crate::order::Entrance {
        posting: None,
        withdrawn: false,
        screened_before: false,
        moved_long_ago: false,
    };
    let mut visits = visit(&[]);
    visits.remember_writing_of(&skipped);
    visits.answer(&named(&["e1"]));
    let started = skipped.start_skipped(entrance, Some(&"e1".to_owned()), Moment(2)).order;
    let mut row = serde_json::to_value(&started).unwrap();
    row["state"] = "invited".into();
    let invited: Order = serde_json::from_value(row).unwrap();
    // Its first write waits: the send status that is read again is the same one.
    assert_eq!(decided(&sight, &visits, Some(&invited), &rules), Decision::Known);
}
