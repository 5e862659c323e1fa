//! Mails that come in: what becomes of them, and that none is lost or counts twice. The mailbox is that of a real
//! server (Dovecot).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration as Time, Instant as Moment};

use chrono::Duration;
use kentongan::config::{Config, SecretUrl};
use kentongan::domain::ids::{PersonId, TicketId};
use kentongan::domain::mail::outcome::{Outcome, Reason};
use kentongan::domain::mail::thread::Thread;
use kentongan::services::inbound::take::{self, Found};
use kentongan::services::inbound::{bounces, boxes, keep, list, show, triage};
use kentongan::services::{Caller, Desk, Error};
use kentongan::store::inbound_mail::{self, InboundRow};
use kentongan::store::{mail_log, people};
use kentongan::workers::inbound as worker;
use serde_json::json;

use crate::support::app::{App, email};
use crate::support::database::{Kind, on_both};
use crate::support::imap::{Dovecot, Mailbox};
use crate::support::letters::{Fate, letters};
use crate::support::program::{Program, command};

static UID: AtomicU32 = AtomicU32::new(1);

fn config(config: &mut Config) {
    config.mail.from = "Service Desk <service-desk@contoh.go.id>".to_owned();
    // The tests' clock and the server's are not the same.
    config.inbound.first_days = 3650;
    config.inbound.per_sender_hour = 10_000;
}

fn app(kind: Kind) -> App {
    App::configured(kind, config)
}

/// A letter from an address, with more header lines.
fn letter(from: &str, subject: &str, extra: &str, body: &str) -> Vec<u8> {
    let id = UID.fetch_add(1, Ordering::Relaxed);
    let to = if extra.contains("To: ") { "" } else { "To: service-desk@contoh.go.id\n" };
    format!("From: {from}\n{to}Subject: {subject}\nMessage-ID: <{id}@mail.example>\n{extra}\n{body}\n")
        .replace('\n', "\r\n")
        .into()
}

/// Takes a letter as if it had come from a mailbox.
fn take(desk: &Desk, raw: &[u8]) -> InboundRow {
    let uid = UID.fetch_add(1, Ordering::Relaxed);
    take::run(desk, &Found { mailbox: "uji", uid_validity: 1, uid, raw, whole_size: None }).unwrap().unwrap();
    newest(desk)
}

fn newest(desk: &Desk) -> InboundRow {
    rows(desk).into_iter().next().unwrap()
}

/// Everything that came in, the newest first.
fn rows(desk: &Desk) -> Vec<InboundRow> {
    desk.read(|conn| Ok::<_, Error>(inbound_mail::page(conn, None, None, None, 100_000)?)).unwrap()
}

fn what(row: &InboundRow) -> (Outcome, Option<Reason>) {
    (row.outcome().unwrap(), row.reason.as_deref().and_then(|reason| Reason::read(reason).0))
}

fn queued(app: &App) -> i64 {
    app.desk.read(|conn| Ok::<_, Error>(mail_log::counts(conn, chrono::DateTime::UNIX_EPOCH)?)).unwrap().queued
}

fn number(app: &App, row: &InboundRow) -> String {
    app.desk.prefix.number(TicketId(row.ticket_id.unwrap()))
}

/// The texts of a ticket as its requester reads them, without the subject.
fn texts(app: &App, ticket: &str) -> Vec<String> {
    let page = app.sign_in("agent").get(&format!("/tickets/{ticket}/messages")).expect(200);
    let bodies = page["items"].as_array().unwrap().iter();
    bodies.filter(|item| item["kind"] != "subject").map(|item| item["body"].as_str().unwrap().to_owned()).collect()
}

fn thread(app: &App, ticket: &str, person: &str) -> Thread {
    Thread { ticket: app.desk.prefix.read(ticket).unwrap(), person: Some(app.people[person]) }
}

/// The header lines of an answer to a notice that somebody got.
fn by_token(app: &App, ticket: &str, person: &str) -> String {
    let address = thread(app, ticket, person).reply_address("service-desk@contoh.go.id", app.desk.thread_secret());
    format!("To: {}\n", address.unwrap())
}

fn by_references(app: &App, ticket: &str, person: &str) -> String {
    let id = thread(app, ticket, person).message_id(9, app.desk.thread_secret(), "contoh.go.id");
    format!("In-Reply-To: <{id}>\nReferences: <x@y> <{id}>\n")
}

fn caller(app: &App, name: &str) -> Caller {
    let (id, today) = (app.people[name], app.desk.today());
    let actor = app.desk.read(|conn| Ok::<_, Error>(people::actor(conn, id, today)?)).unwrap();
    Caller::plain(actor.unwrap())
}

