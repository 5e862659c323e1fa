//! Why a paper was not signed electronically (TTE). Whatever it was, nothing half signed is left behind.

/// What kept a paper from being signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The configuration names no way to sign.
    #[error("signing is off")]
    Off,
    /// The passphrase does not open the key.
    #[error("wrong passphrase")]
    Passphrase,
    /// The file of the key cannot be read.
    #[error("the key cannot be read")]
    KeyUnreadable,
    /// The file is encrypted in a way that is not safe any more, as by old programs.
    #[error("the key is encrypted in an old way")]
    KeyOld,
    /// The file holds no key with its certificate, or a key of another kind than RSA of 2048 to 4096 bits and P-256.
    #[error("the key is of no use")]
    KeyUnusable,
    #[error("the certificate has expired")]
    Expired,
    #[error("the certificate does not hold yet")]
    NotYetValid,
    /// The service does not answer, or not in time.
    #[error("the service is away")]
    ServiceAway,
    /// The service refuses, and says this.
    #[error("the service refuses: {0}")]
    ServiceRefused(String),
    /// What the service gave is not the paper with a signature over it.
    #[error("the answer is not the signed paper")]
    AnswerInvalid,
}

impl Problem {
    /// One of each, for the documentation of their codes.
    pub fn all() -> Vec<Self> {
        vec![
            Self::Off,
            Self::Passphrase,
            Self::KeyUnreadable,
            Self::KeyOld,
            Self::KeyUnusable,
            Self::Expired,
            Self::NotYetValid,
            Self::ServiceAway,
            Self::ServiceRefused(String::new()),
            Self::AnswerInvalid,
        ]
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Off => "signing_off",
            Self::Passphrase => "signing_passphrase_wrong",
            Self::KeyUnreadable => "signing_key_unreadable",
            Self::KeyOld => "signing_key_outdated",
            Self::KeyUnusable => "signing_key_unusable",
            Self::Expired => "signing_certificate_expired",
            Self::NotYetValid => "signing_certificate_not_yet_valid",
            Self::ServiceAway => "signing_service_away",
            Self::ServiceRefused(_) => "signing_service_refused",
            Self::AnswerInvalid => "signing_answer_invalid",
        }
    }

    /// Whether it may pass by itself, or needs somebody who keeps the desk.
    pub fn is_ours(&self) -> bool {
        match self {
            Self::KeyUnreadable | Self::KeyOld | Self::KeyUnusable | Self::ServiceAway | Self::AnswerInvalid => true,
            Self::Off | Self::Passphrase | Self::Expired | Self::NotYetValid | Self::ServiceRefused(_) => false,
        }
    }

    /// What happened and what to do, in Bahasa Indonesia.
    pub fn message(&self) -> String {
        match self {
            Self::Off => "Tanda tangan elektronik belum diatur. Mintalah admin mengisi bagian [signing].".to_owned(),
            Self::Passphrase => "Passphrase salah. Laporan belum ditandatangani; periksa, lalu ulangi.".to_owned(),
            Self::KeyUnreadable => {
                "Berkas kunci tanda tangan tidak dapat dibaca. Mintalah admin memeriksa signing.key.".to_owned()
            }
            Self::KeyOld => {
                "Berkas kunci memakai penyandian lama. Mintalah admin menyimpannya ulang dengan penyandian \
                             AES-256 (caranya pada docs/signing.md)."
                    .to_owned()
            }
            Self::KeyUnusable => {
                "Berkas kunci tidak memuat kunci RSA 2048 sampai 4096 bit atau P-256 beserta sertifikatnya. Mintalah \
                 admin memeriksa signing.key."
                    .to_owned()
            }
            Self::Expired => {
                "Sertifikat elektronik penanda tangan sudah habis masa berlakunya. Perpanjang dahulu, lalu \
                              ulangi."
                    .to_owned()
            }
            Self::NotYetValid => "Sertifikat elektronik penanda tangan belum berlaku. Tunggu sampai masa berlakunya \
                                  dimulai, atau periksa jam server."
                .to_owned(),
            Self::ServiceAway => {
                "Layanan tanda tangan elektronik tidak dapat dihubungi. Laporan belum ditandatangani; coba lagi nanti."
                    .to_owned()
            }
            Self::ServiceRefused(said) => {
                format!("Layanan tanda tangan elektronik menolak: {said}. Laporan belum ditandatangani.")
            }
            Self::AnswerInvalid => {
                "Jawaban layanan tanda tangan elektronik bukan laporan ini yang sudah ditandatangani. \
                                    Tidak ada yang disimpan; hubungi admin layanan."
                    .to_owned()
            }
        }
    }
}
