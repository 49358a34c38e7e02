//! What `Get_Candidates` sends and how its answer is read.

use super::*;
use crate::testing::{compact, rendered, response};

const WID: &str = "0123456789abcdef0123456789abcdef";

fn request(query: &CandidateQuery, page: &PageRequest) -> String {
    rendered(&OPERATION, &[], |writer| write(query, page, writer))
}

#[test]
fn by_reference_without_attachments() {
    let query = CandidateQuery::ByReference(vec!["C00001".into()]);
    assert_eq!(
        request(&query, &PageRequest::single()),
        compact(
            r#"<wd:Get_Candidates_Request wd:version="v45.2">
              <wd:Request_References wd:Skip_Non_Existing_Instances="true">
                <wd:Candidate_Reference><wd:ID wd:type="Candidate_ID">C00001</wd:ID></wd:Candidate_Reference>
              </wd:Request_References>
              <wd:Response_Filter><wd:Count>100</wd:Count></wd:Response_Filter>
              <wd:Response_Group>
                <wd:Include_Reference>true</wd:Include_Reference>
                <wd:Exclude_All_Attachments>true</wd:Exclude_All_Attachments>
              </wd:Response_Group>
            </wd:Get_Candidates_Request>"#
        )
    );
}

#[test]
fn in_stage() {
    let query = CandidateQuery::InStage {
        job_requisitions: vec!["R00001".into(), "R00002".into()],
        stage: Some("ASSESSMENT".into()),
    };
    assert_eq!(
        request(&query, &PageRequest::first("2026-01-16T10:00:00Z")),
        compact(
            r#"<wd:Get_Candidates_Request wd:version="v45.2">
              <wd:Request_Criteria>
                <wd:Job_Requisition_Reference><wd:ID wd:type="Job_Requisition_ID">R00001</wd:ID></wd:Job_Requisition_Reference>
                <wd:Job_Requisition_Reference><wd:ID wd:type="Job_Requisition_ID">R00002</wd:ID></wd:Job_Requisition_Reference>
                <wd:Recruiting_Stage_Reference><wd:ID wd:type="Recruiting_Stage_ID">ASSESSMENT</wd:ID></wd:Recruiting_Stage_Reference>
              </wd:Request_Criteria>
              <wd:Response_Filter>
                <wd:As_Of_Entry_DateTime>2026-01-16T10:00:00Z</wd:As_Of_Entry_DateTime><wd:Page>1</wd:Page><wd:Count>100</wd:Count>
              </wd:Response_Filter>
              <wd:Response_Group>
                <wd:Include_Reference>true</wd:Include_Reference>
                <wd:Exclude_All_Attachments>true</wd:Exclude_All_Attachments>
              </wd:Response_Group>
            </wd:Get_Candidates_Request>"#
        )
    );
    let any_stage = CandidateQuery::InStage {
        job_requisitions: vec!["R00001".into()],
        stage: None,
    };
    assert!(!request(&any_stage, &PageRequest::single()).contains("Recruiting_Stage"));
}

#[test]
fn applied_since() {
    let query = CandidateQuery::AppliedSince {
        from: "2026-01-01T00:00:00Z".into(),
        job_requisitions: vec!["R00001".into()],
    };
    assert!(request(&query, &PageRequest::single()).contains(&compact(
        r#"<wd:Request_Criteria>
            <wd:Job_Requisition_Reference><wd:ID wd:type="Job_Requisition_ID">R00001</wd:ID></wd:Job_Requisition_Reference>
            <wd:Applied_From>2026-01-01T00:00:00Z</wd:Applied_From>
          </wd:Request_Criteria>"#
    )));
}

#[test]
fn updated_between() {
    let query = CandidateQuery::UpdatedBetween {
        from: "2026-01-16T09:45:00Z".into(),
        through: "2026-01-16T10:00:00Z".into(),
    };
    assert!(request(&query, &PageRequest::single()).contains(&compact(
        r"<wd:Request_Criteria>
            <wd:Transaction_Log_Criteria_Data>
              <wd:Transaction_Date_Range_Data>
                <wd:Updated_From>2026-01-16T09:45:00Z</wd:Updated_From>
                <wd:Updated_Through>2026-01-16T10:00:00Z</wd:Updated_Through>
              </wd:Transaction_Date_Range_Data>
            </wd:Transaction_Log_Criteria_Data>
          </wd:Request_Criteria>"
    )));
}

