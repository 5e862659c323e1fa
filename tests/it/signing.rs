//! Electronic signatures on reports: what other people's programs say of them, and that nothing is half signed.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration as Time;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use chrono::Duration;
use kentongan::config::{Secret, SecretUrl, Signing};
use kentongan::domain::chain::sha256_hex;
use kentongan::domain::report::Scope;
use kentongan::services::reports::sign::{By, Input};
use kentongan::services::reports::{freeze, prove, sign};
use kentongan::services::{Caller, Error};
use kentongan::store::{people, report_signatures, reports as rows};
use kentongan::{reports, signing};
use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::browser::Browser;
use crate::support::database::{Kind, on_both};
use crate::support::program::command;
use crate::support::signing::{Authority, HOLDS, PASSPHRASE, text_of, with_key};

/// A desk that signs like this, with November frozen.
fn frozen(kind: Kind, signing: Signing) -> App {
    let app = App::configured(kind, |config| {
        config.signing = signing;
        config.letterhead.place = "Batang".to_owned();
        config.letterhead.signatory = "Dr. Sri Wahyuni".to_owned();
    });
    app.ticket();
    app.pass(Duration::days(40));
    assert_eq!(freeze::run(&app.desk, &mut |_| Ok(true)).unwrap(), 1);
    app
}

const AT: &str = "/reports/2026-11/signatures";

fn pdf(app: &App, path: &str) -> Vec<u8> {
    let answer = app.sign_in("supervisor").get(path);
    assert_eq!(answer.status, 200);
    answer.bytes
}

fn signatures(app: &App) -> Vec<Value> {
    app.sign_in("auditor").get(AT).expect(200)["items"].as_array().unwrap().clone()
}

/// How many files lie among the attachments.
fn files(app: &App) -> usize {
    fn below(folder: &Path) -> usize {
        let inside = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
        inside.map(|path| if path.is_dir() { below(&path) } else { 1 }).sum()
    }
    below(Path::new(&app.desk.config.attachments.folder))
}

#[test]
fn what_is_signed_with_a_key_is_valid_to_other_programs() {
    let authority = Authority::new();
    for kind in ["rsa:2048", "ec"] {
        let app = frozen(Kind::Sqlite, with_key(&authority.key("own", kind, HOLDS)));
        let before = pdf(&app, "/reports/2026-11?format=pdf");
        let number = json!({"number": "800/17/2026"});
        let signed = app.sign_in("supervisor").post(AT, &number).expect(201);
        assert_eq!((&signed["subject"], &signed["issuer"]), (&json!("Kepala Dinas (uji)"), &json!("CA Uji")));
        let after = pdf(&app, "/reports/2026-11?format=pdf");
        assert_eq!(json!(sha256_hex(&after)), signed["sha256"], "from then on the report is the signed file");
        assert_eq!(pdf(&app, "/reports/2026-11?format=pdf&number=1"), after, "as it was signed");
        assert_eq!(pdf(&app, &format!("{AT}/{}", signed["id"])), after);

        let said = authority.pdfsig(&after);
        for words in [
            "Signature is Valid.",
            "Certificate is Trusted.",
            "Total document signed",
            "ETSI.CAdES.detached",
            "SHA-256",
            "Kepala Dinas (uji)",
        ] {
            assert!(said.contains(words), "{kind}: {words}: {said}");
        }
        assert_eq!(said.matches("Signature #").count(), 1);
        let mut changed = after.clone();
        changed[before.len() / 2] ^= 1;
        assert!(!authority.pdfsig(&changed).contains("Signature is Valid."), "a changed byte");

        let file = authority.path("signed.pdf");
        std::fs::write(&file, &after).unwrap();
        let checked = Command::new("qpdf").arg("--check").arg(&file).output().unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
        let text = text_of(&after);
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("telah ditandatangani secara elektronik"), "{text}");
        assert!(words.contains("800/17/2026") && words.contains("Dr. Sri Wahyuni"), "{text}");
        assert!(!text_of(&before).contains("ditandatangani secara elektronik"));
    }
}

