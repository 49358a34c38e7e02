//! Many people moved at once: all are invited, and no vendor is asked for more than it takes, by its own records from the
//! first call of connecting on.

use super::fixture::{Flow, list};
use super::time::in_time;
use serde_json::json;

const REQUISITION: &str = "R00001";
/// What Workday is asked for at most, per connection.
const WORKDAY_AT_ONCE: u64 = 4;
const WORKDAY_PER_SECOND: u64 = 5;
/// What HeyMilo documents for one key.
const HEYMILO_PER_MINUTE: u64 = 300;

async fn a_crowd_is_invited(flow: &Flow, people: usize) {
    let crowd = json!({ "requisition": REQUISITION, "candidates": people, "stage": "ASSESSMENT" });
    flow.post(&flow.workday("/__stand-in/seed"), &crowd).await;
    flow.settle(
        |state| list(&state["orders"]).filter(|order| order["state"] == "invited").count() == people,
        "everybody is invited",
    )
    .await;
    assert_eq!(flow.mails(), people);
    assert_eq!(flow.calls("heymilo", "ingestCandidate").await, people);

    let workday = flow.get(&flow.workday("/__stand-in/calls")).await;
    let at_once = workday["max_concurrency"].as_u64().unwrap();
    assert!(at_once <= WORKDAY_AT_ONCE, "{at_once} calls of Workday at once");
    let per_second = workday["max_per_second"].as_u64().unwrap();
    assert!(per_second <= WORKDAY_PER_SECOND, "{per_second} calls of Workday in one second");
    let heymilo = flow.get(&flow.heymilo("/__stand-in/calls")).await;
    let per_minute = heymilo["max_per_minute"].as_u64().unwrap();
    assert!(per_minute <= HEYMILO_PER_MINUTE, "{per_minute} calls of HeyMilo in one minute");
    assert!(
        list(&heymilo["calls"]).all(|call| call["status"] != 429),
        "HeyMilo had to refuse calls"
    );
}

#[test]
fn a_crowd_moved_at_once_is_invited_within_what_the_vendors_take() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        a_crowd_is_invited(&flow, 25).await;
    });
}

#[test]
#[ignore = "takes minutes, because Workday takes five calls a second; run with `--ignored`"]
fn three_hundred_moved_at_once_are_all_invited_within_what_the_vendors_take() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        a_crowd_is_invited(&flow, 300).await;
    });
}
