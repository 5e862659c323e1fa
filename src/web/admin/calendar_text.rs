//! A calendar as text that people type: hours as "07:30-12:00, 13:00-16:00", dates a line each.

use std::collections::BTreeMap;

use super::super::form::Form;
use super::super::words::Spoken;
use super::section::typed;
use crate::domain::local_time::DAYS;
use crate::domain::sla::calendar::{
    CalendarSpec, HolidayKind, HolidaySpec, NamedHoliday, SpanText, VariantSpec, WeekSpec,
};
use crate::services::{Error, FieldError, Result};

/// The fields of the days of a week.
pub const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// What a day without hours is called.
const CLOSED: &str = "tutup";

/// The values of the fields of a calendar.
pub fn values(spec: &CalendarSpec) -> Vec<(&'static str, String)> {
    let mut values: Vec<_> = WEEK.iter().zip(days(&spec.weekly)).map(|(name, spans)| (*name, hours(spans))).collect();
    let dated = |all: &BTreeMap<String, Vec<SpanText>>| {
        lines(all.iter().map(|(date, spans)| {
            let hours = hours(spans);
            format!("{date} {}", if hours.is_empty() { CLOSED } else { &hours })
        }))
    };
    values.extend([
        ("tz", spec.tz.clone()),
        ("holidays", lines(spec.holidays.iter().map(holiday_line))),
        ("annual", lines(spec.annual_holidays.iter().cloned())),
        ("overrides", dated(&spec.date_overrides)),
        ("breaks", dated(&spec.breaks)),
        ("variants", spec.variants.iter().map(variant_block).collect::<Vec<_>>().join("\n\n")),
    ]);
    values
}

fn lines(all: impl Iterator<Item = String>) -> String {
    all.collect::<Vec<_>>().join("\n")
}

/// The hours of a week from Monday.
pub fn days(week: &WeekSpec) -> [&Vec<SpanText>; 7] {
    [&week.mon, &week.tue, &week.wed, &week.thu, &week.fri, &week.sat, &week.sun]
}

/// Hours as people write them.
pub fn hours(spans: &[SpanText]) -> String {
    spans.iter().map(|SpanText(from, to)| format!("{from}-{to}")).collect::<Vec<_>>().join(", ")
}

fn holiday_line(holiday: &HolidaySpec) -> String {
    match holiday {
        HolidaySpec::Date(date) => date.clone(),
        HolidaySpec::Named(NamedHoliday { date, name, kind: None }) => format!("{date} {name}"),
        HolidaySpec::Named(NamedHoliday { date, name, kind: Some(kind) }) => {
            format!("{date} {name}; {}", kind.label().to_lowercase())
        }
    }
}

fn variant_block(variant: &VariantSpec) -> String {
    let name = variant.name.as_deref().map(|name| format!(" {name}")).unwrap_or_default();
    let mut block = format!("{} sampai {}{name}", variant.from, variant.to);
    for (day, spans) in DAYS.iter().zip(days(&variant.weekly)) {
        if !spans.is_empty() {
            block += &format!("\n{day} {}", hours(spans));
        }
    }
    block
}

/// Reads the fields; tells everything that is wrong, by field.
pub fn read(form: &Form) -> Result<CalendarSpec> {
    let mut wrong = Wrong::default();
    let text = |name: &str| typed(form, name).unwrap_or_default().to_owned();
    let mut week = WEEK.iter().map(|name| wrong.take(name, spans(&text(name)))).collect::<Vec<_>>().into_iter();
    let mut next = || week.next().unwrap_or_default();
    let weekly = WeekSpec { mon: next(), tue: next(), wed: next(), thu: next(), fri: next(), sat: next(), sun: next() };
    let spec = CalendarSpec {
        tz: text("tz"),
        weekly,
        holidays: wrong.lines("holidays", &text("holidays"), holiday),
        annual_holidays: wrong.lines("annual", &text("annual"), |line| Ok(line.to_owned())),
        date_overrides: wrong.lines("overrides", &text("overrides"), dated).into_iter().collect(),
        breaks: wrong.lines("breaks", &text("breaks"), dated).into_iter().collect(),
        variants: wrong.take("variants", variants(&text("variants"))),
    };
    wrong.finish(spec)
}

/// Mistakes by field.
#[derive(Default)]
struct Wrong(Vec<FieldError>);

impl Wrong {
    fn take<T: Default>(&mut self, field: &str, read: std::result::Result<T, String>) -> T {
        read.unwrap_or_else(|message| {
            self.0.push(FieldError::new(format!("/{field}"), "invalid_value", message));
            T::default()
        })
    }

