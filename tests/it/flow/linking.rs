//! A link and its baseline: who was in the stage before is recorded and not invited, whatever people do meanwhile.

use super::fixture::{Flow, is, list, mapping, orders};
use super::time::in_time;
use domain::{ConnectionId, JobRequisitionId, WorkspaceId};
use serde_json::{Value, json};
use std::time::Duration;

/// In Assessment from the start; one in Review.
const BEFORE: &str = "JOB_APPLICATION-3-7";
const ALSO_BEFORE: &str = "JOB_APPLICATION-3-8";
const IN_REVIEW: &str = "JOB_APPLICATION-3-1";

fn workspace() -> WorkspaceId {
    WorkspaceId::new("acme").unwrap()
}

fn connection() -> ConnectionId {
    ConnectionId::new(local::demo::CONNECTION).unwrap()
}

impl Flow {
    /// Workday answers the baseline's read this much later.
    async fn slow_baseline(&self, milliseconds: u64) {
        let slow = json!([{ "operation": "Get_Candidates", "times": 1, "kind": "slow", "delay_ms": milliseconds }]);
        self.fault("workday", &slow).await;
    }

    /// Connects while Workday does not answer the baseline's first try; the next one is due a second later.
    async fn connect_with_a_baseline_that_fails_once(&self) {
        let unavailable = json!([{ "operation": "Get_Candidates", "times": 1, "kind": "http503", "retry_after": 1 }]);
        self.fault("workday", &unavailable).await;
        self.connect(|_| {}).await;
        while self.calls("workday", "Get_Candidates").await == 0 {
            self.clock.sleep(Duration::from_millis(20)).await;
        }
    }

    async fn unlink(&self) {
        let requisition = JobRequisitionId::new("R00001").unwrap();
        let admin = self.product.admin();
        admin.unlink(&workspace(), &connection(), &requisition, None).await.unwrap();
    }
}

fn baselines(state: &Value) -> usize {
    list(&state["due"]).filter(|due| due["due_work"]["kind"] == "baseline").count()
}

#[test]
fn unlinking_during_a_baseline_leaves_nothing_behind() {
    in_time(async |time| {
        let flow = Flow::unconnected(time).await;
        flow.slow_baseline(1_500).await;
        flow.connect(|_| {}).await;
        flow.clock.sleep(Duration::from_millis(300)).await;
        flow.unlink().await;
        let state = flow.settle_down().await;
        assert_eq!(state["mappings"], json!([]));
        assert_eq!((state["orders"].clone(), baselines(&state)), (json!([]), 0));
    });
}

#[test]
fn a_baseline_that_finishes_never_undoes_a_correction_of_the_link() {
    in_time(async |time| {
        let flow = Flow::unconnected(time).await;
        let another = json!({ "keep": true, "postings": [{ "id": "2F4C81D0", "title": "Night shift", "deadline_days": 30.0 }] });
        flow.post(&flow.heymilo("/__stand-in/seed"), &another).await;
        flow.slow_baseline(6_000).await;
        flow.connect(|_| {}).await;
        flow.connect(|setup| setup["mappings"][0]["posting"] = json!("2F4C81D0")).await;
        assert!(
            mapping(&flow.state().await)["baseline_at"].is_null(),
            "the first baseline is still under way"
        );
        let state = flow
            .settle(
                |state| mapping(state)["baseline_at"].is_i64(),
                "the corrected link's baseline is taken",
            )
            .await;
        assert_eq!(mapping(&state)["posting"], "2F4C81D0");
        for application in [BEFORE, ALSO_BEFORE] {
            assert!(is(&state, application, "skipped"));
        }
    });
}

