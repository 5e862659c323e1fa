use chrono_tz::Tz;

use super::super::super::super::evaluation::{FollowUpStatus, Terms};
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

fn terms(owner: i64, text: &str, due_on: &str) -> Terms {
    Terms { owner: OpdId(owner), text: text.to_owned(), due_on: due_on.parse().unwrap() }
}

fn step(at: i64, status: FollowUpStatus, note: Option<&str>) -> FollowUpFact {
    FollowUpFact { at, status, note: note.map(str::to_owned), terms: terms(1, "Tunjuk\npetugas", "2026-10-20") }
}

fn fact(period: &str, steps: Vec<FollowUpFact>) -> RecommendationFact {
    RecommendationFact { id: 4, period: Period::parse(period).unwrap(), evaluated: Scope::All, steps }
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
    for (owner, evaluated, reader, told) in [
        (1, Scope::All, Scope::All, 1),
        (1, Scope::All, Scope::One(OpdId(1)), 1),
        (1, Scope::All, Scope::One(OpdId(2)), 0),
        (1, Scope::One(OpdId(2)), Scope::One(OpdId(2)), 1),
        (1, Scope::One(OpdId(3)), Scope::One(OpdId(2)), 0),
    ] {
        let made = FollowUpFact {
            terms: terms(owner, "Tunjuk petugas", "2026-10-20"),
            ..step(from - DAY, FollowUpStatus::Open, None)
        };
        let fact = RecommendationFact { evaluated, ..fact("2026-09", vec![made]) };
        let snapshot = snapshot(vec![fact], reader);
        assert_eq!(snapshot.table("follow_up").unwrap().rows.len(), told, "{evaluated:?} {reader:?}");
    }
}

/// What changes after the period, while its report waits to be frozen, is for the next one.
#[test]
fn whose_it_was_and_when_it_was_due_is_told_as_at_the_end_of_the_period() {
    let (from, to) = month();
    let set = |at: i64, terms: Terms| FollowUpFact { terms, ..step(at, FollowUpStatus::Open, None) };
    let made = || set(from - DAY, terms(1, "Tunjuk petugas", "2026-10-20"));
    let late = "Belum ditindaklanjuti, lewat batas waktu";
    for (name, changed, reader, expected) in [
        (
            "after the month",
            set(to + 2 * DAY, terms(2, "Latih petugas", "2026-11-30")),
            Scope::One(OpdId(1)),
            Some(["Tunjuk petugas", "Nama 1", "20 Oktober 2026", late]),
        ),
        ("not its new owner's", set(to, terms(2, "Latih petugas", "2026-11-30")), Scope::One(OpdId(2)), None),
        (
            "within the month",
            set(to - 1, terms(2, "Latih petugas", "2026-11-30")),
            Scope::One(OpdId(2)),
            Some(["Latih petugas", "Nama 2", "30 November 2026", "Belum ditindaklanjuti"]),
        ),
        ("not its old owner's", set(to - 1, terms(2, "Latih petugas", "2026-11-30")), Scope::One(OpdId(1)), None),
    ] {
        let snapshot = snapshot(vec![fact("2026-09", vec![made(), changed])], reader);
        let row = snapshot.table("follow_up").unwrap().row("R-4");
        let cells = row.map(|row| [0, 2, 3, 4].map(|at| row.cells[at].clone()));
        assert_eq!(cells, expected.map(|cells| cells.map(|cell| text(cell.to_owned()))), "{name}");
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
