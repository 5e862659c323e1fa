//! `POST /laporan/{period}/tanda-tangan`, and what the page of a report says of signatures.

use actix_web::web;
use serde::Serialize;

use super::super::Answer;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::super::words::When;
use super::{Query, show, suffix};
use crate::domain::people::Actor;
use crate::reports;
use crate::services::reports::read::Report;
use crate::services::reports::sign::{self, By};
use crate::services::{Desk, Result};
use crate::store::report_signatures::SignatureRow;

/// A signed paper.
#[derive(Debug, Serialize)]
struct Line {
    id: i64,
    subject: String,
    serial: String,
    at: When,
    by: String,
    sha256: String,
    /// Whether it is on the paper with all addenda.
    current: bool,
}

/// What there is to sign, and what was signed.
#[derive(Debug, Serialize)]
pub struct Signing {
    lines: Vec<Line>,
    /// Whether whoever looks may have the paper signed now.
    offers: bool,
    asks_passphrase: bool,
    /// Whose signature the paper has room for; nothing if that is still open.
    signatory: Option<String>,
}

impl Signing {
    /// Of a frozen report; nothing where there is nothing to say or do.
    pub fn of(desk: &Desk, actor: &Actor, report: &Report) -> Result<Option<Self>> {
        let (Some(frozen), config) = (&report.frozen, &desk.config.signing) else { return Ok(None) };
        let current = report.signature.as_ref().map(|signature| signature.id);
        let line = |row: SignatureRow| Line {
            id: row.id,
            subject: row.subject,
            serial: row.serial,
            at: When::of(row.signed_at.and_utc(), desk.now(), desk.zone),
            by: row.signer.unwrap_or_else(|| "baris perintah".to_owned()),
            sha256: row.sha256,
            current: current == Some(row.id),
        };
        let lines: Vec<Line> = sign::of_report(desk, frozen.id)?.into_iter().map(line).collect();
        let offers = config.is_on() && current.is_none() && sign::may_sign(actor);
        if lines.is_empty() && !offers {
            return Ok(None);
        }
        let signatory = Some(desk.config.letterhead.signatory.clone());
        let signatory = signatory.filter(|name| name.chars().any(char::is_alphabetic));
        Ok(Some(Self { lines, offers, asks_passphrase: config.asks_passphrase(), signatory }))
    }
}

/// `POST /laporan/{period}/tanda-tangan`
pub async fn submit(visitor: Visitor, period: web::Path<String>, query: web::Query<Query>, form: Form) -> Answer {
    let (period, query) = (period.into_inner(), query.into_inner());
    let (again, kept) = (period.clone(), query.clone());
    visitor
        .submit(
            form,
            move |desk, caller, form| {
                reports::sign::run(desk, By::Caller(caller), &period, query.opd(), &form.input()?)?;
                Ok(Next::saying(format!("/laporan/{period}{}", suffix(query.opd())), "laporan-ditandatangani"))
            },
            move |desk, caller, mut draft| {
                // What is secret is typed again.
                draft.values.remove("passphrase");
                show::build(desk, &caller.actor, &again, &kept, draft)
            },
        )
        .await
}
