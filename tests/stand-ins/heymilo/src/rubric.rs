//! The questions and the visible rubric: one base point, up to three for length, up to six for key points mentioned. Pure and explainable.

use serde::{Deserialize, Serialize};

/// A qualifier question of the form step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FormQuestion {
    pub(crate) question_id: String,
    pub(crate) text: String,
    pub(crate) choices: Vec<String>,
    pub(crate) is_knockout: bool,
    /// The choices that pass; every choice passes when it is empty.
    pub(crate) accepted: Vec<String>,
}

impl FormQuestion {
    /// Whether an answer is one of the choices offered.
    pub(crate) fn offers(&self, answer: &str) -> bool {
        self.choices.iter().any(|choice| choice == answer)
    }

    /// Whether an answer passes.
    pub(crate) fn passes(&self, answer: &str) -> bool {
        self.accepted.is_empty() || self.accepted.iter().any(|accepted| accepted == answer)
    }

    /// HeyMilo's `expected_answer`, for knock-out questions.
    pub(crate) fn expected(&self) -> Option<String> {
        (!self.accepted.is_empty()).then(|| self.accepted.join(" or "))
    }
}

/// Something a good answer mentions, with the words that count as mentioning it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct KeyPoint {
    pub(crate) label: String,
    pub(crate) words: Vec<String>,
}

/// An open question of the interview step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OpenQuestion {
    pub(crate) question_id: String,
    pub(crate) text: String,
    pub(crate) weight: u32,
    pub(crate) key_points: Vec<KeyPoint>,
    pub(crate) score_1_description: String,
    pub(crate) score_5_description: String,
    pub(crate) strong_sample: String,
}

impl OpenQuestion {
    /// The rubric in words, as HeyMilo's `evaluation_criteria`.
    pub(crate) fn criteria(&self) -> String {
        let labels: Vec<&str> = self.key_points.iter().map(|point| point.label.as_str()).collect();
        format!("Mentions: {}. A clear answer has 15 to 120 words.", labels.join("; "))
    }
}

/// One line of the rubric with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Criterion {
    pub(crate) name: String,
    pub(crate) points: u32,
    pub(crate) out_of: u32,
    pub(crate) reason: String,
}

/// The score of one open answer, 1 to 10, with the criteria that add up to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ScoredAnswer {
    pub(crate) question_id: String,
    pub(crate) score: u32,
    pub(crate) weight: u32,
    pub(crate) criteria: Vec<Criterion>,
    pub(crate) mentioned: Vec<String>,
    pub(crate) missing: Vec<String>,
    /// Why a later rescore differs from the rubric.
    pub(crate) correction: Option<String>,
}

impl ScoredAnswer {
    /// The reasons in one text, as HeyMilo's `evaluation_summary`.
    pub(crate) fn summary(&self) -> String {
        let reasons = self.criteria.iter().map(|criterion| criterion.reason.as_str());
        reasons.chain(self.correction.as_deref()).collect::<Vec<_>>().join(" ")
    }
}

/// The answer's words, lower case, separated and led by single spaces, so that a key word is found at a word's start.
fn normalised(answer: &str) -> String {
    answer
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .fold(String::new(), |text, word| text + " " + &word.to_lowercase())
}

fn length_criterion(words: usize) -> Criterion {
    let (points, reason) = match words {
        0..=4 => (0, "fewer than 5: hardly an answer"),
        5..=14 => (1, "5 to 14: short"),
        15..=39 => (2, "15 to 39: enough to judge"),
        40..=120 => (3, "40 to 120: well developed"),
        _ => (2, "more than 120: longer than needed"),
    };
    Criterion {
        name: "Length".to_owned(),
        points,
        out_of: 3,
        reason: format!("{words} words ({reason})."),
    }
}

/// Scores one open answer by the rubric.
pub(crate) fn score_answer(question: &OpenQuestion, answer: &str) -> ScoredAnswer {
    let text = normalised(answer);
    let words = text.split_whitespace().count();
    let hit = |point: &&KeyPoint| point.words.iter().any(|word| text.contains(&format!(" {}", word.to_lowercase())));
    let (found, absent): (Vec<&KeyPoint>, Vec<&KeyPoint>) = question.key_points.iter().partition(hit);
    let labels = |points: &[&KeyPoint]| points.iter().map(|point| point.label.clone()).collect::<Vec<_>>();
    let (mentioned, missing) = (labels(&found), labels(&absent));

    let total = u32::try_from(question.key_points.len()).unwrap_or(1).max(1);
    let hits = u32::try_from(mentioned.len()).unwrap_or(0);
    let key_points = Criterion {
        name: "Key points".to_owned(),
        points: (6 * hits + total / 2) / total,
        out_of: 6,
        reason: match (mentioned.as_slice(), missing.as_slice()) {
            (mentioned, []) => format!("All key points mentioned: {}.", mentioned.join("; ")),
            ([], missing) => format!("No key point mentioned (expected: {}).", missing.join("; ")),
            (mentioned, missing) => format!("Mentioned: {}. Not mentioned: {}.", mentioned.join("; "), missing.join("; ")),
        },
    };
    let base = Criterion {
        name: "Answered".to_owned(),
        points: 1,
        out_of: 1,
        reason: "An answer was given.".to_owned(),
    };
    let criteria = vec![base, length_criterion(words), key_points];
    ScoredAnswer {
        question_id: question.question_id.clone(),
        score: criteria.iter().map(|criterion| criterion.points).sum::<u32>().clamp(1, 10),
        weight: question.weight,
        criteria,
        mentioned,
        missing,
        correction: None,
    }
}

/// The weighted mean of the scores on HeyMilo's scale of 0 to 100, in tenths of a point.
pub(crate) fn match_score_tenths(scores: &[ScoredAnswer]) -> Option<u32> {
    let weights: u32 = scores.iter().map(|score| score.weight).sum();
    let points: u32 = scores.iter().map(|score| score.score * score.weight).sum();
    (points * 100).checked_add(weights / 2)?.checked_div(weights)
}

#[cfg(test)]
mod tests {
    use super::{KeyPoint, OpenQuestion, match_score_tenths, score_answer};

    fn question() -> OpenQuestion {
        let point = |label: &str, word: &str| KeyPoint {
            label: label.into(),
            words: vec![word.into()],
        };
        OpenQuestion {
            question_id: "vq_1".into(),
            text: "How do you lift safely?".into(),
            weight: 5,
            key_points: vec![
                point("posture", "back"),
                point("equipment", "glove"),
                point("asking for help", "help"),
            ],
            score_1_description: String::new(),
            score_5_description: String::new(),
            strong_sample: String::new(),
        }
    }

    #[test]
    fn key_points_are_found_at_word_starts_in_any_case() {
        let scored = score_answer(
            &question(),
            "I keep my BACK straight, wear gloves, and I ask somebody for help when a box is heavy",
        );
        assert_eq!(scored.missing, Vec::<String>::new());
        assert_eq!(scored.score, 1 + 2 + 6);
        assert!(scored.summary().contains("All key points mentioned"));
        assert!(score_answer(&question(), "unhelpful").mentioned.is_empty());
    }

    #[test]
    fn an_empty_looking_answer_gets_the_base_point_only() {
        assert_eq!(score_answer(&question(), "no idea").score, 1);
    }

    #[test]
    fn the_match_score_is_the_weighted_mean() {
        let mut low = score_answer(&question(), "no");
        low.weight = 1;
        let mut high = low.clone();
        (high.score, high.weight) = (10, 2);
        assert_eq!(match_score_tenths(&[low, high]), Some(700));
        assert_eq!(match_score_tenths(&[]), None);
    }
}
