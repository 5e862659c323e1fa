//! The clocks of tickets over the API, on both databases. The test's clock begins on Monday, 2 November
//! 2026, at 08.00 WIB; the usual ticket has priority p3: response within 2 hours, Tier 1 within 4, solved
//! within 2 working days.

use std::collections::BTreeMap;

use chrono::{Duration, TimeZone, Utc};
use kentongan::domain::Instant;
use kentongan::domain::ids::TicketId;
use kentongan::services::sla::{adjust, keep, ring};
use kentongan::store::clocks as rows;
use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::database::on_both;

/// A time of November 2026 in WIB.
fn wib(day: u32, hour: u32, minute: u32) -> Instant {
    Utc.with_ymd_and_hms(2026, 11, day, hour, minute, 0).unwrap() - Duration::hours(7)
}

fn at(app: &App, day: u32, hour: u32, minute: u32) {
    app.pass(wib(day, hour, minute) - app.desk.now());
}

fn clocks(app: &App, who: &str, ticket: &str) -> BTreeMap<String, Value> {
    let list = app.sign_in(who).get(&format!("/tickets/{ticket}/clocks")).expect(200);
    let named = |clock: &Value| (clock["clock"].as_str().unwrap().to_owned(), clock.clone());
    list["items"].as_array().unwrap().iter().map(named).collect()
}

/// Each clock in short: state, minutes consumed, due in WIB.
fn drawn(app: &App, ticket: &str) -> Vec<String> {
    let clocks = clocks(app, "supervisor", ticket);
    let draw = |(name, clock): (&String, &Value)| {
        let due = clock["due_at"].as_str().map(|at| at.parse::<Instant>().unwrap() + Duration::hours(7));
        let due = due.map_or("-".to_owned(), |at| at.format("%d %H:%M").to_string());
        format!(
            "{name} {} {}m due {due}",
            clock["state"].as_str().unwrap(),
            clock["consumed_seconds"].as_i64().unwrap() / 60
        )
    };
    clocks.iter().map(draw).collect()
}

fn id(app: &App, ticket: &str) -> TicketId {
    app.desk.prefix.read(ticket).unwrap()
}

/// What is stored of the clocks is what replaying the ledger gives.
fn stored_is_replayed(app: &App, ticket: &str) {
    app.desk
        .read(|conn| {
            let rules = app.desk.rules(conn)?;
            let replayed = keep::replay(&rules, &rows::ledger(conn, id(app, ticket))?)?;
            let stored = rows::of_ticket(conn, id(app, ticket))?;
            assert_eq!(replayed.len(), stored.len());
            for row in stored {
                let running = &replayed[&row.kind];
                assert_eq!(row.due_at.map(|at| at.timestamp()), running.clock.due(), "{}", row.kind);
                assert_eq!((row.state, row.terms), (running.clock.state, running.terms), "{}", row.kind);
            }
            Ok(())
        })
        .unwrap();
}

