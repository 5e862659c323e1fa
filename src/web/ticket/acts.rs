//! What whoever looks at a ticket can do to it now: what they may, as far as its state makes sense of it.

use crate::domain::people::{Actor, Role};
use crate::domain::permission::{Action, Relation};
use crate::domain::ticket::{HandoverStage, LinkKind, Status, Ticket, TicketType, word_enum};
use crate::services::tickets::read::Seen;
use crate::services::tickets::whole::Whole;
use crate::store::handovers::ConsultationRow;

word_enum! {
    /// A form of a ticket, by the last part of the address that it is sent to.
    Verb {
        Reply = "balas",
        Note = "catat",
        HandOver = "eskalasi",
        GiveBack = "kembalikan",
        Consult = "konsultasi",
        Answer = "jawab",
        Accept = "terima",
        Withdraw = "tarik",
        Take = "ambil",
        Assign = "alihkan",
        Release = "lepaskan",
        Hold = "tunggu",
        Resume = "lanjutkan",
        Resolve = "selesaikan",
        Reopen = "buka-kembali",
        Close = "tutup",
        Cancel = "batalkan",
        Reject = "tolak",
        Merge = "gabungkan",
        Link = "kaitkan",
        Unlink = "lepas-kaitan",
        Major = "gangguan-besar",
        Children = "selesaikan-anak",
        Classify = "klasifikasi",
        Subject = "judul",
        Kind = "jenis",
        Category = "kategori",
        Impact = "dampak",
        Priority = "prioritas",
        Personal = "data-pribadi",
        Tags = "tag",
        Watch = "amati",
        Unwatch = "berhenti-amati",
        Erase = "hapus-teks",
    }
}

/// A ticket before somebody's eyes.
#[derive(Clone, Copy, Debug)]
pub struct Acts<'a> {
    pub actor: &'a Actor,
    pub whole: &'a Whole,
}

