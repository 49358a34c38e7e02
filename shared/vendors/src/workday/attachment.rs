//! The effect "the report is among the candidate's attachments": `Put_Candidate_Attachment`, add only, under our id.

use super::Workday;
use super::write::{LastFailure, WorkdayEffect};
use domain::WorkdayCandidateId;
use store::ledger::{Called, Effect, LookFailed};
use workday::{CandidateAttachment, CandidateAttachmentQuery, FaultReason, Reference};

/// Puts one version of the report.
#[derive(Debug)]
pub struct PutReport<'a> {
    workday: &'a Workday,
    attachment: CandidateAttachment,
    failure: LastFailure,
}

/// What is filed, and where.
#[derive(Debug)]
pub struct Filing<'a> {
    pub candidate: &'a WorkdayCandidateId,
    /// The attachment's own id in Workday: ours, so that a repeat is known as such.
    pub marker: &'a str,
    pub file_name: String,
    pub pdf: Vec<u8>,
    pub comment: String,
}

impl<'a> PutReport<'a> {
    /// In the document category that the connection names.
    pub fn new(workday: &'a Workday, filing: Filing<'_>) -> Self {
        let identifiers = &workday.connection.options.identifiers;
        Self {
            workday,
            attachment: CandidateAttachment {
                candidate_id: filing.candidate.to_string(),
                id: Some(filing.marker.to_owned()),
                filename: filing.file_name,
                content: filing.pdf.into(),
                mime_type: Some("application/pdf".into()),
                comment: Some(filing.comment),
                document_category: Reference {
                    id_type: identifiers.document_category_type.clone(),
                    value: identifiers.document_category.clone(),
                },
                replaces: None,
                add_only: true,
            },
            failure: LastFailure::default(),
        }
    }
}

impl Effect for PutReport<'_> {
    async fn call(&self) -> Called {
        let error = match self
            .workday
            .client
            .put_candidate_attachment(&self.workday.credential, &self.attachment)
            .await
        {
            Ok(files) => return Called::Done(files.into_iter().next().unwrap_or_default()),
            Err(error) => error,
        };
        // Our own id: an earlier call of ours arrived after all.
        if error.fault_reason() == Some(FaultReason::AttachmentExists) {
            return Called::Done("already_there".into());
        }
        self.failure.called(error)
    }

    async fn find(&self) -> Result<Option<String>, LookFailed> {
        let query = CandidateAttachmentQuery::OfCandidate(self.attachment.candidate_id.clone());
        match self
            .workday
            .client
            .get_candidate_attachments(&self.workday.credential, &query)
            .await
        {
            Ok(names) => {
                let ours = names
                    .into_iter()
                    .find(|name| name.id == self.attachment.id || name.filename == self.attachment.filename);
                Ok(ours.map(|name| name.file_id.or(name.id).unwrap_or_default()))
            }
            Err(error) => Err(self.failure.look_failed(error)),
        }
    }
}

impl WorkdayEffect for PutReport<'_> {
    const OPERATION: &'static str = "Put_Candidate_Attachment";

    fn names(&self) -> Vec<&str> {
        vec![&self.attachment.document_category.value]
    }

    fn into_failure(self) -> LastFailure {
        self.failure
    }
}
