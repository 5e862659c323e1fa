//! What each figure means: what counts and what does not. The same text is in every report, on the page and in
//! `docs/figures.md`, which a test holds equal to this.

use super::snapshot::Unit;

/// What a figure or a column means, in Bahasa Indonesia.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    pub key: &'static str,
    pub title: &'static str,
    pub unit: Unit,
    pub counts: &'static str,
    pub leaves_out: &'static str,
}

/// What a table is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableTitle {
    pub key: &'static str,
    pub title: &'static str,
    /// What its rows are.
    pub rows: &'static str,
}

/// The tables, in the order of a report.
pub const TABLES: &[TableTitle] = &[
    table("follow_up", "Tindak lanjut rekomendasi lalu", "Nomor"),
    table("course", "Perjalanan periode", "Waktu"),
    table("by_type", "Volume menurut jenis layanan", "Jenis layanan"),
    table("by_priority", "Volume menurut prioritas", "Prioritas"),
    table("by_channel", "Volume menurut kanal", "Kanal"),
    table("by_category", "Volume menurut kategori", "Kategori"),
    table("by_opd", "Volume menurut OPD", "OPD"),
    table("ageing", "Umur tiket yang belum selesai", "Umur pada akhir periode"),
    table("tiers", "Penyelesaian Tier 1 dan Tier 2", "Diselesaikan"),
    table("handovers", "Eskalasi menurut tim Tier 2", "Tim"),
    table("handover_reasons", "Eskalasi menurut alasan", "Alasan"),
    table("compliance", "Kepatuhan waktu menurut target", "Target"),
    table("compliance_by_type", "Kepatuhan waktu menurut jenis layanan", "Jenis layanan"),
    table("compliance_by_priority", "Kepatuhan waktu menurut prioritas", "Prioritas"),
    table("durations_by_type", "Lama tanggapan dan penyelesaian menurut jenis layanan", "Jenis layanan"),
    table("durations_by_priority", "Lama tanggapan dan penyelesaian menurut prioritas", "Prioritas"),
    table("tier_time", "Waktu kerja yang dipakai tiap tingkat", "Tingkat"),
    table("breaches", "Penyebab target terlampaui", "Penyebab"),
    table("recurring", "Masalah berulang", "Kategori"),
    table("satisfaction", "Kepuasan pelapor", "Penilaian"),
    table("league", "Peringkat OPD", "OPD"),
    table("recommendations", "Rekomendasi baru", "Nomor"),
];

const fn table(key: &'static str, title: &'static str, rows: &'static str) -> TableTitle {
    TableTitle { key, title, rows }
}

const fn of(
    key: &'static str,
    title: &'static str,
    unit: Unit,
    counts: &'static str,
    leaves_out: &'static str,
) -> Definition {
    Definition { key, title, unit, counts, leaves_out }
}

/// How many tickets make a recurring problem.
pub const RECURRING_FROM: i64 = 3;

/// How many recurring problems are told at most.
pub const RECURRING_MOST: usize = 10;

/// How many promises must have ended for a desk to be compared with others.
pub const RANK_FROM: i64 = 5;

