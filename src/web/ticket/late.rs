//! `GET /tiket/{number}/mengapa-terlambat`: where the time of a clock went, and what is said about its breach.

use actix_web::web;
use serde::Serialize;

use super::super::Answer;
use super::super::draft::Draft;
use super::super::fault::Fault;
use super::super::form::Form;
use super::super::frame::Place;
use super::super::visitor::{Next, Page, Visitor};
use super::super::words::{Spoken, When, Word};
use super::timeline::{Drawing, drawing, stretches};
use crate::domain::ids::TicketId;
use crate::domain::people::Actor;
use crate::domain::permission::{Action, may};
use crate::domain::sla::breach::{Cause, Decision};
use crate::domain::sla::keeping::ClockKind;
use crate::services::sla::causes::{self, Said, Verdict};
use crate::services::sla::view::{self, ClockSeen, spell};
use crate::services::tickets::read;
use crate::services::{Caller, Desk, Error, Result};

/// The clocks as addresses name them.
const NAMES: [(ClockKind, &str); 6] = [
    (ClockKind::Response, "tanggapan"),
    (ClockKind::Resolution, "penyelesaian"),
    (ClockKind::Tier1, "tier-1"),
    (ClockKind::Tier2Accept, "penerimaan-tier-2"),
    (ClockKind::Tier2, "tier-2"),
    (ClockKind::Legal, "hukum"),
];

fn name(kind: ClockKind) -> &'static str {
    NAMES.iter().find(|(known, _)| *known == kind).map_or("penutupan", |(_, name)| name)
}

/// What the page is called, as links to it say as well.
pub(super) fn heading(over: bool) -> &'static str {
    if over { "Mengapa terlambat?" } else { "Ke mana waktunya?" }
}

fn kind(name: &str) -> std::result::Result<ClockKind, Fault> {
    NAMES.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind).ok_or_else(Fault::not_found)
}

/// A clock that can be looked at.
#[derive(Serialize)]
struct Tab {
    href: String,
    label: &'static str,
    over: bool,
    current: bool,
}

/// How much was used up in whose hands.
#[derive(Serialize)]
struct Share {
    label: &'static str,
    code: &'static str,
    time: String,
    percent: i64,
}

/// What is said about the breach.
#[derive(Serialize)]
struct Told {
    cause: &'static str,
    explanation: Option<String>,
    by: String,
    at: When,
    state: Word,
    decided_by: Option<String>,
}

#[derive(Serialize)]
struct LatePage {
    heading: &'static str,
    number: String,
    subject: Option<String>,
    clock: &'static str,
    summary: String,
    breached: bool,
    tabs: Vec<Tab>,
    drawing: Drawing,
    stretches: Vec<super::timeline::Line>,
    /// Whether the table is short enough to be open from the start.
    short: bool,
    shares: Vec<Share>,
    told: Option<Told>,
    causes: Vec<Word>,
    /// Where the forms go; nothing if there is none for whoever looks.
    explain: Option<String>,
    decide: Option<String>,
    draft: Draft,
}

impl Page for LatePage {
    const TEMPLATE: &'static str = "pages/ticket/late";
    const PLACE: Place = Place::Queue;

    fn title(&self) -> String {
        format!("{} {}", self.heading, self.number)
    }
}

/// Shows the clock that matters most: the first that is over, else that of the resolution.
pub async fn first(visitor: Visitor, number: web::Path<String>) -> Answer {
    let id = visitor.ticket(&number)?;
    visitor
        .show(move |desk, caller| {
            let clocks = view::clocks(desk, &caller.actor, id)?;
            let over = clocks.iter().find(|clock| clock.breached).map(|clock| clock.kind);
            build(desk, &caller.actor, id, over.unwrap_or(ClockKind::Resolution), Draft::default())
        })
        .await
}

/// Shows one clock.
pub async fn show(visitor: Visitor, path: web::Path<(String, String)>) -> Answer {
    let (number, clock) = path.into_inner();
    let (id, kind) = (visitor.ticket(&number)?, kind(&clock)?);
    visitor.show(move |desk, caller| build(desk, &caller.actor, id, kind, Draft::default())).await
}

