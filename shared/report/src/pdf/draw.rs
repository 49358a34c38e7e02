//! Writing the laid-out document as PDF/UA-1.

use krilla::Document as Pdf;
use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Accessibility, ConfigurationBuilder, PdfVersion};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, TagTree};

use super::PdfError;
use super::flow::{Document, Item, Leaf, MARGIN, PAGE_HEIGHT, PAGE_WIDTH, group};
use super::typeset::{Colour, Line};
use crate::model::Report;

const LANGUAGE: &str = "en";

/// The finished file.
pub(crate) fn write(report: &Report, document: &Document) -> Result<Vec<u8>, PdfError> {
    let configuration = ConfigurationBuilder::new()
        .with_version(PdfVersion::Pdf17)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| PdfError::Export(format!("{error:?}")))?;
    let mut pdf = Pdf::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let mut drawn: Vec<Option<Identifier>> = vec![None; document.leaves];
    for (number, items) in document.pages.iter().enumerate() {
        let settings = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT).ok_or(PdfError::Geometry)?;
        let mut page = pdf.start_page_with(settings);
        let mut surface = page.surface();
        draw_items(&mut surface, items, &mut drawn);
        if let Some(footer) = document.footers.get(number) {
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
            draw_line(&mut surface, footer, MARGIN, PAGE_HEIGHT - 44.0);
            surface.end_tagged();
        }
        surface.finish();
        page.finish();
    }
    pdf.set_metadata(metadata(report));
    pdf.set_outline(outline(document));
    let mut tree = TagTree::new().with_lang(Some(LANGUAGE.to_owned()));
    for root in &document.roots {
        if let Some(group) = group(document, *root, &mut |leaf| drawn.get_mut(leaf).and_then(Option::take)) {
            tree.push(group);
        }
    }
    pdf.set_tag_tree(tree);
    // A validation error can quote the text it is about; its variant is enough.
    pdf.finish().map_err(|error| PdfError::Export(error.to_string()))
}

/// Draws a page; lines of one leaf follow each other, and each leaf is marked once.
fn draw_items(surface: &mut Surface<'_>, items: &[Item], drawn: &mut [Option<Identifier>]) {
    let mut open: Option<Leaf> = None;
    for item in items {
        match item {
            Item::Text { line, x, top, leaf } => {
                if open != Some(*leaf) {
                    if open.is_some() {
                        surface.end_tagged();
                    }
                    let identifier = surface.start_tagged(ContentTag::Other);
                    if let Some(slot) = drawn.get_mut(*leaf) {
                        *slot = Some(identifier);
                    }
                    open = Some(*leaf);
                }
                draw_line(surface, line, *x, *top);
            }
            Item::Box {
                x,
                top,
                width,
                height,
                colour,
            } => {
                if open.take().is_some() {
                    surface.end_tagged();
                }
                surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
                draw_box(surface, Rect::from_xywh(*x, *top, *width, *height), *colour);
                surface.end_tagged();
            }
        }
    }
    if open.is_some() {
        surface.end_tagged();
    }
}

fn draw_line(surface: &mut Surface<'_>, line: &Line, x: f32, top: f32) {
    surface.set_fill(Some(fill(line.colour)));
    for run in &line.runs {
        let start = Point::from_xy(x + run.x, top + line.baseline);
        surface.draw_glyphs(start, &run.glyphs, run.font.clone(), &line.text, run.size, false);
    }
}

fn draw_box(surface: &mut Surface<'_>, rectangle: Option<Rect>, colour: Colour) {
    let Some(rectangle) = rectangle else { return };
    let mut path = PathBuilder::new();
    path.push_rect(rectangle);
    if let Some(path) = path.finish() {
        surface.set_fill(Some(fill(colour)));
        surface.draw_path(&path);
    }
}

fn fill(colour: Colour) -> Fill {
    let Colour(red, green, blue) = colour;
    Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        opacity: NormalizedF32::ONE,
        rule: krilla::paint::FillRule::default(),
    }
}

fn outline(document: &Document) -> Outline {
    let mut outline = Outline::new();
    for bookmark in &document.bookmarks {
        let place = Point::from_xy(0.0, (bookmark.top - 12.0).max(0.0));
        outline.push_child(OutlineNode::new(bookmark.text.clone(), XyzDestination::new(bookmark.page, place)));
    }
    outline
}

fn metadata(report: &Report) -> Metadata {
    let context = &report.context;
    let metadata = Metadata::new()
        .title(format!("HeyMilo report: {}, {}", report.candidate(), report.job()))
        .language(LANGUAGE.to_owned())
        .creator("HeyMilo for Workday".to_owned())
        .document_id(format!("{}/{}", context.report_id, context.version));
    match date(&context.completed_on) {
        Some(date) => metadata.creation_date(date),
        None => metadata,
    }
}

/// `YYYY-MM-DD` at midnight UTC: the file must not know when it was made.
fn date(text: &str) -> Option<DateTime> {
    let mut parts = text.split('-');
    let year: u16 = parts.next()?.parse().ok()?;
    let month: u8 = parts.next()?.parse().ok()?;
    let day: u8 = parts.next()?.parse().ok()?;
    let valid = parts.next().is_none() && (1..=12).contains(&month) && (1..=31).contains(&day);
    valid.then(|| {
        DateTime::new(year)
            .month(month)
            .day(day)
            .hour(0)
            .minute(0)
            .second(0)
            .utc_offset_hour(0)
            .utc_offset_minute(0)
    })
}
