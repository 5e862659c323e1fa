//! Reports by mail: once to each recipient, with the files, and to nobody who may not read them.

use std::path::Path;

use chrono::Duration;
use kentongan::config::{Config, SecretUrl};
use kentongan::domain::people::Role;
use kentongan::services::reports::freeze;
use kentongan::workers::mail::Postman;
use serde_json::{Value, json};

use crate::support::app::{App, email, person};
use crate::support::database::{Kind, on_both};
use crate::support::signing::{Authority, HOLDS, text_of, with_key};
use crate::support::smtp::Sink;

fn app(kind: Kind, sink: &Sink, change: impl Fn(&mut Config)) -> App {
    App::configured(kind, |config| {
        config.mail.url = SecretUrl::new(sink.url());
        config.mail.from = "Meja Layanan <desk@contoh.go.id>".to_owned();
        config.server.public_url = "https://layanan.contoh.go.id".to_owned();
        change(config);
    })
}

fn add(app: &App, body: Value) -> i64 {
    app.sign_in("supervisor").post("/report-recipients", &body).expect(201)["id"].as_i64().unwrap()
}

/// Lets November be over and freezes it; the mails of its tickets are not what is looked at here.
fn over(app: &App) {
    app.ticket();
    send(app);
    app.pass(Duration::days(40));
    send(app);
    assert_eq!(freeze::run(&app.desk, &mut |_| Ok(true)).unwrap(), 1);
}

fn send(app: &App) -> usize {
    Postman::new(&app.desk).unwrap().run(&app.desk).unwrap().sent
}

const SEKDA: &str = "setda@batangkab.go.id";

#[test]
fn a_frozen_report_goes_once_to_each_recipient_with_its_files() {
    on_both(|kind| {
        let sink = Sink::start();
        let one = app(kind, &sink, |_| {});
        let other = one.beside();
        add(&one, json!({"email": email("supervisor"), "formats": ["xlsx", "pdf", "pdf"]}));
        add(&one, json!({"email": SEKDA, "name": "Sekretaris Daerah"}));
        add(&one, json!({"email": email("head"), "opd": "opd-a"}));
        over(&one);
        let before = sink.count();
        let sent: usize = std::thread::scope(|scope| {
            let both = [&one, &other].map(|app| scope.spawn(|| send(app)));
            both.map(|one| one.join().unwrap()).into_iter().sum()
        });
        assert_eq!((sent, sink.count() - before), (3, 3));
        assert_eq!(freeze::run(&one.desk, &mut |_| Ok(true)).unwrap(), 0);
        assert_eq!(send(&one), 0, "once");

        let mail = |to: &str| sink.taken_for(to).into_iter().rfind(|mail| !mail.files.is_empty()).unwrap();
        let own = mail(&email("supervisor"));
        let names: Vec<&str> = own.files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["laporan-2026-11-semua.pdf", "laporan-2026-11-semua.xlsx"]);
        assert!(own.headers["subject"].contains("November 2026") && own.text.contains("terlampir"), "{}", own.text);
        assert!(own.text.contains("https://layanan.contoh.go.id/laporan/2026-11\n"), "{}", own.text);
        let text = text_of(&own.files[0].1);
        assert!(text.contains("November 2026") && text.contains("Ringkasan"), "{text}");
        assert!(own.files[1].1.starts_with(b"PK"), "a workbook");

        let beside = mail(SEKDA);
        assert!(
            beside.text.contains("Yth. Sekretaris Daerah,") && beside.text.contains("/verifikasi/"),
            "{}",
            beside.text
        );
        assert_eq!(beside.files.len(), 1);
        let head = mail(&email("head"));
        assert!(text_of(&head.files[0].1).contains("Dinas A"));
        assert!(head.text.contains("/laporan/2026-11?opd=OPD-A"), "{}", head.text);

        // On the pages too.
        let told = one.sign_in("head").get("/notifications").expect(200);
        let first = &told["items"][0];
        assert_eq!(first["report"], json!({"period": "2026-11", "opd": "OPD-A", "signed": false}));
        assert_eq!((&first["notice"], &first["ticket"]), (&json!("report_ready"), &Value::Null));
        let page = one.browse("head").get("/kabar").expect(200).text();
        assert!(page.contains("Laporan dibekukan") && page.contains("/laporan/2026-11?opd=OPD-A"), "{page}");
        one.browse("head").get("/laporan/2026-11").expect(200);
        // The page marks it, whichever way it was reached.
        assert_eq!(one.sign_in("head").get("/notifications").expect(200)["unseen"], json!(0));
    });
}

