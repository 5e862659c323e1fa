//! Staying signed in with a browser: a session on the server, known to the browser by a random secret only.
//! It ends when it was not used for a while, and at the latest some hours after signing in (BSSN 4/2021
//! Ps 27(2)).

use chrono::Duration;
use serde_json::json;

use super::super::{AuthProblem, Caller, Desk, Error, Result, Work};
use super::secret;
use super::sign_in::{self, Input};
use crate::domain::ids::PersonId;
use crate::domain::people::Actor;
use crate::store::people;
use crate::store::web_sessions::{self, NewSession, SessionRow};

/// The most that is kept of what a browser says of itself, in characters.
const BROWSER_MOST: usize = 200;

/// How often a session in use notes that it is, in seconds.
const TOUCH_SECONDS: i64 = 60;

/// Who is signed in with a browser.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: i64,
    pub actor: Actor,
    pub name: String,
    pub opd: String,
}

/// From where somebody signs in, for them to recognise it.
#[derive(Clone, Debug, Default)]
pub struct Client {
    pub browser: String,
    /// Network address.
    pub address: String,
}

/// Signs in and gives the secret of the new session. A session that the browser had before ends, so that
/// none that somebody else planted lives on.
pub fn begin(desk: &Desk, input: &Input, client: &Client, before: Option<&str>) -> Result<String> {
    sign_in::prove(desk, input, |work, person| {
        if let Some(before) = before {
            web_sessions::end(work.tx, &secret::hash(before))?;
        }
        open(work, person, client)
    })
}

/// Opens a session for somebody who has proved who they are, and gives its secret.
pub(super) fn open(work: &mut Work<'_, '_>, person: PersonId, client: &Client) -> Result<String> {
    let fresh = secret::random();
    let browser: String = client.browser.chars().filter(|c| !c.is_control()).take(BROWSER_MOST).collect();
    let expires = work.now + Duration::hours(work.desk.config.accounts.session_hours.into());
    let hash = secret::hash(&fresh);
    let new = NewSession { person, hash: &hash, now: work.now, expires, browser: &browser, address: &client.address };
    web_sessions::insert(work.tx, &new)?;
    Ok(fresh)
}

/// Who has this secret, because they do something. Roles and activity are those of this moment.
pub fn resume(desk: &Desk, secret: &str) -> Result<Session> {
    let (row, session) = known(desk, secret)?;
    if desk.now() - row.seen_at.and_utc() >= Duration::seconds(TOUCH_SECONDS) {
        desk.housekeep(|work| Ok(web_sessions::touch(work.tx, row.id, work.now)?))?;
    }
    Ok(session)
}

/// Who has this secret, when a page asks by itself: that alone does not keep anybody signed in.
pub fn look(desk: &Desk, secret: &str) -> Result<Session> {
    Ok(known(desk, secret)?.1)
}

fn known(desk: &Desk, secret: &str) -> Result<(SessionRow, Session)> {
    let known = desk.read(|conn| {
        let Some((row, name, opd)) = web_sessions::by_hash(conn, &secret::hash(secret))? else { return Ok(None) };
        let Some(actor) = people::actor(conn, PersonId(row.person_id), desk.today())? else { return Ok(None) };
        Ok::<_, Error>(Some((row, Session { id: 0, actor, name, opd })))
    })?;
    let (row, session) = known.ok_or(Error::Unauthenticated(AuthProblem::Invalid))?;
    if is_over(desk, &row) {
        return Err(Error::Unauthenticated(AuthProblem::Expired));
    }
    let id = row.id;
    Ok((row, Session { id, ..session }))
}

fn is_over(desk: &Desk, row: &SessionRow) -> bool {
    let idle = Duration::minutes(desk.config.accounts.session_idle_minutes.into());
    let now = desk.now();
    row.expires_at.and_utc() <= now || row.seen_at.and_utc() + idle <= now
}

/// Ends the session with this secret; an unknown one has ended already.
pub fn end(desk: &Desk, secret: &str) -> Result<()> {
    desk.housekeep(|work| Ok(web_sessions::end(work.tx, &secret::hash(secret))?))
}

/// The actor's sessions that have not ended, most recently used first.
pub fn list(desk: &Desk, actor: &Actor) -> Result<Vec<SessionRow>> {
    let rows = desk.read(|conn| Ok::<_, Error>(web_sessions::of_person(conn, actor.id)?))?;
    Ok(rows.into_iter().filter(|row| !is_over(desk, row)).collect())
}

/// Ends one of the actor's sessions.
pub fn end_one(desk: &Desk, caller: &Caller, id: i64) -> Result<()> {
    let person = caller.actor.id;
    desk.act(caller, |work| {
        if !web_sessions::end_one(work.tx, person, id)? {
            return Err(Error::NotFound);
        }
        work.audit("session_ended", Some(person), json!({"session": id}))
    })
}

/// Which of the actor's sessions has this secret.
pub fn present(desk: &Desk, actor: &Actor, secret: &str) -> Result<Option<i64>> {
    let known = desk.read(|conn| Ok::<_, Error>(web_sessions::by_hash(conn, &secret::hash(secret))?))?;
    Ok(known.map(|(row, ..)| row).filter(|row| row.person_id == actor.id.0).map(|row| row.id))
}

/// Ends all of the actor's sessions but the one with this secret.
pub fn end_others(desk: &Desk, caller: &Caller, secret: &str) -> Result<()> {
    let person = caller.actor.id;
    let present = present(desk, &caller.actor, secret)?.ok_or(Error::NotFound)?;
    desk.act(caller, |work| {
        web_sessions::end_others(work.tx, person, present)?;
        work.audit("other_sessions_ended", Some(person), json!({"kept": present}))
    })
}
