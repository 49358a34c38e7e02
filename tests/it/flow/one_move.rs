//! One move is one order, whichever way it is seen first: what a recruiter's send status means, state by state.

use super::fixture::{Flow, is, is_written, list, orders};
use super::time::in_time;
use serde_json::json;

const DANA: &str = "JOB_APPLICATION-3-1";
/// In the stage before the requisition was linked.
const EARLIER: &str = "JOB_APPLICATION-3-7";
const UNLINKED: &str = "JOB_APPLICATION-3-12";

/// The one order of an application, with its attempt, and how many were mailed and ingested in all.
async fn one_order(flow: &Flow, application: &str, attempt: u32, mails: usize) {
    let state = flow.settle_down().await;
    let orders = orders(&state, application);
    assert_eq!(
        (orders.len(), &orders[0]["attempt"], flow.mails()),
        (1, &json!(attempt), mails),
        "{orders:#?}"
    );
    assert_eq!(flow.calls("heymilo", "ingestCandidate").await, mails);
}

#[test]
fn the_assess_submit_that_follows_an_invited_bare_move_is_the_same_order() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        flow.until_invited(DANA).await;
        flow.submit_assess(DANA).await;
        flow.settle(
            |state| !is_written(state, DANA) || !orders(state, DANA)[0]["assess_event"].is_null(),
            "the submit is seen",
        )
        .await;
        flow.until_invited(DANA).await;
        one_order(&flow, DANA, 1, 1).await;
        let [assessment] = flow.assessments(DANA).await.try_into().unwrap();
        assert_eq!(
            assessment["status"], "HEYMILO_INVITED",
            "the recruiter's submit is answered on its event"
        );
        flow.screen(DANA).await;
        one_order(&flow, DANA, 1, 1).await;
    });
}

#[test]
fn a_further_send_status_after_the_answer_is_a_new_attempt() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        flow.until_invited(DANA).await;
        flow.submit_assess(DANA).await;
        flow.settle(|state| !orders(state, DANA)[0]["assess_event"].is_null(), "the submit joins")
            .await;
        flow.until_invited(DANA).await;
        flow.submit_assess(DANA).await;
        flow.settle(
            |state| orders(state, DANA)[0]["attempt"] == 2 && is(state, DANA, "invited") && is_written(state, DANA),
            "the second submit is a new attempt",
        )
        .await;
        one_order(&flow, DANA, 2, 2).await;
    });
}

#[test]
fn an_assess_submit_after_completion_gets_the_result_and_nobody_is_invited_again() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        flow.until_invited(DANA).await;
        flow.screen(DANA).await;
        let body = json!({ "application": DANA, "status": "HEYMILO_SEND_INVITE", "test": "HEYMILO_AI_SCREEN", "by": "recruiter", "new_event": true });
        flow.post(&flow.workday("/__stand-in/assess"), &body).await;
        flow.settle(
            |state| !orders(state, DANA)[0]["assess_event"].is_null() && is_written(state, DANA),
            "the late submit is answered",
        )
        .await;
        one_order(&flow, DANA, 1, 1).await;
        let assessments = flow.assessments(DANA).await;
        assert_eq!(assessments.len(), 2);
        let line = list(&assessments[1]["lines"])
            .find(|line| line["test"] == "HEYMILO_AI_SCREEN")
            .unwrap();
        assert_eq!(assessments[1]["status"], "HEYMILO_COMPLETED");
        assert!(line["score"].is_string() && line["url"].is_string(), "{line}");
        assert_eq!(flow.attachments("C00001").await.len(), 1, "the report is attached once");
    });
}

