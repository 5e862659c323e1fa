//! A ticket's whole life over the API, on both databases.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::app::{App, number};
use crate::support::database::{Kind, on_both};

fn kinds(app: &App, who: &str, ticket: &str) -> Vec<String> {
    let history = app.sign_in(who).get(&format!("/tickets/{ticket}/history")).expect(200);
    history["items"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_whole_story() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket_with(json!({"impact": "high", "urgency": "high", "category_id": app.category.0}));
        let view = app.read("requester", &ticket);
        assert_eq!((view["status"].as_str(), view["priority"].as_str()), (Some("new"), Some("p1")));
        assert_eq!(view["owner"]["name"], "Nama agent", "somebody is always named");

        app.post("agent", &ticket, "assign", json!({})).expect(200);
        app.post("agent", &ticket, "replies", json!({"body": "Sedang kami periksa."})).expect(200);
        app.post("agent", &ticket, "notes", json!({"body": "Radio mati lagi."})).expect(200);
        let first = app.hand_over(&ticket);
        let view = app.read("agent", &ticket);
        assert_eq!((view["assignee"].clone(), view["handover"]["state"].as_str()), (Value::Null, Some("requested")));

        let instruction = json!({"instruction": "Periksa kabel listrik dahulu."});
        let view = app.post("tier2", &ticket, &format!("handovers/{first}/return"), instruction).expect(200);
        assert_eq!((view["bounces"].as_i64(), view["assignee"]["name"].as_str()), (Some(1), Some("Nama agent")));

        app.accepted(&ticket);
        app.post("tier2", &ticket, "hold", json!({"for": "requester", "reason": "Mohon foto indikator."})).expect(200);
        assert_eq!(app.read("requester", &ticket)["status"], "waiting_requester");
        let view = app.post("requester", &ticket, "replies", json!({"body": "Lampu merah."})).expect(200);
        assert_eq!(view["status"], "in_progress", "the requester's answer wakes it");
        app.post("tier2", &ticket, "resolve", json!({"resolution": "Radio diganti."})).expect(200);

        app.post("requester", &ticket, "reopen", json!({"reason": "Masih mati."})).expect(200);
        let view = app.read("tier2", &ticket);
        assert_eq!((view["status"].as_str(), view["reopenings"].as_i64()), (Some("in_progress"), Some(1)));
        app.post("tier2", &ticket, "resolve", json!({"resolution": "Antena diarahkan."})).expect(200);
        let view = app.post("requester", &ticket, "close", json!({})).expect(200);
        assert_eq!((view["status"].as_str(), view["handover"].clone()), (Some("closed"), Value::Null));

        let all = [
            "opened",
            "assigned",
            "replied",
            "noted",
            "handed_over",
            "handover_returned",
            "handed_over",
            "handover_accepted",
            "held",
            "replied",
            "resolved",
            "reopened",
            "resolved",
            "closed",
        ];
        assert_eq!(kinds(&app, "agent", &ticket), all);
        assert_eq!(kinds(&app, "requester", &ticket).len(), all.len() - 1, "all but the note");
        let handovers = app.sign_in("agent").get(&format!("/tickets/{ticket}/handovers")).expect(200);
        let states: Vec<_> = handovers["items"].as_array().unwrap().iter().map(|h| h["state"].clone()).collect();
        assert_eq!(states, ["returned", "accepted"]);
    });
}

#[test]
fn a_note_never_reaches_the_requester() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        app.post("agent", &ticket, "notes", json!({"body": "zebra internal"})).expect(200);
        app.accepted(&ticket);
        let get = |path: &str| {
            String::from_utf8(app.sign_in("requester").get(&format!("/tickets/{ticket}{path}")).bytes).unwrap()
        };
        for path in ["", "/messages", "/history", "/attachments"] {
            let text = get(path);
            assert!(!text.contains("zebra") && !text.contains("Mulai ulang perangkat"), "{path}: {text}");
        }
        for path in ["/handovers", "/consultations", "/watchers", "/links"] {
            app.sign_in("requester").get(&format!("/tickets/{ticket}{path}")).problem(403);
        }
        let found = |who: &str| app.sign_in(who).get("/tickets?q=zebra").expect(200)["items"].as_array().unwrap().len();
        assert_eq!((found("requester"), found("agent"), found("tier2"), found("agent_b")), (0, 1, 1, 0));
    });
}

