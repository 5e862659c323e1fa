//! Corrects what a ticket says. Older wordings stay in the history; the priority follows impact and
//! urgency unless it is set by hand, which needs a reason.

use serde::{Deserialize, Deserializer};

use super::super::fields::Fields;
use super::super::work::{Details, Loaded};
use super::super::{Caller, Desk, Error, Result, Work};
use super::Done;
use crate::domain::Refusal;
use crate::domain::conversation::MessageKind;
use crate::domain::event::EventKind;
use crate::domain::ids::{CategoryId, TicketId};
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::domain::priority::{Level, Priority};
use crate::domain::text::{Body, Subject};
use crate::domain::ticket::{Classification, Ticket, TicketType};
use crate::store::organisation;

/// What is to change; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EditTicket)]
pub struct Input {
    #[serde(rename = "type", default)]
    pub kind: Option<TicketType>,
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub subject: Option<String>,
    #[serde(default)]
    #[schema(min_length = 1, max_length = 20000)]
    pub description: Option<String>,
    #[serde(default)]
    pub impact: Option<Level>,
    #[serde(default)]
    pub urgency: Option<Level>,
    /// Set by hand; needs `reason` unless the table says the same.
    #[serde(default)]
    pub priority: Option<Priority>,
    /// Why the priority is set by hand. Internal.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 20000)]
    pub reason: Option<String>,
    #[serde(default)]
    pub classification: Option<Classification>,
    #[serde(default)]
    pub personal_data: Option<bool>,
    /// `null` takes the category away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    pub category_id: Option<Option<i64>>,
}

/// Tells a field that is `null` from one that is absent.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<Option<i64>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// A checked correction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edit {
    pub kind: Option<TicketType>,
    pub subject: Option<Subject>,
    pub description: Option<Body>,
    pub impact: Option<Level>,
    pub urgency: Option<Level>,
    pub priority: Option<(Priority, Option<Body>)>,
    pub classification: Option<Classification>,
    pub personal_data: Option<bool>,
    pub category: Option<Option<CategoryId>>,
}

/// Corrects it.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, input: &Input) -> Result<Done> {
    let mut fields = Fields::default();
    let subject = fields.take_some("/subject", input.subject.as_deref(), Subject::parse);
    let description = fields.take_some("/description", input.description.as_deref(), Body::parse);
    let reason = fields.take_some("/reason", input.reason.as_deref(), Body::parse);
    let edit = fields.finish(Some(Edit {
        kind: input.kind,
        subject,
        description,
        impact: input.impact,
        urgency: input.urgency,
        priority: input.priority.map(|priority| (priority, reason)),
        classification: input.classification,
        personal_data: input.personal_data,
        category: input.category_id.map(|id| id.map(CategoryId)),
    }))?;
    super::change(desk, caller, |work, actor| apply(work, actor, id, &edit))
}

/// Corrects it, inside a transaction. What is so already: nothing happens.
pub(crate) fn apply(work: &mut Work<'_, '_>, actor: &Actor, id: TicketId, edit: &Edit) -> Result<i64> {
    let classifies_only = edit.classification.is_some() && edit.is_only_classification();
    let loaded = work.load(actor, id, if classifies_only { Action::Classify } else { Action::Edit })?;
    if edit.classification.is_some() && !loaded.may(Action::Classify) {
        return Err(Error::Forbidden);
    }
    if loaded.ticket.status.is_final() {
        return Err(Refusal::Final.into());
    }
    let after = changed(work, &loaded, edit)?;
    let details = texts(work, actor, &loaded.ticket, edit, &after)?;
    let Some(details) = details else {
        if after == loaded.ticket {
            return Ok(loaded.ticket.version);
        }
        return write(work, actor, &loaded.ticket, after, Details::none());
    };
    write(work, actor, &loaded.ticket, after, details)
}

impl Edit {
    fn is_only_classification(&self) -> bool {
        self.kind.is_none()
            && self.subject.is_none()
            && self.description.is_none()
            && self.impact.is_none()
            && self.urgency.is_none()
            && self.priority.is_none()
            && self.personal_data.is_none()
            && self.category.is_none()
    }
}

fn changed(work: &mut Work<'_, '_>, loaded: &Loaded, edit: &Edit) -> Result<Ticket> {
    let mut after = loaded.ticket.clone();
    if let Some(kind) = edit.kind {
        if after.security && kind != TicketType::Incident {
            return Err(Refusal::SecurityType.into());
        }
        after.kind = kind;
    }
    if let Some(subject) = &edit.subject {
        after.subject = Some(subject.as_str().to_owned());
    }
    after.impact = edit.impact.unwrap_or(after.impact);
    after.urgency = edit.urgency.unwrap_or(after.urgency);
    after.classification = edit.classification.unwrap_or(after.classification);
    after.personal_data = edit.personal_data.unwrap_or(after.personal_data);
    if let Some(category) = edit.category {
        if let Some(category) = category {
            organisation::category_by_id(work.tx, category)?
                .filter(|row| row.active)
                .ok_or_else(|| Error::field("/category_id", "not_found", "kategori tidak ditemukan"))?;
        }
        after.category = category;
    }
    let by_table = organisation::priority(work.tx, after.impact, after.urgency)?;
    let rated_anew = (after.impact, after.urgency) != (loaded.ticket.impact, loaded.ticket.urgency);
    match &edit.priority {
        Some((priority, reason)) => {
            if *priority != by_table && *priority != loaded.ticket.priority && reason.is_none() {
                let refusal = Refusal::PriorityReason;
                return Err(Error::field("/reason", refusal.code(), refusal.to_string()));
            }
            after.priority = *priority;
        }
        None if rated_anew => after.priority = by_table,
        None => {}
    }
    Ok(after)
}

/// Stores the new texts; `None` if there are none.
fn texts(
    work: &mut Work<'_, '_>,
    actor: &Actor,
    before: &Ticket,
    edit: &Edit,
    after: &Ticket,
) -> Result<Option<Details>> {
    let by = Some(actor.id);
    let mut details = None;
    let add = |text, details: &mut Option<Details>| *details = Some(details.take().unwrap_or_default().text(text));
    if let Some(subject) = edit.subject.as_ref().filter(|_| before.subject != after.subject) {
        let body = Body::parse(subject.as_str()).expect("a subject is a short body");
        add(work.text(before.id, MessageKind::Subject, by, &body)?, &mut details);
    }
    if let Some(description) = &edit.description {
        let present = crate::store::messages::latest(work.tx, before.id, MessageKind::Description.as_str())?;
        if present.and_then(|row| row.body).as_deref() != Some(description.as_str()) {
            add(work.text(before.id, MessageKind::Description, by, description)?, &mut details);
        }
    }
    if let Some((_, Some(reason))) = edit.priority.as_ref().filter(|_| before.priority != after.priority) {
        add(work.text(before.id, MessageKind::InternalReason, by, reason)?, &mut details);
    }
    Ok(details)
}

fn write(work: &mut Work<'_, '_>, actor: &Actor, before: &Ticket, mut after: Ticket, details: Details) -> Result<i64> {
    if before.classification == after.classification {
        work.record(EventKind::Edited, Some(actor.id), before, &mut after, details)?;
    } else {
        let before = super::watch::drop_ineligible(work, actor, before, &after)?;
        work.record(EventKind::Classified, Some(actor.id), &before, &mut after, details)?;
    }
    Ok(after.version)
}