#[test]
fn each_paper_is_signed_once_and_an_addendum_makes_another() {
    let authority = Authority::new();
    let key = authority.key("own", "ec", HOLDS);
    on_both(|kind| {
        let app = frozen(kind, with_key(&key));
        for who in ["agent", "head", "auditor"] {
            assert_eq!(app.sign_in(who).post(AT, &json!({})).problem(403), "forbidden", "{who}");
        }
        assert_eq!(app.sign_in("tier2").post(AT, &json!({})).problem(404), "not_found");
        let first = app.sign_in("admin").post(AT, &json!({})).expect(201);
        assert_eq!(first["signed_by"]["name"], "Nama admin");
        assert_eq!(app.sign_in("supervisor").post(AT, &json!({})).problem(409), "report_already_signed");
        let addendum = json!({"reason": "Koreksi", "text": "Satu tiket terhitung dua kali."});
        app.sign_in("supervisor").post("/reports/2026-11/addenda", &addendum).expect(201);
        let unsigned = pdf(&app, "/reports/2026-11?format=pdf");
        assert!(text_of(&unsigned).contains("Adendum"), "the paper with the addendum");
        assert!(!authority.pdfsig(&unsigned).contains("Signature #1"), "is not signed yet");
        let second = app.sign_in("supervisor").post(AT, &json!({})).expect(201);
        assert_eq!(signatures(&app), [first.clone(), second.clone()]);
        assert_eq!(json!(sha256_hex(&pdf(&app, "/reports/2026-11?format=pdf"))), second["sha256"]);
        assert_eq!(json!(sha256_hex(&pdf(&app, &format!("{AT}/{}", first["id"])))), first["sha256"]);
        // Those who may not read the report of all have no signature of it.
        assert_eq!(app.sign_in("head").get(&format!("{AT}/{}", first["id"])).problem(404), "not_found");

        let row = app.desk.read(|conn| Ok(rows::of(conn, "2026-11", Scope::All)?)).unwrap().unwrap();
        let proof = prove::run(&app.desk, &row.code).unwrap();
        let known: Vec<&str> = proof.signatures.iter().map(|signature| signature.subject.as_str()).collect();
        assert_eq!(known, ["Kepala Dinas (uji)"; 2]);
        let page = Browser::new(app.address).get(&format!("/verifikasi/{}", row.code)).expect(200).text();
        assert!(
            page.contains(second["sha256"].as_str().unwrap()) && page.contains("sebelum adendum terakhir"),
            "{page}"
        );
        assert!(!page.contains("Nama admin"), "who pressed the button is nobody's business");
    });
}

#[test]
fn two_who_sign_at_once_make_one_signature() {
    let authority = Authority::new();
    let key = authority.key("own", "ec", HOLDS);
    on_both(|kind| {
        let app = frozen(kind, with_key(&key));
        let other = app.beside();
        let start = Barrier::new(2);
        let signed = std::thread::scope(|scope| {
            let both = [&app, &other].map(|app| {
                let (start, desk) = (&start, Arc::clone(&app.desk));
                let person = app.people["supervisor"];
                scope.spawn(move || {
                    let actor = desk.read(|conn| Ok(people::actor(conn, person, desk.today())?)).unwrap().unwrap();
                    let caller = Caller::plain(actor);
                    start.wait();
                    reports::sign::run(&desk, By::Caller(&caller), "2026-11", None, &Input::default())
                })
            });
            both.map(|one| one.join().unwrap())
        });
        assert_eq!(signed.iter().filter(|one| one.is_ok()).count(), 1, "{signed:?}");
        assert!(signed.iter().all(|one| matches!(one, Ok(_) | Err(Error::Refused(_) | Error::Conflict))), "{signed:?}");
        assert_eq!(signatures(&app).len(), 1);
    });
}

