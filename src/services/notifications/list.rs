//! One's own notices, each as far as one may see its ticket or report now.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;

use super::super::reports::recipients::may_read;
use super::super::work::relations_to;
use super::super::{Desk, Error, Result};
use crate::domain::Instant;
use crate::domain::evaluation::{self, Happening, Right, standings};
use crate::domain::event::EventKind;
use crate::domain::ids::{EvaluationId, OpdId, RecommendationId, TicketId};
use crate::domain::notice::Notice;
use crate::domain::people::Actor;
use crate::domain::permission::{Action, Relation, may};
use crate::domain::report::{Period, Scope};
use crate::domain::ticket::Ticket;
use crate::store::notices::{self, NoticeRow};
use crate::store::recommendations::{self, HappeningRow, RecommendationRow};
use crate::store::{Conn, organisation, tickets};

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
    /// A report was frozen or signed.
    Report {
        period: Period,
        /// The code and name of the OPD; nothing for all together.
        opd: Option<Named>,
        signed: bool,
    },
    /// What happened to a recommendation.
    FollowUp {
        recommendation: RecommendationId,
        evaluation: EvaluationId,
        notice: Notice,
        happening: Happening,
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
        let known = known(conn, actor, &rows)?;
        let reports = reports_of(conn, actor, &rows)?;
        let followed = followed(conn, actor, &rows)?;
        rows.into_iter().map(|row| told(row, &known, &reports, &followed)).collect()
    })
}

/// The tickets of these notices that exist for the reader, with what the reader is to each.
fn known(conn: &mut Conn, actor: &Actor, rows: &[NoticeRow]) -> Result<BTreeMap<TicketId, (Ticket, Vec<Relation>)>> {
    let events = rows.iter().filter_map(|row| row.event.as_ref());
    let ids: BTreeSet<TicketId> = events.map(|event| TicketId(event.ticket_id)).collect();
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

/// Whose reports, of those that these notices are about, the reader may read: by OPD, nothing for all together.
type Readable = BTreeMap<Option<i64>, Option<Named>>;

fn reports_of(conn: &mut Conn, actor: &Actor, rows: &[NoticeRow]) -> Result<Readable> {
    let opds: BTreeSet<Option<i64>> = rows.iter().filter_map(|row| Some(row.report.as_ref()?.opd_id)).collect();
    let mut readable = Readable::new();
    for opd in opds {
        let scope = opd.map_or(Scope::All, |opd| Scope::One(OpdId(opd)));
        if !may_read(conn, actor, scope)? {
            continue;
        }
        let named = match opd {
            Some(id) => organisation::opd_by_id(conn, OpdId(id))?.map(|row| Named { code: row.code, name: row.name }),
            None => None,
        };
        readable.insert(opd, named);
    }
    Ok(readable)
}

/// The OPD of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub code: String,
    pub name: String,
}

/// What happened to recommendations that the reader may see, by what the notices tell of.
type Followed = BTreeMap<i64, (RecommendationRow, HappeningRow)>;

fn followed(conn: &mut Conn, actor: &Actor, rows: &[NoticeRow]) -> Result<Followed> {
    let ids: Vec<i64> = rows.iter().filter_map(|row| row.follow_up_id).collect();
    if ids.is_empty() {
        return Ok(Followed::new());
    }
    let happenings = recommendations::happenings(conn, &ids)?;
    let of: Vec<i64> = happenings.iter().map(|row| row.recommendation_id).collect();
    let all = recommendations::by_ids(conn, &of)?;
    let mut followed = Followed::new();
    for happening in happenings {
        let Some(row) = all.iter().find(|row| row.id == happening.recommendation_id) else { continue };
        if evaluation::may(&standings(actor, row.owner(), row.evaluated()), Right::See).is_ok() {
            followed.insert(happening.id, (row.clone(), happening));
        }
    }
    Ok(followed)
}

fn follow_up(notice: Notice, of: Option<&(RecommendationRow, HappeningRow)>) -> Result<About> {
    let Some((recommendation, happening)) = of else { return Ok(About::Gone) };
    Ok(About::FollowUp {
        recommendation: RecommendationId(recommendation.id),
        evaluation: EvaluationId(recommendation.evaluation_id),
        notice,
        happening: happening.kind()?,
        text: recommendation.body.clone(),
        by: happening.actor.clone(),
    })
}

fn told(
    row: NoticeRow,
    known: &BTreeMap<TicketId, (Ticket, Vec<Relation>)>,
    reports: &Readable,
    followed: &Followed,
) -> Result<Told> {
    let corrupt = |word: &str| Error::Internal(format!("notice {}: unknown word {word}", row.id));
    let notice = Notice::parse(&row.notice).ok_or_else(|| corrupt(&row.notice))?;
    let plain = |about, at: NaiveDateTime| Told { id: row.id, at: at.and_utc(), seen: row.seen_at.is_some(), about };
    if let Some(happening) = row.follow_up_id {
        return Ok(plain(follow_up(notice, followed.get(&happening))?, row.queued_at));
    }
    let Some(event) = &row.event else {
        let about = match &row.report {
            Some(part) if reports.contains_key(&part.opd_id) => About::Report {
                period: Period::parse(&part.period).ok_or_else(|| corrupt(&part.period))?,
                opd: reports.get(&part.opd_id).cloned().flatten(),
                signed: part.paper != 0,
            },
            _ => About::Gone,
        };
        return Ok(plain(about, row.queued_at));
    };
    let kind = EventKind::parse(&event.kind).ok_or_else(|| corrupt(&event.kind))?;
    // The warning before closing is for the requester; its event is one of the clocks, which are not.
    let internal = !kind.is_public() && notice != Notice::ClosingSoon;
    let about = match known.get(&TicketId(event.ticket_id)) {
        None => About::Gone,
        Some((ticket, relations)) => {
            let reads = may(relations, Action::Read).is_ok();
            let reads_this = reads && (!internal || may(relations, Action::ReadInternal).is_ok());
            if ticket.is_confidential() || !reads_this {
                About::Something { ticket: ticket.id }
            } else {
                let (subject, by) = (ticket.subject.clone(), row.by.clone());
                About::Happening { ticket: ticket.id, notice, subject, by }
            }
        }
    };
    Ok(plain(about, event.at))
}
