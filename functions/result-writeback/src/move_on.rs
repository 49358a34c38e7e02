//! The effect "the application stands at the mapping's next step": `Move_Candidate`, forward only.
//!
//! Asked for only when the mapping names a workflow step. The request can name no disposition, so it can reject
//! nobody; whoever was moved by a person meanwhile stays where that person put them.

use crate::failure::{LastFailure, WorkdayFailure};
use access::Workday;
use domain::Order;
use domain::order::{OrderState, Outcome};
use domain::settings::Connection;
use store::ledger::{Called, Effect, LookFailed};
use workday::{AssessTarget, CandidateQuery, Error, MoveCandidateRequest, PageRequest, Reference, id_type};

/// Moves one application on.
pub(crate) struct MoveOn<'a> {
    workday: &'a Workday,
    connection: &'a Connection,
    order: &'a Order,
    next_step: &'a str,
    failure: LastFailure,
}

/// Whether an outcome is one to move on with: those HeyMilo knocked out or dismissed wait for a person.
pub(crate) fn moves_on(state: &OrderState) -> bool {
    matches!(
        state,
        OrderState::Completed {
            outcome: Outcome::Completed | Outcome::Shortlisted
        }
    )
}

impl<'a> MoveOn<'a> {
    pub(crate) fn new(workday: &'a Workday, connection: &'a Connection, order: &'a Order, next_step: &'a str) -> Self {
        Self {
            workday,
            connection,
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
        let mut entries = people.iter().flat_map(|person| &person.applications);
        let Some(entry) = entries.find(|entry| entry.application_id == self.order.application.as_str()) else {
            return Ok(Some("application_gone".into()));
        };
        let there = entry.workflow_step.as_ref().is_some_and(|step| step.is(self.next_step));
        let in_stage = entry
            .stage
            .as_ref()
            .is_some_and(|stage| stage.is(&self.connection.options.identifiers.assessment_stage));
        Ok((there || !in_stage || entry.disposition.is_some()).then(|| "not_in_the_assessment_stage".into()))
    }
}

impl WorkdayFailure for MoveOn<'_> {
    fn into_error(self) -> Option<Error> {
        self.failure.into_error()
    }
}
