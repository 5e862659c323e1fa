//! Ends a ticket as a duplicate of another: its requester and watchers follow the one that stays.

use serde::Deserialize;
use serde_json::json;

use super::super::work::Details;
use super::super::{Caller, Desk, Error, Result, Work};
use super::Done;
use crate::domain::event::EventKind;
use crate::domain::ids::TicketId;
use crate::domain::people::Actor;
use crate::domain::permission::{Action, may_watch};
use crate::store::tickets;

/// Into which.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MergeTicket)]
pub struct Input {
    /// Number of the ticket that stays.
    pub into: String,
}

/// Merges it.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, input: &Input) -> Result<Done> {
    let into = desk.prefix.read(&input.into).ok_or_else(no_such_target)?;
    super::change(desk, caller, |work, actor| apply(work, actor, id, into))
}

fn no_such_target() -> Error {
    Error::field("/into", "not_found", "tiket tidak ditemukan")
}

/// Merges it, inside a transaction.
pub(crate) fn apply(work: &mut Work<'_, '_>, actor: &Actor, id: TicketId, into: TicketId) -> Result<i64> {
    let loaded = work.load(actor, id, Action::Merge)?;
    let kept = work.other(actor, into, Action::Merge).map_err(|error| match error {
        Error::NotFound | Error::Forbidden => no_such_target(),
        other => other,
    })?;
    let mut after = loaded.ticket.clone();
    after.merge_into(&kept.ticket, work.now)?;
    let by = Some(actor.id);
    work.record(EventKind::Merged, by, &loaded.ticket, &mut after, Details::none())?;

    let mut followers = tickets::involved(work.tx, id)?.watchers;
    followers.push(loaded.ticket.requester);
    let mut added = Vec::new();
    for follower in followers {
        let eligible = match work.person(follower) {
            Ok(person) => may_watch(&person, &kept.ticket),
            Err(_) => false,
        };
        if eligible && follower != kept.ticket.requester && tickets::add_watcher(work.tx, into, follower)? {
            added.push(follower);
        }
    }
    let mut target = kept.ticket.clone();
    let details = Details::none().with("merged", json!(id)).with("watchers", json!(added));
    work.record(EventKind::MergeReceived, by, &kept.ticket, &mut target, details)?;
    Ok(after.version)
}
