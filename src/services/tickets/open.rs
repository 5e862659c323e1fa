//! Opens a ticket: for oneself, or on behalf of somebody. A security incident goes straight to CSIRT
//! (Perbup Batang 50/2019 Ps 37(4)).

use serde::{Deserialize, Serialize};

use super::super::fields::Fields;
use super::super::sla::keep;
use super::super::work::Details;
use super::super::{Caller, Desk, Error, Result, Work};
use crate::domain::conversation::MessageKind;
use crate::domain::event::EventKind;
use crate::domain::handover::HandoverReason;
use crate::domain::ids::{CategoryId, OpdId, PersonId, TicketId};
use crate::domain::people::{Actor, Role};
use crate::domain::permission::{Action, Involved};
use crate::domain::priority::Level;
use crate::domain::sla::keeping::Change;
use crate::domain::text::{Body, Subject, Tag};
use crate::domain::ticket::{Channel, Classification, LinkKind, Promises, Status, Ticket, TicketType};
use crate::domain::{Refusal, scope};
use crate::store::search::Document;
use crate::store::{organisation, people, search, tickets};

/// A ticket as somebody files it.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OpenTicket)]
pub struct Input {
    #[serde(rename = "type")]
    pub kind: TicketType,
    /// One line.
    #[schema(min_length = 1, max_length = 200)]
    pub subject: String,
    /// What happens, since when, what was tried.
    #[schema(min_length = 1, max_length = 20000)]
    pub description: String,
    /// How many are hit.
    #[serde(default = "medium")]
    pub impact: Level,
    /// How soon it must be solved.
    #[serde(default = "medium")]
    pub urgency: Level,
    /// How the report came in.
    #[serde(default = "portal")]
    pub channel: Channel,
    #[serde(default = "open")]
    pub classification: Classification,
    /// A security incident: bypasses Tier 1, goes to CSIRT at once. Only for incidents.
    #[serde(default)]
    pub security: bool,
    /// Personal data is involved.
    #[serde(default)]
    pub personal_data: bool,
    /// Who needs the help; oneself if absent. Tier 1 files for people of its OPD, the Dinas for anybody.
    #[serde(default)]
    pub requester_id: Option<i64>,
    #[serde(default)]
    pub category_id: Option<i64>,
    #[serde(default)]
    #[schema(max_items = 20)]
    pub tags: Vec<String>,
    /// Number of an ended ticket that this one follows.
    #[serde(default)]
    pub follows: Option<String>,
}

fn medium() -> Level {
    Level::Medium
}

fn portal() -> Channel {
    Channel::Portal
}

fn open() -> Classification {
    Classification::Open
}

/// A checked ticket to be.
#[derive(Clone, Debug)]
pub(crate) struct Opening {
    pub kind: TicketType,
    pub subject: Subject,
    pub description: Body,
    pub impact: Level,
    pub urgency: Level,
    pub channel: Channel,
    pub classification: Classification,
    pub security: bool,
    pub personal_data: bool,
    pub requester: PersonId,
    /// The desk that serves it; the requester's OPD unless another is named.
    pub desk: Option<OpdId>,
    pub category: Option<CategoryId>,
    pub tags: Vec<Tag>,
    pub follows: Option<TicketId>,
}

/// The ticket that was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    pub id: TicketId,
}

/// Opens a ticket.
pub fn run(desk: &Desk, caller: &Caller, input: &Input) -> Result<Opened> {
    let opening = parse(desk, &caller.actor, input)?;
    desk.act(caller, |work| {
        may_file_for(work, &caller.actor, opening.requester)?;
        if let Some(follows) = opening.follows {
            let followed = work.other(&caller.actor, follows, Action::Read).map_err(|_| no_such("/follows"))?;
            if followed.ticket.is_open() {
                return Err(Error::field("/follows", "not_ended", "tiket yang diacu masih terbuka"));
            }
        }
        let id = apply(work, &caller.actor, &opening)?;
        Ok(Opened { id })
    })
}

fn parse(desk: &Desk, actor: &Actor, input: &Input) -> Result<Opening> {
    let mut fields = Fields::default();
    let subject = fields.take("/subject", Subject::parse(&input.subject));
    let description = fields.take("/description", Body::parse(&input.description));
    let tags = super::tag::parse(&mut fields, &input.tags);
    let follows = input.follows.as_deref().and_then(|number| {
        let id = desk.prefix.read(number);
        if id.is_none() {
            fields.wrong("/follows", "invalid_format", "bukan nomor tiket");
        }
        id
    });
    if input.security && input.kind != TicketType::Incident {
        fields.wrong("/security", Refusal::SecurityType.code(), Refusal::SecurityType.to_string());
    }
    let opening = subject.zip(description).map(|(subject, description)| Opening {
        kind: input.kind,
        subject,
        description,
        impact: input.impact,
        urgency: input.urgency,
        channel: input.channel,
        classification: input.classification,
        security: input.security,
        personal_data: input.personal_data,
        requester: input.requester_id.map_or(actor.id, PersonId),
        desk: None,
        category: input.category_id.map(CategoryId),
        tags,
        follows,
    });
    fields.finish(opening)
}

