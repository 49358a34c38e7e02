//! Tables: a row never breaks over pages, so every cell is bounded.

use krilla::tagging::{TableHeaderScope, Tag, TagKind};

use super::PdfError;
use super::flow::{Element, Flow, Item, MARGIN, WIDTH};
use super::typeset::{ACCENT, INK, LINE, Line, SOFT, Style, TINT};
use crate::scale::decimal;
use crate::text::shorten;

const BODY: Style = Style::new(9.5, false, INK);
const HEAD: Style = Style::new(8.5, true, SOFT);
/// Longest text of a cell.
const CELL: usize = 700;
/// Most lines of a cell: there are single characters as wide as a column, and a row must fit a page.
const CELL_LINES: usize = 48;
const GAP: f32 = 10.0;
const PADDING: f32 = 4.0;
/// Room beside a bar.
const PERCENT: f32 = 40.0;

/// What stands in a cell.
pub(crate) enum Cell {
    /// A heading of its row.
    Heading(String),
    /// Text in a style of its own.
    Text(String, Style),
    /// A part of a scale, drawn as a bar with its percentage.
    Bar(f64),
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into(), BODY)
    }
}

/// The columns of a table: heading, if the table has any, and share of the width.
pub(crate) type Columns<'a> = &'a [(&'a str, f32)];

impl Flow {
    /// A table, with a heading row if its columns have headings.
    pub(crate) fn table(&mut self, summary: &str, columns: Columns<'_>, rows: Vec<Vec<Cell>>, parent: Element) -> Result<(), PdfError> {
        let table = self.element(Tag::Table.with_summary(Some(summary.to_owned())), Some(parent));
        if columns.iter().any(|(heading, _)| !heading.is_empty()) {
            self.headings(columns, table)?;
        }
        let body = self.element(Tag::TBody, Some(table));
        for row in rows {
            self.row(columns, row, body, |cell| match cell {
                Cell::Heading(_) => Tag::TH(TableHeaderScope::Row).into(),
                Cell::Text(..) | Cell::Bar(_) => Tag::TD.into(),
            })?;
        }
        self.space(6.0);
        Ok(())
    }

    fn headings(&mut self, columns: Columns<'_>, table: Element) -> Result<(), PdfError> {
        let head = self.element(Tag::THead, Some(table));
        let headings = columns.iter().map(|(heading, _)| Cell::Text((*heading).to_owned(), HEAD)).collect();
        self.row(columns, headings, head, |_| Tag::TH(TableHeaderScope::Column).into())
    }

    fn row(&mut self, columns: Columns<'_>, cells: Vec<Cell>, parent: Element, tag: impl Fn(&Cell) -> TagKind) -> Result<(), PdfError> {
        let mut set = Vec::new();
        let mut height: f32 = 0.0;
        for (cell, (_, share)) in cells.into_iter().zip(columns) {
            let width = WIDTH * share - GAP;
            let mut lines = self.cell_lines(&cell, width)?;
            lines.truncate(CELL_LINES);
            height = height.max(lines.iter().map(|line| line.height).sum());
            set.push((cell, lines, WIDTH * share));
        }
        let height = height + 2.0 * PADDING;
        self.need(height);
        let top = self.cursor;
        let row = self.element(Tag::TR, Some(parent));
        let mut x = MARGIN;
        for (cell, lines, width) in set {
            let element = self.element(tag(&cell), Some(row));
            let indent = match cell {
                Cell::Bar(part) => {
                    self.bar(x, top + PADDING + 3.5, width - GAP - PERCENT, part);
                    width - GAP - PERCENT + 8.0
                }
                Cell::Heading(_) | Cell::Text(..) => 0.0,
            };
            self.place(lines, x + indent, top + PADDING, element);
            x += width;
        }
        self.rectangle(MARGIN, top + height, WIDTH, 0.6, LINE);
        self.cursor = top + height + 0.6;
        Ok(())
    }

    fn cell_lines(&mut self, cell: &Cell, width: f32) -> Result<Vec<Line>, PdfError> {
        match cell {
            Cell::Heading(text) => self.typesetter.set(&shorten(text, CELL), BODY, width),
            Cell::Text(text, style) => self.typesetter.set(&shorten(text, CELL), *style, width),
            Cell::Bar(part) => self.typesetter.set(&format!("{}%", decimal(part * 100.0, 1)), HEAD, width),
        }
    }

    fn bar(&mut self, x: f32, top: f32, width: f32, part: f64) {
        #[expect(clippy::cast_possible_truncation, reason = "a part of 1, drawn at the precision of a page")]
        let full = (width * part as f32).max(1.0);
        for (width, colour) in [(width, TINT), (full, ACCENT)] {
            self.put(Item::Box {
                x,
                top,
                width,
                height: 6.0,
                colour,
            });
        }
    }
}
