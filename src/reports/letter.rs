//! A report as an official letter with its figures behind it (naskah dinas, Permendagri 1/2023).

use super::chart::{self, Chart};
use super::words;
use crate::config::{Letterhead, Logo};
use crate::domain::local_time::{MONTHS, spoken};
use crate::domain::report::snapshot::{Cell, Figure, Snapshot, Table, Unit};
use crate::paper::{self, Block, Column, Document, Picture, PictureData, Row, Seal, Signature};

/// What a letter says besides its figures.
#[derive(Clone, Debug)]
pub struct Official<'a> {
    pub head: &'a Letterhead,
    pub logo: Option<&'a Logo>,
    /// "PD" or "OPD".
    pub opd_word: &'a str,
    /// Blank: a number is written by hand.
    pub number: &'a str,
    /// Where anybody sees that the paper is genuine; nothing for what is not frozen.
    pub verification: Option<Verification>,
    /// What was added later: when, by whom, why and what.
    pub addenda: Vec<String>,
}

/// What proves a frozen report.
#[derive(Clone, Debug)]
pub struct Verification {
    pub address: String,
    /// SHA-256 of the frozen figures, hex.
    pub hash: String,
}

/// The letter as a PDF.
pub fn pdf(snapshot: &Snapshot, official: &Official<'_>) -> Result<Vec<u8>, paper::Error> {
    paper::pdf(&document(snapshot, official))
}

/// The letter.
pub fn document(snapshot: &Snapshot, official: &Official<'_>) -> Document {
    let mut blocks = vec![
        Block::Letterhead(letterhead(snapshot, official)),
        Block::Letter(opening(snapshot, official)),
        Block::Paragraph(introduction(snapshot)),
    ];
    if official.verification.is_none() {
        blocks.push(Block::Note(provisional(snapshot)));
    }
    blocks.push(Block::Heading(1, "Ringkasan".to_owned()));
    blocks.push(summary(snapshot));
    let charts = chart::charts(snapshot);
    for (heading, keys) in CHAPTERS {
        chapter(snapshot, official, &charts, heading, keys, &mut blocks);
    }
    if !official.addenda.is_empty() {
        blocks.push(Block::Heading(1, "Adendum".to_owned()));
        blocks.push(Block::List(official.addenda.clone()));
    }
    blocks.push(Block::Signature(signature(official)));
    blocks.push(Block::PageBreak);
    blocks.push(Block::Heading(1, "Lampiran: arti angka".to_owned()));
    blocks.push(definitions(snapshot));
    Document {
        title: super::title(snapshot),
        author: snapshot.tenant.dinas.clone(),
        made_at: snapshot.generated_at,
        id: super::file_name(snapshot),
        footer: footer(snapshot, official),
        blocks: blocks.into_iter().map(|block| worded(block, official.opd_word)).collect(),
    }
}

/// The chapters behind the summary, with the tables of each.
const CHAPTERS: [(&str, &[&str]); 8] = [
    ("Tindak lanjut rekomendasi lalu", &["follow_up"]),
    ("Volume layanan", &["course", "by_type", "by_priority", "by_channel", "by_category", "by_opd"]),
    ("Tiket yang belum selesai", &["ageing"]),
    ("Tier 1 dan Tier 2", &["tiers", "handovers", "handover_reasons", "tier_time"]),
    (
        "Kepatuhan waktu layanan",
        &[
            "compliance",
            "compliance_by_type",
            "compliance_by_priority",
            "breaches",
            "durations_by_type",
            "durations_by_priority",
        ],
    ),
    ("Masalah berulang dan kepuasan", &["recurring", "satisfaction"]),
    ("Perbandingan OPD", &["league"]),
    ("Rekomendasi", &["recommendations"]),
];

fn letterhead(snapshot: &Snapshot, official: &Official<'_>) -> paper::Letterhead {
    let logo = official.logo.map(|logo| Picture {
        data: match logo.media_type {
            "image/png" => PictureData::Png(logo.content.clone()),
            _ => PictureData::Svg(String::from_utf8_lossy(&logo.content).into_owned()),
        },
        alt: format!("Lambang {}", snapshot.tenant.name),
    });
    let names = vec![snapshot.tenant.name.clone(), snapshot.tenant.dinas.clone()];
    paper::Letterhead { names, address: official.head.lines(&official.head.address), logo }
}

