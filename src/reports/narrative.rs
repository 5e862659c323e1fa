//! The figures of a report in sentences, for whoever reads one page. Every number is one of the report; nothing is
//! computed.

use super::words::{self, told};
use crate::domain::evaluation::FollowUpStatus;
use crate::domain::report::snapshot::{Figure, Row, Snapshot, Table, Unit, Value};
use crate::domain::spoken::Spoken;

/// A matter in some sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    pub lead: String,
    pub text: String,
}

/// The figures that are to be seen first, as they are called where nothing stands around them.
const FIRST: [(&str, &str); 8] = [
    ("opened", "Tiket masuk"),
    ("resolved", "Tiket selesai"),
    ("backlog_end", "Belum selesai"),
    ("overdue", "Lewat tenggat"),
    ("response_raw", "Kepatuhan tanggapan"),
    ("resolution_raw", "Kepatuhan penyelesaian"),
    ("tier1_percent", "Selesai di Tier 1"),
    ("stars", "Kepuasan (1–5)"),
];

/// How many recurring problems a sentence names.
const RECURRING: usize = 3;

/// The figures that are to be seen first, with what they are.
pub fn first(snapshot: &Snapshot) -> Vec<(String, String)> {
    let shown = |(key, title): &(&str, &str)| {
        let figure = snapshot.figure(key)?;
        Some(((*title).to_owned(), told(&figure.value, figure.unit).replace(' ', "\u{a0}")))
    };
    FIRST.iter().filter_map(shown).collect()
}

/// What there is to say, with what the government calls its units.
pub fn points(snapshot: &Snapshot, opd_word: &str) -> Vec<Point> {
    let said = [
        ("Volume.", volume(snapshot)),
        ("Tier 1 dan Tier 2.", tiers(snapshot)),
        ("Kepatuhan waktu.", compliance(snapshot)),
        ("Kepuasan pelapor.", satisfaction(snapshot)),
        ("Masalah berulang.", recurring(snapshot, opd_word)),
        ("Insiden keamanan.", security(snapshot)),
        ("Rekomendasi.", recommendations(snapshot)),
    ];
    // "Tier" stays with its number.
    let kept = |text: &str| text.replace("Tier ", "Tier\u{a0}");
    let point = |(lead, text): (&str, Option<String>)| Some(Point { lead: kept(lead), text: kept(&text?) });
    said.into_iter().filter_map(point).collect()
}

fn count(snapshot: &Snapshot, key: &str) -> i64 {
    match snapshot.figure(key).and_then(|figure| figure.value.as_ref()) {
        Some(Value::Count(count)) => *count,
        Some(Value::Number(_) | Value::Text(_)) | None => 0,
    }
}

/// A figure in words, kept together with its unit; nothing if it has no value.
fn say(snapshot: &Snapshot, key: &str) -> Option<String> {
    let figure = snapshot.figure(key).filter(|figure| figure.value.is_some())?;
    Some(told(&figure.value, figure.unit).replace(' ', "\u{a0}"))
}

fn number(snapshot: &Snapshot, key: &str) -> String {
    words::number(count(snapshot, key))
}

/// "a", "a dan b", "a, b, dan c".
fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [one, other] => format!("{one} dan {other}"),
        [first @ .., last] => format!("{}, dan {last}", first.join(", ")),
    }
}

fn cell_of(table: &Table, row: &Row, key: &str) -> i64 {
    let index = table.columns.iter().position(|column| column.key == key);
    match index.and_then(|index| row.cells.get(index)) {
        Some(Some(Value::Count(count))) => *count,
        _ => 0,
    }
}

/// The row of a table with the most that was opened, if there is one.
fn most(snapshot: &Snapshot, key: &str) -> Option<(String, i64)> {
    let table = snapshot.table(key)?;
    let named = table.rows.iter().filter(|row| row.key != "none" && row.key != "hidden");
    // The first of those that are equal.
    let most = named.rev().max_by_key(|row| cell_of(table, row, "opened"))?;
    Some((most.label.clone(), cell_of(table, most, "opened"))).filter(|(_, opened)| *opened > 0)
}

