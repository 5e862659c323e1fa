//! What a claimed notice says to its recipient, read at the moment of sending: roles, classification and texts
//! may have changed since it was queued, and nobody is told by mail what the pages would not show them.

use serde_json::Value;

use super::super::accounts::reset;
use super::super::work::relations_to;
use super::super::{Desk, Error, Result};
use super::report::{self, Bundle};
use super::{digest, recommendation};
use crate::config::Config;
use crate::domain::Instant;
use crate::domain::conversation::MessageKind;
use crate::domain::ids::{MessageId, PersonId, TeamId, TicketId};
use crate::domain::local_time::spoken;
use crate::domain::mail::letter::{Letter, Template, Words};
use crate::domain::mail::thread::Thread;
use crate::domain::notice::Notice;
use crate::domain::people::Actor;
use crate::domain::permission::{Action, Relation, may};
use crate::domain::sla::keeping::ClockKind;
use crate::domain::ticket::Ticket;
use crate::store::deliveries::{self, Claimed, Told};
use crate::store::people::PersonRow;
use crate::store::{Conn, clocks, messages, organisation, people, tickets};

/// What stands in place of the subject of a ticket that is for few eyes.
pub const HIDDEN: &str = "Tiket terbatas";

/// The most characters of a text that a mail repeats.
pub(super) const MOST_TEXT: usize = 4000;

