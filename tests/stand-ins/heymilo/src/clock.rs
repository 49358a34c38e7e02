//! The one place that reads the clock, and the only reader and writer of times: HeyMilo's numbers are Unix seconds, its query bounds
//! also ISO-8601, where a time without an offset is UTC.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

fn since_epoch() -> Duration {
    #[expect(
        clippy::disallowed_methods,
        reason = "the stand-in is a vendor of its own: it shares no clock with the product"
    )]
    let now = SystemTime::now();
    now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

/// Now, in Unix seconds with milliseconds, as HeyMilo's `created_at` and its like.
pub(crate) fn unix_seconds() -> f64 {
    (since_epoch().as_secs_f64() * 1000.0).round() / 1000.0
}

/// Now, in Unix milliseconds, as the call log keeps it.
pub(crate) fn unix_millis() -> u64 {
    u64::try_from(since_epoch().as_millis()).unwrap_or(u64::MAX)
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
