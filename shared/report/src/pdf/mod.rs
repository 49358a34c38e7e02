//! The PDF for the Workday record: tagged (PDF/UA-1), selectable, without links, scripts or images, and the same bytes
//! for the same report.

mod content;
mod draw;
mod evaluation;
mod flow;
mod fonts;
mod table;
mod typeset;

use crate::model::Report;

/// Longest PDF: what Workday's attachment limits and base64 leave room for.
const BYTE_LIMIT: usize = 4 * 1024 * 1024;
/// Characters of transcript tried first, about 40 pages; halved until the PDF fits.
const TRANSCRIPT_CHARACTERS: usize = 120_000;

/// Why there is no PDF; each is a defect of this crate, never of the data.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// One of the embedded fonts cannot be read.
    #[error("an embedded font cannot be read")]
    Font,
    /// The page geometry is impossible.
    #[error("a page cannot be laid out")]
    Geometry,
    /// The document does not pass PDF/UA-1 or cannot be written.
    #[error("the PDF cannot be written: {0}")]
    Export(String),
    /// Even without a transcript the document is longer than [`Report::pdf`] may answer.
    #[error("the PDF has {bytes} bytes without its transcript")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
}

impl Report {
    /// The report as PDF, at most 4 MB; a transcript that does not fit ends with a line saying so.
    pub fn pdf(&self) -> Result<Vec<u8>, PdfError> {
        let mut characters = TRANSCRIPT_CHARACTERS;
        loop {
            let document = content::lay_out(self, characters)?;
            let bytes = draw::write(self, &document)?;
            if bytes.len() <= BYTE_LIMIT {
                return Ok(bytes);
            }
            if characters == 0 {
                return Err(PdfError::TooLarge { bytes: bytes.len() });
            }
            characters /= 4;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::flow::Item;
    use super::*;
    use crate::model::Context;

    fn report(transcript: &serde_json::Value) -> Report {
        let data = serde_json::json!({
            "status": "knocked_out", "score": 78.5,
            "web_interview": {"highlights": ["Clear \u{1f642}"], "transcript": transcript}
        });
        let data: heymilo::InterviewData = serde_json::from_value(data).unwrap();
        let context = Context {
            candidate_name: "Ada Example".to_owned(),
            job_requisition_id: "R-00001".to_owned(),
            job_title: "Senior Software Engineer".to_owned(),
            posting_title: "Engineering screening".to_owned(),
            completed_on: "2026-03-14".to_owned(),
            report_id: "HMR-1".to_owned(),
            version: 1,
            view_report_url: "https://reports.example.com/r/7q2x9k4m1c8v".to_owned(),
        };
        Report::from_interview(&data, context)
    }

    fn texts(page: &[Item]) -> String {
        let mut texts = String::new();
        for item in page {
            if let Item::Text { line, .. } = item {
                texts.push_str(&line.text);
                texts.push('\n');
            }
        }
        texts
    }

    #[test]
    fn page_one_has_who_what_score_outcome_and_link() {
        let document = content::lay_out(&report(&serde_json::json!([])), 1000).unwrap();
        let page = texts(document.pages.first().unwrap());
        for part in [
            "Ada Example",
            "Senior Software Engineer (R-00001)",
            "Did not meet a knockout criterion",
            "78.5 of 100",
            "View Report: https://reports.example.com/r/7q2x9k4m1c8v",
            "Clear \u{fffd}",
            "HeyMilo returned no transcript.",
            "are shown as \u{fffd}",
        ] {
            assert!(page.contains(part), "{part} in\n{page}");
        }
    }

    #[test]
    fn a_long_transcript_ends_with_a_line_saying_so() {
        let entries: Vec<_> = (0..400)
            .map(|number| serde_json::json!({"speaker": "Candidate", "text": format!("Sentence {number}. ").repeat(10)}))
            .collect();
        let document = content::lay_out(&report(&serde_json::Value::from(entries)), 5_000).unwrap();
        let all: String = document.pages.iter().map(|page| texts(page)).collect();
        assert!(all.contains("Sentence 5.") && !all.contains("Sentence 300."));
        assert!(all.contains("The transcript is cut here"));
    }

    #[test]
    fn nothing_is_drawn_outside_the_page() {
        let entries: Vec<_> = (0..80)
            .map(|_| serde_json::json!({"speaker": "Candidate", "text": "word ".repeat(300)}))
            .collect();
        let document = content::lay_out(&report(&serde_json::Value::from(entries)), 1_000_000).unwrap();
        assert!(document.pages.len() > 5);
        assert_eq!(document.pages.len(), document.footers.len());
        for item in document.pages.iter().flatten() {
            let (top, bottom) = match item {
                Item::Text { line, top, .. } => (*top, top + line.height),
                Item::Box { top, height, .. } => (*top, top + height),
            };
            assert!(top > 0.0 && bottom < flow::PAGE_HEIGHT - 50.0, "{top} {bottom}");
        }
    }
}
