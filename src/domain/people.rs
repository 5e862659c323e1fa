//! People as the desk knows them: roles, and who acts.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::ids::{OpdId, PersonId, TeamId};
use super::ticket::word_enum;

word_enum! {
    /// What a person may be; one person can be several.
    Role {
        /// pelapor/pemohon: any employee
        Requester = "requester",
        /// petugas Service Desk Tier 1 of the own OPD, appointed by letter (Perbup Sumenep 39/2023 Ps 31(1)a)
        Tier1Agent = "tier1_agent",
        /// petugas Service Desk Tier 2, member of teams (Ps 31(1)b)
        Tier2Agent = "tier2_agent",
        /// penyelia: supervises all desks (Ps 31(5))
        Supervisor = "supervisor",
        /// kepala OPD
        OpdHead = "opd_head",
        /// Inspektorat, Tim Koordinasi: reads
        Auditor = "auditor",
        /// people, organisation and settings; no content
        Admin = "admin",
    }
}

/// The letter (SK) by which a Tier 1 agent is appointed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Number of the letter.
    pub letter_number: Option<String>,
    /// Date of the letter.
    pub letter_on: Option<NaiveDate>,
    /// Last day on which it holds; open-ended when absent.
    pub valid_until: Option<NaiveDate>,
}

impl Appointment {
    /// Whether it holds on a day.
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_until.is_none_or(|last| day <= last)
    }
}

/// Who acts, with what holds for them at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub id: PersonId,
    /// Of which OPD.
    pub opd: OpdId,
    /// The roles in force today.
    pub roles: Vec<Role>,
    /// The Tier 2 teams; empty without the role `tier2_agent`.
    pub teams: Vec<TeamId>,
}

impl Actor {
    /// Whether a role is in force.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether they are Tier 1 of an OPD.
    pub fn is_desk_of(&self, opd: OpdId) -> bool {
        self.opd == opd && self.has(Role::Tier1Agent)
    }

    /// Whether they are in a Tier 2 team.
    pub fn is_in(&self, team: TeamId) -> bool {
        self.teams.contains(&team)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_appointment_holds_through_its_last_day() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 10, d).unwrap();
        let appointment = Appointment { valid_until: Some(day(15)), ..Appointment::default() };
        assert!(appointment.is_valid_on(day(14)));
        assert!(appointment.is_valid_on(day(15)));
        assert!(!appointment.is_valid_on(day(16)));
        assert!(Appointment::default().is_valid_on(day(16)));
    }
}