#[test]
fn what_keeps_a_key_from_signing_is_told_and_nothing_is_kept() {
    let authority = Authority::new();
    let good = authority.key("own", "rsa:2048", HOLDS);
    let expired = authority.key("expired", "ec", ("20260101000000Z", "20261201000000Z"));
    let early = authority.key("early", "ec", ("20270101000000Z", "20490101000000Z"));
    let old = ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"];
    let old = authority.pack("own", "old", &old);
    let old_inside = authority.pack("own", "old-inside", &["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES"]);
    let bare = authority.pack("own", "bare", &["-nokeys"]);
    let rubbish = authority.path("rubbish.p12");
    std::fs::write(&rubbish, b"not a key at all").unwrap();
    let missing = authority.path("missing.p12");
    let wrong = Signing { passphrase: Secret::new("lain sekali"), ..with_key(&good) };
    let lost =
        Signing { passphrase: Secret::default(), passphrase_file: missing.display().to_string(), ..with_key(&good) };
    for (signing, status, code) in [
        (wrong, 422, "signing_passphrase_wrong"),
        (with_key(&expired), 409, "signing_certificate_expired"),
        (with_key(&early), 409, "signing_certificate_not_yet_valid"),
        (with_key(&old), 503, "signing_key_outdated"),
        (with_key(&old_inside), 503, "signing_key_outdated"),
        (with_key(&bare), 503, "signing_key_unusable"),
        (with_key(&rubbish), 503, "signing_key_unusable"),
        (with_key(&missing), 503, "signing_key_unreadable"),
        (lost, 503, "signing_key_unreadable"),
        (Signing::default(), 409, "signing_off"),
    ] {
        let app = frozen(Kind::Sqlite, signing);
        let before = files(&app);
        let answer = app.sign_in("supervisor").post(AT, &json!({}));
        let text = String::from_utf8_lossy(&answer.bytes).into_owned();
        assert_eq!(answer.problem(status), code);
        assert!(!text.contains(PASSPHRASE) && !text.contains("lain sekali"), "{text}");
        assert_eq!(signatures(&app), Vec::<Value>::new(), "{code}");
        assert_eq!(files(&app), before, "{code}");
    }
}

#[test]
fn only_a_frozen_report_is_signed_and_a_key_may_ask_for_its_passphrase() {
    let authority = Authority::new();
    let asks = Signing { passphrase: Secret::default(), ..with_key(&authority.key("own", "ec", HOLDS)) };
    let app = App::configured(Kind::Sqlite, |config| config.signing = asks.clone());
    app.ticket();
    let supervisor = app.sign_in("supervisor");
    let given = json!({"passphrase": PASSPHRASE});
    assert_eq!(supervisor.post(AT, &given).problem(409), "report_not_frozen");
    let quarter = supervisor.post("/reports/2026-Q4/signatures", &given);
    assert_eq!(quarter.problem(409), "report_not_frozen");
    let app = frozen(Kind::Sqlite, asks);
    let supervisor = app.sign_in("supervisor");
    assert_eq!(supervisor.post(AT, &json!({})).fields(), [("/passphrase".to_owned(), "required".to_owned())]);
    let long = json!({"passphrase": PASSPHRASE, "number": "x".repeat(61)});
    assert_eq!(supervisor.post(AT, &long).fields(), [("/number".to_owned(), "too_long".to_owned())]);
    let wrong = supervisor.post(AT, &json!({"passphrase": "salah"})).fields();
    assert_eq!(wrong, [("/passphrase".to_owned(), "signing_passphrase_wrong".to_owned())]);
    // The same request twice is signed once, and answered twice.
    let once = supervisor.with("Idempotency-Key", "tanda-tangan-1");
    let first = once.post(AT, &given).expect(201);
    assert_eq!(once.post(AT, &given).expect(201), first);
    let other = json!({"passphrase": PASSPHRASE, "number": "800/1"});
    assert_eq!(once.post(AT, &other).problem(422), "idempotency_key_reused");
    let of_opd = format!("{AT}?opd=OPD-A");
    assert_eq!(once.post(&of_opd, &given).problem(422), "idempotency_key_reused");
    // What is remembered of it cannot be used to try out passphrases.
    assert_eq!(once.post(AT, &json!({"passphrase": "lain"})).expect(201), first);
    // The passphrase is nowhere in the database or beside it.
    let app = app.finish();
    // SQLite takes its journal away when the last connection is closed: then it is all in the other file.
    let kept = || -> std::io::Result<Vec<(PathBuf, Vec<u8>)>> {
        let paths = std::fs::read_dir(app.folder.path())?.map(|entry| entry.map(|entry| entry.path()));
        let paths = paths.collect::<Result<Vec<_>, _>>()?;
        paths.into_iter().filter(|path| !path.is_dir()).map(|path| Ok((path.clone(), std::fs::read(path)?))).collect()
    };
    let files = std::iter::repeat_with(kept).take(1000).find_map(Result::ok).unwrap();
    assert!(!files.is_empty());
    for (path, content) in files {
        let found = content.windows(PASSPHRASE.len()).any(|window| window == PASSPHRASE.as_bytes());
        assert!(!found, "{path:?}");
    }
}