#[test]
fn a_signed_paper_goes_to_those_who_wait_for_it_and_again_after_an_addendum() {
    let authority = Authority::new();
    let key = authority.key("own", "ec", HOLDS);
    on_both(|kind| {
        let sink = Sink::start();
        let app = app(kind, &sink, |config| config.signing = with_key(&key));
        add(&app, json!({"email": SEKDA, "moment": "signed"}));
        over(&app);
        assert_eq!(send(&app), 0, "not when it is frozen");
        let supervisor = app.sign_in("supervisor");
        supervisor.post("/reports/2026-11/signatures", &json!({})).expect(201);
        let addendum = json!({"reason": "Koreksi", "text": "Angka."});
        supervisor.post("/reports/2026-11/addenda", &addendum).expect(201);
        assert_eq!(send(&app), 1);
        supervisor.post("/reports/2026-11/signatures", &json!({})).expect(201);
        assert_eq!((send(&app), send(&app)), (1, 0));
        let mails = sink.taken_for(SEKDA);
        assert_eq!(mails.len(), 2);
        let papers: Vec<&Vec<u8>> = mails.iter().map(|mail| &mail.files[0].1).collect();
        assert!(papers.iter().all(|paper| authority.pdfsig(paper).contains("Signature is Valid.")));
        assert_ne!(papers[0], papers[1]);
        assert!(!text_of(papers[0]).contains("Adendum") && text_of(papers[1]).contains("Adendum"));
        assert!(mails[0].text.contains("ditandatangani secara elektronik"), "{}", mails[0].text);
    });
}

#[test]
fn a_signed_file_that_cannot_be_read_keeps_no_other_mail_from_leaving() {
    let authority = Authority::new();
    let sink = Sink::start();
    let app = app(Kind::Sqlite, &sink, |config| config.signing = with_key(&authority.key("own", "ec", HOLDS)));
    add(&app, json!({"email": SEKDA, "moment": "signed"}));
    over(&app);
    let signed = app.sign_in("supervisor").post("/reports/2026-11/signatures", &json!({})).expect(201);
    let sha256 = signed["sha256"].as_str().unwrap();
    let file = Path::new(&app.desk.config.attachments.folder).join(&sha256[..2]).join(sha256);
    let content = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    app.ticket();
    assert!(send(&app) > 0, "what was told of the ticket");
    assert!(sink.taken_for(SEKDA).is_empty());
    let waiting = || app.sign_in("admin").get("/mail?state=queued").expect(200)["items"].clone();
    assert_eq!((&waiting()[0]["address"], &waiting()[0]["attempts"]), (&json!(SEKDA), &json!(1)));
    assert_eq!(send(&app), 0, "it is tried again later");
    std::fs::remove_dir(&file).unwrap();
    std::fs::write(&file, content).unwrap();
    app.pass(Duration::minutes(1));
    send(&app);
    assert_eq!(sink.taken_for(SEKDA).len(), 1);
}

#[test]
fn nobody_gets_what_they_may_not_read() {
    let sink = Sink::start();
    let app = app(Kind::Sqlite, &sink, |_| {});
    let supervisor = app.sign_in("supervisor");
    let refused = |body: Value| supervisor.post("/report-recipients", &body).fields();
    let at = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
    for (body, pointer, code) in [
        (json!({"email": email("requester")}), "/email", "may_not_read"),
        (json!({"email": email("head")}), "/email", "may_not_read"),
        (json!({"email": email("agent_b"), "opd": "OPD-A"}), "/email", "may_not_read"),
        (json!({"email": "siapa@gmail.com"}), "/email", "outside_policy"),
        (json!({"email": "siapa@tipugo.id"}), "/email", "outside_policy"),
        (json!({"email": "bukan alamat"}), "/email", "invalid_format"),
        (json!({"email": SEKDA, "opd": "TIADA"}), "/opd", "unknown_opd"),
        (json!({"email": SEKDA, "name": "x".repeat(121)}), "/name", "too_long"),
    ] {
        assert_eq!(refused(body.clone()), at(pointer, code), "{body}");
    }
    let sekda = add(&app, json!({"email": SEKDA}));
    assert_eq!(refused(json!({"email": SEKDA.to_uppercase()})), at("/email", "already_there"));
    add(&app, json!({"email": SEKDA, "opd": "OPD-A"}));
    add(&app, json!({"email": email("auditor")}));
    add(&app, json!({"email": email("agent"), "opd": "OPD-A"}));
    // Removed before it leaves; and one who is no auditor any more.
    over(&app);
    let admin = app.sign_in("admin");
    admin.delete(&format!("/report-recipients/{sekda}")).expect(204);
    assert_eq!(admin.delete(&format!("/report-recipients/{sekda}")).problem(404), "not_found");
    admin.put(&format!("/people/{}/roles/requester", app.people["auditor"].0), Some(&json!({}))).expect(204);
    admin.delete(&format!("/people/{}/roles/auditor", app.people["auditor"].0)).expect(204);
    assert_eq!(send(&app), 2, "to the office for OPD A, and to its agent");
    let reports: Vec<_> = sink.taken().into_iter().filter(|mail| !mail.files.is_empty()).collect();
    let mut to: Vec<&str> = reports.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, [email("agent").as_str(), SEKDA]);
    assert!(reports.iter().all(|mail| mail.files[0].0 == "laporan-2026-11-opd-a.pdf"));
    // What they were told on the pages tells nothing any more.
    let told = app.sign_in("auditor").get("/notifications").expect(200);
    assert_eq!((&told["items"][0]["report"], &told["items"][0]["notice"]), (&Value::Null, &Value::Null));
}

