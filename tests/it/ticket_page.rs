//! What a ticket's page is made of: read whole under one permission, written with its files or not at all.

use kentongan::domain::ids::TicketId;
use kentongan::domain::people::Actor;
use kentongan::services::history::verify;
use kentongan::services::tickets::compose::{self, Writing};
use kentongan::services::tickets::whole::{self, Ask, TEXTS, Whole};
use kentongan::services::tickets::{hold, reply};
use kentongan::services::{Caller, Error};
use kentongan::store::people;
use serde_json::json;

use crate::support::app::App;
use crate::support::database::{Kind, on_both};

fn actor(app: &App, who: &str) -> Actor {
    let (person, today) = (app.people[who], app.desk.today());
    app.desk.read(|conn| Ok::<_, Error>(people::actor(conn, person, today)?)).unwrap().unwrap()
}

fn id(app: &App, ticket: &str) -> TicketId {
    app.desk.prefix.read(ticket).unwrap()
}

fn read(app: &App, who: &str, ticket: &str) -> Result<Whole, Error> {
    whole::run(&app.desk, &actor(app, who), id(app, ticket), Ask::default())
}

fn kinds(whole: &Whole) -> Vec<&str> {
    whole.texts.iter().map(|text| text.kind.as_str()).collect()
}

#[test]
fn each_reads_of_it_what_is_theirs() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        app.post("agent", &ticket, "notes", json!({"body": "Hanya untuk kita."})).expect(200);
        app.accepted(&ticket);
        app.post("tier2", &ticket, "hold", json!({"for": "requester", "reason": "Mohon foto."})).expect(200);
        let (agent, requester) = (read(&app, "agent", &ticket).unwrap(), read(&app, "requester", &ticket).unwrap());
        assert_eq!(kinds(&agent), ["description", "note", "tried", "reason"]);
        assert_eq!(kinds(&requester), ["description", "reason"]);
        assert_eq!((agent.handovers.len(), requester.handovers.len()), (1, 0));
        assert_eq!(requester.clocks.len(), 2, "response and resolution are promised to them");
        assert!(agent.clocks.len() > 2);
        assert_eq!(agent.whys.len(), 1, "why it waits");
        assert!(matches!(read(&app, "stranger", &ticket), Err(Error::NotFound)));

        let to = json!({"classification": "secret"});
        app.sign_in("agent").patch(&format!("/tickets/{ticket}"), &to).expect(200);
        let onlooker = read(&app, "supervisor", &ticket).unwrap();
        assert!(!onlooker.seen.has_content());
        assert!(onlooker.texts.is_empty() && onlooker.clocks.is_empty() && onlooker.names.is_empty());
    });
}

#[test]
fn a_refused_file_leaves_no_text_behind() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        let caller = Caller::plain(actor(&app, "agent"));
        let reply = Writing::Reply(reply::Input { body: "Silakan lihat lampiran.".to_owned() });
        let program = vec![("foto.png".to_owned(), b"MZ bukan gambar".to_vec())];
        let refused = compose::run(&app.desk, &caller, id(&app, &ticket), &reply, program);
        assert!(matches!(refused, Err(Error::File(_))), "{refused:?}");
        assert_eq!(kinds(&read(&app, "agent", &ticket).unwrap()), ["description"]);

        let file = || vec![("catatan.txt".to_owned(), b"isi".to_vec())];
        let empty = Writing::Wait(hold::Input {
            waiting: kentongan::domain::lifecycle::Waiting::Requester,
            reason: String::new(),
        });
        assert!(matches!(compose::run(&app.desk, &caller, id(&app, &ticket), &empty, file()), Err(Error::Invalid(_))));
        assert!(read(&app, "agent", &ticket).unwrap().attachments.is_empty());

        compose::run(&app.desk, &caller, id(&app, &ticket), &reply, file()).unwrap();
        let whole = read(&app, "agent", &ticket).unwrap();
        assert_eq!(kinds(&whole), ["description", "reply"]);
        assert_eq!(whole.attachments.iter().map(|file| file.public).collect::<Vec<_>>(), [true]);
        assert_eq!(whole.attachments[0].at, whole.texts[1].at, "so that the page shows them together");
        assert_eq!(verify::ticket(&app.desk, &caller.actor, id(&app, &ticket)).unwrap(), None);
    });
}

#[test]
fn a_long_conversation_is_read_from_its_end() {
    let app = App::on(Kind::Sqlite);
    let ticket = app.ticket();
    for n in 0..TEXTS {
        app.post("agent", &ticket, "replies", json!({"body": format!("Balasan {n}")})).expect(200);
    }
    let newest = read(&app, "agent", &ticket).unwrap();
    assert_eq!((newest.texts.len(), newest.older, newest.newer), (50, true, false));
    let before = newest.texts.first().map(|text| text.id);
    let ask = Ask { before, ..Ask::default() };
    let rest = whole::run(&app.desk, &actor(&app, "agent"), id(&app, &ticket), ask).unwrap();
    assert_eq!((kinds(&rest), rest.older, rest.newer), (vec!["description"], false, true));
}
