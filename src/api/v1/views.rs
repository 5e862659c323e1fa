//! What the API shows, as it is documented. Row types and domain types stay inside.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::handover::{HandoverReason, HandoverState};
use crate::domain::people::Role;
use crate::domain::permission::{Action, may};
use crate::domain::priority::{Level, Priority};
use crate::domain::ticket::{Channel, Classification, HandoverStage, Status, TicketType};
use crate::services::Desk;
use crate::services::admin::people::Profile;
use crate::services::tickets::read::Seen;
use crate::store::attachments::AttachmentRow;
use crate::store::handovers::{ConsultationRow, HandoverRow};
use crate::store::messages::MessageRow;
use crate::store::organisation::{CategoryRow, OpdRow, TeamRow};
use crate::store::queues::Counts;
use crate::store::ratings::RatingRow;

/// Something with an id and a name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Named {
    pub id: i64,
    pub name: String,
}

/// An OPD in short.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpdBrief {
    pub id: i64,
    pub code: String,
    pub name: String,
}

/// The unresolved handover of a ticket in short.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HandoverBrief {
    pub id: i64,
    pub team: Named,
    pub state: HandoverStage,
}

/// A ticket. Before a confidential one that the reader only may know of, `redacted` is true and
/// everything that tells of its content is null or empty.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TicketView {
    pub id: i64,
    /// As people read it out.
    #[schema(example = "BTG-000412")]
    pub number: String,
    /// Grows with every change; the ETag.
    pub version: i64,
    pub r#type: TicketType,
    pub status: Status,
    pub priority: Priority,
    pub impact: Level,
    pub urgency: Level,
    pub channel: Channel,
    pub classification: Classification,
    pub security: bool,
    pub personal_data: bool,
    /// A major incident.
    pub major: bool,
    pub redacted: bool,
    /// Null if erased or redacted.
    pub subject: Option<String>,
    /// Only when one ticket is read; null if erased or redacted.
    pub description: Option<String>,
    pub opd: OpdBrief,
    pub requester: Option<Named>,
    /// The named owner towards the requester.
    pub owner: Named,
    /// Who works on it; null while it waits in a queue.
    pub assignee: Option<Named>,
    /// The unresolved handover.
    pub handover: Option<HandoverBrief>,
    pub category: Option<Named>,
    pub tags: Vec<String>,
    /// How often Tier 2 returned it.
    pub bounces: i64,
    pub reopenings: i64,
    /// The number of the ticket into which it was merged.
    pub merged_into: Option<String>,
    pub opened_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub resolved_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    /// When the first of its running clocks is due; null if none runs, or to who does not work on it.
    pub due_at: Option<DateTime<Utc>>,
    /// What the reader's relation to the ticket allows; whether the state allows it as well shows when
    /// it is done.
    pub actions: Vec<Action>,
}

impl TicketView {
    /// As this actor sees it.
    pub fn of(desk: &Desk, seen: &Seen) -> Self {
        let (listed, content) = (&seen.listed, seen.has_content());
        let t = &listed.ticket;
        let named = |id: i64, name: &str| Named { id, name: name.to_owned() };
        let assignee = t.assignee.zip(listed.assignee.as_ref());
        let handover = t.handover.zip(listed.team.as_ref());
        Self {
            id: t.id.0,
            number: desk.prefix.number(t.id),
            version: t.version,
            r#type: t.kind,
            status: t.status,
            priority: t.priority,
            impact: t.impact,
            urgency: t.urgency,
            channel: t.channel,
            classification: t.classification,
            security: t.security,
            personal_data: t.personal_data,
            major: t.major,
            redacted: !content,
            subject: t.subject.clone().filter(|_| content),
            description: seen.description.clone().filter(|_| content),
            opd: OpdBrief { id: t.opd.0, code: listed.opd_code.clone(), name: listed.opd_name.clone() },
            requester: content.then(|| named(t.requester.0, &listed.requester)),
            owner: named(t.owner.0, &listed.owner),
            assignee: assignee.map(|(id, name)| named(id.0, name)),
            handover: handover.map(|(h, team)| HandoverBrief {
                id: h.id.0,
                team: named(h.team.0, team),
                state: h.stage,
            }),
            category: t.category.zip(listed.category.as_ref()).filter(|_| content).map(|(id, name)| named(id.0, name)),
            tags: if may(&seen.relations, Action::ReadInternal).is_ok() {
                t.tags.iter().map(|tag| tag.as_str().to_owned()).collect()
            } else {
                Vec::new()
            },
            bounces: t.bounces,
            reopenings: t.reopenings,
            merged_into: t.merged_into.map(|id| desk.prefix.number(id)),
            opened_at: t.opened_at,
            updated_at: t.updated_at,
            resolved_at: t.resolved_at,
            closed_at: t.closed_at,
            due_at: t.promises.due_at.filter(|_| may(&seen.relations, Action::ReadInternal).is_ok()),
            actions: Action::ALL.iter().copied().filter(|action| may(&seen.relations, *action).is_ok()).collect(),
        }
    }
}

