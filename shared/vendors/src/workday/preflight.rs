//! Trying out what a connection may do. Reads are made; writes are tried by a request for somebody who cannot exist, so that
//! it can take no effect: what refuses it tells whether the permission is there.

use super::Workday;
use crate::failure;
use domain::preflight::{Capability, Verdict};
use std::time::Duration;
use work::Trouble;
use workday::{
    AssessCandidateQuery, AssessCandidateRequest, AssessTarget, CandidateAttachment, CandidateAttachmentQuery, CandidateQuery, Error,
    FaultReason, JobRequisitionQuery, MoveCandidateRequest, PageRequest, Reference, TestResult, id_type,
};

/// An id that no candidate and no application has: Workday's own begin otherwise.
const NOBODY: &str = "HEYMILO-PREFLIGHT-NOBODY";
/// What was created in so short a time is a small answer.
const A_MOMENT: Duration = Duration::from_mins(1);

impl Workday {
    /// Tries a capability out. `next_step`: where people are moved on to, if anywhere. The access itself refused is an error.
    pub async fn try_out(&self, capability: Capability, next_step: Option<&str>) -> Result<Verdict, Trouble> {
        let answer = match capability {
            Capability::Requisitions => self.probe().await,
            Capability::EvergreenRequisitions => self.list_evergreen().await,
            Capability::Candidates => self.list_candidates().await,
            Capability::AssessEvents => self.list_events().await,
            Capability::Attachments => self.read_attachments().await,
            Capability::WriteAssessment => self.assess_nobody().await,
            Capability::WriteAttachment => self.attach_to_nobody().await,
            Capability::Move => match next_step {
                Some(step) => self.move_nobody(step).await,
                None => return Ok(Verdict::Unknown),
            },
        };
        let error = match answer {
            Ok(()) => return self.given(capability, Verdict::Passed).await,
            Err(error) => self.judged(error, capability.operation()).await,
        };
        let words = failure::words(&error);
        match (error.fault_reason(), &error) {
            // Without evergreen requisitions the others can be linked; the list says that they are missing.
            (Some(FaultReason::NotAuthorized), _) if capability == Capability::EvergreenRequisitions => Ok(Verdict::Failed { words }),
            (Some(FaultReason::NotAuthorized), _) => {
                self.note_withheld(capability.operation()).await;
                Ok(Verdict::Failed { words })
            }
            (Some(FaultReason::InvalidReference), _) if words.contains(NOBODY) => self.given(capability, Verdict::Likely).await,
            (Some(_), Error::Rejected(fault)) if !fault.is_failure() => Ok(Verdict::Failed { words }),
            (_, Error::Unauthorized) => Err(self.meaning(error).await),
            (_, _) => Ok(Verdict::Unknown),
        }
    }

    /// What was withheld before is not any more.
    async fn given(&self, capability: Capability, verdict: Verdict) -> Result<Verdict, Trouble> {
        self.worked().await;
        self.note_given(capability.operation()).await;
        Ok(verdict)
    }

    fn a_row(&self) -> PageRequest {
        PageRequest::first(self.vendors.clock.now().to_rfc3339()).with_count(1)
    }

    async fn list_evergreen(&self) -> Result<(), Error> {
        let query = JobRequisitionQuery::ByStatus(vec!["Open".to_owned()]);
        let answer = self
            .client
            .get_evergreen_requisitions(&self.credential, &query, &self.a_row())
            .await;
        answer.map(drop)
    }

    async fn list_candidates(&self) -> Result<(), Error> {
        let query = CandidateQuery::AppliedSince {
            from: self.vendors.clock.now().minus(A_MOMENT).to_rfc3339(),
            job_requisitions: Vec::new(),
        };
        self.client.get_candidates(&self.credential, &query, &self.a_row()).await.map(drop)
    }

    async fn list_events(&self) -> Result<(), Error> {
        let now = self.vendors.clock.now();
        let query = AssessCandidateQuery::Created {
            from: now.minus(A_MOMENT).to_rfc3339(),
            to: now.to_rfc3339(),
        };
        self.client
            .get_assess_candidate(&self.credential, &query, &self.a_row())
            .await
            .map(drop)
    }

    async fn read_attachments(&self) -> Result<(), Error> {
        let query = CandidateAttachmentQuery::OfCandidate(NOBODY.to_owned());
        self.client.get_candidate_attachments(&self.credential, &query).await.map(drop)
    }

    async fn assess_nobody(&self) -> Result<(), Error> {
        let options = &self.connection.options;
        let today = options.day(self.vendors.clock.now());
        let request = AssessCandidateRequest {
            target: AssessTarget::Application(NOBODY.to_owned()),
            assessment_id: None,
            assessed_on: today.clone(),
            status_id: options.identifiers.invited_status.clone(),
            overall_comment: None,
            test_results: vec![TestResult {
                result_id: None,
                test_id: options.identifiers.tests.first().cloned().unwrap_or_default(),
                score: None,
                status_id: Some(options.identifiers.invited_status.clone()),
                date: Some(today),
                comment: None,
                results_url: None,
            }],
            suppress_overwrite: true,
        };
        self.client.assess_candidate(&self.credential, &request).await.map(drop)
    }

    async fn attach_to_nobody(&self) -> Result<(), Error> {
        let identifiers = &self.connection.options.identifiers;
        let attachment = CandidateAttachment {
            candidate_id: NOBODY.to_owned(),
            id: Some(NOBODY.to_owned()),
            filename: "preflight.txt".to_owned(),
            content: b"preflight".to_vec().into(),
            mime_type: Some("text/plain".to_owned()),
            comment: None,
            document_category: Reference {
                id_type: identifiers.document_category_type.clone(),
                value: identifiers.document_category.clone(),
            },
            replaces: None,
            add_only: true,
        };
        self.client.put_candidate_attachment(&self.credential, &attachment).await.map(drop)
    }

    async fn move_nobody(&self, step: &str) -> Result<(), Error> {
        let request = MoveCandidateRequest {
            target: AssessTarget::Application(NOBODY.to_owned()),
            next_step: Reference::of(id_type::WORKFLOW_STEP, step),
            comment: None,
        };
        self.client.move_candidate(&self.credential, &request).await.map(drop)
    }
}
