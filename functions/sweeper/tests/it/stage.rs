//! The stage is read by requisition where a tenant answers that, in parts where it is large, and never as a whole tenant.

use crate::fixture::{Fixture, test};
use domain::part::{Part, PartStanding};
use serde_json::{Value, json};
use std::time::Duration;
use store::connection::ConnectionNote;
use surroundings::{APPLICATION, REQUISITION, START};

/// In the stage of the linked requisition from the start.
const THERE: [&str; 2] = ["JOB_APPLICATION-3-7", "JOB_APPLICATION-3-8"];
/// A requisition of its own, for which nobody applied.
const FRESH: &str = "R77777";

async fn know_who_is_there(here: &Fixture) {
    for application in THERE {
        here.store.save_application(&here.lock_row(application, 1)).await.unwrap();
    }
}

/// Only a requisition without applicants is linked, of a tenant with many others'.
async fn only_a_fresh_one_is_linked(here: &Fixture) {
    here.tell_workday("seed", json!({ "requisition": "R00002", "candidates": 1_300, "stage": "REVIEW" }))
        .await;
    here.change_records(|records| {
        let requisitions = records["requisitions"].as_array_mut().unwrap();
        let mut fresh = requisitions.iter().find(|one| one["id"] == REQUISITION).unwrap().clone();
        fresh["id"] = json!(FRESH);
        fresh["wid"] = json!("7".repeat(32));
        requisitions.push(fresh);
    })
    .await;
    here.unlink().await;
}

/// How often candidates are asked for by one piece of work.
async fn reads(here: &Fixture, work: domain::Work) -> usize {
    let asked = async || {
        here.workday_calls()
            .await
            .iter()
            .filter(|called| *called == "Get_Candidates")
            .count()
    };
    let before = asked().await;
    here.take(&work).await;
    asked().await - before
}

async fn filter(here: &Fixture) -> Value {
    serde_json::to_value(here.connection().await.standing.requisition_filter).unwrap()["state"].clone()
}

#[test]
fn a_requisition_without_applicants_never_turns_a_poll_or_a_baseline_into_a_read_of_the_whole_tenant() {
    test(async |here| {
        only_a_fresh_one_is_linked(&here).await;
        here.link(FRESH, None).await;
        let baseline = domain::Work::Baseline {
            connection: here.connection_id(),
            requisition: domain::JobRequisitionId::new(FRESH).unwrap(),
        };
        assert!(reads(&here, baseline).await <= 12);
        assert!(
            here.mapping(FRESH).await.unwrap().standing.baseline_at.is_some(),
            "nobody was there"
        );
        let mut calls = 0;
        for _ in 0..12 {
            here.clock.advance(Duration::from_mins(5));
            let polled = reads(&here, here.connection_poll()).await;
            assert!(polled <= 13, "{polled}");
            calls += polled;
        }
        assert!((12..=24).contains(&calls), "one a poll, and one try of the filter: {calls}");
        assert_eq!(filter(&here).await, "unknown", "unknown is not broken");
    });
}

#[test]
fn a_filter_that_finds_nobody_is_broken_once_somebody_is_known_and_everybody_is_read_by_date_from_then_on() {
    for kind in ["empty", "fault"] {
        test(async |here| {
            here.tell_workday("settings", json!({ "requisition_filter": kind })).await;
            know_who_is_there(&here).await;
            here.move_to_assessment(APPLICATION, true).await;
            here.take(&here.connection_poll()).await;
            assert_eq!(here.hinted_applications().await, [APPLICATION], "{kind}");
            assert_eq!(filter(&here).await, "broken", "{kind}");
            here.clock.advance(Duration::from_mins(6));
            assert_eq!(reads(&here, here.connection_poll()).await, 1, "{kind}: remembered");

            here.tell_workday("settings", json!({ "requisition_filter": "works" })).await;
            here.clock.advance(Duration::from_hours(2));
            here.take(&here.connection_poll()).await;
            assert_eq!(filter(&here).await, "works", "{kind}: mended at Workday");
        });
    }
}

#[test]
fn a_filter_that_found_somebody_is_not_doubted_when_a_stage_is_empty() {
    test(async |here| {
        here.take(&here.connection_poll()).await;
        assert_eq!(filter(&here).await, "works");
        for application in THERE {
            here.tell_workday("move", json!({ "application": application, "stage": "INTERVIEW" }))
                .await;
        }
        here.clock.advance(Duration::from_hours(3));
        assert_eq!(reads(&here, here.connection_poll()).await, 1);
    });
}

#[test]
fn a_filter_that_worked_is_doubted_when_nobody_is_found_where_somebody_stood() {
    for kind in ["empty", "fault"] {
        test(async |here| {
            know_who_is_there(&here).await;
            here.take(&here.connection_poll()).await;
            assert_eq!(filter(&here).await, "works");
            here.tell_workday("settings", json!({ "requisition_filter": kind })).await;
            here.move_to_assessment(APPLICATION, true).await;
            here.clock.advance(Duration::from_mins(6));
            here.take(&here.connection_poll()).await;
            assert_eq!(
                here.hinted_applications().await,
                [APPLICATION],
                "{kind}: nobody else is taken for gone"
            );
            assert_eq!(filter(&here).await, "broken", "{kind}");
        });
    }
}

#[test]
fn where_only_reading_by_date_works_somebody_who_applied_months_ago_and_is_moved_today_is_found() {
    test(async |here| {
        here.tell_workday("settings", json!({ "requisition_filter": "empty" })).await;
        know_who_is_there(&here).await;
        here.change_records(|records| {
            let mut applications = records["applications"].as_array_mut().unwrap().iter_mut();
            let theirs = applications.find(|application| application["id"] == APPLICATION).unwrap();
            theirs["applied"] = json!(START.minus(Duration::from_hours(24 * 300)).to_rfc3339());
        })
        .await;
        here.move_to_assessment(APPLICATION, true).await;
        here.take(&here.connection_poll()).await;
        assert_eq!(here.hinted_applications().await, [APPLICATION]);
    });
}

