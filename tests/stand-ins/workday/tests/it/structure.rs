//! What the schema refuses is refused, and kept apart from the contract.

use crate::client::{Fixture, XML, send};

const STATUS: &str =
    "<wd:Assessment_Status_Reference><wd:ID wd:type=\"Assessment_Status_ID\">HEYMILO_INVITED</wd:ID></wd:Assessment_Status_Reference>";
const DATE: &str = "<wd:Assessed_On_Date>2026-01-16</wd:Assessed_On_Date>";
const APPLICATION: &str =
    "<wd:Job_Application_Reference><wd:ID wd:type=\"Job_Application_ID\">JOB_APPLICATION-3-7</wd:ID></wd:Job_Application_Reference>";
const TEST: &str =
    "<wd:Assessment_Test_Reference><wd:ID wd:type=\"Assessment_Test_ID\">HEYMILO_AI_SCREEN</wd:ID></wd:Assessment_Test_Reference>";

fn assess(target: &str, data: &str) -> String {
    format!(
        "<wd:Assess_Candidate_Request><wd:Assess_Candidate_Data>{target}<wd:Candidate_Assessment_Data>{data}</wd:Candidate_Assessment_Data></wd:Assess_Candidate_Data></wd:Assess_Candidate_Request>"
    )
}

fn line(content: &str) -> String {
    format!("{DATE}{STATUS}<wd:Assess_Candidate_Test_Result_Data>{TEST}{content}</wd:Assess_Candidate_Test_Result_Data>")
}

#[tokio::test]
async fn every_breach_of_the_schema_is_refused() {
    let fixture = Fixture::start().await;
    let event = APPLICATION
        .replace("Job_Application_Reference", "Event_Reference")
        .replace("Job_Application_ID", "WID");
    let references = "<wd:Request_References><wd:Candidate_Reference/></wd:Request_References>";
    for (request, message) in [
        (assess(APPLICATION, &format!("{STATUS}{DATE}")), "'Assessed_On_Date' is required"),
        (assess(APPLICATION, DATE), "'Assessment_Status_Reference' is required"),
        (
            assess("", &format!("{DATE}{STATUS}")),
            "One of Event_Reference, Job_Application_Reference",
        ),
        (assess(&format!("{event}{APPLICATION}"), &format!("{DATE}{STATUS}")), "is required"),
        (
            assess(APPLICATION, &format!("{DATE}{STATUS}<wd:Score>1</wd:Score>")),
            "'Score' is not expected",
        ),
        (
            assess(APPLICATION, &format!("{DATE}{STATUS}<Comment>x</Comment>")),
            "not in the namespace",
        ),
        (
            assess(APPLICATION, &line("<wd:Assessment_Test_Score>87.5%</wd:Assessment_Test_Score>")),
            "not a valid decimal",
        ),
        (
            assess(
                APPLICATION,
                &line("<wd:Comment>a</wd:Comment><wd:Assessment_Test_Score>1</wd:Assessment_Test_Score>"),
            ),
            "not expected",
        ),
        (
            assess(
                APPLICATION,
                &format!("<wd:Assessed_On_Date>16.1.2026</wd:Assessed_On_Date>{STATUS}"),
            ),
            "not a valid date",
        ),
        (
            assess(APPLICATION, &format!("{DATE}{}", STATUS.replace("wd:type", "type"))),
            "Attribute 'type'",
        ),
        (
            assess(
                APPLICATION,
                &format!("{DATE}{}", STATUS.replace("Assessment_Status_ID", "Status_ID")),
            ),
            "not a valid ID type",
        ),
        (
            format!("<wd:Get_Candidates_Request>{references}<wd:Request_Criteria/></wd:Get_Candidates_Request>"),
            "not expected",
        ),
        (
            "<wd:Get_Candidates_Request><wd:Response_Filter><wd:Count>1000</wd:Count></wd:Response_Filter></wd:Get_Candidates_Request>"
                .to_owned(),
            "3 digits",
        ),
    ] {
        fixture.soap(&request).await.assert_refused(message);
    }
    let broken = fixture.folder.path().join("contract-broken/soap");
    assert!(std::fs::read_dir(broken).unwrap().count() >= 13);
    fixture.finish().await;
}

#[tokio::test]
async fn what_is_no_soap_request_gets_a_client_fault() {
    let fixture = Fixture::start().await;
    for (body, message) in [
        ("<a>", "not well-formed"),
        ("<a/>", "not a SOAP 1.1 envelope"),
        ("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "not well-formed"),
    ] {
        let answer = send("POST", &fixture.service(), &[XML], body.to_owned()).await.unwrap();
        assert_eq!(answer.status, 500);
        assert!(answer.body.contains(message), "{}", answer.body);
    }
    let unknown = fixture.soap("<wd:Get_Job_Applications_Request/>").await;
    assert!(unknown.body.contains("There is no operation"), "{}", unknown.body);
    fixture.finish().await;
}

#[tokio::test]
async fn a_request_may_choose_its_own_prefixes() {
    let fixture = Fixture::start().await;
    let request = "<Get_Candidates_Request xmlns=\"urn:com.workday/bsvc\"><Request_Criteria><Last_Name>Example</Last_Name></Request_Criteria></Get_Candidates_Request>";
    assert_eq!(fixture.soap(request).await.assert_ok().texts("Total_Results"), ["1"]);
    fixture.finish().await;
}