/// How the open tickets of a view stand.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TicketCounts {
    pub open: i64,
    pub new: i64,
    /// Nobody works on them.
    pub unassigned: i64,
    pub waiting: i64,
    pub resolved: i64,
    /// A target is nearly used up. Zero in views that one does not work on.
    pub near: i64,
    /// A target was missed. Zero in views that one does not work on.
    pub breached: i64,
}

impl From<Counts> for TicketCounts {
    fn from(counts: Counts) -> Self {
        let Counts { open, new, unassigned, waiting, resolved, near, breached, .. } = counts;
        Self { open, new, unassigned, waiting, resolved, near, breached }
    }
}

/// A page of tickets.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TicketPage {
    pub items: Vec<TicketView>,
    /// Where the next page begins; null on the last.
    pub next: Option<String>,
}

/// A text on a ticket.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MessageView {
    pub id: i64,
    pub kind: crate::domain::conversation::MessageKind,
    /// Whether the requester reads it.
    pub public: bool,
    /// Null for the program itself.
    pub author_id: Option<i64>,
    pub at: DateTime<Utc>,
    /// Null once erased.
    pub body: Option<String>,
    pub erased: bool,
}

impl MessageView {
    /// Of a row; none for a word that the program never wrote.
    pub fn of(row: MessageRow) -> Option<Self> {
        Some(Self {
            id: row.id,
            kind: crate::domain::conversation::MessageKind::parse(&row.kind)?,
            public: row.public,
            author_id: row.author_id,
            at: row.at.and_utc(),
            erased: row.erased_at.is_some(),
            body: row.body,
        })
    }
}

/// A page of texts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MessagePage {
    pub items: Vec<MessageView>,
    pub next: Option<String>,
}

/// What the requester thinks of the help.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RatingView {
    /// How often the ticket had been reopened.
    pub round: i64,
    /// From 1, very bad, to 5, very good.
    pub stars: i64,
    /// Null if there is none, or if it was erased.
    pub word: Option<String>,
    /// The word among the messages.
    pub message_id: Option<i64>,
    pub at: DateTime<Utc>,
}

impl From<RatingRow> for RatingView {
    fn from(row: RatingRow) -> Self {
        let RatingRow { round, stars, word, message_id, at, .. } = row;
        Self { round, stars, word, message_id, at: at.and_utc() }
    }
}

/// A list that is short by nature.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RatingList {
    pub items: Vec<RatingView>,
}

/// A row of the history.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventView {
    pub seq: i64,
    pub kind: String,
    pub actor_id: Option<i64>,
    pub at: DateTime<Utc>,
    /// What happened: `set` has the changed fields with their new values. Texts are told by reference.
    pub payload: Value,
    /// SHA-256 of the event before and this one.
    pub hash: String,
}

/// A page of the history.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventPage {
    pub items: Vec<EventView>,
    pub next: Option<String>,
}

/// A handover.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HandoverView {
    pub id: i64,
    pub team: Named,
    pub from_opd_id: i64,
    pub reason: HandoverReason,
    pub automatic: bool,
    pub state: HandoverState,
    /// The text of what was tried, among the messages.
    pub tried_message_id: i64,
    /// The instruction or reason with which it ended, among the messages.
    pub answer_message_id: Option<i64>,
    pub requested_by_id: Option<i64>,
    pub requested_at: DateTime<Utc>,
    pub accepted_by_id: Option<i64>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
}

impl HandoverView {
    /// Of a row and its team's name; none for words that the program never wrote.
    pub fn of((row, team): (HandoverRow, String)) -> Option<Self> {
        Some(Self {
            id: row.id,
            team: Named { id: row.to_team_id, name: team },
            from_opd_id: row.from_opd_id,
            reason: HandoverReason::parse(&row.reason)?,
            automatic: row.automatic,
            state: HandoverState::parse(&row.state)?,
            tried_message_id: row.tried_id,
            answer_message_id: row.answer_id,
            requested_by_id: row.requested_by_id,
            requested_at: row.requested_at.and_utc(),
            accepted_by_id: row.accepted_by_id,
            accepted_at: row.accepted_at.map(|at| at.and_utc()),
            ended_at: row.ended_at.map(|at| at.and_utc()),
        })
    }
}

/// A list that is short by nature.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HandoverList {
    pub items: Vec<HandoverView>,
}

