//! A new password for whoever has forgotten theirs, by a link in a mail. The secret of the link is made when
//! the mail is; only its hash is kept. It can be used once.

use chrono::Duration;
use serde::Deserialize;
use serde_json::json;

use super::super::fields::one;
use super::super::{Desk, Error, Result, Work};
use super::{password, secret};
use crate::domain::Instant;
use crate::domain::ids::PersonId;
use crate::domain::notice::Notice;
use crate::domain::text::check_password;
use crate::store::{people, resets};

/// The most links that a person gets in an hour.
const MOST_AN_HOUR: i64 = 3;

/// For how many hours a link holds that a letter brings: one that was asked for a moment ago, or an invitation,
/// which finds people on leave.
pub fn hours(notice: Notice) -> i64 {
    if notice == Notice::Invited { 7 * 24 } else { 2 }
}

/// Queues a link for somebody, and the letter that brings it.
pub fn queue(work: &mut Work<'_, '_>, person: PersonId, notice: Notice) -> Result<()> {
    let until = work.now + Duration::hours(hours(notice));
    Ok(resets::queue(work.tx, person, notice, work.now, until)?)
}

/// Who has forgotten their password.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    pub email: String,
}

/// Queues a link, if somebody active has the address and has not asked too often. Nobody is told whether.
pub fn ask(desk: &Desk, wish: &Wish) -> Result<()> {
    let email = wish.email.trim().to_lowercase();
    if email.is_empty() {
        return Err(Error::field("/email", "required", "wajib diisi"));
    }
    let known = desk.read(|conn| Ok(people::by_email(conn, &email)?))?;
    let Some(person) = known.filter(|person| person.active).map(|person| PersonId(person.id)) else { return Ok(()) };
    desk.housekeep(|work| {
        // Those who ask at the same moment go one after the other.
        people::hold(work.tx, person)?;
        if resets::asked_since(work.tx, person, work.now - Duration::hours(1))? >= MOST_AN_HOUR {
            return Ok(());
        }
        queue(work, person, Notice::Reset)?;
        work.audit("password_reset_asked", Some(person), json!({"person": person}))
    })
}

/// A link, ready to be sent.
#[derive(Clone, Debug)]
pub struct Link {
    /// Where it leads; holds the secret.
    pub url: String,
    /// Until when it holds.
    pub until: Instant,
}

/// Makes the secret of a link that is to be sent now; nothing if it would lead nowhere any more.
pub fn begin(desk: &Desk, wish: i64, notice: Notice) -> Result<Option<Link>> {
    let fresh = secret::random();
    let life = Duration::hours(hours(notice));
    let until = desk.now() + life;
    let begun =
        desk.housekeep(|work| Ok(resets::begin(work.tx, wish, &secret::hash(&fresh), work.now - life, until)?))?;
    let url = format!("{}/sandi-baru/{fresh}", desk.config.server.public_url.trim_end_matches('/'));
    Ok(begun.then_some(Link { url, until }))
}

/// Whether a link still leads somewhere.
pub fn is_good(desk: &Desk, secret: &str) -> Result<bool> {
    let now = desk.now();
    desk.read(|conn| Ok(resets::holder(conn, &secret::hash(secret), now)?.is_some()))
}

/// The new password.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub password: String,
}

/// Sets the password of whoever has the link. All their sign-ins end, and the link with all others.
pub fn run(desk: &Desk, secret: &str, input: &Input) -> Result<()> {
    let (link, now) = (secret::hash(secret), desk.now());
    let person = desk.read(|conn| {
        let holder = resets::holder(conn, &link, now)?.ok_or(Error::NotFound)?;
        people::by_id(conn, holder)?.ok_or(Error::NotFound)
    })?;
    one("/password", check_password(&input.password, &person.email))?;
    let hash = secret::hash_password(&input.password)?;
    desk.housekeep(|work| {
        let id = PersonId(person.id);
        people::hold(work.tx, id)?;
        // Somebody may have been quicker with the same link.
        resets::holder(work.tx, &link, work.now)?.filter(|holder| *holder == id).ok_or(Error::NotFound)?;
        work.audit("password_reset_used", Some(id), json!({"person": id}))?;
        password::renew(work, id, &hash, Some(id))
    })
}
