//! What pages hear while they are open.

use std::time::{Duration, Instant};

use chrono::Duration as Time;
use kentongan::http::live::MOST_STREAMS;
use serde_json::{Value, json};

use crate::support::app::{App, number};
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::program::Program;

fn told(ticket: &str, kind: &str) -> Option<Value> {
    Some(json!({"number": ticket, "kind": kind}))
}

/// Says that somebody looks at a ticket.
fn present(browser: &Browser, ticket: &str, fields: &[(&str, &str)]) -> u16 {
    let page = browser.get("/bantuan/pintasan");
    browser.submit(&page, &format!("/tiket/{ticket}/hadir"), fields).status
}

#[test]
fn everybody_hears_of_what_they_may_see_and_of_nothing_else() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        let streams = ["agent", "supervisor", "requester", "agent_b", "stranger", "tier2"];
        let mut streams = streams.map(|name| app.browse(name).listen("/peristiwa"));
        let [agent, supervisor, requester, agent_b, stranger, tier2] = &mut streams;
        for header in
            ["http/1.1 200 ok", "content-encoding: identity", "cache-control: no-store", "x-accel-buffering: no"]
        {
            assert!(agent.head.iter().any(|line| line == header), "{header}: {:?}", agent.head);
        }
        app.post("agent", &ticket, "notes", json!({"body": "Radio mati."})).expect(200);
        app.post("agent", &ticket, "replies", json!({"body": "Kami periksa."})).expect(200);
        app.hand_over(&ticket);
        let body = json!({"type": "incident", "subject": "Milik B", "description": "D"});
        let other = number(&app.sign_in("stranger").post("/tickets", &body).expect(201));
        for (name, stream) in [("agent", agent), ("supervisor", &mut *supervisor)] {
            for kind in ["noted", "replied", "handed_over"] {
                assert_eq!(stream.next("tiket"), told(&ticket, kind), "{name}");
            }
        }
        assert_eq!(supervisor.next("tiket"), told(&other, "opened"));
        // No notes for requesters.
        assert_eq!(requester.next("tiket"), told(&ticket, "replied"));
        assert_eq!(requester.next("tiket"), told(&ticket, "handed_over"));
        // For another OPD there was nothing before its own ticket, whatever the event.
        assert_eq!(agent_b.any(), Some(("tiket".to_owned(), json!({"number": other, "kind": "opened"}))));
        assert_eq!(stranger.any(), Some(("tiket".to_owned(), json!({"number": other, "kind": "opened"}))));
        // A team hears of a ticket from when it is asked.
        assert!(tier2.next("tiket").is_some_and(|event| event["number"] == ticket.as_str()));
    });
}

#[test]
fn that_a_confidential_ticket_changed_is_all_that_supervision_hears() {
    let app = App::start();
    let ticket = app.ticket();
    app.sign_in("agent").patch(&format!("/tickets/{ticket}"), &json!({"classification": "restricted"})).expect(200);
    let mut supervisor = app.browse("supervisor").listen("/peristiwa");
    app.post("agent", &ticket, "notes", json!({"body": "x"})).expect(200);
    app.post("agent", &ticket, "replies", json!({"body": "y"})).expect(200);
    assert_eq!(supervisor.next("tiket"), told(&ticket, "changed"));
}

#[test]
fn a_change_at_one_instance_is_heard_at_another_within_two_seconds() {
    on_both(|kind| {
        let here = App::on(kind);
        let there = here.beside();
        let mut stream = there.browse("agent").listen("/peristiwa");
        let begun = Instant::now();
        let ticket = here.ticket();
        assert_eq!(stream.next("tiket"), told(&ticket, "opened"));
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    });
}