#[test]
fn a_letter_of_an_employee_becomes_a_ticket_of_their_desk() {
    on_both(|kind| {
        let app = app(kind);
        let body = "Printer macet.\n\n-- \nBudi";
        let raw = letter(&email("requester"), "Fwd: Printer  rusak", "", body);
        let row = take(&app.desk, &raw);
        assert_eq!(what(&row), (Outcome::Ticket, None));
        let ticket = number(&app, &row);
        let view = app.read("agent", &ticket);
        for (field, value) in
            [("subject", "Printer rusak"), ("channel", "email"), ("type", "incident"), ("status", "new")]
        {
            assert_eq!(view[field], value, "{field}");
        }
        assert_eq!(view["requester"]["id"].as_i64().unwrap(), app.people["requester"].0);
        assert_eq!(texts(&app, &ticket), ["Printer macet.\n\n--\nBudi"]);
        assert!(app.told(&ticket).contains(&"opened agent".to_owned()), "{:?}", app.told(&ticket));
        // The same letter in another mailbox, or again in this one.
        assert_eq!(what(&take(&app.desk, &raw)), (Outcome::Repeated, Some(Reason::SameMessage)));
        // The same place again is nothing at all.
        let found = Found {
            mailbox: "uji",
            uid_validity: 1,
            uid: u32::try_from(row.uid).unwrap(),
            raw: b"x",
            whole_size: None,
        };
        assert_eq!(take::run(&app.desk, &found).unwrap(), None);
        assert_eq!(rows(&app.desk).len(), 2);
    });
}

#[test]
fn files_are_taken_as_uploads_are_and_others_are_named() {
    on_both(|kind| {
        let app = App::configured(kind, |settings| {
            config(settings);
            settings.attachments.most_bytes = 2000;
        });
        let part = |name: &str, content: &str| {
            format!(
                "--A\nContent-Type: text/plain; name=\"{name}\"\nContent-Disposition: attachment; filename=\"{name}\"\n\n{content}\n"
            )
        };
        let parts = [
            "--A\n\nTerlampir.\n".to_owned(),
            part("catatan.txt", "satu"),
            part("program.exe", "MZ"),
            part("besar.txt", &"x".repeat(3000)),
            "--A\nContent-Type: application/ms-tnef; name=winmail.dat\n\nxx\n--A--\n".to_owned(),
        ];
        let extra = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=A\n";
        let row = take(&app.desk, &letter(&email("requester"), "Berkas", extra, &parts.concat()));
        let ticket = number(&app, &row);
        let files = app.sign_in("requester").get(&format!("/tickets/{ticket}/attachments")).expect(200);
        let names: Vec<&str> =
            files["items"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["catatan.txt"]);
        assert_eq!(
            texts(&app, &ticket),
            ["Terlampir.\n\n[Lampiran tidak diterima: program.exe (jenis berkas tidak diterima)]\n\
              [Lampiran tidak diterima: besar.txt (lebih besar dari 0 MB)]\n\
              [Lampiran tidak diterima: winmail.dat (jenis berkas tidak diterima)]"]
        );
    });
}

#[test]
fn an_answer_finds_its_ticket() {
    on_both(|kind| {
        let app = app(kind);
        let from = email("requester");
        let first = take(&app.desk, &letter(&from, "Printer rusak", "Message-ID: <asal@x>\n", "Macet."));
        let ticket = app.ticket();
        app.post("agent", &ticket, "hold", json!({"for": "requester", "reason": "Sudah dicoba?"})).expect(200);
        let quoted = "Sudah.\n\nPada Sen, 2 Nov 2026 pukul 10.00 Desk <d@x.id> menulis:\n> Sudah dicoba?";
        let row = take(&app.desk, &letter(&from, "Re: x", &by_token(&app, &ticket, "requester"), quoted));
        assert_eq!((what(&row).0, number(&app, &row)), (Outcome::Reply, ticket.clone()));
        assert_eq!(texts(&app, &ticket).last().unwrap(), "Sudah.");
        assert_eq!(app.read("agent", &ticket)["status"], "in_progress", "it waited for that");
        for (extra, subject) in [
            (by_references(&app, &ticket, "requester"), "Apa pun".to_owned()),
            ("Delivered-To: service-desk@contoh.go.id\n".to_owned(), format!("Re: [{ticket}] Internet")),
        ] {
            let row = take(&app.desk, &letter(&from, &subject, &extra, "Lagi."));
            assert_eq!((what(&row).0, number(&app, &row)), (Outcome::Reply, ticket.clone()), "{extra}");
        }
        let answer = letter(&from, "Re: Printer rusak", "In-Reply-To: <asal@x>\n", "Tambahan.");
        assert_eq!(what(&first).0, Outcome::Ticket);
        let row = take(&app.desk, &answer);
        assert_eq!((what(&row).0, row.ticket_id), (Outcome::Reply, first.ticket_id), "it answers the first letter");
    });
}

