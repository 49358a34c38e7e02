//! What HeyMilo shows of an interview becomes the order's; what an event says is never believed.

use crate::fixture::{Fixture, test, write};
use domain::order::{BoundInterview, Entrance};
use domain::{HintId, InterviewId, Order, OrderId, Work};
use serde_json::json;
use std::time::Duration;
use store::hint::{AGENT_TO_BE_READ, About, Hint};
use store::order::Binding;
use surroundings::APPLICATION;
use testkit::{Fault, Kind, Service, When};

#[test]
fn a_report_completes_the_order_is_stored_and_is_to_be_written() {
    test(async |here| {
        let order = here.invited_in_stage(false).await;
        let completed = here.completed(&order).await;
        assert_eq!((completed.state.name(), completed.state.reason()), ("completed", Some("completed")));
        let version = completed.result().unwrap();
        assert_eq!(version.number, 1);
        let stored = here.store.result(&order.workspace, &order.order, &version).await.unwrap().unwrap();
        assert!(String::from_utf8(stored).unwrap().contains("Dana Example"));
        assert_eq!(here.announced("WritebackQueue").await, [write(&order)]);
        let watched = here.store.open_interviews(&here.id(), &here.posting()).await.unwrap();
        assert!(watched[0].over.is_some(), "it is polled for now and then only");
    });
}

#[test]
fn an_event_is_a_hint_only_and_what_heymilo_shows_decides() {
    test(async |here| {
        let order = here.invited_in_stage(false).await;
        assert_eq!(here.reported(&order, "report_available").await.as_deref(), Some("nothing_new"));
        assert_eq!(here.again(&order).await, order);

        here.at_interview(&order, "complete", json!({ "outcome": "started" })).await;
        assert_eq!(here.reported(&order, "report_available").await.as_deref(), Some("in_progress"));
        assert_eq!(here.announced("WritebackQueue").await, [write(&order)]);

        here.at_interview(&order, "status", json!({ "status": "something_new" })).await;
        assert_eq!(
            here.reported(&order, "interview_completed").await.as_deref(),
            Some("unknown_status")
        );
        assert_eq!(here.again(&order).await.state.name(), "in_progress");
    });
}

#[test]
fn another_score_is_a_new_version_once_and_the_same_report_is_none() {
    test(async |here| {
        let order = here.invited_in_stage(false).await;
        here.completed(&order).await;
        assert_eq!(here.reported(&order, "report_available").await.as_deref(), Some("nothing_new"));
        here.at_interview(&order, "rescore", json!({ "delta": -1 })).await;
        for word in ["completed", "nothing_new"] {
            assert_eq!(here.reported(&order, "report_available").await.as_deref(), Some(word));
            assert_eq!(here.again(&order).await.result_version, 2);
        }
    });
}

#[test]
fn what_recruiters_decide_in_heymilo_after_the_report_becomes_the_outcome() {
    test(async |here| {
        let order = here.invited_in_stage(false).await;
        here.completed(&order).await;
        for outcome in ["shortlisted", "dismissed"] {
            here.at_interview(&order, "status", json!({ "status": outcome })).await;
            here.reported(&order, &format!("poll:{outcome}")).await;
            assert_eq!(here.again(&order).await.state.reason(), Some(outcome));
        }
    });
}

#[test]
fn an_interview_that_nobody_knows_yet_is_looked_for_again_and_then_set_aside_without_a_call() {
    test(async |here| {
        let hint = here.hint(here.event("0123456789ABCDEF", "interview_started")).await;
        while here.due(&hint.work()).await.is_some() {
            here.take(&hint.work()).await;
            here.clock.advance(Duration::from_mins(20));
        }
        let aside = here.hint_again(&hint).await;
        assert_eq!((aside.outcome.as_deref(), aside.tries), (Some("unknown_interview"), 0));
        assert!(here.heymilo_calls().await.is_empty());
    });
}

#[test]
fn the_interview_of_an_earlier_attempt_is_history_and_moves_nobody() {
    test(async |here| {
        let order = here.invited_in_stage(false).await;
        let entrance = Entrance {
            posting: Some(here.posting()),
            withdrawn: false,
            screened_before: false,
            moved_long_ago: false,
        };
        let again = here.save(order.clone().ask_again(2, entrance, None, here.clock.now())).await;
        let calls = here.heymilo_calls().await.len();
        assert_eq!(here.reported(&order, "report_available").await.as_deref(), Some("history"));
        assert_eq!((here.again(&order).await, here.heymilo_calls().await.len()), (again, calls));
    });
}

