//! Pushes that come before the polls: how that is known, and that polls look for new send statuses less often then.

use crate::fixture::{Fixture, test};
use domain::push::{PushStanding, Pushes};
use serde_json::json;
use std::time::Duration;
use store::hint::{About, Hint};
use surroundings::APPLICATION;

const OURS: &str = "HEYMILO_AI_SCREEN";

/// What intake stores of a push.
async fn push(here: &Fixture, application: Option<&str>, assessment: Option<&str>) {
    let about = About::Application {
        connection: here.connection_id(),
        assessment: assessment.map(str::to_owned),
        assess_event: None,
        application: application.map(str::to_owned),
        candidate: None,
        requisition: None,
    };
    let hint = Hint::new(here.id(), about, here.clock.now());
    here.store.record_push(&hint, None).await.unwrap();
}

async fn standing(here: &Fixture) -> PushStanding {
    here.connection().await.standing.push
}

async fn is_healthy(here: &Fixture) -> bool {
    standing(here).await.of_late(here.clock.now()) == Pushes::Healthy
}

/// A poll was here before; now an assess event has a send status. Its `Recruiting_Assessment_ID`.
async fn sent(here: &Fixture) -> String {
    here.move_to_assessment(APPLICATION, true).await;
    here.take(&here.connection_poll()).await;
    here.clock.advance(Duration::from_mins(20));
    let event = here.submit_assess(APPLICATION, OURS).await;
    let assessments = here.assessments(APPLICATION).await;
    let assessment = assessments.iter().find(|assessment| assessment["event"] == event.as_str());
    assessment.unwrap()["id"].as_str().unwrap().to_owned()
}

async fn poll_in(here: &Fixture, minutes: u64) {
    here.clock.advance(Duration::from_mins(minutes));
    here.take(&here.connection_poll()).await;
}

#[test]
fn pushes_are_healthy_where_a_poll_finds_no_send_status_that_was_not_pushed_first() {
    for names_assessment in [false, true] {
        test(async |here| {
            let assessment = sent(&here).await;
            let named = (Some(APPLICATION), None);
            let named = if names_assessment { (None, Some(&*assessment)) } else { named };
            push(&here, named.0, named.1).await;
            poll_in(&here, 10).await;
            assert!(!here.hinted("OrderQueue").await.is_empty(), "the poll found it");
            assert_eq!(standing(&here).await.missed_at, None);
            assert!(is_healthy(&here).await);
        });
    }
}

#[test]
fn a_push_that_comes_after_a_poll_found_its_send_status_was_missed_for_seven_days() {
    test(async |here| {
        sent(&here).await;
        poll_in(&here, 10).await;
        let missed = standing(&here).await.missed_at;
        assert!(missed.is_some());
        push(&here, Some(APPLICATION), None).await;
        poll_in(&here, 10).await;
        assert_eq!(standing(&here).await.missed_at, missed, "found once, missed once");
        assert!(!is_healthy(&here).await);
        for _ in 0..6 {
            here.clock.advance(Duration::from_hours(24));
            push(&here, Some(APPLICATION), None).await;
            poll_in(&here, 0).await;
            assert!(!is_healthy(&here).await);
        }
        here.clock.advance(Duration::from_hours(24));
        assert!(is_healthy(&here).await);
    });
}

#[test]
fn a_push_of_before_a_send_status_told_nothing_of_it() {
    test(async |here| {
        push(&here, Some(APPLICATION), None).await;
        here.clock.advance(Duration::from_hours(1));
        sent(&here).await;
        poll_in(&here, 10).await;
        assert!(standing(&here).await.missed_at.is_some());
    });
}

#[test]
fn a_send_status_that_is_set_on_an_event_known_before_is_pushed_anew_or_missed() {
    for is_pushed in [true, false] {
        test(async |here| {
            sent(&here).await;
            let set = async |status: Option<&str>| {
                here.change_records(|records| {
                    for assessment in records["assessments"].as_array_mut().unwrap() {
                        assessment["status"] = json!(status);
                    }
                })
                .await;
            };
            set(None).await;
            push(&here, Some(APPLICATION), None).await;
            poll_in(&here, 20).await;
            poll_in(&here, 20).await;
            assert_eq!(standing(&here).await.missed_at, None, "none is set yet");
            here.clock.advance(Duration::from_mins(1));
            set(Some("HEYMILO_SEND_INVITE")).await;
            if is_pushed {
                push(&here, Some(APPLICATION), None).await;
            }
            poll_in(&here, 10).await;
            assert_eq!(standing(&here).await.missed_at.is_none(), is_pushed);
        });
    }
}

#[test]
fn with_healthy_pushes_new_assess_events_are_looked_for_every_quarter_of_an_hour() {
    test(async |here| {
        let windows_of_an_hour = async || {
            poll_in(&here, 60).await;
            let before = here.workday_calls().await.len();
            for _ in 0..12 {
                poll_in(&here, 5).await;
            }
            let calls = here.workday_calls().await.split_off(before);
            calls.iter().filter(|call| *call == "Get_Assess_Candidate").count()
        };
        assert_eq!(windows_of_an_hour().await, 6);
        // Nobody's poll finds what it told of: it was answered by then.
        push(&here, Some(APPLICATION), None).await;
        assert_eq!(windows_of_an_hour().await, 4);
        here.clock.advance(Duration::from_hours(24 * 7));
        assert_eq!(windows_of_an_hour().await, 6, "none came for a week");
    });
}
