//! Calendars, the policy and what they promise, through the API.

use chrono::{Duration, TimeZone, Utc};
use kentongan::domain::Instant;
use kentongan::domain::sla::keeping::ClockKind;
use kentongan::services::sla::adjust;
use kentongan::store::clocks;
use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::database::on_both;

/// The calendar of ASN, with which a desk begins.
const ASN: &str = "/calendars/1";

/// When a clock of a ticket is due.
fn due(app: &App, ticket: &str, clock: ClockKind) -> Option<Instant> {
    let id = app.desk.prefix.read(ticket).unwrap();
    let rows = app.desk.read(|conn| Ok(clocks::of_ticket(conn, id)?)).unwrap();
    rows.into_iter().find(|row| row.kind == clock).unwrap().due_at
}

fn adjust(app: &App) -> usize {
    adjust::run(&app.desk, &mut |_| {}).unwrap()
}

/// How often the clocks of a ticket were adjusted, by its history.
fn adjustments(app: &App, ticket: &str) -> usize {
    let events = app.sign_in("agent").get(&format!("/tickets/{ticket}/history")).expect(200);
    let kinds = events["items"].as_array().unwrap().iter().map(|event| &event["kind"]);
    kinds.filter(|kind| **kind == "clocks_adjusted").count()
}

/// The rules of the calendar of ASN with another date closed.
fn closed(app: &App, date: &str) -> Value {
    let mut rules = app.sign_in("admin").get(ASN).expect(200)["rules"].clone();
    rules["holidays"].as_array_mut().unwrap().push(json!(date));
    rules
}

/// The last row of the audit trail about this.
fn trail(app: &App, action: &str) -> Value {
    app.sign_in("admin").get(&format!("/audit?action={action}&limit=1")).expect(200)["items"][0].clone()
}

fn states(versions: &Value) -> Vec<&str> {
    versions.as_array().unwrap().iter().map(|version| version["state"].as_str().unwrap()).collect()
}

#[test]
fn a_version_of_a_calendar_holds_from_its_instant_on() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        // Two working days from Monday 08.00 end on Wednesday 08.00; with Tuesday closed, on Thursday.
        let wednesday = Utc.with_ymd_and_hms(2026, 11, 4, 1, 0, 0).unwrap();
        assert_eq!(due(&app, &ticket, ClockKind::Resolution), Some(wednesday));
        let before = app.sign_in("admin").get(ASN).expect(200);
        let rules = closed(&app, "2026-11-03");
        let soon = app.desk.now() + Duration::hours(4);
        let planned = app.sign_in("admin").put(ASN, Some(&json!({"rules": rules, "effective_at": soon}))).expect(200);
        assert_eq!(states(&planned["versions"]), ["in_force", "planned"]);
        assert_eq!(planned["rules"], before["rules"]);
        assert_eq!(planned["versions"][1]["created_by"]["name"], "Nama admin");
        assert_eq!(planned["versions"][0]["created_by"], Value::Null);
        let list = app.sign_in("requester").get("/calendars").expect(200);
        assert_eq!(list["items"][0]["planned"][0]["id"], planned["versions"][1]["id"]);
        assert_eq!(
            (list["items"][0]["name"].as_str(), list["items"][1]["name"].as_str()),
            (Some("Jam kerja ASN"), Some("24 jam"))
        );
        assert_eq!(adjust(&app), 0, "nothing holds yet");
        assert_eq!(app.sign_in("admin").get("/policy").expect(200)["clocks_left"], 0);

        app.pass(Duration::hours(4));
        let after = app.sign_in("requester").get(ASN).expect(200);
        assert_eq!(states(&after["versions"]), ["past", "in_force"]);
        assert_eq!(after["rules"], rules);
        let old = format!("{ASN}/versions/{}", after["versions"][0]["id"]);
        assert_eq!(app.sign_in("requester").get(&old).expect(200)["rules"], before["rules"]);
        assert!(app.sign_in("admin").get("/policy").expect(200)["clocks_left"].as_i64().unwrap() > 0);
        assert_eq!(due(&app, &ticket, ClockKind::Resolution), Some(wednesday), "not adjusted yet");
        assert_eq!(adjust(&app), 1);
        assert_eq!(due(&app, &ticket, ClockKind::Resolution), Some(wednesday + Duration::days(1)));
        assert_eq!(adjustments(&app, &ticket), 1);
        assert_eq!(adjust(&app), 0, "all is adjusted");
        assert_eq!(adjustments(&app, &ticket), 1);
        assert_eq!(app.sign_in("admin").get("/policy").expect(200)["clocks_left"], 0);

        let late = json!({"rules": rules, "effective_at": app.desk.now() - Duration::milliseconds(1)});
        let refused = app.sign_in("admin").put(ASN, Some(&late));
        assert_eq!(refused.fields(), [("/effective_at".to_owned(), "in_the_past".to_owned())]);
        assert_eq!(app.sign_in("admin").get(ASN).expect(200), after);
    });
}

