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
    /// At the foot of each page, before the page number; what is longer than three lines is cut.
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
    /// Numbers that are to be seen first, each below what it is; four beside each other.
    Numbers(Vec<(String, String)>),
    /// Numbered with 1., 2., …; each begins with some bold words, or none.
    List(Vec<Item>),
    Table(Table),
    Figure(Figure),
    Letter(Letter),
    Signature(Signature),
    /// Empty height.
    Space(f32),
    /// What follows begins on a new page.
    NewPage(Way),
}

/// Which side of a page is up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// The short one.
    #[default]
    Upright,
    /// The long one, for wide tables.
    Wide,
}

/// A part of a list.
#[derive(Clone, Debug, Default)]
pub struct Item {
    /// Bold, before the text.
    pub lead: String,
    pub text: String,
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
    /// What stands above it and those beside it that have the same; empty for a column by itself.
    pub group: String,
    /// Its share of what is left of the width when no cell needs to be broken.
    pub weight: f32,
    pub align: Align,
    /// Whether its cells say what the row is about.
    pub names: bool,
}

impl Column {
    /// A column that says what the row is about.
    pub fn names(head: impl Into<String>, weight: f32) -> Self {
        Self { names: true, ..Self::text(head, weight) }
    }

    /// A column of text.
    pub fn text(head: impl Into<String>, weight: f32) -> Self {
        Self { head: head.into(), group: String::new(), weight, align: Align::Left, names: false }
    }

    /// A column of numbers, which are never broken.
    pub fn number(head: impl Into<String>, weight: f32) -> Self {
        Self { align: Align::Right, ..Self::text(head, weight) }
    }

