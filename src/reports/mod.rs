//! The forms of a report: paper, sheets and charts, and the package of evidence. All of them show a [`Snapshot`] and compute nothing, so that
//! a number is the same everywhere.

mod annex;
pub mod attach;
pub mod chart;
pub mod csv;
pub mod evidence;
pub mod form;
pub mod letter;
pub mod listing;
pub mod narrative;
pub mod outline;
pub mod page;
pub mod reminder;
pub mod sheet;
pub mod sign;
pub mod words;

use crate::domain::report::snapshot::Snapshot;

/// What a report is called: "Laporan layanan bantuan TIK Oktober 2026, Dinas Kesehatan".
pub fn title(snapshot: &Snapshot) -> String {
    let whose = snapshot.scope.opd.as_ref().map_or_else(|| snapshot.tenant.name.clone(), |opd| opd.name.clone());
    format!("Laporan layanan bantuan TIK {}, {whose}", snapshot.period.name)
}

/// The name of its file, without what comes behind the dot: `laporan-2026-10-dinkes`.
pub fn file_name(snapshot: &Snapshot) -> String {
    let whose = snapshot.scope.opd.as_ref().map_or_else(|| "semua".to_owned(), |opd| safe(&opd.code));
    format!("laporan-{}-{whose}", safe(&snapshot.period.code))
}

/// A text as a part of a file's name.
fn safe(text: &str) -> String {
    text.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests;
