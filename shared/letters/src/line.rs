//! What others wrote, as part of a sentence of ours.

use std::fmt;

/// A text on one line: no line break, no control character, nothing that reverses the reading direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line(String);

impl Line {
    /// The text, if there is any to be seen.
    pub fn visible(text: &str) -> Option<Self> {
        let line = Self::from(text);
        (!line.0.trim().is_empty()).then_some(line)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        let hidden = |c: char| c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let spaced = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
        Self(spaced.filter(|c| !hidden(*c)).collect())
    }
}

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_and_reads_in_one_direction() {
        for (text, expected) in [
            ("Dana Example", "Dana Example"),
            ("Dana\r\nBcc: x@example.org", "Dana  Bcc: x@example.org"),
            ("R&D \u{202e}engineer\u{2069}\u{200f}", "R&D engineer"),
            ("a\u{0}b\u{7}\u{2028}c", "ab c"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
        ] {
            assert_eq!(Line::from(text).as_str(), expected);
        }
        assert_eq!(Line::visible(" \u{202e}\n"), None);
        assert_eq!(Line::visible("Acme"), Some(Line::from("Acme")));
    }
}
