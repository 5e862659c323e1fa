//! The package of evidence of a year.

use std::process::Command;

use chrono::Duration;
use kentongan::reports::evidence::Package;
use kentongan::services::reports::evidence::unchecked;
use kentongan::services::reports::freeze;
use serde_json::json;

use crate::evaluation::{advise, evaluation};
use crate::support::app::App;
use crate::support::database::Kind;
use crate::support::program::run;

/// A package read back by another program: every file is in the manifest with its hash.
const READ: &str = "
import hashlib, json, sys, zipfile
pack = zipfile.ZipFile(sys.argv[1])
assert pack.testzip() is None
manifest = json.loads(pack.read('manifest.json'))
listed = {file['path']: file for file in manifest['files']}
names = pack.namelist()
assert len(names) == len(set(names)) and set(names) == set(listed) | {'manifest.json'}
for path, file in listed.items():
    content = pack.read(path)
    assert hashlib.sha256(content).hexdigest() == file['sha256'] and len(content) == file['size'], path
    assert not path.startswith('/') and '..' not in path.split('/'), path
print('\\n'.join(sorted(names)))
";

/// A list of a package, cell by cell.
const LIST: &str = "
import csv, io, json, sys, zipfile
text = zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode('utf-8-sig')
print(json.dumps(list(csv.reader(io.StringIO(text)))))
";

fn python(app: &App, script: &str, content: &[u8], more: &[&str]) -> String {
    let file = app.database.folder.path().join("paket.zip");
    std::fs::write(&file, content).unwrap();
    let out = Command::new("python3").arg("-c").arg(script).arg(&file).args(more).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

fn rows(app: &App, content: &[u8], path: &str) -> Vec<Vec<String>> {
    serde_json::from_str(&python(app, LIST, content, &[path])).unwrap()
}

fn read_back(app: &App, content: &[u8]) -> Vec<String> {
    python(app, READ, content, &[]).lines().map(str::to_owned).collect()
}

#[test]
fn the_package_of_evidence_is_whole_and_the_same_for_the_same_data() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("SOP eskalasi.pdf"), b"%PDF-1.7 SOP").unwrap();
    std::fs::write(folder.path().join(".rahasia"), b"x").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/hostname", folder.path().join("tautan.txt")).unwrap();
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let sops = folder.path().display().to_string();
        let app = App::configured(kind, |config| config.reports.sop_folder = sops);
        let (of, _) = evaluation(&app);
        let id = advise(&app, of, "OPD-A", "2026-12-20");
        app.sign_in("head")
            .upload(&format!("/recommendations/{id}/evidence"), "=berita acara.txt", b"Selesai", false)
            .expect(201);
        let later = json!({"due_on": "2026-12-24"});
        app.sign_in("supervisor").patch(&format!("/recommendations/{id}"), &later).expect(200);
        app.pass(Duration::days(35));
        freeze::run(&app.desk, &mut |_| Ok(true)).unwrap();
        let fetch = || app.sign_in("auditor").get("/evidence-packages/2026");
        let first = fetch();
        assert_eq!((first.status, first.headers["content-type"].as_str()), (200, "application/zip"));
        let names = read_back(&app, &first.bytes);
        for name in [
            "index.html",
            "katalog/kategori.csv",
            "kebijakan/kebijakan-1.json",
            "kalender/kalender-1-versi-1.json",
            "formulir/layanan.schema.json",
            "penunjukan/tier1.csv",
            "statistik/ringkasan.csv",
            "laporan/2026-11/laporan-2026-11.pdf",
            "laporan/2026-11/laporan-2026-11.xlsx",
            "laporan/2026-11/laporan-2026-11.json",
            "evaluasi/tindak-lanjut.csv",
            "sop/SOP-eskalasi.pdf",
        ] {
            assert!(names.iter().any(|known| known == name), "{name} in {names:?}");
        }
        assert!(names.iter().any(|name| name.starts_with(&format!("evaluasi/bukti/R-{id}/"))));
        assert_eq!(names.iter().filter(|name| name.starts_with("sop/")).count(), 1, "{names:?}");
        let list = |path: &str| rows(&app, &first.bytes, path);
        let proof = list("evaluasi/daftar-bukti.csv")[1][..3].to_vec();
        let place = format!("evaluasi/bukti/R-{id}/1--berita-acara.txt");
        assert_eq!(proof, [format!("R-{id}"), "'=berita acara.txt".to_owned(), place.clone()], "no formula");
        assert!(names.contains(&place), "{names:?}");
        let followed = list("evaluasi/tindak-lanjut.csv").pop().unwrap();
        assert_eq!(followed[4..], ["mengubah rekomendasi", "Batas waktu menjadi 24 Desember 2026."]);
        assert_eq!(list("evaluasi/evaluasi.csv")[1][2], "Seluruh OPD");
        let asked = list("formulir/isian.csv");
        let required = asked[1..7].iter().map(|row| (row[1].as_str(), row[3].as_str()));
        let required: Vec<_> = required.filter(|(_, required)| *required == "ya").map(|(field, _)| field).collect();
        assert_eq!(required, ["Judul", "Uraian"]);
        app.pass(Duration::days(1));
        assert!(fetch().bytes == first.bytes, "equal data gives equal bytes");
        let web = app.browse("supervisor").get("/evaluasi/bukti?tahun=2026").expect(200);
        assert!(web.bytes == first.bytes, "the same from the page");

        let mut out = Vec::new();
        Package::of(&app.desk, unchecked(&app.desk, "2026").unwrap()).unwrap().write(&app.desk, &mut out).unwrap();
        assert!(out == first.bytes, "the same from the command line");
        for who in ["head", "agent", "requester", "tier2"] {
            assert_eq!(app.sign_in(who).get("/evidence-packages/2026").problem(404), "not_found", "{who}");
        }
        let refused = |year: &str| app.sign_in("admin").get(&format!("/evidence-packages/{year}")).fields();
        for (year, pointer, code) in [
            ("2026-11", "/year", "invalid_period"),
            ("tahun", "/year", "invalid_period"),
            ("2029", "/period", "period_in_future"),
            ("2025", "/period", "period_before_first"),
        ] {
            assert_eq!(refused(year), [(pointer.to_owned(), code.to_owned())], "{year}");
        }
    }
}

