//! What a ticket would be promised: "a P2 incident opened on Monday at 15.30 will be due ...".

use chrono::{DateTime, Datelike, Utc};
use serde::Deserialize;

use super::keep::instant;
use super::ring::responsible;
use super::rules::InForce;
use crate::domain::ids::{CategoryId, OpdId, TeamId};
use crate::domain::people::Actor;
use crate::domain::priority::Priority;
use crate::domain::sla::keeping::{ClockKind, Worker};
use crate::domain::sla::policy::{Facts, Policy};
use crate::domain::sla::target::Target;
use crate::domain::ticket::TicketType;
use crate::domain::{Instant, Refusal, local_time};
use crate::services::{Desk, Error, Result};
use crate::store::{Conn, organisation, sla};

/// Which ticket.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PreviewServiceLevels)]
pub struct Input {
    #[serde(rename = "type")]
    pub kind: TicketType,
    pub priority: Priority,
    /// Whose desk; one's own OPD if absent.
    #[serde(default)]
    pub opd_id: Option<i64>,
    #[serde(default)]
    pub category_id: Option<i64>,
    /// The team that it would be handed over to; if absent the one that it would go to by itself.
    #[serde(default)]
    pub team_id: Option<i64>,
    /// From 2000 to 2099; now if absent.
    #[serde(default)]
    pub opened_at: Option<DateTime<Utc>>,
    /// A security incident: with CSIRT from the beginning.
    #[serde(default)]
    pub security: bool,
}

/// What would be promised by a clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Promise {
    pub clock: ClockKind,
    pub target: Target,
    /// Whose hours count: id and name of the calendar.
    pub calendar: (i64, String),
    /// When it would start; that of Tier 2 if everybody before takes all the time there is.
    pub starts_at: Option<Instant>,
    /// Nothing if the calendar has too little working time ahead.
    pub due_at: Option<Instant>,
}

/// What a ticket would be promised.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    pub opened_at: Instant,
    pub opd: (OpdId, String),
    /// Nothing if there is no team to hand over to.
    pub team: Option<(TeamId, String)>,
    pub promises: Vec<Promise>,
    /// The same in a sentence, in the desk's local time.
    pub sentence: String,
}

/// Tells what such a ticket would be promised by the rules in force when it is opened. For everybody who is
/// signed in.
pub fn run(desk: &Desk, actor: &Actor, input: &Input) -> Result<Preview> {
    tell(desk, actor, input, None)
}

/// Tells what it would be promised by a policy that is not kept yet, under the calendars in force.
pub fn under(desk: &Desk, actor: &Actor, input: &Input, policy: &Policy) -> Result<Preview> {
    tell(desk, actor, input, Some(policy))
}

fn tell(desk: &Desk, actor: &Actor, input: &Input, policy: Option<&Policy>) -> Result<Preview> {
    let opened_at = input.opened_at.unwrap_or_else(|| desk.now());
    if !(2000..=2099).contains(&opened_at.year()) {
        return Err(Error::field("/opened_at", "out_of_range", "tahun 2000 sampai 2099"));
    }
    if input.security && input.kind != TicketType::Incident {
        return Err(Error::field("/security", Refusal::SecurityType.code(), Refusal::SecurityType.to_string()));
    }
    desk.read(|conn| {
        let opd = input.opd_id.map_or(actor.opd, OpdId);
        let row = organisation::opd_by_id(conn, opd)?.ok_or_else(|| no_such("/opd_id"))?;
        let category = input.category_id.map(CategoryId);
        if let Some(category) = category {
            let row = organisation::category_by_id(conn, category)?.filter(|row| row.active);
            row.ok_or_else(|| no_such("/category_id"))?;
        }
        let rules = desk.rules(conn)?;
        let force = rules.at(opened_at)?;
        let force = policy.map_or(force, |policy| force.under(policy));
        let team = team(conn, &force, input, category)?;
        let ticket = Expected {
            facts: Facts { kind: input.kind, priority: input.priority, category, opd },
            team: team.as_ref().map(|(id, _)| *id),
            security: input.security,
        };
        let names = sla::calendars(conn)?;
        let promises = ticket.promises(&force, opened_at, |calendar| {
            names.iter().find(|row| row.id == calendar).map(|row| row.name.clone()).unwrap_or_default()
        })?;
        let zone = force.timetable_of(force.policy.calendar(Worker::Desk(opd)))?.calendar().zone();
        let mut preview = Preview { opened_at, opd: (opd, row.name), team, promises, sentence: String::new() };
        preview.sentence = preview.sentence(input, zone);
        Ok(preview)
    })
}