fn opening(snapshot: &Snapshot, official: &Official<'_>) -> paper::Letter {
    let head = official.head;
    let zone: chrono_tz::Tz = snapshot.period.time_zone.parse().unwrap_or(chrono_tz::UTC);
    let day = snapshot.generated_at.with_timezone(&zone).date_naive();
    let month = MONTHS.get(chrono::Datelike::month0(&day) as usize).copied().unwrap_or_default();
    let date = format!("{} {month} {}", chrono::Datelike::day(&day), chrono::Datelike::year(&day));
    let fact = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    paper::Letter {
        facts: vec![
            fact("Nomor", official.number),
            fact("Sifat", &head.nature),
            fact("Lampiran", "1 (satu) berkas"),
            fact("Hal", &super::title(snapshot)),
        ],
        place_and_date: if head.place.is_empty() { date } else { format!("{}, {date}", head.place) },
        to: head.lines(&head.to),
    }
}

fn introduction(snapshot: &Snapshot) -> String {
    let told =
        |key: &str| snapshot.figure(key).map_or_else(|| words::NOTHING.to_owned(), |f| words::told(&f.value, f.unit));
    let whose = snapshot.scope.opd.as_ref().map_or_else(|| "seluruh OPD".to_owned(), |opd| opd.name.clone());
    format!(
        "Dengan hormat kami sampaikan laporan penyelenggaraan layanan bantuan teknologi informasi dan komunikasi untuk \
         {whose} pada {}. Dalam periode ini diterima {} tiket dan diselesaikan {} tiket; {} tiket belum selesai pada \
         akhir periode. Kepatuhan waktu tanggapan {} dan kepatuhan waktu penyelesaian {}.",
        snapshot.period.name,
        told("opened"),
        told("resolved"),
        told("backlog_end"),
        told("response_raw"),
        told("resolution_raw"),
    )
}

fn provisional(snapshot: &Snapshot) -> String {
    let zone: chrono_tz::Tz = snapshot.period.time_zone.parse().unwrap_or(chrono_tz::UTC);
    let at = spoken(snapshot.generated_at, zone);
    format!("SEMENTARA. Angka dihitung pada {at} dan masih dapat berubah sampai laporan dibekukan.")
}

/// The figures of the summary, two beside each other.
fn summary(snapshot: &Snapshot) -> Block {
    let told = |figure: &Figure| [figure.title.clone(), words::told(&figure.value, figure.unit).replace(' ', "\u{a0}")];
    let half = snapshot.figures.len().div_ceil(2);
    let (left, right) = snapshot.figures.split_at(half);
    let right = right.iter().map(told).chain(std::iter::repeat_n([String::new(), String::new()], 1));
    let row = |(left, right): (&Figure, [String; 2])| Row {
        cells: told(left).into_iter().chain(right).collect(),
        total: false,
    };
    let pair = || [Column::text("Angka", 2.0), Column::number("Nilai", 1.0)];
    Block::Table(paper::Table {
        caption: String::new(),
        columns: pair().into_iter().chain(pair()).collect(),
        rows: left.iter().zip(right).map(row).collect(),
    })
}

fn chapter(
    snapshot: &Snapshot,
    official: &Official<'_>,
    charts: &[Chart],
    heading: &str,
    keys: &[&str],
    blocks: &mut Vec<Block>,
) {
    let tables: Vec<&Table> = keys.iter().filter_map(|key| snapshot.table(key)).collect();
    if tables.is_empty() {
        return;
    }
    blocks.push(Block::Heading(1, heading.to_owned()));
    for shown in tables {
        if let Some(chart) = charts.iter().find(|chart| chart.table == shown.key) {
            let picture = Picture::svg(chart.svg.clone(), worded_text(&chart.alt, official.opd_word));
            let height = chart.height as f32 * paper::WIDTH / chart::WIDTH as f32;
            blocks.push(Block::Figure(paper::Figure { caption: chart.title.clone(), picture, height }));
        }
        if shown.rows.is_empty() {
            blocks.push(Block::Paragraph(format!("{}: tidak ada.", shown.title)));
        } else {
            blocks.extend(on_paper(shown).into_iter().map(Block::Table));
        }
    }
}

/// How many columns a table on paper has at most beside the names; what has more is told in parts.
const COLUMNS: usize = 7;

