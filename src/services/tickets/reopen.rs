//! Takes up a resolved ticket again, within the working days that the configuration gives.

use super::super::sla::keep::instant;
use super::super::work::Details;
use super::super::{Caller, Desk, Result, Work};
use super::{Done, Reason};
use crate::domain::Instant;
use crate::domain::conversation::MessageKind;
use crate::domain::event::EventKind;
use crate::domain::ids::TicketId;
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::domain::sla::keeping::Worker;
use crate::domain::text::Body;
use crate::domain::ticket::Ticket;

/// Reopens it.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, input: &Reason) -> Result<Done> {
    let reason = input.parse()?;
    super::change(desk, caller, |work, actor| apply(work, actor, id, &reason, None))
}

/// Reopens it, inside a transaction; up to `until`, or the configured time.
pub(crate) fn apply(
    work: &mut Work<'_, '_>,
    actor: &Actor,
    id: TicketId,
    reason: &Body,
    until: Option<Instant>,
) -> Result<i64> {
    let loaded = work.load(actor, id, Action::Reopen)?;
    let mut after = loaded.ticket.clone();
    let resolved_at = after.resolved_at.unwrap_or(work.now);
    let until = match until {
        Some(until) => until,
        None => configured(work, &after, resolved_at)?,
    };
    after.reopen(work.now, until)?;
    let text = work.text(id, MessageKind::Reason, Some(actor.id), reason)?;
    work.record(EventKind::Reopened, Some(actor.id), &loaded.ticket, &mut after, Details::none().text(text))?;
    Ok(after.version)
}

/// The end of the last working day on which it may be reopened, by the calendar of its desk.
fn configured(work: &mut Work<'_, '_>, ticket: &Ticket, resolved_at: Instant) -> Result<Instant> {
    let days = work.desk.config.tickets.reopen_working_days;
    let rules = work.rules()?;
    let force = rules.at(work.now)?;
    let timetable = force.timetable_of(force.policy.calendar(Worker::Desk(ticket.opd)))?;
    // Without a working day ahead nothing ends.
    let end = timetable.end_of_working_day_after(resolved_at.timestamp(), days);
    end.map_or(Ok(work.now), instant)
}
