//! `Assess_Candidate`: writes status, score, note and report link to an assessment, for every state it goes through.

use std::fmt;

use crate::{
    client::Client,
    credential::Credential,
    error::Error,
    get_assess_candidate::TestResult,
    operation::Operation,
    reference::{Reference, References, id_type},
    xml::{Element, Writer},
};

pub(crate) const OPERATION: Operation = Operation::write("Assess_Candidate", "Assess_Candidate_Request", "Assess_Candidate_Response");

/// Which process of which candidate a write is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssessTarget {
    /// The event itself, by WID (or IID): the only unambiguous way once there are several.
    Event(String),
    /// The job application, by `Job_Application_ID` or WID.
    Application(String),
    /// The candidate's application for a requisition.
    Candidate {
        /// `Candidate_ID` or WID.
        candidate_id: String,
        /// `Job_Requisition_ID` or WID.
        job_requisition_id: String,
    },
}

impl AssessTarget {
    /// Writes the choice of references; the operations name the requisition's element differently.
    pub(crate) fn write(&self, writer: &mut Writer, requisition_element: &str) {
        match self {
            Self::Event(id) => writer.reference("Event_Reference", &Reference::event(id)),
            Self::Application(id) => {
                writer.id("Job_Application_Reference", id_type::JOB_APPLICATION, id);
            }
            Self::Candidate {
                candidate_id,
                job_requisition_id,
            } => writer.within("Candidate_Criteria_Data", |writer| {
                writer.id("Candidate_Reference", id_type::CANDIDATE, candidate_id);
                writer.id(requisition_element, id_type::JOB_REQUISITION, job_requisition_id);
            }),
        }
    }
}

/// What to write to an assessment (`Assess_Candidate_Request`); `Debug` shows ids and dates only.
#[derive(Clone, PartialEq, Eq)]
pub struct AssessCandidateRequest {
    /// The assessment's event, application or candidate.
    pub target: AssessTarget,
    /// `Assess_Candidate_Reference`: the assessment's id as read.
    pub assessment_id: Option<String>,
    /// `Assessed_On_Date`, `YYYY-MM-DD`.
    pub assessed_on: String,
    /// `Assessment_Status_ID` of the whole.
    pub status_id: String,
    /// `Overall_Assessment_Comment`: the note.
    pub overall_comment: Option<String>,
    /// The result lines to add or, with their id, to change; lines not named stay as they are.
    pub test_results: Vec<TestResult>,
    /// `Suppress_Overwrite`: refuse if results exist already.
    pub suppress_overwrite: bool,
}

/// What Workday calls the assessment that was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssessCandidateAnswer {
    /// WID (or IID) of the event.
    pub event: Option<String>,
    /// `Recruiting_Assessment_ID`, or the WID.
    pub assessment_id: Option<String>,
}

impl Client {
    /// Calls `Assess_Candidate`.
    pub async fn assess_candidate(
        &self,
        credential: &Credential,
        request: &AssessCandidateRequest,
    ) -> Result<AssessCandidateAnswer, Error> {
        let request = self.request(credential, OPERATION, &[], |writer| request.write(writer));
        let response = self.send(credential, request).await?;
        Ok(AssessCandidateAnswer::read(&response))
    }
}

impl AssessCandidateRequest {
    fn write(&self, writer: &mut Writer) {
        writer.within("Assess_Candidate_Data", |writer| {
            self.target.write(writer, "Job_Requisition_Reference");
            writer.within("Candidate_Assessment_Data", |writer| {
                writer.optional("Assess_Candidate_Reference", self.assessment_id.as_deref());
                writer.element("Assessed_On_Date", &self.assessed_on);
                writer.id("Assessment_Status_Reference", id_type::ASSESSMENT_STATUS, &self.status_id);
                writer.optional("Overall_Assessment_Comment", self.overall_comment.as_deref());
                for result in &self.test_results {
                    result.write(writer);
                }
            });
        });
        if self.suppress_overwrite {
            writer.flag("Suppress_Overwrite", true);
        }
    }
}

impl fmt::Debug for AssessCandidateRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AssessCandidateRequest")
            .field("target", &self.target)
            .field("assessment_id", &self.assessment_id)
            .field("assessed_on", &self.assessed_on)
            .field("status_id", &self.status_id)
            .field("test_results", &self.test_results)
            .finish_non_exhaustive()
    }
}

impl AssessCandidateAnswer {
    fn read(response: &Element) -> Self {
        let id = |name, id_type| References::read_child(response, name)?.id(id_type);
        Self {
            event: id("Candidate_Assessment_Event_Reference", id_type::WID),
            assessment_id: id("Candidate_Assessment_Reference", id_type::RECRUITING_ASSESSMENT),
        }
    }
}

#[cfg(test)]
mod tests;