#[test]
fn what_was_planned_is_replaced_by_another_version_of_the_same_instant() {
    on_both(|kind| {
        let app = App::on(kind);
        let admin = app.sign_in("admin");
        let before = admin.get(ASN).expect(200)["rules"].clone();
        let soon = app.desk.now() + Duration::days(1);
        let rules = closed(&app, "2026-11-04");
        admin.put(ASN, Some(&json!({"rules": rules, "effective_at": soon}))).expect(200);
        let back = admin.put(ASN, Some(&json!({"rules": before, "effective_at": soon}))).expect(200);
        assert_eq!(states(&back["versions"]), ["in_force", "replaced", "planned"]);
        app.pass(Duration::days(1));
        let after = app.sign_in("admin").get(ASN).expect(200);
        assert_eq!(states(&after["versions"]), ["past", "replaced", "in_force"]);
        assert_eq!(after["rules"], before);
    });
}

#[test]
fn adding_and_changing_a_calendar() {
    on_both(|kind| {
        let app = App::on(kind);
        let admin = app.sign_in("admin");
        let hours = json!({"tz": "Asia/Jayapura", "weekly": {"mon": [["08:00", "12:00"]]}});
        let body = json!({"name": " Jam RSUD ", "rules": hours});
        let once = admin.with("idempotency-key", "rsud");
        let added = once.post("/calendars", &body).expect(201);
        assert_eq!(added, once.post("/calendars", &body).expect(201), "once, however often it is sent");
        assert_eq!((added["name"].as_str(), &added["rules"]), (Some("Jam RSUD"), &hours));
        assert_eq!(states(&added["versions"]), ["in_force"]);
        assert_eq!(admin.post("/calendars", &body).fields(), [("/name".to_owned(), "taken".to_owned())]);
        let path = format!("/calendars/{}", added["id"]);
        let read = app.sign_in("requester").get(&path);
        let tag = read.headers["etag"].clone();
        assert_eq!(read.expect(200), added);

        let taken = json!({"name": "24 jam", "rules": hours});
        assert_eq!(admin.put(&path, Some(&taken)).fields(), [("/name".to_owned(), "taken".to_owned())]);
        let renamed = json!({"name": "Jam RSUD dan Puskesmas", "rules": hours});
        let changed = admin.with("if-match", &tag).put(&path, Some(&renamed)).expect(200);
        assert_eq!(changed["name"], "Jam RSUD dan Puskesmas");
        assert_eq!(states(&changed["versions"]), ["replaced", "in_force"], "of the same instant the last counts");
        assert_eq!(admin.with("if-match", &tag).put(&path, Some(&renamed)).problem(412), "version_changed");
        let trail = trail(&app, "calendar_version_added");
        assert_eq!(trail["actor_id"], app.people["admin"].0);
        let payload = &trail["payload"];
        assert_eq!((&payload["calendar"], &payload["version"]["id"]), (&added["id"], &changed["versions"][1]["id"]));

        for path in ["/calendars/999", "/calendars/x", "/calendars/1/versions/999", "/calendars/x/versions/1"] {
            assert_eq!(admin.get(path).problem(404), "not_found", "{path}");
        }
        assert_eq!(admin.get(&format!("{path}/versions/1")).problem(404), "not_found", "of another calendar");
        assert_eq!(admin.put("/calendars/999", Some(&renamed)).problem(404), "not_found");
        assert_eq!(admin.delete(&path).problem(405), "method_not_allowed");
    });
}

