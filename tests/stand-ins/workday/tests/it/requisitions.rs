//! `Get_Job_Requisitions` and `Get_Evergreen_Requisitions`.

use serde_json::json;

use crate::client::{Fixture, reference};

fn request(content: &str) -> String {
    format!("<wd:Get_Job_Requisitions_Request wd:version=\"v45.2\">{content}</wd:Get_Job_Requisitions_Request>")
}

#[tokio::test]
async fn all_but_evergreen_requisitions_are_listed_with_their_data() {
    let fixture = Fixture::start().await;
    let answer = fixture.soap(&request("")).await.assert_ok();
    assert_eq!(answer.texts("Total_Results"), ["12"]);
    assert!(
        answer
            .texts("Job_Posting_Title")
            .contains(&"Research & Development Lead <Materials>".to_owned())
    );
    assert!(answer.texts("Confidential_Job_Requisition").contains(&"true".to_owned()));
    assert_eq!(
        answer.id("Default_Assessment_Tests_Reference", "Assessment_Test_ID").as_deref(),
        Some("HEYMILO_AI_SCREEN")
    );
    fixture.finish().await;
}

#[tokio::test]
async fn evergreen_requisitions_are_listed_by_their_own_operation_only() {
    let fixture = Fixture::start().await;
    let evergreen = |content: &str| {
        format!("<wd:Get_Evergreen_Requisitions_Request wd:version=\"v45.2\">{content}</wd:Get_Evergreen_Requisitions_Request>")
    };
    let answer = fixture.soap(&evergreen("")).await.assert_ok();
    assert_eq!(answer.texts("Total_Results"), ["1"]);
    assert_eq!(
        answer.id("Evergreen_Job_Requisition_Reference", "Job_Requisition_ID").as_deref(),
        Some("R90001")
    );
    let other_kind = reference("Evergreen_Job_Requisition_Reference", "Job_Requisition_ID", "R00001");
    fixture
        .soap(&evergreen(&format!("<wd:Request_References>{other_kind}</wd:Request_References>")))
        .await
        .assert_refused("Invalid ID value. 'R00001' is not a valid ID value for type = 'Job_Requisition_ID'");
    fixture.finish().await;
}

#[tokio::test]
async fn criteria_and_response_group_narrow_the_answer() {
    let fixture = Fixture::start().await;
    let open = reference("Job_Requisition_Status_Reference", "Job_Requisition_Status_ID", "Open");
    let group = "<wd:Response_Group><wd:Include_Reference>true</wd:Include_Reference></wd:Response_Group>";
    let answer = fixture
        .soap(&request(&format!("<wd:Request_Criteria>{open}</wd:Request_Criteria>{group}")))
        .await
        .assert_ok();
    assert_eq!(answer.texts("Total_Results"), ["11"]);
    assert!(answer.texts("Job_Requisition_Data").is_empty());
    let unknown = reference("Job_Requisition_Reference", "Job_Requisition_ID", "R99999");
    fixture
        .soap(&request(&format!("<wd:Request_References>{unknown}</wd:Request_References>")))
        .await
        .assert_refused("Invalid ID value. 'R99999' is not a valid ID value for type = 'Job_Requisition_ID'");
    let skipped = fixture
        .soap(&request(&format!(
            "<wd:Request_References wd:Skip_Non_Existing_Instances=\"true\">{unknown}</wd:Request_References>"
        )))
        .await
        .assert_ok();
    assert_eq!(skipped.texts("Total_Results"), ["0"]);
    fixture.finish().await;
}

#[tokio::test]
async fn pages_stay_put_while_requisitions_are_added() {
    let fixture = Fixture::start().await;
    fixture.control("seed", json!({"requisitions": 1200})).await;
    let page = |number: usize, as_of: &str| {
        request(&format!(
            "<wd:Response_Filter><wd:As_Of_Entry_DateTime>{as_of}</wd:As_Of_Entry_DateTime><wd:Page>{number}</wd:Page><wd:Count>999</wd:Count></wd:Response_Filter><wd:Response_Group><wd:Include_Reference>true</wd:Include_Reference></wd:Response_Group>"
        ))
    };
    let now = jiff::Timestamp::now().to_string();
    let first = fixture.soap(&page(1, &now)).await.assert_ok();
    fixture.control("seed", json!({"requisitions": 50})).await;
    let second = fixture.soap(&page(2, &now)).await.assert_ok();
    for answer in [&first, &second] {
        assert_eq!(answer.texts("Total_Results"), ["1212"]);
        assert_eq!(answer.texts("Total_Pages"), ["2"]);
    }
    assert_eq!(first.texts("Page_Results"), ["999"]);
    assert_eq!(second.texts("Page_Results"), ["213"]);
    fixture.soap(&page(0, &now)).await.assert_refused("Page Number cannot be zero.");
    fixture.finish().await;
}

#[tokio::test]
async fn what_changed_up_to_a_moment_that_has_not_come_is_refused() {
    let fixture = Fixture::start().await;
    let changed = |through: &str| {
        let dates = format!("<wd:Updated_From>2020-01-01T00:00:00Z</wd:Updated_From><wd:Updated_Through>{through}</wd:Updated_Through>");
        request(&format!(
            "<wd:Request_Criteria><wd:Transaction_Log_Criteria_Data><wd:Transaction_Date_Range_Data>{dates}</wd:Transaction_Date_Range_Data>\
             </wd:Transaction_Log_Criteria_Data></wd:Request_Criteria>"
        ))
    };
    fixture.soap(&changed("2020-01-02T00:00:00Z")).await.assert_ok();
    fixture
        .soap(&changed("2999-01-01T00:00:00Z"))
        .await
        .assert_refused("Updated Through must be less than or equal to Current Moment!");
    fixture.finish().await;
}