#[test]
fn who_may_not_write_on_a_ticket_does_not_do_so_by_mail() {
    on_both(|kind| {
        let app = app(kind);
        let ticket = app.ticket();
        let before = queued(&app);
        // The token shows that somebody had the mail, not that they may write.
        let forwarded = letter(&email("stranger"), "Re: x", &by_token(&app, &ticket, "requester"), "Saya juga.");
        let row = take(&app.desk, &forwarded);
        assert_eq!(what(&row), (Outcome::Triage, Some(Reason::NotInvolved)));
        assert_eq!(queued(&app) - before, 1, "the sender is told that somebody looks at it");
        take(&app.desk, &letter(&email("stranger"), "Re: y", &by_token(&app, &ticket, "requester"), "Halo?"));
        assert_eq!(queued(&app) - before, 1, "once a day");
        // A number can be guessed: of the requester it is enough, of the desk it is not.
        let row = take(&app.desk, &letter(&email("agent"), &format!("[{ticket}]"), "", "Ganti sandi di tautan ini."));
        assert_eq!(what(&row).0, Outcome::Ticket);
        let row = take(&app.desk, &letter(&email("stranger"), &format!("[{ticket}]"), "", "Isi."));
        assert_eq!(what(&row).0, Outcome::Ticket);
        assert_ne!(number(&app, &row), ticket);
        let row =
            take(&app.desk, &letter(&email("agent"), "Re", &by_references(&app, &ticket, "agent"), "Kami periksa."));
        assert_eq!((what(&row).0, number(&app, &row)), (Outcome::Reply, ticket.clone()));
        assert_eq!(app.read("agent", &ticket)["status"], "in_progress", "who answers takes it");
        // Of a secret ticket a colleague at the desk knows nothing.
        app.sign_in("agent").patch(&format!("/tickets/{ticket}"), &json!({"classification": "secret"})).expect(200);
        let row = take(&app.desk, &letter(&email("agent2"), "Re", &by_references(&app, &ticket, "agent"), "Halo"));
        assert_eq!(what(&row), (Outcome::Triage, Some(Reason::NotInvolved)));
    });
}

#[test]
fn after_the_end_an_answer_is_a_new_ticket_that_follows() {
    on_both(|kind| {
        let app = app(kind);
        let ticket = app.ticket();
        app.post("agent", &ticket, "resolve", json!({"resolution": "Sudah diganti."})).expect(200);
        let answer = |text: &str| letter(&email("requester"), "Re", &by_references(&app, &ticket, "requester"), text);
        assert_eq!(what(&take(&app.desk, &answer("Terima kasih."))).0, Outcome::Reply);
        assert_eq!(app.read("agent", &ticket)["status"], "resolved", "thanks reopen nothing");
        app.post("requester", &ticket, "close", json!({})).expect(200);
        let row = take(&app.desk, &answer("Rusak lagi."));
        assert_eq!(what(&row).0, Outcome::Ticket);
        let links = app.sign_in("agent").get(&format!("/tickets/{}/links", number(&app, &row))).expect(200);
        assert_eq!(links["items"][0]["other"]["number"], ticket.as_str());
        let of_agent = letter(&email("agent"), "Re", &by_references(&app, &ticket, "agent"), "Catatan.");
        assert_eq!(what(&take(&app.desk, &of_agent)), (Outcome::Triage, Some(Reason::Ended)));
    });
}

#[test]
fn an_answer_to_a_merged_ticket_goes_where_it_went() {
    let app = app(Kind::Sqlite);
    let (old, kept) = (app.ticket(), app.ticket());
    app.post("agent", &old, "merge", json!({"into": kept})).expect(200);
    let row = take(&app.desk, &letter(&email("requester"), "Re", &by_references(&app, &old, "requester"), "Masih."));
    assert_eq!((what(&row).0, number(&app, &row)), (Outcome::Reply, kept));
}

#[test]
fn unknown_senders_wait_or_get_one_explanation() {
    on_both(|kind| {
        let raw = |extra: &str| letter("warga@lain.example", "Halo", extra, "Isi");
        let app = app(kind);
        assert_eq!(what(&take(&app.desk, &raw(""))), (Outcome::Triage, Some(Reason::UnknownSender)));
        assert_eq!(queued(&app), 0, "whoever writes under a forged name makes nobody a nuisance");
        let strict = App::configured(kind, |settings| {
            config(settings);
            settings.inbound.unknown = "reject".to_owned();
        });
        for (extra, expected, answers) in [
            ("Auto-Submitted: auto-replied\n", (Outcome::Automatic, Some(Reason::AutoSubmitted)), 0),
            ("X-Auto-Response-Suppress: All\n", (Outcome::Rejected, Some(Reason::AnsweredBefore)), 0),
        ] {
            assert_eq!(what(&take(&strict.desk, &raw(extra))), expected, "{extra}");
            assert_eq!(queued(&strict), answers, "{extra}");
        }
        strict.pass(Duration::hours(25));
        assert_eq!(what(&take(&strict.desk, &raw(""))), (Outcome::Rejected, Some(Reason::UnknownSender)));
        assert_eq!(what(&take(&strict.desk, &raw(""))), (Outcome::Rejected, Some(Reason::AnsweredBefore)));
        assert_eq!(queued(&strict), 1);
        strict.pass(Duration::hours(25));
        take(&strict.desk, &raw(""));
        assert_eq!(queued(&strict), 2, "the next day");
        // Who is gone is unknown.
        let gone = strict.people["colleague"];
        strict.sign_in("admin").post(&format!("/people/{gone}/deactivation"), &json!({})).expect(204);
        assert_eq!(what(&take(&strict.desk, &letter(&email("colleague"), "x", "", "y"))).0, Outcome::Rejected);
    });
}

