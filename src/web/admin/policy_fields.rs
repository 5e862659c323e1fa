//! A policy as the fields of a form, and read back from them.

use std::collections::BTreeMap;

use super::super::form::Form;
use super::section::typed;
use super::target_text::{read as read_target, told};
use crate::domain::priority::Priority;
use crate::domain::sla::keeping::Pausing;
use crate::domain::sla::policy::{
    AlarmRule, Alarmed, CalendarRules, HandoverRule, OpdCalendar, Policy, TargetRule, TeamCalendar,
};
use crate::domain::sla::target::Target;
use crate::domain::ticket::TicketType;
use crate::services::{Error, FieldError, Result};

/// How many empty rows each table has for what is to be added.
pub const SPARE: usize = 2;

/// The clocks that a rule has targets for, in the order of the table.
pub const CLOCKS: [&str; 5] = ["response", "resolution", "tier1", "tier2_accept", "tier2"];

/// The field for what belongs to no other.
pub const GENERAL: &str = "umum";

/// What is told, once, of all tickets that would be promised nothing.
const MISSING: &str = "Setiap jenis dan prioritas memerlukan kelima target. Isi kembali sel yang dikosongkan, atau \
    pertahankan satu aturan untuk semua jenis pada setiap prioritas.";

/// The targets of a rule, in that order.
fn targets(rule: &TargetRule) -> [Option<Target>; 5] {
    [rule.response, rule.resolution, rule.tier1, rule.tier2_accept, rule.tier2]
}

/// The values of the fields.
pub fn values(policy: &Policy) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    let mut put = |name: String, value: String| {
        values.insert(name, value);
    };
    for (index, rule) in policy.targets.iter().enumerate() {
        for (clock, target) in CLOCKS.iter().zip(targets(rule)) {
            put(format!("t{index}-{clock}"), target.map(told).unwrap_or_default());
        }
    }
    put("legal".to_owned(), told(policy.legal));
    put("close_after".to_owned(), told(policy.close_after));
    for (name, pauses) in [
        ("pause-requester", policy.pausing.waiting_requester),
        ("pause-third-party", policy.pausing.waiting_third_party),
        ("pause-approval", policy.pausing.waiting_approval),
    ] {
        put(name.to_owned(), pauses.to_string());
    }
    for (index, alarm) in policy.alarms.iter().enumerate() {
        put(format!("a{index}-percent"), alarm.percent.to_string());
        for who in &alarm.tell {
            put(format!("a{index}-{who}"), "true".to_owned());
        }
    }
    put("calendar".to_owned(), policy.calendars.default_id.to_string());
    for (index, own) in policy.calendars.opds.iter().enumerate() {
        put(format!("co{index}-of"), own.opd_id.to_string());
        put(format!("co{index}-calendar"), own.calendar_id.to_string());
    }
    for (index, own) in policy.calendars.teams.iter().enumerate() {
        put(format!("ct{index}-of"), own.team_id.to_string());
        put(format!("ct{index}-calendar"), own.calendar_id.to_string());
    }
    for (index, rule) in policy.automatic_handover.iter().enumerate() {
        put(format!("h{index}-kind"), rule.kind.map(|kind| kind.to_string()).unwrap_or_default());
        put(format!("h{index}-priority"), rule.priority.map(|priority| priority.to_string()).unwrap_or_default());
        put(format!("h{index}-opd"), rule.opd_id.map(|opd| opd.to_string()).unwrap_or_default());
        put(format!("h{index}-enabled"), rule.enabled.to_string());
    }
    put("fallback".to_owned(), policy.fallback_team_id.map(|team| team.to_string()).unwrap_or_default());
    values
}

/// A policy that was read, with the rows in which its rules stand.
#[derive(Debug)]
pub struct Read {
    pub policy: Policy,
    rules: Vec<String>,
    alarms: Vec<String>,
}

struct Reader<'f> {
    form: &'f Form,
    wrong: Vec<FieldError>,
}

