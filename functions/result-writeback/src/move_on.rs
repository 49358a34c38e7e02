//! The effect "the application stands at the mapping's next step": `Move_Candidate`, forward only.
//!
//! Asked for only when the mapping names a workflow step. The request can name no disposition, so it can reject
//! nobody; whoever was moved by a person meanwhile stays where that person put them.

use crate::writeback::WorkdayFailure;
use access::Workday;
use domain::Order;
use domain::order::{OrderState, Outcome};
use domain::settings::Connection;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use store::ledger::{Called, Effect, LookFailed};
use workday::{AssessTarget, CandidateQuery, Certainty, Error, FaultReason, MoveCandidateRequest, PageRequest, Reference, id_type};

const UNTIL_MENDED: Duration = Duration::from_mins(15);

/// Moves one application on.
pub(crate) struct MoveOn<'a> {
    workday: &'a Workday,
    connection: &'a Connection,
    order: &'a Order,
    next_step: &'a str,
    error: Mutex<Option<Error>>,
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
            error: Mutex::new(None),
        }
    }

    fn keep(&self, error: Error) -> Option<Duration> {
        let after = error.retry_after();
        *self.error.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        after
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
        match (error.fault_reason(), error.certainty()) {
            (Some(FaultReason::NotAuthorized), _) => {
                self.keep(error);
                Called::NotSent {
                    retry_after: Some(UNTIL_MENDED),
                }
            }
            (_, Certainty::Refused) if matches!(error, Error::Rejected(_)) => Called::Refused(error.to_string()),
            (_, Certainty::Refused | Certainty::NotSent) => Called::NotSent {
                retry_after: self.keep(error),
            },
            (_, Certainty::Unknown) => {
                self.keep(error);
                Called::Unknown
            }
        }
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
                return Err(LookFailed {
                    retry_after: self.keep(error),
                });
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
            .is_some_and(|stage| stage.is(&self.connection.identifiers.assessment_stage));
        Ok((there || !in_stage || entry.disposition.is_some()).then(|| "not_in_the_assessment_stage".into()))
    }
}

impl WorkdayFailure for MoveOn<'_> {
    fn into_error(self) -> Option<Error> {
        self.error.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