#[test]
fn calendars_that_cannot_be_reckoned_with_are_refused() {
    on_both(|kind| {
        let app = App::on(kind);
        let admin = app.sign_in("admin");
        let before = admin.get("/calendars").expect(200);
        let good = json!({"tz": "Asia/Jakarta", "weekly": {"mon": [["08:00", "16:00"]]}});
        let many: Vec<String> = (0..2001).map(|_| "2026-01-01".to_owned()).collect();
        for (change, pointer, code) in [
            (json!({"tz": "WIB"}), "/rules/tz", "unknown_time_zone"),
            (json!({"weekly": {}}), "/rules/weekly", "no_working_time"),
            (json!({"weekly": {"mon": []}}), "/rules/weekly", "no_working_time"),
            (json!({"weekly": {"mon": [["16:00", "08:00"]]}}), "/rules/weekly/mon/0", "invalid_span"),
            (json!({"weekly": {"mon": [["8", "16:00"]]}}), "/rules/weekly/mon/0", "invalid_time"),
            (json!({"weekly": {"mon": [["08:00"]]}}), "/rules/weekly/mon/0", "invalid_value"),
            (json!({"weekly": {"senin": []}}), "/rules/weekly/senin", "unknown_field"),
            (json!({"holidays": ["2026-02-30"]}), "/rules/holidays/0", "invalid_date"),
            (json!({"holidays": [{"date": "2026-02-03", "name": " "}]}), "/rules/holidays/0/name", "required"),
            (
                json!({"holidays": [{"date": "2026-02-03", "name": "a", "kind": "x"}]}),
                "/rules/holidays/0",
                "invalid_value",
            ),
            (json!({"holidays": many}), "/rules/holidays", "too_many"),
            (json!({"annual_holidays": ["17-08"]}), "/rules/annual_holidays/0", "invalid_date"),
            (json!({"date_overrides": {"1/2": []}}), "/rules/date_overrides/1~12", "invalid_date"),
            (
                json!({"variants": [{"from": "2026-02-03", "to": "2026-02-02", "weekly": {}}]}),
                "/rules/variants/0/to",
                "invalid_range",
            ),
            (json!({"jam": 1}), "/rules/jam", "unknown_field"),
        ] {
            let mut rules = good.clone();
            for (key, value) in change.as_object().unwrap() {
                rules[key] = value.clone();
            }
            let expected = [(pointer.to_owned(), code.to_owned())];
            assert_eq!(admin.post("/calendars", &json!({"name": "K", "rules": rules})).fields(), expected, "{change}");
            assert_eq!(admin.put(ASN, Some(&json!({"rules": rules}))).fields(), expected, "{change}");
        }
        assert_eq!(admin.post("/calendars", &json!({"name": "", "rules": good})).fields()[0].0, "/name");
        assert_eq!(admin.post("/calendars", &json!({"name": "K"})).fields()[0].0, "/rules");
        for (at, code) in [(json!("kemarin"), "invalid_value"), (json!("2200-01-01T00:00:00Z"), "out_of_range")] {
            let body = json!({"rules": good, "effective_at": at});
            let expected = [("/effective_at".to_owned(), code.to_owned())];
            assert_eq!(admin.put(ASN, Some(&body)).fields(), expected, "{at}");
        }
        assert_eq!(admin.get("/calendars").expect(200), before, "nothing happened");
    });
}

