//! How a screening ends when the candidate does not finish it, and what HeyMilo says of one that ended.

use super::fixture::{Flow, is, is_written, list, orders};
use super::time::in_time;
use domain::order::Action;
use domain::{OrderId, WorkspaceId};
use serde_json::json;
use std::time::Duration;

const DANA: &str = "JOB_APPLICATION-3-1";
const HOUR: Duration = Duration::from_hours(1);

async fn invited(flow: &Flow) {
    flow.move_to(DANA, "ASSESSMENT", true).await;
    flow.submit_assess(DANA).await;
    flow.until_invited(DANA).await;
}

/// Waits until the order is in this state and Workday shows this status with these words.
async fn until_workday_shows(flow: &Flow, state: &str, status: &str, words: &str) {
    let is_so = |found: &serde_json::Value| is(found, DANA, state) && is_written(found, DANA);
    flow.settle_within(4 * HOUR, is_so, state).await;
    let assessments = flow.assessments(DANA).await;
    let last = assessments.last().unwrap();
    assert_eq!(last["status"], status);
    assert!(last["comment"].as_str().unwrap().contains(words), "{last:#}");
}

async fn reports(flow: &Flow) -> usize {
    let state = flow.state().await;
    let candidate = orders(&state, DANA)[0]["candidate"].as_str().unwrap();
    flow.attachments(candidate).await.len()
}

#[test]
fn whoever_does_not_finish_before_the_agents_deadline_expires_an_hour_after_it_and_workday_says_so() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        invited(&flow).await;
        let deadline = flow.clock.now().plus(HOUR);
        flow.set_deadline(HOUR).await;
        until_workday_shows(&flow, "expired", "HEYMILO_EXPIRED", "before its deadline").await;
        assert!(flow.clock.now() > deadline.plus(HOUR), "the grace");
        let state = flow.state().await;
        let order = orders(&state, DANA)[0];
        assert_eq!(order["reason"], "deadline_passed");
        let page = flow.console("/activity").await;
        assert!(page.contains("Expired"), "the owner reads it");
    });
}

#[test]
fn a_deadline_that_is_moved_lets_the_candidate_go_on_and_the_record_follows_back() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        invited(&flow).await;
        flow.set_deadline(HOUR).await;
        until_workday_shows(&flow, "expired", "HEYMILO_EXPIRED", "before its deadline").await;
        flow.set_deadline(HOUR).await;
        until_workday_shows(&flow, "invited", "HEYMILO_INVITED", "has invited").await;
        assert_eq!(flow.mails(), 1, "the link that the candidate holds works again");
        until_workday_shows(&flow, "expired", "HEYMILO_EXPIRED", "before its deadline").await;
        flow.set_deadline(24 * HOUR).await;
        until_workday_shows(&flow, "invited", "HEYMILO_INVITED", "has invited").await;
        flow.screen(DANA).await;
    });
}

#[test]
fn whoever_is_moved_out_of_the_stage_before_they_finish_finds_the_link_closed_and_workday_says_so_and_moving_back_invites_anew() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        invited(&flow).await;
        let first = flow.latest_link();
        assert!(flow.page(&first).await.contains("Start"));
        flow.move_to(DANA, "REVIEW", true).await;
        until_workday_shows(&flow, "expired", "HEYMILO_EXPIRED", "moved out of the Assessment stage").await;
        assert!(flow.refused(&first, 410).await.contains("This screening is closed"));
        assert!(flow.console("/activity").await.contains("left the Assessment stage before"));
        // A deadline that is moved concerns others.
        flow.set_deadline(24 * HOUR).await;
        flow.settle_down().await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        flow.settle(
            |state| orders(state, DANA).len() == 2 && is(state, DANA, "invited"),
            "a second visit is invited",
        )
        .await;
        assert_eq!(flow.mails(), 2);
        assert!(flow.page(&flow.latest_link()).await.contains("Start"), "the latest mail leads on");
        let state = flow.state().await;
        assert_eq!(orders(&state, DANA)[0]["state"], "expired");
        flow.complete(orders(&state, DANA)[1]["interview"].as_str().unwrap()).await;
        flow.until_completed(DANA).await;
        assert_eq!(reports(&flow).await, 1);
    });
}

#[test]
fn a_report_after_the_deadline_completes_the_order_after_all() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        invited(&flow).await;
        flow.set_deadline(HOUR).await;
        until_workday_shows(&flow, "expired", "HEYMILO_EXPIRED", "before its deadline").await;
        flow.screen(DANA).await;
        assert_eq!(reports(&flow).await, 1);
    });
}

#[test]
fn an_interview_that_was_removed_in_heymilo_ends_and_a_recruiter_may_ask_again() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        invited(&flow).await;
        flow.remove_interview(DANA).await;
        until_workday_shows(&flow, "expired", "HEYMILO_EXPIRED", "removed in HeyMilo").await;
        flow.submit_assess(DANA).await;
        let is_new =
            |state: &serde_json::Value| orders(state, DANA)[0]["attempt"] == 2 && is(state, DANA, "invited") && is_written(state, DANA);
        flow.settle(is_new, "a second attempt is invited").await;
        assert_eq!(flow.mails(), 2);
    });
}

#[test]
fn what_recruiters_decide_in_heymilo_after_the_report_reaches_workday_though_no_event_tells() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        invited(&flow).await;
        flow.screen(DANA).await;
        let state = flow.state().await;
        let interview = orders(&state, DANA)[0]["interview"].as_str().unwrap().to_owned();
        let status = flow.heymilo(&format!("/__stand-in/interviews/{interview}/status"));
        // Taken back, too.
        for outcome in ["shortlisted", "dismissed", "shortlisted"] {
            flow.post(&status, &json!({ "status": outcome })).await;
            let is_so = |state: &serde_json::Value| orders(state, DANA)[0]["outcome"] == outcome && is_written(state, DANA);
            flow.settle_within(2 * HOUR, is_so, outcome).await;
            let assessments = flow.assessments(DANA).await;
            let comment = assessments.last().unwrap()["comment"].as_str().unwrap().to_owned();
            assert!(comment.contains(outcome), "{comment}");
        }
        assert_eq!(reports(&flow).await, 1, "an outcome is no new report");
    });
}

#[test]
fn an_earlier_visits_order_is_not_invited_beside_the_one_of_now() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        invited(&flow).await;
        flow.remove_interview(DANA).await;
        until_workday_shows(&flow, "expired", "HEYMILO_EXPIRED", "removed in HeyMilo").await;
        flow.move_to(DANA, "REVIEW", true).await;
        flow.settle(
            |state| list(&state["applications"]).any(|row| row["application"] == DANA && row["in_stage"] == false),
            "Dana has left",
        )
        .await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        flow.settle(|state| orders(state, DANA).len() == 2, "a second visit").await;
        let state = flow.state().await;
        let first = OrderId::new(orders(&state, DANA)[0]["order"].as_str().unwrap()).unwrap();
        let workspace = WorkspaceId::new("acme").unwrap();
        let invited = flow.product.admin().act(&workspace, &first, Action::Invite, "owner").await;
        assert!(invited.is_err());
        assert_eq!(flow.mails(), 1);
    });
}