impl Reader<'_> {
    fn target(&mut self, name: &str) -> Option<Target> {
        match read_target(typed(self.form, name)?) {
            Ok(target) => Some(target),
            Err(message) => {
                self.wrong(name, message);
                None
            }
        }
    }

    fn wrong(&mut self, name: &str, message: impl Into<String>) {
        self.wrong.push(FieldError::new(format!("/{name}"), "invalid_value", message));
    }

    fn required(&mut self, name: &str) -> Target {
        if typed(self.form, name).is_none() {
            self.wrong(name, "wajib diisi");
        }
        // What stands for it is never kept: there is a mistake then.
        self.target(name).unwrap_or(Target::CalendarHours(1.0))
    }

    fn id(&self, name: &str) -> Option<i64> {
        typed(self.form, name).and_then(|id| id.parse().ok())
    }

    fn is_on(&self, name: &str) -> bool {
        typed(self.form, name) == Some("true")
    }

    /// The targets of a row into a rule.
    fn fill(&mut self, row: &str, rule: TargetRule) -> TargetRule {
        let [response, resolution, tier1, tier2_accept, tier2] =
            CLOCKS.map(|clock| self.target(&format!("{row}-{clock}")));
        TargetRule { response, resolution, tier1, tier2_accept, tier2, ..rule }
    }

    fn targets(&mut self, base: &Policy) -> (Vec<TargetRule>, Vec<String>) {
        let (mut rules, mut rows) = (Vec::new(), Vec::new());
        for (index, rule) in base.targets.iter().enumerate() {
            let row = format!("t{index}");
            if !self.is_on(&format!("{row}-remove")) {
                rules.push(self.fill(&row, rule.clone()));
                rows.push(row);
            }
        }
        for index in 0..SPARE {
            let row = format!("n{index}");
            let rule = TargetRule {
                kind: typed(self.form, &format!("{row}-kind")).and_then(TicketType::parse),
                priority: typed(self.form, &format!("{row}-priority")).and_then(Priority::parse),
                category_id: self.id(&format!("{row}-category")),
                opd_id: self.id(&format!("{row}-opd")),
                ..TargetRule::default()
            };
            let rule = self.fill(&row, rule);
            if targets(&rule).iter().any(Option::is_some) {
                rules.push(rule);
                rows.push(row);
            }
        }
        (rules, rows)
    }

    fn alarms(&mut self, base: &Policy) -> (Vec<AlarmRule>, Vec<String>) {
        let (mut alarms, mut rows) = (Vec::new(), Vec::new());
        for index in 0..base.alarms.len() + SPARE {
            let row = format!("a{index}");
            let name = format!("{row}-percent");
            let Some(text) = typed(self.form, &name) else { continue };
            let tell: Vec<_> = Alarmed::ALL.iter().copied().filter(|who| self.is_on(&format!("{row}-{who}"))).collect();
            let percent = text.trim_end_matches('%').trim().parse();
            match percent {
                Ok(percent) if !tell.is_empty() => {
                    alarms.push(AlarmRule { percent, tell });
                    rows.push(row);
                }
                Ok(_) => self.wrong(&name, "pilih siapa yang diberi tahu, atau kosongkan persennya"),
                Err(_) => self.wrong(&name, "tulis persen sebagai angka, misalnya 75"),
            }
        }
        (alarms, rows)
    }

    /// Rows of who has which calendar.
    fn owners(&mut self, row: &str, count: usize) -> Vec<(i64, i64)> {
        let mut owners = Vec::new();
        for index in 0..count {
            let (of, calendar) = (format!("{row}{index}-of"), format!("{row}{index}-calendar"));
            match (self.id(&of), self.id(&calendar)) {
                (Some(of), Some(calendar)) => owners.push((of, calendar)),
                (Some(_), None) => self.wrong(&calendar, "pilih kalendernya"),
                (None, _) => {}
            }
        }
        owners
    }

    fn handover(&mut self, base: &Policy) -> Vec<HandoverRule> {
        let rows = (0..base.automatic_handover.len() + SPARE).filter_map(|index| {
            let enabled = typed(self.form, &format!("h{index}-enabled"))?;
            Some(HandoverRule {
                kind: typed(self.form, &format!("h{index}-kind")).and_then(TicketType::parse),
                priority: typed(self.form, &format!("h{index}-priority")).and_then(Priority::parse),
                opd_id: self.id(&format!("h{index}-opd")),
                enabled: enabled == "true",
            })
        });
        rows.collect()
    }
}