/// A table of the report on paper.
fn on_paper(table: &Table) -> Vec<paper::Table> {
    let parts = table.columns.len().div_ceil(COLUMNS).max(1);
    let each = table.columns.len().div_ceil(parts).max(1);
    let part = |part: usize| {
        let caption =
            if parts == 1 { table.title.clone() } else { format!("{} ({} dari {parts})", table.title, part + 1) };
        table_part(table, caption, part * each..table.columns.len().min((part + 1) * each))
    };
    (0..parts).map(part).collect()
}

fn table_part(table: &Table, caption: String, range: std::ops::Range<usize>) -> paper::Table {
    let shown = table.columns.get(range.clone()).unwrap_or_default();
    let column = |column: &crate::domain::report::snapshot::Column| match column.unit {
        Unit::Text => Column::text(column.title.clone(), 2.0),
        Unit::Count | Unit::Percent | Unit::Seconds | Unit::Stars | Unit::Rank => {
            Column::number(column.title.clone(), 0.3)
        }
    };
    let row = |label: &str, cells: &[Cell], total: bool| {
        let cells = cells.get(range.clone()).unwrap_or_default().iter().zip(shown);
        let told = cells.map(|(cell, column)| match column.unit {
            Unit::Text => words::told(cell, column.unit),
            // Kept together with its unit.
            unit => words::told(cell, unit).replace(' ', "\u{a0}"),
        });
        Row { cells: std::iter::once(label.to_owned()).chain(told).collect(), total }
    };
    let rows = table.rows.iter().map(|line| row(&line.label, &line.cells, false));
    let total = table.total.iter().map(|cells| row("Jumlah", cells, true));
    let names = Column::text(table.rows_title.clone(), 2.6);
    let columns = std::iter::once(names).chain(shown.iter().map(column)).collect();
    paper::Table { caption, columns, rows: rows.chain(total).collect() }
}

fn signature(official: &Official<'_>) -> Signature {
    let head = official.head;
    let seal = official.verification.as_ref().map(|verification| Seal {
        address: verification.address.clone(),
        lines: vec![
            format!("Keaslian laporan ini dapat diperiksa pada {}", verification.address),
            format!("SHA-256 {}", verification.hash),
        ],
    });
    Signature {
        closing: "Demikian laporan ini kami sampaikan. Atas perhatian Bapak/Ibu kami ucapkan terima kasih.".to_owned(),
        office: head.lines(&head.office),
        name: head.signatory.clone(),
        below: head.lines(&head.rank),
        seal,
        copies: head.lines(&head.copies),
    }
}

fn definitions(snapshot: &Snapshot) -> Block {
    let row = |definition: &crate::domain::report::snapshot::DefinitionPart| Row {
        cells: vec![definition.title.clone(), definition.counts.clone(), definition.leaves_out.clone()],
        total: false,
    };
    Block::Table(paper::Table {
        caption: String::new(),
        columns: vec![
            Column::text("Angka", 1.2),
            Column::text("Yang dihitung", 2.6),
            Column::text("Yang tidak dihitung", 2.2),
        ],
        rows: snapshot.definitions.iter().map(row).collect(),
    })
}

fn footer(snapshot: &Snapshot, official: &Official<'_>) -> String {
    let title = super::title(snapshot);
    let Some(verification) = &official.verification else { return format!("{title}. Sementara.") };
    let hash: String = verification.hash.chars().take(16).collect();
    let anchor = snapshot.anchor.as_ref().map(|anchor| {
        format!(" Jangkar riwayat {}: {}.", anchor.day, anchor.hash.chars().take(16).collect::<String>())
    });
    format!("{title}. SHA-256 {hash}….{}", anchor.unwrap_or_default())
}

/// The text with what the government calls its units.
fn worded_text(text: &str, opd_word: &str) -> String {
    if opd_word == "OPD" { text.to_owned() } else { text.replace("OPD", opd_word) }
}

fn worded(block: Block, word: &str) -> Block {
    let text = |text: String| worded_text(&text, word);
    match block {
        Block::Heading(level, heading) => Block::Heading(level, text(heading)),
        Block::Paragraph(paragraph) => Block::Paragraph(text(paragraph)),
        Block::Table(mut table) => {
            table.caption = text(table.caption);
            for column in &mut table.columns {
                column.head = worded_text(&column.head, word);
            }
            Block::Table(table)
        }
        Block::Figure(mut figure) => {
            figure.caption = text(figure.caption);
            Block::Figure(figure)
        }
        other => other,
    }
}
