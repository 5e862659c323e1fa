//! Erases a text for ever, as UU PDP 27/2022 may demand. The history keeps its digest, whose salt goes
//! with the text, so the chain stays whole and the text cannot be guessed back.

use serde_json::json;

use super::super::work::Details;
use super::super::{Caller, Desk, Error, Result, Work};
use super::{Done, Reason};
use crate::domain::Refusal;
use crate::domain::conversation::MessageKind;
use crate::domain::event::EventKind;
use crate::domain::ids::{MessageId, TicketId};
use crate::domain::people::{Actor, Role};
use crate::store::search::Document;
use crate::store::{messages, people, search, tickets};

/// Erases it. For admins: erasing needs no reading. The reason goes into the audit trail.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, message: MessageId, input: &Reason) -> Result<Done> {
    let reason = input.parse()?;
    if !caller.actor.has(Role::Admin) {
        return Err(Error::Forbidden);
    }
    super::change(desk, caller, |work, actor| apply(work, actor, id, message, reason.as_str()))
}

fn apply(work: &mut Work<'_, '_>, actor: &Actor, id: TicketId, message: MessageId, reason: &str) -> Result<i64> {
    let before = tickets::by_id(work.tx, id)?.ok_or(Error::NotFound)?;
    let row = messages::by_id(work.tx, id, message)?.ok_or(Error::NotFound)?;
    if row.erased_at.is_some() {
        return Err(Refusal::AlreadyErased.into());
    }
    let mut after = before.clone();
    let latest_subject = messages::latest(work.tx, id, MessageKind::Subject.as_str())?;
    if latest_subject.is_some_and(|subject| subject.id == message.0) {
        after.subject = None;
    }
    messages::erase(work.tx, message, work.now)?;
    let details = Details::none().with("erased", json!(message));
    work.record(EventKind::TextErased, Some(actor.id), &before, &mut after, details)?;
    work.audit("text_erased", Some(actor.id), json!({"ticket": id, "message": message, "reason": reason}))?;
    reindex(work, id)?;
    Ok(after.version)
}

/// Makes the index forget what the texts no longer say.
fn reindex(work: &mut Work<'_, '_>, id: TicketId) -> Result<()> {
    let scope = search::scope(work.tx, id)?;
    let ticket = tickets::by_id(work.tx, id)?.ok_or(Error::NotFound)?;
    let requester = people::by_id(work.tx, ticket.requester)?.map_or_else(String::new, |row| row.name);
    let mut public = format!("{} {requester}", work.desk.prefix.search_words(id));
    let mut internal = String::new();
    let mut after = 0;
    loop {
        let page = messages::page(work.tx, id, true, after, 500)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for row in &page {
            let text = if row.public { &mut public } else { &mut internal };
            text.push(' ');
            text.push_str(row.body.as_deref().unwrap_or_default());
        }
    }
    let document = Document { ticket: id, public: &public, internal: &internal, scope: &scope };
    Ok(search::replace(work.tx, &document)?)
}
