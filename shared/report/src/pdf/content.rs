//! What stands in the PDF, from the summary on page 1 to the transcript.

use std::num::NonZeroU16;

use krilla::tagging::{ListNumbering, Tag};

use super::PdfError;
use super::flow::{Bookmark, Document, Element, Flow, MARGIN, WIDTH};
use super::table::Cell;
use super::typeset::{ACCENT, INK, LINE, SOFT, Style, TINT};
use crate::model::Report;
use crate::note::ADVISORY;
use crate::scale::decimal;
use crate::text::shorten;

pub(super) const BODY: Style = Style::new(10.0, false, INK);
pub(super) const STRONG: Style = Style::new(10.0, true, INK);
pub(super) const HINT: Style = Style::new(8.5, false, SOFT);
/// Width of the score beside the name on page 1.
const SCORE_WIDTH: f32 = 120.0;

/// Lays out the whole report with at most this many characters of transcript.
pub(crate) fn lay_out(report: &Report, transcript_characters: usize) -> Result<Document, PdfError> {
    let mut flow = Flow::new()?;
    flow.summary(report)?;
    flow.insights(report)?;
    flow.scores(report)?;
    flow.qualifiers(report)?;
    flow.transcript(report, transcript_characters)?;
    flow.closing()?;
    flow.footers(report)?;
    Ok(flow.document)
}

