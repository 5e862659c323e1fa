//! The history proves itself: any change behind the program's back is found, erasure is not one.

use std::sync::Arc;

use chrono::Duration;
use kentongan::services::history::{anchor, verify};
use proptest::prelude::*;
use serde_json::json;

use crate::support::app::App;
use crate::support::database::{Database, Kind, on_both};
use crate::support::program::run;

/// A desk with three tickets that went through everything, a day anchored, and the program gone.
fn history(kind: Kind) -> Arc<Database> {
    let database = Database::fresh(kind);
    let app = App::with(database);
    let (first, second) = (app.ticket(), app.ticket());
    app.accepted(&first);
    app.post("tier2", &first, "notes", json!({"body": "Catatan."})).expect(200);
    app.post("agent", &second, "consultations", json!({"team_id": app.teams["NET"].0, "question": "?"})).expect(201);
    app.sign_in("agent").put(&format!("/tickets/{second}/watchers/{}", app.people["colleague"].0), None).expect(204);
    app.post("agent", &second, "links", json!({"kind": "caused_by", "other": first})).expect(201);
    app.sign_in("agent").upload(&format!("/tickets/{second}/attachments"), "a.txt", b"isi", false).expect(201);
    let (third, resolution) = (app.ticket(), json!({"resolution": "Selesai."}));
    app.post("agent", &third, "resolve", resolution).expect(200);
    app.post("requester", &third, "rating", json!({"stars": 4, "word": "Baik."})).expect(200);
    app.pass(Duration::days(1));
    assert!(anchor::run(&app.desk).unwrap().is_some());
    assert!(anchor::run(&app.desk).unwrap().is_none(), "a day is anchored once");
    app.post("agent", &second, "replies", json!({"body": "Hari berikutnya."})).expect(200);
    app.finish()
}

/// The same data in a database of its own, to be tampered with.
fn copy_of(database: &Database) -> Database {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&database.folder.path().join("attachments"), &folder.path().join("attachments"));
    match database.kind {
        Kind::Sqlite => {
            let path = folder.path().join("desk.db");
            database.tamper(&format!("VACUUM INTO '{}'", path.display()));
            Database::existing_sqlite(folder, &path)
        }
        Kind::Postgres => Database::copied_postgres(folder, database),
    }
}

fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

fn check(database: &Database) -> verify::Report {
    let mut config = database.config();
    config.tenant.ticket_prefix = "BTG".to_owned();
    let desk = kentongan::services::Desk::open(config, Arc::new(kentongan::services::SystemClock)).unwrap();
    verify::run(&desk, |_, _| {}).unwrap()
}

#[test]
fn an_untouched_history_is_whole() {
    on_both(|kind| {
        let report = check(&history(kind));
        assert_eq!(report.findings, []);
        assert_eq!((report.tickets, report.anchors), (3, 1));
        assert!(report.events >= 10 && report.audit_events > 20);
    });
}