/// What a service does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Pdf,
    Json,
    WrongPassphrase,
    Unknown,
    Fails,
    Hangs,
    Rubbish,
    Unsigned,
    Another,
    Forged,
    Redirects,
}

/// An e-sign service that answers one request, and what it was asked.
fn service(mode: Mode, own: Signing) -> (String, Arc<Mutex<Vec<u8>>>, std::thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/api/sign/pdf", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    let running = std::thread::spawn(move || {
        let (mut line, _) = listener.accept().unwrap();
        line.set_read_timeout(Some(Time::from_secs(30))).unwrap();
        let request = read_request(&mut line);
        let paper = between(&request, b"application/pdf\r\n\r\n", b"\r\n--kentongan-").unwrap_or_default();
        *kept.lock().unwrap() = request;
        let at = chrono::DateTime::parse_from_rfc3339("2026-12-12T03:00:00Z").unwrap();
        let says = signing::Says {
            at: at.with_timezone(&chrono_tz::Asia::Jakarta),
            reason: "Uji".to_owned(),
            place: String::new(),
        };
        let sign = |paper: &[u8]| signing::sign(&own, paper, &says, None).unwrap().pdf;
        let (status, kind, body): (&str, &str, Vec<u8>) = match mode {
            Mode::Pdf => ("200 OK", "application/pdf", sign(&paper)),
            Mode::Json => {
                let file = BASE64_STANDARD.encode(sign(&paper));
                ("200 OK", "application/json", json!({"time": 120, "file": [file]}).to_string().into_bytes())
            }
            Mode::WrongPassphrase => {
                let said = json!({"status_code": 2031, "error": "Proses signing gagal : Passphrase anda salah"});
                ("400 Bad Request", "application/json", said.to_string().into_bytes())
            }
            Mode::Unknown => {
                let said = json!({"status_code": 2011, "error": "NIK belum terdaftar"});
                ("404 Not Found", "application/json", said.to_string().into_bytes())
            }
            Mode::Fails => ("500 Internal Server Error", "text/plain", b"oops".to_vec()),
            Mode::Rubbish => ("200 OK", "text/html", b"<html>Selamat datang</html>".to_vec()),
            Mode::Unsigned => ("200 OK", "application/pdf", paper.clone()),
            Mode::Another => {
                let mut other = paper.clone();
                let at = other.len() / 2;
                other[at] ^= 1;
                ("200 OK", "application/pdf", sign(&other))
            }
            Mode::Forged => ("200 OK", "application/pdf", forged(sign(&paper))),
            Mode::Redirects => ("307 Temporary Redirect", "text/plain\r\nLocation: http://127.0.0.1:9/", Vec::new()),
            Mode::Hangs => {
                // Until the other side gives up.
                let _gone = line.read(&mut [0; 1]);
                return;
            }
        };
        let head = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n", body.len());
        line.write_all(head.as_bytes()).unwrap();
        let _gone = line.write_all(&body);
    });
    (url, asked, running)
}

/// A signed paper of whose signature the last digit is another.
fn forged(mut pdf: Vec<u8>) -> Vec<u8> {
    let start = pdf.windows(10).rposition(|window| window == b"/Contents<").unwrap();
    let end = start + pdf[start..].iter().position(|byte| *byte == b'>').unwrap();
    let last = pdf[..end].iter().rposition(|byte| *byte != b'0').unwrap();
    pdf[last] = if pdf[last] == b'1' { b'2' } else { b'1' };
    pdf
}

fn between(bytes: &[u8], before: &[u8], behind: &[u8]) -> Option<Vec<u8>> {
    let find = |from: usize, sign: &[u8]| bytes[from..].windows(sign.len()).position(|w| w == sign).map(|at| from + at);
    let start = find(0, before)? + before.len();
    Some(bytes[start..find(start, behind)?].to_vec())
}

fn read_request(line: &mut std::net::TcpStream) -> Vec<u8> {
    let (mut request, mut chunk) = (Vec::new(), [0; 65536]);
    loop {
        let head = request.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(head) = head {
            let text = String::from_utf8_lossy(&request[..head]).to_lowercase();
            let length: usize = text.split("content-length: ").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
            if request.len() >= head + 4 + length {
                return request;
            }
        }
        let read = line.read(&mut chunk).unwrap();
        assert!(read > 0, "the request is whole");
        request.extend_from_slice(&chunk[..read]);
    }
}

