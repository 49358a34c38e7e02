//! What `Assess_Candidate` sends and how its answer is read.

use super::*;
use crate::testing::{compact, rendered, response};

const WID: &str = "0123456789abcdef0123456789abcdef";

fn minimal() -> AssessCandidateRequest {
    AssessCandidateRequest {
        target: AssessTarget::Application("JOB_APPLICATION-3-25".into()),
        assessment_id: None,
        assessed_on: "2026-01-16".into(),
        status_id: "HEYMILO_INVITED".into(),
        overall_comment: None,
        test_results: vec![],
        suppress_overwrite: false,
    }
}

fn full() -> AssessCandidateRequest {
    AssessCandidateRequest {
        target: AssessTarget::Event(WID.into()),
        assessment_id: Some("RECRUITING_ASSESSMENT-1-10".into()),
        overall_comment: Some("Finished: 87.5 of 100 <good> & quick\u{0}.".into()),
        test_results: vec![
            TestResult {
                result_id: Some("RESULT-1".into()),
                test_id: "HEYMILO_AI_SCREEN".into(),
                score: Some("87.5".into()),
                status_id: Some("HEYMILO_COMPLETED".into()),
                date: Some("2026-01-16".into()),
                comment: Some("Voice interview, 14 minutes.".into()),
                results_url: Some("https://example.com/reports/abc123?a=1&b=2".into()),
            },
            TestResult {
                test_id: WID.into(),
                ..TestResult::default()
            },
        ],
        suppress_overwrite: true,
        ..minimal()
    }
}

fn body(request: &AssessCandidateRequest) -> String {
    rendered(&OPERATION, &[], |writer| request.write(writer))
}

#[test]
fn minimal_request() {
    assert_eq!(
        body(&minimal()),
        compact(
            r#"<wd:Assess_Candidate_Request wd:version="v45.2">
              <wd:Assess_Candidate_Data>
                <wd:Job_Application_Reference><wd:ID wd:type="Job_Application_ID">JOB_APPLICATION-3-25</wd:ID></wd:Job_Application_Reference>
                <wd:Candidate_Assessment_Data>
                  <wd:Assessed_On_Date>2026-01-16</wd:Assessed_On_Date>
                  <wd:Assessment_Status_Reference><wd:ID wd:type="Assessment_Status_ID">HEYMILO_INVITED</wd:ID></wd:Assessment_Status_Reference>
                </wd:Candidate_Assessment_Data>
              </wd:Assess_Candidate_Data>
            </wd:Assess_Candidate_Request>"#
        )
    );
}

#[test]
fn full_request() {
    assert_eq!(
        body(&full()),
        compact(
            r#"<wd:Assess_Candidate_Request wd:version="v45.2">
              <wd:Assess_Candidate_Data>
                <wd:Event_Reference><wd:ID wd:type="WID">0123456789abcdef0123456789abcdef</wd:ID></wd:Event_Reference>
                <wd:Candidate_Assessment_Data>
                  <wd:Assess_Candidate_Reference>RECRUITING_ASSESSMENT-1-10</wd:Assess_Candidate_Reference>
                  <wd:Assessed_On_Date>2026-01-16</wd:Assessed_On_Date>
                  <wd:Assessment_Status_Reference><wd:ID wd:type="Assessment_Status_ID">HEYMILO_INVITED</wd:ID></wd:Assessment_Status_Reference>
                  <wd:Overall_Assessment_Comment>Finished: 87.5 of 100 &lt;good&gt; &amp; quick.</wd:Overall_Assessment_Comment>
                  <wd:Assess_Candidate_Test_Result_Data>
                    <wd:Assessment_Test_Result_Reference><wd:ID wd:type="Assessment_Test_Result_ID">RESULT-1</wd:ID></wd:Assessment_Test_Result_Reference>
                    <wd:Assessment_Test_Reference><wd:ID wd:type="Assessment_Test_ID">HEYMILO_AI_SCREEN</wd:ID></wd:Assessment_Test_Reference>
                    <wd:Assessment_Test_Score>87.5</wd:Assessment_Test_Score>
                    <wd:Assessment_Test_Status_Reference><wd:ID wd:type="Assessment_Status_ID">HEYMILO_COMPLETED</wd:ID></wd:Assessment_Test_Status_Reference>
                    <wd:Assessment_Test_Date>2026-01-16</wd:Assessment_Test_Date>
                    <wd:Comment>Voice interview, 14 minutes.</wd:Comment>
                    <wd:Assessment_Test_Results_URL>https://example.com/reports/abc123?a=1&amp;b=2</wd:Assessment_Test_Results_URL>
                  </wd:Assess_Candidate_Test_Result_Data>
                  <wd:Assess_Candidate_Test_Result_Data>
                    <wd:Assessment_Test_Reference><wd:ID wd:type="WID">0123456789abcdef0123456789abcdef</wd:ID></wd:Assessment_Test_Reference>
                  </wd:Assess_Candidate_Test_Result_Data>
                </wd:Candidate_Assessment_Data>
              </wd:Assess_Candidate_Data>
              <wd:Suppress_Overwrite>true</wd:Suppress_Overwrite>
            </wd:Assess_Candidate_Request>"#
        )
    );
}

#[test]
fn a_candidate_and_requisition_can_be_the_target() {
    let target = AssessTarget::Candidate {
        candidate_id: "C00001".into(),
        job_requisition_id: "R00001".into(),
    };
    assert!(body(&AssessCandidateRequest { target, ..minimal() }).contains(&compact(
        r#"<wd:Assess_Candidate_Data>
            <wd:Candidate_Criteria_Data>
              <wd:Candidate_Reference><wd:ID wd:type="Candidate_ID">C00001</wd:ID></wd:Candidate_Reference>
              <wd:Job_Requisition_Reference><wd:ID wd:type="Job_Requisition_ID">R00001</wd:ID></wd:Job_Requisition_Reference>
            </wd:Candidate_Criteria_Data>"#
    )));
}

#[test]
fn the_answer_names_event_and_assessment_if_it_wants_to() {
    let answer = response(
        &OPERATION,
        r#"<Candidate_Assessment_Event_Reference><ID type="WID">0123456789abcdef0123456789abcdef</ID></Candidate_Assessment_Event_Reference>
        <Candidate_Assessment_Reference><ID type="WID">aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</ID><ID type="Recruiting_Assessment_ID">RECRUITING_ASSESSMENT-1-10</ID></Candidate_Assessment_Reference>"#,
    );
    assert_eq!(
        AssessCandidateAnswer::read(&answer),
        AssessCandidateAnswer {
            event: Some(WID.into()),
            assessment_id: Some("RECRUITING_ASSESSMENT-1-10".into())
        }
    );
    assert_eq!(
        AssessCandidateAnswer::read(&response(&OPERATION, "")),
        AssessCandidateAnswer::default()
    );
}

#[test]
fn the_result_is_not_in_the_debug_output() {
    let shown = format!("{:?}", full());
    for personal in ["87.5", "Finished", "Voice", "example.com"] {
        assert!(!shown.contains(personal), "{personal}");
    }
}
