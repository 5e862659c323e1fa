//! Finds any change made behind the program's back: every chain is recomputed, every ticket is replayed
//! from its events and compared with its rows, every anchor is rebuilt.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value};

use super::super::work::{handover_facts, load};
use super::super::{Desk, Result};
use super::{STRIDE, anchor_hash, heads_root};
use crate::domain::chain::{GENESIS, sha256_hex, text_digest};
use crate::domain::conversation::MessageKind;
use crate::domain::event::fields;
use crate::domain::ids::{EventId, TicketId};
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::domain::ticket::Ticket;
use crate::store::attachments::AttachmentRow;
use crate::store::handovers::{ConsultationRow, HandoverRow};
use crate::store::history::EventRow;
use crate::store::messages::MessageRow;
use crate::store::ratings::RatingRow;
use crate::store::tickets::Link;
use crate::store::{Conn, Error, attachments, handovers, history, messages, ratings, tickets};

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// A row says something else than when it was written.
    Changed,
    /// A row is gone.
    Removed,
    /// A row was never written by the program.
    Inserted,
}

/// One thing that is wrong, with where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub fault: Fault,
    /// Number of the ticket; absent for the audit trail and anchors.
    pub ticket: Option<String>,
    /// Sequence number of the event (or audit event) at which it shows.
    pub seq: Option<i64>,
    /// What exactly.
    pub what: String,
}

/// The outcome of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    pub tickets: u64,
    pub events: u64,
    pub audit_events: u64,
    pub anchors: u64,
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether everything is as the program wrote it.
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Checks everything, telling `progress` how many tickets of how many are done.
pub fn run(desk: &Desk, mut progress: impl FnMut(u64, u64)) -> Result<Report> {
    desk.store.snapshot(|conn| {
        let mut report = Report::default();
        let last = tickets::last_id(conn)?.max(history::last_ticket(conn)?).0;
        let mut from = 1;
        while from <= last {
            let to = from + STRIDE - 1;
            let range = Range::load(conn, TicketId(from), TicketId(to))?;
            range.check(desk, &mut report)?;
            progress(to.min(last).unsigned_abs(), last.unsigned_abs());
            from = to + 1;
        }
        check_gaps(conn, &mut report)?;
        check_audit(conn, &mut report)?;
        check_anchors(conn, &mut report)?;
        Ok(report)
    })
}

/// Checks the rows of one ticket whose history the actor may read, but not the content of its files, which may
/// be large; gives the first thing that is wrong.
pub fn ticket(desk: &Desk, actor: &Actor, id: TicketId) -> Result<Option<Finding>> {
    desk.store.snapshot(|conn| {
        load(conn, actor, id, Action::ReadHistory)?;
        let range = Range::load(conn, id, id)?;
        let found = range.tickets.values().map(Rows::check_rows).find(|found| !found.is_empty());
        Ok(found.and_then(|found| found.into_iter().next()).map(|(fault, seq, what)| {
            let ticket = Some(desk.prefix.number(id));
            Finding { fault, ticket, seq, what }
        }))
    })
}

/// Everything of a range of tickets, by ticket.
#[derive(Default)]
struct Range {
    tickets: BTreeMap<TicketId, Rows>,
}

/// All rows of one ticket.
#[derive(Default)]
struct Rows {
    ticket: Option<Ticket>,
    /// Why the ticket's row cannot be read, if it cannot.
    damage: Option<String>,
    events: Vec<EventRow>,
    messages: BTreeMap<i64, MessageRow>,
    handovers: BTreeMap<i64, HandoverRow>,
    consultations: BTreeMap<i64, ConsultationRow>,
    watchers: BTreeSet<i64>,
    links: BTreeMap<i64, Link>,
    attachments: BTreeMap<i64, AttachmentRow>,
    ratings: BTreeMap<i64, RatingRow>,
}

