//! Papers of reports that were signed. A signature is added once for each paper and never changed.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{person, report_signature};
use super::{Conn, Error, Tx, stored};
use crate::domain::Instant;
use crate::domain::ids::PersonId;

/// A signed paper.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct SignatureRow {
    pub id: i64,
    /// How many addenda the paper has.
    pub addenda: i64,
    /// Of the signed file, among the attachment files.
    pub sha256: String,
    pub size: i64,
    /// Of the certificate: whose it is, who issued it, its serial number, and until when it held.
    pub subject: String,
    pub issuer: String,
    pub serial: String,
    pub valid_until: NaiveDateTime,
    /// Who had it signed; nobody if that was done on the command line.
    pub signed_by: Option<i64>,
    pub signer: Option<String>,
    pub signed_at: NaiveDateTime,
}

/// A signed paper to be added.
#[derive(Clone, Debug)]
pub struct NewSignature {
    pub report: i64,
    pub addenda: i64,
    pub sha256: String,
    pub size: i64,
    pub subject: String,
    pub issuer: String,
    pub serial: String,
    pub valid_until: Instant,
    pub signed_by: Option<PersonId>,
}

/// Adds a signed paper. Another of the same paper is [`Error::Exists`].
pub fn insert(tx: &mut Tx<'_>, new: &NewSignature, now: Instant) -> Result<i64, Error> {
    Ok(diesel::insert_into(report_signature::table)
        .values((
            report_signature::report_id.eq(new.report),
            report_signature::addenda.eq(new.addenda),
            report_signature::sha256.eq(&new.sha256),
            report_signature::size.eq(new.size),
            report_signature::subject.eq(&new.subject),
            report_signature::issuer.eq(&new.issuer),
            report_signature::serial.eq(&new.serial),
            report_signature::valid_until.eq(stored(new.valid_until)),
            report_signature::signed_by.eq(new.signed_by.map(|person| person.0)),
            report_signature::signed_at.eq(stored(now)),
        ))
        .returning(report_signature::id)
        .get_result(&mut **tx)?)
}

/// The signed papers of a report, the first one first.
pub fn list(conn: &mut Conn, report: i64) -> Result<Vec<SignatureRow>, Error> {
    Ok(report_signature::table
        .left_join(person::table.on(report_signature::signed_by.eq(person::id.nullable())))
        .filter(report_signature::report_id.eq(report))
        .order(report_signature::id)
        .select((
            report_signature::id,
            report_signature::addenda,
            report_signature::sha256,
            report_signature::size,
            report_signature::subject,
            report_signature::issuer,
            report_signature::serial,
            report_signature::valid_until,
            report_signature::signed_by,
            person::name.nullable(),
            report_signature::signed_at,
        ))
        .load(conn)?)
}

/// Whether a signed paper has this content.
pub fn has_content(conn: &mut Conn, sha256: &str) -> Result<bool, Error> {
    let there: Option<i64> = report_signature::table
        .filter(report_signature::sha256.eq(sha256))
        .select(report_signature::id)
        .first(conn)
        .optional()?;
    Ok(there.is_some())
}
