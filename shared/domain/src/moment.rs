//! A moment in time: milliseconds since the Unix epoch, passed in by the caller, never read from a clock here.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// The moment `duration` later; saturates instead of overflowing.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let milliseconds = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(milliseconds))
    }

    /// The moment `duration` earlier; saturates instead of overflowing.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        let milliseconds = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(milliseconds))
    }

    /// Time since `earlier`; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The moment of a Unix time in seconds, as HeyMilo gives it. None: it is none, or too far away.
    pub fn from_unix_seconds(seconds: f64) -> Option<Self> {
        Duration::try_from_secs_f64(seconds).ok().map(|since| Self(0).plus(since))
    }

    /// Whole seconds since the epoch, the unit of DynamoDB's TTL attribute.
    pub fn epoch_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// `YYYY-MM-DDThh:mm:ss.mmmZ` (RFC 3339, UTC), the form Workday's `xsd:dateTime` fields take.
    pub fn to_rfc3339(self) -> String {
        format!("{:.3}", self.timestamp())
    }

    /// `YYYY-MM-DD` (UTC), the form Workday's `xsd:date` fields take.
    pub fn to_date(self) -> String {
        self.timestamp().strftime("%F").to_string()
    }

    /// The day and the time of it in UTC.
    pub fn in_utc(self) -> jiff::civil::DateTime {
        self.timestamp().to_zoned(jiff::tz::TimeZone::UTC).datetime()
    }

    /// Reads an `xsd:dateTime` with its zone; one without says no moment.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let timestamp: Timestamp = text.parse().ok()?;
        Some(Self(timestamp.as_millisecond()))
    }

    /// The years -9999 to 9999; what lies beyond is their first or last moment.
    fn timestamp(self) -> Timestamp {
        let beyond = if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX };
        Timestamp::from_millisecond(self.0).unwrap_or(beyond)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_print_as_workday_dates() {
        assert_eq!(Moment(0).to_rfc3339(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Moment(951_827_696_789).to_rfc3339(), "2000-02-29T12:34:56.789Z");
        assert_eq!(Moment(-1).to_rfc3339(), "1969-12-31T23:59:59.999Z");
        assert_eq!(Moment(1_795_478_400_000).to_date(), "2026-11-24");
        assert!(Moment(i64::MAX).to_rfc3339().starts_with("9999-12-"));
    }

    #[test]
    fn a_time_with_its_zone_is_a_moment_and_one_without_is_none() {
        let expected = Some(Moment(1_768_586_400_000));
        assert_eq!(Moment::from_rfc3339("2026-01-16T10:00:00.000-08:00"), expected);
        assert_eq!(Moment::from_rfc3339("2026-01-16T18:00:00Z"), expected);
        for text in ["2026-01-16T18:00:00", "yesterday", ""] {
            assert_eq!(Moment::from_rfc3339(text), None, "{text}");
        }
    }

    #[test]
    fn arithmetic_saturates() {
        assert_eq!(Moment(i64::MAX).plus(Duration::from_secs(1)), Moment(i64::MAX));
        assert_eq!(Moment(5).since(Moment(10)), Duration::ZERO);
    }
}