#[test]
fn reopening_has_its_time_and_closed_is_final() {
    on_both(|kind| {
        let app = App::on(kind);
        let resolve =
            |ticket: &str| app.post("agent", ticket, "resolve", json!({"resolution": "Selesai."})).expect(200);
        let reopen = |ticket: &str| app.post("requester", ticket, "reopen", json!({"reason": "Lagi."}));
        let (in_time, late) = (app.ticket(), app.ticket());
        resolve(&in_time);
        resolve(&late);
        // Monday 8 o'clock in Jakarta; three working days end with Thursday.
        app.pass(Duration::hours(87));
        reopen(&in_time).expect(200);
        app.pass(Duration::hours(2));
        assert_eq!(reopen(&late).problem(409), "reopen_too_late");
        app.post("agent", &late, "close", json!({})).expect(200);
        for (who, what, body) in [
            ("agent", "reopen", json!({"reason": "x"})),
            ("agent", "replies", json!({"body": "x"})),
            ("requester", "replies", json!({"body": "x"})),
            ("agent", "assign", json!({})),
            ("agent", "resolve", json!({"resolution": "x"})),
            ("agent", "merge", json!({"into": in_time})),
        ] {
            assert_eq!(app.post(who, &late, what, body).problem(409), "ticket_final", "{what}");
        }
        let follow_up = json!({"type": "incident", "subject": "Lagi", "description": "Mati lagi", "follows": late});
        let view = app.sign_in("requester").post("/tickets", &follow_up).expect(201);
        let links = app.sign_in("agent").get(&format!("/tickets/{}/links", number(&view))).expect(200);
        assert_eq!(links["items"][0]["other"]["number"], late.as_str());
    });
}

#[test]
fn a_lost_race_is_told() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        let answer = app.sign_in("agent").get(&format!("/tickets/{ticket}"));
        let etag = answer.headers["etag"].clone();
        let first = app.sign_in("agent").with("if-match", &etag);
        let second = app.sign_in("agent2").with("if-match", &etag);
        let path = format!("/tickets/{ticket}");
        first.patch(&path, &json!({"impact": "high"})).expect(200);
        assert_eq!(second.patch(&path, &json!({"impact": "low"})).problem(412), "version_changed");
        assert_eq!(app.read("agent", &ticket)["impact"], "high");
    });
}

#[test]
fn two_people_taking_one_handover_get_one_winner() {
    on_both(|kind| {
        let app = App::on(kind);
        let second = app.people["tier2_other"].0;
        app.sign_in("admin").put(&format!("/teams/{}/members/{second}", app.teams["NET"].0), None).expect(204);
        for _ in 0..5 {
            let ticket = app.ticket();
            let handover = app.hand_over(&ticket);
            let clients = [app.sign_in("tier2"), app.sign_in("tier2_other")];
            let path = format!("/tickets/{ticket}/handovers/{handover}/accept");
            let statuses: Vec<u16> = std::thread::scope(|scope| {
                let running: Vec<_> =
                    clients.iter().map(|client| scope.spawn(|| client.post(&path, &json!({})).status)).collect();
                running.into_iter().map(|one| one.join().unwrap()).collect()
            });
            let mut sorted = statuses.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, [200, 409]);
        }
    });
}

#[test]
fn a_request_with_an_idempotency_key_happens_once() {
    on_both(|kind| {
        let app = App::on(kind);
        let client = app.sign_in("requester").with("idempotency-key", "kunci-1");
        let body = json!({"type": "incident", "subject": "S", "description": "D"});
        let answers: Vec<_> = std::thread::scope(|scope| {
            let running: Vec<_> = (0..4).map(|_| scope.spawn(|| client.post("/tickets", &body).expect(201))).collect();
            running.into_iter().map(|one| number(&one.join().unwrap())).collect()
        });
        assert!(answers.iter().all(|n| *n == answers[0]), "{answers:?}");
        assert_eq!(app.sign_in("requester").get("/tickets").expect(200)["items"].as_array().unwrap().len(), 1);
        let other = json!({"type": "incident", "subject": "S2", "description": "D"});
        assert_eq!(client.post("/tickets", &other).problem(422), "idempotency_key_reused");
        // Somebody else's key of the same name is another key.
        app.sign_in("colleague").with("idempotency-key", "kunci-1").post("/tickets", &other).expect(201);
    });
}

