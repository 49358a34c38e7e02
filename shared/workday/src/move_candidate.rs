//! `Move_Candidate`: moves an application on to a step of its business process.

use std::fmt;

use crate::{
    assess_candidate::AssessTarget,
    client::Client,
    credential::Credential,
    error::Error,
    operation::Operation,
    reference::{Reference, References, id_type},
    xml::Writer,
};

pub(crate) const OPERATION: Operation = Operation::write("Move_Candidate", "Move_Candidate_Request", "Move_Candidate_Response");

/// Where to move an application (`Move_Candidate_Request`); a disposition step cannot be named.
#[derive(Clone, PartialEq, Eq)]
pub struct MoveCandidateRequest {
    /// The application's event, the application or the candidate.
    pub target: AssessTarget,
    /// `Next_Step_Reference`: a `Workflow_Step_ID` or WID of the customer's business process definition.
    pub next_step: Reference,
    /// `Comment` on the move.
    pub comment: Option<String>,
}

impl Client {
    /// Calls `Move_Candidate`; returns the WID of the event, if the answer names it.
    pub async fn move_candidate(&self, credential: &Credential, request: &MoveCandidateRequest) -> Result<Option<String>, Error> {
        let request = self.request(credential, OPERATION, &[], |writer| request.write(writer));
        let response = self.send(credential, request).await?;
        let event = References::read_child(&response, "Event_Reference");
        Ok(event.and_then(|event| event.id(id_type::WID)))
    }
}

impl MoveCandidateRequest {
    fn write(&self, writer: &mut Writer) {
        writer.within("Dynamic_Business_Process_Parameters", |writer| {
            writer.reference("Next_Step_Reference", &self.next_step);
            if let Some(comment) = &self.comment {
                writer.within("Comment_Data", |writer| writer.element("Comment", comment));
            }
        });
        writer.within("Move_Candidate_Data", |writer| {
            self.target.write(writer, "Requisition_Reference");
        });
    }
}

impl fmt::Debug for MoveCandidateRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MoveCandidateRequest")
            .field("target", &self.target)
            .field("next_step", &self.next_step)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
