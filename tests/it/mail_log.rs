//! The mail log: what admins see of what leaves, and that it holds at a million rows.

use std::cmp::Reverse;
use std::fs;

use serde_json::{Value, json};

use crate::support::app::{App, email};
use crate::support::database::on_both;

/// Gives up the notices of somebody, as if the server had refused them.
fn give_up(app: &App, who: &str) {
    let id = app.people[who].0;
    app.database.tamper(&format!(
        "UPDATE outbox SET state = 'dead', attempts = 9, ended_at = due_at, answer = '550 no such user' \
         WHERE recipient_id = {id}"
    ));
}

fn items(app: &App, query: &str) -> Vec<Value> {
    app.sign_in("admin").get(&format!("/mail{query}")).expect(200)["items"].as_array().unwrap().clone()
}

#[test]
fn what_was_given_up_alarms_admins_and_is_tried_again_one_by_one_or_at_once() {
    on_both(|kind| {
        let app = App::on(kind);
        let admin = app.browse("admin");
        assert!(!admin.get("/").expect(200).text().contains("class=\"alarm\""));
        app.ticket();
        app.ticket();
        give_up(&app, "agent");
        assert!(admin.get("/").expect(200).text().contains("<b class=\"alarm\">2<span class=\"hidden\"> surat gagal"));
        assert!(!app.browse("auditor").get("/").expect(200).text().contains("class=\"alarm\""));
        assert!(admin.get("/admin").expect(200).text().contains("2 gagal"));
        assert_eq!(app.sign_in("admin").get("/mail/counts").expect(200)["dead"], 2);
        let page = admin.get("/admin/surat?keadaan=dead").expect(200);
        assert!(page.text().contains("550 no such user") && page.text().contains("Kirim ulang semuanya"));
        let dead = items(&app, "?state=dead");
        assert_eq!((dead.len(), &dead[0]["address"], &dead[0]["attempts"]), (2, &json!(email("agent")), &json!(9)));

        let one = dead[0]["id"].to_string();
        admin.submit(&page, &format!("/admin/surat/{one}/ulang"), &[]).expect(200);
        assert_eq!(items(&app, "?state=dead").len(), 1);
        app.sign_in("auditor").post("/mail/retry", &json!({})).problem(403);
        assert_eq!(app.sign_in("admin").post("/mail/retry", &json!({})).expect(200)["count"], 1);
        assert_eq!(app.sign_in("admin").post("/mail/retry", &json!({})).expect(200)["count"], 0);
        for action in ["notices_retried", "notice_retried"] {
            let audit = app.sign_in("auditor").get(&format!("/audit?action={action}")).expect(200);
            assert_eq!(audit["items"].as_array().unwrap().len(), 1, "nothing done is no news: {action}");
        }
        assert!(items(&app, "?state=queued").iter().all(|row| row["ended_at"].is_null()));
        app.sign_in("admin").post(&format!("/mail/{one}/retry"), &json!({})).problem(404);
    });
}

#[test]
fn the_log_tells_to_whom_but_nothing_of_tickets() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        let text = app.browse("admin").get("/admin/surat").expect(200).text();
        assert!(text.contains("Nama agent") && text.contains("Tiket baru"), "{text}");
        assert!(!text.contains(&ticket) && !text.contains("Internet kantor mati"), "{text}");
        let all = Value::from(items(&app, "")).to_string();
        assert!(!all.contains(&ticket) && !all.contains("Internet kantor mati"), "{all}");
    });
}

#[test]
fn a_recipient_is_found_by_part_of_a_name_or_by_address() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        app.post("agent", &ticket, "replies", json!({"body": "Baik."})).expect(200);
        app.database.tamper(
            "INSERT INTO outbox (address, notice, state, urgency, attempts, queued_at, due_at) VALUES \
             ('orang@luar.example', 'unknown_sender', 'sent', 2, 1, '2026-11-02 01:00:00', '2026-11-02 01:00:00')",
        );
        let to = |query: &str| {
            items(&app, query).iter().map(|row| row["address"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(to("?recipient=NAMA%20req"), [email("requester")]);
        assert_eq!(to(&format!("?recipient={}", email("agent"))), [email("agent")]);
        assert_eq!(to("?recipient=orang@luar.example"), ["orang@luar.example"]);
        assert_eq!(to("?recipient=orang@luar.example&state=dead"), [""; 0]);
        assert_eq!(to("?recipient=tidak-ada"), [""; 0]);
        assert_eq!(to("?recipient=nama&state=queued"), [email("requester"), email("agent")]);
        let text = app.browse("admin").get("/admin/surat?penerima=orang@luar.example").expect(200).text();
        assert!(text.contains("bukan pengguna") && text.contains("Pengirim tidak dikenal"), "{text}");
    });
}

