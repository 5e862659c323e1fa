//! `GET /penyelia/pelanggaran`: the causes of missed targets, and deciding about them.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::draft::Draft;
use super::super::form::Form;
use super::super::frame::Place;
use super::super::visitor::{Next, Page, Visitor};
use super::super::words::{Spoken, When, Word, number};
use super::{Tab, percent, tabs};
use crate::domain::people::{Actor, Role};
use crate::domain::sla::breach::{Compliance, Decision};
use crate::domain::sla::keeping::ClockKind;
use crate::services::sla::causes::{self, Verdict};
use crate::services::supervision::breaches::{self, Told};
use crate::services::{Desk, Error, Result};
use crate::store::breaches::Kept;

/// A cause.
#[derive(Debug, Serialize)]
struct Item {
    number: String,
    subject: Option<String>,
    opd: String,
    clock: Word,
    cause: Word,
    /// Whether approving takes the breach out of the adjusted figure.
    excuses: bool,
    explanation: Option<String>,
    proposer: String,
    proposed: When,
    decision: Word,
    decider: Option<String>,
    decided: Option<When>,
    address: String,
    /// Whether whoever looks may decide about it.
    may: bool,
    /// Whether it is the one whose form was refused.
    failed: bool,
}

/// How the targets of a clock were kept.
#[derive(Debug, Serialize)]
struct ClockLine {
    clock: Word,
    ended: String,
    breached: String,
    excused: String,
    measured: String,
    adjusted: String,
}

#[derive(Serialize)]
struct BreachesPage {
    tabs: Vec<Tab>,
    undecided: Vec<Item>,
    more: bool,
    decided: Vec<Item>,
    clocks: Vec<ClockLine>,
    month: String,
    draft: Draft,
}

impl Page for BreachesPage {
    const TEMPLATE: &'static str = "pages/supervision/breaches";
    const PLACE: Place = Place::Supervision;

    fn title(&self) -> String {
        "Penyebab pelanggaran · Penyelia".to_owned()
    }
}

/// `GET /penyelia/pelanggaran`
pub async fn show(visitor: Visitor) -> Answer {
    visitor.show(|desk, caller| build(desk, &caller.actor, Draft::default(), "")).await
}

fn build(desk: &Desk, actor: &Actor, draft: Draft, failed: &str) -> Result<BreachesPage> {
    let causes = breaches::run(desk, actor)?;
    let item = |told: &Told| item(desk, actor, told, failed);
    Ok(BreachesPage {
        tabs: tabs(desk, actor, "/penyelia/pelanggaran")?,
        undecided: causes.undecided.iter().map(item).collect(),
        more: causes.more,
        decided: causes.decided.iter().map(item).collect(),
        clocks: causes.kept.iter().map(clock_line).collect(),
        month: When::day(crate::services::supervision::month(desk)),
        draft,
    })
}

fn item(desk: &Desk, actor: &Actor, told: &Told, failed: &str) -> Item {
    let (row, now) = (&told.row, desk.now());
    let number = desk.prefix.number(row.ticket);
    let address = format!("/penyelia/pelanggaran/{number}/{}", row.kind.as_str());
    Item {
        subject: told.listed.ticket.subject.clone(),
        opd: told.listed.opd_name.clone(),
        clock: row.kind.word(),
        cause: row.cause.word(),
        excuses: row.cause.excuses(),
        explanation: told.explanation.clone(),
        proposer: told.proposer.clone(),
        proposed: When::of(row.proposed_at, now, desk.zone),
        decision: Word {
            code: if row.state == Decision::Approved { "resolved" } else { "rejected" },
            label: row.state.label(),
        },
        decider: told.decider.clone(),
        decided: row.decided_at.map(|at| When::of(at, now, desk.zone)),
        may: actor.has(Role::Supervisor) && row.state == Decision::Proposed && row.proposed_by != actor.id,
        failed: address == failed,
        address,
        number,
    }
}

fn clock_line((clock, kept): &(ClockKind, Kept)) -> ClockLine {
    let Compliance { raw, adjusted } = Compliance::of(kept.ended, kept.breached, kept.excused);
    let told = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), percent);
    ClockLine {
        clock: clock.word(),
        ended: number(kept.ended),
        breached: number(kept.breached),
        excused: number(kept.excused),
        measured: told(raw),
        adjusted: told(adjusted),
    }
}

/// What was decided.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Setujui,
    Tolak,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Decided {
    keputusan: Choice,
    #[serde(default)]
    reason: Option<String>,
}

/// `POST /penyelia/pelanggaran/{ticket}/{clock}`
pub async fn decide(visitor: Visitor, path: web::Path<(String, String)>, form: Form) -> Answer {
    let (number, clock) = path.into_inner();
    let ticket = visitor.ticket(&number)?;
    let failed = format!("/penyelia/pelanggaran/{number}/{clock}");
    visitor
        .submit(
            form,
            move |desk, caller, form| {
                let kind = ClockKind::parse(&clock).ok_or(Error::NotFound)?;
                let Decided { keputusan, reason } = form.input()?;
                let approved = matches!(keputusan, Choice::Setujui);
                causes::decide(desk, caller, ticket, kind, &Verdict { approved, reason })?;
                let news = if approved { "sebab-disetujui" } else { "sebab-ditolak" };
                Ok(Next::saying("/penyelia/pelanggaran", news))
            },
            move |desk, caller, draft| build(desk, &caller.actor, draft, &failed),
        )
        .await
}
