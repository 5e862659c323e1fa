//! What a new desk begins with: the calendar of ASN working hours (Perpres 21/2023) with the holidays of
//! 2026 and 2027, one around the clock, and the standard policy.

use chrono::DateTime;
use serde_json::Value;

use crate::domain::Instant;
use crate::domain::sla::policy::Policy;
use crate::services::{Desk, Error, Result};
use crate::store::Tx;
use crate::store::sla::{self, NewVersion};

const ASN: &str = include_str!("../../../config/seed/sla/asn.json");
const AROUND_THE_CLOCK: &str = include_str!("../../../config/seed/sla/around_the_clock.json");

/// Adds them if there is no policy yet. They have held since ever, so that an imported past has clocks too.
pub fn plant(desk: &Desk) -> Result<()> {
    if desk.read(|conn| Ok(sla::newest(conn)?))?.1 > 0 {
        return Ok(());
    }
    let now = desk.now();
    desk.store.write(|tx| {
        if sla::newest(tx)?.1 > 0 {
            return Ok(());
        }
        let asn = calendar(tx, "Jam kerja ASN", ASN, &desk.config.tenant.time_zone, now)?;
        calendar(tx, "24 jam", AROUND_THE_CLOCK, &desk.config.tenant.time_zone, now)?;
        let policy = serde_json::to_string(&Policy::standard(asn)).map_err(|e| Error::Internal(e.to_string()))?;
        sla::insert_policy_version(tx, version(now, &policy))?;
        Ok(())
    })
}

fn version(now: Instant, rules: &str) -> NewVersion<'_> {
    NewVersion { effective_at: DateTime::UNIX_EPOCH, created_at: now, created_by: None, rules }
}

fn calendar(tx: &mut Tx<'_>, name: &str, file: &str, zone: &str, now: Instant) -> Result<i64> {
    let mut rules: Value = serde_json::from_str(file).map_err(|e| Error::Internal(e.to_string()))?;
    if let Some(tz) = rules.get_mut("tz") {
        *tz = Value::String(zone.to_owned());
    }
    let id = sla::insert_calendar(tx, name)?;
    sla::insert_calendar_version(tx, id, version(now, &rules.to_string()))?;
    Ok(id)
}
