//! Every operation × everybody, against a golden table. A new operation without a row here fails.

use serde_json::{Value, json};

use kentongan::api::openapi::operations;

use crate::support::app::{App, EVERYBODY, PASSWORD, email, number};
use crate::support::client::Client;

/// A request that would succeed for somebody, on things made for it alone.
struct Try {
    path: String,
    body: Option<Value>,
}

fn with(path: String, body: Value) -> Try {
    Try { path, body: Some(body) }
}

fn plain(path: String) -> Try {
    Try { path, body: None }
}

#[test]
fn every_operation_by_everybody() {
    let app = App::start();
    let mut table = String::new();
    for operation in operations() {
        let mut row = format!("{:<26}", operation.id);
        for who in EVERYBODY {
            let attempt = prepare(&app, &operation.id);
            let client = if *who == "anonymous" { app.anonymous() } else { app.sign_in(who) };
            row += &format!(" {}", send(&client, &operation.method, &operation.id, &attempt));
        }
        table += &format!("{row}\n");
    }
    insta::assert_snapshot!("every_operation_by_everybody", format!("{:26} {}\n{table}", "", EVERYBODY.join(" ")));
}

fn send(client: &Client, method: &str, operation: &str, attempt: &Try) -> u16 {
    if ["attach_file", "add_evidence"].contains(&operation) {
        return client.upload(&attempt.path, "catatan.txt", b"isi", false).status;
    }
    let text = attempt.body.as_ref().map(Value::to_string);
    let body = text.as_ref().map(|text| (b"application/json".as_slice(), text.as_bytes()));
    client.send(method, &attempt.path, body).status
}

/// Makes what an operation needs. Tickets are the requester's, in OPD A; Tier 2 is team NET.
fn prepare(app: &App, operation: &str) -> Try {
    directory(app, operation)
        .or_else(|| evaluation(app, operation))
        .or_else(|| on_ticket(app, operation))
        .unwrap_or_else(|| panic!("operation {operation} has no row in the table of access"))
}