#[test]
fn every_kind_of_tampering_is_found_where_it_happened() {
    on_both(|kind| {
        let original = history(kind);
        for (what, sql, ticket, seq) in [
            ("payload", "UPDATE event SET payload = '{}' WHERE ticket_id = 1 AND seq = 2", Some("BTG-000001"), Some(2)),
            ("actor", "UPDATE event SET actor_id = 5 WHERE ticket_id = 1 AND seq = 1", Some("BTG-000001"), Some(1)),
            (
                "instant",
                "UPDATE event SET at = '2020-01-01 00:00:00' WHERE ticket_id = 2 AND seq = 1",
                Some("BTG-000002"),
                Some(1),
            ),
            ("kind", "UPDATE event SET kind = 'noted' WHERE ticket_id = 2 AND seq = 2", Some("BTG-000002"), Some(2)),
            ("hash", "UPDATE event SET hash = 'x' WHERE ticket_id = 2 AND seq = 2", Some("BTG-000002"), Some(2)),
            ("removed inside", "DELETE FROM event WHERE ticket_id = 1 AND seq = 2", Some("BTG-000001"), Some(2)),
            ("removed first", "DELETE FROM event WHERE ticket_id = 1 AND seq = 1", Some("BTG-000001"), Some(1)),
            ("removed last", "DELETE FROM event WHERE ticket_id = 1 AND seq = 4", Some("BTG-000001"), Some(4)),
            (
                "inserted",
                "INSERT INTO event (ticket_id, seq, kind, at, payload, hash) VALUES (1, 5, 'noted', '2026-11-02 01:00:00', '{}', 'x')",
                Some("BTG-000001"),
                Some(5),
            ),
            (
                "reordered",
                "UPDATE event SET seq = 99 WHERE ticket_id = 1 AND seq = 2; UPDATE event SET seq = 2 WHERE ticket_id = 1 AND seq = 3; \
                 UPDATE event SET seq = 3 WHERE ticket_id = 1 AND seq = 99",
                Some("BTG-000001"),
                Some(2),
            ),
            ("ticket field", "UPDATE ticket SET priority = 'p1' WHERE id = 1", Some("BTG-000001"), Some(1)),
            ("owner", "UPDATE ticket SET owner_id = 1 WHERE id = 2", Some("BTG-000002"), Some(1)),
            ("subject", "UPDATE ticket SET subject = 'Lain' WHERE id = 2", Some("BTG-000002"), Some(1)),
            ("hidden from queues", "UPDATE ticket SET is_open = FALSE WHERE id = 1", Some("BTG-000001"), None),
            (
                "update time",
                "UPDATE ticket SET updated_at = '2020-01-01 00:00:00' WHERE id = 1",
                Some("BTG-000001"),
                Some(4),
            ),
            ("version", "UPDATE ticket SET version = 3 WHERE id = 1", Some("BTG-000001"), Some(4)),
            (
                "text",
                "UPDATE message SET body = 'Lain' WHERE ticket_id = 1 AND kind = 'note'",
                Some("BTG-000001"),
                Some(4),
            ),
            (
                "text made public",
                "UPDATE message SET public = TRUE WHERE ticket_id = 1 AND kind = 'note'",
                Some("BTG-000001"),
                Some(4),
            ),
            (
                "text emptied",
                "UPDATE message SET body = NULL, salt = NULL WHERE ticket_id = 1 AND kind = 'note'",
                Some("BTG-000001"),
                Some(4),
            ),
            ("stars", "UPDATE rating SET stars = 5 WHERE ticket_id = 3", Some("BTG-000003"), Some(3)),
            ("rating removed", "DELETE FROM rating WHERE ticket_id = 3", Some("BTG-000003"), Some(3)),
            (
                "rating inserted",
                "INSERT INTO rating (ticket_id, round, stars, at) VALUES (1, 0, 5, '2026-11-02 01:00:00')",
                Some("BTG-000001"),
                None,
            ),
            ("text removed", "DELETE FROM message WHERE ticket_id = 1 AND kind = 'note'", Some("BTG-000001"), Some(4)),
            (
                "text inserted",
                "INSERT INTO message (ticket_id, kind, public, at, body, salt, digest) VALUES (1, 'reply', TRUE, '2026-11-02 01:00:00', 'x', 'y', 'z')",
                Some("BTG-000001"),
                None,
            ),
            ("handover state", "UPDATE handover SET state = 'returned'", Some("BTG-000001"), Some(3)),
            ("handover removed", "DELETE FROM handover", Some("BTG-000001"), Some(3)),
            ("watcher removed", "DELETE FROM watcher", Some("BTG-000002"), None),
            ("watcher added", "INSERT INTO watcher VALUES (1, 6)", Some("BTG-000001"), None),
            ("link", "UPDATE link SET kind = 'follows'", Some("BTG-000002"), Some(4)),
            ("consultation", "DELETE FROM consultation", Some("BTG-000002"), Some(2)),
            ("attachment", "UPDATE attachment SET name = 'b.txt'", Some("BTG-000002"), Some(5)),
            ("ticket removed", "DELETE FROM ticket WHERE id = 1", Some("BTG-000001"), Some(4)),
            ("audit changed", "UPDATE audit_event SET payload = '{}' WHERE seq = 3", None, Some(3)),
            ("audit removed", "DELETE FROM audit_event WHERE seq = 3", None, Some(4)),
            ("anchor changed", "UPDATE anchor SET root = 'x'", None, None),
            (
                "ticket with all its rows removed",
                "DELETE FROM event WHERE ticket_id = 1; DELETE FROM message WHERE ticket_id = 1; DELETE FROM handover; \
                 DELETE FROM link; DELETE FROM ticket WHERE id = 1",
                None,
                None,
            ),
        ] {
            let copy = copy_of(&original);
            copy.tamper(sql);
            let report = check(&copy);
            let found = report.findings.iter().any(|f| f.ticket.as_deref() == ticket && f.seq == seq);
            assert!(found, "{what}: {:?}", report.findings);
        }
    });
}

