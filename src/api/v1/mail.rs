//! The mail log: what leaves, what has left, what was given up. Nothing of tickets.

use actix_web::{get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::views::Named;
use super::{Answer, READ_AUDIT, WRITE_DIRECTORY, done, ok};
use crate::domain::notice::Notice;
use crate::http::{Body, Problem, Query, Request, page};
use crate::services::Error;
use crate::services::admin::mail::{self, Delivery, Input};
use crate::services::tickets::Nothing;
use crate::store::mail_log::{Counts, MailRow};

/// Which notices.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MailQuery {
    state: Option<Delivery>,
    /// Part of a name or an address of a person, or the whole address of nobody known.
    #[param(max_length = 200)]
    recipient: Option<String>,
    /// From `next` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// A notice on its way.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MailView {
    pub id: i64,
    pub notice: Notice,
    pub state: Delivery,
    /// 0 leaves first (accounts), then 1 (urgent), 2 (usual), 3 (digests).
    #[schema(minimum = 0, maximum = 3)]
    pub urgency: i64,
    /// Null for nobody known.
    pub recipient: Option<Named>,
    pub address: String,
    pub attempts: i64,
    pub queued_at: DateTime<Utc>,
    /// When it may leave, or is tried again.
    pub due_at: DateTime<Utc>,
    /// When a mail server took it, or when it was given up.
    pub ended_at: Option<DateTime<Utc>>,
    /// What the mail server said last.
    pub answer: Option<String>,
    /// The notice that told of this one among others.
    pub digest_id: Option<i64>,
}

impl MailView {
    fn of(row: MailRow) -> Result<Self, Error> {
        let unknown = |what: &str| Error::Internal(format!("notice {}: unknown {what}", row.id));
        Ok(Self {
            id: row.id,
            notice: Notice::parse(&row.notice).ok_or_else(|| unknown("notice"))?,
            state: Delivery::parse(&row.state).ok_or_else(|| unknown("state"))?,
            urgency: row.urgency,
            recipient: row.recipient_id.zip(row.recipient).map(|(id, name)| Named { id, name }),
            address: row.email.or(row.address).unwrap_or_default(),
            attempts: row.attempts,
            queued_at: row.queued_at.and_utc(),
            due_at: row.due_at.and_utc(),
            ended_at: row.ended_at.map(|at| at.and_utc()),
            answer: row.answer,
            digest_id: row.digest_id,
        })
    }
}

/// A page of the mail log.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MailPage {
    pub items: Vec<MailView>,
    /// Where the next page begins; null on the last.
    pub next: Option<String>,
}

/// How many notices there are.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MailCounts {
    /// To leave by mail.
    pub queued: i64,
    /// Given up.
    pub dead: i64,
    /// Waiting for the mail of the day.
    pub collected: i64,
    /// Taken by a mail server within the last 24 hours.
    pub sent_today: i64,
}

impl From<Counts> for MailCounts {
    fn from(counts: Counts) -> Self {
        let Counts { queued, sent, dead, collected } = counts;
        Self { queued, dead, collected, sent_today: sent }
    }
}

/// How many were queued again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Retried {
    pub count: usize,
}

/// List the mail log
///
/// The newest first; with `state=queued`, the next to leave first. For admins and auditors. Nothing of tickets is told.
#[utoipa::path(tag = "mail", operation_id = "list_mail", params(MailQuery),
    responses((status = 200, body = MailPage), (status = 422, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[get("/mail")]
pub async fn list(request: Request, query: Query<MailQuery>) -> Answer {
    let view = request
        .run(READ_AUDIT, move |desk, caller| {
            let query = query.0;
            if query.recipient.as_ref().is_some_and(|recipient| recipient.chars().count() > 200) {
                return Err(Error::field("/recipient", "too_long", "paling banyak 200 karakter"));
            }
            let limit = page::limit(query.limit)?;
            let behind = query.cursor.map(|cursor| page::after(Some(&cursor))).transpose()?;
            let input = Input { state: query.state, recipient: query.recipient, behind, limit: limit + 1 };
            let rows = mail::list(desk, &caller.actor, &input)?;
            let (rows, next) = page::split(rows, limit, |row| row.id);
            Ok(MailPage { items: rows.into_iter().map(MailView::of).collect::<Result<_, _>>()?, next })
        })
        .await?;
    ok(view)
}

/// Count the mail log
#[utoipa::path(tag = "mail", operation_id = "count_mail", responses((status = 200, body = MailCounts)))]
#[get("/mail/counts")]
pub async fn count(request: Request) -> Answer {
    let counts = request.run(READ_AUDIT, |desk, caller| mail::counts(desk, &caller.actor)).await?;
    ok(MailCounts::from(counts))
}

/// Try everything again that was given up
#[utoipa::path(tag = "mail", operation_id = "retry_all_mail", request_body = Nothing, responses((status = 200, body = Retried)))]
#[post("/mail/retry")]
pub async fn retry_all(request: Request, body: Body<Nothing>) -> Answer {
    let print = Some(body.fingerprint);
    let retried = request.run_once(WRITE_DIRECTORY, print, mail::retry_all).await?;
    ok(Retried { count: retried })
}

/// Try a notice again that was given up
#[utoipa::path(tag = "mail", operation_id = "retry_mail", request_body = Nothing, responses((status = 204, description = "Queued again")))]
#[post("/mail/{notice}/retry")]
pub async fn retry(request: Request, notice: web::Path<String>, body: Body<Nothing>) -> Answer {
    let id = notice.parse().map_err(|_| Problem::not_found())?;
    let print = Some(body.fingerprint);
    request.run_once(WRITE_DIRECTORY, print, move |desk, caller| mail::retry(desk, caller, id)).await?;
    done()
}