#[test]
fn a_year_as_data() {
    on_both(|kind| {
        let app = App::on(kind);
        let year = app.sign_in("requester").get(&format!("{ASN}/years/2026")).expect(200);
        assert_eq!(year["days"].as_array().unwrap().len(), 365);
        let new_year = json!({
            "date": "2026-01-01", "kind": "holiday", "holiday": "Tahun Baru 2026 Masehi", "holiday_kind": "libur_nasional",
            "variant": null, "override": false, "spans": [], "working_seconds": 0,
        });
        assert_eq!(year["days"][0], new_year);
        let friday = json!({
            "date": "2026-01-02", "kind": "workday", "holiday": null, "holiday_kind": null, "variant": null,
            "override": false, "spans": [["07:30", "11:30"], ["13:00", "16:30"]], "working_seconds": 27000,
        });
        assert_eq!(year["days"][1], friday);
        assert_eq!(year["days"][2]["kind"], "off");
        assert_eq!(year["total"]["working_days"], 240);
        // January: 22 days from Monday to Friday, of which two are holidays.
        assert_eq!(year["months"][0], json!({"month": 1, "working_days": 20, "working_hours": 150.0}));
        app.sign_in("admin").put(ASN, Some(&json!({"rules": closed(&app, "2026-01-02")}))).expect(200);
        let year = app.sign_in("requester").get(&format!("{ASN}/years/2026")).expect(200);
        assert_eq!((&year["days"][1]["kind"], &year["days"][1]["holiday"]), (&json!("holiday"), &Value::Null));
        for path in
            ["/calendars/1/years/1969", "/calendars/1/years/2200", "/calendars/1/years/x", "/calendars/9/years/2026"]
        {
            assert_eq!(app.sign_in("requester").get(path).problem(404), "not_found", "{path}");
        }
    });
}

