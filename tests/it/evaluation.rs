//! Evaluations: who writes and who follows, that what is late is told once, and how it stands in reports.

use std::sync::{Arc, Barrier};

use chrono::Duration;
use kentongan::domain::ids::PersonId;
use kentongan::domain::report::Snapshot;
use kentongan::domain::report::snapshot::Value as Cell;
use kentongan::services::evaluations::alarm;
use kentongan::services::reports::freeze;
use kentongan::store::notices;
use kentongan::workers;
use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::database::on_both;

/// The evaluation of November with a finding, as the supervisor writes it; gives its id and that of the finding.
pub fn evaluation(app: &App) -> (i64, i64) {
    app.ticket();
    let supervisor = app.sign_in("supervisor");
    let begun = json!({"period": "2026-11", "summary": "Layanan berjalan."});
    let id = supervisor.post("/evaluations", &begun).expect(201)["id"].as_i64().unwrap();
    let found = json!({"figure": "opened", "text": "Hanya satu tiket."});
    let finding = supervisor.post(&format!("/evaluations/{id}/findings"), &found).expect(201);
    assert_eq!((&finding["seen"], &finding["title"]), (&json!(1), &json!("Masuk")));
    (id, finding["id"].as_i64().unwrap())
}

pub fn advise(app: &App, evaluation: i64, owner: &str, due_on: &str) -> i64 {
    let advice = json!({"owner": owner, "text": "Tunjuk petugas pengganti.", "due_on": due_on});
    let path = format!("/evaluations/{evaluation}/recommendations");
    app.sign_in("supervisor").post(&path, &advice).expect(201)["id"].as_i64().unwrap()
}

fn step(app: &App, who: &str, id: i64, step: &str, note: &str) -> crate::support::client::Answer {
    let body = json!({"step": step, "note": note});
    app.sign_in(who).post(&format!("/recommendations/{id}/steps"), &body)
}