/// What is to be done with a claimed notice.
#[derive(Clone, Debug)]
pub enum Prepared {
    /// It is sent.
    Letter(Box<Letter>),
    /// It is sent with a report in these forms.
    Report(Box<Letter>, Box<Bundle>),
    /// It need not leave any more, and why.
    Kept(&'static str),
}

/// Prepares a claimed notice.
pub fn run(desk: &Desk, claimed: &Claimed) -> Result<Prepared> {
    if let Some(delivery) = claimed.delivery {
        return report::run(desk, claimed, delivery);
    }
    if let (Some(person), Some(happening)) = (claimed.recipient, claimed.follow_up) {
        return recommendation::prepare(desk, claimed, person, happening);
    }
    match (claimed.recipient, claimed.event, claimed.inbound) {
        (None, _, Some(inbound)) => answer(desk, claimed, inbound),
        (Some(person), Some(event), _) => of_event(desk, claimed, person, event),
        (Some(person), ..) => of_person(desk, claimed, person),
        (None, ..) => Ok(Prepared::Kept("nobody to send it to")),
    }
}

/// The page of a ticket.
pub fn ticket_url(desk: &Desk, id: TicketId) -> String {
    page(&desk.config, &format!("/tiket/{}", desk.prefix.number(id)))
}

pub(super) fn page(config: &Config, path: &str) -> String {
    format!("{}{path}", config.server.public_url.trim_end_matches('/'))
}

/// What every letter says.
pub fn words(config: &Config, notice: Template) -> Words {
    Words {
        notice,
        tenant: config.tenant.name.clone(),
        dinas: config.tenant.dinas.clone(),
        url: page(config, "/"),
        choices_url: page(config, "/akun/pemberitahuan"),
        ..Words::default()
    }
}

/// The domain in our Message-IDs: that of the sender.
pub fn domain(config: &Config) -> &str {
    let from = config.mail.from.rsplit('@').next().unwrap_or_default();
    from.trim_end_matches('>').trim()
}

pub(super) fn letter(desk: &Desk, claimed: &Claimed, words: Words) -> Letter {
    Letter {
        at: desk.now(),
        message_id: format!("surat-{}@{}", claimed.id, domain(&desk.config)),
        references: Vec::new(),
        reply_to: None,
        is_answer: false,
        name: words.name.clone(),
        email: String::new(),
        words,
        files: Vec::new(),
    }
}

pub(super) fn sent(letter: Letter) -> Prepared {
    Prepared::Letter(Box::new(letter))
}

/// To the sender of a mail.
fn answer(desk: &Desk, claimed: &Claimed, inbound: i64) -> Result<Prepared> {
    let Some(mail) = desk.read(|conn| Ok(deliveries::inbound(conn, inbound)?))? else {
        return Ok(Prepared::Kept("the mail is gone"));
    };
    let mut words = words(&desk.config, Template::Notice(claimed.notice));
    words.subject = mail.subject;
    words.reason = mail.reason;
    let mut letter = letter(desk, claimed, words);
    letter.references = mail.message_id.into_iter().collect();
    letter.is_answer = true;
    letter.email = claimed.address.clone().unwrap_or_default();
    Ok(sent(letter))
}

/// Of somebody's account, or of everything that was collected for them.
fn of_person(desk: &Desk, claimed: &Claimed, person: PersonId) -> Result<Prepared> {
    let today = desk.today();
    let (row, actor) = desk.read(|conn| Ok((people::by_id(conn, person)?, people::actor(conn, person, today)?)))?;
    let (Some(row), Some(actor)) = (row, actor) else { return Ok(Prepared::Kept(INACTIVE)) };
    let mut words = words(&desk.config, Template::Notice(claimed.notice));
    words.name = row.name;
    if let Some(wish) = claimed.reset {
        let Some(link) = reset::begin(desk, wish, claimed.notice)? else {
            return Ok(Prepared::Kept("the link leads nowhere any more"));
        };
        words.url = link.url;
        words.until = Some(spoken(link.until, desk.zone));
    } else if matches!(claimed.notice, Notice::Digest | Notice::AlarmDigest) {
        let told = digest::tell(desk, claimed.id, &actor)?;
        if told.items.is_empty() {
            return Ok(Prepared::Kept("nothing is left to tell"));
        }
        (words.items, words.more) = (told.items, told.more);
    }
    let mut letter = letter(desk, claimed, words);
    letter.email = row.email;
    if claimed.reset.is_some() {
        // Each try has another link, so it is another letter.
        letter.message_id = format!("surat-{}.{}@{}", claimed.id, claimed.attempt, domain(&desk.config));
    }
    Ok(sent(letter))
}

pub(super) const INACTIVE: &str = "the person is not active";

/// Of something that happened to a ticket.
fn of_event(desk: &Desk, claimed: &Claimed, person: PersonId, event: i64) -> Result<Prepared> {
    let today = desk.today();
    desk.read(|conn| {
        let row = people::by_id(conn, person)?;
        let (Some(row), Some(actor)) = (row, people::actor(conn, person, today)?) else {
            return Ok(Prepared::Kept(INACTIVE));
        };
        let told = deliveries::told(conn, event)?.ok_or_else(|| Error::Internal(format!("no event {event}")))?;
        let id = TicketId(told.ticket_id);
        let ticket = tickets::by_id(conn, id)?.ok_or_else(|| Error::Internal(format!("no ticket {id}")))?;
        let relations = relations_to(conn, &actor, &ticket, Action::ReadInternal)?;
        if may(&relations, Action::SeeExistence).is_err() {
            return Ok(Prepared::Kept("the person may not see the ticket"));
        }
        let seen = Seen { desk, claimed, person: &row, actor: &actor, ticket: &ticket, relations: &relations };
        let mut letter = letter(desk, claimed, seen.words(conn, told)?);
        letter.email = row.email.clone();
        thread(desk, conn, claimed, &ticket, person, &mut letter)?;
        Ok(sent(letter))
    })
}

/// Puts a letter into the conversation of its ticket.
fn thread(
    desk: &Desk,
    conn: &mut Conn,
    claimed: &Claimed,
    ticket: &Ticket,
    person: PersonId,
    letter: &mut Letter,
) -> Result<()> {
    let (secret, mail) = (desk.thread_secret(), &desk.config.mail);
    let thread = Thread { ticket: ticket.id, person: Some(person) };
    letter.message_id = thread.message_id(claimed.id, secret, domain(&desk.config));
    letter.references = vec![Thread::root(ticket.id, secret, domain(&desk.config))];
    let origin = deliveries::origin(conn, ticket.id)?;
    letter.references.extend(origin.map(|id| id.trim_matches(['<', '>', ' ']).to_owned()));
    if !mail.reply_to.is_empty() {
        let signed = if mail.subaddress { thread.reply_address(&mail.reply_to, secret) } else { None };
        letter.reply_to = Some(signed.unwrap_or_else(|| mail.reply_to.clone()));
    }
    Ok(())
}

/// To whom the event gave the ticket: somebody else may have it by now.
fn named(conn: &mut Conn, payload: &Value) -> Result<Option<String>> {
    let Some(id) = payload.pointer("/set/assignee").and_then(Value::as_i64) else { return Ok(None) };
    Ok(people::names(conn, &[PersonId(id)])?.remove(&PersonId(id)))
}

/// Which team the event was about: it may be over with that by now.
fn asked(conn: &mut Conn, payload: &Value) -> Result<Option<String>> {
    let Some(id) = payload.pointer("/handover/to").and_then(Value::as_i64) else { return Ok(None) };
    Ok(organisation::team_by_id(conn, TeamId(id))?.map(|team| team.name))
}

/// A ticket before the eyes of a recipient.
struct Seen<'a> {
    desk: &'a Desk,
    claimed: &'a Claimed,
    person: &'a PersonRow,
    actor: &'a Actor,
    ticket: &'a Ticket,
    relations: &'a [Relation],
}

