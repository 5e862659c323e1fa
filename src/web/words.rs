//! What the rules call by a word, as people here call it; instants and durations as they say them.

use chrono::{DateTime, Datelike, NaiveDate, Timelike};
use chrono_tz::Tz;
use serde::Serialize;

use crate::domain::Instant;
use crate::domain::event::EventKind;
use crate::domain::lifecycle::Waiting;
use crate::domain::local_time::spoken;
use crate::domain::mail::outcome::{Outcome, Reason};
use crate::domain::notice::{Notice, Topic, Way};
use crate::domain::people::Role;
use crate::domain::priority::Level;
use crate::domain::sla::calendar::HolidayKind;
use crate::domain::sla::explain::Holder;
use crate::domain::sla::policy::Alarmed;
use crate::domain::spoken::spoken;
pub use crate::domain::spoken::{Spoken, Word, number};
use crate::domain::ticket::{Classification, LinkKind};
use crate::services::accounts::api_keys::Scope;
use crate::services::admin::mail::Delivery;
use crate::services::admin::versions::VersionState;

spoken!(Level { High = "Tinggi", Medium = "Sedang", Low = "Rendah" });
spoken!(Classification { Open = "Terbuka", Restricted = "Terbatas", Secret = "Rahasia" });
spoken!(LinkKind {
    DuplicateOf = "Ganda dari",
    CausedBy = "Disebabkan oleh",
    ChildOf = "Anak dari",
    Follows = "Lanjutan dari",
});
spoken!(Role {
    Requester = "Pelapor",
    Tier1Agent = "Petugas Tier 1",
    Tier2Agent = "Petugas Tier 2",
    Supervisor = "Penyelia",
    OpdHead = "Kepala perangkat daerah",
    Auditor = "Auditor",
    Admin = "Admin",
});
spoken!(Waiting { Requester = "Pelapor", ThirdParty = "Pihak ketiga", Approval = "Persetujuan" });