impl Range {
    fn load(conn: &mut Conn, first: TicketId, last: TicketId) -> Result<Self> {
        let mut range = Self::default();
        let mut of = |id: i64, put: &mut dyn FnMut(&mut Rows)| put(range.tickets.entry(TicketId(id)).or_default());
        for (id, row) in tickets::between(conn, first, last)? {
            of(id.0, &mut |rows| match &row {
                Ok(ticket) => rows.ticket = Some(ticket.clone()),
                Err(error) => rows.damage = Some(error.to_string()),
            });
        }
        for row in history::of_tickets(conn, first, last)? {
            of(row.ticket_id, &mut |rows| rows.events.push(row.clone()));
        }
        for row in messages::between(conn, first, last)? {
            of(row.ticket_id, &mut |rows| rows.messages.extend([(row.id, row.clone())]));
        }
        for row in handovers::between(conn, first, last)? {
            of(row.ticket_id, &mut |rows| rows.handovers.extend([(row.id, row.clone())]));
        }
        for row in handovers::consultations_between(conn, first, last)? {
            of(row.ticket_id, &mut |rows| rows.consultations.extend([(row.id, row.clone())]));
        }
        for (ticket, person) in tickets::watchers_between(conn, first, last)? {
            of(ticket.0, &mut |rows| rows.watchers.extend([person.0]));
        }
        for row in tickets::links_between(conn, first, last)? {
            of(row.from.0, &mut |rows| rows.links.extend([(row.id.0, row)]));
        }
        for row in attachments::between(conn, first, last)? {
            of(row.ticket_id, &mut |rows| rows.attachments.extend([(row.id, row.clone())]));
        }
        for row in ratings::between(conn, first, last)? {
            of(row.ticket_id, &mut |rows| rows.ratings.extend([(row.round, row.clone())]));
        }
        Ok(range)
    }

    fn check(&self, desk: &Desk, report: &mut Report) -> Result<()> {
        for (id, rows) in &self.tickets {
            report.tickets += u64::from(rows.ticket.is_some());
            report.events += rows.events.len() as u64;
            let number = desk.prefix.number(*id);
            let faults = rows.check(desk)?;
            report.findings.extend(faults.into_iter().map(|(fault, seq, what)| Finding {
                fault,
                ticket: Some(number.clone()),
                seq,
                what,
            }));
        }
        Ok(())
    }
}

type Found = (Fault, Option<i64>, String);

/// What the events say that the rows must be.
#[derive(Default)]
struct Told {
    fields: Map<String, Value>,
    /// Which event last set a field.
    set_at: BTreeMap<String, i64>,
    /// Message → kind, digest, sequence.
    texts: BTreeMap<i64, (String, String, i64)>,
    erased: BTreeSet<i64>,
    handovers: BTreeMap<i64, (Value, i64)>,
    /// Consultation → team, whether answered, sequence.
    consultations: BTreeMap<i64, (i64, bool, i64)>,
    watchers: BTreeSet<i64>,
    links: BTreeMap<i64, (Value, i64)>,
    attachments: BTreeMap<i64, (Value, i64)>,
    /// By round.
    ratings: BTreeMap<i64, (Value, i64)>,
}

impl Rows {
    fn check(&self, desk: &Desk) -> Result<Vec<Found>> {
        match self.told() {
            Ok(told) => {
                let mut found = self.check_told(&told);
                self.check_attachments(desk, &told, &mut found)?;
                Ok(found)
            }
            Err(found) => Ok(vec![found]),
        }
    }

    /// The check without the files.
    fn check_rows(&self) -> Vec<Found> {
        self.told().map_or_else(|found| vec![found], |told| self.check_told(&told))
    }

    fn told(&self) -> std::result::Result<Told, Found> {
        if let Some(damage) = &self.damage {
            return Err((Fault::Changed, None, damage.clone()));
        }
        // What follows a broken link proves nothing: the first one is named.
        self.check_chain()?;
        self.replay()
    }

    fn check_told(&self, told: &Told) -> Vec<Found> {
        let mut found = Vec::new();
        self.check_ticket(told, &mut found);
        self.check_texts(told, &mut found);
        self.check_handovers(told, &mut found);
        self.check_ties(told, &mut found);
        self.check_ratings(told, &mut found);
        found
    }

