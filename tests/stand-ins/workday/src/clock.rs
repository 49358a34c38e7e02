//! The only place that reads the clock and waits for it.
//! Entry moments handed out by a tenant are strictly increasing, so that they order its records.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures::future::{BoxFuture, Either};
use jiff::{SignedDuration, Timestamp};

/// A time that the stand-in can be given in place of the system's.
pub trait Time: Send + Sync {
    /// Since the Unix epoch.
    fn now(&self) -> Duration;
    /// Waits.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// What the stand-in takes for the time, and the only way it waits; clones are the same clock.
#[derive(Clone)]
pub struct Clock(Arc<dyn Time>);

impl Clock {
    /// A clock that shows `time`.
    pub fn new(time: impl Time + 'static) -> Self {
        Self(Arc::new(time))
    }

    /// The current moment.
    pub(crate) fn now(&self) -> Timestamp {
        let since_epoch = SignedDuration::try_from(self.0.now()).unwrap_or_default();
        Timestamp::from_duration(since_epoch).unwrap_or_default()
    }

    /// Milliseconds since the Unix epoch, for call records.
    pub(crate) fn now_milliseconds(&self) -> i64 {
        self.now().as_millisecond()
    }

    /// Waits.
    pub(crate) async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration).await;
    }

    /// Waits for `work`, but no longer than `limit`.
    pub(crate) async fn timeout<T>(&self, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
        let work = pin!(work);
        match futures::future::select(work, self.0.sleep(limit)).await {
            Either::Left((outcome, _)) => Some(outcome),
            Either::Right(((), _)) => None,
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(System)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Clock")
    }
}

/// The system's time.
struct System;

#[expect(
    clippy::disallowed_methods,
    reason = "the stand-in is a vendor of its own: it shares no clock with the product unless it is given one"
)]
impl Time for System {
    fn now(&self) -> Duration {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A moment as Workday writes an `xsd:dateTime`.
pub(crate) fn moment_text(moment: Timestamp) -> String {
    format!("{moment:.3}")
}

/// A moment's day as Workday writes an `xsd:date`.
pub(crate) fn date_text(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d").to_string()
}
