//! `kentongan serve`

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::HttpRequest;
use anyhow::Context;

use super::{begin_log, open_desk};
use crate::config::Config;
use crate::http::Problem;
use crate::services::Desk;
use crate::services::accounts::first;
use crate::{api, http, web, workers};

/// Serves until it is told to stop.
pub fn run(config: Config) -> anyhow::Result<()> {
    begin_log(&config);
    // What cannot be sent should be known now, not when somebody waits for it.
    crate::mail::open(&config.mail).map_err(anyhow::Error::msg)?;
    crate::mail::inbound::trust(&config.inbound.certificates).map_err(anyhow::Error::msg)?;
    let desk = open_desk(config)?;
    let listener = listen(&desk)?;
    let address = listener.local_addr()?;
    let mut ready = format!("Kentongan listens on http://{address} (API: /api/docs/)");
    if first::is_first(&desk)? {
        let url = desk.config.server.public_url.trim_end_matches('/');
        ready += &format!("\nNobody is known yet. Open {url}/mulai?kode={} to begin.", first::code(&desk));
    }
    serve(desk, listener, &ready)
}

/// Both faces: pages for people, and the API. What is nowhere is answered in the manner of its place.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    config.configure(api::configure).configure(web::configure).default_service(actix_web::web::to(
        async |request: HttpRequest| match request.path().starts_with("/api") {
            true => Err(Problem::not_found().into()),
            false => web::nothing_here(request).await.map_err(actix_web::Error::from),
        },
    ));
}

/// Takes the port, so that two programs on one port are noticed before anything else happens.
pub fn listen(desk: &Desk) -> anyhow::Result<TcpListener> {
    let bind = &desk.config.server.bind;
    TcpListener::bind(bind)
        .with_context(|| format!("cannot listen on {bind}: is another program using it? (--bind chooses another)"))
}

/// Serves on a socket, with the workers beside it, and says `ready` once it does.
pub fn serve(desk: Arc<Desk>, listener: TcpListener, ready: &str) -> anyhow::Result<()> {
    actix_web::rt::System::new().block_on(async {
        let server = http::server::build(Arc::clone(&desk), listener, routes)?;
        let holder = workers::name();
        let workers = actix_web::rt::spawn(workers::run(Arc::clone(&desk), holder.clone()));
        println!("{ready}");
        server.await?;
        workers.abort();
        if let Err(error) = workers::leave(&desk, &holder) {
            tracing::warn!(%error, "another instance takes over only when the leases of this one run out");
        }
        tracing::info!("stopped");
        Ok(())
    })
}