#[test]
fn a_question_about_nobody_is_recognised() {
    assert!(CandidateQuery::ByReference(vec![]).names_nobody());
    assert!(
        CandidateQuery::InStage {
            job_requisitions: vec![],
            stage: Some("ASSESSMENT".into())
        }
        .names_nobody()
    );
    assert!(
        !CandidateQuery::AppliedSince {
            from: String::new(),
            job_requisitions: vec![]
        }
        .names_nobody()
    );
}

const FULL: &str = r#"<Response_Data><Candidate>
  <Candidate_Reference Descriptor="Dana Example (C00001)"><ID type="WID">0123456789abcdef0123456789abcdef</ID><ID type="Candidate_ID">C00001</ID></Candidate_Reference>
  <Candidate_Data>
    <Candidate_ID>C00001</Candidate_ID>
    <Name_Data>
      <Legal_Name><Name_Detail_Data><Full_Name>Dagmar Example</Full_Name><First_Name>Dagmar</First_Name><Last_Name>Example</Last_Name></Name_Detail_Data></Legal_Name>
      <Preferred_Name><Name_Detail_Data><First_Name>Dana</First_Name></Name_Detail_Data></Preferred_Name>
    </Name_Data>
    <Contact_Data>
      <Country_Phone_Code_Reference Descriptor="United States of America (+1)"><ID type="Country_Phone_Code_ID">USA_1</ID></Country_Phone_Code_Reference>
      <Phone_Number>555-0100</Phone_Number><Phone_Extension>12</Phone_Extension>
      <Email_Address>dana@example.com</Email_Address>
    </Contact_Data>
    <Status_Data><Do_Not_Hire>true</Do_Not_Hire><Withdrawn>0</Withdrawn></Status_Data>
    <Job_Application_Data>
      <Job_Application_Reference><ID type="WID">aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</ID><ID type="Job_Application_ID">JOB_APPLICATION-3-25</ID></Job_Application_Reference>
      <Job_Applied_To_Data>
        <Job_Application_ID>JOB_APPLICATION-3-25</Job_Application_ID>
        <Job_Requisition_Reference><ID type="WID">bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb</ID><ID type="Job_Requisition_ID">R00001</ID></Job_Requisition_Reference>
        <Job_Application_Date>2026-01-10T09:00:00.000-08:00</Job_Application_Date>
        <Stage_Reference Descriptor="Assessment"><ID type="Recruiting_Stage_ID">ASSESSMENT</ID></Stage_Reference>
        <Workflow_Step_Reference><ID type="Workflow_Step_ID">STEP</ID></Workflow_Step_Reference>
        <Disposition_Reference><ID type="Recruiting_Disposition_ID">NO</ID></Disposition_Reference>
        <Status_Timestamp>2026-01-16T10:00:00.000-08:00</Status_Timestamp>
      </Job_Applied_To_Data>
    </Job_Application_Data>
    <Job_Application_Data>
      <Job_Application_Reference><ID type="Job_Application_ID">JOB_APPLICATION-3-26</ID></Job_Application_Reference>
      <Job_Applied_To_Data>
        <Job_Requisition_Reference><ID type="Job_Requisition_ID">R00002</ID></Job_Requisition_Reference>
        <Stage_Reference><ID type="Recruiting_Stage_ID">REVIEW</ID></Stage_Reference>
      </Job_Applied_To_Data>
    </Job_Application_Data>
  </Candidate_Data>
</Candidate></Response_Data>"#;

