//! Every page and every form × everybody, against a golden table. A route or a verb without a row here fails.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::app::{App, EVERYBODY, PASSWORD, email};
use crate::support::browser::Browser;

/// A route as the tables in `src/web` have it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Route {
    method: &'static str,
    path: String,
}

/// A request that would succeed for somebody, on things made for it alone.
struct Try {
    path: String,
    fields: Vec<(&'static str, String)>,
}

fn get(path: impl Into<String>) -> Try {
    Try { path: path.into(), fields: Vec::new() }
}

fn with<const N: usize>(path: impl Into<String>, fields: [(&'static str, &str); N]) -> Try {
    Try { path: path.into(), fields: fields.map(|(name, value)| (name, value.to_owned())).into() }
}

/// The routes of every `routes.rs` below `src/web`, the verbs of a ticket each on its own.
fn routes() -> Vec<Route> {
    let mut found = Vec::new();
    gather(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/web")), &mut found);
    assert!(found.len() > 50, "the tables of routes are read");
    found.sort_by(|a: &Route, b| a.path.cmp(&b.path).then(a.method.cmp(b.method)));
    let verbs = verbs();
    let each = |route: Route| match route.path.strip_suffix("/{number}/{verb}") {
        Some(place) => {
            verbs.iter().map(|verb| Route { path: format!("{place}/{{number}}/{verb}"), ..route.clone() }).collect()
        }
        None => vec![route],
    };
    found.into_iter().flat_map(each).collect()
}

fn gather(folder: &Path, found: &mut Vec<Route>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, found);
        } else if path.file_name().is_some_and(|name| name == "routes.rs") {
            found.extend(fs::read_to_string(&path).unwrap().split(".route(").skip(1).map(read));
        }
    }
}

/// A route from what stands behind `.route(`.
fn read(text: &str) -> Route {
    let (path, rest) = text.trim_start().trim_start_matches('"').split_once('"').unwrap();
    // One name for the same thing in an address.
    let path = path.replace("/tiket/{ticket}", "/tiket/{number}");
    let is = |method: &str| rest.trim_start_matches([',', ' ', '\n']).trim_start_matches("web::").starts_with(method);
    let method = match () {
        () if is("get()") => "GET",
        () if is("post()") => "POST",
        () => panic!("a route of another method: {text}"),
    };
    Route { method, path }
}

/// What can be done to a ticket, by the last part of the address.
fn verbs() -> Vec<String> {
    let source = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/ticket/acts.rs")).unwrap();
    let (_, list) = source.split_once("Verb {").unwrap();
    let (list, _) = list.split_once('}').unwrap();
    let verbs: Vec<_> = list.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    assert!(verbs.len() > 20, "the verbs of a ticket are read");
    verbs
}

/// Somebody's browser, with the proof that its forms need.
struct Visitor {
    browser: Browser,
    proof: String,
}

impl Visitor {
    fn open(app: &App, who: &str) -> Self {
        let (browser, page) = match who {
            "anonymous" => (Browser::new(app.address), "/masuk"),
            who => (app.browse(who), "/bantuan/pintasan"),
        };
        let proof = browser.get(page).expect(200).field("_csrf").unwrap();
        Self { browser, proof }
    }

