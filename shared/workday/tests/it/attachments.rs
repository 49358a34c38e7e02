//! Files on their way in and out: streamed, and dropped as they arrive.

use axum::{body::Body, response::Response};
use bytes::Bytes;
use futures::stream;
use workday::{CandidateAttachment, CandidateAttachmentQuery, Error, Reference, id_type};

use crate::stub::{Stub, bearer, envelope};

pub(crate) fn attachment(content: Bytes) -> CandidateAttachment {
    CandidateAttachment {
        candidate_id: "C00001".into(),
        id: Some("HM-REPORT-1".into()),
        filename: "R00001 screening report.pdf".into(),
        content,
        mime_type: Some("application/pdf".into()),
        comment: None,
        document_category: Reference::of(id_type::DOCUMENT_CATEGORY, "SCREENING"),
        replaces: None,
        add_only: true,
    }
}

#[tokio::test]
async fn a_file_arrives_whole_under_a_declared_length() {
    let answer = envelope(
        "<wd:Put_Candidate_Attachment_Response xmlns:wd=\"urn:com.workday/bsvc\"><wd:Attachment_Reference>\
         <wd:ID wd:type=\"File_ID\">FILE-8</wd:ID></wd:Attachment_Reference></wd:Put_Candidate_Attachment_Response>",
    );
    for length in [0, 1, 2, 3, 49_151, 49_152, 49_153, 300_001] {
        let content: Vec<u8> = (0..length).map(|index: u32| index.to_le_bytes()[0]).collect();
        let stub = Stub::answering(200, &[], answer.clone()).await;
        let files = stub
            .client()
            .put_candidate_attachment(&bearer(), &attachment(content.clone().into()))
            .await
            .unwrap();
        assert_eq!(files, ["FILE-8"]);

        let request = stub.received();
        assert_eq!(request.header("transfer-encoding"), None);
        assert_eq!(request.header("content-length"), Some(request.body.len().to_string().as_str()));
        assert!(request.text().contains(" wd:Add_Only=\"true\">"));
        let (_, rest) = request.text().split_once("<wd:File_Content>").unwrap();
        let (encoded, _) = rest.split_once("</wd:File_Content>").unwrap();
        let decoded = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, encoded).unwrap();
        assert_eq!(decoded, content, "{length}");
    }
}

/// A list of so many attachments of so many pieces of 64 KiB each, sent piece by piece.
fn huge_list(attachments: usize, pieces: usize) -> Response {
    let (before, after) = {
        let whole = envelope(
            "<wd:Get_Candidate_Attachments_Response xmlns:wd=\"urn:com.workday/bsvc\"><wd:Response_Data>CUT</wd:Response_Data>\
             </wd:Get_Candidate_Attachments_Response>",
        );
        let (before, after) = whole.split_once("CUT").unwrap();
        (Bytes::from(before.to_owned()), Bytes::from(after.to_owned()))
    };
    let content = Bytes::from(vec![b'A'; 64 * 1024]);
    let rows = (0..attachments).flat_map(move |number| {
        let open = format!(
            "<wd:Candidate_Attachment><wd:Candidate_Attachment_Data><wd:Candidate_Attachment_Reference>\
             <wd:ID wd:type=\"File_ID\">FILE-{number}</wd:ID></wd:Candidate_Attachment_Reference>\
             <wd:Attachment_Data><wd:Filename>{number}.pdf</wd:Filename><wd:File_Content>"
        );
        let close = "</wd:File_Content></wd:Attachment_Data></wd:Candidate_Attachment_Data></wd:Candidate_Attachment>";
        std::iter::once(Bytes::from(open))
            .chain(std::iter::repeat_n(content.clone(), pieces))
            .chain(std::iter::once(Bytes::from(close)))
    });
    let chunks = std::iter::once(before).chain(rows).chain(std::iter::once(after));
    Response::new(Body::from_stream(stream::iter(chunks.map(Ok::<_, std::convert::Infallible>))))
}

#[tokio::test]
async fn a_list_far_beyond_the_limit_on_answers_costs_only_its_names() {
    // 40 MiB of files against a limit of 10 MiB on what is kept.
    let stub = Stub::with(|| huge_list(20, 32)).await;
    let query = CandidateAttachmentQuery::OfCandidate("C00001".into());
    let names = stub.client().get_candidate_attachments(&bearer(), &query).await.unwrap();
    assert_eq!(names.len(), 20);
    assert_eq!(names[19].file_id.as_deref(), Some("FILE-19"));
    assert_eq!(names[19].filename, "19.pdf");
}

#[tokio::test]
async fn a_boundless_list_is_given_up_on() {
    let stub = Stub::with(|| huge_list(1, 3_300)).await;
    let query = CandidateAttachmentQuery::OfCandidate("C00001".into());
    let result = stub.client().get_candidate_attachments(&bearer(), &query).await;
    assert!(matches!(result, Err(Error::TooLarge)));
}
