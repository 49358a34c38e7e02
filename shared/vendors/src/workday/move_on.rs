//! The effect "the application stands at the mapping's next step": `Move_Candidate`, forward only.
//!
//! Asked for only when the mapping names a workflow step. The request can name no disposition, so it can reject
//! nobody; whoever was moved by a person meanwhile, or has withdrawn, stays where they are.

use super::Workday;
use super::write::{LastFailure, WorkdayEffect};
use domain::Order;
use store::ledger::{Called, Effect, LookFailed};
use workday::{AssessTarget, CandidateQuery, MoveCandidateRequest, PageRequest, Reference, id_type};

/// Moves one application on.
#[derive(Debug)]
pub struct MoveOn<'a> {
    workday: &'a Workday,
    order: &'a Order,
    next_step: &'a str,
    failure: LastFailure,
}

impl<'a> MoveOn<'a> {
    /// To a workflow step, named by the tenant's `Workflow_Step_ID`.
    pub fn new(workday: &'a Workday, order: &'a Order, next_step: &'a str) -> Self {
        Self {
            workday,
            order,
            next_step,
            failure: LastFailure::default(),
        }
    }
}

impl Effect for MoveOn<'_> {
    async fn call(&self) -> Called {
        let request = MoveCandidateRequest {
            target: AssessTarget::Application(self.order.application.to_string()),
            next_step: Reference::of(id_type::WORKFLOW_STEP, self.next_step),
            // Processes may be configured without comments; the assessment says what happened.
            comment: None,
        };
        let error = match self.workday.client.move_candidate(&self.workday.credential, &request).await {
            Ok(event) => return Called::Done(event.unwrap_or_default()),
            Err(error) => error,
        };
        self.failure.called(error)
    }

    async fn find(&self) -> Result<Option<String>, LookFailed> {
        let query = CandidateQuery::ByReference(vec![self.order.candidate.to_string()]);
        let people = match self
            .workday
            .client
            .get_candidates(&self.workday.credential, &query, &PageRequest::single())
            .await
        {
            Ok(page) => page.items,
            Err(error) => {
                return Err(self.failure.look_failed(error));
            }
        };
        let mut entries = people
            .iter()
            .flat_map(|person| person.applications.iter().map(move |entry| (person, entry)));
        let Some((person, entry)) = entries.find(|(_, entry)| entry.application_id == self.order.application.as_str()) else {
            return Ok(Some("application_gone".into()));
        };
        if person.withdrawn {
            return Ok(Some("withdrawn".into()));
        }
        let there = entry.workflow_step.as_ref().is_some_and(|step| step.is(self.next_step));
        let in_stage = entry
            .stage
            .as_ref()
            .is_some_and(|stage| stage.is(&self.workday.connection.options.identifiers.assessment_stage));
        Ok((there || !in_stage || entry.disposition.is_some()).then(|| "not_in_the_assessment_stage".into()))
    }
}

impl WorkdayEffect for MoveOn<'_> {
    const OPERATION: &'static str = "Move_Candidate";

    fn names(&self) -> Vec<&str> {
        vec![self.next_step]
    }

    fn into_failure(self) -> LastFailure {
        self.failure
    }
}
