//! A new password for whoever has forgotten theirs, by a link in a mail. The secret of the link is made when
//! the mail is; only its hash is kept. It can be used once.

use chrono::Duration;
use serde::Deserialize;
use serde_json::json;

use super::super::fields::one;
use super::super::{Desk, Error, Result};
use super::{password, secret};
use crate::domain::Instant;
use crate::domain::ids::PersonId;
use crate::domain::text::check_password;
use crate::store::people;
use crate::store::resets::{self, QueuedRow};

/// The most links that a person gets in an hour.
const MOST_AN_HOUR: i64 = 3;

/// How long a link holds.
pub const HOURS: i64 = 2;

/// How long to wait before each further try to send, in minutes; after the last of them it has failed.
const AGAIN_MINUTES: [i64; 3] = [1, 5, 15];

/// How many mails are sent in one turn.
const TOGETHER: i64 = 50;

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
        resets::queue(work.tx, person, work.now, work.now + Duration::hours(HOURS))?;
        work.audit("password_reset_asked", Some(person), json!({"person": person}))
    })
}

/// A link to be sent.
#[derive(Clone, Debug)]
pub struct Link {
    id: i64,
    attempt: i64,
    pub name: String,
    pub email: String,
    /// Where it leads; holds the secret.
    pub url: String,
    /// Until when it holds.
    pub until: Instant,
    /// Distinguishes the mail.
    pub key: String,
}

/// Whether there is something to send.
pub fn is_due(desk: &Desk) -> Result<bool> {
    Ok(!due(desk)?.is_empty())
}

fn due(desk: &Desk) -> Result<Vec<QueuedRow>> {
    let now = desk.now();
    let rows = desk.read(|conn| Ok::<_, Error>(resets::queued(conn, TOGETHER)?))?;
    Ok(rows.into_iter().filter(|row| again_at(row) <= now).collect())
}

/// When the next try is due: a while after the one before.
fn again_at(row: &QueuedRow) -> Instant {
    let tried = usize::try_from(row.attempts).unwrap_or(usize::MAX);
    let waits: i64 = AGAIN_MINUTES.iter().take(tried).sum();
    row.asked_at.and_utc() + Duration::minutes(waits)
}

/// Makes the secrets of what is to be sent now.
pub fn begin(desk: &Desk) -> Result<Vec<Link>> {
    let mut links = Vec::new();
    for row in due(desk)? {
        if !row.active {
            desk.housekeep(|work| Ok(resets::note(work.tx, row.id, "failed", Some("the person is not active"))?))?;
            continue;
        }
        let fresh = secret::random();
        let until = desk.now() + Duration::hours(HOURS);
        if desk.housekeep(|work| Ok(resets::begin(work.tx, row.id, &secret::hash(&fresh), until)?))? {
            links.push(Link {
                id: row.id,
                attempt: row.attempts + 1,
                name: row.name,
                email: row.email,
                url: format!("{}/sandi-baru/{fresh}", desk.config.server.public_url.trim_end_matches('/')),
                until,
                key: format!("reset-{}-{}", row.id, row.attempts + 1),
            });
        }
    }
    Ok(links)
}

/// Notes that a link was sent.
pub fn sent(desk: &Desk, link: &Link, answer: &str) -> Result<()> {
    desk.housekeep(|work| Ok(resets::note(work.tx, link.id, "sent", Some(answer))?))
}

/// Notes that a link could not be sent, and why; true if that was the last try.
pub fn not_sent(desk: &Desk, link: &Link, answer: &str, may_pass: bool) -> Result<bool> {
    let is_last = !may_pass || link.attempt > AGAIN_MINUTES.len() as i64;
    let state = if is_last { "failed" } else { "queued" };
    desk.housekeep(|work| Ok(resets::note(work.tx, link.id, state, Some(answer))?))?;
    Ok(is_last)
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
        password::set(work, id, &hash, Some(id))
    })
}
