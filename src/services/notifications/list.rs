//! One's own notices, each as far as one may see its ticket now.

use std::collections::{BTreeMap, BTreeSet};

use super::super::work::relations_to;
use super::super::{Desk, Error, Result};
use crate::domain::Instant;
use crate::domain::event::EventKind;
use crate::domain::ids::TicketId;
use crate::domain::notice::Notice;
use crate::domain::people::Actor;
use crate::domain::permission::{Action, Relation, may};
use crate::domain::ticket::Ticket;
use crate::store::notices::{self, NoticeRow};
use crate::store::{Conn, tickets};

/// Which notices.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    /// Only those not seen yet.
    pub unseen: bool,
    /// Older than this one.
    pub before: Option<i64>,
    pub limit: i64,
}

/// A notice as its recipient sees it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub id: i64,
    pub at: Instant,
    pub seen: bool,
    pub about: About,
}

/// What a notice tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// What happened to a ticket.
    Happening {
        ticket: TicketId,
        notice: Notice,
        /// Nothing if it was erased.
        subject: Option<String>,
        /// Who did it; nobody if it happened by itself.
        by: Option<String>,
    },
    /// Something happened to a ticket of which no list tells more: it is confidential, or what happened is
    /// internal and the reader is not, any more.
    Something { ticket: TicketId },
    /// Something that the reader may not see any more.
    Gone,
}

/// A page of one's own notices, the newest first.
pub fn run(desk: &Desk, actor: &Actor, input: Input) -> Result<Vec<Told>> {
    desk.read(|conn| {
        let rows = notices::page(conn, actor.id, input.unseen, input.before, input.limit)?;
        let known = known(conn, actor, &rows)?;
        rows.into_iter().map(|row| told(row, &known)).collect()
    })
}

/// The tickets of these notices that exist for the reader, with what the reader is to each.
fn known(conn: &mut Conn, actor: &Actor, rows: &[NoticeRow]) -> Result<BTreeMap<TicketId, (Ticket, Vec<Relation>)>> {
    let ids: BTreeSet<TicketId> = rows.iter().map(|row| TicketId(row.ticket_id)).collect();
    let ids: Vec<TicketId> = ids.into_iter().collect();
    let mut known = BTreeMap::new();
    for ticket in tickets::by_ids(conn, &ids)? {
        let relations = relations_to(conn, actor, &ticket, Action::Read)?;
        if may(&relations, Action::SeeExistence).is_ok() {
            known.insert(ticket.id, (ticket, relations));
        }
    }
    Ok(known)
}

fn told(row: NoticeRow, known: &BTreeMap<TicketId, (Ticket, Vec<Relation>)>) -> Result<Told> {
    let corrupt = |word: &str| Error::Internal(format!("notice {}: unknown word {word}", row.id));
    let notice = Notice::parse(&row.notice).ok_or_else(|| corrupt(&row.notice))?;
    let kind = EventKind::parse(&row.kind).ok_or_else(|| corrupt(&row.kind))?;
    // The warning before closing is for the requester; its event is one of the clocks, which are not.
    let internal = !kind.is_public() && notice != Notice::ClosingSoon;
    let about = match known.get(&TicketId(row.ticket_id)) {
        None => About::Gone,
        Some((ticket, relations)) => {
            let reads = may(relations, Action::Read).is_ok();
            let reads_this = reads && (!internal || may(relations, Action::ReadInternal).is_ok());
            if ticket.is_confidential() || !reads_this {
                About::Something { ticket: ticket.id }
            } else {
                About::Happening { ticket: ticket.id, notice, subject: ticket.subject.clone(), by: row.by }
            }
        }
    };
    Ok(Told { id: row.id, at: row.at.and_utc(), seen: row.seen_at.is_some(), about })
}
