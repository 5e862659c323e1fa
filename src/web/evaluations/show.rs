//! `GET /evaluasi/{id}`: an evaluation with the figures in which something was found, and every recommendation with
//! what became of it.

use actix_web::web;
use serde::Serialize;

use super::super::Answer;
use super::super::draft::Draft;
use super::super::frame::Place;
use super::super::visitor::{Page, Visitor};
use super::super::words::{Spoken, When, Word, size};
use super::step::{EVIDENCE, verb};
use super::{evaluation, status};
use crate::domain::evaluation::{Right, Step};
use crate::domain::ids::EvaluationId;
use crate::domain::people::Actor;
use crate::reports::words::told;
use crate::services::evaluations::happened::Happened;
use crate::services::evaluations::read::{self, Evaluation, Followed, Traced};
use crate::services::{Desk, Result};
use crate::store::evaluations::FindingRow;

/// Something that was found.
#[derive(Debug, Serialize)]
struct Finding {
    id: i64,
    title: String,
    seen: String,
    /// Whether the report was frozen.
    frozen: bool,
    text: String,
    /// Whether it can be taken back.
    removable: bool,
}

/// Something that happened.
#[derive(Debug, Serialize)]
struct Moment {
    at: When,
    who: String,
    what: &'static str,
    note: Option<String>,
}

/// A file.
#[derive(Debug, Serialize)]
struct Evidence {
    href: String,
    name: String,
    size: String,
    uploader: String,
    at: When,
}

/// A form in which something is said.
#[derive(Debug, Serialize)]
struct Say {
    verb: &'static str,
    action: String,
    label: &'static str,
    question: &'static str,
    button: &'static str,
    optional: bool,
    danger: bool,
    failed: bool,
}

/// A recommendation.
#[derive(Debug, Serialize)]
struct Item {
    id: i64,
    version: i64,
    number: String,
    text: String,
    owner: String,
    due: String,
    overdue: bool,
    escalated: Option<When>,
    status: Word,
    /// The finding on which it rests.
    finding: Option<i64>,
    finding_title: Option<String>,
    evidence: Vec<Evidence>,
    history: Vec<Moment>,
    says: Vec<Say>,
    /// Where evidence is sent to, by those who may.
    proves: Option<String>,
    proof_failed: bool,
    edit: Option<String>,
}

#[derive(Serialize)]
pub(super) struct EvaluationPage {
    address: String,
    heading: String,
    whose: String,
    report: Option<String>,
    summary: Option<String>,
    author: String,
    added: When,
    writes: bool,
    findings: Vec<Finding>,
    items: Vec<Item>,
    megabytes: u32,
    /// Whether what was refused belongs to none of the recommendations.
    refused: bool,
    draft: Draft,
}

impl Page for EvaluationPage {
    const TEMPLATE: &'static str = "pages/evaluations/show";
    const PLACE: Place = Place::Evaluations;

    fn title(&self) -> String {
        self.heading.clone()
    }
}

/// `GET /evaluasi/{id}`
pub async fn show(visitor: Visitor, id: web::Path<String>) -> Answer {
    let id = evaluation(&id)?;
    visitor.show(move |desk, caller| build(desk, &caller.actor, id, Draft::default(), None)).await
}

/// The page; `failed` is the recommendation whose form was refused.
pub(super) fn build(
    desk: &Desk,
    actor: &Actor,
    id: EvaluationId,
    draft: Draft,
    failed: Option<i64>,
) -> Result<EvaluationPage> {
    let read = read::run(desk, actor, id)?;
    read::seen(desk, actor, &read)?;
    let items = read.recommendations.iter().map(|one| item(desk, &read, one, &draft, failed));
    let items = items.collect();
    let findings = read.findings.iter().map(|row| finding(row, &read)).collect::<Result<Vec<_>>>()?;
    let suffix = read.row.opd_code.as_ref().map(|code| format!("?opd={code}")).unwrap_or_default();
    Ok(EvaluationPage {
        address: format!("/evaluasi/{id}"),
        heading: format!("Evaluasi {}", read.period.name()),
        whose: read.row.opd_name.clone().unwrap_or_else(|| desk.config.tenant.all_opds()),
        report: read.whole.then(|| format!("/laporan/{}{suffix}", read.period)),
        summary: read.whole.then(|| read.row.summary.clone()),
        author: read.row.author.clone(),
        added: When::of(read.row.added_at.and_utc(), desk.now(), desk.zone),
        writes: read.writes,
        findings,
        items,
        megabytes: desk.config.attachments.most_bytes / 1_048_576,
        refused: draft.problem.is_some() && failed.is_none(),
        draft,
    })
}