fn kinds(app: &App, ticket: &str) -> Vec<String> {
    let history = app.sign_in("supervisor").get(&format!("/tickets/{ticket}/history")).expect(200);
    history["items"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn clocks_follow_the_ticket_through_the_tiers() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        assert_eq!(
            drawn(&app, &ticket),
            ["resolution running 0m due 04 08:00", "response running 0m due 02 10:00", "tier1 running 0m due 02 12:00"]
        );
        at(&app, 2, 9, 0);
        app.post("requester", &ticket, "replies", json!({"body": "Halo?"})).expect(200);
        assert_eq!(clocks(&app, "agent", &ticket)["response"]["state"], "running", "their own words are no answer");
        app.post("agent", &ticket, "assign", json!({})).expect(200);
        app.post("agent", &ticket, "hold", json!({"for": "requester", "reason": "Mohon foto."})).expect(200);
        at(&app, 2, 11, 0);
        let waiting = ["resolution paused 60m due -", "response stopped 60m due -", "tier1 paused 60m due -"];
        assert_eq!(drawn(&app, &ticket), waiting);
        app.post("requester", &ticket, "replies", json!({"body": "Ini fotonya."})).expect(200);
        app.post("agent", &ticket, "hold", json!({"for": "third_party", "reason": "Vendor."})).expect(200);
        at(&app, 2, 13, 30);
        app.hand_over(&ticket);
        assert_eq!(
            drawn(&app, &ticket),
            [
                "resolution running 150m due 04 10:00",
                "response stopped 60m due -",
                "tier1 stopped 150m due -",
                "tier2_accept running 0m due 02 15:30"
            ],
            "two hours of waiting for the requester are theirs; the requester's clock goes on through the handover"
        );
        stored_is_replayed(&app, &ticket);
        at(&app, 2, 14, 0);
        let handover = app.read("tier2", &ticket)["handover"]["id"].as_i64().unwrap();
        let instruction = json!({"instruction": "Periksa kabel dahulu."});
        app.post("tier2", &ticket, &format!("handovers/{handover}/return"), instruction).expect(200);
        at(&app, 2, 14, 30);
        assert_eq!(drawn(&app, &ticket)[2], "tier1 running 180m due 02 15:30", "goes on where it stopped");
        app.accepted(&ticket);
        at(&app, 2, 15, 0);
        assert_eq!(
            drawn(&app, &ticket)[2..],
            ["tier1 stopped 180m due -", "tier2 running 30m due 03 14:30", "tier2_accept stopped 0m due -"],
            "another handover asks anew"
        );
        app.post("tier2", &ticket, "resolve", json!({"resolution": "Radio diganti."})).expect(200);
        assert_eq!(drawn(&app, &ticket)[0], "closing running 0m due 05 15:00");
        at(&app, 3, 8, 0);
        app.post("requester", &ticket, "reopen", json!({"reason": "Masih mati."})).expect(200);
        at(&app, 3, 8, 30);
        let reopened = drawn(&app, &ticket);
        assert_eq!(reopened[0], "closing stopped 90m due -");
        assert_eq!(reopened[1], "resolution running 270m due 04 11:30");
        assert_eq!(reopened[4], "tier2 running 60m due 03 16:00");
        stored_is_replayed(&app, &ticket);
        let seen = clocks(&app, "requester", &ticket);
        assert_eq!(seen.keys().collect::<Vec<_>>(), ["resolution", "response"], "what is promised to them");
        assert_eq!(seen["resolution"]["ledger"], json!([]));
    });
}

