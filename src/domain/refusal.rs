//! Why the desk says no: a move that the rules do not allow.

/// A rule that forbids what was asked. `code` is stable and listed in `docs/errors.md`; the
/// sentence (Display) says in Bahasa Indonesia what is so and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("Tiket ini sudah berakhir dan tidak dapat diubah lagi. Buka tiket lanjutan yang mengacu padanya.")]
    Final,
    #[error("Tiket harus berstatus Selesai untuk langkah ini.")]
    NotResolved,
    #[error("Tiket sudah Selesai. Buka kembali dahulu bila masih perlu dikerjakan.")]
    AlreadyResolved,
    #[error("Penanganan tiket ini sudah dinilai.")]
    AlreadyRated,
    #[error("Tiket tidak sedang menunggu, jadi tidak ada yang perlu dilanjutkan.")]
    NotWaiting,
    #[error("Tiket sudah berada pada keadaan yang diminta.")]
    Unchanged,
    #[error("Batas waktu membuka kembali sudah lewat. Buka tiket lanjutan yang mengacu padanya.")]
    ReopenTooLate,
    #[error("Masih ada eskalasi yang belum dijawab Tier 2. Tarik kembali eskalasi itu dahulu.")]
    HandoverPending,
    #[error("Tiket sedang dikerjakan Tier 2. Minta Tier 2 mengembalikannya dahulu.")]
    WithTier2,
    #[error("Tiket tidak sedang dieskalasi ke Tier 2.")]
    NoHandover,
    #[error("Eskalasi ini sudah diterima.")]
    HandoverAccepted,
    #[error("Eskalasi ini sudah selesai diproses.")]
    HandoverEnded,
    #[error("Konsultasi ini sudah dijawab.")]
    ConsultationAnswered,
    #[error("Ubah prioritas secara manual harus disertai alasan.")]
    PriorityReason,
    #[error("Orang yang dituju tidak aktif atau tidak berwenang menangani tiket ini.")]
    NotEligible,
    #[error("Tim yang dituju tidak aktif.")]
    TeamInactive,
    #[error("Tiket tidak dapat dikaitkan atau digabungkan dengan dirinya sendiri.")]
    SameTicket,
    #[error("Kaitan ini sudah ada.")]
    LinkExists,
    #[error("Kaitan ini membuat lingkaran induk dan anak.")]
    LinkCycle,
    #[error("Masih ada tiket anak yang belum selesai. Selesaikan atau lepaskan kaitannya dahulu.")]
    ChildrenOpen,
    #[error("Hanya tiket berjenis sama dari OPD yang sama yang dapat digabungkan.")]
    MergeMismatch,
    #[error("Insiden keamanan harus berjenis gangguan (incident).")]
    SecurityType,
    #[error("Insiden keamanan hanya ditangani tim CSIRT.")]
    SecurityTeam,
    #[error(
        "Belum ada petugas yang dapat menjadi penanggung jawab: OPD ini belum menunjuk petugas Tier 1 dan Dinas belum menunjuk penyelia."
    )]
    NoOwner,
    #[error("Belum ada tim CSIRT yang aktif untuk menerima insiden keamanan.")]
    NoCsirt,
    #[error("Teks ini sudah dihapus.")]
    AlreadyErased,
    #[error("Kuota penyimpanan lampiran Anda sudah penuh. Hubungi admin layanan.")]
    QuotaExceeded,
    #[error("Tiket ini sudah memuat jumlah lampiran terbanyak.")]
    TooManyAttachments,
    #[error("Masih ada tiket terbuka atas nama orang ini. Sebutkan penggantinya.")]
    OpenWork,
    #[error("Admin aktif terakhir tidak dapat dinonaktifkan atau dicabut perannya.")]
    LastAdmin,
    #[error("Target ini tidak terlampaui, jadi tidak ada yang perlu dijelaskan.")]
    NotBreached,
    #[error("Belum ada penyebab yang diusulkan untuk pelampauan target ini.")]
    NoBreachCause,
    #[error("Penyebab pelampauan target ini sudah diputuskan.")]
    BreachDecided,
    #[error("Usulan sendiri harus diputuskan oleh penyelia lain.")]
    OwnProposal,
    #[error("Laporan ini masih sementara. Adendum dan tanda tangan menyusul sesudah laporan dibekukan.")]
    NotFrozen,
    #[error("Tidak ada yang perlu diingatkan: tidak ada tiket lewat tenggat, mejanya tidak diam, dan petugasnya ada.")]
    NothingToRemind,
    #[error("Laporan ini sudah ditandatangani. Penandatanganan ulang hanya sesudah ada adendum baru.")]
    AlreadySigned,
    #[error("Periode ini sudah dievaluasi. Lanjutkan evaluasi yang sudah ada.")]
    EvaluationExists,
    #[error("Temuan ini menjadi dasar rekomendasi, jadi tidak dapat dihapus.")]
    FindingInUse,
    #[error("Rekomendasi ini sudah selesai atau dihentikan dan tidak dapat diubah lagi.")]
    RecommendationEnded,
    #[error("Rekomendasi ini sudah diajukan selesai dan menunggu pemeriksaan penyelia.")]
    RecommendationSubmitted,
    #[error("Rekomendasi ini belum diajukan selesai oleh OPD penanggung jawab.")]
    RecommendationNotSubmitted,
    #[error("Rekomendasi ini sudah memuat jumlah bukti terbanyak.")]
    TooMuchEvidence,
}

