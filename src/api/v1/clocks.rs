//! Clocks of a ticket, why they stand as they do, and why targets were missed.

use actix_web::{get, post, put, web};
use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::tickets::PageQuery;
use super::{Answer, READ_TICKETS, act, ok};
use crate::domain::ids::OpdId;
use crate::domain::sla::breach::{Cause, Compliance, Decision};
use crate::domain::sla::clock::{Act, State};
use crate::domain::sla::explain::Holder;
use crate::domain::sla::keeping::ClockKind;
use crate::domain::sla::target::Target;
use crate::domain::ticket::Status;
use crate::http::{Body, Problem, Query, Request, page};
use crate::services::sla::view::{ClockSeen, Explanation, LedgerLine, Stretch};
use crate::services::sla::{causes, view};
use crate::services::{Desk, Error};
use crate::store::breaches::{BreachRow, Kept};
use crate::store::clocks::Rung;

/// A clock of a ticket.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClockView {
    pub clock: ClockKind,
    /// How often it was started.
    pub round: i64,
    pub state: State,
    /// When the state began.
    pub since: DateTime<Utc>,
    pub target: Target,
    /// The target in seconds as far as it is known: of working time, or of the wall clock for hours of that.
    pub target_seconds: Option<i64>,
    /// Used up to now.
    pub consumed_seconds: i64,
    /// Left until it is due; negative once over; null while it stands still.
    pub remaining_seconds: Option<i64>,
    /// Null while it stands still before its target is used up.
    pub due_at: Option<DateTime<Utc>>,
    pub breached: bool,
    /// What was said about missing it.
    pub breach: Option<BreachView>,
    /// Every entry, oldest first; replaying them gives the rest.
    pub ledger: Vec<LedgerView>,
    pub alarms: Vec<AlarmView>,
}

/// An entry of a clock's ledger.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LedgerView {
    pub act: Act,
    pub at: DateTime<Utc>,
    /// The kind of the event that caused it, and its sequence number in the history.
    pub cause: String,
    pub event: i64,
    /// Null for the program itself.
    pub actor_id: Option<i64>,
    pub target: Option<Target>,
    pub calendar_version: Option<i64>,
    pub policy_version: Option<i64>,
}

/// An alarm that rang.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AlarmView {
    pub round: i64,
    /// Of the target.
    pub percent: i64,
    /// When it should have rung.
    pub due_at: DateTime<Utc>,
    /// When it rang.
    pub at: DateTime<Utc>,
}

/// Why a target was missed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BreachView {
    /// The ticket's number.
    pub ticket: String,
    pub clock: ClockKind,
    pub round: i64,
    pub cause: Cause,
    /// The text of the conversation that explains it.
    pub explanation_id: i64,
    pub proposed_by_id: i64,
    pub proposed_at: DateTime<Utc>,
    pub state: Decision,
    pub decided_by_id: Option<i64>,
    pub decided_at: Option<DateTime<Utc>>,
}

impl BreachView {
    fn of(desk: &Desk, row: BreachRow) -> Self {
        Self {
            ticket: desk.prefix.number(row.ticket),
            clock: row.kind,
            round: row.round,
            cause: row.cause,
            explanation_id: row.explanation.0,
            proposed_by_id: row.proposed_by.0,
            proposed_at: row.proposed_at,
            state: row.state,
            decided_by_id: row.decided_by.map(i64::from),
            decided_at: row.decided_at,
        }
    }
}

impl From<LedgerLine> for LedgerView {
    fn from(line: LedgerLine) -> Self {
        Self {
            act: line.act,
            at: line.at,
            cause: line.cause,
            event: line.event,
            actor_id: line.actor.map(i64::from),
            target: line.terms.map(|terms| terms.target),
            calendar_version: line.terms.map(|terms| terms.calendar),
            policy_version: line.terms.map(|terms| terms.policy),
        }
    }
}

impl From<Rung> for AlarmView {
    fn from(rung: Rung) -> Self {
        Self { round: rung.round, percent: rung.percent, due_at: rung.due_at, at: rung.at }
    }
}