    fn check_chain(&self) -> std::result::Result<(), Found> {
        let mut previous = GENESIS.to_owned();
        for (expected, event) in (1..).zip(&self.events) {
            if event.seq != expected {
                let fault = if event.seq > expected { Fault::Removed } else { Fault::Inserted };
                let at = event.seq.min(expected);
                return Err((fault, Some(at), format!("event {expected} is missing or out of place")));
            }
            if event.expected_hash(&previous) != event.hash {
                return Err((Fault::Changed, Some(event.seq), format!("event \"{}\" breaks the chain", event.kind)));
            }
            previous.clone_from(&event.hash);
        }
        let last = self.events.last().map_or(0, |event| event.seq);
        match &self.ticket {
            None if last == 0 => Err((Fault::Inserted, None, "rows of a ticket that does not exist".to_owned())),
            None => Err((Fault::Removed, Some(last), "the ticket's own row is gone".to_owned())),
            Some(ticket) if ticket.version > last => {
                Err((Fault::Removed, Some(last + 1), format!("the last {} events are gone", ticket.version - last)))
            }
            Some(ticket) if ticket.version < last => {
                Err((Fault::Inserted, Some(ticket.version + 1), "events after the ticket's last version".to_owned()))
            }
            Some(_) => Ok(()),
        }
    }

    fn replay(&self) -> std::result::Result<Told, Found> {
        let mut told = Told::default();
        for event in &self.events {
            let payload: Map<String, Value> = serde_json::from_str(&event.payload)
                .map_err(|_| (Fault::Changed, Some(event.seq), "the payload is not JSON".to_owned()))?;
            told.take(event, &payload);
        }
        Ok(told)
    }

    fn check_ticket(&self, told: &Told, found: &mut Vec<Found>) {
        let Some(ticket) = &self.ticket else { return };
        for (field, value) in fields(ticket) {
            if told.fields.get(&field) != Some(&value) {
                let seq = told.set_at.get(&field).copied();
                found.push((Fault::Changed, seq, format!("the ticket's {field} is not what its events say")));
            }
        }
        if self.events.last().is_some_and(|event| event.at.and_utc() != ticket.updated_at) {
            found.push((Fault::Changed, Some(ticket.version), "the ticket's updated_at".to_owned()));
        }
        let subject = told
            .texts
            .iter()
            .rev()
            .find(|(_, (kind, ..))| kind == MessageKind::Subject.as_str())
            .and_then(|(id, (.., seq))| self.messages.get(id).map(|row| (row.body.clone(), *seq)));
        if let Some((body, seq)) = subject
            && body != ticket.subject
        {
            found.push((Fault::Changed, Some(seq), "the ticket's subject is not the one written".to_owned()));
        }
    }

    fn check_texts(&self, told: &Told, found: &mut Vec<Found>) {
        for (id, (kind, digest, seq)) in &told.texts {
            let Some(row) = self.messages.get(id) else {
                found.push((Fault::Removed, Some(*seq), format!("text {id} ({kind}) is gone")));
                continue;
            };
            let erased = told.erased.contains(id);
            let sound = match (&row.body, &row.salt) {
                (Some(body), Some(salt)) => !erased && text_digest(salt, body) == *digest,
                (None, None) => erased,
                _ => false,
            };
            let public = MessageKind::parse(kind).is_some_and(MessageKind::is_public);
            if !sound || row.kind != *kind || row.digest != *digest || row.public != public {
                found.push((Fault::Changed, Some(*seq), format!("text {id} ({kind}) is not the one written")));
            }
        }
        for id in self.messages.keys().filter(|id| !told.texts.contains_key(id)) {
            found.push((Fault::Inserted, None, format!("text {id} was never written by the program")));
        }
    }

