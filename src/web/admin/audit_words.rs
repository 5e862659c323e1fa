//! The audit trail in words: what was done, and to whom or what.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::Serialize;
use serde_json::Value;

use super::super::words::Spoken;
use crate::domain::Instant;
use crate::domain::ids::PersonId;
use crate::domain::local_time::spoken;
use crate::domain::people::Role;

/// What was done, by the word of the trail. What has no row is shown by its word.
pub const KINDS: &[(&str, &str)] = &[
    ("signed_in", "Masuk"),
    ("sign_in_failed", "Gagal masuk"),
    ("sign_in_unlocked", "Kunci masuk dibuka"),
    ("session_ended", "Sesi diakhiri"),
    ("refresh_token_reused", "Token pembaruan dipakai ulang"),
    ("password_changed", "Kata sandi diganti"),
    ("other_sessions_ended", "Sesi lain diakhiri"),
    ("password_reset_asked", "Kata sandi baru diminta"),
    ("password_reset_used", "Kata sandi baru dibuat"),
    ("desk_reminded", "Meja Tier 1 diingatkan"),
    ("reminder_letter_made", "Surat pengingat dibuat"),
    ("mail_taken", "Surat masuk dijadikan tiket"),
    ("mail_discarded", "Surat masuk dikesampingkan"),
    ("bounce_cleared", "Tanda alamat gagal dihapus"),
    ("api_key_created", "Kunci API dibuat"),
    ("api_key_revoked", "Kunci API dicabut"),
    ("person_added", "Orang ditambah"),
    ("person_changed", "Orang diubah"),
    ("person_deactivated", "Orang dinonaktifkan"),
    ("role_granted", "Peran diberikan"),
    ("role_revoked", "Peran dicabut"),
    ("opd_added", "Perangkat daerah ditambah"),
    ("opd_changed", "Perangkat daerah diubah"),
    ("team_added", "Tim ditambah"),
    ("team_changed", "Tim diubah"),
    ("team_joined", "Masuk tim"),
    ("team_left", "Keluar dari tim"),
    ("category_added", "Kategori ditambah"),
    ("category_changed", "Kategori diubah"),
    ("priorities_replaced", "Tabel prioritas diganti"),
    ("calendar_added", "Kalender ditambah"),
    ("calendar_renamed", "Kalender diganti nama"),
    ("calendar_version_added", "Versi kalender ditambah"),
    ("policy_version_added", "Versi kebijakan ditambah"),
    ("notice_retried", "Surat dikirim ulang"),
    ("notices_retried", "Semua surat gagal dikirim ulang"),
    ("text_erased", "Isi dihapus"),
    ("imported", "Data diimpor"),
    ("reports_frozen", "Laporan dibekukan"),
    ("report_addendum_added", "Adendum laporan ditambah"),
    ("report_signed", "Laporan ditandatangani"),
    ("report_recipient_added", "Penerima laporan ditambah"),
    ("report_recipient_removed", "Penerima laporan dihapus"),
    ("evaluation_added", "Evaluasi dibuat"),
    ("evaluation_changed", "Evaluasi diubah"),
    ("finding_added", "Temuan evaluasi dicatat"),
    ("finding_removed", "Temuan evaluasi dihapus"),
    ("recommendation_added", "Rekomendasi disampaikan"),
    ("recommendation_changed", "Rekomendasi berubah"),
    ("evidence_packed", "Paket bukti dibuat"),
];

/// Names of what ids stand for.
#[derive(Default)]
pub struct Names {
    pub people: BTreeMap<PersonId, String>,
    pub opds: BTreeMap<i64, String>,
    pub teams: BTreeMap<i64, String>,
    pub categories: BTreeMap<i64, String>,
    pub calendars: BTreeMap<i64, String>,
}

/// A fact of a row.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    label: String,
    value: String,
    href: Option<String>,
}

/// What was done, for people.
pub fn kind(word: &str) -> String {
    let known = KINDS.iter().find(|(known, _)| *known == word);
    known.map_or_else(|| word.replace('_', " "), |(_, label)| (*label).to_owned())
}

