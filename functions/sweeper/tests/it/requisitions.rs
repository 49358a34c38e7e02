//! The index that the picker searches is what Workday lists, and no more.

use crate::fixture::{Fixture, test};
use domain::Moment;
use domain::part::{Obstacle, Part, PartStanding, Problem};
use serde_json::json;
use std::time::Duration;
use store::connection::ConnectionNote;
use store::requisition::RequisitionEntry;

async fn indexed(here: &Fixture) -> Vec<RequisitionEntry> {
    here.store.requisitions(&here.id(), &here.connection_id()).await.unwrap()
}

#[test]
fn every_open_requisition_is_in_the_index_with_its_kind_and_closed_ones_are_not() {
    test(async |here| {
        here.take(&here.index()).await;
        let found = indexed(&here).await;
        let number = |number: &str| found.iter().find(|entry| entry.number == number);
        let job = number("R00001").unwrap();
        assert_eq!(
            (job.title.as_str(), job.evergreen, job.confidential),
            ("Warehouse Associate", false, false)
        );
        assert!(number("R90001").unwrap().evergreen && number("R00008").unwrap().confidential);
        assert!(number("R00012").is_none(), "closed");
        assert_eq!((found.len(), here.due_in(&here.index()).await), (12, Duration::from_hours(1)));
    });
}

#[test]
fn what_workday_lists_no_more_leaves_the_index() {
    test(async |here| {
        here.take(&here.index()).await;
        here.change_records(|records| {
            let mut requisitions = records["requisitions"].as_array_mut().unwrap().iter_mut();
            requisitions.find(|requisition| requisition["id"] == "R00002").unwrap()["status"] = json!("Closed");
        })
        .await;
        here.clock.advance(Duration::from_hours(6));
        here.take(&here.index()).await;
        assert!(!indexed(&here).await.iter().any(|entry| entry.number == "R00002"));
        assert_eq!(indexed(&here).await.len(), 11);
    });
}

#[test]
fn as_of_when_evergreen_requisitions_were_read_is_kept_apart_from_what_changed_since_among_the_others() {
    test(async |here| {
        let read = async || serde_json::to_value(here.connection().await.standing).unwrap()["evergreen_read_at"].as_i64();
        here.take(&here.index()).await;
        let first = read().await;
        assert!(first.is_some());
        here.clock.advance(Duration::from_hours(1));
        here.take(&here.index()).await;
        assert!(here.connection().await.standing.requisition_index.succeeded_at > first.map(Moment));
        assert_eq!(read().await, first, "what changed says nothing of them");
    });
}

#[test]
fn where_evergreen_requisitions_may_not_be_read_the_rest_is_there_and_the_connection_says_so() {
    // Workday says either where a permission is missing.
    for kind in ["not_authorized", "auth_fault"] {
        test(async |here| {
            here.workday_fails("Get_Evergreen_Requisitions", kind).await;
            here.take(&here.index()).await;
            assert_eq!(indexed(&here).await.len(), 11, "{kind}");
            assert!(here.connection().await.standing.evergreen_refused_at.is_some());

            here.workday_recovers().await;
            here.take(&here.index()).await;
            assert_eq!(
                (indexed(&here).await.len(), here.connection().await.standing.evergreen_refused_at),
                (12, None)
            );
        });
    }
}

#[test]
fn an_index_that_workday_does_not_answer_stays_as_it_was() {
    test(async |here| {
        here.take(&here.index()).await;
        let before = indexed(&here).await;
        here.workday_fails("Get_Evergreen_Requisitions", "http503").await;
        here.take(&here.index()).await;
        assert_eq!(indexed(&here).await.len(), before.len());
        assert!(here.due_in(&here.index()).await <= Duration::from_mins(1));
    });
}

/// How often requisitions were asked for by one refresh, and how the index stands then.
async fn refresh(here: &Fixture) -> (usize, PartStanding) {
    let asked = async || {
        let calls = here.workday_calls().await;
        calls.iter().filter(|called| called.ends_with("_Requisitions")).count()
    };
    let before = asked().await;
    here.take(&here.index()).await;
    (asked().await - before, *here.connection().await.standing.requisition_index)
}

/// A requisition is another in Workday.
async fn change(here: &Fixture, number: &str, field: &str, value: &str) {
    here.change_records(|records| {
        let mut requisitions = records["requisitions"].as_array_mut().unwrap().iter_mut();
        requisitions.find(|requisition| requisition["id"] == number).unwrap()[field] = json!(value);
    })
    .await;
}

#[test]
fn a_fault_of_the_evergreen_requisitions_leaves_the_job_requisitions_current_and_is_tried_again_alone() {
    for kind in ["http503", "validation_fault", "processing_fault", "timeout"] {
        test(async |here| {
            here.take(&here.index()).await;
            change(&here, "R00002", "status", "Closed").await;
            here.workday_fails("Get_Evergreen_Requisitions", kind).await;
            here.clock.advance(Duration::from_hours(6));
            let (_, standing) = refresh(&here).await;
            assert!(standing.problem.is_some(), "{kind}");
            let numbers: Vec<String> = indexed(&here).await.into_iter().map(|entry| entry.number).collect();
            assert!(!numbers.contains(&"R00002".to_owned()), "{kind}: the closed one is gone");
            assert!(numbers.contains(&"R90001".to_owned()), "{kind}: the evergreen one stays");

            let before = here.workday_calls().await.len();
            here.clock.advance(here.due_in(&here.index()).await);
            here.take(&here.index()).await;
            let again = here.workday_calls().await.split_off(before);
            assert!(!again.contains(&"Get_Job_Requisitions".to_owned()), "{kind}: {again:?}");
            here.workday_recovers().await;
            here.clock.advance(Duration::from_hours(1));
            assert!(refresh(&here).await.1.is_whole(), "{kind}");
        });
    }
}

