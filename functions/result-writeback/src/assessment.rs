//! The effect "the assessment in Workday reads so": `Assess_Candidate`, by event where Workday has one.
//!
//! Always reads first: the result line that is ours is named in the write, and other vendors' lines are left alone.

use crate::failure::{LastFailure, WorkdayFailure};
use crate::target::NEVER_IN_ASSESSMENT;
use crate::target::Target;
use access::Workday;
use domain::Order;
use domain::settings::Connection;
use report::Report;
use std::sync::{Mutex, PoisonError};
use store::ledger::{self, Called, Effect, LookFailed};
use workday::{AssessCandidate, AssessCandidateQuery, AssessCandidateRequest, AssessTarget, Error, FaultReason, PageRequest, TestResult};

/// Writes one target to one application's assessment.
pub(crate) struct WriteAssessment<'a> {
    workday: &'a Workday,
    connection: &'a Connection,
    order: &'a Order,
    status: &'a str,
    note: String,
    additional_data: Option<String>,
    score: Option<String>,
    results_url: Option<String>,
    today: &'a str,
    /// What the last read showed; the write names it.
    seen: Mutex<Option<Seen>>,
    failure: LastFailure,
}

/// The event to write to, and our line in it.
#[derive(Clone)]
struct Seen {
    event: Option<String>,
    our_line: Option<TestResult>,
}

impl<'a> WriteAssessment<'a> {
    pub(crate) fn new(
        workday: &'a Workday,
        connection: &'a Connection,
        order: &'a Order,
        target: &'a Target,
        report: Option<&Report>,
        marker: &str,
        today: &'a str,
    ) -> Self {
        Self {
            workday,
            connection,
            order,
            status: &target.status,
            note: report.map_or_else(|| target.comment.clone(), |report| report.note(marker)),
            additional_data: report.map(|report| report.additional_data(marker)),
            score: report.and_then(Report::score),
            results_url: report.map(|report| report.context.view_report_url.clone()),
            today,
            seen: Mutex::new(None),
            failure: LastFailure::default(),
        }
    }

    /// Hash of what will stand in Workday.
    pub(crate) fn input_hash(&self) -> String {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        ledger::input_hash(&[
            self.status,
            &self.note,
            &text(&self.additional_data),
            &text(&self.score),
            &text(&self.results_url),
        ])
    }

    fn is_ours(&self, test: &str) -> bool {
        self.connection.options.identifiers.tests.iter().any(|ours| ours == test)
    }

    /// The event to write to: the one that ordered the screening, else the latest that names our test, else the latest.
    fn choose<'e>(&self, events: &'e [AssessCandidate]) -> Option<&'e AssessCandidate> {
        let ordered = self.order.assess_event.as_deref();
        let with_event = || events.iter().filter(|event| event.event_wid.is_some());
        with_event()
            .find(|event| ordered.is_some() && event.event_wid.as_deref() == ordered)
            .or_else(|| with_event().rfind(|event| event.assessment.test_results.iter().any(|line| self.is_ours(&line.test_id))))
            .or_else(|| with_event().next_back())
    }

    fn reads_so(&self, event: &AssessCandidate) -> bool {
        let line = event.assessment.test_results.iter().find(|line| self.is_ours(&line.test_id));
        let Some(line) = line else { return false };
        event.assessment.status_id.as_deref() == Some(self.status)
            && line.status_id.as_deref() == Some(self.status)
            && same_text(event.assessment.overall_comment.as_deref(), Some(&self.note))
            && same_number(line.score.as_deref(), self.score.as_deref())
            && line.results_url == self.results_url
    }

    fn request(&self, seen: &Seen) -> Option<AssessCandidateRequest> {
        let test_id = match &seen.our_line {
            Some(line) => line.test_id.clone(),
            None => self.connection.options.identifiers.tests.first()?.clone(),
        };
        let line = TestResult {
            result_id: seen.our_line.as_ref().and_then(|line| line.result_id.clone()),
            test_id,
            score: self.score.clone(),
            status_id: Some(self.status.to_owned()),
            date: Some(self.today.to_owned()),
            comment: self.additional_data.clone(),
            results_url: self.results_url.clone(),
        };
        Some(AssessCandidateRequest {
            target: match &seen.event {
                Some(event) => AssessTarget::Event(event.clone()),
                None => AssessTarget::Application(self.order.application.to_string()),
            },
            assessment_id: None,
            assessed_on: self.today.to_owned(),
            status_id: self.status.to_owned(),
            overall_comment: Some(self.note.clone()),
            test_results: vec![line],
            suppress_overwrite: false,
        })
    }
}

impl Effect for WriteAssessment<'_> {
    async fn call(&self) -> Called {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(seen) = seen else {
            return Called::NotSent { retry_after: None };
        };
        let Some(request) = self.request(&seen) else {
            return Called::Refused("no_test_configured".into());
        };
        let error = match self.workday.client.assess_candidate(&self.workday.credential, &request).await {
            Ok(answer) => return Called::Done(answer.event.or(seen.event).unwrap_or_default()),
            Err(error) => error,
        };
        if error.fault_reason() == Some(FaultReason::NeverInAssessment) {
            return Called::Refused(NEVER_IN_ASSESSMENT.into());
        }
        self.failure.called(error)
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
        let chosen = self.choose(&events);
        let seen = Seen {
            event: chosen.and_then(|event| event.event_wid.clone()),
            our_line: chosen.and_then(|event| {
                event
                    .assessment
                    .test_results
                    .iter()
                    .find(|line| self.is_ours(&line.test_id))
                    .cloned()
            }),
        };
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
        Ok(chosen
            .filter(|event| self.reads_so(event))
            .and_then(|event| event.event_wid.clone()))
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