#[test]
fn a_send_status_on_the_event_that_holds_our_result_is_answered_there() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        flow.until_invited(DANA).await;
        flow.screen(DANA).await;
        flow.submit_assess(DANA).await;
        let [submitted] = flow.assessments(DANA).await.try_into().unwrap();
        assert_eq!(submitted["status"], "HEYMILO_SEND_INVITE", "on the event that our own write opened");
        flow.push(&json!({ "job_application": DANA, "assess_event": submitted["event"] }))
            .await;
        flow.settle(
            |state| !orders(state, DANA)[0]["assess_event"].is_null() && is_written(state, DANA),
            "the submit is answered",
        )
        .await;
        one_order(&flow, DANA, 1, 1).await;
        let [answered] = flow.assessments(DANA).await.try_into().unwrap();
        assert_eq!(answered["status"], "HEYMILO_COMPLETED");
        assert_eq!(flow.attachments("C00001").await.len(), 1);
    });
}

#[test]
fn a_send_status_after_the_link_orders_for_whoever_was_in_the_stage_before_it() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        let state = flow
            .settle(|state| is(state, EARLIER, "skipped"), "recorded as before the link")
            .await;
        assert_eq!(orders(&state, EARLIER)[0]["reason"], "before_link");
        flow.submit_assess(EARLIER).await;
        flow.until_invited(EARLIER).await;
        one_order(&flow, EARLIER, 1, 1).await;
    });
}

#[test]
fn an_event_of_another_vendor_alone_keeps_its_status_and_comment() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        let body = json!({ "application": DANA, "status": "OTHER_VENDOR_SEND_INVITE", "test": "OTHER_VENDOR_TEST", "by": "recruiter" });
        flow.post(&flow.workday("/__stand-in/assess"), &body).await;
        let before = flow.assessments(DANA).await;
        flow.until_invited(DANA).await;
        assert_eq!(flow.assessments(DANA).await, before, "after the invitation");
        let state = flow.screen(DANA).await;
        assert_eq!(flow.assessments(DANA).await, before, "after the result");
        assert_eq!(orders(&state, DANA)[0]["limited_write_back"], true);
        let files = flow.attachments("C00001").await;
        assert!(
            files.len() == 1 && files[0]["comment"].as_str().unwrap().contains("score"),
            "{files:?}"
        );
    });
}

#[test]
fn on_an_event_shared_with_another_vendor_ours_stands_on_our_line_alone() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        flow.submit_assess(DANA).await;
        let other = json!({ "application": DANA, "test": "OTHER_VENDOR_TEST", "status": "OTHER_VENDOR_PASSED", "score": "61", "comment": "theirs" });
        flow.post(&flow.workday("/__stand-in/result"), &other).await;
        // Their result set the overall status: the recruiter submits ours on the same event once more.
        flow.submit_assess(DANA).await;
        flow.until_invited(DANA).await;
        flow.post(&flow.workday("/__stand-in/result"), &other).await;
        flow.screen(DANA).await;
        let [assessment] = flow.assessments(DANA).await.try_into().unwrap();
        let ours = list(&assessment["lines"]).find(|line| line["test"] == "HEYMILO_AI_SCREEN").unwrap();
        assert_eq!((&ours["status"], ours["url"].is_string()), (&json!("HEYMILO_COMPLETED"), true));
        assert_eq!(
            (&assessment["status"], &assessment["comment"]),
            (&json!("OTHER_VENDOR_PASSED"), &json!(null)),
            "the overall status and comment stay as they were read"
        );
    });
}

#[test]
fn a_bare_move_on_a_requisition_without_a_link_is_nobodys_business() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(UNLINKED, "ASSESSMENT", true).await;
        let body = json!({ "application": UNLINKED, "status": "OTHER_VENDOR_SEND_INVITE", "test": "OTHER_VENDOR_TEST", "by": "recruiter" });
        flow.post(&flow.workday("/__stand-in/assess"), &body).await;
        let before = flow.assessments(UNLINKED).await;
        let push = json!({ "Assessment_ID": before[0]["id"], "Job_Application_ID": UNLINKED });
        assert_eq!(flow.push(&push).await, 202);
        let state = flow.settle_down().await;
        assert!(orders(&state, UNLINKED).is_empty(), "{:#?}", orders(&state, UNLINKED));
        assert_eq!(flow.assessments(UNLINKED).await, before);
    });
}
