//! Reports: computed afresh while a period goes on, frozen once when it is over, and read, told apart and added
//! to from then on.

pub mod addend;
mod compute;
pub mod evidence;
pub mod freeze;
pub mod list;
pub mod prove;
pub mod read;
pub mod recipients;
pub mod schedule;
pub mod sign;
pub mod tickets;

use crate::domain::chain::{canonical, sha256_hex};
use crate::domain::ids::OpdId;
use crate::domain::people::{Actor, Role};
use crate::domain::report::{Period, Scope, Snapshot};
use crate::services::{Desk, Error, Result};
use crate::store::{Conn, figures, organisation};

/// The letters of codes: none that is taken for another.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How many letters a code has: 80 bits, which nobody guesses.
const CODE: usize = 16;

/// Whose report somebody gets who names this OPD, or none. What they may not see is not there.
pub fn scope(conn: &mut Conn, actor: &Actor, opd: Option<&str>) -> Result<Scope> {
    let all = oversees(actor);
    let own = actor.has(Role::Tier1Agent) || actor.has(Role::OpdHead);
    let Some(code) = opd else {
        return match () {
            () if all => Ok(Scope::All),
            () if own => Ok(Scope::One(actor.opd)),
            () => Err(Error::NotFound),
        };
    };
    let row = named(conn, code)?.filter(|opd| all || own && *opd == actor.opd);
    row.map(Scope::One).ok_or(Error::NotFound)
}

/// Whether somebody gets the reports of all: supervision, audit, and administration, since they are figures.
pub fn oversees(actor: &Actor) -> bool {
    [Role::Supervisor, Role::Auditor, Role::Admin].into_iter().any(|role| actor.has(role))
}

/// The OPD with a code, however it is written.
fn named(conn: &mut Conn, code: &str) -> Result<Option<OpdId>> {
    Ok(organisation::opd_by_code(conn, &code.trim().to_uppercase())?.map(|row| OpdId(row.id)))
}

/// Reads a period: one that has begun, and not one before the first ticket.
pub fn period(desk: &Desk, conn: &mut Conn, text: &str) -> Result<Period> {
    let wrong = |code, message: &str| Error::field("/period", code, message);
    let period = Period::parse(text).ok_or_else(|| {
        wrong("invalid_period", "tulis bulan (2026-10), triwulan (2026-Q4), semester (2026-S2), atau tahun (2026)")
    })?;
    if period.first_day() > desk.today() {
        return Err(wrong("period_in_future", "periode ini belum dimulai"));
    }
    let first = first_month(desk, conn)?;
    if first.is_none_or(|first| period.last_day() < first.first_day()) {
        return Err(wrong("period_before_first", "belum ada tiket pada periode ini atau sebelumnya"));
    }
    Ok(period)
}

/// The month of the first ticket; nothing if there is none.
fn first_month(desk: &Desk, conn: &mut Conn) -> Result<Option<Period>> {
    let first = figures::first_opening(conn)?;
    Ok(first.map(|at| Period::month_of(at.with_timezone(&desk.zone).date_naive())))
}

/// A snapshot as it is kept and given out: equal snapshots give equal bytes.
fn written(snapshot: &Snapshot) -> Result<String> {
    let value = serde_json::to_value(snapshot).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(canonical(&value))
}

/// The code by which the public proves the paper of a report, from the hash of its snapshot.
fn code(snapshot: &str) -> String {
    let digest = sha256_hex(format!("code\u{0}{snapshot}").as_bytes());
    let bits = digest
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .flat_map(|digit| [8, 4, 2, 1].map(|bit| u8::from(digit & bit != 0)));
    let bits: Vec<u8> = bits.take(CODE * 5).collect();
    let letter = |five: &[u8]| five.iter().fold(0_usize, |letter, bit| letter << 1 | usize::from(*bit));
    bits.chunks(5).filter_map(|five| LETTERS.get(letter(five))).map(|letter| char::from(*letter)).collect()
}

/// A code as people read it: in groups of four.
pub fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_follows_from_the_snapshot_and_has_no_doubtful_letters() {
        let (one, other) = (code("{}"), code("{} "));
        assert_eq!((one.len(), &one), (CODE, &code("{}")));
        assert_ne!(one, other);
        assert!(one.bytes().all(|letter| LETTERS.contains(&letter)), "{one}");
        assert_eq!(grouped("ABCDEFGHJKMNPQRS"), "ABCD-EFGH-JKMN-PQRS");
    }
}
