//! The only place that reads the time; everything else takes a [`Moment`] or asks the [`Clock`] it was given.

use domain::Moment;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Tells the time: the system's, or one that a test moves by hand. Clones of a manual clock move together.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until it is moved.
    pub fn manual(start: Moment) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(start.0))))
    }

    /// The moment now.
    pub fn now(&self) -> Moment {
        match &self.0 {
            Source::System => system_now(),
            Source::Manual(milliseconds) => Moment(milliseconds.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock forward; the system's clock does not obey.
    pub fn advance(&self, duration: Duration) {
        match &self.0 {
            Source::System => {}
            Source::Manual(milliseconds) => milliseconds.store(self.now().plus(duration).0, Ordering::SeqCst),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock everything else is given")]
fn system_now() -> Moment {
    // A clock before 1970 is a broken machine; the epoch is as good an answer as any.
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(0).plus(since_epoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_of_a_manual_clock_move_together() {
        let clock = Clock::manual(Moment(1_000));
        let other = clock.clone();
        clock.advance(Duration::from_secs(2));
        assert_eq!(other.now(), Moment(3_000));
    }

    #[test]
    fn the_system_clock_is_past_2025() {
        assert!(Clock::system().now() > Moment(1_735_689_600_000));
    }
}
