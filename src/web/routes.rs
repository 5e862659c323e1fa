//! The table of web routes: every page and every form.

use actix_web::{HttpRequest, web};

use super::fault::Fault;
use super::{Answer, admin, assets, help, live, logo, queue, sign_in};

/// Every page and form.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/aset/{hash}/{name}", web::get().to(assets::serve))
        .route("/logo", web::get().to(logo::serve))
        // signing in
        .route("/masuk", web::get().to(sign_in::show))
        .route("/masuk", web::post().to(sign_in::submit))
        .route("/keluar", web::post().to(sign_in::sign_out))
        // queues
        .route("/antrean", web::get().to(queue::list::show))
        .route("/antrean/massal", web::post().to(queue::bulk::submit))
        .route("/antrean/tampilan", web::post().to(queue::saved::save))
        .route("/antrean/tampilan/{id}/hapus", web::post().to(queue::saved::remove))
        // what happens meanwhile
        .route("/peristiwa", web::get().to(live::stream))
        .route("/tiket/{number}/hadir", web::post().to(live::present))
        // help
        .route("/bantuan/pintasan", web::get().to(help::shortcuts))
        // administration
        .configure(admin::configure);
}

/// Where no page is.
pub async fn nothing_here(_: HttpRequest) -> Answer {
    Err(Fault::not_found())
}