#[test]
fn a_missed_tier_1_target_walks_into_tier_2_by_itself() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket_with(json!({"category_id": app.category.0}));
        app.post("agent", &ticket, "assign", json!({})).expect(200);
        at(&app, 2, 10, 59);
        assert_eq!(ring::run(&app.desk).unwrap(), 0, "nothing is due");
        at(&app, 2, 11, 0);
        ring::run(&app.desk).unwrap();
        assert_eq!(kinds(&app, &ticket), ["opened", "assigned", "alarmed"]);
        assert!(app.told(&ticket).contains(&"target_near agent".to_owned()));
        at(&app, 2, 12, 0);
        assert_eq!(ring::run(&app.desk).unwrap(), 0, "what ends now is in time");
        at(&app, 2, 12, 1);
        ring::run(&app.desk).unwrap();
        ring::run(&app.desk).unwrap();
        assert_eq!(kinds(&app, &ticket), ["opened", "assigned", "alarmed", "alarmed", "handed_over"]);
        assert_eq!(
            clocks(&app, "agent", &ticket)["tier1"]["breached"],
            true,
            "late is late, whoever stopped the clock"
        );
        let view = app.read("tier2", &ticket);
        assert_eq!(
            (&view["handover"]["team"]["name"], &view["handover"]["state"]),
            (&json!("Tim NET"), &json!("requested"))
        );
        assert_eq!(view["owner"]["name"], "Nama agent", "Tier 1 stays the owner");
        let handovers = app.sign_in("agent").get(&format!("/tickets/{ticket}/handovers")).expect(200);
        assert_eq!(handovers["items"][0]["reason"], "target_missed");
        let told = app.told(&ticket);
        for expected in ["target_missed supervisor", "target_missed agent", "target_missed agent2", "handed_over tier2"]
        {
            assert!(told.contains(&expected.to_owned()), "{expected} in {told:?}");
        }
        let clocks = clocks(&app, "agent", &ticket);
        let percents: Vec<_> =
            clocks["tier1"]["alarms"].as_array().unwrap().iter().map(|a| a["percent"].clone()).collect();
        assert_eq!(percents, [75, 100]);
        // Given back, it does not walk a second time: people decide now.
        let handover = view["handover"]["id"].as_i64().unwrap();
        let instruction = json!({"instruction": "Coba ini."});
        app.post("tier2", &ticket, &format!("handovers/{handover}/return"), instruction).expect(200);
        at(&app, 2, 15, 0);
        ring::run(&app.desk).unwrap();
        assert_eq!(app.read("agent", &ticket)["handover"], Value::Null);
        stored_is_replayed(&app, &ticket);
    });
}

#[test]
fn a_resolved_ticket_closes_by_itself_after_three_working_days() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        at(&app, 5, 9, 0);
        app.post("agent", &ticket, "resolve", json!({"resolution": "Selesai."})).expect(200);
        at(&app, 10, 8, 59);
        ring::run(&app.desk).unwrap();
        assert_eq!(app.read("agent", &ticket)["status"], "resolved");
        assert!(app.told(&ticket).contains(&"closing_soon requester".to_owned()));
        at(&app, 10, 9, 0);
        ring::run(&app.desk).unwrap();
        let view = app.read("agent", &ticket);
        assert_eq!(view["status"], "closed", "Thursday 09.00 to Tuesday 09.00");
        assert_eq!(view["due_at"], Value::Null);
        assert!(app.told(&ticket).contains(&"closed requester".to_owned()));
        assert_eq!(clocks(&app, "agent", &ticket)["closing"]["state"], "stopped");
        assert_eq!(ring::next_at(&app.desk).unwrap(), None, "nothing rings any more");
    });
}

#[test]
fn after_an_outage_alarms_ring_once_and_in_order_without_a_storm_of_mails() {
    on_both(|kind| {
        let app = App::on(kind);
        let tickets: Vec<String> = (0..5).map(|_| app.ticket()).collect();
        at(&app, 30, 8, 0);
        ring::run(&app.desk).unwrap();
        ring::run(&app.desk).unwrap();
        for ticket in &tickets {
            let told = app.told_in(ticket, &["queued"]);
            let storm = |told: &String| told.starts_with("target_") || told.starts_with("handed_over");
            assert!(!told.iter().any(storm), "no storm: {told:?}");
            let seen = clocks(&app, "supervisor", ticket);
            for (name, percents) in
                [("response", vec![75, 100]), ("tier1", vec![75, 100]), ("resolution", vec![75, 100])]
            {
                let rang: Vec<_> =
                    seen[name]["alarms"].as_array().unwrap().iter().map(|a| a["percent"].as_i64().unwrap()).collect();
                assert_eq!(rang, percents, "{name}");
            }
            assert_eq!(app.read("supervisor", ticket)["handover"]["state"], "requested");
        }
        let history = app.sign_in("supervisor").get(&format!("/tickets/{}/history", tickets[0])).expect(200);
        let due: Vec<i64> = history["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|e| e["payload"]["alarm"]["due_at"].as_i64())
            .collect();
        assert!(due.len() == 6 && due.is_sorted(), "in order: {due:?}");
    });
}

#[test]
fn two_sweepers_ring_each_alarm_once() {
    on_both(|kind| {
        let app = App::on(kind);
        let tickets: Vec<String> = (0..30).map(|_| app.ticket()).collect();
        at(&app, 2, 12, 1);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| ring::run(&app.desk).unwrap());
            }
        });
        for ticket in &tickets {
            let alarms = kinds(&app, ticket).iter().filter(|kind| *kind == "alarmed").count();
            // Response at 75 and 100 %, Tier 1 at 75 and 100 %.
            assert_eq!(alarms, 4);
            assert_eq!(kinds(&app, ticket).iter().filter(|kind| *kind == "handed_over").count(), 1);
        }
    });
}

