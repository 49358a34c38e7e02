//! `Get_Assess_Candidate` and `Assess_Candidate`.

use serde_json::json;

use crate::client::{Answer, Fixture, reference};

const NEVER: &str = "The Candidate was never in the Assessment Business Process";
const IN_ASSESSMENT: &str = "JOB_APPLICATION-3-7";

fn by_application(application: &str) -> String {
    reference("Job_Application_Reference", "Job_Application_ID", application)
}

fn write(target: &str, status: &str, rest: &str, after: &str) -> String {
    let status = reference("Assessment_Status_Reference", "Assessment_Status_ID", status);
    format!(
        "<wd:Assess_Candidate_Request wd:version=\"v45.2\"><wd:Assess_Candidate_Data>{target}<wd:Candidate_Assessment_Data><wd:Assessed_On_Date>2026-01-16</wd:Assessed_On_Date>{status}{rest}</wd:Candidate_Assessment_Data></wd:Assess_Candidate_Data>{after}</wd:Assess_Candidate_Request>"
    )
}

fn result(line: Option<&str>, test: &str, score: &str, url: &str) -> String {
    let line = line.map_or_else(String::new, |line| {
        reference("Assessment_Test_Result_Reference", "Assessment_Test_Result_ID", line)
    });
    let test = reference("Assessment_Test_Reference", "Assessment_Test_ID", test);
    let status = reference("Assessment_Test_Status_Reference", "Assessment_Status_ID", "HEYMILO_COMPLETED");
    format!(
        "<wd:Overall_Assessment_Comment>Good &amp; quick</wd:Overall_Assessment_Comment><wd:Assess_Candidate_Test_Result_Data>{line}{test}<wd:Assessment_Test_Score>{score}</wd:Assessment_Test_Score>{status}<wd:Assessment_Test_Date>2026-01-16</wd:Assessment_Test_Date><wd:Comment>14 minutes</wd:Comment><wd:Assessment_Test_Results_URL>{url}</wd:Assessment_Test_Results_URL></wd:Assess_Candidate_Test_Result_Data>"
    )
}

async fn read(fixture: &Fixture, criteria: &str) -> Answer {
    fixture
        .soap(&format!(
            "<wd:Get_Assess_Candidate_Request><wd:Request_Criteria>{criteria}</wd:Request_Criteria></wd:Get_Assess_Candidate_Request>"
        ))
        .await
}

