//! A ticket of OPD A does not exist for OPD B: not in a list, a search, a link, a file, a number.

use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::database::on_both;

#[test]
fn another_opd_cannot_learn_of_a_ticket_in_any_way() {
    on_both(|kind| {
        let app = App::on(kind);
        let secret = app.ticket_with(json!({"subject": "Rahasiadapur", "description": "Rahasiadapur bocor"}));
        let file =
            app.sign_in("agent").upload(&format!("/tickets/{secret}/attachments"), "a.txt", b"x", false).expect(201);
        let body = json!({"type": "incident", "subject": "Milik B", "description": "D"});
        let own = app.sign_in("stranger").post("/tickets", &body).expect(201)["number"].as_str().unwrap().to_owned();
        for who in ["agent_b", "stranger"] {
            let client = app.sign_in(who);
            for path in
                ["", "/messages", "/history", "/handovers", "/links", "/watchers", "/consultations", "/attachments"]
            {
                client.get(&format!("/tickets/{secret}{path}")).problem(404);
            }
            client.get(&format!("/tickets/{secret}/attachments/{}", file["id"])).problem(404);
            // The file below a ticket of one's own.
            client.get(&format!("/tickets/{own}/attachments/{}", file["id"])).problem(404);
            for what in ["assign", "release", "resume", "close"] {
                client.post(&format!("/tickets/{secret}/{what}"), &json!({})).problem(404);
            }
            client.post(&format!("/tickets/{secret}/replies"), &json!({"body": "x"})).problem(404);
            for query in ["", "?q=rahasiadapur", "?state=any", "?view=requested", "?view=watched", "?view=assigned"] {
                let page = client.get(&format!("/tickets{query}")).expect(200);
                assert!(!page.to_string().contains("ahasiadapur"), "{who} {query}");
            }
            let opd = app.opds["A"].0;
            let page = client.get(&format!("/tickets?opd_id={opd}")).expect(200);
            assert_eq!(page["items"], json!([]), "{who}");
        }
        // An unknown ticket and a hidden one look the same.
        let hidden = app.sign_in("agent_b").get(&format!("/tickets/{secret}")).json();
        let unknown = app.sign_in("agent_b").get("/tickets/BTG-999999").json();
        for field in ["type", "title", "status", "code", "detail"] {
            assert_eq!(hidden[field], unknown[field]);
        }
        let agent = app.sign_in("agent_b");
        for (path, body) in
            [("links", json!({"kind": "caused_by", "other": secret})), ("merge", json!({"into": secret}))]
        {
            let known = agent.post(&format!("/tickets/{own}/{path}"), &body).fields();
            let mut other = body.clone();
            *other.as_object_mut().unwrap().values_mut().last().unwrap() = json!("BTG-999999");
            assert_eq!(known, agent.post(&format!("/tickets/{own}/{path}"), &other).fields());
        }
    });
}

#[test]
fn a_linked_ticket_of_another_opd_shows_nothing_of_itself() {
    let app = App::start();
    let body = json!({"type": "incident", "subject": "Rahasiadapur", "description": "D"});
    let other = app.sign_in("stranger").post("/tickets", &body).expect(201)["number"].clone();
    let ticket = app.ticket();
    app.sign_in("supervisor")
        .post(&format!("/tickets/{ticket}/links"), &json!({"kind": "caused_by", "other": other}))
        .expect(201);
    let links = app.sign_in("agent").get(&format!("/tickets/{ticket}/links")).expect(200);
    assert_eq!(links["items"][0]["other"], Value::Null);
}

#[test]
fn making_a_ticket_secret_hides_it_at_once_also_from_searching() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket_with(json!({"subject": "Rahasiadapur"}));
        let finds = |who: &str| {
            !app.sign_in(who).get("/tickets?q=rahasiadapur").expect(200)["items"].as_array().unwrap().is_empty()
        };
        assert!(finds("agent2") && finds("supervisor") && finds("head") && finds("requester"));
        let path = format!("/tickets/{ticket}");
        app.sign_in("agent").patch(&path, &json!({"classification": "secret"})).expect(200);
        assert!(finds("agent") && finds("requester"));
        for who in ["agent2", "supervisor", "head", "auditor"] {
            assert!(!finds(who), "{who}");
        }
        app.sign_in("agent2").get(&path).problem(404);
        let desk = app.sign_in("agent2").get("/tickets").expect(200);
        assert_eq!(desk["items"], json!([]));
        assert_eq!(app.sign_in("supervisor").get(&path).expect(200)["redacted"], true);
    });
}

