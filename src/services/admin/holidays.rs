//! Import of holidays into a calendar, from the spreadsheet in which the yearly decree is kept.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::super::fields::Fields;
use super::super::{Caller, Desk, Error, Result};
use super::calendars::{self, MOST_HOLIDAYS};
use super::require_admin;
use super::versions::{self, Version, VersionState, YEARS};
use crate::domain::sla::calendar::{CalendarSpec, HolidayKind, HolidaySpec, NamedHoliday};
use crate::domain::text::Name;

/// The most mistakes that are told at once: who has more has the wrong file.
const MOST_MISTAKES: usize = 100;

/// Holidays to be taken into a calendar.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ImportHolidays)]
pub struct Input {
    /// The text of a CSV file with a header: columns `date` (YYYY-MM-DD), `name` and `kind`
    /// (`libur_nasional`, `cuti_bersama`, `libur_daerah` or nothing), in any order, separated by commas or
    /// semicolons; a column `weekday` is passed over.
    #[schema(min_length = 1, example = "date,name,kind\n2027-01-01,Tahun Baru 2027 Masehi,libur_nasional\n")]
    pub csv: String,
    /// From when on they count; from now on if absent, never before.
    #[serde(default)]
    pub effective_at: Option<DateTime<Utc>>,
}

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ImportedHolidays)]
pub struct Imported {
    /// Dates that were not closed by name before.
    pub added: i64,
    /// Dates with another name or kind than before.
    pub changed: i64,
    pub unchanged: i64,
    /// The versions that were added: one, and one for each that was planned for later; none if nothing
    /// changed.
    pub version_ids: Vec<i64>,
}

/// Takes holidays into a calendar, all or none. What is planned for later gets them too: otherwise they
/// would be forgotten when it takes effect.
pub fn import(desk: &Desk, caller: &Caller, id: i64, input: &Input) -> Result<Imported> {
    require_admin(&caller.actor)?;
    let holidays = parse(&input.csv)?;
    desk.act(caller, |work| {
        let known = calendars::hold(work, id)?;
        let effective_at = versions::effect(work, input.effective_at)?;
        let begun = known.versions.iter().rfind(|version| version.effective_at <= effective_at);
        // Only a clock that was set back can come before the first version.
        let base = begun.or(known.versions.first()).ok_or(Error::NotFound)?;
        let later = |version: &&Version| version.effective_at > effective_at && version.state == VersionState::Planned;
        let mut imported = Imported::default();
        let planned = known.versions.iter().filter(later).map(|version| (version, version.effective_at));
        for (version, at) in [(base, effective_at)].into_iter().chain(planned) {
            let mut rules: CalendarSpec = version.rules()?;
            let merged = merge(&mut rules, &holidays);
            if rules.holidays.len() > MOST_HOLIDAYS {
                let message = format!("kalender ini akan memuat lebih dari {MOST_HOLIDAYS} hari libur");
                return Err(Error::field("/csv", "too_many", message));
            }
            if merged.added + merged.changed > 0 {
                imported.version_ids.push(calendars::add_version(work, id, at, caller.actor.id, &rules)?);
            }
            if version.id == base.id {
                imported = Imported { version_ids: imported.version_ids, ..merged };
            }
        }
        Ok(imported)
    })
}

/// Takes holidays over; what is there keeps its kind where the file says nothing of it.
fn merge(rules: &mut CalendarSpec, holidays: &[NamedHoliday]) -> Imported {
    let date = |holiday: &HolidaySpec| match holiday {
        HolidaySpec::Date(date) => date.clone(),
        HolidaySpec::Named(named) => named.date.clone(),
    };
    let mut all: BTreeMap<String, HolidaySpec> = rules.holidays.drain(..).map(|known| (date(&known), known)).collect();
    let mut merged = Imported::default();
    for holiday in holidays {
        let mut new = holiday.clone();
        match all.get(&new.date) {
            None => merged.added += 1,
            Some(HolidaySpec::Date(_)) => merged.changed += 1,
            Some(HolidaySpec::Named(known)) => {
                new.kind = new.kind.or(known.kind);
                if new == *known { merged.unchanged += 1 } else { merged.changed += 1 }
            }
        }
        all.insert(new.date.clone(), HolidaySpec::Named(new));
    }
    rules.holidays = all.into_values().collect();
    merged
}

