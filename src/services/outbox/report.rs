//! The letter that brings a report. Whoever is no recipient any more, or may not read the report any more, gets
//! none; the files are made by whoever sends it.

use super::super::reports::read::{self, Report};
use super::super::reports::recipients::{Attached, may_read};
use super::super::reports::{grouped, sign};
use super::super::{Desk, Error, Result};
use super::prepare::{INACTIVE, Prepared, letter, page, words};
use crate::domain::ids::PersonId;
use crate::domain::mail::letter::Template;
use crate::domain::report::Scope;
use crate::store::deliveries::Claimed;
use crate::store::report_recipients::{self, DeliveryRow, RecipientRow};
use crate::store::{organisation, people};

/// A report, and in which forms it is sent.
#[derive(Clone, Debug)]
pub struct Bundle {
    pub report: Report,
    pub forms: Vec<Attached>,
    /// The signed paper, where that is what is sent.
    pub signed: Option<Vec<u8>>,
}

/// Prepares it.
pub fn run(desk: &Desk, claimed: &Claimed, delivery: i64) -> Result<Prepared> {
    let found = desk.read(|conn| {
        let Some(row) = report_recipients::delivery(conn, delivery)? else { return Ok(None) };
        let recipient = report_recipients::by_id(conn, row.recipient_id)?;
        let opd = match row.scope() {
            Scope::All => None,
            Scope::One(opd) => organisation::opd_by_id(conn, opd)?.map(|opd| opd.code),
        };
        Ok::<_, Error>(recipient.map(|recipient| (row, recipient, opd)))
    })?;
    let Some((row, recipient, opd)) = found else { return Ok(Prepared::Kept("not a recipient any more")) };
    let whom = match whom(desk, &row, &recipient)? {
        Ok(whom) => whom,
        Err(why) => return Ok(Prepared::Kept(why)),
    };
    let report = read::unchecked(desk, &row.period, opd.as_deref())?;
    let signed = match row.paper {
        0 => None,
        paper => Some(sign::bytes_of(desk, &report, paper)?),
    };
    let mut words = words(&desk.config, Template::Notice(claimed.notice));
    words.name = whom.name;
    words.signed = row.paper != 0;
    words.url = url(desk, &report, whom.is_beside, opd.as_deref());
    words.official = whom.is_beside;
    let forms = recipient.forms.split(' ').filter_map(Attached::parse).collect();
    let mut letter = letter(desk, claimed, words);
    letter.email = whom.email;
    Ok(Prepared::Report(Box::new(letter), Box::new(Bundle { report, forms, signed })))
}

/// Who is told.
struct Addressee {
    name: String,
    email: String,
    /// Whether it is an office beside the desk.
    is_beside: bool,
}

/// Who is told, or why nobody is.
fn whom(desk: &Desk, row: &DeliveryRow, to: &RecipientRow) -> Result<std::result::Result<Addressee, &'static str>> {
    let today = desk.today();
    desk.read(|conn| {
        let own = match (to.person_id, &to.address) {
            (Some(person), _) => people::by_id(conn, PersonId(person))?,
            // Whoever has become a person of the desk since is told as one.
            (None, Some(address)) => people::by_email(conn, address)?,
            (None, None) => None,
        };
        let Some(own) = own else {
            let email = to.address.clone().unwrap_or_default();
            let allowed = desk.config.reports.may_go_to(&email);
            let told = Addressee { name: to.name.clone(), email, is_beside: true };
            return Ok(if allowed { Ok(told) } else { Err("outside of the policy") });
        };
        let Some(actor) = people::actor(conn, PersonId(own.id), today)? else { return Ok(Err(INACTIVE)) };
        let reads = may_read(conn, &actor, row.scope())?;
        let told = Addressee { name: own.name, email: own.email, is_beside: false };
        Ok(if reads { Ok(told) } else { Err("the person may not read the report") })
    })
}

/// The page of the report; for those who have no account, the one that proves it.
fn url(desk: &Desk, report: &Report, is_beside: bool, opd: Option<&str>) -> String {
    match &report.frozen {
        Some(row) if is_beside => page(&desk.config, &format!("/verifikasi/{}", grouped(&row.code))),
        _ => {
            let query = opd.map(|code| format!("?opd={code}")).unwrap_or_default();
            page(&desk.config, &format!("/laporan/{}{query}", report.period))
        }
    }
}