#[test]
fn a_full_candidate_is_read() {
    let page = read(&response(&OPERATION, FULL), &PageRequest::single()).unwrap();
    let candidate = &page.items[0];
    assert_eq!((candidate.candidate_id.as_str(), candidate.wid.as_deref()), ("C00001", Some(WID)));
    assert_eq!(candidate.first_name.as_deref(), Some("Dana"), "preferred");
    assert_eq!(
        candidate.last_name.as_deref(),
        Some("Example"),
        "legal, for want of a preferred one"
    );
    assert_eq!(candidate.display_name().as_deref(), Some("Dana Example"));
    assert_eq!(candidate.email.as_deref(), Some("dana@example.com"));
    let phone = candidate.phone.as_ref().unwrap();
    assert_eq!((phone.number.as_str(), phone.extension.as_deref()), ("555-0100", Some("12")));
    assert_eq!(phone.country_phone_code.as_ref().unwrap().best(), Some("USA_1"));
    assert!(candidate.do_not_hire && !candidate.withdrawn);

    let [first, second] = &candidate.applications[..] else {
        panic!("two applications")
    };
    assert_eq!(first.application_id, "JOB_APPLICATION-3-25");
    assert_eq!(first.wid.as_deref(), Some("a".repeat(32).as_str()));
    assert_eq!(first.job_requisition_id.as_deref(), Some("R00001"));
    assert_eq!(first.job_requisition_wid.as_deref(), Some("b".repeat(32).as_str()));
    assert!(first.stage.as_ref().unwrap().is("ASSESSMENT"));
    assert!(first.workflow_step.as_ref().unwrap().is("STEP"));
    assert!(first.disposition.as_ref().unwrap().is("NO"));
    assert_eq!(first.status_timestamp.as_deref(), Some("2026-01-16T10:00:00.000-08:00"));
    assert_eq!(first.applied_on.as_deref(), Some("2026-01-10T09:00:00.000-08:00"));
    assert_eq!(second.application_id, "JOB_APPLICATION-3-26");
    assert_eq!(second.disposition, None);
}

#[test]
fn nothing_personal_is_in_the_debug_output() {
    let page = read(&response(&OPERATION, FULL), &PageRequest::single()).unwrap();
    let shown = format!("{page:?} {:?}", page.items[0].phone);
    for personal in ["Dana", "Dagmar", "Example", "555", "example.com", "+1"] {
        assert!(!shown.contains(personal), "{personal} in {shown}");
    }
    assert!(shown.contains("C00001"));
}

#[test]
fn a_candidate_without_contact_or_split_name_is_read() {
    let answer = response(
        &OPERATION,
        r#"<Response_Data>
          <Candidate><Candidate_Data><Candidate_ID>C00002</Candidate_ID>
            <Name_Data><Legal_Name><Name_Detail_Data><Full_Name>Example</Full_Name></Name_Detail_Data></Legal_Name></Name_Data>
            <Contact_Data><Phone_Extension>1</Phone_Extension></Contact_Data></Candidate_Data></Candidate>
          <Candidate><Candidate_Reference><ID type="Candidate_ID">C00003</ID></Candidate_Reference></Candidate>
        </Response_Data>"#,
    );
    let page = read(&answer, &PageRequest::single()).unwrap();
    assert_eq!(page.items[0].display_name().as_deref(), Some("Example"));
    assert_eq!((&page.items[0].email, &page.items[0].phone), (&None, &None));
    assert_eq!(page.items[1].candidate_id, "C00003");
    assert_eq!(page.items[1].display_name(), None);
}

#[test]
fn what_cannot_be_named_is_malformed() {
    for content in [
        "<Response_Data><Candidate/></Response_Data>",
        "<Response_Data><Candidate><Candidate_Data><Candidate_ID>C1</Candidate_ID><Job_Application_Data><Job_Applied_To_Data/>\
         </Job_Application_Data></Candidate_Data></Candidate></Response_Data>",
    ] {
        let result = read(&response(&OPERATION, content), &PageRequest::single());
        assert!(matches!(result, Err(Error::Malformed { .. })));
    }
}

#[test]
fn one_candidate_that_cannot_be_read_costs_nobody_else_on_the_page() {
    let candidate = |number: u32| {
        format!("<Candidate><Candidate_Reference><ID type='Candidate_ID'>C{number:05}</ID></Candidate_Reference></Candidate>")
    };
    let nameless = "<Candidate><Candidate_Data><Name_Data/></Candidate_Data></Candidate>";
    let page = |candidates: &str, pages: u32| {
        let results = format!("<Response_Results><Total_Pages>{pages}</Total_Pages><Page>1</Page></Response_Results>");
        let answer = response(&OPERATION, &format!("{results}<Response_Data>{candidates}</Response_Data>"));
        read(&answer, &PageRequest::first("2026-01-16T10:00:00Z"))
    };
    let people: String = (1..200).map(candidate).collect();
    let read = page(&(nameless.to_owned() + &people), 2).unwrap();
    assert_eq!((read.items.len(), read.total_pages), (199, 2));
    // Nobody on the only page is no answer about anybody.
    assert!(matches!(page(nameless, 1), Err(Error::Malformed { .. })));
    assert!(page(nameless, 2).unwrap().items.is_empty());
    assert!(page("", 1).unwrap().items.is_empty());
}
