//! The decision that matters most: does what Workday shows now order a screening, and of which visit?
//!
//! Pushes, Assess polling and stage polling all end here, with facts freshly read from Workday.

use crate::settings::{Identifiers, Triggers};
use serde::{Deserialize, Serialize};

/// What one read of Workday showed about one application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// The application stands in the assessment stage and has no disposition.
    pub in_stage: bool,
    /// Our Assess Candidate events on the application, oldest first.
    pub events: Vec<AssessEvent>,
}

impl Sight {
    /// The events that order a screening, oldest first.
    pub fn orders<'a>(&'a self, identifiers: &'a Identifiers) -> impl Iterator<Item = &'a str> {
        let ordering = self.events.iter().filter(|event| event.is_order(identifiers));
        ordering.map(|event| event.event.as_str())
    }

    /// The sight without events that an order answers already: their send status stays where it is, and orders no more.
    #[must_use]
    pub fn without(mut self, answered: &[String]) -> Self {
        self.events.retain(|event| !answered.contains(&event.event));
        self
    }
}

/// One Assess Candidate event, reduced to what decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssessEvent {
    /// The event's WID.
    pub event: String,
    /// `Assessment_Status_ID` of the whole assessment.
    pub status: Option<String>,
    /// `Assessment_Test_ID`s of its lines, other vendors' included.
    pub tests: Vec<String>,
    /// One of our lines has a score, a link or a final status.
    pub has_our_result: bool,
}

impl AssessEvent {
    /// Whether the event names one of our tests.
    pub fn is_ours(&self, identifiers: &Identifiers) -> bool {
        self.tests.iter().any(|test| identifiers.tests.contains(test))
    }

    /// Whether the event orders a screening: our test, no result yet, and a send status.
    pub fn is_order(&self, identifiers: &Identifiers) -> bool {
        let status_orders = match &self.status {
            Some(status) => identifiers.send_statuses.contains(status),
            None => identifiers.no_status_is_an_order,
        };
        self.is_ours(identifiers) && !self.has_our_result && status_orders
    }
}

/// What the lock row of an application remembers between reads.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Visits {
    /// The current visit; 0: the application was never seen in the stage.
    pub visit: u32,
    /// The last read saw the application in the stage.
    pub in_stage: bool,
    /// Attempt of the current visit.
    pub attempt: u32,
}

/// What is known of the current visit's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// No order of the current visit.
    None,
    /// Still on its way to the invitation.
    Pending,
    /// Refused, and the reason stands on the Workday record.
    Uninvited,
    /// Invited or further, and the ledger shows that we wrote a status since.
    InvitedAndWritten,
    /// Invited or further, nothing written since.
    Invited,
    /// A person must decide: in review, or skipped because the link came later.
    Review,
}

/// What follows from a sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Start the order of this visit and attempt 1.
    StartVisit(u32),
    /// A recruiter asked again within the visit: open this attempt.
    StartAttempt(u32),
    /// The application is outside the stage: remember it, end what was not yet invited.
    Left,
    /// Nothing new.
    Known,
    /// In the stage, but nothing that the connection's triggers accept.
    NotOrdered,
}