#[test]
fn what_no_person_wrote_writes_on_no_ticket_and_is_not_answered() {
    on_both(|kind| {
        let app = app(kind);
        let ticket = app.ticket();
        let (before, from) = (queued(&app), email("requester"));
        let token = by_token(&app, &ticket, "requester");
        let own = thread(&app, &ticket, "requester").message_id(1, app.desk.thread_secret(), "contoh.go.id");
        for (from, extra, expected) in [
            (from.as_str(), format!("{token}Auto-Submitted: auto-replied\n"), Outcome::Automatic),
            (&from, format!("{token}Return-Path: <>\n"), Outcome::Automatic),
            (&from, "To: asn@contoh.go.id\nList-Id: <asn.contoh.go.id>\n".to_owned(), Outcome::List),
            ("service-desk@contoh.go.id", String::new(), Outcome::Own),
            (&from, format!("{token}Message-ID: <{own}>\n"), Outcome::Own),
            (&from, format!("{token}X-Loop: service-desk@contoh.go.id\n"), Outcome::Loop),
            ("mailer-daemon@mx.lain.example", token.clone(), Outcome::Bounce),
            ("", token.clone(), Outcome::Triage),
        ] {
            let raw = letter(from, "Out of office", &extra, "Saya cuti.");
            // The first of two ids would count.
            let raw = String::from_utf8(raw).unwrap();
            let raw = if extra.contains("Message-ID") { raw.replacen("Message-ID", "X-Id", 1) } else { raw };
            assert_eq!(what(&take(&app.desk, raw.as_bytes())).0, expected, "{extra}");
        }
        assert_eq!(texts(&app, &ticket).len(), 1);
        assert_eq!(queued(&app), before);
    });
}

#[test]
fn who_writes_too_often_is_a_loop() {
    on_both(|kind| {
        let app = App::configured(kind, |settings| {
            config(settings);
            settings.inbound.per_sender_hour = 3;
        });
        let write = || what(&take(&app.desk, &letter(&email("requester"), "Halo", "", "Isi")));
        for _ in 0..3 {
            assert_eq!(write().0, Outcome::Ticket);
        }
        assert_eq!(write(), (Outcome::Loop, Some(Reason::TooMany)));
        assert_eq!(what(&take(&app.desk, &letter(&email("colleague"), "Halo", "", "Isi"))).0, Outcome::Ticket);
        app.pass(Duration::minutes(61));
        assert_eq!(write().0, Outcome::Ticket);
    });
}

#[test]
fn with_authentication_only_what_the_server_confirms_is_taken() {
    let app = App::configured(Kind::Sqlite, |settings| {
        config(settings);
        settings.inbound.require_authentication = "mx.contoh.go.id".to_owned();
        settings.inbound.unknown = "reject".to_owned();
    });
    let good = "Authentication-Results: mx.contoh.go.id; dmarc=pass header.from=contoh.go.id\n";
    let write = |from: &str, subject: &str, extra: &str| what(&take(&app.desk, &letter(from, subject, extra, "Isi")));
    let refused = (Outcome::Triage, Some(Reason::NotAuthenticated));
    assert_eq!(write(&email("requester"), "x", ""), refused);
    assert_eq!(write("warga@lain.example", "x", ""), refused, "nobody is told who may be somebody else");
    assert_eq!(queued(&app), 0);
    assert_eq!(write(&email("requester"), "x", good).0, Outcome::Ticket);
    // Then the number is enough for the desk too.
    let ticket = app.ticket();
    app.post("agent", &ticket, "assign", json!({})).expect(200);
    assert_eq!(write(&email("agent"), &format!("[{ticket}]"), good).0, Outcome::Reply);
}

/// A report on a mail that somebody got.
fn report(app: &App, person: &str, status: &str, id: Option<&str>) -> Vec<u8> {
    let ours = Thread { ticket: TicketId(1), person: Some(app.people[person]) };
    let ours = ours.message_id(7, app.desk.thread_secret(), "contoh.go.id");
    let (id, to) = (id.unwrap_or(&ours), email(person));
    let extra =
        "Return-Path: <>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=A\n";
    let body = format!(
        "--A\n\nMaaf.\n--A\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n{status}\n\n\
         --A\nContent-Type: message/rfc822\n\nMessage-ID: <{id}>\nTo: {to}\nSubject: x\n\nIsi\n--A--"
    );
    letter("mailer-daemon@mx.lain.example", "Undelivered", extra, &body)
}

