//! Electronic signatures (tanda tangan elektronik) on papers: with a key of the local government in a PKCS#12
//! file, or by an e-sign service over HTTP. Knows PDFs as bytes, and nothing of reports or the database.
//!
//! Whichever way it goes, what comes back is read again before anybody gets it: the signature covers the whole
//! file but itself, its digest is that of the file, the key of its certificate made it, and the file begins with the
//! one that was to be signed.

mod cms;
mod key;
mod pdf;
mod service;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::config;
pub use crate::domain::signing::Problem;

/// What the signature says of itself.
#[derive(Clone, Debug)]
pub struct Says {
    /// In the zone of the desk.
    pub at: DateTime<Tz>,
    pub reason: String,
    /// Empty: not said.
    pub place: String,
}

/// A paper that was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pub pdf: Vec<u8>,
    pub certificate: Certificate,
}

/// Whose certificate a signature is by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The common name, or the whole subject (RFC 4514) of one without.
    pub subject: String,
    /// Of who issued it, likewise.
    pub issuer: String,
    /// In hexadecimal, in pairs.
    pub serial: String,
    pub not_before: DateTime<Utc>,
    pub not_after: DateTime<Utc>,
}

impl Certificate {
    /// Refuses one that does not hold at an instant.
    fn holds(&self, at: DateTime<Utc>) -> Result<(), Failure> {
        if at < self.not_before {
            return Err(Problem::NotYetValid.into());
        }
        if at > self.not_after { Err(Problem::Expired.into()) } else { Ok(()) }
    }
}

/// Why there is no signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Problem(#[from] Problem),
    /// The paper is not as we write it, or a library fails.
    #[error("{0}")]
    Defect(String),
}

/// A way to sign.
trait Signer {
    /// Signs a PDF. The passphrase is used here and kept nowhere.
    fn sign(&self, pdf: &[u8], says: &Says, passphrase: &str) -> Result<Vec<u8>, Failure>;
}

/// The way that the configuration names.
fn open(config: &config::Signing) -> Result<Box<dyn Signer + '_>, Problem> {
    match config.method.as_str() {
        "pkcs12" => Ok(Box::new(key::KeyFile { path: &config.key })),
        "service" => Ok(Box::new(service::Service { config })),
        _ => Err(Problem::Off),
    }
}

/// Signs a PDF with what the configuration names, and the passphrase of whoever signs if that is not configured.
pub fn sign(config: &config::Signing, pdf: &[u8], says: &Says, passphrase: Option<&str>) -> Result<Signed, Failure> {
    let signer = open(config)?;
    let configured;
    let passphrase = match passphrase {
        Some(given) => given,
        None => {
            configured = config.passphrase().map_err(|reason| {
                tracing::warn!(reason, "the passphrase of the key cannot be read");
                Problem::KeyUnreadable
            })?;
            configured.reveal()
        }
    };
    let signed = signer.sign(pdf, says, passphrase)?;
    let certificate = read(&signed, pdf)?;
    certificate.holds(says.at.to_utc())?;
    Ok(Signed { pdf: signed, certificate })
}

/// The certificate of a signature over this very paper.
fn read(signed: &[u8], original: &[u8]) -> Result<Certificate, Failure> {
    let found = pdf::find(signed).filter(|_| pdf::is_same(original, signed)).ok_or(Problem::AnswerInvalid)?;
    let certificate = cms::read(&found.cms, &found.parts).map_err(|reason| {
        tracing::warn!(reason, "a signature does not fit its paper");
        Problem::AnswerInvalid
    })?;
    Ok(certificate)
}