spoken!(Scope {
    TicketsRead = "Membaca tiket",
    TicketsWrite = "Mengubah tiket",
    DirectoryRead = "Membaca data orang dan organisasi",
    DirectoryWrite = "Mengubah data orang dan organisasi",
    AuditRead = "Membaca jejak audit",
});
spoken!(EventKind {
    Opened = "melapor",
    Edited = "mengubah isi",
    Classified = "mengubah klasifikasi",
    Tagged = "mengubah tag",
    Assigned = "mengubah petugas",
    Replied = "membalas",
    Noted = "menulis catatan internal",
    Held = "menandai menunggu",
    Resumed = "melanjutkan pengerjaan",
    Resolved = "menyelesaikan",
    Reopened = "membuka kembali",
    Closed = "menutup",
    Cancelled = "membatalkan",
    Rejected = "menolak",
    HandedOver = "mengeskalasi ke Tier 2",
    HandoverAccepted = "menerima eskalasi",
    HandoverReturned = "mengembalikan ke Tier 1",
    HandoverWithdrawn = "menarik kembali eskalasi",
    Consulted = "bertanya kepada tim",
    ConsultationAnswered = "menjawab konsultasi",
    WatcherAdded = "menambah pengamat",
    WatcherRemoved = "mengeluarkan pengamat",
    Linked = "mengaitkan tiket",
    Unlinked = "melepas kaitan",
    Merged = "menggabungkan ke tiket lain",
    MergeReceived = "menerima gabungan tiket lain",
    Attached = "melampirkan berkas",
    TextErased = "menghapus teks",
    Alarmed = "mengingatkan tenggat",
    ClocksAdjusted = "menyesuaikan waktu dengan aturan baru",
    BreachExplained = "menjelaskan keterlambatan",
    BreachDecided = "memutuskan penyebab keterlambatan",
    Reminded = "mengingatkan meja Tier 1",
    Rated = "menilai pelayanan",
});
spoken!(Holder {
    Tier1 = "Tier 1",
    Handover = "Menunggu diterima Tier 2",
    Tier2 = "Tier 2",
    Nobody = "Setelah selesai",
});
spoken!(Delivery {
    Queued = "Menunggu",
    Sent = "Terkirim",
    Dead = "Gagal",
    Collected = "Untuk rangkuman",
    Digested = "Dalam rangkuman",
    Kept = "Hanya di Kabar",
});
spoken!(Notice {
    Opened = "Tiket baru",
    Assigned = "Tiket ditugaskan",
    Replied = "Balasan baru",
    Noted = "Catatan internal baru",
    Held = "Tiket menunggu",
    Resolved = "Tiket selesai",
    Reopened = "Tiket dibuka kembali",
    Rated = "Penilaian pelapor",
    Closed = "Tiket ditutup",
    Cancelled = "Tiket dibatalkan",
    Rejected = "Tiket ditolak",
    HandedOver = "Tiket dieskalasi ke Tier 2",
    HandoverAccepted = "Eskalasi diterima Tier 2",
    HandoverReturned = "Tiket dikembalikan ke Tier 1",
    HandoverWithdrawn = "Eskalasi ditarik kembali",
    Consulted = "Pertanyaan untuk tim Anda",
    ConsultationAnswered = "Jawaban konsultasi",
    Merged = "Tiket digabungkan",
    BreachDecided = "Penyebab keterlambatan diputuskan",
    Mention = "Anda disebut",
    ClosingSoon = "Tiket segera ditutup",
    TargetNear = "Mendekati tenggat",
    TargetMissed = "Lewat tenggat",
    Reminded = "Pengingat dari penyelia",
    ReportReady = "Laporan tersedia",
    AlarmDigest = "Rangkuman peringatan tenggat",
    Digest = "Rangkuman harian",
    Invited = "Undangan akun baru",
    Reset = "Tautan kata sandi baru",
    PasswordChanged = "Kata sandi diganti",
    UnknownSender = "Pengirim tidak dikenal",
    Triaged = "Surat sedang diperiksa petugas",
    NotTaken = "Surat tidak dapat diterima",
    RecommendationAdded = "Rekomendasi baru",
    RecommendationMoved = "Perkembangan rekomendasi",
    RecommendationNear = "Rekomendasi mendekati batas waktu",
    RecommendationOverdue = "Rekomendasi lewat batas waktu",
});
spoken!(Outcome {
    Reply = "Menjadi balasan",
    Ticket = "Menjadi tiket",
    Triage = "Menunggu keputusan",
    Rejected = "Ditolak",
    Discarded = "Diabaikan",
    Bounce = "Surat kembali",
    Automatic = "Balasan otomatis",
    List = "Milis",
    Own = "Surat sendiri",
    Loop = "Berputar",
    Repeated = "Sudah pernah datang",
    Broken = "Tidak terbaca",
});
spoken!(Reason {
    UnknownSender = "pengirim tidak dikenal",
    AnsweredBefore = "pengirim sudah diberi tahu hari ini",
    NoSender = "pengirim tidak jelas",
    NotInvolved = "pengirim tidak terlibat dalam tiketnya",
    Ended = "tiketnya sudah berakhir",
    NotAuthenticated = "server surat tidak menjamin pengirimnya",
    NoOwner = "tidak ada petugas yang dapat memilikinya",
    Permanent = "alamat tidak berfungsi",
    Passing = "gangguan sementara",
    Unrelated = "tidak jelas tentang surat yang mana",
    AutoSubmitted = "ditandai otomatis oleh pengirimnya",
    AutoReply = "dikirim program penjawab",
    Receipt = "tanda terima",
    NullSender = "tanpa alamat balasan",
    OutOfOffice = "pemberitahuan tidak di tempat",
    MailingList = "dari milis",
    Bulk = "surat massal",
    OwnAddress = "dari alamat kami sendiri",
    OwnId = "surat kami sendiri",
    Hops = "melalui terlalu banyak server",
    Passed = "sudah pernah melewati kami",
    TooMany = "terlalu banyak dari pengirim ini",
    SameMessage = "surat yang sama",
    Failed = "gagal diproses",
});
spoken!(Topic {
    Mine = "Tiket yang saya laporkan",
    Work = "Tiket meja, tim, dan yang saya tangani",
    Watched = "Tiket yang saya amati",
    Alarm = "Tenggat yang dekat atau terlewat",
    Account = "Akun saya",
});
spoken!(Way { Mail = "E-mail seketika", Digest = "Rangkuman harian", App = "Hanya di Kabar" });
spoken!(VersionState { Planned = "Akan berlaku", InForce = "Berlaku", Past = "Pernah berlaku", Replaced = "Diganti" });
spoken!(HolidayKind { National = "Libur nasional", JointLeave = "Cuti bersama", Local = "Libur daerah" });
spoken!(Alarmed {
    Assignee = "yang menangani",
    Desk = "meja Tier 1",
    Supervisor = "penyelia",
    OpdHead = "kepala perangkat daerah",
});