fn no_such(pointer: &str) -> Error {
    Error::field(pointer, "not_found", "tidak ditemukan")
}

/// The team that would get it, as it would be chosen in earnest.
fn team(
    conn: &mut Conn,
    force: &InForce<'_>,
    input: &Input,
    category: Option<CategoryId>,
) -> Result<Option<(TeamId, String)>> {
    let chosen = match (input.team_id, input.security) {
        (Some(team), _) => Some(TeamId(team)),
        (None, true) => Some(organisation::first_active_team(conn, true)?.ok_or(Refusal::NoCsirt)?),
        (None, false) => responsible(conn, category, force.policy)?,
    };
    let Some(id) = chosen else { return Ok(None) };
    let row = organisation::team_by_id(conn, id)?.filter(|row| row.active).ok_or_else(|| no_such("/team_id"))?;
    if input.security && !row.csirt {
        return Err(Refusal::SecurityTeam.into());
    }
    Ok(Some((id, row.name)))
}

/// A ticket that there is not yet.
struct Expected {
    facts: Facts,
    team: Option<TeamId>,
    security: bool,
}

impl Expected {
    /// What each clock promises. Tier 1 and Tier 2 follow each other: what the one leaves the other has.
    fn promises(&self, force: &InForce<'_>, opened_at: Instant, name: impl Fn(i64) -> String) -> Result<Vec<Promise>> {
        let desk = Worker::Desk(self.facts.opd);
        let team = self.team.map(Worker::Team);
        let promise = |clock, worker: Worker, starts_at: Option<Instant>| {
            let terms = force.terms_of(clock, &self.facts, worker)?;
            let calendar = force.policy.calendar(worker);
            let (timetable, measure) = (force.timetable_of(calendar)?, terms.target.measure());
            let due = starts_at.and_then(|at| measure.after(timetable, at.timestamp(), terms.target.amount()));
            let due_at = due.map(instant).transpose()?;
            Ok::<_, Error>(Promise {
                clock,
                target: terms.target,
                calendar: (calendar, name(calendar)),
                starts_at,
                due_at,
            })
        };
        let opened_at = Some(opened_at);
        // Nobody at the desk is involved in a security incident.
        let towards_requester = team.filter(|_| self.security).unwrap_or(desk);
        let mut all = vec![
            promise(ClockKind::Response, towards_requester, opened_at)?,
            promise(ClockKind::Resolution, towards_requester, opened_at)?,
        ];
        let mut handed_over = opened_at;
        if !self.security {
            let tier1 = promise(ClockKind::Tier1, desk, opened_at)?;
            handed_over = tier1.due_at;
            all.push(tier1);
        }
        if let Some(team) = team {
            let accept = promise(ClockKind::Tier2Accept, team, handed_over)?;
            let tier2 = promise(ClockKind::Tier2, team, accept.due_at)?;
            all.extend([accept, tier2]);
        }
        Ok(all)
    }
}

impl Preview {
    fn sentence(&self, input: &Input, zone: chrono_tz::Tz) -> String {
        let kind = match input.kind {
            _ if input.security => "Insiden keamanan",
            TicketType::Complaint => "Keluhan",
            TicketType::Incident => "Gangguan",
            TicketType::Problem => "Masalah",
            TicketType::Request => "Permintaan",
            TicketType::Change => "Perubahan",
        };
        let due = |clock: ClockKind| {
            let promise = self.promises.iter().find(|promise| promise.clock == clock)?;
            Some(match promise.due_at {
                Some(at) => format!("paling lambat {}", local_time::spoken(at, zone)),
                None => "belum dapat ditentukan karena kalender tidak memuat cukup jam kerja".to_owned(),
            })
        };
        let due_of = |clock| due(clock).unwrap_or_default();
        let mut text = format!(
            "{kind} {} yang dibuka {} di {}: tanggapan {}, penyelesaian {}.",
            input.priority.as_str().to_uppercase(),
            local_time::spoken(self.opened_at, zone),
            self.opd.1,
            due_of(ClockKind::Response),
            due_of(ClockKind::Resolution),
        );
        if let Some(tier1) = due(ClockKind::Tier1) {
            text += &format!(" Penanganan Tier 1 {tier1}.");
        }
        if let Some((_, team)) = &self.team {
            let begins = if input.security { "Tier 2" } else { "Bila kemudian dieskalasi ke Tier 2" };
            text += &format!(
                " {begins} ({team}): penerimaan {}, penanganan {}.",
                due_of(ClockKind::Tier2Accept),
                due_of(ClockKind::Tier2),
            );
        }
        text
    }
}
