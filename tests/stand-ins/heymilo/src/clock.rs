//! The one place that reads the clock and waits for it, and the only reader and writer of times: HeyMilo's numbers are Unix seconds, its query bounds
//! also ISO-8601, where a time without an offset is UTC.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures::future::{BoxFuture, Either};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

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

    /// Now, in Unix seconds with milliseconds, as HeyMilo's `created_at` and its like.
    pub(crate) fn unix_seconds(&self) -> f64 {
        (self.0.now().as_secs_f64() * 1000.0).round() / 1000.0
    }

    /// Now, in Unix milliseconds, as the call log keeps it.
    pub(crate) fn unix_millis(&self) -> u64 {
        u64::try_from(self.0.now().as_millis()).unwrap_or(u64::MAX)
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

/// Reads `created_after` / `created_before`: epoch seconds or ISO-8601, naive = UTC.
pub(crate) fn parse_bound(text: &str) -> Option<f64> {
    if let Ok(seconds) = text.parse::<f64>() {
        return seconds.is_finite().then_some(seconds);
    }
    let moment = text.parse::<Timestamp>().ok().or_else(|| {
        let naive = text.parse::<DateTime>().ok()?;
        Some(naive.to_zoned(TimeZone::UTC).ok()?.timestamp())
    })?;
    Some(moment.as_duration().as_secs_f64())
}

/// A moment for people, to the second in UTC.
pub(crate) fn readable(seconds: f64) -> String {
    let moment = Duration::try_from_secs_f64(seconds)
        .ok()
        .and_then(|duration| i64::try_from(duration.as_secs()).ok())
        .and_then(|whole| Timestamp::from_second(whole).ok());
    moment.map_or_else(
        || "unknown".to_owned(),
        |moment| moment.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::{parse_bound, readable};

    #[test]
    fn bounds_are_epoch_or_iso_and_naive_means_utc() {
        let check = |text: &str, expected: Option<f64>| assert_eq!(parse_bound(text), expected, "{text}");
        check("1710288000", Some(1_710_288_000.0));
        check("1710288000.5", Some(1_710_288_000.5));
        check("2024-03-13T00:00:00Z", Some(1_710_288_000.0));
        check("2024-03-13T01:00:00+01:00", Some(1_710_288_000.0));
        check("2024-03-13T00:00:00", Some(1_710_288_000.0));
        check("2024-03-13", Some(1_710_288_000.0));
        check("yesterday", None);
        check("NaN", None);
    }

    #[test]
    fn moments_read_as_utc() {
        assert_eq!(readable(1_710_288_000.9), "2024-03-13 00:00:00 UTC");
    }
}
