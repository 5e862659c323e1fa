//! A transaction with what every verb on a ticket needs: loading under permission, writing texts, and
//! recording a change with its event, its notices and its place in the search index.

use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::accounts::secret;
use super::outbox::queue::{self, News};
use super::sla::sweep::Sweep;
use super::sla::{Rules, keep};
use super::{AuthProblem, Desk, Error, Result};
use crate::domain::chain::canonical;
use crate::domain::conversation::MessageKind;
use crate::domain::event::{EventKind, changed_fields};
use crate::domain::handover::Handover;
use crate::domain::ids::{EventId, HandoverId, MessageId, PersonId, TicketId};
use crate::domain::notice::{Audience, Notice};
use crate::domain::people::Actor;
use crate::domain::permission::{Action, Involved, Relation, may, relations};
use crate::domain::sla::clock::Entry;
use crate::domain::sla::keeping::Change;
use crate::domain::text::Body;
use crate::domain::ticket::Ticket;
use crate::domain::{Instant, Refusal, notice, scope};
use crate::store::clocks::{self, Known, LedgerEvent, Rung};
use crate::store::history::NewEvent;
use crate::store::messages::NewMessage;
use crate::store::{Conn, Tx, handovers, history, messages, people, search, tickets};

/// What people hear of what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// They are told as they chose, and clocks ring.
    Fully,
    /// They find it on the pages; no mail leaves and no clock rings. So it is with what is only made up.
    OnPages,
    /// A log from elsewhere is taken over: nobody is told of what is long past.
    Nowhere,
}

/// An event as it was appended.
#[derive(Clone, Debug)]
pub struct Appended {
    pub event: EventId,
    pub payload: String,
    pub hash: String,
}

/// A write transaction at an instant.
pub struct Work<'w, 'c> {
    pub desk: &'w Desk,
    pub tx: &'w mut Tx<'c>,
    pub now: Instant,
    /// What people hear of it.
    pub heard: Heard,
    /// True while the program does what it should have done long ago: people get one digest of it.
    pub late: bool,
    if_match: Option<i64>,
    /// What a sweep knows.
    pub sweep: Sweep,
    rules: Option<Arc<Rules>>,
    /// Who is known to stay active until this transaction ends.
    held: Vec<PersonId>,
}

/// A ticket with what the actor is to it.
#[derive(Debug)]
pub struct Loaded {
    pub ticket: Ticket,
    pub relations: Vec<Relation>,
}

impl Loaded {
    /// Whether the actor may do this as well.
    pub fn may(&self, action: Action) -> bool {
        may(&self.relations, action).is_ok()
    }

    /// Refuses whoever is not working on it: once a team has accepted it, only that team decides
    /// about waiting, rejecting and who does the work.
    pub fn require_holder(&self) -> Result<()> {
        let with_team = self.ticket.working_team().is_some();
        if with_team && !self.relations.contains(&Relation::Team) && !self.relations.contains(&Relation::Supervisor) {
            return Err(Refusal::WithTier2.into());
        }
        Ok(())
    }
}

/// What an event tells beside the changed fields.
#[derive(Debug, Default)]
pub struct Details {
    facts: Map<String, Value>,
    /// The texts among them that are to be found from now on.
    index: search::Change,
}

impl Details {
    /// Nothing more.
    pub fn none() -> Self {
        Self::default()
    }

    /// With a text, by reference and digest.
    pub fn text(mut self, text: TextRef) -> Self {
        let entry = self.facts.entry("texts").or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(texts) = entry {
            texts.push(json!({"id": text.id, "kind": text.kind, "digest": text.digest}));
        }
        let index = if text.kind.is_public() { &mut self.index.public } else { &mut self.index.internal };
        index.extend(text.words);
        self
    }

    /// With a handover as it now is.
    pub fn handover(self, handover: &Handover) -> Self {
        self.with("handover", handover_facts(handover))
    }

    /// With what is entered into the ledger of its clocks.
    pub fn clocks(self, entries: &[Entry]) -> Self {
        if entries.is_empty() { self } else { self.with("clocks", json!(entries)) }
    }

    /// With anything else.
    pub fn with(mut self, key: &str, value: Value) -> Self {
        self.facts.insert(key.to_owned(), value);
        self
    }
}

