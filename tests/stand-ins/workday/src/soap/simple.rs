//! The simple types of the schema that requests use, with their lexical rules.

use base64::Engine as _;
use jiff::{Timestamp, civil};

/// A simple type.
#[derive(Debug, Clone, Copy)]
pub(super) enum Simple {
    Text,
    /// `xsd:string` with `maxLength`.
    TextUpTo(usize),
    Boolean,
    Date,
    Moment,
    Base64,
    /// `xsd:decimal` with `totalDigits` and `fractionDigits`.
    Decimal {
        digits: usize,
        fraction: usize,
    },
    /// `xsd:decimal` with `totalDigits`, no fraction and not negative.
    Whole {
        digits: usize,
    },
}

impl Simple {
    /// What is wrong with a value, if anything.
    pub(super) fn check(self, value: &str) -> Result<(), String> {
        // All but strings collapse white space before the lexical rules apply.
        let collapsed = value.trim();
        let sound = match self {
            Self::Text => true,
            Self::TextUpTo(most) => value.chars().count() <= most,
            Self::Boolean => boolean(collapsed).is_some(),
            Self::Date => is_date(collapsed),
            Self::Moment => moment(collapsed).is_some(),
            Self::Base64 => base64_bytes(collapsed).is_some(),
            Self::Decimal { digits, fraction } => is_decimal(collapsed, digits, fraction),
            Self::Whole { digits } => {
                is_decimal(collapsed, digits, 0) && (!collapsed.starts_with('-') || collapsed.trim_matches(['-', '0', '.']).is_empty())
            }
        };
        if sound {
            Ok(())
        } else {
            Err(format!(
                "the value '{}' is not a valid {}.",
                value.chars().take(60).collect::<String>(),
                self.describe()
            ))
        }
    }

    fn describe(self) -> String {
        match self {
            Self::Text => "string".to_owned(),
            Self::TextUpTo(most) => format!("string of at most {most} characters"),
            Self::Boolean => "boolean".to_owned(),
            Self::Date => "date (YYYY-MM-DD)".to_owned(),
            Self::Moment => "dateTime".to_owned(),
            Self::Base64 => "base64Binary".to_owned(),
            Self::Decimal { digits, fraction } => {
                format!("decimal of {digits} digits with {fraction} after the point")
            }
            Self::Whole { digits } => format!("whole number of at most {digits} digits"),
        }
    }
}

/// An `xsd:boolean`.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.trim() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// An `xsd:dateTime`; one without a zone is taken as UTC.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.as_bytes().get(10) != Some(&b'T') || text.get(11..).is_none_or(|time| time.len() < 8) {
        return None;
    }
    text.parse::<Timestamp>()
        .ok()
        .or_else(|| format!("{text}Z").parse::<Timestamp>().ok())
}

/// The bytes of an `xsd:base64Binary`, which may be wrapped in lines.
pub(super) fn base64_bytes(text: &str) -> Option<Vec<u8>> {
    let joined: String = text
        .chars()
        .filter(|character| !matches!(character, ' ' | '\t' | '\r' | '\n'))
        .collect();
    base64::engine::general_purpose::STANDARD.decode(joined).ok()
}

fn is_date(text: &str) -> bool {
    let Some((day, zone)) = text.split_at_checked(10) else {
        return false;
    };
    let zone_is_sound = zone.is_empty() || zone == "Z" || format!("2000-01-01T00:00:00{zone}").parse::<Timestamp>().is_ok();
    day.parse::<civil::Date>().is_ok() && zone_is_sound
}

fn is_decimal(text: &str, digits: usize, fraction: usize) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !all_digits(whole) || !all_digits(part) {
        return false;
    }
    // The limits are on the value: leading and trailing zeros do not count.
    let whole = whole.trim_start_matches('0');
    let part = part.trim_end_matches('0');
    part.len() <= fraction && whole.len() + part.len() <= digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_decimals_of_18_digits_with_6_after_the_point() {
        let score = Simple::Decimal { digits: 18, fraction: 6 };
        for sound in ["87.5", "0", "-1.250000", "100", ".5", "123456789012.123456", "87.5000000"] {
            assert!(score.check(sound).is_ok(), "{sound}");
        }
        for broken in ["87.5%", "", ".", "1e3", "87,5", "1.1234567", "1234567890123.123456", "NaN"] {
            assert!(score.check(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn counts_have_at_most_three_digits() {
        let count = Simple::Whole { digits: 3 };
        assert!(count.check("999").is_ok());
        assert!(count.check("1000").is_err());
        assert!(count.check("-1").is_err());
        assert!(count.check("1.5").is_err());
    }

    #[test]
    fn moments_and_dates_follow_the_schema() {
        assert!(Simple::Moment.check("2026-01-16T08:00:00.000-08:00").is_ok());
        assert!(Simple::Moment.check("2026-01-16T08:00:00Z").is_ok());
        assert!(Simple::Moment.check("2026-01-16T08:00:00").is_ok());
        assert!(Simple::Moment.check("2026-01-16").is_err());
        assert!(Simple::Moment.check("yesterday").is_err());
        assert!(Simple::Date.check("2026-01-16").is_ok());
        assert!(Simple::Date.check("2026-01-16-08:00").is_ok());
        assert!(Simple::Date.check("2026-13-16").is_err());
        assert!(Simple::Date.check("16.01.2026").is_err());
    }
}
