//! `GET /laporan/{period}`: a report, every table with what its columns mean; and adding to it.

use actix_web::web;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::Serialize;

use super::super::Answer;
use super::super::draft::Draft;
use super::super::form::Form;
use super::super::frame::Place;
use super::super::visitor::{Next, Page, Visitor};
use super::super::words::When;
use super::signing::Signing;
use super::{Choice, Query, choices, suffix};
use crate::domain::evaluation::writes;
use crate::domain::people::{Actor, Role};
use crate::domain::report::Snapshot;
use crate::domain::report::definitions::GENERAL;
use crate::domain::report::snapshot::{Cell, Table, Unit};
use crate::reports::chart::{self, Chart};
use crate::reports::narrative;
use crate::reports::words::{below, told};
use crate::services::evaluations::list as evaluations;
use crate::services::notifications::seen;
use crate::services::reports::{addend, grouped, read, tickets};
use crate::services::{Desk, Result};

/// What a figure or a column means.
#[derive(Debug, Serialize)]
struct Meaning {
    title: String,
    counts: String,
    leaves_out: Option<String>,
}

/// A figure of the summary.
#[derive(Debug, Serialize)]
struct FigureLine {
    title: String,
    value: String,
    meaning: Meaning,
}

/// The head of a column.
#[derive(Debug, Serialize)]
struct Head {
    title: String,
    number: bool,
}

/// A cell of a table.
#[derive(Debug, Serialize)]
struct Shown {
    label: String,
    value: String,
    number: bool,
}

/// A chart, as a picture that can neither load nor run anything.
#[derive(Debug, Serialize)]
struct Drawing {
    title: String,
    source: String,
    alt: String,
    width: u32,
    height: u32,
}

impl Drawing {
    fn of(chart: &Chart) -> Self {
        Self {
            title: chart.title.clone(),
            source: format!("data:image/svg+xml;base64,{}", BASE64_STANDARD.encode(&chart.svg)),
            alt: chart.alt.clone(),
            width: chart::WIDTH,
            height: chart.height,
        }
    }
}

/// A row.
#[derive(Debug, Serialize)]
struct Line {
    label: String,
    cells: Vec<Shown>,
}

/// A table.
#[derive(Debug, Serialize)]
struct Sheet {
    key: String,
    title: String,
    rows_title: String,
    drawing: Option<Drawing>,
    heads: Vec<Head>,
    lines: Vec<Line>,
    total: Option<Line>,
    meanings: Vec<Meaning>,
}

/// A matter of the summary in sentences.
#[derive(Debug, Serialize)]
struct Matter {
    lead: String,
    text: String,
}

/// Something said about a report after it was frozen.
#[derive(Debug, Serialize)]
struct Said {
    reason: String,
    text: String,
    author: String,
    at: When,
}

/// How a frozen report is proved.
#[derive(Debug, Serialize)]
struct Seal {
    frozen: When,
    sha256: String,
    code: String,
}

/// Where something leads.
#[derive(Debug, Serialize)]
struct Link {
    href: String,
    label: &'static str,
}

/// Where the evaluation of a report is, or, for those who write it, begins.
fn evaluation(desk: &Desk, actor: &Actor, report: &read::Report, opd: Option<&str>) -> Result<Option<Link>> {
    if let Some(id) = evaluations::of(desk, actor, report.period, report.scope)? {
        return Ok(Some(Link { href: format!("/evaluasi/{id}"), label: "Evaluasi periode ini" }));
    }
    let opd = opd.map(|opd| format!("&opd={opd}")).unwrap_or_default();
    let begins = || Link { href: format!("/evaluasi/baru?periode={}{opd}", report.period), label: "Buat evaluasi" };
    Ok(writes(actor).then(begins))
}

#[derive(Serialize)]
pub(super) struct ReportPage {
    heading: String,
    whose: String,
    address: String,
    suffix: String,
    /// The code of the OPD that was asked for.
    opd: Option<String>,
    choices: Vec<Choice>,
    complete: bool,
    computed: When,
    seal: Option<Seal>,
    anchor: Option<String>,
    points: Vec<Matter>,
    figures: Vec<FigureLine>,
    sheets: Vec<Sheet>,
    general: &'static [&'static str],
    addenda: Vec<Said>,
    signing: Option<Signing>,
    /// Whether whoever looks gets the list of its tickets.
    lists: bool,
    /// Its evaluation: where it is, or where it begins.
    evaluation: Option<Link>,
    /// Whether whoever looks may add to it.
    adds: bool,
    /// Whether an addendum was refused.
    amending: bool,
    draft: Draft,
}

impl Page for ReportPage {
    const TEMPLATE: &'static str = "pages/reports/show";
    const PLACE: Place = Place::Reports;

    fn title(&self) -> String {
        format!("{} · Laporan", self.heading)
    }
}

/// `GET /laporan/{period}`
pub async fn show(visitor: Visitor, period: web::Path<String>, query: web::Query<Query>) -> Answer {
    visitor.show(move |desk, caller| build(desk, &caller.actor, &period, &query, Draft::default())).await
}

