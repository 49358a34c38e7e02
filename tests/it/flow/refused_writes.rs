//! A write that Workday refuses waits where a person can mend it, and goes on when they did.

use super::fixture::{Flow, is, is_written, list, orders};
use super::time::in_time;
use serde_json::{Value, json};

const DANA: &str = "JOB_APPLICATION-3-1";

/// Removes one of the tenant's assessment statuses; what was removed.
async fn without_status(flow: &Flow, id: &str) -> Value {
    let mut removed = Value::Null;
    flow.change_workday_records(|records| {
        let statuses = records["assessment_statuses"].as_array_mut().unwrap();
        let index = statuses.iter().position(|status| status["id"] == id).unwrap();
        removed = statuses.remove(index);
    })
    .await;
    removed
}

async fn completed(flow: &Flow) {
    flow.move_to(DANA, "ASSESSMENT", true).await;
    let state = flow.until_invited(DANA).await;
    flow.finish(&state, DANA).await;
}

fn refused(state: &Value) -> bool {
    is(state, DANA, "completed") && orders(state, DANA)[0]["write_problem"].is_string()
}

fn has_due_row(state: &Value) -> bool {
    list(&state["due"]).any(|due| due.to_string().contains("write_back"))
}

#[test]
fn a_result_refused_for_a_wrong_id_is_written_once_the_id_exists_and_the_connection_is_checked() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        let removed = without_status(&flow, "HEYMILO_COMPLETED").await;
        completed(&flow).await;
        let state = flow.settle(refused, "the record waits for the id, visibly").await;
        let problem = orders(&state, DANA)[0]["write_problem"].as_str().unwrap();
        assert!(problem.contains("HEYMILO_COMPLETED"), "{problem}");
        assert!(has_due_row(&state), "the write is not given up: {:#}", state["due"]);

        flow.change_workday_records(|records| records["assessment_statuses"].as_array_mut().unwrap().push(removed))
            .await;
        let workspace = domain::WorkspaceId::new("acme").unwrap();
        let connection = domain::ConnectionId::new(local::demo::CONNECTION).unwrap();
        flow.product.admin().check_again(&workspace, &connection).await.unwrap();
        let state = flow.settle(|state| is_written(state, DANA), "written after the check").await;
        assert!(orders(&state, DANA)[0]["write_problem"].is_null(), "a success clears the problem");
        assert_eq!(flow.assessments(DANA).await[0]["status"], "HEYMILO_COMPLETED");
        assert_eq!(flow.attachments("C00001").await.len(), 1);
    });
}

#[test]
fn a_write_that_workday_refuses_outright_is_written_when_a_person_says_write_again() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        let state = flow.until_invited(DANA).await;
        let order = orders(&state, DANA)[0].clone();
        flow.fault(
            "workday",
            &json!([{ "operation": "Assess_Candidate", "times": 1000, "kind": "validation_fault" }]),
        )
        .await;
        flow.complete(order["interview"].as_str().unwrap()).await;
        flow.settle(|state| refused(state) && has_due_row(state), "refused, visible, and not given up")
            .await;
        flow.fault("workday", &json!([])).await;
        let workspace = domain::WorkspaceId::new("acme").unwrap();
        let id = domain::OrderId::new(order["order"].as_str().unwrap()).unwrap();
        let again = domain::order::Action::WriteAgain;
        flow.product.admin().act(&workspace, &id, again, "owner").await.unwrap();
        let state = flow.until_completed(DANA).await;
        assert!(orders(&state, DANA)[0]["write_problem"].is_null());
        assert_eq!(flow.attachments("C00001").await.len(), 1, "attached once");
    });
}