#[test]
fn a_security_incident_goes_straight_to_csirt() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket_with(json!({"security": true, "subject": "Situs diretas judi", "personal_data": true}));
        let view = app.read("csirt", &ticket);
        assert_eq!(view["handover"]["team"]["name"], "Tim CSIRT");
        assert_eq!(view["handover"]["state"], "requested");
        // Reporter, CSIRT and the named owner read it; nobody else of the desk does.
        app.read("requester", &ticket);
        app.read("agent", &ticket);
        for who in ["agent2", "colleague", "head", "tier2", "agent_b", "admin"] {
            app.sign_in(who).get(&format!("/tickets/{ticket}")).problem(404);
            let items = app.sign_in(who).get("/tickets?q=diretas").expect(200);
            assert_eq!(items["items"], json!([]), "{who}");
        }
        for who in ["supervisor", "auditor"] {
            let view = app.read(who, &ticket);
            assert_eq!((view["redacted"].clone(), view["subject"].clone()), (json!(true), Value::Null));
            let listed = app.sign_in(who).get("/tickets").expect(200);
            assert!(!listed.to_string().contains("diretas"), "{who}");
            assert_eq!(app.sign_in(who).get("/tickets?q=diretas").expect(200)["items"], json!([]));
            app.sign_in(who).get(&format!("/tickets/{ticket}/messages")).problem(403);
        }
        let to_network = json!({"team_id": app.teams["NET"].0, "question": "?"});
        assert_eq!(app.post("csirt", &ticket, "consultations", to_network).problem(409), "security_team");
        let wrong = json!({"type": "request", "subject": "S", "description": "D", "security": true});
        let fields = app.sign_in("requester").post("/tickets", &wrong).fields();
        assert_eq!(fields, [("/security".to_owned(), "security_type".to_owned())]);
    });
}

#[test]
fn priority_follows_impact_and_urgency() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        let edit = |body: Value| app.sign_in("agent").patch(&format!("/tickets/{ticket}"), &body);
        assert_eq!(edit(json!({"impact": "high"})).expect(200)["priority"], "p2");
        assert_eq!(edit(json!({"priority": "p1"})).fields()[0].1, "priority_reason_required");
        let by_hand = json!({"priority": "p1", "reason": "Pelayanan KTP berhenti."});
        assert_eq!(edit(by_hand).expect(200)["priority"], "p1");
        let mut rules = app.sign_in("admin").get("/priorities").expect(200);
        for rule in rules["rules"].as_array_mut().unwrap() {
            rule["priority"] = json!("p3");
        }
        app.sign_in("admin").put("/priorities", Some(&rules)).expect(200);
        assert_eq!(edit(json!({"urgency": "high"})).expect(200)["priority"], "p3", "the table is data");
        let same = app.read("agent", &ticket)["version"].clone();
        assert_eq!(edit(json!({"urgency": "high"})).expect(200)["version"], same, "nothing changed, nothing happened");
    });
}

#[test]
fn consultation_watchers_links_merge_and_tags() {
    on_both(|kind| {
        let app = App::on(kind);
        let (first, second) = (app.ticket(), app.ticket_with(json!({"subject": "Internet lambat"})));
        let asked = app.post(
            "agent",
            &first,
            "consultations",
            json!({"team_id": app.teams["NET"].0, "question": "Kanal berapa?"}),
        );
        let asked = asked.expect(201)["id"].clone();
        app.read("tier2", &first);
        let answer = |body: Value| app.post("tier2", &first, &format!("consultations/{asked}/answer"), body);
        answer(json!({"answer": "Kanal 11."})).expect(200);
        assert_eq!(answer(json!({"answer": "Lagi."})).problem(409), "consultation_answered");

        let watch = |who: &str, person: &str| {
            app.sign_in(who).put(&format!("/tickets/{second}/watchers/{}", app.people[person].0), None)
        };
        watch("agent", "colleague").expect(204);
        watch("agent", "colleague").expect(204);
        assert_eq!(watch("agent", "stranger").fields()[0].1, "person_not_eligible");
        app.read("colleague", &second);
        let listed = app.sign_in("colleague").get("/tickets?view=watched").expect(200);
        assert_eq!(listed["items"][0]["number"], second.as_str());

        let link =
            |from: &str, kind: &str, to: &str| app.post("agent", from, "links", json!({"kind": kind, "other": to}));
        link(&second, "child_of", &first).expect(201);
        assert_eq!(app.read("agent", &first)["major"], true);
        let other = app.ticket();
        link(&second, "child_of", &other).problem(409);
        assert_eq!(link(&first, "child_of", &second).problem(409), "link_cycle");
        assert_eq!(link(&first, "caused_by", &first).problem(409), "same_ticket");
        assert_eq!(link(&second, "child_of", &first).problem(409), "link_exists");

        let tags = app
            .sign_in("agent")
            .put(&format!("/tickets/{second}/tags"), Some(&json!({"tags": ["Hujan", "hujan", "wifi"]})));
        assert_eq!(tags.expect(200)["tags"], json!(["hujan", "wifi"]));
        assert_eq!(app.sign_in("agent").get("/tickets?tag=hujan").expect(200)["items"].as_array().unwrap().len(), 1);

        let merged = app.post("agent", &second, "merge", json!({"into": first})).expect(200);
        assert_eq!((merged["status"].as_str(), merged["merged_into"].as_str()), (Some("closed"), Some(first.as_str())));
        app.read("colleague", &first);
    });
}