/// `POST /laporan/{period}/adendum`
pub async fn add(visitor: Visitor, period: web::Path<String>, query: web::Query<Query>, form: Form) -> Answer {
    let (period, query) = (period.into_inner(), query.into_inner());
    let (again, kept) = (period.clone(), query.clone());
    visitor
        .submit(
            form,
            move |desk, caller, form| {
                addend::run(desk, caller, &period, query.opd(), &form.input()?)?;
                Ok(Next::saying(format!("/laporan/{period}{}", suffix(query.opd())), "adendum-ditambah"))
            },
            move |desk, caller, draft| build(desk, &caller.actor, &again, &kept, draft),
        )
        .await
}

pub(super) fn build(desk: &Desk, actor: &Actor, period: &str, query: &Query, draft: Draft) -> Result<ReportPage> {
    let report = read::run(desk, actor, period, query.opd())?;
    if let Some(row) = &report.frozen {
        seen::of_report(desk, actor, row.id)?;
    }
    let (snapshot, now) = (&report.snapshot, desk.now());
    let when = |at| When::of(at, now, desk.zone);
    let said = |row: &crate::store::reports::AddendumRow| Said {
        reason: row.reason.clone(),
        text: row.body.clone(),
        author: row.author.clone(),
        at: when(row.at.and_utc()),
    };
    let suffix = suffix(query.opd());
    Ok(ReportPage {
        heading: format!("Laporan {}", snapshot.period.name),
        whose: snapshot.scope.opd.as_ref().map_or_else(|| desk.config.tenant.all_opds(), |opd| opd.name.clone()),
        address: format!("/laporan/{}", report.period),
        opd: query.opd().map(str::to_owned),
        suffix,
        choices: choices(desk, actor, report.scope)?,
        complete: snapshot.complete,
        computed: when(snapshot.generated_at),
        seal: report.frozen.as_ref().map(|row| Seal {
            frozen: when(row.frozen_at.and_utc()),
            sha256: row.sha256.clone(),
            code: grouped(&row.code),
        }),
        anchor: snapshot.anchor.as_ref().map(|anchor| format!("{} ({})", anchor.hash, When::day(anchor.day))),
        points: narrative::points(snapshot, &desk.config.tenant.opd_word)
            .into_iter()
            .map(|point| Matter { lead: point.lead, text: point.text })
            .collect(),
        figures: figures(snapshot),
        sheets: sheets(snapshot),
        general: GENERAL,
        addenda: report.addenda.iter().map(said).collect(),
        signing: Signing::of(desk, actor, &report)?,
        lists: tickets::may(actor, report.scope),
        evaluation: evaluation(desk, actor, &report, query.opd())?,
        adds: report.frozen.is_some() && (actor.has(Role::Supervisor) || actor.has(Role::Admin)),
        amending: draft.verb == "adendum",
        draft,
    })
}

fn meaning(snapshot: &Snapshot, key: &str) -> Option<Meaning> {
    let definition = snapshot.definition(key)?;
    Some(Meaning {
        title: definition.title.clone(),
        counts: definition.counts.clone(),
        leaves_out: Some(definition.leaves_out.clone()).filter(|text| !text.is_empty()),
    })
}

fn figures(snapshot: &Snapshot) -> Vec<FigureLine> {
    let line = |figure: &crate::domain::report::snapshot::Figure| {
        let meaning = meaning(snapshot, &figure.key)?;
        Some(FigureLine { title: figure.title.clone(), value: told(&figure.value, figure.unit), meaning })
    };
    snapshot.figures.iter().filter_map(line).collect()
}

fn sheets(snapshot: &Snapshot) -> Vec<Sheet> {
    let charts = chart::charts(snapshot);
    let filled = snapshot.tables.iter().filter(|table| !table.rows.is_empty());
    filled.map(|table| sheet(snapshot, table, charts.iter().find(|chart| chart.table == table.key))).collect()
}

fn sheet(snapshot: &Snapshot, table: &Table, chart: Option<&Chart>) -> Sheet {
    let line = |label: &str, cells: &[Cell]| {
        let shown = table.columns.iter().zip(cells).map(|(column, cell)| Shown {
            label: column.title.clone(),
            value: below(cell, column.unit),
            number: column.unit != Unit::Text,
        });
        Line { label: label.to_owned(), cells: shown.collect() }
    };
    Sheet {
        key: table.key.clone(),
        title: table.title.clone(),
        rows_title: table.rows_title.clone(),
        drawing: chart.map(Drawing::of),
        heads: table
            .columns
            .iter()
            .map(|column| Head { title: column.title.clone(), number: column.unit != Unit::Text })
            .collect(),
        lines: table.rows.iter().map(|row| line(&row.label, &row.cells)).collect(),
        total: table.total.as_ref().map(|cells| line("Jumlah", cells)),
        meanings: table.columns.iter().filter_map(|column| meaning(snapshot, &column.key)).collect(),
    }
}
