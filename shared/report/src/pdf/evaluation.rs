//! Scores, questions, résumé criteria and qualifier responses in the PDF.

use super::PdfError;
use super::content::{BODY, HINT, STRONG};
use super::flow::{Element, Flow};
use super::table::Cell;
use super::typeset::{ACCENT, BAD, GOOD, SOFT, Style};
use crate::model::{Qualifier, QualifierGroup, Question, Report};
use crate::scale::decimal;

impl Flow {
    pub(super) fn scores(&mut self, report: &Report) -> Result<(), PdfError> {
        let section = self.section("Score breakdown")?;
        if report.scores.is_empty() && report.questions.is_empty() && report.criteria.is_empty() {
            return self.paragraph("HeyMilo returned no scores.", BODY, section);
        }
        if !report.scores.is_empty() {
            let rows = report
                .scores
                .iter()
                .map(|score| {
                    vec![
                        Cell::Heading(score.label.clone()),
                        Cell::text(score.words()),
                        bar(score.value, score.maximum),
                    ]
                })
                .collect();
            self.table(
                "Scores of the screening",
                &[("Score", 0.4), ("Points", 0.2), ("Scale", 0.4)],
                rows,
                section,
            )?;
        }
        if !report.questions.is_empty() {
            self.space(8.0);
            self.heading(3, "Interview questions", 11.0, section)?;
            for question in &report.questions {
                self.question(question, section)?;
            }
        }
        if !report.criteria.is_empty() {
            self.space(8.0);
            self.heading(3, "Résumé criteria", 11.0, section)?;
            let rows = report
                .criteria
                .iter()
                .map(|criterion| {
                    let score = criterion
                        .score
                        .map_or_else(|| "not scored".to_owned(), |score| format!("{} of 10", decimal(score, 2)));
                    vec![
                        Cell::Heading(with_reasons(&criterion.text, &criterion.reasons)),
                        Cell::text(score),
                        criterion.score.map_or_else(|| Cell::text("–"), |score| bar(score, 10.0)),
                    ]
                })
                .collect();
            self.table(
                "Scored criteria of the résumé",
                &[("Criterion", 0.55), ("Points", 0.15), ("Scale", 0.3)],
                rows,
                section,
            )?;
        }
        Ok(())
    }

    fn question(&mut self, question: &Question, parent: Element) -> Result<(), PdfError> {
        self.need(48.0);
        self.paragraph(&format!("{}. {}", question.number, question.text), STRONG, parent)?;
        let weight = question
            .weight
            .map(|weight| format!(", weight {}", decimal(weight, 0)))
            .unwrap_or_default();
        self.paragraph(
            &format!("Score: {}{weight}", question.score_words()),
            Style::new(9.5, true, ACCENT),
            parent,
        )?;
        if !question.summary.is_empty() {
            self.paragraph(&question.summary, BODY, parent)?;
        }
        if !question.criteria.is_empty() {
            self.paragraph(&format!("Criteria: {}", question.criteria), HINT, parent)?;
        }
        self.space(8.0);
        Ok(())
    }

    pub(super) fn qualifiers(&mut self, report: &Report) -> Result<(), PdfError> {
        let section = self.section("Qualifier responses")?;
        if report.qualifiers.is_empty() {
            return self.paragraph("HeyMilo returned no qualifier responses.", BODY, section);
        }
        for group in &report.qualifiers {
            self.qualifier_group(group, section)?;
        }
        Ok(())
    }

    fn qualifier_group(&mut self, group: &QualifierGroup, section: Element) -> Result<(), PdfError> {
        let title = match &group.verdict {
            Some(verdict) => format!("{}: {verdict}", group.title),
            None => group.title.clone(),
        };
        self.heading(3, &title, 11.0, section)?;
        if group.items.is_empty() {
            return self.paragraph("No responses.", BODY, section);
        }
        let rows = group
            .items
            .iter()
            .map(|item| {
                let colour = match item.passed {
                    Some(true) => GOOD,
                    Some(false) => BAD,
                    None => SOFT,
                };
                let knockout = if item.knockout { " (knockout)" } else { "" };
                vec![
                    Cell::Heading(format!("{}{knockout}", item.text)),
                    Cell::text(answer(item)),
                    Cell::Text(item.verdict().to_owned(), Style::new(9.5, true, colour)),
                ]
            })
            .collect();
        self.table(
            &format!("{} responses", group.title),
            &[("Question", 0.46), ("Answer", 0.36), ("Result", 0.18)],
            rows,
            section,
        )?;
        self.space(6.0);
        Ok(())
    }
}

/// A score that is within its scale, as the report model guarantees.
fn bar(value: f64, maximum: f64) -> Cell {
    Cell::Bar(value / maximum)
}

fn answer(item: &Qualifier) -> String {
    match (&item.answer, &item.expected) {
        (Some(answer), Some(expected)) => format!("{answer} (expected: {expected})"),
        (Some(answer), None) => answer.clone(),
        (None, Some(expected)) => format!("No answer (expected: {expected})"),
        (None, None) if item.reasons.is_empty() => "–".to_owned(),
        (None, None) => item.reasons.join(" "),
    }
}

fn with_reasons(text: &str, reasons: &[String]) -> String {
    if reasons.is_empty() {
        text.to_owned()
    } else {
        format!("{text} – {}", reasons.join(" "))
    }
}
