//! `/laporan/penerima`: who gets which reports by mail.

use actix_web::web;
use serde::Serialize;

use super::super::Answer;
use super::super::draft::Draft;
use super::super::fault::Fault;
use super::super::form::Form;
use super::super::frame::Place;
use super::super::visitor::{Next, Page, Visitor};
use crate::domain::people::Actor;
use crate::services::reports::list as listing;
use crate::services::reports::recipients::{self, Attached};
use crate::services::reports::schedule::Moment;
use crate::services::{Desk, Result};
use crate::store::report_recipients::RecipientRow;

const AT: &str = "/laporan/penerima";

/// A recipient.
#[derive(Debug, Serialize)]
struct Line {
    id: i64,
    name: String,
    email: String,
    /// Whether it is an office beside the desk.
    beside: bool,
    whose: String,
    moment: &'static str,
    forms: String,
}

/// A choice of a form.
#[derive(Debug, Serialize)]
struct Choice {
    code: String,
    label: String,
    chosen: bool,
}

#[derive(Serialize)]
struct RecipientsPage {
    lines: Vec<Line>,
    opds: Vec<Choice>,
    moments: Vec<Choice>,
    formats: Vec<Choice>,
    domains: String,
    /// Whether whoever looks may add and remove.
    may: bool,
    draft: Draft,
}

impl Page for RecipientsPage {
    const TEMPLATE: &'static str = "pages/reports/recipients";
    const PLACE: Place = Place::Reports;

    fn title(&self) -> String {
        "Penerima laporan".to_owned()
    }
}

/// `GET /laporan/penerima`
pub async fn show(visitor: Visitor) -> Answer {
    visitor.show(|desk, caller| build(desk, &caller.actor, Draft::default())).await
}

/// `POST /laporan/penerima`
pub async fn add(visitor: Visitor, form: Form) -> Answer {
    visitor
        .submit(
            form,
            |desk, caller, form| {
                recipients::add(desk, caller, &form.input()?)?;
                Ok(Next::saying(AT, "penerima-ditambah"))
            },
            |desk, caller, draft| build(desk, &caller.actor, draft),
        )
        .await
}

/// `POST /laporan/penerima/{id}/hapus`
pub async fn remove(visitor: Visitor, id: web::Path<String>, form: Form) -> Answer {
    let id: i64 = id.parse().map_err(|_| Fault::not_found())?;
    visitor
        .submit(
            form,
            move |desk, caller, _| {
                recipients::remove(desk, caller, id)?;
                Ok(Next::saying(AT, "penerima-dihapus"))
            },
            |desk, caller, draft| build(desk, &caller.actor, draft),
        )
        .await
}

fn build(desk: &Desk, actor: &Actor, draft: Draft) -> Result<RecipientsPage> {
    let rows = recipients::list(desk, actor)?;
    let typed = |name: &str| draft.values.get(name).map(String::as_str).unwrap_or_default();
    let choice =
        |code: &str, label: &str, chosen: bool| Choice { code: code.to_owned(), label: label.to_owned(), chosen };
    let opds = listing::opds(desk)?.into_iter();
    let opds = opds.map(|(_, named)| choice(&named.code, &named.name, typed("opd") == named.code));
    Ok(RecipientsPage {
        lines: rows.into_iter().map(|row| line(desk, row)).collect(),
        opds: opds.collect(),
        moments: Moment::ALL.iter().map(|m| choice(m.as_str(), moment(*m), typed("moment") == m.as_str())).collect(),
        formats: Attached::ALL.iter().map(|f| choice(f.as_str(), format(*f), *f == Attached::Pdf)).collect(),
        domains: desk.config.reports.recipient_domains.join(", "),
        may: recipients::may_change(actor),
        draft,
    })
}

fn line(desk: &Desk, row: RecipientRow) -> Line {
    let forms: Vec<&str> = row.forms.split(' ').filter_map(Attached::parse).map(format).collect();
    Line {
        id: row.id,
        name: row.called().to_owned(),
        beside: row.person_id.is_none(),
        email: row.email.or(row.address).unwrap_or_default(),
        whose: row.opd.unwrap_or_else(|| desk.config.tenant.all_opds()),
        moment: Moment::parse(&row.moment).map_or("", moment),
        forms: forms.join(", "),
    }
}

fn moment(moment: Moment) -> &'static str {
    match moment {
        Moment::Frozen => "Saat dibekukan",
        Moment::Signed => "Saat ditandatangani",
    }
}

fn format(form: Attached) -> &'static str {
    match form {
        Attached::Pdf => "PDF",
        Attached::Xlsx => "XLSX",
    }
}