    /// The status of an answer; `in` if the way leads to signing in.
    fn try_it(&self, route: &Route, attempt: &Try) -> String {
        if route.path == "/peristiwa" {
            let head = self.browser.listen(&attempt.path).head;
            return head[0].split(' ').nth(1).unwrap().to_owned();
        }
        let answer = if route.method == "GET" {
            self.browser.send("GET", &attempt.path, &[], None)
        } else {
            let own = [("_csrf", self.proof.clone())];
            let body = serde_html_form::to_string(own.iter().chain(&attempt.fields).collect::<Vec<_>>()).unwrap();
            let kind = [("content-type", "application/x-www-form-urlencoded")];
            self.browser.send("POST", &attempt.path, &kind, Some(body.into_bytes()))
        };
        let leads_in = answer.headers.get("location").is_some_and(|to| to.starts_with("/masuk?"));
        if leads_in { "in ".to_owned() } else { answer.status.to_string() }
    }
}

#[test]
fn what_was_done_is_told_on_the_next_page_or_not_at_all() {
    let app = App::start();
    let browser = app.browse("agent");
    let keep = |name: &str| {
        let page = browser.get("/antrean").expect(200);
        let fields = [("name", name), ("saringan", "")].map(|(name, value)| format!("{name}={value}")).join("&");
        let proof = ["_csrf", "_nonce"].map(|name| format!("{name}={}", page.field(name).unwrap())).join("&");
        let body = format!("{proof}&{fields}").into_bytes();
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        assert_eq!(browser.send("POST", "/antrean/tampilan", &kind, Some(body)).status, 303);
    };
    let tells = |path: &str| browser.get(path).text().contains("class=\"news\"");
    keep("Pagi");
    assert!(tells("/antrean"));
    assert!(!tells("/antrean"), "told once");
    keep("Sore");
    browser.get("/tidak-ada").expect(404);
    assert!(!tells("/antrean"), "another page was there in between");
}

#[test]
fn every_page_and_every_form_by_everybody() {
    let app = App::start();
    let mut visitors = HashMap::new();
    let mut table = String::new();
    for route in routes().iter().filter(|route| !route.path.starts_with("/aset/")) {
        let mut row = format!("{:<4} {:<44}", route.method, route.path);
        for who in EVERYBODY {
            let attempt = prepare(&app, route);
            let visitor = visitors.entry(*who).or_insert_with(|| Visitor::open(&app, who));
            row += &format!(" {}", visitor.try_it(route, &attempt));
            // What begins or ends sessions leaves a visitor whose proof does not hold any more.
            if ["/masuk", "/keluar", "/akun", "/mulai"].iter().any(|place| route.path.starts_with(place)) {
                visitors.remove(who);
            }
        }
        table += &format!("{}\n", row.trim_end());
    }
    insta::assert_snapshot!(
        "every_page_and_every_form_by_everybody",
        format!("{:49} {}\n{table}", "", EVERYBODY.join(" "))
    );
}

/// Makes what a route needs. Tickets are the requester's, in OPD A; Tier 2 is team NET.
fn prepare(app: &App, route: &Route) -> Try {
    let of_place = if let Some(rest) = route.path.strip_prefix("/admin") {
        administration(app, route.method, rest)
    } else if let Some(rest) = route.path.strip_prefix("/tiket/{number}") {
        on_ticket(app, route.method, rest)
    } else if let Some(rest) = route.path.strip_prefix("/evaluasi") {
        evaluation(app, route.method, rest)
    } else {
        place(app, route)
    };
    of_place.unwrap_or_else(|| panic!("{} {} has no row in the table of pages and forms", route.method, route.path))
}

/// An evaluation of all OPDs with a finding, and with a recommendation for OPD A.
fn evaluation(app: &App, method: &str, rest: &str) -> Option<Try> {
    app.ticket();
    let supervisor = app.sign_in("supervisor");
    let given = |path: &str, body: &Value| supervisor.post(path, body).expect(201)["id"].as_i64().unwrap();
    let known = supervisor.get("/evaluations").expect(200)["items"][0]["id"].as_i64();
    let begun = json!({"period": "2026-11", "summary": "Ringkas."});
    let id = known.unwrap_or_else(|| given("/evaluations", &begun));
    let finding = || given(&format!("/evaluations/{id}/findings"), &json!({"figure": "opened", "text": "Temuan."}));
    let advice = json!({"owner": "OPD-A", "text": "Teks.", "due_on": "2026-12-01"});
    let advised = given(&format!("/evaluations/{id}/recommendations"), &advice);
    let of_recommendation = rest.starts_with("/rekomendasi/");
    let at = format!("/evaluasi{rest}").replace("{id}", &if of_recommendation { advised } else { id }.to_string());
    Some(match (method, rest) {
        ("GET", "" | "/baru" | "/bukti" | "/{id}" | "/{id}/ubah" | "/{id}/temuan" | "/{id}/rekomendasi") => get(at),
        ("GET", "/rekomendasi/{id}/ubah") => get(at),
        ("GET", "/rekomendasi/{id}/bukti/{file}") => {
            let path = format!("/recommendations/{advised}/evidence");
            let file = app.sign_in("head").upload(&path, "a.txt", b"isi", false).expect(201);
            get(at.replace("{file}", &file["id"].to_string()))
        }
        // It has begun: whoever may not do it hears that, whoever may hears so.
        ("POST", "/baru") => with(at, [("period", "2026-11"), ("summary", "Lagi.")]),
        ("POST", "/{id}/ubah") => with(at, [("summary", "Lain.")]),
        ("POST", "/{id}/temuan") => with(at, [("figure", "opened"), ("text", "Temuan.")]),
        ("POST", "/{id}/temuan/{finding}/hapus") => with(at.replace("{finding}", &finding().to_string()), []),
        ("POST", "/{id}/rekomendasi") => with(at, [("owner", "OPD-A"), ("text", "Teks."), ("due_on", "2026-12-01")]),
        ("POST", "/rekomendasi/{id}/ubah") => with(at, [("text", "Lain.")]),
        ("POST", "/rekomendasi/{id}/{verb}") => with(at.replace("{verb}", "kemajuan"), [("note", "Sudah.")]),
        _ => return None,
    })
}

fn place(app: &App, route: &Route) -> Option<Try> {
    let person = email("colleague");
    Some(match (route.method, route.path.as_str()) {
        ("GET", "/masuk" | "/lupa-sandi" | "/mulai" | "/ketentuan" | "/" | "/tiket" | "/tiket/baru" | "/catat") => {
            get(&route.path)
        }
        (
            "GET",
            "/antrean" | "/akun" | "/penyelia" | "/penyelia/pelanggaran" | "/peristiwa" | "/bantuan/pintasan" | "/logo",
        ) => get(&route.path),
        ("GET", "/laporan" | "/verifikasi" | "/laporan/penerima") => get(route.path.clone()),
        ("GET", "/verifikasi/{code}") => get("/verifikasi/0000-0000-0000-0000"),
        ("GET", "/laporan/{period}" | "/laporan/{period}/unduh" | "/laporan/{period}/tiket") => {
            app.ticket();
            get(route.path.replace("{period}", "2026-11"))
        }
        // The month goes on, so that nobody can add to its report.
        ("POST", "/laporan/{period}/adendum") => {
            app.ticket();
            with("/laporan/2026-11/adendum", [("reason", "Koreksi"), ("text", "Teks.")])
        }
        // The month goes on, as above.
        ("POST", "/laporan/{period}/tanda-tangan") => {
            app.ticket();
            with("/laporan/2026-11/tanda-tangan", [])
        }
        ("POST", "/laporan/penerima") => with("/laporan/penerima", [("email", "bukan alamat")]),
        ("POST", "/laporan/penerima/{id}/hapus") => with("/laporan/penerima/999999/hapus", []),
        ("GET", "/kabar" | "/kabar/lonceng" | "/akun/pemberitahuan") => get(&route.path),
        ("GET", "/cari") => get("/cari?q=internet"),
        ("GET", "/saran/orang") => get("/saran/orang?q=nama"),
        ("GET", "/sandi-baru/{secret}") => get("/sandi-baru/x"),
        ("GET", "/tiket/baru/{kind}") => get("/tiket/baru/gangguan"),
        ("POST", "/masuk") => with("/masuk", [("email", &email("requester")), ("password", PASSWORD)]),
        ("POST", "/keluar") => with("/keluar", []),
        ("POST", "/lupa-sandi") => with("/lupa-sandi", [("email", &person)]),
        ("POST", "/sandi-baru/{secret}") => with("/sandi-baru/x", [("password", "rangkaian kata yang panjang")]),
        // There is somebody: nobody can begin it any more.
        ("POST", "/mulai") => with("/mulai", [("kode", "x"), ("name", "N"), ("email", "n@contoh.go.id")]),
        ("POST", "/tiket/baru/{kind}") => with(
            "/tiket/baru/gangguan",
            [("subject", "S"), ("description", "D"), ("impact", "low"), ("urgency", "low")],
        ),
        ("POST", "/catat") => with(
            "/catat",
            [
                ("requester", &person),
                ("subject", "S"),
                ("description", "D"),
                ("channel", "phone"),
                ("kind", "gangguan"),
                ("impact", "low"),
                ("urgency", "low"),
            ],
        ),
        ("POST", "/antrean/massal") => with("/antrean/massal", [("ticket", &app.ticket()), ("tindakan", "ambil")]),
        ("POST", "/antrean/tampilan") => {
            with("/antrean/tampilan", [("name", "Tampilan"), ("saringan", "bagian=lewat")])
        }
        ("POST", "/antrean/tampilan/{id}/hapus") => with("/antrean/tampilan/999999/hapus", []),
        // The wrong present password: right for nobody, so that nobody's is changed.
        ("POST", "/akun/sandi") => with("/akun/sandi", [("current", "x"), ("new", "rangkaian kata yang panjang")]),
        ("POST", "/akun/sesi/lainnya") => with("/akun/sesi/lainnya", []),
        ("POST", "/akun/sesi/{id}/akhiri") => with("/akun/sesi/999999/akhiri", []),
        ("POST", "/akun/kunci") => with("/akun/kunci", [("name", ""), ("scopes", "tickets:read")]),
        ("POST", "/akun/kunci/{id}/cabut") => with("/akun/kunci/999999/cabut", []),
        ("POST", "/akun/pemberitahuan") => with("/akun/pemberitahuan", [("mine", "digest")]),
        ("POST", "/kabar/dibaca") => with("/kabar/dibaca", []),
        // Of nobody: whose it is may mark it, see `notifications`.
        ("POST", "/kabar/{id}/dibaca") => with("/kabar/999999/dibaca", []),
        // Nobody is appointed to that desk.
        ("POST", "/penyelia/{opd}/surat") => with(format!("/penyelia/{}/surat", app.opds["DINAS"].0), []),
        ("POST", "/penyelia/{opd}/ingatkan") => with(format!("/penyelia/{}/ingatkan", app.opds["A"].0), []),
        ("POST", "/penyelia/pelanggaran/{ticket}/{clock}") => {
            with(format!("/penyelia/pelanggaran/{}/tier1", app.ticket()), [("keputusan", "setujui")])
        }
        _ => return None,
    })
}

fn on_ticket(app: &App, method: &str, rest: &str) -> Option<Try> {
    let ticket = app.ticket();
    let at = format!("/tiket/{ticket}{rest}");
    let team = app.teams["NET"].0.to_string();
    let resolved = || app.post("agent", &ticket, "resolve", json!({"resolution": "Selesai."})).expect(200);
    let handed = || app.hand_over(&ticket).to_string();
    Some(match (method, rest) {
        ("GET", "" | "/riwayat" | "/mengapa-terlambat") => get(at),
        ("GET", "/mengapa-terlambat/{clock}") => get(at.replace("{clock}", "penyelesaian")),
        ("GET", "/lampiran/{id}") => {
            let path = format!("/tickets/{ticket}/attachments");
            let file = app.sign_in("agent").upload(&path, "a.txt", b"isi", false).expect(201);
            get(at.replace("{id}", &file["id"].to_string()))
        }
        ("GET", "/nilai") => {
            resolved();
            get(at)
        }
        ("POST", "/nilai") => {
            resolved();
            with(at, [("stars", "5"), ("word", "Terima kasih.")])
        }
        ("POST", "/hadir") => with(at, [("typing", "false")]),
        ("POST", "/mengapa-terlambat/{clock}/{verb}") => {
            // No target is missed yet: who may not do it hears that, who may hears why not.
            let path = at.replace("{clock}", "tier-1").replace("{verb}", "penyebab");
            with(path, [("cause", "vendor"), ("explanation", "Vendor.")])
        }
        ("POST", "/balas" | "/catat") => with(at, [("body", "Teks.")]),
        ("POST", "/eskalasi") => with(at, [("team_id", &team), ("reason", "skill"), ("tried", "Sudah.")]),
        ("POST", "/kembalikan") => with(at, [("handover", &handed()), ("instruction", "Coba lagi.")]),
        ("POST", "/terima") => with(at, [("handover", &handed())]),
        ("POST", "/tarik") => with(at, [("handover", &handed()), ("reason", "Sebab.")]),
        ("POST", "/konsultasi") => with(at, [("team_id", &team), ("question", "Bagaimana?")]),
        ("POST", "/jawab") => {
            let body = json!({"team_id": app.teams["NET"].0, "question": "Bagaimana?"});
            let asked = app.post("agent", &ticket, "consultations", body).expect(201);
            with(at, [("consultation", &asked["id"].to_string()), ("answer", "Begini.")])
        }
        ("POST", "/tutup") => {
            resolved();
            with(at, [])
        }
        ("POST", "/buka-kembali") => {
            resolved();
            with(at, [("reason", "Sebab.")])
        }
        ("POST", "/lepaskan") => {
            app.post("agent", &ticket, "assign", json!({})).expect(200);
            with(at, [])
        }
        ("POST", "/lanjutkan") => {
            app.post("agent", &ticket, "hold", json!({"for": "approval", "reason": "Menunggu."})).expect(200);
            with(at, [])
        }
        ("POST", "/ambil") => with(at, []),
        ("POST", "/alihkan") => with(at, [("assignee_id", &app.people["agent2"].0.to_string())]),
        ("POST", "/tunggu") => with(at, [("for", "requester"), ("reason", "Menunggu.")]),
        ("POST", "/selesaikan") => with(at, [("resolution", "Selesai.")]),
        ("POST", "/batalkan" | "/tolak") => with(at, [("reason", "Sebab.")]),
        _ => return properties(app, &ticket, at, rest),
    })
}

fn properties(app: &App, ticket: &str, at: String, rest: &str) -> Option<Try> {
    let version = app.read("agent", ticket)["version"].to_string();
    let mut attempt = match rest {
        "/judul" => with(at, [("subject", "Judul"), ("description", "Uraian.")]),
        "/jenis" => with(at, [("type", "request")]),
        "/kategori" => with(at, [("category_id", &app.category.0.to_string())]),
        "/dampak" => with(at, [("impact", "high"), ("urgency", "high")]),
        "/prioritas" => with(at, [("priority", "p1"), ("reason", "Sebab.")]),
        "/data-pribadi" => with(at, [("personal_data", "true")]),
        "/klasifikasi" => with(at, [("classification", "restricted")]),
        "/tag" => with(at, [("tags", "hujan")]),
        "/amati" => with(at, [("person", &app.people["colleague"].0.to_string())]),
        "/berhenti-amati" => {
            let colleague = app.people["colleague"].0.to_string();
            app.sign_in("agent").put(&format!("/tickets/{ticket}/watchers/{colleague}"), None).expect(204);
            with(at, [("person", &colleague)])
        }
        "/gabungkan" => with(at, [("into", &app.ticket())]),
        "/kaitkan" => with(at, [("kind", "caused_by"), ("other", &app.ticket())]),
        "/gangguan-besar" => with(at, [("other", &app.ticket())]),
        "/lepas-kaitan" => {
            let body = json!({"kind": "caused_by", "other": app.ticket()});
            let link = app.post("agent", ticket, "links", body).expect(201);
            with(at, [("link", &link["id"].to_string())])
        }
        "/selesaikan-anak" => {
            let child = app.ticket();
            app.post("agent", &child, "links", json!({"kind": "child_of", "other": ticket})).expect(201);
            with(at, [("ticket", &child), ("resolution", "Selesai.")])
        }
        "/hapus-teks" => {
            let messages: Value = app.sign_in("agent").get(&format!("/tickets/{ticket}/messages")).expect(200);
            with(at, [("message", &messages["items"][1]["id"].to_string()), ("reason", "Sebab.")])
        }
        _ => return None,
    };
    let versioned = ["/judul", "/jenis", "/kategori", "/dampak", "/prioritas", "/data-pribadi", "/klasifikasi", "/tag"];
    if versioned.contains(&rest) {
        attempt.fields.push(("_version", version));
    }
    Some(attempt)
}

/// A mail that waits for a decision.
fn waiting_mail(app: &App) -> i64 {
    let raw = b"From: Orang <orang@luar.example>\r\nSubject: Tolong\r\n\r\nInternet mati.\r\n";
    app.waiting_mail(raw)
}

fn administration(app: &App, method: &str, rest: &str) -> Option<Try> {
    let admin = app.sign_in("admin");
    let unique = app.desk.read(|conn| Ok(kentongan::store::history::last_audit(conn)?)).unwrap().map_or(0, |a| a.seq);
    let (opd, team) = (app.opds["A"].0.to_string(), app.teams["NET"].0.to_string());
    let newcomer = || {
        let body = json!({"name": "Baru", "email": format!("baru{unique}@contoh.go.id"), "opd_id": app.opds["A"].0});
        admin.post("/people", &body).expect(201)["id"].to_string()
    };
    let id = match rest.split('/').nth(1).unwrap_or_default() {
        "opd" => opd.clone(),
        "tim" => team.clone(),
        "kategori" => app.category.0.to_string(),
        "orang" if method == "POST" && rest.contains("{id}") => newcomer(),
        "orang" => app.people["colleague"].0.to_string(),
        "kalender" => "1".to_owned(),
        "surat-masuk" => waiting_mail(app).to_string(),
        _ => "999999".to_owned(),
    };
    let rest_of = rest.replace("{id}", &id).replace("{year}", "2026").replace("{name}", "20261102-080000-1.eml");
    let at = format!("/admin{rest_of}");
    let person = email("colleague");
    let member = app.people["tier2"].0.to_string();
    Some(match (method, rest) {
        ("GET", _) => get(at),
        ("POST", "/opd/baru") => with(
            at,
            [("code", &format!("OPD-{unique}")), ("name", "OPD"), ("kind", "badan"), ("independent_ict", "false")],
        ),
        ("POST", "/opd/{id}/ubah") => with(at, [("name", "Dinas A"), ("kind", "dinas"), ("independent_ict", "false")]),
        ("POST", "/opd/{id}/status" | "/tim/{id}/status") => with(at, [("active", "true")]),
        ("POST", "/tim/baru") => with(at, [("code", &format!("TIM-{unique}")), ("name", "Tim"), ("csirt", "false")]),
        ("POST", "/tim/{id}/ubah") => with(at, [("name", "Tim NET"), ("csirt", "false")]),
        ("POST", "/tim/{id}/masuk" | "/tim/{id}/keluar") => with(at, [("person_id", &member)]),
        ("POST", "/kategori/baru") => with(at, [("name", &format!("Kategori {unique}")), ("team_id", &team)]),
        ("POST", "/kategori/{id}/ubah") => with(at, [("name", "Jaringan"), ("team_id", &team), ("active", "true")]),
        ("POST", "/orang/baru") => {
            with(at, [("name", "N"), ("email", &format!("n{unique}@contoh.go.id")), ("opd_id", &opd)])
        }
        ("POST", "/orang/{id}/ubah") => {
            with(at, [("name", "Baru"), ("email", &format!("b{unique}@contoh.go.id")), ("opd_id", &opd)])
        }
        ("POST", "/orang/{id}/peran" | "/orang/{id}/cabut") => with(at, [("role", "requester")]),
        ("POST", "/orang/{id}/gabung" | "/orang/{id}/lepas") => with(at, [("team_id", &team)]),
        ("POST", "/orang/{id}/buka" | "/orang/{id}/nonaktifkan" | "/orang/{id}/aktifkan") => with(at, []),
        // Long forms, left empty: whoever may send them hears what is missing.
        (
            "POST",
            "/prioritas"
            | "/kalender/baru"
            | "/kalender/{id}/versi-baru"
            | "/kalender/{id}/json"
            | "/kalender/{id}/libur",
        ) => with(at, []),
        ("POST", "/kebijakan/ubah" | "/kebijakan/pratinjau" | "/orang/{id}/sandi") => with(at, []),
        ("POST", "/surat-masuk/{id}/tiket") => with(at, [("requester", &person), ("type", "incident")]),
        ("POST", "/surat-masuk/{id}/abaikan") => with(at, []),
        // No mail came back, and none was given up: whoever may do it hears that there is nothing to do.
        ("POST", "/orang/{id}/pulihkan" | "/surat/{id}/ulang" | "/surat/ulang") => with(at, []),
        _ => return None,
    })
}
