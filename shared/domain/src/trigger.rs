//! The decision that matters most: does what Workday shows now order a screening, and of which visit?
//!
//! Pushes, Assess polling and stage polling all end here, with facts freshly read from Workday. One move is one order,
//! whichever of them is seen first: after a bare move Workday itself asks the recruiter to submit *Assess*, so the first
//! send status of a visit joins the order that stands, and only a later one asks for the screening again.
//!
//! "Later" is told without clocks: order and lock row are loaded before Workday is read, and a send status on an event
//! that they show as written by us can only have been set by a person since.

use crate::order::{Order, OrderState, ReviewReason};
use crate::settings::{Identifiers, Triggers};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one read of Workday showed about one application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// The application stands in the assessment stage and has no disposition.
    pub in_stage: bool,
    /// Workday says the candidate has withdrawn.
    pub withdrawn: bool,
    /// The Assess Candidate events of the application, oldest first, other vendors' included.
    pub events: Vec<AssessEvent>,
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
    /// One of our lines has a score or a link.
    pub has_our_result: bool,
}

impl AssessEvent {
    /// Whether the event names one of our tests.
    pub fn is_ours(&self, identifiers: &Identifiers) -> bool {
        self.tests.iter().any(|test| identifiers.tests.contains(test))
    }

    /// Whether a recruiter's send status stands on the event: our test, no result yet, and the status itself.
    pub fn has_send_status(&self, identifiers: &Identifiers) -> bool {
        let sent = self
            .status
            .as_ref()
            .is_some_and(|status| identifiers.send_statuses.contains(status));
        self.awaits_us(identifiers) && sent
    }

    /// Whether the event counts like the stage move that opened it: our test and no status yet, where the connection
    /// takes that for an order (default tests on the requisition open such events).
    pub fn counts_as_move(&self, identifiers: &Identifiers) -> bool {
        self.awaits_us(identifiers) && self.status.is_none() && identifiers.no_status_is_an_order
    }

    /// Whether the event orders a screening if nothing is known of it.
    pub fn is_order(&self, identifiers: &Identifiers) -> bool {
        self.has_send_status(identifiers) || self.counts_as_move(identifiers)
    }

    fn awaits_us(&self, identifiers: &Identifiers) -> bool {
        self.is_ours(identifiers) && !self.has_our_result
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
    /// Assess events whose send status an order took, or that stood before the link.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answered: BTreeMap<String, Answered>,
}

/// What became of an event's send status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The visit whose order took it.
    pub visit: u32,
    /// A status of ours was written to the event since: the next send status there is a person's.
    pub written: bool,
}

impl Visits {
    /// Remembers that the current visit's order takes these events.
    pub fn answer(&mut self, events: &[String]) {
        let taken = Answered {
            visit: self.visit,
            written: false,
        };
        self.answered.extend(events.iter().map(|event| (event.clone(), taken)));
    }

    /// Remembers that the order wrote to its event, for when that order no longer says so itself: its visit is over,
    /// or another event takes the place.
    pub fn remember_writing_of(&mut self, order: &Order) {
        let Some(event) = order.written.event.as_ref().filter(|event| order.shows_write_to(event)) else {
            return;
        };
        let visit = order.visit;
        let known = self.answered.entry(event.clone()).or_insert(Answered { visit, written: true });
        known.written = true;
    }

    /// Whether an event belongs to an earlier visit: what stands on it is finished, and is not written over.
    pub fn is_of_earlier_visit(&self, event: &str) -> bool {
        self.answered.get(event).is_some_and(|known| known.visit < self.visit)
    }

    /// Whether a send status was taken in the current visit.
    fn has_taken_one(&self) -> bool {
        self.answered.values().any(|known| known.visit == self.visit)
    }
}

/// What follows from a sight. The events are those whose send status is taken with it, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Start the order of this visit and attempt 1.
    StartVisit { visit: u32, events: Vec<String> },
    /// The events become the order's: what is known is written onto the latest of them.
    Join { events: Vec<String> },
    /// A recruiter asked again within the visit: open the next attempt.
    StartAttempt { events: Vec<String> },
    /// A recruiter chose someone who was skipped: their first attempt begins.
    StartSkipped { events: Vec<String> },
    /// The application is outside the stage: remember it, end what was not yet invited.
    Left,
    /// Nothing new.
    Known,
    /// In the stage, but nothing that the connection's triggers accept.
    NotOrdered,
}

