//! `/admin/kalender`: the calendars, and adding one.

use serde::Serialize;

use super::super::Answer;
use super::super::draft::Draft;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::super::words::When;
use super::calendar_text;
use super::section::{self, Choice, Section, typed};
use crate::domain::sla::calendar::CalendarSpec;
use crate::domain::sla::policy::Policy;
use crate::services::admin::calendars::Input;
use crate::services::admin::versions::VersionState;
use crate::services::admin::{calendars, opds, policy, teams, versions};
use crate::services::{Desk, Error, Result};

/// The three zones of Indonesia (Keppres 41/1987).
const ZONES: [(&str, &str); 3] = [
    ("Asia/Jakarta", "WIB (Asia/Jakarta)"),
    ("Asia/Makassar", "WITA (Asia/Makassar)"),
    ("Asia/Jayapura", "WIT (Asia/Jayapura)"),
];

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    zone: String,
    since: When,
    planned: usize,
    used_by: Vec<String>,
}

#[derive(Serialize)]
struct CalendarsPage {
    rows: Vec<Row>,
}

impl Section for CalendarsPage {
    const TEMPLATE: &'static str = "pages/admin/calendars";
    const PART: &'static str = "/admin/kalender";

    fn title(&self) -> String {
        "Kalender".to_owned()
    }
}

/// `GET /admin/kalender`
pub async fn show(visitor: Visitor) -> Answer {
    section::show(visitor, |desk, _| list(desk)).await
}

fn list(desk: &Desk) -> Result<CalendarsPage> {
    let rules: Policy = versions::current(&policy::versions(desk)?)?.rules()?;
    let users = Users::read(desk)?;
    let rows = calendars::list(desk)?.into_iter().map(|known| {
        let current = versions::current(&known.versions)?;
        let spec: CalendarSpec = current.rules()?;
        Ok(Row {
            id: known.row.id,
            zone: spec.tz,
            since: When::since(current.effective_at, desk.now(), desk.zone),
            planned: known.versions.iter().filter(|version| version.state == VersionState::Planned).count(),
            used_by: users.of(&rules, known.row.id),
            name: known.row.name,
        })
    });
    Ok(CalendarsPage { rows: rows.collect::<Result<_>>()? })
}

/// The names of who may have a calendar.
pub struct Users {
    opds: Vec<(i64, String)>,
    teams: Vec<(i64, String)>,
    word: String,
}

impl Users {
    /// Reads them.
    pub fn read(desk: &Desk) -> Result<Self> {
        Ok(Self {
            opds: opds::list(desk, 0, i64::MAX)?.into_iter().map(|row| (row.id, row.name)).collect(),
            teams: teams::list(desk, 0, i64::MAX)?.into_iter().map(|row| (row.id, row.name)).collect(),
            word: desk.config.tenant.opd_word.clone(),
        })
    }

    /// Who has a calendar under a policy.
    pub fn of(&self, rules: &Policy, calendar: i64) -> Vec<String> {
        let name =
            |all: &[(i64, String)], id: i64| all.iter().find(|(one, _)| *one == id).map(|(_, name)| name.clone());
        let mut users = Vec::new();
        if rules.calendars.default_id == calendar {
            users.push(format!("semua {} dan tim yang tidak disebut", self.word));
        }
        let opds = rules.calendars.opds.iter().filter(|own| own.calendar_id == calendar);
        users.extend(opds.filter_map(|own| name(&self.opds, own.opd_id)));
        let teams = rules.calendars.teams.iter().filter(|own| own.calendar_id == calendar);
        users.extend(teams.filter_map(|own| name(&self.teams, own.team_id)));
        users
    }
}

/// The zones as choices, and the one that is there already.
pub fn zones(present: &str) -> Vec<Choice> {
    let mut zones: Vec<_> = ZONES.iter().map(|(code, label)| Choice::new(*code, *label)).collect();
    if !present.is_empty() && zones.iter().all(|zone| zone.code != present) {
        zones.push(Choice::new(present, present));
    }
    zones
}

#[derive(Serialize)]
struct NewCalendarPage {
    draft: Draft,
    zones: Vec<Choice>,
}

impl Section for NewCalendarPage {
    const TEMPLATE: &'static str = "pages/admin/calendar_new";
    const PART: &'static str = "/admin/kalender";

    fn title(&self) -> String {
        "Tambah kalender".to_owned()
    }
}

fn new_page(draft: Draft) -> NewCalendarPage {
    let present = draft.values.get("tz").cloned().unwrap_or_default();
    NewCalendarPage { draft, zones: zones(&present) }
}

/// `GET /admin/kalender/baru`: begins with the hours of the calendar that all others have.
pub async fn begin(visitor: Visitor) -> Answer {
    section::edit(visitor, |desk, _| {
        let rules: Policy = versions::current(&policy::versions(desk)?)?.rules()?;
        let usual = calendars::read(desk, rules.calendars.default_id)?;
        let spec: CalendarSpec = versions::current(&usual.versions)?.rules()?;
        Ok(new_page(Draft::with(calendar_text::values(&spec))))
    })
    .await
}

/// `POST /admin/kalender/baru`
pub async fn add(visitor: Visitor, form: Form) -> Answer {
    section::submit(
        visitor,
        form,
        |desk, caller, form| {
            let name = typed(form, "name").unwrap_or_default().to_owned();
            let input = Input { name, rules: calendar_text::read(form)? };
            let added = calendars::add(desk, caller, &input).map_err(calendar_text::by_field)?;
            Ok(Next::saying(format!("/admin/kalender/{}", added.id), "kalender-ditambah"))
        },
        |_, _, draft| Ok::<_, Error>(new_page(draft)),
    )
    .await
}
