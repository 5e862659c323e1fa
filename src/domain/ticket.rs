//! The ticket: its words (types, statuses, channels, classifications) and its state.

use serde::{Deserialize, Serialize};

use super::ids::{CategoryId, HandoverId, OpdId, PersonId, TeamId, TicketId};
use super::priority::{Level, Priority};
use super::text::Tag;
use super::{Instant, Refusal};

/// Makes an enum whose values have one stable word, the same in database, JSON and code.
macro_rules! word_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// Every value, in order.
            #[allow(dead_code, reason = "not every enum is gone through")]
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable word.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value of a word.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some([$($word),+]))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use word_enum;

word_enum! {
    /// The five kinds of user service (Perbup Seruyan 23/2023 Ps 38(3)).
    TicketType {
        /// keluhan
        Complaint = "complaint",
        /// gangguan
        Incident = "incident",
        /// masalah
        Problem = "problem",
        /// permintaan
        Request = "request",
        /// perubahan
        Change = "change",
    }
}

word_enum! {
    /// Where a ticket stands. The last three are final.
    Status {
        /// Baru
        New = "new",
        /// Ditangani
        InProgress = "in_progress",
        /// Menunggu pelapor
        WaitingRequester = "waiting_requester",
        /// Menunggu pihak ketiga
        WaitingThirdParty = "waiting_third_party",
        /// Menunggu persetujuan
        WaitingApproval = "waiting_approval",
        /// Selesai
        Resolved = "resolved",
        /// Ditutup
        Closed = "closed",
        /// Dibatalkan oleh pelapor
        Cancelled = "cancelled",
        /// Ditolak
        Rejected = "rejected",
    }
}

impl Status {
    /// Whether nothing can change any more.
    pub fn is_final(self) -> bool {
        match self {
            Self::Closed | Self::Cancelled | Self::Rejected => true,
            Self::New
            | Self::InProgress
            | Self::WaitingRequester
            | Self::WaitingThirdParty
            | Self::WaitingApproval
            | Self::Resolved => false,
        }
    }

    /// Whether somebody else is waited for.
    pub fn is_waiting(self) -> bool {
        matches!(self, Self::WaitingRequester | Self::WaitingThirdParty | Self::WaitingApproval)
    }
}

word_enum! {
    /// How the report came in.
    Channel {
        /// portal
        Portal = "portal",
        /// WhatsApp
        Whatsapp = "whatsapp",
        /// telepon
        Phone = "phone",
        /// datang langsung
        WalkIn = "walk_in",
        /// surat
        Letter = "letter",
        /// e-mail
        Email = "email",
    }
}

word_enum! {
    /// Who may read it (Perbup Seruyan 23/2023 Ps 23(2)).
    Classification {
        /// terbuka: everyone in the line of work
        Open = "open",
        /// terbatas: requester, desk and handling team; supervisors see that it exists
        Restricted = "restricted",
        /// rahasia: requester, named owner, assignee and handling team
        Secret = "secret",
    }
}

word_enum! {
    /// How one ticket is tied to another.
    LinkKind {
        /// ganda dari
        DuplicateOf = "duplicate_of",
        /// disebabkan oleh
        CausedBy = "caused_by",
        /// anak dari (gangguan besar)
        ChildOf = "child_of",
        /// lanjutan dari
        Follows = "follows",
    }
}

word_enum! {
    /// How far the unresolved handover of a ticket is.
    HandoverStage {
        /// asked, not answered
        Requested = "requested",
        /// the team works on it
        Accepted = "accepted",
    }
}

/// The handover that has not ended yet, as the ticket knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentHandover {
    /// Which handover.
    pub id: HandoverId,
    /// To which team.
    pub team: TeamId,
    /// Requested or accepted.
    pub stage: HandoverStage,
}