#[test]
fn holidays_are_imported_all_or_none() {
    on_both(|kind| {
        let app = App::on(kind);
        let admin = app.sign_in("admin");
        let path = format!("{ASN}/holidays");
        let bad = "date,weekday,kind,name\n2027-08-17,Selasa,libur_nasional,Baru\n2027-02-30,,cuti_bersama,Salah\n\
                   2027-08-18,,libur,Salah\n2027-08-17,,,Dua kali\n2027-08-19,,\n";
        let errors = admin.post(&path, &json!({"csv": bad})).fields();
        let expected = [
            ("/rows/3", "invalid_date"),
            ("/rows/4", "invalid_value"),
            ("/rows/5", "duplicate_date"),
            ("/rows/6", "invalid_row"),
        ];
        assert_eq!(errors, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
        for (csv, code) in
            [("", "missing_column"), ("date,name,kind", "required"), ("tanggal,name,kind", "unknown_column")]
        {
            assert_eq!(admin.post(&path, &json!({"csv": csv})).fields()[0], ("/csv".to_owned(), code.to_owned()));
        }
        assert_eq!(admin.post(&path, &json!({})).fields(), [("/csv".to_owned(), "required".to_owned())]);
        assert_eq!(
            admin.post("/calendars/999/holidays", &json!({"csv": "date,name,kind\n2027-07-01,a,"})).problem(404),
            "not_found"
        );
        assert_eq!(states(&admin.get(ASN).expect(200)["versions"]), ["in_force"], "nothing happened");

        // Something is planned already, which must not forget the holidays that come in now.
        let soon = app.desk.now() + Duration::days(30);
        let mut ramadan = admin.get(ASN).expect(200)["rules"].clone();
        ramadan["breaks"] = json!({"2027-01-04": [["08:00", "09:00"]]});
        admin.put(ASN, Some(&json!({"rules": ramadan, "effective_at": soon}))).expect(200);

        let ticket = app.ticket();
        let csv = "date,weekday,kind,name\n2026-11-03,Selasa,libur_daerah,Hari jadi\n2026-12-25,Jumat,libur_nasional,Natal\n\
                   2026-12-24,Kamis,,Cuti bersama Kelahiran Yesus Kristus\n";
        let once = admin.with("idempotency-key", "skb");
        let imported = once.post(&path, &json!({"csv": csv})).expect(200);
        assert_eq!(
            (&imported["added"], &imported["changed"], &imported["unchanged"]),
            (&json!(1), &json!(1), &json!(1))
        );
        assert_eq!(imported["version_ids"].as_array().unwrap().len(), 2);
        assert_eq!(once.post(&path, &json!({"csv": csv})).expect(200), imported, "once, however often it is sent");
        let calendar = admin.get(ASN).expect(200);
        assert_eq!(states(&calendar["versions"]), ["past", "in_force", "replaced", "planned"]);
        let holidays = calendar["rules"]["holidays"].as_array().unwrap();
        assert!(holidays.contains(&json!({"date": "2026-11-03", "name": "Hari jadi", "kind": "libur_daerah"})));
        assert!(holidays.contains(&json!({"date": "2026-12-25", "name": "Natal", "kind": "libur_nasional"})));
        let later = admin.get(&format!("{ASN}/versions/{}", imported["version_ids"][1])).expect(200);
        assert_eq!(later["rules"]["holidays"], calendar["rules"]["holidays"]);
        assert_eq!(later["rules"]["breaks"], ramadan["breaks"]);

        let again = admin.post(&path, &json!({"csv": csv})).expect(200);
        assert_eq!(again, json!({"added": 0, "changed": 0, "unchanged": 3, "version_ids": []}));
        assert_eq!(adjust(&app), 1);
        let thursday = Utc.with_ymd_and_hms(2026, 11, 5, 1, 0, 0).unwrap();
        assert_eq!(due(&app, &ticket, ClockKind::Resolution), Some(thursday));
        assert_eq!(adjustments(&app, &ticket), 1);
    });
}

#[test]
fn imports_at_the_same_time_do_not_forget_each_other() {
    on_both(|kind| {
        let app = App::on(kind);
        let admin = app.sign_in("admin");
        let dates: Vec<String> = (1..=8).map(|day| format!("2027-07-0{day}")).collect();
        std::thread::scope(|scope| {
            for date in &dates {
                let admin = admin.clone();
                scope.spawn(move || {
                    let csv = format!("date,name,kind\n{date},Libur,libur_daerah\n");
                    let imported = admin.post(&format!("{ASN}/holidays"), &json!({"csv": csv})).expect(200);
                    assert_eq!(imported["added"], 1);
                    // What was added is known to whoever asks next.
                    let year = admin.get(&format!("{ASN}/years/2027")).expect(200);
                    let day = year["days"].as_array().unwrap().iter().find(|day| day["date"] == date.as_str()).unwrap();
                    assert_eq!(day["kind"], "holiday", "{date}");
                });
            }
        });
        let year = admin.get(&format!("{ASN}/years/2027")).expect(200);
        let closed = year["days"].as_array().unwrap().iter().filter(|day| day["holiday"] == "Libur").count();
        assert_eq!(closed, dates.len());
        assert_eq!(admin.get(ASN).expect(200)["versions"].as_array().unwrap().len(), 9);
    });
}

#[test]
fn a_version_of_the_policy_holds_from_its_instant_on() {
    on_both(|kind| {
        let app = App::on(kind);
        let admin = app.sign_in("admin");
        let ticket = app.ticket();
        let read = app.sign_in("requester").get("/policy");
        let tag = read.headers["etag"].clone();
        let before = read.expect(200);
        assert_eq!(
            (&before["state"], &before["clocks_left"], &before["planned"]),
            (&json!("in_force"), &json!(0), &json!([]))
        );
        let mut rules = before["rules"].clone();
        let calendar =
            json!({"name": "Senin saja", "rules": {"tz": "Asia/Jakarta", "weekly": {"mon": [["08:00", "16:00"]]}}});
        let calendar = admin.post("/calendars", &calendar).expect(201)["id"].clone();
        rules["calendars"]["opds"] = json!([{"opd_id": app.opds["A"].0, "calendar_id": calendar}]);
        let soon = app.desk.now() + Duration::hours(1);
        let planned = admin
            .with("if-match", &tag)
            .put("/policy", Some(&json!({"rules": rules, "effective_at": soon})))
            .expect(200);
        assert_eq!((&planned["id"], &planned["rules"]), (&before["id"], &before["rules"]), "not yet");
        assert_eq!(planned["planned"][0]["effective_at"], json!("2026-11-02T02:00:00Z"));
        let conflict = admin.with("if-match", &tag).put("/policy", Some(&json!({"rules": rules})));
        assert_eq!(conflict.problem(412), "version_changed");
        // The new calendar counts among the versions, though no ticket follows it.
        adjust(&app);
        assert_eq!(adjustments(&app, &ticket), 0);

        app.pass(Duration::hours(1));
        let after = app.sign_in("requester").get("/policy").expect(200);
        assert_eq!((&after["rules"], &after["created_by"]["name"]), (&rules, &json!("Nama admin")));
        assert!(after["clocks_left"].as_i64().unwrap() > 0);
        assert_eq!((adjust(&app), adjust(&app)), (1, 0));
        assert_eq!(adjustments(&app, &ticket), 1);
        // Two Mondays of eight hours, one of which began at opening.
        let due_at = due(&app, &ticket, ClockKind::Resolution).unwrap();
        assert!(due_at > Utc.with_ymd_and_hms(2026, 11, 9, 0, 0, 0).unwrap(), "{due_at}");
        let list = app.sign_in("requester").get("/policy/versions").expect(200);
        assert_eq!(states(&list["items"]), ["past", "in_force"]);
        let old = app.sign_in("requester").get(&format!("/policy/versions/{}", before["id"])).expect(200);
        assert_eq!((&old["rules"], &old["state"]), (&before["rules"], &json!("past")));
        for path in ["/policy/versions/999", "/policy/versions/x"] {
            assert_eq!(app.sign_in("requester").get(path).problem(404), "not_found");
        }
        let trail = trail(&app, "policy_version_added");
        assert_eq!(
            (&trail["actor_id"], &trail["payload"]["version"]["id"]),
            (&json!(app.people["admin"].0), &after["id"])
        );
    });
}

#[test]
fn policies_with_mistakes_are_refused() {
    on_both(|kind| {
        let app = App::on(kind);
        let admin = app.sign_in("admin");
        let good = admin.get("/policy").expect(200)["rules"].clone();
        let unknown = 999_999;
        for (place, value, pointer, code) in [
            ("/targets/0/category_id", json!(unknown), "/rules/targets/0/category_id", "not_found"),
            ("/targets/0/opd_id", json!(unknown), "/rules/targets/0/opd_id", "not_found"),
            ("/targets/0/response", json!({"working_minutes": 0}), "/rules/targets/0/response", "invalid_target"),
            ("/targets/0/response", json!({"working_days": 1e300}), "/rules/targets/0/response", "invalid_target"),
            ("/targets/0/response", json!({"menit": 1}), "/rules/targets/0/response", "invalid_value"),
            ("/targets/0/priority", json!("p2"), "/rules/targets/1", "duplicate_rule"),
            ("/alarms/0/percent", json!(0), "/rules/alarms/0/percent", "out_of_range"),
            ("/fallback_team_id", json!(unknown), "/rules/fallback_team_id", "not_found"),
            ("/fallback_team_id", json!(app.teams["CSIRT"].0), "/rules/fallback_team_id", "not_found"),
            (
                "/automatic_handover",
                json!([{"opd_id": unknown, "enabled": true}]),
                "/rules/automatic_handover/0/opd_id",
                "not_found",
            ),
            ("/calendars/default_id", json!(unknown), "/rules/calendars/default_id", "not_found"),
            (
                "/calendars/opds",
                json!([{"opd_id": unknown, "calendar_id": 1}]),
                "/rules/calendars/opds/0/opd_id",
                "not_found",
            ),
            (
                "/calendars/opds",
                json!([{"opd_id": 1, "calendar_id": 1}, {"opd_id": 1, "calendar_id": 2}]),
                "/rules/calendars/opds/1/opd_id",
                "duplicate_rule",
            ),
            (
                "/calendars/teams",
                json!([{"team_id": 1, "calendar_id": unknown}]),
                "/rules/calendars/teams/0/calendar_id",
                "not_found",
            ),
            (
                "/calendars/teams",
                json!([{"team_id": unknown, "calendar_id": 1}]),
                "/rules/calendars/teams/0/team_id",
                "not_found",
            ),
        ] {
            let mut rules = good.clone();
            let (parent, key) = place.rsplit_once('/').unwrap();
            rules.pointer_mut(parent).unwrap()[key] = value.clone();
            let fields = admin.put("/policy", Some(&json!({"rules": rules}))).fields();
            assert!(fields.contains(&(pointer.to_owned(), code.to_owned())), "{place} {value}: {fields:?}");
        }
        let late = json!({"rules": good, "effective_at": "2026-11-02T00:59:59.999Z"});
        assert_eq!(
            admin.put("/policy", Some(&late)).fields(),
            [("/effective_at".to_owned(), "in_the_past".to_owned())]
        );
        // A calendar that begins only later than the policy, which takes a clock that was set back.
        let hours = json!({"name": "K", "rules": {"tz": "UTC", "weekly": {"mon": [["08:00", "16:00"]]}}});
        let calendar = admin.post("/calendars", &hours).expect(201)["id"].clone();
        app.pass(Duration::minutes(-1));
        let mut rules = good.clone();
        rules["calendars"]["default_id"] = calendar;
        let refused = app.sign_in("admin").put("/policy", Some(&json!({"rules": rules})));
        assert_eq!(refused.fields(), [("/rules/calendars/default_id".to_owned(), "not_in_force".to_owned())]);
        assert_eq!(states(&app.sign_in("admin").get("/policy/versions").expect(200)["items"]), ["in_force"]);
    });
}

fn clock<'v>(preview: &'v Value, name: &str) -> &'v Value {
    preview["clocks"].as_array().unwrap().iter().find(|clock| clock["clock"] == name).unwrap()
}