/// Counts lines as editors show them. The reader's own count stops at the blank lines before a row.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    /// Moves on to the row that begins at this byte, or after the blank lines there.
    fn move_to(&mut self, byte: u64) {
        let byte = usize::try_from(byte).unwrap_or(self.at);
        let rest = self.text.get(byte..).unwrap_or_default();
        let begins = byte + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        self.line += self.text.get(self.at..begins).map_or(0, |passed| passed.matches('\n').count());
        self.at = begins;
    }
}

/// Where the columns are.
struct Columns {
    date: usize,
    name: usize,
    kind: usize,
    count: usize,
}

/// Reads the file; tells everything that is wrong with it, by line.
fn parse(text: &str) -> Result<Vec<NamedHoliday>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let header = text.lines().next().unwrap_or_default();
    // Spreadsheets write semicolons where the comma is the decimal sign, as it is in Indonesia.
    let delimiter = if header.contains(';') { b';' } else { b',' };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let broken = |error: csv::Error| Error::field("/csv", "invalid_format", format!("bukan CSV yang sah: {error}"));
    let columns = columns(reader.headers().map_err(broken)?)?;
    let mut fields = Fields::default();
    let (mut holidays, mut seen) = (Vec::new(), BTreeSet::new());
    let (mut lines, mut mistakes) = (Lines { text, at: 0, line: 1 }, 0);
    for record in reader.records() {
        let record = record.map_err(broken)?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        lines.move_to(record.position().map_or(0, csv::Position::byte));
        let line = lines.line;
        match holiday(&mut fields, &record, &columns, line) {
            Some(holiday) if seen.insert(holiday.date.clone()) => holidays.push(holiday),
            Some(_) => {
                fields.wrong(format!("/rows/{line}"), "duplicate_date", format!("baris {line}: tanggal ini sudah ada"));
                mistakes += 1;
            }
            None => mistakes += 1,
        }
        if mistakes >= MOST_MISTAKES {
            break;
        }
    }
    if holidays.is_empty() && mistakes == 0 {
        fields.wrong("/csv", "required", "tidak memuat satu hari libur pun");
    }
    fields.finish(Some(holidays))
}

fn columns(header: &csv::StringRecord) -> Result<Columns> {
    let mut fields = Fields::default();
    let names: Vec<String> = header.iter().map(str::to_lowercase).collect();
    for (index, name) in names.iter().enumerate() {
        if !["date", "weekday", "kind", "name"].contains(&name.as_str()) {
            fields.wrong("/csv", "unknown_column", format!("kolom ke-{} tidak dikenal", index + 1));
        } else if names.iter().take(index).any(|earlier| earlier == name) {
            fields.wrong("/csv", "unknown_column", format!("kolom {name} ada dua kali"));
        }
    }
    let mut place = |wanted: &str| {
        let place = names.iter().position(|name| name == wanted);
        if place.is_none() {
            fields.wrong("/csv", "missing_column", format!("kolom {wanted} tidak ada pada baris judul"));
        }
        place.unwrap_or_default()
    };
    let columns = Columns { date: place("date"), name: place("name"), kind: place("kind"), count: names.len() };
    fields.finish(Some(columns))
}