/// By which rules a sight is judged.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    pub identifiers: &'a Identifiers,
    pub triggers: Triggers,
    /// The requisition is linked to an agent. One that is not is nobody's business, unless an event of ours orders it.
    pub linked: bool,
}

/// Decides what a fresh sight of an application means, given what was remembered before it was read.
pub fn decide(sight: &Sight, visits: &Visits, order: Option<&Order>, rules: Rules<'_>) -> Decision {
    if !sight.in_stage {
        return if visits.in_stage { Decision::Left } else { Decision::NotOrdered };
    }
    let sent = unanswered(sight, visits, order, rules);
    match order.filter(|_| visits.in_stage) {
        None => start(sight, visits, sent, rules),
        Some(_) if sent.is_empty() => Decision::Known,
        Some(order) => in_visit(sight, visits, order, sent),
    }
}

/// The events with a send status that no order has taken yet: never seen, or set again after our own status.
fn unanswered(sight: &Sight, visits: &Visits, order: Option<&Order>, rules: Rules<'_>) -> Vec<String> {
    let open = |event: &&AssessEvent| match visits.answered.get(&event.event) {
        None => true,
        Some(known) => known.written || order.is_some_and(|order| order.shows_write_to(&event.event)),
    };
    let sent = sight.events.iter().filter(|event| event.has_send_status(rules.identifiers));
    sent.filter(|_| rules.triggers.assess)
        .filter(open)
        .map(|event| event.event.clone())
        .collect()
}

fn start(sight: &Sight, visits: &Visits, events: Vec<String>, rules: Rules<'_>) -> Decision {
    let opened = || sight.events.iter().any(|event| event.counts_as_move(rules.identifiers));
    let ordered = !events.is_empty() || (rules.triggers.assess && opened()) || (rules.triggers.stage && rules.linked);
    if !ordered {
        return Decision::NotOrdered;
    }
    let visit = if visits.in_stage {
        visits.visit.max(1)
    } else {
        visits.visit.saturating_add(1)
    };
    Decision::StartVisit { visit, events }
}

