//! What people are told on the pages: who hears of what, and that nobody hears of what they may not see.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::database::on_both;

/// What somebody is told, the newest first: what and of which ticket.
fn told(app: &App, who: &str) -> Vec<String> {
    let page = app.sign_in(who).get("/notifications").expect(200);
    let items = page["items"].as_array().unwrap();
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    items.iter().map(|one| format!("{} {}", word(&one["notice"]), word(&one["ticket"]))).collect()
}

fn unseen(app: &App, who: &str) -> i64 {
    app.sign_in(who).get("/notifications").expect(200)["unseen"].as_i64().unwrap()
}

fn reply(app: &App, who: &str, ticket: &str) {
    app.post(who, ticket, "replies", json!({"body": "Sedang kami periksa."})).expect(200);
}

#[test]
fn who_is_concerned_hears_of_it_and_nobody_else_does() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        assert_eq!(told(&app, "agent"), [format!("opened {ticket}")]);
        reply(&app, "agent", &ticket);
        let page = app.sign_in("requester").get("/notifications").expect(200);
        let first = &page["items"][0];
        assert_eq!(
            (&first["notice"], &first["ticket"], &first["subject"], &first["by"], &first["seen"]),
            (&json!("replied"), &json!(ticket), &json!("Internet kantor mati"), &json!("Nama agent"), &json!(false))
        );
        // Nobody is told of what they did themselves, and nobody else of what is none of theirs.
        assert_eq!(told(&app, "agent"), [format!("opened {ticket}")]);
        for who in ["stranger", "agent_b", "tier2", "supervisor", "admin"] {
            assert_eq!(told(&app, who), Vec::<String>::new(), "{who}");
        }
        app.hand_over(&ticket);
        assert_eq!(told(&app, "tier2"), [format!("handed_over {ticket}")]);
        assert_eq!(told(&app, "tier2_other"), Vec::<String>::new());
    });
}

#[test]
fn whoever_lost_sight_of_a_ticket_is_told_nothing_of_it_any_more() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        let colleague = app.people["colleague"].0;
        let watched = format!("/tickets/{ticket}/watchers/{colleague}");
        app.sign_in("agent").put(&watched, None).expect(204);
        reply(&app, "agent", &ticket);
        assert_eq!(told(&app, "colleague"), [format!("replied {ticket}")]);
        app.sign_in("agent").delete(&watched).expect(204);
        assert_eq!(told(&app, "colleague"), ["- -"]);
        let text = app.browse("colleague").get("/kabar").expect(200).text();
        assert!(text.contains("tidak lagi dapat Anda lihat"), "{text}");
        assert!(!text.contains(&ticket) && !text.contains("Internet kantor mati") && !text.contains("Nama agent"));
        // It can be marked all the same, or it would stay new for ever.
        assert_eq!(unseen(&app, "colleague"), 1);
        app.sign_in("colleague").post("/notifications/seen", &json!({})).expect(204);
        assert_eq!(unseen(&app, "colleague"), 0);
    });
}

#[test]
fn of_what_is_confidential_is_told_only_that_there_is_something() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        reply(&app, "agent", &ticket);
        let classify = json!({"classification": "restricted"});
        app.sign_in("agent").patch(&format!("/tickets/{ticket}"), &classify).expect(200);
        // Also of what was told before.
        assert_eq!(told(&app, "requester"), [format!("- {ticket}")]);
        let text = app.browse("requester").get("/kabar").expect(200).text();
        assert!(text.contains("Ada kabar") && text.contains(&ticket), "{text}");
        assert!(!text.contains("Internet kantor mati") && !text.contains("Balasan baru"), "{text}");
    });
}

#[test]
fn what_is_internal_is_told_to_nobody_who_reads_it_no_more() {
    on_both(|kind| {
        let app = App::on(kind);
        // The agent asks for help themselves, and a colleague writes a note about it.
        let body = json!({"type": "incident", "subject": "Layar padam", "description": "Sejak pagi."});
        let ticket = app.sign_in("agent2").post("/tickets", &body).expect(201)["number"].as_str().unwrap().to_owned();
        let assign = json!({"assignee_id": app.people["agent2"].0});
        app.post("agent", &ticket, "assign", assign).expect(200);
        app.post("agent", &ticket, "notes", json!({"body": "Diduga kelalaian."})).expect(200);
        assert_eq!(told(&app, "agent2").first(), Some(&format!("noted {ticket}")));
        let role = format!("/people/{}/roles/tier1_agent", app.people["agent2"].0);
        app.sign_in("admin").delete(&role).expect(204);
        app.sign_in("admin")
            .put(&format!("/people/{}/roles/requester", app.people["agent2"].0), Some(&json!({})))
            .expect(204);
        assert_eq!(told(&app, "agent2").first(), Some(&format!("- {ticket}")));
    });
}

