//! `Get_Candidates`.

use serde_json::json;

use crate::client::{Fixture, reference};

fn by_criteria(criteria: &str) -> String {
    format!(
        "<wd:Get_Candidates_Request wd:version=\"v45.2\"><wd:Request_Criteria>{criteria}</wd:Request_Criteria></wd:Get_Candidates_Request>"
    )
}

fn stage(stage: &str) -> String {
    reference("Recruiting_Stage_Reference", "Recruiting_Stage_ID", stage)
}

fn requisition(id: &str) -> String {
    reference("Job_Requisition_Reference", "Job_Requisition_ID", id)
}

fn by_reference(ids: &[&str], group: &str) -> String {
    let references: String = ids
        .iter()
        .map(|id| reference("Candidate_Reference", "Candidate_ID", id))
        .collect::<Vec<_>>()
        .concat();
    format!("<wd:Get_Candidates_Request><wd:Request_References>{references}</wd:Request_References>{group}</wd:Get_Candidates_Request>")
}

#[tokio::test]
async fn stage_and_requisition_must_hold_for_the_same_application() {
    let fixture = Fixture::start().await;
    let both = by_criteria(&format!("{}{}", requisition("R00001"), stage("ASSESSMENT")));
    let answer = fixture.soap(&both).await.assert_ok();
    assert_eq!(answer.texts("Candidate_ID"), ["C00007", "C00008"]);
    let none = by_criteria(&format!("{}{}", requisition("R00004"), stage("ASSESSMENT")));
    assert_eq!(fixture.soap(&none).await.assert_ok().texts("Total_Results"), ["0"]);
    assert_eq!(fixture.soap(&by_criteria("")).await.assert_ok().texts("Total_Results"), ["0"]);
    fixture
        .soap(&by_criteria("<wd:First_Name>Dana</wd:First_Name>"))
        .await
        .assert_refused("Last Name is required if First Name is entered.");
    fixture
        .soap(&by_criteria(&stage("ASSESMENT")))
        .await
        .assert_refused("'ASSESMENT' is not a valid ID value for type = 'Recruiting_Stage_ID'");
    fixture.finish().await;
}

#[tokio::test]
async fn names_survive_the_journey_and_an_email_may_be_missing() {
    let fixture = Fixture::start().await;
    let answer = fixture.soap(&by_reference(&["C00004", "C00006", "C00021"], "")).await.assert_ok();
    assert_eq!(answer.texts("Last_Name"), ["Nomail", "O'Sample & \"Sons\" <Ltd> 🚀", "見本"]);
    assert_eq!(answer.texts("Email_Address").len(), 2);
    let excluded = "<wd:Response_Group><wd:Exclude_All_Attachments>true</wd:Exclude_All_Attachments></wd:Response_Group>";
    let small = fixture.soap(&by_reference(&["C00004"], excluded)).await.assert_ok();
    assert!(small.texts("File_Content").is_empty());
    assert_eq!(answer.texts("File_Content").len(), 3);
    fixture.finish().await;
}

#[tokio::test]
async fn a_tenant_may_fail_to_filter_by_requisition() {
    let fixture = Fixture::start().await;
    let request = by_criteria(&requisition("R00001"));
    fixture.control("settings", json!({"requisition_filter": "empty"})).await;
    assert_eq!(fixture.soap(&request).await.assert_ok().texts("Total_Results"), ["0"]);
    fixture.control("settings", json!({"requisition_filter": "fault"})).await;
    let fault = fixture.soap(&request).await;
    assert_eq!(fault.status, 500);
    assert!(fault.body.contains("Processing_Fault"));
    let unfiltered = by_criteria("<wd:Applied_From>2020-01-01T00:00:00Z</wd:Applied_From>");
    assert_eq!(fixture.soap(&unfiltered).await.assert_ok().texts("Total_Results"), ["25"]);
    fixture.finish().await;
}

#[tokio::test]
async fn the_stage_is_the_one_of_the_entry_moment() {
    let fixture = Fixture::start().await;
    let before = jiff::Timestamp::now();
    fixture.move_to_assessment("JOB_APPLICATION-3-1").await;
    let request = |as_of: jiff::Timestamp| {
        by_criteria(&stage("ASSESSMENT")).replace(
            "</wd:Request_Criteria>",
            &format!(
                "</wd:Request_Criteria><wd:Response_Filter><wd:As_Of_Entry_DateTime>{as_of}</wd:As_Of_Entry_DateTime></wd:Response_Filter>"
            ),
        )
    };
    let then = fixture.soap(&request(before)).await.assert_ok();
    let now = fixture.soap(&request(jiff::Timestamp::now())).await.assert_ok();
    assert_eq!(then.texts("Total_Results"), ["3"]);
    assert_eq!(now.texts("Total_Results"), ["4"]);
    fixture.finish().await;
}