#[test]
fn a_service_signs_or_it_is_told_why_not_and_nothing_is_kept() {
    let authority = Authority::new();
    let own = with_key(&authority.key("own", "ec", HOLDS));
    for (mode, expected) in [
        (Mode::Pdf, None),
        (Mode::Json, None),
        (Mode::WrongPassphrase, Some((422, "signing_passphrase_wrong"))),
        (Mode::Unknown, Some((409, "signing_service_refused"))),
        (Mode::Redirects, Some((409, "signing_service_refused"))),
        (Mode::Fails, Some((503, "signing_service_away"))),
        (Mode::Hangs, Some((503, "signing_service_away"))),
        (Mode::Rubbish, Some((503, "signing_answer_invalid"))),
        (Mode::Unsigned, Some((503, "signing_answer_invalid"))),
        (Mode::Another, Some((503, "signing_answer_invalid"))),
        (Mode::Forged, Some((503, "signing_answer_invalid"))),
    ] {
        let (url, asked, running) = service(mode, own.clone());
        let place = url.trim_start_matches("http://").split('/').next().unwrap().to_owned();
        let signing = Signing {
            method: "service".to_owned(),
            url: SecretUrl::new(url),
            user: "kentongan".to_owned(),
            password: Secret::new("sandi klien"),
            nik: "3300000000000001".to_owned(),
            timeout_seconds: if mode == Mode::Hangs { 1 } else { 60 },
            ..Signing::default()
        };
        let app = frozen(Kind::Sqlite, signing);
        let before = files(&app);
        let answer = app.sign_in("supervisor").post(AT, &json!({"passphrase": "rahasia penanda tangan"}));
        let told = String::from_utf8_lossy(&answer.bytes).into_owned();
        match expected {
            None => {
                let signed = answer.expect(201);
                let file = pdf(&app, "/reports/2026-11?format=pdf");
                assert_eq!(json!(sha256_hex(&file)), signed["sha256"], "{mode:?}");
                assert!(authority.pdfsig(&file).contains("Signature is Valid."), "{mode:?}");
                assert_eq!(files(&app), before + 1, "{mode:?}");
            }
            Some((status, code)) => {
                assert_eq!(answer.problem(status), code, "{mode:?}");
                assert_eq!(signatures(&app), Vec::<Value>::new(), "{mode:?}");
                assert_eq!(files(&app), before, "{mode:?}");
            }
        }
        assert!(!told.contains("rahasia penanda tangan"), "{told}");
        // One that was not asked at all is not waited for.
        drop(TcpStream::connect(place));
        running.join().unwrap();
        let asked = asked.lock().unwrap().clone();
        let text = String::from_utf8_lossy(&asked).into_owned();
        let basic = format!("Basic {}", BASE64_STANDARD.encode("kentongan:sandi klien"));
        assert!(text.to_lowercase().contains(&format!("authorization: {}", basic.to_lowercase())), "{mode:?}");
        for words in
            ["name=\"nik\"\r\n\r\n3300000000000001\r\n", "name=\"passphrase\"\r\n\r\nrahasia penanda tangan\r\n"]
        {
            assert!(text.contains(words), "{mode:?}: {words}");
        }
    }
    // Nobody there at all.
    let signing = Signing {
        method: "service".to_owned(),
        url: SecretUrl::new("http://127.0.0.1:1/"),
        nik: "1".to_owned(),
        ..Signing::default()
    };
    let app = frozen(Kind::Sqlite, signing);
    let answer = app.sign_in("supervisor").post(AT, &json!({"passphrase": "x"}));
    assert_eq!(answer.problem(503), "signing_service_away");
}