#[test]
fn the_bell_counts_what_is_new_and_the_page_of_a_ticket_marks_what_was_told_of_it() {
    on_both(|kind| {
        let app = App::on(kind);
        let (ticket, other) = (app.ticket(), app.ticket());
        reply(&app, "agent", &ticket);
        reply(&app, "agent", &other);
        let requester = app.browse("requester");
        let bell = |path: &str| {
            let text = requester.get(path).expect(200).text();
            let (_, bell) = text.split_once("class=\"bell").unwrap();
            bell.split_once("</a>").unwrap().0.to_owned()
        };
        assert_eq!(unseen(&app, "requester"), 2);
        assert!(bell("/akun").contains("<b>2</b>"));
        // What a page asks for by itself may be seen by nobody.
        requester.get_quietly(&format!("/tiket/{ticket}")).expect(200);
        assert!(bell("/kabar/lonceng").contains("<b>2</b>"));
        assert!(bell(&format!("/tiket/{ticket}")).contains("<b>1</b>"), "at once, on the page itself");
        assert_eq!(told(&app, "requester"), [format!("replied {other}"), format!("replied {ticket}")]);
        assert!(bell(&format!("/tiket/{other}")).contains("Kabar") && !bell("/").contains("<b>"));
        assert_eq!(unseen(&app, "requester"), 0);
    });
}

#[test]
fn marking_all_leaves_what_came_after_the_page_was_shown() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        reply(&app, "agent", &ticket);
        let requester = app.browse("requester");
        let page = requester.get("/kabar").expect(200);
        let newest = page.field("sampai").unwrap();
        reply(&app, "agent", &ticket);
        requester.submit(&page, "/kabar/dibaca", &[("sampai", &newest)]).expect(200);
        assert_eq!(unseen(&app, "requester"), 1);
        let client = app.sign_in("requester");
        let left = client.get("/notifications?unseen=true").expect(200);
        assert_eq!(left["items"].as_array().unwrap().len(), 1);
        // One by one, and only by whose it is.
        let one = format!("/notifications/{}/seen", left["items"][0]["id"]);
        app.sign_in("colleague").post(&one, &json!({})).problem(404);
        client.post(&one, &json!({})).expect(204);
        client.post(&one, &json!({})).expect(204);
        assert_eq!(unseen(&app, "requester"), 0);
        assert_eq!(told(&app, "requester").len(), 2);
    });
}

#[test]
fn pages_of_notices_follow_each_other_without_gap_or_repetition() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        for _ in 0..7 {
            reply(&app, "agent", &ticket);
            app.pass(Duration::hours(9));
        }
        let client = app.sign_in("requester");
        let (mut ids, mut next) = (Vec::new(), String::new());
        loop {
            let page = client.get(&format!("/notifications?limit=3{next}")).expect(200);
            ids.extend(page["items"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()));
            let Some(cursor) = page["next"].as_str() else { break };
            next = format!("&cursor={cursor}");
        }
        let mut sorted = ids.clone();
        sorted.sort_unstable_by(|a, b| b.cmp(a));
        sorted.dedup();
        assert_eq!((ids.len(), &ids), (7, &sorted));
        // By day where the desk stands.
        let text = app.browse("requester").get("/kabar").expect(200).text();
        assert!(text.contains("Kemarin") && text.contains("Senin, 2 November 2026"), "{text}");
    });
}

#[test]
fn what_people_choose_holds_and_stands_in_the_form() {
    on_both(|kind| {
        let app = App::on(kind);
        let client = app.sign_in("agent");
        let usual = json!({"mine": "mail", "work": "mail", "watched": "digest", "alarm": "mail"});
        assert_eq!(client.get("/me/notification-choices").expect(200), usual);
        let chosen = json!({"mine": "mail", "work": "digest", "watched": "app", "alarm": "digest"});
        assert_eq!(client.put("/me/notification-choices", Some(&chosen)).expect(200), chosen);
        assert_eq!(app.sign_in("agent2").get("/me/notification-choices").expect(200), usual);
        let agent = app.browse("agent");
        let page = agent.get("/akun/pemberitahuan").expect(200);
        assert!(page.text().contains("name=\"work\" value=\"digest\" required checked"), "{}", page.text());
        agent.submit(&page, "/akun/pemberitahuan", &[("work", "app")]).expect(200);
        let left = json!({"mine": "mail", "work": "app", "watched": "app", "alarm": "digest"});
        assert_eq!(client.get("/me/notification-choices").expect(200), left, "what the form does not say stays");
        client.put("/me/notification-choices", Some(&usual)).expect(200);
        assert_eq!(client.get("/me/notification-choices").expect(200), usual);
        // Who works on nothing has nothing to choose about work.
        let text = app.browse("requester").get("/akun/pemberitahuan").expect(200).text();
        assert!(text.contains("name=\"mine\"") && !text.contains("name=\"work\""), "{text}");
        let page = agent.get("/akun/pemberitahuan").expect(200);
        agent.submit(&page, "/akun/pemberitahuan", &[("work", "surat")]).expect(422);
    });
}
