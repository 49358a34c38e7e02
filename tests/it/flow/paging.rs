//! A vendor whose pages do not go forward: the read ends with a fault of its own, and what was known stays.

use super::fixture::Flow;
use super::time::in_time;
use domain::{ConnectionId, WorkspaceId};
use serde_json::json;

const DANA: &str = "JOB_APPLICATION-3-1";

#[test]
fn requisition_pages_that_come_again_end_the_refresh_and_the_known_list_stays() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.settle_down().await;
        let (workspace, connection) = (
            WorkspaceId::new("acme").unwrap(),
            ConnectionId::new(local::demo::CONNECTION).unwrap(),
        );
        let known = flow.product.store().requisitions(&workspace, &connection).await.unwrap();
        assert!(known.len() > 5, "{known:?}");
        let asked = flow.calls("workday", "Get_Job_Requisitions").await;

        let repeats = json!([{ "operation": "Get_Job_Requisitions", "times": 200, "kind": "same_page" }]);
        flow.fault("workday", &repeats).await;
        // One requisition is gone since: a list that ended early must not take the others along, nor count as read.
        flow.change_workday_records(|records| {
            records["requisitions"]
                .as_array_mut()
                .unwrap()
                .retain(|requisition| requisition["id"] != "R00003");
        })
        .await;
        flow.product.admin().refresh_requisitions(&workspace, &connection).await.unwrap();
        flow.settle_down().await;
        let asked = flow.calls("workday", "Get_Job_Requisitions").await - asked;
        assert!((1..=6).contains(&asked), "asked {asked} times");
        let numbers = |list: &[store::requisition::RequisitionEntry]| list.iter().map(|entry| entry.number.clone()).collect::<Vec<_>>();
        let still = flow.product.store().requisitions(&workspace, &connection).await.unwrap();
        assert_eq!(numbers(&still), numbers(&known));

        flow.fault("workday", &json!([])).await;
        flow.product.admin().refresh_requisitions(&workspace, &connection).await.unwrap();
        flow.settle_down().await;
        let read = flow.product.store().requisitions(&workspace, &connection).await.unwrap();
        assert!(!numbers(&read).contains(&"R00003".to_owned()));
    });
}

#[test]
fn candidate_pages_of_heymilo_that_come_again_end_the_poll_and_nobody_is_lost() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        let state = flow.until_invited(DANA).await;
        let asked = flow.calls("heymilo", "listCandidates").await;
        flow.fault(
            "heymilo",
            &json!({ "operation": "listCandidates", "times": 200, "kind": "same_page" }),
        )
        .await;
        flow.settle_down().await;
        let asked = flow.calls("heymilo", "listCandidates").await - asked;
        assert!((1..=10).contains(&asked), "asked {asked} times");

        flow.finish(&state, DANA).await;
        flow.until_completed(DANA).await;
    });
}

#[test]
fn a_lost_ingest_is_never_repeated_on_the_word_of_a_list_that_does_not_go_forward() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.fault(
            "heymilo",
            &json!({ "operation": "ingestCandidate", "times": 1, "kind": "reset_after_effect" }),
        )
        .await;
        flow.fault(
            "heymilo",
            &json!({ "operation": "listCandidates", "times": 200, "kind": "same_page" }),
        )
        .await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        flow.settle_down().await;
        assert_eq!(flow.calls("heymilo", "ingestCandidate").await, 1);
        assert!(flow.calls("heymilo", "listCandidates").await <= 30);
    });
}