#[test]
fn a_ticket_that_cannot_ring_keeps_no_other_one_from_ringing() {
    on_both(|kind| {
        let app = App::on(kind);
        let tickets: Vec<String> = (0..3).map(|_| app.ticket()).collect();
        let broken = id(&app, &tickets[1]).0;
        let replace = |from: &str, to: &str| {
            let payload = format!("replace(payload, '\"act\":\"{from}\"', '\"act\":\"{to}\"')");
            app.database.tamper(&format!("UPDATE event SET payload = {payload} WHERE ticket_id = {broken}"));
        };
        replace("start", "begin");
        at(&app, 2, 12, 1);
        ring::run(&app.desk).unwrap();
        let alarms = |ticket: &String| kinds(&app, ticket).iter().filter(|kind| *kind == "alarmed").count();
        assert_eq!(tickets.iter().map(alarms).collect::<Vec<_>>(), [4, 0, 4]);
        assert!(!ring::is_due(&app.desk).unwrap(), "it is put off, or else everything would be tried without end");
        replace("begin", "start");
        at(&app, 2, 12, 10);
        assert_eq!(ring::run(&app.desk).unwrap(), 0);
        at(&app, 2, 12, 11);
        ring::run(&app.desk).unwrap();
        assert_eq!(tickets.iter().map(alarms).collect::<Vec<_>>(), [4, 4, 4]);
        tickets.iter().for_each(|ticket| stored_is_replayed(&app, ticket));
    });
}

#[test]
fn reminders_wait_for_working_hours_unless_it_is_urgent() {
    on_both(|kind| {
        let app = App::on(kind);
        let due_of = |ticket: &str, notice: &str| {
            use diesel::prelude::*;
            let wanted = id(&app, ticket).0;
            #[derive(diesel::QueryableByName)]
            struct Due {
                #[diesel(sql_type = diesel::sql_types::Timestamp)]
                due_at: chrono::NaiveDateTime,
            }
            let sql = format!(
                "SELECT o.due_at FROM outbox o JOIN event e ON e.id = o.event_id \
                 WHERE e.ticket_id = {wanted} AND o.notice = '{notice}' ORDER BY o.id LIMIT 1"
            );
            let due: Vec<Due> = app.desk.read(|conn| Ok(diesel::sql_query(sql).load(conn).unwrap())).unwrap();
            due[0].due_at.and_utc()
        };
        at(&app, 2, 14, 15);
        let usual = app.ticket();
        at(&app, 2, 15, 40);
        let urgent = app.ticket_with(json!({"impact": "high", "urgency": "high"}));
        // Three quarters of the response time are over at 15.45 and 15.51; the sweep comes after closing time.
        at(&app, 2, 16, 20);
        ring::run(&app.desk).unwrap();
        assert_eq!(due_of(&usual, "target_near"), wib(3, 7, 30), "next morning");
        assert_eq!(due_of(&urgent, "target_near"), wib(2, 16, 20), "at once");
    });
}

