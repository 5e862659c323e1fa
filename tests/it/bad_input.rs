//! Rubbish gets a clear answer with a stable code, and nothing happens.

use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::database::on_both;

#[test]
fn bad_bodies() {
    on_both(|kind| {
        let app = App::on(kind);
        let client = app.sign_in("requester");
        let send = |kind: &str, body: &[u8]| client.send("POST", "/tickets", Some((kind.as_bytes(), body)));
        let trailing = br#"{"type":"incident","subject":"S","description":"D"} {}"#;
        for body in [b"{".as_slice(), b"\xff\xfe", trailing, b"{\"type\":\"incident\",}"] {
            assert_eq!(send("application/json", body).problem(400), "malformed_json", "{body:?}");
        }
        assert_eq!(send("text/plain", b"{}").problem(415), "unsupported_media_type");
        let huge = format!("{{\"subject\":\"{}\"}}", "a".repeat(300_000));
        assert_eq!(send("application/json", huge.as_bytes()).problem(413), "too_large");
        let good = json!({"type": "incident", "subject": "S", "description": "D"});
        let long = "a".repeat(201);
        for (change, pointer, code) in [
            (json!({"type": "masalah"}), "/type", "invalid_value"),
            (json!({"type": 1}), "/type", "invalid_value"),
            (json!({"subject": long}), "/subject", "too_long"),
            (json!({"subject": "  "}), "/subject", "required"),
            (json!({"subject": "dua\nbaris"}), "/subject", "control_character"),
            (json!({"subject": null}), "/subject", "invalid_value"),
            (json!({"description": "a".repeat(20_001)}), "/description", "too_long"),
            (json!({"description": "nol\u{0}"}), "", "control_character"),
            (json!({"prioritas": 1}), "/prioritas", "unknown_field"),
            (json!({"impact": "besar"}), "/impact", "invalid_value"),
            (json!({"tags": ["dua kata"]}), "/tags/0", "invalid_format"),
            (json!({"tags": vec!["a"; 21]}), "/tags", "too_many"),
            (json!({"requester_id": 999_999}), "", "forbidden"),
            (json!({"category_id": 999_999}), "/category_id", "not_found"),
            (json!({"category_id": 1e30}), "/category_id", "invalid_value"),
            (json!({"follows": "BTG-999999"}), "/follows", "not_found"),
            (json!({"follows": "rubbish"}), "/follows", "invalid_format"),
        ] {
            let mut body = good.clone();
            for (key, value) in change.as_object().unwrap() {
                body[key] = value.clone();
            }
            let answer = client.post("/tickets", &body);
            if code == "forbidden" {
                assert_eq!(answer.problem(403), "forbidden");
                continue;
            }
            assert_eq!(answer.fields(), [(pointer.to_owned(), code.to_owned())], "{change}");
        }
        let two = json!({"type": "incident", "subject": "", "description": ""});
        assert_eq!(client.post("/tickets", &two).fields().len(), 2, "all mistakes at once");
        assert_eq!(client.get("/tickets?state=any").expect(200)["items"], json!([]), "nothing happened");
    });
}

#[test]
fn bad_queries_headers_and_ids() {
    on_both(|kind| {
        let app = App::on(kind);
        let client = app.sign_in("agent");
        for (path, status, code) in [
            ("/tickets?cursor=rubbish", 400, "bad_cursor"),
            ("/tickets?cursor=aTE", 400, "bad_cursor"),
            ("/tickets?q=a&cursor=cTEuMQ", 400, "bad_cursor"),
            ("/tickets?limit=0", 422, "invalid_input"),
            ("/tickets?limit=201", 422, "invalid_input"),
            ("/tickets?limit=many", 400, "bad_query"),
            ("/tickets?urut=waktu", 400, "bad_query"),
            ("/tickets?view=semua", 400, "bad_query"),
            ("/tickets?status=baru", 422, "invalid_input"),
            ("/tickets?assignee=x", 422, "invalid_input"),
            ("/tickets?tag=a%20b", 422, "invalid_input"),
            ("/tickets?opened_from=kemarin", 400, "bad_query"),
            ("/tickets?q=%00", 400, "bad_query"),
            ("/tickets/BTG-0", 404, "not_found"),
            ("/tickets/XYZ-1", 404, "not_found"),
            ("/tickets/99999999999999999999", 404, "not_found"),
            ("/tickets/1%27%20OR%201=1", 404, "not_found"),
            ("/people/rubbish", 404, "not_found"),
            ("/opds/9223372036854775807", 404, "not_found"),
            ("/nothing", 404, "not_found"),
        ] {
            assert_eq!(client.get(path).problem(status), code, "{path}");
        }
        for text in [
            "%25",
            "_",
            "%22",
            "'",
            "a%20OR",
            "*",
            "(",
            "-",
            "scope:p1",
            "NEAR(a)",
            "%F0%9F%8E%89",
            "\\",
            "a%26%21b",
            ":A",
        ] {
            client.get(&format!("/tickets?q={text}")).expect(200);
            client.get(&format!("/people?q={text}")).expect(200);
        }
        let ticket = app.ticket();
        let path = format!("/tickets/{ticket}/replies");
        let body = json!({"body": "x"});
        assert_eq!(client.with("if-match", "12").post(&path, &body).problem(400), "bad_header");
        assert_eq!(client.with("idempotency-key", "dua kata").post(&path, &body).problem(400), "bad_header");
        assert_eq!(client.with("idempotency-key", &"k".repeat(201)).post(&path, &body).problem(400), "bad_header");
        client.with("if-match", "*").post(&path, &body).expect(200);
        let answer = client.send("PATCH", "/me", None);
        assert_eq!((answer.status, answer.headers["allow"].as_str()), (405, "GET"));
    });
}