/// Where an address of ours leads: a path on this site, whatever was asked for.
pub fn own_address(to: &str) -> &str {
    let is_own = to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\");
    if is_own && to.bytes().all(|b| b.is_ascii_graphic()) { to } else { "/" }
}

/// What a page says has been done, by the word that the page before left.
pub fn news(word: &str) -> Option<String> {
    let (word, about) = word.split_once(':').unwrap_or((word, ""));
    let plain = about.len() <= 24 && about.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let about = if plain { about } else { "" };
    let (_, sentence) = NEWS.iter().find(|(known, _)| *known == word)?;
    Some(sentence.replace("{}", about))
}

/// Every sentence of `news`.
const NEWS: &[(&str, &str)] = &[
    ("masuk", "Selamat datang."),
    ("keluar", "Anda sudah keluar."),
    ("tampilan-disimpan", "Tampilan disimpan."),
    ("tampilan-dihapus", "Tampilan dihapus."),
    ("massal", "{} tiket diubah."),
    (
        "sandi-diminta",
        "Bila alamat itu terdaftar, tautan untuk membuat kata sandi baru akan tiba dalam beberapa menit. Periksa juga folder spam.",
    ),
    ("sandi-baru", "Kata sandi Anda sudah diganti. Silakan masuk."),
    ("sandi-diganti", "Kata sandi diganti. Semua sesi lain sudah diakhiri."),
    ("sesi-diakhiri", "Sesi diakhiri."),
    ("sesi-lain-diakhiri", "Semua sesi lain diakhiri."),
    ("kunci-dicabut", "Kunci API dicabut."),
    ("dimulai", "Selamat datang. Layanan bantuan Anda siap diatur."),
    ("diingatkan", "Meja Tier 1 diingatkan tentang {} tiket."),
    ("ingat-kosong", "Tidak ada yang perlu diingatkan: tidak ada tiket lewat tenggat, atau sudah diingatkan hari ini."),
    ("ingat-tanpa-petugas", "Meja ini tidak mempunyai petugas Tier 1 yang dapat diingatkan."),
    ("sebab-disetujui", "Penyebab disetujui."),
    ("sebab-ditolak", "Penyebab ditolak."),
    ("adendum-ditambah", "Adendum ditambahkan."),
    ("laporan-ditandatangani", "Laporan ditandatangani secara elektronik."),
    ("penerima-ditambah", "Penerima laporan ditambahkan."),
    ("penerima-dihapus", "Penerima laporan dihapus."),
    ("evaluasi-ditambah", "Evaluasi dibuat. Langkah berikutnya: catat temuan dari angka laporan."),
    ("temuan-ditambah", "Temuan dicatat."),
    ("temuan-dihapus", "Temuan dihapus."),
    ("rekomendasi-ditambah", "Rekomendasi disampaikan kepada penanggung jawabnya."),
    ("r-kemajuan", "Kemajuan dilaporkan."),
    ("r-ajukan", "Diajukan selesai. Penyelia akan memeriksanya."),
    ("r-terima", "Rekomendasi selesai."),
    ("r-kembalikan", "Rekomendasi dikembalikan kepada penanggung jawabnya."),
    ("r-hentikan", "Rekomendasi dihentikan."),
    ("bukti-ditambah", "Bukti dilampirkan."),
    ("t-balas", "Balasan terkirim."),
    ("t-catat", "Catatan disimpan."),
    ("t-eskalasi", "Tiket dieskalasi ke Tier 2."),
    ("t-kembalikan", "Tiket dikembalikan ke Tier 1."),
    ("t-konsultasi", "Pertanyaan terkirim."),
    ("t-jawab", "Jawaban terkirim."),
    ("t-terima", "Tiket diterima dan menjadi milik Anda."),
    ("t-tarik", "Eskalasi ditarik kembali."),
    ("t-ambil", "Tiket diambil."),
    ("t-alihkan", "Tiket dialihkan."),
    ("t-lepaskan", "Tiket kembali ke antrean."),
    ("t-tunggu", "Tiket menunggu."),
    ("t-lanjutkan", "Pengerjaan dilanjutkan."),
    ("t-selesaikan", "Tiket diselesaikan."),
    ("t-selesaikan-anak", "Tiket anak yang dipilih diselesaikan."),
    ("t-buka-kembali", "Tiket dibuka kembali."),
    ("t-tutup", "Tiket ditutup. Terima kasih."),
    ("t-batalkan", "Tiket dibatalkan."),
    ("t-tolak", "Tiket ditolak."),
    ("t-gabungkan", "Tiket digabungkan."),
    ("t-kaitkan", "Kaitan ditambahkan."),
    ("t-lepas-kaitan", "Kaitan dilepas."),
    ("t-gangguan-besar", "Tiket anak ditambahkan."),
    ("t-klasifikasi", "Klasifikasi disimpan."),
    ("t-judul", "Judul dan uraian disimpan."),
    ("t-jenis", "Jenis disimpan."),
    ("t-kategori", "Kategori disimpan."),
    ("t-dampak", "Dampak dan urgensi disimpan."),
    ("t-prioritas", "Prioritas disimpan."),
    ("t-data-pribadi", "Keterangan data pribadi disimpan."),
    ("t-tag", "Tag disimpan."),
    ("t-amati", "Pengamat ditambahkan."),
    ("t-berhenti-amati", "Pengamat dikeluarkan."),
    ("t-hapus-teks", "Teks dihapus."),
    ("t-penyebab", "Penjelasan disimpan dan menunggu keputusan penyelia."),
    ("t-putusan", "Keputusan disimpan."),
    ("t-lepas-pandang", "Berhasil. Tiket itu tidak lagi dapat Anda lihat."),
    ("tiket-dibuat", "Tiket {} dibuat. Simpan nomor ini; kabar tentangnya juga ada di Tiket saya."),
    ("tiket-tanpa-lampiran", "Tiket {} dibuat, tetapi ada lampiran yang gagal disimpan. Lampirkan lagi di tiketnya."),
    ("tiket-dicatat", "Tiket {} dicatat. Silakan catat berikutnya."),
    ("dinilai", "Penilaian Anda untuk {} disimpan. Terima kasih."),
    ("disimpan", "Perubahan disimpan."),
    ("diaktifkan", "Diaktifkan kembali."),
    ("dinonaktifkan", "Dinonaktifkan."),
    ("opd-ditambah", "Perangkat daerah ditambahkan. Langkah berikutnya: tambahkan orang dan petugas Tier 1."),
    ("orang-ditambah", "Orang ditambahkan. Langkah berikutnya: beri peran."),
    ("peran-diberikan", "Peran disimpan."),
    ("peran-dicabut", "Peran dicabut."),
    ("tim-ditambah", "Tim ditambahkan. Langkah berikutnya: masukkan anggota."),
    ("tim-diikuti", "Anggota ditambahkan."),
    ("tim-ditinggalkan", "Anggota dikeluarkan. Tiketnya kembali ke antrean tim."),
    ("sandi-awal", "Kata sandi awal disimpan. Sampaikan langsung kepada orangnya."),
    ("kunci-dibuka", "Kunci dibuka. Orang ini dapat mencoba masuk lagi."),
    ("kategori-ditambah", "Kategori ditambahkan."),
    ("kalender-ditambah", "Kalender ditambahkan dan berlaku mulai sekarang."),
    ("kalender-versi", "Versi baru kalender disimpan."),
    ("libur-diimpor", "{} hari libur ditambahkan atau diubah."),
    ("kebijakan-versi", "Versi baru kebijakan disimpan."),
    ("surat-diantrekan", "Surat diantrekan lagi."),
    ("surat-semua-diantrekan", "{} surat diantrekan lagi."),
    ("surat-jadi-tiket", "Surat menjadi tiket {}."),
    ("surat-diabaikan", "Surat diabaikan."),
    ("kabar-dibaca", "Ditandai sudah dibaca."),
    ("kabar-semua-dibaca", "Semua kabar ditandai sudah dibaca."),
    ("pemberitahuan-disimpan", "Pilihan pemberitahuan disimpan."),
    ("alamat-dipulihkan", "Tanda dihapus. Surat dikirim lagi ke alamat ini."),
];