#[test]
fn a_major_incident_is_not_closed_before_its_children_are_done() {
    on_both(|kind| {
        let app = App::on(kind);
        let (parent, child) = (app.ticket(), app.ticket());
        app.post("agent", &child, "links", json!({"kind": "child_of", "other": parent})).expect(201);
        let resolve =
            |ticket: &str| app.post("agent", ticket, "resolve", json!({"resolution": "Selesai."})).expect(200);
        resolve(&parent);
        assert_eq!(app.post("agent", &parent, "close", json!({})).problem(409), "children_open");
        resolve(&child);
        app.post("agent", &parent, "close", json!({})).expect(200);
    });
}

#[test]
fn the_desk_cancels_only_what_it_holds() {
    let app = App::start();
    let reason = json!({"reason": "Pelapor sudah bisa."});
    let ticket = app.ticket();
    app.accepted(&ticket);
    assert_eq!(app.post("agent", &ticket, "cancel", reason.clone()).problem(409), "with_tier2");
    let incident = app.ticket_with(json!({"security": true}));
    assert_eq!(app.post("agent", &incident, "cancel", reason.clone()).problem(409), "handover_pending");
    app.post("requester", &ticket, "cancel", reason).expect(200);
}

#[test]
fn a_team_with_work_stays_a_team() {
    let app = App::start();
    let ticket = app.ticket();
    app.accepted(&ticket);
    let team = format!("/teams/{}", app.teams["NET"].0);
    let admin = app.sign_in("admin");
    assert_eq!(admin.patch(&team, &json!({"active": false})).problem(409), "open_work");
    admin.delete(&format!("{team}/members/{}", app.people["tier2"].0)).expect(204);
    assert_eq!(app.read("agent", &ticket)["assignee"], Value::Null, "back in the team's queue");
}

#[test]
fn a_ticket_with_very_much_text_goes_on() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        // Words that all differ are what fills an index.
        for reply in 0..60 {
            let body: String = (0..1900).map(|word| format!("k{reply}x{word} ")).collect();
            app.post("requester", &ticket, "replies", json!({"body": body})).expect(200);
        }
    });
}

#[test]
fn bulk_moves_tell_each_outcome() {
    on_both(|kind| {
        let app = App::on(kind);
        let (open, closed) = (app.ticket(), app.ticket());
        app.post("agent", &closed, "resolve", json!({"resolution": "x"})).expect(200);
        app.post("agent", &closed, "close", json!({})).expect(200);
        let body = json!({"tickets": [open, closed, "BTG-999999", "rubbish"], "move": {"action": "assign"}});
        let outcomes = app.sign_in("agent").post("/tickets/bulk", &body).expect(200);
        let codes: Vec<_> = outcomes["items"].as_array().unwrap().iter().map(|o| o["code"].clone()).collect();
        assert_eq!(codes, [Value::Null, json!("ticket_final"), json!("not_found"), json!("not_found")]);
    });
}

#[test]
fn who_leaves_hands_on_open_work() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        app.post("agent2", &ticket, "assign", json!({})).expect(200);
        let leaver = app.sign_in("agent2");
        let path = format!("/people/{}/deactivation", app.people["agent2"].0);
        let admin = app.sign_in("admin");
        assert_eq!(admin.post(&path, &json!({})).problem(409), "open_work");
        assert_eq!(
            admin.post(&path, &json!({"successor_id": app.people["agent_b"].0})).problem(409),
            "person_not_eligible"
        );
        admin.post(&path, &json!({"successor_id": app.people["agent"].0})).expect(204);
        let view = app.read("agent", &ticket);
        assert_eq!(
            (view["owner"]["name"].as_str(), view["assignee"]["name"].as_str()),
            (Some("Nama agent"), Some("Nama agent"))
        );
        assert_eq!(leaver.get("/me").problem(401), "token_invalid");
        let admin_path = format!("/people/{}/deactivation", app.people["admin"].0);
        assert_eq!(admin.post(&admin_path, &json!({})).problem(409), "last_admin");
    });
}

