//! What happened to recommendations, each with what it set of their terms.

use std::collections::BTreeMap;

use crate::domain::evaluation::{FollowUpStatus, Happening, Set};
use crate::domain::local_time::spoken_date;
use crate::services::Result;
use crate::store::organisation::{self, OpdRow};
use crate::store::recommendations::{self, HappeningRow};
use crate::store::{Conn, Error};

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Happened {
    pub row: HappeningRow,
    pub kind: Happening,
    /// As it is from then on.
    pub status: FollowUpStatus,
    pub set: Set,
    /// To whom it was given then.
    pub owner: Option<OpdRow>,
}

impl Happened {
    fn of(row: HappeningRow, opds: &[OpdRow]) -> Result<Self, Error> {
        let (kind, status, set) = (row.kind()?, row.status()?, row.set()?);
        let owner = set.owner.and_then(|owner| opds.iter().find(|opd| opd.id == owner.0).cloned());
        Ok(Self { row, kind, status, set, owner })
    }

    /// What was said, or what was changed.
    pub fn said(&self) -> Option<String> {
        if self.kind != Happening::Changed {
            return self.row.note.clone();
        }
        let owner = self.owner.as_ref().map(|opd| format!("Penanggung jawab menjadi {}.", opd.name));
        let due = self.set.due_on.map(|due_on| format!("Batas waktu menjadi {}.", spoken_date(due_on)));
        let text = self.set.text.as_ref().map(|text| format!("Bunyinya menjadi “{}”.", text.trim_end_matches('.')));
        let all: Vec<String> = [owner, due, text].into_iter().flatten().collect();
        (!all.is_empty()).then(|| all.join(" "))
    }
}

/// What happened to these recommendations, in order, by their ids.
pub fn of(conn: &mut Conn, ids: &[i64]) -> Result<BTreeMap<i64, Vec<Happened>>> {
    let opds = organisation::opds(conn, 0, i64::MAX)?;
    let mut all: BTreeMap<i64, Vec<Happened>> = BTreeMap::new();
    for row in recommendations::history(conn, ids)? {
        all.entry(row.recommendation_id).or_default().push(Happened::of(row, &opds)?);
    }
    Ok(all)
}

/// Something that happened, by its id.
pub fn one(conn: &mut Conn, id: i64) -> Result<Option<Happened>> {
    let Some(row) = recommendations::happening(conn, id)? else { return Ok(None) };
    let opds = organisation::opds(conn, 0, i64::MAX)?;
    Ok(Some(Happened::of(row, &opds)?))
}