#[test]
fn a_preview_tells_what_a_ticket_is_promised() {
    on_both(|kind| {
        let app = App::on(kind);
        let monday = json!({"type": "incident", "priority": "p2", "opened_at": "2026-11-02T08:30:00Z"});
        let preview = app.sign_in("requester").post("/service-levels/preview", &monday).expect(200);
        assert_eq!(
            preview["sentence"],
            "Gangguan P2 yang dibuka Senin, 2 November 2026 pukul 15.30 WIB di Dinas A: \
             tanggapan paling lambat Senin, 2 November 2026 pukul 16.00 WIB, \
             penyelesaian paling lambat Selasa, 3 November 2026 pukul 16.00 WIB. \
             Penanganan Tier 1 paling lambat Selasa, 3 November 2026 pukul 09.00 WIB. \
             Bila kemudian dieskalasi ke Tier 2 (Tim NET): \
             penerimaan paling lambat Selasa, 3 November 2026 pukul 09.30 WIB, \
             penanganan paling lambat Selasa, 3 November 2026 pukul 16.00 WIB."
        );
        let response = json!({
            "clock": "response", "target": {"working_minutes": 30}, "calendar": {"id": 1, "name": "Jam kerja ASN"},
            "starts_at": "2026-11-02T08:30:00Z", "due_at": "2026-11-02T09:00:00Z",
        });
        assert_eq!(preview["clocks"][0], response);
        assert_eq!(clock(&preview, "tier2")["starts_at"], clock(&preview, "tier2_accept")["due_at"]);

        // What a ticket gets that is opened now.
        let preview =
            app.sign_in("requester").post("/service-levels/preview", &json!({"type": "incident", "priority": "p3"}));
        let (preview, ticket) = (preview.expect(200), app.ticket());
        for kind in [ClockKind::Response, ClockKind::Resolution, ClockKind::Tier1] {
            let expected: Instant = serde_json::from_value(clock(&preview, kind.as_str())["due_at"].clone()).unwrap();
            assert_eq!(due(&app, &ticket, kind), Some(expected), "{kind}");
        }

        // A security incident is with CSIRT from the beginning, by its hours.
        let admin = app.sign_in("admin");
        let mut rules = admin.get("/policy").expect(200)["rules"].clone();
        rules["calendars"]["teams"] = json!([{"team_id": app.teams["CSIRT"].0, "calendar_id": 2}]);
        admin.put("/policy", Some(&json!({"rules": rules}))).expect(200);
        let body = json!({"type": "incident", "priority": "p1", "security": true, "opd_id": app.opds["B"].0});
        let preview = admin.post("/service-levels/preview", &body).expect(200);
        assert_eq!((&preview["team"]["name"], &preview["opd"]["name"]), (&json!("Tim CSIRT"), &json!("Dinas B")));
        let kinds: Vec<&Value> = preview["clocks"].as_array().unwrap().iter().map(|clock| &clock["clock"]).collect();
        assert_eq!(kinds, ["response", "resolution", "tier2_accept", "tier2"]);
        assert_eq!(clock(&preview, "resolution")["due_at"], "2026-11-02T05:00:00Z", "four hours around the clock");
        assert!(preview["sentence"].as_str().unwrap().starts_with("Insiden keamanan P1 yang dibuka Senin"));
    });
}

