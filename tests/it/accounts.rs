//! Signing in, staying signed in, and API keys.

use chrono::Duration;
use kentongan::services::accounts::password;
use kentongan::services::accounts::secret::hash_password;
use kentongan::store::tries;
use kentongan::workers::housekeeping;
use serde_json::{Value, json};

use crate::support::app::{App, PASSWORD, email};
use crate::support::client::{Answer, Client};
use crate::support::database::{Kind, on_both};

fn try_password(app: &App, who: &str, password: &str) -> Answer {
    app.anonymous().post("/auth/token", &json!({"email": email(who), "password": password}))
}

#[test]
fn wrong_tries_lock_the_account_longer_and_longer() {
    on_both(|kind| {
        let app = App::on(kind);
        for _ in 0..4 {
            assert_eq!(try_password(&app, "agent", "salah").problem(401), "wrong_credentials");
        }
        let locked = try_password(&app, "agent", "salah");
        assert_eq!(locked.problem(429), "locked");
        assert_eq!(locked.headers["retry-after"], "61");
        assert_eq!(try_password(&app, "agent", PASSWORD).problem(429), "locked", "even the right one waits");
        app.pass(Duration::seconds(61));
        assert_eq!(try_password(&app, "agent", "salah").headers["retry-after"], "121", "twice as long");
        app.pass(Duration::seconds(121));
        try_password(&app, "agent", PASSWORD).expect(200);
        assert_eq!(try_password(&app, "agent", "salah").problem(401), "wrong_credentials", "counted anew");
    });
}

#[test]
fn being_locked_out_does_not_tell_who_exists() {
    on_both(|kind| {
        let app = App::on(kind);
        app.sign_in("admin").post(&format!("/people/{}/deactivation", app.people["agent2"].0), &json!({})).expect(204);
        let without_password = json!({"name": "N", "email": email("newcomer"), "opd_id": app.opds["A"].0});
        app.sign_in("admin").post("/people", &without_password).expect(201);
        for round in 0..9 {
            let answers = ["agent", "agent2", "newcomer", "nobody"].map(|who| {
                let answer = try_password(&app, who, "salah");
                let mut body = answer.json();
                body["request_id"] = Value::Null;
                (answer.status, answer.headers.get("retry-after").cloned(), body)
            });
            assert_eq!(answers[0].0, if round < 4 { 401 } else { 429 });
            assert!(answers.iter().all(|answer| *answer == answers[0]), "round {round}: {answers:?}");
            app.pass(Duration::seconds(45));
        }
    });
}

#[test]
fn a_new_password_unlocks() {
    let app = App::start();
    for _ in 0..5 {
        try_password(&app, "agent", "salah");
    }
    assert_eq!(try_password(&app, "agent", PASSWORD).problem(429), "locked");
    let person = app.people["agent"];
    app.desk.housekeep(|work| password::set(work, person, &hash_password(PASSWORD)?, None)).unwrap();
    try_password(&app, "agent", PASSWORD).expect(200);
}

#[test]
fn addresses_that_nobody_has_cannot_fill_the_database() {
    on_both(|kind| {
        let app = App::on(kind);
        for _ in 0..5 {
            try_password(&app, "nobody", "salah");
        }
        assert_eq!(try_password(&app, "nobody", "salah").problem(429), "locked");
        // As if as many addresses as are remembered had been tried since.
        let last = tries::MOST + 1;
        match kind {
            Kind::Sqlite => {
                app.database.tamper(&format!("UPDATE sqlite_sequence SET seq = {last} WHERE name = 'sign_in_try'"))
            }
            Kind::Postgres => {
                app.database.tamper(&format!("ALTER TABLE sign_in_try ALTER COLUMN id RESTART WITH {}", last + 1))
            }
        }
        assert_eq!(try_password(&app, "somebody", "salah").problem(401), "wrong_credentials");
        assert_eq!(try_password(&app, "nobody", "salah").problem(401), "wrong_credentials", "the oldest is forgotten");
        // What nobody tries for two days is forgotten by itself.
        app.pass(Duration::hours(49));
        housekeeping::tick(&app.desk, "test").unwrap();
        for _ in 0..4 {
            assert_eq!(try_password(&app, "nobody", "salah").problem(401), "wrong_credentials", "counted anew");
        }
    });
}

#[test]
fn a_refresh_token_works_once_and_misuse_ends_the_sign_in() {
    on_both(|kind| {
        let app = App::on(kind);
        let refresh = |token: &Value| app.anonymous().post("/auth/refresh", &json!({"refresh_token": token}));
        let first = try_password(&app, "agent", PASSWORD).expect(200)["refresh_token"].clone();
        let second = refresh(&first).expect(200)["refresh_token"].clone();
        assert_eq!(refresh(&first).problem(401), "refresh_token_reused");
        assert_eq!(refresh(&second).problem(401), "token_invalid", "the thief's token is worthless too");
        let third = try_password(&app, "agent", PASSWORD).expect(200)["refresh_token"].clone();
        app.pass(Duration::days(15));
        assert_eq!(refresh(&third).problem(401), "token_expired");
        let fourth = try_password(&app, "agent", PASSWORD).expect(200)["refresh_token"].clone();
        app.anonymous().post("/auth/sign-out", &json!({"refresh_token": fourth})).expect(204);
        assert_eq!(refresh(&fourth).problem(401), "token_invalid");
    });
}

