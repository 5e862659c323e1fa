//! `GET /admin`: how the desk is, and what somebody has to do about it.

use chrono::TimeDelta;
use serde::Serialize;

use super::super::Answer;
use super::super::visitor::Visitor;
use super::super::words::{Spoken, When, number};
use super::dates::day;
use super::section::{self, Section};
use crate::services::admin::health::{self, Health};
use crate::services::admin::mail;
use crate::services::{Caller, Desk, Result};

/// How many of a list are shown before the rest is only counted.
const SHOWN: usize = 12;

/// How long notices may wait before that is worth a look, in minutes.
const WAITING_MINUTES: i64 = 60;

/// How long nobody may hold the lease of housekeeping, as when an instance was started anew, in minutes.
const GAP_MINUTES: i64 = 5;

/// Something that was looked at.
#[derive(Serialize)]
struct Check {
    name: &'static str,
    /// `good`, `near` or `over`: said by a word as well.
    tone: &'static str,
    verdict: &'static str,
    facts: String,
    /// What to do, if it is not good.
    todo: Option<String>,
}

impl Check {
    fn good(name: &'static str, facts: String) -> Self {
        Self { name, tone: "good", verdict: "Baik", facts, todo: None }
    }

    fn near(name: &'static str, facts: String, todo: impl Into<String>) -> Self {
        Self { name, tone: "near", verdict: "Perhatikan", facts, todo: Some(todo.into()) }
    }

    fn over(name: &'static str, facts: String, todo: impl Into<String>) -> Self {
        Self { name, tone: "over", verdict: "Tindak lanjuti", facts, todo: Some(todo.into()) }
    }
}

/// Something that needs somebody to act, with a link to where.
#[derive(Serialize)]
struct Item {
    href: String,
    label: String,
    note: String,
}

/// Items of one kind.
#[derive(Serialize)]
struct Duty {
    title: String,
    tone: &'static str,
    todo: &'static str,
    count: String,
    items: Vec<Item>,
    /// How many more there are.
    more: Option<String>,
}

impl Duty {
    fn new(title: String, tone: &'static str, todo: &'static str, total: i64, mut items: Vec<Item>) -> Self {
        items.truncate(SHOWN);
        let shown = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let more = (total > shown).then(|| number(total - shown));
        Self { title, tone, todo, count: number(total), items, more }
    }
}

#[derive(Serialize)]
struct Home {
    checks: Vec<Check>,
    duties: Vec<Duty>,
    /// Whether everything is as it should be.
    calm: bool,
}

impl Section for Home {
    const TEMPLATE: &'static str = "pages/admin/home";
    const PART: &'static str = "/admin";

    fn title(&self) -> String {
        "Ringkasan dan kesehatan".to_owned()
    }
}

/// `GET /admin`
pub async fn show(visitor: Visitor) -> Answer {
    section::show(visitor, build).await
}

fn build(desk: &Desk, caller: &Caller) -> Result<Home> {
    let health = health::read(desk, &caller.actor)?;
    let checks = vec![
        version(),
        database(&health),
        migrations(&health),
        anchor(desk, &health),
        outgoing(desk, &health),
        workers(desk, &health),
        files(desk, &health),
    ];
    let duties = vec![without_desk(desk, &health), ending(&health), without_password(&health), bounced(&health)];
    let duties: Vec<_> = duties.into_iter().filter(|duty| !duty.items.is_empty()).collect();
    let calm = duties.is_empty() && checks.iter().all(|check| check.todo.is_none());
    Ok(Home { checks, duties, calm })
}

fn version() -> Check {
    Check::good("Versi program", format!("Kentongan {}", env!("CARGO_PKG_VERSION")))
}

fn database(health: &Health) -> Check {
    let milliseconds = health.answered_in.as_millis();
    let facts = format!("{}, menjawab dalam {milliseconds} milidetik", health.database);
    if milliseconds > 500 {
        let todo = "Basis data lambat menjawab. Periksa beban dan penyimpanan pada mesin basis data.";
        return Check::near("Basis data", facts, todo);
    }
    Check::good("Basis data", facts)
}

fn migrations(health: &Health) -> Check {
    let missing: Vec<_> = health.migrations.iter().filter(|m| !m.applied).map(|m| m.name.as_str()).collect();
    let applied = health.migrations.len() - missing.len();
    if missing.is_empty() {
        let last = health.migrations.last().map(|m| m.name.as_str()).unwrap_or_default();
        return Check::good("Struktur basis data", format!("{applied} migrasi terpasang, terakhir {last}"));
    }
    let todo = "Jalankan kentongan migrate, lalu nyalakan ulang program.";
    Check::over("Struktur basis data", format!("belum terpasang: {}", missing.join(", ")), todo)
}

fn anchor(desk: &Desk, health: &Health) -> Check {
    let name = "Jangkar riwayat";
    match health.anchored {
        Some(last) => {
            let facts = format!("hari terakhir yang dikunci: {}", day(last));
            if (desk.today() - last).num_days() > 7 {
                let todo = "Sudah lebih dari seminggu. Wajar bila tidak ada tiket yang berubah; selain itu periksa log \
                    pekerja housekeeping, lalu jalankan kentongan verify.";
                return Check::near(name, facts, todo);
            }
            Check::good(name, facts)
        }
        None if health.anything => {
            let todo = "Jangkar pertama dibuat setelah tengah malam. Bila besok masih kosong, periksa log pekerja housekeeping.";
            Check::near(name, "belum ada".to_owned(), todo)
        }
        None => Check::good(name, "belum ada tiket yang perlu dikunci".to_owned()),
    }
}

