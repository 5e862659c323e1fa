//! Which OPDs have a Tier 1 desk: people whose letter of appointment holds (Perbup Sumenep 39/2023 Ps 31(1)a).

use super::super::{Desk, Result};
use super::require_reader;
use crate::domain::ids::OpdId;
use crate::domain::people::{Actor, Role};
use crate::store::directory::{self, Appointed};
use crate::store::organisation::{self, OpdRow};

/// An OPD with its Tier 1.
#[derive(Clone, Debug)]
pub struct Staffed {
    pub opd: OpdRow,
    /// Whoever is appointed, with letters that hold or held.
    pub tier1: Vec<Appointed>,
    /// Whether a letter holds today.
    pub has_desk: bool,
}

/// All OPDs by name, the active ones first.
pub fn list(desk: &Desk, actor: &Actor) -> Result<Vec<Staffed>> {
    require_reader(actor)?;
    let today = desk.today();
    desk.read(|conn| {
        let all = directory::appointed(conn, Role::Tier1Agent)?;
        let mut opds = organisation::opds(conn, 0, i64::MAX)?;
        opds.sort_by(|a, b| (!a.active, &a.name).cmp(&(!b.active, &b.name)));
        let staffed = opds.into_iter().map(|opd| {
            let tier1: Vec<_> = all.iter().filter(|one| one.opd == OpdId(opd.id)).cloned().collect();
            let has_desk = tier1.iter().any(|one| one.grant.appointment.is_valid_on(today));
            Staffed { opd, tier1, has_desk }
        });
        Ok(staffed.collect())
    })
}