impl ClockView {
    fn of(desk: &Desk, seen: ClockSeen) -> Self {
        Self {
            clock: seen.kind,
            round: seen.round,
            state: seen.state,
            since: seen.since,
            target: seen.target,
            target_seconds: seen.target_seconds,
            consumed_seconds: seen.consumed_seconds,
            remaining_seconds: seen.remaining_seconds,
            due_at: seen.due_at,
            breached: seen.breached,
            breach: seen.breach.map(|row| BreachView::of(desk, row)),
            ledger: seen.ledger.into_iter().map(LedgerView::from).collect(),
            alarms: seen.alarms.into_iter().map(AlarmView::from).collect(),
        }
    }
}

/// The clocks of a ticket.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClockList {
    pub items: Vec<ClockView>,
}

/// Read a ticket's clocks
///
/// A requester sees what is promised to them: response and resolution, without the ledger.
#[utoipa::path(tag = "service levels", operation_id = "list_clocks", responses((status = 200, body = ClockList)))]
#[get("/tickets/{ticket}/clocks")]
pub async fn list(request: Request, ticket: web::Path<String>) -> Answer {
    let id = request.ticket(&ticket)?;
    let view = request
        .run(READ_TICKETS, move |desk, caller| {
            let clocks = view::clocks(desk, &caller.actor, id)?;
            Ok(ClockList { items: clocks.into_iter().map(|clock| ClockView::of(desk, clock)).collect() })
        })
        .await?;
    ok(view)
}

/// A stretch of time in which nothing changes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StretchView {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// Whether it is working time.
    pub working: bool,
    pub state: State,
    /// In whose hands the ticket was.
    pub holder: Holder,
    /// The kind of the event that brought it there, the status that it left, and who did it.
    pub cause: String,
    pub status: Option<Status>,
    pub actor: Option<String>,
    /// Used up in it.
    pub consumed_seconds: i64,
    /// Used up at its end.
    pub total_seconds: i64,
    /// Left at its end; negative once over.
    pub remaining_seconds: Option<i64>,
}

/// How much was used up in whose hands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ShareView {
    pub holder: Holder,
    pub seconds: i64,
}

/// Why a clock stands as it does.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExplanationView {
    pub clock: ClockView,
    /// In a sentence, in Bahasa Indonesia.
    pub summary: String,
    pub stretches: Vec<StretchView>,
    /// Most first.
    pub shares: Vec<ShareView>,
}

impl StretchView {
    fn of(stretch: Stretch) -> Option<Self> {
        let segment = stretch.segment;
        Some(Self {
            from: DateTime::from_timestamp(segment.from, 0)?,
            to: DateTime::from_timestamp(segment.to, 0)?,
            working: segment.working,
            state: segment.state,
            holder: segment.holder,
            cause: stretch.cause,
            status: stretch.status,
            actor: stretch.actor,
            consumed_seconds: segment.consumed,
            total_seconds: segment.total,
            remaining_seconds: stretch.remaining_seconds,
        })
    }
}

impl ExplanationView {
    fn of(desk: &Desk, explanation: Explanation) -> Self {
        Self {
            summary: explanation.summary(),
            clock: ClockView::of(desk, explanation.clock),
            stretches: explanation.stretches.into_iter().filter_map(StretchView::of).collect(),
            shares: explanation.shares.into_iter().map(|(holder, seconds)| ShareView { holder, seconds }).collect(),
        }
    }
}

fn kind(text: &str) -> Result<ClockKind, Problem> {
    ClockKind::parse(text).ok_or_else(Problem::not_found)
}

/// Explain a clock: why is it late
///
/// Its life cut into stretches of time, each of which is working time or not, running or not, in somebody's
/// hands, for a reason.
#[utoipa::path(tag = "service levels", operation_id = "explain_clock", responses((status = 200, body = ExplanationView)))]
#[get("/tickets/{ticket}/clocks/{clock}/explanation")]
pub async fn explain(request: Request, path: web::Path<(String, String)>) -> Answer {
    let (ticket, clock) = path.into_inner();
    let (id, kind) = (request.ticket(&ticket)?, kind(&clock)?);
    let view = request
        .run(READ_TICKETS, move |desk, caller| {
            Ok(ExplanationView::of(desk, view::explanation(desk, &caller.actor, id, kind)?))
        })
        .await?;
    ok(view)
}

