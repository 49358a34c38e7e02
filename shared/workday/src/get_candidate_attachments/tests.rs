//! What `Get_Candidate_Attachments` sends and how its answer is read.

use super::*;
use crate::testing::{compact, rendered, response};

fn body(query: &CandidateAttachmentQuery) -> String {
    rendered(&OPERATION, &[], |writer| write(query, writer))
}

#[test]
fn of_a_candidate() {
    assert_eq!(
        body(&CandidateAttachmentQuery::OfCandidate("C00001".into())),
        compact(
            r#"<wd:Get_Candidate_Attachments_Request wd:version="v45.2">
              <wd:Request_Criteria>
                <wd:Candidate_Reference><wd:ID wd:type="Candidate_ID">C00001</wd:ID></wd:Candidate_Reference>
              </wd:Request_Criteria>
              <wd:Response_Filter><wd:Count>999</wd:Count></wd:Response_Filter>
              <wd:Response_Group><wd:Include_Reference>true</wd:Include_Reference></wd:Response_Group>
            </wd:Get_Candidate_Attachments_Request>"#
        )
    );
}

#[test]
fn by_file() {
    assert_eq!(
        body(&CandidateAttachmentQuery::ByFile(vec!["FILE-8".into()])),
        compact(
            r#"<wd:Get_Candidate_Attachments_Request wd:version="v45.2">
              <wd:Request_References wd:Skip_Non_Existing_Instances="true">
                <wd:Candidate_Attachment_Reference><wd:ID wd:type="File_ID">FILE-8</wd:ID></wd:Candidate_Attachment_Reference>
              </wd:Request_References>
              <wd:Response_Filter><wd:Count>999</wd:Count></wd:Response_Filter>
              <wd:Response_Group><wd:Include_Reference>true</wd:Include_Reference></wd:Response_Group>
            </wd:Get_Candidate_Attachments_Request>"#
        )
    );
}

#[test]
fn names_are_read() {
    let answer = response(
        &OPERATION,
        r#"<Response_Data>
          <Candidate_Attachment><Candidate_Attachment_Data>
            <Candidate_Attachment_Reference><ID type="WID">0123456789abcdef0123456789abcdef</ID><ID type="File_ID">FILE-8</ID></Candidate_Attachment_Reference>
            <Attachment_Data><ID>HM-REPORT-1</ID><Filename>report.pdf</Filename><File_Content></File_Content><Comment>c</Comment></Attachment_Data>
          </Candidate_Attachment_Data></Candidate_Attachment>
          <Candidate_Attachment><Candidate_Attachment_Data/></Candidate_Attachment>
        </Response_Data>"#,
    );
    let names = read(&answer).unwrap();
    assert_eq!(
        names[0],
        AttachmentName {
            file_id: Some("FILE-8".into()),
            id: Some("HM-REPORT-1".into()),
            filename: "report.pdf".into(),
            comment: Some("c".into()),
        }
    );
    assert_eq!(names[1], AttachmentName::default());
    assert!(!format!("{names:?}").contains("report.pdf"));
}

#[test]
fn a_list_of_several_pages_is_not_taken_for_the_whole() {
    let answer = response(
        &OPERATION,
        "<Response_Results><Total_Pages>2</Total_Pages><Page>1</Page></Response_Results>",
    );
    assert!(matches!(read(&answer), Err(Error::TooLarge)));
}
