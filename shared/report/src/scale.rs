//! HeyMilo's scales, by field: the same word "score" means 0-100, 1-10, 0-10 or 0-5 depending on where it stands.

/// `score`, `web_interview.match_score`, `resume.overall_score`.
pub(crate) const HUNDRED: f64 = 100.0;
/// `scorecard[].score` (from 1) and `score_criteria[].score` (from 0).
pub(crate) const TEN: f64 = 10.0;
/// `web_interview.speech_score`.
pub(crate) const FIVE: f64 = 5.0;

/// What a sum of fractions may be off by: less than the last digit that is ever shown.
const ROUNDING: f64 = 0.000_000_5;

/// A value inside its scale, or at its edge where computers counted it over the edge; one that is truly outside is not
/// clamped but dropped, because then the scale is not what we think.
pub(crate) fn within(value: Option<f64>, maximum: f64) -> Option<f64> {
    value
        .filter(|value| (-ROUNDING..=maximum + ROUNDING).contains(value))
        .map(|value| value.clamp(0.0, maximum))
}

/// A decimal with at most `digits` fraction digits and no trailing zeros, as `xsd:decimal` takes it.
pub(crate) fn decimal(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let text = match text.split_once('.') {
        Some((whole, fraction)) => match fraction.trim_end_matches('0') {
            "" => whole.to_owned(),
            fraction => format!("{whole}.{fraction}"),
        },
        None => text,
    };
    if text == "-0" { "0".to_owned() } else { text }
}

/// A confidence (0 to 1) as a whole percentage.
pub(crate) fn percent(confidence: Option<f64>) -> Option<String> {
    within(confidence, 1.0).map(|confidence| format!("{}%", decimal(confidence * 100.0, 0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_no_needless_digits() {
        for (value, expected) in [
            (78.5, "78.5"),
            (100.0, "100"),
            (0.0, "0"),
            (-0.0, "0"),
            (66.666_666_666, "66.666667"),
            (99.999_999_9, "100"),
            (0.000_000_4, "0"),
        ] {
            assert_eq!(decimal(value, 6), expected);
        }
    }

    #[test]
    fn a_value_that_computers_pushed_over_the_edge_of_its_scale_is_at_the_edge() {
        assert_eq!(within(Some(100.000_000_000_000_01), HUNDRED), Some(100.0));
        assert_eq!(within(Some(-0.000_000_000_000_1), TEN), Some(0.0));
        assert_eq!(within(Some(5.000_000_4), FIVE), Some(5.0));
        assert_eq!(within(Some(100.001), HUNDRED), None);
        assert_eq!(within(Some(66.666_666_666), HUNDRED), Some(66.666_666_666));
    }

    #[test]
    fn values_outside_their_scale_are_dropped() {
        assert_eq!(within(Some(5.0), FIVE), Some(5.0));
        assert_eq!(within(Some(5.1), FIVE), None);
        assert_eq!(within(Some(-1.0), HUNDRED), None);
        assert_eq!(within(Some(f64::NAN), HUNDRED), None);
        assert_eq!(within(None, HUNDRED), None);
        assert_eq!(percent(Some(0.645)).as_deref(), Some("64%"));
    }
}
