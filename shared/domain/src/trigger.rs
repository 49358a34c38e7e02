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
        self.awaits_us(identifiers) && self.reads_sent(identifiers)
    }

    /// Whether the event's status is a send status, whatever else stands on it.
    pub fn reads_sent(&self, identifiers: &Identifiers) -> bool {
        self.status
            .as_ref()
            .is_some_and(|status| identifiers.send_statuses.contains(status))
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
    /// The stage in which it was last seen there, by an id of Workday's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
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
    /// Whether an application whose screening is open stands in the stage that it was seen in, whatever stage the settings name
    /// by now; `stage` are the ids of where it stands.
    pub fn stays(&self, order: Option<&Order>, stage: &[String]) -> bool {
        let is_open = order.is_some_and(|order| order.state.is_open());
        self.in_stage && is_open && self.stage.as_ref().is_some_and(|known| stage.contains(known))
    }

    /// Remembers that the current visit's order takes these events.
    pub fn answer(&mut self, events: &[String]) {
        let taken = Answered {
            visit: self.visit,
            written: false,
        };
        self.answered.extend(events.iter().map(|event| (event.clone(), taken)));
    }

    /// Remembers which event the order wrote to, and whether its writing stands, for when that order no longer says so
    /// itself: its visit is over, or another event takes the place.
    pub fn remember_writing_of(&mut self, order: &Order) {
        let Some(event) = &order.written.event else { return };
        let known = Answered {
            visit: order.visit,
            written: false,
        };
        let known = self.answered.entry(event.clone()).or_insert(known);
        known.written |= order.shows_write_to(event);
    }

    /// Whether an event belongs to another visit than this one: what stands on it is that visit's, and is not written over.
    pub fn is_of_another_visit(&self, event: &str, visit: u32) -> bool {
        self.answered.get(event).is_some_and(|known| known.visit != visit)
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
    /// The application is outside the stage: remember it, end what is not finished.
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
    // On an event that holds our result a send status is a person's when our own status, confirmed, stood there before.
    let stood = |event: &AssessEvent| {
        let known = visits.answered.get(&event.event).is_some_and(|known| known.written);
        known || order.is_some_and(|order| order.shows_write_to(&event.event))
    };
    let sent_again = |event: &AssessEvent| event.is_ours(rules.identifiers) && event.reads_sent(rules.identifiers) && stood(event);
    let sent = |event: &&AssessEvent| event.has_send_status(rules.identifiers) || sent_again(event);
    sight
        .events
        .iter()
        .filter(sent)
        .filter(|_| rules.triggers.assess)
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
        OrderState::Withdrawn
        | OrderState::NeedsReview {
            reason: ReviewReason::LateResult,
        } if sight.withdrawn => Decision::Known,
        OrderState::Skipped { .. } => Decision::StartSkipped { events },
        OrderState::Invited
        | OrderState::Opened
        | OrderState::InProgress
        | OrderState::Scoring
        | OrderState::Completed { .. }
        | OrderState::Withdrawn
        | OrderState::Expired { .. }
        | OrderState::Refused { .. }
        | OrderState::NeedsReview { .. } => Decision::StartAttempt { events },
    }
}

#[cfg(test)]
mod tests;
