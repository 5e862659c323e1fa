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

use chrono_tz::Tz;

use crate::domain::local_time::spoken;
use crate::domain::report::Span;
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

/// Where the days of a report begin.
fn zone(snapshot: &Snapshot) -> Tz {
    snapshot.period.time_zone.parse().unwrap_or(Tz::UTC)
}

/// What is said of figures that are not frozen. Only months ever are.
fn unfrozen(snapshot: &Snapshot) -> String {
    let at = spoken(snapshot.generated_at, zone(snapshot));
    let span = match snapshot.period.span {
        Span::Month => {
            return format!("SEMENTARA. Angka dihitung pada {at} dan masih dapat berubah sampai laporan dibekukan.");
        }
        Span::Quarter => "triwulan",
        Span::Semester => "semester",
        Span::Year => "tahun",
    };
    format!("Angka dihitung pada {at} dari tiket sebagaimana tercatat saat itu; laporan {span} tidak dibekukan.")
}

/// A text as a part of a file's name.
fn safe(text: &str) -> String {
    text.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests;
