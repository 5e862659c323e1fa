//! Statements that the database prepares once and keeps.
//!
//! diesel prepares inserts, updates, lists of values and written SQL anew each time, because their text may
//! change from call to call. Preparing costs more than running: a page of tickets joins seven tables. Where
//! the text has few forms, [`Keep::keep`] says so; the cache of the connection is by text, so a form that
//! was not thought of is prepared, never mistaken.

use std::cell::Cell;

use diesel::backend::Backend;
use diesel::internal::derives::multiconnection::AstPassHelper;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

use crate::domain::ids::TicketId;

/// A statement whose prepared form is kept.
#[derive(Clone, Debug)]
pub struct Kept<Q>(Q);

/// Adds [`Keep::keep`] to statements.
pub trait Keep: Sized {
    /// Has the prepared form kept. Not for texts with unboundedly many forms.
    fn keep(self) -> Kept<Self> {
        Kept(self)
    }
}

impl<Q> Keep for Q {}

/// The ids with the last one repeated up to a length of few, so that the statement has few forms.
pub fn padded(ids: &[TicketId]) -> Vec<i64> {
    let mut padded: Vec<i64> = ids.iter().map(|id| id.0).collect();
    if let Some(last) = padded.last().copied() {
        padded.resize(padded.len().next_power_of_two(), last);
    }
    padded
}

impl<Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Kept<Q> {
    /// Goes through the statement for its text and its values, and not for the question whether it may be kept.
    ///
    /// diesel asks that of a reference, for which `is_safe_to_cache_prepared` cannot be answered: the answer is
    /// what the walk meets. Who asks for neither text nor values asks that, and the only way to know is the
    /// conversion that `MultiConnection` goes by.
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let asks = Cell::new(false);
        let mut pass = pass.cast_database::<DB>(
            |values| {
                asks.set(true);
                values
            },
            |text| {
                asks.set(true);
                text
            },
            |backend| backend,
            |lookup| lookup,
        );
        if asks.get() || pass.debug_binds().is_some() { self.0.walk_ast(pass) } else { Ok(()) }
    }
}

impl<Q: Query> Query for Kept<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> QueryId for Kept<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, C> RunQueryDsl<C> for Kept<Q> {}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use diesel::connection::{Connection, InstrumentationEvent, SimpleConnection};

    use super::*;
    use crate::store::Conn;
    use crate::store::conn::{Manager, Url};
    use crate::store::schema::setting;

    #[test]
    fn an_update_is_prepared_once_if_it_is_to_be_kept() {
        let mut conn = Manager { url: Url::Sqlite(":memory:".to_owned()), read_only: false }.open().unwrap();
        let Conn::Sqlite(sqlite) = &mut conn else { panic!("SQLite") };
        sqlite.batch_execute("CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT)").unwrap();
        let kept = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&kept);
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::CacheQuery { .. } = event {
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
        let update = |value| diesel::update(setting::table.find("zone")).set(setting::value.eq(value));
        for value in ["WIB", "WIT"] {
            update(value).execute(&mut conn).unwrap();
        }
        assert_eq!(kept.load(Ordering::Relaxed), 0, "diesel keeps updates by itself now: Kept is not needed for them");
        for value in ["WIB", "WIT"] {
            update(value).keep().execute(&mut conn).unwrap();
        }
        assert_eq!(kept.load(Ordering::Relaxed), 1);
    }
}