#[test]
fn a_bounce_marks_the_address_until_there_is_another() {
    on_both(|kind| {
        let app = app(kind);
        let failed = "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user";
        let marked = || {
            let admin = caller(&app, "admin").actor;
            bounces::list(&app.desk, &admin)
                .unwrap()
                .into_iter()
                .map(|row| (row.id, row.bounce.unwrap()))
                .collect::<Vec<_>>()
        };
        for (status, id, expected) in [
            ("Action: delayed\nStatus: 4.4.1", None, Some(Reason::Passing)),
            ("Action: failed\nStatus: 4.7.1", None, Some(Reason::Passing)),
            // Anybody can write a report; only whoever had the mail knows its id.
            (failed, Some("surat-7.1.1.00000000000000000000@contoh.go.id"), Some(Reason::Unrelated)),
            (failed, Some("x@y"), Some(Reason::Unrelated)),
        ] {
            let row = take(&app.desk, &report(&app, "requester", status, id));
            assert_eq!((what(&row), marked()), ((Outcome::Bounce, expected), vec![]), "{status}");
        }
        let row = take(&app.desk, &report(&app, "requester", failed, None));
        assert_eq!(row.reason.as_deref(), Some("permanent: 550 5.1.1 no such user"));
        let id = app.people["requester"];
        assert_eq!(marked(), [(id.0, "550 5.1.1 no such user".to_owned())]);
        assert!(matches!(bounces::clear(&app.desk, &caller(&app, "supervisor"), id), Err(Error::Forbidden)));
        bounces::clear(&app.desk, &caller(&app, "admin"), id).unwrap();
        assert_eq!(marked(), []);
        take(&app.desk, &report(&app, "requester", failed, None));
        let change = |email: &str| {
            app.sign_in("admin").patch(&format!("/people/{id}"), &json!({ "email": email })).expect(200);
        };
        app.sign_in("admin").patch(&format!("/people/{id}"), &json!({"phone": "0812"})).expect(200);
        assert_eq!(marked().len(), 1, "another telephone is no other address");
        change("baru@contoh.go.id");
        assert_eq!(marked(), []);
        take(&app.desk, &report(&app, "requester", failed, None));
        assert_eq!(marked(), [], "a late report is about the old address");
    });
}

#[test]
fn somebody_decides_about_what_waits() {
    on_both(|kind| {
        let app = app(kind);
        let row =
            take(&app.desk, &letter("\"Warga, Pak\" <warga@lain.example>", "Lampu jalan", "", "Mati sejak kemarin."));
        let input = |person: &str| triage::Input {
            requester_id: app.people.get(person).copied().unwrap_or(PersonId(99_999)).0,
            kind: kentongan::domain::ticket::TicketType::Complaint,
        };
        for name in ["requester", "agent", "tier2", "head", "auditor"] {
            let caller = caller(&app, name);
            assert!(matches!(list::run(&app.desk, &caller.actor, None, None, 10), Err(Error::Forbidden)), "{name}");
            assert!(matches!(show::run(&app.desk, &caller.actor, row.id), Err(Error::Forbidden)), "{name}");
            assert!(matches!(triage::take(&app.desk, &caller, row.id, &input("requester")), Err(Error::Forbidden)));
            assert!(matches!(triage::discard(&app.desk, &caller, row.id), Err(Error::Forbidden)), "{name}");
            assert!(matches!(boxes::list(&app.desk, &caller.actor), Err(Error::Forbidden)), "{name}");
            assert_eq!(list::waiting(&app.desk, &caller.actor).unwrap(), None);
        }
        let (supervisor, admin) = (caller(&app, "supervisor"), caller(&app, "admin"));
        let shown = show::run(&app.desk, &supervisor.actor, row.id).unwrap();
        assert_eq!((shown.name.as_str(), shown.text.unwrap().trim()), ("Warga, Pak", "Mati sejak kemarin."));
        assert!(shown.undecided);
        assert!(matches!(triage::take(&app.desk, &supervisor, row.id, &input("nobody")), Err(Error::Invalid(_))));
        let taken = triage::take(&app.desk, &supervisor, row.id, &input("requester")).unwrap();
        let view = app.read("agent", &app.desk.prefix.number(taken.ticket));
        assert_eq!((view["type"].as_str(), view["channel"].as_str()), (Some("complaint"), Some("email")));
        assert_eq!(view["requester"]["id"].as_i64(), Some(app.people["requester"].0));
        for again in [
            triage::take(&app.desk, &admin, row.id, &input("requester")).map(|_| ()),
            triage::discard(&app.desk, &admin, row.id),
        ] {
            assert!(matches!(again, Err(Error::NotFound)), "it is decided");
        }
        let list::Log { rows: log, counts } =
            list::run(&app.desk, &admin.actor, Some(Outcome::Ticket), None, 10).unwrap();
        assert_eq!(
            (log[0].sender.as_str(), log[0].subject.as_str(), log[0].ticket_id),
            ("", "", None),
            "the log opens no ticket"
        );
        assert_eq!(counts, [(Outcome::Ticket, 1)]);
        assert_eq!(show::run(&app.desk, &admin.actor, row.id).unwrap().text, None);
        assert!(matches!(show::original(&app.desk, &admin.actor, row.id), Err(Error::NotFound)));
        assert!(!show::original(&app.desk, &caller(&app, "agent").actor, row.id).unwrap().is_empty());
        let other = take(&app.desk, &letter("warga@lain.example", "Iklan", "", "Beli."));
        assert_eq!(list::waiting(&app.desk, &admin.actor).unwrap(), Some(1));
        triage::discard(&app.desk, &admin, other.id).unwrap();
        assert_eq!(what(&newest(&app.desk)).0, Outcome::Discarded);
        for kind in ["mail_taken", "mail_discarded"] {
            let trail = app.sign_in("admin").get(&format!("/audit?action={kind}")).expect(200);
            assert_eq!(trail["items"].as_array().unwrap().len(), 1, "{kind}");
        }
    });
}

