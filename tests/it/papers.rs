//! Reports as files, read back by other people's programs: poppler-utils, openpyxl, Python's csv and html.parser.
//! Whatever names are like, there is paper, and no cell is a formula.

use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::Duration;
use kentongan::config::{Letterhead, Logo};
use kentongan::domain::report::snapshot::{AnchorPart, Value as Cell};
use kentongan::domain::report::{Snapshot, schema};
use kentongan::reports::chart;
use kentongan::reports::form::{self, Form, Wish};
use kentongan::reports::letter::{self, Official, Verification};
use kentongan::services::reports::{freeze, read};
use kentongan::store::history;
use kentongan::store::history::AuditFilter;
use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::database::on_both;

/// What people write into names, and what somebody might try.
const NAMES: [&str; 8] = [
    "=cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "+6285 Layanan",
    "-2+3 Kecamatan",
    "Dinas 🏥 Kesehatan \u{202e}kebalik\u{202c}, \"kutip\"; titik",
    "Badan <script>alert(1)</script> & Rekan's",
    "Dinas Pemberdayaan Perempuan, Perlindungan Anak, Pengendalian Penduduk, Keluarga Berencana, Pemberdayaan Desa, dan Adat",
    "TanpaSpasiTanpaSpasiTanpaSpasiTanpaSpasiTanpaSpasiTanpaSpasiTanpaSpasiTanpaSpasiTanpaSpasiTanpaSpasiTanpaSpasiTanpaSpasi",
];

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Runs a script of `tests/report` in the Python that has openpyxl. Gives what it printed.
fn python(script: &str, argument: &Path) -> String {
    let python =
        std::env::var("KENTONGAN_TEST_REPORT_PYTHON").expect("these tests need openpyxl: run them with tests/run");
    let done = Command::new(python).arg(file("tests/report").join(script)).arg(argument).output().unwrap();
    let (out, err) = (String::from_utf8(done.stdout).unwrap(), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{script}: {out}\n{err}");
    out
}

/// The text of a PDF, with single spaces.
fn text(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("surat.pdf");
    std::fs::write(&path, pdf).unwrap();
    let done = Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(&path).arg("-").output();
    let done = done.expect("these tests need poppler-utils: run them with tests/run");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How many pictures are in the structure of a PDF.
fn figures(pdf: &[u8]) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("surat.pdf");
    std::fs::write(&path, pdf).unwrap();
    let done = Command::new("pdfinfo").arg("-struct").arg(&path).output().unwrap();
    String::from_utf8_lossy(&done.stdout).lines().filter(|line| line.trim().starts_with("Figure")).count()
}

/// A picture of four dots.
const PNG: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x02\x00\x00\x00\x02\x08\x02\x00\x00\x00\xfd\xd4\x9a\x73\x00\x00\x00\x10\x49\x44\x41\x54\x78\x9c\x63\x10\x68\x70\x00\x22\x06\x08\x05\x00\x16\x0e\x03\x41\x21\xc3\xff\xf3\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

/// Adds OPDs with names of all kinds, and enough others for tables that go over pages.
fn name_opds(app: &App) {
    let admin = app.sign_in("admin");
    let plain = (0..36).map(|n| format!("Dinas Contoh Urusan Pemerintahan dan Pelayanan {n}"));
    for (n, name) in NAMES.iter().map(|name| (*name).to_owned()).chain(plain).enumerate() {
        assert!(name.chars().count() <= 120, "{name}");
        admin.post("/opds", &json!({"code": format!("N-{n}"), "name": name, "kind": "dinas"})).expect(201);
    }
}

/// A month in which something of everything happens, and a subject that somebody might try.
fn november(app: &App) {
    app.november();
    let other = json!({"type": "request", "subject": "=1+1", "description": "Macet."});
    app.sign_in("stranger").post("/tickets", &other).expect(201);
}

/// Writes every form of a report into a folder and lets other programs compare them.
fn read_back(app: &App, path: &str) {
    let folder = tempfile::tempdir().unwrap();
    let auditor = app.sign_in("auditor");
    for form in Form::ALL {
        let joint = if path.contains('?') { '&' } else { '?' };
        let answer = auditor.get(&format!("/reports/{path}{joint}format={form}"));
        assert_eq!(answer.status, 200, "{path} as {form}");
        std::fs::write(folder.path().join(format!("report.{form}")), &answer.bytes).unwrap();
    }
    let json: Value = serde_json::from_slice(&std::fs::read(folder.path().join("report.json")).unwrap()).unwrap();
    let valid = jsonschema::validator_for(&schema::document()).unwrap();
    assert!(valid.is_valid(&json), "{:?}", valid.iter_errors(&json).map(|e| e.to_string()).collect::<Vec<_>>());
    let said = python("readback.py", folder.path());
    assert!(said.contains("all equal"), "{path}: {said}");
}

#[test]
fn other_programs_read_the_same_figures_in_every_form() {
    on_both(|kind| {
        let app = App::on(kind);
        name_opds(&app);
        // Desks that have tickets, so that they are in the charts too.
        for (opd, name) in [("A", "Dinas 🏥 \u{202e}kebalik\u{202c} <b>A</b>"), ("B", "=1+1")] {
            app.sign_in("admin").patch(&format!("/opds/{}", app.opds[opd].0), &json!({"name": name})).expect(200);
        }
        let category = format!("/categories/{}", app.category.0);
        app.sign_in("admin").patch(&category, &json!({"name": "+Jaringan 📶"})).expect(200);
        november(&app);
        read_back(&app, "2026-11");
        read_back(&app, "2026-11?opd=OPD-A");
        read_back(&app, "2026-11?opd=N-4");
        app.pass(Duration::days(70));
        assert_eq!(freeze::run(&app.desk, &mut |_| Ok(true)).unwrap(), 2);
        let said = json!({"reason": "Koreksi =1+1", "text": "Dua target <b>di luar</b> kendali 🙂."});
        app.sign_in("supervisor").post("/reports/2026-11/addenda", &said).expect(201);
        read_back(&app, "2026-11");
        // A month in which nothing came or went, and a year.
        read_back(&app, "2026-12");
        read_back(&app, "2026-12?opd=OPD-B");
        read_back(&app, "2026");
    });
}

#[test]
fn the_letter_is_one_of_an_office() {
    let app = App::start();
    november(&app);
    app.pass(Duration::days(40));
    freeze::run(&app.desk, &mut |_| Ok(true)).unwrap();
    let pdf = |query: &str| text(&app.sign_in("auditor").get(&format!("/reports/2026-11?format=pdf{query}")).bytes);
    let all = pdf("&number=400.14/77/2026");
    for said in [
        "Nomor : 400.14/77/2026",
        "Yth. Bupati/Wali Kota melalui Sekretaris Daerah di Tempat",
        "Kepala Dinas,",
        "1. Volume. Masuk 7 tiket",
        "Keaslian laporan ini dapat diperiksa pada",
        "halaman 1 dari",
    ] {
        assert!(all.contains(said), "{said}: {all}");
    }
    // What is confined is counted for those who oversee, and not in the report of the OPD.
    assert!(all.contains("Insiden keamanan. Tercatat 1 insiden;"));
    let own = pdf("&opd=OPD-A");
    assert!(own.contains("Nomor : ....") && own.contains("Yth. Kepala Dinas A di Tempat"), "{own}");
    assert!(!own.contains("Tercatat"), "{own}");
    let year = text(&app.sign_in("auditor").get("/reports/2026?format=pdf").bytes);
    assert!(year.contains("Hal : Laporan Evaluasi Manajemen Layanan SPBE Tahun 2026"), "{year}");
    assert!(year.contains("pada tahun 2026 (1 Januari 2026 sampai dengan 31 Desember 2026)"), "{year}");
    assert!(year.contains("tercatat saat itu; laporan tahun tidak dibekukan."), "{year}");
    assert!(!year.contains("SEMENTARA") && !year.contains("Sementara"), "{year}");
    let page = app.sign_in("auditor").get("/reports/2026-Q4?format=html");
    assert!(String::from_utf8(page.bytes).unwrap().contains("laporan triwulan tidak dibekukan."));
    let refused = app.sign_in("auditor").get(&format!("/reports/2026-11?format=pdf&number={}", "9".repeat(61)));
    assert_eq!(refused.fields(), [("/number".to_owned(), "too_long".to_owned())]);
}

#[test]
fn a_letter_is_addressed_and_signed_as_the_configuration_says() {
    let app = App::start();
    november(&app);
    let report = read::unchecked(&app.desk, "2026-11", None).unwrap();
    let head = Letterhead {
        basis: "Peraturan Bupati Nomor 1 Tahun 2026".to_owned(),
        to: "Yth. Bupati; melalui Tim Koordinasi SPBE; di Tempat".to_owned(),
        office: "Plt. Kepala Dinas Komunikasi; dan Informatika,".to_owned(),
        signatory: "Nama Pejabat".to_owned(),
        copies: "Sekretaris Daerah; Inspektur".to_owned(),
        place: "Kota".to_owned(),
        ..Letterhead::default()
    };
    let file = |media_type, content: &[u8]| Logo { media_type, content: content.to_vec(), version: String::new() };
    let svg = |content: &str| Some(file("image/svg+xml", content.as_bytes()));
    let charts = chart::charts(&report.snapshot).len();
    // A logo that passes as an image and is none leaves the letter without it.
    let logos = [
        (None, false),
        (Some(file("image/png", PNG)), true),
        (svg("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><circle r='4'/></svg>"), true),
        (Some(file("image/png", b"\x89PNG\r\n\x1a\nnothing")), false),
        (svg("<svg><unclosed></svg>"), false),
        (svg("<svg xmlns='http://www.w3.org/2000/svg' width='0' height='0'/>"), false),
    ];
    for (logo, drawn) in logos {
        let official = Official {
            head: &head,
            logo: logo.as_ref(),
            opd_word: "PD",
            number: "",
            verification: None,
            addenda: Vec::new(),
            electronic: true,
        };
        let pdf = letter::pdf(&report.snapshot, &official).unwrap();
        assert_eq!(figures(&pdf), charts + usize::from(drawn), "{logo:?}");
        let said = text(&pdf);
        for wanted in [
            "Berdasarkan Peraturan Bupati Nomor 1 Tahun 2026, bersama ini",
            "untuk seluruh PD pada bulan November 2026",
            "Yth. Bupati melalui Tim Koordinasi SPBE di Tempat",
            "Plt. Kepala Dinas Komunikasi dan Informatika, Ditandatangani secara elektronik oleh Nama Pejabat",
            "Tembusan: 1. Sekretaris Daerah 2. Inspektur",
            "SEMENTARA.",
            "Kota, 4 November 2026",
        ] {
            assert!(said.contains(wanted), "{wanted}: {said}");
        }
        assert!(!said.contains("seluruh OPD"), "{said}");
    }
}

#[test]
fn the_foot_of_a_paper_has_its_hash_and_its_anchor_however_long_the_name_is() {
    let app = App::start();
    november(&app);
    let mut snapshot = read::unchecked(&app.desk, "2026-11", Some("OPD-A")).unwrap().snapshot;
    assert_eq!(NAMES[7].chars().count(), 120);
    snapshot.scope.opd.as_mut().unwrap().name = NAMES[7].to_owned();
    let day = "2026-11-30".parse().unwrap();
    snapshot.anchor = Some(AnchorPart { day, hash: "a1b2c3d4".repeat(8) });
    let official = Official {
        head: &Letterhead::default(),
        logo: None,
        opd_word: "OPD",
        number: "",
        verification: Some(Verification {
            address: "https://desk.example/verifikasi/X".to_owned(),
            hash: "e5".repeat(32),
        }),
        addenda: Vec::new(),
        electronic: true,
    };
    let said = text(&letter::pdf(&snapshot, &official).unwrap());
    let foot = format!("SHA-256 {}…. Jangkar riwayat 30 November 2026: a1b2c3d4a1b2c3d4….", "e5".repeat(8));
    let pages = said.matches("halaman ").count();
    assert!(pages > 3, "{said}");
    assert_eq!(said.matches(&foot).count(), pages, "{said}");
}

#[test]
fn a_month_without_data_is_a_report_too() {
    on_both(|kind| {
        let app = App::on(kind);
        app.ticket();
        app.post("agent", &app.ticket(), "reject", json!({"reason": "Ganda."})).expect(200);
        app.pass(Duration::days(90));
        let report = read::unchecked(&app.desk, "2027-01", Some("OPD-B")).unwrap();
        for form in Form::ALL {
            let made = form::write(&app.desk, &report, *form, &Wish::default()).unwrap();
            assert!(!made.content.is_empty());
        }
        let pdf = form::write(&app.desk, &report, Form::Pdf, &Wish::default()).unwrap();
        assert!(text(&pdf.content).contains("Tidak ada tiket yang masuk, diselesaikan, atau tersisa"));
    });
}

/// The rows of a list as CSV, without its head.
fn listed(csv: &[u8]) -> Vec<Vec<String>> {
    let records = csv::Reader::from_reader(csv).into_records();
    records.map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn the_list_of_tickets_tells_what_the_reader_may_know() {
    on_both(|kind| {
        let app = App::on(kind);
        november(&app);
        let list = |who: &str, query: &str| {
            let answer = app.sign_in(who).get(&format!("/reports/2026-11/tickets{query}"));
            assert_eq!(answer.status, 200, "{who}");
            listed(&answer.bytes)
        };
        let all = list("supervisor", "");
        let counted: Snapshot =
            serde_json::from_value(app.sign_in("supervisor").get("/reports/2026-11").expect(200)).unwrap();
        assert_eq!(i64::try_from(all.len()).unwrap(), sum(&counted, &["opened"]));
        let column = |rows: &[Vec<String>], index: usize| rows.iter().map(|row| row[index].clone()).collect::<Vec<_>>();
        // Subject and category of the security incident and of the restricted ticket are told to nobody.
        for who in ["supervisor", "auditor"] {
            let rows = list(who, "");
            assert_eq!(column(&rows, 7).iter().filter(|subject| subject.is_empty()).count(), 2, "{who}");
            // Of these two no more is told than that they are there.
            for row in rows.iter().filter(|row| row[7].is_empty()) {
                assert!([1, 3, 6, 13, 14].iter().all(|index| row[*index].is_empty()), "{who}: {row:?}");
                assert!([0, 2, 4, 5, 8, 11].iter().all(|index| !row[*index].is_empty()), "{who}: {row:?}");
            }
        }
        assert!(column(&all, 7).contains(&"'=1+1".to_owned()), "no formula: {all:?}");
        assert_eq!(app.sign_in("admin").get("/reports/2026-11/tickets").problem(403), "forbidden");
        app.sign_in("admin").get("/reports/2026-11").expect(200);
        // A desk has its own, without the security incident.
        for who in ["agent", "head"] {
            let own = list(who, "");
            assert_eq!(own.len(), 5, "{who}");
            assert!(own.iter().all(|row| row[4] == "OPD-A" && !row[1].is_empty() && !row[14].is_empty()), "{own:?}");
        }
        assert_eq!(list("auditor", "?opd=opd-b").len(), 1);
        for (who, query, status) in
            [("agent", "?opd=OPD-B", 404), ("tier2", "", 404), ("supervisor", "?opd=TIADA", 404)]
        {
            assert_eq!(app.sign_in(who).get(&format!("/reports/2026-11/tickets{query}")).status, status, "{who}");
        }
        for month in ["2026-10", "2027-01", "2026-13"] {
            assert_eq!(app.sign_in("supervisor").get(&format!("/reports/{month}/tickets")).status, 422, "{month}");
        }

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("daftar.xlsx");
        std::fs::write(&path, app.sign_in("supervisor").get("/reports/2026-11/tickets?format=xlsx").bytes).unwrap();
        let sheet: Vec<Vec<(String, String)>> = serde_json::from_str(&python("sheet.py", &path)).unwrap();
        assert_eq!(sheet.len(), all.len() + 1);
        for (row, told) in sheet.iter().skip(1).zip(&all) {
            for (column, ((kind, value), told)) in row.iter().zip(told).enumerate() {
                match column {
                    8..=10 if !told.is_empty() => {
                        assert_eq!((kind.as_str(), &value[..16]), ("d", told.as_str()), "{row:?}");
                    }
                    14 if !told.is_empty() => assert_eq!((kind.as_str(), value), ("n", told)),
                    _ if told.is_empty() => assert_eq!(value, ""),
                    _ => assert_eq!((kind.as_str(), value.as_str()), ("s", told.trim_start_matches('\''))),
                }
            }
        }

        // The month after has what was left over and what came.
        app.pass(Duration::days(30));
        app.ticket();
        let answer = app.sign_in("supervisor").get("/reports/2026-12/tickets");
        let counted: Snapshot =
            serde_json::from_value(app.sign_in("supervisor").get("/reports/2026-12").expect(200)).unwrap();
        assert!(sum(&counted, &["backlog_start"]) > 1);
        let listed = i64::try_from(listed(&answer.bytes).len()).unwrap();
        assert_eq!(listed, sum(&counted, &["backlog_start", "opened"]));
    });
}

/// Figures of a report added up.
fn sum(report: &Snapshot, keys: &[&str]) -> i64 {
    let count = |key: &&str| match report.figure(key).unwrap().value {
        Some(Cell::Count(count)) => count,
        _ => panic!("{key} is no count"),
    };
    keys.iter().map(count).sum()
}

fn letters_noted(app: &App) -> usize {
    let filter = AuditFilter { kind: Some("reminder_letter_made".to_owned()), limit: 100, ..AuditFilter::default() };
    app.desk.read(|conn| Ok(history::audit_list(conn, &filter)?)).unwrap().len()
}

#[test]
fn a_reminder_letter_names_what_an_opd_has_missed() {
    on_both(|kind| {
        let app = App::on(kind);
        let letter = |who: &str, opd: &str, body: Value| {
            app.sign_in(who).post(&format!("/opds/{}/reminder-letters", app.opds[opd].0), &body)
        };
        assert_eq!(letter("supervisor", "A", json!({})).problem(409), "nothing_to_remind");
        assert_eq!(letters_noted(&app), 0);
        let late = app.ticket();
        app.ticket_with(json!({"classification": "restricted"}));
        app.ticket_with(json!({"security": true}));
        app.pass(Duration::days(10));
        let made = letter("supervisor", "A", json!({"number": "555/1"}));
        assert_eq!(made.status, 200);
        let said = text(&made.bytes);
        for wanted in [
            "Nomor : 555/1",
            "Yth. Kepala Dinas A di Tempat",
            "Sebanyak 2 tiket melewati target waktunya",
            "1 lainnya dapat dibaca dalam aplikasi",
            "Meja tanpa kegiatan. Sejak",
            late.as_str(),
        ] {
            assert!(said.contains(wanted), "{wanted}: {said}");
        }
        assert!(!said.contains("Petugas Tier 1."), "{said}");
        assert_eq!(letters_noted(&app), 1);
        let dinas = text(&letter("supervisor", "DINAS", json!({})).bytes);
        assert!(dinas.contains("Petugas Tier 1. Belum ada pegawai yang ditunjuk."), "{dinas}");
        for (who, status) in [("auditor", 403), ("head", 403), ("agent", 403), ("admin", 403)] {
            assert_eq!(letter(who, "A", json!({})).status, status, "{who}");
        }
        let long = letter("supervisor", "A", json!({"number": "5".repeat(61)}));
        assert_eq!(long.fields(), [("/number".to_owned(), "too_long".to_owned())]);
        assert_eq!(
            app.sign_in("supervisor").post("/opds/999999/reminder-letters", &json!({})).problem(404),
            "not_found"
        );
        assert_eq!(letters_noted(&app), 2);
    });
}

#[test]
fn a_reminder_letter_has_an_annex_for_many_tickets_and_names_sixty_at_most() {
    let app = App::start();
    let letter = |opd: &str| {
        let path = format!("/opds/{}/reminder-letters", app.opds[opd].0);
        text(&app.sign_in("supervisor").post(&path, &json!({})).bytes)
    };
    // What is not named is the oldest.
    app.ticket_with(json!({"classification": "restricted"}));
    let body = json!({"type": "incident", "subject": "S", "description": "D", "classification": "restricted"});
    app.sign_in("stranger").post("/tickets", &body).expect(201);
    app.pass(Duration::days(1));
    let mut numbers: Vec<String> = (0..9).map(|_| app.ticket()).collect();
    app.pass(Duration::days(10));
    let oldest = "Yang tertua dilaporkan pada 2 November 2026.";
    let nine = letter("A");
    for wanted in
        ["Lampiran : 1 (satu) daftar", "Sebanyak 10 tiket", oldest, "Sebagian disebut dalam lampiran; 1 lainnya"]
    {
        assert!(nine.contains(wanted), "{wanted}: {nine}");
    }
    let (before, annex) = nine.rsplit_once("Lampiran").unwrap();
    assert!(numbers.iter().all(|number| annex.contains(number) && !before.contains(number)), "{nine}");

    numbers.extend((9..62).map(|_| app.ticket()));
    app.pass(Duration::days(10));
    let many = letter("A");
    assert!(many.contains("Sebanyak 63 tiket") && many.contains("; 3 lainnya dapat dibaca"), "{many}");
    assert_eq!(numbers.iter().filter(|number| many.contains(number.as_str())).count(), 60);

    let unnamed = letter("B");
    for wanted in ["Lampiran : –", "Sebanyak 1 tiket", oldest, "Rinciannya dapat dibaca dalam aplikasi."] {
        assert!(unnamed.contains(wanted), "{wanted}: {unnamed}");
    }
    assert!(!unnamed.contains("Tenggat penyelesaian"), "{unnamed}");
}

/// The schema of reports is kept as a document, so that a change of it shows in its diff.
#[test]
fn the_schema_in_the_documents_is_the_programs() {
    let text = format!("{}\n", serde_json::to_string_pretty(&schema::document()).unwrap());
    let path = file("docs/report.schema.json");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert!(std::fs::read_to_string(path).unwrap() == text, "docs/report.schema.json is out of date");
}
