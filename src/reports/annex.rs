//! The annex of a report on paper: every figure, every table with its chart, and what each of them means.

use super::letter::Official;
use super::outline::{self, Chapter, Part, worded};
use super::{chart, narrative};
use crate::domain::report::definitions::GENERAL;
use crate::domain::report::snapshot::{Cell, DefinitionPart, Snapshot};
use crate::paper::{self, Block, Column, Item, Picture, Row, Way};

/// A table with more columns beside the names stands on wide pages.
const COLUMNS: usize = 8;

/// A table of few columns is folded if it has more rows than this.
const ROWS: usize = 16;

/// Adds the annex.
pub fn blocks(snapshot: &Snapshot, official: &Official<'_>, blocks: &mut Vec<Block>) {
    let word = official.opd_word;
    if !official.addenda.is_empty() {
        blocks.push(Block::Heading(2, "Adendum".to_owned()));
        let item = |text: &String| Item { lead: String::new(), text: text.clone() };
        blocks.push(Block::List(official.addenda.iter().map(item).collect()));
    }
    blocks.push(Block::Heading(2, "Ringkasan angka".to_owned()));
    blocks.push(Block::Table(summary(snapshot, word)));
    let chapters = outline::chapters(snapshot, word);
    let is_wide = |part: &Part<'_>| part.caption.is_some() && part.heads.len() > COLUMNS;
    // Wide pages come last, so that none is left half empty for them.
    let (wide, upright): (Vec<_>, Vec<_>) = chapters.into_iter().partition(|chapter| chapter.parts.iter().any(is_wide));
    upright.iter().for_each(|chapter| told(chapter, word, blocks));
    blocks.push(Block::Heading(2, "Penjelasan angka".to_owned()));
    blocks.extend(GENERAL.iter().map(|sentence| Block::Note(format!("– {}", worded(sentence, word)))));
    blocks.push(Block::Table(definitions(snapshot, word)));
    for chapter in &wide {
        blocks.push(Block::NewPage(Way::Wide));
        told(chapter, word, blocks);
    }
}

fn told(chapter: &Chapter<'_>, word: &str, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(2, chapter.heading.clone()));
    chapter.parts.iter().for_each(|part| shown(part, word, blocks));
}

/// The figures of the summary, two beside each other.
fn summary(snapshot: &Snapshot, word: &str) -> paper::Table {
    let mut told: Vec<[String; 2]> =
        narrative::summary(snapshot).into_iter().map(|(title, value)| [worded(&title, word), value]).collect();
    let right = told.split_off(told.len().div_ceil(2));
    let mut right = right.into_iter();
    let row = |left: [String; 2]| {
        let cells = left.into_iter().chain(right.next().unwrap_or_default()).map(|cell| cell.replace(' ', "\u{a0}"));
        Row { cells: cells.collect(), total: false }
    };
    let pair = || [Column::names("Angka", 1.0), Column::number("Nilai", 0.6)];
    paper::Table {
        caption: String::new(),
        columns: pair().into_iter().chain(pair()).collect(),
        rows: told.into_iter().map(row).collect(),
    }
}

/// A table with its chart, or that there is nothing to tell.
fn shown(part: &Part<'_>, word: &str, blocks: &mut Vec<Block>) {
    let Some(caption) = &part.caption else {
        return blocks.push(Block::Paragraph(outline::nothing(part, word)));
    };
    if let Some(chart) = &part.chart {
        let picture = Picture::svg(chart.svg.clone(), chart.alt.clone());
        let height = chart.height as f32 * paper::WIDTH / chart::WIDTH as f32;
        blocks.push(Block::Figure(paper::Figure { caption: chart.title.clone(), picture, height }));
    }
    blocks.push(Block::Table(folded(table(part, caption, word))));
}

fn table(part: &Part<'_>, caption: &str, word: &str) -> paper::Table {
    let column = |head: &outline::Head| {
        let title = head.title.clone();
        let column = if head.number { Column::number(title, 0.4) } else { Column::text(title, 1.0) };
        column.of(head.group)
    };
    let row = |label: &str, cells: &[Cell], total: bool| {
        let told = outline::cells(part.table, cells);
        Row { cells: std::iter::once(label.to_owned()).chain(told).collect(), total }
    };
    let rows = part.table.rows.iter().map(|line| row(&line.label, &line.cells, false));
    let total = part.table.total.iter().map(|cells| row("Jumlah", cells, true));
    let names = Column::names(worded(&part.table.rows_title, word), 1.0);
    paper::Table {
        caption: caption.to_owned(),
        columns: std::iter::once(names).chain(part.heads.iter().map(column)).collect(),
        rows: rows.chain(total).collect(),
    }
}

/// A long table of few columns, with its parts beside each other; the sum stands below the last.
fn folded(table: paper::Table) -> paper::Table {
    let beside = (9 / table.columns.len().max(1)).min(3);
    if table.rows.len() <= ROWS || beside < 2 {
        return table;
    }
    let (total, rows): (Vec<Row>, Vec<Row>) = table.rows.into_iter().partition(|row| row.total);
    let empty = vec![String::new(); table.columns.len()];
    let high = rows.len().div_ceil(beside);
    let cells = |place: usize| rows.get(place).map_or_else(|| empty.clone(), |row| row.cells.clone());
    let line = |at: usize| Row { cells: (0..beside).flat_map(|part| cells(part * high + at)).collect(), total: false };
    let before = empty.len() * (beside - 1);
    let sum = total
        .into_iter()
        .map(|row| Row { cells: std::iter::repeat_n(String::new(), before).chain(row.cells).collect(), total: true });
    paper::Table {
        caption: table.caption,
        rows: (0..high).map(line).chain(sum).collect(),
        columns: std::iter::repeat_n(table.columns, beside).flatten().collect(),
    }
}

fn definitions(snapshot: &Snapshot, word: &str) -> paper::Table {
    let row = |definition: &DefinitionPart| {
        let leaves_out = match definition.leaves_out.as_str() {
            "" => String::new(),
            out => format!(" Tidak dihitung: {}", lowered(out)),
        };
        let meaning = format!("{}{leaves_out}", definition.counts);
        Row { cells: vec![worded(&definition.title, word), worded(&meaning, word)], total: false }
    };
    paper::Table {
        caption: String::new(),
        columns: vec![Column::names("Angka", 0.0), Column::text("Yang dihitung", 1.0)],
        rows: snapshot.definitions.iter().map(row).collect(),
    }
}

/// A sentence as it goes on behind a colon.
fn lowered(text: &str) -> String {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return String::new() };
    // "OPD …" and the like stay as they are.
    let rest = letters.as_str();
    if rest.starts_with(|c: char| c.is_uppercase()) {
        text.to_owned()
    } else {
        format!("{}{rest}", first.to_lowercase())
    }
}
