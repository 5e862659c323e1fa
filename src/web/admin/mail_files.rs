//! `/admin/surat/berkas`: mails that were written as files, to try things out without a mail server.

use actix_web::web;
use serde::Serialize;

use super::super::Answer;
use super::super::visitor::Visitor;
use super::super::words::{When, number};
use super::section::{self, Section};
use crate::services::admin::mail_files::{self, Written};
use crate::services::{Caller, Desk, Result};

/// A mail as it is shown.
#[derive(Serialize)]
struct Mail {
    name: String,
    at: Option<When>,
    from: String,
    to: String,
    subject: String,
    text: String,
}

#[derive(Serialize)]
struct FilesPage {
    mails: Vec<Mail>,
    shown: String,
    count: String,
    folder: String,
}

impl Section for FilesPage {
    const TEMPLATE: &'static str = "pages/admin/mail_files";
    const PART: &'static str = "/admin/surat";

    fn title(&self) -> String {
        "Surat percobaan".to_owned()
    }
}

#[derive(Serialize)]
struct FilePage {
    mail: Mail,
}

impl Section for FilePage {
    const TEMPLATE: &'static str = "pages/admin/mail_file";
    const PART: &'static str = "/admin/surat";

    fn title(&self) -> String {
        format!("{} · Surat percobaan", self.mail.subject)
    }
}

/// `GET /admin/surat/berkas`
pub async fn show(visitor: Visitor) -> Answer {
    section::show(visitor, build).await
}

/// `GET /admin/surat/berkas/{name}`
pub async fn read(visitor: Visitor, name: web::Path<String>) -> Answer {
    section::show(visitor, move |desk, caller| {
        let written = mail_files::read(desk, &caller.actor, &name)?;
        Ok(FilePage { mail: mail(desk, written) })
    })
    .await
}

fn build(desk: &Desk, caller: &Caller) -> Result<FilesPage> {
    let (written, count) = mail_files::list(desk, &caller.actor)?;
    let folder = mail_files::folder(desk).unwrap_or_default().display().to_string();
    let shown = written.len();
    let told = |count: usize| number(i64::try_from(count).unwrap_or(i64::MAX));
    Ok(FilesPage {
        mails: written.into_iter().map(|written| mail(desk, written)).collect(),
        shown: told(shown),
        count: told(count),
        folder,
    })
}

fn mail(desk: &Desk, written: Written) -> Mail {
    let subject = if written.subject.is_empty() { "(tanpa judul)".to_owned() } else { written.subject };
    Mail {
        name: written.name,
        at: written.at.map(|at| When::of(at, desk.now(), desk.zone)),
        from: written.from,
        to: written.to,
        subject,
        text: written.text,
    }
}