impl<'a> Acts<'a> {
    /// The ticket.
    pub fn ticket(&self) -> &'a Ticket {
        &self.whole.seen.listed.ticket
    }

    /// Whether the reader reads what the requester does not.
    pub fn is_internal(&self) -> bool {
        self.whole.may(Action::ReadInternal)
    }

    /// Whether the reader is who needs help.
    pub fn is_requester(&self) -> bool {
        self.ticket().requester == self.actor.id
    }

    /// Whether the reader works on it.
    pub fn is_assignee(&self) -> bool {
        self.ticket().assignee == Some(self.actor.id)
    }

    fn stage(&self) -> Option<HandoverStage> {
        self.ticket().handover.map(|handover| handover.stage)
    }

    /// Whether somebody can work on it: it goes on, and no team still has to answer.
    fn is_workable(&self) -> bool {
        let ticket = self.ticket();
        ticket.is_open() && ticket.status != Status::Resolved && self.stage() != Some(HandoverStage::Requested)
    }

    /// Whether the reader is of those who have it.
    fn holds(&self) -> bool {
        let relations = &self.whole.seen.relations;
        let of_team = relations.contains(&Relation::Team) || relations.contains(&Relation::Supervisor);
        of_team || self.stage() != Some(HandoverStage::Accepted)
    }

    fn is_eligible(&self) -> bool {
        match self.ticket().handover {
            Some(handover) => self.actor.is_in(handover.team),
            None => self.actor.is_desk_of(self.ticket().opd) || self.actor.has(Role::Supervisor),
        }
    }

    /// The question to one of the reader's teams that has no answer yet.
    pub fn question(&self) -> Option<&'a ConsultationRow> {
        let mine = |row: &&ConsultationRow| self.actor.is_in(crate::domain::ids::TeamId(row.team_id));
        self.whole.consultations.iter().map(|(row, _)| row).find(|row| row.answered_at.is_none() && mine(row))
    }

    /// The children that go on, and that the reader can resolve.
    pub fn open_children(&self) -> Vec<&'a Seen> {
        let goes_on = |seen: &&Seen| seen.listed.ticket.is_open() && seen.listed.ticket.status != Status::Resolved;
        let resolves = |seen: &&Seen| crate::domain::permission::may(&seen.relations, Action::Resolve).is_ok();
        self.children().filter(goes_on).filter(resolves).collect()
    }

    /// The children of a major incident, as far as the reader sees them.
    pub fn children(&self) -> impl Iterator<Item = &'a Seen> {
        let id = self.ticket().id;
        let links = self.whole.links.iter();
        links.filter(move |(link, _)| link.kind == LinkKind::ChildOf && link.to == id).filter_map(|(_, o)| o.as_ref())
    }

    /// Whether this can be done now.
    pub fn can(&self, verb: Verb) -> bool {
        let (ticket, may) = (self.ticket(), |action| self.whole.may(action));
        let goes_on = ticket.is_open() && ticket.status != Status::Resolved;
        let resolved = ticket.status == Status::Resolved;
        match verb {
            Verb::Reply => may(Action::Reply) && ticket.is_open(),
            Verb::Note => may(Action::Note),
            Verb::HandOver => may(Action::HandOver) && goes_on && ticket.handover.is_none(),
            Verb::GiveBack => may(Action::GiveBack) && goes_on && ticket.handover.is_some(),
            Verb::Consult => may(Action::Consult) && ticket.is_open(),
            Verb::Answer => may(Action::Answer) && self.question().is_some(),
            Verb::Accept => may(Action::Accept) && self.stage() == Some(HandoverStage::Requested) && self.is_eligible(),
            Verb::Withdraw => {
                may(Action::HandOver) && self.stage() == Some(HandoverStage::Requested) && !ticket.security
            }
            Verb::Take => self.can(Verb::Assign) && !self.is_assignee() && self.is_eligible(),
            Verb::Assign => may(Action::Assign) && self.holds() && self.is_workable(),
            Verb::Release => self.can(Verb::Assign) && ticket.assignee.is_some(),
            Verb::Hold => may(Action::Hold) && self.holds() && self.is_workable(),
            Verb::Resume => may(Action::Hold) && self.holds() && ticket.status.is_waiting(),
            Verb::Resolve => may(Action::Resolve) && self.is_workable(),
            Verb::Reopen => may(Action::Reopen) && resolved,
            Verb::Close => may(Action::Close) && resolved && !(ticket.major && self.any_child_goes_on()),
            Verb::Cancel => {
                let by_desk = self.holds() && ticket.handover.is_none();
                may(Action::Cancel) && goes_on && (self.is_requester() || by_desk)
            }
            Verb::Reject => may(Action::Reject) && self.holds() && self.is_workable(),
            Verb::Merge => may(Action::Merge) && ticket.is_open() && ticket.handover.is_none(),
            Verb::Link | Verb::Unlink => may(Action::Link),
            Verb::Major => may(Action::Link) && goes_on,
            Verb::Children => ticket.major && ticket.resolved_at.is_some() && !self.open_children().is_empty(),
            Verb::Classify => may(Action::Classify) && ticket.is_open(),
            Verb::Subject | Verb::Category | Verb::Impact | Verb::Priority => may(Action::Edit) && ticket.is_open(),
            Verb::Kind => may(Action::Edit) && ticket.is_open() && !ticket.security,
            Verb::Personal => may(Action::Edit) && ticket.is_open() && ticket.kind == TicketType::Incident,
            Verb::Tags => may(Action::Tag) && ticket.is_open(),
            Verb::Watch => may(Action::Watch) && ticket.is_open() && !ticket.is_confined(),
            Verb::Unwatch => may(Action::Watch) || self.watches(),
            Verb::Erase => self.actor.has(Role::Admin),
        }
    }

    fn any_child_goes_on(&self) -> bool {
        self.children().any(|seen| seen.listed.ticket.is_open() && seen.listed.ticket.status != Status::Resolved)
    }

    /// Whether the reader follows it.
    pub fn watches(&self) -> bool {
        self.whole.watchers.iter().any(|(person, _)| *person == self.actor.id)
    }
}
