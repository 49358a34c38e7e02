//! `Move_Candidate`.

use serde_json::json;

use crate::client::{Fixture, reference};

fn request(kind: &str, step: &str, comment: &str, target: &str) -> String {
    let step = reference(kind, "Workflow_Step_ID", step);
    format!(
        "<wd:Move_Candidate_Request wd:version=\"v45.2\"><wd:Dynamic_Business_Process_Parameters>{step}{comment}</wd:Dynamic_Business_Process_Parameters><wd:Move_Candidate_Data>{target}</wd:Move_Candidate_Data></wd:Move_Candidate_Request>"
    )
}

fn application(id: &str) -> String {
    reference("Job_Application_Reference", "Job_Application_ID", id)
}

async fn stage(fixture: &Fixture, index: usize) -> String {
    let state = fixture.look("state").await;
    let steps = state["records"]["applications"][index]["steps"].as_array().unwrap().clone();
    steps.last().unwrap()["stage"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_application_moves_forward_through_its_process_only() {
    let fixture = Fixture::start().await;
    let invalid = "The next step, parallel step, or disposition chosen is invalid";
    let forward = request(
        "Next_Step_Reference",
        "JOB_APPLICATION_INTERVIEW",
        "",
        &application("JOB_APPLICATION-3-1"),
    );
    let answer = fixture.soap(&forward).await.assert_ok();
    let event = answer.id("Event_Reference", "WID").unwrap();
    assert_eq!(stage(&fixture, 0).await, "INTERVIEW");
    let by_event = reference("Event_Reference", "WID", &event);
    for step in ["JOB_APPLICATION_INTERVIEW", "JOB_APPLICATION_REVIEW", "JOB_APPLICATION_DECLINED"] {
        fixture
            .soap(&request("Next_Step_Reference", step, "", &by_event))
            .await
            .assert_refused(invalid);
    }
    fixture
        .soap(&request("Next_Step_Reference", "NO_STEP", "", &by_event))
        .await
        .assert_refused("'NO_STEP' is not a valid ID value for type = 'Workflow_Step_ID'");
    fixture
        .soap(&request("Disposition_Step_Reference", "JOB_APPLICATION_DECLINED", "", &by_event))
        .await
        .assert_ok();
    fixture
        .soap(&forward)
        .await
        .assert_refused("The Business Process must be in progress");
    fixture.finish().await;
}

#[tokio::test]
async fn comments_and_criteria_follow_the_policy() {
    let fixture = Fixture::start().await;
    let comment = "<wd:Comment_Data><wd:Comment>By the AI screening</wd:Comment></wd:Comment_Data>";
    let criteria = |requisition: &str| {
        format!(
            "<wd:Candidate_Criteria_Data>{}{}</wd:Candidate_Criteria_Data>",
            reference("Candidate_Reference", "Candidate_ID", "C00001"),
            reference("Requisition_Reference", "Job_Requisition_ID", requisition)
        )
    };
    let screen = |target: &str| request("Next_Step_Reference", "JOB_APPLICATION_SCREEN", comment, target);
    fixture
        .soap(&screen(&criteria("R00002")))
        .await
        .assert_refused("does not have precisely one Job Application Event in progress");
    fixture.control("settings", json!({"comments_disabled": true})).await;
    fixture
        .soap(&screen(&criteria("R00001")))
        .await
        .assert_refused("has been configured to disable comment");
    fixture.control("settings", json!({"comments_disabled": false})).await;
    fixture.soap(&screen(&criteria("R00001"))).await.assert_ok();
    assert_eq!(stage(&fixture, 0).await, "SCREEN");
    fixture.finish().await;
}