fn directory(app: &App, operation: &str) -> Option<Try> {
    let admin = app.sign_in("admin");
    let unique = app.desk.read(|conn| Ok(kentongan::store::history::last_audit(conn)?)).unwrap().map_or(0, |a| a.seq);
    let opd = app.opds["A"].0;
    let team = app.teams["NET"].0;
    let newcomer = || {
        let body = json!({"name": "Baru", "email": format!("baru{unique}@contoh.go.id"), "opd_id": opd});
        admin.post("/people", &body).expect(201)["id"].as_i64().unwrap()
    };
    Some(match operation {
        "create_token" => with("/auth/token".into(), json!({"email": email("agent"), "password": PASSWORD})),
        "refresh_token" => with("/auth/refresh".into(), json!({"refresh_token": "x"})),
        "sign_out" => with("/auth/sign-out".into(), json!({"refresh_token": "x"})),
        "read_me" => plain("/me".into()),
        // The wrong present password: right for nobody, so that nobody's is changed.
        "change_password" => with("/me/password".into(), json!({"current": "x", "new": "rangkaian kata yang panjang"})),
        "list_api_keys" => plain("/me/api-keys".into()),
        "create_api_key" => with("/me/api-keys".into(), json!({"name": "", "scopes": ["tickets:read"]})),
        "revoke_api_key" => plain("/me/api-keys/999999".into()),
        "list_opds" => plain("/opds".into()),
        "read_opd" => plain(format!("/opds/{opd}")),
        "add_opd" => with("/opds".into(), json!({"code": format!("OPD-{unique}"), "name": "OPD", "kind": "badan"})),
        "change_opd" => with(format!("/opds/{opd}"), json!({"independent_ict": true})),
        // Nobody is appointed to that desk.
        "make_reminder_letter" => with(format!("/opds/{}/reminder-letters", app.opds["DINAS"].0), json!({})),
        "list_people" => plain("/people".into()),
        "read_person" => plain(format!("/people/{}", app.people["colleague"].0)),
        "add_person" => {
            with("/people".into(), json!({"name": "N", "email": format!("n{unique}@contoh.go.id"), "opd_id": opd}))
        }
        "change_person" => with(format!("/people/{}", newcomer()), json!({"phone": "0800"})),
        "deactivate_person" => with(format!("/people/{}/deactivation", newcomer()), json!({})),
        "grant_role" => with(format!("/people/{}/roles/requester", newcomer()), json!({})),
        "revoke_role" => plain(format!("/people/{}/roles/requester", newcomer())),
        "list_teams" => plain("/teams".into()),
        "read_team" => plain(format!("/teams/{team}")),
        "add_team" => with("/teams".into(), json!({"code": format!("TIM-{unique}"), "name": "Tim"})),
        "change_team" => with(format!("/teams/{team}"), json!({"name": "Tim NET"})),
        "list_team_members" => plain(format!("/teams/{team}/members")),
        "join_team" => plain(format!("/teams/{team}/members/{}", app.people["tier2"].0)),
        "leave_team" => plain(format!("/teams/{team}/members/{}", newcomer())),
        "list_categories" => plain("/categories".into()),
        "read_category" => plain(format!("/categories/{}", app.category.0)),
        "add_category" => with("/categories".into(), json!({"name": format!("Kategori {unique}")})),
        "change_category" => with(format!("/categories/{}", app.category.0), json!({"active": true})),
        "read_priorities" => plain("/priorities".into()),
        "replace_priorities" => {
            let rules = admin.get("/priorities").expect(200);
            with("/priorities".into(), rules)
        }
        "list_undecided_breaches" => plain("/breaches".into()),
        "read_compliance" => {
            plain("/service-levels/compliance?from=2026-11-01T00:00:00Z&before=2026-12-01T00:00:00Z".into())
        }
        "read_audit" => plain("/audit".into()),
        "list_reports" => plain("/reports".into()),
        "read_report_schema" => plain("/reports/schema".into()),
        "read_report" => plain(format!("/reports/{}", month(app))),
        "list_report_tickets" => plain(format!("/reports/{}/tickets", month(app))),
        "list_addenda" => plain(format!("/reports/{}/addenda", month(app))),
        // The month goes on: who may not do it hears that, who may hears why not.
        "add_addendum" => {
            with(format!("/reports/{}/addenda", month(app)), json!({"reason": "Koreksi", "text": "Teks."}))
        }
        "list_signatures" => plain(format!("/reports/{}/signatures", month(app))),
        // The month goes on, as above.
        "sign_report" => with(format!("/reports/{}/signatures", month(app)), json!({})),
        // Of nobody, see `signing`.
        "download_signature" => plain(format!("/reports/{}/signatures/999999", month(app))),
        "list_report_recipients" => plain("/report-recipients".into()),
        "add_report_recipient" => {
            with("/report-recipients".into(), json!({"email": format!("kantor{unique}@batangkab.go.id")}))
        }
        "remove_report_recipient" => {
            let body = json!({"email": format!("kantor{unique}@batangkab.go.id")});
            let added = admin.post("/report-recipients", &body).expect(201);
            plain(format!("/report-recipients/{}", added["id"]))
        }
        "list_notifications" => plain("/notifications".into()),
        "see_notifications" => with("/notifications/seen".into(), json!({})),
        // Of nobody: whose it is may mark it, see `notifications`.
        "see_notification" => with("/notifications/999999/seen".into(), json!({})),
        "read_notification_choices" => plain("/me/notification-choices".into()),
        "choose_notifications" => with(
            "/me/notification-choices".into(),
            json!({"mine": "mail", "work": "digest", "watched": "app", "alarm": "mail"}),
        ),
        "list_mailboxes" => plain("/mailboxes".into()),
        "list_inbound_mail" => plain("/inbound-mail".into()),
        "take_inbound_mail" | "discard_inbound_mail" => {
            let mail =
                app.waiting_mail(b"From: Orang <orang@luar.example>\r\nSubject: Tolong\r\n\r\nInternet mati.\r\n");
            match operation {
                "take_inbound_mail" => {
                    with(format!("/inbound-mail/{mail}/ticket"), json!({"requester_id": app.people["colleague"].0}))
                }
                _ => with(format!("/inbound-mail/{mail}/discard"), json!({})),
            }
        }
        "list_mail" => plain("/mail".into()),
        "count_mail" => plain("/mail/counts".into()),
        "retry_all_mail" => with("/mail/retry".into(), json!({})),
        "retry_mail" => with("/mail/999999/retry".into(), json!({})),
        _ => return service_levels(&admin, operation, unique),
    })
}

