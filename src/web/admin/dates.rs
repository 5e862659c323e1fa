//! Dates and instants as the forms of administration have them.

use chrono::{Datelike, LocalResult, NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;

use super::super::form::Form;
use super::section::typed;
use crate::domain::Instant;
use crate::domain::local_time::MONTHS;
use crate::services::{Error, Result};

/// A date as people write it: "2 November 2026".
pub fn day(date: NaiveDate) -> String {
    let month = MONTHS.get(date.month0() as usize).copied().unwrap_or_default();
    format!("{} {month} {}", date.day(), date.year())
}

/// An instant in local time as a field of a form holds it.
pub fn field(at: Instant, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%dT%H:%M").to_string()
}

/// The instant that a field of local time names, if it was filled in.
pub fn instant(form: &Form, name: &str, zone: Tz) -> Result<Option<Instant>> {
    let Some(text) = typed(form, name) else { return Ok(None) };
    parse(text, zone).map(Some).ok_or_else(|| {
        Error::field(&format!("/{name}"), "invalid_date", "isi tanggal dan jam, misalnya 2027-01-01 07:30")
    })
}

/// Local time as a browser or a person writes it.
pub fn parse(text: &str, zone: Tz) -> Option<Instant> {
    let text = text.replace('T', " ");
    let read = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H.%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok());
    let local = read.or_else(|| text.parse::<NaiveDate>().ok().and_then(|date| date.and_hms_opt(0, 0, 0)))?;
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.to_utc()),
        LocalResult::None => None,
    }
}

/// The date that a field names, if it was filled in.
pub fn date(form: &Form, name: &str) -> Result<Option<NaiveDate>> {
    let Some(text) = typed(form, name) else { return Ok(None) };
    let date = text.parse::<NaiveDate>().ok().filter(|date| (1900..=2999).contains(&date.year()));
    date.map(Some).ok_or_else(|| {
        Error::field(&format!("/{name}"), "invalid_date", "bukan tanggal; tulis tahun-bulan-hari, misalnya 2027-01-31")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_time_is_read_as_browsers_and_people_write_it() {
        let zone = chrono_tz::Asia::Jakarta;
        for (text, expected) in [
            ("2027-01-01T07:30", Some("2027-01-01T00:30:00Z")),
            ("2027-01-01 07.30", Some("2027-01-01T00:30:00Z")),
            ("2027-01-01", Some("2026-12-31T17:00:00Z")),
            ("1-1-2027", None),
            ("besok", None),
        ] {
            assert_eq!(parse(text, zone), expected.map(|at| at.parse().unwrap()), "{text}");
        }
        assert_eq!(day("2026-11-02".parse().unwrap()), "2 November 2026");
        assert_eq!(field("2026-12-31T17:00:00Z".parse().unwrap(), zone), "2027-01-01T00:00");
    }
}
