//! A colour of an employer's, on which white is read.

use serde::{Deserialize, Serialize};
use std::fmt;

/// WCAG 2.2, 1.4.3: what text needs against its ground.
const LEAST_CONTRAST: f64 = 4.5;

/// Red, green and blue; written `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Colour([u8; 3]);

impl Colour {
    /// Reads `#rrggbb`, with the `#` or without.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        // A sign would be taken for a part of a number.
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self([red, green, blue]))
    }

    /// Red, green and blue.
    pub fn parts(self) -> [u8; 3] {
        self.0
    }

    /// Whether white text is read on it.
    pub fn carries_white(self) -> bool {
        1.05 / (self.luminance() + 0.05) >= LEAST_CONTRAST
    }

    /// Relative luminance, 0 to 1 (WCAG 2.2).
    fn luminance(self) -> f64 {
        let linear = |part: u8| match f64::from(part) / 255.0 {
            low if low <= 0.04045 => low / 12.92,
            high => ((high + 0.055) / 1.055).powf(2.4),
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126f64.mul_add(red, 0.7152f64.mul_add(green, 0.0722 * blue))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(formatter, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.to_string()
    }
}

/// A text is no colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoColour;

impl fmt::Display for NoColour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a colour is written #rrggbb")
    }
}

impl TryFrom<String> for Colour {
    type Error = NoColour;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or(NoColour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_six_digits_and_nothing_else() {
        assert_eq!(Colour::parse("#1D4ed8").unwrap().to_string(), "#1d4ed8");
        assert_eq!(Colour::parse("1d4ed8"), Colour::parse("#1d4ed8"));
        for text in [
            "",
            "#fff",
            "red",
            "#1d4ed8;",
            "#+d4ed8",
            "#1d4e\u{fc}8",
            "##1d4ed",
            "#1d4ed80",
            "url(x)",
        ] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }

    #[test]
    fn white_is_read_on_what_is_dark_enough() {
        for (text, expected) in [
            ("#000000", true),
            ("#1d4ed8", true),
            ("#767676", true),
            ("#777777", false),
            ("#ffdd00", false),
        ] {
            assert_eq!(Colour::parse(text).unwrap().carries_white(), expected, "{text}");
        }
    }
}
