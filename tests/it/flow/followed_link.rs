//! Until its interview is requested, an order follows its link; what was asked for then stays.

use super::fixture::{Flow, is, is_written, list, mapping, orders};
use super::time::{Time, in_time};
use domain::{ConnectionId, JobRequisitionId, WorkspaceId};
use serde_json::json;
use std::sync::Arc;

const DANA: &str = "JOB_APPLICATION-3-1";
const OTHER: &str = "2F4C81D0";

/// An order that waits because HeyMilo takes no candidates, and another agent to link.
async fn waiting(time: &Time) -> Arc<Flow> {
    let flow = Flow::start(time).await;
    let another = json!({ "keep": true, "postings": [{ "id": OTHER, "title": "Night shift", "deadline_days": 30.0 }] });
    flow.post(&flow.heymilo("/__stand-in/seed"), &another).await;
    let busy = json!({ "operation": "ingestCandidate", "times": 1000, "kind": "http429" });
    flow.fault("heymilo", &busy).await;
    flow.move_to(DANA, "ASSESSMENT", true).await;
    flow.settle(|state| is(state, DANA, "waiting"), "HeyMilo keeps the order waiting")
        .await;
    flow
}

#[test]
fn an_agent_corrected_while_orders_wait_screens_them() {
    in_time(async |time| {
        let flow = waiting(time).await;
        flow.connect(|setup| setup["mappings"][0]["posting"] = json!(OTHER)).await;
        flow.mend_heymilo().await;
        let state = flow.until_invited(DANA).await;
        assert_eq!(orders(&state, DANA)[0]["posting"], OTHER);
        let history = orders(&state, DANA)[0]["history"].clone();
        assert!(list(&history).any(|entry| entry["what"] == "posting"), "{history:#}");
        assert_eq!(flow.mails(), 1);
    });
}

#[test]
fn a_requisition_of_the_wrong_agent_is_moved_on_the_right_ones_page_which_says_how_many_go_over() {
    in_time(async |time| {
        let flow = waiting(time).await;
        flow.connect(|setup| setup["mappings"][0]["next_step"] = json!("JOB_APPLICATION_INTERVIEW"))
            .await;
        let owner = flow.owner().await;
        let page = owner.page(&format!("/agents/{OTHER}")).await.unwrap();
        let offered = page.form("/link").unwrap().offers("requisition");
        let held = offered.iter().find(|value| value.starts_with("R00001#")).unwrap();
        let moved = owner.link(&page, held, "").await.unwrap();
        assert!(
            moved
                .words()
                .contains("One candidate who was waiting for an invitation goes over to it"),
            "{}",
            moved.words()
        );
        flow.mend_heymilo().await;
        let state = flow.settle(|state| is(state, DANA, "invited"), "invited by the other agent").await;
        assert_eq!(orders(&state, DANA)[0]["posting"], OTHER);
        assert_eq!(
            mapping(&state)["next_step"],
            "JOB_APPLICATION_INTERVIEW",
            "the link's options go with it"
        );
    });
}

#[test]
fn unlinking_ends_the_orders_that_wait_with_that_reason_and_the_recruiter_reads_it() {
    in_time(async |time| {
        let flow = waiting(time).await;
        let (workspace, connection) = (
            WorkspaceId::new("acme").unwrap(),
            ConnectionId::new(local::demo::CONNECTION).unwrap(),
        );
        let requisition = JobRequisitionId::new("R00001").unwrap();
        let admin = flow.product.admin();
        admin.unlink(&workspace, &connection, &requisition, None).await.unwrap();
        let state = flow
            .settle(
                |state| is(state, DANA, "refused") && is_written(state, DANA),
                "refused, and the record says so",
            )
            .await;
        assert_eq!(orders(&state, DANA)[0]["reason"], "requisition_not_linked");
        assert_eq!(flow.mails(), 0);
        flow.mend_heymilo().await;
    });
}

#[test]
fn a_next_step_mended_after_the_invitation_is_the_one_that_is_taken() {
    in_time(async |time| {
        let flow = Flow::start_with(time, |setup| setup["mappings"][0]["next_step"] = json!("NO_SUCH_STEP")).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        let state = flow.until_invited(DANA).await;
        flow.connect(|setup| setup["mappings"][0]["next_step"] = json!("JOB_APPLICATION_INTERVIEW"))
            .await;
        flow.finish(&state, DANA).await;
        flow.until_completed(DANA).await;
        let records = flow.workday_records().await;
        let application = list(&records["applications"])
            .find(|application| application["id"] == DANA)
            .unwrap();
        assert_eq!(application["steps"].as_array().unwrap().last().unwrap()["stage"], "INTERVIEW");
    });
}