fn no_such(pointer: &str) -> Error {
    Error::field(pointer, "not_found", "tidak ditemukan")
}

/// Tier 1 files for people of its own OPD, Tier 2 and supervisors for anybody, everybody for oneself.
fn may_file_for(work: &mut Work<'_, '_>, actor: &Actor, requester: PersonId) -> Result<()> {
    if requester == actor.id {
        return Ok(());
    }
    let dinas = actor.has(Role::Tier2Agent) || actor.has(Role::Supervisor);
    if !dinas && !actor.has(Role::Tier1Agent) {
        return Err(Error::Forbidden);
    }
    let person =
        people::by_id(work.tx, requester)?.filter(|person| person.active && (dinas || person.opd_id == actor.opd.0));
    person.map(|_| ()).ok_or_else(|| no_such("/requester_id"))
}

/// Opens a ticket inside a transaction.
pub(crate) fn apply(work: &mut Work<'_, '_>, actor: &Actor, opening: &Opening) -> Result<TicketId> {
    let requester = people::by_id(work.tx, opening.requester)?.ok_or_else(|| no_such("/requester_id"))?;
    let opd = opening.desk.unwrap_or(OpdId(requester.opd_id));
    if let Some(category) = opening.category {
        organisation::category_by_id(work.tx, category)?
            .filter(|row| row.active)
            .ok_or_else(|| no_such("/category_id"))?;
    }
    let priority = organisation::priority(work.tx, opening.impact, opening.urgency)?;
    let mut ticket = Ticket {
        id: TicketId(0),
        version: 1,
        kind: opening.kind,
        status: Status::New,
        subject: Some(opening.subject.as_str().to_owned()),
        impact: opening.impact,
        urgency: opening.urgency,
        priority,
        channel: opening.channel,
        classification: opening.classification,
        security: opening.security,
        personal_data: opening.personal_data,
        major: false,
        opd,
        requester: opening.requester,
        recorder: actor.id,
        owner: owner(work, actor, opd)?,
        assignee: None,
        handover: None,
        bounces: 0,
        reopenings: 0,
        category: opening.category,
        merged_into: None,
        tags: opening.tags.clone(),
        opened_at: work.now,
        updated_at: work.now,
        resolved_at: None,
        closed_at: None,
        promises: Promises::default(),
    };
    ticket.check().map_err(|reason| Error::Internal(format!("opening: {reason}")))?;
    work.hold_named(Some(actor.id), None, &ticket)?;
    let by = Some(actor.id);
    let kept = keep::weigh(work, &Change { kind: EventKind::Opened, by, before: None, after: &ticket }, None)?;
    ticket.promises = kept.promises;
    ticket.id = tickets::insert(work.tx, &ticket)?;
    let texts =
        [(MessageKind::Subject, opening.subject.as_str()), (MessageKind::Description, opening.description.as_str())];
    let [subject, description] = work.texts_unindexed(ticket.id, by, texts)?;
    index(work, &ticket, opening, &requester.name)?;
    let details = Details::none().text(subject).text(description).clocks(&kept.entries);
    let event = work.append(EventKind::Opened, by, None, &ticket, details, None)?.event;
    keep::write(work, ticket.id, &kept)?;
    work.notify(event, EventKind::Opened, by, None, &ticket)?;
    if let Some(other) = opening.follows {
        super::link::tie(work, by, &ticket, LinkKind::Follows, other)?;
        ticket = tickets::by_id(work.tx, ticket.id)?.ok_or(Error::NotFound)?;
    }
    if ticket.security {
        alert(work, &ticket)?;
    }
    Ok(ticket.id)
}

/// The desk's first appointee, or the filer if they are of the desk; without a desk the Dinas'
/// supervisor. Somebody is always named (Perbup Seruyan 23/2023 Ps 4(6)).
fn owner(work: &mut Work<'_, '_>, actor: &Actor, opd: OpdId) -> Result<PersonId> {
    if actor.is_desk_of(opd) {
        return Ok(actor.id);
    }
    let today = work.today();
    if let Some(agent) = people::first_with_role(work.tx, Role::Tier1Agent, Some(opd), today)? {
        return Ok(agent);
    }
    people::first_with_role(work.tx, Role::Supervisor, None, today)?.ok_or_else(|| Refusal::NoOwner.into())
}

fn index(work: &mut Work<'_, '_>, ticket: &Ticket, opening: &Opening, requester: &str) -> Result<()> {
    let number = work.desk.prefix.search_words(ticket.id);
    let public = format!("{number} {} {requester} {}", opening.subject.as_str(), opening.description.as_str());
    let scope = scope::words(ticket, &Involved::default());
    let document = Document { ticket: ticket.id, public: &public, internal: "", scope: &scope };
    Ok(search::insert(work.tx, &document)?)
}

/// Hands a security incident to CSIRT at once.
fn alert(work: &mut Work<'_, '_>, ticket: &Ticket) -> Result<()> {
    let csirt = organisation::first_active_team(work.tx, true)?.ok_or(Refusal::NoCsirt)?;
    let why = "Insiden keamanan: langsung ke tim CSIRT, tanpa penanganan Tier 1.";
    super::hand_over::by_itself(work, ticket, csirt, HandoverReason::Security, why)?;
    Ok(())
}