#[test]
fn one_requisition_that_workday_does_not_know_is_marked_and_the_others_are_looked_at() {
    test(async |here| {
        know_who_is_there(&here).await;
        here.link("R99999", Some(START)).await;
        here.move_to_assessment(APPLICATION, true).await;
        here.take(&here.connection_poll()).await;
        assert_eq!(here.hinted_applications().await, [APPLICATION]);
        let lost = async || here.mapping("R99999").await.unwrap().standing.lost;
        let since = lost().await.unwrap().since;
        assert_eq!(here.mapping(REQUISITION).await.unwrap().standing.lost, None);
        let standing = here.connection().await.standing;
        assert!(standing.stage.is_whole(), "{:?}", standing.stage);
        here.clock.advance(Duration::from_mins(6));
        assert_eq!(reads(&here, here.connection_poll()).await, 1, "it is left out");

        here.clock.advance(Duration::from_hours(1));
        here.take(&here.connection_poll()).await;
        assert_eq!(lost().await.unwrap().since, since, "asked again, and still unknown");
        here.change_records(|records| {
            let requisitions = records["requisitions"].as_array_mut().unwrap();
            let mut back = requisitions.iter().find(|one| one["id"] == REQUISITION).unwrap().clone();
            back["id"] = json!("R99999");
            back["wid"] = json!("9".repeat(32));
            requisitions.push(back);
        })
        .await;
        here.clock.advance(Duration::from_hours(2));
        here.take(&here.connection_poll()).await;
        assert_eq!(lost().await, None, "there again");
    });
}

#[test]
fn a_stage_that_workday_does_not_know_stops_the_part_and_no_requisition_is_marked() {
    test(async |here| {
        here.change_connection(|connection| connection.options.identifiers.assessment_stage = "NO_SUCH_STAGE".into())
            .await;
        here.take(&here.connection_poll()).await;
        let standing = serde_json::to_value(here.connection().await.standing.stage).unwrap();
        assert_eq!(standing["problem"]["obstacle"], "unknown_id");
        assert_eq!(here.mapping(REQUISITION).await.unwrap().standing.lost, None);
    });
}

#[test]
fn a_stage_too_large_for_one_run_goes_on_in_the_next_and_nobody_who_stands_there_is_taken_for_gone() {
    test(async |here| {
        know_who_is_there(&here).await;
        here.change_connection(|connection| connection.options.triggers.stage = false).await;
        here.tell_workday(
            "seed",
            json!({ "requisition": REQUISITION, "candidates": 260, "stage": "ASSESSMENT" }),
        )
        .await;
        let small = ConnectionNote::Looked(Part::Stage, PartStanding::default().with_page(20));
        here.store.note(&here.connection().await, small).await.unwrap();
        let slow = json!([{ "operation": "Get_Candidates", "times": 1_000, "kind": "slow", "delay_ms": 11_000 }]);
        here.tell_workday("faults", slow).await;
        let (mut runs, mut pages) = (0, 0);
        while here.connection().await.standing.stage.succeeded_at.is_none() {
            let began = here.clock.now();
            pages += reads(&here, here.connection_poll()).await;
            assert!(here.clock.now().since(began) < Duration::from_mins(4), "a run ends in time");
            here.clock.advance(here.due_in(&here.connection_poll()).await);
            runs += 1;
            assert!(runs < 10, "{:?}", here.connection().await.standing.stage);
        }
        assert!(runs > 1);
        assert!((13..=15).contains(&pages), "{pages} pages: none is read twice");
        assert!(here.hinted_applications().await.is_empty());
    });
}

#[test]
fn where_answers_of_many_rows_break_off_the_next_look_asks_for_few_at_once() {
    test(async |here| {
        know_who_is_there(&here).await;
        here.workday_fails("Get_Candidates", "reset").await;
        here.take(&here.connection_poll()).await;
        let standing = here.connection().await.standing.stage;
        assert!(standing.page > 0 && standing.page < 100, "{standing:?}");
        here.workday_recovers().await;
        here.clock.advance(Duration::from_mins(6));
        here.take(&here.connection_poll()).await;
        let standing = here.connection().await.standing.stage;
        assert!(standing.is_whole() && standing.page < 200, "{standing:?}");
    });
}

#[test]
fn whoever_workday_does_not_know_any_more_is_asked_about_once_a_day_and_not_at_every_poll() {
    test(async |here| {
        know_who_is_there(&here).await;
        here.change_records(|records| {
            let applications = records["applications"].as_array_mut().unwrap();
            applications.retain(|application| application["id"] != THERE[0]);
        })
        .await;
        here.take(&here.connection_poll()).await;
        assert_eq!(here.hinted_applications().await, [THERE[0]], "gone from the stage");
        // What came of the hint: Workday shows no such application.
        let (workspace, connection) = (here.id(), here.connection_id());
        let subject = here.subject(THERE[0]);
        let of = (&subject.requisition, &subject.application);
        here.store
            .note_unknown((&workspace, &connection), of, here.clock.now())
            .await
            .unwrap();
        here.clock.advance(Duration::from_hours(1));
        here.take(&here.connection_poll()).await;
        assert!(here.hinted_applications().await.is_empty());
        here.clock.advance(Duration::from_hours(24));
        here.take(&here.connection_poll()).await;
        assert_eq!(here.hinted_applications().await, [THERE[0]]);
    });
}
