//! The table of web routes: every page and every form.

use actix_web::{HttpRequest, web};

use super::fault::Fault;
use super::{Answer, assets, entry, filing, help, live, queue, requester, sign_in};

/// Every page and form.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/aset/{hash}/{name}", web::get().to(assets::serve))
        // signing in
        .route("/masuk", web::get().to(sign_in::show))
        .route("/masuk", web::post().to(sign_in::submit))
        .route("/keluar", web::post().to(sign_in::sign_out))
        // whoever needs help
        .route("/", web::get().to(requester::home::show))
        .route("/tiket", web::get().to(requester::mine::show))
        .route("/tiket/baru", web::get().to(filing::choose::show))
        .route("/tiket/baru/{kind}", web::get().to(filing::form::show))
        .route("/tiket/baru/{kind}", web::post().to(filing::form::submit))
        .route("/tiket/{ticket}/nilai", web::get().to(requester::rate::show))
        .route("/tiket/{ticket}/nilai", web::post().to(requester::rate::submit))
        // on behalf of others
        .route("/catat", web::get().to(entry::page::show))
        .route("/catat", web::post().to(entry::page::submit))
        .route("/saran/orang", web::get().to(entry::suggest::people))
        // queues
        .route("/antrean", web::get().to(queue::list::show))
        .route("/antrean/massal", web::post().to(queue::bulk::submit))
        .route("/antrean/tampilan", web::post().to(queue::saved::save))
        .route("/antrean/tampilan/{id}/hapus", web::post().to(queue::saved::remove))
        // what happens meanwhile
        .route("/peristiwa", web::get().to(live::stream))
        .route("/tiket/{number}/hadir", web::post().to(live::present))
        // help
        .route("/bantuan/pintasan", web::get().to(help::shortcuts));
}

/// Where no page is.
pub async fn nothing_here(_: HttpRequest) -> Answer {
    Err(Fault::not_found())
}
