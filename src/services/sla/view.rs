//! How the clocks of a ticket stand, and why: for those who work on it all of them, for a requester what
//! is promised to them.

use std::collections::BTreeMap;

use super::keep::{Running, entries, instant, replay};
use crate::domain::Instant;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::people::Actor;
use crate::domain::permission::{Action, may};
use crate::domain::sla::clock::{Act, State, Terms};
use crate::domain::sla::explain::{Holder, Mark, Segment, segments, shares};
use crate::domain::sla::keeping::ClockKind;
use crate::domain::sla::target::Target;
use crate::domain::ticket::{HandoverStage, Status};
use crate::services::work::load;
use crate::services::{Desk, Error, Result};
use crate::store::breaches::{self, BreachRow};
use crate::store::clocks::{self, LedgerEvent, Rung};
use crate::store::{Conn, people, tickets};

/// A clock as it stands now.
#[derive(Clone, Debug)]
pub struct ClockSeen {
    pub kind: ClockKind,
    pub round: i64,
    pub state: State,
    pub since: Instant,
    pub target: Target,
    pub target_seconds: Option<i64>,
    /// Consumed up to now: working seconds, or seconds of the wall clock if the target is in those.
    pub consumed_seconds: i64,
    /// Working seconds (or of the wall clock) left until it is due; negative once it is over. Nothing if it
    /// stands still.
    pub remaining_seconds: Option<i64>,
    pub due_at: Option<Instant>,
    pub breached: bool,
    pub breach: Option<BreachRow>,
    pub ledger: Vec<LedgerLine>,
    pub alarms: Vec<Rung>,
}

/// An entry of the ledger with the event that made it.
#[derive(Clone, Debug)]
pub struct LedgerLine {
    pub act: Act,
    pub at: Instant,
    pub cause: String,
    pub event: i64,
    pub actor: Option<PersonId>,
    pub terms: Option<Terms>,
}

/// Why a clock stands as it does.
#[derive(Clone, Debug)]
pub struct Explanation {
    pub clock: ClockSeen,
    /// Whether the ticket was cancelled, rejected or merged, so that nothing was promised in the end.
    pub void: bool,
    pub stretches: Vec<Stretch>,
    /// What was consumed in whose hands, most first.
    pub shares: Vec<(Holder, i64)>,
}

impl Explanation {
    /// Why it stands as it does, in a sentence.
    pub fn summary(&self) -> String {
        let clock = &self.clock;
        let used = spell(clock.consumed_seconds);
        let stand = match (clock.breached, clock.state, clock.remaining_seconds) {
            (true, State::Running, Some(left)) => format!("Target terlampaui {}", spell(-left)),
            (true, ..) => "Target terlampaui".to_owned(),
            (false, State::Stopped, _) if self.void => "Tiket berakhir tanpa penyelesaian".to_owned(),
            (false, State::Stopped, _) => "Target terpenuhi".to_owned(),
            (false, State::Paused, _) => "Jam sedang berhenti".to_owned(),
            (false, State::Running, left) => format!("Masih tersisa {}", spell(left.unwrap_or(0))),
        };
        let of = clock.target_seconds.map(|target| format!(" dari {}", spell(target))).unwrap_or_default();
        let share = |(holder, seconds): &(Holder, i64)| format!("{} {}", called(*holder), spell(*seconds));
        let shares: Vec<String> = self.shares.iter().map(share).collect();
        let whose = if shares.is_empty() { String::new() } else { format!(": {}", shares.join(", ")) };
        format!("{stand}. Terpakai {used}{of}{whose}.")
    }
}

fn called(holder: Holder) -> &'static str {
    match holder {
        Holder::Tier1 => "Tier 1",
        Holder::Handover => "menunggu diterima Tier 2",
        Holder::Tier2 => "Tier 2",
        Holder::Nobody => "setelah selesai",
    }
}

/// A length of time as people say it, to the minute.
pub fn spell(seconds: i64) -> String {
    let minutes = seconds.max(0) / 60;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} menit"),
        (hours, 0) => format!("{hours} jam"),
        (hours, minutes) => format!("{hours} jam {minutes} menit"),
    }
}

