//! Views of queues that people keep for themselves.

use diesel::prelude::*;

use super::schema::saved_view;
use super::{Conn, Error, Tx};
use crate::domain::ids::PersonId;

/// A kept view.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = saved_view)]
pub struct SavedViewRow {
    pub id: i64,
    pub name: String,
    /// The query string of the queue's address.
    pub query: String,
}

/// The views of a person, by name.
pub fn of_person(conn: &mut Conn, person: PersonId) -> Result<Vec<SavedViewRow>, Error> {
    Ok(saved_view::table
        .filter(saved_view::person_id.eq(person.0))
        .order((saved_view::name, saved_view::id))
        .limit(100)
        .select(SavedViewRow::as_select())
        .load(conn)?)
}

/// Keeps a view under a name; one of the same name is replaced.
pub fn put(tx: &mut Tx<'_>, person: PersonId, name: &str, query: &str) -> Result<(), Error> {
    let same = saved_view::table.filter(saved_view::person_id.eq(person.0)).filter(saved_view::name.eq(name));
    let changed = diesel::update(same).set(saved_view::query.eq(query)).execute(&mut **tx)?;
    if changed == 0 {
        diesel::insert_into(saved_view::table)
            .values((saved_view::person_id.eq(person.0), saved_view::name.eq(name), saved_view::query.eq(query)))
            .execute(&mut **tx)?;
    }
    Ok(())
}

/// Removes a view of a person; false if they have no such view.
pub fn remove(tx: &mut Tx<'_>, person: PersonId, id: i64) -> Result<bool, Error> {
    let own = saved_view::table.find(id).filter(saved_view::person_id.eq(person.0));
    Ok(diesel::delete(own).execute(&mut **tx)? == 1)
}
