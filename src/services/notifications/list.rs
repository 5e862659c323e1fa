//! One's own notices, each as far as one may see its ticket now.

use std::collections::{BTreeMap, BTreeSet};

use super::super::work::relations_to;
use super::super::{Desk, Error, Result};
use crate::domain::Instant;
use crate::domain::evaluation::{self, Right, standings};
use crate::domain::event::EventKind;
use crate::domain::ids::{EvaluationId, RecommendationId, TicketId};
use crate::domain::notice::Notice;
use crate::domain::people::Actor;
use crate::domain::permission::{Action, Relation, may};
use crate::domain::ticket::Ticket;
use crate::store::notices::{self, NoticeRow};
use crate::store::recommendations::{self, HappeningRow, RecommendationRow};
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
    /// What happened to a recommendation.
    FollowUp {
        recommendation: RecommendationId,
        evaluation: EvaluationId,
        notice: Notice,
        text: String,
        /// Who did it; nobody if it happened by itself.
        by: Option<String>,
    },
    /// Something that the reader may not see any more.
    Gone,
}

/// A page of one's own notices, the newest first.
pub fn run(desk: &Desk, actor: &Actor, input: Input) -> Result<Vec<Told>> {
    desk.read(|conn| {
        let rows = notices::page(conn, actor.id, input.unseen, input.before, input.limit)?;
        let (known, followed) = (known(conn, actor, &rows)?, followed(conn, actor, &rows)?);
        rows.into_iter()
            .map(|row| match row.follow_up_id {
                Some(happening) => follow_up(row, followed.get(&happening)),
                None => told(row, &known),
            })
            .collect()
    })
}

/// The tickets of these notices that exist for the reader, with what the reader is to each.
fn known(conn: &mut Conn, actor: &Actor, rows: &[NoticeRow]) -> Result<BTreeMap<TicketId, (Ticket, Vec<Relation>)>> {
    let ids: BTreeSet<TicketId> = rows.iter().filter_map(|row| row.ticket_id).map(TicketId).collect();
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

/// What happened to recommendations that the reader may see, by what the notices tell of.
fn followed(
    conn: &mut Conn,
    actor: &Actor,
    rows: &[NoticeRow],
) -> Result<BTreeMap<i64, (RecommendationRow, HappeningRow)>> {
    let ids: Vec<i64> = rows.iter().filter_map(|row| row.follow_up_id).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let happenings = recommendations::happenings(conn, &ids)?;
    let of: Vec<i64> = happenings.iter().map(|row| row.recommendation_id).collect();
    let all = recommendations::by_ids(conn, &of)?;
    let mut followed = BTreeMap::new();
    for happening in happenings {
        let Some(row) = all.iter().find(|row| row.id == happening.recommendation_id) else { continue };
        if evaluation::may(&standings(actor, row.owner(), row.evaluated()), Right::See).is_ok() {
            followed.insert(happening.id, (row.clone(), happening));
        }
    }
    Ok(followed)
}

fn follow_up(row: NoticeRow, of: Option<&(RecommendationRow, HappeningRow)>) -> Result<Told> {
    let about = match of {
        None => About::Gone,
        Some((recommendation, happening)) => About::FollowUp {
            recommendation: RecommendationId(recommendation.id),
            evaluation: EvaluationId(recommendation.evaluation_id),
            notice: read_notice(&row)?,
            text: recommendation.body.clone(),
            by: happening.actor.clone(),
        },
    };
    Ok(Told { id: row.id, at: row.queued_at.and_utc(), seen: row.seen_at.is_some(), about })
}

fn corrupt(row: &NoticeRow, word: &str) -> Error {
    Error::Internal(format!("notice {}: unknown word {word}", row.id))
}

fn read_notice(row: &NoticeRow) -> Result<Notice> {
    Notice::parse(&row.notice).ok_or_else(|| corrupt(row, &row.notice))
}

fn told(row: NoticeRow, known: &BTreeMap<TicketId, (Ticket, Vec<Relation>)>) -> Result<Told> {
    let notice = read_notice(&row)?;
    let (Some(ticket), Some(kind), Some(at)) = (row.ticket_id, row.kind.as_deref(), row.at) else {
        return Err(Error::Internal(format!("notice {} tells of nothing", row.id)));
    };
    let kind = EventKind::parse(kind).ok_or_else(|| corrupt(&row, kind))?;
    // The warning before closing is for the requester; its event is one of the clocks, which are not.
    let internal = !kind.is_public() && notice != Notice::ClosingSoon;
    let about = match known.get(&TicketId(ticket)) {
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
    Ok(Told { id: row.id, at: at.and_utc(), seen: row.seen_at.is_some(), about })
}