/// A stretch of time with the event behind it.
#[derive(Clone, Debug)]
pub struct Stretch {
    pub segment: Segment,
    /// Consumed and left at its end, in the measure of the target; `remaining` is negative once over.
    pub remaining_seconds: Option<i64>,
    pub cause: String,
    pub status: Option<Status>,
    pub actor: Option<String>,
}

/// What a requester sees: what is promised to them.
pub(crate) const PROMISED: [ClockKind; 2] = [ClockKind::Response, ClockKind::Resolution];

/// The clocks of a ticket.
pub fn clocks(desk: &Desk, actor: &Actor, id: TicketId) -> Result<Vec<ClockSeen>> {
    desk.read(|conn| {
        let internal = load(conn, actor, id, Action::Read)?.may(Action::ReadInternal);
        let seen = all(desk, conn, id)?;
        Ok(seen
            .into_iter()
            .filter(|clock| internal || PROMISED.contains(&clock.kind))
            .map(|clock| {
                if internal {
                    clock
                } else {
                    ClockSeen { ledger: Vec::new(), alarms: Vec::new(), breach: None, ..clock }
                }
            })
            .collect())
    })
}

/// Why one clock of a ticket stands as it does, for those who read internal matters.
pub fn explanation(desk: &Desk, actor: &Actor, id: TicketId, kind: ClockKind) -> Result<Explanation> {
    desk.read(|conn| {
        let loaded = load(conn, actor, id, Action::Read)?;
        may(&loaded.relations, Action::ReadInternal)?;
        explain(desk, conn, id, kind)
    })
}

/// Explains a clock without asking who wants to know: for whoever has the machine.
pub fn explain(desk: &Desk, conn: &mut Conn, id: TicketId, kind: ClockKind) -> Result<Explanation> {
    let (rules, events) = (desk.rules(conn)?, clocks::ledger(conn, id)?);
    let running = replay(&rules, &events)?.remove(&kind).ok_or(Error::NotFound)?;
    let (marks, told) = history(conn, &events)?;
    let replayed = &running.clock;
    let until = if replayed.state == State::Stopped { replayed.since } else { desk.now().timestamp() };
    let segments = segments(replayed, &marks, until);
    let clock = see(kind, &running, &events, &beside(conn, id)?, desk.now())?;
    let shares = shares(&segments);
    let stretches = segments
        .into_iter()
        .map(|segment| {
            let known = told.get(&segment.event);
            Stretch {
                remaining_seconds: clock.target_seconds.map(|target| target - segment.total),
                cause: known.map_or_else(String::new, |told| told.kind.clone()),
                status: known.map(|told| told.status),
                actor: known.and_then(|told| told.actor.clone()),
                segment,
            }
        })
        .collect();
    let ticket = tickets::by_id(conn, id)?.ok_or(Error::NotFound)?;
    let void = matches!(ticket.status, Status::Cancelled | Status::Rejected) || ticket.merged_into.is_some();
    Ok(Explanation { clock, void, stretches, shares })
}

/// What an event made of the ticket.
struct Told {
    kind: String,
    status: Status,
    actor: Option<String>,
}

