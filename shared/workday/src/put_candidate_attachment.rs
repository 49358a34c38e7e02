//! `Put_Candidate_Attachment`: puts a document on a candidate, the file streamed into the request.

use std::fmt;

use bytes::Bytes;

use crate::{
    client::Client,
    credential::Credential,
    error::Error,
    operation::Operation,
    reference::{Reference, References, id_type},
    xml::{Element, Writer},
};

pub(crate) const OPERATION: Operation = Operation::write(
    "Put_Candidate_Attachment",
    "Put_Candidate_Attachment_Request",
    "Put_Candidate_Attachment_Response",
);

/// A document for a candidate (`Candidate_Attachment_Data`); `Debug` shows ids and the size only.
#[derive(Clone, PartialEq, Eq)]
pub struct CandidateAttachment {
    /// `Candidate_ID` or WID.
    pub candidate_id: String,
    /// `ID`: an id of our own, by which a repeat can be recognised.
    pub id: Option<String>,
    /// `Filename`, at most 255 characters.
    pub filename: String,
    /// The file's bytes.
    pub content: Bytes,
    /// `Content_Type_ID`, such as `application/pdf`.
    pub mime_type: Option<String>,
    /// `Comment`.
    pub comment: Option<String>,
    /// `Document_Category_Reference`, which Workday demands.
    pub document_category: Reference,
    /// `Candidate_Attachment_Reference`: the `File_ID` or WID of an attachment to replace.
    pub replaces: Option<String>,
    /// `Add_Only`: refuse if the attachment exists already.
    pub add_only: bool,
}

impl Client {
    /// Calls `Put_Candidate_Attachment`; returns the `File_ID` (or WID) of each attachment the answer names.
    pub async fn put_candidate_attachment(&self, credential: &Credential, attachment: &CandidateAttachment) -> Result<Vec<String>, Error> {
        let add_only = if attachment.add_only { "true" } else { "false" };
        let request = self
            .request(credential, OPERATION, &[("Add_Only", add_only)], |writer| {
                attachment.write(writer);
            })
            .with_file(attachment.content.clone());
        let response = self.send(credential, request).await?;
        Ok(read(&response))
    }
}

fn read(response: &Element) -> Vec<String> {
    response
        .children("Attachment_Reference")
        .filter_map(|reference| References::read(reference).id(id_type::FILE))
        .collect()
}

impl CandidateAttachment {
    fn write(&self, writer: &mut Writer) {
        writer.id("Candidate_Reference", id_type::CANDIDATE, &self.candidate_id);
        writer.within("Candidate_Attachment_Data", |writer| {
            if let Some(id) = &self.replaces {
                writer.id("Candidate_Attachment_Reference", id_type::FILE, id);
            }
            writer.within("Attachment_Data", |writer| {
                writer.optional("ID", self.id.as_deref());
                writer.element("Filename", &self.filename);
                writer.streamed("File_Content");
                if let Some(mime_type) = &self.mime_type {
                    writer.id("Mime_Type_Reference", id_type::CONTENT_TYPE, mime_type);
                }
                writer.optional("Comment", self.comment.as_deref());
            });
            writer.reference("Document_Category_Reference", &self.document_category);
        });
    }
}

impl fmt::Debug for CandidateAttachment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CandidateAttachment")
            .field("candidate_id", &self.candidate_id)
            .field("id", &self.id)
            .field("content_length", &self.content.len())
            .field("document_category", &self.document_category)
            .field("replaces", &self.replaces)
            .field("add_only", &self.add_only)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