#[test]
fn an_address_that_has_become_a_persons_is_told_as_that_person() {
    let sink = Sink::start();
    let app = app(Kind::Sqlite, &sink, |_| {});
    for name in ["sekda", "tamu"] {
        add(&app, json!({"email": email(name), "name": "Kantor"}));
    }
    over(&app);
    let opd = app.opds["A"];
    for (name, role) in [("sekda", Role::Auditor), ("tamu", Role::Requester)] {
        app.desk.housekeep(|work| person(work, name, opd, &[role])).unwrap();
    }
    assert_eq!(send(&app), 1, "to nobody who may not read the report");
    let mail = &sink.taken_for(&email("sekda"))[0];
    assert!(mail.text.contains("Nama sekda") && mail.text.contains("/laporan/2026-11\n"), "{}", mail.text);
    let again = app.sign_in("supervisor").post("/report-recipients", &json!({"email": email("sekda")})).fields();
    assert_eq!(again, [("/email".to_owned(), "already_there".to_owned())]);
}

#[test]
fn people_are_listed_by_the_name_they_have_now() {
    let sink = Sink::start();
    let app = app(Kind::Sqlite, &sink, |_| {});
    add(&app, json!({"email": SEKDA, "name": "Budi"}));
    add(&app, json!({"email": email("auditor"), "name": "Lain"}));
    let names = || {
        let list = app.sign_in("supervisor").get("/report-recipients").expect(200);
        list["items"].as_array().unwrap().iter().map(|item| item["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(), ["Budi", "Nama auditor"]);
    let to = format!("/people/{}", app.people["auditor"].0);
    app.sign_in("admin").patch(&to, &json!({"name": "Ani"})).expect(200);
    assert_eq!(names(), ["Ani", "Budi"]);
    let page = app.browse("supervisor").get("/laporan/penerima").expect(200).text();
    assert!(page.contains("Ani") && !page.contains("Nama auditor"), "{page}");
}

#[test]
fn a_past_that_was_taken_over_is_mailed_to_nobody() {
    let sink = Sink::start();
    let app = app(Kind::Sqlite, &sink, |_| {});
    add(&app, json!({"email": SEKDA}));
    app.ticket();
    app.pass(Duration::days(200));
    let frozen = freeze::run(&app.desk, &mut |_| Ok(true)).unwrap();
    assert!(frozen > 4, "{frozen}");
    send(&app);
    let mails: Vec<_> = sink.taken_for(SEKDA).iter().map(|mail| mail.headers["subject"].clone()).collect();
    assert_eq!(mails.len(), 3, "only what is news: {mails:?}");
}

#[test]
fn a_paper_that_is_signed_late_is_sent_all_the_same() {
    let authority = Authority::new();
    let sink = Sink::start();
    let app = app(Kind::Sqlite, &sink, |config| config.signing = with_key(&authority.key("own", "ec", HOLDS)));
    add(&app, json!({"email": SEKDA, "moment": "signed"}));
    over(&app);
    app.pass(Duration::days(100));
    app.sign_in("supervisor").post("/reports/2026-11/signatures", &json!({})).expect(201);
    send(&app);
    assert_eq!(sink.taken_for(SEKDA).len(), 1);
}

#[test]
fn recipients_are_kept_on_a_page() {
    let sink = Sink::start();
    let app = app(Kind::Sqlite, &sink, |_| {});
    let browser = app.browse("supervisor");
    let page = browser.get("/laporan/penerima").expect(200);
    let to = "/laporan/penerima";
    let wrong = browser.submit(&page, to, &[("email", "siapa@gmail.com"), ("opd", ""), ("formats", "pdf")]);
    let text = wrong.expect(422).text();
    assert!(text.contains("go.id") && text.contains("siapa@gmail.com"), "{text}");
    let page = browser.get("/laporan/penerima").expect(200);
    let fields = [
        ("email", SEKDA),
        ("name", "Sekda"),
        ("opd", "OPD-A"),
        ("moment", "signed"),
        ("formats", "pdf"),
        ("formats", "xlsx"),
    ];
    let text = browser.submit(&page, to, &fields).expect(200).text();
    for words in ["Penerima laporan ditambahkan.", SEKDA, "Dinas A", "Saat ditandatangani", "PDF, XLSX"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let auditor = app.browse("auditor").get(to).expect(200).text();
    assert!(auditor.contains(SEKDA) && !auditor.contains("Tambah penerima"), "{auditor}");
    app.browse("agent").get(to).expect(403);
    let id = app.sign_in("admin").get("/report-recipients").expect(200)["items"][0]["id"].to_string();
    let page = browser.get(to).expect(200);
    let text = browser.submit(&page, &format!("{to}/{id}/hapus"), &[]).expect(200).text();
    assert!(text.contains("Belum ada penerima"), "{text}");
}
