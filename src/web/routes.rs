//! The table of web routes: every page and every form.

use actix_web::{HttpRequest, web};

use super::fault::Fault;
use super::{
    Answer, account, admin, assets, entry, evaluations, filing, first, forgotten, help, live, logo, notices, queue,
    reports, requester, search, sign_in, supervision, terms, ticket,
};

/// Every page and form.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/aset/{hash}/{name}", web::get().to(assets::serve))
        .route("/logo", web::get().to(logo::serve))
        // signing in
        .route("/masuk", web::get().to(sign_in::show))
        .route("/masuk", web::post().to(sign_in::submit))
        .route("/keluar", web::post().to(sign_in::sign_out))
        .route("/lupa-sandi", web::get().to(forgotten::show))
        .route("/lupa-sandi", web::post().to(forgotten::submit))
        .route("/sandi-baru/{secret}", web::get().to(forgotten::show_link))
        .route("/sandi-baru/{secret}", web::post().to(forgotten::submit_link))
        .route("/mulai", web::get().to(first::show))
        .route("/mulai", web::post().to(first::submit))
        .route("/ketentuan", web::get().to(terms::show))
        // one's own account
        .route("/akun", web::get().to(account::show))
        .route("/akun/pemberitahuan", web::get().to(account::notices::show))
        .route("/akun/pemberitahuan", web::post().to(account::notices::save))
        .route("/akun/sandi", web::post().to(account::password::submit))
        .route("/akun/sesi/lainnya", web::post().to(account::sessions::end_others))
        .route("/akun/sesi/{id}/akhiri", web::post().to(account::sessions::end_one))
        .route("/akun/kunci", web::post().to(account::keys::create))
        .route("/akun/kunci/{id}/cabut", web::post().to(account::keys::revoke))
        // what one is told
        .route("/kabar", web::get().to(notices::list::show))
        .route("/kabar/lonceng", web::get().to(notices::bell::show))
        .route("/kabar/dibaca", web::post().to(notices::seen::all))
        .route("/kabar/{id}/dibaca", web::post().to(notices::seen::one))
        // overseeing
        .route("/penyelia", web::get().to(supervision::desks::show))
        .route("/penyelia/pelanggaran", web::get().to(supervision::breaches::show))
        .route("/penyelia/pelanggaran/{ticket}/{clock}", web::post().to(supervision::breaches::decide))
        .route("/penyelia/{opd}/ingatkan", web::post().to(supervision::desks::remind))
        .route("/penyelia/{opd}/surat", web::post().to(supervision::desks::letter))
        // reports
        .route("/laporan", web::get().to(reports::list::show))
        .route("/laporan/penerima", web::get().to(reports::recipients::show))
        .route("/laporan/penerima", web::post().to(reports::recipients::add))
        .route("/laporan/penerima/{id}/hapus", web::post().to(reports::recipients::remove))
        .route("/laporan/{period}", web::get().to(reports::show::show))
        .route("/laporan/{period}/unduh", web::get().to(reports::file::download))
        .route("/laporan/{period}/tiket", web::get().to(reports::file::tickets))
        .route("/laporan/{period}/adendum", web::post().to(reports::show::add))
        .route("/laporan/{period}/tanda-tangan", web::post().to(reports::signing::submit))
        .route("/verifikasi", web::get().to(reports::prove::ask))
        .route("/verifikasi/{code}", web::get().to(reports::prove::show))
        // evaluation; what has a word in place of a number stands first
        .route("/evaluasi", web::get().to(evaluations::list::show))
        .route("/evaluasi/baru", web::get().to(evaluations::begin::show))
        .route("/evaluasi/baru", web::post().to(evaluations::begin::submit))
        .route("/evaluasi/bukti", web::get().to(evaluations::pack::download))
        .route("/evaluasi/rekomendasi/{id}/ubah", web::get().to(evaluations::recommendation::edit))
        .route("/evaluasi/rekomendasi/{id}/ubah", web::post().to(evaluations::recommendation::save))
        .route("/evaluasi/rekomendasi/{id}/bukti/{file}", web::get().to(evaluations::step::download))
        .route("/evaluasi/rekomendasi/{id}/{verb}", web::post().to(evaluations::step::submit))
        .route("/evaluasi/{id}", web::get().to(evaluations::show::show))
        .route("/evaluasi/{id}/ubah", web::get().to(evaluations::begin::edit))
        .route("/evaluasi/{id}/ubah", web::post().to(evaluations::begin::save))
        .route("/evaluasi/{id}/temuan", web::get().to(evaluations::finding::show))
        .route("/evaluasi/{id}/temuan", web::post().to(evaluations::finding::submit))
        .route("/evaluasi/{id}/temuan/{finding}/hapus", web::post().to(evaluations::finding::remove))
        .route("/evaluasi/{id}/rekomendasi", web::get().to(evaluations::recommendation::show))
        .route("/evaluasi/{id}/rekomendasi", web::post().to(evaluations::recommendation::submit))
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
        .route("/bantuan/pintasan", web::get().to(help::shortcuts))
        .route("/cari", web::get().to(search::show))
        // one ticket; what has words of its own in place of a number or a verb stands before these
        .route("/tiket/{number}", web::get().to(ticket::show::show))
        .route("/tiket/{number}/riwayat", web::get().to(ticket::history::show))
        .route("/tiket/{number}/mengapa-terlambat", web::get().to(ticket::late::first))
        .route("/tiket/{number}/mengapa-terlambat/{clock}", web::get().to(ticket::late::show))
        .route("/tiket/{number}/mengapa-terlambat/{clock}/{verb}", web::post().to(ticket::late::submit))
        .route("/tiket/{number}/lampiran/{id}", web::get().to(ticket::file::download))
        .route("/tiket/{number}/{verb}", web::post().to(ticket::submit::submit))
        // administration
        .configure(admin::configure);
}

/// Where no page is.
pub async fn nothing_here(_: HttpRequest) -> Answer {
    Err(Fault::not_found())
}
