//! The effect "the assessment in Workday reads so": `Assess_Candidate`, by event where Workday has one.
//!
//! Always reads first: the result line that is ours is named in the write, and other vendors' lines are left alone.

use crate::failure::{LastFailure, WorkdayFailure};
use crate::target::NEVER_IN_ASSESSMENT;
use crate::target::Target;
use access::Workday;
use domain::Order;
use domain::settings::Identifiers;
use domain::trigger::Visits;
use report::Report;
use std::sync::{Mutex, PoisonError};
use store::ledger::{self, Called, Effect, LookFailed};
use workday::{AssessCandidate, AssessCandidateQuery, AssessCandidateRequest, AssessTarget, Error, FaultReason, PageRequest, TestResult};

/// Writes one target to one application's assessment.
pub(crate) struct WriteAssessment<'a> {
    workday: &'a Workday,
    identifiers: &'a Identifiers,
    order: &'a Order,
    /// The lock row: events of an earlier visit are finished.
    visits: &'a Visits,
    wording: Wording,
    /// What the last read showed; the write names it.
    seen: Mutex<Option<Place>>,
    failure: LastFailure,
}

/// What is to stand in Workday.
pub(crate) struct Wording {
    pub(crate) status: String,
    /// The overall comment: the report's note, or what happened.
    pub(crate) note: String,
    pub(crate) additional_data: Option<String>,
    pub(crate) score: Option<String>,
    pub(crate) results_url: Option<String>,
    /// `YYYY-MM-DD`.
    pub(crate) today: String,
}

/// Where the result belongs.
#[derive(Clone, PartialEq)]
enum Place {
    /// An event of ours, or one that nobody has claimed by a test.
    Event {
        event: String,
        our_line: Option<Box<TestResult>>,
        /// Another vendor's test stands on it too: its overall status and comment go back as they were read.
        shared: Option<Overall>,
    },
    /// Workday shows no event at all: it finds or opens one.
    Application,
    /// Every event is another vendor's, or an earlier visit's: the attachment alone carries the result.
    Nowhere,
}

/// The part of an assessment that all vendors on it share.
#[derive(Clone, PartialEq)]
struct Overall {
    status: Option<String>,
    comment: Option<String>,
}

impl Wording {
    pub(crate) fn new(target: &Target, report: Option<&Report>, marker: &str, today: String) -> Self {
        Self {
            status: target.status.clone(),
            note: report.map_or_else(|| target.comment.clone(), |report| report.note(marker)),
            additional_data: report.map(|report| report.additional_data(marker)),
            score: report.and_then(Report::score),
            results_url: report.map(|report| report.context.view_report_url.clone()),
            today,
        }
    }

