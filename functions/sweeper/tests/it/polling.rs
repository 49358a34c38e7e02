//! A poll looks at everything and says only what is different from what is known.

use crate::fixture::{Fixture, test};
use domain::standing::ConnectionState;
use serde_json::json;
use std::time::Duration;
use store::hint::About;
use store::watched::WatchedEvent;
use surroundings::{APPLICATION, REQUISITION};

const OURS: &str = "HEYMILO_AI_SCREEN";
const THEIRS: &str = "OTHER_VENDOR_TEST";
/// In the stage of the linked requisition from the start.
const THERE: [&str; 2] = ["JOB_APPLICATION-3-7", "JOB_APPLICATION-3-8"];

/// Everybody who is in the stage from the start is known.
async fn know_who_is_there(here: &Fixture) {
    for application in THERE {
        here.store.save_application(&here.lock_row(application, 1)).await.unwrap();
    }
}

#[test]
fn who_entered_or_left_the_stage_is_hinted_and_nobody_else() {
    test(async |here| {
        know_who_is_there(&here).await;
        here.take(&here.connection_poll()).await;
        assert!(here.hinted_applications().await.is_empty(), "nothing changed");

        here.move_to_assessment(APPLICATION, true).await;
        here.tell_workday("move", json!({ "application": THERE[0], "stage": "INTERVIEW" }))
            .await;
        here.take(&here.connection_poll()).await;
        assert_eq!(here.hinted_applications().await, [APPLICATION, THERE[0]]);
        assert_eq!(here.order(APPLICATION).await, None, "a poll orders nothing");
    });
}

#[test]
fn where_the_stage_is_no_trigger_nobody_who_entered_is_hinted_but_who_left_is() {
    test(async |here| {
        know_who_is_there(&here).await;
        here.change_connection(|connection| connection.options.triggers.stage = false).await;
        here.move_to_assessment(APPLICATION, true).await;
        here.tell_workday("move", json!({ "application": THERE[0], "stage": "INTERVIEW" }))
            .await;
        here.take(&here.connection_poll()).await;
        assert_eq!(here.hinted_applications().await, [THERE[0]]);
    });
}

#[test]
fn a_requisition_whose_baseline_runs_is_left_out() {
    test(async |here| {
        here.unlink().await;
        here.link(REQUISITION, None).await;
        here.take(&here.connection_poll()).await;
        assert!(here.hinted_applications().await.is_empty());
        assert!(!here.workday_calls().await.contains(&"Get_Candidates".to_owned()));
    });
}

#[test]
fn an_event_that_orders_is_hinted_and_one_without_a_send_status_is_watched_until_it_does() {
    test(async |here| {
        let event = watched_event(&here).await;
        assert!(here.hinted("OrderQueue").await.is_empty());
        let watched = here.store.watched_events(&here.id(), &here.connection_id()).await.unwrap();
        assert_eq!(watched.iter().map(|watched| &watched.event).collect::<Vec<_>>(), [&event]);

        // Longer than a poll's window: only the watched event is read again.
        here.clock.advance(Duration::from_hours(24 * 3));
        here.take(&here.connection_poll()).await;
        assert!(here.hinted("OrderQueue").await.is_empty());
        set_status(&here, &event, Some("HEYMILO_SEND_INVITE")).await;
        here.take(&here.connection_poll()).await;
        let [hint] = here.hinted("OrderQueue").await.try_into().unwrap();
        let About::Application {
            assess_event, application, ..
        } = hint.about
        else {
            panic!("{:?}", hint.about)
        };
        assert_eq!(
            (assess_event.as_deref(), application.as_deref()),
            (Some(event.as_str()), Some(APPLICATION))
        );

        here.clock.advance(Duration::from_hours(24 * 12));
        here.take(&here.connection_poll()).await;
        assert!(
            here.store
                .watched_events(&here.id(), &here.connection_id())
                .await
                .unwrap()
                .is_empty(),
            "two weeks"
        );
    });
}

/// An event of ours without a send status, after the poll that saw it first; nobody else is news.
async fn watched_event(here: &Fixture) -> String {
    know_who_is_there(here).await;
    here.change_connection(|connection| connection.options.triggers.stage = false).await;
    here.move_to_assessment(APPLICATION, true).await;
    let event = here.submit_assess(APPLICATION, OURS).await;
    set_status(here, &event, None).await;
    here.take(&here.connection_poll()).await;
    event
}

/// The recruiter has set another status, or none yet, on an event.
async fn set_status(here: &Fixture, event: &str, status: Option<&str>) {
    change_event(here, event, |assessment| assessment["status"] = json!(status)).await;
}

async fn change_event(here: &Fixture, event: &str, change: impl FnOnce(&mut serde_json::Value)) {
    here.change_records(|records| {
        let mut assessments = records["assessments"].as_array_mut().unwrap().iter_mut();
        change(assessments.find(|assessment| assessment["event"] == event).unwrap());
    })
    .await;
}

#[test]
fn events_that_vanished_from_workday_are_forgotten_and_keep_no_other_from_being_read() {
    test(async |here| {
        let event = watched_event(&here).await;
        here.clock.advance(Duration::from_hours(24 * 3));
        for digit in ["0", "7", "f"] {
            let vanished = WatchedEvent {
                event: digit.repeat(32),
                since: here.clock.now(),
            };
            here.store.watch_event(&here.id(), &here.connection_id(), &vanished).await.unwrap();
        }
        set_status(&here, &event, Some("HEYMILO_SEND_INVITE")).await;
        here.take(&here.connection_poll()).await;
        assert_eq!(here.hinted("OrderQueue").await.len(), 1, "the one that is still there is read");
        let left = here.store.watched_events(&here.id(), &here.connection_id()).await.unwrap();
        assert_eq!(left.iter().map(|left| &left.event).collect::<Vec<_>>(), [&event]);
    });
}