fn volume(snapshot: &Snapshot) -> Option<String> {
    let (opened, resolved) = (number(snapshot, "opened"), number(snapshot, "resolved"));
    if ["opened", "resolved", "backlog_start", "backlog_end"].iter().all(|key| count(snapshot, key) == 0) {
        return Some("Tidak ada tiket yang masuk, diselesaikan, atau tersisa dalam periode ini.".to_owned());
    }
    let kind = most(snapshot, "by_type").map(|(label, of)| format!("{} ({})", label.to_lowercase(), words::number(of)));
    let about = most(snapshot, "by_category").map(|(label, of)| format!("kategori {label} ({})", words::number(of)));
    let most = listed(&kind.into_iter().chain(about).collect::<Vec<_>>());
    let most = if most.is_empty() { String::new() } else { format!(", terbanyak {most}") };
    let other = [("cancelled", "dibatalkan"), ("rejected", "ditolak"), ("merged", "digabungkan")];
    let other = other.iter().filter(|(key, _)| count(snapshot, key) > 0);
    let ended: Vec<String> = std::iter::once(format!("{resolved} tiket diselesaikan"))
        .chain(other.map(|(key, word)| format!("{} {word}", number(snapshot, key))))
        .collect();
    let overdue = match (count(snapshot, "backlog_end"), count(snapshot, "overdue")) {
        (0, _) => String::new(),
        (_, 0) => "; tidak ada yang lewat tenggat".to_owned(),
        (_, overdue) => format!("; {} di antaranya lewat tenggat", words::number(overdue)),
    };
    Some(format!(
        "Masuk {opened} tiket{most}. Sebanyak {}. Tiket yang belum selesai: {} pada awal dan {} pada akhir \
         periode{overdue}.",
        listed(&ended),
        number(snapshot, "backlog_start"),
        number(snapshot, "backlog_end"),
    ))
}

fn tiers(snapshot: &Snapshot) -> Option<String> {
    let solved = say(snapshot, "tier1_percent").map(|percent| {
        let (tier1, tier2) = (number(snapshot, "tier1_solved"), number(snapshot, "handed_over"));
        format!("Tier 1 menyelesaikan {tier1} tiket ({percent}) sendiri dan {tier2} tiket melalui Tier 2.")
    });
    let returned = say(snapshot, "bounce_percent").map(|percent| {
        let (all, returned) = (number(snapshot, "handovers"), number(snapshot, "returned"));
        format!("Dari {all} eskalasi, {returned} ({percent}) dikembalikan ke Tier 1.")
    });
    joined([solved, returned])
}

fn joined<const N: usize>(sentences: [Option<String>; N]) -> Option<String> {
    let said: Vec<String> = sentences.into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(" "))
}

fn compliance(snapshot: &Snapshot) -> Option<String> {
    let kept = |word: &str, raw: &str, adjusted: &str| {
        let raw = say(snapshot, raw)?;
        // There is none if every target that ended was missed for a cause beyond control.
        let adjusted = say(snapshot, adjusted).filter(|adjusted| *adjusted != raw);
        let adjusted = adjusted.map(|adjusted| format!(" ({adjusted} tanpa penyebab di luar kendali)"));
        Some(format!("{word} {raw}{}", adjusted.unwrap_or_default()))
    };
    let kept = [
        kept("tanggapan pertama", "response_raw", "response_adjusted"),
        kept("penyelesaian", "resolution_raw", "resolution_adjusted"),
    ];
    let kept: Vec<String> = kept.into_iter().flatten().collect();
    let kept = (!kept.is_empty()).then(|| format!("Tepat waktu: {}.", listed(&kept)));
    let took = say(snapshot, "resolution_median").zip(say(snapshot, "resolution_p90")).map(|(median, p90)| {
        format!("Setengah dari penyelesaian memerlukan paling lama {median} waktu kerja, 90\u{a0}% paling lama {p90}.")
    });
    let breaches = count(snapshot, "breaches");
    let unexplained = snapshot.table("breaches").and_then(|table| Some(cell_of(table, table.row("none")?, "breaches")));
    let missed = (breaches > 0).then(|| {
        let why = match unexplained {
            Some(0) | None => "penyebab semuanya sudah dijelaskan".to_owned(),
            Some(left) if left == breaches => "penyebabnya belum dijelaskan".to_owned(),
            Some(left) => format!("penyebab {} di antaranya belum dijelaskan", words::number(left)),
        };
        format!("Pada semua tingkat, {} target waktu terlampaui; {why}.", words::number(breaches))
    });
    joined([kept, took, missed])
}