#[test]
fn forbidden_moves_say_why() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        let post = |who: &str, what: &str, body: Value| app.post(who, &ticket, what, body);
        assert_eq!(post("agent", "resume", json!({})).problem(409), "not_waiting");
        assert_eq!(post("agent", "close", json!({})).problem(409), "not_resolved");
        assert_eq!(post("requester", "resolve", json!({"resolution": "x"})).problem(403), "forbidden");
        assert_eq!(
            post("agent", "assign", json!({"assignee_id": app.people["agent_b"].0})).problem(409),
            "person_not_eligible"
        );
        assert_eq!(post("agent", "assign", json!({"assignee_id": 999_999})).fields()[0].0, "/assignee_id");
        let handover = app.hand_over(&ticket);
        assert_eq!(post("agent", "resolve", json!({"resolution": "x"})).problem(409), "handover_pending");
        assert_eq!(post("agent", "reject", json!({"reason": "x"})).problem(409), "handover_pending");
        let again = json!({"team_id": app.teams["APP"].0, "reason": "skill", "tried": "x"});
        assert_eq!(post("agent", "handovers", again.clone()).problem(409), "handover_pending");
        assert_eq!(post("agent", &format!("handovers/{handover}/accept"), json!({})).problem(403), "forbidden");
        app.post("tier2", &ticket, &format!("handovers/{handover}/accept"), json!({})).expect(200);
        assert_eq!(post("agent", "handovers", again).problem(409), "with_tier2");
        assert_eq!(
            post("agent", &format!("handovers/{handover}/withdraw"), json!({"reason": "x"})).problem(409),
            "handover_accepted"
        );
        post("tier2", &format!("handovers/{handover}/return"), json!({"instruction": "x"})).expect(200);
        let unknown = post("agent", "handovers", json!({"team_id": 999_999, "reason": "skill", "tried": "x"}));
        assert_eq!(unknown.fields(), [("/team_id".to_owned(), "not_found".to_owned())]);
        let other = app.ticket();
        let foreign = app.post("agent", &other, &format!("handovers/{handover}/withdraw"), json!({"reason": "x"}));
        assert_eq!(foreign.problem(404), "not_found");
    });
}

#[test]
fn files_that_are_not_what_they_say_are_refused() {
    let app = App::start();
    let ticket = app.ticket();
    let path = format!("/tickets/{ticket}/attachments");
    let client = app.sign_in("requester");
    for (name, content, code) in [
        ("virus.pdf", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0".as_slice(), "attachment_mismatch"),
        ("halaman.txt", b"<!DOCTYPE html><script>alert(1)</script>", "attachment_mismatch"),
        ("gambar.png", b"bukan gambar", "attachment_mismatch"),
        ("skrip.html", b"<html>", "attachment_kind"),
        ("gambar.svg", b"<svg/>", "attachment_kind"),
        ("program.exe", b"MZ", "attachment_kind"),
        ("../../passwd.txt", b"x", "attachment_name"),
        ("tanpa akhiran", b"x", "attachment_name"),
        ("kosong.txt", b"", "attachment_empty"),
    ] {
        assert_eq!(client.upload(&path, name, content, false).problem(415), code, "{name}");
    }
    let large = vec![b'a'; 10 * 1024 * 1024 + 1];
    assert_eq!(client.upload(&path, "besar.txt", &large, false).problem(413), "too_large");
    let not_a_form = client.send("POST", &path, Some((b"application/json", b"{}")));
    assert_eq!(not_a_form.problem(400), "malformed_multipart");
    let broken = client.send("POST", &path, Some((b"multipart/form-data; boundary=b", b"--b\r\nrubbish")));
    assert_eq!(broken.problem(400), "malformed_multipart");
    assert_eq!(client.get(&path).expect(200)["items"], json!([]));
}

#[test]
fn the_quota_of_a_person_holds_over_all_tickets() {
    on_both(|kind| {
        let database = crate::support::database::Database::fresh(kind);
        let app = App::with(database);
        let quota = app.desk.config.attachments.quota_bytes;
        let id = app.desk.prefix.read(&app.ticket()).unwrap();
        // A file of nearly the whole quota, as far as the table knows.
        let nearly = i64::try_from(quota).unwrap() - 10;
        let sql = format!(
            "INSERT INTO attachment (ticket_id, uploader_id, name, media_type, size, sha256, public, at) \
             VALUES ({id}, {}, 'a', 'x', {nearly}, 'x', TRUE, '2026-01-01 00:00:00')",
            app.people["requester"]
        );
        app.database.tamper(&sql);
        let path = format!("/tickets/{}/attachments", app.ticket());
        let client = app.sign_in("requester");
        assert_eq!(
            client.upload(&path, "a.txt", b"lebih dari sepuluh", false).problem(409),
            "attachment_quota_exceeded"
        );
        client.upload(&path, "a.txt", b"sepuluh", false).expect(201);
        app.database.tamper("DELETE FROM attachment WHERE sha256 = 'x'");
    });
}