/// What a send status means for the order that stands.
fn in_visit(sight: &Sight, visits: &Visits, order: &Order, events: Vec<String>) -> Decision {
    // An event known from an earlier visit is never this visit's first.
    let is_first = !visits.has_taken_one() && events.iter().any(|event| !visits.answered.contains_key(event));
    // A further event beside one that is not answered yet is the same wish.
    let is_unproven = !order.is_written() && !events.iter().any(|event| visits.answered.contains_key(event));
    match &order.state {
        OrderState::Received
        | OrderState::Confirmed
        | OrderState::Waiting { .. }
        // The record says why, with words: the order stays for a person to decide.
        | OrderState::NeedsReview {
            reason: ReviewReason::InterviewShared,
        } => Decision::Join { events },
        OrderState::Invited | OrderState::Opened | OrderState::InProgress | OrderState::Scoring | OrderState::Completed { .. }
            if is_first || is_unproven =>
        {
            Decision::Join { events }
        }
        OrderState::Withdrawn if sight.withdrawn => Decision::Known,
        OrderState::Skipped { .. } => Decision::StartSkipped { events },
        OrderState::Invited
        | OrderState::Opened
        | OrderState::InProgress
        | OrderState::Scoring
        | OrderState::Completed { .. }
        | OrderState::Withdrawn
        | OrderState::Refused { .. }
        | OrderState::NeedsReview { .. } => Decision::StartAttempt { events },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Moment;
    use crate::order::{Outcome, RefusalReason, SkipReason, WaitReason};

    const SEND: &str = "HEYMILO_SEND_INVITE";
    const TEST: &str = "HEYMILO_AI_SCREEN";
    const BOTH: Triggers = Triggers { assess: true, stage: true };
    const ASSESS_ONLY: Triggers = Triggers {
        assess: true,
        stage: false,
    };

    fn event(wid: &str, status: Option<&str>, test: &str) -> AssessEvent {
        AssessEvent {
            event: wid.into(),
            status: status.map(str::to_owned),
            tests: vec![test.into()],
            has_our_result: false,
        }
    }

    fn sent(wid: &str) -> AssessEvent {
        event(wid, Some(SEND), TEST)
    }

    fn in_stage(events: Vec<AssessEvent>) -> Sight {
        Sight {
            in_stage: true,
            withdrawn: false,
            events,
        }
    }

    /// The current visit's memory: visit 1, with these events taken in it.
    fn visit(taken: &[&str]) -> Visits {
        let mut visits = Visits {
            visit: 1,
            in_stage: true,
            attempt: 1,
            answered: BTreeMap::new(),
        };
        visits.answer(&taken.iter().map(|event| (*event).to_owned()).collect::<Vec<_>>());
        visits
    }

    /// An order of visit 1 as its row could be read.
    fn order(state: OrderState, written_event: Option<&str>) -> Order {
        let mut row = serde_json::json!({"workspace": "acme", "order": "o", "connection": "c", "application": "A", "candidate": "C",
            "requisition": "R", "visit": 1, "attempt": 1, "created_at": 0, "updated_at": 0});
        let fields = row.as_object_mut().unwrap();
        fields.extend(serde_json::to_value(state).unwrap().as_object().unwrap().clone());
        if let Some(event) = written_event {
            let written = serde_json::json!({"written_attempt": 1, "written_at": 1, "written_event": event});
            fields.extend(written.as_object().unwrap().clone());
        }
        serde_json::from_value(row).unwrap()
    }

    fn rules(triggers: Triggers, linked: bool) -> (Identifiers, Triggers, bool) {
        (Identifiers::default(), triggers, linked)
    }

    fn decided(
        sight: &Sight,
        visits: &Visits,
        order: Option<&Order>,
        (identifiers, triggers, linked): &(Identifiers, Triggers, bool),
    ) -> Decision {
        let rules = Rules {
            identifiers,
            triggers: *triggers,
            linked: *linked,
        };
        decide(sight, visits, order, rules)
    }

    fn named(events: &[&str]) -> Vec<String> {
        events.iter().map(|event| (*event).to_owned()).collect()
    }

    fn join(events: &[&str]) -> Decision {
        Decision::Join { events: named(events) }
    }

    fn attempt(events: &[&str]) -> Decision {
        Decision::StartAttempt { events: named(events) }
    }

    fn open_states() -> Vec<OrderState> {
        vec![OrderState::Invited, OrderState::Opened, OrderState::InProgress, OrderState::Scoring]
    }

    fn pending_states() -> Vec<OrderState> {
        let waiting = OrderState::Waiting {
            reason: WaitReason::RateLimited,
            until: Moment(9),
        };
        vec![OrderState::Received, OrderState::Confirmed, waiting]
    }

    fn completed() -> OrderState {
        OrderState::Completed {
            outcome: Outcome::Completed,
        }
    }

    /// What the first send status of the visit, and one set again after our write, do to an order in a state.
    fn check(states: Vec<OrderState>, first: &Decision, later: &Decision) {
        let sight = in_stage(vec![sent("e1")]);
        for state in states {
            let seen_first = decided(&sight, &visit(&[]), Some(&order(state.clone(), None)), &rules(BOTH, true));
            assert_eq!(seen_first, *first, "the first, {state:?}");
            // Written after a bare move, by application: the event's first send status is the first all the same.
            let after_our_write = decided(&sight, &visit(&[]), Some(&order(state.clone(), Some("e1"))), &rules(BOTH, true));
            assert_eq!(after_our_write, *first, "the first, on an event we wrote to: {state:?}");
            let seen_again = decided(&sight, &visit(&["e1"]), Some(&order(state.clone(), Some("e1"))), &rules(BOTH, true));
            assert_eq!(seen_again, *later, "a later one, {state:?}");
            let not_answered_yet = decided(&sight, &visit(&["e1"]), Some(&order(state.clone(), None)), &rules(BOTH, true));
            assert_eq!(not_answered_yet, Decision::Known, "the same one, not answered yet: {state:?}");
        }
    }

    #[test]
    fn before_the_invitation_every_send_status_joins() {
        check(pending_states(), &join(&["e1"]), &join(&["e1"]));
    }

    #[test]
    fn while_the_screening_is_open_the_first_joins_and_a_later_one_is_a_new_attempt() {
        check(open_states(), &join(&["e1"]), &attempt(&["e1"]));
    }

    #[test]
    fn after_completion_the_first_gets_the_result_and_a_later_one_is_a_new_attempt() {
        check(vec![completed()], &join(&["e1"]), &attempt(&["e1"]));
    }

    #[test]
    fn after_an_end_without_result_every_send_status_is_a_new_attempt() {
        let refused = OrderState::Refused {
            reason: RefusalReason::CandidateWithoutEmail,
        };
        check(vec![OrderState::Withdrawn, refused], &attempt(&["e1"]), &attempt(&["e1"]));
    }

    #[test]
    fn whoever_is_withdrawn_in_workday_is_not_asked_again() {
        let sight = Sight {
            withdrawn: true,
            ..in_stage(vec![sent("e1")])
        };
        let withdrawn = order(OrderState::Withdrawn, None);
        assert_eq!(decided(&sight, &visit(&[]), Some(&withdrawn), &rules(BOTH, true)), Decision::Known);
    }

    #[test]
    fn a_send_status_after_the_link_starts_who_was_skipped() {
        let skipped = order(
            OrderState::Skipped {
                reason: SkipReason::BeforeLink,
            },
            None,
        );
        let sight = in_stage(vec![sent("old"), sent("new")]);
        let started = decided(&sight, &visit(&["old"]), Some(&skipped), &rules(BOTH, true));
        assert_eq!(started, Decision::StartSkipped { events: named(&["new"]) });
        let before = decided(&in_stage(vec![sent("old")]), &visit(&["old"]), Some(&skipped), &rules(BOTH, true));
        assert_eq!(before, Decision::Known, "what stood before the link orders nothing");
    }

    #[test]
    fn a_recruiters_order_is_the_persons_choice_that_a_review_waits_for() {
        for reason in [
            ReviewReason::EffectUnproven,
            ReviewReason::RecipientNotAllowed,
            ReviewReason::AlreadyScreened,
        ] {
            check(vec![OrderState::NeedsReview { reason }], &attempt(&["e1"]), &attempt(&["e1"]));
        }
    }

    #[test]
    fn a_shared_interview_stays_and_the_record_says_so() {
        let shared = OrderState::NeedsReview {
            reason: ReviewReason::InterviewShared,
        };
        check(vec![shared], &join(&["e1"]), &join(&["e1"]));
    }

    #[test]
    fn a_further_event_before_the_answer_is_the_same_wish_and_after_it_a_new_attempt() {
        let sight = in_stage(vec![sent("e1"), sent("e2")]);
        let unanswered = order(OrderState::Invited, None);
        assert_eq!(
            decided(&sight, &visit(&["e1"]), Some(&unanswered), &rules(BOTH, true)),
            join(&["e2"])
        );
        let mut read_so = sight;
        read_so.events[0].status = Some("HEYMILO_INVITED".into());
        let answered = order(OrderState::Invited, Some("e1"));
        assert_eq!(
            decided(&read_so, &visit(&["e1"]), Some(&answered), &rules(BOTH, true)),
            attempt(&["e2"])
        );
    }

    #[test]
    fn an_event_known_from_an_earlier_visit_is_never_the_first_of_this_one() {
        let mut visits = visit(&["e1"]);
        visits.visit = 2;
        let sight = in_stage(vec![sent("e1")]);
        let invited = order(OrderState::Invited, None);
        assert_eq!(
            decided(&sight, &visits, Some(&invited), &rules(BOTH, true)),
            Decision::Known,
            "it stood there before"
        );
        visits.answered.get_mut("e1").unwrap().written = true;
        assert_eq!(
            decided(&sight, &visits, Some(&invited), &rules(BOTH, true)),
            attempt(&["e1"]),
            "set again since"
        );
        assert!(visits.is_of_earlier_visit("e1") && !visits.is_of_earlier_visit("e2"));
    }

    #[test]
    fn what_an_order_wrote_is_remembered_when_its_visit_is_over() {
        let mut visits = visit(&["e1"]);
        visits.remember_writing_of(&order(OrderState::Invited, None));
        assert!(!visits.answered["e1"].written);
        visits.remember_writing_of(&order(OrderState::Invited, Some("e1")));
        visits.remember_writing_of(&order(OrderState::Invited, Some("chosen by the write-back")));
        assert!(visits.answered["e1"].written && visits.answered["chosen by the write-back"].written);
    }

    fn started(visit: u32, events: &[&str]) -> Decision {
        Decision::StartVisit {
            visit,
            events: named(events),
        }
    }

    #[test]
    fn a_bare_stage_move_orders_where_the_requisition_is_linked() {
        let never = Visits::default();
        assert_eq!(decided(&in_stage(vec![]), &never, None, &rules(BOTH, true)), started(1, &[]));
        assert_eq!(decided(&in_stage(vec![]), &never, None, &rules(BOTH, false)), Decision::NotOrdered);
        assert_eq!(
            decided(&in_stage(vec![]), &never, None, &rules(ASSESS_ONLY, true)),
            Decision::NotOrdered
        );
    }

    #[test]
    fn an_assess_submit_orders_even_on_a_requisition_without_a_link() {
        for linked in [true, false] {
            let sight = in_stage(vec![sent("e1"), sent("e2")]);
            assert_eq!(
                decided(&sight, &Visits::default(), None, &rules(ASSESS_ONLY, linked)),
                started(1, &["e1", "e2"])
            );
        }
    }

    #[test]
    fn another_vendors_test_or_another_status_or_a_result_orders_nothing() {
        let with_result = AssessEvent {
            has_our_result: true,
            ..sent("e")
        };
        for stranger in [
            event("e", Some(SEND), "OTHER_TEST"),
            event("e", Some("OTHER_STATUS"), TEST),
            with_result,
        ] {
            let sight = in_stage(vec![stranger]);
            assert_eq!(
                decided(&sight, &Visits::default(), None, &rules(ASSESS_ONLY, true)),
                Decision::NotOrdered
            );
            let invited = order(OrderState::Invited, None);
            assert_eq!(decided(&sight, &visit(&[]), Some(&invited), &rules(BOTH, true)), Decision::Known);
        }
    }

    #[test]
    fn an_event_without_status_counts_as_the_move_and_never_as_a_send_status() {
        let no_status = Identifiers {
            no_status_is_an_order: true,
            ..Identifiers::default()
        };
        let rules = (no_status, ASSESS_ONLY, true);
        let sight = in_stage(vec![event("e", None, TEST)]);
        assert_eq!(decided(&sight, &Visits::default(), None, &rules), started(1, &[]));
        for state in open_states() {
            assert_eq!(decided(&sight, &visit(&[]), Some(&order(state, None)), &rules), Decision::Known);
        }
    }

    #[test]
    fn with_the_assess_trigger_off_a_send_status_orders_nothing() {
        let stage_only = Triggers {
            assess: false,
            stage: true,
        };
        let sight = in_stage(vec![sent("e1")]);
        assert_eq!(decided(&sight, &Visits::default(), None, &rules(stage_only, true)), started(1, &[]));
        let invited = order(OrderState::Invited, None);
        assert_eq!(
            decided(&sight, &visit(&[]), Some(&invited), &rules(stage_only, true)),
            Decision::Known
        );
    }

    #[test]
    fn a_new_visit_needs_a_sight_outside_the_stage() {
        let outside = Sight {
            in_stage: false,
            ..in_stage(vec![])
        };
        let invited = order(OrderState::Invited, None);
        let mut visits = visit(&[]);
        assert_eq!(decided(&outside, &visits, Some(&invited), &rules(BOTH, true)), Decision::Left);
        visits.in_stage = false;
        assert_eq!(decided(&outside, &visits, Some(&invited), &rules(BOTH, true)), Decision::NotOrdered);
        assert_eq!(
            decided(&in_stage(vec![]), &visits, Some(&invited), &rules(BOTH, true)),
            started(2, &[])
        );
    }
}
