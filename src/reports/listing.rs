//! The list of a period's tickets as a file, written row by row. CSV leaves while it is written; a workbook's rows
//! wait in a temporary file, and it is there as a whole at the end.

use std::io::Write;

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use csv::{Terminator, WriterBuilder};
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::csv::guarded;
use super::safe;
use crate::domain::people::Actor;
use crate::domain::spoken::{Spoken, number};
use crate::domain::ticket::word_enum;
use crate::services::reports::tickets::{self, Line, List};
use crate::services::{Desk, Error, Result};

word_enum! {
    /// How a list is written.
    ListForm {
        /// a workbook
        Xlsx = "xlsx",
        /// RFC 4180
        Csv = "csv",
    }
}

impl ListForm {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => super::form::Form::Csv.media_type(),
            Self::Xlsx => super::form::Form::Xlsx.media_type(),
        }
    }
}

/// The columns, and how wide they are in a workbook.
const COLUMNS: [(&str, f64); 15] = [
    ("Nomor", 13.0),
    ("Jenis", 12.0),
    ("Prioritas", 10.0),
    ("Kategori", 24.0),
    ("Kode OPD", 16.0),
    ("OPD", 36.0),
    ("Kanal", 14.0),
    ("Judul", 50.0),
    ("Dilaporkan", 17.0),
    ("Tenggat (berjalan atau lewat)", 17.0),
    ("Berakhir", 17.0),
    ("Status", 20.0),
    ("Lewat tenggat", 10.0),
    ("Melalui Tier 2", 10.0),
    ("Dibuka kembali", 10.0),
];

/// The most tickets of a workbook: a sheet has 1,048,576 rows, and the first is the head.
const MOST: usize = 1_048_575;

/// Which tickets: of a period, and of an OPD or of whatever somebody gets without naming one.
pub type Of<'a> = (&'a str, Option<&'a str>);

/// A list that is about to be written.
#[derive(Clone, Debug)]
pub struct Listing {
    /// What its file is called.
    pub name: String,
    pub form: ListForm,
    list: List,
}

/// Begins the list of what somebody may read; of the command line without an actor, who may read everything.
pub fn begin(desk: &Desk, actor: Option<&Actor>, of: Of<'_>, form: ListForm) -> Result<Listing> {
    let list = match actor {
        Some(actor) => tickets::run(desk, actor, of)?,
        None => tickets::unchecked(desk, of)?,
    };
    check(form, list.tickets())?;
    let whose = list.opd.as_deref().map_or_else(|| "semua".to_owned(), safe);
    let name = format!("tiket-{}-{whose}.{form}", safe(&list.period.to_string()));
    Ok(Listing { name, form, list })
}

/// Refuses a workbook of more tickets than it has rows for.
fn check(form: ListForm, tickets: usize) -> Result<()> {
    match form {
        ListForm::Xlsx if tickets > MOST => {
            let most = number(i64::try_from(MOST).unwrap_or(i64::MAX));
            Err(Error::field("/format", "too_many", format!("xlsx memuat paling banyak {most} tiket; pilih csv")))
        }
        ListForm::Xlsx | ListForm::Csv => Ok(()),
    }
}

impl Listing {
    /// Writes it.
    pub fn write(&self, desk: &Desk, out: &mut dyn Write) -> Result<()> {
        match self.form {
            ListForm::Csv => csv(desk, &self.list, out),
            ListForm::Xlsx => xlsx(desk, &self.list, out),
        }
    }
}

/// What a cell holds.
enum Held {
    Text(String),
    Count(i64),
    At(Option<NaiveDateTime>),
}