#[test]
fn a_sign_in_ends_however_often_it_is_renewed() {
    on_both(|kind| {
        let app = App::on(kind);
        let refresh = |token: &Value| app.anonymous().post("/auth/refresh", &json!({"refresh_token": token}));
        let mut token = try_password(&app, "agent", PASSWORD).expect(200)["refresh_token"].clone();
        for _ in 0..3 {
            app.pass(Duration::days(9));
            token = refresh(&token).expect(200)["refresh_token"].clone();
        }
        app.pass(Duration::days(3));
        assert_eq!(refresh(&token).problem(401), "token_expired", "thirty days after signing in");
        try_password(&app, "agent", PASSWORD).expect(200);
    });
}

#[test]
fn access_tokens_end_and_forgeries_are_refused() {
    let app = App::start();
    let client = app.sign_in("agent");
    client.get("/me").expect(200);
    app.pass(Duration::minutes(15));
    assert_eq!(client.get("/me").problem(401), "token_expired");
    let bad = |token: &str| Client::new(app.address, Some(token.to_owned())).get("/me").problem(401);
    // {"alg":"none"} and a claim to be the admin.
    let none = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJrZW50b25nYW4iLCJzdWIiOjEzLCJpYXQiOjEsImV4cCI6OTk5OTk5OTk5OX0.";
    for token in [none, "rubbish", "a.b.c", "ktg_rubbish"] {
        assert_eq!(bad(token), "token_invalid", "{token}");
    }
    let answer = app.anonymous().with("authorization", "Basic abc").get("/me");
    assert_eq!(answer.problem(401), "token_required");
    assert_eq!(answer.headers["www-authenticate"], "Bearer realm=\"kentongan\"");
}

#[test]
fn changing_the_password_ends_other_sign_ins() {
    let app = App::start();
    let tokens = try_password(&app, "agent", PASSWORD).expect(200);
    let client = app.sign_in("agent");
    let change = |current: &str, new: &str| client.put("/me/password", Some(&json!({"current": current, "new": new})));
    assert_eq!(change("salah", "rangkaian kata yang panjang").fields()[0].1, "wrong_password");
    assert_eq!(change(PASSWORD, "pendek").fields()[0].1, "too_short");
    change(PASSWORD, "rangkaian kata yang panjang").expect(204);
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    assert_eq!(app.anonymous().post("/auth/refresh", &refresh).problem(401), "token_invalid");
    assert_eq!(try_password(&app, "agent", PASSWORD).problem(401), "wrong_credentials");
    try_password(&app, "agent", "rangkaian kata yang panjang").expect(200);
}

#[test]
fn an_api_key_does_what_its_scopes_say() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        let owner = app.sign_in("agent");
        let made =
            owner.post("/me/api-keys", &json!({"name": "Dasbor", "scopes": ["tickets:read"], "days": 30})).expect(201);
        let secret = made["secret"].as_str().unwrap().to_owned();
        assert!(secret.starts_with("ktg_"));
        let key = Client::new(app.address, Some(secret.clone()));
        key.get(&format!("/tickets/{ticket}")).expect(200);
        let reply = key.post(&format!("/tickets/{ticket}/replies"), &json!({"body": "x"}));
        assert_eq!(reply.problem(403), "insufficient_scope");
        assert_eq!(key.get("/people").problem(403), "insufficient_scope");
        assert_eq!(key.get("/me/api-keys").problem(403), "insufficient_scope");
        let listed = owner.get("/me/api-keys").expect(200);
        assert!(!listed.to_string().contains(&secret), "the secret is shown once");
        assert!(listed["items"][0]["last_used_at"].is_string());
        app.sign_in("agent2").delete(&format!("/me/api-keys/{}", made["key"]["id"])).problem(404);
        owner.delete(&format!("/me/api-keys/{}", made["key"]["id"])).expect(204);
        assert_eq!(key.get(&format!("/tickets/{ticket}")).problem(401), "token_invalid");
        let short =
            owner.post("/me/api-keys", &json!({"name": "K", "scopes": ["tickets:read"], "days": 1})).expect(201);
        app.pass(Duration::days(2));
        let old = Client::new(app.address, Some(short["secret"].as_str().unwrap().to_owned()));
        assert_eq!(old.get("/tickets").problem(401), "token_expired");
    });
}

#[test]
fn too_many_sign_ins_from_one_address_wait() {
    let database = crate::support::database::Database::fresh(crate::support::database::Kind::Sqlite);
    let program = crate::support::program::Program::serve(&database);
    let client = program.client(None);
    let body = json!({"email": "a@b.c", "password": ""});
    assert_eq!(client.post("/auth/token", &body).problem(401), "wrong_credentials");
    // Sixty a minute: tries come back with time, but slower than they are used up.
    let refused = (0..400).map(|_| client.post("/auth/token", &body)).find(|answer| answer.status != 401);
    assert_eq!(refused.expect("too many tries are refused").problem(429), "locked");
}
