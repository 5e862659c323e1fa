//! Sets the tags of a ticket.

use serde::Deserialize;

use super::super::fields::Fields;
use super::super::work::Details;
use super::super::{Caller, Desk, Error, Result, Work};
use super::Done;
use crate::domain::Refusal;
use crate::domain::event::EventKind;
use crate::domain::ids::TicketId;
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::domain::text::Tag;

/// All tags that the ticket is to have.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TagTicket)]
pub struct Input {
    #[schema(max_items = 20)]
    pub tags: Vec<String>,
}

/// Parses tags: sorted, each once.
pub(super) fn parse(fields: &mut Fields, tags: &[String]) -> Vec<Tag> {
    if tags.len() > Tag::MOST {
        fields.wrong("/tags", "too_many", format!("paling banyak {} tag", Tag::MOST));
        return Vec::new();
    }
    let mut parsed: Vec<Tag> = tags
        .iter()
        .enumerate()
        .filter_map(|(index, tag)| fields.take(&format!("/tags/{index}"), Tag::parse(tag)))
        .collect();
    parsed.sort();
    parsed.dedup();
    parsed
}

/// Sets them.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, input: &Input) -> Result<Done> {
    let mut fields = Fields::default();
    let tags = parse(&mut fields, &input.tags);
    let tags = fields.finish(Some(tags))?;
    super::change(desk, caller, |work, actor| apply(work, actor, id, &tags))
}

/// Adds tags to those that are there.
pub fn add(desk: &Desk, caller: &Caller, id: TicketId, input: &Input) -> Result<Done> {
    let mut fields = Fields::default();
    let added = parse(&mut fields, &input.tags);
    let added = fields.finish(Some(added))?;
    super::change(desk, caller, |work, actor| {
        let mut tags = work.load(actor, id, Action::Tag)?.ticket.tags;
        tags.extend(added.iter().cloned());
        tags.sort();
        tags.dedup();
        if tags.len() > Tag::MOST {
            return Err(Error::field("/tags", "too_many", format!("paling banyak {} tag", Tag::MOST)));
        }
        apply(work, actor, id, &tags)
    })
}

/// Sets them, inside a transaction. The tags that are there already: nothing happens.
pub(crate) fn apply(work: &mut Work<'_, '_>, actor: &Actor, id: TicketId, tags: &[Tag]) -> Result<i64> {
    let loaded = work.load(actor, id, Action::Tag)?;
    if loaded.ticket.status.is_final() {
        return Err(Refusal::Final.into());
    }
    if loaded.ticket.tags == tags {
        return Ok(loaded.ticket.version);
    }
    let mut after = loaded.ticket.clone();
    after.tags = tags.to_vec();
    work.record(EventKind::Tagged, Some(actor.id), &loaded.ticket, &mut after, Details::none())?;
    Ok(after.version)
}