impl Seen<'_> {
    fn may(&self, action: Action) -> bool {
        may(self.relations, action).is_ok()
    }

    fn words(&self, conn: &mut Conn, told: Told) -> Result<Words> {
        let (desk, ticket) = (self.desk, self.ticket);
        let hidden = ticket.is_confidential() || !self.may(Action::Read);
        let template = if hidden { Template::Confidential } else { Template::Notice(self.claimed.notice) };
        let mut words = words(&desk.config, template);
        words.name = self.person.name.clone();
        words.number = desk.prefix.number(ticket.id);
        words.url = ticket_url(desk, ticket.id);
        words.can_answer = !desk.config.mail.reply_to.is_empty() && self.may(Action::Reply);
        words.mine = ticket.requester == self.actor.id;
        if hidden {
            words.subject = HIDDEN.to_owned();
            return Ok(words);
        }
        words.subject = ticket.subject.clone().unwrap_or_default();
        words.followed = !words.mine && !self.relations.iter().any(|relation| *relation != Relation::Watcher);
        words.actor = told.actor.unwrap_or_else(|| "Sistem".to_owned());
        words.requester = told.requester;
        words.opd = told.opd;
        let payload: Value = serde_json::from_str(&told.payload)
            .map_err(|error| Error::Internal(format!("event {:?}: {error}", self.claimed.event)))?;
        words.assignee = named(conn, &payload)?.or(told.assignee);
        words.team = asked(conn, &payload)?.or(told.team);
        words.asks = payload.pointer("/set/status").and_then(Value::as_str) == Some("waiting_requester");
        words.stars = payload.pointer("/rating/stars").and_then(Value::as_i64);
        words.until = self.until(conn, &payload)?;
        if let Some(text) = self.text(conn, &payload)? {
            words.cut = text.chars().count() > MOST_TEXT;
            words.text = Some(text.chars().take(MOST_TEXT).collect());
        }
        Ok(words)
    }

    /// When the target is reached that an alarm is about, or when the ticket closes by itself.
    fn until(&self, conn: &mut Conn, payload: &Value) -> Result<Option<String>> {
        let due: Option<Instant> = match self.claimed.notice {
            Notice::TargetNear | Notice::TargetMissed => {
                self.ticket.promises.due_at.filter(|_| payload.get("alarm").is_some())
            }
            Notice::ClosingSoon => {
                let clocks = clocks::of_ticket(conn, self.ticket.id)?;
                clocks.into_iter().find(|row| row.kind == ClockKind::Closing).and_then(|row| row.due_at)
            }
            _ => None,
        };
        Ok(due.map(|due| spoken(due, self.desk.zone)))
    }

    /// The text that came with the event, if the recipient may read it.
    fn text(&self, conn: &mut Conn, payload: &Value) -> Result<Option<String>> {
        let texts = payload.get("texts").and_then(Value::as_array).map_or(&[] as &[_], Vec::as_slice);
        for text in texts {
            let kind = text.get("kind").and_then(Value::as_str).and_then(MessageKind::parse);
            let (Some(kind), Some(id)) = (kind, text.get("id").and_then(Value::as_i64)) else { continue };
            let readable = kind.is_public() || self.may(Action::ReadInternal);
            if kind == MessageKind::Subject || !readable {
                continue;
            }
            // Erased since, perhaps.
            return Ok(messages::by_id(conn, self.ticket.id, MessageId(id))?.and_then(|row| row.body));
        }
        Ok(None)
    }
}
