//! Notices on their way out: claimed by whoever sends them, and what became of them.
//!
//! A claim counts one try more and puts the notice off until it would be safe for somebody else to try. So
//! nobody need give back what a dead instance had claimed, and the number of the try tells whether an outcome
//! is still that of the last claim.

use chrono::NaiveDateTime;
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::conn::on_each;
use super::keep::Keep;
use super::schema::{event, inbound_mail, mail_minute, outbox, person, ticket};
use super::{Conn, Error, Tx, stored, word};
use crate::domain::Instant;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::notice::{Notice, Urgency};

/// A notice that somebody has taken on to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    pub id: i64,
    /// Which try this is, from 1 on.
    pub attempt: i64,
    pub notice: Notice,
    pub event: Option<i64>,
    pub reset: Option<i64>,
    pub inbound: Option<i64>,
    /// Something that happened to a recommendation.
    pub follow_up: Option<i64>,
    /// Of a report.
    pub delivery: Option<i64>,
    pub recipient: Option<PersonId>,
    pub address: Option<String>,
    /// The answer to the try before, if there was one.
    pub answer: Option<String>,
}

/// What waits to leave. Written out as the index has it: with bound words SQLite could not tell that it answers.
fn queued() -> diesel::expression::SqlLiteral<Bool> {
    sql::<Bool>("outbox.state = 'queued'")
}