#[test]
fn who_works_on_a_ticket_sees_who_else_does() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        let path = format!("/peristiwa?tiket={ticket}");
        let (agent, agent2, requester) = (app.browse("agent"), app.browse("agent2"), app.browse("requester"));
        let (mut stream, mut of_requester) = (agent.listen(&path), requester.listen(&path));
        assert_eq!(stream.next("hadir"), Some(json!({"people": []})));
        assert_eq!(of_requester.next("hadir"), Some(json!({"people": []})));
        for (browser, fields, status) in [
            (&requester, [("typing", "true")], 204),
            (&agent, [("typing", "false")], 204),
            (&app.browse("agent_b"), [("typing", "true")], 404),
            (&agent2, [("typing", "true")], 204),
        ] {
            assert_eq!(present(browser, &ticket, &fields), status);
        }
        let mut heard = stream.next("hadir");
        if heard == Some(json!({"people": []})) {
            // The reader's own arrival may be a turn of its own.
            heard = stream.next("hadir");
        }
        assert_eq!(heard, Some(json!({"people": [{"name": "Nama agent2", "typing": true}]})));
        let mut second = agent2.listen(&path);
        assert_eq!(second.next("hadir"), Some(json!({"people": [{"name": "Nama agent", "typing": false}]})));
        assert_eq!(present(&agent, &ticket, &[("gone", "true")]), 204);
        assert_eq!(second.next("hadir"), Some(json!({"people": []})));
        // Whoever says nothing more is there no more.
        app.pass(Time::seconds(46));
        while stream.next("hadir") != Some(json!({"people": []})) {}
        app.post("agent", &ticket, "replies", json!({"body": "x"})).expect(200);
        assert_eq!(of_requester.any(), Some(("tiket".to_owned(), json!({"number": ticket, "kind": "replied"}))));
    });
}

#[test]
fn a_stream_ends_with_its_session_and_does_not_prolong_it() {
    let app = App::start();
    let ticket = app.ticket();
    let (leaver, idle) = (app.browse("agent"), app.browse("agent2"));
    let (mut left, mut abandoned) = (leaver.listen("/peristiwa"), idle.listen("/peristiwa"));
    let page = leaver.get("/bantuan/pintasan");
    leaver.submit(&page, "/keluar", &[]);
    app.post("agent", &ticket, "notes", json!({"body": "x"})).expect(200);
    assert_eq!(left.any(), Some(("keluar".to_owned(), json!({}))));
    assert_eq!(left.any(), None);
    assert_eq!(abandoned.next("tiket"), told(&ticket, "noted"));

    let minutes = i64::from(app.desk.config.accounts.session_idle_minutes);
    app.pass(Time::minutes(minutes - 1));
    app.post("agent", &ticket, "notes", json!({"body": "x"})).expect(200);
    assert_eq!(abandoned.next("tiket"), told(&ticket, "noted"));
    assert_eq!(idle.get_quietly("/antrean").address, "/antrean");
    app.pass(Time::minutes(2));
    app.post("agent", &ticket, "notes", json!({"body": "x"})).expect(200);
    assert_eq!(abandoned.any(), Some(("keluar".to_owned(), json!({}))));
    assert_eq!(idle.get_quietly("/antrean").address, "/masuk?ke=%2Fantrean");
    assert_eq!(idle.listen("/peristiwa").head.first().map(String::as_str), Some("http/1.1 401 unauthorized"));
}

#[test]
fn a_session_has_a_few_streams_at_most() {
    let app = App::start();
    let ticket = app.ticket();
    let (browser, another) = (app.browse("agent"), app.browse("agent"));
    let mut kept = another.listen("/peristiwa");
    let mut streams: Vec<_> = (0..=MOST_STREAMS).map(|_| browser.listen("/peristiwa")).collect();
    assert_eq!(streams[0].any(), Some(("penuh".to_owned(), json!({}))));
    assert_eq!(streams[0].any(), None);
    app.post("agent", &ticket, "notes", json!({"body": "x"})).expect(200);
    for stream in streams.iter_mut().skip(1).chain([&mut kept]) {
        assert_eq!(stream.next("tiket"), told(&ticket, "noted"));
    }
}

#[test]
fn open_streams_do_not_keep_the_program_from_stopping() {
    let database = App::start().finish();
    let program = Program::serve(&database);
    let mut stream = Browser::signed_in(program.address, "agent").listen("/peristiwa");
    let begun = Instant::now();
    program.terminate();
    assert_eq!(stream.any(), None);
    assert!(program.wait().success());
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}
