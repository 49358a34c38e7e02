//! The mail service, as it tells what became of each mail: by events that a rule of the event bus brings to `DeliveryQueue`.

use crate::world::World;
use domain::Moment;
use serde_json::{Map, Value, json};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use testkit::Mail;

/// The queue's logical id.
pub(crate) const QUEUE: &str = "DeliveryQueue";
const SECOND: Duration = Duration::from_secs(1);
/// An event that the queue does not take is brought again.
const BROUGHT_AGAIN: Duration = Duration::from_mins(1);

/// What the mail service tells of mails from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Telling {
    /// That a mail was sent, and a second later that it arrived.
    #[default]
    Everything,
    Nothing,
    /// Everything, so much later.
    Late(Duration),
    /// Everything twice, and the last first.
    TwiceAndBackwards,
    /// How it ended otherwise, in the service's word.
    Otherwise(&'static str),
}

/// What was told, and what is still to be told.
#[derive(Debug, Default)]
pub(crate) struct MailService(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    telling: Telling,
    /// Mails that are told of, or will be.
    mails: usize,
    events: Vec<(Moment, String)>,
}

impl Telling {
    /// The events of a mail in their order, and how long after it each comes.
    fn events(self) -> Vec<(&'static str, Duration)> {
        match self {
            Self::Everything => vec![("Send", SECOND), ("Delivery", SECOND * 2)],
            Self::Nothing => Vec::new(),
            Self::Late(later) => vec![("Send", later), ("Delivery", later + SECOND)],
            Self::TwiceAndBackwards => vec![
                ("Delivery", SECOND),
                ("Send", SECOND * 2),
                ("Delivery", SECOND * 3),
                ("Send", SECOND * 4),
            ],
            Self::Otherwise("Reject") => vec![("Reject", SECOND)],
            Self::Otherwise(end) => vec![("Send", SECOND), (end, SECOND * 2)],
        }
    }
}

impl fmt::Display for Telling {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => write!(formatter, "tells of each mail"),
            Self::Nothing => write!(formatter, "tells of no mail"),
            Self::Late(later) => write!(formatter, "tells of mails {} s later", later.as_secs()),
            Self::TwiceAndBackwards => write!(formatter, "tells of each mail twice and backwards"),
            Self::Otherwise(end) => write!(formatter, "tells of each mail how it ended: {end}"),
        }
    }
}

impl MailService {
    pub(crate) fn tells(&self, telling: Telling) {
        self.state().telling = telling;
    }

    /// When the next event comes.
    pub(crate) fn next(&self) -> Option<Moment> {
        self.state().events.iter().map(|(at, _)| *at).min()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    /// Plans the events of the mails that were taken since, and brings those whose moment has come.
    pub(crate) async fn tell_of_mails(&self) {
        let now = self.clock.now();
        let due = {
            let mut state = self.mail_service.state();
            for mail in self.aws().outbox().mails_since(state.mails) {
                state.mails += 1;
                let events = state.telling.events().into_iter();
                let events = events.map(|(kind, after)| (now.plus(after), event(kind, &mail)));
                state.events.extend(events);
            }
            let (due, later): (Vec<_>, Vec<_>) = std::mem::take(&mut state.events).into_iter().partition(|(at, _)| *at <= now);
            state.events = later;
            due
        };
        for (_, event) in due {
            if self.product.bring(QUEUE, &event).await.is_err() {
                self.mail_service.state().events.push((now.plus(BROUGHT_AGAIN), event));
            }
        }
    }
}

/// As SES documents its records: what names the mail and the step that sent it.
fn event(kind: &str, mail: &Mail) -> String {
    let tags = mail.tags.iter().map(|(name, value)| (name.clone(), json!([value])));
    let mut tags: Map<String, Value> = tags.collect();
    tags.insert("ses:configuration-set".to_owned(), json!([mail.configuration_set]));
    json!({
        "version": "0", "source": "aws.ses",
        // What is no bounce has none; who reads looks at the type first.
        "detail": { "eventType": kind, "bounce": { "bounceType": "Permanent" }, "mail": { "messageId": mail.message_id, "destination": mail.to, "tags": tags } },
    })
    .to_string()
}