#[test]
fn letters_as_they_came_are_forgotten_and_files_are_not() {
    on_both(|kind| {
        let app = app(kind);
        let raw = letter(&email("requester"), "Printer", "", "Macet.");
        let row = take(&app.desk, &raw);
        let waiting = take(&app.desk, &letter("warga@lain.example", "Halo", "", "Isi"));
        // Somebody has attached the very same content.
        let twin = take(&app.desk, &letter(&email("requester"), "Lagi", "", "Sama."));
        let content = app.desk.blobs.get(twin.raw_sha256.as_ref().unwrap()).unwrap();
        let ticket = app.ticket();
        let file =
            kentongan::services::tickets::attach::Input { name: "surat.txt".to_owned(), content, internal: false };
        let requester = caller(&app, "requester");
        let id = app.desk.prefix.read(&ticket).unwrap();
        kentongan::services::tickets::attach::run(&app.desk, &requester, id, &file).unwrap();
        app.pass(Duration::days(29));
        assert_eq!(keep::run(&app.desk).unwrap(), 0);
        app.pass(Duration::days(2));
        assert_eq!(keep::run(&app.desk).unwrap(), 2);
        assert!(!app.desk.blobs.has(row.raw_sha256.as_ref().unwrap()));
        assert!(app.desk.blobs.has(twin.raw_sha256.as_ref().unwrap()), "a file on a ticket is the same");
        assert!(app.desk.blobs.has(waiting.raw_sha256.as_ref().unwrap()), "what waits is kept");
        assert!(matches!(show::original(&app.desk, &caller(&app, "agent").actor, row.id), Err(Error::NotFound)));
    });
}

// --- with a server

fn with_mailboxes(mailboxes: &[String]) -> impl FnOnce(&mut Config) {
    let certificates = Dovecot::shared().certificates().display().to_string();
    let urls: Vec<SecretUrl> = mailboxes.iter().map(SecretUrl::new).collect();
    move |settings| {
        config(settings);
        settings.inbound.certificates = certificates;
        settings.inbound.mailboxes = urls;
    }
}

/// Reads the mailboxes once.
fn read(desk: &Arc<Desk>) -> usize {
    actix_web::rt::System::new().block_on(worker::once(desk)).unwrap()
}

fn summary(app: &App) -> BTreeMap<String, i64> {
    let counts = app.desk.read(|conn| Ok::<_, Error>(inbound_mail::counts(conn)?)).unwrap();
    counts.into_iter().map(|(outcome, count)| (outcome.to_string(), count)).collect()
}

/// The reader as it runs in the program, until this is dropped.
struct Running(Option<tokio::sync::oneshot::Sender<()>>, Option<std::thread::JoinHandle<()>>);

impl Running {
    fn start(desk: &Arc<Desk>) -> Self {
        let desk = Arc::clone(desk);
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                tokio::select! {
                    () = worker::run(desk, "uji".to_owned()) => {}
                    _ = stopped => {}
                }
            });
        });
        Self(Some(stop), Some(thread))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.0.take().unwrap().send(());
        let ended = self.1.take().unwrap().join();
        assert!(ended.is_ok() || std::thread::panicking());
    }
}

/// Waits until something holds; the other side is another process.
fn until(what: &str, holds: impl Fn() -> bool) {
    let began = Moment::now();
    while !holds() {
        assert!(began.elapsed() < Time::from_secs(60), "{what}");
        std::thread::sleep(Time::from_millis(20));
    }
}

#[test]
fn a_mailbox_is_read_whatever_others_have_seen_and_stays_as_it_was() {
    let (first, second) = (Dovecot::shared().mailbox(), Dovecot::shared().mailbox());
    let app = App::configured(Kind::Sqlite, with_mailboxes(&[first.url(), second.starttls_url()]));
    first.deliver(&letter(&email("requester"), "Satu", "", "Isi"));
    first.mark_seen();
    first.deliver(&letter(&email("requester"), "Dua", "", "Isi"));
    second.deliver(&letter(&email("colleague"), "Tiga", "", "Isi"));
    assert_eq!(read(&app.desk), 3);
    assert_eq!(read(&app.desk), 0);
    assert_eq!(summary(&app), BTreeMap::from([("ticket".to_owned(), 3)]));
    assert_eq!((first.seen(), second.seen()), (1, 0), "only what somebody else has seen");
    let admin = caller(&app, "admin").actor;
    let boxes = boxes::list(&app.desk, &admin).unwrap();
    assert_eq!(boxes.iter().map(|b| b.name.clone()).collect::<Vec<_>>(), [first.name(), second.name()]);
    let found = boxes[0].found.clone().unwrap();
    assert_eq!((found.messages, found.taken, found.problem), (2, 2, None));
    // Every message has another UID: none is new for that.
    first.change_validity();
    assert_eq!(read(&app.desk), 2);
    assert_eq!(summary(&app), BTreeMap::from([("repeated".to_owned(), 2), ("ticket".to_owned(), 3)]));
    first.expunge();
    first.deliver(&letter(&email("requester"), "Empat", "", "Isi"));
    assert_eq!(read(&app.desk), 1);
    let found = boxes::list(&app.desk, &admin).unwrap()[0].found.clone().unwrap();
    assert_eq!((found.messages, found.taken), (1, 1));
}

