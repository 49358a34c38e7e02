//! The effect "the assessment in Workday reads so": `Assess_Candidate`, by event where Workday has one.
//!
//! Always reads first: the result line that is ours is named in the write, and other vendors' lines are left alone.

use super::Workday;
use super::place::{Choice, Overall, Place};
use super::write::{LastFailure, NEVER_IN_ASSESSMENT, WorkdayEffect};
use domain::Order;
use domain::trigger::Visits;
use std::sync::{Mutex, PoisonError};
use store::ledger::{self, Called, Effect, LookFailed};
use workday::{AssessCandidate, AssessCandidateQuery, AssessCandidateRequest, AssessTarget, FaultReason, PageRequest, TestResult};

/// Writes what belongs on one application's assessment.
#[derive(Debug)]
pub struct WriteAssessment<'a> {
    workday: &'a Workday,
    choice: Choice<'a>,
    wording: Wording,
    /// What the last read showed; the write names it.
    seen: Mutex<Option<Place>>,
    failure: LastFailure,
}

/// What is to stand in Workday.
#[derive(Debug, Clone)]
pub struct Wording {
    /// `Assessment_Status_ID`.
    pub status: String,
    /// The overall comment: the report's note, or what happened.
    pub note: String,
    /// Our line's own comment.
    pub additional_data: Option<String>,
    /// A decimal of 0 to 100.
    pub score: Option<String>,
    /// `Assessment_Test_Results_URL`.
    pub results_url: Option<String>,
    /// `YYYY-MM-DD`.
    pub today: String,
}

impl Wording {
    /// Hash of what will stand in Workday.
    pub fn input_hash(&self) -> String {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        ledger::input_hash(&[
            &self.status,
            &self.note,
            &text(&self.additional_data),
            &text(&self.score),
            &text(&self.results_url),
        ])
    }

    /// Whether an event says all of it already.
    fn stands_on(&self, event: &AssessCandidate, choice: &Choice<'_>) -> bool {
        let line = event.assessment.test_results.iter().find(|line| choice.is_ours(line));
        let Some(line) = line else { return false };
        let shared = event.assessment.test_results.iter().any(|line| !choice.is_ours(line));
        let overall = if shared {
            same_text(line.comment.as_deref(), self.line_comment(true).as_deref())
        } else {
            event.assessment.status_id.as_ref() == Some(&self.status)
                && same_text(event.assessment.overall_comment.as_deref(), Some(&self.note))
        };
        overall
            && line.status_id.as_ref() == Some(&self.status)
            && same_number(line.score.as_deref(), self.score.as_deref())
            && line.results_url == self.results_url
    }

    /// What is asked of Workday so that it stands there. `None`: no test of ours is configured.
    fn request(&self, choice: &Choice<'_>, place: &Place) -> Option<AssessCandidateRequest> {
        let (target, our_line, shared) = match place {
            Place::Event { event, our_line, shared } => (AssessTarget::Event(event.clone()), our_line.as_deref(), shared.as_ref()),
            Place::Application | Place::Nowhere => (AssessTarget::Application(choice.order.application.to_string()), None, None),
        };
        let line = TestResult {
            result_id: our_line.and_then(|line| line.result_id.clone()),
            test_id: match our_line {
                Some(line) => line.test_id.clone(),
                None => choice.identifiers.tests.first()?.clone(),
            },
            score: self.score.clone(),
            status_id: Some(self.status.clone()),
            date: Some(self.today.clone()),
            comment: self.line_comment(shared.is_some()),
            results_url: self.results_url.clone(),
        };
        let overall = shared.cloned().unwrap_or_else(|| Overall {
            status: None,
            comment: Some(self.note.clone()),
        });
        Some(AssessCandidateRequest {
            target,
            assessment_id: None,
            assessed_on: self.today.clone(),
            // Workday takes no write without an overall status; where none stands, nobody waits for another one.
            status_id: overall.status.unwrap_or_else(|| self.status.clone()),
            overall_comment: overall.comment,
            test_results: vec![line],
            suppress_overwrite: false,
        })
    }