    /// The same below a group.
    pub fn of(self, group: impl Into<String>) -> Self {
        Self { group: group.into(), ..self }
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
    /// What stands where a hand would sign; empty if one does.
    pub mark: String,
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
            columns: vec![Column::names("Nama", 3.0), Column::number("Tiket", 1.0)],
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
            // Also in a drawing.
            let svg = format!(
                "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='20'><text y='9'>{}</text></svg>",
                name.replace(['<', '&', '\0'], " ")
            );
            let picture = Picture::svg(svg, name);
            let figure = Block::Figure(Figure { caption: name.to_owned(), picture, height: 20.0 });
            let made = pdf(&document(vec![Block::Paragraph(name.to_owned()), table(2, name), figure]));
            assert!(made.is_ok(), "{name}: {made:?}");
        }
    }

    #[test]
    fn a_long_table_goes_on_over_pages() {
        let laid_out = flow::lay_out(&document(vec![table(200, "Dinas")])).unwrap();
        assert!(laid_out.pages.len() > 3);
        assert!(laid_out.pages.iter().all(|page| count(page, "Nama") == 1));
        assert_inside(&laid_out);
    }

    fn count(page: &flow::Page, wanted: &str) -> usize {
        let is_it =
            |placed: &&flow::Placed| matches!(&placed.mark, flow::Mark::Text { text, .. } if text.trim_end() == wanted);
        page.marks.iter().filter(is_it).count()
    }

    fn assert_inside(flow: &flow::Flow) {
        for page in &flow.pages {
            for placed in &page.marks {
                let (right, low) = match &placed.mark {
                    flow::Mark::Text { x, y, style, text } => (x + text::width(*style, text.trim_end()), *y),
                    flow::Mark::Fill { x, y, width, height, .. } | flow::Mark::Picture { x, y, width, height, .. } => {
                        (x + width, y + height)
                    }
                };
                assert!(low <= page.floor() + 1.0 && right <= flow::LEFT + page.width() + 1.0, "{placed:?}");
            }
        }
    }

    #[test]
    fn no_few_rows_stand_apart_from_their_table() {
        // Of every length, at every height of the page: the last page of a table has at least three rows.
        for rows in [5, 44, 45, 46, 47, 48, 49, 50] {
            for above in [0.0, 300.0, 560.0, 640.0] {
                let laid_out = flow::lay_out(&document(vec![Block::Space(above), table(rows, "Dinas")])).unwrap();
                let last = laid_out.pages.last().unwrap();
                assert!(count(last, "Dinas") >= 3, "{rows} rows below {above}");
                let whole = laid_out.pages.iter().map(|page| count(page, "Dinas")).sum::<usize>();
                assert_eq!(whole, rows);
                assert!(laid_out.pages.iter().all(|page| count(page, "Nama") == usize::from(count(page, "Dinas") > 0)));
            }
        }
    }

    /// A table of rows with so many lines each. Every line of a row begins with its number.
    fn tall(rows: usize, lines: usize) -> Block {
        // Of such words only one fits on a line.
        let cell = |row: usize| vec![format!("{row}.{}", "m".repeat(30)); lines].join(" ");
        let Block::Table(table) = table(rows, "") else { unreachable!() };
        let row = |index: usize| Row { cells: vec![cell(index), index.to_string()], total: false };
        Block::Table(Table { rows: (1..=rows).map(row).collect(), ..table })
    }

    /// How many lines of a tall row a page has.
    fn lines_of(page: &flow::Page, row: usize) -> usize {
        let begin = format!("{row}.m");
        let is_it =
            |placed: &&flow::Placed| matches!(&placed.mark, flow::Mark::Text { text, .. } if text.starts_with(&begin));
        page.marks.iter().filter(is_it).count()
    }

    #[test]
    fn no_row_that_fits_on_a_page_is_broken_and_no_head_stands_alone() {
        for (rows, lines) in [(2, 20), (5, 25), (3, 45)] {
            for above in (0..740).step_by(120) {
                let heading = Block::Heading(2, "Judul".to_owned());
                let laid_out =
                    flow::lay_out(&document(vec![Block::Space(above as f32), heading, tall(rows, lines)])).unwrap();
                let case = format!("{rows} rows of {lines} lines below {above}");
                for row in 1..=rows {
                    let on: Vec<usize> = laid_out.pages.iter().map(|page| lines_of(page, row)).collect();
                    assert!(on.contains(&lines), "{case}: {row} is broken: {on:?}");
                }
                let heads = |page: &flow::Page| count(page, "Nama") + count(page, "Judul");
                for page in laid_out.pages.iter().filter(|page| heads(page) > 0) {
                    assert!((1..=rows).any(|row| lines_of(page, row) > 0), "{case}: a head stands alone");
                }
                assert_inside(&laid_out);
            }
        }
    }

    #[test]
    fn a_row_that_fits_on_no_page_is_broken_where_it_is() {
        for above in (0..740).step_by(60) {
            let laid_out = flow::lay_out(&document(vec![Block::Space(above as f32), tall(2, 100)])).unwrap();
            for page in laid_out.pages.iter().filter(|page| count(page, "Nama") > 0) {
                assert!(lines_of(page, 1) + lines_of(page, 2) > 0, "a head stands alone below {above}");
            }
            let all = |row| laid_out.pages.iter().map(|page| lines_of(page, row)).sum::<usize>();
            assert_eq!((all(1), all(2)), (100, 100));
            assert_inside(&laid_out);
        }
    }

    #[test]
    fn a_heading_stays_with_what_it_stands_above() {
        for above in (400..740).step_by(7) {
            let blocks = vec![Block::Space(above as f32), Block::Heading(2, "Judul".to_owned()), table(20, "Dinas")];
            let laid_out = flow::lay_out(&document(blocks)).unwrap();
            let page = laid_out.pages.iter().find(|page| count(page, "Judul") == 1).unwrap();
            assert!(count(page, "Dinas") >= 3, "below {above}");
        }
    }

    #[test]
    fn wide_pages_are_wide_and_columns_have_groups() {
        let mut wide = table(60, "Dinas");
        if let Block::Table(table) = &mut wide {
            let of = |head: &str| Column::number(head, 1.0).of("Kepatuhan");
            table.columns.extend([of("Tanggapan"), of("Penyelesaian")]);
            for row in &mut table.rows {
                row.cells.extend(["99,99".to_owned(), "1,00".to_owned()]);
            }
        }
        let blocks = vec![table(2, "A"), Block::NewPage(Way::Wide), wide, Block::NewPage(Way::Upright), table(2, "B")];
        let laid_out = flow::lay_out(&document(blocks.clone())).unwrap();
        let ways: Vec<Way> = laid_out.pages.iter().map(|page| page.way).collect();
        assert_eq!(ways, [Way::Upright, Way::Wide, Way::Wide, Way::Wide, Way::Upright]);
        let heads: Vec<usize> = laid_out.pages.iter().map(|page| count(page, "Kepatuhan")).collect();
        assert_eq!(heads, [0, 1, 1, 1, 0]);
        assert_inside(&laid_out);
        assert!(pdf(&document(blocks)).is_ok());
    }

    #[test]
    fn no_word_of_a_head_is_broken_while_there_is_room() {
        let heads = ["Nomor", "Rekomendasi", "Dari evaluasi", "Penanggung jawab", "Batas waktu", "Status", "Lanjutan"];
        let cell = "Terapkan daftar periksa gangguan jaringan sebelum eskalasi";
        let table = Table {
            caption: "Tabel 1".to_owned(),
            columns: heads.map(|head| Column::names(head, 1.0)).into(),
            rows: vec![Row { cells: vec![cell.to_owned(); heads.len()], total: false }],
        };
        let laid_out = flow::lay_out(&document(vec![Block::Table(table)])).unwrap();
        for word in heads.iter().flat_map(|head| head.split(' ')) {
            let has = |placed: &&flow::Placed| matches!(&placed.mark, flow::Mark::Text { text, .. } if text.split(' ').any(|part| part == word));
            assert!(laid_out.pages[0].marks.iter().any(|placed| has(&placed)), "{word}");
        }
        assert_inside(&laid_out);
    }

    #[test]
    fn a_letter_is_set_closer_if_that_keeps_its_signature_on_the_page() {
        let signature = Signature {
            closing: "Demikian laporan ini kami sampaikan.".to_owned(),
            office: vec!["Kepala Dinas,".to_owned()],
            mark: String::new(),
            name: "Nama".to_owned(),
            below: Vec::new(),
            seal: None,
            copies: Vec::new(),
        };
        let letter = |lines: usize| {
            let mut blocks = vec![Block::Paragraph("Pokok laporan ini.".to_owned()); lines];
            blocks.push(Block::Signature(signature.clone()));
            blocks.push(Block::NewPage(Way::Upright));
            flow::lay_out(&document(blocks)).unwrap()
        };
        let looseness = |lines: usize| (letter(lines).body.line, letter(lines).pages.len());
        let [loose, _, close] = flow::BODIES.map(|body| body.line);
        assert_eq!(looseness(3), (loose, 2));
        let most = (1..200).take_while(|lines| letter(*lines).pages.len() == 2).last().unwrap();
        assert_eq!(looseness(most), (close, 2));
        assert_eq!(looseness(most + 1), (loose, 3), "what needs two pages is not squeezed");
    }

    #[test]
    fn what_proves_a_letter_and_its_copies_stay_on_the_page_of_the_signature() {
        // A copy that takes a second line only with its number before it.
        let style = text::Style { grey: 0, ..flow::SMALL };
        let most =
            (1..).take_while(|count| text::width(style, &"i".repeat(*count)) <= flow::WIDTH * 0.5).last().unwrap();
        let seal = Seal { address: "https://desk.example/verifikasi/abc".to_owned(), lines: vec!["Bukti".to_owned()] };
        let signature = Signature {
            office: vec!["Kepala Dinas,".to_owned()],
            name: "Nama".to_owned(),
            seal: Some(seal),
            copies: vec!["i".repeat(most); 9],
            ..Signature::default()
        };
        for above in (500..620).step_by(3) {
            let blocks = vec![Block::Space(above as f32), Block::Signature(signature.clone())];
            let laid_out = flow::lay_out(&document(blocks)).unwrap();
            let page = laid_out.pages.iter().find(|page| count(page, "Tembusan:") == 1).unwrap();
            let ninth = |placed: &&flow::Placed| matches!(&placed.mark, flow::Mark::Text { text, .. } if text.starts_with("9. "));
            assert_eq!((count(page, "Nama"), page.marks.iter().filter(ninth).count()), (1, 1), "below {above}");
            assert_inside(&laid_out);
        }
    }

    #[test]
    fn numbers_and_points_keep_to_the_page() {
        let long = "Kepatuhan waktu penyelesaian yang panjang sekali ".repeat(12);
        let item = |lead: &str| Item { lead: lead.to_owned(), text: long.clone() };
        let number = |n: usize| ("Tiket masuk pada periode ini menurut semua kanal".to_owned(), "9.999.999".repeat(n));
        let blocks = vec![
            Block::Numbers((1..7).map(number).collect()),
            Block::List(vec![item("Volume."), item(""), item(&long)]),
        ];
        let laid_out = flow::lay_out(&document(blocks.clone())).unwrap();
        assert_inside(&laid_out);
        assert!(pdf(&document(blocks)).is_ok());
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