/// An instant: for programs, short, and in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct When {
    pub iso: String,
    /// The time if it is today, else the day.
    pub short: String,
    pub full: String,
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"];

impl When {
    /// An instant as it is told now.
    pub fn of(at: Instant, now: Instant, zone: Tz) -> Self {
        let (local, today) = (at.with_timezone(&zone), now.with_timezone(&zone));
        let month = MONTHS.get(local.month0() as usize).copied().unwrap_or_default();
        let short = if local.date_naive() == today.date_naive() {
            format!("{:02}.{:02}", local.hour(), local.minute())
        } else if local.year() == today.year() {
            format!("{} {month} {:02}.{:02}", local.day(), local.hour(), local.minute())
        } else {
            format!("{} {month} {}", local.day(), local.year())
        };
        Self { iso: at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true), short, full: spoken(at, zone) }
    }

    /// The instant from which something holds. What holds since the beginning, as what came with the program, holds
    /// since 1970, which nobody needs to see.
    pub fn since(at: Instant, now: Instant, zone: Tz) -> Self {
        let told = Self::of(at, now, zone);
        if at != DateTime::UNIX_EPOCH {
            return told;
        }
        Self { short: "sejak awal".to_owned(), full: "sejak awal".to_owned(), ..told }
    }

    /// A day: 3 Nov 2026.
    pub fn day(day: NaiveDate) -> String {
        let month = MONTHS.get(day.month0() as usize).copied().unwrap_or_default();
        format!("{} {month} {}", day.day(), day.year())
    }
}

