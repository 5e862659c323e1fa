//! `/admin/opd`: the OPDs with their Tier 1, and adding one.

use actix_web::web;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::draft::Draft;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::super::words::number;
use super::dates::day;
use super::section::{self, Choice, Section, yes_or_no};
use crate::domain::people::Appointment;
use crate::services::admin::appointments::{self, Staffed};
use crate::services::admin::{calendars, opds, policy, versions};
use crate::services::{Caller, Desk, Result};
use crate::store::directory::Appointed;

/// Which OPDs.
#[derive(Debug, Default, Deserialize)]
pub struct Query {
    hanya: Option<String>,
}

/// Somebody of Tier 1 with the letter.
#[derive(Serialize)]
pub struct Agent {
    id: i64,
    name: String,
    letter: String,
    /// `good`, `near` or `over`.
    tone: &'static str,
    /// Until when it holds.
    until: String,
}

impl Agent {
    /// Of an appointment, on a day.
    pub fn of(one: &Appointed, today: NaiveDate) -> Self {
        let Appointment { letter_number, letter_on, valid_until } = &one.grant.appointment;
        let letter = match (letter_number, letter_on) {
            (Some(letter), Some(on)) => format!("SK {letter}, {}", day(*on)),
            (Some(letter), None) => format!("SK {letter}"),
            (None, Some(on)) => format!("SK tanpa nomor, {}", day(*on)),
            (None, None) => "tanpa SK".to_owned(),
        };
        let (tone, until) = match valid_until {
            None => ("good", "tanpa batas waktu".to_owned()),
            Some(last) if *last < today => ("over", format!("berakhir {}", day(*last))),
            Some(last) if (*last - today).num_days() <= 30 => ("near", format!("sampai {}", day(*last))),
            Some(last) => ("good", format!("sampai {}", day(*last))),
        };
        Self { id: one.grant.person.0, name: one.name.clone(), letter, tone, until }
    }
}

#[derive(Serialize)]
struct Row {
    id: i64,
    code: String,
    name: String,
    kind: String,
    independent: bool,
    active: bool,
    calendar: String,
    has_desk: bool,
    tier1: Vec<Agent>,
}

#[derive(Serialize)]
struct OpdsPage {
    rows: Vec<Row>,
    count: String,
    /// Active ones without Tier 1.
    missing: Option<String>,
    shown: Vec<Choice>,
}

impl Section for OpdsPage {
    const TEMPLATE: &'static str = "pages/admin/opds";
    const PART: &'static str = "/admin/opd";

    fn title(&self) -> String {
        "Perangkat daerah".to_owned()
    }
}

/// The names of the calendars that OPDs have, by OPD, and of the one for all others.
pub fn calendars_of(desk: &Desk) -> Result<(Vec<(i64, String)>, String)> {
    let rules: crate::domain::sla::policy::Policy = versions::current(&policy::versions(desk)?)?.rules()?;
    let known = calendars::list(desk)?;
    let name = |id: i64| known.iter().find(|one| one.row.id == id).map(|one| one.row.name.clone()).unwrap_or_default();
    let own = rules.calendars.opds.iter().map(|own| (own.opd_id, name(own.calendar_id))).collect();
    Ok((own, name(rules.calendars.default_id)))
}

/// `GET /admin/opd`
pub async fn show(visitor: Visitor, query: web::Query<Query>) -> Answer {
    let only = query.into_inner().hanya;
    section::show(visitor, move |desk, caller| list(desk, caller, only.as_deref())).await
}

fn list(desk: &Desk, caller: &Caller, only: Option<&str>) -> Result<OpdsPage> {
    let all = appointments::list(desk, &caller.actor)?;
    let (own, usual) = calendars_of(desk)?;
    let missing = all.iter().filter(|one| one.opd.active && !one.has_desk).count();
    let wanted = |one: &&Staffed| match only {
        Some("tanpa-tier-1") => one.opd.active && !one.has_desk,
        Some("mandiri") => one.opd.independent_ict,
        Some("nonaktif") => !one.opd.active,
        _ => true,
    };
    let today = desk.today();
    let row = |one: &Staffed| Row {
        id: one.opd.id,
        code: one.opd.code.clone(),
        name: one.opd.name.clone(),
        kind: one.opd.kind.replace('_', " "),
        independent: one.opd.independent_ict,
        active: one.opd.active,
        calendar: own.iter().find(|(opd, _)| *opd == one.opd.id).map_or(usual.clone(), |(_, name)| name.clone()),
        has_desk: one.has_desk,
        tier1: one.tier1.iter().map(|agent| Agent::of(agent, today)).collect(),
    };
    let rows: Vec<_> = all.iter().filter(wanted).map(row).collect();
    let choice = |code, label| Choice::or_chosen(code, label, only.or(Some("")));
    Ok(OpdsPage {
        count: number(i64::try_from(rows.len()).unwrap_or(i64::MAX)),
        rows,
        missing: (missing > 0).then(|| missing.to_string()),
        shown: vec![
            choice("", "Semua"),
            choice("tanpa-tier-1", "Tanpa Tier 1"),
            choice("mandiri", "PD Mandiri TIK"),
            choice("nonaktif", "Nonaktif"),
        ],
    })
}

#[derive(Serialize)]
struct NewOpdPage {
    draft: Draft,
    yes_or_no: Vec<Choice>,
}

impl Section for NewOpdPage {
    const TEMPLATE: &'static str = "pages/admin/opd_new";
    const PART: &'static str = "/admin/opd";

    fn title(&self) -> String {
        "Tambah perangkat daerah".to_owned()
    }
}

fn blank() -> Draft {
    Draft::with([("kind", "dinas".to_owned()), ("independent_ict", "false".to_owned())])
}

/// `GET /admin/opd/baru`
pub async fn begin(visitor: Visitor) -> Answer {
    section::edit(visitor, |_, _| Ok(NewOpdPage { draft: blank(), yes_or_no: yes_or_no() })).await
}

/// `POST /admin/opd/baru`
pub async fn add(visitor: Visitor, form: Form) -> Answer {
    section::submit(
        visitor,
        form,
        |desk, caller, form| {
            let added = opds::add(desk, caller, &form.input()?)?;
            Ok(Next::saying(format!("/admin/opd/{}", added.id), "opd-ditambah"))
        },
        |_, _, draft| Ok(NewOpdPage { draft, yes_or_no: yes_or_no() }),
    )
    .await
}