/// Reads a row, or notes what is wrong with it.
fn holiday(fields: &mut Fields, record: &csv::StringRecord, columns: &Columns, line: usize) -> Option<NamedHoliday> {
    let place = format!("/rows/{line}");
    if record.len() != columns.count {
        let message = format!("baris {line}: ada {} kolom, seharusnya {}", record.len(), columns.count);
        fields.wrong(place, "invalid_row", message);
        return None;
    }
    let cell = |column: usize| record.get(column).unwrap_or_default();
    let date = cell(columns.date);
    let is_date = date.len() == 10 && date.parse::<NaiveDate>().is_ok_and(|date| YEARS.contains(&date.year()));
    if !is_date {
        let message = format!("baris {line}: tanggal ditulis YYYY-MM-DD, misalnya 2027-01-01");
        fields.wrong(place.clone(), "invalid_date", message);
    }
    let name = match Name::parse(cell(columns.name)) {
        Ok(name) => Some(name),
        Err(problem) => {
            fields.wrong(place.clone(), problem.code, format!("baris {line}: nama {}", problem.message));
            None
        }
    };
    let kind = match cell(columns.kind) {
        "" => Some(None),
        word => HolidayKind::parse(word).map(Some),
    };
    if kind.is_none() {
        let words: Vec<&str> = HolidayKind::ALL.iter().map(|kind| kind.as_str()).collect();
        fields.wrong(place, "invalid_value", format!("baris {line}: jenis harus salah satu dari {}", words.join(", ")));
    }
    let (name, kind) = name.zip(kind)?;
    is_date.then(|| NamedHoliday { date: date.to_owned(), name: name.as_str().to_owned(), kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> Vec<(String, &'static str)> {
        match parse(text) {
            Err(Error::Invalid(errors)) => errors.into_iter().map(|error| (error.pointer, error.code)).collect(),
            other => panic!("{text:?} gave {other:?}"),
        }
    }

    #[test]
    fn the_columns_come_in_any_order_and_with_either_separator() {
        let expected = [NamedHoliday {
            date: "2027-01-01".to_owned(),
            name: "Tahun Baru, 2027".to_owned(),
            kind: Some(HolidayKind::National),
        }];
        for text in [
            "date,name,kind\n2027-01-01,\"Tahun Baru, 2027\",libur_nasional\n",
            "\u{feff}date,weekday,kind,name\r\n2027-01-01,Jumat,libur_nasional,\"Tahun Baru, 2027\"\r\n,,,\r\n",
            "Kind; Date ;name\nlibur_nasional;2027-01-01; Tahun Baru, 2027 ",
        ] {
            assert_eq!(parse(text).unwrap(), expected, "{text:?}");
        }
        let without_kind = parse("date,name,kind\n2027-01-01,Libur,").unwrap();
        assert_eq!(without_kind.first().unwrap().kind, None);
    }

    #[test]
    fn what_is_wrong_is_told_by_line() {
        let row = |line: u32, code| (format!("/rows/{line}"), code);
        let file = |code| ("/csv".to_owned(), code);
        for (text, expected) in [
            ("", vec![file("missing_column"); 3]),
            ("date,name,kind\n", vec![file("required")]),
            ("date,nama,kind\n2027-01-01,a,", vec![file("unknown_column"), file("missing_column")]),
            ("date,date,name,kind\n", vec![file("unknown_column")]),
            (
                "date,name,kind\n2027-02-29,a,\n\n+202-01-01,a,\n1-1-2027,a,\n",
                vec![row(2, "invalid_date"), row(4, "invalid_date"), row(5, "invalid_date")],
            ),
            (
                "date,name,kind\n2027-01-01,,libur\n2027-01-02,\"dua\nbaris\",\n2027-01-03,a\n",
                vec![row(2, "required"), row(2, "invalid_value"), row(3, "control_character"), row(5, "invalid_row")],
            ),
            ("date,name,kind\n2027-01-01,a,\n2027-01-01,b,\n", vec![row(3, "duplicate_date")]),
        ] {
            assert_eq!(wrong(text), expected, "{text:?}");
        }
        assert_eq!(wrong(&format!("date,name,kind\n{}", "x,a,\n".repeat(500))).len(), MOST_MISTAKES);
    }
}
