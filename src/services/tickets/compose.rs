//! Writes on a ticket with files that go along, in one transaction: either all of it is there or nothing.

use super::super::fields::one;
use super::super::{Caller, Desk, Result, Work};
use super::attach::{self, StoredFile};
use super::{consult, give_back, hand_over, hold, note, reply, resolve};
use crate::domain::handover::HandoverReason;
use crate::domain::ids::{HandoverId, TeamId, TicketId};
use crate::domain::lifecycle::Waiting;
use crate::domain::people::Actor;
use crate::domain::text::Body;

/// What is written, and what happens with it.
#[derive(Clone, Debug)]
pub enum Writing {
    Reply(reply::Input),
    Note(reply::Input),
    Wait(hold::Input),
    Resolve(resolve::Input),
    /// The files that come along belong to the handover.
    HandOver(hand_over::Input),
    GiveBack(HandoverId, give_back::Input),
    Ask(consult::Input),
}

/// What is written, checked.
enum Checked {
    Reply(Body),
    Note(Body),
    Wait(Waiting, Body),
    Resolve(Body),
    HandOver(TeamId, HandoverReason, Body),
    GiveBack(HandoverId, Body),
    Ask(TeamId, Body),
}

impl Writing {
    fn check(&self) -> Result<Checked> {
        Ok(match self {
            Self::Reply(input) => Checked::Reply(one("/body", Body::parse(&input.body))?),
            Self::Note(input) => Checked::Note(one("/body", Body::parse(&input.body))?),
            Self::Wait(input) => Checked::Wait(input.waiting, one("/reason", Body::parse(&input.reason))?),
            Self::Resolve(input) => Checked::Resolve(one("/resolution", Body::parse(&input.resolution))?),
            Self::HandOver(input) => {
                let tried = one("/tried", Body::parse(&input.tried))?;
                Checked::HandOver(TeamId(input.team_id), input.reason, tried)
            }
            Self::GiveBack(id, input) => Checked::GiveBack(*id, one("/instruction", Body::parse(&input.instruction))?),
            Self::Ask(input) => Checked::Ask(TeamId(input.team_id), one("/question", Body::parse(&input.question))?),
        })
    }

    /// Whether the requester is not to see the files that come along.
    fn is_internal(&self) -> bool {
        match self {
            Self::Reply(_) | Self::Wait(_) | Self::Resolve(_) => false,
            Self::Note(_) | Self::HandOver(_) | Self::GiveBack(..) | Self::Ask(_) => true,
        }
    }
}

/// Writes, with files as pairs of name and content.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, writing: &Writing, files: Vec<(String, Vec<u8>)>) -> Result<()> {
    let checked = writing.check()?;
    if !files.is_empty() && !desk.was_done(caller)? {
        let size = files.iter().map(|(_, content)| content.len()).sum();
        attach::require(desk, &caller.actor, id, size)?;
    }
    let internal = writing.is_internal();
    let store = |(name, content)| attach::store(desk, &attach::Input { name, content, internal });
    let files: Vec<StoredFile> = files.into_iter().map(store).collect::<Result<_>>()?;
    desk.act(caller, |work| apply(work, &caller.actor, id, &checked, &files))
}

/// The files go first: whoever gives a ticket back may not attach to it afterwards.
fn apply(work: &mut Work<'_, '_>, actor: &Actor, id: TicketId, checked: &Checked, files: &[StoredFile]) -> Result<()> {
    let mut attached = Vec::with_capacity(files.len());
    for file in files {
        attached.push(attach::apply(work, actor, id, file)?);
    }
    match checked {
        Checked::Reply(body) => reply::apply(work, actor, id, body).map(drop),
        Checked::Note(body) => note::apply(work, actor, id, body).map(drop),
        Checked::Wait(waiting, reason) => hold::apply(work, actor, id, *waiting, reason).map(drop),
        Checked::Resolve(resolution) => resolve::apply(work, actor, id, resolution).map(drop),
        Checked::GiveBack(handover, text) => give_back::apply(work, actor, id, *handover, text).map(drop),
        Checked::HandOver(team, reason, tried) => {
            hand_over::apply(work, actor, id, *team, *reason, tried, &attached).map(drop)
        }
        Checked::Ask(team, question) => consult::apply(work, actor, id, *team, question).map(drop),
    }
}
