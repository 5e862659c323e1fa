//! Mails that came in: how the mailboxes are read, what became of each mail, and deciding about those that wait.

use actix_web::{get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Answer, READ_DIRECTORY, WRITE_TICKETS, done, ok};
use crate::domain::mail::outcome::Outcome;
use crate::http::{Body, Problem, Query, Request, page};
use crate::services::Error;
use crate::services::inbound::boxes::{self, Summary};
use crate::services::inbound::triage;
use crate::services::tickets::Nothing;
use crate::services::{Desk, inbound};
use crate::store::inbound_mail::InboundRow;

/// Which mails.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct InboundQuery {
    outcome: Option<Outcome>,
    /// From `next` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// A mail that came in. Of one that became part of a ticket nothing but that is told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InboundView {
    pub id: i64,
    pub mailbox: String,
    pub outcome: Outcome,
    /// Why, as a word, perhaps with more behind a colon.
    pub reason: Option<String>,
    /// Empty if there is none, or if it is part of a ticket.
    pub sender: String,
    /// Empty if there is none, or if it is part of a ticket.
    pub subject: String,
    pub sent_at: Option<DateTime<Utc>>,
    pub found_at: DateTime<Utc>,
    /// In bytes.
    pub size: i64,
    /// Whether it is there as it came.
    pub kept: bool,
}

impl InboundView {
    fn of(row: InboundRow) -> Result<Self, Error> {
        Ok(Self {
            outcome: row.outcome()?,
            id: row.id,
            mailbox: row.mailbox,
            reason: row.reason,
            sender: row.sender,
            subject: row.subject,
            sent_at: row.sent_at.map(|at| at.and_utc()),
            found_at: row.found_at.and_utc(),
            size: row.raw_size,
            kept: row.raw_sha256.is_some(),
        })
    }
}

/// A page of mails that came in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InboundPage {
    pub items: Vec<InboundView>,
    /// Where the next page begins; null on the last.
    pub next: Option<String>,
}

/// A mailbox, and how it is read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MailboxView {
    /// User, host and folder.
    pub name: String,
    /// Whether it is in the configuration still.
    pub configured: bool,
    /// How many messages the server has of those that count; null if it was never opened.
    pub messages: Option<i64>,
    /// How many of them were processed.
    pub taken: Option<i64>,
    pub checked_at: Option<DateTime<Utc>>,
    /// Why it could not be read last.
    pub problem: Option<String>,
}

impl From<Summary> for MailboxView {
    fn from(Summary { name, configured, found }: Summary) -> Self {
        Self {
            name,
            configured,
            messages: found.as_ref().map(|row| row.messages),
            taken: found.as_ref().map(|row| row.taken),
            checked_at: found.as_ref().map(|row| row.checked_at.and_utc()),
            problem: found.and_then(|row| row.problem),
        }
    }
}

/// All mailboxes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MailboxList {
    pub items: Vec<MailboxView>,
}

/// The ticket that was made of a mail.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TakenView {
    #[schema(example = "BTG-000412")]
    pub ticket: String,
}

/// List mailboxes
///
/// How many messages each has, and how many of them were processed. For admins and supervisors.
#[utoipa::path(tag = "mail", operation_id = "list_mailboxes", responses((status = 200, body = MailboxList)))]
#[get("/mailboxes")]
pub async fn list_mailboxes(request: Request) -> Answer {
    let all = request.run(READ_DIRECTORY, |desk, caller| boxes::list(desk, &caller.actor)).await?;
    ok(MailboxList { items: all.into_iter().map(MailboxView::from).collect() })
}

/// List mails that came in
///
/// The newest first. For admins and supervisors.
#[utoipa::path(tag = "mail", operation_id = "list_inbound_mail", params(InboundQuery),
    responses((status = 200, body = InboundPage), (status = 422, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[get("/inbound-mail")]
pub async fn list(request: Request, query: Query<InboundQuery>) -> Answer {
    let view = request
        .run(READ_DIRECTORY, move |desk, caller| {
            let query = query.0;
            let limit = page::limit(query.limit)?;
            let before = query.cursor.map(|cursor| page::after(Some(&cursor))).transpose()?;
            let log = inbound::list::run(desk, &caller.actor, query.outcome, before, limit + 1)?;
            let (rows, next) = page::split(log.rows, limit, |row| row.id);
            Ok(InboundPage { items: rows.into_iter().map(InboundView::of).collect::<Result<_, _>>()?, next })
        })
        .await?;
    ok(view)
}

/// Make a ticket of a mail
///
/// Of one that nobody has decided about, as long as it is kept. For admins and supervisors.
#[utoipa::path(tag = "mail", operation_id = "take_inbound_mail", request_body = triage::Input, responses((status = 201, body = TakenView)))]
#[post("/inbound-mail/{mail}/ticket")]
pub async fn take(request: Request, mail: web::Path<String>, body: Body<triage::Input>) -> Answer {
    let id = mail.parse().map_err(|_| Problem::not_found())?;
    let view = request
        .run_once(WRITE_TICKETS, Some(body.fingerprint), move |desk: &Desk, caller| {
            let taken = triage::take(desk, caller, id, &body.value)?;
            Ok(TakenView { ticket: desk.prefix.number(taken.ticket) })
        })
        .await?;
    Ok(actix_web::HttpResponse::Created().json(view))
}

/// Put a mail aside
///
/// Nothing becomes of it, and its sender is not told.
#[utoipa::path(tag = "mail", operation_id = "discard_inbound_mail", request_body = Nothing, responses((status = 204, description = "Put aside")))]
#[post("/inbound-mail/{mail}/discard")]
pub async fn discard(request: Request, mail: web::Path<String>, body: Body<Nothing>) -> Answer {
    let id = mail.parse().map_err(|_| Problem::not_found())?;
    let print = Some(body.fingerprint);
    request.run_once(WRITE_TICKETS, print, move |desk, caller| triage::discard(desk, caller, id)).await?;
    done()
}
