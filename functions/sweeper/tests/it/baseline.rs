//! Who is in the stage when a requisition is linked is recorded and not invited; who comes later counts.

use crate::fixture::{Fixture, test};
use domain::order::{Entrance, Written};
use domain::{JobRequisitionId, Moment, Order, Work};
use serde_json::json;
use std::time::Duration;
use surroundings::{APPLICATION, REQUISITION};

/// In the stage from the start.
const THERE: [&str; 2] = ["JOB_APPLICATION-3-7", "JOB_APPLICATION-3-8"];

/// The requisition is linked anew, a minute after the start.
async fn link_anew(here: &Fixture) {
    here.unlink().await;
    here.clock.advance(Duration::from_mins(1));
    here.link(REQUISITION, None).await;
}

async fn taken_at(here: &Fixture) -> Option<Moment> {
    here.mapping(REQUISITION).await.unwrap().standing.baseline_at
}

async fn reason(here: &Fixture, application: &str) -> Option<&'static str> {
    here.order(application).await.and_then(|order| order.state.reason())
}

#[test]
fn who_was_there_is_skipped_visibly_and_who_came_after_the_link_is_left_to_the_poll() {
    test(async |here| {
        link_anew(&here).await;
        here.clock.advance(Duration::from_mins(1));
        here.move_to_assessment(APPLICATION, true).await;
        here.take(&here.baseline()).await;
        for application in THERE {
            assert_eq!(reason(&here, application).await, Some("before_link"));
            let visits = here.row(application).await.unwrap().visits;
            assert_eq!((visits.visit, visits.in_stage), (1, true));
        }
        assert_eq!((here.order(APPLICATION).await, here.row(APPLICATION).await), (None, None));
        assert!(taken_at(&here).await.is_some());
        assert!(here.announced("OrderQueue").await.is_empty(), "nobody is invited by a link");

        here.take(&here.connection_poll()).await;
        assert_eq!(here.hinted_applications().await, [APPLICATION]);
    });
}

#[test]
fn a_baseline_that_is_taken_already_or_whose_link_is_gone_ends_without_a_call() {
    test(async |here| {
        here.take(&here.baseline()).await;
        here.unlink().await;
        here.take(&here.baseline()).await;
        assert_eq!((here.due(&here.baseline()).await, here.workday_calls().await.len()), (None, 0));
        assert_eq!(here.order(THERE[0]).await, None);
    });
}

#[test]
fn an_order_that_stands_already_stays_and_one_refused_for_the_missing_link_is_skipped() {
    test(async |here| {
        here.confirmed(THERE[0], None).await;
        let unlinked = Entrance {
            posting: None,
            withdrawn: false,
            screened_before: false,
            moved_long_ago: false,
        };
        let refused = Order::begin(here.subject(THERE[1]), 1, unlinked, None, here.clock.now());
        let row = here.lock_row(THERE[1], 1);
        here.store.save_change(refused, Some(&row)).await.unwrap();
        link_anew(&here).await;
        here.take(&here.baseline()).await;
        assert_eq!(here.order(THERE[0]).await.unwrap().state.name(), "confirmed");
        assert_eq!(reason(&here, THERE[1]).await, Some("before_link"));
    });
}

#[test]
fn whoever_was_screened_before_and_came_back_is_skipped_and_a_send_status_where_we_wrote_is_a_recruiters() {
    test(async |here| {
        let invited = here.confirmed(THERE[0], None).await.invite(here.clock.now()).order;
        let written = Written {
            attempt: invited.attempt,
            event: Some("e1".into()),
            at: Some(here.clock.now()),
            ..Written::default()
        };
        let mut row = here.row(THERE[0]).await.unwrap_or_else(|| here.lock_row(THERE[0], 1));
        row.visits.in_stage = false;
        let wrote = invited.wrote(written, false, here.clock.now());
        here.store.save_change(wrote, Some(&row)).await.unwrap();

        link_anew(&here).await;
        here.take(&here.baseline()).await;
        let visits = here.row(THERE[0]).await.unwrap().visits;
        assert_eq!((visits.visit, visits.in_stage), (2, true));
        assert!(visits.answered["e1"].written, "{visits:?}");
    });
}

#[test]
fn a_baseline_that_workday_does_not_answer_is_taken_later_and_nothing_counts_until_then() {
    test(async |here| {
        link_anew(&here).await;
        here.workday_fails("Get_Candidates", "http503").await;
        here.take(&here.baseline()).await;
        assert_eq!((taken_at(&here).await, here.order(THERE[0]).await), (None, None));
        here.clock.advance(here.due_in(&here.baseline()).await);
        here.workday_recovers().await;
        here.take(&here.baseline()).await;
        assert!(taken_at(&here).await.is_some());
    });
}