#[test]
fn a_watched_event_costs_no_call_any_more_once_our_result_stands_on_it() {
    test(async |here| {
        know_who_is_there(&here).await;
        here.change_connection(|connection| connection.options.triggers.stage = false).await;
        here.move_to_assessment(APPLICATION, true).await;
        let event = here.submit_assess(APPLICATION, OURS).await;
        set_status(&here, &event, Some("HEYMILO_INVITED")).await;
        let reads = async || {
            let before = here.workday_calls().await.len();
            here.take(&here.connection_poll()).await;
            let calls = here.workday_calls().await.split_off(before);
            calls.iter().filter(|operation| *operation == "Get_Assess_Candidate").count()
        };
        assert_eq!([reads().await, reads().await], [1, 2], "watched from the second poll on");
        change_event(&here, &event, |assessment| {
            assessment["lines"][0]["url"] = json!("https://screening.example.com/r/1");
        })
        .await;
        assert_eq!([reads().await, reads().await], [2, 1], "seen with our result once");
    });
}

#[test]
fn another_vendors_event_is_neither_hinted_nor_watched() {
    test(async |here| {
        know_who_is_there(&here).await;
        here.change_connection(|connection| connection.options.triggers.stage = false).await;
        here.move_to_assessment(APPLICATION, true).await;
        here.submit_assess(APPLICATION, THEIRS).await;
        here.take(&here.connection_poll()).await;
        assert!(here.hinted("OrderQueue").await.is_empty());
        assert!(
            here.store
                .watched_events(&here.id(), &here.connection_id())
                .await
                .unwrap()
                .is_empty()
        );
    });
}

#[test]
fn a_poll_that_read_everything_says_so_and_comes_back_after_its_interval_and_up_to_a_tenth() {
    test(async |here| {
        know_who_is_there(&here).await;
        let begun = here.clock.now();
        here.take(&here.connection_poll()).await;
        assert_eq!(here.connection().await.standing.polled_at, Some(begun));
        let due_in = here.due_in(&here.connection_poll()).await;
        assert!(
            (Duration::from_secs(295)..=Duration::from_secs(330)).contains(&due_in),
            "{due_in:?}"
        );
    });
}

#[test]
fn a_poll_that_fails_halfway_keeps_the_moment_of_the_last_whole_one_and_is_tried_within_a_minute() {
    for operation in ["Get_Assess_Candidate", "Get_Candidates"] {
        test(async |here| {
            know_who_is_there(&here).await;
            here.take(&here.connection_poll()).await;
            let whole = here.connection().await.standing.polled_at;
            here.clock.advance(Duration::from_mins(10));
            here.workday_fails(operation, "http503").await;
            here.take(&here.connection_poll()).await;
            assert_eq!(here.connection().await.standing.polled_at, whole, "{operation}");
            assert!(here.due_in(&here.connection_poll()).await <= Duration::from_mins(1), "{operation}");
        });
    }
}

#[test]
fn a_connection_that_a_person_ended_is_polled_no_more() {
    test(async |here| {
        here.disconnect().await;
        for work in [here.connection_poll(), here.index()] {
            here.take(&work).await;
            assert_eq!(here.due(&work).await, None);
        }
        assert!(here.workday_calls().await.is_empty());
    });
}

#[test]
fn what_workday_does_not_show_of_the_events_keeps_nobody_in_the_stage_waiting() {
    test(async |here| {
        let before = here.connection().await.standing.polled_at;
        here.move_to_assessment(APPLICATION, true).await;
        here.workday_fails("Get_Assess_Candidate", "http503").await;
        here.take(&here.connection_poll()).await;
        assert!(
            here.hinted_applications()
                .await
                .iter()
                .any(|application| application == APPLICATION)
        );
        assert_eq!(
            here.connection().await.standing.polled_at,
            before,
            "the poll did not read everything"
        );
    });
}

#[test]
fn a_connection_that_an_incident_ended_is_back_by_itself_within_a_day_and_no_later() {
    for (hours, state) in [(2, ConnectionState::Active), (30, ConnectionState::ReauthorizationRequired)] {
        test(async |here| {
            let connection = here.connection().await;
            let stored = here.store.credential(&here.id(), &here.connection_id()).await.unwrap().unwrap();
            here.store
                .require_reauthorization(&connection, stored.version, here.clock.now())
                .await
                .unwrap();
            here.workday_fails("Get_Job_Requisitions", "auth_fault").await;
            here.take(&here.connection_poll()).await;
            assert_eq!(here.connection().await.standing.state, ConnectionState::ReauthorizationRequired);
            here.workday_recovers().await;
            here.clock.advance(Duration::from_hours(hours));
            here.take(&here.connection_poll()).await;
            assert_eq!(here.connection().await.standing.state, state, "after {hours} hours");
        });
    }
}

/// The operations that the connection says are withheld.
async fn withheld(here: &Fixture) -> Vec<String> {
    let standing = serde_json::to_value(here.connection().await.standing).unwrap();
    standing["withheld"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect()
}

#[test]
fn a_permission_that_is_withheld_stands_on_the_connection_within_one_poll() {
    for operation in ["Get_Assess_Candidate", "Get_Candidates"] {
        test(async |here| {
            here.take(&here.connection_poll()).await;
            assert_eq!(withheld(&here).await, [""; 0]);
            here.workday_fails(operation, "not_authorized").await;
            here.take(&here.connection_poll()).await;
            assert_eq!(withheld(&here).await, [operation]);
        });
    }
}
