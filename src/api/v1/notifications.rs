//! What one is told on the pages, and how one wants to be told of it.

use actix_web::{get, post, put, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Answer, READ_TICKETS, WRITE_TICKETS, done, ok};
use crate::domain::evaluation::Happening;
use crate::domain::notice::Notice;
use crate::http::{Body, Problem, Query, Request, page};
use crate::services::notifications::choices::{self, Choices};
use crate::services::notifications::list::{About, Input, Told};
use crate::services::notifications::{seen, unread};
use crate::services::tickets::Nothing;
use crate::services::{Desk, notifications};

/// Which notifications.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct NotificationQuery {
    /// `true`: only those not seen yet.
    unseen: Option<bool>,
    /// From `next` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// A notification. It tells what its reader may know of the ticket now: of one that they may not see any more,
/// nothing; of a confidential one, that there is something.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NotificationView {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub seen: bool,
    /// Null if the reader may not see the ticket any more, and where a report is told of.
    #[schema(example = "BTG-000412")]
    pub ticket: Option<String>,
    /// The recommendation that it is about, if it is not about a ticket.
    pub recommendation: Option<i64>,
    /// What happened; null where only is told that something did.
    pub notice: Option<Notice>,
    /// What happened to the recommendation, if it is about one.
    pub happening: Option<Happening>,
    /// Null if it was erased or is not told.
    pub subject: Option<String>,
    /// Who did it; null if it happened by itself or is not told.
    pub by: Option<String>,
    /// The report that it tells of, and the code of its OPD; null where it tells of a ticket.
    pub report: Option<NotifiedReport>,
}

/// A report that was frozen or signed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NotifiedReport {
    #[schema(example = "2026-10")]
    pub period: String,
    /// Null for all OPDs together.
    pub opd: Option<String>,
    pub signed: bool,
}

impl NotificationView {
    fn of(desk: &Desk, told: Told) -> Self {
        let Told { id, at, seen, about } = told;
        let unknown = Self {
            id,
            at,
            seen,
            ticket: None,
            recommendation: None,
            notice: None,
            happening: None,
            subject: None,
            by: None,
            report: None,
        };
        match about {
            About::Gone => unknown,
            About::Report { period, opd, signed } => {
                let report = NotifiedReport { period: period.to_string(), opd: opd.map(|opd| opd.code), signed };
                Self { notice: Some(Notice::ReportReady), report: Some(report), ..unknown }
            }
            About::Something { ticket } => Self { ticket: Some(desk.prefix.number(ticket)), ..unknown },
            About::FollowUp { recommendation, notice, happening, text, by, .. } => Self {
                recommendation: Some(recommendation.0),
                notice: Some(notice),
                happening: Some(happening),
                subject: Some(text),
                by,
                ..unknown
            },
            About::Happening { ticket, notice, subject, by } => {
                Self { ticket: Some(desk.prefix.number(ticket)), notice: Some(notice), subject, by, ..unknown }
            }
        }
    }
}

/// A page of notifications.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NotificationPage {
    pub items: Vec<NotificationView>,
    /// Where the next page begins; null on the last.
    pub next: Option<String>,
    /// How many are not seen yet; 100 stands for more than 99.
    #[schema(minimum = 0, maximum = 100)]
    pub unseen: i64,
}

/// Up to which notification.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenUntil {
    /// The newest that was shown; all, if absent.
    #[serde(default)]
    pub last: Option<i64>,
}

/// List one's notifications
///
/// The newest first. Reading a ticket with the web pages marks what was told of it as seen; reading it here does not.
#[utoipa::path(tag = "notifications", operation_id = "list_notifications", params(NotificationQuery),
    responses((status = 200, body = NotificationPage), (status = 422, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[get("/notifications")]
pub async fn list(request: Request, query: Query<NotificationQuery>) -> Answer {
    let view = request
        .run(READ_TICKETS, move |desk, caller| {
            let query = query.0;
            let limit = page::limit(query.limit)?;
            let before = query.cursor.map(|cursor| page::after(Some(&cursor))).transpose()?;
            let input = Input { unseen: query.unseen.unwrap_or(false), before, limit: limit + 1 };
            let told = notifications::list::run(desk, &caller.actor, input)?;
            let (told, next) = page::split(told, limit, |one| one.id);
            let items = told.into_iter().map(|one| NotificationView::of(desk, one)).collect();
            Ok(NotificationPage { items, next, unseen: unread::count(desk, &caller.actor)? })
        })
        .await?;
    ok(view)
}

/// Mark all notifications as seen
///
/// With `last`, what came after that one stays new.
#[utoipa::path(tag = "notifications", operation_id = "see_notifications", request_body = SeenUntil,
    responses((status = 204, description = "Seen")))]
#[post("/notifications/seen")]
pub async fn see_all(request: Request, body: Body<SeenUntil>) -> Answer {
    let last = body.value.last;
    request
        .run_once(WRITE_TICKETS, Some(body.fingerprint), move |desk, caller| seen::all(desk, caller, last).map(drop))
        .await?;
    done()
}

/// Mark one notification as seen
#[utoipa::path(tag = "notifications", operation_id = "see_notification", request_body = Nothing, responses((status = 204, description = "Seen")))]
#[post("/notifications/{notification}/seen")]
pub async fn see(request: Request, notification: web::Path<String>, body: Body<Nothing>) -> Answer {
    let id = notification.parse().map_err(|_| Problem::not_found())?;
    let print = Some(body.fingerprint);
    request.run_once(WRITE_TICKETS, print, move |desk, caller| seen::one(desk, caller, id)).await?;
    done()
}

/// Read how one is told of what
#[utoipa::path(tag = "notifications", operation_id = "read_notification_choices", responses((status = 200, body = Choices)))]
#[get("/me/notification-choices")]
pub async fn read_choices(request: Request) -> Answer {
    ok(request.run(READ_TICKETS, |desk, caller| choices::read(desk, &caller.actor)).await?)
}

/// Choose how one is told of what
///
/// Whatever is chosen, everything is among the notifications. What concerns the account always comes by mail, as do
/// reminders by supervision.
#[utoipa::path(tag = "notifications", operation_id = "choose_notifications", request_body = Choices, responses((status = 200, body = Choices)))]
#[put("/me/notification-choices")]
pub async fn replace_choices(request: Request, body: Body<Choices>) -> Answer {
    let chosen = body.value;
    let kept = request
        .run(WRITE_TICKETS, move |desk, caller| {
            choices::replace(desk, caller, &chosen)?;
            choices::read(desk, &caller.actor)
        })
        .await?;
    ok(kept)
}