/// What an event tells of a handover; `verify` compares the row with the last of these.
pub fn handover_facts(handover: &Handover) -> Value {
    json!({
        "id": handover.id,
        "to": handover.to,
        "reason": handover.reason,
        "state": handover.state,
        "accepted_by": handover.accepted_by,
        "accepted_at": handover.accepted_at.map(|at| at.timestamp_millis()),
        "ended_at": handover.ended_at.map(|at| at.timestamp_millis()),
    })
}

/// A stored text.
#[derive(Clone, Debug)]
pub struct TextRef {
    pub id: MessageId,
    pub kind: MessageKind,
    pub digest: String,
    /// What the search index learns with the event, if it does not know it yet.
    words: Option<String>,
}

/// Loads a ticket for somebody who wants to do something to it.
pub fn load(conn: &mut Conn, actor: &Actor, id: TicketId, action: Action) -> Result<Loaded> {
    let ticket = tickets::by_id(conn, id)?.ok_or(Error::NotFound)?;
    let relations = relations_to(conn, actor, &ticket, action)?;
    may(&relations, action)?;
    Ok(Loaded { ticket, relations })
}

/// What the actor is to the ticket. Asks the database for watchers and past teams only if the ticket
/// itself does not already allow the action and everything internal.
pub fn relations_to(conn: &mut Conn, actor: &Actor, ticket: &Ticket, action: Action) -> Result<Vec<Relation>> {
    let plain = relations(actor, ticket, &Involved::default());
    if may(&plain, action).is_ok() && may(&plain, Action::ReadInternal).is_ok() {
        return Ok(plain);
    }
    Ok(relations(actor, ticket, &tickets::involved(conn, ticket.id)?))
}

impl<'w, 'c> Work<'w, 'c> {
    /// Begins work in a transaction.
    pub fn new(desk: &'w Desk, tx: &'w mut Tx<'c>, now: Instant, if_match: Option<i64>) -> Self {
        Self {
            desk,
            tx,
            now,
            heard: Heard::Fully,
            late: false,
            if_match,
            sweep: Sweep::default(),
            rules: None,
            held: Vec::new(),
        }
    }

    /// Does something that may fail without ending the transaction: a failure undoes it alone.
    pub fn attempt<T>(&mut self, act: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.tx.mark()?;
        let result = act(self);
        match result {
            Ok(_) => self.tx.keep()?,
            Err(_) => {
                self.tx.undo_to_mark()?;
                // Locks that were taken since are gone with it.
                self.held.clear();
            }
        }
        result
    }

    /// Loads a ticket to change it; refuses when the caller saw another version.
    pub fn load(&mut self, actor: &Actor, id: TicketId, action: Action) -> Result<Loaded> {
        let loaded = load(self.tx, actor, id, action)?;
        self.require_version(loaded.ticket.version)?;
        Ok(loaded)
    }

    /// Refuses when the caller saw another version of the row.
    pub fn require_version(&self, version: i64) -> Result<()> {
        match self.if_match {
            Some(wanted) if wanted != version => Err(Error::VersionChanged),
            _ => Ok(()),
        }
    }

    /// Another ticket that the actor may read.
    pub fn other(&mut self, actor: &Actor, id: TicketId, action: Action) -> Result<Loaded> {
        load(self.tx, actor, id, action)
    }

    /// The calendars and policies as this transaction sees them. What it or, on SQLite, another of its group
    /// has added may still be undone, so nobody else is to know of it.
    pub fn rules(&mut self) -> Result<Arc<Rules>> {
        if let Some(rules) = &self.rules {
            return Ok(Arc::clone(rules));
        }
        let rules = match self.desk.known_rules(self.tx)? {
            Some(known) => known,
            None => Arc::new(Rules::load(self.tx)?),
        };
        Ok(Arc::clone(self.rules.insert(rules)))
    }