fn satisfaction(snapshot: &Snapshot) -> Option<String> {
    let reopened = (count(snapshot, "reopened") > 0)
        .then(|| format!("Tiket yang sudah selesai dibuka kembali {} kali.", number(snapshot, "reopened")));
    let rated = match say(snapshot, "stars") {
        Some(stars) => Some(format!("Rata-rata {stars} dari 5 menurut {} penilaian.", number(snapshot, "ratings"))),
        None if count(snapshot, "resolved") > 0 => Some("Belum ada penilaian dari pelapor.".to_owned()),
        None => None,
    };
    joined([rated, reopened])
}

fn recurring(snapshot: &Snapshot, opd_word: &str) -> Option<String> {
    let table = snapshot.table("recurring").filter(|table| !table.rows.is_empty())?;
    let named = table.rows.iter().take(RECURRING).map(|row| {
        let (reports, opds) = (cell_of(table, row, "reports"), cell_of(table, row, "opds"));
        format!("{} ({} laporan dari {} {opd_word})", row.label, words::number(reports), words::number(opds))
    });
    let all = table.rows.len();
    let without = table.rows.iter().filter(|row| cell_of(table, row, "problems") == 0).count();
    // The table has the most frequent only, and knows problems of this period alone.
    let open = match without {
        0 => "Untuk setiap kategori dalam tabel Masalah berulang ada tiket masalah yang dibuka pada periode ini."
            .to_owned(),
        _ => format!(
            "Dari {all} kategori dalam tabel Masalah berulang, {without} tidak mempunyai tiket masalah yang dibuka pada \
             periode ini."
        ),
    };
    Some(format!("Keluhan dan gangguan yang paling sering: {}. {open}", listed(&named.collect::<Vec<_>>())))
}

fn security(snapshot: &Snapshot) -> Option<String> {
    let incidents = count(snapshot, "security_incidents");
    (incidents > 0)
        .then(|| format!("Tercatat {} insiden; rinciannya tidak dimuat dalam laporan ini.", words::number(incidents)))
}

/// What is recommended now, and how what was recommended before stands.
fn recommendations(snapshot: &Snapshot) -> Option<String> {
    let now = match snapshot.table("recommendations")?.rows.len() {
        0 => "Belum ada rekomendasi yang dicatat untuk periode ini.".to_owned(),
        rows => format!(
            "Ada {rows} rekomendasi dengan penanggung jawab dan batas waktu, dirinci dalam tabel Rekomendasi baru."
        ),
    };
    let Some(before) = snapshot.table("follow_up").filter(|table| !table.rows.is_empty()) else { return Some(now) };
    let standings = before.column("status")?;
    let standing = |status: FollowUpStatus| {
        let label = Some(Value::Text(status.label().to_owned()));
        standings.iter().filter(|cell| ***cell == label).count()
    };
    let ended = [(FollowUpStatus::Done, "selesai"), (FollowUpStatus::Dropped, "dihentikan")]
        .map(|(status, word)| (standing(status), word));
    let open = before.rows.len() - ended.iter().map(|(count, _)| count).sum::<usize>();
    let parts = ended.into_iter().chain([(open, "belum selesai")]).filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, word)| format!("{count} {word}")).collect();
    Some(format!("{now} Dari {} rekomendasi sebelumnya, {}.", before.rows.len(), listed(&parts)))
}

/// A figure of the summary beside its title.
pub fn summary(snapshot: &Snapshot) -> Vec<(String, String)> {
    let shown = |figure: &Figure| {
        let value = match figure.unit {
            Unit::Percent => words::below(&figure.value, figure.unit),
            unit => told(&figure.value, unit),
        };
        (figure.title.clone(), value)
    };
    snapshot.figures.iter().map(shown).collect()
}