    /// Our line's own comment. Where the overall comment is not ours, it says everything.
    fn line_comment(&self, shared: bool) -> Option<String> {
        match (&self.additional_data, shared) {
            (additional_data, false) => additional_data.clone(),
            (None, true) => Some(self.note.clone()),
            (Some(additional_data), true) => Some(format!("{}\n\n{additional_data}", self.note)),
        }
    }
}

impl<'a> WriteAssessment<'a> {
    /// For an order; `visits` is its lock row's memory: what stands on another visit's events is that visit's.
    pub fn new(workday: &'a Workday, order: &'a Order, visits: &'a Visits, wording: Wording) -> Self {
        Self {
            workday,
            choice: Choice {
                order,
                visits,
                identifiers: &workday.connection.options.identifiers,
            },
            wording,
            seen: Mutex::new(None),
            failure: LastFailure::default(),
        }
    }
}

impl Effect for WriteAssessment<'_> {
    async fn call(&self) -> Called {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(place) = seen else {
            return Called::NotSent { retry_after: None };
        };
        if place == Place::Nowhere {
            return Called::Refused(NEVER_IN_ASSESSMENT.into());
        }
        let Some(request) = self.wording.request(&self.choice, &place) else {
            return Called::Refused("no_test_configured".into());
        };
        let error = match self.workday.client.assess_candidate(&self.workday.credential, &request).await {
            Ok(answer) => return Called::Done(written_to(answer.event, &place)),
            Err(error) => error,
        };
        match (error.fault_reason(), &place) {
            (Some(FaultReason::NeverInAssessment), _) |
            // The read showed none, and still Workday cannot tell which: reading again would show the same.
            (Some(FaultReason::AmbiguousEvent), Place::Application) => Called::Refused(NEVER_IN_ASSESSMENT.into()),
            // The step ended with the very move that is to be told: there is nothing that a person could mend.
            (Some(FaultReason::NotInProgress), _) if self.choice.order.has_left() => Called::Refused(NEVER_IN_ASSESSMENT.into()),
            (_, _) => self.failure.called(error),
        }
    }

    async fn find(&self) -> Result<Option<String>, LookFailed> {
        let query = AssessCandidateQuery::of_application(self.choice.order.application.as_str());
        let events = self
            .workday
            .client
            .get_assess_candidate(&self.workday.credential, &query, &PageRequest::single())
            .await;
        let events = match events {
            Ok(page) => page.items,
            Err(error) => {
                return Err(self.failure.look_failed(error));
            }
        };
        let place = self.choice.place(&events);
        let chosen = self
            .choice
            .choose(&events)
            .filter(|event| self.wording.stands_on(event, &self.choice));
        let found = chosen.map(|event| written_to(event.event_wid.clone(), &place));
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(place);
        Ok(found)
    }
}

/// The event whose overall status is ours after the write, as the ledger remembers it; empty: none. A shared event's
/// status stays what it was, so that a send status on it says nothing about when it was set.
fn written_to(answered: Option<String>, place: &Place) -> String {
    match place {
        Place::Event { shared: Some(_), .. } | Place::Nowhere => String::new(),
        Place::Event { event, .. } => answered.unwrap_or_else(|| event.clone()),
        Place::Application => answered.unwrap_or_default(),
    }
}

impl WorkdayEffect for WriteAssessment<'_> {
    const OPERATION: &'static str = "Assess_Candidate";

    fn names(&self) -> Vec<&str> {
        let test = self.choice.identifiers.tests.first();
        test.map(String::as_str).into_iter().chain([self.wording.status.as_str()]).collect()
    }

    fn into_failure(self) -> LastFailure {
        self.failure
    }
}

/// Whether two texts say the same once white space is normalised, as XML processors may do.
fn same_text(left: Option<&str>, right: Option<&str>) -> bool {
    let words = |text: Option<&str>| text.unwrap_or_default().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    words(left) == words(right)
}

/// Whether two decimals are the same number: Workday may pad or trim zeros.
fn same_number(left: Option<&str>, right: Option<&str>) -> bool {
    let plain = |text: Option<&str>| {
        text.map(|text| {
            let text = text.trim();
            if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            } else {
                text.to_owned()
            }
        })
    };
    plain(left) == plain(right)
}

#[cfg(test)]
mod tests;