    fn lines<T>(&mut self, field: &str, text: &str, read: fn(&str) -> std::result::Result<T, String>) -> Vec<T> {
        let mut all = Vec::new();
        let mut wrong = Vec::new();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            match read(line.trim()) {
                Ok(value) => all.push(value),
                Err(message) => wrong.push(format!("baris {}: {message}", index + 1)),
            }
        }
        if wrong.is_empty() {
            return all;
        }
        wrong.truncate(5);
        self.0.push(FieldError::new(format!("/{field}"), "invalid_value", wrong.join("; ")));
        Vec::new()
    }

    fn finish<T>(self, value: T) -> Result<T> {
        if self.0.is_empty() { Ok(value) } else { Err(Error::Invalid(self.0)) }
    }
}

fn spans(text: &str) -> std::result::Result<Vec<SpanText>, String> {
    let text = text.trim();
    if text.is_empty() || text.eq_ignore_ascii_case(CLOSED) {
        return Ok(Vec::new());
    }
    let span = |one: &str| {
        let (from, to) = one
            .split_once(['-', '–'])
            .ok_or_else(|| format!("\u{201c}{one}\u{201d} bukan rentang jam, misalnya 07:30-12:00"))?;
        let time = |text: &str| text.trim().replace('.', ":");
        Ok(SpanText(time(from), time(to)))
    };
    text.split(',').map(|one| span(one.trim())).collect()
}