/// A consultation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConsultationView {
    pub id: i64,
    pub team: Named,
    pub question_message_id: i64,
    pub asked_by_id: i64,
    pub asked_at: DateTime<Utc>,
    pub answer_message_id: Option<i64>,
    pub answered_by_id: Option<i64>,
    pub answered_at: Option<DateTime<Utc>>,
}

impl From<(ConsultationRow, String)> for ConsultationView {
    fn from((row, team): (ConsultationRow, String)) -> Self {
        Self {
            id: row.id,
            team: Named { id: row.team_id, name: team },
            question_message_id: row.question_id,
            asked_by_id: row.asked_by_id,
            asked_at: row.asked_at.and_utc(),
            answer_message_id: row.answer_id,
            answered_by_id: row.answered_by_id,
            answered_at: row.answered_at.map(|at| at.and_utc()),
        }
    }
}

/// A list that is short by nature.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConsultationList {
    pub items: Vec<ConsultationView>,
}

/// A file on a ticket.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AttachmentView {
    pub id: i64,
    pub name: String,
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    pub sha256: String,
    /// Whether the requester reads it.
    pub public: bool,
    pub uploader_id: i64,
    pub handover_id: Option<i64>,
    pub at: DateTime<Utc>,
}

impl From<AttachmentRow> for AttachmentView {
    fn from(row: AttachmentRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            media_type: row.media_type,
            size: row.size,
            sha256: row.sha256,
            public: row.public,
            uploader_id: row.uploader_id,
            handover_id: row.handover_id,
            at: row.at.and_utc(),
        }
    }
}

/// A list that is short by nature.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AttachmentList {
    pub items: Vec<AttachmentView>,
}

/// A Perangkat Daerah.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpdView {
    pub id: i64,
    pub version: i64,
    pub code: String,
    pub name: String,
    pub kind: String,
    /// PD Mandiri TIK.
    pub independent_ict: bool,
    pub active: bool,
}

impl From<OpdRow> for OpdView {
    fn from(row: OpdRow) -> Self {
        Self {
            id: row.id,
            version: row.version,
            code: row.code,
            name: row.name,
            kind: row.kind,
            independent_ict: row.independent_ict,
            active: row.active,
        }
    }
}

/// A page of OPDs.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpdPage {
    pub items: Vec<OpdView>,
    pub next: Option<String>,
}

/// A Tier 2 team.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TeamView {
    pub id: i64,
    pub version: i64,
    pub code: String,
    pub name: String,
    pub csirt: bool,
    pub active: bool,
}

impl From<TeamRow> for TeamView {
    fn from(row: TeamRow) -> Self {
        Self { id: row.id, version: row.version, code: row.code, name: row.name, csirt: row.csirt, active: row.active }
    }
}

/// A page of teams.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TeamPage {
    pub items: Vec<TeamView>,
    pub next: Option<String>,
}

/// People by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NamedList {
    pub items: Vec<Named>,
}

/// A category.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CategoryView {
    pub id: i64,
    pub version: i64,
    pub name: String,
    /// The team that usually gets what the desk cannot solve.
    pub team_id: Option<i64>,
    pub active: bool,
}

impl From<CategoryRow> for CategoryView {
    fn from(row: CategoryRow) -> Self {
        Self { id: row.id, version: row.version, name: row.name, team_id: row.team_id, active: row.active }
    }
}

/// A page of categories.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CategoryPage {
    pub items: Vec<CategoryView>,
    pub next: Option<String>,
}

/// A role and the letter behind it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GrantView {
    pub role: Role,
    pub letter_number: Option<String>,
    pub letter_on: Option<NaiveDate>,
    pub valid_until: Option<NaiveDate>,
}

/// A person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PersonView {
    pub id: i64,
    pub version: i64,
    pub name: String,
    pub email: String,
    pub opd_id: i64,
    pub nip: Option<String>,
    pub phone: Option<String>,
    pub active: bool,
    pub roles: Vec<GrantView>,
    pub team_ids: Vec<i64>,
}

impl From<Profile> for PersonView {
    fn from(profile: Profile) -> Self {
        let grants = profile.grants.into_iter().map(|grant| GrantView {
            role: grant.role,
            letter_number: grant.appointment.letter_number,
            letter_on: grant.appointment.letter_on,
            valid_until: grant.appointment.valid_until,
        });
        Self {
            id: profile.person.id,
            version: profile.person.version,
            name: profile.person.name,
            email: profile.person.email,
            opd_id: profile.person.opd_id,
            nip: profile.person.nip,
            phone: profile.person.phone,
            active: profile.person.active,
            roles: grants.collect(),
            team_ids: profile.teams.into_iter().map(|id| id.0).collect(),
        }
    }
}

/// A page of people.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PersonPage {
    pub items: Vec<PersonView>,
    pub next: Option<String>,
}