#[test]
fn a_baseline_survives_that_a_person_disconnects_meanwhile() {
    test(async |here| {
        link_anew(&here).await;
        here.disconnect().await;
        here.take(&here.baseline()).await;
        assert_eq!(
            (here.due_in(&here.baseline()).await, taken_at(&here).await),
            (Duration::from_hours(1), None)
        );
    });
}

#[test]
fn a_tenant_whose_requisition_filter_finds_nobody_is_read_by_date() {
    for filter in ["empty", "fault"] {
        test(async |here| {
            here.tell_workday("settings", json!({ "requisition_filter": filter })).await;
            link_anew(&here).await;
            here.take(&here.baseline()).await;
            assert_eq!(reason(&here, THERE[0]).await, Some("before_link"), "{filter}");
        });
    }
}

#[test]
fn a_baseline_of_a_requisition_that_workday_does_not_know_says_so_and_is_taken_once_it_is_there() {
    test(async |here| {
        const GONE: &str = "R99999";
        here.link(GONE, None).await;
        let baseline = Work::Baseline {
            connection: here.connection_id(),
            requisition: JobRequisitionId::new(GONE).unwrap(),
        };
        here.take(&baseline).await;
        let standing = async || here.mapping(GONE).await.unwrap().standing;
        let since = standing().await.lost.map(|lost| lost.since);
        assert!(since.is_some());
        assert_eq!(here.due_in(&baseline).await, Duration::from_hours(1));
        here.clock.advance(Duration::from_hours(1));
        here.take(&baseline).await;
        assert_eq!(standing().await.lost.map(|lost| lost.since), since, "it lasts");

        here.change_records(|records| {
            let requisitions = records["requisitions"].as_array_mut().unwrap();
            let mut there = requisitions.iter().find(|one| one["id"] == REQUISITION).unwrap().clone();
            there["id"] = json!(GONE);
            there["wid"] = json!("9".repeat(32));
            requisitions.push(there);
        })
        .await;
        here.clock.advance(Duration::from_hours(1));
        here.take(&baseline).await;
        let standing = standing().await;
        assert!(standing.baseline_at.is_some() && standing.lost.is_none(), "{standing:?}");
    });
}

#[test]
fn a_full_stage_is_recorded_in_runs_that_each_end_in_time_and_burn_no_receive() {
    test(async |here| {
        let crowd = json!({ "requisition": REQUISITION, "candidates": 230, "stage": "ASSESSMENT" });
        here.tell_workday("seed", crowd).await;
        link_anew(&here).await;
        let began = here.clock.now();
        here.take(&here.baseline()).await;
        assert!(
            here.clock.now().since(began) < Duration::from_mins(3),
            "{:?}",
            here.clock.now().since(began)
        );
        assert_eq!(taken_at(&here).await, None, "not all of them yet");
        here.clock.advance(here.due_in(&here.baseline()).await);
        here.take(&here.baseline()).await;
        assert!(taken_at(&here).await.is_some());
        let recorded = here.store.recent_orders(&here.id(), 1_000).await.unwrap();
        assert!(
            recorded.len() >= 230 && recorded.iter().all(|order| order.state.name() == "skipped"),
            "{}",
            recorded.len()
        );
    });
}

#[test]
fn a_baseline_waits_for_the_permission_to_read_assess_events_and_is_taken_once_it_is_given() {
    test(async |here| {
        link_anew(&here).await;
        here.workday_fails("Get_Assess_Candidate", "not_authorized").await;
        here.take(&here.baseline()).await;
        assert_eq!(
            (here.due_in(&here.baseline()).await, taken_at(&here).await),
            (Duration::from_mins(15), None)
        );
        here.workday_recovers().await;
        here.take(&here.baseline()).await;
        assert!(taken_at(&here).await.is_some());
    });
}

#[test]
fn a_baseline_by_date_that_fails_every_third_page_goes_on_where_it_was_and_reads_no_page_twice() {
    test(async |here| {
        here.tell_workday("settings", json!({ "requisition_filter": "fault" })).await;
        let crowd = json!({ "requisition": "R00002", "candidates": 900, "stage": "REVIEW" });
        here.tell_workday("seed", crowd).await;
        link_anew(&here).await;
        let mut runs = 0;
        while taken_at(&here).await.is_none() {
            let after = if runs == 0 { 5 } else { 2 };
            let broken = json!([{ "operation": "Get_Candidates", "times": 1, "after": after, "kind": "http503" }]);
            here.tell_workday("faults", broken).await;
            here.take(&here.baseline()).await;
            here.clock.advance(Duration::from_mins(1));
            runs += 1;
            assert!(runs < 12, "{:?}", here.mapping(REQUISITION).await.unwrap().standing);
        }
        let calls = here.workday_calls().await;
        let reads = calls.iter().filter(|called| *called == "Get_Candidates").count();
        // Five pages, a failure a run, and three that find out that the filter is broken.
        assert!(reads <= 5 + runs + 3, "{reads} reads in {runs} runs");
        assert_eq!(reason(&here, THERE[0]).await, Some("before_link"));
    });
}
