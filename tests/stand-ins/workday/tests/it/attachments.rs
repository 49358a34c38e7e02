//! `Put_Candidate_Attachment` and `Get_Candidate_Attachments`.

use base64::Engine as _;
use serde_json::json;

use crate::client::{Fixture, get, reference};

const OWN: (&str, &str) = ("Document_Category__Workday_Owned__ID", "OTHER_DOCUMENTS");

fn file(id: &str, name: &str) -> String {
    let content = base64::engine::general_purpose::STANDARD.encode("%PDF-1.7 invented");
    let mime = reference("Mime_Type_Reference", "Content_Type_ID", "application/pdf");
    format!(
        "<wd:Attachment_Data><wd:ID>{id}</wd:ID><wd:Filename>{name}</wd:Filename><wd:File_Content>{content}</wd:File_Content>{mime}<wd:Comment>https://example.com/r/1</wd:Comment></wd:Attachment_Data>"
    )
}

fn put(candidate: &str, data: &str, category: (&str, &str)) -> String {
    let candidate = reference("Candidate_Reference", "Candidate_ID", candidate);
    let category = reference("Document_Category_Reference", category.0, category.1);
    format!(
        "<wd:Put_Candidate_Attachment_Request wd:Add_Only=\"true\" wd:version=\"v45.2\">{candidate}<wd:Candidate_Attachment_Data>{data}{category}</wd:Candidate_Attachment_Data></wd:Put_Candidate_Attachment_Request>"
    )
}

#[tokio::test]
async fn a_report_is_added_once_and_read_back_by_its_id() {
    let fixture = Fixture::start().await;
    let request = put("C00001", &file("HEYMILO-1", "Report R00001.pdf"), OWN);
    let answer = fixture.soap(&request).await.assert_ok();
    assert_eq!(answer.id("Attachment_Reference", "File_ID").unwrap(), "HEYMILO-1");
    fixture
        .soap(&request)
        .await
        .assert_refused("The Web Service is set to Add Only; but the Candidate Attachment already exists.");
    fixture
        .soap(&put("C00002", &file("HEYMILO-1", "x.pdf"), OWN))
        .await
        .assert_refused("The Attachment Data ID you submitted does not belong");
    let wanted = reference("Candidate_Attachment_Reference", "File_ID", "HEYMILO-1");
    let read = fixture
        .soap(&format!("<wd:Get_Candidate_Attachments_Request><wd:Request_References>{wanted}</wd:Request_References></wd:Get_Candidate_Attachments_Request>"))
        .await
        .assert_ok();
    assert_eq!(read.texts("Filename"), ["Report R00001.pdf"]);
    let owner = reference("Candidate_Reference", "Candidate_ID", "C00001");
    let all = fixture
        .soap(&format!("<wd:Get_Candidate_Attachments_Request><wd:Request_Criteria>{owner}</wd:Request_Criteria></wd:Get_Candidate_Attachments_Request>"))
        .await
        .assert_ok();
    assert_eq!(all.texts("Filename").len(), 2, "the resume comes along");
    let state = fixture.look("state").await;
    let last = state["records"]["attachments"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((last["size"].as_u64(), last["sha256"].as_str().unwrap().len()), (Some(17), 64));
    let download = get(&format!("{}/recruiter/attachments/HEYMILO-1", fixture.running.url)).await;
    assert_eq!(
        (download.body.as_str(), &download.headers["content-type"]),
        ("%PDF-1.7 invented", &"application/pdf".parse().unwrap())
    );
    fixture.finish().await;
}

#[tokio::test]
async fn wrong_categories_files_and_owners_are_refused() {
    let fixture = Fixture::start().await;
    let good = file("HEYMILO-1", "a.pdf");
    let long = "x".repeat(256);
    for (request, message) in [
        (
            put("C00001", &good, ("Document_Category_ID", "CONFIDENTIAL_DOCUMENTS")),
            "You must have access to the document category",
        ),
        (
            put("C00001", &good, ("Document_Category_ID", "OTHER_DOCUMENTS")),
            "Invalid ID value. 'OTHER_DOCUMENTS'",
        ),
        (put("C00001", "", OWN), "Enter the Filename and File Content"),
        (put("C99999", &good, OWN), "Invalid ID value. 'C99999'"),
        (put("C00001", &file("1", &long), OWN), "at most 255 characters"),
        (put("C00001", &good.replace("JVBER", "!"), OWN), "not a valid base64Binary"),
        (
            put("C00001", &good, OWN).replace(
                "<wd:Candidate_Reference><wd:ID wd:type=\"Candidate_ID\">C00001</wd:ID></wd:Candidate_Reference>",
                "",
            ),
            "missing a Candidate ID",
        ),
    ] {
        fixture.soap(&request).await.assert_refused(message);
    }
    fixture.control("settings", json!({"attachments_denied": true})).await;
    fixture
        .soap(&put("C00001", &good, OWN))
        .await
        .assert_refused("you must have access to the Candidate Data: Attachments domain");
    fixture.finish().await;
}

#[tokio::test]
async fn application_attachments_have_their_own_rules() {
    let fixture = Fixture::start().await;
    let request = |candidate: &str, target: &str| {
        let candidate = reference("Candidate_Reference", "Candidate_ID", candidate);
        let file = file("", "Notes.pdf").replace("<wd:ID></wd:ID>", "");
        format!(
            "<wd:Put_Candidate_Attachment_Request>{candidate}<wd:Job_Application_Attachment_Data>{target}{file}</wd:Job_Application_Attachment_Data></wd:Put_Candidate_Attachment_Request>"
        )
    };
    let own = reference("Job_Application_Reference", "Job_Application_ID", "JOB_APPLICATION-3-1");
    let answer = fixture.soap(&request("C00001", &own)).await.assert_ok();
    assert!(answer.id("Job_Application_Attachment_Reference", "File_ID").is_some());
    for (candidate, target, message) in [
        (
            "C00001",
            own.clone(),
            "Attachment with that filename already exists on the Job Application",
        ),
        ("C00002", own, "does not belong to the submitted Candidate Reference"),
        (
            "C00001",
            String::new(),
            "A Job Application or Job Requisition Reference is required",
        ),
        (
            "C00001",
            reference("Job_Requisition_Reference", "Job_Requisition_ID", "R00002"),
            "No Job Application for R00002 found for C00001",
        ),
    ] {
        fixture.soap(&request(candidate, &target)).await.assert_refused(message);
    }
    fixture.finish().await;
}
