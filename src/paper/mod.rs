//! Paper: a document as a model, and its A4 pages as PDF/A-2a that is also PDF/UA-1 (ISO 19005-2, ISO 14289-1).
//! Knows of letterheads, tables that break over pages, charts and signatures; nothing of tickets or reports.
//!
//! Lengths are in points (1/72 inch), from the upper left corner of a page.

mod draw;
mod flow;
mod letter;
mod table;
mod tags;
mod text;

use chrono::{DateTime, Utc};

pub use flow::WIDTH;

/// What is put on paper.
#[derive(Clone, Debug)]
pub struct Document {
    /// What programs call it.
    pub title: String,
    /// Who made it, as a name.
    pub author: String,
    pub made_at: DateTime<Utc>,
    /// Distinguishes it from every other; the same content with the same id gives the same bytes.
    pub id: String,
    /// At the foot of each page, before the page number.
    pub footer: String,
    pub blocks: Vec<Block>,
}

/// A part of a document, from top to bottom.
#[derive(Clone, Debug)]
pub enum Block {
    Letterhead(Letterhead),
    /// A heading of level 1 to 4.
    Heading(u16, String),
    Paragraph(String),
    /// Smaller, for what explains something else.
    Note(String),
    /// Labels and what stands behind them, with a colon between.
    Facts(Vec<(String, String)>),
    /// Numbered with 1., 2., …
    List(Vec<String>),
    Table(Table),
    Figure(Figure),
    Letter(Letter),
    Signature(Signature),
    /// Empty height.
    Space(f32),
    PageBreak,
}

/// The head of official paper (kop surat).
#[derive(Clone, Debug, Default)]
pub struct Letterhead {
    /// From small to large: the government, then the office; the last line is the largest.
    pub names: Vec<String>,
    /// Address, telephone, e-mail.
    pub address: Vec<String>,
    pub logo: Option<Picture>,
}

/// A picture with what it shows, in words.
#[derive(Clone, Debug)]
pub struct Picture {
    pub data: PictureData,
    pub alt: String,
}

/// A picture as a file has it.
#[derive(Clone, Debug)]
pub enum PictureData {
    Svg(String),
    Png(Vec<u8>),
}

/// What stands above the text of a letter: number and subject at the left, place, date and addressee at the right.
#[derive(Clone, Debug, Default)]
pub struct Letter {
    pub facts: Vec<(String, String)>,
    pub place_and_date: String,
    /// "Yth. …", one line each.
    pub to: Vec<String>,
}

/// Where a column's text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    pub head: String,
    /// Its share of what is left of the width when no word needs to be broken.
    pub weight: f32,
    pub align: Align,
}

impl Column {
    /// A column of text.
    pub fn text(head: impl Into<String>, weight: f32) -> Self {
        Self { head: head.into(), weight, align: Align::Left }
    }

    /// A column of numbers.
    pub fn number(head: impl Into<String>, weight: f32) -> Self {
        Self { head: head.into(), weight, align: Align::Right }
    }
}

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    pub cells: Vec<String>,
    /// A sum of the others.
    pub total: bool,
}

/// A table. Its head comes again on each page.
#[derive(Clone, Debug)]
pub struct Table {
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

/// A chart, as wide as the text or narrower.
#[derive(Clone, Debug)]
pub struct Figure {
    pub caption: String,
    pub picture: Picture,
    /// In points.
    pub height: f32,
}

/// Who signs, at the right, with what proves the paper at the left.
#[derive(Clone, Debug, Default)]
pub struct Signature {
    /// The last sentence of the text.
    pub closing: String,
    /// The office, with "Plt." or "Plh." before it where it is so; one line each.
    pub office: Vec<String>,
    pub name: String,
    /// Rank and NIP.
    pub below: Vec<String>,
    /// A QR code and what it leads to.
    pub seal: Option<Seal>,
    /// "Tembusan".
    pub copies: Vec<String>,
}

/// What proves the paper.
#[derive(Clone, Debug)]
pub struct Seal {
    pub address: String,
    pub lines: Vec<String>,
}

/// Why no paper came of a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("a picture cannot be read: {0}")]
    Picture(String),
    #[error("PDF: {0}")]
    Pdf(String),
}

/// The pages as a file.
pub fn pdf(document: &Document) -> Result<Vec<u8>, Error> {
    let laid_out = flow::lay_out(document)?;
    draw::draw(document, laid_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(blocks: Vec<Block>) -> Document {
        Document {
            title: "Laporan".to_owned(),
            author: "Dinas".to_owned(),
            made_at: "2026-11-06T02:00:00Z".parse().unwrap(),
            id: "laporan-1".to_owned(),
            footer: "Laporan".to_owned(),
            blocks,
        }
    }

    fn table(rows: usize, cell: &str) -> Block {
        let row = |index: usize| Row { cells: vec![cell.to_owned(), index.to_string()], total: index == rows };
        Block::Table(Table {
            caption: "Tabel 1".to_owned(),
            columns: vec![Column::text("Nama", 3.0), Column::number("Tiket", 1.0)],
            rows: (1..=rows).map(row).collect(),
        })
    }

    #[test]
    fn the_same_document_gives_the_same_file() {
        let blocks = vec![Block::Heading(1, "Satu".to_owned()), table(3, "Dinas")];
        assert_eq!(pdf(&document(blocks.clone())), pdf(&document(blocks)));
    }

    #[test]
    fn whatever_names_are_like_there_is_paper() {
        let names = [
            "",
            " ",
            "\u{202e}terbalik",
            "🙂🙂",
            "=cmd|' /C calc'!A0",
            &"W".repeat(120),
            &"kata ".repeat(2000),
            "a\nb\tc\0",
        ];
        for name in names {
            let made = pdf(&document(vec![Block::Paragraph(name.to_owned()), table(2, name)]));
            assert!(made.is_ok(), "{name}: {made:?}");
        }
    }

    #[test]
    fn a_long_table_goes_on_over_pages() {
        let laid_out = flow::lay_out(&document(vec![table(200, "Dinas")])).unwrap();
        let heads = |page: &Vec<flow::Placed>| {
            let is_head =
                |placed: &flow::Placed| matches!(&placed.mark, flow::Mark::Text { text, .. } if text == "Nama");
            page.iter().filter(|placed| is_head(placed)).count()
        };
        assert!(laid_out.pages.len() > 3);
        assert!(laid_out.pages.iter().all(|page| heads(page) == 1));
        let lowest = |placed: &flow::Placed| match placed.mark {
            flow::Mark::Text { y, .. } => y,
            flow::Mark::Fill { y, height, .. } | flow::Mark::Picture { y, height, .. } => y + height,
        };
        assert!(laid_out.pages.iter().flatten().all(|placed| lowest(placed) <= flow::FLOOR + 1.0));
    }

    #[test]
    fn what_is_no_picture_is_told() {
        for data in [PictureData::Svg("<p>".to_owned()), PictureData::Png(b"GIF89a".to_vec())] {
            let logo = Picture { data, alt: "Lambang".to_owned() };
            let head = Letterhead { names: vec!["Kabupaten".to_owned()], logo: Some(logo), ..Letterhead::default() };
            assert!(matches!(pdf(&document(vec![Block::Letterhead(head)])), Err(Error::Picture(_))));
        }
    }
}
