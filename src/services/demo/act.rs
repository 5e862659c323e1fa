//! What people do in the demo, planned before anything is written: who, when, on which ticket. Performing
//! it goes through the same services as everything else, permissions included.

use std::collections::{BTreeMap, HashMap};

use super::super::tickets::{
    accept, answer, assign, attach, cancel, close, consult, give_back, hand_over, hold, link, merge, note, open, rate,
    reject, reopen, reply, resolve, resume, tag, watch, withdraw,
};
use super::super::{Error, Result, Work};
use crate::domain::Instant;
use crate::domain::handover::HandoverReason;
use crate::domain::ids::{ConsultationId, HandoverId, PersonId, TeamId, TicketId};
use crate::domain::lifecycle::Waiting;
use crate::domain::people::Actor;
use crate::domain::text::{Body, Tag};
use crate::domain::ticket::LinkKind;
use crate::store::{handovers, tickets};

/// A ticket before it has a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot(pub usize);

/// One act of one person.
#[derive(Debug)]
pub(super) struct Step {
    pub at: Instant,
    pub by: PersonId,
    pub slot: Slot,
    pub act: Act,
}

/// What is done.
#[derive(Debug)]
pub(super) enum Act {
    Open(Box<open::Opening>),
    Take,
    Reply(Body),
    Note(Body),
    Hold(Waiting, Body),
    Resume,
    HandOver {
        to: TeamId,
        reason: HandoverReason,
        tried: Body,
    },
    Accept,
    GiveBack(Body),
    Withdraw(Body),
    Resolve(Body),
    Reopen(Body),
    Rate(rate::Opinion),
    Close,
    Cancel(Body),
    Reject(Body),
    Consult(TeamId, Body),
    /// Of the last question.
    Answer(Body),
    Tag(Vec<Tag>),
    Watch(PersonId),
    Attach(attach::StoredFile),
    Link(LinkKind, Slot),
    Merge(Slot),
}

/// The tickets that are open already.
pub(super) type Numbers = BTreeMap<Slot, TicketId>;

/// Performs acts in a transaction, one after the other.
pub(super) struct Stage<'s, 'w, 'c> {
    pub work: &'s mut Work<'w, 'c>,
    pub numbers: Numbers,
    /// What people are today.
    pub actors: HashMap<PersonId, Actor>,
}

impl Stage<'_, '_, '_> {
    /// Does it at its instant. A refusal is a mistake of the plan.
    pub fn perform(&mut self, step: &Step) -> Result<()> {
        self.work.now = step.at;
        let actor = match self.actors.get(&step.by) {
            Some(actor) => actor.clone(),
            None => self.work.person(step.by)?,
        };
        self.actors.insert(step.by, actor.clone());
        self.act(step, &actor).map_err(|error| match error {
            Error::Conflict | Error::Unavailable(_) => error,
            other => Error::Internal(format!("demo: {other} at {} by person {}: {:?}", step.at, step.by, step.act)),
        })
    }

    fn act(&mut self, step: &Step, actor: &Actor) -> Result<()> {
        if let Act::Open(opening) = &step.act {
            let id = open::apply(self.work, actor, opening)?;
            self.numbers.insert(step.slot, id);
            return Ok(());
        }
        let id = number(&self.numbers, step.slot)?;
        let handover = if step.act.answers_handover() { self.handover(id)? } else { HandoverId(0) };
        let work = &mut *self.work;
        match &step.act {
            Act::Open(_) => Ok(()),
            Act::Take => done(assign::apply(work, actor, id, actor.id)),
            Act::Reply(text) => done(reply::apply(work, actor, id, text)),
            Act::Note(text) => done(note::apply(work, actor, id, text)),
            Act::Hold(waiting, reason) => done(hold::apply(work, actor, id, *waiting, reason)),
            Act::Resume => done(resume::apply(work, actor, id)),
            Act::HandOver { to, reason, tried } => done(hand_over::apply(work, actor, id, *to, *reason, tried, &[])),
            Act::Accept => done(accept::apply(work, actor, id, handover)),
            Act::GiveBack(instruction) => done(give_back::apply(work, actor, id, handover, instruction)),
            Act::Withdraw(reason) => done(withdraw::apply(work, actor, id, handover, reason)),
            Act::Resolve(text) => done(resolve::apply(work, actor, id, text)),
            Act::Reopen(reason) => done(reopen::apply(work, actor, id, reason, None)),
            Act::Rate(opinion) => done(rate::apply(work, actor, id, opinion, false)),
            Act::Close => done(close::apply(work, actor, id)),
            Act::Cancel(reason) => done(cancel::apply(work, actor, id, reason)),
            Act::Reject(reason) => done(reject::apply(work, actor, id, reason)),
            Act::Consult(team, question) => done(consult::apply(work, actor, id, *team, question)),
            Act::Answer(text) => {
                let asked = handovers::consultations(work.tx, id)?.pop().ok_or_else(|| missing("question"))?;
                done(answer::apply(work, actor, id, ConsultationId(asked.0.id), text))
            }
            Act::Tag(tags) => done(tag::apply(work, actor, id, tags)),
            Act::Watch(person) => done(watch::apply_add(work, actor, id, *person)),
            Act::Attach(file) => done(attach::apply(work, actor, id, file)),
            Act::Link(kind, other) => done(link::apply(work, actor, id, *kind, number(&self.numbers, *other)?)),
            Act::Merge(into) => done(merge::apply(work, actor, id, number(&self.numbers, *into)?)),
        }
    }

    fn handover(&mut self, id: TicketId) -> Result<HandoverId> {
        let ticket = tickets::by_id(self.work.tx, id)?;
        ticket.and_then(|ticket| ticket.handover).map(|handover| handover.id).ok_or_else(|| missing("handover"))
    }
}

impl Act {
    fn answers_handover(&self) -> bool {
        matches!(self, Self::Accept | Self::GiveBack(_) | Self::Withdraw(_))
    }
}

fn number(numbers: &Numbers, slot: Slot) -> Result<TicketId> {
    numbers.get(&slot).copied().ok_or_else(|| missing("ticket"))
}

fn done<T>(result: Result<T>) -> Result<()> {
    result.map(|_| ())
}

fn missing(what: &str) -> Error {
    Error::Internal(format!("demo: there is no {what} yet"))
}
