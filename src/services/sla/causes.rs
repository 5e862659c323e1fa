//! Causes of breaches: those who worked on the ticket propose, supervision decides.

use serde::Deserialize;
use serde_json::json;

use super::keep::replay;
use crate::domain::conversation::MessageKind;
use crate::domain::event::EventKind;
use crate::domain::ids::{OpdId, PersonId, TicketId};
use crate::domain::people::{Actor, Role};
use crate::domain::permission::Action;
use crate::domain::sla::breach::{Cause, Decision};
use crate::domain::sla::keeping::ClockKind;
use crate::domain::text::Body;
use crate::domain::{Instant, Refusal};
use crate::services::fields::one;
use crate::services::tickets::Done;
use crate::services::work::{Details, load};
use crate::services::{Caller, Desk, Error, Result, Work};
use crate::store::breaches::{self, BreachRow, Kept};
use crate::store::{clocks, messages, people};

/// Why a target was missed.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ExplainBreach)]
pub struct Input {
    pub cause: Cause,
    /// What happened.
    #[schema(min_length = 1, max_length = 20000)]
    pub explanation: String,
}

/// What supervision says to it.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DecideBreach)]
pub struct Verdict {
    pub approved: bool,
    /// Why; needed for a refusal.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 20000)]
    pub reason: Option<String>,
}

/// Proposes a cause; a later proposal replaces one that is not approved.
pub fn propose(desk: &Desk, caller: &Caller, id: TicketId, kind: ClockKind, input: &Input) -> Result<Done> {
    let explanation = one("/explanation", Body::parse(&input.explanation))?;
    desk.act(caller, |work| {
        let loaded = work.load(&caller.actor, id, Action::ExplainBreach)?;
        let (round, known) = breached(work, id, kind)?;
        if known.is_some_and(|row| row.state == Decision::Approved) {
            return Err(Refusal::BreachDecided.into());
        }
        let text = work.text(id, MessageKind::InternalReason, Some(caller.actor.id), &explanation)?;
        let row = BreachRow {
            ticket: id,
            kind,
            round,
            cause: input.cause,
            explanation: text.id,
            proposed_by: caller.actor.id,
            proposed_at: work.now,
            state: Decision::Proposed,
            decided_by: None,
            decided_at: None,
        };
        breaches::put(work.tx, &row)?;
        let mut after = loaded.ticket.clone();
        let fact = json!({"clock": kind, "round": round, "cause": input.cause});
        let details = Details::none().text(text).with("breach", fact);
        work.record(EventKind::BreachExplained, Some(caller.actor.id), &loaded.ticket, &mut after, details)?;
        Ok(Done { version: after.version })
    })
}

/// Decides about a proposed cause. Nobody decides about their own.
pub fn decide(desk: &Desk, caller: &Caller, id: TicketId, kind: ClockKind, verdict: &Verdict) -> Result<Done> {
    let reason = verdict.reason.as_deref().map(|reason| one("/reason", Body::parse(reason))).transpose()?;
    if reason.is_none() && !verdict.approved {
        return Err(Error::field("/reason", "required", "tulis alasan mengapa penyebab ini ditolak"));
    }
    desk.act(caller, |work| {
        let loaded = work.load(&caller.actor, id, Action::DecideBreach)?;
        let (round, known) = breached(work, id, kind)?;
        let mut row = known.ok_or(Refusal::NoBreachCause)?;
        if row.state != Decision::Proposed {
            return Err(Refusal::BreachDecided.into());
        }
        if row.proposed_by == caller.actor.id {
            return Err(Refusal::OwnProposal.into());
        }
        row.state = if verdict.approved { Decision::Approved } else { Decision::Refused };
        (row.decided_by, row.decided_at) = (Some(caller.actor.id), Some(work.now));
        breaches::put(work.tx, &row)?;
        let mut after = loaded.ticket.clone();
        let fact = json!({"clock": kind, "round": round, "cause": row.cause, "decision": row.state});
        let mut details = Details::none().with("breach", fact);
        if let Some(reason) = &reason {
            let text = work.text(id, MessageKind::InternalReason, Some(caller.actor.id), reason)?;
            details = details.text(text);
        }
        work.record(EventKind::BreachDecided, Some(caller.actor.id), &loaded.ticket, &mut after, details)?;
        Ok(Done { version: after.version })
    })
}

/// What was said about the breach of a clock, for people to read.
#[derive(Clone, Debug)]
pub struct Said {
    pub row: BreachRow,
    /// Nothing if it was erased.
    pub explanation: Option<String>,
    pub proposed_by: String,
    pub decided_by: Option<String>,
}

/// What was said about a breach, for those who read internal matters.
pub fn said(desk: &Desk, actor: &Actor, row: &BreachRow) -> Result<Said> {
    desk.read(|conn| {
        load(conn, actor, row.ticket, Action::ReadInternal)?;
        let people: Vec<PersonId> = [Some(row.proposed_by), row.decided_by].into_iter().flatten().collect();
        let names = people::names(conn, &people)?;
        let name = |person: PersonId| names.get(&person).cloned().unwrap_or_default();
        Ok(Said {
            explanation: messages::by_id(conn, row.ticket, row.explanation)?.and_then(|text| text.body),
            proposed_by: name(row.proposed_by),
            decided_by: row.decided_by.map(name),
            row: row.clone(),
        })
    })
}

/// The round of a clock that is over its target, with what was said about it.
fn breached(work: &mut Work<'_, '_>, id: TicketId, kind: ClockKind) -> Result<(i64, Option<BreachRow>)> {
    let rules = work.rules()?;
    let mut clocks = replay(&rules, &clocks::ledger(work.tx, id)?)?;
    let clock = clocks.remove(&kind).filter(|_| kind.is_promise()).ok_or(Error::NotFound)?.clock;
    if !clock.is_breached(work.now.timestamp()) {
        return Err(Refusal::NotBreached.into());
    }
    let known = breaches::of_ticket(work.tx, id)?;
    Ok((clock.round, known.into_iter().find(|row| row.kind == kind && row.round == clock.round)))
}

/// What waits for a decision; for supervisors.
pub fn undecided(desk: &Desk, actor: &Actor, after: i64, limit: i64) -> Result<Vec<BreachRow>> {
    if !actor.has(Role::Supervisor) {
        return Err(Error::Forbidden);
    }
    desk.read(|conn| Ok(breaches::undecided(conn, TicketId(after), limit)?))
}

/// How many targets were kept, by clock: of one's own desk, or of all for supervision and audit.
pub fn compliance(
    desk: &Desk,
    actor: &Actor,
    opd: Option<OpdId>,
    between: (Instant, Instant),
) -> Result<Vec<(ClockKind, Kept)>> {
    let oversight = actor.has(Role::Supervisor) || actor.has(Role::Auditor);
    let own = (actor.has(Role::Tier1Agent) || actor.has(Role::OpdHead)).then_some(actor.opd);
    let opd = match opd {
        _ if oversight => opd,
        None if own.is_some() => own,
        Some(opd) if own == Some(opd) => own,
        _ => return Err(Error::Forbidden),
    };
    let promises = ClockKind::ALL.iter().copied().filter(|kind| kind.is_promise());
    desk.read(|conn| promises.map(|kind| Ok((kind, breaches::compliance(conn, kind, opd, between)?))).collect())
}