/// The definitions.
pub const DEFINITIONS: &[Definition] = &[
    of(
        "backlog_start",
        "Sisa awal",
        Unit::Count,
        "Tiket yang dilaporkan sebelum periode dan pada awal periode belum selesai, dibatalkan, ditolak, atau digabungkan. Tiket yang pernah selesai lalu dibuka kembali terhitung belum selesai sejak dilaporkan sampai penyelesaiannya yang terakhir.",
        "Tiket yang sudah selesai tetapi belum ditutup.",
    ),
    of(
        "opened",
        "Masuk",
        Unit::Count,
        "Tiket yang dilaporkan dalam periode, dari semua kanal.",
        "Pembukaan kembali tiket lama; itu dihitung pada Dibuka kembali.",
    ),
    of(
        "resolved",
        "Selesai",
        Unit::Count,
        "Tiket yang penyelesaiannya yang terakhir jatuh dalam periode, kapan pun dilaporkan.",
        "Penyelesaian yang kemudian dibuka kembali sebelum laporan disusun; tiket itu terhitung pada periode penyelesaiannya yang terakhir.",
    ),
    of("cancelled", "Dibatalkan", Unit::Count, "Tiket yang dibatalkan pelapor dalam periode.", ""),
    of("rejected", "Ditolak", Unit::Count, "Tiket yang ditolak dengan alasan dalam periode.", ""),
    of(
        "merged",
        "Digabungkan",
        Unit::Count,
        "Tiket yang dalam periode digabungkan ke tiket lain.",
        "Tiket yang menerima gabungan; tiket itu terhitung seperti biasa.",
    ),
    of(
        "backlog_end",
        "Sisa akhir",
        Unit::Count,
        "Tiket yang pada akhir periode belum selesai, dibatalkan, ditolak, atau digabungkan. Selalu sama dengan Sisa awal + Masuk − Selesai − Dibatalkan − Ditolak − Digabungkan.",
        "Tiket yang sudah selesai tetapi belum ditutup.",
    ),
    of(
        "overdue",
        "Lewat tenggat",
        Unit::Count,
        "Bagian dari Sisa akhir yang tenggat penyelesaiannya jatuh sebelum akhir periode.",
        "Tiket yang waktunya sedang berhenti sebelum tenggat, misalnya karena menunggu pelapor.",
    ),
    of(
        "tier1_solved",
        "Selesai di Tier 1",
        Unit::Count,
        "Bagian dari Selesai yang tidak pernah diterima tim Tier 2. Eskalasi yang ditarik kembali, atau dikembalikan sebelum diterima, tidak mengubah hitungan ini.",
        "",
    ),
    of("tier1_percent", "Selesai di Tier 1 (%)", Unit::Percent, "Selesai di Tier 1 dibagi Selesai.", ""),
    of(
        "handed_over",
        "Selesai melalui Tier 2",
        Unit::Count,
        "Bagian dari Selesai yang pernah diterima tim Tier 2, juga bila kemudian dikembalikan.",
        "",
    ),
    of("share", "Bagian (%)", Unit::Percent, "Nilai baris dibagi jumlah seluruh baris.", ""),
    of(
        "handovers",
        "Eskalasi",
        Unit::Count,
        "Permintaan kepada tim Tier 2 untuk mengambil alih, yang dibuat dalam periode; juga yang dibuat sistem. Satu tiket dapat mempunyai beberapa eskalasi.",
        "Konsultasi, karena tidak mengalihkan tiket.",
    ),
    of("accepted", "Diterima", Unit::Count, "Eskalasi dalam periode yang diterima tim dan tidak dikembalikan.", ""),
    of(
        "returned",
        "Dikembalikan",
        Unit::Count,
        "Eskalasi dalam periode yang dikembalikan tim ke Tier 1 dengan petunjuk, sebelum atau sesudah diterima.",
        "",
    ),
    of(
        "withdrawn",
        "Ditarik kembali",
        Unit::Count,
        "Eskalasi dalam periode yang ditarik kembali Tier 1, atau berakhir bersama tiketnya sebelum dijawab.",
        "",
    ),
    of(
        "waiting",
        "Belum dijawab",
        Unit::Count,
        "Eskalasi dalam periode yang belum dijawab tim ketika laporan disusun.",
        "",
    ),
    of("bounce_percent", "Tingkat pengembalian (%)", Unit::Percent, "Dikembalikan dibagi Eskalasi.", ""),
    of(
        "ended",
        "Target berakhir",
        Unit::Count,
        "Target waktu yang jamnya berhenti dalam periode karena terpenuhi atau tiketnya selesai.",
        "Tiket yang dibatalkan, ditolak, atau digabungkan, dan jam yang masih berjalan pada akhir periode.",
    ),
    of(
        "on_time",
        "Tepat waktu",
        Unit::Count,
        "Target berakhir yang berhenti tidak lewat tenggatnya. Tepat pada tenggat adalah tepat waktu.",
        "",
    ),
    of("late", "Terlambat", Unit::Count, "Target berakhir yang berhenti sesudah tenggatnya.", ""),
    of(
        "excused",
        "Di luar kendali",
        Unit::Count,
        "Bagian dari Terlambat yang penyebabnya vendor, pelapor, atau keadaan kahar dan disetujui penyelia.",
        "Penyebab yang belum diputuskan atau ditolak.",
    ),
    of("raw", "Kepatuhan (%)", Unit::Percent, "Tepat waktu dibagi Target berakhir.", ""),
    of(
        "adjusted",
        "Kepatuhan disesuaikan (%)",
        Unit::Percent,
        "Tepat waktu dibagi Target berakhir tanpa yang Di luar kendali, yang tidak menambah dan tidak mengurangi.",
        "",
    ),
    of(
        "response_ended",
        "Tanggapan berakhir",
        Unit::Count,
        "Target berakhir, untuk tanggapan pertama kepada pelapor.",
        "",
    ),
    of("response_late", "Tanggapan terlambat", Unit::Count, "Terlambat, untuk tanggapan pertama.", ""),
    of(
        "response_raw",
        "Kepatuhan tanggapan (%)",
        Unit::Percent,
        "Tanggapan pertama yang tepat waktu dibagi semua yang berakhir.",
        "",
    ),
    of(
        "response_adjusted",
        "Kepatuhan tanggapan disesuaikan (%)",
        Unit::Percent,
        "Kepatuhan disesuaikan, untuk tanggapan pertama.",
        "",
    ),
    of("resolution_ended", "Penyelesaian berakhir", Unit::Count, "Target berakhir, untuk penyelesaian.", ""),
    of("resolution_late", "Penyelesaian terlambat", Unit::Count, "Terlambat, untuk penyelesaian.", ""),
    of(
        "resolution_raw",
        "Kepatuhan penyelesaian (%)",
        Unit::Percent,
        "Penyelesaian yang tepat waktu dibagi semua yang berakhir.",
        "",
    ),
    of(
        "resolution_adjusted",
        "Kepatuhan penyelesaian disesuaikan (%)",
        Unit::Percent,
        "Kepatuhan disesuaikan, untuk penyelesaian.",
        "",
    ),
    of(
        "response_median",
        "Median tanggapan",
        Unit::Seconds,
        "Waktu kerja sampai tanggapan pertama yang tidak dilampaui setengah dari Tanggapan berakhir.",
        "",
    ),
    of(
        "response_p90",
        "Persentil 90 tanggapan",
        Unit::Seconds,
        "Waktu kerja sampai tanggapan pertama yang tidak dilampaui 90 dari 100 Tanggapan berakhir.",
        "",
    ),
    of(
        "resolution_median",
        "Median penyelesaian",
        Unit::Seconds,
        "Waktu kerja sampai selesai yang tidak dilampaui setengah dari Penyelesaian berakhir.",
        "Waktu ketika jam berhenti, misalnya menunggu pelapor.",
    ),
    of(
        "resolution_p90",
        "Persentil 90 penyelesaian",
        Unit::Seconds,
        "Waktu kerja sampai selesai yang tidak dilampaui 90 dari 100 Penyelesaian berakhir.",
        "Waktu ketika jam berhenti, misalnya menunggu pelapor.",
    ),
    of(
        "seconds",
        "Waktu kerja",
        Unit::Seconds,
        "Jumlah waktu kerja pada jam tingkat itu yang berhenti dalam periode: Tier 1 selama meja OPD menangani, penerimaan selama menunggu jawaban tim, Tier 2 selama tim menangani.",
        "Jam yang masih berjalan pada akhir periode, dan waktu ketika jam berhenti.",
    ),
    of("median", "Median", Unit::Seconds, "Waktu kerja yang tidak dilampaui setengah dari Target berakhir.", ""),
    of("p90", "Persentil 90", Unit::Seconds, "Waktu kerja yang tidak dilampaui 90 dari 100 Target berakhir.", ""),
    of(
        "breaches",
        "Target terlampaui",
        Unit::Count,
        "Semua yang Terlambat dalam periode, dari semua target waktu.",
        "",
    ),
    of(
        "undecided",
        "Belum diputuskan",
        Unit::Count,
        "Bagian dari Target terlampaui yang penyebabnya sudah diajukan dan menunggu keputusan penyelia.",
        "",
    ),
    of("approved", "Disetujui", Unit::Count, "Bagian dari Target terlampaui yang penyebabnya disetujui penyelia.", ""),
    of(
        "refused",
        "Tidak disetujui",
        Unit::Count,
        "Bagian dari Target terlampaui yang penyebabnya ditolak penyelia.",
        "",
    ),
    of(
        "reports",
        "Keluhan dan gangguan",
        Unit::Count,
        "Keluhan dan gangguan yang masuk dalam periode dengan kategori yang sama, mulai dari 3. Paling banyak sepuluh kategori.",
        "Tiket tanpa kategori, tiket terbatas atau rahasia, dan insiden keamanan.",
    ),
    of(
        "problems",
        "Masalah",
        Unit::Count,
        "Tiket berjenis masalah yang masuk dalam periode dengan kategori itu.",
        "Tiket masalah yang masuk sebelum periode, juga bila penyebabnya masih dicari, serta yang terbatas atau rahasia.",
    ),
    of("opds", "OPD", Unit::Count, "OPD yang melaporkan keluhan atau gangguan itu.", ""),
    of(
        "reopened",
        "Dibuka kembali",
        Unit::Count,
        "Pembukaan kembali tiket yang sudah selesai, yang terjadi dalam periode; tiap kali dihitung.",
        "",
    ),
    of(
        "ratings",
        "Penilaian",
        Unit::Count,
        "Penilaian pelapor yang diberikan dalam periode, satu untuk tiap penyelesaian.",
        "",
    ),
    of("stars", "Kepuasan (1–5)", Unit::Stars, "Rata-rata bintang dari semua Penilaian.", ""),
    of(
        "security_incidents",
        "Insiden keamanan",
        Unit::Count,
        "Tiket yang masuk dalam periode dan ditandai sebagai insiden keamanan, sebagai angka saja. Laporan satu OPD tidak memuat angka ini.",
        "",
    ),
    of(
        "rank",
        "Peringkat",
        Unit::Rank,
        "Urutan menurut Kepatuhan penyelesaian disesuaikan, di antara OPD dengan sekurang-kurangnya 5 penyelesaian yang dihitung; yang sama besar mendapat peringkat sama.",
        "OPD dengan kurang dari 5 penyelesaian yang dihitung: persentase dari jumlah yang kecil lebih banyak kebetulan daripada mutu.",
    ),
    of(
        "recommendation",
        "Rekomendasi",
        Unit::Text,
        "Yang disarankan dari hasil evaluasi. Rekomendasi lalu: dari evaluasi periode yang berakhir sebelum periode ini dan belum selesai atau dihentikan ketika periode ini dimulai. Rekomendasi baru: dari evaluasi periode yang berakhir dalam periode ini. Laporan satu OPD memuat rekomendasi untuk OPD itu dan dari evaluasi OPD itu saja.",
        "",
    ),
    of("evaluated", "Dari evaluasi", Unit::Text, "Periode laporan yang dievaluasi.", ""),
    of("owner", "OPD penanggung jawab", Unit::Text, "OPD yang menindaklanjuti.", ""),
    of("due_on", "Batas waktu", Unit::Text, "Tanggal tindak lanjut harus selesai.", ""),
    of(
        "status",
        "Status",
        Unit::Text,
        "Keadaan tindak lanjut pada akhir periode; rekomendasi yang dibuat sesudah itu, ketika dibuat.",
        "",
    ),
    of(
        "progress",
        "Tindak lanjut",
        Unit::Text,
        "Kemajuan yang dilaporkan terakhir sampai akhir periode, atau keputusan penyelia atasnya; paling banyak 200 huruf.",
        "",
    ),
];

