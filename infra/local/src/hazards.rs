//! What a test lets happen to invocations and to messages on their way; by default nothing does.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use testkit::Mortality;

/// Everything of the kind. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Hazards {
    /// Whose process dies at which call, by the function's binary. It is built anew, as its next execution environment
    /// would be.
    pub mortality: Mortality,
    /// What becomes of messages.
    pub mishaps: Mishaps,
    /// By how many milliseconds the clocks of functions are ahead, by the function's binary.
    pub skews: Vec<(String, i64)>,
}

impl Hazards {
    /// Milliseconds by which the clock of a function is ahead.
    pub fn skew(&self, binary: &str) -> i64 {
        let of_it = self.skews.iter().find(|(skewed, _)| skewed == binary);
        of_it.map_or(0, |(_, milliseconds)| *milliseconds)
    }
}

/// What becomes of a message that a queue has handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nobody ever sees it.
    Lost,
    /// It is delivered, and once more after this.
    Twice(Duration),
    /// It is delivered after this.
    Late(Duration),
}

/// Fates of messages to come. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Mishaps(Arc<Mutex<Vec<Mishap>>>);

/// The next messages of a queue, and their fate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mishap {
    /// The queue's logical id.
    pub queue: String,
    /// How many messages it befalls.
    pub times: usize,
    /// What becomes of them.
    pub fate: Fate,
}

impl Mishaps {
    /// Adds one; of several for a queue the first added comes first.
    pub fn plan(&self, mishap: Mishap) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(mishap);
    }

    /// Forgets what has not happened yet.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The fate of the next message of a queue, if it has one of its own.
    pub(crate) fn next(&self, queue: &str) -> Option<Fate> {
        let mut planned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mishap = planned.iter_mut().find(|mishap| mishap.queue == queue)?;
        let fate = mishap.fate;
        mishap.times = mishap.times.saturating_sub(1);
        planned.retain(|mishap| mishap.times > 0);
        Some(fate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mishap_befalls_its_queue_as_often_as_planned() {
        let mishaps = Mishaps::default();
        mishaps.plan(Mishap {
            queue: "OrderQueue".to_owned(),
            times: 2,
            fate: Fate::Lost,
        });
        assert_eq!(mishaps.next("SweepQueue"), None);
        assert_eq!(
            [(); 3].map(|()| mishaps.next("OrderQueue")),
            [Some(Fate::Lost), Some(Fate::Lost), None]
        );
    }
}
