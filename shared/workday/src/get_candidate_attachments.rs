//! `Get_Candidate_Attachments`: which documents a candidate has. The answer carries every file; the files are
//! dropped as they arrive, so this costs the memory of the names.

use std::fmt;

use crate::{
    client::Client,
    credential::Credential,
    error::Error,
    operation::Operation,
    page::{Page, PageRequest},
    reference::{References, id_type},
    xml::{Element, Writer},
};

pub(crate) const OPERATION: Operation = Operation::read(
    "Get_Candidate_Attachments",
    "Get_Candidate_Attachments_Request",
    "Get_Candidate_Attachments_Response",
);
/// The largest page there is: a candidate's attachments are read as one.
const WHOLE_LIST: u16 = 999;

/// Which attachments to list (`Request_References` or `Request_Criteria`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CandidateAttachmentQuery {
    /// All of a candidate, by `Candidate_ID` or WID.
    OfCandidate(String),
    /// By `File_ID` or WID; unknown ones are left out of the answer.
    ByFile(Vec<String>),
}

/// An attachment without its content; `Debug` shows ids only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AttachmentName {
    /// `File_ID`, or the WID if the answer has no other id.
    pub file_id: Option<String>,
    /// `ID` as it was put.
    pub id: Option<String>,
    /// `Filename`.
    pub filename: String,
    /// `Comment`.
    pub comment: Option<String>,
}

impl Client {
    /// Calls `Get_Candidate_Attachments`; fails with [`Error::TooLarge`] if the list does not fit one page.
    pub async fn get_candidate_attachments(
        &self,
        credential: &Credential,
        query: &CandidateAttachmentQuery,
    ) -> Result<Vec<AttachmentName>, Error> {
        if matches!(query, CandidateAttachmentQuery::ByFile(ids) if ids.is_empty()) {
            return Ok(Vec::new());
        }
        let request = self.request(credential, OPERATION, &[], |writer| write(query, writer));
        let response = self.send_for_files(credential, request).await?;
        read(&response)
    }
}

fn write(query: &CandidateAttachmentQuery, writer: &mut Writer) {
    match query {
        CandidateAttachmentQuery::OfCandidate(id) => writer.within("Request_Criteria", |writer| {
            writer.id("Candidate_Reference", id_type::CANDIDATE, id);
        }),
        CandidateAttachmentQuery::ByFile(ids) => {
            writer.within_with("Request_References", &[("Skip_Non_Existing_Instances", "true")], |writer| {
                writer.ids("Candidate_Attachment_Reference", id_type::FILE, ids);
            });
        }
    }
    PageRequest::single().with_count(WHOLE_LIST).write(writer);
    writer.within("Response_Group", |writer| writer.flag("Include_Reference", true));
}

fn read(response: &Element) -> Result<Vec<AttachmentName>, Error> {
    let names = response
        .at(&["Response_Data"])
        .into_iter()
        .flat_map(|data| data.children("Candidate_Attachment"))
        .filter_map(|attachment| attachment.child("Candidate_Attachment_Data"))
        .map(AttachmentName::read);
    let asked = PageRequest::single();
    let page = Page::read(response, &asked, names.map(Ok))?;
    if page.total_pages > asked.page {
        return Err(Error::TooLarge);
    }
    Ok(page.items)
}

impl AttachmentName {
    fn read(data: &Element) -> Self {
        let reference = References::read_child(data, "Candidate_Attachment_Reference");
        let attachment = data.child("Attachment_Data");
        let text = |name| attachment.and_then(|attachment| attachment.text_of(name));
        Self {
            file_id: reference.and_then(|reference| reference.id(id_type::FILE)),
            id: text("ID"),
            filename: text("Filename").unwrap_or_default(),
            comment: text("Comment"),
        }
    }
}

impl fmt::Debug for AttachmentName {
    // Names of files carry names of people.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AttachmentName")
            .field("file_id", &self.file_id)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
