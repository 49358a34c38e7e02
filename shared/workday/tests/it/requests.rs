//! What goes over the wire.

use workday::{
    AssessCandidateQuery, AssessCandidateRequest, AssessTarget, CandidateAttachmentQuery, CandidateQuery, Credential, FAULT_ELEMENTS,
    JobRequisitionQuery, MoveCandidateRequest, OPERATIONS, PageRequest, Reference, id_type,
};

use crate::stub::{Stub, bearer, envelope};

async fn answering(operation: &str) -> Stub {
    let answer = envelope(&format!(
        "<wd:{operation}_Response xmlns:wd=\"urn:com.workday/bsvc\" wd:version=\"v45.2\"/>"
    ));
    Stub::answering(200, &[("content-type", "text/xml")], answer).await
}

#[tokio::test]
async fn a_call_with_a_bearer_token() {
    let stub = answering("Get_Candidates").await;
    let query = CandidateQuery::ByReference(vec!["C00001".into()]);
    let page = stub
        .client()
        .get_candidates(&bearer(), &query, &PageRequest::single())
        .await
        .unwrap();
    assert_eq!((page.items.len(), page.total_pages), (0, 1));

    let request = stub.received();
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/ccx/service/acme/Recruiting/v45.2")
    );
    assert_eq!(request.header("content-type"), Some("text/xml; charset=utf-8"));
    assert_eq!(request.header("soapaction"), Some("\"\""));
    assert_eq!(request.header("authorization"), Some("Bearer canary-token"));
    assert!(!request.text().contains("wsse"));
    assert!(!request.text().contains("canary-token"));
    assert!(
        request
            .text()
            .contains("<wd:Exclude_All_Attachments>true</wd:Exclude_All_Attachments>")
    );
}

#[tokio::test]
async fn a_call_with_a_user_name_token() {
    let stub = answering("Get_Candidates").await;
    let credential = Credential::UsernameToken {
        username: "HeyMilo_ISU@acme".into(),
        password: "canary-password".into(),
    };
    let query = CandidateQuery::ByReference(vec!["C00001".into()]);
    stub.client()
        .get_candidates(&credential, &query, &PageRequest::single())
        .await
        .unwrap();
    let request = stub.received();
    assert_eq!(request.header("authorization"), None);
    assert!(request.text().contains("<wsse:Username>HeyMilo_ISU@acme</wsse:Username>"));
    assert!(request.text().contains(">canary-password</wsse:Password>"));
}

#[tokio::test]
async fn a_token_that_no_header_can_carry_is_not_sent() {
    let stub = answering("Get_Candidates").await;
    let query = CandidateQuery::ByReference(vec!["C00001".into()]);
    let credential = Credential::Bearer("line\nbreak".into());
    let result = stub.client().get_candidates(&credential, &query, &PageRequest::single()).await;
    assert!(matches!(result, Err(workday::Error::Unauthorized)));
    assert!(!stub.was_asked());
}

#[tokio::test]
async fn a_question_about_nothing_is_not_asked() {
    let stub = answering("Get_Candidates").await;
    let client = stub.client();
    let page = PageRequest::single();
    let nobody = CandidateQuery::InStage {
        job_requisitions: vec![],
        stage: None,
    };
    assert_eq!(client.get_candidates(&bearer(), &nobody, &page).await.unwrap().items, []);
    let nothing = JobRequisitionQuery::ByReference(vec![]);
    assert_eq!(client.get_job_requisitions(&bearer(), &nothing, &page).await.unwrap().items, []);
    let nothing = AssessCandidateQuery::ByEvent(vec![]);
    assert_eq!(client.get_assess_candidate(&bearer(), &nothing, &page).await.unwrap().items, []);
    let nothing = CandidateAttachmentQuery::ByFile(vec![]);
    assert_eq!(client.get_candidate_attachments(&bearer(), &nothing).await.unwrap(), []);
    assert!(!stub.was_asked());
}

#[tokio::test]
async fn every_operation_sends_its_element_and_takes_its_answer() {
    let page = PageRequest::first("2026-01-16T10:00:00Z");
    for operation in OPERATIONS {
        let stub = answering(operation.name).await;
        let (client, credential) = (stub.client(), bearer());
        match operation.name {
            "Get_Job_Requisitions" => {
                let query = JobRequisitionQuery::ByStatus(vec!["Open".into()]);
                client.get_job_requisitions(&credential, &query, &page).await.map(drop)
            }
            "Get_Evergreen_Requisitions" => {
                let query = JobRequisitionQuery::ByStatus(vec!["Open".into()]);
                client.get_evergreen_requisitions(&credential, &query, &page).await.map(drop)
            }
            "Get_Candidates" => {
                let query = CandidateQuery::AppliedSince {
                    from: "2026-01-01T00:00:00Z".into(),
                    job_requisitions: vec![],
                };
                client.get_candidates(&credential, &query, &page).await.map(drop)
            }
            "Get_Assess_Candidate" => {
                let query = AssessCandidateQuery::of_application("JOB_APPLICATION-3-25");
                client.get_assess_candidate(&credential, &query, &page).await.map(drop)
            }
            "Assess_Candidate" => client.assess_candidate(&credential, &assessment()).await.map(drop),
            "Put_Candidate_Attachment" => {
                let attachment = crate::attachments::attachment(b"x".as_slice().into());
                client.put_candidate_attachment(&credential, &attachment).await.map(drop)
            }
            "Get_Candidate_Attachments" => {
                let query = CandidateAttachmentQuery::OfCandidate("C00001".into());
                client.get_candidate_attachments(&credential, &query).await.map(drop)
            }
            "Move_Candidate" => {
                let request = MoveCandidateRequest {
                    target: AssessTarget::Application("JOB_APPLICATION-3-25".into()),
                    next_step: Reference::of(id_type::WORKFLOW_STEP, "JOB_APPLICATION_INTERVIEW"),
                    comment: None,
                };
                client.move_candidate(&credential, &request).await.map(drop)
            }
            other => panic!("{other} has no call here"),
        }
        .unwrap();
        let request = stub.received();
        let element = format!("<soapenv:Body><wd:{} wd:version=\"v45.2\"", operation.request_element);
        assert!(request.text().contains(&element), "{}", operation.name);
    }
    assert_eq!(FAULT_ELEMENTS.len(), 3);
}

pub(crate) fn assessment() -> AssessCandidateRequest {
    AssessCandidateRequest {
        target: AssessTarget::Event("0123456789abcdef0123456789abcdef".into()),
        assessment_id: None,
        assessed_on: "2026-01-16".into(),
        status_id: "HEYMILO_INVITED".into(),
        overall_comment: None,
        test_results: vec![],
        suppress_overwrite: false,
    }
}
