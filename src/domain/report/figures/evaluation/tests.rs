use chrono_tz::Tz;

use super::super::super::super::evaluation::FollowUpStatus;
use super::super::super::super::ids::OpdId;
use super::super::super::facts::{Facts, Named, Names, Scope};
use super::super::super::period::Period;
use super::super::super::snapshot::{Snapshot, TenantPart};
use super::super::compute;
use super::*;

const DAY: i64 = 86_400;

fn october() -> Period {
    Period::parse("2026-10").unwrap()
}

fn month() -> (i64, i64) {
    let (from, to) = october().bounds(chrono_tz::Asia::Jakarta);
    (from.timestamp(), to.timestamp())
}

fn step(at: i64, status: FollowUpStatus, note: Option<&str>) -> FollowUpFact {
    FollowUpFact { at, status, note: note.map(str::to_owned) }
}

fn fact(period: &str, steps: Vec<FollowUpFact>) -> RecommendationFact {
    RecommendationFact {
        id: 4,
        period: Period::parse(period).unwrap(),
        evaluated: Scope::All,
        owner: OpdId(1),
        text: "Tunjuk\npetugas".to_owned(),
        due_on: "2026-10-20".parse().unwrap(),
        steps,
    }
}

fn snapshot(facts: Vec<RecommendationFact>, scope: Scope) -> Snapshot {
    let named = |id: i64| (OpdId(id), Named { code: format!("O{id}"), name: format!("Nama {id}"), active: true });
    let names = Names { opds: (1..=3).map(named).collect(), ..Names::default() };
    let tenant = TenantPart { name: "Pemda".to_owned(), dinas: "Dinas".to_owned() };
    let facts = Facts { recommendations: facts, ..Facts::default() };
    let (period, zone): (Period, Tz) = (october(), chrono_tz::Asia::Jakarta);
    let now = "2026-11-06T00:00:00Z".parse().unwrap();
    let (facts, names) = (&facts, &names);
    compute(&Input { period, zone, scope, tenant: &tenant, facts, names, anchor: None, now })
}

/// FollowUpStatus and note in the table of what was recommended before, and status in that of what is recommended now.
fn shown(fact: RecommendationFact) -> (Option<(String, String)>, Option<String>) {
    let snapshot = snapshot(vec![fact], Scope::All);
    let cell = |cell: &Cell| match cell {
        Some(Value::Text(text)) => text.clone(),
        None => String::new(),
        other => panic!("{other:?} is no text"),
    };
    let before = snapshot.table("follow_up").unwrap().row("R-4").map(|row| (cell(&row.cells[4]), cell(&row.cells[5])));
    (before, snapshot.table("recommendations").unwrap().row("R-4").map(|row| cell(&row.cells[3])))
}

#[test]
fn what_was_open_when_the_period_began_opens_its_report() {
    use FollowUpStatus::{Done, Dropped, InProgress, Open, Submitted};
    let (from, to) = month();
    let before = |status: &str, note: &str| (Some((status.to_owned(), note.to_owned())), None);
    let now = |status: &str| (None, Some(status.to_owned()));
    let added = step(from - 20 * DAY, Open, None);
    for (name, period, steps, expected) in [
        ("nothing done", "2026-09", vec![added.clone()], before("Belum ditindaklanjuti, lewat batas waktu", "")),
        (
            "written while the month went on",
            "2026-09",
            vec![step(from + 8 * DAY, Open, None)],
            before("Belum ditindaklanjuti, lewat batas waktu", ""),
        ),
        (
            "worked on",
            "2026-08",
            vec![added.clone(), step(from + DAY, InProgress, Some("Surat\n sudah dikirim")), step(to, Done, None)],
            before("Sedang ditindaklanjuti, lewat batas waktu", "Surat sudah dikirim"),
        ),
        (
            "waits for supervision",
            "2026-09",
            vec![added.clone(), step(from + DAY, Submitted, Some("Sudah"))],
            before("Diajukan selesai", "Sudah"),
        ),
        (
            "done within the month",
            "2026-09",
            vec![added.clone(), step(from, Done, Some("Sesuai"))],
            before("Selesai", "Sesuai"),
        ),
        ("over before the month", "2026-09", vec![added.clone(), step(from - 1, Dropped, Some("x"))], (None, None)),
        ("made after the month", "2026-09", vec![step(to, Open, None)], (None, None)),
        (
            "of this month",
            "2026-10",
            vec![step(to + 2 * DAY, Open, None)],
            now("Belum ditindaklanjuti, lewat batas waktu"),
        ),
        ("of a quarter that ends later", "2026-Q4", vec![added.clone()], (None, None)),
        ("of a quarter that ended", "2026-Q3", vec![added], before("Belum ditindaklanjuti, lewat batas waktu", "")),
    ] {
        assert_eq!(shown(fact(period, steps)), expected, "{name}");
    }
}

#[test]
fn an_opd_is_told_what_it_is_to_do_and_what_its_own_evaluation_said() {
    let (from, _) = month();
    let made = || fact("2026-09", vec![step(from - DAY, FollowUpStatus::Open, None)]);
    for (owner, evaluated, reader, told) in [
        (1, Scope::All, Scope::All, 1),
        (1, Scope::All, Scope::One(OpdId(1)), 1),
        (1, Scope::All, Scope::One(OpdId(2)), 0),
        (1, Scope::One(OpdId(2)), Scope::One(OpdId(2)), 1),
        (1, Scope::One(OpdId(3)), Scope::One(OpdId(2)), 0),
    ] {
        let fact = RecommendationFact { owner: OpdId(owner), evaluated, ..made() };
        let snapshot = snapshot(vec![fact], reader);
        assert_eq!(snapshot.table("follow_up").unwrap().rows.len(), told, "{evaluated:?} {reader:?}");
    }
}

#[test]
fn a_long_note_is_cut_and_a_text_of_several_lines_is_one() {
    let (from, _) = month();
    let note = "kata ".repeat(60);
    let made = fact("2026-09", vec![step(from, FollowUpStatus::InProgress, Some(&note))]);
    let snapshot = snapshot(vec![made], Scope::All);
    let cells = &snapshot.table("follow_up").unwrap().rows[0].cells;
    assert_eq!(cells[0], text("Tunjuk petugas".to_owned()));
    assert_eq!(cells[5], text(format!("{}…", "kata ".repeat(40).trim_end())));
}
