//! Blocks become marks on pages, from top to bottom.

use std::sync::{Arc, LazyLock};

use usvg::Tree;

use super::tags::{Kind, Slot, Tags};
use super::text::{self, Cut, Style};
use super::{Block, Document, Error, Figure, Item, Picture, PictureData, Way, letter, table};

/// A4 (ISO 216), in points.
pub const PAGE: (f32, f32) = (595.28, 841.89);
/// Margins: left 2.5 cm, right 2 cm, above 1.5 cm, below 2.2 cm.
pub const LEFT: f32 = 70.87;
pub const RIGHT: f32 = 56.69;
pub const TOP: f32 = 42.52;
pub const BOTTOM: f32 = 62.36;
/// How wide the text of an upright page is.
pub const WIDTH: f32 = PAGE.0 - LEFT - RIGHT;

/// The text of a letter, the loosest first.
pub const BODIES: [Style; 3] =
    [Style::new(Cut::Regular, 10.5, 15.0), Style::new(Cut::Regular, 10.5, 14.2), Style::new(Cut::Regular, 10.0, 13.4)];
pub const SMALL: Style = Style::new(Cut::Regular, 8.5, 12.0).grey(70);
pub const CAPTION: Style = Style::new(Cut::Bold, 9.0, 13.0);

/// Something on a page.
#[derive(Clone, Debug)]
pub enum Mark {
    /// A line of text from its left end on the baseline.
    Text {
        x: f32,
        y: f32,
        style: Style,
        text: String,
    },
    /// A filled rectangle, grey from 0 to 255.
    Fill {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        grey: u8,
    },
    Picture {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        source: Source,
    },
}

/// A picture that was read.
#[derive(Clone, Debug)]
pub enum Source {
    Svg(Arc<Tree>),
    Png(Arc<Vec<u8>>),
}

/// A mark, and what it is part of; decoration is part of nothing.
#[derive(Clone, Debug)]
pub struct Placed {
    pub mark: Mark,
    pub slot: Option<Slot>,
}

/// A page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub way: Way,
    pub marks: Vec<Placed>,
}

impl Page {
    /// Width and height.
    pub fn size(&self) -> (f32, f32) {
        match self.way {
            Way::Upright => PAGE,
            Way::Wide => (PAGE.1, PAGE.0),
        }
    }

    /// How wide the text is.
    pub fn width(&self) -> f32 {
        self.size().0 - LEFT - RIGHT
    }

    /// The lowest point of the text.
    pub fn floor(&self) -> f32 {
        self.size().1 - BOTTOM
    }
}

/// Pages full of marks, and their structure.
#[derive(Debug)]
pub struct Flow {
    pub pages: Vec<Page>,
    pub tags: Tags,
    /// How text is set.
    pub body: Style,
    /// How far down the page is used.
    pub y: f32,
    /// Where headings are: level, text, page and height.
    pub headings: Vec<(u16, String, usize, f32)>,
}

/// Lays a document out. If a letter has its signature on the first page when it is set closer, it is set closer.
pub fn lay_out(document: &Document) -> Result<Flow, Error> {
    let [loosest, ..] = BODIES;
    let mut body = loosest;
    if let Some(end) = document.blocks.iter().position(|block| matches!(block, Block::Signature(_))) {
        let letter = document.blocks.get(..=end).unwrap_or_default();
        for closer in BODIES {
            if set(letter, closer)?.pages.len() == 1 {
                body = closer;
                break;
            }
        }
    }
    set(&document.blocks, body)
}

fn set(blocks: &[Block], body: Style) -> Result<Flow, Error> {
    let mut flow = Flow { pages: vec![Page::default()], tags: Tags::default(), body, y: TOP, headings: Vec::new() };
    for (index, block) in blocks.iter().enumerate() {
        if let Block::Heading(level, text) = block {
            flow.heading(*level, text, blocks.get(index + 1));
        } else {
            flow.block(block)?;
        }
    }
    Ok(flow)
}

impl Flow {
    fn way(&self) -> Way {
        self.pages.last().map_or(Way::Upright, |page| page.way)
    }

    /// How wide the text of the page is.
    pub fn width(&self) -> f32 {
        self.pages.last().map_or(WIDTH, Page::width)
    }

    /// The lowest point of the text of the page.
    pub fn floor(&self) -> f32 {
        self.pages.last().map_or(PAGE.1 - BOTTOM, Page::floor)
    }

    /// How much height is left on the page.
    pub fn room(&self) -> f32 {
        self.floor() - self.y
    }

    /// Goes on on a new page like this one.
    pub fn turn(&mut self) {
        self.begin(self.way());
    }