impl Refusal {
    /// Every refusal, for the documentation of their codes.
    pub const ALL: &'static [Self] = &[
        Self::Final,
        Self::NotResolved,
        Self::AlreadyResolved,
        Self::AlreadyRated,
        Self::NotWaiting,
        Self::Unchanged,
        Self::ReopenTooLate,
        Self::HandoverPending,
        Self::WithTier2,
        Self::NoHandover,
        Self::HandoverAccepted,
        Self::HandoverEnded,
        Self::ConsultationAnswered,
        Self::PriorityReason,
        Self::NotEligible,
        Self::TeamInactive,
        Self::SameTicket,
        Self::LinkExists,
        Self::LinkCycle,
        Self::ChildrenOpen,
        Self::MergeMismatch,
        Self::SecurityType,
        Self::SecurityTeam,
        Self::NoOwner,
        Self::NoCsirt,
        Self::AlreadyErased,
        Self::QuotaExceeded,
        Self::TooManyAttachments,
        Self::OpenWork,
        Self::LastAdmin,
        Self::NotBreached,
        Self::NoBreachCause,
        Self::BreachDecided,
        Self::OwnProposal,
        Self::NotFrozen,
        Self::NothingToRemind,
        Self::AlreadySigned,
        Self::EvaluationExists,
        Self::FindingInUse,
        Self::RecommendationEnded,
        Self::RecommendationSubmitted,
        Self::RecommendationNotSubmitted,
        Self::TooMuchEvidence,
    ];

    /// The stable snake_case code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Final => "ticket_final",
            Self::NotResolved => "not_resolved",
            Self::AlreadyResolved => "already_resolved",
            Self::AlreadyRated => "already_rated",
            Self::NotWaiting => "not_waiting",
            Self::Unchanged => "unchanged",
            Self::ReopenTooLate => "reopen_too_late",
            Self::HandoverPending => "handover_pending",
            Self::WithTier2 => "with_tier2",
            Self::NoHandover => "no_handover",
            Self::HandoverAccepted => "handover_accepted",
            Self::HandoverEnded => "handover_ended",
            Self::ConsultationAnswered => "consultation_answered",
            Self::PriorityReason => "priority_reason_required",
            Self::NotEligible => "person_not_eligible",
            Self::TeamInactive => "team_inactive",
            Self::SameTicket => "same_ticket",
            Self::LinkExists => "link_exists",
            Self::LinkCycle => "link_cycle",
            Self::ChildrenOpen => "children_open",
            Self::MergeMismatch => "merge_mismatch",
            Self::SecurityType => "security_type",
            Self::SecurityTeam => "security_team",
            Self::NoOwner => "no_owner",
            Self::NoCsirt => "no_csirt_team",
            Self::AlreadyErased => "already_erased",
            Self::QuotaExceeded => "attachment_quota_exceeded",
            Self::TooManyAttachments => "too_many_attachments",
            Self::OpenWork => "open_work",
            Self::LastAdmin => "last_admin",
            Self::NotBreached => "not_breached",
            Self::NoBreachCause => "no_breach_cause",
            Self::BreachDecided => "breach_decided",
            Self::OwnProposal => "own_proposal",
            Self::NotFrozen => "report_not_frozen",
            Self::NothingToRemind => "nothing_to_remind",
            Self::AlreadySigned => "report_already_signed",
            Self::EvaluationExists => "evaluation_exists",
            Self::FindingInUse => "finding_in_use",
            Self::RecommendationEnded => "recommendation_ended",
            Self::RecommendationSubmitted => "recommendation_submitted",
            Self::RecommendationNotSubmitted => "recommendation_not_submitted",
            Self::TooMuchEvidence => "too_much_evidence",
        }
    }
}