async fn order(fixture: &Fixture, application: &str, new_event: bool) -> String {
    let wish = json!({"application": application, "status": "HEYMILO_SEND_INVITE", "test": "HEYMILO_AI_SCREEN", "new_event": new_event});
    let answer = fixture.control("assess", wish).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["assessment"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_order_is_read_and_its_result_line_written() {
    let fixture = Fixture::start().await;
    let assessment = order(&fixture, IN_ASSESSMENT, false).await;
    let wanted = reference("Assessment_Reference", "Recruiting_Assessment_ID", &assessment);
    let by_id = format!(
        "<wd:Get_Assess_Candidate_Request><wd:Request_References>{wanted}</wd:Request_References></wd:Get_Assess_Candidate_Request>"
    );
    let read_back = fixture.soap(&by_id).await.assert_ok();
    assert_eq!(
        read_back.id("Assessment_Status_Reference", "Assessment_Status_ID").unwrap(),
        "HEYMILO_SEND_INVITE"
    );
    assert_eq!(read_back.id("Candidate_Reference", "Candidate_ID").unwrap(), "C00007");
    let event = read_back.id("Event_Reference", "WID").unwrap();
    let line = read_back
        .id("Assessment_Test_Result_Reference", "Assessment_Test_Result_ID")
        .unwrap();
    let target = reference("Event_Reference", "WID", &event);
    let content = result(Some(&line), "HEYMILO_AI_SCREEN", "87.5", "https://example.com/r/1");
    let answer = fixture.soap(&write(&target, "HEYMILO_COMPLETED", &content, "")).await.assert_ok();
    assert_eq!(
        answer.id("Candidate_Assessment_Reference", "Recruiting_Assessment_ID").unwrap(),
        assessment
    );
    let written = fixture.soap(&by_id).await.assert_ok();
    assert_eq!(written.texts("Assessment_Test_Score"), ["87.5"]);
    assert_eq!(written.texts("Overall_Assessment_Comment"), ["Good & quick"]);
    assert_eq!(written.texts("Assessment_Test_Results_URL"), ["https://example.com/r/1"]);
    // Without the line's reference Workday adds a second line.
    let unnamed = result(None, "HEYMILO_AI_SCREEN", "87.5", "https://example.com/r/1");
    fixture.soap(&write(&target, "HEYMILO_COMPLETED", &unnamed, "")).await.assert_ok();
    assert_eq!(fixture.soap(&by_id).await.assert_ok().texts("Assessment_Test_Score").len(), 2);
    let suppress = "<wd:Suppress_Overwrite>true</wd:Suppress_Overwrite>";
    fixture
        .soap(&write(&target, "HEYMILO_COMPLETED", &unnamed, suppress))
        .await
        .assert_refused("Cannot overwrite assessment because results exist");
    fixture.finish().await;
}

#[tokio::test]
async fn a_bare_stage_move_opens_the_event_with_the_first_write() {
    let fixture = Fixture::start().await;
    let criteria = by_application(IN_ASSESSMENT);
    assert_eq!(read(&fixture, &criteria).await.assert_ok().texts("Total_Results"), ["0"]);
    fixture
        .soap(&write(&by_application(IN_ASSESSMENT), "HEYMILO_INVITED", "", ""))
        .await
        .assert_ok();
    fixture
        .soap(&write(&by_application(IN_ASSESSMENT), "HEYMILO_IN_PROGRESS", "", ""))
        .await
        .assert_ok();
    let answer = read(&fixture, &criteria).await.assert_ok();
    assert_eq!(answer.texts("Total_Results"), ["1"]);
    assert_eq!(
        answer.id("Assessment_Status_Reference", "Assessment_Status_ID").unwrap(),
        "HEYMILO_IN_PROGRESS"
    );
    fixture.finish().await;
}

#[tokio::test]
async fn writes_that_have_no_one_event_are_refused() {
    let fixture = Fixture::start().await;
    // In Review, and in the stage without an Assess step.
    for application in ["JOB_APPLICATION-3-1", "JOB_APPLICATION-3-10"] {
        fixture
            .soap(&write(&by_application(application), "HEYMILO_INVITED", "", ""))
            .await
            .assert_refused(NEVER);
    }
    order(&fixture, IN_ASSESSMENT, false).await;
    order(&fixture, IN_ASSESSMENT, true).await;
    fixture
        .soap(&write(&by_application(IN_ASSESSMENT), "HEYMILO_INVITED", "", ""))
        .await
        .assert_refused("You must specify the event because there is more than 1 in progress or on record.");
    let event = read(&fixture, &by_application(IN_ASSESSMENT))
        .await
        .id("Event_Reference", "WID")
        .unwrap();
    let by_event = reference("Event_Reference", "WID", &event);
    fixture.soap(&write(&by_event, "HEYMILO_INVITED", "", "")).await.assert_ok();
    fixture.control("rescind", json!({"application": IN_ASSESSMENT})).await;
    fixture
        .soap(&write(&by_event, "HEYMILO_COMPLETED", "", ""))
        .await
        .assert_refused(NEVER);
    fixture.finish().await;
}

#[tokio::test]
async fn unknown_ids_and_links_that_are_none_are_refused() {
    let fixture = Fixture::start().await;
    let target = by_application(IN_ASSESSMENT);
    for (request, message) in [
        (
            write(&target, "X1", "", ""),
            "Invalid ID value. 'X1' is not a valid ID value for type = 'Assessment_Status_ID'",
        ),
        (
            write(&by_application("NONE"), "HEYMILO_INVITED", "", ""),
            "'NONE' is not a valid ID value for type = 'Job_Application_ID'",
        ),
        (
            write(
                &target,
                "HEYMILO_COMPLETED",
                &result(None, "NO_TEST", "1", "https://example.com"),
                "",
            ),
            "'NO_TEST' is not a valid ID value for type = 'Assessment_Test_ID'",
        ),
        (
            write(
                &target,
                "HEYMILO_COMPLETED",
                &result(Some("LINE"), "HEYMILO_AI_SCREEN", "1", "https://example.com"),
                "",
            ),
            "type = 'Assessment_Test_Result_ID'",
        ),
        (
            write(
                &target,
                "HEYMILO_COMPLETED",
                &result(None, "HEYMILO_AI_SCREEN", "1", "ftp://example.com"),
                "",
            ),
            "Invalid HTTP address entered.",
        ),
    ] {
        fixture.soap(&request).await.assert_refused(message);
    }
    let state = fixture.look("state").await;
    assert!(
        state["records"]["assessments"].as_array().unwrap().is_empty(),
        "a refusal changes nothing"
    );
    fixture.finish().await;
}

#[tokio::test]
async fn the_window_is_on_creation_and_criteria_are_required() {
    let fixture = Fixture::start().await;
    let before = jiff::Timestamp::now();
    order(&fixture, IN_ASSESSMENT, false).await;
    let after = jiff::Timestamp::now();
    let moment = |name: &str, at: jiff::Timestamp| format!("<wd:{name}>{at}</wd:{name}>");
    let from = moment("From_Moment", before);
    assert_eq!(read(&fixture, &from).await.assert_ok().texts("Total_Results"), ["1"]);
    assert_eq!(
        read(&fixture, &moment("From_Moment", after))
            .await
            .assert_ok()
            .texts("Total_Results"),
        ["0"]
    );
    assert_eq!(
        read(&fixture, &moment("To_Moment", before))
            .await
            .assert_ok()
            .texts("Total_Results"),
        ["0"]
    );
    let reversed = format!("{}{}", moment("From_Moment", after), moment("To_Moment", before));
    read(&fixture, &reversed)
        .await
        .assert_refused("The From Moment must be less than the To Moment.");
    read(&fixture, "").await.assert_refused("enter at least 1 of these criteria");
    fixture.finish().await;
}

#[tokio::test]
async fn default_tests_order_without_the_recruiter_and_inline_assessments_have_no_event() {
    let fixture = Fixture::start().await;
    // R00003 has a default test.
    fixture.move_to_assessment("JOB_APPLICATION-3-11").await;
    let ordered = read(&fixture, &by_application("JOB_APPLICATION-3-11")).await.assert_ok();
    assert_eq!(
        ordered.id("Assessment_Test_Reference", "Assessment_Test_ID").unwrap(),
        "HEYMILO_AI_SCREEN"
    );
    assert_eq!(ordered.id("Assessment_Status_Reference", "Assessment_Status_ID"), None);
    let inline = "<wd:Is_Inline_Assessment>true</wd:Is_Inline_Assessment>";
    let event = reference("Event_Reference", "WID", &ordered.id("Event_Reference", "WID").unwrap());
    fixture
        .soap(&write(&event, "HEYMILO_INVITED", inline, ""))
        .await
        .assert_refused("An inline assessment must have a Job Application specified");
    fixture
        .soap(&write(&by_application("JOB_APPLICATION-3-1"), "HEYMILO_INVITED", inline, ""))
        .await
        .assert_ok();
    let include = format!(
        "{}<wd:Include_Inline_Assessments>true</wd:Include_Inline_Assessments>",
        by_application("JOB_APPLICATION-3-1")
    );
    assert_eq!(read(&fixture, &include).await.assert_ok().texts("Inline_Assessment_Data").len(), 1);
    fixture.finish().await;
}

#[tokio::test]
async fn a_result_may_move_on_only_from_the_assess_step() {
    let fixture = Fixture::start().await;
    let next = reference("Next_Step_Reference", "Workflow_Step_ID", "JOB_APPLICATION_INTERVIEW");
    let parameters =
        format!("<wd:Dynamic_Business_Process_Parameters>{next}</wd:Dynamic_Business_Process_Parameters><wd:Assess_Candidate_Data>");
    let request = write(&by_application(IN_ASSESSMENT), "HEYMILO_COMPLETED", "", "").replacen("<wd:Assess_Candidate_Data>", &parameters, 1);
    fixture.soap(&request).await.assert_ok();
    fixture
        .soap(&request)
        .await
        .assert_refused("must be in the Assess Candidate state to use Dynamic Business Process Parameters");
    // A late result without parameters is still taken.
    fixture
        .soap(&write(&by_application(IN_ASSESSMENT), "HEYMILO_COMPLETED", "", ""))
        .await
        .assert_ok();
    fixture.finish().await;
}

#[tokio::test]
async fn where_the_step_ends_with_the_move_its_assessments_can_be_read_and_not_written() {
    let fixture = Fixture::start().await;
    fixture.control("settings", json!({"assess_ends_with_move": true})).await;
    let request = write(&by_application(IN_ASSESSMENT), "HEYMILO_INVITED", "", "");
    fixture.soap(&request).await.assert_ok();
    fixture
        .control(
            "move",
            json!({"application": IN_ASSESSMENT, "stage": "INTERVIEW", "by": "Recruiter"}),
        )
        .await;
    fixture.soap(&request).await.assert_refused("must be in progress");
    read(&fixture, &by_application(IN_ASSESSMENT)).await.assert_ok();
    fixture.finish().await;
}