/// Whether anything is to leave by now.
pub fn is_due(conn: &mut Conn, now: Instant) -> Result<bool, Error> {
    for urgency in Urgency::ALL {
        let due: Option<i64> = outbox::table
            .filter(queued())
            .filter(outbox::urgency.eq(urgency as i64))
            .filter(outbox::due_at.le(stored(now)))
            .select(outbox::id)
            .first(conn)
            .optional()?;
        if due.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Claims what is due, the most urgent first, and puts it off until `until`.
pub fn claim(tx: &mut Tx<'_>, now: Instant, until: Instant, limit: i64) -> Result<Vec<Claimed>, Error> {
    let mut claimed = Vec::new();
    for urgency in Urgency::ALL {
        let left = limit - i64::try_from(claimed.len()).unwrap_or(limit);
        if left <= 0 {
            break;
        }
        let due = outbox::table
            .filter(queued())
            .filter(outbox::urgency.eq(urgency as i64))
            .filter(outbox::due_at.le(stored(now)))
            .order((outbox::due_at, outbox::id))
            .limit(left)
            .select(outbox::id);
        let ids: Vec<i64> = match &mut **tx {
            Conn::Sqlite(conn) => due.load(conn)?,
            // Two instances that look at the same moment take different ones.
            Conn::Postgres(conn) => due.for_update().skip_locked().load(conn)?,
        };
        if !ids.is_empty() {
            claimed.extend(take(tx, &ids, now, until)?);
        }
    }
    Ok(claimed)
}

#[derive(Queryable)]
struct Taken {
    id: i64,
    attempt: i64,
    notice: String,
    event: Option<i64>,
    reset: Option<i64>,
    inbound: Option<i64>,
    follow_up: Option<i64>,
    delivery: Option<i64>,
    recipient: Option<i64>,
    address: Option<String>,
    answer: Option<String>,
}

fn take(tx: &mut Tx<'_>, ids: &[i64], now: Instant, until: Instant) -> Result<Vec<Claimed>, Error> {
    let rows: Vec<Taken> = diesel::update(outbox::table.filter(outbox::id.eq_any(ids)))
        .filter(outbox::state.eq("queued"))
        .filter(outbox::due_at.le(stored(now)))
        .set((outbox::attempts.eq(outbox::attempts + 1), outbox::due_at.eq(stored(until))))
        .returning((
            outbox::id,
            outbox::attempts,
            outbox::notice,
            outbox::event_id,
            outbox::reset_id,
            outbox::inbound_id,
            outbox::follow_up_id,
            outbox::delivery_id,
            outbox::recipient_id,
            outbox::address,
            outbox::answer,
        ))
        .get_results(&mut **tx)?;
    let read = |taken: Taken| {
        let Taken { id, attempt, notice, event, reset, inbound, follow_up, delivery, recipient, address, answer } =
            taken;
        let notice = word(Notice::parse, &notice)?;
        let recipient = recipient.map(PersonId);
        Ok(Claimed { id, attempt, notice, event, reset, inbound, follow_up, delivery, recipient, address, answer })
    };
    let mut claimed = rows.into_iter().map(read).collect::<Result<Vec<_>, Error>>()?;
    // In which order a statement returns its rows is not said anywhere.
    claimed.sort_by_key(|claimed| ids.iter().position(|id| *id == claimed.id));
    Ok(claimed)
}

/// What becomes of a claimed notice.
#[derive(Clone, Copy, Debug)]
pub enum End<'a> {
    /// A mail server took it and said this.
    Sent(&'a str),
    /// It is tried again from then on; the server said this.
    Again(Instant, &'a str),
    /// It is given up; the server said this.
    Dead(&'a str),
    /// It need not leave any more, and why.
    Kept(&'a str),
    /// Nothing was tried.
    Released,
}

/// Notes what became of a claim; false if it was not the last claim, so that somebody else decides.
pub fn end(tx: &mut Tx<'_>, id: i64, attempt: i64, now: Instant, end: End<'_>) -> Result<bool, Error> {
    let row =
        diesel::update(outbox::table.find(id)).filter(outbox::attempts.eq(attempt)).filter(outbox::state.eq("queued"));
    let ended = outbox::ended_at.eq(stored(now));
    let changed = match end {
        End::Sent(answer) => {
            row.set((outbox::state.eq("sent"), ended, outbox::answer.eq(answer))).keep().execute(&mut **tx)?
        }
        End::Dead(answer) => {
            row.set((outbox::state.eq("dead"), ended, outbox::answer.eq(answer))).keep().execute(&mut **tx)?
        }
        End::Kept(why) => {
            row.set((outbox::state.eq("kept"), ended, outbox::answer.eq(why))).keep().execute(&mut **tx)?
        }
        End::Again(due, answer) => {
            row.set((outbox::due_at.eq(stored(due)), outbox::answer.eq(answer))).keep().execute(&mut **tx)?
        }
        End::Released => {
            row.set((outbox::due_at.eq(stored(now)), outbox::attempts.eq(attempt - 1))).keep().execute(&mut **tx)?
        }
    };
    Ok(changed == 1)
}

/// How many of `wanted` mails may still leave in a minute that takes `most`; they count as taken. Whoever asks
/// at the same moment waits for this transaction.
pub fn allow(tx: &mut Tx<'_>, minute: Instant, most: i64, wanted: i64) -> Result<i64, Error> {
    let at = stored(minute);
    let held = diesel::update(mail_minute::table.find(at))
        .set(mail_minute::taken.eq(mail_minute::taken))
        .execute(&mut **tx)?;
    if held == 0 {
        diesel::delete(mail_minute::table.filter(mail_minute::at.lt(at))).execute(&mut **tx)?;
        diesel::insert_into(mail_minute::table)
            .values((mail_minute::at.eq(at), mail_minute::taken.eq(0)))
            .execute(&mut **tx)?;
    }
    let taken: i64 = mail_minute::table.find(at).select(mail_minute::taken).first(&mut **tx)?;
    Ok(wanted.min(most - taken).max(0))
}

/// Counts mails as taken in a minute.
pub fn count(tx: &mut Tx<'_>, minute: Instant, taken: i64) -> Result<(), Error> {
    diesel::update(mail_minute::table.find(stored(minute)))
        .set(mail_minute::taken.eq(mail_minute::taken + taken))
        .execute(&mut **tx)?;
    Ok(())
}

/// People for whom collected notices are due and no digest waits to leave, with the urgency of the most urgent
/// of these.
pub fn digests_due(conn: &mut Conn, now: Instant, limit: i64) -> Result<Vec<(PersonId, i64)>, Error> {
    let digest = diesel::alias!(outbox as digest);
    let waiting = digest
        .filter(digest.field(outbox::recipient_id).eq(outbox::recipient_id))
        .filter(sql::<Bool>("digest.notice IN ('alarm_digest', 'digest') AND digest.state = 'queued'"));
    let people: Vec<(i64, Option<i64>)> = outbox::table
        .filter(sql::<Bool>("outbox.state = 'collected'"))
        .filter(outbox::due_at.le(stored(now)))
        .filter(diesel::dsl::not(diesel::dsl::exists(waiting)))
        .group_by(outbox::recipient_id)
        .order(outbox::recipient_id)
        .limit(limit)
        .select((outbox::recipient_id.assume_not_null(), diesel::dsl::min(outbox::urgency)))
        .load(conn)?;
    Ok(people.into_iter().map(|(person, urgency)| (PersonId(person), urgency.unwrap_or_default())).collect())
}

/// Queues a digest for somebody, unless one waits: then that one tells of everything.
pub fn queue_digest(tx: &mut Tx<'_>, person: PersonId, digest: Notice, now: Instant) -> Result<(), Error> {
    let insert = diesel::insert_into(outbox::table)
        .values((
            outbox::recipient_id.eq(person.0),
            outbox::notice.eq(digest.as_str()),
            outbox::state.eq("queued"),
            outbox::urgency.eq(digest.rule().urgency as i64),
            outbox::attempts.eq(0),
            outbox::queued_at.eq(stored(now)),
            outbox::due_at.eq(stored(now)),
            outbox::seen_at.eq(stored(now)),
        ))
        .on_conflict_do_nothing();
    on_each!(&mut **tx, conn => insert.execute(conn))?;
    Ok(())
}

/// Something that a digest tells of.
#[derive(Clone, Debug)]
pub struct Collected {
    pub notice: Notice,
    pub ticket: TicketId,
}

/// Puts everything that was collected for somebody into a digest; at each further try it tells the same.
pub fn gather(tx: &mut Tx<'_>, person: PersonId, digest: i64) -> Result<(), Error> {
    diesel::update(outbox::table.filter(outbox::recipient_id.eq(person.0)))
        .filter(sql::<Bool>("outbox.state = 'collected'"))
        .set((outbox::state.eq("digested"), outbox::digest_id.eq(digest)))
        .execute(&mut **tx)?;
    Ok(())
}

/// What a digest tells of, the oldest first.
pub fn gathered(conn: &mut Conn, digest: i64) -> Result<Vec<Collected>, Error> {
    let rows: Vec<(String, i64)> = outbox::table
        .inner_join(event::table.on(outbox::event_id.eq(event::id.nullable())))
        .filter(outbox::digest_id.eq(digest))
        .order(outbox::id)
        .select((outbox::notice, event::ticket_id))
        .load(conn)?;
    let read = |(notice, ticket): (String, i64)| {
        Ok(Collected { notice: word(Notice::parse, &notice)?, ticket: TicketId(ticket) })
    };
    rows.into_iter().map(read).collect()
}

/// What a mail that came in says of itself.
#[derive(Clone, Debug, Queryable)]
pub struct Inbound {
    pub message_id: Option<String>,
    pub subject: String,
    pub reason: Option<String>,
}

/// The mail that an answer answers.
pub fn inbound(conn: &mut Conn, id: i64) -> Result<Option<Inbound>, Error> {
    Ok(inbound_mail::table
        .find(id)
        .select((inbound_mail::message_id, inbound_mail::subject, inbound_mail::reason))
        .first(conn)
        .optional()?)
}

/// The Message-ID of the mail that a ticket came from, if it came from one.
pub fn origin(conn: &mut Conn, ticket: TicketId) -> Result<Option<String>, Error> {
    let id: Option<Option<String>> = inbound_mail::table
        .filter(inbound_mail::ticket_id.eq(ticket.0))
        .filter(inbound_mail::outcome.eq_any(["ticket", "triage"]))
        .order(inbound_mail::id)
        .select(inbound_mail::message_id)
        .first(conn)
        .optional()?;
    Ok(id.flatten())
}

/// The active people whose address begins with one of these names before the @.
pub fn named(conn: &mut Conn, names: &[String]) -> Result<Vec<PersonId>, Error> {
    let mut people = Vec::new();
    for name in names {
        let escaped = name.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let ids: Vec<i64> = person::table
            .filter(person::email.like(format!("{escaped}@%")).escape('\\'))
            .filter(person::active.eq(true))
            .order(person::id)
            .limit(5)
            .select(person::id)
            .load(conn)?;
        people.extend(ids.into_iter().map(PersonId));
    }
    Ok(people)
}

/// How the outbox is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub queued: i64,
    pub dead: i64,
    /// Since when that has been waiting which waits longest.
    pub oldest: Option<NaiveDateTime>,
}

/// How the outbox is, by its indexes.
pub fn figures(conn: &mut Conn) -> Result<Figures, Error> {
    let dead = outbox::table.filter(sql::<Bool>("outbox.state = 'dead'")).select(count_star()).first(conn)?;
    let waiting = outbox::table.filter(queued()).select(count_star()).first(conn)?;
    let mut oldest: Option<NaiveDateTime> = None;
    for urgency in Urgency::ALL {
        let first: Option<NaiveDateTime> = outbox::table
            .filter(queued())
            .filter(outbox::urgency.eq(urgency as i64))
            .order((outbox::due_at, outbox::id))
            .select(outbox::queued_at)
            .first(conn)
            .optional()?;
        oldest = [oldest, first].into_iter().flatten().min();
    }
    Ok(Figures { queued: waiting, dead, oldest })
}

/// What is to be known of an event to tell of it.
#[derive(Clone, Debug, Queryable)]
pub struct Told {
    pub ticket_id: i64,
    pub actor: Option<String>,
    pub at: NaiveDateTime,
    pub payload: String,
    pub opd: String,
    pub requester: String,
    pub assignee: Option<String>,
    pub team: Option<String>,
}

/// An event with the names around its ticket.
pub fn told(conn: &mut Conn, id: i64) -> Result<Option<Told>, Error> {
    use super::schema::{opd, team};
    let (actor, requester, assignee) = diesel::alias!(person as actor, person as requester, person as assignee);
    Ok(event::table
        .inner_join(ticket::table.on(ticket::id.eq(event::ticket_id)))
        .inner_join(opd::table.on(opd::id.eq(ticket::opd_id)))
        .inner_join(requester.on(requester.field(person::id).eq(ticket::requester_id)))
        .left_join(actor.on(actor.field(person::id).nullable().eq(event::actor_id)))
        .left_join(assignee.on(assignee.field(person::id).nullable().eq(ticket::assignee_id)))
        .left_join(team::table.on(team::id.nullable().eq(ticket::team_id)))
        .filter(event::id.eq(id))
        .select((
            event::ticket_id,
            actor.field(person::name).nullable(),
            event::at,
            event::payload,
            opd::name,
            requester.field(person::name),
            assignee.field(person::name).nullable(),
            team::name.nullable(),
        ))
        .first(conn)
        .optional()?)
}
