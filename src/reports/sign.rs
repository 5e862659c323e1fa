//! Has a report signed: writes the paper as it is signed, has it signed, and keeps it. Writing and signing are
//! outside of any transaction.

use super::form;
use crate::services::reports::sign::{self, By, Input, Kept, Made};
use crate::services::{Desk, Error, Result};
use crate::signing::{self, Failure, Says};

/// Signs the frozen report of a period.
pub fn run(desk: &Desk, by: By<'_>, of: &str, opd: Option<&str>, input: &Input) -> Result<Kept> {
    if let Some(kept) = sign::known(desk, by)? {
        return Ok(kept);
    }
    let ready = sign::prepare(desk, by, of, opd, input)?;
    let paper = form::to_be_signed(desk, &ready.report, input.number.as_deref())?;
    let says = Says {
        at: desk.now().with_timezone(&desk.zone),
        reason: super::title(&ready.report.snapshot),
        place: desk.config.letterhead.place.clone(),
    };
    let given = input.passphrase.as_ref().map(|passphrase| passphrase.reveal()).filter(|text| !text.is_empty());
    let signed = signing::sign(&desk.config.signing, &paper, &says, given).map_err(|failure| match failure {
        Failure::Problem(problem) => {
            if problem.is_ours() {
                tracing::error!(code = problem.code(), "a report was not signed");
            }
            Error::Signing(problem)
        }
        Failure::Defect(reason) => Error::Internal(reason),
    })?;
    let certificate = signed.certificate;
    let made = Made {
        sha256: desk.blobs.put(&signed.pdf)?,
        size: i64::try_from(signed.pdf.len()).unwrap_or(i64::MAX),
        subject: certificate.subject,
        issuer: certificate.issuer,
        serial: certificate.serial,
        valid_until: certificate.not_after,
    };
    sign::keep(desk, by, &ready, &made)
}