    fn begin(&mut self, way: Way) {
        match self.pages.last_mut() {
            // Nothing is on it yet.
            Some(page) if page.marks.is_empty() => page.way = way,
            _ => self.pages.push(Page { way, marks: Vec::new() }),
        }
        self.y = TOP;
    }

    /// Goes on on a new page unless there is room.
    pub fn need(&mut self, height: f32) {
        if self.room() < height && self.y > TOP {
            self.turn();
        }
    }

    /// Puts something on the page.
    pub fn put(&mut self, slot: Option<Slot>, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.marks.push(Placed { mark, slot });
        }
    }

    /// Puts a line of text whose box begins at the present height.
    pub fn line(&mut self, slot: Slot, x: f32, style: Style, line: String) {
        let y = self.y + style.baseline();
        self.put(Some(slot), Mark::Text { x, y, style, text: line });
    }

    /// A text over as many lines and pages as it needs; neither its first nor its last line stands alone.
    pub fn text(&mut self, slot: Slot, x: f32, width: f32, style: Style, text: &str) {
        self.lines(slot, x, style, text::lines(style, text, width), 0.0);
    }

    /// Lines below each other, the first of them so far to the right.
    fn lines(&mut self, slot: Slot, x: f32, style: Style, lines: Vec<String>, first: f32) {
        let count = lines.len();
        for (index, line) in lines.into_iter().enumerate() {
            let left = count - index;
            let together = if left == 2 || index == 0 { left.min(2) } else { 1 };
            self.need(style.line * together as f32);
            // A space parts the last word from the first of the next line for whoever reads it aloud.
            let line = if left > 1 { format!("{line} ") } else { line };
            self.line(slot, if index == 0 { x + first } else { x }, style, line);
            self.y += style.line;
        }
    }

    fn block(&mut self, block: &Block) -> Result<(), Error> {
        match block {
            Block::Letterhead(head) => letter::letterhead(self, head)?,
            Block::Letter(letter) => letter::opening(self, letter),
            Block::Signature(signature) => letter::signature(self, signature)?,
            Block::Heading(level, text) => self.heading(*level, text, None),
            Block::Paragraph(text) => self.paragraph(self.body, text),
            Block::Note(text) => self.paragraph(SMALL, text),
            Block::Facts(facts) => self.facts(LEFT, WIDTH, facts),
            Block::Numbers(numbers) => letter::numbers(self, numbers),
            Block::List(items) => self.list(items),
            Block::Table(table) => table::table(self, table),
            Block::Figure(figure) => self.figure(figure)?,
            Block::Space(height) => self.y += height,
            Block::NewPage(way) => self.begin(*way),
        }
        Ok(())
    }

    /// A heading, on the page of the beginning of what it stands above.
    fn heading(&mut self, level: u16, text: &str, above: Option<&Block>) {
        let style = match level {
            1 => Style::new(Cut::Bold, 14.0, 20.0),
            2 => Style::new(Cut::Bold, 12.0, 17.0),
            _ => Style::new(Cut::Bold, 10.5, 15.0),
        };
        self.y += style.line * 0.6;
        let below = match above {
            Some(Block::Figure(figure)) => figure.height + 30.0,
            Some(Block::Table(table)) => table::beginning(self, table),
            _ => 60.0,
        };
        self.need(style.line + below);
        self.headings.push((level, text.to_owned(), self.pages.len() - 1, self.y));
        let slot = self.tags.leaf(Kind::Heading(level, text.to_owned()));
        self.text(slot, LEFT, self.width(), style, text);
        self.y += 3.0;
    }

    fn paragraph(&mut self, style: Style, text: &str) {
        let slot = self.tags.leaf(Kind::Paragraph);
        self.text(slot, LEFT, self.width(), style, text);
        self.y += style.line * 0.4;
    }

    /// Labels, colons and values in three columns.
    pub fn facts(&mut self, x: f32, width: f32, facts: &[(String, String)]) {
        let body = self.body;
        let widest = facts.iter().map(|(label, _)| text::width(body, &text::settable(label))).fold(0.0, f32::max);
        let indent = (widest + 8.0).min(width * 0.5);
        for (label, value) in facts {
            let slot = self.tags.leaf(Kind::Paragraph);
            self.need(body.line);
            self.line(slot, x, body, format!("{} ", text::settable(label)));
            self.line(slot, x + indent, body, ": ".to_owned());
            self.text(slot, x + indent + 9.0, width - indent - 9.0, body, value);
        }
        self.y += 4.0;
    }

    fn list(&mut self, items: &[Item]) {
        let body = self.body;
        let bold = Style { cut: Cut::Bold, ..body };
        let (x, width) = (LEFT + 20.0, self.width() - 20.0);
        self.tags.begin(Kind::List);
        for (index, item) in items.iter().enumerate() {
            self.tags.begin(Kind::Item);
            let slot = self.tags.leaf(Kind::ItemBody);
            let lead = text::lines(bold, &item.lead, width);
            // The number and the lead stay with the first lines of the text.
            self.need(body.line * (lead.len() + 1) as f32);
            self.line(slot, LEFT, body, format!("{}. ", index + 1));
            let indent = match lead.split_last() {
                None => 0.0,
                Some((last, _)) if last.is_empty() => 0.0,
                Some((last, above)) => {
                    self.lines(slot, x, bold, above.to_vec(), 0.0);
                    let last = format!("{last} ");
                    let wide = text::width(bold, &last);
                    self.line(slot, x, bold, last);
                    wide
                }
            };
            let lines = text::lines_after(body, &item.text, indent, width);
            self.lines(slot, x, body, lines, indent);
            self.y += 2.0;
            self.tags.end();
        }
        self.tags.end();
        self.y += 4.0;
    }

    /// What a table or a chart is called, above it.
    pub fn caption(&mut self, text: &str, below: f32) {
        if text.is_empty() {
            self.need(below);
            return;
        }
        self.need(CAPTION.line + below);
        let slot = self.tags.leaf(Kind::Caption);
        self.text(slot, LEFT, self.width(), CAPTION, text);
        self.y += 2.0;
    }

    fn figure(&mut self, figure: &Figure) -> Result<(), Error> {
        self.y += 4.0;
        self.tags.begin(Kind::Figure(figure.picture.alt.clone()));
        self.caption(&figure.caption, figure.height);
        let slot = self.tags.leaf(Kind::Paragraph);
        let y = self.y;
        let width = self.width();
        self.picture(slot, &figure.picture.data, LEFT, y, width, figure.height)?;
        self.tags.end();
        self.y += figure.height + 8.0;
        Ok(())
    }

    /// A picture within a box, whole and as large as it can be.
    pub fn picture(
        &mut self,
        slot: Slot,
        data: &PictureData,
        x: f32,
        y: f32,
        width: f32,
        height: f32,
    ) -> Result<(), Error> {
        let (size, source) = match data {
            PictureData::Svg(svg) => {
                let tree = Arc::new(read_svg(svg)?);
                ((tree.size().width(), tree.size().height()), Source::Svg(tree))
            }
            PictureData::Png(png) => (png_size(png)?, Source::Png(Arc::new(png.clone()))),
        };
        let scale = (width / size.0).min(height / size.1);
        let (drawn_width, drawn_height) = (size.0 * scale, size.1 * scale);
        let x = x + (width - drawn_width) / 2.0;
        self.put(Some(slot), Mark::Picture { x, y, width: drawn_width, height: drawn_height, source });
        Ok(())
    }
}

