//! A report as a file, in any of its forms.

use super::letter::{Official, Verification};
use super::{csv, letter, page, sheet};
use crate::domain::local_time::spoken;
use crate::domain::ticket::word_enum;
use crate::services::reports::grouped;
use crate::services::reports::read::Report;
use crate::services::reports::sign;
use crate::services::{Desk, Error, Result};

word_enum! {
    /// How a report is written.
    Form {
        /// as it was frozen, byte for byte
        Json = "json",
        /// RFC 4180
        Csv = "csv",
        /// the letter, as PDF/A-2a
        Pdf = "pdf",
        /// a workbook
        Xlsx = "xlsx",
        /// a page in one file
        Html = "html",
    }
}

impl Form {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Pdf => "application/pdf",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Html => "text/html; charset=utf-8",
        }
    }
}

/// What somebody wants of a report besides its form.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// CSV only: this table as people see it, instead of a line for each cell of all tables.
    pub table: Option<String>,
    /// PDF only: the number of the letter; blank to write it by hand.
    pub number: Option<String>,
}

/// The most letters of a letter's number.
const NUMBER: usize = 60;

/// A file and what it is called.
#[derive(Clone, Debug)]
pub struct File {
    pub name: String,
    pub content: Vec<u8>,
}

/// Writes a report.
pub fn write(desk: &Desk, report: &Report, form: Form, wish: &Wish) -> Result<File> {
    if wish.table.is_some() && form != Form::Csv {
        return Err(Error::field("/table", "invalid_value", "hanya untuk format csv"));
    }
    check_number(wish.number.as_deref())?;
    let failed = |error: &dyn std::fmt::Display| Error::Internal(format!("report as {form}: {error}"));
    let content = match (form, wish.table.as_deref()) {
        (Form::Json, _) => report.json.clone().into_bytes(),
        (Form::Csv, None) => csv::whole(&report.snapshot)?,
        (Form::Csv, Some(table)) => csv::table(&report.snapshot, table)?
            .ok_or_else(|| Error::field("/table", "unknown_table", "laporan ini tidak memuat tabel itu"))?,
        // What was signed stays as it was signed.
        (Form::Pdf, _) if let Some(signature) = &report.signature => sign::bytes(desk, signature)?,
        (Form::Pdf, _) => {
            let official = official(desk, report, wish.number.as_deref().unwrap_or_default());
            letter::pdf(&report.snapshot, &official).map_err(|error| failed(&error))?
        }
        (Form::Html, _) => page::html(&report.snapshot, &official(desk, report, "")).into_bytes(),
        (Form::Xlsx, _) => sheet::xlsx(&report.snapshot).map_err(|error| failed(&error))?,
    };
    let table = wish.table.as_ref().map(|table| format!("-{table}")).unwrap_or_default();
    Ok(File { name: format!("{}{table}.{form}", super::file_name(&report.snapshot)), content })
}

/// The PDF of a report that is about to be signed: it says that it is.
pub fn to_be_signed(desk: &Desk, report: &Report, number: Option<&str>) -> Result<Vec<u8>> {
    check_number(number)?;
    let official = Official { electronic: true, ..official(desk, report, number.unwrap_or_default()) };
    letter::pdf(&report.snapshot, &official).map_err(|error| Error::Internal(format!("report to be signed: {error}")))
}

/// What the file of a report is called.
pub fn file_name(report: &Report, form: Form) -> String {
    format!("{}.{form}", super::file_name(&report.snapshot))
}

/// Refuses a number that no letter has room for.
pub fn check_number(number: Option<&str>) -> Result<()> {
    match number {
        Some(number) if number.chars().count() > NUMBER => {
            Err(Error::field("/number", "too_long", format!("paling banyak {NUMBER} huruf")))
        }
        Some(_) | None => Ok(()),
    }
}

fn official<'a>(desk: &'a Desk, report: &Report, number: &'a str) -> Official<'a> {
    let tenant = &desk.config.tenant;
    let verification = report.frozen.as_ref().map(|row| Verification {
        address: format!("{}/verifikasi/{}", desk.config.server.public_url.trim_end_matches('/'), grouped(&row.code)),
        hash: row.sha256.clone(),
    });
    let addendum = |row: &crate::store::reports::AddendumRow| {
        format!("{} ({}, {}): {}", row.reason, row.author, spoken(row.at.and_utc(), desk.zone), row.body)
    };
    Official {
        head: &desk.config.letterhead,
        logo: desk.logo.as_ref(),
        opd_word: &tenant.opd_word,
        number,
        verification,
        addenda: report.addenda.iter().map(addendum).collect(),
        electronic: false,
    }
}
