//! Statements that the database prepares once and keeps.
//!
//! diesel prepares inserts, updates, lists of values and written SQL anew each time, because their text may
//! change from call to call. Preparing costs more than running: a page of tickets joins seven tables. Where
//! the text has few forms, [`Keep::keep`] says so; the cache of the connection is by text, so a form that
//! was not thought of is prepared, never mistaken.

use diesel::backend::Backend;
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
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
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