#[test]
fn an_event_that_overtakes_the_invitation_waits_until_that_is_recorded() {
    test(async |here| {
        let order = here.confirmed(APPLICATION, None).await;
        let interview = InterviewId::new("D536A69A4090E13F").unwrap();
        let change = order.bind(interview.clone(), here.posting(), here.clock.now());
        let bound = here
            .store
            .bind_interview(change, &here.posting(), &"https://example.com".into())
            .await;
        assert!(matches!(bound.unwrap(), Binding::Bound(_)));
        let hint = here.hint(here.event(interview.as_str(), "interview_started")).await;
        assert_eq!(here.follow(&hint).await, None);
        assert_eq!(here.due_in(&hint.work()).await, Duration::from_secs(2));
        assert!(here.heymilo_calls().await.is_empty());
    });
}

#[test]
fn while_heymilo_is_down_a_hint_is_tried_again_for_as_long_as_it_takes() {
    test(async |here| {
        let order = here.invited_in_stage(false).await;
        here.heymilo_fails("getInterviewData", "http503").await;
        let hint = here
            .hint(here.event(order.interview.as_ref().unwrap().as_str(), "interview_started"))
            .await;
        for _ in 0..10 {
            let before = here.hint_again(&hint).await.tries;
            assert_eq!(here.follow(&hint).await, None);
            assert!(here.hint_again(&hint).await.tries > before, "each try is counted");
            here.clock.advance(here.due_in(&hint.work()).await);
        }
        here.heymilo_recovers().await;
        assert_eq!(here.follow(&hint).await.as_deref(), Some("nothing_new"));
        assert_eq!(here.hint_again(&hint).await.tries, 0);
    });
}

#[test]
fn an_interview_that_heymilo_no_longer_has_ends_and_one_whose_agent_it_does_not_show_either_stays_as_it_is() {
    test(async |here| {
        let order = here.invited_in_stage(false).await;
        // As with the key of another workspace.
        here.heymilo_fails("*", "not_found").await;
        let hint = here
            .hint(here.event(order.interview.as_ref().unwrap().as_str(), "report_available"))
            .await;
        for _ in 0..5 {
            assert_eq!(here.follow(&hint).await, None);
            here.clock.advance(here.due_in(&hint.work()).await);
        }
        assert_eq!(here.follow(&hint).await.as_deref(), Some("agent_unknown_to_heymilo"));
        assert_eq!(here.again(&order).await, order);

        here.heymilo_recovers().await;
        here.tell_heymilo("seed", json!({})).await;
        let hint = here
            .hint(here.event(order.interview.as_ref().unwrap().as_str(), "interview_started"))
            .await;
        let looked = here.heymilo_calls().await.len();
        let mut outcome = here.follow(&hint).await;
        while outcome.is_none() {
            here.clock.advance(here.due_in(&hint.work()).await);
            outcome = here.follow(&hint).await;
        }
        assert_eq!(outcome.as_deref(), Some("expired"));
        let looks = here.heymilo_calls().await.len() - looked;
        assert_eq!(
            looks, 7,
            "one that was made just now may not be shown yet; the last look is at the agent"
        );
        assert_eq!(here.again(&order).await.state.reason(), Some("interview_removed"));
        assert_eq!(here.announced("WritebackQueue").await, [write(&order)]);
    });
}

#[test]
fn whoever_is_under_way_ends_with_an_agent_that_heymilo_has_not_shown_for_six_hours() {
    test(async |here| {
        let order = here.invited_in_stage(false).await;
        here.heymilo_fails("*", "not_found").await;
        let hint = here
            .hint(here.event(order.interview.as_ref().unwrap().as_str(), AGENT_TO_BE_READ))
            .await;
        for (hours, outcome) in [(5, "agent_unknown_to_heymilo"), (6, "expired")] {
            let since = here.clock.now().minus(Duration::from_hours(hours));
            let standing = json!({ "workspace": here.id(), "posting": here.posting(), "unknown_since": since });
            here.store.note_posting(&serde_json::from_value(standing).unwrap()).await.unwrap();
            here.store.record_hint(&hint).await.unwrap();
            let mut followed = here.follow(&hint).await;
            while followed.is_none() {
                here.clock.advance(here.due_in(&hint.work()).await);
                followed = here.follow(&hint).await;
            }
            assert_eq!(followed.as_deref(), Some(outcome), "{hours} hours");
        }
        assert_eq!(here.again(&order).await.state.reason(), Some("interview_removed"));
        assert_eq!(here.announced("WritebackQueue").await, [write(&order)], "the recruiter reads it");
    });
}

