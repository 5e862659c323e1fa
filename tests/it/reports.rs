//! Reports: what they count, that they are frozen once, who may read them, and their forms.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Barrier};

use chrono::Duration;
use kentongan::domain::chain::sha256_hex;
use kentongan::domain::report::definitions::{DEFINITIONS, GENERAL, TABLES};
use kentongan::domain::report::{Scope, Snapshot, schema};
use kentongan::reports::csv as sheet;
use kentongan::services::import::{self, Map, Options};
use kentongan::services::reports::{freeze, prove, read};
use kentongan::services::{Desk, Error, SystemClock};
use kentongan::store::history::AuditFilter;
use kentongan::store::{history, reports, settings};
use kentongan::workers;
use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::database::{Kind, on_both};
use crate::support::program::{Program, run};

fn file(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn report(app: &App, who: &str, path: &str) -> Snapshot {
    serde_json::from_value(app.sign_in(who).get(&format!("/reports/{path}")).expect(200)).unwrap()
}

fn figure(snapshot: &Snapshot, key: &str) -> Value {
    serde_json::to_value(&snapshot.figure(key).unwrap().value).unwrap()
}

fn figures(snapshot: &Snapshot, keys: &[&str]) -> Vec<Value> {
    keys.iter().map(|key| figure(snapshot, key)).collect()
}

fn freeze_all(desk: &Desk) -> usize {
    freeze::run(desk, &mut |_| Ok(true)).unwrap()
}

#[test]
fn a_report_counts_what_happened() {
    on_both(|kind| {
        let app = App::on(kind);
        app.november();
        let all = report(&app, "supervisor", "2026-11");
        let flow = ["backlog_start", "opened", "resolved", "cancelled", "backlog_end"];
        assert_eq!(figures(&all, &flow), [json!(0), json!(6), json!(2), json!(1), json!(3)]);
        let tiers = ["tier1_solved", "handed_over", "returned", "reopened", "security_incidents"];
        assert_eq!(figures(&all, &tiers), [json!(1), json!(1), json!(1), json!(1), json!(1)]);
        assert_eq!(figures(&all, &["ratings", "stars"]), [json!(1), json!(4.0)]);
        // Two to the network, the first of them returned, and the incident to CSIRT.
        assert_eq!(figures(&all, &["handovers"]), [json!(3)]);
        let breaches = figure(&all, "breaches").as_i64().unwrap();
        let compliance = all.table("compliance").unwrap();
        assert_eq!(serde_json::to_value(compliance.total_of("late").unwrap()).unwrap(), json!(breaches));
        let hidden = all.table("by_category").unwrap().row("hidden").unwrap();
        assert_eq!(serde_json::to_value(&hidden.cells[1]).unwrap(), json!(2), "restricted and security");

        let own = report(&app, "head", "2026-11");
        assert_eq!(own.scope.opd.as_ref().unwrap().code, "OPD-A");
        assert_eq!(figures(&own, &["opened", "handovers"]), [json!(5), json!(2)], "without the security incident");
        assert!(own.figure("security_incidents").is_none());
        assert_eq!(report(&app, "supervisor", "2026-11?opd=opd-a").figures, own.figures);

        for longer in ["2026-Q4", "2026-S2", "2026"] {
            assert_eq!(report(&app, "auditor", longer).figures, all.figures, "{longer}");
        }
    });
}

#[test]
fn a_month_is_frozen_once_it_is_over_and_stays_as_it_was() {
    on_both(|kind| {
        let app = App::on(kind);
        let reopened = app.november();
        assert_eq!(freeze_all(&app.desk), 0, "the running month is not frozen");
        app.pass(Duration::days(26));
        // 30 November, 8.05 local time, and then 5 December.
        app.pass(Duration::days(5));
        assert_eq!(freeze_all(&app.desk), 0, "the days of grace are not over");
        let provisional = report(&app, "supervisor", "2026-11");
        app.pass(Duration::days(1));
        assert_eq!(freeze_all(&app.desk), 1);
        assert_eq!(freeze_all(&app.desk), 0, "once");

        let read_again = || app.sign_in("supervisor").get("/reports/2026-11").expect(200);
        let before = read_again();
        let snapshot: Snapshot = serde_json::from_value(before.clone()).unwrap();
        assert!(snapshot.complete);
        assert_eq!(snapshot.figures, provisional.figures);
        let list = app.sign_in("auditor").get("/reports").expect(200);
        let states: Vec<&str> =
            list["items"].as_array().unwrap().iter().map(|i| i["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["provisional", "frozen"], "December is the present month");
        let row = app.desk.read(|conn| Ok(reports::of(conn, "2026-11", Scope::All)?)).unwrap().unwrap();
        assert_eq!(list["items"][1]["sha256"], json!(sha256_hex(row.snapshot.as_bytes())));

        // What happens later changes nothing in it.
        app.ticket();
        let raise = json!({"impact": "high", "urgency": "high"});
        app.sign_in("agent").patch(&format!("/tickets/{reopened}"), &raise).expect(200);
        assert_eq!(read_again(), before);
        let desks = app.opds.len();
        let frozen = [Scope::All].into_iter().chain(app.opds.values().map(|opd| Scope::One(*opd)));
        let there =
            frozen.filter(|scope| app.desk.read(|conn| Ok(reports::is_frozen(conn, "2026-11", *scope)?)).unwrap());
        assert_eq!(there.count(), desks + 1);
    });
}

#[test]
fn the_last_day_is_anchored_in_the_report() {
    let app = App::start();
    app.november();
    // The day has its anchor before the month is frozen, even without days of grace.
    app.pass(Duration::days(36));
    assert_eq!(freeze_all(&app.desk), 1);
    let snapshot = report(&app, "auditor", "2026-11");
    assert_eq!(snapshot.anchor, None, "the first anchor is of a later day");
    let anchors = app.desk.read(|conn| Ok(history::anchors(conn)?)).unwrap();
    assert_eq!(anchors.iter().map(|anchor| anchor.day.to_string()).collect::<Vec<_>>(), ["2026-12-09"]);
    app.ticket();
    app.pass(Duration::days(1));
    kentongan::services::history::anchor::run(&app.desk).unwrap();
    app.pass(Duration::days(27));
    assert_eq!(freeze_all(&app.desk), 1);
    let anchor = report(&app, "auditor", "2026-12").anchor.unwrap();
    assert_eq!(anchor.day.to_string(), "2026-12-10");
}

#[test]
fn months_that_were_missed_are_frozen_from_the_first_ticket_on() {
    let app = App::start();
    app.database.tamper("DELETE FROM report");
    app.pass(Duration::days(100));
    assert_eq!(freeze::due(&app.desk).unwrap(), [], "without a ticket there is nothing to report");
    app.ticket();
    app.pass(Duration::days(100));
    let due = freeze::due(&app.desk).unwrap();
    assert_eq!(due.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2027-02", "2027-03", "2027-04"]);
    assert_eq!(freeze_all(&app.desk), 3);
}

fn frozen_events(desk: &Desk) -> usize {
    let filter = AuditFilter { kind: Some("reports_frozen".to_owned()), limit: 10_000, ..AuditFilter::default() };
    desk.read(|conn| Ok(history::audit_list(conn, &filter)?)).unwrap().len()
}

#[test]
fn two_instances_that_freeze_at_once_make_one_snapshot() {
    on_both(|kind| {
        let app = App::on(kind);
        app.ticket();
        app.pass(Duration::days(200));
        let months = freeze::due(&app.desk).unwrap().len();
        let others: Vec<App> = (0..2).map(|_| app.beside()).collect();
        let start = Barrier::new(3);
        let frozen: usize = std::thread::scope(|scope| {
            let desks = [&app, &others[0], &others[1]].map(|app| Arc::clone(&app.desk));
            let running = desks.map(|desk| {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    freeze_all(&desk)
                })
            });
            running.into_iter().map(|one| one.join().unwrap()).sum()
        });
        assert_eq!(frozen, months);
        assert_eq!(frozen_events(&app.desk), months);
        assert_eq!(freeze::due(&app.desk).unwrap(), []);
    });
}

#[test]
fn an_instance_that_is_killed_leaves_months_whole_or_not_at_all() {
    on_both(|kind| {
        let app = App::on(kind);
        app.ticket();
        let scopes = app.opds.len() + 1;
        let database = app.finish();
        database.tamper("UPDATE ticket SET opened_at = '2022-01-15 03:00:00'");
        let desk = Desk::open(database.config(), Arc::new(SystemClock)).unwrap();
        let months = freeze::due(&desk).unwrap().len();
        let frozen = || desk.read(|conn| Ok(reports::frozen_periods(conn)?)).unwrap();
        let is_whole = |period: &String| {
            let count = |scope| desk.read(|conn| Ok(reports::is_frozen(conn, period, scope)?)).unwrap();
            let ids = (1..=i64::try_from(scopes).unwrap() - 1).map(|id| Scope::One(id.into()));
            assert!([Scope::All].into_iter().chain(ids).all(count), "{period}");
        };
        let program = Program::serve(&database);
        while frozen().is_empty() {
            std::thread::yield_now();
        }
        program.kill();
        let done = frozen();
        assert!(done.len() < months, "killed in the middle");
        done.iter().for_each(is_whole);
        // The lease of the dead instance would hold for minutes more.
        database.tamper("DELETE FROM lease");
        let program = Program::serve(&database);
        while !freeze::due(&desk).unwrap().is_empty() {
            std::thread::yield_now();
        }
        drop(program);
        assert_eq!((frozen().len(), frozen_events(&desk)), (months, months));
        frozen().iter().for_each(is_whole);
    });
}

#[test]
fn what_is_no_period_that_can_be_reported_is_refused() {
    on_both(|kind| {
        let app = App::on(kind);
        let supervisor = app.sign_in("supervisor");
        let refused = |path: &str| supervisor.get(&format!("/reports/{path}")).fields();
        let at = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
        assert_eq!(refused("2026-11"), at("/period", "period_before_first"), "there is no ticket at all");
        app.ticket();
        for (path, pointer, code) in [
            ("2026-13", "/period", "invalid_period"),
            ("november", "/period", "invalid_period"),
            ("2026-11-01", "/period", "invalid_period"),
            ("%F0%9F%92%A5", "/period", "invalid_period"),
            ("2026-12", "/period", "period_in_future"),
            ("2027", "/period", "period_in_future"),
            ("2026-10", "/period", "period_before_first"),
            ("2026-Q3", "/period", "period_before_first"),
            ("2026-11?format=csv&table=nothing", "/table", "unknown_table"),
            ("2026-11?table=by_type", "/table", "invalid_value"),
        ] {
            assert_eq!(refused(path), at(pointer, code), "{path}");
        }
        assert_eq!(supervisor.get("/reports/2026-11?format=docx").problem(400), "bad_query");
        assert_eq!(supervisor.get("/reports/2026-11?opd=TIADA").problem(404), "not_found");
        assert_eq!(supervisor.get("/reports?opd=TIADA").problem(404), "not_found");
        for (who, path) in
            [("agent", "/reports/2026-11?opd=OPD-B"), ("head", "/reports?opd=OPD-B"), ("tier2", "/reports/2026-11")]
        {
            assert_eq!(app.sign_in(who).get(path).problem(404), "not_found", "{who}");
        }
    });
}

#[test]
fn an_addendum_stands_beside_a_frozen_report() {
    on_both(|kind| {
        let app = App::on(kind);
        app.ticket();
        let said = json!({"reason": "Penyebab disetujui terlambat", "text": "Dua target di luar kendali."});
        let add = |who: &str| app.sign_in(who).post("/reports/2026-11/addenda", &said);
        assert_eq!(add("supervisor").problem(409), "report_not_frozen");
        app.pass(Duration::days(40));
        freeze_all(&app.desk);
        let before = app.sign_in("supervisor").get("/reports/2026-11").expect(200);
        let added = add("supervisor").expect(201);
        assert_eq!(added["reason"], said["reason"]);
        assert_eq!(app.sign_in("supervisor").get("/reports/2026-11").expect(200), before);
        let all = app.sign_in("auditor").get("/reports/2026-11/addenda").expect(200);
        assert_eq!(all["items"].as_array().unwrap().len(), 1);
        let own = app.sign_in("head").get("/reports/2026-11/addenda").expect(200);
        assert_eq!(own["items"], json!([]), "it is of the report of all");
        let empty = app.sign_in("admin").post("/reports/2026-11/addenda", &json!({"reason": " ", "text": ""}));
        assert_eq!(empty.fields().len(), 2);

        let listed = app.sign_in("auditor").get("/reports").expect(200);
        let frozen = listed["items"].as_array().unwrap().iter().find(|item| item["period"] == "2026-11").unwrap();
        assert_eq!(frozen["addenda"], json!(1));
        let code = frozen["code"].as_str().unwrap();
        let proof = prove::run(&app.desk, &code.to_lowercase()).unwrap();
        assert_eq!((proof.period.as_str(), proof.opd.as_deref()), ("November 2026", None));
        assert_eq!(
            proof.addenda.iter().map(|(_, reason)| reason.as_str()).collect::<Vec<_>>(),
            ["Penyebab disetujui terlambat"]
        );
        assert!(matches!(prove::run(&app.desk, "0000-0000-0000-0000"), Err(Error::NotFound)));
        assert!(matches!(prove::run(&app.desk, ""), Err(Error::NotFound)));
    });
}

#[test]
fn a_report_that_was_changed_behind_the_program_is_not_shown() {
    let app = App::start();
    app.ticket();
    app.pass(Duration::days(40));
    freeze_all(&app.desk);
    let row = app.desk.read(|conn| Ok(reports::of(conn, "2026-11", Scope::All)?)).unwrap().unwrap();
    app.database.tamper("UPDATE report SET snapshot = replace(snapshot, '\"value\":1', '\"value\":2')");
    assert!(matches!(read::unchecked(&app.desk, "2026-11", None), Err(Error::Internal(_))));
    assert!(matches!(prove::run(&app.desk, &row.code), Err(Error::Internal(_))));
}

/// What a spreadsheet would run, and letters of all kinds.
const NASTY: [&str; 3] = ["=cmd|' /C calc'!A0", "Dinas 🏥 \u{202e}kebalik\u{202c}, \"kutip\"; titik", "@SUM(A1:A9)"];

#[test]
fn every_form_says_the_same_and_no_name_becomes_a_formula() {
    let app = App::start();
    let admin = app.sign_in("admin");
    for (n, name) in NASTY.iter().enumerate() {
        let long = format!("{name}{}", "x".repeat(if n == 1 { 120 - name.chars().count() } else { 0 }));
        admin.post("/opds", &json!({"code": format!("N-{n}"), "name": long, "kind": "dinas"})).expect(201);
    }
    app.november();
    let snapshot = report(&app, "auditor", "2026-11");
    let schema = jsonschema::validator_for(&schema::document()).unwrap();
    let value = serde_json::to_value(&snapshot).unwrap();
    assert!(schema.is_valid(&value), "{:?}", schema.iter_errors(&value).map(|e| e.to_string()).collect::<Vec<_>>());
    assert!(!schema.is_valid(&json!({"schema_version": 1})));

    let whole = sheet::whole(&snapshot).unwrap();
    assert!(whole.windows(2).filter(|two| two == b"\r\n").count() > 300);
    let mut told = BTreeMap::new();
    for line in csv::Reader::from_reader(whole.as_slice()).into_records() {
        let line = line.unwrap();
        assert!(line.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{line:?}");
        let key = [&line[2], &line[3], &line[5]].map(|part| part.trim_start_matches('\'').to_owned());
        assert_eq!(told.insert(key, line[8].to_owned()), None, "{line:?}");
    }
    let cell = |value: &Option<kentongan::domain::report::snapshot::Value>| match serde_json::to_value(value).unwrap() {
        Value::Null => String::new(),
        Value::String(text) => text,
        // 100.0 of JSON is 100 of CSV.
        number => number.as_f64().unwrap().to_string(),
    };
    for figure in &snapshot.figures {
        assert_eq!(told[&["summary".to_owned(), String::new(), figure.key.clone()]], cell(&figure.value));
    }
    let mut cells = snapshot.figures.len();
    for table in &snapshot.tables {
        let total = table.total.iter().map(|cells| ("total".to_owned(), cells));
        for (row, values) in table.rows.iter().map(|row| (row.key.clone(), &row.cells)).chain(total) {
            for (column, value) in table.columns.iter().zip(values) {
                assert_eq!(told[&[table.key.clone(), row.clone(), column.key.clone()]], cell(value));
                cells += 1;
            }
        }
    }
    assert_eq!(told.len(), cells);

    let wide = app.sign_in("auditor").get("/reports/2026-11?format=csv&table=by_opd");
    assert_eq!(wide.status, 200);
    let by_opd = sheet::table(&snapshot, "by_opd").unwrap().unwrap();
    let text = String::from_utf8(by_opd).unwrap();
    assert!(text.contains("'=cmd|' /C calc'!A0") && text.contains("'@SUM(A1:A9)"), "{text}");
    assert!(text.starts_with("key,OPD,Sisa awal,Masuk,"), "{text}");
}

/// The definitions are kept as a document, so that a change of them shows in its diff.
#[test]
fn the_document_of_figures_is_what_the_program_says() {
    let mut text = String::from(
        "# Figures of a report\n\nThe same words are in every report (`definitions`) and on its page. A test holds this \
         document equal to the program.\n\n## What holds for all\n\n",
    );
    GENERAL.iter().for_each(|sentence| text += &format!("- {sentence}\n"));
    text += "\n## Figures and columns\n\n| key | nama | satuan | yang dihitung | yang tidak dihitung |\n|---|---|---|---|---|\n";
    for of in DEFINITIONS {
        let words = [of.key, of.title, of.unit.as_str(), of.counts, of.leaves_out];
        let [key, title, unit, counts, leaves_out] = words;
        text += &format!("| `{key}` | {title} | {unit} | {counts} | {leaves_out} |\n");
    }
    text += "\n## Tables\n\n| key | nama | baris |\n|---|---|---|\n";
    TABLES.iter().for_each(|table| text += &format!("| `{}` | {} | {} |\n", table.key, table.title, table.rows));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(file("docs/figures.md"), &text).unwrap();
    }
    assert!(std::fs::read_to_string(file("docs/figures.md")).unwrap() == text, "docs/figures.md is out of date");
}

/// Counts of a real log, by a program of its own that reads the CSV, against ours.
#[test]
fn the_counts_of_a_real_log_are_those_of_another_program() {
    on_both(|kind| {
        let app = App::on_empty(kind);
        let map = Map::load(&file("config/import/servicenow.toml")).unwrap();
        let log = file("tests/data/incident_log_slice.csv");
        import::run(&app.desk, &log, &map, &Options::default(), &mut |_| {}).unwrap();
        let database = app.finish();
        let counted = Command::new("python3")
            .arg(file("tests/report/count.py"))
            .args([log.as_path(), Path::new(env!("CARGO_BIN_EXE_kentongan"))])
            .arg(&database.url)
            // No setting of this test is one of the program.
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .current_dir(database.folder.path())
            .output()
            .unwrap();
        let (out, err) = (String::from_utf8_lossy(&counted.stdout), String::from_utf8_lossy(&counted.stderr));
        assert!(counted.status.success() && out.contains("all equal"), "{out}\n{err}");
    });
}

#[test]
fn nothing_is_frozen_while_a_log_is_taken_over() {
    let app = App::on_empty(Kind::Sqlite);
    let map = Map::load(&file("config/import/servicenow.toml")).unwrap();
    let options = Options { stop_after: Some(1), ..Options::default() };
    let mut looked = 0;
    import::run(&app.desk, &file("tests/data/incident_log_slice.csv"), &map, &options, &mut |progress| {
        if progress.tickets > 0 {
            assert!(!freeze::due(&app.desk).unwrap().is_empty(), "the first months of the log are long over");
            workers::reports::tick(&app.desk, "another instance").unwrap();
            assert_eq!(app.desk.read(|conn| Ok(reports::frozen_periods(conn)?)).unwrap(), [""; 0]);
            looked += 1;
        }
    })
    .unwrap();
    assert_eq!(looked, 1);
    app.pass(Duration::seconds(1));
    let now = app.desk.now();
    let free = app.desk.store.write(|tx| settings::lease(tx, "reports", "another instance", now, now)).unwrap();
    assert!(free, "an import that is over leaves it to the worker");
}

#[test]
fn the_command_line_writes_reports() {
    let app = App::start();
    app.november();
    let database = app.finish();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let out = run(&database, &["report", "--month", "2026-11", "--format", "csv", "--out", "laporan.csv"]);
    assert!(out.status.success(), "{}", text(out.stderr));
    assert!(std::fs::read_to_string(database.folder.path().join("laporan.csv")).unwrap().contains("2026-11,,by_type"));
    let page = run(&database, &["report", "--month", "2026-11", "--opd", "opd-a", "--format", "html"]);
    assert!(text(page.stdout).starts_with("<!doctype html>"));
    let list = run(&database, &["report", "--month", "2026-11", "--tickets", "--format", "csv"]);
    assert!(text(list.stdout).starts_with("Nomor,Jenis,Prioritas,"));
    for (arguments, said) in [
        (["--month", "2026-13"].as_slice(), "write a month"),
        (&["--month", "2026-11", "--tickets"], "csv or xlsx"),
        (&["--month", "2026-11", "--tickets", "--format", "csv", "--opd", "TIADA"], "no OPD of this code"),
        (&["--month", "8999-01"], "has not begun"),
        (&["--month", "2026-10"], "no ticket in this period"),
        (&["--month", "2026-11", "--opd", "TIADA"], "no OPD of this code"),
        (&["--month", "2026-11", "--table", "by_type"], "--format csv"),
        (&["--month", "2026-11", "--format", "csv", "--table", "x"], "by_type"),
        (&["--month", "2026-11", "--out", "/nowhere/at/all"], "cannot write"),
    ] {
        let out = run(&database, &[&["report"], arguments].concat());
        assert_eq!(out.status.code(), Some(2), "{arguments:?}");
        let words = text(out.stderr);
        assert!(words.contains(said), "{arguments:?}: {words}");
    }
}
