//! A ticket with everything that hangs on it, as its page shows it: one permission check, few questions to the
//! database.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::sla::times::{self, Standing};
use super::super::{Desk, Result};
use super::read::{Seen, in_conn, links_in};
use crate::domain::conversation::MessageKind;
use crate::domain::event::EventKind;
use crate::domain::ids::{PersonId, TeamId, TicketId};
use crate::domain::lifecycle::Waiting;
use crate::domain::people::{Actor, Role};
use crate::domain::permission::{Action, may};
use crate::domain::ticket::Status;
use crate::store::attachments::AttachmentRow;
use crate::store::handovers::{ConsultationRow, HandoverRow};
use crate::store::messages::MessageRow;
use crate::store::organisation::{self, CategoryRow, TeamRow};
use crate::store::people::{self, PeopleFilter};
use crate::store::tickets::{self, Link};
use crate::store::{Conn, attachments, handovers, history, messages};

/// How many texts are read at once.
pub const TEXTS: i64 = 50;

/// How many categories, teams or people a choice has at most.
const CHOICES: i64 = 500;

/// What is asked for beside the ticket.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask {
    /// Texts from below this one; the newest if absent.
    pub before: Option<i64>,
    pub choices: Choices,
}

/// What a form lets choose from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choices {
    #[default]
    Nothing,
    /// who may be given the work
    Workers,
    /// who may follow it, roughly: those of its OPD
    Followers,
    /// categories
    Categories,
}

/// What was decided with a reason: the event of a text that explains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Why {
    pub kind: EventKind,
    /// For whom it waits from then on.
    pub waiting: Option<Waiting>,
}

/// A ticket as its page shows it. Whatever the reader must not see is empty.
#[derive(Clone, Debug)]
pub struct Whole {
    pub seen: Seen,
    pub texts: Vec<MessageRow>,
    /// Whether there are texts before these, and after them.
    pub older: bool,
    pub newer: bool,
    pub attachments: Vec<AttachmentRow>,
    pub handovers: Vec<(HandoverRow, String)>,
    pub consultations: Vec<(ConsultationRow, String)>,
    pub watchers: Vec<(PersonId, String)>,
    pub links: Vec<(Link, Option<Seen>)>,
    /// The ticket that stayed when this one was merged, if the reader sees it.
    pub merged_into: Option<TicketId>,
    /// By text.
    pub whys: BTreeMap<i64, Why>,
    pub clocks: Vec<Standing>,
    pub teams: Vec<TeamRow>,
    /// The team that usually gets what is of its category.
    pub suggested: Option<TeamId>,
    pub categories: Vec<CategoryRow>,
    pub people: Vec<PersonId>,
    pub names: BTreeMap<PersonId, String>,
}

impl Whole {
    /// Whether the reader may do this.
    pub fn may(&self, action: Action) -> bool {
        may(&self.seen.relations, action).is_ok()
    }
}

/// Reads a ticket with what hangs on it.
pub fn run(desk: &Desk, actor: &Actor, id: TicketId, ask: Ask) -> Result<Whole> {
    desk.read(|conn| {
        let seen = in_conn(conn, actor, id)?;
        let mut whole = Whole::bare(seen);
        if !whole.seen.has_content() {
            return Ok(whole);
        }
        let internal = whole.may(Action::ReadInternal);
        whole.read_texts(conn, id, internal, ask.before)?;
        whole.attachments = attachments::of_ticket(conn, id, internal)?;
        whole.clocks = times::standing(desk, conn, id, internal)?;
        if internal {
            whole.handovers = handovers::of_ticket(conn, id)?;
            whole.consultations = handovers::consultations(conn, id)?;
            whole.watchers = tickets::watchers(conn, id)?;
            whole.links = links_in(conn, actor, id)?;
        }
        if let Some(other) = whole.seen.listed.ticket.merged_into {
            whole.merged_into = in_conn(conn, actor, other).is_ok().then_some(other);
        }
        whole.read_choices(desk, conn, ask.choices)?;
        whole.names = people::names(conn, &whole.people_named())?;
        Ok(whole)
    })
}

impl Whole {
    fn bare(seen: Seen) -> Self {
        Self {
            seen,
            texts: Vec::new(),
            older: false,
            newer: false,
            attachments: Vec::new(),
            handovers: Vec::new(),
            consultations: Vec::new(),
            watchers: Vec::new(),
            links: Vec::new(),
            merged_into: None,
            whys: BTreeMap::new(),
            clocks: Vec::new(),
            teams: Vec::new(),
            suggested: None,
            categories: Vec::new(),
            people: Vec::new(),
            names: BTreeMap::new(),
        }
    }

