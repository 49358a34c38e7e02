//! A tenant that cannot be asked for the people of a requisition: nobody is forgotten there, and it is not read whole.

use crate::fixture::{Fixture, test};
use domain::part::{Part, PartStanding};
use serde_json::{Value, json};
use std::time::Duration;
use store::connection::ConnectionNote;
use surroundings::{APPLICATION, REQUISITION, START};

/// In the stage of the linked requisition from the start.
const THERE: [&str; 2] = ["JOB_APPLICATION-3-7", "JOB_APPLICATION-3-8"];
const POLL: Duration = Duration::from_mins(5);

/// The tenant answers the requisition filter with nobody. So many applied for other requisitions, and are listed first;
/// nobody was changed of late.
async fn unfiltered(here: &Fixture, others: usize) {
    here.tell_workday("settings", json!({ "requisition_filter": "empty" })).await;
    let long_ago = START.minus(Duration::from_hours(24)).to_rfc3339();
    here.change_records(|records| {
        let applied = records["applications"].as_array().unwrap();
        let application = applied.iter().find(|one| one["id"] == APPLICATION).unwrap().clone();
        let mut crowd = Vec::new();
        for number in 0..others {
            let mut another = application.clone();
            another["id"] = json!(format!("JOB_APPLICATION-9-{number}"));
            another["candidate"] = json!(format!("C9{number:05}"));
            another["requisition"] = json!("R00002");
            crowd.push(another);
        }
        let candidates = records["candidates"].as_array_mut().unwrap();
        let person = candidates.iter().find(|one| one["id"] == application["candidate"]).unwrap().clone();
        let ours = std::mem::take(candidates);
        candidates.extend(crowd.iter().map(|applied| {
            let mut another = person.clone();
            another["id"] = applied["candidate"].clone();
            another
        }));
        candidates.extend(ours);
        for candidate in candidates {
            candidate["updated"] = json!(long_ago);
        }
        records["applications"].as_array_mut().unwrap().extend(crowd);
    })
    .await;
}

/// Somebody in the stage is known, so that the filter proves broken at the first poll; and pages are small and slow,
/// so that reading everybody takes several polls.
async fn broken_and_large(here: &Fixture) {
    unfiltered(here, 500).await;
    for application in THERE {
        here.store.save_application(&here.lock_row(application, 1)).await.unwrap();
    }
    let small = PartStanding::default().with_page(20);
    let note = ConnectionNote::Looked(Part::Stage, small);
    here.store.note(&here.connection().await, note).await.unwrap();
    let slow = json!([{ "operation": "Get_Candidates", "times": 100_000, "kind": "slow", "delay_ms": 6_000 }]);
    here.tell_workday("faults", slow).await;
}

async fn reads(here: &Fixture) -> usize {
    let calls = here.workday_calls().await;
    calls.iter().filter(|called| *called == "Get_Candidates").count()
}

/// The next poll: how often candidates were asked for.
async fn poll(here: &Fixture) -> usize {
    here.clock.advance(POLL);
    let before = reads(here).await;
    here.take(&here.connection_poll()).await;
    reads(here).await - before
}

async fn filter(here: &Fixture) -> Value {
    serde_json::to_value(here.connection().await.standing.requisition_filter).unwrap()
}

/// Polls until everybody was read once more.
async fn read_everybody(here: &Fixture) {
    let before = filter(here).await["everybody_at"].clone();
    for _ in 0..12 {
        poll(here).await;
        if filter(here).await["everybody_at"] != before {
            return;
        }
    }
    panic!("{:?}", here.connection().await.standing.stage);
}

async fn is_hinted(here: &Fixture, application: &str) -> bool {
    here.hinted_applications().await.iter().any(|hinted| hinted == application)
}