#[test]
fn a_refresh_that_broke_off_goes_on_at_its_page_and_loses_nothing_of_the_pages_before() {
    test(async |here| {
        here.change_records(|records| {
            let requisitions = records["requisitions"].as_array_mut().unwrap();
            let pattern = requisitions.iter().find(|one| one["id"] == "R00001").unwrap().clone();
            for number in 0..250 {
                let mut another = pattern.clone();
                another["id"] = json!(format!("R5{number:05}"));
                another["wid"] = json!(format!("{number:032x}"));
                requisitions.push(another);
            }
        })
        .await;
        here.take(&here.index()).await;
        assert_eq!(indexed(&here).await.len(), 262);
        here.clock.advance(Duration::from_hours(6));
        let broken = json!([{ "operation": "Get_Job_Requisitions", "times": 1, "after": 1, "kind": "http503" }]);
        here.tell_workday("faults", broken).await;
        let (asked, standing) = refresh(&here).await;
        assert_eq!((asked, standing.cursor.map(|cursor| cursor.rows)), (2, Some(100)));
        here.workday_recovers().await;
        here.clock.advance(Duration::from_mins(20));
        let (asked, standing) = refresh(&here).await;
        assert_eq!((asked, standing.is_whole()), (3, true), "pages 2 and 3, and the evergreen ones");
        assert_eq!(indexed(&here).await.len(), 262, "nothing of page 1 is lost");
    });
}

#[test]
fn a_refresh_writes_only_what_changed() {
    test(async |here| {
        here.take(&here.index()).await;
        let before = indexed(&here).await;
        change(&here, "R00002", "title", "Changed").await;
        here.clock.advance(Duration::from_hours(6));
        here.take(&here.index()).await;
        let after = indexed(&here).await;
        let written: Vec<&str> = after
            .iter()
            .filter(|entry| !before.contains(entry))
            .map(|entry| entry.number.as_str())
            .collect();
        assert_eq!(written, ["R00002"]);
        let read = here.connection().await.standing.requisition_index.succeeded_at;
        assert!(read > before.iter().map(|entry| entry.read_at).max(), "its age is the whole list's");
    });
}

#[test]
fn hourly_what_changed_is_read_by_one_call_and_once_a_day_everything() {
    test(async |here| {
        here.take(&here.index()).await;
        let hourly = async || {
            here.clock.advance(Duration::from_hours(1));
            refresh(&here).await.0
        };
        assert_eq!(hourly().await, 1, "what changed");
        let number = |found: &[RequisitionEntry], number: &str| found.iter().find(|entry| entry.number == number).cloned();
        let updated = json!(here.clock.now().to_rfc3339());
        here.change_records(|records| {
            for requisition in records["requisitions"].as_array_mut().unwrap() {
                match requisition["id"].as_str().unwrap() {
                    "R00002" => requisition["title"] = json!("Changed"),
                    "R00003" => requisition["status"] = json!("Closed"),
                    "R00012" => requisition["status"] = json!("Open"),
                    _ => continue,
                }
                requisition["updated"] = updated.clone();
            }
        })
        .await;
        assert_eq!(hourly().await, 1);
        let found = indexed(&here).await;
        assert_eq!(number(&found, "R00002").unwrap().title, "Changed");
        assert!(number(&found, "R00003").is_none() && number(&found, "R00012").is_some());
        let mut most = 0;
        for _ in 0..24 {
            most = most.max(hourly().await);
        }
        assert_eq!(most, 2, "both lists, once a day");
    });
}

#[test]
fn a_refresh_that_a_person_asks_for_reads_everything() {
    test(async |here| {
        here.take(&here.index()).await;
        here.clock.advance(Duration::from_mins(5));
        assert_eq!(refresh(&here).await.0, 2);
    });
}

#[test]
fn where_workday_does_not_say_what_changed_everything_is_read_every_six_hours_and_nothing_is_told_as_wrong() {
    test(async |here| {
        here.take(&here.index()).await;
        here.workday_fails("Get_Job_Requisitions", "processing_fault").await;
        for _ in 0..5 {
            here.clock.advance(Duration::from_hours(1));
            let (asked, standing) = refresh(&here).await;
            assert_eq!((asked, standing.problem), (1, None));
        }
        here.workday_recovers().await;
        here.clock.advance(Duration::from_hours(1));
        assert_eq!(refresh(&here).await.0, 2);
    });
}

#[test]
fn what_the_last_reading_of_all_passed_over_is_told_until_the_next_one() {
    test(async |here| {
        here.take(&here.index()).await;
        let connection = here.connection().await;
        let passed_over = connection.standing.requisition_index.but_for(Problem {
            since: here.clock.now(),
            obstacle: Obstacle::TooLarge,
            words: "1 of Workday's entries are too large to be read and were passed over".to_owned(),
        });
        let note = ConnectionNote::Looked(Part::RequisitionIndex, passed_over);
        here.store.note(&connection, note).await.unwrap();
        here.clock.advance(Duration::from_hours(1));
        let (asked, standing) = refresh(&here).await;
        assert_eq!((asked, standing.problem.is_some()), (1, true), "it was not asked for");
        here.clock.advance(Duration::from_mins(5));
        let (asked, standing) = refresh(&here).await;
        assert_eq!((asked, standing.problem), (2, None));
    });
}
