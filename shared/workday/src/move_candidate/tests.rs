//! What `Move_Candidate` sends.

use super::*;
use crate::testing::{compact, rendered};

fn body(target: AssessTarget, comment: Option<&str>) -> String {
    let request = MoveCandidateRequest {
        target,
        next_step: Reference::of(id_type::WORKFLOW_STEP, "JOB_APPLICATION_INTERVIEW"),
        comment: comment.map(str::to_owned),
    };
    assert!(!format!("{request:?}").contains("Moved on"));
    rendered(&OPERATION, &[], |writer| request.write(writer))
}

#[test]
fn minimal_request() {
    assert_eq!(
        body(AssessTarget::Application("JOB_APPLICATION-3-25".into()), None),
        compact(
            r#"<wd:Move_Candidate_Request wd:version="v45.2">
              <wd:Dynamic_Business_Process_Parameters>
                <wd:Next_Step_Reference><wd:ID wd:type="Workflow_Step_ID">JOB_APPLICATION_INTERVIEW</wd:ID></wd:Next_Step_Reference>
              </wd:Dynamic_Business_Process_Parameters>
              <wd:Move_Candidate_Data>
                <wd:Job_Application_Reference><wd:ID wd:type="Job_Application_ID">JOB_APPLICATION-3-25</wd:ID></wd:Job_Application_Reference>
              </wd:Move_Candidate_Data>
            </wd:Move_Candidate_Request>"#
        )
    );
}

#[test]
fn full_request() {
    let target = AssessTarget::Candidate {
        candidate_id: "C00001".into(),
        job_requisition_id: "R00001".into(),
    };
    assert_eq!(
        body(target, Some("Moved on by the AI screening result.")),
        compact(
            r#"<wd:Move_Candidate_Request wd:version="v45.2">
              <wd:Dynamic_Business_Process_Parameters>
                <wd:Next_Step_Reference><wd:ID wd:type="Workflow_Step_ID">JOB_APPLICATION_INTERVIEW</wd:ID></wd:Next_Step_Reference>
                <wd:Comment_Data><wd:Comment>Moved on by the AI screening result.</wd:Comment></wd:Comment_Data>
              </wd:Dynamic_Business_Process_Parameters>
              <wd:Move_Candidate_Data>
                <wd:Candidate_Criteria_Data>
                  <wd:Candidate_Reference><wd:ID wd:type="Candidate_ID">C00001</wd:ID></wd:Candidate_Reference>
                  <wd:Requisition_Reference><wd:ID wd:type="Job_Requisition_ID">R00001</wd:ID></wd:Requisition_Reference>
                </wd:Candidate_Criteria_Data>
              </wd:Move_Candidate_Data>
            </wd:Move_Candidate_Request>"#
        )
    );
}