#[test]
fn a_message_that_is_not_ours_or_whose_row_is_gone_is_finished_and_nobody_is_called() {
    test(async |here| {
        let connection = here.connection_id();
        let hint = HintId::new("gone").unwrap();
        let order = OrderId::new("gone").unwrap();
        for work in [
            Work::PollConnection { connection },
            Work::ReadInterview { hint },
            Work::WriteBack { order },
        ] {
            here.arm(work.clone()).await;
            here.take(&work).await;
            assert_eq!(here.due(&work).await, None, "{work:?}");
        }
        assert!(here.workday_calls().await.is_empty() && here.heymilo_calls().await.is_empty());
    });
}

#[test]
fn a_crash_between_storing_a_result_and_saving_the_order_heals_with_the_next_look() {
    test(async |here| {
        let order = here.invited_in_stage(true).await;
        here.at_interview(&order, "complete", json!({})).await;
        let hint = here
            .hint(here.event(order.interview.as_ref().unwrap().as_str(), "report_available"))
            .await;
        // The result's transaction passes, the order's does not.
        here.bench.aws.faults().plan(Fault {
            skip: 1,
            times: 100,
            ..Fault::once(Service::DynamoDb, "TransactWriteItems", When::BeforeEffect, Kind::Disconnects)
        });
        let broken_off = here.take_batch(here.batch(&[hint.work()])).await;
        assert!(broken_off.is_empty(), "the due row brings it back");
        here.bench.aws.faults().clear();
        assert_eq!(here.again(&order).await.result_version, 0);
        // HeyMilo scores anew before anybody looks again.
        here.at_interview(&order, "rescore", json!({ "delta": -5 })).await;
        here.clock.advance(here.due_in(&hint.work()).await);
        here.take(&hint.work()).await;
        let completed = here.again(&order).await;
        assert_eq!((completed.state.name(), completed.result_version), ("completed", 1));
        here.write(&completed).await;
        let score = here.assessments(APPLICATION).await[0]["lines"][0]["score"].clone();
        assert_eq!(
            score, "50",
            "five points of ten an answer, as HeyMilo has it now, and not the hundred from before"
        );
    });
}

#[test]
fn a_report_of_somebody_who_withdrew_is_kept_for_a_person_and_workday_is_not_told() {
    test(async |here| {
        let order = here.withdrawn().await;
        here.at_interview(&order, "complete", json!({})).await;
        here.reported(&order, "report_available").await;
        let held = here.again(&order).await;
        assert_eq!((held.state.name(), held.state.reason()), ("needs_review", Some("late_result")));
        let version = held.result().unwrap();
        assert!(here.store.result(&order.workspace, &order.order, &version).await.unwrap().is_some());
        assert!(here.announced("WritebackQueue").await.is_empty() && held.record_is_current());
    });
}

#[test]
fn a_late_result_that_is_adopted_is_written_and_one_that_is_left_aside_is_not_asked_about_again() {
    test(async |here| {
        let order = here.withdrawn().await;
        here.at_interview(&order, "complete", json!({})).await;
        here.reported(&order, "report_available").await;
        let aside = here.save(here.again(&order).await.close("owner", here.clock.now())).await;
        assert_eq!(aside.state.name(), "withdrawn");
        here.at_interview(&order, "rescore", json!({ "delta": -1 })).await;
        assert_eq!(here.reported(&order, "report_available").await.as_deref(), Some("nothing_new"));
        assert_eq!((here.again(&order).await, here.reports().await.len()), (aside.clone(), 0));

        let adopted = here.save(aside.adopt("owner", here.clock.now()).unwrap()).await;
        assert_eq!(stands(&here.write(&adopted).await), ("completed", Some("completed"), true));
        let assessments = here.assessments(APPLICATION).await;
        assert_eq!(assessments[0]["status"], "HEYMILO_COMPLETED");
        assert!(!assessments[0]["lines"][0]["score"].is_null(), "{assessments:#?}");
        assert_eq!(here.reports().await.len(), 1);
    });
}