#[test]
fn priority_and_opening_decide_the_target_and_what_was_used_stays() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        at(&app, 2, 10, 0);
        app.post("agent", &ticket, "assign", json!({})).expect(200);
        app.post("agent", &ticket, "hold", json!({"for": "requester", "reason": "Mohon foto."})).expect(200);
        at(&app, 2, 11, 0);
        let edit = json!({"impact": "high", "urgency": "high"});
        app.sign_in("agent").patch(&format!("/tickets/{ticket}"), &edit).expect(200);
        let raised = drawn(&app, &ticket);
        assert_eq!(raised[0], "resolution paused 120m due -");
        assert_eq!(raised[2], "tier1 paused 120m due 02 09:00", "more was used than the new target allows");
        at(&app, 2, 13, 0);
        app.post("agent", &ticket, "resume", json!({})).expect(200);
        assert_eq!(drawn(&app, &ticket)[0], "resolution running 120m due 02 15:00", "two of four hours are left");
        stored_is_replayed(&app, &ticket);
    });
}

#[test]
fn security_incidents_and_personal_data_have_clocks_of_their_own() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket_with(json!({"security": true, "personal_data": true}));
        let seen = app.sign_in("csirt").get(&format!("/tickets/{ticket}/clocks")).expect(200);
        let names: Vec<_> = seen["items"].as_array().unwrap().iter().map(|c| c["clock"].as_str().unwrap()).collect();
        assert_eq!(names, ["response", "resolution", "tier2_accept", "legal"], "never with the desk");
        let legal = &seen["items"][3];
        assert_eq!(legal["due_at"], "2026-11-05T01:00:00Z", "3×24 hours of the wall clock");
        assert_eq!(legal["remaining_seconds"], 72 * 3600);
    });
}

#[test]
fn what_ends_ends_all_clocks() {
    on_both(|kind| {
        let app = App::on(kind);
        let (merged, into, cancelled, rejected) = (app.ticket(), app.ticket(), app.ticket(), app.ticket());
        app.post("agent", &merged, "merge", json!({"into": into})).expect(200);
        app.hand_over(&cancelled);
        app.post("requester", &cancelled, "cancel", json!({"reason": "Sudah baik."})).expect(200);
        app.post("agent", &rejected, "reject", json!({"reason": "Bukan laporan."})).expect(200);
        for ticket in [&merged, &cancelled, &rejected] {
            let clocks = clocks(&app, "supervisor", ticket);
            assert!(clocks.values().all(|clock| clock["state"] == "stopped"), "{clocks:?}");
        }
        at(&app, 30, 8, 0);
        ring::run(&app.desk).unwrap();
        for ticket in [&merged, &cancelled, &rejected] {
            assert!(!kinds(&app, ticket).contains(&"alarmed".to_owned()));
        }
    });
}

#[test]
fn queues_tell_what_presses() {
    on_both(|kind| {
        let app = App::on(kind);
        let slow = app.ticket_with(json!({"impact": "low", "urgency": "low"}));
        let usual = app.ticket();
        let urgent = app.ticket_with(json!({"impact": "high", "urgency": "high"}));
        let waiting = app.ticket();
        app.post("agent", &waiting, "hold", json!({"for": "requester", "reason": "Mohon foto."})).expect(200);
        let list = |query: &str| {
            let mut numbers = Vec::new();
            let mut cursor = String::new();
            loop {
                let page = app.sign_in("agent").get(&format!("/tickets?limit=2{query}{cursor}")).expect(200);
                let items = page["items"].as_array().unwrap();
                numbers.extend(items.iter().map(|t| t["number"].as_str().unwrap().to_owned()));
                match page["next"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => return numbers,
                }
            }
        };
        let all = [&urgent, &usual, &slow, &waiting];
        assert_eq!(list("&sort=due").iter().collect::<Vec<_>>(), all, "least time left first");
        at(&app, 2, 9, 45);
        assert_eq!(list("&sla=near"), [usual.as_str()], "the response, at 75 percent");
        assert_eq!(list("&sla=breached"), [urgent.as_str()]);
        let counts = app.sign_in("agent").get("/tickets/counts?view=desk").expect(200);
        assert_eq!(
            counts,
            json!({"open": 4, "new": 3, "unassigned": 3, "waiting": 1, "resolved": 0, "near": 1, "breached": 1})
        );
        app.sign_in("requester").get("/tickets?sort=due").problem(422);
        let own = app.sign_in("requester").get("/tickets/counts").expect(200);
        assert_eq!((&own["open"], &own["breached"]), (&json!(4), &json!(0)), "clocks between tiers are internal");
        assert_eq!(app.read("requester", &urgent)["due_at"], Value::Null);
        app.sign_in("agent").get("/tickets?sort=due&cursor=czk").problem(400);
    });
}