#[test]
fn each_part_of_the_log_goes_on_where_its_page_ended() {
    on_both(|kind| {
        let app = App::on(kind);
        let agent = app.people["agent"].0;
        // Nine in each state, with urgencies and times across the ids.
        for state in ["queued", "sent", "dead", "collected", "digested", "kept"] {
            for i in 0..9 {
                let at = format!("2026-11-02 0{}:00:00", (i * 5) % 7);
                app.database.tamper(&format!(
                    "INSERT INTO outbox (recipient_id, notice, state, urgency, attempts, queued_at, due_at, ended_at) \
                     VALUES ({agent}, 'replied', '{state}', {}, 0, '2026-11-02 01:00:00', '{at}', '{at}')",
                    i % 3
                ));
            }
        }
        for (query, count) in [
            ("", 54),
            ("&state=queued", 9),
            ("&state=sent", 9),
            ("&state=dead", 9),
            ("&state=collected", 9),
            ("&state=digested", 9),
            ("&state=kept", 9),
            ("&recipient=nama", 54),
            ("&recipient=nama&state=kept", 9),
        ] {
            let (mut rows, mut next) = (Vec::new(), String::new());
            loop {
                let page = app.sign_in("admin").get(&format!("/mail?limit=4{query}{next}")).expect(200);
                rows.extend(page["items"].as_array().unwrap().iter().cloned());
                let Some(cursor) = page["next"].as_str() else { break };
                next = format!("&cursor={cursor}");
            }
            let word = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
            let number = |row: &Value, key: &str| row[key].as_i64().unwrap();
            let mut wanted = rows.clone();
            match query {
                "&state=queued" => {
                    wanted.sort_by_key(|row| (number(row, "urgency"), word(row, "due_at"), number(row, "id")));
                }
                "&state=sent" => wanted.sort_by_key(|row| Reverse((word(row, "ended_at"), number(row, "id")))),
                _ => wanted.sort_by_key(|row| Reverse(number(row, "id"))),
            }
            wanted.dedup();
            assert_eq!((rows.len(), &rows), (count, &wanted), "{query}");
        }
        // What the cursor names has gone meanwhile.
        app.sign_in("admin").get("/mail?cursor=aTk5OTk5OQ").problem(400);
    });
}

#[test]
fn trial_mails_are_read_by_admins_while_there_is_no_server() {
    let app = App::start();
    let admin = app.browse("admin");
    assert!(admin.get("/admin/surat/berkas").expect(200).text().contains("Belum ada surat"));
    let folder = app.desk.config.mail.url.reveal().strip_prefix("file://").unwrap().to_owned();
    fs::create_dir_all(&folder).unwrap();
    let letter = "From: Desk <desk@contoh.go.id>\r\nTo: Budi <budi@contoh.go.id>\r\nSubject: Tiket <selesai>\r\n\
        Date: Mon, 2 Nov 2026 08:00:00 +0700\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
        Buka http://x/sandi-baru/rahasia123 <script>\r\n";
    fs::write(format!("{folder}/20261102-080000-1.eml"), letter).unwrap();
    fs::write(format!("{folder}/.20261102-080000-2.eml"), letter).unwrap();
    fs::write(format!("{folder}/../desk.eml"), letter).unwrap();
    let list = admin.get("/admin/surat/berkas").expect(200).text();
    assert!(list.contains("Tiket &lt;selesai&gt;") && list.contains("1 dari 1"), "{list}");
    let text = admin.get("/admin/surat/berkas/20261102-080000-1.eml").expect(200).text();
    assert!(text.contains("budi@contoh.go.id") && text.contains("&lt;script&gt;"), "{text}");
    assert!(!text.contains("rahasia123"), "whoever reads it becomes nobody else");
    for name in ["..%2Fdesk.eml", "%2e%2e%2fdesk.eml", ".20261102-080000-2.eml", "20261102-080000-3.eml", "desk.db"] {
        admin.get(&format!("/admin/surat/berkas/{name}")).expect(404);
    }
    app.browse("auditor").get("/admin/surat/berkas").expect(403);
    app.browse("agent").get("/admin/surat/berkas").expect(403);
}

