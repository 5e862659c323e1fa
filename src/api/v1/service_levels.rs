//! What a ticket would be promised.

use actix_web::post;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::views::Named;
use super::{Answer, READ_DIRECTORY, ok};
use crate::domain::sla::keeping::ClockKind;
use crate::domain::sla::target::Target;
use crate::http::{Body, Request};
use crate::services::sla::preview::{self, Preview, Promise};

/// What would be promised by a clock.
#[derive(Debug, Serialize, ToSchema)]
pub struct PromiseView {
    pub clock: ClockKind,
    pub target: Target,
    /// Whose hours count.
    pub calendar: Named,
    /// When it would start; that of Tier 2 if everybody before takes all the time there is.
    pub starts_at: Option<DateTime<Utc>>,
    /// Null if the calendar has too little working time ahead.
    pub due_at: Option<DateTime<Utc>>,
}

/// What a ticket would be promised.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewView {
    pub opened_at: DateTime<Utc>,
    pub opd: Named,
    /// The team that would get it at Tier 2; null if there is none, and then no clock of Tier 2 either.
    pub team: Option<Named>,
    pub clocks: Vec<PromiseView>,
    /// The same in Bahasa Indonesia, in the desk's local time.
    pub sentence: String,
}

impl From<Promise> for PromiseView {
    fn from(promise: Promise) -> Self {
        Self {
            clock: promise.clock,
            target: promise.target,
            calendar: Named { id: promise.calendar.0, name: promise.calendar.1 },
            starts_at: promise.starts_at,
            due_at: promise.due_at,
        }
    }
}

impl From<Preview> for PreviewView {
    fn from(preview: Preview) -> Self {
        Self {
            opened_at: preview.opened_at,
            opd: Named { id: preview.opd.0.0, name: preview.opd.1 },
            team: preview.team.map(|(id, name)| Named { id: id.0, name }),
            clocks: preview.promises.into_iter().map(PromiseView::from).collect(),
            sentence: preview.sentence,
        }
    }
}

/// Preview what a ticket would be promised
///
/// By the rules in force when it is opened. Nothing is opened.
#[utoipa::path(tag = "service levels", operation_id = "preview_service_levels", request_body = preview::Input, responses((status = 200, body = PreviewView)))]
#[post("/service-levels/preview")]
pub async fn foretell(request: Request, body: Body<preview::Input>) -> Answer {
    let preview =
        request.run(READ_DIRECTORY, move |desk, caller| preview::run(desk, &caller.actor, &body.value)).await?;
    ok(PreviewView::from(preview))
}
