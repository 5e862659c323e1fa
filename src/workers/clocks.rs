//! Every few seconds on one instance: brings clocks under new versions of calendars and policy, and rings
//! the alarms that are due.

use crate::services::sla::{adjust, ring};
use crate::services::{Desk, Result};

/// How long an instance keeps the lease without renewing it, in seconds. A lease that runs out in the
/// middle of a long turn does no harm: an alarm that two instances ring is rung by the first to commit.
const LEASE_SECONDS: i64 = 30;

/// Does what is due, if there is something and this instance holds the lease.
pub fn tick(desk: &Desk, holder: &str) -> Result<()> {
    // Looking first: an idle desk writes nothing.
    if !adjust::is_due(desk)? && !ring::is_due(desk)? {
        return Ok(());
    }
    if !super::lease(desk, "clocks", holder, LEASE_SECONDS)? {
        return Ok(());
    }
    let adjusted = adjust::run(desk, &mut |left| tracing::info!(left, "bringing clocks under new rules"))?;
    let rang = ring::run(desk)?;
    if adjusted + rang > 0 {
        tracing::info!(adjusted, rang, "looked after the clocks of tickets");
    }
    Ok(())
}
