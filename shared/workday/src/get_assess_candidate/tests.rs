//! What `Get_Assess_Candidate` sends and how its answer is read.

use super::*;
use crate::testing::{compact, rendered, response};

const WID: &str = "0123456789abcdef0123456789abcdef";

fn check(query: &AssessCandidateQuery, expected: &str) {
    assert_eq!(
        rendered(&OPERATION, &[], |writer| write(query, &PageRequest::single(), writer)),
        format!(
            "<wd:Get_Assess_Candidate_Request wd:version=\"v45.2\">{}\
             <wd:Response_Filter><wd:Count>100</wd:Count></wd:Response_Filter></wd:Get_Assess_Candidate_Request>",
            compact(expected)
        )
    );
}

#[test]
fn by_reference() {
    check(
        &AssessCandidateQuery::ByEvent(vec![WID.into(), "247$11".into()]),
        r#"<wd:Request_References>
            <wd:Assess_Candidate_Reference><wd:ID wd:type="WID">0123456789abcdef0123456789abcdef</wd:ID></wd:Assess_Candidate_Reference>
            <wd:Assess_Candidate_Reference><wd:ID wd:type="IID">247$11</wd:ID></wd:Assess_Candidate_Reference>
          </wd:Request_References>"#,
    );
    check(
        &AssessCandidateQuery::ByAssessment(vec!["RECRUITING_ASSESSMENT-1-10".into()]),
        r#"<wd:Request_References>
            <wd:Assessment_Reference><wd:ID wd:type="Recruiting_Assessment_ID">RECRUITING_ASSESSMENT-1-10</wd:ID></wd:Assessment_Reference>
          </wd:Request_References>"#,
    );
}

#[test]
fn by_criteria() {
    check(
        &AssessCandidateQuery::of_application("JOB_APPLICATION-3-25"),
        r#"<wd:Request_Criteria>
            <wd:Job_Application_Reference><wd:ID wd:type="Job_Application_ID">JOB_APPLICATION-3-25</wd:ID></wd:Job_Application_Reference>
          </wd:Request_Criteria>"#,
    );
    check(
        &AssessCandidateQuery::ByApplication {
            application: "JOB_APPLICATION-3-25".into(),
            created_until: Some("2026-01-16T10:00:00Z".into()),
        },
        r#"<wd:Request_Criteria>
            <wd:Job_Application_Reference><wd:ID wd:type="Job_Application_ID">JOB_APPLICATION-3-25</wd:ID></wd:Job_Application_Reference>
            <wd:To_Moment>2026-01-16T10:00:00Z</wd:To_Moment>
          </wd:Request_Criteria>"#,
    );
    check(
        &AssessCandidateQuery::Created {
            from: "2026-01-16T09:50:00Z".into(),
            to: "2026-01-16T10:00:00Z".into(),
        },
        r"<wd:Request_Criteria>
            <wd:From_Moment>2026-01-16T09:50:00Z</wd:From_Moment>
            <wd:To_Moment>2026-01-16T10:00:00Z</wd:To_Moment>
          </wd:Request_Criteria>",
    );
}

#[test]
fn a_question_about_nothing_is_recognised() {
    assert!(AssessCandidateQuery::ByEvent(vec![]).names_nothing());
    assert!(AssessCandidateQuery::ByAssessment(vec![]).names_nothing());
    assert!(!AssessCandidateQuery::of_application("JOB_APPLICATION-3-25").names_nothing());
}

