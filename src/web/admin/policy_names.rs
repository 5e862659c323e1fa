//! The names of what a policy names by id, and these as choices.

use super::super::words::Spoken;
use super::section::Choice;
use crate::domain::priority::Priority;
use crate::domain::ticket::TicketType;
use crate::services::admin::{calendars, categories, opds, teams};
use crate::services::{Desk, Result};

/// Names by id.
pub struct Names {
    pub opds: Vec<(i64, String)>,
    pub teams: Vec<(i64, String)>,
    pub categories: Vec<(i64, String)>,
    pub calendars: Vec<(i64, String)>,
    word: String,
}

fn name(all: &[(i64, String)], id: i64) -> String {
    all.iter().find(|(one, _)| *one == id).map_or_else(|| format!("nomor {id}"), |(_, name)| name.clone())
}

/// Names as choices.
pub fn choices(all: &[(i64, String)]) -> Vec<Choice> {
    all.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect()
}

impl Names {
    /// Reads them.
    pub fn read(desk: &Desk) -> Result<Self> {
        let all = i64::MAX;
        let sorted = |mut names: Vec<(i64, String)>| {
            names.sort_by(|a, b| a.1.cmp(&b.1));
            names
        };
        Ok(Self {
            opds: sorted(opds::list(desk, 0, all)?.into_iter().map(|row| (row.id, row.name)).collect()),
            teams: sorted(teams::list(desk, 0, all)?.into_iter().map(|row| (row.id, row.name)).collect()),
            categories: sorted(categories::list(desk, 0, all)?.into_iter().map(|row| (row.id, row.name)).collect()),
            calendars: calendars::list(desk)?.into_iter().map(|known| (known.row.id, known.row.name)).collect(),
            word: desk.config.tenant.opd_word.clone(),
        })
    }

    /// An OPD.
    pub fn opd(&self, id: i64) -> String {
        name(&self.opds, id)
    }

    /// A team.
    pub fn team(&self, id: i64) -> String {
        name(&self.teams, id)
    }

    /// A calendar.
    pub fn calendar(&self, id: i64) -> String {
        name(&self.calendars, id)
    }

    /// What a rule is about: "Gangguan · Kritis · Dinas Kesehatan".
    pub fn rule(
        &self,
        kind: Option<TicketType>,
        priority: Option<Priority>,
        category: Option<i64>,
        opd: Option<i64>,
    ) -> String {
        let parts = [
            Some(kind.map_or("Semua jenis", Spoken::label).to_owned()),
            Some(priority.map_or("semua prioritas", Spoken::label).to_owned()),
            category.map(|id| format!("kategori {}", name(&self.categories, id))),
            opd.map(|id| format!("{} {}", self.word, self.opd(id))),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}
