//! The lists of the package as CSV (RFC 4180): what begins as a formula would is guarded, as in reports.

use std::io::Write;

use super::super::csv::{finish, guarded, put, writer};
use super::super::words::told;
use super::{Pack, proof_path};
use crate::domain::evaluation::FollowUpStatus;
use crate::domain::report::Snapshot;
use crate::domain::spoken::Spoken;
use crate::domain::ticket::TicketType;
use crate::services::reports::evidence::Ground;
use crate::services::{Desk, Result};

/// A table of texts with its head.
fn table<W: Write, const N: usize>(
    pack: &mut Pack<W>,
    path: &str,
    head: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> Result<()> {
    let mut lines = writer();
    put(&mut lines, head.map(str::to_owned))?;
    for row in rows {
        put(&mut lines, row.map(|text| guarded(&text)))?;
    }
    pack.add(path, &finish(lines)?)
}

fn yes(is: bool) -> String {
    if is { "ya" } else { "tidak" }.to_owned()
}

fn some(text: Option<impl ToString>) -> String {
    text.map(|text| text.to_string()).unwrap_or_default()
}

/// What services there are, and who gives them.
pub(super) fn catalogue<W: Write>(pack: &mut Pack<W>, ground: &Ground) -> Result<()> {
    let kinds = TicketType::ALL.iter().map(|kind| [kind.as_str().to_owned(), kind.label().to_owned()]);
    table(pack, "katalog/jenis-layanan.csv", ["kode", "jenis layanan"], kinds)?;
    let team = |id: Option<i64>| some(ground.teams.iter().find(|team| Some(team.id) == id).map(|team| &team.name));
    let categories = ground.categories.iter().map(|one| [one.name.clone(), team(one.team_id), yes(one.active)]);
    table(pack, "katalog/kategori.csv", ["kategori", "tim tier 2", "aktif"], categories)?;
    let teams = ground.teams.iter().map(|one| [one.code.clone(), one.name.clone(), yes(one.csirt), yes(one.active)]);
    table(pack, "katalog/tim.csv", ["kode", "tim tier 2", "csirt", "aktif"], teams)?;
    let opds = ground
        .opds
        .iter()
        .map(|one| [one.code.clone(), one.name.clone(), one.kind.clone(), yes(one.independent_ict), yes(one.active)]);
    table(pack, "katalog/perangkat-daerah.csv", ["kode", "nama", "bentuk", "mandiri tik", "aktif"], opds)?;
    let rows = ground.priorities.rows().iter();
    let priorities = rows.map(|(impact, urgency, priority)| {
        [impact.as_str().to_owned(), urgency.as_str().to_owned(), priority.as_str().to_owned()]
    });
    table(pack, "kebijakan/prioritas.csv", ["dampak", "urgensi", "prioritas"], priorities)
}

/// What is asked when a ticket is filed; its JSON Schema says what must be answered.
pub(super) fn forms<W: Write>(pack: &mut Pack<W>, schema: &serde_json::Value) -> Result<()> {
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(serde_json::Value::as_str).collect();
    let fields = [
        ("subject", "Judul", "satu baris, paling banyak 200 karakter"),
        ("description", "Uraian", "apa yang terjadi, sejak kapan, apa yang sudah dicoba"),
        ("category_id", "Kategori", "dari katalog layanan"),
        ("impact", "Dampak", "rendah, sedang, atau tinggi; sedang bila tidak diisi"),
        ("urgency", "Urgensi", "rendah, sedang, atau tinggi; sedang bila tidak diisi"),
        // Sent by itself, once there is a ticket.
        ("file", "Lampiran", "foto, tangkapan layar, atau dokumen"),
    ];
    let rows = TicketType::ALL.iter().flat_map(|kind| {
        fields.iter().map(|(key, field, meaning)| {
            [kind.label().to_owned(), (*field).to_owned(), (*meaning).to_owned(), yes(required.contains(key))]
        })
    });
    table(pack, "formulir/isian.csv", ["formulir", "isian", "keterangan", "wajib"], rows)
}

/// Who is appointed as Tier 1, by which letter.
pub(super) fn appointments<W: Write>(pack: &mut Pack<W>, ground: &Ground) -> Result<()> {
    let rows = ground.tier1.iter().map(|one| {
        let opd = ground.opds.iter().find(|opd| opd.id == one.opd.0);
        let letter = &one.grant.appointment;
        [
            some(opd.map(|opd| &opd.code)),
            some(opd.map(|opd| &opd.name)),
            one.name.clone(),
            some(letter.letter_number.as_ref()),
            some(letter.letter_on),
            some(letter.valid_until),
        ]
    });
    let head = ["kode", "perangkat daerah", "petugas tier 1", "nomor surat", "tanggal surat", "berlaku sampai"];
    table(pack, "penunjukan/tier1.csv", head, rows)
}

/// The summaries of the months side by side.
pub(super) fn statistics<W: Write>(pack: &mut Pack<W>, months: &[Snapshot]) -> Result<()> {
    let mut lines = writer();
    let head = ["kunci", "angka", "satuan"].into_iter().map(str::to_owned);
    put(&mut lines, head.chain(months.iter().map(|month| month.period.code.clone())))?;
    // By the newest month: a figure that is new has no value in those before.
    for figure in months.last().map_or(&[] as &[_], |month| month.figures.as_slice()) {
        let words = [figure.key.clone(), guarded(&figure.title), figure.unit.as_str().to_owned()].into_iter();
        let value = |month: &Snapshot| {
            month.figure(&figure.key).map_or_else(String::new, |found| super::super::csv::text(&found.value))
        };
        put(&mut lines, words.chain(months.iter().map(value)))?;
    }
    pack.add("statistik/ringkasan.csv", &finish(lines)?)?;
    for key in ["by_type", "by_opd", "compliance"] {
        for month in months {
            if let Some(content) = super::super::csv::table(month, key)? {
                pack.add(&format!("statistik/{}/{key}.csv", month.period.code), &content)?;
            }
        }
    }
    Ok(())
}

/// What was evaluated and recommended, and what became of it.
pub(super) fn evaluations<W: Write>(pack: &mut Pack<W>, desk: &Desk, ground: &Ground) -> Result<()> {
    let all = || ground.evaluations.iter();
    let whose = |name: &Option<String>| name.clone().unwrap_or_else(|| desk.config.tenant.all_opds());
    let rows = all().map(|one| {
        let row = &one.row;
        [
            one.period.to_string(),
            one.period.name(),
            whose(&row.opd_name),
            row.author.clone(),
            row.added_at.and_utc().to_rfc3339(),
            row.summary.clone(),
        ]
    });
    let head = ["periode", "nama periode", "laporan", "penyusun", "disusun pada", "ringkasan"];
    table(pack, "evaluasi/evaluasi.csv", head, rows)?;
    let mut findings = Vec::new();
    for (one, row) in all().flat_map(|one| one.findings.iter().map(move |row| (one, row))) {
        let (seen, unit) = row.seen()?;
        let sha256 = some(row.report_sha256.as_ref());
        findings.push([
            one.period.to_string(),
            whose(&one.row.opd_name),
            row.id.to_string(),
            row.title.clone(),
            told(&seen, unit),
            row.body.clone(),
            sha256,
        ]);
    }
    let head = ["periode", "laporan", "temuan", "angka", "nilai", "uraian", "sha-256 laporan"];
    table(pack, "evaluasi/temuan.csv", head, findings)?;
    let advised = all().flat_map(|one| one.recommendations.iter().map(move |row| (one, row)));
    let rows = advised.map(|(one, row)| {
        let status =
            FollowUpStatus::parse(&row.status).map_or_else(|| row.status.clone(), |status| status.label().to_owned());
        [
            format!("R-{}", row.id),
            one.period.to_string(),
            some(row.finding_id),
            row.owner_name.clone(),
            row.body.clone(),
            row.due_on.to_string(),
            status,
        ]
    });
    let head = ["nomor", "periode", "temuan", "penanggung jawab", "rekomendasi", "batas waktu", "status"];
    table(pack, "evaluasi/rekomendasi.csv", head, rows)?;
    let rows = all().flat_map(|one| &one.history).map(|happened| {
        let row = &happened.row;
        let who = row.actor.clone().unwrap_or_else(|| "Sistem".to_owned());
        [
            format!("R-{}", row.recommendation_id),
            row.seq.to_string(),
            row.at.and_utc().to_rfc3339(),
            who,
            happened.kind.label().to_owned(),
            some(happened.said()),
        ]
    });
    table(pack, "evaluasi/tindak-lanjut.csv", ["nomor", "langkah", "waktu", "oleh", "apa", "keterangan"], rows)?;
    let rows = all().flat_map(|one| &one.evidence).map(|file| {
        [
            format!("R-{}", file.recommendation_id),
            file.name.clone(),
            proof_path(file),
            file.size.to_string(),
            file.sha256.clone(),
            file.uploader.clone(),
            file.at.and_utc().to_rfc3339(),
        ]
    });
    let head = ["nomor", "nama berkas", "letak", "ukuran", "sha-256", "diunggah oleh", "diunggah pada"];
    table(pack, "evaluasi/daftar-bukti.csv", head, rows)
}
