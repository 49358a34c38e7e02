//! Until when a candidate can take a screening, as a day and a time in their language.

use crate::Language;
use crate::catalogue::fill;
use domain::Moment;

/// The sentence, in UTC: where the candidate is, nobody has told us.
pub(crate) fn until(moment: Moment, language: Language) -> String {
    fill(language.words().until, &[("until", &date(moment, language))])
}

fn date(moment: Moment, language: Language) -> String {
    let words = language.words();
    let utc = moment.in_utc();
    let month = usize::try_from(utc.month() - 1).ok().and_then(|month| words.months.get(month));
    fill(
        words.date,
        &[
            ("day", &utc.day().to_string()),
            ("month", month.copied().unwrap_or_default()),
            ("year", &utc.year().to_string()),
            ("time", &format!("{:02}:{:02}", utc.hour(), utc.minute())),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_reads_as_people_write_dates() {
        // 2026-12-03T17:05:00Z
        let moment = Moment(1_796_317_500_000);
        for (language, expected) in [
            (Language::English, "3 December 2026, 17:05 UTC"),
            (Language::German, "3. Dezember 2026, 17:05 Uhr (UTC)"),
            (Language::French, "3 d\u{e9}cembre 2026 \u{e0} 17:05 (UTC)"),
            (Language::Spanish, "3 de diciembre de 2026, 17:05 (UTC)"),
        ] {
            assert_eq!(date(moment, language), expected);
        }
    }
}
