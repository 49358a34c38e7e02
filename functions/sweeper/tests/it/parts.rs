//! A connection's poll is made of parts, and each stands for itself.

use crate::fixture::{Fixture, test};
use serde_json::{Value, json};
use std::time::Duration;
use surroundings::{APPLICATION, START};

/// How the connection stands, as the page and the state show it.
async fn standing(here: &Fixture) -> Value {
    serde_json::to_value(here.connection().await.standing).unwrap()
}

/// How often an operation was called so far.
async fn asked(here: &Fixture, operation: &str) -> usize {
    here.workday_calls().await.iter().filter(|called| *called == operation).count()
}

#[test]
fn each_part_of_a_poll_says_for_itself_when_it_last_worked_and_what_keeps_it() {
    test(async |here| {
        here.workday_fails("Get_Assess_Candidate", "http503").await;
        here.take(&here.connection_poll()).await;
        let shown = standing(&here).await;
        assert!(shown["stage"]["succeeded_at"].as_i64() >= Some(START.0), "{shown}");
        assert_eq!(shown["stage"]["problem"], Value::Null);
        assert_eq!(shown["assess_window"]["succeeded_at"], Value::Null);
        let words = shown["assess_window"]["problem"]["words"].as_str().unwrap();
        assert!(words.contains("not available"), "{words}");
        assert_eq!(shown["polled_at"], Value::Null, "not everything was read");

        here.workday_recovers().await;
        here.take(&here.connection_poll()).await;
        let shown = standing(&here).await;
        assert!(shown["assess_window"]["succeeded_at"].is_i64() && shown["assess_window"]["problem"].is_null());
        assert!(shown["polled_at"].is_i64());
    });
}

#[test]
fn a_part_that_failed_is_tried_again_alone_and_the_others_keep_to_their_interval() {
    test(async |here| {
        here.workday_fails("Get_Assess_Candidate", "http503").await;
        here.take(&here.connection_poll()).await;
        let (stage, window) = (asked(&here, "Get_Candidates").await, asked(&here, "Get_Assess_Candidate").await);
        here.clock.advance(here.due_in(&here.connection_poll()).await);
        here.take(&here.connection_poll()).await;
        assert_eq!(asked(&here, "Get_Candidates").await, stage, "looked at a moment ago");
        assert!(asked(&here, "Get_Assess_Candidate").await > window);

        here.clock.advance(Duration::from_mins(6));
        here.take(&here.connection_poll()).await;
        assert!(asked(&here, "Get_Candidates").await > stage, "its time has come");
    });
}

#[test]
fn a_page_that_repeats_ends_that_part_alone_and_stands_on_the_connections_page() {
    test(async |here| {
        here.tell_workday("seed", json!({ "requisition": "R00001", "candidates": 250, "stage": "ASSESSMENT" }))
            .await;
        here.workday_fails("Get_Candidates", "same_page").await;
        here.take(&here.connection_poll()).await;
        let shown = standing(&here).await;
        let problem = shown["stage"]["problem"].clone();
        assert!(problem["words"].as_str().unwrap().contains("do not go forward"), "{problem}");
        assert_eq!(problem["obstacle"], "pages_repeat");
        assert!(shown["assess_window"]["succeeded_at"].is_i64() && shown["watched_events"]["succeeded_at"].is_i64());

        here.clock.advance(Duration::from_mins(20));
        here.take(&here.connection_poll()).await;
        let since = standing(&here).await["stage"]["problem"]["since"].clone();
        assert_eq!(since, problem["since"], "it began then, and lasts");

        here.workday_recovers().await;
        here.clock.advance(Duration::from_mins(20));
        here.take(&here.connection_poll()).await;
        assert_eq!(standing(&here).await["stage"]["problem"], Value::Null, "read to its end");
    });
}

