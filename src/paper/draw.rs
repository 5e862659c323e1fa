//! Marks become a file.

use chrono::{Datelike, Timelike};
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Node, SpanTag};
use krilla::text::TextDirection;
use krilla::{Document as Pdf, SerializeSettings};
use krilla_svg::{SurfaceExt, SvgSettings};

use super::flow::{Flow, LEFT, Mark, Page, Placed, Source};
use super::tags::Tags;
use super::text::{self, Cut, Style};
use super::{Document, Error};

const FOOT: Style = Style::new(Cut::Regular, 8.0, 11.0).grey(90);
/// The margin has room for so many lines.
const FOOT_LINES: usize = 3;
const LANGUAGE: &str = "id-ID";

/// Draws all pages.
pub fn draw(document: &Document, flow: Flow) -> Result<Vec<u8>, Error> {
    let failed = |error: &dyn std::fmt::Debug| Error::Pdf(format!("{error:?}"));
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| failed(&error))?;
    let mut pdf =
        Pdf::new_with(SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() });
    pdf.set_metadata(metadata(document));
    let Flow { pages, mut tags, headings, .. } = flow;
    let count = pages.len();
    for (index, page) in pages.into_iter().enumerate() {
        let (width, height) = page.size();
        let settings = PageSettings::from_wh(width, height).ok_or_else(|| Error::Pdf("page size".to_owned()))?;
        let mut sheet = pdf.start_page_with(settings);
        let mut surface = sheet.surface();
        foot(&mut surface, &page, &document.footer, index + 1, count);
        content(&mut surface, page.marks, &mut tags)?;
        surface.finish();
        sheet.finish();
    }
    pdf.set_outline(outline(&document.title, &headings));
    pdf.set_tag_tree(tags.tree(LANGUAGE));
    pdf.finish().map_err(|error| failed(&error))
}

fn metadata(document: &Document) -> Metadata {
    let at = document.made_at;
    let small = |number: u32| u8::try_from(number).unwrap_or(0);
    let made = DateTime::new(u16::try_from(at.year()).unwrap_or(0))
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(document.title.clone())
        .authors(vec![document.author.clone()])
        .creator("Kentongan".to_owned())
        .language(LANGUAGE.to_owned())
        .creation_date(made)
        .document_id(document.id.clone())
}

/// What a reading program shows beside the pages: the headings of the first two levels, or the title.
fn outline(title: &str, headings: &[(u16, String, usize, f32)]) -> Outline {
    let node = |text: &str, page: usize, y: f32| {
        OutlineNode::new(text.to_owned(), XyzDestination::new(page, Point::from_xy(0.0, y)))
    };
    let mut outline = Outline::new();
    let mut chapter: Option<OutlineNode> = None;
    for (level, text, page, y) in headings.iter().filter(|(level, ..)| *level <= 2) {
        match &mut chapter {
            Some(open) if *level == 2 => open.push_child(node(text, *page, *y)),
            _ => chapter.replace(node(text, *page, *y)).into_iter().for_each(|done| outline.push_child(done)),
        }
    }
    outline.push_child(chapter.unwrap_or_else(|| node(title, 0, 0.0)));
    outline
}

/// Draws the marks of a page; those that follow each other and belong together as one.
fn content(surface: &mut Surface<'_>, marks: Vec<Placed>, tags: &mut Tags) -> Result<(), Error> {
    for run in marks.chunk_by(|a, b| a.slot == b.slot) {
        let Some(first) = run.first() else { continue };
        let is_text = run.iter().all(|placed| matches!(placed.mark, Mark::Text { .. }));
        let tag = match first.slot {
            None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
            Some(_) if is_text => ContentTag::Span(SpanTag::empty()),
            Some(_) => ContentTag::Other,
        };
        let identifier = surface.start_tagged(tag);
        for placed in run {
            mark(surface, &placed.mark)?;
        }
        surface.end_tagged();
        if let Some(slot) = first.slot {
            tags.mark(slot, Node::Leaf(identifier));
        }
    }
    Ok(())
}

fn mark(surface: &mut Surface<'_>, mark: &Mark) -> Result<(), Error> {
    match mark {
        Mark::Text { x, y, style, text } => write(surface, *x, *y, *style, text),
        Mark::Fill { x, y, width, height, grey } => {
            surface.set_fill(Some(fill(*grey)));
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) {
                path.push_rect(rect);
            }
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
        Mark::Picture { x, y, width, height, source } => {
            let Some(size) = Size::from_wh(*width, *height) else { return Ok(()) };
            surface.push_transform(&Transform::from_translate(*x, *y));
            let drawn = picture(surface, source, size);
            surface.pop();
            drawn?;
        }
    }
    Ok(())
}

fn picture(surface: &mut Surface<'_>, source: &Source, size: Size) -> Result<(), Error> {
    match source {
        Source::Svg(tree) => {
            let drawn = surface.draw_svg(tree, size, SvgSettings::default());
            drawn.ok_or_else(|| Error::Picture("SVG".to_owned()))
        }
        Source::Png(data) => {
            let bytes: Vec<u8> = data.as_ref().clone();
            // An archived paper may not ask for smoothing (ISO 19005-2, 6.2.8).
            surface.draw_image(Image::from_png(bytes.into(), false).map_err(Error::Picture)?, size);
            Ok(())
        }
    }
}

fn fill(grey: u8) -> Fill {
    Fill { paint: rgb::Color::new(grey, grey, grey).into(), opacity: NormalizedF32::ONE, ..Fill::default() }
}

fn write(surface: &mut Surface<'_>, x: f32, y: f32, style: Style, text: &str) {
    surface.set_fill(Some(fill(style.grey)));
    surface.draw_text(Point::from_xy(x, y), text::font(style.cut), style.size, text, false, TextDirection::LeftToRight);
}

/// "… halaman x dari y", apart from the text.
fn foot(surface: &mut Surface<'_>, page: &Page, footer: &str, number: usize, count: usize) {
    let (floor, wide) = (page.floor(), page.width());
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    let rule = Mark::Fill { x: LEFT, y: floor + 12.0, width: wide, height: 0.5, grey: 150 };
    // A rectangle and text cannot fail.
    let _ = mark(surface, &rule);
    let y = floor + 26.0;
    let right = format!("halaman {number} dari {count}");
    let at = LEFT + wide - text::width(FOOT, &right);
    let room = wide - text::width(FOOT, &right) - 12.0;
    for (index, line) in text::first_lines(FOOT, footer, room, FOOT_LINES).iter().enumerate() {
        write(surface, LEFT, y + FOOT.line * index as f32, FOOT, line);
    }
    write(surface, at, y, FOOT, &right);
    surface.end_tagged();
}
