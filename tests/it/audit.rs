//! Reading the audit trail.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::client::Client;
use crate::support::database::on_both;

fn seqs(page: &Value) -> Vec<i64> {
    page["items"].as_array().unwrap().iter().map(|row| row["seq"].as_i64().unwrap()).collect()
}

#[test]
fn pages_hold_every_row_once_the_newest_first() {
    on_both(|kind| {
        let app = App::on(kind);
        let auditor = app.sign_in("auditor");
        let all = seqs(&auditor.get("/audit?limit=200").expect(200));
        assert_eq!(all, (1..=i64::try_from(all.len()).unwrap()).rev().collect::<Vec<_>>());
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = auditor.get(&format!("/audit?limit=7{cursor}")).expect(200);
            seen.extend(seqs(&page));
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen, all);
        assert_eq!(auditor.get("/audit?cursor=rubbish").problem(400), "bad_cursor");
        assert_eq!(auditor.get("/audit?limit=201").fields()[0].0, "/limit");
    });
}

#[test]
fn rows_are_found_by_who_what_and_when() {
    on_both(|kind| {
        let app = App::on(kind);
        app.pass(Duration::days(1));
        let (admin, colleague) = (app.sign_in("admin"), app.people["colleague"].0);
        app.pass(Duration::minutes(1));
        let admin_id = app.people["admin"].0;
        admin.put(&format!("/people/{colleague}/roles/opd_head"), Some(&json!({}))).expect(204);
        app.pass(Duration::minutes(1));
        let auditor = app.sign_in("auditor");
        let found = |query: &str| auditor.get(&format!("/audit?{query}")).expect(200);

        let granted = found(&format!("action=role_granted&actor_id={admin_id}"));
        assert_eq!(granted["items"].as_array().unwrap().len(), 1);
        let row = &granted["items"][0];
        assert_eq!((row["actor_id"].as_i64(), row["action"].as_str()), (Some(admin_id), Some("role_granted")));
        assert_eq!((&row["payload"]["person"], &row["payload"]["role"]), (&json!(colleague), &json!("opd_head")));
        assert_eq!(row["at"], "2026-11-03T01:01:00Z");

        let actions = |query: &str| -> Vec<String> {
            let page = found(query);
            page["items"].as_array().unwrap().iter().map(|r| r["action"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(actions("from=2026-11-03T00:00:00Z"), ["signed_in", "role_granted", "signed_in"]);
        // What is at `from` counts, what is at `to` does not; other zones are understood.
        assert_eq!(actions("from=2026-11-03T08:01:00%2B07:00&to=2026-11-03T01:02:00Z"), ["role_granted"]);
        assert_eq!(actions(&format!("actor_id={admin_id}")), ["role_granted", "signed_in"]);
        assert_eq!(actions("action=nothing_of_ours"), [""; 0]);

        assert_eq!(auditor.get("/audit?from=yesterday").problem(400), "bad_query");
        assert_eq!(auditor.get("/audit?to=%2B12345-01-01T00:00:00Z").fields()[0].0, "/to");
        assert_eq!(auditor.get(&format!("/audit?action={}", "x".repeat(61))).fields()[0].0, "/action");
    });
}

#[test]
fn it_is_for_admins_and_auditors_and_keys_made_for_it() {
    on_both(|kind| {
        let app = App::on(kind);
        for who in ["requester", "agent", "head", "tier2", "supervisor"] {
            assert_eq!(app.sign_in(who).get("/audit").problem(403), "forbidden", "{who}");
        }
        app.sign_in("admin").get("/audit").expect(200);
        let key = |who: &str, scope: &str| {
            let body = json!({"name": "K", "scopes": [scope]});
            let made = app.sign_in(who).post("/me/api-keys", &body).expect(201);
            Client::new(app.address, Some(made["secret"].as_str().unwrap().to_owned()))
        };
        key("auditor", "audit:read").get("/audit").expect(200);
        assert_eq!(key("auditor", "directory:read").get("/audit").problem(403), "insufficient_scope");
        assert_eq!(key("requester", "audit:read").get("/audit").problem(403), "forbidden");
    });
}