    /// The day of this work where the desk stands.
    pub fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.desk.zone).date_naive()
    }

    /// A person as an actor today; refuses whoever is unknown or inactive.
    pub fn person(&mut self, id: PersonId) -> Result<Actor> {
        let today = self.today();
        people::actor(self.tx, id, today)?.ok_or_else(|| Refusal::NotEligible.into())
    }

    /// Has whoever the ticket newly names as owner or assignee stay active until this is committed.
    /// Deactivating hands on open work: either it waits and finds this ticket, or this finds it done.
    pub fn hold_named(&mut self, by: Option<PersonId>, before: Option<&Ticket>, after: &Ticket) -> Result<()> {
        let owner = Some(after.owner).filter(|owner| before.is_none_or(|b| b.owner != *owner));
        let assignee = after.assignee.filter(|assignee| before.is_none_or(|b| b.assignee != Some(*assignee)));
        for person in owner.into_iter().chain(assignee) {
            if self.held.contains(&person) {
                continue;
            }
            if !people::hold_active(self.tx, person)? {
                // Trying again chooses somebody else, unless it is the caller who is out.
                let out = Error::Unauthenticated(AuthProblem::Invalid);
                return Err(if by == Some(person) { out } else { Error::Conflict });
            }
            self.held.push(person);
        }
        Ok(())
    }

    /// A handover of the ticket, as the domain sees it.
    pub fn handover(&mut self, ticket: &Ticket, id: HandoverId) -> Result<Handover> {
        let row = handovers::by_id(self.tx, ticket.id, id)?.ok_or(Error::NotFound)?;
        Ok(row.to_handover()?)
    }

    /// Stores a text. The search index learns it with the event that tells of it.
    pub fn text(&mut self, ticket: TicketId, kind: MessageKind, by: Option<PersonId>, body: &Body) -> Result<TextRef> {
        let text = self.text_unindexed(ticket, kind, by, body.as_str())?;
        Ok(TextRef { words: Some(body.as_str().to_owned()), ..text })
    }

    /// Stores a text that the caller indexes itself.
    pub fn text_unindexed(
        &mut self,
        ticket: TicketId,
        kind: MessageKind,
        by: Option<PersonId>,
        body: &str,
    ) -> Result<TextRef> {
        let [text] = self.texts_unindexed(ticket, by, [(kind, body)])?;
        Ok(text)
    }

    /// Stores several texts that the caller indexes itself.
    pub fn texts_unindexed<const N: usize>(
        &mut self,
        ticket: TicketId,
        by: Option<PersonId>,
        texts: [(MessageKind, &str); N],
    ) -> Result<[TextRef; N]> {
        let texts = texts.map(|(kind, body)| (kind, body, secret::salt()));
        let new = texts.each_ref().map(|(kind, body, salt)| NewMessage {
            ticket,
            kind: kind.as_str(),
            public: kind.is_public(),
            author: by,
            at: self.now,
            body,
            salt,
        });
        let added = messages::insert(self.tx, &new)?;
        let refs = added.into_iter().zip(&texts);
        let refs = refs.map(|((id, digest), (kind, ..))| TextRef { id, kind: *kind, digest, words: None });
        refs.collect::<Vec<_>>().try_into().map_err(|_| Error::Internal("a text was not stored".to_owned()))
    }

    /// Writes a change of a ticket: row, event, clocks, notices, and who finds it by searching. One event,
    /// one version.
    pub fn record(
        &mut self,
        kind: EventKind,
        by: Option<PersonId>,
        before: &Ticket,
        after: &mut Ticket,
        details: Details,
    ) -> Result<EventId> {
        self.record_ringing(kind, by, before, after, details, None)
    }

    /// Writes a change that an alarm brings about.
    pub fn record_ringing(
        &mut self,
        kind: EventKind,
        by: Option<PersonId>,
        before: &Ticket,
        after: &mut Ticket,
        details: Details,
        rung: Option<&Rung>,
    ) -> Result<EventId> {
        let kept = keep::weigh(self, &Change { kind, by, before: Some(before), after }, rung)?;
        self.record_kept(kind, by, before, after, details, kept, rung)
    }

    /// Brings the clocks of a ticket up to date, with an event only if something is to be entered.
    pub fn adjust_clocks(&mut self, before: &Ticket) -> Result<()> {
        let (kind, mut after) = (EventKind::ClocksAdjusted, before.clone());
        let kept = keep::weigh(self, &Change { kind, by: None, before: Some(before), after: &after }, None)?;
        if kept.entries.is_empty() {
            if kept.promises != before.promises {
                tickets::set_promises(self.tx, before.id, kept.promises)?;
            }
            return keep::write(self, before.id, &kept);
        }
        self.record_kept(kind, None, before, &mut after, Details::none(), kept, None)?;
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "the last step of three ways of recording")]
    fn record_kept(
        &mut self,
        kind: EventKind,
        by: Option<PersonId>,
        before: &Ticket,
        after: &mut Ticket,
        mut details: Details,
        mut kept: keep::Kept,
        rung: Option<&Rung>,
    ) -> Result<EventId> {
        if let (Some(current), true) = (before.handover, after.status.is_final()) {
            let mut handover = self.handover(before, current.id)?;
            handover.end_with(after, self.now);
            handovers::update(self.tx, &handover, None)?;
            details = details.handover(&handover);
        }
        after.version = before.version + 1;
        after.updated_at = self.now;
        after.promises = kept.promises;
        after.check().map_err(|reason| Error::Internal(format!("{kind}: {reason}")))?;
        // Before the ticket, as deactivating does, so that the two do not wait for each other.
        self.hold_named(by, Some(before), after)?;
        tickets::update(self.tx, after, before.version)?;
        let mut details = details.clocks(&kept.entries);
        let index = std::mem::take(&mut details.index);
        let previous = kept.known.as_ref().map(|known| known.hash.as_str());
        let Appended { event, payload, hash } = self.append(kind, by, Some(before), after, details, previous)?;
        keep::write(self, after.id, &kept)?;
        if let Some(mut known) = kept.known.take() {
            let (kind, actor_id) = (kind.as_str().to_owned(), by.map(|by| by.0));
            known.ledger.push(LedgerEvent { seq: after.version, kind, actor_id, at: self.now.naive_utc(), payload });
            self.sweep.put(after.clone(), Known { hash, ..known });
        }
        if let Some(rung) = rung {
            clocks::ring(self.tx, after.id, rung, event)?;
        }
        self.notify(event, kind, by, Some(before), after)?;
        self.reindex(before, after, kind, index)?;
        Ok(event)
    }

    /// Appends the event of a change that is written already, after the one with this hash if that is known.
    pub fn append(
        &mut self,
        kind: EventKind,
        by: Option<PersonId>,
        before: Option<&Ticket>,
        after: &Ticket,
        details: Details,
        previous: Option<&str>,
    ) -> Result<Appended> {
        let mut payload = details.facts;
        let set = changed_fields(before, after);
        if !set.is_empty() {
            payload.insert("set".to_owned(), Value::Object(set));
        }
        let payload = canonical(&Value::Object(payload));
        let new = NewEvent {
            ticket: after.id,
            seq: after.version,
            kind: kind.as_str(),
            actor: by,
            at: self.now,
            payload: &payload,
            previous,
        };
        let (event, hash) = history::append(self.tx, new)?;
        Ok(Appended { event, payload, hash })
    }

    /// Queues the notices of an event.
    pub fn notify(
        &mut self,
        event: EventId,
        kind: EventKind,
        by: Option<PersonId>,
        before: Option<&Ticket>,
        after: &Ticket,
    ) -> Result<()> {
        let Some(notice) = Notice::of(kind).filter(|_| self.heard != Heard::Nowhere) else { return Ok(()) };
        let watchers = if notice.rule().audience.contains(&Audience::Watchers) {
            tickets::involved(self.tx, after.id)?.watchers
        } else {
            Vec::new()
        };
        let (mut people, team) = notice::recipients(notice, before, after, &watchers, by);
        if let Some(team) = team {
            let today = self.today();
            let members = self.sweep.members(self.tx, team, today)?;
            people.extend(members.into_iter().map(|member| (member, Audience::Team)));
            notice::once(&mut people, by);
        }
        let news = News { event, notice, ticket: after, from: self.now, late: self.late };
        queue::run(self, &news, &people)
    }

    /// Brings the search index up to date with what was said and with who may find the ticket.
    fn reindex(&mut self, before: &Ticket, after: &Ticket, kind: EventKind, mut change: search::Change) -> Result<()> {
        let involved_changed = matches!(
            kind,
            EventKind::WatcherAdded
                | EventKind::WatcherRemoved
                | EventKind::MergeReceived
                | EventKind::Consulted
                | EventKind::HandedOver
        );
        let none = Involved::default();
        let same = scope::words(before, &none) == scope::words(after, &none);
        // A ticket without anybody else involved gives its words without asking the database.
        if !same || involved_changed {
            let involved = tickets::involved(self.tx, after.id)?;
            change.scope = Some(scope::words(after, &involved));
        }
        Ok(search::update(self.tx, after.id, &change)?)
    }

    /// Writes into the audit trail of everything that is not a ticket.
    pub fn audit(&mut self, kind: &str, by: Option<PersonId>, payload: Value) -> Result<()> {
        Ok(history::audit(self.tx, kind, by, self.now, &canonical(&payload))?)
    }
}