fn finding(row: &FindingRow, read: &Evaluation) -> Result<Finding> {
    let (seen, unit) = row.seen()?;
    let used = read.recommendations.iter().any(|one| one.row().finding_id == Some(row.id));
    Ok(Finding {
        id: row.id,
        title: row.title.clone(),
        seen: told(&seen, unit),
        frozen: row.report_sha256.is_some(),
        text: row.body.clone(),
        removable: read.writes && !used,
    })
}

fn item(desk: &Desk, read: &Evaluation, one: &Traced, draft: &Draft, failed: Option<i64>) -> Item {
    let (row, now) = (one.row(), desk.now());
    let Followed { loaded, status: stands, overdue } = &one.followed;
    let address = format!("/evaluasi/rekomendasi/{}", row.id);
    let is_failed = failed == Some(row.id);
    let when = |at: chrono::NaiveDateTime| When::of(at.and_utc(), now, desk.zone);
    let evidence = one.evidence.iter().map(|file| Evidence {
        href: format!("{address}/{EVIDENCE}/{}", file.id),
        name: file.name.clone(),
        size: size(file.size),
        uploader: file.uploader.clone(),
        at: when(file.at),
    });
    let rests = read.findings.iter().find(|finding| Some(finding.id) == row.finding_id);
    let open = !stands.is_final();
    Item {
        id: row.id,
        version: row.version,
        number: format!("R-{}", row.id),
        text: row.body.clone(),
        owner: row.owner_name.clone(),
        due: When::day(row.due_on),
        overdue: *overdue,
        escalated: row.escalated_at.map(when),
        status: status(*stands),
        finding: rests.map(|finding| finding.id),
        finding_title: rests.map(|finding| finding.title.clone()),
        evidence: evidence.collect(),
        history: one.history.iter().rev().map(|happened| moment(desk, happened)).collect(),
        says: says(&one.followed, &address, draft, is_failed),
        proves: (open && loaded.may(Right::Prove)).then(|| format!("{address}/{EVIDENCE}")),
        proof_failed: is_failed && draft.verb == EVIDENCE,
        edit: (open && loaded.may(Right::Write)).then(|| format!("{address}/ubah")),
    }
}

fn moment(desk: &Desk, happened: &Happened) -> Moment {
    Moment {
        at: When::of(happened.row.at.and_utc(), desk.now(), desk.zone),
        who: happened.row.actor.clone().unwrap_or_else(|| "Sistem".to_owned()),
        what: happened.kind.label(),
        note: happened.said(),
    }
}

/// What whoever looks may do next, each as a form.
fn says(one: &Followed, address: &str, draft: &Draft, is_failed: bool) -> Vec<Say> {
    let possible = |step: &Step| one.status.after(*step).is_ok() && one.loaded.may(step.right());
    let say = |step: Step| {
        let (label, question, button) = match step {
            Step::Progress => ("Laporkan kemajuan…", "Apa yang sudah dilakukan", "Laporkan"),
            Step::Submit => ("Ajukan selesai…", "Apa yang sudah dilaksanakan", "Ajukan selesai"),
            Step::Accept => ("Terima sebagai selesai…", "Catatan", "Terima sebagai selesai"),
            Step::Return => ("Kembalikan…", "Yang masih kurang", "Kembalikan"),
            Step::Drop => ("Hentikan…", "Alasan rekomendasi dihentikan", "Hentikan"),
        };
        let verb = verb(step);
        Say {
            verb,
            action: format!("{address}/{verb}"),
            label,
            question,
            button,
            optional: !step.needs_note(),
            danger: step == Step::Drop,
            failed: is_failed && draft.verb == verb,
        }
    };
    Step::ALL.iter().copied().filter(possible).map(say).collect()
}
