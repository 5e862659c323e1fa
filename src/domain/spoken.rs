//! What the rules call by a word, as people here call it: on pages, in letters and in reports.

use serde::Serialize;

use super::handover::HandoverReason;
use super::priority::Priority;
use super::sla::breach::{Cause, Decision};
use super::sla::keeping::ClockKind;
use super::ticket::{Channel, Status, TicketType};

/// A word of the rules with what people read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Word {
    pub code: &'static str,
    pub label: &'static str,
}

/// What has a name for people.
pub trait Spoken: Copy + 'static {
    /// Every value, in order.
    const EVERY: &'static [Self];
    /// The stable word.
    fn code(self) -> &'static str;
    /// The name.
    fn label(self) -> &'static str;

    /// Both.
    fn word(self) -> Word {
        Word { code: self.code(), label: self.label() }
    }

    /// Every value as a choice.
    fn choices() -> Vec<Word> {
        Self::EVERY.iter().map(|value| value.word()).collect()
    }
}

/// A whole number: 1.234.
pub fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    if value < 0 { format!("-{out}") } else { out }
}

/// Gives each value of a word enum its name.
macro_rules! spoken {
    ($type:ident { $($variant:ident = $label:literal),+ $(,)? }) => {
        impl $crate::domain::spoken::Spoken for $type {
            const EVERY: &'static [Self] = Self::ALL;

            fn code(self) -> &'static str {
                self.as_str()
            }

            fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }
    };
}
pub(crate) use spoken;

spoken!(TicketType {
    Complaint = "Keluhan",
    Incident = "Gangguan",
    Problem = "Masalah",
    Request = "Permintaan",
    Change = "Perubahan",
});
spoken!(Status {
    New = "Baru",
    InProgress = "Ditangani",
    WaitingRequester = "Menunggu pelapor",
    WaitingThirdParty = "Menunggu pihak ketiga",
    WaitingApproval = "Menunggu persetujuan",
    Resolved = "Selesai",
    Closed = "Ditutup",
    Cancelled = "Dibatalkan",
    Rejected = "Ditolak",
});
spoken!(Priority { P1 = "Kritis", P2 = "Tinggi", P3 = "Sedang", P4 = "Rendah" });
spoken!(Channel {
    Portal = "Portal",
    Whatsapp = "WhatsApp",
    Phone = "Telepon",
    WalkIn = "Datang langsung",
    Letter = "Surat",
    Email = "E-mail",
});
spoken!(ClockKind {
    Response = "Tanggapan",
    Resolution = "Penyelesaian",
    Tier1 = "Tier 1",
    Tier2Accept = "Penerimaan Tier 2",
    Tier2 = "Tier 2",
    Legal = "Pemberitahuan hukum",
    Closing = "Penutupan",
});
spoken!(HandoverReason {
    Skill = "Perlu keahlian yang tidak dimiliki",
    Access = "Perlu akses atau wewenang",
    Equipment = "Perlu perangkat atau suku cadang",
    Widespread = "Mengenai beberapa perangkat daerah",
    Approval = "Perlu keputusan Dinas",
    TargetMissed = "Target Tier 1 terlampaui",
    Security = "Insiden keamanan",
});
spoken!(Cause {
    Tier1 = "Tier 1",
    Tier2 = "Tier 2",
    Vendor = "Vendor atau instansi lain",
    Requester = "Pelapor",
    ForceMajeure = "Keadaan kahar",
    Other = "Lainnya",
});
spoken!(Decision { Proposed = "Menunggu keputusan", Approved = "Disetujui", Refused = "Ditolak" });
