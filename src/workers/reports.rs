//! Every few minutes on one instance: freezes the reports of months that are over.

use crate::services::reports::freeze;
use crate::services::{Desk, Result};

/// How long an instance keeps the lease without renewing it, in seconds. Two that freeze at once do no harm:
/// the first to commit has done it.
const LEASE_SECONDS: i64 = 300;

/// Freezes what is due, if there is something and this instance holds the lease.
pub fn tick(desk: &Desk, holder: &str) -> Result<()> {
    // Looking first: an idle desk writes nothing.
    if freeze::due(desk)?.is_empty() || !super::lease(desk, "reports", holder, LEASE_SECONDS)? {
        return Ok(());
    }
    let frozen = freeze::run(desk, &mut |month| {
        tracing::info!(%month, "froze the reports");
        super::lease(desk, "reports", holder, LEASE_SECONDS)
    })?;
    if frozen > 1 {
        tracing::info!(frozen, "froze the reports of months that were missed");
    }
    Ok(())
}
