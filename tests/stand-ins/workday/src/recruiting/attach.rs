//! Attachments of candidates and of their job applications.

use super::Refusal;
use crate::{
    model::{Attachment, HistoryEntry, State},
    tenant::{Contents, keep},
};

/// Workday's message when `Add_Only` meets an existing attachment.
pub(crate) const ADD_ONLY_EXISTS: &str = "The Web Service is set to Add Only; but the Candidate Attachment already exists.";
/// Workday's message for an id of another candidate's attachment.
pub(crate) const ID_OF_ANOTHER: &str = "The Attachment Data ID you submitted does not belong to the submitted Candidate Reference.";
/// Workday's message for a second file of the same name on an application.
pub(crate) const FILENAME_EXISTS: &str = "Attachment with that filename already exists on the Job Application.";

/// A file to attach, with all ids resolved.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) id: Option<String>,
    pub(crate) candidate: String,
    pub(crate) application: Option<String>,
    pub(crate) filename: String,
    pub(crate) content: Vec<u8>,
    pub(crate) mime_type: Option<String>,
    pub(crate) comment: Option<String>,
    pub(crate) category_type: String,
    pub(crate) category: String,
    pub(crate) add_only: bool,
    pub(crate) by: String,
}

/// Adds a file, or replaces the one with the same id; answers its `File_ID`.
pub(crate) fn attach(state: &mut State, contents: &mut Contents, upload: Upload) -> Result<String, Refusal> {
    let existing = upload
        .id
        .as_ref()
        .and_then(|id| state.records.attachments.iter().position(|attachment| attachment.id == *id));
    check(state, &upload, existing)?;
    let id = match upload.id {
        Some(id) => id,
        None => format!("CANDIDATE_ATTACHMENT-6-{}", state.next_number()),
    };
    let at = state.next_entry();
    let size = upload.content.len();
    let attachment = Attachment {
        id: id.clone(),
        candidate: upload.candidate.clone(),
        application: upload.application.clone(),
        filename: upload.filename,
        mime_type: upload.mime_type,
        comment: upload.comment,
        category_type: upload.category_type,
        category: upload.category,
        sha256: keep(contents, upload.content),
        size,
        entered: at,
        uploaded_by: upload.by.clone(),
    };
    state.records.history.push(HistoryEntry {
        at,
        candidate: upload.candidate,
        application: upload.application,
        by: upload.by,
        text: format!("Attachment {}", attachment.filename),
    });
    match existing.and_then(|index| state.records.attachments.get_mut(index)) {
        Some(slot) => *slot = attachment,
        None => state.records.attachments.push(attachment),
    }
    Ok(id)
}

fn check(state: &State, upload: &Upload, existing: Option<usize>) -> Result<(), Refusal> {
    let attachments = &state.records.attachments;
    if let Some(found) = existing.and_then(|index| attachments.get(index)) {
        if found.candidate != upload.candidate {
            return Err(Refusal::new(ID_OF_ANOTHER));
        }
        if upload.add_only {
            return Err(Refusal::new(ADD_ONLY_EXISTS));
        }
        return Ok(());
    }
    let same_name = attachments
        .iter()
        .any(|other| other.application.is_some() && other.application == upload.application && other.filename == upload.filename);
    if same_name {
        return Err(Refusal::new(FILENAME_EXISTS));
    }
    Ok(())
}
