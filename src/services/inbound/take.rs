//! Takes one message from a mailbox. What becomes of it and that it was taken are one transaction, so that a
//! crash anywhere leaves it either to be taken again or done.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::Duration;

use super::super::{Desk, Error, Result, Work};
use super::place::{self, Place};
use super::write::{self, Prepared};
use super::{bounces, our_addresses};
use crate::domain::Refusal;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::mail::authentic::is_authentic;
use crate::domain::mail::automatic::{Nature, Ours, may_be_answered, nature};
use crate::domain::mail::incoming::Incoming;
use crate::domain::mail::outcome::{Outcome, Reason};
use crate::domain::notice::Notice;
use crate::domain::text::Email;
use crate::domain::ticket::TicketType;
use crate::mime;
use crate::store::inbound_mail::{self, NewInbound};
use crate::store::{mailboxes, outbox, people};

/// What an employee writes is a disturbance until the desk says otherwise: of the types with a promise it is
/// the one with the shortest, so that nothing is late because it came by mail.
const KIND: TicketType = TicketType::Incident;

/// The most explanations to senders in an hour, to all together: forged senders must not make us a nuisance.
const MOST_ANSWERS: i64 = 60;

/// A message in a mailbox.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    pub mailbox: &'a str,
    pub uid_validity: u32,
    pub uid: u32,
    /// As it came, or the beginning of it.
    pub raw: &'a [u8],
    /// Its size in bytes if `raw` is only the beginning.
    pub whole_size: Option<u64>,
}

impl Found<'_> {
    fn place(&self) -> (i64, i64) {
        (i64::from(self.uid_validity), i64::from(self.uid))
    }
}

/// What becomes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Verdict {
    outcome: Outcome,
    reason: Option<String>,
    ticket: Option<TicketId>,
    person: Option<PersonId>,
    answer: Option<Notice>,
}

impl Verdict {
    fn new(outcome: Outcome, reason: Reason) -> Self {
        Self { outcome, reason: Some(reason.with("")), ticket: None, person: None, answer: None }
    }

    fn broken(cause: &str) -> Self {
        Self { reason: Some(Reason::Failed.with(cause)), ..Self::new(Outcome::Broken, Reason::Failed) }
    }
}

/// Takes it; gives what became of it, or nothing if it was taken before. Only failures that pass are errors.
pub fn run(desk: &Desk, found: &Found<'_>) -> Result<Option<Outcome>> {
    let (validity, uid) = found.place();
    if desk.read(|conn| Ok::<_, Error>(inbound_mail::is_known(conn, found.mailbox, validity, uid)?))? {
        return Ok(None);
    }
    // Whatever a message makes of the program: it must not stand in the way of the next.
    match catch_unwind(AssertUnwindSafe(|| take(desk, found))) {
        Ok(Err(error)) if !error.is_passing() => note_broken(desk, found, &error.to_string()),
        Ok(outcome) => outcome,
        Err(_) => note_broken(desk, found, "panicked"),
    }
}

/// Notes that the server cannot hand over a message, so that it does not stand in the way of the others.
pub fn give_up(desk: &Desk, mailbox: &str, uid_validity: u32, uid: u32, cause: &str) -> Result<()> {
    let found = Found { mailbox, uid_validity, uid, raw: b"", whole_size: None };
    note_broken(desk, &found, cause).map(drop)
}

fn take(desk: &Desk, found: &Found<'_>) -> Result<Option<Outcome>> {
    let (validity, uid) = found.place();
    let message = mime::read(found.raw, found.whole_size);
    let addresses = our_addresses(desk);
    let nature = nature(&message, Ours { addresses: &addresses, secret: desk.thread_secret() });
    let raw = desk.blobs.put(found.raw)?;
    let known = desk.read(|conn| Ok::<_, Error>(people::by_email(conn, message.sender())?))?;
    let mail = if nature == Nature::Person && known.is_some_and(|person| person.active) {
        write::prepare(desk, &message)?
    } else {
        write::unprepared(&message)
    };
    desk.housekeep(|work| {
        inbound_mail::in_turn(work.tx)?;
        if inbound_mail::is_known(work.tx, found.mailbox, validity, uid)? {
            return Ok(None);
        }
        let identity = identity(&message, &raw);
        let verdict = match work.attempt(|work| judge(work, nature, &identity, &mail)) {
            Err(error) if error.is_passing() => return Err(error),
            Err(Error::Refused(Refusal::NoOwner)) => Verdict::new(Outcome::Triage, Reason::NoOwner),
            Err(error) => Verdict::broken(&error.to_string()),
            Ok(verdict) => verdict,
        };
        note(work, found, &message, &raw, &verdict)
    })
}

fn note_broken(desk: &Desk, found: &Found<'_>, cause: &str) -> Result<Option<Outcome>> {
    tracing::error!(mailbox = found.mailbox, uid = found.uid, cause, "a mail could not be processed");
    let raw = desk.blobs.put(found.raw)?;
    let (validity, uid) = found.place();
    desk.housekeep(|work| {
        inbound_mail::in_turn(work.tx)?;
        if inbound_mail::is_known(work.tx, found.mailbox, validity, uid)? {
            return Ok(None);
        }
        note(work, found, &Incoming::default(), &raw, &Verdict::broken(cause))
    })
}

