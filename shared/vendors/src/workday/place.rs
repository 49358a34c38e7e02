//! Where in Workday a result belongs: on an event of ours, nowhere over what is another vendor's or another visit's.

use domain::Order;
use domain::settings::Identifiers;
use domain::trigger::Visits;
use workday::{AssessCandidate, TestResult};

/// Where the result belongs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Place {
    /// An event of ours, or one that nobody has claimed by a test.
    Event {
        event: String,
        our_line: Option<Box<TestResult>>,
        /// Another vendor's test stands on it too: its overall status and comment go back as they were read.
        shared: Option<Overall>,
    },
    /// Workday shows no event at all: it finds or opens one.
    Application,
    /// Every event is another vendor's, or another visit's: the attachment alone carries the result.
    Nowhere,
}

/// The part of an assessment that all vendors on it share.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Overall {
    pub(crate) status: Option<String>,
    pub(crate) comment: Option<String>,
}

/// What the choice depends on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice<'a> {
    pub(crate) order: &'a Order,
    /// The lock row: what stands on another visit's events is that visit's.
    pub(crate) visits: &'a Visits,
    pub(crate) identifiers: &'a Identifiers,
}

impl Choice<'_> {
    pub(crate) fn is_ours(&self, line: &TestResult) -> bool {
        self.identifiers.tests.contains(&line.test_id)
    }

    /// The event that ordered the screening, else the one that was written before, else the latest of this visit that
    /// names our test, else the latest that names none.
    pub(crate) fn choose<'e>(&self, events: &'e [AssessCandidate]) -> Option<&'e AssessCandidate> {
        let with_event = || events.iter().filter(|event| event.event_wid.is_some());
        let visit = self.order.visit;
        let is_anothers = |event: &AssessCandidate| {
            let wid = event.event_wid.as_deref();
            wid.is_some_and(|wid| self.visits.is_of_another_visit(wid, visit))
        };
        let open = || with_event().filter(|event| !is_anothers(event));
        // Taken by a later visit since: what is asked for there is that visit's.
        let is_taken = |event: &AssessCandidate| {
            let wid = event.event_wid.as_deref().unwrap_or_default();
            self.visits.answered.get(wid).is_some_and(|known| known.visit > visit)
        };
        with_event()
            .filter(|event| !is_taken(event))
            .find(|event| event.event_wid == self.order.assess_event)
            .or_else(|| open().find(|event| event.event_wid == self.order.written.event))
            .or_else(|| open().rfind(|event| event.assessment.test_results.iter().any(|line| self.is_ours(line))))
            .or_else(|| open().rfind(|event| event.assessment.test_results.is_empty()))
    }

    pub(crate) fn place(&self, events: &[AssessCandidate]) -> Place {
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::order::{Entrance, Subject};
    use domain::{ConnectionId, JobApplicationId, JobRequisitionId, Moment, PostingId, WorkdayCandidateId, WorkspaceId};
    use workday::CandidateAssessment;

    const OURS: &str = "HEYMILO_AI_SCREEN";
    const THEIRS: &str = "OTHER_TEST";

    fn event(wid: &str, tests: &[&str]) -> AssessCandidate {
        let line = |test: &&str| TestResult {
            test_id: (*test).to_owned(),
            ..TestResult::default()
        };
        AssessCandidate {
            event_wid: Some(wid.to_owned()),
            assessment: CandidateAssessment {
                status_id: Some("AS_READ".to_owned()),
                test_results: tests.iter().map(line).collect(),
                ..CandidateAssessment::default()
            },
            ..AssessCandidate::default()
        }
    }

    fn order(event: Option<&str>) -> Order {
        let subject = Subject {
            workspace: WorkspaceId::new("acme").unwrap(),
            connection: ConnectionId::new("production").unwrap(),
            application: JobApplicationId::new("JOB_APPLICATION-1").unwrap(),
            candidate: WorkdayCandidateId::new("C00001").unwrap(),
            requisition: JobRequisitionId::new("R00001").unwrap(),
        };
        let entrance = Entrance {
            posting: Some(PostingId::new("13D77095").unwrap()),
            withdrawn: false,
            screened_before: false,
            moved_long_ago: false,
        };
        Order::begin(subject, 2, entrance, event.map(str::to_owned), Moment(0)).order
    }

    /// Visit 2, with an event of visit 1.
    fn visits(earlier: &[&str]) -> Visits {
        let mut visits = Visits {
            visit: 1,
            ..Visits::default()
        };
        visits.answer(&earlier.iter().map(|event| (*event).to_owned()).collect::<Vec<_>>());
        visits.visit = 2;
        visits
    }

    /// The event written to, and `shared` if it is; or `by application`, or `nowhere`.
    fn placed(events: &[AssessCandidate], asked: Option<&str>, earlier: &[&str]) -> String {
        let choice = Choice {
            order: &order(asked),
            visits: &visits(earlier),
            identifiers: &Identifiers::default(),
        };
        match choice.place(events) {
            Place::Event { event, shared: None, .. } => event,
            Place::Event { event, .. } => format!("{event} shared"),
            Place::Application => "by application".to_owned(),
            Place::Nowhere => "nowhere".to_owned(),
        }
    }

    #[test]
    fn the_event_that_ordered_comes_first_then_the_latest_of_ours_then_one_without_a_test() {
        let events = [event("open", &[]), event("a", &[OURS]), event("b", &[OURS]), event("x", &[THEIRS])];
        assert_eq!(placed(&events, Some("a"), &[]), "a");
        assert_eq!(placed(&events, None, &[]), "b");
        assert_eq!(placed(&events[..1], None, &[]), "open");
    }

    #[test]
    fn another_vendors_event_alone_is_written_to_by_nobody_but_them() {
        assert_eq!(placed(&[event("x", &[THEIRS])], None, &[]), "nowhere");
        assert_eq!(placed(&[], None, &[]), "by application", "no event at all: by application");
    }

    #[test]
    fn an_event_shared_with_another_vendor_is_known_as_such() {
        assert_eq!(placed(&[event("a", &[THEIRS, OURS])], None, &[]), "a shared");
    }

    #[test]
    fn what_was_written_on_an_event_goes_on_there_beside_a_later_one_that_nobody_asked_at() {
        let mut row = serde_json::to_value(order(None)).unwrap();
        row["written_event"] = "first".into();
        let order: Order = serde_json::from_value(row).unwrap();
        let (visits, identifiers) = (visits(&[]), Identifiers::default());
        let choice = Choice {
            order: &order,
            visits: &visits,
            identifiers: &identifiers,
        };
        let events = [event("first", &[OURS]), event("second", &[OURS])];
        assert_eq!(choice.choose(&events).unwrap().event_wid.as_deref(), Some("first"));
    }

    #[test]
    fn a_result_that_comes_when_the_next_visit_has_begun_goes_to_its_own_visits_event() {
        let mut visits = visits(&[]);
        visits.answer(&["own".to_owned()]);
        visits.visit = 3;
        visits.answer(&["next".to_owned()]);
        let (order, identifiers) = (order(None), Identifiers::default());
        let choice = Choice {
            order: &order,
            visits: &visits,
            identifiers: &identifiers,
        };
        let events = [event("own", &[OURS]), event("next", &[OURS])];
        assert_eq!(order.visit, 2);
        assert_eq!(choice.choose(&events).unwrap().event_wid.as_deref(), Some("own"));
    }

    #[test]
    fn a_second_visit_never_writes_over_the_first_ones_result() {
        let events = [event("first", &[OURS]), event("second", &[])];
        assert_eq!(placed(&events, None, &["first"]), "second");
        assert_eq!(placed(&events[..1], None, &["first"]), "nowhere", "the attachment alone carries it");
        assert_eq!(
            placed(&events[..1], Some("first"), &["first"]),
            "first",
            "unless a recruiter asked there"
        );
    }
}
