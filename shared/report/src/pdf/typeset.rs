//! Shaping and line breaking of one text of one style: what comes out are lines of positioned glyphs.

use std::collections::BTreeSet;
use std::rc::Rc;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use parley::LayoutContext;
use parley::layout::{Alignment, AlignmentOptions, Layout, PositionedLayoutItem, Run};
use parley::style::{FontWeight, LineHeight, OverflowWrap, StyleProperty};

use super::PdfError;
use super::fonts::{Fonts, family};

/// Stands for what no embedded font can draw.
const REPLACEMENT: char = '\u{fffd}';
/// How often a text is shaped again after replacements before everything but ASCII goes.
const ATTEMPTS: usize = 4;
/// Distance of base lines in font sizes.
const LINE_HEIGHT: f32 = 1.42;

/// An RGB colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Colour(pub(crate) u8, pub(crate) u8, pub(crate) u8);

pub(crate) const INK: Colour = Colour(27, 36, 48);
pub(crate) const SOFT: Colour = Colour(86, 98, 115);
pub(crate) const LINE: Colour = Colour(221, 226, 233);
pub(crate) const ACCENT: Colour = Colour(47, 75, 199);
pub(crate) const TINT: Colour = Colour(238, 241, 252);
pub(crate) const GOOD: Colour = Colour(20, 102, 60);
pub(crate) const BAD: Colour = Colour(163, 35, 28);

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) size: f32,
    pub(crate) bold: bool,
    pub(crate) colour: Colour,
}

impl Style {
    pub(crate) const fn new(size: f32, bold: bool, colour: Colour) -> Self {
        Self { size, bold, colour }
    }
}

/// One line, ready to be drawn.
#[derive(Clone)]
pub(crate) struct Line {
    /// The text the glyphs refer to.
    pub(crate) text: Rc<str>,
    pub(crate) runs: Vec<GlyphRun>,
    pub(crate) height: f32,
    /// From the top of the line to its base line.
    pub(crate) baseline: f32,
    pub(crate) colour: Colour,
    /// Whether its paragraph runs from right to left.
    pub(crate) right_to_left: bool,
}

/// Glyphs of one font.
#[derive(Clone)]
pub(crate) struct GlyphRun {
    pub(crate) font: Font,
    pub(crate) size: f32,
    /// From the left edge of the text.
    pub(crate) x: f32,
    pub(crate) glyphs: Vec<KrillaGlyph>,
}

/// The shaper with its fonts.
pub(crate) struct Typesetter {
    fonts: Fonts,
    layouts: LayoutContext<()>,
    /// Whether a character had to be replaced so far.
    pub(crate) replaced: bool,
}

impl Typesetter {
    pub(crate) fn new() -> Result<Self, PdfError> {
        Ok(Self {
            fonts: Fonts::load()?,
            layouts: LayoutContext::new(),
            replaced: false,
        })
    }

    /// The lines of a text in a column of this width.
    pub(crate) fn set(&mut self, text: &str, style: Style, width: f32) -> Result<Vec<Line>, PdfError> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let mut text = self.printable(text);
        for attempt in 0..=ATTEMPTS {
            let layout = self.layout(&text, style, width);
            let missing = missing(&layout);
            if missing.is_empty() {
                return self.lines(&text, &layout, style);
            }
            self.replaced = true;
            text = if attempt + 1 < ATTEMPTS {
                replace(&text, &missing)
            } else {
                text.chars()
                    .map(|character| if character.is_ascii() { character } else { '?' })
                    .collect()
            };
        }
        Err(PdfError::Font)
    }

    /// The text with what no font covers replaced before shaping; the joiners and variation selectors of an emoji that
    /// is not there would only leave gaps.
    fn printable(&mut self, text: &str) -> String {
        let mut printable = String::with_capacity(text.len());
        for character in text.chars() {
            if character.is_ascii() || self.fonts.covers(character) {
                printable.push(character);
            } else if !matches!(character, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}') {
                self.replaced = true;
                printable.push(REPLACEMENT);
            }
        }
        printable
    }

    fn layout(&mut self, text: &str, style: Style, width: f32) -> Layout<()> {
        let mut builder = self.layouts.ranged_builder(&mut self.fonts.context, text, 1.0, false);
        builder.push_default(StyleProperty::FontFamily(family()));
        builder.push_default(StyleProperty::FontSize(style.size));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(LINE_HEIGHT)));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        if style.bold {
            builder.push_default(StyleProperty::FontWeight(FontWeight::BOLD));
        }
        let mut layout = builder.build(text);
        layout.break_all_lines(Some(width));
        layout.align(Alignment::Start, AlignmentOptions::default());
        layout
    }

    fn lines(&self, text: &str, layout: &Layout<()>, style: Style) -> Result<Vec<Line>, PdfError> {
        let text: Rc<str> = Rc::from(text);
        layout
            .lines()
            .map(|line| {
                let metrics = line.metrics();
                let mut runs = Vec::new();
                for item in line.items() {
                    // One style and no boxes: an item is a whole run.
                    let PositionedLayoutItem::GlyphRun(run) = item else {
                        continue;
                    };
                    runs.push(GlyphRun {
                        font: self.fonts.font(run.run().font())?,
                        size: style.size,
                        x: run.offset(),
                        glyphs: glyphs(run.run(), style.size),
                    });
                }
                Ok(Line {
                    text: Rc::clone(&text),
                    runs,
                    height: metrics.line_height,
                    baseline: metrics.baseline - metrics.block_min_coord,
                    colour: style.colour,
                    right_to_left: layout.is_rtl(),
                })
            })
            .collect()
    }
}

/// The glyphs of a run from left to right, each with the piece of text it stands for.
fn glyphs(run: &Run<'_, ()>, size: f32) -> Vec<KrillaGlyph> {
    let mut glyphs: Vec<KrillaGlyph> = Vec::new();
    // In a right-to-left run the rest of a ligature comes before the cluster that carries its glyph.
    let mut rest_ends: Option<usize> = None;
    for cluster in run.visual_clusters() {
        let mut range = cluster.text_range();
        if cluster.is_ligature_continuation() {
            if run.is_rtl() {
                rest_ends = Some(rest_ends.map_or(range.end, |end| end.max(range.end)));
            } else if let Some(glyph) = glyphs.last_mut() {
                glyph.text_range.end = range.end;
            }
            continue;
        }
        if let Some(end) = rest_ends.take() {
            range.end = range.end.max(end);
        }
        for glyph in cluster.glyphs() {
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(glyph.id),
                glyph.advance / size,
                glyph.x / size,
                // The shaper counts downwards, the writer upwards.
                -glyph.y / size,
                0.0,
                range.clone(),
                None,
            ));
        }
    }
    glyphs
}

/// Where clusters begin for which no font has a glyph; PDF/UA refuses a file that draws one.
fn missing(layout: &Layout<()>) -> BTreeSet<(usize, usize)> {
    layout
        .lines()
        .flat_map(|line| line.runs().collect::<Vec<_>>())
        .flat_map(|run| run.clusters().collect::<Vec<_>>())
        .filter(|cluster| cluster.glyphs().any(|glyph| glyph.id == 0))
        .map(|cluster| (cluster.text_range().start, cluster.text_range().end))
        .collect()
}

/// The text with each of these pieces replaced by one replacement character.
fn replace(text: &str, pieces: &BTreeSet<(usize, usize)>) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut position = 0;
    for &(start, end) in pieces {
        replaced.push_str(text.get(position..start).unwrap_or_default());
        replaced.push(REPLACEMENT);
        position = end;
    }
    replaced.push_str(text.get(position..).unwrap_or_default());
    replaced
}