#[test]
fn pages_hold_every_ticket_once() {
    on_both(|kind| {
        let app = App::on(kind);
        let all: Vec<String> = (0..7).map(|n| app.ticket_with(json!({"subject": format!("Printer {n}")}))).collect();
        for query in ["", "&q=printer"] {
            let mut seen = Vec::new();
            let mut cursor = String::new();
            loop {
                let page = app.sign_in("agent").get(&format!("/tickets?limit=3{query}{cursor}")).expect(200);
                seen.extend(page["items"].as_array().unwrap().iter().map(number));
                let Some(next) = page["next"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            seen.sort();
            assert_eq!(seen, all, "{query}");
        }
    });
}

#[test]
fn lists_filter() {
    on_both(|kind| {
        let app = App::on(kind);
        let request =
            app.ticket_with(json!({"type": "request", "subject": "Surel baru", "impact": "low", "urgency": "low"}));
        let taken = app.ticket_with(json!({"category_id": app.category.0}));
        app.post("agent", &taken, "assign", json!({})).expect(200);
        let cancelled = app.ticket();
        app.post("requester", &cancelled, "cancel", json!({"reason": "Sudah bisa."})).expect(200);
        let numbers = |who: &str, query: &str| -> Vec<String> {
            let page = app.sign_in(who).get(&format!("/tickets?{query}")).expect(200);
            page["items"].as_array().unwrap().iter().map(number).collect()
        };
        assert_eq!(numbers("agent", ""), [taken.clone(), request.clone()], "open ones, changed last first");
        for (query, expected) in [
            ("state=ended", vec![&cancelled]),
            ("state=any&type=incident", vec![&cancelled, &taken]),
            ("status=new,in_progress&priority=p4", vec![&request]),
            ("assignee=none", vec![&request]),
            ("view=assigned", vec![&taken]),
            ("security=true", vec![]),
            ("opened_before=2020-01-01T00:00:00Z", vec![]),
        ] {
            let expected: Vec<String> = expected.into_iter().cloned().collect();
            assert_eq!(numbers("agent", query), expected, "{query}");
        }
        assert_eq!(numbers("agent", &format!("category_id={}", app.category.0)), [taken]);
        assert_eq!(numbers("supervisor", &format!("opd_id={}", app.opds["B"].0)), Vec::<String>::new());
        assert_eq!(numbers("supervisor", &format!("opd_id={}", app.opds["A"].0)).len(), 2);
        assert_eq!(numbers("tier2", ""), Vec::<String>::new());
        app.sign_in("requester").get("/tickets?view=desk").problem(403);
        app.sign_in("agent").get("/tickets?view=all").problem(403);
    });
}

#[test]
fn files_come_back_as_they_were() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        let path = format!("/tickets/{ticket}/attachments");
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        let file = app.sign_in("requester").upload(&path, "foto indikator.png", png, false).expect(201);
        assert_eq!((file["media_type"].as_str(), file["public"].as_bool()), (Some("image/png"), Some(true)));
        let back = app.sign_in("agent").get(&format!("{path}/{}", file["id"]));
        assert_eq!((back.status, back.bytes.as_slice()), (200, png.as_slice()));
        assert!(back.headers["content-disposition"].starts_with("attachment;"));
        assert_eq!(back.headers["x-content-type-options"], "nosniff");
        assert_eq!(back.headers["content-type"], "application/octet-stream");
        let internal = app.sign_in("agent").upload(&path, "log.txt", b"rahasia", true).expect(201);
        app.sign_in("requester").get(&format!("{path}/{}", internal["id"])).problem(404);
        assert_eq!(app.sign_in("requester").get(&path).expect(200)["items"].as_array().unwrap().len(), 1);
        app.sign_in("agent_b").get(&format!("{path}/{}", file["id"])).problem(404);
    });
}

#[test]
fn notices_are_queued_with_their_event() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        app.post("agent", &ticket, "notes", json!({"body": "x"})).expect(200);
        app.hand_over(&ticket);
        assert_eq!(app.told(&ticket), ["opened agent", "handed_over requester", "handed_over tier2"]);
    });
}

