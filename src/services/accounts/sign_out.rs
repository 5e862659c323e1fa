//! Ends a sign-in: its refresh token and all that descend from the same sign-in are worthless then.

use super::super::{Desk, Result};
use super::refresh::Input;
use super::secret;
use crate::store::access;

/// Signs out. An unknown token is signed out already.
pub fn run(desk: &Desk, input: &Input) -> Result<()> {
    let hash = secret::hash(&input.refresh_token);
    desk.housekeep(|work| {
        if let Some(row) = access::refresh_by_hash(work.tx, &hash)? {
            access::end_family(work.tx, &row.family)?;
        }
        Ok(())
    })
}
