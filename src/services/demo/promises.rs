//! What the demo's desks promise beside the standard: hospitals and CSIRT work around the clock, and a
//! password is reset within half an hour.

use crate::domain::sla::policy::{OpdCalendar, Policy, TargetRule, TeamCalendar};
use crate::domain::sla::target::Target;
use crate::services::admin::policy;
use crate::services::{Error, Result, Work};
use crate::store::sla;

use super::organisation::Organisation;

/// Makes the policy of the demo, in force from the instant of the work.
pub(super) fn make(work: &mut Work<'_, '_>, organisation: &Organisation) -> Result<()> {
    let calendars = sla::calendars(work.tx)?;
    let [asn, around_the_clock] = calendars.as_slice() else {
        return Err(Error::Internal("the demo begins with the two calendars of a new desk".to_owned()));
    };
    let mut policy = Policy::standard(asn.id);
    let hospitals = organisation.units.iter().filter(|unit| unit.kind == "rumah_sakit");
    policy.calendars.opds =
        hospitals.map(|unit| OpdCalendar { opd_id: unit.id.0, calendar_id: around_the_clock.id }).collect();
    policy.calendars.teams =
        vec![TeamCalendar { team_id: organisation.team("CSIRT").id.0, calendar_id: around_the_clock.id }];
    policy.targets.push(TargetRule {
        category_id: Some(organisation.category("Akun/Kata sandi").0),
        resolution: Some(Target::WorkingMinutes(30)),
        tier1: Some(Target::WorkingMinutes(30)),
        ..TargetRule::default()
    });
    let now = work.now;
    policy::apply(work, None, &policy, now)?;
    Ok(())
}