#[test]
fn a_returned_address_shows_and_is_trusted_again() {
    on_both(|kind| {
        let app = App::on(kind);
        let person = app.people["agent"].0;
        let bounce = || {
            app.database.tamper(&format!(
                "UPDATE person SET bounced_at = '2026-11-02 00:30:00', bounce = '550 5.1.1 <user unknown>' WHERE id = {person}"
            ));
        };
        bounce();
        let admin = app.browse("admin");
        assert!(admin.get("/admin").expect(200).text().contains("menolak surat"));
        let page = admin.get(&format!("/admin/orang/{person}")).expect(200);
        assert!(page.text().contains("550 5.1.1 &lt;user unknown&gt;"), "{}", page.text());
        let own = app.browse("agent");
        assert!(own.get("/akun").expect(200).text().contains("kembali pada Senin, 2 November 2026 pukul 07.30 WIB"));
        admin.submit(&page, &format!("/admin/orang/{person}/pulihkan"), &[]).expect(200);
        assert!(!own.get("/akun").expect(200).text().contains("kembali pada"));
        // Another address is another matter.
        bounce();
        let body = json!({"email": "agen.baru@contoh.go.id"});
        app.sign_in("admin").patch(&format!("/people/{person}"), &body).expect(200);
        assert!(!own.get("/akun").expect(200).text().contains("kembali pada"));
    });
}

#[test]
fn a_mail_that_waits_becomes_a_ticket_or_is_put_aside() {
    on_both(|kind| {
        let app = App::on(kind);
        let raw = b"From: \"Orang <b>\" <orang@luar.example>\r\nSubject: Tolong\r\n\r\nInternet <i>mati</i>.\r\n";
        let (first, second) = (app.waiting_mail(raw), app.waiting_mail(raw));
        let (admin, supervisor) = (app.browse("admin"), app.browse("supervisor"));
        for browser in [&admin, &supervisor] {
            let list = browser.get("/admin/surat-masuk").expect(200).text();
            assert!(list.contains("orang@luar.example") && list.contains("pengirim tidak dikenal"), "{list}");
        }
        assert!(supervisor.get("/penyelia").expect(200).text().contains("Surat masuk <span class=\"count\">2</span>"));
        for who in ["auditor", "agent", "head"] {
            app.browse(who).get("/admin/surat-masuk").expect(403);
            app.browse(who).get(&format!("/admin/surat-masuk/{first}")).expect(403);
            app.browse(who).get(&format!("/admin/surat-masuk/{first}/asli")).expect(403);
        }
        let path = format!("/admin/surat-masuk/{first}");
        let page = supervisor.get(&path).expect(200);
        assert!(page.text().contains("Internet &lt;i&gt;mati&lt;/i&gt;."), "{}", page.text());
        assert_eq!(supervisor.get(&format!("{path}/asli")).expect(200).bytes, raw);

        let wrong = supervisor.submit(&page, &format!("{path}/tiket"), &[("requester", "nama"), ("type", "request")]);
        assert!(wrong.expect(422).text().contains("Pilih salah satu di bawah"));
        let page = admin.get(&path).expect(200);
        let fields = [("requester", email("colleague")), ("type", "request".to_owned())];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let there = admin.submit(&page, &format!("{path}/tiket"), &fields).expect(200);
        // An admin opens no ticket.
        assert_eq!(there.address, "/admin/surat-masuk");
        let own = app.sign_in("colleague").get("/tickets?view=requested").expect(200);
        assert_eq!((&own["items"][0]["subject"], &own["items"][0]["type"]), (&json!("Tolong"), &json!("request")));
        let after = admin.get(&path).expect(200).text();
        assert!(
            !after.contains("orang@luar.example") && !after.contains("Internet"),
            "it is the ticket's now: {after}"
        );

        let path = format!("/admin/surat-masuk/{second}");
        let page = supervisor.get(&path).expect(200);
        supervisor.submit(&page, &format!("{path}/abaikan"), &[]).expect(200);
        assert!(supervisor.get("/admin/surat-masuk").expect(200).text().contains("Tidak ada surat yang menunggu"));
        app.sign_in("admin").post(&format!("/inbound-mail/{second}/discard"), &json!({})).problem(404);
    });
}