/// Of an evaluation of all OPDs with a recommendation for OPD A.
fn evaluation(app: &App, operation: &str) -> Option<Try> {
    let supervisor = app.sign_in("supervisor");
    let given = |client: &Client, path: &str, body: &Value| client.post(path, body).expect(201)["id"].as_i64().unwrap();
    let begun = || {
        let period = month(app);
        let known = supervisor.get("/evaluations").expect(200)["items"][0]["id"].as_i64();
        let body = json!({"period": period, "summary": "Ringkas."});
        known.unwrap_or_else(|| given(&supervisor, "/evaluations", &body))
    };
    let finding = json!({"figure": "opened", "text": "Temuan."});
    let advice = json!({"owner": "OPD-A", "text": "Teks.", "due_on": "2026-12-01"});
    let advised = || given(&supervisor, &format!("/evaluations/{}/recommendations", begun()), &advice);
    let at = |what: &str| format!("/recommendations/{}{what}", advised());
    Some(match operation {
        "list_evaluations" => plain("/evaluations".into()),
        // It has begun: whoever may not do it hears that, whoever may hears so.
        "begin_evaluation" => {
            begun();
            with("/evaluations".into(), json!({"period": "2026-11", "summary": "Lagi."}))
        }
        "read_evaluation" => {
            advised();
            plain(format!("/evaluations/{}", begun()))
        }
        "word_evaluation" => with(format!("/evaluations/{}", begun()), json!({"summary": "Lain."})),
        "add_finding" => with(format!("/evaluations/{}/findings", begun()), finding),
        "remove_finding" => {
            let path = format!("/evaluations/{}/findings", begun());
            plain(format!("{path}/{}", given(&supervisor, &path, &finding)))
        }
        "add_recommendation" => with(format!("/evaluations/{}/recommendations", begun()), advice),
        "list_recommendations" => plain("/recommendations".into()),
        "read_recommendation" => plain(at("")),
        "change_recommendation" => with(at(""), json!({"text": "Lain."})),
        "follow_up_recommendation" => with(at("/steps"), json!({"step": "progress", "note": "Sudah."})),
        "list_evidence" | "add_evidence" => plain(at("/evidence")),
        "download_evidence" => {
            let path = at("/evidence");
            let file = app.sign_in("head").upload(&path, "a.txt", b"isi", false).expect(201);
            plain(format!("{path}/{}", file["id"]))
        }
        "download_evidence_package" => {
            month(app);
            plain("/evidence-packages/2026".into())
        }
        _ => return None,
    })
}

/// A month that has a ticket.
fn month(app: &App) -> &'static str {
    app.ticket();
    "2026-11"
}

fn service_levels(admin: &Client, operation: &str, unique: i64) -> Option<Try> {
    let hours = json!({"tz": "Asia/Jakarta", "weekly": {"mon": [["08:00", "16:00"]]}});
    Some(match operation {
        "list_calendars" => plain("/calendars".into()),
        "read_calendar" => plain("/calendars/1".into()),
        "add_calendar" => with("/calendars".into(), json!({"name": format!("Kalender {unique}"), "rules": hours})),
        "change_calendar" => with("/calendars/2".into(), json!({"rules": hours})),
        "read_calendar_version" => plain("/calendars/1/versions/1".into()),
        "read_calendar_year" => plain("/calendars/1/years/2026".into()),
        "import_holidays" => {
            with("/calendars/2/holidays".into(), json!({"csv": "date,name,kind\n2027-07-01,Libur,libur_daerah\n"}))
        }
        "read_policy" => plain("/policy".into()),
        "replace_policy" => with("/policy".into(), json!({"rules": admin.get("/policy").expect(200)["rules"]})),
        "list_policy_versions" => plain("/policy/versions".into()),
        "read_policy_version" => plain("/policy/versions/1".into()),
        "preview_service_levels" => {
            with("/service-levels/preview".into(), json!({"type": "incident", "priority": "p2"}))
        }
        _ => return None,
    })
}