    fn check_handovers(&self, told: &Told, found: &mut Vec<Found>) {
        for (id, (facts, seq)) in &told.handovers {
            match self.handovers.get(id).map(|row| row.to_handover()) {
                None => found.push((Fault::Removed, Some(*seq), format!("handover {id} is gone"))),
                Some(Ok(handover)) if handover_facts(&handover) == *facts => {}
                Some(_) => {
                    found.push((Fault::Changed, Some(*seq), format!("handover {id} is not what its events say")));
                }
            }
        }
        for id in self.handovers.keys().filter(|id| !told.handovers.contains_key(id)) {
            found.push((Fault::Inserted, None, format!("handover {id} was never made")));
        }
        for (id, (team, answered, seq)) in &told.consultations {
            match self.consultations.get(id) {
                None => found.push((Fault::Removed, Some(*seq), format!("consultation {id} is gone"))),
                Some(row) if row.team_id == *team && row.answered_at.is_some() == *answered => {}
                Some(_) => {
                    found.push((Fault::Changed, Some(*seq), format!("consultation {id} is not what its events say")));
                }
            }
        }
        for id in self.consultations.keys().filter(|id| !told.consultations.contains_key(id)) {
            found.push((Fault::Inserted, None, format!("consultation {id} was never asked")));
        }
    }

    fn check_ties(&self, told: &Told, found: &mut Vec<Found>) {
        for person in told.watchers.difference(&self.watchers) {
            found.push((Fault::Removed, None, format!("watcher {person} is gone")));
        }
        for person in self.watchers.difference(&told.watchers) {
            found.push((Fault::Inserted, None, format!("watcher {person} was never added")));
        }
        for (id, (facts, seq)) in &told.links {
            match self.links.get(id) {
                None => found.push((Fault::Removed, Some(*seq), format!("link {id} is gone"))),
                Some(link) if facts["kind"] == link.kind.as_str() && facts["to"] == link.to.0 => {}
                Some(_) => found.push((Fault::Changed, Some(*seq), format!("link {id} is not the one made"))),
            }
        }
        for id in self.links.keys().filter(|id| !told.links.contains_key(id)) {
            found.push((Fault::Inserted, None, format!("link {id} was never made")));
        }
    }

    fn check_ratings(&self, told: &Told, found: &mut Vec<Found>) {
        for (round, (facts, seq)) in &told.ratings {
            match self.ratings.get(round) {
                None => found.push((Fault::Removed, Some(*seq), format!("rating {round} is gone"))),
                Some(row) if facts["stars"] == row.stars && facts["message"].as_i64() == row.message_id => {}
                Some(_) => found.push((Fault::Changed, Some(*seq), format!("rating {round} is not the one given"))),
            }
        }
        for round in self.ratings.keys().filter(|round| !told.ratings.contains_key(round)) {
            found.push((Fault::Inserted, None, format!("rating {round} was never given")));
        }
    }

    fn check_attachments(&self, desk: &Desk, told: &Told, found: &mut Vec<Found>) -> Result<()> {
        for (id, (facts, seq)) in &told.attachments {
            let Some(row) = self.attachments.get(id) else {
                found.push((Fault::Removed, Some(*seq), format!("attachment {id} is gone")));
                continue;
            };
            let name = sha256_hex(row.name.as_bytes());
            let same =
                facts["sha256"] == row.sha256.as_str() && facts["size"] == row.size && facts["name"] == name.as_str();
            if !same || facts["public"] != row.public {
                found.push((Fault::Changed, Some(*seq), format!("attachment {id} is not the one attached")));
                continue;
            }
            match desk.blobs.get(&row.sha256) {
                Ok(_) => {}
                Err(Error::NotFound | Error::Corrupt(_)) => {
                    found.push((Fault::Changed, Some(*seq), format!("the file of attachment {id} is gone or altered")));
                }
                // A folder that cannot be read proves nothing.
                Err(error) => return Err(error.into()),
            }
        }
        for id in self.attachments.keys().filter(|id| !told.attachments.contains_key(id)) {
            found.push((Fault::Inserted, None, format!("attachment {id} was never attached")));
        }
        Ok(())
    }
}

