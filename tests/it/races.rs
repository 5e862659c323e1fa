//! Two things at the same moment, in the order that would hurt.

use std::sync::mpsc::channel;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use kentongan::domain::people::{Actor, Role};
use kentongan::services::admin::people;
use kentongan::services::{AuthProblem, Caller, Error, tickets};
use serde_json::{Value, json};

use crate::support::app::{App, number};
use crate::support::database::{Kind, on_both};

/// Long enough for a request to be through, or to wait for somebody else's transaction.
const A_MOMENT: Duration = Duration::from_millis(700);

fn owner(app: &App, ticket: &str) -> Value {
    app.read("supervisor", ticket)["owner"]["name"].clone()
}

#[test]
fn nobody_is_given_a_ticket_while_they_are_deactivated() {
    on_both(|kind| {
        let app = App::on(kind);
        let (leaver, successor) = (app.people["agent"], app.people["agent2"]);
        let waiting = app.ticket();
        app.post("agent2", &waiting, "assign", json!({})).expect(200);
        let supervisor = app.sign_in("supervisor");
        let requester = app.sign_in("requester");
        let (deactivated, is_deactivated) = channel();
        let (commit, may_commit) = channel::<()>();
        let (opened, assigned) = std::thread::scope(|scope| {
            let desk = &app.desk;
            scope.spawn(move || {
                desk.housekeep(|work| {
                    people::apply_deactivation(work, None, leaver, Some(successor))?;
                    deactivated.send(()).unwrap();
                    let _either = may_commit.recv_timeout(Duration::from_secs(10));
                    Ok(())
                })
                .unwrap();
            });
            is_deactivated.recv().unwrap();
            let opening = scope.spawn(|| {
                requester.post("/tickets", &json!({"type": "incident", "subject": "S", "description": "D"})).expect(201)
            });
            let path = format!("/tickets/{waiting}/assign");
            let assigning = scope.spawn(move || supervisor.post(&path, &json!({"assignee_id": leaver.0})));
            std::thread::sleep(A_MOMENT);
            commit.send(()).unwrap();
            (opening.join().unwrap(), assigning.join().unwrap())
        });
        assert_eq!(owner(&app, &number(&opened)), "Nama agent2");
        assert_eq!(assigned.fields(), [("/assignee_id".to_owned(), "person_not_eligible".to_owned())]);
        assert_eq!(owner(&app, &waiting), "Nama agent2");
    });
}

/// On SQLite one writer waits for the other from its beginning.
#[test]
fn whoever_is_deactivated_hands_on_a_ticket_that_is_just_being_opened() {
    let app = App::on(Kind::Postgres);
    let (requester, admin) = (app.sign_in("requester"), app.sign_in("admin"));
    let mut blocker = PgConnection::establish(&app.database.url).unwrap();
    let opened = std::thread::scope(|scope| {
        // The opening gets as far as its event.
        blocker.batch_execute("BEGIN; LOCK TABLE event IN SHARE MODE").unwrap();
        let opening = scope.spawn(|| {
            requester.post("/tickets", &json!({"type": "incident", "subject": "S", "description": "D"})).expect(201)
        });
        std::thread::sleep(A_MOMENT);
        let path = format!("/people/{}/deactivation", app.people["agent"].0);
        let body = json!({"successor_id": app.people["agent2"].0});
        let leaving = scope.spawn(move || admin.post(&path, &body).expect(204));
        std::thread::sleep(A_MOMENT);
        blocker.batch_execute("COMMIT").unwrap();
        leaving.join().unwrap();
        opening.join().unwrap()
    });
    assert_eq!(owner(&app, &number(&opened)), "Nama agent2");
}

#[test]
fn whoever_was_deactivated_since_the_token_was_looked_at_takes_nothing() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        let id = app.desk.prefix.read(&ticket).unwrap();
        let actor =
            Actor { id: app.people["agent2"], opd: app.opds["A"], roles: vec![Role::Tier1Agent], teams: vec![] };
        app.sign_in("admin").post(&format!("/people/{}/deactivation", actor.id.0), &json!({})).expect(204);
        let taken = tickets::assign::run(&app.desk, &Caller::plain(actor), id, &tickets::assign::Input::default());
        assert!(matches!(taken, Err(Error::Unauthenticated(AuthProblem::Invalid))), "{taken:?}");
        assert_eq!(owner(&app, &ticket), "Nama agent");
    });
}