fn on_ticket(app: &App, operation: &str) -> Option<Try> {
    if operation == "list_tickets" {
        return Some(plain("/tickets".into()));
    }
    if operation == "count_tickets" {
        return Some(plain("/tickets/counts".into()));
    }
    if operation == "open_ticket" {
        return Some(with("/tickets".into(), json!({"type": "request", "subject": "S", "description": "D"})));
    }
    let ticket = app.ticket();
    let at = |what: &str| format!("/tickets/{ticket}{what}");
    let resolved = || app.post("agent", &ticket, "resolve", json!({"resolution": "Selesai."})).expect(200);
    let text = json!({"body": "Teks."});
    let reason = json!({"reason": "Sebab."});
    let nothing = json!({});
    Some(match operation {
        "bulk_move" => with("/tickets/bulk".into(), json!({"tickets": [ticket], "move": {"action": "assign"}})),
        "read_ticket" => plain(at("")),
        "edit_ticket" => with(at(""), json!({"impact": "high"})),
        "read_history" => plain(at("/history")),
        "list_clocks" => plain(at("/clocks")),
        "explain_clock" => plain(at("/clocks/resolution/explanation")),
        // No target is missed yet: who may not do it hears that, who may hears why not.
        "explain_breach" => with(at("/clocks/tier1/breach"), json!({"cause": "vendor", "explanation": "Vendor."})),
        "decide_breach" => with(at("/clocks/tier1/breach/decision"), json!({"approved": true})),
        "assign_ticket" => with(at("/assign"), nothing),
        "release_ticket" => {
            app.post("agent", &ticket, "assign", json!({})).expect(200);
            with(at("/release"), nothing)
        }
        "hold_ticket" => with(at("/hold"), json!({"for": "requester", "reason": "Menunggu."})),
        "resume_ticket" => {
            app.post("agent", &ticket, "hold", json!({"for": "approval", "reason": "Menunggu."})).expect(200);
            with(at("/resume"), nothing)
        }
        "resolve_ticket" => with(at("/resolve"), json!({"resolution": "Selesai."})),
        "reopen_ticket" => {
            resolved();
            with(at("/reopen"), reason)
        }
        "close_ticket" => {
            resolved();
            with(at("/close"), nothing)
        }
        "cancel_ticket" => with(at("/cancel"), reason),
        "reject_ticket" => with(at("/reject"), reason),
        "list_messages" => plain(at("/messages")),
        "reply" => with(at("/replies"), text),
        "note" => with(at("/notes"), text),
        "erase_message" => {
            let messages = app.sign_in("agent").get(&at("/messages")).expect(200);
            with(at(&format!("/messages/{}/erasure", messages["items"][1]["id"])), reason)
        }
        "list_ratings" => plain(at("/rating")),
        "rate_ticket" => {
            resolved();
            with(at("/rating"), json!({"stars": 5}))
        }
        "list_attachments" => plain(at("/attachments")),
        "attach_file" => plain(at("/attachments")),
        "download_attachment" => {
            let file = app.sign_in("agent").upload(&at("/attachments"), "a.txt", b"isi", false).expect(201);
            plain(at(&format!("/attachments/{}", file["id"])))
        }
        "list_handovers" => plain(at("/handovers")),
        "hand_over_ticket" => {
            with(at("/handovers"), json!({"team_id": app.teams["NET"].0, "reason": "skill", "tried": "Sudah."}))
        }
        "accept_handover" => with(at(&format!("/handovers/{}/accept", app.hand_over(&ticket))), nothing),
        "return_handover" => {
            with(at(&format!("/handovers/{}/return", app.hand_over(&ticket))), json!({"instruction": "Coba lagi."}))
        }
        "withdraw_handover" => with(at(&format!("/handovers/{}/withdraw", app.hand_over(&ticket))), reason),
        "list_consultations" => plain(at("/consultations")),
        "ask_team" => with(at("/consultations"), json!({"team_id": app.teams["NET"].0, "question": "Bagaimana?"})),
        "answer_consultation" => {
            let body = json!({"team_id": app.teams["NET"].0, "question": "Bagaimana?"});
            let asked = app.post("agent", &ticket, "consultations", body).expect(201);
            with(at(&format!("/consultations/{}/answer", asked["id"])), json!({"answer": "Begini."}))
        }
        "list_watchers" => plain(at("/watchers")),
        "add_watcher" => plain(at(&format!("/watchers/{}", app.people["colleague"].0))),
        "remove_watcher" => plain(at(&format!("/watchers/{}", app.people["colleague"].0))),
        "list_links" => plain(at("/links")),
        // Two tickets that the requester has: whoever reads one reads the other.
        "link_ticket" => with(at("/links"), json!({"kind": "caused_by", "other": app.ticket()})),
        "unlink_ticket" => {
            let body = json!({"kind": "caused_by", "other": app.ticket()});
            let link = app.post("agent", &ticket, "links", body).expect(201);
            plain(at(&format!("/links/{}", link["id"])))
        }
        "merge_ticket" => with(at("/merge"), json!({"into": app.ticket()})),
        "tag_ticket" => with(at("/tags"), json!({"tags": ["hujan"]})),
        _ => return None,
    })
}

