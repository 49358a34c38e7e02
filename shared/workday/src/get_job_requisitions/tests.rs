//! What `Get_Job_Requisitions` sends and how its answer is read.

use super::*;
use crate::testing::{compact, rendered, response};

const WID: &str = "0123456789abcdef0123456789abcdef";

fn request(query: &JobRequisitionQuery, page: &PageRequest) -> String {
    rendered(&OPERATION, &[], |writer| write(&NAMING, query, page, writer))
}

#[test]
fn by_reference() {
    let query = JobRequisitionQuery::ByReference(vec!["R00001".into(), WID.into()]);
    assert_eq!(
        request(&query, &PageRequest::single()),
        compact(
            r#"<wd:Get_Job_Requisitions_Request wd:version="v45.2">
              <wd:Request_References wd:Skip_Non_Existing_Instances="true">
                <wd:Job_Requisition_Reference><wd:ID wd:type="Job_Requisition_ID">R00001</wd:ID></wd:Job_Requisition_Reference>
                <wd:Job_Requisition_Reference><wd:ID wd:type="WID">0123456789abcdef0123456789abcdef</wd:ID></wd:Job_Requisition_Reference>
              </wd:Request_References>
              <wd:Response_Filter><wd:Count>100</wd:Count></wd:Response_Filter>
              <wd:Response_Group>
                <wd:Include_Reference>true</wd:Include_Reference>
                <wd:Include_Job_Requisition_Definition_Data>true</wd:Include_Job_Requisition_Definition_Data>
                <wd:Include_Job_Requisition_Restrictions_Data>true</wd:Include_Job_Requisition_Restrictions_Data>
                <wd:Include_Qualifications>false</wd:Include_Qualifications>
                <wd:Include_Job_Requisition_Attachments>false</wd:Include_Job_Requisition_Attachments>
                <wd:Include_Organizations>false</wd:Include_Organizations>
                <wd:Include_Roles>false</wd:Include_Roles>
              </wd:Response_Group>
            </wd:Get_Job_Requisitions_Request>"#
        )
    );
}

#[test]
fn by_status_and_by_change() {
    let page = PageRequest {
        page: 2,
        ..PageRequest::first("2026-01-16T10:00:00Z")
    };
    let by_status = request(&JobRequisitionQuery::ByStatus(vec!["Open".into()]), &page);
    assert!(by_status.starts_with(&compact(
        r#"<wd:Get_Job_Requisitions_Request wd:version="v45.2">
          <wd:Request_Criteria>
            <wd:Job_Requisition_Status_Reference><wd:ID wd:type="Job_Requisition_Status_ID">Open</wd:ID></wd:Job_Requisition_Status_Reference>
          </wd:Request_Criteria>
          <wd:Response_Filter>
            <wd:As_Of_Entry_DateTime>2026-01-16T10:00:00Z</wd:As_Of_Entry_DateTime><wd:Page>2</wd:Page><wd:Count>100</wd:Count>
          </wd:Response_Filter>"#
    )));
    let updated = JobRequisitionQuery::UpdatedBetween {
        from: "2026-01-15T10:00:00Z".into(),
        through: "2026-01-16T10:00:00Z".into(),
    };
    assert!(request(&updated, &page).starts_with(&compact(
        r#"<wd:Get_Job_Requisitions_Request wd:version="v45.2">
          <wd:Request_Criteria>
            <wd:Transaction_Log_Criteria_Data>
              <wd:Transaction_Date_Range_Data>
                <wd:Updated_From>2026-01-15T10:00:00Z</wd:Updated_From>
                <wd:Updated_Through>2026-01-16T10:00:00Z</wd:Updated_Through>
              </wd:Transaction_Date_Range_Data>
            </wd:Transaction_Log_Criteria_Data>
          </wd:Request_Criteria>"#
    )));
}

#[test]
fn a_question_about_nothing_is_recognised() {
    assert!(JobRequisitionQuery::ByReference(vec![]).names_nothing());
    assert!(JobRequisitionQuery::ByStatus(vec![]).names_nothing());
    assert!(!JobRequisitionQuery::ByStatus(vec!["Open".into()]).names_nothing());
}

