//! A moment in time: milliseconds since the Unix epoch, passed in by the caller, never read from a clock here.

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

    /// Whole seconds since the epoch, the unit of DynamoDB's TTL attribute.
    pub fn epoch_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// `YYYY-MM-DDThh:mm:ss.mmmZ` (RFC 3339, UTC), the form Workday's `xsd:dateTime` fields take.
    pub fn to_rfc3339(self) -> String {
        let (year, month, day) = self.civil_date();
        let milliseconds = self.0.rem_euclid(86_400_000);
        let (hour, minute) = (milliseconds / 3_600_000, milliseconds / 60_000 % 60);
        let (second, fraction) = (milliseconds / 1000 % 60, milliseconds % 1000);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction:03}Z")
    }

    /// `YYYY-MM-DD` (UTC), the form Workday's `xsd:date` fields take.
    pub fn to_date(self) -> String {
        let (year, month, day) = self.civil_date();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// Gregorian year, month, day of the UTC day (days-to-civil with the year starting on 1 March).
    fn civil_date(self) -> (i64, i64, i64) {
        let days = self.0.div_euclid(86_400_000) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, month, day)
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
    }

    #[test]
    fn arithmetic_saturates() {
        assert_eq!(Moment(i64::MAX).plus(Duration::from_secs(1)), Moment(i64::MAX));
        assert_eq!(Moment(5).since(Moment(10)), Duration::ZERO);
    }
}
