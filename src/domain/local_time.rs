//! Instants as people here write them: "Senin, 2 November 2026 pukul 15.30 WIB".

use chrono::{Datelike, NaiveDate, Offset, Timelike};
use chrono_tz::Tz;

use super::Instant;

/// The days of the week from Monday.
pub const DAYS: [&str; 7] = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"];
/// The months.
pub const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

/// Day, date and time to the minute, seconds left out as clocks on walls do. The three zones of Indonesia are
/// told by their offset (Keppres 41/1987), others by the offset itself.
pub fn spoken(at: Instant, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    let zone = match local.offset().fix().local_minus_utc() {
        25_200 => "WIB".to_owned(),
        28_800 => "WITA".to_owned(),
        32_400 => "WIT".to_owned(),
        0 => "UTC".to_owned(),
        _ => format!("UTC{}", local.offset().fix()),
    };
    let (day, hour, minute) = (spoken_day(local.date_naive()), local.hour(), local.minute());
    format!("{day} pukul {hour:02}.{minute:02} {zone}")
}

/// A day of the week with its date: "Senin, 2 November 2026".
pub fn spoken_day(on: NaiveDate) -> String {
    let name = |names: &[&'static str], index: u32| names.get(index as usize).copied().unwrap_or_default();
    let day = name(&DAYS, on.weekday().num_days_from_monday());
    let month = name(&MONTHS, on.month0());
    format!("{day}, {} {month} {}", on.day(), on.year())
}

/// A day without its name: "23 November 2026".
pub fn spoken_date(on: NaiveDate) -> String {
    let month = MONTHS.get(on.month0() as usize).copied().unwrap_or_default();
    format!("{} {month} {}", on.day(), on.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_told_by_day_month_and_zone() {
        for (at, zone, expected) in [
            ("2026-11-02T08:30:00Z", "Asia/Jakarta", "Senin, 2 November 2026 pukul 15.30 WIB"),
            ("2026-11-02T08:30:00Z", "Asia/Makassar", "Senin, 2 November 2026 pukul 16.30 WITA"),
            ("2026-11-02T15:30:00Z", "Asia/Jayapura", "Selasa, 3 November 2026 pukul 00.30 WIT"),
            ("2027-01-01T00:05:00Z", "UTC", "Jumat, 1 Januari 2027 pukul 00.05 UTC"),
            ("2026-08-09T00:00:00Z", "Asia/Kolkata", "Minggu, 9 Agustus 2026 pukul 05.30 UTC+05:30"),
            ("2026-05-31T17:00:59.999Z", "Asia/Jakarta", "Senin, 1 Juni 2026 pukul 00.00 WIB"),
        ] {
            assert_eq!(spoken(at.parse().unwrap(), zone.parse().unwrap()), expected);
        }
    }
}