impl Flow {
    pub(super) fn heading(&mut self, level: u16, text: &str, size: f32, parent: Element) -> Result<(), PdfError> {
        self.need(if level < 3 { 90.0 } else { 60.0 });
        let title = Some(text.to_owned());
        let element = self.element(Tag::Hn(NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN), title), Some(parent));
        if level < 3 {
            self.document.bookmarks.push(Bookmark {
                text: text.to_owned(),
                page: self.page(),
                top: self.cursor,
            });
        }
        self.text(text, Style::new(size, true, INK), element)?;
        self.space(4.0);
        Ok(())
    }

    pub(super) fn section(&mut self, title: &str) -> Result<Element, PdfError> {
        self.space(18.0);
        let section = self.element(Tag::Section, None);
        self.heading(2, title, 14.0, section)?;
        Ok(section)
    }

    pub(super) fn paragraph(&mut self, text: &str, style: Style, parent: Element) -> Result<(), PdfError> {
        let element = self.element(Tag::P, Some(parent));
        self.text(text, style, element)
    }

    fn summary(&mut self, report: &Report) -> Result<(), PdfError> {
        let section = self.element(Tag::Section, None);
        self.rectangle(MARGIN, MARGIN - 14.0, WIDTH, 3.0, ACCENT);
        self.paragraph("HeyMilo screening report", Style::new(10.0, true, ACCENT), section)?;
        self.space(8.0);
        let top = self.cursor;
        let height = self.title(report, section)?;
        self.score_panel(report, top, section)?;
        self.cursor = top + height.max(62.0) + 14.0;
        if self.typesetter.replaced {
            self.paragraph(REPLACED, HINT, section)?;
        }
        self.facts(report, section)?;
        self.space(8.0);
        self.paragraph(&format!("View Report: {}", report.context.view_report_url), BODY, section)?;
        self.space(4.0);
        self.paragraph(ADVISORY, HINT, section)
    }

    /// Name and job beside the score; answers their height. What page 1 owes the reader must stay on it, so both are bounded.
    fn title(&mut self, report: &Report, parent: Element) -> Result<f32, PdfError> {
        const WIDTH_LEFT: f32 = WIDTH - SCORE_WIDTH - 20.0;
        const LINES: usize = 4;
        let top = self.cursor;
        let name = report.candidate();
        let element = self.element(Tag::Hn(NonZeroU16::MIN, Some(name.to_owned())), Some(parent));
        self.document.bookmarks.push(Bookmark {
            text: name.to_owned(),
            page: 0,
            top,
        });
        let mut lines = self.typesetter.set(&shorten(name, 100), Style::new(22.0, true, INK), WIDTH_LEFT)?;
        lines.truncate(LINES);
        let name_height: f32 = lines.iter().map(|line| line.height).sum();
        self.place(lines, MARGIN, top, element);
        let element = self.element(Tag::P, Some(parent));
        let mut lines = self.typesetter.set(&report.job(), Style::new(11.0, false, SOFT), WIDTH_LEFT)?;
        lines.truncate(LINES);
        let job_height: f32 = lines.iter().map(|line| line.height).sum();
        self.place(lines, MARGIN, top + name_height, element);
        Ok(name_height + job_height)
    }

    fn score_panel(&mut self, report: &Report, top: f32, parent: Element) -> Result<(), PdfError> {
        let x = MARGIN + WIDTH - SCORE_WIDTH;
        self.rectangle(x, top, SCORE_WIDTH, 62.0, TINT);
        let element = self.element(Tag::P, Some(parent));
        let (large, small) = match report.overall_score {
            Some(score) => (decimal(score, 2), "of 100"),
            None => (String::new(), "No overall score"),
        };
        let large = self.typesetter.set(&large, Style::new(24.0, true, INK), SCORE_WIDTH - 20.0)?;
        let small = self.typesetter.set(small, Style::new(10.0, false, SOFT), SCORE_WIDTH - 20.0)?;
        let below = if large.is_empty() { 23.0 } else { 38.0 };
        self.place(large, x + 12.0, top + 6.0, element);
        self.place(small, x + 12.0, top + below, element);
        Ok(())
    }

    fn facts(&mut self, report: &Report, parent: Element) -> Result<(), PdfError> {
        let context = &report.context;
        let (judged, passed) = report.qualifier_count();
        let qualifiers = match judged {
            0 => String::new(),
            _ => format!("{passed} of {judged} passed"),
        };
        let rows = [
            ("Candidate", report.candidate().to_owned()),
            ("Job", report.job()),
            ("Interviewer", context.posting_title.clone()),
            ("Outcome", report.outcome()),
            (
                "Score",
                report
                    .overall_score
                    .map(|score| format!("{} of 100", decimal(score, 2)))
                    .unwrap_or_default(),
            ),
            ("Qualifiers", qualifiers),
            ("Completed on", context.completed_on.clone()),
            ("Report", format!("{}, version {}", context.report_id, context.version)),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| vec![Cell::Heading(name.to_owned()), Cell::text(value)])
        .collect();
        self.table("Key facts of the screening", &[("", 0.22), ("", 0.78)], rows, parent)
    }

    fn insights(&mut self, report: &Report) -> Result<(), PdfError> {
        let section = self.section("AI-generated insights")?;
        let lists = [
            ("Highlights", &report.highlights),
            ("Lowlights", &report.lowlights),
            ("Tags", &report.tags),
            ("Integrity signals", &report.integrity),
        ];
        if lists.iter().all(|(_, items)| items.is_empty()) {
            return self.paragraph("HeyMilo returned no insights.", BODY, section);
        }
        for (title, items) in lists {
            if !items.is_empty() {
                self.heading(3, title, 11.0, section)?;
                self.list(items, section)?;
                self.space(8.0);
            }
        }
        if report.integrity.is_empty() {
            return Ok(());
        }
        self.paragraph(
            "Signals can be wrong. Look into the interview before you act on one.",
            HINT,
            section,
        )
    }

    fn list(&mut self, items: &[String], parent: Element) -> Result<(), PdfError> {
        const INDENT: f32 = 14.0;
        let list = self.element(Tag::L(ListNumbering::Disc), Some(parent));
        for item in items {
            let lines = self.typesetter.set(item, BODY, WIDTH - INDENT)?;
            let (bullet_x, text_x) = match lines.first() {
                Some(line) if line.right_to_left => (MARGIN + WIDTH - 8.0, MARGIN),
                _ => (MARGIN + 2.0, MARGIN + INDENT),
            };
            let entry = self.element(Tag::LI, Some(list));
            let bullet = self.typesetter.set("•", BODY, INDENT)?;
            self.need(bullet.iter().map(|line| line.height).sum());
            let label = self.element(Tag::Lbl, Some(entry));
            self.place(bullet, bullet_x, self.cursor, label);
            let body = self.element(Tag::LBody, Some(entry));
            self.lines(lines, text_x, body);
            self.space(2.0);
        }
        Ok(())
    }

    fn transcript(&mut self, report: &Report, characters: usize) -> Result<(), PdfError> {
        let section = self.section("Transcript")?;
        if report.transcripts.is_empty() {
            return self.paragraph("HeyMilo returned no transcript.", BODY, section);
        }
        let mut left = characters;
        let mut cut = report.transcript_cut;
        for transcript in &report.transcripts {
            if report.transcripts.len() > 1 {
                self.space(6.0);
                self.heading(3, &transcript.title, 11.0, section)?;
            }
            for utterance in &transcript.utterances {
                let length = utterance.text.chars().count();
                if length > left {
                    cut = true;
                    break;
                }
                left -= length;
                let time = utterance.time.as_ref().map(|time| format!("  {time}")).unwrap_or_default();
                let colour = if utterance.speaker == "Candidate" { ACCENT } else { SOFT };
                self.need(32.0);
                self.paragraph(&format!("{}{time}", utterance.speaker), Style::new(8.5, true, colour), section)?;
                self.paragraph(&utterance.text, BODY, section)?;
                self.space(5.0);
            }
            if cut {
                break;
            }
        }
        if cut {
            self.need(40.0);
            self.rectangle(MARGIN, self.cursor, WIDTH, 0.6, LINE);
            self.space(6.0);
            self.paragraph(
                "The transcript is cut here because it is too long for this document. The View Report page has more of it.",
                STRONG,
                section,
            )?;
        }
        Ok(())
    }

    fn closing(&mut self) -> Result<(), PdfError> {
        let section = self.element(Tag::Section, None);
        self.space(14.0);
        self.need(40.0);
        self.paragraph(
            "Audio and video recordings are kept in HeyMilo and can be played there.",
            HINT,
            section,
        )?;
        if self.typesetter.replaced {
            self.paragraph(REPLACED, HINT, section)?;
        }
        Ok(())
    }

    fn footers(&mut self, report: &Report) -> Result<(), PdfError> {
        let count = self.document.pages.len();
        let who = shorten(report.candidate(), 60);
        for page in 1..=count {
            let text = format!("HeyMilo report · {who} · page {page} of {count}");
            let line = self.typesetter.set(&text, HINT, WIDTH)?.into_iter().next();
            self.document.footers.extend(line);
        }
        Ok(())
    }
}

const REPLACED: &str = "Some characters cannot be printed in this document and are shown as \u{fffd}. The View Report page shows them.";
