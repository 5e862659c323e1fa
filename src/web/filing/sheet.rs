//! What each kind of ticket asks, in plain words. What is answered beside the description becomes lines of it.

use serde::Serialize;

use crate::domain::priority::Level;
use crate::domain::ticket::{TicketType, word_enum};

word_enum! {
    /// A kind of ticket with a form of its own, by the last part of its address.
    Kind {
        Incident = "gangguan",
        Request = "permintaan",
        Complaint = "keluhan",
        Problem = "masalah",
        Change = "perubahan",
        Security = "insiden-keamanan",
    }
}

impl Kind {
    /// As the rules know it.
    pub fn ticket_type(self) -> TicketType {
        match self {
            Self::Incident | Self::Security => TicketType::Incident,
            Self::Request => TicketType::Request,
            Self::Complaint => TicketType::Complaint,
            Self::Problem => TicketType::Problem,
            Self::Change => TicketType::Change,
        }
    }

    /// What it asks.
    pub fn sheet(self) -> &'static Sheet {
        match self {
            Self::Incident => &INCIDENT,
            Self::Request => &REQUEST,
            Self::Complaint => &COMPLAINT,
            Self::Problem => &PROBLEM,
            Self::Change => &CHANGE,
            Self::Security => &SECURITY,
        }
    }
}

/// A question that is answered in words.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Question {
    pub name: &'static str,
    pub label: &'static str,
    /// Empty if there is none.
    pub hint: &'static str,
    pub optional: bool,
    /// How many lines the answer may well have; one is a single line.
    pub rows: u8,
    pub single: bool,
}

impl Question {
    const fn line(name: &'static str, label: &'static str, hint: &'static str) -> Self {
        Self { name, label, hint, optional: false, rows: 1, single: true }
    }

    const fn lines(name: &'static str, label: &'static str, hint: &'static str, rows: u8) -> Self {
        Self { name, label, hint, optional: false, rows, single: false }
    }

    const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
}

/// A question that is answered by choosing one of three levels, lowest first.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    pub label: &'static str,
    pub answers: [&'static str; 3],
}

impl Scale {
    /// What stands for a level.
    pub fn answer(&self, level: Level) -> &'static str {
        let [low, medium, high] = self.answers;
        match level {
            Level::Low => low,
            Level::Medium => medium,
            Level::High => high,
        }
    }
}

/// A form.
#[derive(Clone, Copy, Debug)]
pub struct Sheet {
    pub heading: &'static str,
    pub lead: &'static str,
    pub subject: Question,
    pub description: Question,
    pub more: &'static [Question],
    pub impact: Scale,
    pub urgency: Scale,
    pub button: &'static str,
}

const HIT: Scale = Scale {
    label: "Siapa yang terganggu?",
    answers: ["Hanya saya", "Satu ruangan atau bagian", "Seluruh kantor atau layanan masyarakat"],
};

const INCIDENT: Sheet = Sheet {
    heading: "Laporkan gangguan",
    lead: "Sesuatu yang biasanya berfungsi sekarang tidak berfungsi.",
    subject: Question::line("subject", "Apa yang terganggu?", "Satu baris, misalnya: Internet kantor mati."),
    description: Question::lines(
        "description",
        "Ceritakan yang terjadi",
        "Sejak kapan, apa yang terlihat di layar, dan apa yang sudah dicoba.",
        5,
    ),
    more: &[Question::line("where", "Di mana?", "Ruangan, lantai, atau nama perangkat.").optional()],
    impact: HIT,
    urgency: Scale {
        label: "Apakah pekerjaan masih bisa dilanjutkan?",
        answers: ["Masih bisa, hanya kurang nyaman", "Bisa dengan cara lain, tetapi lambat", "Tidak bisa sama sekali"],
    },
    button: "Kirim laporan",
};

const REQUEST: Sheet = Sheet {
    heading: "Ajukan permintaan",
    lead: "Anda memerlukan sesuatu yang belum ada: akun, akses, perangkat, pemasangan, atau bantuan.",
    subject: Question::line("subject", "Apa yang diminta?", "Satu baris, misalnya: Akun surel untuk pegawai baru."),
    description: Question::lines("description", "Jelaskan permintaan Anda", "Jumlah, nama, dan rincian lain.", 4),
    more: &[
        Question::lines("purpose", "Untuk apa?", "Pekerjaan atau kegiatan yang memerlukannya.", 2),
        Question::line("needed", "Kapan diperlukan?", "Tanggal atau acara, misalnya: sebelum Senin, 7 Desember."),
    ],
    impact: Scale { label: "Untuk siapa?", answers: ["Saya sendiri", "Satu ruangan atau bagian", "Seluruh kantor"] },
    urgency: Scale {
        label: "Seberapa mendesak?",
        answers: ["Bisa menunggu beberapa minggu", "Dalam beberapa hari ini", "Hari ini juga"],
    },
    button: "Kirim permintaan",
};

