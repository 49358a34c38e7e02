//! From a hint to an order: nothing that it says is believed, and where it led is written on it.

use crate::fixture::{Fixture, MAIL, advance, stands, test, write_back};
use domain::{HintId, Work};
use serde_json::json;
use std::time::Duration;
use store::hint::About;
use surroundings::{APPLICATION, REQUISITION, batch_of};

const OURS: &str = "HEYMILO_AI_SCREEN";

#[test]
fn a_move_that_workday_confirms_is_an_order_with_the_person_behind_it_and_is_announced() {
    test(async |here| {
        here.move_to_assessment(APPLICATION, true).await;
        let hint = here.hint(here.seen_in_stage(APPLICATION)).await;
        assert_eq!(here.confirm(&hint).await.as_deref(), Some("confirmed"));
        let order = here.order_of(APPLICATION, 1).await.unwrap();
        assert_eq!((order.attempt, &order.posting), (1, &Some(here.posting())));
        let contact = here.store.contact(&order.workspace, &order.order).await.unwrap().unwrap();
        assert_eq!((contact.name.as_str(), contact.email.as_deref()), ("Dana Example", Some(MAIL)));
        assert_eq!(here.announced("OrderQueue").await, [advance(&order)]);
        assert!(here.due(&advance(&order)).await.is_some() && here.due(&hint.work()).await.is_none());
    });
}

#[test]
fn a_hint_that_leads_nowhere_says_where_it_ended_and_creates_nothing() {
    test(async |here| {
        let seen = |application: &str| here.seen_in_stage(application);
        let of = |change: &dyn Fn(&mut serde_json::Value)| {
            let mut about = serde_json::to_value(seen(APPLICATION)).unwrap();
            change(&mut about);
            serde_json::from_value::<About>(about).unwrap()
        };
        for (about, word) in [
            (of(&|about| about["candidate"] = json!("C99999")), "unknown_to_workday"),
            (
                of(&|about| about["application"] = json!("JOB_APPLICATION-9-9")),
                "unknown_to_workday",
            ),
            (of(&|about| about["connection"] = json!("another")), "connection_gone"),
            (seen(APPLICATION), "not_ordered"),
        ] {
            let hint = here.hint(about).await;
            assert_eq!(here.confirm(&hint).await.as_deref(), Some(word), "{:?}", hint.about);
            assert_eq!(here.due(&hint.work()).await, None, "{word}");
        }
        assert_eq!(here.order_of(APPLICATION, 1).await, None);
        assert!(here.announced("OrderQueue").await.is_empty());
    });
}

#[test]
fn a_message_that_is_not_ours_or_whose_hint_is_gone_is_finished_and_nobody_is_called() {
    test(async |here| {
        let connection = here.connection_id();
        let hint = HintId::new("gone").unwrap();
        for work in [Work::PollConnection { connection }, Work::ConfirmHint { hint }] {
            here.arm(work.clone()).await;
            here.take(&work).await;
            assert_eq!(here.due(&work).await, None);
        }
        assert!(here.workday_calls().await.is_empty());
    });
}