fn cells(desk: &Desk, line: &Line) -> [Held; 15] {
    let (known, inside) = (&line.outside, line.inside);
    let text = |text: &str| Held::Text(text.to_owned());
    let at = |at: crate::domain::Instant, zone: Tz| at.with_timezone(&zone).naive_local();
    let yes = |is: bool| if is { "ya" } else { "tidak" };
    // Up to now as long as it goes on.
    let late = known.due_at.is_some_and(|due| known.ended_at.unwrap_or_else(|| desk.now()) > due);
    let status = if known.merged { "Digabungkan" } else { known.status.label() };
    [
        Held::Text(desk.prefix.number(known.id)),
        text(inside.map_or("", |inside| inside.kind.label())),
        text(known.priority.label()),
        text(line.category.as_deref().unwrap_or_default()),
        text(&known.opd_code),
        text(&known.opd),
        text(inside.map_or("", |inside| inside.channel.label())),
        text(line.subject.as_deref().unwrap_or_default()),
        Held::At(Some(at(known.opened_at, desk.zone))),
        Held::At(known.due_at.map(|due| at(due, desk.zone))),
        Held::At(known.ended_at.map(|ended| at(ended, desk.zone))),
        text(status),
        text(yes(late)),
        text(inside.map_or("", |inside| yes(inside.tier2))),
        inside.map_or_else(|| text(""), |inside| Held::Count(inside.reopenings)),
    ]
}

fn csv(desk: &Desk, list: &List, out: &mut dyn Write) -> Result<()> {
    let failed = |error: &dyn std::fmt::Display| Error::Internal(format!("list as csv: {error}"));
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    writer.write_record(COLUMNS.map(|(title, _)| title)).map_err(|error| failed(&error))?;
    list.each(desk, &mut |line| {
        let told = cells(desk, line).map(|cell| match cell {
            Held::Text(text) => guarded(&text),
            Held::Count(count) => count.to_string(),
            Held::At(at) => at.map(|at| at.format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default(),
        });
        writer.write_record(told).map_err(|error| failed(&error))
    })?;
    writer.flush().map_err(|error| failed(&error))
}

fn xlsx(desk: &Desk, list: &List, out: &mut dyn Write) -> Result<()> {
    let failed = |error: XlsxError| Error::Internal(format!("list as xlsx: {error}"));
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory().map_err(failed)?;
    head(sheet).map_err(failed)?;
    let at = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let mut row = 0;
    list.each(desk, &mut |line| {
        row += 1;
        put(sheet, row, cells(desk, line), &at).map_err(failed)
    })?;
    let last = u16::try_from(COLUMNS.len() - 1).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, row, last).map_err(failed)?;
    let content = book.save_to_buffer().map_err(failed)?;
    out.write_all(&content).map_err(|error| Error::Internal(format!("list as xlsx: {error}")))
}

fn head(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_background_color(0xE1E1E1).set_text_wrap().set_align(FormatAlign::Top);
    sheet.set_name("Daftar tiket")?;
    sheet.set_freeze_panes(1, 1)?;
    for (column, (title, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, title, &head)?;
    }
    Ok(())
}

fn put(sheet: &mut Worksheet, row: u32, cells: [Held; 15], at: &Format) -> Result<(), XlsxError> {
    for (column, cell) in (0..).zip(cells) {
        match cell {
            // Text is only ever text: what begins with `=` is no formula.
            Held::Text(text) if !text.is_empty() => sheet.write_string(row, column, text)?,
            Held::Count(count) => sheet.write_number(row, column, count as f64)?,
            Held::At(Some(instant)) => sheet.write_datetime_with_format(row, column, instant, at)?,
            Held::Text(_) | Held::At(None) => continue,
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_is_longer_than_a_sheet_is_refused_with_what_to_choose_instead() {
        for (form, tickets, refused) in
            [(ListForm::Xlsx, MOST, false), (ListForm::Xlsx, MOST + 1, true), (ListForm::Csv, MOST + 1, false)]
        {
            let said = check(form, tickets);
            assert_eq!(said.is_err(), refused, "{form} of {tickets}");
            let Err(Error::Invalid(fields)) = said else { continue };
            assert_eq!(fields[0].pointer, "/format");
            assert!(fields[0].message.contains("1.048.575") && fields[0].message.contains("csv"), "{fields:?}");
        }
    }
}