#[test]
fn what_is_over_is_not_near_as_well_and_what_was_missed_stays_told() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket();
        let stands = |hour: u32, minute: u32| {
            at(&app, 2, hour, minute);
            let agent = app.sign_in("agent");
            let counts = agent.get("/tickets/counts?view=desk").expect(200);
            let all = app.sign_in("supervisor").get("/tickets/counts?view=all").expect(200);
            let desks = app.sign_in("supervisor").get("/tickets?view=all&sla=near").expect(200);
            assert_eq!((&counts["near"], &counts["breached"]), (&all["near"], &all["breached"]));
            let near = desks["items"].as_array().unwrap().len();
            assert_eq!(counts["near"], json!(near), "counted is what is listed");
            (near, counts["breached"].as_i64().unwrap())
        };
        assert_eq!(stands(8, 30), (0, 0));
        assert_eq!(stands(9, 45), (1, 0), "75 percent of the response");
        assert_eq!(stands(11, 30), (0, 1), "the response is over, whatever else is near");
        app.post("agent", &ticket, "replies", json!({"body": "Kami periksa."})).expect(200);
        assert_eq!(stands(11, 31), (1, 1), "Tier 1 is near, and the response came late");
        app.post("agent", &ticket, "hold", json!({"for": "requester", "reason": "Mohon foto."})).expect(200);
        assert_eq!(stands(11, 40), (0, 1), "what stands still is not near");
        app.post("agent", &ticket, "resolve", json!({"resolution": "Selesai."})).expect(200);
        assert_eq!(stands(11, 45), (0, 1));
    });
}

#[test]
fn why_it_is_late() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.ticket_with(json!({"impact": "high", "urgency": "high"}));
        at(&app, 2, 9, 0);
        app.post("agent", &ticket, "hold", json!({"for": "requester", "reason": "Mohon foto."})).expect(200);
        at(&app, 2, 10, 0);
        app.post("requester", &ticket, "replies", json!({"body": "Ini."})).expect(200);
        at(&app, 2, 11, 0);
        app.accepted(&ticket);
        at(&app, 2, 15, 0);
        let path = format!("/tickets/{ticket}/clocks/resolution/explanation");
        let why = app.sign_in("agent").get(&path).expect(200);
        let drawn: Vec<String> = why["stretches"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| {
                let at = |key: &str| s[key].as_str().unwrap().parse::<Instant>().unwrap() + Duration::hours(7);
                format!(
                    "{}-{} {} {} {} {} {}",
                    at("from").format("%H:%M"),
                    at("to").format("%H:%M"),
                    if s["working"] == true { "working" } else { "free" },
                    s["state"].as_str().unwrap(),
                    s["holder"].as_str().unwrap(),
                    s["cause"].as_str().unwrap(),
                    s["consumed_seconds"].as_i64().unwrap() / 60,
                )
            })
            .collect();
        assert_eq!(
            drawn,
            [
                "08:00-09:00 working running tier1 opened 60",
                "09:00-10:00 working paused tier1 held 0",
                "10:00-11:00 working running tier1 replied 60",
                "11:00-12:00 working running tier2 handover_accepted 60",
                "12:00-13:00 free running tier2 handover_accepted 0",
                "13:00-15:00 working running tier2 handover_accepted 120",
            ]
        );
        assert_eq!(
            why["shares"],
            json!([{"holder": "tier2", "seconds": 10_800}, {"holder": "tier1", "seconds": 7200}])
        );
        assert_eq!(why["summary"], "Target terlampaui 1 jam. Terpakai 5 jam dari 4 jam: Tier 2 3 jam, Tier 1 2 jam.");
        app.sign_in("requester").get(&path).problem(403);
        app.sign_in("agent_b").get(&path).problem(404);
        app.sign_in("agent").get(&format!("/tickets/{ticket}/clocks/legal/explanation")).problem(404);
        app.sign_in("agent").get(&format!("/tickets/{ticket}/clocks/x/explanation")).problem(404);
    });
}