#[test]
fn one_bad_record_of_a_batch_takes_no_other_with_it() {
    test(async |here| {
        here.move_to_assessment(APPLICATION, true).await;
        let hint = here.hint(here.seen_in_stage(APPLICATION)).await;
        let good = here.batch(&[hint.work()]).records.remove(0).body.unwrap();
        let bodies = [String::from("no message"), good, String::from(r#"{"v":1,"workspace":"acme"}"#)];
        assert_eq!(here.take_batch(batch_of(bodies.into_iter())).await, ["0", "2"]);
        assert!(here.order_of(APPLICATION, 1).await.is_some());
    });
}

#[test]
fn a_hint_waits_while_who_is_in_the_stage_already_is_still_being_recorded() {
    test(async |here| {
        here.unlink().await;
        here.link(REQUISITION, None).await;
        here.move_to_assessment(APPLICATION, true).await;
        let hint = here.hint(here.seen_in_stage(APPLICATION)).await;
        assert_eq!(here.confirm(&hint).await.as_deref(), Some("baseline_running"));
        assert_eq!(
            (here.due_in(&hint.work()).await, here.order_of(APPLICATION, 1).await),
            (Duration::from_mins(15), None)
        );

        let mapping = here.mapping(REQUISITION).await.unwrap();
        assert!(here.store.baseline_taken(&mapping, here.clock.now()).await.unwrap().is_some());
        here.arm(hint.work()).await;
        assert_eq!(here.confirm(&hint).await.as_deref(), Some("confirmed"));
    });
}

#[test]
fn while_a_baseline_runs_its_requisitions_hints_read_workday_once_at_most_and_are_not_looked_at_each_minute() {
    for (names_it, calls) in [(true, 0), (false, 1)] {
        test(async |here| {
            here.unlink().await;
            here.link(REQUISITION, None).await;
            here.move_to_assessment(APPLICATION, true).await;
            let mut about = here.seen_in_stage(APPLICATION);
            if let (true, About::Application { requisition, .. }) = (names_it, &mut about) {
                *requisition = Some(REQUISITION.to_owned());
            }
            let hint = here.hint(about).await;
            for _look in 0..3 {
                assert_eq!(here.confirm(&hint).await.as_deref(), Some("baseline_running"));
                let due_in = here.due_in(&hint.work()).await;
                assert_eq!(due_in, Duration::from_mins(15), "the baseline's end releases it");
                here.clock.advance(due_in);
            }
            let asked = here.workday_calls().await;
            assert_eq!(asked.iter().filter(|call| *call == "Get_Candidates").count(), calls, "{asked:?}");
        });
    }
}

#[test]
fn while_workday_is_down_a_hint_is_tried_again_for_as_long_as_it_takes() {
    test(async |here| {
        here.move_to_assessment(APPLICATION, true).await;
        here.workday_fails("Get_Candidates", "http503").await;
        let hint = here.hint(here.seen_in_stage(APPLICATION)).await;
        for _ in 0..12 {
            let before = here.hint_again(&hint).await.tries;
            assert_eq!(here.confirm(&hint).await, None);
            assert!(here.hint_again(&hint).await.tries > before, "each try is counted");
            let due_in = here.due_in(&hint.work()).await;
            assert!(due_in <= Duration::from_mins(16), "{due_in:?}");
            here.clock.advance(due_in);
        }
        here.workday_recovers().await;
        assert_eq!(here.confirm(&hint).await.as_deref(), Some("confirmed"));
        assert_eq!(here.hint_again(&hint).await.tries, 0);
    });
}

#[test]
fn what_workday_refuses_to_read_is_set_aside_visibly_after_eight_looks() {
    test(async |here| {
        here.workday_fails("Get_Candidates", "validation_fault").await;
        let hint = here.hint(here.seen_in_stage(APPLICATION)).await;
        while here.due(&hint.work()).await.is_some() {
            assert_eq!(here.confirm(&hint).await.as_deref(), Some("unreadable_in_workday"));
            here.clock.advance(Duration::from_mins(20));
        }
        assert_eq!(here.workday_calls().await, ["Get_Candidates"; 8]);
    });
}

#[test]
fn one_move_seen_by_a_poll_and_by_a_push_is_one_order_that_answers_the_event() {
    test(async |here| {
        here.move_to_assessment(APPLICATION, true).await;
        let polled = here.hint(here.seen_in_stage(APPLICATION)).await;
        here.confirm(&polled).await;
        let event = here.submit_assess(APPLICATION, OURS).await;
        let pushed = here.hint(here.pushed(&event)).await;
        assert_eq!(here.confirm(&pushed).await.as_deref(), Some("confirmed"));
        let order = here.order_of(APPLICATION, 1).await.unwrap();
        assert_eq!((order.attempt, order.assess_event.as_deref()), (1, Some(event.as_str())));
        let again = here.hint(here.pushed(&event)).await;
        assert_eq!(here.confirm(&again).await.as_deref(), Some("nothing_new"), "the same push again");
        assert_eq!(here.order_of(APPLICATION, 2).await, None);
    });
}

#[test]
fn a_requisition_without_a_link_is_nobodys_business_unless_an_event_of_ours_orders_it() {
    test(async |here| {
        here.unlink().await;
        here.move_to_assessment(APPLICATION, true).await;
        let moved = here.hint(here.seen_in_stage(APPLICATION)).await;
        assert_eq!(here.confirm(&moved).await.as_deref(), Some("not_ordered"));
        let event = here.submit_assess(APPLICATION, OURS).await;
        let pushed = here.hint(here.pushed(&event)).await;
        assert_eq!(here.confirm(&pushed).await.as_deref(), Some("refused"));
        let order = here.order_of(APPLICATION, 1).await.unwrap();
        assert_eq!(stands(&order), ("refused", Some("requisition_not_linked")));
        assert_eq!(
            here.announced("WritebackQueue").await,
            [write_back(&order)],
            "the recruiter reads why"
        );
    });
}

#[test]
fn who_leaves_before_the_invitation_is_refused_and_who_comes_back_is_a_new_visit() {
    test(async |here| {
        here.move_to_assessment(APPLICATION, true).await;
        let hint = here.hint(here.seen_in_stage(APPLICATION)).await;
        here.confirm(&hint).await;
        here.tell_workday("move", json!({ "application": APPLICATION, "stage": "INTERVIEW" }))
            .await;
        here.hint(here.seen_in_stage(APPLICATION)).await;
        assert_eq!(here.confirm(&hint).await.as_deref(), Some("refused"));
        let first = here.order_of(APPLICATION, 1).await.unwrap();
        assert_eq!(stands(&first), ("refused", Some("left_stage_before_invite")));
        here.move_to_assessment(APPLICATION, true).await;
        here.hint(here.seen_in_stage(APPLICATION)).await;
        assert_eq!(here.confirm(&hint).await.as_deref(), Some("confirmed"));
        assert_eq!(here.order_of(APPLICATION, 2).await.unwrap().visit, 2);
    });
}

#[test]
fn who_was_screened_in_an_earlier_visit_is_for_a_person_to_decide_unless_the_link_screens_again() {
    for (rescreen, word) in [(false, "needs_review"), (true, "confirmed")] {
        test(async |here| {
            here.change_mapping(|mapping| mapping.options.rescreen = rescreen).await;
            let mut row = here.lock_row(APPLICATION, 1);
            row.screened = true;
            row.visits.in_stage = false;
            here.store.save_application(&row).await.unwrap();
            here.move_to_assessment(APPLICATION, true).await;
            let hint = here.hint(here.seen_in_stage(APPLICATION)).await;
            assert_eq!(here.confirm(&hint).await.as_deref(), Some(word));
            assert_eq!(here.order_of(APPLICATION, 2).await.unwrap().state.name(), word);
        });
    }
}

/// The application's candidate withdraws altogether, where Workday keeps it.
async fn withdraws(here: &Fixture) {
    here.change_records(|records| {
        let mut candidates = records["candidates"].as_array_mut().unwrap().iter_mut();
        candidates.find(|candidate| candidate["id"] == "C00001").unwrap()["withdrawn"] = json!(true);
    })
    .await;
}

#[test]
fn who_withdraws_and_is_outside_the_stage_is_withdrawn_and_whoever_is_only_moved_on_has_left() {
    for (withdrawn, state) in [(true, ("withdrawn", None)), (false, ("expired", Some("left_stage")))] {
        test(async |here| {
            here.move_to_assessment(APPLICATION, true).await;
            let order = here.invited(APPLICATION, None).await;
            if withdrawn {
                withdraws(&here).await;
            }
            here.tell_workday("move", json!({ "application": APPLICATION, "stage": "INTERVIEW" }))
                .await;
            let hint = here.hint(here.seen_in_stage(APPLICATION)).await;
            here.confirm(&hint).await;
            assert_eq!(stands(&here.again(&order).await), state);
            let watched = here.store.open_interviews(&here.id(), &here.posting()).await.unwrap();
            assert_eq!(watched.is_empty(), withdrawn, "a report may come still of whoever has begun");
        });
    }
}

#[test]
fn who_left_before_finishing_and_is_moved_back_is_invited_anew_and_nobody_has_to_decide() {
    test(async |here| {
        here.move_to_assessment(APPLICATION, true).await;
        here.invited(APPLICATION, None).await;
        here.tell_workday("move", json!({ "application": APPLICATION, "stage": "INTERVIEW" }))
            .await;
        let left = here.hint(here.seen_in_stage(APPLICATION)).await;
        here.confirm(&left).await;
        here.move_to_assessment(APPLICATION, true).await;
        let back = here.hint(here.seen_in_stage(APPLICATION)).await;
        assert_eq!(here.confirm(&back).await.as_deref(), Some("confirmed"));
        let second = here.order_of(APPLICATION, 2).await.unwrap();
        assert_eq!(here.advance(&second).await.state.name(), "invited");
    });
}

#[test]
fn who_leaves_again_before_the_second_invitation_and_comes_back_was_screened_by_none_of_that() {
    test(async |here| {
        let leaves = async || {
            here.tell_workday("move", json!({ "application": APPLICATION, "stage": "INTERVIEW" }))
                .await;
            let left = here.hint(here.seen_in_stage(APPLICATION)).await;
            here.confirm(&left).await;
        };
        let comes = async || {
            here.move_to_assessment(APPLICATION, true).await;
            let back = here.hint(here.seen_in_stage(APPLICATION)).await;
            here.confirm(&back).await
        };
        here.move_to_assessment(APPLICATION, true).await;
        here.invited(APPLICATION, None).await;
        leaves().await;
        comes().await;
        leaves().await;
        let second = here.order_of(APPLICATION, 2).await.unwrap();
        assert_eq!(stands(&second), ("refused", Some("left_stage_before_invite")));
        assert_eq!(comes().await.as_deref(), Some("confirmed"));
        assert_eq!(here.order_of(APPLICATION, 3).await.unwrap().state.name(), "confirmed");
    });
}

#[test]
fn whoever_withdraws_after_leaving_is_withdrawn() {
    test(async |here| {
        here.move_to_assessment(APPLICATION, true).await;
        let order = here.invited(APPLICATION, None).await;
        here.tell_workday("move", json!({ "application": APPLICATION, "stage": "INTERVIEW" }))
            .await;
        let left = here.hint(here.seen_in_stage(APPLICATION)).await;
        here.confirm(&left).await;
        withdraws(&here).await;
        let hint = here.hint(here.seen_in_stage(APPLICATION)).await;
        here.confirm(&hint).await;
        assert_eq!(stands(&here.again(&order).await), ("withdrawn", None));
    });
}

#[test]
fn who_withdraws_while_the_interview_is_open_is_withdrawn_and_no_poll_looks_any_more() {
    test(async |here| {
        here.move_to_assessment(APPLICATION, true).await;
        let order = here.invited(APPLICATION, None).await;
        withdraws(&here).await;
        let hint = here.hint(here.seen_in_stage(APPLICATION)).await;
        assert_eq!(here.confirm(&hint).await.as_deref(), Some("withdrawn"));
        assert_eq!(here.again(&order).await.rank, 60);
        assert!(here.store.open_interviews(&here.id(), &here.posting()).await.unwrap().is_empty());
    });
}

#[test]
fn a_hint_for_a_connection_that_a_person_ended_is_finished_without_a_call() {
    test(async |here| {
        here.disconnect().await;
        let hint = here.hint(here.seen_in_stage(APPLICATION)).await;
        assert_eq!(here.confirm(&hint).await, None);
        assert_eq!(here.due(&hint.work()).await, None);
        assert!(here.workday_calls().await.is_empty());
    });
}

#[test]
fn without_the_right_to_read_assess_events_a_bare_move_invites_and_a_send_status_waits_to_be_read() {
    test(async |here| {
        here.workday_fails("Get_Assess_Candidate", "not_authorized").await;
        here.move_to_assessment(APPLICATION, true).await;
        let event = here.submit_assess(APPLICATION, OURS).await;
        let hint = here.hint(here.seen_in_stage(APPLICATION)).await;
        assert_eq!(here.confirm(&hint).await.as_deref(), Some("confirmed"));
        let order = here.order_of(APPLICATION, 1).await.unwrap();
        assert_eq!(here.advance(&order).await.state.name(), "invited");
        assert!(here.connection().await.standing.withheld.contains_key("Get_Assess_Candidate"));

        let mut about = serde_json::to_value(here.seen_in_stage(APPLICATION)).unwrap();
        about["assess_event"] = json!(event);
        let sent = here.hint(serde_json::from_value(about).unwrap()).await;
        here.confirm(&sent).await;
        assert!(here.due(&sent.work()).await.is_some(), "what it says is to be read yet");
        here.workday_recovers().await;
        here.confirm(&sent).await;
        assert_eq!(here.due(&sent.work()).await, None);
        let taken = here.row(APPLICATION).await.visits.answered;
        assert!(taken.contains_key(&event), "{taken:?}");
    });
}

#[test]
fn where_the_stage_is_no_trigger_nobody_is_forgotten_while_assess_events_may_not_be_read() {
    test(async |here| {
        here.change_connection(|connection| connection.options.triggers.stage = false).await;
        here.workday_fails("Get_Assess_Candidate", "not_authorized").await;
        here.move_to_assessment(APPLICATION, true).await;
        let event = here.submit_assess(APPLICATION, OURS).await;
        let mut about = serde_json::to_value(here.seen_in_stage(APPLICATION)).unwrap();
        about["assess_event"] = json!(event);
        let hint = here.hint(serde_json::from_value(about).unwrap()).await;
        here.confirm(&hint).await;
        assert!(here.due(&hint.work()).await.is_some());
        here.workday_recovers().await;
        assert_eq!(here.confirm(&hint).await.as_deref(), Some("confirmed"));
    });
}

#[test]
fn that_workday_does_not_know_somebody_who_is_listed_as_present_is_remembered() {
    test(async |here| {
        here.store.save_application(&here.lock_row(APPLICATION, 1)).await.unwrap();
        here.change_records(|records| {
            let applications = records["applications"].as_array_mut().unwrap();
            applications.retain(|application| application["id"] != APPLICATION);
        })
        .await;
        let mut about = here.seen_in_stage(APPLICATION);
        if let About::Application { requisition, .. } = &mut about {
            *requisition = Some(surroundings::REQUISITION.to_owned());
        }
        let hint = here.hint(about).await;
        assert_eq!(here.confirm(&hint).await.as_deref(), Some("unknown_to_workday"));
        let present = here.listed_alone().await;
        assert!(present.unknown_at.is_some());
    });
}

#[test]
fn whoever_was_in_the_stage_before_the_link_is_not_invited_though_its_baseline_missed_them() {
    test(async |here| {
        const THERE: &str = "JOB_APPLICATION-3-7";
        let hint = here.hint(here.seen_in_stage(THERE)).await;
        here.confirm(&hint).await;
        let order = here.order_of(THERE, 1).await.unwrap();
        assert_eq!((order.state.name(), order.state.reason()), ("skipped", Some("before_link")));
    });
}