/// The next visit, to which HeyMilo answered with the interview of the first, and the hint that follows from it.
async fn found_over(here: &Fixture, first: &Order) -> (Order, Hint) {
    let second = here.confirmed_on_visit(2, APPLICATION, None).await;
    let found = BoundInterview {
        posting: here.posting(),
        interview: first.interview.clone().unwrap(),
    };
    let second = here.save(second.find_over(found, here.clock.now())).await;
    let about = About::FoundOver {
        order: second.order.clone(),
    };
    (second, here.hint(about).await)
}

#[test]
fn the_result_of_an_interview_that_was_over_is_kept_with_what_heymilo_says_of_it_since_until_a_person_decides() {
    test(async |here| {
        let first = here.invited_in_stage(false).await;
        let first = here.completed(&first).await;
        let (second, hint) = found_over(&here, &first).await;
        here.take(&hint.work()).await;
        assert_eq!(here.due(&hint.work()).await, None);
        for outcome in ["completed", "shortlisted"] {
            here.at_interview(&first, "status", json!({ "status": outcome })).await;
            here.reported(&first, outcome).await;
            let kept = here.again(&second).await;
            assert_eq!(stands(&kept), ("needs_review", Some("interview_over"), true));
            assert_eq!(kept.kept_outcome.unwrap().name(), outcome);
        }
        assert_eq!(here.again(&first).await.state.reason(), Some("shortlisted"));
        let adopted = here.again(&second).await.adopt("owner", here.clock.now()).unwrap();
        assert_eq!(stands(&here.save(adopted).await), ("completed", Some("shortlisted"), false));
    });
}

#[test]
fn whoever_has_an_interview_that_was_over_hears_of_its_report_first_and_loses_it_only_to_who_adopts_the_result() {
    test(async |here| {
        let first = here.invited_in_stage(false).await;
        here.at_interview(&first, "complete", json!({})).await;
        here.at_interview(&first, "status", json!({ "status": "evaluating" })).await;
        here.reported(&first, "interview_completed").await;
        let (second, hint) = found_over(&here, &first).await;
        here.take(&hint.work()).await;
        assert_eq!(here.again(&second).await.kept_outcome, None, "there is no report yet");
        here.at_interview(&first, "status", json!({ "status": null })).await;
        here.clock.advance(here.due_in(&hint.work()).await);
        here.take(&hint.work()).await;
        assert_eq!(here.again(&first).await.state.name(), "completed");
        let kept = here.again(&second).await;
        assert_eq!(kept.kept_outcome.unwrap().name(), "completed");
        let owners = async || {
            let claim = here.store.interview(&here.id(), first.interview.as_ref().unwrap()).await.unwrap();
            let [row] = here
                .store
                .open_interviews(&here.id(), &here.posting())
                .await
                .unwrap()
                .try_into()
                .unwrap();
            assert!(row.over.is_some());
            [claim.unwrap().order, row.order]
        };
        assert_eq!(owners().await, [first.order.clone(), first.order.clone()]);
        here.save(kept.adopt("owner", here.clock.now()).unwrap()).await;
        assert_eq!(owners().await, [second.order.clone(), second.order.clone()]);
    });
}

#[test]
fn the_result_of_another_interview_names_the_agent_and_the_day_of_its_own() {
    test(async |here| {
        let first = here.invited_in_stage(false).await;
        let first = here.completed(&first).await;
        here.change_mapping(|mapping| mapping.posting_title = "Another agent".into()).await;
        here.clock.advance(Duration::from_hours(50));
        here.tell_heymilo("settings", json!({ "second_ingest": "new" })).await;
        let again = here.save(first.clone().choose_anew(2, "owner", here.clock.now())).await;
        let second = here.with_interview(&again).await;
        let second = here.completed(&second).await;
        let context = async |order: &Order| {
            let stored = here.store.result(&order.workspace, &order.order, &order.result().unwrap()).await;
            let report: serde_json::Value = serde_json::from_slice(&stored.unwrap().unwrap()).unwrap();
            report["context"].clone()
        };
        let (before, now) = (context(&first).await, context(&second).await);
        assert_eq!(
            (&before["posting_title"], &now["posting_title"]),
            (&json!("Warehouse Associate Screen"), &json!("Another agent"))
        );
        assert_ne!(before["completed_on"], now["completed_on"]);
    });
}

/// State, its reason or outcome, and whether Workday shows it.
fn stands(order: &Order) -> (&'static str, Option<&'static str>, bool) {
    (order.state.name(), order.state.reason(), order.record_is_current())
}
