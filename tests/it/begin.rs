//! The first start, links to new passwords, and staying signed in with the browser that a password was
//! changed in.

use std::sync::{Arc, Mutex};

use chrono::Duration;
use kentongan::mail::{Connection, Failure, Mail, Transport};
use kentongan::services::accounts::session::{self, Client};
use kentongan::services::accounts::sign_in::Input as SignIn;
use kentongan::services::accounts::{first, password, reset};
use kentongan::services::outbox::deliver;
use kentongan::services::{Caller, Error};
use kentongan::store::people;
use kentongan::workers::mail::Postman;

use crate::support::app::{App, PASSWORD, email};
use crate::support::database::on_both;

const NEW: &str = "burung hantu di balai desa";

/// Keeps what it is given, or fails.
#[derive(Clone, Default)]
struct Mailbox {
    letters: Arc<Mutex<Vec<Mail>>>,
    failure: Option<Failure>,
}

impl Transport for Mailbox {
    fn connect(&self) -> Result<Box<dyn Connection>, String> {
        Ok(Box::new(self.clone()))
    }
}

impl Connection for Mailbox {
    fn send(&mut self, mail: &Mail) -> Result<String, Failure> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        self.letters.lock().unwrap().push(mail.clone());
        Ok("250 ok".to_owned())
    }
}

impl Mailbox {
    fn failing(failure: Failure) -> Self {
        Self { failure: Some(failure), ..Self::default() }
    }

    /// The links' secrets, in order of their letters.
    fn secrets(&self) -> Vec<String> {
        let letters = self.letters.lock().unwrap();
        let secret =
            |mail: &Mail| mail.text.split("/sandi-baru/").nth(1).map(|after| after.lines().next().unwrap().to_owned());
        letters.iter().filter_map(secret).collect()
    }
}

/// Sends what is due; gives how many letters were taken.
fn send(app: &App, mails: &Mailbox) -> usize {
    Postman::with(&app.desk, Box::new(mails.clone())).run(&app.desk).unwrap().sent
}

fn ask(app: &App, address: &str) {
    reset::ask(&app.desk, &reset::Wish { email: address.to_owned() }).unwrap();
}

fn renew(app: &App, secret: &str, password: &str) -> kentongan::services::Result<()> {
    reset::run(&app.desk, secret, &reset::Input { password: password.to_owned() })
}

fn begin(app: &App, name: &str, password: &str) -> kentongan::services::Result<String> {
    let input = SignIn { email: email(name), password: password.to_owned() };
    session::begin(&app.desk, &input, &Client::default(), None)
}

#[test]
fn a_link_sets_a_password_once_and_ends_all_sessions() {
    on_both(|kind| {
        let app = App::on(kind);
        let signed_in = begin(&app, "agent", PASSWORD).unwrap();
        ask(&app, " Agent@contoh.go.id ");
        ask(&app, &email("agent"));
        let mails = Mailbox::default();
        assert_eq!(send(&app, &mails), 2);
        assert_eq!(send(&app, &mails), 0, "each is sent once");
        let [first, second] = <[String; 2]>::try_from(mails.secrets()).unwrap();
        let letter = mails.letters.lock().unwrap()[0].clone();
        assert_eq!((letter.letter.email, letter.letter.name), (email("agent"), "Nama agent".to_owned()));
        assert!(letter.text.contains("10.00"), "until when it holds: {}", letter.text);
        assert!(reset::is_good(&app.desk, &first).unwrap() && !reset::is_good(&app.desk, "x").unwrap());
        assert!(matches!(renew(&app, &first, "pendek"), Err(Error::Invalid(_))));
        renew(&app, &first, NEW).unwrap();
        assert!(session::resume(&app.desk, &signed_in).is_err());
        for secret in [&first, &second] {
            assert!(matches!(renew(&app, secret, PASSWORD), Err(Error::NotFound)), "nothing leads anywhere any more");
        }
        assert!(begin(&app, "agent", PASSWORD).is_err());
        begin(&app, "agent", NEW).unwrap();
        for kind in ["password_reset_asked", "password_reset_used", "password_changed"] {
            let trail = app.sign_in("admin").get(&format!("/audit?action={kind}")).expect(200);
            assert!(!trail["items"].as_array().unwrap().is_empty(), "{kind}");
        }
    });
}

#[test]
fn links_are_few_and_hold_two_hours_and_nobody_else_gets_one() {
    on_both(|kind| {
        let app = App::on(kind);
        let mails = Mailbox::default();
        for _ in 0..5 {
            ask(&app, &email("agent"));
        }
        ask(&app, "nobody@contoh.go.id");
        let gone = app.people["agent2"];
        app.sign_in("admin").post(&format!("/people/{gone}/deactivation"), &serde_json::json!({})).expect(204);
        ask(&app, &email("agent2"));
        assert_eq!(send(&app, &mails), 3);
        app.pass(Duration::minutes(119));
        let secret = mails.secrets().pop().unwrap();
        assert!(reset::is_good(&app.desk, &secret).unwrap());
        app.pass(Duration::minutes(1));
        assert!(matches!(renew(&app, &secret, NEW), Err(Error::NotFound)));
        ask(&app, &email("agent"));
        assert_eq!(send(&app, &mails), 1, "an hour later");
    });
}

