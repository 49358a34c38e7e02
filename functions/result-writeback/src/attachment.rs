//! The effect "the report is among the candidate's attachments": `Put_Candidate_Attachment`, add only, under our id.

use crate::failure::{LastFailure, WorkdayFailure};
use access::{Trouble, Workday};
use domain::Order;
use domain::settings::Connection;
use report::Report;
use store::ledger::{Called, Effect, LookFailed};
use workday::{CandidateAttachment, CandidateAttachmentQuery, Error, FaultReason, Reference};

/// Puts one version of the report.
pub(crate) struct PutReport<'a> {
    workday: &'a Workday,
    attachment: CandidateAttachment,
    failure: LastFailure,
}

impl<'a> PutReport<'a> {
    /// Renders the PDF; `marker` is the attachment's own id in Workday.
    pub(crate) fn new(
        workday: &'a Workday,
        connection: &Connection,
        order: &Order,
        report: &Report,
        marker: &str,
    ) -> Result<Self, Trouble> {
        let pdf = report.pdf().map_err(|error| Trouble::Infrastructure(error.into()))?;
        let identifiers = &connection.options.identifiers;
        Ok(Self {
            workday,
            attachment: CandidateAttachment {
                candidate_id: order.candidate.to_string(),
                id: Some(marker.to_owned()),
                filename: report.pdf_file_name(),
                content: pdf.into(),
                mime_type: Some("application/pdf".into()),
                comment: Some(comment(order, report)),
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
fn comment(order: &Order, report: &Report) -> String {
    let link = format!("View Report: {}", report.context.view_report_url);
    if !order.limited_write_back {
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
