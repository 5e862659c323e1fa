//! `GET /admin/pengaturan`: what is configured, with the name of each key. It is changed in the file or the
//! environment; secrets are never shown.

use serde::Serialize;

use super::super::Answer;
use super::super::visitor::Visitor;
use super::super::words::number;
use super::section::{self, Section};
use crate::services::{Desk, Result};

#[derive(Serialize)]
struct Setting {
    label: &'static str,
    key: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Group {
    title: &'static str,
    settings: Vec<Setting>,
}

#[derive(Serialize)]
struct SettingsPage {
    groups: Vec<Group>,
}

impl Section for SettingsPage {
    const TEMPLATE: &'static str = "pages/admin/settings";
    const PART: &'static str = "/admin/pengaturan";

    fn title(&self) -> String {
        "Pengaturan".to_owned()
    }
}

/// `GET /admin/pengaturan`
pub async fn show(visitor: Visitor) -> Answer {
    section::show(visitor, |desk, _| build(desk)).await
}

fn set(label: &'static str, key: &'static str, value: impl Into<String>) -> Setting {
    Setting { label, key, value: value.into() }
}

fn amount(value: impl Into<i64>, unit: &str) -> String {
    format!("{} {unit}", number(value.into()))
}

fn megabytes(bytes: u64) -> String {
    let megabytes = i64::try_from(bytes / (1024 * 1024)).unwrap_or(i64::MAX);
    if megabytes == 0 { format!("{bytes} bita") } else { format!("{} MB", number(megabytes)) }
}

/// The scheme of an address whose rest may hold a password.
fn scheme(url: &str) -> &str {
    url.split("://").next().unwrap_or_default()
}

fn build(desk: &Desk) -> Result<SettingsPage> {
    Ok(SettingsPage { groups: vec![tenant(desk), server(desk), accounts(desk), tickets(desk)] })
}

fn tenant(desk: &Desk) -> Group {
    let tenant = &desk.config.tenant;
    let logo = if tenant.logo.is_empty() { "tidak ada; lambang Kentongan dipakai" } else { &tenant.logo };
    Group {
        title: "Pemerintah daerah",
        settings: vec![
            set("Nama", "tenant.name", &tenant.name),
            set("Dinas pengelola", "tenant.dinas", &tenant.dinas),
            set("Logo", "tenant.logo", logo),
            set("Sebutan perangkat daerah", "tenant.opd_word", &tenant.opd_word),
            set("Awalan nomor tiket", "tenant.ticket_prefix", &tenant.ticket_prefix),
            set("Zona waktu", "tenant.time_zone", &tenant.time_zone),
        ],
    }
}

fn server(desk: &Desk) -> Group {
    let (server, config) = (&desk.config.server, &desk.config);
    let proxy = if server.behind_proxy { "ya" } else { "tidak" };
    Group {
        title: "Alamat dan sambungan",
        settings: vec![
            set("Alamat untuk pengguna", "server.public_url", &server.public_url),
            set("Alamat yang didengarkan", "server.bind", &server.bind),
            set("Di belakang proksi", "server.behind_proxy", proxy),
            set("Basis data", "database.url", scheme(config.database.url.reveal())),
            set("Server surat", "mail.url", scheme(config.mail.url.reveal())),
            set("Pengirim surat", "mail.from", &config.mail.from),
        ],
    }
}

fn accounts(desk: &Desk) -> Group {
    let accounts = &desk.config.accounts;
    let secret =
        if accounts.token_secret.reveal().is_empty() { "dibuat program" } else { "diatur (tidak ditampilkan)" };
    Group {
        title: "Masuk dan sesi",
        settings: vec![
            set(
                "Sesi berakhir tanpa kegiatan",
                "accounts.session_idle_minutes",
                amount(accounts.session_idle_minutes, "menit"),
            ),
            set("Sesi paling lama", "accounts.session_hours", amount(accounts.session_hours, "jam")),
            set("Salah kata sandi sebelum terkunci", "accounts.wrong_tries", amount(accounts.wrong_tries, "kali")),
            set("Terkunci pertama kali", "accounts.lock_seconds", amount(accounts.lock_seconds, "detik")),
            set("Terkunci paling lama", "accounts.lock_most_seconds", amount(accounts.lock_most_seconds, "detik")),
            set(
                "Percobaan masuk per alamat jaringan",
                "accounts.sign_ins_per_minute",
                amount(accounts.sign_ins_per_minute, "per menit"),
            ),
            set("Token akses API", "accounts.token_minutes", amount(accounts.token_minutes, "menit")),
            set("Token pembaruan API", "accounts.refresh_days", amount(accounts.refresh_days, "hari")),
            set("Masuk API berakhir setelah", "accounts.sign_in_days", amount(accounts.sign_in_days, "hari")),
            set("Rahasia token", "accounts.token_secret", secret),
        ],
    }
}

fn tickets(desk: &Desk) -> Group {
    let attachments = &desk.config.attachments;
    Group {
        title: "Tiket dan lampiran",
        settings: vec![
            set(
                "Dapat dibuka kembali selama",
                "tickets.reopen_working_days",
                amount(desk.config.tickets.reopen_working_days, "hari kerja"),
            ),
            set("Berkas paling besar", "attachments.most_bytes", megabytes(attachments.most_bytes.into())),
            set("Jatah berkas per orang", "attachments.quota_bytes", megabytes(attachments.quota_bytes)),
            set("Tempat berkas", "attachments.folder", &attachments.folder),
        ],
    }
}
