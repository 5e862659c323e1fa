//! The list of a period's tickets as a file: row by row, so that a long one takes no more memory than a short one.

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use csv::{Terminator, Writer, WriterBuilder};
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::csv::guarded;
use super::form::File;
use super::safe;
use crate::domain::people::Actor;
use crate::domain::spoken::Spoken;
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

/// Which tickets: of a period, and of an OPD or of whatever somebody gets without naming one.
pub type Of<'a> = (&'a str, Option<&'a str>);

/// Writes the list of what somebody may read; of the command line without an actor, who may read everything.
pub fn write(desk: &Desk, actor: Option<&Actor>, of: Of<'_>, form: ListForm) -> Result<File> {
    let mut tell = |each: &mut dyn FnMut(&Line) -> Result<()>| match actor {
        Some(actor) => tickets::run(desk, actor, of, each),
        None => tickets::unchecked(desk, of, each),
    };
    let (list, content) = match form {
        ListForm::Csv => csv(desk, &mut tell)?,
        ListForm::Xlsx => xlsx(desk, &mut tell)?,
    };
    let whose = list.opd.as_deref().map_or_else(|| "semua".to_owned(), safe);
    Ok(File { name: format!("tiket-{}-{whose}.{form}", safe(&list.period.to_string())), content })
}

type Tell<'a> = dyn FnMut(&mut dyn FnMut(&Line) -> Result<()>) -> Result<List> + 'a;

/// What a cell holds.
enum Held {
    Text(String),
    Count(i64),
    At(Option<NaiveDateTime>),
}

fn cells(desk: &Desk, line: &Line) -> [Held; 15] {
    let ticket = &line.ticket;
    let text = |text: &str| Held::Text(text.to_owned());
    let at = |at: crate::domain::Instant, zone: Tz| at.with_timezone(&zone).naive_local();
    let yes = |is: bool| text(if is { "ya" } else { "tidak" });
    // Up to now as long as it goes on.
    let late = ticket.due_at.is_some_and(|due| ticket.ended_at.unwrap_or_else(|| desk.now()) > due);
    let status = if ticket.merged { "Digabungkan" } else { ticket.status.label() };
    [
        Held::Text(desk.prefix.number(ticket.id)),
        text(ticket.kind.label()),
        text(ticket.priority.label()),
        text(line.category.as_deref().unwrap_or_default()),
        text(&ticket.opd_code),
        text(&ticket.opd),
        text(ticket.channel.label()),
        text(line.subject.as_deref().unwrap_or_default()),
        Held::At(Some(at(ticket.opened_at, desk.zone))),
        Held::At(ticket.due_at.map(|due| at(due, desk.zone))),
        Held::At(ticket.ended_at.map(|ended| at(ended, desk.zone))),
        text(status),
        yes(late),
        yes(ticket.tier2),
        Held::Count(ticket.reopenings),
    ]
}

fn csv(desk: &Desk, tell: &mut Tell<'_>) -> Result<(List, Vec<u8>)> {
    let failed = |error: &dyn std::fmt::Display| Error::Internal(format!("list as csv: {error}"));
    let mut writer: Writer<Vec<u8>> = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(COLUMNS.map(|(title, _)| title)).map_err(|error| failed(&error))?;
    let list = tell(&mut |line| {
        let told = cells(desk, line).map(|cell| match cell {
            Held::Text(text) => guarded(&text),
            Held::Count(count) => count.to_string(),
            Held::At(at) => at.map(|at| at.format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default(),
        });
        writer.write_record(told).map_err(|error| failed(&error))
    })?;
    Ok((list, writer.into_inner().map_err(|error| failed(&error))?))
}

fn xlsx(desk: &Desk, tell: &mut Tell<'_>) -> Result<(List, Vec<u8>)> {
    let failed = |error: XlsxError| Error::Internal(format!("list as xlsx: {error}"));
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory().map_err(failed)?;
    begin(sheet).map_err(failed)?;
    let at = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let mut row = 0;
    let list = tell(&mut |line| {
        row += 1;
        put(sheet, row, cells(desk, line), &at).map_err(failed)
    })?;
    let last = u16::try_from(COLUMNS.len() - 1).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, row, last).map_err(failed)?;
    Ok((list, book.save_to_buffer().map_err(failed)?))
}

fn begin(sheet: &mut Worksheet) -> Result<(), XlsxError> {
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