#[test]
fn whoever_is_added_without_a_password_is_invited_and_has_a_week() {
    on_both(|kind| {
        let app = App::on(kind);
        let add = |name: &str, password: Option<&str>| {
            let opd = app.opds["A"].0;
            let person = serde_json::json!({"name": name, "email": email(name), "opd_id": opd, "password": password});
            app.sign_in("admin").post("/people", &person).expect(201);
        };
        add("knows", Some(NEW));
        add("baru", None);
        add("cuti", None);
        let mails = Mailbox::default();
        assert_eq!(send(&app, &mails), 2, "who has a password needs no link");
        let link = |name: &str| {
            let letters = mails.letters.lock().unwrap();
            let to_them = letters.iter().position(|mail| mail.letter.email == email(name)).unwrap();
            drop(letters);
            mails.secrets().swap_remove(to_them)
        };
        let (soon, late) = (link("baru"), link("cuti"));
        app.pass(Duration::hours(7 * 24 - 1));
        // Links are tidied away only when they lead nowhere.
        kentongan::workers::housekeeping::tick(&app.desk, "an instance").unwrap();
        renew(&app, &soon, NEW).unwrap();
        begin(&app, "baru", NEW).unwrap();
        app.pass(Duration::hours(1));
        assert!(matches!(renew(&app, &late, NEW), Err(Error::NotFound)));
        ask(&app, &email("cuti"));
        assert_eq!(send(&app, &mails), 2, "another link, and that the first of them has a password");
    });
}

#[test]
fn a_link_that_cannot_be_sent_is_tried_again_a_few_times() {
    on_both(|kind| {
        let app = App::on(kind);
        ask(&app, &email("agent"));
        let down = Mailbox::failing(Failure::Passing("no route to host".to_owned()));
        assert_eq!(send(&app, &down), 0);
        assert!(!deliver::is_due(&app.desk).unwrap(), "not at once");
        app.pass(Duration::seconds(10));
        let up = Mailbox::default();
        assert_eq!(send(&app, &up), 1);
        assert!(reset::is_good(&app.desk, &up.secrets()[0]).unwrap());

        ask(&app, &email("agent2"));
        for seconds in [0, 10, 20, 40, 80, 160, 320, 640, 1280, 2560] {
            app.pass(Duration::seconds(seconds));
            assert!(deliver::is_due(&app.desk).unwrap(), "after {seconds} seconds");
            send(&app, &down);
        }
        app.pass(Duration::hours(1));
        send(&app, &down);
        assert!(!deliver::is_due(&app.desk).unwrap(), "it has failed");
        ask(&app, &email("head"));
        send(&app, &Mailbox::failing(Failure::Lasting("550 no such user".to_owned())));
        app.pass(Duration::hours(1));
        assert!(!deliver::is_due(&app.desk).unwrap(), "it never will");
    });
}

#[test]
fn changing_the_password_keeps_the_browser_signed_in_and_no_other() {
    on_both(|kind| {
        let app = App::on(kind);
        let [here, there] = [(); 2].map(|()| begin(&app, "agent", PASSWORD).unwrap());
        let (person, today) = (app.people["agent"], app.desk.today());
        let actor = app.desk.read(|conn| Ok(people::actor(conn, person, today)?)).unwrap().unwrap();
        let caller = Caller::plain(actor.clone());
        let input = |current: &str| password::Input { current: current.to_owned(), new: NEW.to_owned() };
        let client = Client::default();
        assert!(password::change_in_browser(&app.desk, &caller, &input("salah"), &client).is_err());
        assert!(session::resume(&app.desk, &here).is_ok());
        let fresh = password::change_in_browser(&app.desk, &caller, &input(PASSWORD), &client).unwrap();
        assert!(session::resume(&app.desk, &here).is_err() && session::resume(&app.desk, &there).is_err());
        assert_eq!(session::resume(&app.desk, &fresh).unwrap().actor.id, person);
        let other = begin(&app, "agent", NEW).unwrap();
        assert_eq!(session::list(&app.desk, &actor).unwrap().len(), 2);
        session::end_others(&app.desk, &caller, &fresh).unwrap();
        assert!(session::resume(&app.desk, &other).is_err());
        assert_eq!(
            session::present(&app.desk, &actor, &fresh).unwrap(),
            Some(session::list(&app.desk, &actor).unwrap()[0].id)
        );
    });
}

fn first_input(email: &str) -> first::Input {
    first::Input {
        opd_code: "DISKOMINFO".to_owned(),
        opd_name: "Dinas Komunikasi dan Informatika".to_owned(),
        name: "Admin Pertama".to_owned(),
        email: email.to_owned(),
        password: NEW.to_owned(),
        supervisor: Some("ya".to_owned()),
    }
}

#[test]
fn whoever_has_the_code_begins_the_desk_once() {
    let app = App::empty();
    let (code, client) = (first::code(&app.desk), Client::default());
    assert!(first::is_first(&app.desk).unwrap());
    assert!(
        first::opens(&app.desk, &format!(" {code} ")) && !first::opens(&app.desk, "") && !first::opens(&app.desk, "x")
    );
    let run = |code: &str, input: &first::Input| first::run(&app.desk, code, input, &client);
    assert!(matches!(run("x", &first_input("a@contoh.go.id")), Err(Error::Forbidden)));
    let wrong = first::Input { opd_code: "x y".to_owned(), ..first_input("a") };
    let Err(Error::Invalid(errors)) = run(&code, &wrong) else { panic!("refused") };
    let pointers: Vec<_> = errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(pointers, ["/opd_code", "/email"]);
    let secret = run(&code, &first_input("a@contoh.go.id")).unwrap();
    let session = session::resume(&app.desk, &secret).unwrap();
    assert_eq!(session.opd, "Dinas Komunikasi dan Informatika");
    let mut roles: Vec<_> = session.actor.roles.iter().map(|role| role.as_str()).collect();
    roles.sort_unstable();
    assert_eq!(roles, ["admin", "supervisor"]);
    assert!(!first::is_first(&app.desk).unwrap());
    assert!(matches!(run(&code, &first_input("b@contoh.go.id")), Err(Error::NotFound)), "only once");
}
