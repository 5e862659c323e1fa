//! The server: routes, middleware, workers beside it, and a stop that finishes what is in flight.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpResponse, HttpServer, get, web};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use super::limits::{LinkLimit, SignInLimit};
use super::live::Live;
use super::observe::observe;
use super::{Problem, Public};
use crate::services::{Desk, Error};
use crate::store::settings;

/// Adds the routes of the faces to an application.
pub type Routes = fn(&mut web::ServiceConfig);

/// Builds the server on a socket that is bound already. Running it ends on SIGTERM or SIGINT, after
/// requests in flight are answered.
pub fn build(desk: Arc<Desk>, listener: TcpListener, routes: Routes) -> std::io::Result<Server> {
    let config = desk.config.server.clone();
    let limit = web::Data::new(SignInLimit::per_minute(desk.config.accounts.sign_ins_per_minute));
    // Whoever has forgotten a password asks once or twice, not once a second.
    let links = web::Data::new(LinkLimit::per_minute(desk.config.accounts.sign_ins_per_minute.div_ceil(6)));
    let live = Arc::new(Live::of(Arc::clone(&desk)));
    let (data, listening) = (web::Data::from(desk), web::Data::from(Arc::clone(&live)));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(data.clone())
            .app_data(limit.clone())
            .app_data(listening.clone())
            .app_data(links.clone())
            .wrap(Compress::default())
            .wrap(from_fn(observe))
            .service(healthz)
            .service(readyz)
            .service(super::metrics::metrics)
            .configure(routes)
    })
    .workers(usize::try_from(config.workers).unwrap_or(1))
    // A pressed page leaves in pieces: none waits for the receipt of the one before.
    .tcp_nodelay(true)
    .worker_max_blocking_threads(16)
    .shutdown_timeout(config.stop_seconds.into())
    .client_request_timeout(Duration::from_secs(30))
    // Whoever closes the connection does not wait for more: a stream ends at once.
    .h1_allow_half_closed(false)
    .shutdown_signal(asked_to_stop(live))
    .listen(listener)?;
    Ok(server.run())
}

/// Waits for SIGTERM or SIGINT, and ends what would go on for ever.
async fn asked_to_stop(live: Arc<Live>) {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    live.stop();
}

/// Whether the program runs. Says nothing of the database.
#[get("/healthz")]
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

/// Whether it can serve: the database answers.
#[get("/readyz")]
async fn readyz(public: Public) -> Result<HttpResponse, Problem> {
    public.run(|desk| desk.read(|conn| settings::get(conn, "token_secret").map_err(Error::from))).await?;
    Ok(HttpResponse::Ok().json(json!({"status": "ready"})))
}