#[test]
fn of_a_mail_that_is_too_large_the_beginning_is_read() {
    let mailbox = Dovecot::shared().mailbox();
    let app = App::configured(Kind::Sqlite, |settings| {
        with_mailboxes(&[mailbox.url()])(settings);
        settings.inbound.most_bytes = 64 * 1024;
    });
    mailbox.deliver(&letter(&email("requester"), "Besar", "", &"baris panjang sekali\n".repeat(100_000)));
    assert_eq!(read(&app.desk), 1);
    let row = newest(&app.desk);
    assert_eq!((what(&row).0, row.raw_size > 2_000_000), (Outcome::Ticket, true));
    let text = texts(&app, &number(&app, &row)).remove(0);
    assert!(
        text.ends_with("[Surat ini terlalu besar (3 MB): hanya awalnya yang dibaca, tanpa lampiran.]"),
        "{}",
        &text[text.len() - 300..]
    );
}

#[test]
fn a_mail_that_the_server_cannot_hand_over_does_not_stop_the_others() {
    let app = app(Kind::Sqlite);
    for _ in 0..2 {
        take::give_up(&app.desk, "uji", 1, 7_000_000, "no response: damaged").unwrap();
    }
    let row = newest(&app.desk);
    assert_eq!((row.reason.as_deref(), rows(&app.desk).len()), (Some("failed: no response: damaged"), 1));
    assert_eq!(what(&row).0, Outcome::Broken);
    // It may be whole when it comes again, or elsewhere.
    assert_eq!(what(&take(&app.desk, &letter(&email("requester"), "Utuh", "", "Isi"))).0, Outcome::Ticket);
}

#[test]
fn what_was_there_long_before_is_passed_over() {
    let mailbox = Dovecot::shared().mailbox();
    let app = App::configured(Kind::Sqlite, |settings| {
        with_mailboxes(&[mailbox.url()])(settings);
        settings.inbound.first_days = 0;
    });
    mailbox.deliver(&letter(&email("requester"), "Dahulu", "", "Isi"));
    // The mailbox is looked at for the first time years later.
    app.pass(Duration::days(3650));
    assert_eq!(read(&app.desk), 0);
    let found = boxes::list(&app.desk, &caller(&app, "admin").actor).unwrap()[0].found.clone().unwrap();
    assert_eq!((found.messages, found.taken), (0, 0));
}

#[test]
fn a_new_mail_is_told_and_taken_at_once() {
    let mailbox = Dovecot::shared().mailbox();
    let app = App::configured(Kind::Sqlite, |settings| {
        with_mailboxes(&[mailbox.url()])(settings);
        settings.inbound.poll_seconds = 3600;
    });
    let _running = Running::start(&app.desk);
    mailbox.deliver(&letter(&email("requester"), "Satu", "", "Isi"));
    until("the first look", || rows(&app.desk).len() == 1);
    for count in 2..5 {
        let began = Moment::now();
        mailbox.deliver(&letter(&email("requester"), "Lagi", "", "Isi"));
        until("the server tells", || rows(&app.desk).len() == count);
        assert!(began.elapsed() < Time::from_secs(30), "{:?}", began.elapsed());
    }
}

#[test]
fn a_server_that_was_away_is_read_when_it_is_back() {
    let mut server = Dovecot::start();
    let certificates = server.certificates().display().to_string();
    let (url, name) = {
        let mailbox = server.mailbox();
        (mailbox.url(), mailbox.name())
    };
    let app = App::configured(Kind::Sqlite, |settings| {
        config(settings);
        settings.inbound.certificates = certificates;
        settings.inbound.mailboxes = vec![SecretUrl::new(url)];
    });
    let problem = || {
        let boxes = boxes::list(&app.desk, &caller(&app, "admin").actor).unwrap();
        assert_eq!(boxes[0].name, name);
        boxes[0].found.clone().and_then(|found| found.problem)
    };
    server.stop();
    let _running = Running::start(&app.desk);
    until("the problem is told", || problem().is_some_and(|words| words.contains("cannot connect")));
    server.run();
    let again = server.known(&name);
    again.deliver(&letter(&email("requester"), "Satu", "", "Isi"));
    until("it is read again", || rows(&app.desk).len() == 1);
    until("nothing is wrong any more", || problem().is_none());
}

#[test]
fn a_wrong_password_or_certificate_is_told() {
    let mailbox = Dovecot::shared().mailbox();
    for (change, words) in [(true, "cannot sign in"), (false, "TLS")] {
        let app = App::configured(Kind::Sqlite, |settings| {
            let url = if change { mailbox.url().replace("rahasia", "salah") } else { mailbox.url() };
            with_mailboxes(&[url])(settings);
            if !change {
                settings.inbound.certificates = String::new();
            }
        });
        let failure = actix_web::rt::System::new().block_on(worker::once(&app.desk)).unwrap_err();
        assert!(failure.to_string().contains(words), "{failure}");
        assert!(!failure.to_string().contains("salah"), "{failure}");
    }
}