/// Decides what a fresh sight of an application means, given what is remembered.
pub fn decide(sight: &Sight, visits: &Visits, standing: Standing, triggers: Triggers, identifiers: &Identifiers) -> Decision {
    if !sight.in_stage {
        return if visits.in_stage { Decision::Left } else { Decision::NotOrdered };
    }
    let assess_order = triggers.assess && sight.events.iter().any(|event| event.is_order(identifiers));
    if !visits.in_stage || standing == Standing::None {
        let ordered = assess_order || triggers.stage;
        let visit = if visits.in_stage {
            visits.visit.max(1)
        } else {
            visits.visit.saturating_add(1)
        };
        return if ordered {
            Decision::StartVisit(visit)
        } else {
            Decision::NotOrdered
        };
    }
    // A send status that reads back after another status was written, or after a refusal, is a recruiter's retry:
    // nothing but a person sets it.
    match standing {
        Standing::InvitedAndWritten | Standing::Uninvited if assess_order => Decision::StartAttempt(visits.attempt.saturating_add(1)),
        Standing::None | Standing::Pending | Standing::Uninvited | Standing::InvitedAndWritten | Standing::Invited | Standing::Review => {
            Decision::Known
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(status: &str, test: &str) -> AssessEvent {
        AssessEvent {
            event: "wid".into(),
            status: Some(status.into()),
            tests: vec![test.into()],
            has_our_result: false,
        }
    }

    fn in_stage(events: Vec<AssessEvent>) -> Sight {
        Sight { in_stage: true, events }
    }

    fn check(sight: &Sight, visits: (u32, bool, u32), standing: Standing, triggers: (bool, bool), expected: Decision) {
        let visits = Visits {
            visit: visits.0,
            in_stage: visits.1,
            attempt: visits.2,
        };
        let triggers = Triggers {
            assess: triggers.0,
            stage: triggers.1,
        };
        assert_eq!(
            decide(sight, &visits, standing, triggers, &Identifiers::default()),
            expected,
            "{sight:?} {visits:?} {standing:?}"
        );
    }

    #[test]
    fn a_bare_stage_move_orders() {
        check(
            &in_stage(vec![]),
            (0, false, 0),
            Standing::None,
            (true, true),
            Decision::StartVisit(1),
        );
    }

    #[test]
    fn an_assess_submit_orders_when_the_stage_trigger_is_off() {
        let ordered = event("HEYMILO_SEND_INVITE", "HEYMILO_AI_SCREEN");
        check(
            &in_stage(vec![ordered]),
            (0, false, 0),
            Standing::None,
            (true, false),
            Decision::StartVisit(1),
        );
        check(
            &in_stage(vec![]),
            (0, false, 0),
            Standing::None,
            (true, false),
            Decision::NotOrdered,
        );
    }

    #[test]
    fn another_vendors_test_or_another_status_orders_nothing() {
        for stranger in [
            event("HEYMILO_SEND_INVITE", "OTHER_VENDOR_TEST"),
            event("OTHER_STATUS", "HEYMILO_AI_SCREEN"),
        ] {
            check(
                &in_stage(vec![stranger]),
                (0, false, 0),
                Standing::None,
                (true, false),
                Decision::NotOrdered,
            );
        }
    }

    #[test]
    fn repeated_sights_of_one_visit_add_nothing() {
        let sight = in_stage(vec![event("HEYMILO_SEND_INVITE", "HEYMILO_AI_SCREEN")]);
        for standing in [Standing::Pending, Standing::Invited, Standing::Review] {
            check(&sight, (1, true, 1), standing, (true, true), Decision::Known);
        }
        check(&in_stage(vec![]), (1, true, 1), Standing::Uninvited, (true, true), Decision::Known);
    }

    #[test]
    fn a_send_status_after_ours_was_written_is_a_new_attempt() {
        let sight = in_stage(vec![event("HEYMILO_SEND_INVITE", "HEYMILO_AI_SCREEN")]);
        check(
            &sight,
            (1, true, 1),
            Standing::InvitedAndWritten,
            (true, true),
            Decision::StartAttempt(2),
        );
        check(&sight, (1, true, 1), Standing::Uninvited, (true, true), Decision::StartAttempt(2));
    }

    #[test]
    fn an_event_that_was_answered_with_another_one_orders_no_more() {
        let named = |wid: &str, status| AssessEvent {
            event: wid.into(),
            ..event(status, "HEYMILO_AI_SCREEN")
        };
        let sight = in_stage(vec![named("first", "HEYMILO_SEND_INVITE"), named("second", "HEYMILO_INVITED")]);
        let identifiers = Identifiers::default();
        assert_eq!(sight.orders(&identifiers).collect::<Vec<_>>(), ["first"]);
        let left = sight.without(&["first".to_owned()]);
        assert_eq!(left.orders(&identifiers).count(), 0);
        check(&left, (1, true, 1), Standing::InvitedAndWritten, (true, true), Decision::Known);
    }

    #[test]
    fn a_new_visit_needs_a_sight_outside_the_stage() {
        let outside = Sight {
            in_stage: false,
            events: vec![],
        };
        check(&outside, (1, true, 1), Standing::Invited, (true, true), Decision::Left);
        check(&outside, (1, false, 1), Standing::Invited, (true, true), Decision::NotOrdered);
        check(
            &in_stage(vec![]),
            (1, false, 1),
            Standing::Invited,
            (true, true),
            Decision::StartVisit(2),
        );
    }
}