impl Told {
    fn take(&mut self, event: &EventRow, payload: &Map<String, Value>) {
        let seq = event.seq;
        let id_of = |value: &Value| value["id"].as_i64().unwrap_or_default();
        for (key, value) in payload {
            match (key.as_str(), value) {
                ("set", Value::Object(set)) => {
                    for (field, value) in set {
                        self.fields.insert(field.clone(), value.clone());
                        self.set_at.insert(field.clone(), seq);
                    }
                }
                ("texts", Value::Array(texts)) => {
                    for text in texts {
                        let word = |key: &str| text[key].as_str().unwrap_or_default().to_owned();
                        self.texts.insert(id_of(text), (word("kind"), word("digest"), seq));
                    }
                }
                ("erased", id) => self.erased.extend(id.as_i64()),
                ("handover", facts) => drop(self.handovers.insert(id_of(facts), (facts.clone(), seq))),
                ("consultation", facts) => {
                    let answered = event.kind == "consultation_answered";
                    let team = facts["team"].as_i64().unwrap_or_default();
                    self.consultations.insert(id_of(facts), (team, answered, seq));
                }
                ("watcher", person) => {
                    let person = person.as_i64().unwrap_or_default();
                    if event.kind == "watcher_removed" {
                        self.watchers.remove(&person);
                    } else {
                        self.watchers.insert(person);
                    }
                }
                ("watchers", Value::Array(people)) => self.watchers.extend(people.iter().filter_map(Value::as_i64)),
                ("link", facts) if event.kind == "unlinked" => drop(self.links.remove(&id_of(facts))),
                ("link", facts) => drop(self.links.insert(id_of(facts), (facts.clone(), seq))),
                ("attachment", facts) => drop(self.attachments.insert(id_of(facts), (facts.clone(), seq))),
                ("rating", facts) => {
                    let round = facts["round"].as_i64().unwrap_or_default();
                    self.ratings.insert(round, (facts.clone(), seq));
                }
                _ => {}
            }
        }
    }
}

/// On SQLite ids have no gaps, so events that went together with their whole ticket show as well.
fn check_gaps(conn: &mut Conn, report: &mut Report) -> Result<()> {
    if let Some((count, given)) = history::gapless(conn)?
        && count != given
    {
        let fault = if count < given { Fault::Removed } else { Fault::Inserted };
        let what = format!("{count} events are here, {given} were written");
        report.findings.push(Finding { fault, ticket: None, seq: None, what });
    }
    Ok(())
}

fn check_audit(conn: &mut Conn, report: &mut Report) -> Result<()> {
    let mut previous = GENESIS.to_owned();
    let mut expected = 1;
    loop {
        let page = history::audit_page(conn, expected - 1, 1000)?;
        if page.is_empty() {
            return Ok(());
        }
        for row in page {
            report.audit_events += 1;
            let fault = if row.seq != expected {
                Some((Fault::Removed, "audit events before this one are gone"))
            } else if row.expected_hash(&previous) != row.hash {
                Some((Fault::Changed, "the audit trail's chain breaks here"))
            } else {
                None
            };
            if let Some((fault, what)) = fault {
                report.findings.push(Finding { fault, ticket: None, seq: Some(row.seq), what: what.to_owned() });
                return Ok(());
            }
            previous = row.hash;
            expected += 1;
        }
    }
}

fn check_anchors(conn: &mut Conn, report: &mut Report) -> Result<()> {
    let mut previous = GENESIS.to_owned();
    let mut after = EventId(0);
    for row in history::anchors(conn)? {
        report.anchors += 1;
        let mut fault = |what: String| {
            report.findings.push(Finding { fault: Fault::Changed, ticket: None, seq: None, what });
        };
        if row.first_event_id != after.0 || anchor_hash(&row, &previous) != row.hash {
            fault(format!("the anchor of {} breaks the chain of anchors", row.day));
        }
        let tree = heads_root(conn, after, EventId(row.last_event_id))?;
        if tree.root() != row.root || i64::try_from(tree.leaves()) != Ok(row.heads) {
            fault(format!("the events anchored on {} are not those of that day", row.day));
        }
        let audit = history::audit_page(conn, row.audit_seq - 1, 1)?.pop();
        let audit_hash = audit.map_or(GENESIS.to_owned(), |audit| audit.hash);
        if row.audit_seq > 0 && audit_hash != row.audit_hash {
            fault(format!("the audit trail is not the one anchored on {}", row.day));
        }
        previous.clone_from(&row.hash);
        after = EventId(row.last_event_id);
    }
    Ok(())
}