fn holiday(line: &str) -> std::result::Result<HolidaySpec, String> {
    let (date, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    if rest.trim().is_empty() {
        return Ok(HolidaySpec::Date(date.to_owned()));
    }
    let (name, kind) = match rest.rsplit_once(';') {
        Some((name, kind)) => (name, Some(holiday_kind(kind.trim())?)),
        None => (rest, None),
    };
    Ok(HolidaySpec::Named(NamedHoliday { date: date.to_owned(), name: name.trim().to_owned(), kind }))
}

fn holiday_kind(text: &str) -> std::result::Result<HolidayKind, String> {
    let found = HolidayKind::ALL.iter().find(|kind| kind.label().eq_ignore_ascii_case(text) || kind.as_str() == text);
    found.copied().ok_or_else(|| {
        format!("\u{201c}{text}\u{201d} bukan jenis libur; tulis libur nasional, cuti bersama, atau libur daerah")
    })
}

fn dated(line: &str) -> std::result::Result<(String, Vec<SpanText>), String> {
    let (date, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    if rest.trim().is_empty() {
        return Err(format!("tulis jam setelah tanggal, atau \u{201c}{CLOSED}\u{201d}"));
    }
    Ok((date.to_owned(), spans(rest)?))
}

/// Blocks: a line with the dates and the name, then the hours by day or from day to day.
fn variants(text: &str) -> std::result::Result<Vec<VariantSpec>, String> {
    let mut all = Vec::<VariantSpec>::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let (line, place) = (line.trim(), index + 1);
        let told = |message: String| format!("baris {place}: {message}");
        if line.starts_with(|c: char| c.is_ascii_digit()) {
            all.push(variant(line).map_err(told)?);
            continue;
        }
        let last = all.last_mut().ok_or_else(|| {
            told("mulai dengan tanggal, misalnya 2027-02-08 sampai 2027-03-09 Ramadan 1448 H".to_owned())
        })?;
        let (names, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let (from, to) = weekdays(names).map_err(told)?;
        let hours = spans(rest).map_err(told)?;
        let week = &mut last.weekly;
        let days =
            [&mut week.mon, &mut week.tue, &mut week.wed, &mut week.thu, &mut week.fri, &mut week.sat, &mut week.sun];
        for (at, day) in days.into_iter().enumerate() {
            if (from..=to).contains(&at) {
                day.clone_from(&hours);
            }
        }
    }
    Ok(all)
}

fn variant(line: &str) -> std::result::Result<VariantSpec, String> {
    let mut words = line.split_whitespace();
    let (from, between, to) = (words.next(), words.next(), words.next());
    match (from, between, to) {
        (Some(from), Some("sampai" | "s.d." | "-"), Some(to)) => {
            let name = words.collect::<Vec<_>>().join(" ");
            let name = (!name.is_empty()).then_some(name);
            Ok(VariantSpec { from: from.to_owned(), to: to.to_owned(), name, weekly: WeekSpec::default() })
        }
        _ => Err("tulis tanggal awal, \u{201c}sampai\u{201d}, tanggal akhir, lalu nama".to_owned()),
    }
}

fn weekdays(text: &str) -> std::result::Result<(usize, usize), String> {
    let day = |name: &str| {
        let found = DAYS.iter().position(|day| day.eq_ignore_ascii_case(name.trim_end_matches(':')));
        found.ok_or_else(|| format!("\u{201c}{name}\u{201d} bukan nama hari"))
    };
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let (from, to) = (day(from)?, day(to)?);
    if from <= to { Ok((from, to)) } else { Err(format!("\u{201c}{text}\u{201d}: hari akhir mendahului hari awal")) }
}

/// Mistakes that the rules found, by the field in which they were typed.
pub fn by_field(error: Error) -> Error {
    let Error::Invalid(errors) = error else { return error };
    let mut fields = BTreeMap::<String, Vec<String>>::new();
    for error in errors {
        let path: Vec<&str> = error.pointer.trim_start_matches('/').split('/').collect();
        let (field, line) = match path.as_slice() {
            ["rules", "weekly", day, ..] => (*day, None),
            ["rules", "weekly"] => ("mon", None),
            ["rules", "holidays", index, ..] => ("holidays", index.parse::<usize>().ok()),
            ["rules", "annual_holidays", index, ..] => ("annual", index.parse::<usize>().ok()),
            ["rules", "date_overrides", ..] => ("overrides", None),
            ["rules", "breaks", ..] => ("breaks", None),
            ["rules", "variants", ..] => ("variants", None),
            ["rules", other, ..] | [other, ..] => (*other, None),
            [] => ("", None),
        };
        let message = line.map_or(error.message.clone(), |line| format!("isian ke-{}: {}", line + 1, error.message));
        fields.entry(field.to_owned()).or_default().push(message);
    }
    let joined = fields.into_iter().map(|(field, mut messages)| {
        messages.truncate(5);
        FieldError::new(format!("/{field}"), "invalid_value", messages.join("; "))
    });
    Error::Invalid(joined.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(text: &str) -> CalendarSpec {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_calendar_that_we_ship_reads_back_from_its_text() {
        let shipped = spec(include_str!("../../../config/seed/sla/asn.json"));
        let texts = values(&shipped);
        let of = |name: &str| texts.iter().find(|(field, _)| *field == name).unwrap().1.clone();
        assert_eq!(of("fri"), "07:30-11:30, 13:00-16:30");
        assert_eq!(spans(&of("fri")).unwrap(), shipped.weekly.fri);
        let holidays: Vec<_> = of("holidays").lines().map(|line| holiday(line).unwrap()).collect();
        assert_eq!(holidays, shipped.holidays);
        assert_eq!(variants(&of("variants")).unwrap(), shipped.variants);
    }

    #[test]
    fn what_people_type_is_read_strictly() {
        assert_eq!(spans("07.30 - 12.00").unwrap(), [SpanText("07:30".into(), "12:00".into())]);
        assert_eq!(spans(" tutup ").unwrap(), []);
        assert!(spans("pagi").is_err());
        assert_eq!(holiday("2026-12-25").unwrap(), HolidaySpec::Date("2026-12-25".into()));
        assert!(holiday("2026-12-25 Natal; besar").is_err());
        let ramadan =
            variants("2027-02-08 sampai 2027-03-09 Ramadan 1448 H\nSenin-Kamis 08:00-15:00\nJumat: 08:00-15:30")
                .unwrap();
        let week = &ramadan.first().unwrap().weekly;
        assert_eq!((week.thu.len(), week.fri.len(), week.sat.len()), (1, 1, 0));
        assert!(variants("Senin 08:00-15:00").unwrap_err().contains("baris 1"));
        assert!(variants("2027-02-08 sampai 2027-03-09\nJumat-Senin 08:00-15:00").is_err());
    }

    #[test]
    fn mistakes_of_the_rules_stand_at_the_field() {
        let found = Error::Invalid(vec![
            FieldError::new("/rules/weekly/fri/0", "invalid_span", "salah"),
            FieldError::new("/rules/holidays/2/name", "required", "wajib"),
            FieldError::new("/effective_at", "in_the_past", "lampau"),
        ]);
        let Error::Invalid(errors) = by_field(found) else { panic!("it is about fields") };
        let told: Vec<_> = errors.iter().map(|e| (e.pointer.as_str(), e.message.as_str())).collect();
        assert_eq!(told, [("/effective_at", "lampau"), ("/fri", "salah"), ("/holidays", "isian ke-3: wajib")]);
    }
}
