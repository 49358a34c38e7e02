//! From Workday's words to the few facts that decide about an order.

use domain::settings::Identifiers;
use domain::trigger::AssessEvent;
use workday::AssessCandidate;

/// An assess event, reduced to what decides. `None`: an inline assessment, which has no event to write to.
pub fn assess_event(event: &AssessCandidate, identifiers: &Identifiers) -> Option<AssessEvent> {
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
