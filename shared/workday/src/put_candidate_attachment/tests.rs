//! What `Put_Candidate_Attachment` sends around the file, and how its answer is read.

use super::*;
use crate::testing::{compact, rendered, response};

fn minimal() -> CandidateAttachment {
    CandidateAttachment {
        candidate_id: "C00001".into(),
        id: None,
        filename: "report.pdf".into(),
        content: Bytes::from_static(b"%PDF-1.7 content"),
        mime_type: None,
        comment: None,
        document_category: Reference::of(id_type::WORKDAY_OWNED_DOCUMENT_CATEGORY, "OTHER_DOCUMENTS"),
        replaces: None,
        add_only: false,
    }
}

fn full() -> CandidateAttachment {
    CandidateAttachment {
        id: Some("HM-REPORT-1".into()),
        mime_type: Some("application/pdf".into()),
        comment: Some("Screening report".into()),
        document_category: Reference::of(id_type::DOCUMENT_CATEGORY, "SCREENING"),
        replaces: Some("FILE-7".into()),
        ..minimal()
    }
}

fn body(attachment: &CandidateAttachment) -> String {
    rendered(&OPERATION, &[("Add_Only", "true")], |writer| attachment.write(writer))
}

#[test]
fn minimal_request() {
    assert_eq!(
        body(&minimal()),
        compact(
            r#"<wd:Put_Candidate_Attachment_Request wd:version="v45.2" wd:Add_Only="true">
              <wd:Candidate_Reference><wd:ID wd:type="Candidate_ID">C00001</wd:ID></wd:Candidate_Reference>
              <wd:Candidate_Attachment_Data>
                <wd:Attachment_Data>
                  <wd:Filename>report.pdf</wd:Filename>
                  <wd:File_Content></wd:File_Content>
                </wd:Attachment_Data>
                <wd:Document_Category_Reference><wd:ID wd:type="Document_Category__Workday_Owned__ID">OTHER_DOCUMENTS</wd:ID></wd:Document_Category_Reference>
              </wd:Candidate_Attachment_Data>
            </wd:Put_Candidate_Attachment_Request>"#
        )
    );
}

#[test]
fn full_request() {
    assert_eq!(
        body(&full()),
        compact(
            r#"<wd:Put_Candidate_Attachment_Request wd:version="v45.2" wd:Add_Only="true">
              <wd:Candidate_Reference><wd:ID wd:type="Candidate_ID">C00001</wd:ID></wd:Candidate_Reference>
              <wd:Candidate_Attachment_Data>
                <wd:Candidate_Attachment_Reference><wd:ID wd:type="File_ID">FILE-7</wd:ID></wd:Candidate_Attachment_Reference>
                <wd:Attachment_Data>
                  <wd:ID>HM-REPORT-1</wd:ID>
                  <wd:Filename>report.pdf</wd:Filename>
                  <wd:File_Content></wd:File_Content>
                  <wd:Mime_Type_Reference><wd:ID wd:type="Content_Type_ID">application/pdf</wd:ID></wd:Mime_Type_Reference>
                  <wd:Comment>Screening report</wd:Comment>
                </wd:Attachment_Data>
                <wd:Document_Category_Reference><wd:ID wd:type="Document_Category_ID">SCREENING</wd:ID></wd:Document_Category_Reference>
              </wd:Candidate_Attachment_Data>
            </wd:Put_Candidate_Attachment_Request>"#
        )
    );
}

#[test]
fn the_answer_names_the_attachments() {
    let answer = response(
        &OPERATION,
        r#"<Attachment_Reference><ID type="WID">0123456789abcdef0123456789abcdef</ID><ID type="File_ID">FILE-8</ID></Attachment_Reference>
        <Attachment_Reference><ID type="WID">aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</ID></Attachment_Reference>"#,
    );
    assert_eq!(read(&answer), ["FILE-8".to_owned(), "a".repeat(32)]);
}

#[test]
fn names_and_content_are_not_in_the_debug_output() {
    let shown = format!("{:?}", full());
    for personal in ["report.pdf", "PDF-1.7", "Screening report"] {
        assert!(!shown.contains(personal), "{personal}");
    }
}