/// The people that a payload names.
pub fn people_of(payload: &Value) -> Vec<PersonId> {
    ["person", "successor"].iter().filter_map(|key| payload.get(key)?.as_i64()).map(PersonId).collect()
}

/// What a payload tells.
pub fn facts(payload: &Value, names: &Names, zone: Tz) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Value::Object(map) = payload {
        for (key, value) in map {
            collect(key, value, names, zone, &mut facts);
        }
    }
    facts
}

fn collect(key: &str, value: &Value, names: &Names, zone: Tz, facts: &mut Vec<Fact>) {
    match value {
        Value::Null => {}
        // The digest of rules is for programs; the list of priorities is the table itself.
        Value::Object(map) => map.iter().for_each(|(key, value)| collect(key, value, names, zone, facts)),
        Value::Array(items) if items.iter().any(Value::is_object) => {
            facts.push(Fact { label: label(key), value: format!("{} baris", items.len()), href: None });
        }
        _ => facts.push(fact(key, value, names, zone)),
    }
}

fn fact(key: &str, value: &Value, names: &Names, zone: Tz) -> Fact {
    let id = value.as_i64();
    let named = |of: &BTreeMap<i64, String>, place: &str| {
        let id = id?;
        Some((of.get(&id).cloned().unwrap_or_else(|| format!("nomor {id}")), Some(format!("/admin/{place}/{id}"))))
    };
    let known = match key {
        "person" | "successor" => id.map(|id| {
            let name = names.people.get(&PersonId(id)).cloned().unwrap_or_else(|| format!("nomor {id}"));
            (name, Some(format!("/admin/orang/{id}")))
        }),
        "opd" => named(&names.opds, "opd"),
        "team" => named(&names.teams, "tim"),
        "category" => named(&names.categories, "kategori"),
        "calendar" => named(&names.calendars, "kalender"),
        "role" => value.as_str().and_then(Role::parse).map(|role| (role.label().to_owned(), None)),
        "effective_at" => id.and_then(Instant::from_timestamp_millis).map(|at| (spoken(at, zone), None)),
        _ => None,
    };
    let (value, href) = known.unwrap_or_else(|| (plain(value), None));
    Fact { label: label(key), value, href }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Bool(true) => "ya".to_owned(),
        Value::Bool(false) => "tidak".to_owned(),
        Value::String(text) if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) => {
            format!("{}…", text.chars().take(12).collect::<String>())
        }
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Null | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

fn label(key: &str) -> String {
    let known = match key {
        "person" => "orang",
        "successor" => "pengganti",
        "opd" => "perangkat daerah",
        "team" => "tim",
        "category" => "kategori",
        "calendar" => "kalender",
        "role" => "peran",
        "letter_number" => "nomor SK",
        "letter_on" => "tanggal SK",
        "valid_until" => "berlaku sampai",
        "effective_at" => "berlaku mulai",
        "active" => "aktif",
        "code" => "kode",
        "name" => "nama",
        "failures" => "percobaan salah",
        "locked" => "terkunci",
        "rules" => "sidik isi",
        "id" => "versi",
        "scopes" => "cakupan",
        "key" => "kunci",
        "notice" => "surat",
        "tickets" => "tiket",
        "count" => "jumlah",
        _ => return key.replace('_', " "),
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_payload_is_told_by_names() {
        let names = Names { people: BTreeMap::from([(PersonId(7), "Sari".to_owned())]), ..Names::default() };
        let payload =
            json!({"person": 7, "role": "tier1_agent", "appointment": {"letter_number": "800/1", "letter_on": null}});
        let told: Vec<_> = facts(&payload, &names, chrono_tz::Asia::Jakarta)
            .into_iter()
            .map(|fact| (fact.label, fact.value, fact.href))
            .collect();
        let expected =
            [("nomor SK", "800/1", None), ("orang", "Sari", Some("/admin/orang/7")), ("peran", "Petugas Tier 1", None)];
        let expected = expected.map(|(l, v, h)| (l.to_owned(), v.to_owned(), h.map(str::to_owned)));
        assert_eq!(told, expected);
        assert_eq!(kind("opd_added"), "Perangkat daerah ditambah");
        assert_eq!(kind("not_known"), "not known");
    }
}