#[test]
fn a_part_that_workday_withholds_says_so_until_it_is_read_again_whatever_keeps_another() {
    test(async |here| {
        here.workday_fails("Get_Assess_Candidate", "not_authorized").await;
        here.take(&here.connection_poll()).await;
        let shown = standing(&here).await;
        assert_eq!(shown["assess_window"]["problem"]["obstacle"], "withheld");
        assert_eq!(shown["stage"]["problem"], Value::Null);
        let told = async || {
            let standing = here.connection().await.standing;
            standing
                .withheld_now(here.clock.now())
                .map(|(name, _)| name.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(told().await, ["Get_Assess_Candidate"]);

        here.workday_recovers().await;
        here.workday_fails("Get_Candidates", "http503").await;
        here.clock.advance(Duration::from_mins(20));
        here.take(&here.connection_poll()).await;
        assert_eq!(standing(&here).await["assess_window"]["problem"], Value::Null);
        assert_eq!(told().await, [""; 0], "the permission was given");
    });
}

#[test]
fn what_waits_as_long_as_workday_asked_is_not_asked_for_by_the_other_parts_polls() {
    test(async |here| {
        let unavailable = json!([{ "operation": "Get_Assess_Candidate", "times": 100, "kind": "http503", "retry_after": 1_800 }]);
        here.tell_workday("faults", unavailable).await;
        here.take(&here.connection_poll()).await;
        let (stage, window) = (asked(&here, "Get_Candidates").await, asked(&here, "Get_Assess_Candidate").await);
        here.clock.advance(here.due_in(&here.connection_poll()).await);
        here.take(&here.connection_poll()).await;
        assert!(asked(&here, "Get_Candidates").await > stage, "its interval is over");
        assert_eq!(asked(&here, "Get_Assess_Candidate").await, window, "half an hour is not");
    });
}

#[test]
fn an_outage_costs_the_stage_one_call_however_many_requisitions_are_linked() {
    test(async |here| {
        for number in 100..220 {
            here.link(&format!("R{number:05}"), Some(START)).await;
        }
        here.workday_fails("Get_Candidates", "http503").await;
        here.take(&here.connection_poll()).await;
        assert_eq!(asked(&here, "Get_Candidates").await, 1);
    });
}

#[test]
fn where_no_event_is_a_trigger_none_is_asked_for() {
    test(async |here| {
        here.change_connection(|connection| connection.options.triggers.assess = false)
            .await;
        here.move_to_assessment(APPLICATION, true).await;
        here.take(&here.connection_poll()).await;
        assert_eq!(asked(&here, "Get_Assess_Candidate").await, 0);
        assert!(
            here.hinted_applications()
                .await
                .iter()
                .any(|application| application == APPLICATION)
        );
    });
}

#[test]
fn a_window_too_large_for_one_run_goes_on_in_the_next_and_nothing_is_read_twice() {
    test(async |here| {
        here.move_to_assessment(APPLICATION, true).await;
        let event = here.submit_assess(APPLICATION, "OTHER_VENDOR_TEST").await;
        here.change_records(|records| {
            let assessments = records["assessments"].as_array_mut().unwrap();
            let pattern = assessments.iter().find(|assessment| assessment["event"] == event).unwrap().clone();
            for number in 0..2_000 {
                let mut another = pattern.clone();
                another["event"] = json!(format!("{number:032x}"));
                another["id"] = json!(format!("RECRUITING_ASSESSMENT-9-{number}"));
                assessments.push(another);
            }
        })
        .await;
        let slow = json!([{ "operation": "Get_Assess_Candidate", "times": 1_000, "kind": "slow", "delay_ms": 11_000 }]);
        here.tell_workday("faults", slow).await;
        let mut runs = 0;
        while standing(&here).await["assess_window"]["succeeded_at"].is_null() {
            let began = here.clock.now();
            here.take(&here.connection_poll()).await;
            assert!(here.clock.now().since(began) < Duration::from_mins(4), "a run ends in time");
            here.clock.advance(here.due_in(&here.connection_poll()).await);
            runs += 1;
            assert!(runs < 10, "{}", standing(&here).await);
        }
        assert!(runs > 1);
        let pages = asked(&here, "Get_Assess_Candidate").await;
        assert!((21..=24).contains(&pages), "{pages} pages");
        assert_eq!(standing(&here).await["assess_window"]["cursor"], Value::Null);
    });
}