#[test]
fn an_altered_file_is_found() {
    let database = history(Kind::Sqlite);
    let hash = kentongan::domain::chain::sha256_hex(b"isi");
    let path = database.folder.path().join("attachments").join(&hash[..2]).join(&hash);
    std::fs::write(path, b"lain").unwrap();
    assert_eq!(check(&database).findings[0].ticket.as_deref(), Some("BTG-000002"));
}

#[test]
fn the_command_says_so_and_exits_with_1() {
    on_both(|kind| {
        let database = history(kind);
        let whole = run(&database, &["verify"]);
        let text = String::from_utf8(whole.stdout).unwrap();
        assert!(whole.status.success(), "{text}");
        assert!(text.contains("checked 3 tickets, "), "{text}");
        database.tamper("UPDATE event SET payload = '{}' WHERE ticket_id = 2 AND seq = 3");
        let broken = run(&database, &["verify", "--json"]);
        assert_eq!(broken.status.code(), Some(1));
        let report: serde_json::Value = serde_json::from_slice(&broken.stdout).unwrap();
        assert_eq!(report["findings"][0]["ticket"], "BTG-000002");
        assert_eq!(report["findings"][0]["seq"], 3);
        assert_eq!(report["findings"][0]["fault"], "changed");
    });
}

#[test]
fn an_erased_text_is_gone_and_the_chain_whole() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket_with(json!({"subject": "Ktpbocor", "description": "Nikrahasia 3375"}));
        let messages = app.sign_in("agent").get(&format!("/tickets/{ticket}/messages")).expect(200);
        let erase = |index: usize| {
            let path = format!("messages/{}/erasure", messages["items"][index]["id"]);
            app.post("admin", &ticket, &path, json!({"reason": "Permintaan subjek data."}))
        };
        erase(0).expect(204);
        erase(1).expect(204);
        assert_eq!(erase(1).problem(409), "already_erased");
        let view = app.read("agent", &ticket);
        assert!(view["subject"].is_null() && view["description"].is_null());
        for word in ["ktpbocor", "nikrahasia"] {
            assert_eq!(app.sign_in("agent").get(&format!("/tickets?q={word}")).expect(200)["items"], json!([]));
        }
        assert_eq!(
            app.sign_in("agent").get(&format!("/tickets?q={ticket}")).expect(200)["items"].as_array().unwrap().len(),
            1
        );
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    /// Whatever people do, in whatever order, the history stays whole (checked when the desk is dropped)
    /// and every answer is documented.
    #[test]
    fn any_sequence_of_acts_leaves_a_whole_history(acts in prop::collection::vec((0usize..7, 0usize..16), 1..60)) {
        let app = App::start();
        let tickets = [app.ticket(), app.ticket()];
        let who = ["requester", "agent", "agent2", "tier2", "tier2_other", "supervisor", "head"];
        for (person, act) in acts {
            let (actor, ticket) = (who[person], &tickets[act % 2]);
            let handover = app.sign_in("agent").get(&format!("/tickets/{ticket}/handovers")).expect(200);
            let handover = handover["items"].as_array().unwrap().last().map_or(0, |h| h["id"].as_i64().unwrap());
            let (what, body) = match act {
                0 | 1 => ("assign".to_owned(), json!({})),
                2 | 3 => ("handovers".to_owned(), json!({"team_id": app.teams["NET"].0, "reason": "skill", "tried": "x"})),
                4 => (format!("handovers/{handover}/accept"), json!({})),
                5 => (format!("handovers/{handover}/return"), json!({"instruction": "x"})),
                6 => (format!("handovers/{handover}/withdraw"), json!({"reason": "x"})),
                7 => ("hold".to_owned(), json!({"for": "requester", "reason": "x"})),
                8 => ("resume".to_owned(), json!({})),
                9 | 10 => ("resolve".to_owned(), json!({"resolution": "x"})),
                11 => ("reopen".to_owned(), json!({"reason": "x"})),
                12 => ("close".to_owned(), json!({})),
                13 => ("cancel".to_owned(), json!({"reason": "x"})),
                14 => ("replies".to_owned(), json!({"body": "x"})),
                _ => ("release".to_owned(), json!({})),
            };
            let status = app.post(actor, ticket, &what, body).status;
            prop_assert!(status < 500);
        }
    }
}