#[test]
fn making_a_ticket_restricted_drops_the_watchers_who_could_not_be_added_now() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket_with(json!({"subject": "Rahasiadapur"}));
        let path = format!("/tickets/{ticket}");
        for who in ["colleague", "tier2_other"] {
            app.sign_in("agent").put(&format!("{path}/watchers/{}", app.people[who].0), None).expect(204);
        }
        let watchers = || app.sign_in("agent").get(&format!("{path}/watchers")).expect(200)["items"].clone();
        let names = || watchers().as_array().unwrap().iter().map(|one| one["name"].clone()).collect::<Vec<_>>();
        let history = || app.sign_in("agent").get(&format!("{path}/history")).expect(200)["items"].clone();
        let kinds = || history().as_array().unwrap().iter().map(|event| event["kind"].clone()).collect::<Vec<_>>();
        assert_eq!(app.read("tier2_other", &ticket)["subject"], "Rahasiadapur");

        let version = app.read("agent", &ticket)["version"].clone();
        let restricted = app.sign_in("agent").patch(&path, &json!({"classification": "restricted"})).expect(200);
        assert_eq!(names(), ["Nama colleague"]);
        app.read("colleague", &ticket);
        app.sign_in("tier2_other").get(&path).problem(404);
        let found = app.sign_in("tier2_other").get("/tickets?q=rahasiadapur").expect(200);
        assert_eq!(found["items"], json!([]));
        assert_eq!(kinds()[3..], ["watcher_removed", "classified"]);
        assert_eq!(restricted["version"].as_i64().unwrap(), version.as_i64().unwrap() + 2);
        assert_eq!(history()[3]["payload"]["watcher"], app.people["tier2_other"].0);
        app.post("agent", &ticket, "replies", json!({"body": "Sedang diperiksa."})).expect(200);
        let told = app.told(&ticket);
        assert!(told.contains(&"replied colleague".to_owned()), "{told:?}");
        assert!(!told.iter().any(|notice| notice.ends_with("tier2_other")), "{told:?}");

        app.sign_in("agent").patch(&path, &json!({"classification": "secret"})).expect(200);
        assert_eq!(names(), Vec::<Value>::new());
        app.sign_in("agent").patch(&path, &json!({"classification": "open"})).expect(200);
        assert_eq!(names(), Vec::<Value>::new(), "nobody comes back by themselves");
    });
}

#[test]
fn people_are_looked_up_within_ones_own_opd() {
    let app = App::start();
    let names = |who: &str| -> Vec<String> {
        let page = app.sign_in(who).get("/people?q=nama").expect(200);
        page["items"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("agent_b"), ["Nama stranger", "Nama agent_b"]);
    assert_eq!(names("supervisor").len(), 13);
    app.sign_in("agent_b").get(&format!("/people/{}", app.people["requester"].0)).problem(404);
    app.sign_in("requester").get("/people").problem(403);
}

#[test]
fn filtering_does_not_tell_what_a_redacted_ticket_hides() {
    let app = App::start();
    let ticket = app.ticket();
    let path = format!("/tickets/{ticket}");
    app.sign_in("agent").put(&format!("{path}/tags"), Some(&json!({"tags": ["korupsi"]}))).expect(200);
    let page = || app.sign_in("supervisor").get("/tickets?view=all&tag=korupsi&limit=1").expect(200);
    assert_eq!(page()["items"].as_array().unwrap().len(), 1);
    app.sign_in("agent").patch(&path, &json!({"classification": "restricted"})).expect(200);
    app.ticket();
    assert_eq!(page(), json!({"items": [], "next": null}));
    assert_eq!(app.read("requester", &ticket)["tags"], json!([]), "tags are internal");
}

#[test]
fn whoever_filed_for_another_opd_keeps_it_in_sight_unless_it_is_confined() {
    let app = App::start();
    let file = |who: &str, security: bool| {
        let body = json!({
            "type": "incident", "subject": "Rahasiadapur", "description": "D", "security": security,
            "requester_id": app.people["stranger"].0,
        });
        app.sign_in(who).post("/tickets", &body).expect(201)
    };
    assert_eq!(file("tier2", false)["subject"], "Rahasiadapur");
    let confined = file("tier2", true);
    assert_eq!((confined["redacted"].clone(), confined["subject"].clone()), (json!(true), Value::Null));
}

#[test]
fn an_agent_who_moves_to_another_opd_leaves_the_appointment_behind() {
    let app = App::start();
    let ticket = app.ticket();
    let mover = format!("/people/{}", app.people["agent_b"].0);
    app.sign_in("admin").patch(&mover, &json!({"opd_id": app.opds["A"].0})).expect(200);
    app.sign_in("agent_b").get(&format!("/tickets/{ticket}")).problem(404);
}