/// Reads the fields over the policy with whose rows the form was made; tells everything that is wrong.
pub fn read(form: &Form, base: &Policy) -> Result<Read> {
    let mut reader = Reader { form, wrong: Vec::new() };
    let (targets, rules) = reader.targets(base);
    let (alarms, alarm_rows) = reader.alarms(base);
    let opds = reader.owners("co", base.calendars.opds.len() + SPARE);
    let teams = reader.owners("ct", base.calendars.teams.len() + SPARE);
    let policy = Policy {
        targets,
        legal: reader.required("legal"),
        close_after: reader.required("close_after"),
        pausing: Pausing {
            waiting_requester: reader.is_on("pause-requester"),
            waiting_third_party: reader.is_on("pause-third-party"),
            waiting_approval: reader.is_on("pause-approval"),
        },
        alarms,
        automatic_handover: reader.handover(base),
        fallback_team_id: reader.id("fallback"),
        calendars: CalendarRules {
            default_id: reader.id("calendar").unwrap_or(base.calendars.default_id),
            opds: opds.into_iter().map(|(opd_id, calendar_id)| OpdCalendar { opd_id, calendar_id }).collect(),
            teams: teams.into_iter().map(|(team_id, calendar_id)| TeamCalendar { team_id, calendar_id }).collect(),
        },
    };
    if reader.wrong.is_empty() {
        Ok(Read { policy, rules, alarms: alarm_rows })
    } else {
        Err(Error::Invalid(reader.wrong))
    }
}

impl Read {
    /// What is wrong with the policy itself, by field.
    pub fn check(&self) -> Result<()> {
        let problems = self.policy.check();
        if problems.is_empty() {
            return Ok(());
        }
        let errors = problems.into_iter().map(|p| FieldError::new(format!("/rules{}", p.pointer), p.code, p.message));
        Err(self.by_field(Error::Invalid(errors.collect())))
    }

    /// Mistakes that the rules found, by the field in which they were typed.
    pub fn by_field(&self, error: Error) -> Error {
        let Error::Invalid(errors) = error else { return error };
        let mut fields = BTreeMap::<String, Vec<String>>::new();
        for error in errors {
            let field = self.field(&error.pointer).unwrap_or_else(|| GENERAL.to_owned());
            let messages = fields.entry(field).or_default();
            let message = if error.code == "missing_target" { MISSING.to_owned() } else { error.message };
            if !messages.contains(&message) {
                messages.push(message);
            }
        }
        let joined = fields.into_iter().map(|(field, mut messages)| {
            messages.truncate(4);
            FieldError::new(format!("/{field}"), "invalid_value", messages.join("; "))
        });
        Error::Invalid(joined.collect())
    }

    fn field(&self, pointer: &str) -> Option<String> {
        let path: Vec<&str> = pointer.trim_start_matches('/').split('/').collect();
        let row = |rows: &[String], index: &str| rows.get(index.parse::<usize>().ok()?).cloned();
        match path.as_slice() {
            ["rules", "targets", index, clock] if CLOCKS.contains(clock) => {
                Some(format!("{}-{clock}", row(&self.rules, index)?))
            }
            ["rules", "targets", index, ..] => Some(format!("{}-response", row(&self.rules, index)?)),
            ["rules", "alarms", index, ..] => Some(format!("{}-percent", row(&self.alarms, index)?)),
            ["rules", name @ ("legal" | "close_after")] => Some((*name).to_owned()),
            ["rules", "fallback_team_id"] => Some("fallback".to_owned()),
            ["effective_at"] => Some("effective_at".to_owned()),
            _ => None,
        }
    }
}