#[test]
fn a_broken_filter_that_works_again_is_used_within_an_hour_though_everybody_takes_several_polls_to_read() {
    test(async |here| {
        broken_and_large(&here).await;
        poll(&here).await;
        assert_eq!(filter(&here).await["state"], "broken");
        assert!(!here.connection().await.standing.stage.is_whole(), "it takes several polls");

        here.tell_workday("settings", json!({ "requisition_filter": "works" })).await;
        let mut polls = 0;
        while filter(&here).await["state"] == "broken" {
            poll(&here).await;
            polls += 1;
            assert!(polls <= 13, "{}", filter(&here).await);
        }
        assert_eq!(poll(&here).await, 1, "by requisition from then on");
    });
}

#[test]
fn a_tenant_without_the_filter_costs_a_call_a_poll_one_an_hour_and_a_reading_of_everybody_a_day() {
    test(async |here| {
        broken_and_large(&here).await;
        read_everybody(&here).await;
        let mut calls = 0;
        for _ in 0..72 {
            calls += poll(&here).await;
        }
        assert!((72..=72 + 6).contains(&calls), "{calls} calls in six hours");
        here.clock.advance(Duration::from_hours(18));
        poll(&here).await;
        assert!(!here.connection().await.standing.stage.is_whole());
        read_everybody(&here).await;
        assert!(poll(&here).await <= 2, "everybody was read");
    });
}

#[test]
fn who_applied_long_ago_and_is_moved_today_is_seen_by_the_next_poll_of_a_tenant_without_the_filter_and_so_is_who_leaves() {
    test(async |here| {
        broken_and_large(&here).await;
        poll(&here).await;
        here.hinted_applications().await;
        // In the middle of reading everybody.
        here.move_to_assessment(APPLICATION, true).await;
        poll(&here).await;
        assert!(is_hinted(&here, APPLICATION).await);

        for _ in 0..3 {
            poll(&here).await;
        }
        here.hinted_applications().await;
        let gone = json!({ "application": THERE[0], "stage": "INTERVIEW" });
        here.tell_workday("move", gone).await;
        assert_eq!(poll(&here).await, 1, "what changed, and no more");
        assert!(is_hinted(&here, THERE[0]).await);
    });
}

#[test]
fn where_workday_does_not_say_who_changed_everybody_is_read_in_parts_and_nobody_is_forgotten() {
    test(async |here| {
        broken_and_large(&here).await;
        here.tell_workday("settings", json!({ "transaction_log": "fault" })).await;
        read_everybody(&here).await;
        here.hinted_applications().await;
        here.move_to_assessment(APPLICATION, true).await;
        let pages = poll(&here).await;
        assert!(pages < 30, "{pages}: a part");
        read_everybody(&here).await;
        assert!(is_hinted(&here, APPLICATION).await);
    });
}

#[test]
fn while_it_is_not_known_whether_the_filter_works_whoever_is_moved_is_seen_within_an_hour() {
    test(async |here| {
        unfiltered(&here, 1_300).await;
        assert!(poll(&here).await <= 9, "a try has its share");
        assert_eq!(filter(&here).await["state"], "unknown");
        here.move_to_assessment(APPLICATION, true).await;
        for _ in 0..12 {
            poll(&here).await;
        }
        assert_eq!(filter(&here).await["state"], "broken");
        assert!(is_hinted(&here, APPLICATION).await);
    });
}

#[test]
fn where_workday_does_not_say_who_changed_a_filter_that_finds_nobody_is_found_out_a_thousand_applicants_an_hour() {
    test(async |here| {
        // So thirty thousand take thirty hours.
        unfiltered(&here, 2_100).await;
        here.tell_workday("settings", json!({ "transaction_log": "fault" })).await;
        let mut polls = Vec::new();
        while filter(&here).await["state"] != "broken" {
            polls.push(poll(&here).await);
            assert!(polls.len() <= 25, "{}", filter(&here).await);
        }
        polls.pop();
        let calls: usize = polls.iter().sum();
        assert!(calls <= polls.len() + 2 * 7, "one a poll, and a try an hour: {polls:?}");
        assert!(here.mapping(REQUISITION).await.is_some_and(|link| link.standing.lost.is_none()));
    });
}
