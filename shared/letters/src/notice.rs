//! What a candidate must know before an AI interviews them. Whoever invites or shows the way to the interview says this.

use crate::Line;

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
    pub fn of(employer: &Line) -> Self {
        Self {
            lead: "An AI conducts this interview.",
            detail: "It asks the questions, records your answers and scores them.",
            points: [
                Point {
                    heading: "What is assessed",
                    text: "How your answers fit what the job asks for.".to_owned(),
                },
                Point {
                    heading: "Who decides",
                    text: format!("People at {employer}, who see your answers and the score."),
                },
                Point {
                    heading: "If you would rather not talk to an AI",
                    text: format!(
                        "Ask the recruiting team of {employer} for another kind of interview, \
                         or for an adjustment you need, before you start."
                    ),
                },
            ],
        }
    }
}