/// The state of a ticket. Every change of it is told by an event that carries the changed fields,
/// so the history can be replayed against it (`kentongan verify` does).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Identity; people see it as a number with the Pemda's prefix.
    #[serde(skip)]
    pub id: TicketId,
    /// Grows by one with each event: the sequence number of the last event.
    #[serde(skip)]
    pub version: i64,
    #[serde(rename = "type")]
    pub kind: TicketType,
    pub status: Status,
    /// `None` once erased. Not in events: they have its digest.
    #[serde(skip)]
    pub subject: Option<String>,
    pub impact: Level,
    pub urgency: Level,
    pub priority: Priority,
    pub channel: Channel,
    pub classification: Classification,
    /// A security incident: straight to the CSIRT team (Perbup Batang 50/2019 Ps 37(4)).
    pub security: bool,
    /// Personal data is involved: the 72-hour clock of UU PDP Ps 46 applies.
    pub personal_data: bool,
    /// A major incident (gangguan besar), parent of others.
    pub major: bool,
    pub opd: OpdId,
    /// Who needs help.
    pub requester: PersonId,
    /// Who typed it in; differs from the requester when recorded on behalf of.
    pub recorder: PersonId,
    /// Always one named owner towards the requester (Perbup Seruyan 23/2023 Ps 4(6)).
    pub owner: PersonId,
    /// Who works on it now; nobody while it waits in a queue.
    pub assignee: Option<PersonId>,
    pub handover: Option<CurrentHandover>,
    /// How often Tier 2 returned it.
    pub bounces: i64,
    /// How often it was reopened.
    pub reopenings: i64,
    pub category: Option<CategoryId>,
    pub merged_into: Option<TicketId>,
    pub tags: Vec<Tag>,
    pub opened_at: Instant,
    #[serde(skip)]
    pub updated_at: Instant,
    pub resolved_at: Option<Instant>,
    pub closed_at: Option<Instant>,
    /// Follows from the ledger of its clocks, so events do not tell it.
    #[serde(skip)]
    pub promises: Promises,
}

/// How the promises of a ticket stand, all together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Promises {
    /// When the first of those that run is due.
    pub due_at: Option<Instant>,
    /// When the first of those that run is nearly used up.
    pub warn_at: Option<Instant>,
    /// One came to its end, or stands still, after it was due.
    pub missed: bool,
}

impl Ticket {
    /// Whether it still stands in a queue; resolved ones do until they are closed.
    pub fn is_open(&self) -> bool {
        !self.status.is_final()
    }

    /// Whether only named people and the handling team may read it.
    pub fn is_confined(&self) -> bool {
        self.security || self.classification == Classification::Secret
    }

    /// Whether its content is hidden from supervision, audit and (in mails) everyone.
    pub fn is_confidential(&self) -> bool {
        self.security || self.classification != Classification::Open
    }

    /// Whether people are told at once, also outside working hours: P1, and security incidents.
    pub fn is_urgent(&self) -> bool {
        self.priority == Priority::P1 || self.security
    }

    /// The team that has accepted it, if one has.
    pub fn working_team(&self) -> Option<TeamId> {
        self.handover.filter(|h| h.stage == HandoverStage::Accepted).map(|h| h.team)
    }

    /// What must hold after every move; the reason when it does not. Kept by the methods in
    /// `lifecycle` and `handover`, asserted by property tests and before every write.
    pub fn check(&self) -> Result<(), &'static str> {
        let resolved = matches!(self.status, Status::Resolved | Status::Closed);
        if self.status == Status::Resolved && self.resolved_at.is_none() {
            return Err("a resolved ticket says when");
        }
        if !resolved && self.resolved_at.is_some() {
            return Err("only a resolved ticket says when it was resolved");
        }
        if self.status.is_final() != self.closed_at.is_some() {
            return Err("a final ticket says when it ended, and no other does");
        }
        if self.status.is_final() && self.handover.is_some() {
            return Err("a final ticket leaves no handover unresolved");
        }
        if self.status == Status::New && self.assignee.is_some() {
            return Err("a new ticket has nobody working on it");
        }
        if self.handover.is_some_and(|h| h.stage == HandoverStage::Requested) && self.status == Status::Resolved {
            return Err("a ticket is not resolved while a handover waits for its answer");
        }
        if self.merged_into.is_some() && self.status != Status::Closed {
            return Err("a merged ticket is closed");
        }
        if self.security && self.kind != TicketType::Incident {
            return Err("a security incident is an incident");
        }
        Ok(())
    }

    pub(super) fn refuse_final(&self) -> Result<(), Refusal> {
        if self.status.is_final() { Err(Refusal::Final) } else { Ok(()) }
    }
}
