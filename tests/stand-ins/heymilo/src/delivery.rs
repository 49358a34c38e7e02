//! Webhooks: which registrations an event goes to, the payload, and the bounded, unsigned delivery. HeyMilo publishes no payload
//! schema, no signature and no retry schedule; the payload here is the least its documentation's prose promises.

use std::time::Duration;

use serde_json::{Value, json};

use crate::app::App;
use crate::model::{Delivery, DeliveryOutcome, Interview, State};
use crate::outbound::PATIENCE;

const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// HeyMilo's documented webhook events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    InterviewStarted,
    InterviewCompleted,
    ReportAvailable,
}

impl Event {
    fn word(self) -> &'static str {
        match self {
            Self::InterviewStarted => "interview_started",
            Self::InterviewCompleted => "interview_completed",
            Self::ReportAvailable => "report_available",
        }
    }
}

/// Notes the deliveries of an event and returns the numbers of those to send now, in order.
pub(crate) fn announce(state: &mut State, interview_id: &str, event: Event, now: f64) -> Vec<u64> {
    let Some(interview) = state.interview(interview_id).cloned() else {
        return Vec::new();
    };
    let settings = state.settings.clone();
    let hold = settings.reorder_webhooks && event != Event::ReportAvailable;
    let outcome = match (settings.drop_webhooks, hold) {
        (true, _) => DeliveryOutcome::Dropped,
        (false, true) => DeliveryOutcome::Held,
        (false, false) => DeliveryOutcome::Pending,
    };
    let meant = |webhook: &&crate::model::Webhook| {
        webhook.is_active && webhook.posting_id == interview.posting_id && webhook.event_type == event.word()
    };
    let webhooks: Vec<_> = state.webhooks.iter().filter(meant).cloned().collect();
    let mut due = Vec::new();
    for webhook in webhooks {
        let delivery_id = state.next_number();
        state.deliveries.push(Delivery {
            delivery_id,
            webhook_id: webhook.webhook_id,
            event_type: webhook.event_type,
            interview_id: interview_id.to_owned(),
            webhook_url: webhook.webhook_url,
            copies: settings.duplicate_webhooks.saturating_add(1),
            outcome,
            attempts: Vec::new(),
            payload: payload(&interview, event, now),
            created_at: now,
            settled_at: None,
        });
        if outcome == DeliveryOutcome::Pending {
            due.push(delivery_id);
        }
    }
    if event == Event::ReportAvailable && !settings.drop_webhooks {
        due.extend(release_held(state, interview_id));
    }
    due
}

/// Lets go of what was held back for an interview, last event first.
fn release_held(state: &mut State, interview_id: &str) -> Vec<u64> {
    let held = |delivery: &&mut Delivery| delivery.interview_id == interview_id && delivery.outcome == DeliveryOutcome::Held;
    let mut released: Vec<u64> = state
        .deliveries
        .iter_mut()
        .filter(held)
        .map(|delivery| {
            delivery.outcome = DeliveryOutcome::Pending;
            delivery.delivery_id
        })
        .collect();
    released.reverse();
    released
}

fn payload(interview: &Interview, event: Event, now: f64) -> Value {
    json!({
        "event_type": event.word(),
        "posting_id": interview.posting_id,
        "interview_id": interview.interview_id,
        "candidate": {"candidate_id": interview.candidate_id, "name": interview.name, "email": interview.email},
        "status": interview.status(),
        "score": crate::rubric::match_score_tenths(&interview.scores).map(|tenths| f64::from(tenths) / 10.0),
        "occurred_at": now,
    })
}

/// Sends deliveries one after the other.
pub(crate) async fn send_all(app: App, deliveries: Vec<u64>) {
    let settings = app.read(|state| state.settings.clone());
    if settings.delay_webhooks_ms > 0 {
        app.clock().sleep(Duration::from_millis(settings.delay_webhooks_ms)).await;
    }
    for delivery_id in deliveries {
        send(&app, delivery_id, settings.webhook_tries.max(1)).await;
    }
}

async fn send(app: &App, delivery_id: u64, tries: u32) {
    let find = |state: &State| {
        state
            .deliveries
            .iter()
            .find(|delivery| delivery.delivery_id == delivery_id)
            .cloned()
    };
    let Some(delivery) = app.read(find) else { return };
    let mut outcome = DeliveryOutcome::Delivered;
    for _ in 0..delivery.copies {
        if !send_copy(app, &delivery, tries).await {
            outcome = DeliveryOutcome::Failed;
        }
    }
    settle(app, delivery_id, |delivery| {
        delivery.outcome = outcome;
        delivery.settled_at = Some(app.clock().unix_seconds());
    });
}

/// One copy with its tries; true when the receiver answered 2xx.
async fn send_copy(app: &App, delivery: &Delivery, tries: u32) -> bool {
    let mut pause = FIRST_PAUSE;
    for attempt in 1..=tries {
        let (note, accepted) = post(app, delivery).await;
        settle(app, delivery.delivery_id, |delivery| delivery.attempts.push(note));
        if accepted {
            return true;
        }
        if attempt < tries {
            app.clock().sleep(pause).await;
            pause = pause.saturating_mul(4);
        }
    }
    false
}

async fn post(app: &App, delivery: &Delivery) -> (String, bool) {
    let posted = app.outbound().post(&delivery.webhook_url, delivery.payload.to_string());
    match app.clock().timeout(PATIENCE, posted).await {
        Some(Ok(status)) => (status.to_string(), (200..300).contains(&status)),
        Some(Err(problem)) => (problem.to_owned(), false),
        None => ("no answer in time".to_owned(), false),
    }
}

fn settle(app: &App, delivery_id: u64, change: impl FnOnce(&mut Delivery)) {
    app.change(|state| {
        if let Some(delivery) = state.deliveries.iter_mut().find(|delivery| delivery.delivery_id == delivery_id) {
            change(delivery);
        }
    });
}
