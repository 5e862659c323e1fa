//! Views of queues that people keep for themselves.

use super::super::fields::one;
use super::super::{Caller, Desk, Error, Result};
use crate::domain::people::Actor;
use crate::domain::text::Name;
use crate::store::saved_views::{self, SavedViewRow};

/// The most views of one person.
const MOST: usize = 20;

/// The longest query string, in bytes.
const QUERY_MOST: usize = 500;

/// The actor's views, by name.
pub fn list(desk: &Desk, actor: &Actor) -> Result<Vec<SavedViewRow>> {
    desk.read(|conn| Ok(saved_views::of_person(conn, actor.id)?))
}

/// Keeps a view under a name; one of the same name is replaced.
pub fn save(desk: &Desk, caller: &Caller, name: &str, query: &str) -> Result<()> {
    let name = one("/name", Name::parse(name))?;
    if query.len() > QUERY_MOST {
        return Err(Error::field("/name", "too_long", "saringan ini terlalu panjang untuk disimpan"));
    }
    let person = caller.actor.id;
    desk.act(caller, |work| {
        let known = saved_views::of_person(work.tx, person)?;
        if known.len() >= MOST && !known.iter().any(|row| row.name == name.as_str()) {
            return Err(Error::field("/name", "too_many", format!("paling banyak {MOST} tampilan")));
        }
        Ok(saved_views::put(work.tx, person, name.as_str(), query)?)
    })
}

/// Removes one of the actor's views.
pub fn remove(desk: &Desk, caller: &Caller, id: i64) -> Result<()> {
    desk.act(caller, |work| match saved_views::remove(work.tx, caller.actor.id, id)? {
        true => Ok(()),
        false => Err(Error::NotFound),
    })
}
