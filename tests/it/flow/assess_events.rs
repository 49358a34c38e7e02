//! Several assess events on one application, and other vendors at work on them: one order, written to the right event,
//! and nobody else's line touched.

use super::fixture::{Flow, is, is_written, list, orders};
use super::time::in_time;
use serde_json::{Value, json};

const DANA: &str = "JOB_APPLICATION-3-1";
const OURS: &str = "HEYMILO_AI_SCREEN";
const THEIRS: &str = "OTHER_VENDOR_TEST";

/// The recruiter submits Assess, on the latest event or on a new one.
async fn submit(flow: &Flow, test: &str, new_event: bool) {
    let vendor = if test == OURS { "HEYMILO" } else { "OTHER_VENDOR" };
    let status = format!("{vendor}_SEND_INVITE");
    let body = json!({ "application": DANA, "status": status, "test": test, "by": "recruiter", "new_event": new_event });
    flow.post(&flow.workday("/__stand-in/assess"), &body).await;
}

/// The other vendor writes its result on the latest event.
async fn other_vendor_writes(flow: &Flow, score: &str) {
    let result = json!({
        "application": DANA, "test": THEIRS, "status": "OTHER_VENDOR_PASSED", "score": score,
        "comment": "Coding & <logic>", "url": "https://other-vendor.example.com/r/1",
    });
    flow.post(&flow.workday("/__stand-in/result"), &result).await;
}

fn line<'a>(assessment: &'a Value, test: &str) -> Option<&'a Value> {
    list(&assessment["lines"]).find(|line| line["test"] == test)
}

/// Nothing more happens, and what happened is one order of so many attempts with as many mails.
async fn assert_one_order(flow: &Flow, attempts: usize) {
    let state = flow.settle_down().await;
    let orders = orders(&state, DANA);
    assert_eq!((orders.len(), &orders[0]["attempt"], flow.mails()), (1, &json!(attempts), attempts));
    assert_eq!(flow.calls("heymilo", "ingestCandidate").await, attempts);
}

#[test]
fn two_events_that_order_at_once_are_one_order_written_to_the_later_one() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        submit(&flow, OURS, false).await;
        submit(&flow, OURS, true).await;
        flow.until_invited(DANA).await;
        assert_one_order(&flow, 1).await;
        flow.screen(DANA).await;
        assert_one_order(&flow, 1).await;
        let [first, second] = flow.assessments(DANA).await.try_into().unwrap();
        assert_eq!((&first["status"], &first["comment"]), (&json!("HEYMILO_SEND_INVITE"), &Value::Null));
        assert_eq!(second["status"], "HEYMILO_COMPLETED");
        assert!(line(&first, OURS).unwrap()["url"].is_null() && line(&second, OURS).unwrap()["url"].is_string());
    });
}

#[test]
fn an_event_that_orders_while_the_invitation_is_on_its_way_starts_nothing_new() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        let busy = json!({ "operation": "ingestCandidate", "times": 1000, "kind": "http429" });
        flow.fault("heymilo", &busy).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        submit(&flow, OURS, false).await;
        flow.settle(|state| is(state, DANA, "waiting"), "HeyMilo keeps the order waiting")
            .await;
        submit(&flow, OURS, true).await;
        // A poll sees the second event while the order still waits.
        flow.settle_down().await;
        flow.mend_heymilo().await;
        flow.until_invited(DANA).await;
        let state = flow.settle_down().await;
        assert_eq!(
            (orders(&state, DANA).len(), &orders(&state, DANA)[0]["attempt"], flow.mails()),
            (1, &json!(1), 1)
        );
    });
}

#[test]
fn a_new_event_after_the_record_shows_invited_is_one_more_attempt_written_there() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        submit(&flow, OURS, false).await;
        flow.until_invited(DANA).await;
        submit(&flow, OURS, true).await;
        let second_attempt =
            |state: &Value| orders(state, DANA)[0]["attempt"] == 2 && is(state, DANA, "invited") && is_written(state, DANA);
        flow.settle(second_attempt, "the second attempt is invited").await;
        assert_one_order(&flow, 2).await;
        flow.screen(DANA).await;
        let [_, second] = flow.assessments(DANA).await.try_into().unwrap();
        assert_eq!(second["status"], "HEYMILO_COMPLETED");
        assert!(line(&second, OURS).unwrap()["url"].is_string());
    });
}

#[test]
fn between_two_events_of_another_vendor_ours_is_the_one_that_is_written() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        submit(&flow, THEIRS, false).await;
        other_vendor_writes(&flow, "91").await;
        submit(&flow, OURS, true).await;
        submit(&flow, THEIRS, true).await;
        other_vendor_writes(&flow, "77").await;
        let before = flow.assessments(DANA).await;
        flow.until_invited(DANA).await;
        flow.screen(DANA).await;
        assert_one_order(&flow, 1).await;
        let [first, ours, last] = flow.assessments(DANA).await.try_into().unwrap();
        assert_eq!((&first, &last), (&before[0], &before[2]), "what is not ours is as it was");
        assert_eq!(ours["status"], "HEYMILO_COMPLETED");
        assert!(line(&ours, OURS).unwrap()["url"].is_string() && line(&ours, THEIRS).is_none());
    });
}

#[test]
fn another_vendors_line_on_our_event_survives_everything_we_write() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        submit(&flow, THEIRS, false).await;
        other_vendor_writes(&flow, "61").await;
        submit(&flow, OURS, false).await;
        let theirs = async || {
            let [assessment] = flow.assessments(DANA).await.try_into().unwrap();
            assert_eq!(list(&assessment["lines"]).count(), 2, "{assessment}");
            line(&assessment, THEIRS).unwrap().clone()
        };
        let ordered = theirs().await;
        let state = flow.until_invited(DANA).await;
        assert_eq!(theirs().await, ordered, "after invited");
        other_vendor_writes(&flow, "72").await;
        let meanwhile = theirs().await;
        assert_eq!(meanwhile["score"], "72");
        flow.screen(DANA).await;
        assert_eq!(theirs().await, meanwhile, "after completed");
        other_vendor_writes(&flow, "83").await;
        let later = theirs().await;
        let interview = orders(&state, DANA)[0]["interview"].as_str().unwrap().to_owned();
        flow.post(
            &flow.heymilo(&format!("/__stand-in/interviews/{interview}/rescore")),
            &json!({ "delta": -1 }),
        )
        .await;
        let second_version = |state: &Value| orders(state, DANA)[0]["written_version"] == 2 && is_written(state, DANA);
        flow.settle(second_version, "the second version is written").await;
        assert_eq!(theirs().await, later, "after a new score");
        assert_one_order(&flow, 1).await;
    });
}
