//! `GET /verifikasi` and `GET /verifikasi/{code}`: whether the paper of a report is genuine. For everybody.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::frame::Place;
use super::super::visitor::{Page, Visitor};
use super::super::words::When;
use crate::services::reports::prove::{self, Proof};
use crate::services::{Desk, Error, Result};
use crate::store::report_signatures::SignatureRow;

/// A code that was typed.
#[derive(Debug, Deserialize)]
pub struct Query {
    kode: Option<String>,
}

/// An addendum, as the public may know it.
#[derive(Debug, Serialize)]
struct Addendum {
    at: When,
    reason: String,
}

/// A signature, as the public may know it.
#[derive(Debug, Serialize)]
struct Signature {
    subject: String,
    issuer: String,
    at: When,
    sha256: String,
    /// Whether it is on a paper of before the last addendum.
    earlier: bool,
}

/// A report that is genuine.
#[derive(Debug, Serialize)]
struct Genuine {
    code: String,
    period: String,
    whose: String,
    sha256: String,
    frozen: When,
    signatures: Vec<Signature>,
    addenda: Vec<Addendum>,
}

#[derive(Serialize)]
struct ProofPage {
    asked: String,
    genuine: Option<Genuine>,
    /// Whether there is no report with the code.
    unknown: bool,
}

impl Page for ProofPage {
    const TEMPLATE: &'static str = "pages/reports/prove";
    const PLACE: Place = Place::Nowhere;

    fn title(&self) -> String {
        "Verifikasi laporan".to_owned()
    }
}

/// `GET /verifikasi`
pub async fn ask(visitor: Visitor, query: web::Query<Query>) -> Answer {
    let code = query.into_inner().kode.unwrap_or_default();
    visitor.show_anybody(move |desk| build(desk, code)).await
}

/// `GET /verifikasi/{code}`
pub async fn show(visitor: Visitor, code: web::Path<String>) -> Answer {
    visitor.show_anybody(move |desk| build(desk, code.into_inner())).await
}

fn build(desk: &Desk, code: String) -> Result<ProofPage> {
    let asked: String = code.chars().take(40).collect();
    if asked.trim().is_empty() {
        return Ok(ProofPage { asked: String::new(), genuine: None, unknown: false });
    }
    match prove::run(desk, &asked) {
        Ok(proof) => Ok(ProofPage { genuine: Some(genuine(desk, proof)), asked, unknown: false }),
        Err(Error::NotFound) => Ok(ProofPage { asked, genuine: None, unknown: true }),
        Err(error) => Err(error),
    }
}

fn genuine(desk: &Desk, proof: Proof) -> Genuine {
    let when = |at| When::of(at, desk.now(), desk.zone);
    let signature = |row: SignatureRow| Signature {
        earlier: usize::try_from(row.addenda).is_ok_and(|covered| covered < proof.addenda.len()),
        subject: row.subject,
        issuer: row.issuer,
        at: when(row.signed_at.and_utc()),
        sha256: row.sha256,
    };
    Genuine {
        signatures: proof.signatures.into_iter().map(signature).collect(),
        code: proof.code,
        period: proof.period,
        whose: proof.opd.unwrap_or_else(|| desk.config.tenant.all_opds()),
        sha256: proof.sha256,
        frozen: when(proof.frozen_at),
        addenda: proof.addenda.into_iter().map(|(at, reason)| Addendum { at: when(at), reason }).collect(),
    }
}