#[test]
fn appointments_of_a_later_year_are_left_out() {
    let app = App::start();
    let (of, _) = evaluation(&app);
    advise(&app, of, "OPD-A", "2026-12-20");
    let admin = app.sign_in("admin");
    let role = |who: &str| format!("/people/{}/roles/tier1_agent", app.people[who].0);
    let letter = |number: &str, on: &str| json!({"letter_number": number, "letter_on": on});
    admin.put(&role("agent"), Some(&letter("800/1", "2026-12-31"))).expect(204);
    admin.put(&role("agent_b"), Some(&letter("800/2", "2027-01-01"))).expect(204);
    let package = app.sign_in("auditor").get("/evidence-packages/2026");
    let letters: Vec<String> =
        rows(&app, &package.bytes, "penunjukan/tier1.csv").into_iter().map(|mut row| row.remove(3)).collect();
    assert!(letters.contains(&"800/1".to_owned()) && !letters.contains(&"800/2".to_owned()), "{letters:?}");
}

/// Before anything is sent, and without a note that somebody packed it.
#[test]
fn what_is_missing_is_told_instead_of_half_a_package() {
    let packed = |app: &App| {
        let trail = app.sign_in("auditor").get("/audit?limit=200").expect(200);
        trail["items"].as_array().unwrap().iter().filter(|row| row["action"] == "evidence_packed").count()
    };
    let app = App::configured(Kind::Sqlite, |config| config.reports.sop_folder = "/nowhere/at/all".to_owned());
    evaluation(&app);
    let refused = app.sign_in("auditor").get("/evidence-packages/2026");
    assert_eq!(refused.problem(503), "misconfigured");
    assert!(refused.json()["detail"].as_str().unwrap().contains("reports.sop_folder"));
    app.browse("auditor").get("/evaluasi/bukti?tahun=2026").expect(503);
    assert_eq!(packed(&app), 0);

    let app = App::start();
    let (of, _) = evaluation(&app);
    let id = advise(&app, of, "OPD-A", "2026-12-20");
    let path = format!("/recommendations/{id}/evidence");
    let file = app.sign_in("head").upload(&path, "b.txt", b"Selesai", false).expect(201);
    app.sign_in("auditor").get("/evidence-packages/2026").expect(200);
    app.desk.blobs.remove(file["sha256"].as_str().unwrap()).unwrap();
    app.browse("auditor").get("/evaluasi/bukti?tahun=2026").expect(500);
    assert_eq!(packed(&app), 1);
    let refused = Package::of(&app.desk, unchecked(&app.desk, "2026").unwrap()).err().unwrap().to_string();
    assert_eq!(refused, format!("internal: the file of evidence {} is gone", file["id"]));
}

#[test]
fn the_command_line_packs_evidence() {
    let app = App::start();
    evaluation(&app);
    let database = app.finish();
    let out = run(&database, &["report", "evidence", "--year", "2026", "--out", "bukti.zip"]);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let content = std::fs::read(database.folder.path().join("bukti.zip")).unwrap();
    assert!(content.starts_with(b"PK"));
    assert!(!database.folder.path().join("bukti.zip.part").exists());
    for (year, said) in [("2026-10", "write a year"), ("8999", "has not begun"), ("1999", "no ticket in this year")] {
        let out = run(&database, &["report", "evidence", "--year", year]);
        assert_eq!(out.status.code(), Some(2), "{year}");
        let words = String::from_utf8(out.stderr).unwrap();
        assert!(words.contains(said), "{year}: {words}");
    }
}