#[test]
fn orders_results_and_inline_assessments_are_read() {
    let answer = response(
        &OPERATION,
        r#"<Response_Data>
          <Assess_Candidate_Data>
            <Event_Reference Descriptor="Assessment: Dana Example"><ID type="WID">0123456789abcdef0123456789abcdef</ID></Event_Reference>
            <Job_Application_Reference><ID type="WID">aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</ID><ID type="Job_Application_ID">JOB_APPLICATION-3-25</ID></Job_Application_Reference>
            <Candidate_Reference Descriptor="Dana Example"><ID type="WID">bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb</ID><ID type="Candidate_ID">C00001</ID></Candidate_Reference>
            <Job_Requisition_Reference><ID type="WID">cccccccccccccccccccccccccccccccc</ID><ID type="Job_Requisition_ID">R00001</ID></Job_Requisition_Reference>
            <Candidate_Assessment_Data>
              <Assess_Candidate_Reference>RECRUITING_ASSESSMENT-1-10</Assess_Candidate_Reference>
              <Assessed_On_Date>2026-01-16</Assessed_On_Date>
              <Assessment_Status_Reference><ID type="WID">dddddddddddddddddddddddddddddddd</ID><ID type="Assessment_Status_ID">HEYMILO_SEND_INVITE</ID></Assessment_Status_Reference>
              <Overall_Assessment_Comment>Secret note</Overall_Assessment_Comment>
              <Assess_Candidate_Test_Result_Data>
                <Assessment_Test_Result_Reference><ID type="Assessment_Test_Result_ID">RESULT-1</ID></Assessment_Test_Result_Reference>
                <Assessment_Test_Reference><ID type="Assessment_Test_ID">HEYMILO_AI_SCREEN</ID></Assessment_Test_Reference>
                <Assessment_Test_Score>87.5</Assessment_Test_Score>
                <Assessment_Test_Status_Reference><ID type="Assessment_Status_ID">HEYMILO_INVITED</ID></Assessment_Test_Status_Reference>
                <Assessment_Test_Date>2026-01-15</Assessment_Test_Date>
                <Comment>Secret comment</Comment>
                <Assessment_Test_Results_URL>https://example.com/r/1</Assessment_Test_Results_URL>
              </Assess_Candidate_Test_Result_Data>
              <Assess_Candidate_Test_Result_Data><Comment>a line without a test</Comment></Assess_Candidate_Test_Result_Data>
            </Candidate_Assessment_Data>
          </Assess_Candidate_Data>
          <Inline_Assessment_Data>
            <Job_Application_Reference><ID type="Job_Application_ID">JOB_APPLICATION-3-26</ID></Job_Application_Reference>
          </Inline_Assessment_Data>
        </Response_Data>"#,
    );
    let page = read(&answer, &PageRequest::single()).unwrap();
    let [order, inline] = &page.items[..] else {
        panic!("two assessments")
    };
    assert_eq!(order.event_wid.as_deref(), Some(WID));
    assert_eq!(order.application_id.as_deref(), Some("JOB_APPLICATION-3-25"));
    assert_eq!(order.application_wid.as_deref(), Some("a".repeat(32).as_str()));
    assert_eq!(order.candidate_id.as_deref(), Some("C00001"));
    assert_eq!(order.candidate_wid.as_deref(), Some("b".repeat(32).as_str()));
    assert_eq!(order.job_requisition_id.as_deref(), Some("R00001"));
    assert_eq!(order.job_requisition_wid.as_deref(), Some("c".repeat(32).as_str()));
    let assessment = &order.assessment;
    assert_eq!(assessment.assessment_id.as_deref(), Some("RECRUITING_ASSESSMENT-1-10"));
    assert_eq!(assessment.status_id.as_deref(), Some("HEYMILO_SEND_INVITE"));
    assert_eq!(assessment.assessed_on.as_deref(), Some("2026-01-16"));
    assert_eq!(assessment.overall_comment.as_deref(), Some("Secret note"));
    assert_eq!(
        assessment.test_results[0],
        TestResult {
            result_id: Some("RESULT-1".into()),
            test_id: "HEYMILO_AI_SCREEN".into(),
            score: Some("87.5".into()),
            status_id: Some("HEYMILO_INVITED".into()),
            date: Some("2026-01-15".into()),
            comment: Some("Secret comment".into()),
            results_url: Some("https://example.com/r/1".into()),
        }
    );
    assert_eq!(assessment.test_results[1].test_id, "");
    assert!(!order.inline && inline.inline);
    assert_eq!(
        (inline.event_wid.as_deref(), inline.application_id.as_deref()),
        (None, Some("JOB_APPLICATION-3-26"))
    );

    let shown = format!("{page:?}");
    for personal in ["Secret", "87.5", "Dana", "example.com"] {
        assert!(!shown.contains(personal), "{personal}");
    }
}
