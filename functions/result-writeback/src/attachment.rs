//! The effect "the report is among the candidate's attachments": `Put_Candidate_Attachment`, add only, under our id.

use crate::failure::{LastFailure, WorkdayFailure};
use access::{Trouble, Workday};
use domain::Order;
use domain::settings::Identifiers;
use report::Report;
use store::ledger::{Called, Effect, LookFailed};
use workday::{CandidateAttachment, CandidateAttachmentQuery, Error, FaultReason, Reference};

/// Puts one version of the report.
pub(crate) struct PutReport<'a> {
    workday: &'a Workday,
    attachment: CandidateAttachment,
    failure: LastFailure,
}

/// What is filed, and where.
pub(crate) struct Filing<'a> {
    pub(crate) order: &'a Order,
    pub(crate) identifiers: &'a Identifiers,
    pub(crate) report: &'a Report,
    /// The attachment's own id in Workday.
    pub(crate) marker: &'a str,
    /// The attachment alone carries the result.
    pub(crate) limited: bool,
}

impl<'a> PutReport<'a> {
    /// Renders the PDF.
    pub(crate) fn new(workday: &'a Workday, filing: &Filing<'_>) -> Result<Self, Trouble> {
        let Filing { report, identifiers, .. } = filing;
        let pdf = report.pdf().map_err(|error| Trouble::Infrastructure(error.into()))?;
        Ok(Self {
            workday,
            attachment: CandidateAttachment {
                candidate_id: filing.order.candidate.to_string(),
                id: Some(filing.marker.to_owned()),
                filename: report.pdf_file_name(),
                content: pdf.into(),
                mime_type: Some("application/pdf".into()),
                comment: Some(comment(report, filing.limited)),
                document_category: Reference {
                    id_type: identifiers.document_category_type.clone(),
                    value: identifiers.document_category.clone(),
                },
                replaces: None,
                add_only: true,
            },
            failure: LastFailure::default(),
        })
    }
}

/// The attachment's comment: the link, and with limited write-back all that Workday will ever show of the result.
fn comment(report: &Report, limited: bool) -> String {
    let link = format!("View Report: {}", report.context.view_report_url);
    if !limited {
        return link;
    }
    let score = report.score().map_or_else(String::new, |score| format!(", score {score} of 100"));
    format!("HeyMilo: {}{score}. {link}", report.outcome())
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

impl WorkdayFailure for PutReport<'_> {
    fn into_error(self) -> Option<Error> {
        self.failure.into_error()
    }
}
