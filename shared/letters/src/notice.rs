//! What a candidate must know before an AI interviews them. Whoever invites or shows the way to the interview says this.

use crate::catalogue::fill;
use crate::{Language, Line};

/// The notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The sentence that nobody may miss.
    pub lead: &'static str,
    /// What the AI does.
    pub detail: &'static str,
    /// What is assessed, who decides, and what else the candidate can do.
    pub points: [Point; 3],
}

/// A question a candidate has, and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// The question, as a heading.
    pub heading: &'static str,
    /// The answer.
    pub text: String,
}

impl Notice {
    /// The notice of an interview for this employer.
    pub fn of(employer: &Line, language: Language) -> Self {
        let words = language.words();
        let point = |heading, text| Point {
            heading,
            text: fill(text, &[("employer", employer.as_str())]),
        };
        Self {
            lead: words.ai,
            detail: words.ai_does,
            points: [
                point(words.assessed, words.assessed_text),
                point(words.decides, words.decides_text),
                point(words.other_way, words.other_way_text),
            ],
        }
    }
}