#[test]
fn a_full_requisition_is_read() {
    let answer = response(
        &OPERATION,
        r#"<Response_Results><Total_Results>1</Total_Results><Total_Pages>1</Total_Pages><Page_Results>1</Page_Results><Page>1</Page></Response_Results>
        <Response_Data><Job_Requisition>
          <Job_Requisition_Reference Descriptor="R00001 Baker"><ID type="WID">0123456789abcdef0123456789abcdef</ID><ID type="Job_Requisition_ID">R00001</ID></Job_Requisition_Reference>
          <Job_Requisition_Data>
            <Job_Requisition_Status_Reference Descriptor="Open"><ID type="Job_Requisition_Status_ID">Open</ID></Job_Requisition_Status_Reference>
            <Job_Requisition_Detail_Data>
              <Job_Posting_Title>Baker &amp; Confectioner</Job_Posting_Title>
              <Job_Description_Summary>Bakes.</Job_Description_Summary>
              <Job_Description>&lt;p&gt;Bakes &lt;b&gt;bread&lt;/b&gt;.&lt;/p&gt;</Job_Description>
              <Additional_Job_Description><![CDATA[<p>Nights.</p>]]></Additional_Job_Description>
              <Confidential_Job_Requisition>1</Confidential_Job_Requisition>
            </Job_Requisition_Detail_Data>
            <Hiring_Requirement_Data>
              <Job_Profile_Reference Descriptor="Baker"><ID type="Job_Profile_ID">BAKER</ID></Job_Profile_Reference>
              <Primary_Location_Reference Descriptor="Springfield"><ID type="Location_ID">SPRINGFIELD</ID></Primary_Location_Reference>
            </Hiring_Requirement_Data>
            <Assessment_Data>
              <Inline_Assessment_Test_Reference><ID type="Assessment_Test_ID">INLINE</ID></Inline_Assessment_Test_Reference>
              <Default_Assessment_Tests_Reference><ID type="Assessment_Test_ID">HEYMILO_AI_SCREEN</ID></Default_Assessment_Tests_Reference>
              <Default_Assessment_Tests_Reference><ID type="Assessment_Test_ID">OTHER</ID></Default_Assessment_Tests_Reference>
            </Assessment_Data>
            <Supervisory_Organization_Reference Descriptor="Bakery"><ID type="Organization_Reference_ID">SUP</ID></Supervisory_Organization_Reference>
          </Job_Requisition_Data>
        </Job_Requisition></Response_Data>"#,
    );
    let page = read(&NAMING, &answer, &PageRequest::single()).unwrap();
    let requisition = &page.items[0];
    let descriptor = |references: &Option<References>| references.clone().unwrap().descriptor.unwrap();
    assert_eq!((requisition.id.as_str(), requisition.wid.as_deref()), ("R00001", Some(WID)));
    assert_eq!(requisition.title.as_deref(), Some("Baker & Confectioner"));
    assert_eq!(requisition.status.as_ref().unwrap().best(), Some("Open"));
    assert_eq!(descriptor(&requisition.location), "Springfield");
    assert_eq!(descriptor(&requisition.job_profile), "Baker");
    assert_eq!(descriptor(&requisition.supervisory_organization), "Bakery");
    assert_eq!(requisition.description_summary.as_deref(), Some("Bakes."));
    assert_eq!(requisition.description_html.as_deref(), Some("<p>Bakes <b>bread</b>.</p>"));
    assert_eq!(requisition.additional_description_html.as_deref(), Some("<p>Nights.</p>"));
    assert!(requisition.confidential);
    assert!(requisition.inline_assessment_test.as_ref().unwrap().is("INLINE"));
    assert_eq!(requisition.default_assessment_tests.len(), 2);
    assert!(requisition.default_assessment_tests[0].is("HEYMILO_AI_SCREEN"));
}

#[test]
fn a_bare_requisition_is_read_and_a_nameless_one_is_malformed() {
    let bare = response(
        &OPERATION,
        r#"<Response_Data><Job_Requisition><Job_Requisition_Reference><ID type="WID">0123456789abcdef0123456789abcdef</ID></Job_Requisition_Reference></Job_Requisition></Response_Data>"#,
    );
    let page = read(&NAMING, &bare, &PageRequest::single()).unwrap();
    assert_eq!(page.items[0].id, WID);
    assert_eq!(page.items[0].title, None);
    let nameless = response(&OPERATION, "<Response_Data><Job_Requisition/></Response_Data>");
    assert!(matches!(
        read(&NAMING, &nameless, &PageRequest::single()),
        Err(Error::Malformed { .. })
    ));
    let nothing = response(&OPERATION, "");
    assert_eq!(read(&NAMING, &nothing, &PageRequest::single()).unwrap().items, []);
}