#[test]
fn previews_of_what_there_is_not_are_refused() {
    on_both(|kind| {
        let app = App::on(kind);
        let client = app.sign_in("requester");
        for (change, pointer, code) in [
            (json!({"priority": "p5"}), "/priority", "invalid_value"),
            (json!({"type": null}), "/type", "invalid_value"),
            (json!({"opd_id": 999_999}), "/opd_id", "not_found"),
            (json!({"category_id": 999_999}), "/category_id", "not_found"),
            (json!({"team_id": -1}), "/team_id", "not_found"),
            (json!({"opened_at": "1999-12-31T23:59:59Z"}), "/opened_at", "out_of_range"),
            (json!({"opened_at": "2100-01-01T00:00:00Z"}), "/opened_at", "out_of_range"),
            (json!({"type": "request", "security": true}), "/security", "security_type"),
            (json!({"x": 1}), "/x", "unknown_field"),
        ] {
            let mut body = json!({"type": "incident", "priority": "p1"});
            for (key, value) in change.as_object().unwrap() {
                body[key] = value.clone();
            }
            let fields = client.post("/service-levels/preview", &body).fields();
            assert_eq!(fields, [(pointer.to_owned(), code.to_owned())], "{change}");
        }
        let body = json!({"type": "incident", "priority": "p1", "security": true, "team_id": app.teams["NET"].0});
        assert_eq!(client.post("/service-levels/preview", &body).problem(409), "security_team");
        // A calendar whose working time is over promises nothing, and says so.
        let admin = app.sign_in("admin");
        let over = json!({"rules": {"tz": "Asia/Jakarta", "weekly": {}, "date_overrides": {"2026-11-02": [["07:00", "08:01"]]}}});
        admin.put(ASN, Some(&over)).expect(200);
        let preview =
            client.post("/service-levels/preview", &json!({"type": "incident", "priority": "p1"})).expect(200);
        assert_eq!(clock(&preview, "resolution")["due_at"], Value::Null);
        assert!(preview["sentence"].as_str().unwrap().contains("belum dapat ditentukan"), "{preview}");
    });
}
