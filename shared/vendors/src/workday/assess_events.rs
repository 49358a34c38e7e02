//! Assess Candidate events, reduced from Workday's words to the few facts that decide about an order.

use super::paging::Paging;
use super::{Stopped, Workday};
use domain::part::Cursor;
use domain::settings::Identifiers;
use domain::trigger::AssessEvent;
use domain::{JobApplicationId, Moment};
use workday::{AssessCandidate, AssessCandidateQuery, Error, FaultReason, PageRequest, all_pages};

/// Rows of a page, and smaller where an answer is too large or slow.
const PAGES: &[u16] = &[100, 20, 4, 1];

/// An event that a poll found, with the ids a push of it would carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolledEvent {
    /// What decides.
    pub event: AssessEvent,
    /// `Recruiting_Assessment_ID`.
    pub assessment: Option<String>,
    pub application: Option<String>,
    pub candidate: Option<String>,
    pub requisition: Option<String>,
}

/// What Workday says of events that were asked about by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamedEvents {
    pub found: Vec<PolledEvent>,
    /// Workday does not know them any more: a sandbox was refreshed, a candidate purged.
    pub vanished: Vec<String>,
}

impl Workday {
    /// The events of one application, in Workday's order. What is remembered of it must have been loaded before.
    pub async fn events_of(&self, application: &JobApplicationId) -> Result<Vec<AssessEvent>, Stopped> {
        self.reduced(&AssessCandidateQuery::of_application(application.as_str())).await
    }

    /// The events of one application that were created by a moment, in Workday's order.
    pub async fn events_of_until(&self, application: &JobApplicationId, moment: Moment) -> Result<Vec<AssessEvent>, Stopped> {
        let query = AssessCandidateQuery::ByApplication {
            application: application.to_string(),
            created_until: Some(moment.to_rfc3339()),
        };
        self.reduced(&query).await
    }

    async fn reduced(&self, query: &AssessCandidateQuery) -> Result<Vec<AssessEvent>, Stopped> {
        let page = PageRequest::single();
        let answer = self.client.get_assess_candidate(&self.credential, query, &page).await;
        let events = self.read(answer).await?.items;
        let identifiers = &self.connection.options.identifiers;
        Ok(events.iter().filter_map(|event| reduced(event, identifiers)).collect())
    }

    /// The events created between two moments, from a cursor on.
    pub fn events_created(&self, from: Moment, to: Moment, cursor: Cursor) -> EventPages<'_> {
        EventPages {
            workday: self,
            window: AssessCandidateQuery::Created {
                from: from.to_rfc3339(),
                to: to.to_rfc3339(),
            },
            paging: Paging::from(cursor, PAGES),
        }
    }

    /// The events of these ids, at most a hundred. The request cannot be told to skip what Workday does not know: one such
    /// id refuses the whole call, so that a refused batch is asked about by halves.
    pub async fn events_named(&self, ids: &[String]) -> Result<NamedEvents, Stopped> {
        let mut named = NamedEvents::default();
        let mut batches: Vec<&[String]> = vec![ids];
        while let Some(batch) = batches.pop() {
            match self.asked(&AssessCandidateQuery::ByEvent(batch.to_vec())).await {
                Err(error) if error.fault_reason() == Some(FaultReason::InvalidReference) => {
                    if let [vanished] = batch {
                        named.vanished.push(vanished.clone());
                    } else {
                        let (one, other) = batch.split_at(batch.len() / 2);
                        batches.extend([one, other]);
                    }
                }
                Err(Error::TooLarge) if batch.len() > 1 => {
                    let (one, other) = batch.split_at(batch.len() / 2);
                    batches.extend([one, other]);
                }
                answer => named.found.extend(self.reduced_all(&self.read(answer).await?)),
            }
        }
        Ok(named)
    }

    async fn asked(&self, query: &AssessCandidateQuery) -> Result<Vec<AssessCandidate>, Error> {
        let first = PageRequest::first(self.vendors.clock.now().to_rfc3339());
        let read = |page: PageRequest| async move { self.client.get_assess_candidate(&self.credential, query, &page).await };
        all_pages(first, read).await
    }

    fn reduced_all(&self, events: &[AssessCandidate]) -> Vec<PolledEvent> {
        let polled = |event: &AssessCandidate| {
            Some(PolledEvent {
                event: reduced(event, &self.connection.options.identifiers)?,
                assessment: event.assessment.assessment_id.clone(),
                application: event.application_id.clone(),
                candidate: event.candidate_id.clone(),
                requisition: event.job_requisition_id.clone(),
            })
        };
        events.iter().filter_map(polled).collect()
    }
}