/// What holds for every figure.
pub const GENERAL: &[&str] = &[
    "Periode dimulai dan berakhir pada tengah malam menurut zona waktu Pemda.",
    "Jenis, prioritas, kanal, kategori, dan OPD sebuah tiket dihitung sebagaimana tercatat ketika laporan disusun.",
    "Persentase dibulatkan ke dua desimal; bagian dari nol tidak mempunyai nilai.",
    "Waktu adalah waktu kerja menurut kalender meja atau tim; untuk target dalam jam kalender, waktu kalender.",
    "Median dan persentil adalah nilai yang benar-benar terjadi (peringkat terdekat), bukan perkiraan di antaranya.",
    "Tiket terbatas, tiket rahasia, dan insiden keamanan tidak dirinci menurut kategori.",
    "Laporan satu OPD tidak memuat tiket rahasia dan insiden keamanan; keduanya terhitung dalam laporan seluruh OPD.",
    "Yang berubah sesudah laporan dibekukan tidak mengubah laporan; koreksi ditulis sebagai adendum.",
];

/// A definition.
pub fn definition(key: &str) -> Option<&'static Definition> {
    DEFINITIONS.iter().find(|definition| definition.key == key)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_key_is_defined_once() {
        let keys: BTreeSet<&str> = DEFINITIONS.iter().map(|definition| definition.key).collect();
        assert_eq!(keys.len(), DEFINITIONS.len());
        let titles: BTreeSet<&str> = DEFINITIONS.iter().map(|definition| definition.title).collect();
        assert_eq!(titles.len(), DEFINITIONS.len(), "two figures with one title");
        let tables: BTreeSet<&str> = TABLES.iter().map(|table| table.key).collect();
        assert_eq!(tables.len(), TABLES.len());
        // A cell of a table has no unit where the head of its column says it.
        for of in DEFINITIONS {
            assert_eq!(of.unit == Unit::Percent, of.title.ends_with(" (%)"), "{}", of.key);
        }
        let recurring = definition("reports").unwrap();
        let rank = definition("rank").unwrap();
        assert!(rank.counts.contains(&format!("sekurang-kurangnya {RANK_FROM}")));
        assert!(rank.leaves_out.contains(&format!("kurang dari {RANK_FROM}")));
        assert!(recurring.counts.contains(&format!("mulai dari {RECURRING_FROM}")));
    }
}