/// What somebody was told of recommendations, the newest first.
fn told(app: &App, who: &str) -> Vec<String> {
    let items = app.sign_in(who).get("/notifications").expect(200)["items"].as_array().unwrap().clone();
    let of = |item: &&Value| item["recommendation"].is_i64();
    items.iter().filter(of).map(|item| item["notice"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_recommendation_goes_from_supervision_to_its_owner_and_back() {
    on_both(|kind| {
        let app = App::on(kind);
        let (of, finding) = evaluation(&app);
        let advice = json!({"finding_id": finding, "owner": "opd-a", "text": "Latih petugas.", "due_on": "2026-12-01"});
        let added = app.sign_in("supervisor").post(&format!("/evaluations/{of}/recommendations"), &advice).expect(201);
        let id = added["id"].as_i64().unwrap();
        assert_eq!((&added["status"], &added["owner"]["code"]), (&json!("open"), &json!("OPD-A")));
        assert_eq!(told(&app, "head"), ["recommendation_added"]);
        assert_eq!(told(&app, "agent"), ["recommendation_added"]);
        assert_eq!(told(&app, "supervisor"), [""; 0], "nobody is told what they did themselves");

        assert_eq!(step(&app, "supervisor", id, "accept", "").problem(409), "recommendation_not_submitted");
        assert_eq!(step(&app, "supervisor", id, "progress", "x").problem(403), "forbidden");
        assert_eq!(step(&app, "head", id, "accept", "").problem(403), "forbidden");
        assert_eq!(step(&app, "agent", id, "progress", " ").fields(), [("/note".to_owned(), "required".to_owned())]);
        assert_eq!(step(&app, "agent", id, "progress", "Dua petugas dilatih.").expect(200)["status"], "in_progress");
        let path = format!("/recommendations/{id}/evidence");
        let file = app.sign_in("agent").upload(&path, "daftar-hadir.txt", b"Hadir: dua", false).expect(201);
        assert_eq!(step(&app, "head", id, "submit", "Semua dilatih.").expect(200)["status"], "submitted");
        assert_eq!(told(&app, "supervisor"), ["recommendation_moved"]);
        assert_eq!(step(&app, "agent", id, "progress", "Lagi.").problem(409), "recommendation_submitted");
        assert_eq!(step(&app, "supervisor", id, "return", "Belum ada bukti.").expect(200)["status"], "in_progress");
        step(&app, "head", id, "submit", "Terlampir.").expect(200);
        let done = step(&app, "supervisor", id, "accept", "").expect(200);
        assert_eq!((&done["status"], &done["ended_at"].is_null()), (&json!("done"), &false));
        let kinds: Vec<&str> =
            done["history"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
        let expected = ["added", "progress", "evidence_added", "submitted", "returned", "submitted", "accepted"];
        assert_eq!(kinds, expected);
        assert_eq!(done["version"], json!(expected.len()));
        let told = app.sign_in("head").get("/notifications").expect(200)["items"].clone();
        let told = told.as_array().unwrap().iter().map(|one| one["happening"].as_str().unwrap_or_default());
        assert_eq!(told.collect::<Vec<_>>(), ["accepted", "returned", "added"]);
        let page = app.browse("head").get("/kabar").expect(200).text();
        assert!(page.contains("Nama supervisor mengembalikan") && page.contains("oleh Nama supervisor"), "{page}");

        // What is over stays as it is.
        assert_eq!(step(&app, "head", id, "progress", "x").problem(409), "recommendation_ended");
        let change = json!({"text": "Lain."});
        let changed = app.sign_in("supervisor").patch(&format!("/recommendations/{id}"), &change);
        assert_eq!(changed.problem(409), "recommendation_ended");
        assert_eq!(app.sign_in("agent").upload(&path, "b.txt", b"b", false).problem(409), "recommendation_ended");
        let content = app.sign_in("auditor").get(&format!("{path}/{}", file["id"]));
        assert_eq!((content.status, content.bytes.as_slice()), (200, b"Hadir: dua".as_slice()));
    });
}

#[test]
fn an_opd_sees_what_it_is_to_do_and_nothing_of_others() {
    on_both(|kind| {
        let app = App::on(kind);
        let (of, _) = evaluation(&app);
        let (a, b) = (advise(&app, of, "OPD-A", "2026-12-01"), advise(&app, of, "OPD-B", "2026-12-01"));
        let file = app
            .sign_in("agent_b")
            .upload(&format!("/recommendations/{b}/evidence"), "b.txt", b"milik B", false)
            .expect(201)["id"]
            .clone();
        for who in ["head", "agent"] {
            let client = app.sign_in(who);
            let seen = client.get(&format!("/evaluations/{of}")).expect(200);
            let ids: Vec<_> = seen["recommendations"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
            assert_eq!((ids, &seen["summary"], &seen["findings"]), (vec![json!(a)], &Value::Null, &json!([])), "{who}");
            for (query, listed) in [("", 1), ("?owner=opd-a", 1), ("?owner=OPD-B", 0), ("?open=false", 0)] {
                let found = client.get(&format!("/recommendations{query}")).expect(200);
                assert_eq!(found["items"].as_array().unwrap().len(), listed, "{who} {query}");
            }
            let counted = client.get("/evaluations").expect(200)["items"][0].clone();
            assert_eq!((&counted["recommendations"], &counted["open"]), (&json!(1), &json!(1)), "{who}");
            for path in [
                format!("/recommendations/{b}"),
                format!("/recommendations/{b}/evidence"),
                format!("/recommendations/{b}/evidence/{file}"),
                // The file is of another recommendation.
                format!("/recommendations/{a}/evidence/{file}"),
            ] {
                assert_eq!(client.get(&path).problem(404), "not_found", "{who} {path}");
            }
            assert_eq!(step(&app, who, b, "progress", "x").problem(404), "not_found");
            let upload = client.upload(&format!("/recommendations/{b}/evidence"), "x.txt", b"x", false);
            assert_eq!(upload.problem(404), "not_found");
        }
        // An OPD whose own report is evaluated reads that as a whole.
        let begun = json!({"period": "2026-11", "opd": "OPD-A", "summary": "Meja OPD A."});
        let own = app.sign_in("supervisor").post("/evaluations", &begun).expect(201)["id"].as_i64().unwrap();
        let other = advise(&app, own, "OPD-B", "2026-12-01");
        let seen = app.sign_in("head").get(&format!("/evaluations/{own}")).expect(200);
        assert_eq!(seen["summary"], "Meja OPD A.");
        assert_eq!(seen["recommendations"][0]["id"], json!(other));
        assert_eq!(step(&app, "head", other, "progress", "x").problem(403), "forbidden");
        let repeated = app.sign_in("admin").post("/evaluations", &begun);
        assert_eq!(repeated.problem(409), "evaluation_exists");
        for who in ["requester", "tier2", "stranger"] {
            assert_eq!(app.sign_in(who).get("/evaluations").problem(404), "not_found", "{who}");
        }
    });
}

#[test]
fn what_is_wrong_with_an_input_is_said() {
    let app = App::start();
    let (of, finding) = evaluation(&app);
    let supervisor = app.sign_in("supervisor");
    let at = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
    let begin = |body: Value| supervisor.post("/evaluations", &body);
    assert_eq!(begin(json!({"period": "2026-13", "summary": "x"})).fields(), at("/period", "invalid_period"));
    assert_eq!(begin(json!({"period": "2027", "summary": "x"})).fields(), at("/period", "period_in_future"));
    assert_eq!(begin(json!({"period": "2026-10", "summary": "x"})).fields(), at("/period", "period_before_first"));
    assert_eq!(begin(json!({"period": "2026-11", "opd": "TIADA", "summary": "x"})).problem(404), "not_found");
    assert_eq!(begin(json!({"period": "2026-Q4", "summary": " "})).fields(), at("/summary", "required"));
    let find = |figure: &str| {
        let body = json!({"figure": figure, "text": "Temuan."});
        supervisor.post(&format!("/evaluations/{of}/findings"), &body)
    };
    for figure in ["", "nothing", "by_opd", "by_opd/OPD-A", "by_opd/TIADA/opened", "follow_up/R-1/status", "../opened"]
    {
        assert_eq!(find(figure).fields(), at("/figure", "unknown_figure"), "{figure}");
    }
    let row = find("by_opd/OPD-A/opened").expect(201);
    assert_eq!(row["title"], "Volume menurut OPD: Dinas A, Masuk");
    find("by_opd/total/opened").expect(201);
    let advise = |change: Value| {
        let mut body = json!({"owner": "OPD-A", "text": "Teks.", "due_on": "2026-11-30"});
        change.as_object().unwrap().iter().for_each(|(key, value)| body[key] = value.clone());
        supervisor.post(&format!("/evaluations/{of}/recommendations"), &body)
    };
    assert_eq!(advise(json!({"owner": "TIADA"})).fields(), at("/owner", "unknown_opd"));
    assert_eq!(advise(json!({"due_on": "2026-11-01"})).fields(), at("/due_on", "due_in_past"));
    assert_eq!(advise(json!({"text": "x".repeat(501)})).fields(), at("/text", "too_long"));
    assert_eq!(advise(json!({"finding_id": 999_999})).fields(), at("/finding_id", "unknown_finding"));
    advise(json!({"finding_id": finding, "due_on": "2026-11-02"})).expect(201);
    let remove = |finding: i64| supervisor.delete(&format!("/evaluations/{of}/findings/{finding}"));
    assert_eq!(remove(finding).problem(409), "finding_in_use");
    remove(row["id"].as_i64().unwrap()).expect(204);
    let stale = supervisor.with("If-Match", "\"9\"").patch(&format!("/evaluations/{of}"), &json!({"summary": "y"}));
    assert_eq!(stale.problem(412), "version_changed");
}

#[test]
fn a_file_as_evidence_is_held_to_the_rules_of_files() {
    let app = App::start();
    let (of, _) = evaluation(&app);
    let id = advise(&app, of, "OPD-A", "2026-12-01");
    let add = |name: &str, content: &[u8]| {
        app.sign_in("head").upload(&format!("/recommendations/{id}/evidence"), name, content, false)
    };
    assert_eq!(add("program.exe", b"MZ").problem(415), "attachment_kind");
    assert_eq!(add("foto.png", b"bukan gambar").problem(415), "attachment_mismatch");
    assert_eq!(add("kosong.txt", b"").problem(415), "attachment_empty");
    for number in 0..50 {
        add(&format!("{number}.txt"), b"isi").expect(201);
    }
    assert_eq!(add("lagi.txt", b"isi").problem(409), "too_much_evidence");
    let used = app.desk.read(|conn| Ok(kentongan::store::attachments::bytes_of(conn, app.people["head"])?)).unwrap();
    assert_eq!(used, 150, "evidence counts among what somebody has uploaded");
}

#[test]
fn what_changed_meanwhile_is_not_decided_about() {
    let app = App::start();
    let (of, _) = evaluation(&app);
    let id = advise(&app, of, "OPD-A", "2026-12-01");
    let (path, address) = (format!("/recommendations/{id}/evidence"), format!("/evaluasi/{of}"));
    let head = app.browse("head");
    let page = head.get(&address).expect(200);
    let version = page.field("_version").unwrap();
    let stale = app.sign_in("head").with("If-Match", "\"9\"").upload(&path, "b.txt", b"b", false);
    assert_eq!(stale.problem(412), "version_changed");
    app.sign_in("agent").with("If-Match", "\"1\"").upload(&path, "b.txt", b"b", false).expect(201);
    let act = |version: &str| {
        let fields = [("_version", version), ("note", "Sudah.")];
        head.submit(&page, &format!("/evaluasi/rekomendasi/{id}/ajukan"), &fields)
    };
    let refused = act(&version).expect(412);
    assert!(refused.text().contains("Sudah.") && refused.text().contains("sudah diubah orang lain"));
    act(&refused.field("_version").unwrap()).expect(200);
}

#[test]
fn another_opd_begins_anew() {
    on_both(|kind| {
        let app = App::on(kind);
        let (of, _) = evaluation(&app);
        let id = advise(&app, of, "OPD-A", "2026-11-20");
        app.pass(Duration::days(20));
        assert_eq!(alarm::run(&app.desk).unwrap(), 1, "it is late");
        step(&app, "head", id, "submit", "Sudah.").expect(200);
        let unseen = || app.sign_in("head").get("/notifications").expect(200)["unseen"].clone();
        let before = unseen();
        let given = json!({"owner": "OPD-B", "due_on": "2026-11-28"});
        let given = app.sign_in("supervisor").patch(&format!("/recommendations/{id}"), &given).expect(200);
        assert_eq!((&given["status"], &given["escalated_at"]), (&json!("open"), &Value::Null));
        let set = json!({"owner": {"code": "OPD-B", "name": "Dinas B"}, "text": null, "due_on": "2026-11-28"});
        assert_eq!(given["history"].as_array().unwrap().last().unwrap()["set"], set);
        assert_eq!(told(&app, "agent_b"), ["recommendation_added"]);
        assert_eq!(unseen(), before, "nobody is told of what they may not read");
        // So near that no reminder follows; but that it is late is told again.
        assert_eq!(alarm::run(&app.desk).unwrap(), 0);
        app.pass(Duration::days(10));
        assert_eq!(alarm::run(&app.desk).unwrap(), 1);
        assert_eq!(told(&app, "agent_b"), ["recommendation_overdue", "recommendation_added"]);
        assert_eq!(step(&app, "head", id, "progress", "x").problem(404), "not_found");
        // The same OPD again is no change.
        let version =
            app.sign_in("supervisor").patch(&format!("/recommendations/{id}"), &json!({"owner": "opd-b"})).expect(200);
        assert_eq!(version["history"].as_array().unwrap().last().unwrap()["kind"], "escalated");
    });
}

#[test]
fn what_is_near_and_what_is_late_is_told_once() {
    on_both(|kind| {
        let app = App::on(kind);
        let (of, _) = evaluation(&app);
        let (late, ended) = (advise(&app, of, "OPD-A", "2026-11-20"), advise(&app, of, "OPD-A", "2026-11-20"));
        step(&app, "supervisor", ended, "drop", "Tidak relevan lagi.").expect(200);
        let new = told(&app, "head").len();
        assert_eq!(alarm::run(&app.desk).unwrap(), 0);
        app.pass(Duration::days(11));
        assert_eq!((alarm::run(&app.desk).unwrap(), alarm::run(&app.desk).unwrap()), (1, 0), "the 13th: a week before");
        assert_eq!(told(&app, "head")[0], "recommendation_near");
        assert_eq!(told(&app, "supervisor"), [""; 0]);
        app.pass(Duration::days(7));
        assert_eq!(alarm::run(&app.desk).unwrap(), 0, "the last day is in time");
        app.pass(Duration::days(1));

        // Two instances at once, each as its worker does it.
        let other = app.beside();
        let start = Barrier::new(2);
        std::thread::scope(|scope| {
            for (desk, holder) in [(&app.desk, "one"), (&other.desk, "other")] {
                let (desk, start) = (Arc::clone(desk), &start);
                scope.spawn(move || {
                    start.wait();
                    workers::evaluations::tick(&desk, holder).unwrap();
                    alarm::run(&desk).unwrap();
                });
            }
        });
        assert_eq!(told(&app, "supervisor"), ["recommendation_overdue"]);
        assert_eq!(told(&app, "head").len(), new + 2);
        let seen = app.sign_in("auditor").get(&format!("/recommendations/{late}")).expect(200);
        let kinds: Vec<_> =
            seen["history"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["added", "reminded", "escalated"]);
        assert_eq!((&seen["overdue"], &seen["escalated_at"].is_null()), (&json!(true), &false));
        app.pass(Duration::days(30));
        assert_eq!(alarm::run(&app.desk).unwrap(), 0);

        // Another day is told about anew.
        let path = format!("/recommendations/{late}");
        app.sign_in("supervisor").patch(&path, &json!({"due_on": "2026-12-31"})).expect(200);
        assert_eq!(app.sign_in("auditor").get(&path).expect(200)["overdue"], json!(false));
        app.pass(Duration::days(20));
        assert_eq!((alarm::run(&app.desk).unwrap(), alarm::run(&app.desk).unwrap()), (1, 0));
        assert_eq!(told(&app, "supervisor"), ["recommendation_overdue"; 2]);
    });
}

#[test]
fn what_is_told_is_new_until_its_page_was_seen() {
    on_both(|kind| {
        let app = App::on(kind);
        let (of, _) = evaluation(&app);
        advise(&app, of, "OPD-A", "2026-12-01");
        let unseen = |person: PersonId| app.desk.read(|conn| Ok(notices::count_unseen(conn, person, 100)?)).unwrap();
        let head = app.people["head"];
        assert_eq!(unseen(head), 1);
        let page = app.browse("head").get("/kabar").expect(200).text();
        assert!(page.contains("Rekomendasi baru") && page.contains(&format!("/evaluasi/{of}#r-")), "{page}");
        app.browse("head").get(&format!("/evaluasi/{of}")).expect(200);
        assert_eq!(unseen(head), 0);
        // Whoever leaves the OPD is told nothing of it any more.
        app.sign_in("admin").delete(&format!("/people/{}/roles/opd_head", head.0)).expect(204);
        let items = app.sign_in("head").get("/notifications").expect(200);
        assert_eq!(items["items"][0]["subject"], Value::Null);
    });
}

fn cells(snapshot: &Snapshot, table: &str, row: i64) -> Option<Vec<String>> {
    let text = |cell: &Option<Cell>| match cell {
        Some(Cell::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let row = snapshot.table(table)?.row(&format!("R-{row}"))?;
    Some(row.cells.iter().map(text).collect())
}

#[test]
fn a_report_opens_with_what_came_of_the_last_and_stays_as_it_was_frozen() {
    on_both(|kind| {
        let app = App::on(kind);
        let (of, _) = evaluation(&app);
        let id = advise(&app, of, "OPD-A", "2026-12-20");
        let report = |who: &str, path: &str| -> Snapshot {
            serde_json::from_value(app.sign_in(who).get(&format!("/reports/{path}")).expect(200)).unwrap()
        };
        let november = report("supervisor", "2026-11");
        assert_eq!(cells(&november, "recommendations", id).unwrap()[3], "Belum ditindaklanjuti");
        assert_eq!(cells(&november, "follow_up", id), None);
        app.pass(Duration::days(35));
        assert_eq!(freeze::run(&app.desk, &mut |_| Ok(true)).unwrap(), 1);
        step(&app, "head", id, "progress", "Sudah diusulkan.").expect(200);
        let december = report("auditor", "2026-12");
        assert_eq!(december.tables[0].key, "follow_up", "it opens with it");
        let expected = [
            "Tunjuk petugas pengganti.",
            "November 2026",
            "Dinas A",
            "20 Desember 2026",
            "Sedang ditindaklanjuti",
            "Sudah diusulkan.",
        ];
        assert_eq!(cells(&december, "follow_up", id).unwrap(), expected);
        assert_eq!(cells(&report("head", "2026-12"), "follow_up", id).unwrap(), expected);
        assert_eq!(cells(&report("supervisor", "2026-12?opd=OPD-B"), "follow_up", id), None);
        let frozen = cells(&report("supervisor", "2026-11"), "recommendations", id).unwrap();
        assert_eq!(frozen[3], "Belum ditindaklanjuti", "what is frozen stays");
        step(&app, "head", id, "submit", "Selesai.").expect(200);
        step(&app, "supervisor", id, "accept", "Sesuai.").expect(200);
        app.pass(Duration::days(30));
        assert_eq!(cells(&report("auditor", "2026-12"), "follow_up", id).unwrap()[4], "Selesai");
        app.ticket();
        assert_eq!(cells(&report("auditor", "2027-01"), "follow_up", id), None, "it was over before");
    });
}

#[test]
fn a_report_tells_of_recommendations_as_they_were_when_its_period_ended() {
    on_both(|kind| {
        let app = App::on(kind);
        let (of, _) = evaluation(&app);
        let id = advise(&app, of, "OPD-A", "2026-11-20");
        let begun = json!({"period": "2026-Q4", "summary": "Triwulan."});
        let quarter = app.sign_in("supervisor").post("/evaluations", &begun).expect(201)["id"].as_i64().unwrap();
        let early = advise(&app, quarter, "OPD-A", "2026-11-20");
        step(&app, "supervisor", early, "drop", "Tidak relevan lagi.").expect(200);
        app.pass(Duration::days(30));
        let change = json!({"owner": "OPD-B", "text": "Latih petugas.", "due_on": "2026-12-31"});
        app.sign_in("supervisor").patch(&format!("/recommendations/{id}"), &change).expect(200);
        let report = |path: &str| -> Snapshot {
            serde_json::from_value(app.sign_in("auditor").get(&format!("/reports/{path}")).expect(200)).unwrap()
        };
        let was =
            ["Tunjuk petugas pengganti.", "Dinas A", "20 November 2026", "Belum ditindaklanjuti, lewat batas waktu"];
        assert_eq!(cells(&report("2026-11"), "recommendations", id).unwrap(), was);
        assert_eq!(cells(&report("2026-11?opd=OPD-B"), "recommendations", id), None);
        let now = cells(&report("2026-12?opd=OPD-B"), "follow_up", id).unwrap();
        assert_eq!((&*now[0], &*now[2], &*now[3]), ("Latih petugas.", "Dinas B", "31 Desember 2026"));
        // Of a quarter that ends in December, though it was over in November.
        assert_eq!(cells(&report("2026-12"), "recommendations", early).unwrap()[3], "Dihentikan");
    });
}

/// On SQLite one writer waits for the other, and looks afterwards.
#[test]
fn a_finding_is_not_taken_back_while_a_recommendation_is_made_of_it() {
    on_both(|kind| {
        let app = App::on(kind);
        let (of, _) = evaluation(&app);
        let supervisor = app.sign_in("supervisor");
        let advice =
            |finding: &Value| json!({"finding_id": finding, "owner": "OPD-A", "text": "T.", "due_on": "2026-12-01"});
        for _ in 0..10 {
            let found = json!({"figure": "opened", "text": "Satu."});
            let finding = supervisor.post(&format!("/evaluations/{of}/findings"), &found).expect(201)["id"].clone();
            let start = Barrier::new(2);
            let (advised, removed) = std::thread::scope(|scope| {
                let advising = scope.spawn(|| {
                    start.wait();
                    supervisor.post(&format!("/evaluations/{of}/recommendations"), &advice(&finding)).status
                });
                start.wait();
                let removed = supervisor.delete(&format!("/evaluations/{of}/findings/{finding}")).status;
                (advising.join().unwrap(), removed)
            });
            assert!([(201, 409), (422, 204)].contains(&(advised, removed)), "{advised} {removed}");
        }
    });
}

#[test]
fn the_pages_lead_from_a_report_to_its_follow_up() {
    let app = App::start();
    app.ticket();
    let supervisor = app.browse("supervisor");
    let report = supervisor.get("/laporan/2026-11").expect(200);
    assert!(report.text().contains("/evaluasi/baru?periode=2026-11"));
    let form = supervisor.get("/evaluasi/baru?periode=2026-11").expect(200);
    let fields = [("period", "2026-11"), ("opd", ""), ("summary", "Ringkas.")];
    let page = supervisor.submit(&form, "/evaluasi/baru", &fields).expect(200);
    let address = page.address.clone();
    assert!(page.text().contains("Ringkas."), "{}", page.text());
    let form = supervisor.get(&format!("{address}/temuan?tabel=by_opd")).expect(200);
    assert!(form.text().contains("by_opd/OPD-A/opened"));
    let wrong =
        supervisor.submit(&form, &format!("{address}/temuan"), &[("tabel", "by_opd"), ("figure", "x"), ("text", "T")]);
    assert_eq!(wrong.status, 422);
    let found = [("tabel", "by_opd"), ("figure", "by_opd/OPD-A/opened"), ("text", "Hanya satu <b>tiket</b>.")];
    let page = supervisor.submit(&form, &format!("{address}/temuan"), &found).expect(200);
    assert!(page.text().contains("Hanya satu &lt;b&gt;tiket&lt;/b&gt;."));
    let form = supervisor.get(&format!("{address}/rekomendasi?temuan=1")).expect(200);
    let advice = [("finding_id", "1"), ("text", "Latih petugas."), ("owner", "OPD-A"), ("due_on", "2026-12-01")];
    let page = supervisor.submit(&form, &format!("{address}/rekomendasi"), &advice).expect(200);
    assert!(page.text().contains("R-1") && page.text().contains("1 Des 2026"));

    let head = app.browse("head");
    let list = head.get("/evaluasi").expect(200).text();
    assert!(list.contains("Latih petugas.") && !list.contains("Evaluasi baru") && !list.contains("Paket bukti"));
    let page = head.get(&address).expect(200);
    assert!(!page.text().contains("Ringkas.") && page.text().contains("Hanya satu"), "the finding goes with it");
    let step = |verb: &str| format!("/evaluasi/rekomendasi/1/{verb}");
    let refused = head.submit(&page, &step("kemajuan"), &[("note", " ")]);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("<details open>"));
    head.submit(&page, &step("kemajuan"), &[("note", "Sedang dilatih.")]).expect(200);
    let page = head.get(&address).expect(200);
    let page = head.upload(&page, &step("bukti"), &[], &[("files", "hadir.txt", b"Hadir")]).expect(200);
    let link =
        page.text().split('"').find(|part| part.starts_with("/evaluasi/rekomendasi/1/bukti/")).unwrap().to_owned();
    assert_eq!(head.get(&link).expect(200).bytes, b"Hadir");
    assert_eq!(app.browse("agent_b").get(&link).status, 404);
    let page = head.get(&address).expect(200);
    head.submit(&page, &step("ajukan"), &[("note", "Sudah dilatih.")]).expect(200);
    let opd = app.sign_in("admin").patch(&format!("/opds/{}", app.opds["A"].0), &json!({"active": false}));
    opd.expect(200);
    let form = supervisor.get("/evaluasi/rekomendasi/1/ubah").expect(200);
    assert!(form.text().contains("value=\"OPD-A\" selected"), "its owner can stay: {}", form.text());
    let change = [("text", "Latih petugas."), ("owner", "OPD-A"), ("due_on", "2026-12-15")];
    let page = supervisor.submit(&form, "/evaluasi/rekomendasi/1/ubah", &change).expect(200);
    assert!(page.text().contains("Batas waktu menjadi 15 Desember 2026."), "{}", page.text());
    let page = supervisor.get(&address).expect(200);
    let done = supervisor.submit(&page, &step("terima"), &[("note", "")]).expect(200).text();
    assert!(done.contains("menerima sebagai selesai") && done.contains("Sedang dilatih."));
}