/// A window of events on its way.
#[derive(Debug)]
pub struct EventPages<'a> {
    workday: &'a Workday,
    window: AssessCandidateQuery,
    paging: Paging<AssessCandidate>,
}

impl EventPages<'_> {
    /// The events of the next page; none after the last.
    pub async fn next(&mut self) -> Result<Option<Vec<PolledEvent>>, Stopped> {
        let (workday, window) = (self.workday, &self.window);
        let call = |page: PageRequest| async move { workday.client.get_assess_candidate(&workday.credential, window, &page).await };
        let page = self.paging.next(&workday.vendors.clock, call).await;
        let page = workday.read(page).await?;
        Ok(page.map(|events| workday.reduced_all(events)))
    }

    /// Rows of a page, as many as are asked for now.
    pub fn page_size(&self) -> u16 {
        self.paging.page_size()
    }

    /// Events that were passed over: each is too large even alone.
    pub fn left_out(&self) -> u32 {
        self.paging.left_out()
    }

    /// Where it goes on; none: it is at its end.
    pub fn cursor(&self) -> Option<Cursor> {
        self.paging.cursor()
    }
}

/// What decides of an event. `None`: an inline assessment, which has no event to write to.
fn reduced(event: &AssessCandidate, identifiers: &Identifiers) -> Option<AssessEvent> {
    let lines = &event.assessment.test_results;
    Some(AssessEvent {
        event: event.event_wid.clone()?,
        status: event.assessment.status_id.clone(),
        tests: lines.iter().map(|line| line.test_id.clone()).collect(),
        has_our_result: lines
            .iter()
            .any(|line| identifiers.tests.contains(&line.test_id) && (line.score.is_some() || line.results_url.is_some())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use workday::{CandidateAssessment, TestResult};

    fn event(test_results: Vec<TestResult>) -> AssessCandidate {
        AssessCandidate {
            event_wid: Some("e1".into()),
            assessment: CandidateAssessment {
                status_id: Some("HEYMILO_SEND".into()),
                test_results,
                ..CandidateAssessment::default()
            },
            ..AssessCandidate::default()
        }
    }

    fn line(test_id: &str, score: Option<&str>, results_url: Option<&str>) -> TestResult {
        TestResult {
            test_id: test_id.into(),
            score: score.map(str::to_owned),
            results_url: results_url.map(str::to_owned),
            ..TestResult::default()
        }
    }

    #[test]
    fn a_result_is_ours_when_our_own_line_has_a_score_or_a_link() {
        let identifiers = Identifiers::default();
        let ours = identifiers.tests[0].as_str();
        for (lines, expected) in [
            (vec![], false),
            (vec![line(ours, None, None)], false),
            (vec![line(ours, Some("80"), None)], true),
            (vec![line(ours, None, Some("https://reports.example.com/r/1"))], true),
            (vec![line("OTHER", Some("80"), None), line(ours, None, None)], false),
        ] {
            let reduced = reduced(&event(lines.clone()), &identifiers).unwrap();
            assert_eq!(reduced.has_our_result, expected, "{lines:?}");
            assert_eq!(reduced.tests.len(), lines.len());
        }
    }

    #[test]
    fn an_inline_assessment_is_no_event() {
        let inline = AssessCandidate {
            event_wid: None,
            ..event(vec![])
        };
        assert_eq!(reduced(&inline, &Identifiers::default()), None);
    }
}