/// Who had the ticket when, from the changes that its events tell.
fn history(conn: &mut Conn, events: &[LedgerEvent]) -> Result<(Vec<Mark>, BTreeMap<i64, Told>)> {
    let (mut marks, mut told) = (Vec::new(), BTreeMap::new());
    let (mut status, mut stage) = (Status::New, None);
    for event in events {
        let payload: serde_json::Value =
            serde_json::from_str(&event.payload).map_err(|e| Error::Internal(format!("event: {e}")))?;
        let set = payload.get("set");
        let word = |key: &str| set.and_then(|set| set.get(key));
        let before = (status, stage);
        if let Some(word) = word("status").and_then(|word| word.as_str()).and_then(Status::parse) {
            status = word;
        }
        if let Some(handover) = word("handover") {
            stage = handover.get("stage").and_then(|word| word.as_str()).and_then(HandoverStage::parse);
        }
        if before == (status, stage) && event.seq > 1 {
            continue;
        }
        let holder = match (status, stage) {
            (Status::Resolved | Status::Closed | Status::Cancelled | Status::Rejected, _) => Holder::Nobody,
            (_, None) => Holder::Tier1,
            (_, Some(HandoverStage::Requested)) => Holder::Handover,
            (_, Some(HandoverStage::Accepted)) => Holder::Tier2,
        };
        marks.push(Mark { at: event.at.and_utc().timestamp(), holder, event: event.seq });
        let actor = match event.actor_id {
            Some(id) => people::by_id(conn, PersonId(id))?.map(|person| person.name),
            None => None,
        };
        told.insert(event.seq, Told { kind: event.kind.clone(), status, actor });
    }
    Ok((marks, told))
}

fn all(desk: &Desk, conn: &mut Conn, id: TicketId) -> Result<Vec<ClockSeen>> {
    let (rules, events, beside) = (desk.rules(conn)?, clocks::ledger(conn, id)?, beside(conn, id)?);
    let now = desk.now();
    replay(&rules, &events)?.iter().map(|(kind, running)| see(*kind, running, &events, &beside, now)).collect()
}

/// What is told of clocks beside their ledger.
struct Beside {
    rung: Vec<Rung>,
    breaches: Vec<BreachRow>,
}

fn beside(conn: &mut Conn, id: TicketId) -> Result<Beside> {
    Ok(Beside { rung: clocks::rung(conn, id)?, breaches: breaches::of_ticket(conn, id)? })
}

fn see(
    kind: ClockKind,
    Running { clock, terms }: &Running<'_>,
    events: &[LedgerEvent],
    beside: &Beside,
    now: Instant,
) -> Result<ClockSeen> {
    let at = now.timestamp();
    let due = clock.due();
    let measure = |from: i64, to: i64| match terms.target {
        Target::CalendarHours(_) => to - from,
        Target::WorkingSeconds(_) | Target::WorkingMinutes(_) | Target::WorkingDays(_) => {
            clock.timetable().between(from, to)
        }
    };
    let consumed = clock.consumed_seconds(at);
    let target_seconds = match terms.target {
        Target::WorkingSeconds(_) | Target::WorkingMinutes(_) | Target::CalendarHours(_) => Some(terms.target.amount()),
        // Days differ in length: what is left says how long the target is in the end.
        Target::WorkingDays(_) => due.map(|due| clock.consumed_seconds(due.min(at)) + measure(due.min(at), due).max(0)),
    };
    Ok(ClockSeen {
        kind,
        round: clock.round,
        state: clock.state,
        since: instant(clock.since)?,
        target: terms.target,
        target_seconds,
        consumed_seconds: consumed,
        remaining_seconds: due.filter(|_| clock.state == State::Running).map(|due| measure(at, due)),
        due_at: due.map(instant).transpose()?,
        breached: kind.is_promise() && clock.is_breached(at),
        breach: beside.breaches.iter().find(|row| row.kind == kind && row.round == clock.round).cloned(),
        ledger: lines(kind, events)?,
        alarms: beside.rung.iter().filter(|rung| rung.kind == kind).cloned().collect(),
    })
}

fn lines(kind: ClockKind, events: &[LedgerEvent]) -> Result<Vec<LedgerLine>> {
    let mut lines = Vec::new();
    for event in events {
        for entry in entries(&event.payload)?.into_iter().filter(|entry| entry.clock == kind) {
            let at = entry.at.and_then(Instant::from_timestamp_millis);
            lines.push(LedgerLine {
                act: entry.act,
                at: at.unwrap_or_else(|| event.at.and_utc()),
                cause: event.kind.clone(),
                event: event.seq,
                actor: event.actor_id.map(PersonId),
                terms: entry.terms,
            });
        }
    }
    Ok(lines)
}