const COMPLAINT: Sheet = Sheet {
    heading: "Sampaikan keluhan",
    lead: "Layanan atau penanganan kami tidak seperti yang seharusnya.",
    subject: Question::line("subject", "Apa keluhan Anda?", "Satu baris, misalnya: Laporan saya lama tidak dijawab."),
    description: Question::lines("description", "Ceritakan yang terjadi", "Kapan, dengan siapa, dan apa akibatnya.", 5),
    more: &[
        Question::line("service", "Layanan apa yang dikeluhkan?", "Nama layanan atau aplikasi, atau nomor tiket."),
        Question::lines("wish", "Apa yang Anda harapkan?", "", 2).optional(),
    ],
    impact: Scale { label: "Siapa yang merasakannya?", ..HIT },
    urgency: Scale {
        label: "Seberapa mendesak?",
        answers: ["Untuk perbaikan ke depan", "Perlu ditindaklanjuti minggu ini", "Perlu ditindaklanjuti hari ini"],
    },
    button: "Kirim keluhan",
};

const PROBLEM: Sheet = Sheet {
    heading: "Laporkan masalah",
    lead: "Gangguan yang sama terjadi berulang kali; penyebabnya perlu dicari.",
    subject: Question::line(
        "subject",
        "Apa yang berulang?",
        "Satu baris, misalnya: Jaringan lantai 2 putus setiap siang.",
    ),
    description: Question::lines("description", "Ceritakan yang berulang terjadi", "Tanda-tanda dan akibatnya.", 5),
    more: &[
        Question::line("often", "Sejak kapan dan seberapa sering?", "Misalnya: sejak Oktober, dua kali seminggu."),
        Question::line("before", "Tiket sebelumnya", "Nomor tiket gangguan yang serupa, bila ada.").optional(),
        Question::lines("cause", "Dugaan penyebab", "", 2).optional(),
    ],
    impact: HIT,
    urgency: Scale { label: "Apakah pekerjaan masih bisa dilanjutkan saat itu terjadi?", ..INCIDENT.urgency },
    button: "Kirim laporan",
};

const CHANGE: Sheet = Sheet {
    heading: "Ajukan perubahan",
    lead: "Sesuatu yang sudah berjalan perlu diubah: konfigurasi, aplikasi, jaringan, atau perangkat.",
    subject: Question::line("subject", "Apa yang diubah?", "Satu baris, misalnya: Pindah server aplikasi SIMPEG."),
    description: Question::lines(
        "description",
        "Jelaskan perubahan yang diminta",
        "Keadaan sekarang dan yang diinginkan.",
        4,
    ),
    more: &[
        Question::lines("why", "Mengapa perlu diubah?", "", 2),
        Question::line("planned", "Kapan dilaksanakan?", "Tanggal dan jam yang paling sedikit mengganggu."),
        Question::lines("rollback", "Bagaimana mengembalikannya bila gagal?", "Tulis \"belum tahu\" bila belum.", 2),
    ],
    impact: Scale {
        label: "Siapa yang terdampak selama perubahan?",
        answers: ["Hanya saya", "Satu ruangan atau bagian", "Seluruh kantor atau layanan masyarakat"],
    },
    urgency: REQUEST.urgency,
    button: "Kirim permintaan perubahan",
};

const SECURITY: Sheet = Sheet {
    heading: "Laporkan insiden keamanan",
    lead: "Peretasan, virus, surel penipuan, kebocoran data, akun dipakai orang lain, atau perangkat hilang.",
    subject: Question::line("subject", "Apa yang terjadi?", "Satu baris. Jangan menulis kata sandi di mana pun."),
    description: Question::lines(
        "description",
        "Ceritakan yang Anda lihat",
        "Kapan pertama kali terlihat, di perangkat atau akun apa, dan pesan yang muncul.",
        5,
    ),
    more: &[Question::lines("done", "Apa yang sudah dilakukan?", "", 2).optional()],
    impact: Scale {
        label: "Apa yang terkena?",
        answers: ["Satu perangkat atau akun", "Beberapa perangkat atau akun", "Situs, server, atau layanan masyarakat"],
    },
    urgency: Scale {
        label: "Apakah masih berlangsung?",
        answers: ["Sudah berhenti", "Tidak tahu", "Ya, masih berlangsung"],
    },
    button: "Kirim ke tim CSIRT",
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Names that the form itself has.
    const TAKEN: [&str; 8] =
        ["impact", "urgency", "category_id", "classification", "personal", "files", "follows", "verb"];

    #[test]
    fn no_form_asks_two_things_under_one_name() {
        for kind in Kind::ALL {
            let sheet = kind.sheet();
            let all: Vec<_> = [sheet.subject, sheet.description].iter().chain(sheet.more).map(|q| q.name).collect();
            let names: BTreeSet<_> = all.iter().copied().chain(TAKEN).collect();
            assert_eq!(names.len(), all.len() + TAKEN.len(), "{kind}");
        }
    }
}