/// Notes what became of it, and that the mailbox was read so far.
fn note(
    work: &mut Work<'_, '_>,
    found: &Found<'_>,
    message: &Incoming,
    raw: &str,
    verdict: &Verdict,
) -> Result<Option<Outcome>> {
    let (validity, uid) = found.place();
    if !work.desk.blobs.has(raw) {
        // Housekeeping removed the same content that an older row referred to.
        work.desk.blobs.put(found.raw)?;
    }
    let id = inbound_mail::insert(
        work.tx,
        &NewInbound {
            mailbox: found.mailbox,
            uid_validity: validity,
            uid,
            message_id: &identity(message, raw),
            sender: message.sender(),
            subject: &message.subject,
            sent_at: message.sent_at,
            found_at: work.now,
            outcome: verdict.outcome,
            reason: verdict.reason.as_deref(),
            ticket: verdict.ticket,
            person: verdict.person,
            raw_sha256: Some(raw),
            raw_size: found.whole_size.map_or(found.raw.len() as i64, |size| i64::try_from(size).unwrap_or(i64::MAX)),
        },
    )?;
    if let Some(notice) = verdict.answer {
        outbox::answer(work.tx, id, message.sender(), notice, work.now)?;
    }
    mailboxes::advance(work.tx, found.mailbox, uid, work.now)?;
    Ok(Some(verdict.outcome))
}

/// What tells a message from others: its Message-ID, or what it consists of if it has none.
fn identity(message: &Incoming, raw: &str) -> String {
    message.message_id.clone().unwrap_or_else(|| format!("sha256:{raw}"))
}

fn judge(work: &mut Work<'_, '_>, nature: Nature, identity: &str, mail: &Prepared<'_>) -> Result<Verdict> {
    let message = mail.message;
    if inbound_mail::came_before(work.tx, identity, message.sender(), message.sent_at)? {
        return Ok(Verdict::new(Outcome::Repeated, Reason::SameMessage));
    }
    Ok(match nature {
        Nature::Person => person(work, mail)?,
        Nature::Bounce => {
            let (person, reason) = bounces::note(work, message)?;
            Verdict { person, reason: Some(reason), ..Verdict::new(Outcome::Bounce, Reason::Unrelated) }
        }
        Nature::Automatic(reason) => Verdict::new(Outcome::Automatic, reason),
        Nature::List(reason) => Verdict::new(Outcome::List, reason),
        Nature::Own(reason) => Verdict::new(Outcome::Own, reason),
        Nature::Loop(reason) => Verdict::new(Outcome::Loop, reason),
    })
}

/// What somebody wrote.
fn person(work: &mut Work<'_, '_>, mail: &Prepared<'_>) -> Result<Verdict> {
    let message = mail.message;
    let sender = message.sender();
    if sender.is_empty() {
        return Ok(Verdict::new(Outcome::Triage, Reason::NoSender));
    }
    let inbound = &work.desk.config.inbound;
    let (server, most) = (inbound.require_authentication.as_str(), i64::from(inbound.per_sender_hour));
    let authentic = !server.is_empty() && is_authentic(message, server);
    let known = people::by_email(work.tx, sender)?.filter(|person| person.active).map(|person| PersonId(person.id));
    let about = |verdict: Verdict| Verdict { person: known, ..verdict };
    if inbound_mail::count_of(work.tx, sender, work.now - Duration::hours(1), None)? >= most {
        return Ok(about(Verdict::new(Outcome::Loop, Reason::TooMany)));
    }
    if !server.is_empty() && !authentic {
        return Ok(about(Verdict::new(Outcome::Triage, Reason::NotAuthenticated)));
    }
    let Some(id) = known else { return unknown(work, message) };
    let actor = work.person(id)?;
    let (outcome, ticket) = match place::find(work, message, &actor, authentic)? {
        Place::Reply(ticket) => {
            write::as_reply(work, &actor, ticket, mail)?;
            (Outcome::Reply, ticket)
        }
        Place::Follow(old) => (Outcome::Ticket, write::as_ticket(work, &actor, &actor, KIND, Some(old), mail)?),
        Place::New => (Outcome::Ticket, write::as_ticket(work, &actor, &actor, KIND, None, mail)?),
        Place::Unclear(reason) => {
            let answer = may_answer(work, message, Outcome::Triage)?.then_some(Notice::Triaged);
            return Ok(Verdict { answer, ..about(Verdict::new(Outcome::Triage, reason)) });
        }
    };
    Ok(Verdict { outcome, reason: None, ticket: Some(ticket), person: known, answer: None })
}

/// What somebody wrote whom the desk does not know.
fn unknown(work: &mut Work<'_, '_>, message: &Incoming) -> Result<Verdict> {
    if work.desk.config.inbound.unknown != "reject" {
        return Ok(Verdict::new(Outcome::Triage, Reason::UnknownSender));
    }
    let many = inbound_mail::rejected_since(work.tx, work.now - Duration::hours(1))? >= MOST_ANSWERS;
    if many || !may_answer(work, message, Outcome::Rejected)? {
        return Ok(Verdict::new(Outcome::Rejected, Reason::AnsweredBefore));
    }
    let answer = Some(Notice::UnknownSender);
    Ok(Verdict { answer, ..Verdict::new(Outcome::Rejected, Reason::UnknownSender) })
}

/// Whether the sender is to be told: not if they ask for no answers, and once a day at most.
fn may_answer(work: &mut Work<'_, '_>, message: &Incoming, outcome: Outcome) -> Result<bool> {
    if !may_be_answered(message) || Email::parse(message.sender()).is_err() {
        return Ok(false);
    }
    let day = work.now - Duration::days(1);
    Ok(inbound_mail::count_of(work.tx, message.sender(), day, Some(outcome))? == 0)
}
