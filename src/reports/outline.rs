//! In which order a report tells its tables, how they are called, and in which words: the same on paper and in the
//! page that stands by itself.

use super::chart::{self, Chart};
use super::words;
use crate::domain::report::snapshot::{Cell, Column, Snapshot, Table, Unit, Value};

/// The chapters behind the summary, with the tables of each.
const CHAPTERS: [(&str, &[&str]); 7] = [
    ("Rekomendasi dan tindak lanjut", &["follow_up", "recommendations"]),
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
];

/// A chapter that has something to tell.
#[derive(Clone, Debug)]
pub struct Chapter<'a> {
    pub heading: String,
    pub parts: Vec<Part<'a>>,
}

/// A table, with its chart before it.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    pub table: &'a Table,
    /// "Tabel 3. Volume menurut kanal"; nothing if there is nothing in it but zeros.
    pub caption: Option<String>,
    pub chart: Option<Chart>,
    pub heads: Vec<Head>,
}

/// The head of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// What stands above it and its neighbours; empty for a column by itself.
    pub group: &'static str,
    pub title: String,
    pub number: bool,
}

/// The chapters of a report, with what the government calls its units.
pub fn chapters<'a>(snapshot: &'a Snapshot, opd_word: &str) -> Vec<Chapter<'a>> {
    let charts = chart::charts(snapshot);
    let (mut tables, mut figures) = (0, 0);
    let mut part = |key: &&str| {
        let table = snapshot.table(key)?;
        let told = is_told(table);
        tables += usize::from(told);
        let caption = told.then(|| format!("Tabel {tables}. {}", worded(&table.title, opd_word)));
        let chart = charts.iter().find(|chart| chart.table == *key && told).cloned().map(|chart| {
            figures += 1;
            let title = format!("Gambar {figures}. {}", worded(&chart.title, opd_word));
            Chart { title, ..chart }
        });
        let heads = table.columns.iter().map(|column| head(key, column, opd_word)).collect();
        Some(Part { table, caption, chart, heads })
    };
    let chapter = |(heading, keys): &(&str, &[&str])| Chapter {
        heading: worded(heading, opd_word),
        parts: keys.iter().filter_map(&mut part).collect(),
    };
    CHAPTERS.iter().map(chapter).filter(|chapter| !chapter.parts.is_empty()).collect()
}

/// Whether a table tells anything but zeros.
fn is_told(table: &Table) -> bool {
    let says = |cell: &Cell| match cell {
        None => false,
        Some(Value::Count(count)) => *count != 0,
        Some(Value::Number(number)) => *number != 0.0,
        Some(Value::Text(_)) => true,
    };
    table.rows.iter().flat_map(|row| &row.cells).any(says)
}

/// What stands where a table tells nothing.
pub fn nothing(part: &Part<'_>, opd_word: &str) -> String {
    format!("{}: tidak ada.", worded(&part.table.title, opd_word))
}

fn head(table: &str, column: &Column, opd_word: &str) -> Head {
    let (group, title) = match (table, column.key.as_str()) {
        ("league", "handovers") => ("Eskalasi", "Jumlah"),
        ("league", "bounce_percent") => ("Eskalasi", "Kembali (%)"),
        ("league", "ratings") => ("Kepuasan", "Penilaian"),
        ("league", "stars") => ("Kepuasan", "(1–5)"),
        (_, "response_ended") => ("Tanggapan", "Berakhir"),
        (_, "response_late") => ("Tanggapan", "Terlambat"),
        (_, "response_raw") => ("Tanggapan", "Kepatuhan (%)"),
        (_, "response_adjusted") => ("Tanggapan", "Disesuaikan (%)"),
        (_, "response_median") => ("Tanggapan", "Median"),
        (_, "response_p90") => ("Tanggapan", "Persentil 90"),
        (_, "resolution_ended") => ("Penyelesaian", "Berakhir"),
        (_, "resolution_late") => ("Penyelesaian", "Terlambat"),
        (_, "resolution_raw") => ("Penyelesaian", "Kepatuhan (%)"),
        (_, "resolution_adjusted") => ("Penyelesaian", "Disesuaikan (%)"),
        (_, "resolution_median") => ("Penyelesaian", "Median"),
        (_, "resolution_p90") => ("Penyelesaian", "Persentil 90"),
        _ => ("", column.title.as_str()),
    };
    Head { group, title: worded(title, opd_word), number: column.unit != Unit::Text }
}

/// The cells of a row as they are shown below the heads of a table.
pub fn cells(table: &Table, cells: &[Cell]) -> Vec<String> {
    table.columns.iter().zip(cells).map(|(column, cell)| words::below(cell, column.unit)).collect()
}

/// A text with what the government calls its units.
pub fn worded(text: &str, opd_word: &str) -> String {
    if opd_word == "OPD" { text.to_owned() } else { text.replace("OPD", opd_word) }
}