#[test]
fn two_instances_take_each_mail_once() {
    on_both(|kind| {
        let mailbox = Dovecot::shared().mailbox();
        let app = App::configured(kind, with_mailboxes(&[mailbox.url()]));
        for at in 0..40 {
            mailbox.deliver(&letter(&email("requester"), &format!("Surat {at}"), "", "Isi"));
        }
        let beside = app.beside();
        let (one, two) = std::thread::scope(|scope| {
            let two = scope.spawn(|| read(&beside.desk));
            (read(&app.desk), two.join().unwrap())
        });
        assert_eq!(one + two, 40);
        assert_eq!(summary(&app), BTreeMap::from([("ticket".to_owned(), 40)]));
    });
}

#[test]
fn killed_anywhere_each_of_300_mails_counts_once() {
    on_both(|kind| {
        let mailbox: Mailbox<'_> = Dovecot::shared().mailbox();
        let app = app(kind);
        for at in 0..300 {
            mailbox.deliver(&letter(&email("requester"), &format!("Surat {at}"), "", "Isi"));
        }
        let certificates = Dovecot::shared().certificates().display().to_string();
        let url = mailbox.url();
        let environment = [
            ("KENTONGAN_INBOUND__MAILBOXES", url.as_str()),
            ("KENTONGAN_INBOUND__CERTIFICATES", certificates.as_str()),
            ("KENTONGAN_INBOUND__PER_SENDER_HOUR", "10000"),
            ("KENTONGAN_INBOUND__FIRST_DAYS", "3650"),
        ];
        let count = || rows(&app.desk).len();
        for goal in [20, 60, 61, 100, 170, 240, 300] {
            // Another instance waits until the lease of one that is gone has run out; the test does not.
            app.database.tamper("DELETE FROM lease");
            let program = Program::started(command(&app.database, &["serve"]).envs(environment));
            until("mails are taken", || count() >= goal);
            program.kill();
        }
        assert_eq!(summary(&app), BTreeMap::from([("ticket".to_owned(), 300)]));
        let tickets: std::collections::BTreeSet<_> =
            rows(&app.desk).into_iter().map(|row| row.ticket_id.unwrap()).collect();
        assert_eq!(tickets.len(), 300);
        // Ids that were taken by what was undone leave gaps on PostgreSQL, but no tickets.
        let agent = app.sign_in("agent");
        for id in 1..=320 {
            let path = format!("/tickets/{}", app.desk.prefix.number(TicketId(id)));
            agent.get(&path).expect(if tickets.contains(&id) { 200 } else { 404 });
        }
    });
}

#[test]
fn of_500_letters_of_every_kind_none_is_lost_and_none_makes_a_loop() {
    let mailbox = Dovecot::shared().mailbox();
    let app = App::configured(Kind::Sqlite, |settings| {
        with_mailboxes(&[mailbox.url()])(settings);
        settings.inbound.unknown = "reject".to_owned();
    });
    let known: Vec<String> =
        ["requester", "colleague", "agent", "stranger", "tier2"].iter().map(|name| email(name)).collect();
    let all = letters(500, 500, &known);
    for (raw, _) in &all {
        mailbox.deliver(raw);
    }
    assert_eq!(read(&app.desk), 500);
    let mut found = rows(&app.desk);
    found.sort_by_key(|row| row.uid);
    // Dovecot gives UIDs in the order of names, which is that of delivery.
    let mut wrong = Vec::new();
    for (row, (raw, fate)) in found.iter().zip(&all) {
        let fits = match row.outcome().unwrap() {
            Outcome::Ticket => *fate == Fate::Ticket,
            Outcome::Triage | Outcome::Rejected => *fate == Fate::Triage,
            Outcome::Automatic => *fate == Fate::Automatic,
            Outcome::Bounce => *fate == Fate::Bounce,
            Outcome::List => *fate == Fate::List,
            Outcome::Repeated => *fate == Fate::Repeated,
            _ => false,
        };
        if !fits {
            let head: String = String::from_utf8_lossy(raw).chars().take(500).collect();
            wrong.push(format!("{fate:?} became {} ({:?}): {head}", row.outcome, row.reason));
        }
    }
    assert_eq!((found.len(), wrong), (500, Vec::<String>::new()));
    // Only people whom the desk does not know got an answer, each one at most, and no more than an hour allows.
    let answered = found.iter().filter(|row| row.reason.as_deref() == Some("unknown_sender"));
    let answered: Vec<&str> = answered.map(|row| row.sender.as_str()).collect();
    assert!((1..=60).contains(&answered.len()), "{}", answered.len());
    assert!(answered.iter().all(|sender| sender.ends_with("@lain.example")), "{answered:?}");
    let distinct: std::collections::BTreeSet<_> = answered.iter().collect();
    assert_eq!(distinct.len(), answered.len());
}
