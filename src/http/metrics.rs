//! Figures for whoever watches over the program.

use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::{HttpRequest, HttpResponse, get};

use super::{Problem, Public};
use crate::services::outbox::deliver;
use crate::services::{self, Desk};

/// The figures in the text format of Prometheus. To programs on the same
/// machine only: they say how busy the desk is.
#[get("/metrics")]
pub(super) async fn metrics(request: HttpRequest, public: Public) -> Result<HttpResponse, Problem> {
    let is_near = request.peer_addr().is_some_and(|peer| peer.ip().is_loopback());
    // A proxy on this machine speaks for somebody else.
    if !is_near || request.headers().contains_key("x-forwarded-for") || request.headers().contains_key("forwarded") {
        return Err(Problem::not_found());
    }
    let text = public.run(figures).await?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text))
}

fn figures(desk: &Desk) -> services::Result<String> {
    let outbox = deliver::figures(desk)?;
    let oldest = outbox.oldest.map_or(0, |since| deliver::age(desk, since.and_utc()));
    let (sent, failed) = (&desk.counters.sent, &desk.counters.failed);
    let mut text = String::new();
    for (name, kind, help, value) in [
        ("outbox_queued", "gauge", "Mails that wait to leave.", outbox.queued),
        ("outbox_dead", "gauge", "Mails that were given up; somebody must look.", outbox.dead),
        ("outbox_oldest_seconds", "gauge", "How long the oldest of them has waited.", oldest),
        ("mails_sent_total", "counter", "Mails that this instance sent.", count(sent)),
        ("mails_failed_total", "counter", "Tries of this instance that failed.", count(failed)),
    ] {
        text += &format!("# HELP kentongan_{name} {help}\n# TYPE kentongan_{name} {kind}\nkentongan_{name} {value}\n");
    }
    Ok(text)
}

fn count(counter: &AtomicU64) -> i64 {
    i64::try_from(counter.load(Ordering::Relaxed)).unwrap_or(i64::MAX)
}
