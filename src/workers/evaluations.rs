//! Every few minutes on one instance: reminds of recommendations before they are due, and brings those that are
//! late to supervision.

use crate::services::evaluations::alarm;
use crate::services::{Desk, Result};

/// How long an instance keeps the lease, in seconds. Two that tell at once do no harm: the first to commit has
/// told it.
const LEASE_SECONDS: i64 = 120;

/// Tells what is due, if there is something and this instance holds the lease.
pub fn tick(desk: &Desk, holder: &str) -> Result<()> {
    // Looking first: an idle desk writes nothing.
    if alarm::due(desk)?.is_empty() || !super::lease(desk, "evaluations", holder, LEASE_SECONDS)? {
        return Ok(());
    }
    let told = alarm::run(desk)?;
    tracing::info!(told, "told of recommendations that are due or late");
    Ok(())
}
