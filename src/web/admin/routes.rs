//! The table of routes below `/admin`.

use actix_web::web::{self, get, post};

use super::{
    audit, calendar, calendar_form, calendars, categories, home, inbound, inbound_mail, mail, mail_files, opd, opds,
    people, person, person_acts, policy, policy_form, priorities, settings, team, teams,
};

/// Every page and form of administration.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/admin", get().to(home::show))
        // organisation
        .route("/admin/opd", get().to(opds::show))
        .route("/admin/opd/baru", get().to(opds::begin))
        .route("/admin/opd/baru", post().to(opds::add))
        .route("/admin/opd/{id}", get().to(opd::show))
        .route("/admin/opd/{id}/ubah", post().to(opd::change))
        .route("/admin/opd/{id}/status", post().to(opd::set_state))
        .route("/admin/tim", get().to(teams::show))
        .route("/admin/tim/baru", get().to(teams::begin))
        .route("/admin/tim/baru", post().to(teams::add))
        .route("/admin/tim/{id}", get().to(team::show))
        .route("/admin/tim/{id}/ubah", post().to(team::change))
        .route("/admin/tim/{id}/status", post().to(team::set_state))
        .route("/admin/tim/{id}/masuk", post().to(team::join))
        .route("/admin/tim/{id}/keluar", post().to(team::leave))
        .route("/admin/kategori", get().to(categories::show))
        .route("/admin/kategori/baru", get().to(categories::begin))
        .route("/admin/kategori/baru", post().to(categories::add))
        .route("/admin/kategori/{id}", get().to(categories::edit))
        .route("/admin/kategori/{id}/ubah", post().to(categories::change))
        .route("/admin/prioritas", get().to(priorities::show))
        .route("/admin/prioritas", post().to(priorities::replace))
        // people
        .route("/admin/orang", get().to(people::show))
        .route("/admin/orang/baru", get().to(people::begin))
        .route("/admin/orang/baru", post().to(people::add))
        .route("/admin/orang/{id}", get().to(person::show))
        .route("/admin/orang/{id}/ubah", post().to(person_acts::change))
        .route("/admin/orang/{id}/peran", post().to(person_acts::grant))
        .route("/admin/orang/{id}/cabut", post().to(person_acts::revoke))
        .route("/admin/orang/{id}/gabung", post().to(person_acts::join))
        .route("/admin/orang/{id}/lepas", post().to(person_acts::leave))
        .route("/admin/orang/{id}/sandi", post().to(person_acts::give_password))
        .route("/admin/orang/{id}/buka", post().to(person_acts::unlock))
        .route("/admin/orang/{id}/pulihkan", post().to(person_acts::trust_address))
        .route("/admin/orang/{id}/nonaktifkan", post().to(person_acts::deactivate))
        .route("/admin/orang/{id}/aktifkan", post().to(person_acts::activate))
        // service levels
        .route("/admin/kalender", get().to(calendars::show))
        .route("/admin/kalender/baru", get().to(calendars::begin))
        .route("/admin/kalender/baru", post().to(calendars::add))
        .route("/admin/kalender/{id}", get().to(calendar::show))
        .route("/admin/kalender/{id}/versi-baru", get().to(calendar_form::begin))
        .route("/admin/kalender/{id}/versi-baru", post().to(calendar_form::add))
        .route("/admin/kalender/{id}/json", post().to(calendar_form::add_json))
        .route("/admin/kalender/{id}/libur", post().to(calendar_form::import))
        .route("/admin/kebijakan", get().to(policy::show))
        .route("/admin/kebijakan/ubah", get().to(policy_form::begin))
        .route("/admin/kebijakan/ubah", post().to(policy_form::save))
        .route("/admin/kebijakan/pratinjau", post().to(policy_form::try_out))
        // what has happened, and how it is set
        .route("/admin/jejak-audit", get().to(audit::show))
        .route("/admin/surat", get().to(mail::show))
        .route("/admin/surat/ulang", post().to(mail::retry_all))
        .route("/admin/surat/berkas", get().to(mail_files::show))
        .route("/admin/surat/berkas/{name}", get().to(mail_files::read))
        .route("/admin/surat/{id}/ulang", post().to(mail::retry))
        .route("/admin/surat-masuk", get().to(inbound::show))
        .route("/admin/surat-masuk/{id}", get().to(inbound_mail::show))
        .route("/admin/surat-masuk/{id}/asli", get().to(inbound_mail::original))
        .route("/admin/surat-masuk/{id}/tiket", post().to(inbound_mail::take))
        .route("/admin/surat-masuk/{id}/abaikan", post().to(inbound_mail::discard))
        .route("/admin/pengaturan", get().to(settings::show));
}