/// `POST /tiket/{number}/mengapa-terlambat/{clock}/{verb}`: `penyebab` explains, `putusan` decides.
pub async fn submit(visitor: Visitor, path: web::Path<(String, String, String)>, form: Form) -> Answer {
    let (number, clock, verb) = path.into_inner();
    let (id, kind) = (visitor.ticket(&number)?, kind(&clock)?);
    let act = move |desk: &Desk, caller: &Caller, form: &Form| {
        match verb.as_str() {
            "penyebab" => causes::propose(desk, caller, id, kind, &form.input()?)?,
            "putusan" => {
                let approved = form.get("putusan") == Some("setuju");
                let reason = form.get("reason").filter(|reason| !reason.trim().is_empty()).map(str::to_owned);
                causes::decide(desk, caller, id, kind, &Verdict { approved, reason })?
            }
            _ => return Err(Error::NotFound),
        };
        let number = desk.prefix.number(id);
        Ok(Next::saying(format!("/tiket/{number}/mengapa-terlambat/{}", name(kind)), format!("t-{verb}")))
    };
    let again = move |desk: &Desk, caller: &Caller, draft| build(desk, &caller.actor, id, kind, draft);
    visitor.submit(form, act, again).await
}

fn build(desk: &Desk, actor: &Actor, id: TicketId, kind: ClockKind, draft: Draft) -> Result<LatePage> {
    let explanation = view::explanation(desk, actor, id, kind)?;
    let seen = read::run(desk, actor, id)?;
    let clocks = view::clocks(desk, actor, id)?;
    let (number, now) = (desk.prefix.number(id), desk.now());
    let allows = |action| may(&seen.relations, action).is_ok();
    let clock = &explanation.clock;
    let said = clock.breach.as_ref().map(|row| causes::said(desk, actor, row)).transpose()?;
    let state = said.as_ref().map(|said| said.row.state);
    let base = format!("/tiket/{number}/mengapa-terlambat/{}", name(kind));
    let own = said.as_ref().is_some_and(|said| said.row.proposed_by == actor.id);
    let may_explain = clock.breached && allows(Action::ExplainBreach) && state != Some(Decision::Approved);
    let may_decide = allows(Action::DecideBreach) && state == Some(Decision::Proposed) && !own;
    let lines = stretches(desk, now, &explanation);
    let whole: i64 = explanation.shares.iter().map(|(_, seconds)| seconds).sum();
    Ok(LatePage {
        heading: heading(clocks.iter().any(|clock| clock.breached)),
        tabs: tabs(&number, &clocks, kind),
        subject: seen.listed.ticket.subject.clone(),
        clock: kind.label(),
        summary: explanation.summary(),
        breached: clock.breached,
        drawing: drawing(desk, now, &explanation),
        short: lines.len() <= 40,
        stretches: lines,
        shares: explanation
            .shares
            .iter()
            .map(|(holder, seconds)| Share {
                label: holder.label(),
                code: holder.as_str(),
                time: spell(*seconds),
                percent: seconds * 100 / whole.max(1),
            })
            .collect(),
        told: said.map(|said| told(desk, said)),
        causes: Cause::choices(),
        explain: may_explain.then(|| format!("{base}/penyebab")),
        decide: may_decide.then(|| format!("{base}/putusan")),
        draft,
        number,
    })
}

fn told(desk: &Desk, said: Said) -> Told {
    Told {
        cause: said.row.cause.label(),
        explanation: said.explanation,
        by: said.proposed_by,
        at: When::of(said.row.proposed_at, desk.now(), desk.zone),
        state: said.row.state.word(),
        decided_by: said.decided_by,
    }
}

fn tabs(number: &str, clocks: &[ClockSeen], current: ClockKind) -> Vec<Tab> {
    let promised = clocks.iter().filter(|clock| clock.kind.is_promise());
    let tab = |clock: &ClockSeen| Tab {
        href: format!("/tiket/{number}/mengapa-terlambat/{}", name(clock.kind)),
        label: clock.kind.label(),
        over: clock.breached,
        current: clock.kind == current,
    };
    promised.map(tab).collect()
}