    fn read_texts(&mut self, conn: &mut Conn, id: TicketId, internal: bool, before: Option<i64>) -> Result<()> {
        let mut texts = messages::newest(conn, id, internal, before.unwrap_or(i64::MAX), TEXTS + 1)?;
        self.older = i64::try_from(texts.len()).unwrap_or(i64::MAX) > TEXTS;
        if self.older {
            texts.remove(0);
        }
        self.newer = before.is_some();
        let reasons = [MessageKind::Reason.as_str(), MessageKind::InternalReason.as_str()];
        if texts.iter().any(|text| reasons.contains(&text.kind.as_str())) {
            self.whys = whys(conn, id)?;
        }
        self.texts = texts;
        Ok(())
    }

    fn read_choices(&mut self, desk: &Desk, conn: &mut Conn, choices: Choices) -> Result<()> {
        let ticket = &self.seen.listed.ticket;
        let asks = self.may(Action::HandOver) || self.may(Action::Consult);
        if asks && ticket.is_open() {
            let teams = organisation::teams(conn, 0, CHOICES)?.into_iter();
            self.teams = teams.filter(|team| team.active && (team.csirt || !ticket.security)).collect();
            if let Some(category) = ticket.category.filter(|_| ticket.handover.is_none()) {
                let category = organisation::category_by_id(conn, category)?;
                self.suggested = category.and_then(|row| row.team_id).map(TeamId);
            }
        }
        let (today, opd) = (desk.today(), ticket.opd);
        match choices {
            Choices::Nothing => {}
            Choices::Workers => {
                self.people = match ticket.working_team() {
                    Some(team) => organisation::members(conn, team, today)?,
                    None => people::with_role(conn, Role::Tier1Agent, Some(opd), today)?,
                };
            }
            Choices::Followers => {
                let filter =
                    PeopleFilter { opd: Some(opd), active: Some(true), limit: CHOICES, ..PeopleFilter::default() };
                self.people = people::list(conn, &filter)?.into_iter().map(|row| PersonId(row.id)).collect();
            }
            Choices::Categories => {
                let all = organisation::categories(conn, 0, CHOICES)?.into_iter();
                self.categories = all.filter(|row| row.active).collect();
            }
        }
        Ok(())
    }

    /// Everybody whose name the page may tell.
    fn people_named(&self) -> Vec<PersonId> {
        let authors = self.texts.iter().filter_map(|text| text.author_id);
        let files = self.attachments.iter().map(|file| file.uploader_id);
        let handovers = self.handovers.iter().flat_map(|(row, _)| [row.requested_by_id, row.accepted_by_id]).flatten();
        let recorder = [self.seen.listed.ticket.recorder.0];
        let chosen = self.people.iter().map(|person| person.0);
        let all: BTreeSet<i64> = authors.chain(files).chain(handovers).chain(recorder).chain(chosen).collect();
        all.into_iter().map(PersonId).collect()
    }
}

/// The events whose texts say why.
const EXPLAINED: &[EventKind] = &[
    EventKind::Held,
    EventKind::Reopened,
    EventKind::Cancelled,
    EventKind::Rejected,
    EventKind::Edited,
    EventKind::HandoverWithdrawn,
    EventKind::BreachExplained,
];

fn whys(conn: &mut Conn, id: TicketId) -> Result<BTreeMap<i64, Why>> {
    let mut whys = BTreeMap::new();
    for (kind, payload) in history::of_kinds(conn, id, EXPLAINED)? {
        // A damaged event is for `verify` to find.
        let Ok(payload) = serde_json::from_str::<Value>(&payload) else { continue };
        let status = payload.pointer("/set/status").and_then(Value::as_str).and_then(Status::parse);
        let waiting = match status {
            Some(Status::WaitingRequester) => Some(Waiting::Requester),
            Some(Status::WaitingThirdParty) => Some(Waiting::ThirdParty),
            Some(Status::WaitingApproval) => Some(Waiting::Approval),
            _ => None,
        };
        let texts = payload.get("texts").and_then(Value::as_array).into_iter().flatten();
        whys.extend(texts.filter_map(|text| text.get("id")?.as_i64()).map(|text| (text, Why { kind, waiting })));
    }
    Ok(whys)
}
