//! `GET /admin/kebijakan`: the policy in force as tables, its versions, and what a ticket would be promised.

use actix_web::web;
use serde::Serialize;

use super::super::Answer;
use super::super::visitor::Visitor;
use super::super::words::Spoken;
use super::calendar::VersionRow;
use super::policy_names::Names;
use super::preview::{self, Asked, Preview};
use super::section::{self, Section};
use super::target_text::told;
use crate::domain::sla::keeping::Pausing;
use crate::domain::sla::policy::{HandoverRule, Policy, TargetRule};
use crate::domain::sla::target::Target;
use crate::services::admin::{policy, versions};
use crate::services::{Caller, Desk, Result};

/// The targets of a rule.
#[derive(Serialize)]
struct RuleRow {
    about: String,
    targets: Vec<String>,
}

/// A fact of the policy.
#[derive(Serialize)]
struct Fact {
    label: String,
    value: String,
}

#[derive(Serialize)]
struct PolicyPage {
    rules: Vec<RuleRow>,
    others: Vec<Fact>,
    pausing: Vec<Fact>,
    alarms: Vec<Fact>,
    calendars: Vec<Fact>,
    handover: Vec<Fact>,
    versions: Vec<VersionRow>,
    preview: Preview,
}

impl Section for PolicyPage {
    const TEMPLATE: &'static str = "pages/admin/policy";
    const PART: &'static str = "/admin/kebijakan";

    fn title(&self) -> String {
        "Kebijakan tingkat layanan".to_owned()
    }
}

/// `GET /admin/kebijakan`
pub async fn show(visitor: Visitor, query: web::Query<Asked>) -> Answer {
    let asked = query.into_inner();
    section::show(visitor, move |desk, caller| build(desk, caller, &asked)).await
}

fn build(desk: &Desk, caller: &Caller, asked: &Asked) -> Result<PolicyPage> {
    let all = policy::versions(desk)?;
    let rules: Policy = versions::current(&all)?.rules()?;
    let names = Names::read(desk)?;
    let fact = |label: String, value: String| Fact { label, value };
    let mut calendars = vec![fact("Semua yang tidak disebut".to_owned(), names.calendar(rules.calendars.default_id))];
    let opds = rules.calendars.opds.iter();
    calendars.extend(opds.map(|own| fact(names.opd(own.opd_id), names.calendar(own.calendar_id))));
    let teams = rules.calendars.teams.iter();
    calendars.extend(teams.map(|own| fact(names.team(own.team_id), names.calendar(own.calendar_id))));
    Ok(PolicyPage {
        rules: rules.targets.iter().map(|rule| row(&names, rule)).collect(),
        others: vec![
            fact("Pemberitahuan data pribadi (UU 27/2022 Pasal 46)".to_owned(), told(rules.legal)),
            fact("Tiket selesai ditutup sendiri setelah".to_owned(), told(rules.close_after)),
        ],
        pausing: pausing(rules.pausing),
        alarms: rules
            .alarms
            .iter()
            .map(|alarm| {
                let tell: Vec<_> = alarm.tell.iter().map(|who| who.label()).collect();
                fact(format!("{} % target terpakai", alarm.percent), format!("beri tahu {}", tell.join(", ")))
            })
            .collect(),
        calendars,
        handover: handover(&names, &rules),
        versions: VersionRow::all(desk, &all),
        preview: preview::of(desk, caller, asked, None)?,
    })
}

fn row(names: &Names, rule: &TargetRule) -> RuleRow {
    let target = |target: Option<Target>| target.map_or_else(|| "ikut aturan umum".to_owned(), told);
    RuleRow {
        about: names.rule(rule.kind, rule.priority, rule.category_id, rule.opd_id),
        targets: [rule.response, rule.resolution, rule.tier1, rule.tier2_accept, rule.tier2].map(target).to_vec(),
    }
}

fn pausing(pausing: Pausing) -> Vec<Fact> {
    let told = |pauses: bool| if pauses { "waktu berhenti" } else { "waktu tetap berjalan" };
    let fact = |label: &str, pauses| Fact { label: label.to_owned(), value: told(pauses).to_owned() };
    vec![
        fact("Menunggu pelapor", pausing.waiting_requester),
        fact("Menunggu pihak ketiga", pausing.waiting_third_party),
        fact("Menunggu persetujuan", pausing.waiting_approval),
    ]
}

fn handover(names: &Names, rules: &Policy) -> Vec<Fact> {
    let told = |enabled: bool| if enabled { "diserahkan sendiri" } else { "tidak diserahkan sendiri" };
    let rule = |rule: &HandoverRule| Fact {
        label: names.rule(rule.kind, rule.priority, None, rule.opd_id),
        value: told(rule.enabled).to_owned(),
    };
    let team = rules.fallback_team_id.map_or_else(|| "tim aktif pertama".to_owned(), |team| names.team(team));
    let mut facts: Vec<_> = rules.automatic_handover.iter().map(rule).collect();
    facts.push(Fact { label: "Tiket lain".to_owned(), value: told(true).to_owned() });
    facts.push(Fact { label: "Tim bila kategori tidak menyebut tim".to_owned(), value: team });
    facts
}