/// A size in bytes as people say it: "812 B", "3 KB", "1,5 MB".
pub fn size(bytes: i64) -> String {
    match bytes {
        ..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KB", number(bytes / 1_024)),
        _ => format!("{},{} MB", number(bytes / 1_048_576), bytes % 1_048_576 * 10 / 1_048_576),
    }
}

/// A duration in its two largest units: "1 j 20 m", "3 hr 2 j". A day has 24 hours.
pub fn span(seconds: i64) -> String {
    let minutes = seconds.abs() / 60;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => "< 1 m".to_owned(),
        (0, 0, m) => format!("{m} m"),
        (0, h, 0) => format!("{h} j"),
        (0, h, m) => format!("{h} j {m} m"),
        (d, 0, _) => format!("{d} hr"),
        (d, h, _) => format!("{d} hr {h} j"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_in_two_units() {
        for (seconds, told) in [
            (0, "< 1 m"),
            (59, "< 1 m"),
            (2_100, "35 m"),
            (4_800, "1 j 20 m"),
            (7_200, "2 j"),
            (180_000, "2 hr 2 j"),
            (-2_100, "35 m"),
        ] {
            assert_eq!(span(seconds), told);
        }
        assert_eq!((number(0), number(999), number(1_234_567)), ("0".into(), "999".into(), "1.234.567".into()));
    }

    #[test]
    fn sizes_are_told_shortly() {
        for (bytes, told) in [(812, "812 B"), (3_200, "3 KB"), (1_048_575, "1.023 KB"), (1_600_000, "1,5 MB")] {
            assert_eq!(size(bytes), told);
        }
    }

    #[test]
    fn what_came_with_the_program_holds_since_the_beginning() {
        let (zone, now) = (chrono_tz::Asia::Jakarta, DateTime::UNIX_EPOCH + chrono::Duration::days(20_000));
        assert_eq!(When::since(DateTime::UNIX_EPOCH, now, zone).short, "sejak awal");
        assert_eq!(When::since(now, now, zone), When::of(now, now, zone));
    }

    #[test]
    fn only_addresses_of_ours_are_gone_to() {
        for (asked, goes) in [
            ("/antrean?a=b", "/antrean?a=b"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("/a\r\nb", "/"),
            ("", "/"),
        ] {
            assert_eq!(own_address(asked), goes, "{asked:?}");
        }
    }

    #[test]
    fn what_a_browser_sends_as_news_is_only_a_word() {
        assert_eq!(news("keluar"), Some("Anda sudah keluar.".to_owned()));
        assert_eq!(news("massal:12"), Some("12 tiket diubah.".to_owned()));
        assert_eq!(news("massal:<b>"), Some(" tiket diubah.".to_owned()));
        assert_eq!(news("<b>"), None);
    }

    #[test]
    fn an_instant_is_short_when_it_is_near() {
        let zone = chrono_tz::Asia::Jakarta;
        let now: Instant = "2026-11-23T03:00:00Z".parse().unwrap();
        for (at, short) in [
            ("2026-11-23T00:52:00Z", "07.52"),
            ("2026-11-22T16:59:00Z", "22 Nov 23.59"),
            ("2025-12-31T01:00:00Z", "31 Des 2025"),
        ] {
            assert_eq!(When::of(at.parse().unwrap(), now, zone).short, short);
        }
    }
}