#[test]
fn a_desk_without_tier_1_is_owned_by_the_supervisor() {
    let app = App::on(Kind::Sqlite);
    app.sign_in("admin").delete(&format!("/people/{}/roles/tier1_agent", app.people["agent_b"].0)).expect(204);
    let body = json!({"type": "incident", "subject": "S", "description": "D"});
    let view = app.sign_in("stranger").post("/tickets", &body).expect(201);
    assert_eq!(view["owner"]["name"], "Nama supervisor");
    app.post("supervisor", &number(&view), "assign", json!({})).expect(200);
    app.post("supervisor", &number(&view), "resolve", json!({"resolution": "Selesai."})).expect(200);
}

#[test]
fn the_requester_says_what_they_think_of_the_help_once_for_each_time_it_was_resolved() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        let rate = |who: &str, body: Value| app.post(who, &ticket, "rating", body);
        let resolve = || app.post("agent", &ticket, "resolve", json!({"resolution": "Selesai."})).expect(200);
        assert_eq!(rate("requester", json!({"stars": 5})).problem(409), "not_resolved");
        resolve();
        for stars in [0, 6, -1] {
            assert_eq!(rate("requester", json!({"stars": stars})).problem(422), "invalid_input");
        }
        for (who, status) in [("agent", 403), ("supervisor", 403), ("colleague", 404), ("agent_b", 404)] {
            rate(who, json!({"stars": 5})).problem(status);
        }
        rate("requester", json!({"stars": 2, "word": "Terlalu lama, kambing."})).expect(200);
        assert_eq!(rate("requester", json!({"stars": 5})).problem(409), "already_rated");
        app.post("requester", &ticket, "reopen", json!({"reason": "Masih mati."})).expect(200);
        assert_eq!(rate("requester", json!({"stars": 5})).problem(409), "not_resolved");
        resolve();
        let view = rate("requester", json!({"stars": 5, "word": " ", "confirm": true})).expect(200);
        assert_eq!(view["status"], "closed", "rating confirms as well");
        assert_eq!(rate("requester", json!({"stars": 1})).problem(409), "already_rated");

        let ratings = app.sign_in("agent").get(&format!("/tickets/{ticket}/rating")).expect(200);
        let rating = |index: usize| ratings["items"][index].clone();
        assert_eq!((rating(0)["round"].clone(), rating(0)["stars"].clone()), (json!(0), json!(2)));
        assert_eq!((rating(1)["round"].clone(), rating(1)["word"].clone()), (json!(1), Value::Null));
        let told = app.told(&ticket);
        assert_eq!(told.iter().filter(|notice| *notice == "rated agent").count(), 2, "the owner hears of it: {told:?}");
        let history = kinds(&app, "requester", &ticket);
        assert_eq!(history[history.len() - 2..], ["rated", "closed"]);

        // The word is found and erased like any other text.
        let found = |word: &str| {
            let found = app.sign_in("agent").get(&format!("/tickets?q={word}")).expect(200);
            found["items"].as_array().unwrap().len()
        };
        assert_eq!(found("kambing"), 1);
        let erasure = format!("messages/{}/erasure", rating(0)["message_id"]);
        app.post("admin", &ticket, &erasure, json!({"reason": "Diminta."})).expect(204);
        assert_eq!(found("kambing"), 0);
        let ratings = app.sign_in("requester").get(&format!("/tickets/{ticket}/rating")).expect(200);
        assert_eq!(
            (ratings["items"][0]["word"].clone(), ratings["items"][0]["stars"].clone()),
            (Value::Null, json!(2))
        );
        let report = kentongan::services::history::verify::run(&app.desk, |_, _| {}).unwrap();
        assert_eq!(report.findings, []);
    });
}

#[test]
fn whoever_confirms_first_can_still_rate() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        app.post("agent", &ticket, "resolve", json!({"resolution": "Selesai."})).expect(200);
        app.post("requester", &ticket, "close", json!({})).expect(200);
        app.post("requester", &ticket, "rating", json!({"stars": 4, "confirm": true})).expect(200);
        let cancelled = app.ticket();
        app.post("requester", &cancelled, "cancel", json!({"reason": "Sudah bisa."})).expect(200);
        assert_eq!(app.post("requester", &cancelled, "rating", json!({"stars": 4})).problem(409), "not_resolved");
    });
}