    /// Hash of what will stand in Workday.
    pub(crate) fn input_hash(&self) -> String {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        ledger::input_hash(&[
            &self.status,
            &self.note,
            &text(&self.additional_data),
            &text(&self.score),
            &text(&self.results_url),
        ])
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
    pub(crate) fn new(workday: &'a Workday, identifiers: &'a Identifiers, order: &'a Order, visits: &'a Visits, wording: Wording) -> Self {
        Self {
            workday,
            identifiers,
            order,
            visits,
            wording,
            seen: Mutex::new(None),
            failure: LastFailure::default(),
        }
    }

    fn is_ours(&self, line: &TestResult) -> bool {
        self.identifiers.tests.contains(&line.test_id)
    }

    /// Where to write: the event that ordered the screening, else the latest of this visit that names our test, else
    /// the latest that names none.
    fn choose<'e>(&self, events: &'e [AssessCandidate]) -> Option<&'e AssessCandidate> {
        let wid = |event: &AssessCandidate| event.event_wid.clone();
        let ordered = events
            .iter()
            .find(|event| event.event_wid.is_some() && event.event_wid == self.order.assess_event);
        let open = || {
            let with_event = events.iter().filter(|event| event.event_wid.is_some());
            with_event.filter(|event| !wid(event).is_some_and(|event| self.visits.is_of_earlier_visit(&event)))
        };
        ordered
            .or_else(|| open().rfind(|event| event.assessment.test_results.iter().any(|line| self.is_ours(line))))
            .or_else(|| open().rfind(|event| event.assessment.test_results.is_empty()))
    }

    fn place(&self, events: &[AssessCandidate]) -> Place {
        let Some(chosen) = self.choose(events) else {
            let none = events.iter().all(|event| event.event_wid.is_none());
            return if none { Place::Application } else { Place::Nowhere };
        };
        let lines = &chosen.assessment.test_results;
        let shared = lines.iter().any(|line| !self.is_ours(line)).then(|| Overall {
            status: chosen.assessment.status_id.clone(),
            comment: chosen.assessment.overall_comment.clone(),
        });
        Place::Event {
            event: chosen.event_wid.clone().unwrap_or_default(),
            our_line: lines.iter().find(|line| self.is_ours(line)).cloned().map(Box::new),
            shared,
        }
    }

    fn reads_so(&self, event: &AssessCandidate) -> bool {
        let wanted = &self.wording;
        let line = event.assessment.test_results.iter().find(|line| self.is_ours(line));
        let Some(line) = line else { return false };
        let shared = event.assessment.test_results.iter().any(|line| !self.is_ours(line));
        let overall = if shared {
            same_text(line.comment.as_deref(), wanted.line_comment(true).as_deref())
        } else {
            event.assessment.status_id.as_ref() == Some(&wanted.status)
                && same_text(event.assessment.overall_comment.as_deref(), Some(&wanted.note))
        };
        overall
            && line.status_id.as_ref() == Some(&wanted.status)
            && same_number(line.score.as_deref(), wanted.score.as_deref())
            && line.results_url == wanted.results_url
    }

    /// `None`: no test of ours is configured.
    fn request(&self, place: &Place) -> Option<AssessCandidateRequest> {
        let wanted = &self.wording;
        let (target, our_line, shared) = match place {
            Place::Event { event, our_line, shared } => (AssessTarget::Event(event.clone()), our_line.as_deref(), shared.as_ref()),
            Place::Application | Place::Nowhere => (AssessTarget::Application(self.order.application.to_string()), None, None),
        };
        let line = TestResult {
            result_id: our_line.and_then(|line| line.result_id.clone()),
            test_id: match our_line {
                Some(line) => line.test_id.clone(),
                None => self.identifiers.tests.first()?.clone(),
            },
            score: wanted.score.clone(),
            status_id: Some(wanted.status.clone()),
            date: Some(wanted.today.clone()),
            comment: wanted.line_comment(shared.is_some()),
            results_url: wanted.results_url.clone(),
        };
        let overall = shared.cloned().unwrap_or_else(|| Overall {
            status: None,
            comment: Some(wanted.note.clone()),
        });
        Some(AssessCandidateRequest {
            target,
            assessment_id: None,
            assessed_on: wanted.today.clone(),
            // Workday takes no write without an overall status; where none stands, nobody waits for another one.
            status_id: overall.status.unwrap_or_else(|| wanted.status.clone()),
            overall_comment: overall.comment,
            test_results: vec![line],
            suppress_overwrite: false,
        })
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
        let Some(request) = self.request(&place) else {
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
            (_, _) => self.failure.called(error),
        }
    }

    async fn find(&self) -> Result<Option<String>, LookFailed> {
        let query = AssessCandidateQuery::ByApplication(self.order.application.to_string());
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
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.place(&events));
        let chosen = self.choose(&events).filter(|event| self.reads_so(event));
        Ok(chosen.map(|event| written_to(event.event_wid.clone(), &self.place(&events))))
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

impl WorkdayFailure for WriteAssessment<'_> {
    fn into_error(self) -> Option<Error> {
        self.failure.into_error()
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
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_as_numbers() {
        assert!(same_number(Some("87.5"), Some("87.500000")));
        assert!(same_number(Some("80"), Some("80.0")));
        assert!(!same_number(Some("80"), Some("8")));
        assert!(!same_number(None, Some("0")));
    }

    #[test]
    fn texts_are_compared_by_their_words() {
        assert!(same_text(Some("a\r\nb  c"), Some("a\nb c")));
        assert!(!same_text(Some("a"), None));
    }
}