fn outgoing(desk: &Desk, health: &Health) -> Check {
    let (name, counts) = ("Surat keluar", health.mail);
    let (waiting, sent, dead) = (number(counts.queued), number(counts.sent), number(counts.dead));
    let facts = format!("{waiting} menunggu, {sent} terkirim dalam {} jam terakhir, {dead} gagal", mail::SENT_HOURS);
    if counts.dead > 0 {
        let todo = "Ada surat yang tidak dapat dikirim. Buka Surat, baca jawaban server, perbaiki, lalu kirim ulang.";
        return Check::over(name, facts, todo);
    }
    let late = health.oldest_waiting.filter(|at| (desk.now() - *at).num_minutes() > WAITING_MINUTES);
    if let Some(at) = late {
        let since = When::of(at, desk.now(), desk.zone).full;
        let todo = format!("Surat tertua menunggu sejak {since}. Periksa mail.url pada Pengaturan dan server surat.");
        return Check::near(name, facts, todo);
    }
    Check::good(name, facts)
}

fn workers(desk: &Desk, health: &Health) -> Check {
    let name = "Pekerja latar";
    let now = desk.now();
    let known = health.leases.iter().map(|lease| {
        let held = lease.until.and_utc() > now;
        let until = When::of(lease.until.and_utc(), now, desk.zone).short;
        if held { format!("{} aktif", lease.name) } else { format!("{} terakhir {until}", lease.name) }
    });
    let facts = known.collect::<Vec<_>>().join(", ");
    let housekeeping = health.leases.iter().find(|lease| lease.name == "housekeeping");
    match housekeeping {
        Some(lease) if lease.until.and_utc() + TimeDelta::minutes(GAP_MINUTES) > now => Check::good(name, facts),
        Some(_) => {
            Check::over(name, facts, "Tidak ada instans yang menjalankan housekeeping. Periksa log dan nyalakan ulang.")
        }
        None => Check::near(
            name,
            "belum pernah berjalan".to_owned(),
            "Pekerja mulai satu menit setelah program dinyalakan.",
        ),
    }
}

fn files(desk: &Desk, health: &Health) -> Check {
    let megabytes = health.file_bytes.div_euclid(1024 * 1024);
    let size = if megabytes == 0 { "kurang dari 1 MB".to_owned() } else { format!("{} MB", number(megabytes)) };
    Check::good("Lampiran", format!("{} berkas, {size}, di {}", number(health.files), desk.config.attachments.folder))
}

fn without_desk(desk: &Desk, health: &Health) -> Duty {
    let word = &desk.config.tenant.opd_word;
    let items = health.without_desk.iter().map(|one| Item {
        href: format!("/admin/opd/{}", one.opd.id),
        label: one.opd.name.clone(),
        note: match one.tier1.iter().filter_map(|t| t.grant.appointment.valid_until).max() {
            Some(until) => format!("SK terakhir berakhir {}", day(until)),
            None => "belum pernah ada".to_owned(),
        },
    });
    let items: Vec<_> = items.collect();
    let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let title = format!("{word} tanpa petugas Tier 1 yang berlaku");
    let todo =
        "Minta SK penunjukan, lalu beri peran Petugas Tier 1 pada orangnya. Sementara itu tiketnya dipegang penyelia.";
    Duty::new(title, "over", todo, total, items)
}

fn ending(health: &Health) -> Duty {
    let items = health.ending.iter().map(|one| Item {
        href: format!("/admin/orang/{}", one.person),
        label: format!("{} · {}", one.name, one.role.label()),
        note: format!("{}, sampai {}", one.opd, day(one.valid_until)),
    });
    let items: Vec<_> = items.collect();
    let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let title = format!("Penunjukan berakhir dalam {} hari", health::ENDING_DAYS);
    Duty::new(title, "near", "Minta SK baru sebelum tanggalnya, lalu perbarui pada halaman orangnya.", total, items)
}

fn without_password(health: &Health) -> Duty {
    let items = health.without_password.iter().map(|row| Item {
        href: format!("/admin/orang/{}", row.id),
        label: row.name.clone(),
        note: row.email.clone(),
    });
    let todo =
        "Mereka belum dapat masuk. Beri kata sandi awal, atau minta mereka memakai \u{201c}Lupa kata sandi\u{201d}.";
    Duty::new("Akun tanpa kata sandi".to_owned(), "near", todo, health.without_password_count, items.collect())
}

fn bounced(health: &Health) -> Duty {
    let items = health.bounced.iter().map(|row| Item {
        href: format!("/admin/orang/{}", row.id),
        label: row.name.clone(),
        note: row.email.clone(),
    });
    let todo = "Surat kepada mereka kembali, sehingga tidak dikirim lagi. Perbaiki alamatnya, atau hapus tandanya bila \
        alamat itu sudah benar.";
    let items: Vec<_> = items.collect();
    let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
    Duty::new("Alamat e-mail yang menolak surat".to_owned(), "near", todo, total, items)
}