#[test]
fn a_baseline_under_way_survives_disconnect_and_reconnect() {
    in_time(async |time| {
        let flow = Flow::unconnected(time).await;
        flow.connect_with_a_baseline_that_fails_once().await;
        flow.product.admin().disconnect(&workspace(), &connection()).await.unwrap();
        flow.clock.sleep(Duration::from_millis(1_100)).await;
        let state = flow.settle_down().await;
        assert!(mapping(&state)["baseline_at"].is_null());
        flow.connect(|setup| setup["mappings"] = json!([])).await;
        let state = flow
            .settle(
                |state| mapping(state)["baseline_at"].is_i64(),
                "the baseline is taken after the reconnect",
            )
            .await;
        assert!(is(&state, BEFORE, "skipped"));
    });
}

#[test]
fn who_came_back_to_the_stage_while_it_was_unlinked_is_recorded_and_not_invited_by_a_new_link() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(BEFORE, "REVIEW", true).await;
        let has_left = |state: &Value| list(&state["applications"]).any(|row| row["application"] == BEFORE && row["in_stage"] == false);
        flow.settle(has_left, "who was there before has left").await;
        flow.unlink().await;
        flow.move_to(BEFORE, "ASSESSMENT", true).await;
        flow.connected(|_| {}).await;
        let state = flow.settle_down().await;
        assert!(is(&state, BEFORE, "skipped"), "{:#?}", orders(&state, BEFORE));
        assert_eq!(flow.mails(), 0);
    });
}

#[test]
fn who_enters_the_stage_after_the_link_is_invited_however_late_the_baseline_is() {
    in_time(async |time| {
        let flow = Flow::unconnected(time).await;
        flow.connect_with_a_baseline_that_fails_once().await;
        flow.move_to(IN_REVIEW, "ASSESSMENT", true).await;
        let state = flow
            .settle(|state| is(state, IN_REVIEW, "invited"), "who came after the link is invited")
            .await;
        for application in [BEFORE, ALSO_BEFORE] {
            assert!(is(&state, application, "skipped"));
        }
        assert_eq!(flow.mails(), 1);
    });
}

#[test]
fn a_send_status_that_stood_before_the_link_is_no_order_and_one_set_after_it_is() {
    in_time(async |time| {
        let flow = Flow::unconnected(time).await;
        flow.submit_assess(BEFORE).await;
        flow.connected(|_| {}).await;
        let polled = |state: &Value| list(&state["connections"]).all(|connection| connection["polled_at"].is_i64());
        flow.settle(polled, "the events of the last day are read").await;
        let state = flow.settle_down().await;
        assert!(is(&state, BEFORE, "skipped"), "{:#?}", orders(&state, BEFORE));
        assert_eq!(flow.mails(), 0);
        flow.submit_assess(ALSO_BEFORE).await;
        flow.settle(|state| is(state, ALSO_BEFORE, "invited"), "a recruiter's later choice counts")
            .await;
        assert!(is(&flow.settle_down().await, BEFORE, "skipped"));
        assert_eq!(flow.mails(), 1);
    });
}

#[test]
fn whoever_was_moved_more_than_a_week_before_a_reconnect_is_for_a_person_to_decide_and_nobody_else() {
    in_time(async |time| {
        const LONG_AGO: &str = "JOB_APPLICATION-3-1";
        const LATELY: &str = "JOB_APPLICATION-3-2";
        let flow = Flow::start(time).await;
        flow.product.admin().disconnect(&workspace(), &connection()).await.unwrap();
        flow.move_to(LONG_AGO, "ASSESSMENT", true).await;
        flow.clock.sleep(Duration::from_hours(24 * 8)).await;
        flow.move_to(LATELY, "ASSESSMENT", true).await;
        flow.connect(|setup| setup["mappings"] = json!([])).await;
        flow.settle(
            |state| is(state, LATELY, "invited") && is(state, LONG_AGO, "needs_review"),
            "one is invited and one is for a person",
        )
        .await;
        let state = flow.state().await;
        assert_eq!(orders(&state, LONG_AGO)[0]["reason"], "moved_long_ago");
        assert_eq!(flow.mails(), 1);
        // The recruiter's own send status is the decision.
        flow.submit_assess(LONG_AGO).await;
        flow.until_invited(LONG_AGO).await;
        assert_eq!(flow.mails(), 2);
    });
}