#[test]
fn breaches_have_causes_that_supervision_decides_about() {
    on_both(|kind| {
        let app = App::on(kind);
        let (late, kept) = (app.ticket(), app.ticket());
        let breach = |ticket: &str| format!("/tickets/{ticket}/clocks/resolution/breach");
        let cause = json!({"cause": "vendor", "explanation": "Suku cadang terlambat datang."});
        app.post("agent", &kept, "resolve", json!({"resolution": "Selesai."})).expect(200);
        assert_eq!(app.sign_in("agent").put(&breach(&late), Some(&cause)).problem(409), "not_breached");
        at(&app, 4, 9, 0);
        app.post("agent", &late, "resolve", json!({"resolution": "Selesai."})).expect(200);
        let approve = json!({"approved": true});
        let decision = format!("{}/decision", breach(&late));
        assert_eq!(app.sign_in("supervisor").post(&decision, &approve).problem(409), "no_breach_cause");
        app.sign_in("requester").put(&breach(&late), Some(&cause)).problem(403);
        app.sign_in("agent").put(&breach(&late), Some(&cause)).expect(200);
        let compliance = |who: &str| {
            let path = "/service-levels/compliance?from=2026-11-01T00:00:00Z&before=2026-12-01T00:00:00Z";
            let all = app.sign_in(who).get(path).expect(200);
            all["items"].as_array().unwrap().iter().find(|row| row["clock"] == "resolution").unwrap().clone()
        };
        assert_eq!(compliance("agent")["adjusted"], json!(50.0), "a proposal excuses nothing");
        app.sign_in("agent").get("/breaches").problem(403);
        let waiting = app.sign_in("supervisor").get("/breaches").expect(200);
        assert_eq!((&waiting["items"][0]["ticket"], &waiting["items"][0]["cause"]), (&json!(late), &json!("vendor")));
        app.sign_in("agent").post(&decision, &approve).problem(403);
        app.sign_in("supervisor").post(&decision, &approve).expect(200);
        assert_eq!(app.sign_in("supervisor").post(&decision, &approve).problem(409), "breach_decided");
        assert_eq!(app.sign_in("agent").put(&breach(&late), Some(&cause)).problem(409), "breach_decided");
        let figures = compliance("supervisor");
        let expected =
            json!({"clock": "resolution", "ended": 2, "breached": 1, "excused": 1, "raw": 50.0, "adjusted": 100.0});
        assert_eq!(figures, expected);
        assert_eq!(clocks(&app, "agent", &late)["resolution"]["breach"]["state"], "approved");
        app.sign_in("requester")
            .get("/service-levels/compliance?from=2026-11-01T00:00:00Z&before=2026-12-01T00:00:00Z")
            .problem(403);
    });
}

#[test]
fn a_desk_without_new_rules_has_nothing_to_adjust() {
    on_both(|kind| {
        let app = App::on(kind);
        app.ticket();
        assert!(!adjust::is_due(&app.desk).unwrap());
        assert_eq!(adjust::run(&app.desk, &mut |_| {}).unwrap(), 0);
    });
}