#[test]
fn a_page_offers_to_sign_and_never_shows_a_passphrase() {
    let authority = Authority::new();
    let asks = Signing { passphrase: Secret::default(), ..with_key(&authority.key("own", "ec", HOLDS)) };
    let app = frozen(Kind::Sqlite, asks);
    let auditor = app.browse("auditor").get("/laporan/2026-11").expect(200).text();
    assert!(!auditor.contains("Tandatangani laporan"), "whoever only reads is offered nothing");
    let browser = app.browse("supervisor");
    let page = browser.get("/laporan/2026-11").expect(200);
    let text = page.text();
    assert!(text.contains("Tandatangani laporan") && text.contains("Dr. Sri Wahyuni"), "{text}");
    let to = "/laporan/2026-11/tanda-tangan";
    let wrong = browser.submit(&page, to, &[("passphrase", "salah sekali"), ("number", "800/9")]);
    let text = wrong.expect(422).text();
    assert!(text.contains("Passphrase salah") && text.contains("800/9") && !text.contains("salah sekali"), "{text}");
    let late = app.browse("admin");
    let seen = late.get("/laporan/2026-11").expect(200);
    let page = browser.get("/laporan/2026-11").expect(200);
    let page = browser.submit(&page, to, &[("passphrase", PASSPHRASE)]).expect(200).text();
    assert!(page.contains("Kepala Dinas (uji)") && !page.contains("Tandatangani laporan"), "{page}");
    let text = late.submit(&seen, to, &[("passphrase", PASSPHRASE)]).expect(409).text();
    assert!(text.contains("sudah ditandatangani") && !text.contains("Tandatangani laporan"), "{text}");
    // The first signed paper is still there when the report has another.
    let first = &signatures(&app)[0];
    let addendum = json!({"reason": "Koreksi", "text": "Angka."});
    app.sign_in("supervisor").post("/reports/2026-11/addenda", &addendum).expect(201);
    let file = browser.get(&format!("/laporan/2026-11/unduh?bentuk=pdf&paraf={}", first["id"])).expect(200);
    assert_eq!(json!(sha256_hex(&file.bytes)), first["sha256"]);
    browser.get("/laporan/2026-11/unduh?bentuk=pdf&paraf=999").expect(404);
}

#[test]
fn the_command_line_signs() {
    let authority = Authority::new();
    let key = authority.key("own", "ec", HOLDS);
    let app = frozen(Kind::Sqlite, with_key(&key));
    let desk = Arc::clone(&app.desk);
    let id = desk.read(|conn| Ok(rows::of(conn, "2026-11", Scope::All)?)).unwrap().unwrap().id;
    let kept = || desk.read(|conn| Ok(report_signatures::list(conn, id)?)).unwrap();
    let sign = |arguments: &[&str], passphrase: Option<&str>| {
        let mut command = command(&app.database, &[&["report", "sign"], arguments].concat());
        command.env("KENTONGAN_SIGNING__METHOD", "pkcs12").env("KENTONGAN_SIGNING__KEY", &key);
        command.stdin(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let _closed = input.write_all(passphrase.unwrap_or_default().as_bytes());
        drop(input);
        let done = child.wait_with_output().unwrap();
        (done.status.code(), String::from_utf8(done.stderr).unwrap())
    };
    let long = "x".repeat(201);
    for (arguments, passphrase, said) in [
        (["--month", "2026-11"].as_slice(), None, "--passphrase-stdin"),
        (&["--month", "2026-11", "--passphrase-stdin"], Some(long.as_str()), "passphrase is too long"),
        (&["--month", "2026-11", "--passphrase-stdin"], Some("salah\n"), "passphrase is wrong"),
        (&["--month", "2026-11", "--opd", "TIADA", "--passphrase-stdin"], Some("x"), "no OPD of this code"),
        (&["--month", "2026", "--passphrase-stdin"], Some("x"), "not frozen"),
    ] {
        let (code, words) = sign(arguments, passphrase);
        assert_eq!(code, Some(2), "{arguments:?}: {words}");
        assert!(words.contains(said), "{arguments:?}: {words}");
        assert_eq!(kept(), []);
    }
    let month = ["--month", "2026-11", "--number", "800/1", "--passphrase-stdin"];
    let (code, words) = sign(&month, Some(&format!("{PASSPHRASE}\n")));
    assert_eq!(code, Some(0), "{words}");
    let signed = kept();
    assert_eq!((signed.len(), signed[0].signed_by), (1, None), "by whoever has the command line");
    assert!(words.contains(&signed[0].sha256) && words.contains("Kepala Dinas (uji)"), "{words}");
    assert!(sign::bytes(&desk, &signed[0]).unwrap().starts_with(b"%PDF-"));
    let (code, words) = sign(&month, Some(PASSPHRASE));
    assert_eq!(code, Some(2), "{words}");
    assert!(words.contains("signed already"), "{words}");
}