/// The fonts of drawings.
static FONTS: LazyLock<Arc<usvg::fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = usvg::fontdb::Database::new();
    fonts.load_font_data(notosans::REGULAR_TTF.to_vec());
    fonts.load_font_data(notosans::BOLD_TTF.to_vec());
    fonts.set_sans_serif_family("Noto Sans");
    Arc::new(fonts)
});

/// Reads a drawing. It loads nothing from elsewhere.
fn read_svg(svg: &str) -> Result<Tree, Error> {
    let options = usvg::Options {
        font_family: "Noto Sans".to_owned(),
        fontdb: Arc::clone(&FONTS),
        image_href_resolver: usvg::ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..usvg::Options::default()
    };
    // Letters within a drawing are set in the same typeface as all others.
    Tree::from_str(&text::settable(svg), &options).map_err(|error| Error::Picture(error.to_string()))
}

/// Width and height of a PNG (ISO/IEC 15948, 11.2.2).
fn png_size(png: &[u8]) -> Result<(f32, f32), Error> {
    let number = |from: usize| Some(u32::from_be_bytes(png.get(from..from + 4)?.try_into().ok()?));
    match (png.starts_with(b"\x89PNG\r\n\x1a\n"), number(16), number(20)) {
        (true, Some(width), Some(height)) if width > 0 && height > 0 => Ok((width as f32, height as f32)),
        _ => Err(Error::Picture("not a PNG".to_owned())),
    }
}

impl Picture {
    /// A drawing.
    pub fn svg(svg: impl Into<String>, alt: impl Into<String>) -> Self {
        Self { data: PictureData::Svg(svg.into()), alt: alt.into() }
    }
}