/// Say why a target was missed
///
/// A proposal, about which supervision decides. Until then it can be replaced.
#[utoipa::path(tag = "service levels", operation_id = "explain_breach", request_body = causes::Input,
    responses((status = 200, body = super::views::TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[put("/tickets/{ticket}/clocks/{clock}/breach")]
pub async fn propose(request: Request, path: web::Path<(String, String)>, body: Body<causes::Input>) -> Answer {
    let (ticket, clock) = path.into_inner();
    let kind = kind(&clock)?;
    act(request, &ticket, body, move |desk, caller, id, input| causes::propose(desk, caller, id, kind, input)).await
}

/// Decide about the cause of a breach
///
/// For supervisors, about what others proposed. An approved cause outside the service takes the breach out of
/// adjusted compliance.
#[utoipa::path(tag = "service levels", operation_id = "decide_breach", request_body = causes::Verdict,
    responses((status = 200, body = super::views::TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[post("/tickets/{ticket}/clocks/{clock}/breach/decision")]
pub async fn decide(request: Request, path: web::Path<(String, String)>, body: Body<causes::Verdict>) -> Answer {
    let (ticket, clock) = path.into_inner();
    let kind = kind(&clock)?;
    act(request, &ticket, body, move |desk, caller, id, input| causes::decide(desk, caller, id, kind, input)).await
}

/// A page of causes that wait for a decision.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BreachPage {
    pub items: Vec<BreachView>,
    pub next: Option<String>,
}

/// List causes that wait for a decision
///
/// For supervisors, by ticket. Not of confidential tickets.
#[utoipa::path(tag = "service levels", operation_id = "list_undecided_breaches", params(PageQuery),
    responses((status = 200, body = BreachPage), (status = 422, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[get("/breaches")]
pub async fn undecided(request: Request, query: Query<PageQuery>) -> Answer {
    let view = request
        .run(READ_TICKETS, move |desk, caller| {
            let limit = page::limit(query.0.limit)?;
            let after = page::after(query.0.cursor.as_deref())?;
            let rows = causes::undecided(desk, &caller.actor, after, limit + 1)?;
            // A page has whole tickets, so that none of their causes falls between two pages.
            let tickets = rows.chunk_by(|a, b| a.ticket == b.ticket).map(<[_]>::to_vec).collect();
            let (tickets, next) = page::split(tickets, limit, |rows| rows.first().map_or(0, |row| row.ticket.0));
            let shown = tickets.into_iter().flatten().map(|row| BreachView::of(desk, row));
            Ok(BreachPage { items: shown.collect(), next })
        })
        .await?;
    ok(view)
}

/// Of which time and OPD.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ComplianceQuery {
    from: DateTime<Utc>,
    /// Not included.
    before: DateTime<Utc>,
    /// One's own for a desk; all if absent for supervision and audit.
    opd_id: Option<i64>,
}

/// How many targets of a clock were kept.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ComplianceView {
    pub clock: ClockKind,
    /// Clocks that came to their end in that time; what was cancelled, rejected or merged does not count.
    pub ended: i64,
    pub breached: i64,
    /// Of the breached: for an approved cause outside the service.
    pub excused: i64,
    /// Percent kept; null if none ended.
    pub raw: Option<f64>,
    /// Percent kept without the excused.
    pub adjusted: Option<f64>,
}

/// Compliance by clock.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ComplianceList {
    pub items: Vec<ComplianceView>,
}

/// Read how many targets were kept
#[utoipa::path(tag = "service levels", operation_id = "read_compliance", params(ComplianceQuery),
    responses((status = 200, body = ComplianceList), (status = 422, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[get("/service-levels/compliance")]
pub async fn compliance(request: Request, query: Query<ComplianceQuery>) -> Answer {
    let view = request
        .run(READ_TICKETS, move |desk, caller| {
            let ComplianceQuery { from, before, opd_id } = query.0;
            for (pointer, at) in [("/from", from), ("/before", before)] {
                if !(0..=9999).contains(&at.year()) {
                    return Err(Error::field(pointer, "out_of_range", "tahun 0 sampai 9999"));
                }
            }
            let all = causes::compliance(desk, &caller.actor, opd_id.map(OpdId), (from, before))?;
            let shown = |(clock, Kept { ended, breached, excused })| {
                let Compliance { raw, adjusted } = Compliance::of(ended, breached, excused);
                ComplianceView { clock, ended, breached, excused, raw, adjusted }
            };
            Ok(ComplianceList { items: all.into_iter().map(shown).collect() })
        })
        .await?;
    ok(view)
}