#[test]
fn what_a_role_may_do_depends_on_where_the_ticket_is() {
    let app = App::start();
    // Tier 2 sees a ticket only once it is asked; the desk keeps it in sight afterwards.
    let ticket = app.ticket();
    app.sign_in("tier2").get(&format!("/tickets/{ticket}")).problem(404);
    app.accepted(&ticket);
    assert_eq!(app.read("tier2", &ticket)["status"], "in_progress");
    assert_eq!(app.read("agent", &ticket)["assignee"]["name"], "Nama tier2");
    let hold = json!({"for": "third_party", "reason": "Menunggu vendor."});
    assert_eq!(app.post("agent", &ticket, "hold", hold.clone()).problem(409), "with_tier2");
    app.post("tier2", &ticket, "hold", hold).expect(200);
    app.sign_in("tier2_other").get(&format!("/tickets/{ticket}")).problem(404);
}

#[test]
fn an_agent_whose_appointment_ended_is_no_agent_any_more() {
    let app = App::start();
    let ticket = app.ticket();
    let path = format!("/people/{}/roles/tier1_agent", app.people["agent2"].0);
    let letter = json!({"letter_number": "800/1/2026", "letter_on": "2026-01-05", "valid_until": "2026-11-02"});
    app.sign_in("admin").put(&path, Some(&letter)).expect(204);
    app.read("agent2", &ticket);
    app.pass(chrono::Duration::days(1));
    app.sign_in("agent2").get(&format!("/tickets/{ticket}")).problem(404);
}

#[test]
fn roles_taken_away_count_at_once() {
    let app = App::start();
    let (agent, ticket) = (app.sign_in("agent2"), app.ticket());
    agent.get(&format!("/tickets/{ticket}")).expect(200);
    app.sign_in("admin").delete(&format!("/people/{}/roles/tier1_agent", app.people["agent2"].0)).expect(204);
    agent.get(&format!("/tickets/{ticket}")).problem(404);
}

#[test]
fn who_may_file_for_whom() {
    let app = App::start();
    let colleague = app.people["colleague"].0;
    let body = json!({
        "type": "incident", "subject": "S", "description": "D", "channel": "whatsapp", "requester_id": colleague,
    });
    for (who, status) in
        [("agent", 201), ("tier2", 201), ("supervisor", 201), ("agent_b", 422), ("requester", 403), ("admin", 403)]
    {
        let answer = app.sign_in(who).post("/tickets", &body);
        assert_eq!(answer.status, status, "{who}");
        if status == 201 {
            let view = answer.json();
            assert_eq!(app.read("colleague", &number(&view))["requester"]["id"], colleague);
        }
    }
}
