//! The only place that reads the wall clock.
//! Entry moments handed out by a tenant are strictly increasing, so that they order its records.

use jiff::Timestamp;

/// The current moment.
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// The moment after which `milliseconds` have passed since the Unix epoch, for call records.
pub(crate) fn now_milliseconds() -> i64 {
    now().as_millisecond()
}

/// A moment as Workday writes an `xsd:dateTime`.
pub(crate) fn moment_text(moment: Timestamp) -> String {
    format!("{moment:.3}")
}

/// A moment's day as Workday writes an `xsd:date`.
pub(crate) fn date_text(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d").to_string()
}
