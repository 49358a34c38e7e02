//! Whether Workday's pushes can be relied on: then polls look for new send statuses less often.

use crate::moment::Moment;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How the pushes of a connection stand, as its polls know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PushStanding {
    /// When Workday last pushed, to the hour.
    pub pushed_at: Option<Moment>,
    /// When a poll last found a send status of which no push had told.
    pub missed_at: Option<Moment>,
}

/// So far back what came and what was missed says something.
const TELLING: Duration = Duration::from_hours(7 * 24);
/// What is noted of the pushes that come is no more exact than this.
const EXACT: Duration = Duration::from_hours(1);
/// However seldom a connection is looked at, healthy pushes make that no rarer for new assess events.
const LONGEST: Duration = Duration::from_mins(30);
/// Without healthy pushes, new assess events are looked for twice as seldom as the stage, but no later than so much: the stage
/// shows whoever was moved.
const LATER: Duration = Duration::from_mins(5);

/// What can be said of a connection's pushes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushes {
    /// None came in the last seven days.
    Silent,
    /// They come, but a poll found a send status then of which none had told.
    Missed(Moment),
    /// They came, and every send status that a poll found had been pushed before. One that no poll found, because it was
    /// answered by then, counts as pushed.
    Healthy,
}

impl PushStanding {
    /// What the last seven days say of the pushes.
    pub fn of_late(&self, now: Moment) -> Pushes {
        let of_late = |at: &Moment| now.since(*at) < TELLING;
        match (self.pushed_at.filter(of_late), self.missed_at.filter(of_late)) {
            (None, _) => Pushes::Silent,
            (Some(_), Some(missed)) => Pushes::Missed(missed),
            (Some(_), None) => Pushes::Healthy,
        }
    }

    /// What is to be noted of a push that came then; none: it is known nearly enough.
    #[must_use]
    pub fn pushed(self, at: Moment) -> Option<Self> {
        let is_news = self.pushed_at.is_none_or(|known| at.since(known) >= EXACT);
        is_news.then_some(Self {
            pushed_at: Some(at),
            ..self
        })
    }

    /// A poll found a send status then of which no push had told.
    #[must_use]
    pub fn missed(self, at: Moment) -> Self {
        Self {
            missed_at: Some(at),
            ..self
        }
    }

    /// Between two looks for new assess events, where everything else is looked at so often.
    pub fn between_windows(&self, interval: Duration, now: Moment) -> Duration {
        let usual = interval.saturating_add(interval.min(LATER));
        if self.of_late(now) == Pushes::Healthy {
            interval.saturating_mul(3).min(LONGEST).max(usual)
        } else {
            usual
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(1_800_000_000_000);

    fn before(days: u64) -> Moment {
        NOW.minus(Duration::from_hours(24 * days))
    }

    #[test]
    fn pushes_are_healthy_while_they_come_and_nothing_was_missed_for_a_week() {
        for (pushed_at, missed_at, expected) in [
            (None, None, Pushes::Silent),
            (Some(before(6)), None, Pushes::Healthy),
            (Some(before(7)), Some(before(1)), Pushes::Silent),
            (Some(before(1)), Some(before(6)), Pushes::Missed(before(6))),
            (Some(before(1)), Some(before(7)), Pushes::Healthy),
        ] {
            let push = PushStanding { pushed_at, missed_at };
            assert_eq!(push.of_late(NOW), expected, "{push:?}");
        }
    }

    #[test]
    fn a_push_is_news_once_an_hour() {
        let known = PushStanding::default().pushed(NOW).unwrap();
        assert_eq!(known.pushed(NOW.plus(Duration::from_mins(59))), None);
        assert!(known.pushed(NOW.plus(Duration::from_hours(1))).is_some());
    }

    #[test]
    fn with_healthy_pushes_new_events_are_looked_for_every_quarter_to_half_an_hour() {
        let healthy = PushStanding {
            pushed_at: Some(before(1)),
            missed_at: None,
        };
        let minutes = |push: PushStanding, interval| push.between_windows(Duration::from_mins(interval), NOW).as_secs() / 60;
        assert_eq!([5, 10, 20, 60].map(|interval| minutes(healthy, interval)), [15, 30, 30, 65]);
        assert_eq!(
            [5, 10, 20, 60].map(|interval| minutes(PushStanding::default(), interval)),
            [10, 15, 25, 65]
        );
    }
}
