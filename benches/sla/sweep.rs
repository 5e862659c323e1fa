//! Sweeps over a desk with very many running clocks: with nothing due, and with very many due at once while
//! somebody reads tickets.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant as Stopwatch};

use chrono::{TimeDelta, TimeZone, Utc};
use diesel::connection::SimpleConnection;
use kentongan::config::{self, Config};
use kentongan::domain::Instant;
use kentongan::domain::ids::{OpdId, PersonId, TicketId};
use kentongan::domain::people::{Actor, Appointment, Role};
use kentongan::services::admin::{opds, people, roles, teams};
use kentongan::services::sla::{adjust, ring};
use kentongan::services::tickets::{open, read};
use kentongan::services::{Caller, Clock, Desk};
use kentongan::store::people::PersonFields;
use kentongan::store::{Conn, sla};

struct Hand(Mutex<Instant>);

impl Clock for Hand {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap()
    }
}

/// Measures on the database at a URL, which is empty.
pub fn measure(name: &str, url: &str, folder: &std::path::Path, running: i64, due: i64) {
    let variables = [
        ("KENTONGAN_DATABASE__URL".to_owned(), url.to_owned()),
        ("KENTONGAN_ATTACHMENTS__FOLDER".to_owned(), folder.join("files").display().to_string()),
    ];
    let config: Config = config::load(None, variables, &[]).unwrap();
    kentongan::services::open_store(&config).unwrap().migrate().unwrap();
    // Monday, 08.00 WIB.
    let begin = Utc.with_ymd_and_hms(2026, 11, 2, 1, 0, 0).unwrap();
    let clock = Arc::new(Hand(Mutex::new(begin)));
    let desk = Desk::open(config, Arc::<Hand>::clone(&clock)).unwrap();
    let (requester, supervisor, opd) = cast(&desk);
    let actor = |id, roles| Actor { id, opd, roles, teams: Vec::new() };
    let caller = Caller::plain(actor(requester, vec![Role::Requester]));
    let input: open::Input = serde_json::from_value(serde_json::json!({
        "type": "incident", "subject": "Internet kantor mati", "description": "Sejak pagi semua komputer."
    }))
    .unwrap();
    let mut last = TicketId(0);
    for _ in 0..due {
        last = open::run(&desk, &caller, &input).unwrap().id;
    }
    adjusting(name, &desk, &caller, &input);
    multiply(&desk, last, running / 3);
    let mut looks: Vec<Duration> = (0..200)
        .map(|_| {
            let began = Stopwatch::now();
            assert!(!adjust::is_due(&desk).unwrap() && !ring::is_due(&desk).unwrap());
            began.elapsed()
        })
        .collect();
    looks.sort();
    println!(
        "| {name}: a sweep of {} running clocks, nothing due | p50 {:.2} ms, p99 {:.2} ms | ≤ 5 ms |",
        running / 3 * 3,
        milliseconds(looks[100]),
        milliseconds(looks[197])
    );
    let reader = actor(supervisor, vec![Role::Supervisor]);
    // Three quarters of the response time; then the whole of it and of Tier 1's, which hands over.
    for (after, what) in
        [(TimeDelta::minutes(90), "at 75 % of the response"), (TimeDelta::seconds(14_401), "with handing over")]
    {
        *clock.0.lock().unwrap() = begin + after;
        let alarms = rung(&desk);
        let stop = AtomicBool::new(false);
        let (took, mut reads) = std::thread::scope(|scope| {
            let reads = scope.spawn(|| {
                let mut reads = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let began = Stopwatch::now();
                    let id = TicketId(last.0 - (reads.len() as i64 * 7_919) % due);
                    read::run(&desk, &reader, id).unwrap();
                    reads.push(began.elapsed());
                    // People read now and then: who never pauses measures who gets the processor.
                    std::thread::sleep(Duration::from_millis(5));
                }
                reads
            });
            let began = Stopwatch::now();
            ring::run(&desk).unwrap();
            let took = began.elapsed();
            stop.store(true, Ordering::Relaxed);
            (took, reads.join().unwrap())
        });
        let alarms = rung(&desk) - alarms;
        reads.sort();
        println!(
            "| {name}: {alarms} alarms at once, {what} | {:.0} a second | ≥ 1,000 |\n\
             | {name}: reading tickets meanwhile ({} reads) | p50 {:.2} ms, p99 {:.2} ms | p99 ≤ 15 ms |",
            alarms as f64 / took.as_secs_f64(),
            reads.len(),
            milliseconds(reads[reads.len() / 2]),
            milliseconds(reads[reads.len() * 99 / 100]),
        );
    }
}

/// A new version of the calendar for all open tickets, while somebody opens more.
fn adjusting(name: &str, desk: &Desk, caller: &Caller, input: &open::Input) {
    let later = sla::NewVersion { effective_at: desk.now(), created_at: desk.now(), created_by: None, rules: "" };
    desk.housekeep(|work| {
        let calendar = sla::calendar_versions(work.tx)?.remove(0);
        let rules = calendar.rules.replace("16:00", "15:30");
        sla::insert_calendar_version(work.tx, calendar.calendar_id, sla::NewVersion { rules: &rules, ..later })?;
        Ok(())
    })
    .unwrap();
    let stop = AtomicBool::new(false);
    let (tickets, took, mut writes) = std::thread::scope(|scope| {
        let writes = scope.spawn(|| {
            let mut writes = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let began = Stopwatch::now();
                open::run(desk, caller, input).unwrap();
                writes.push(began.elapsed());
            }
            writes
        });
        let began = Stopwatch::now();
        let tickets = adjust::run(desk, &mut |_| {}).unwrap();
        let took = began.elapsed();
        stop.store(true, Ordering::Relaxed);
        (tickets, took, writes.join().unwrap())
    });
    writes.sort();
    println!(
        "| {name}: a new calendar for {tickets} open tickets | {:.0} tickets a second | |\n\
         | {name}: opening tickets meanwhile ({} of them) | p50 {:.2} ms, p99 {:.2} ms | a blink: ≤ 100 ms |",
        tickets as f64 / took.as_secs_f64(),
        writes.len(),
        milliseconds(writes[writes.len() / 2]),
        milliseconds(writes[writes.len() * 99 / 100]),
    );
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// One OPD with a requester and an agent, one team, one supervisor.
fn cast(desk: &Desk) -> (PersonId, PersonId, OpdId) {
    desk.housekeep(|work| {
        let opd = opds::parse(&opds::Input {
            code: "DINKES".to_owned(),
            name: "Dinas Kesehatan".to_owned(),
            kind: "dinas".to_owned(),
            independent_ict: false,
        })?;
        let opd = opds::apply(work, None, &opd)?;
        let team = teams::Input { code: "NET".to_owned(), name: "Tim Jaringan".to_owned(), csirt: false };
        let team = teams::apply(work, None, &teams::parse(&team)?)?;
        let mut person = |name: &str, role| {
            let fields = PersonFields {
                opd_id: opd.0,
                name: name.to_owned(),
                email: format!("{name}@contoh.go.id"),
                nip: None,
                phone: None,
                active: true,
            };
            let id = people::apply(work, None, &fields, Some("x"))?;
            roles::apply(work, None, id, role, &Appointment::default())?;
            Ok::<_, kentongan::services::Error>(id)
        };
        let requester = person("pelapor", Role::Requester)?;
        person("agen", Role::Tier1Agent)?;
        let supervisor = person("penyelia", Role::Supervisor)?;
        let member = person("teknisi", Role::Tier2Agent)?;
        teams::apply_join(work, None, team, member)?;
        Ok((requester, supervisor, opd))
    })
    .unwrap()
}

/// Copies a ticket with its clocks, whose alarms come in far years. Its events are not copied: nobody looks.
fn multiply(desk: &Desk, model: TicketId, copies: i64) {
    // Beyond whatever was opened since.
    let base = 10_000_000;
    let later = |column: &str, add: &str| format!("{column} + {add}");
    desk.housekeep(|work| {
        let (series, alarm) = match &mut **work.tx {
            Conn::Sqlite(_) => (
                format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {copies})"),
                "datetime('2030-01-01', '+' || (n.i * 37 % 9000000) || ' seconds')".to_owned(),
            ),
            Conn::Postgres(_) => (
                format!("WITH n AS (SELECT generate_series(1, {copies}) AS i)"),
                later("TIMESTAMP '2030-01-01'", "(n.i * 37 % 9000000) * INTERVAL '1 second'"),
            ),
        };
        let ticket = "version, type, status, is_open, subject, impact, urgency, priority, channel, classification, \
                      security, personal_data, major, opd_id, requester_id, recorder_id, owner_id, bounces, \
                      reopenings, tags, opened_at, updated_at, due_at";
        let clock = "kind, round, state, since, target, calendar_version_id, policy_version_id, consumed_seconds, \
                     due_at, warn_at";
        let id = model.0;
        let sql = format!(
            "INSERT INTO ticket (id, {ticket}) {series} SELECT {base} + n.i, {ticket} FROM ticket, n WHERE id = {id};
             INSERT INTO clock (ticket_id, {clock}, alarm_at, revision) {series}
             SELECT {base} + n.i, {clock}, {alarm}, revision FROM clock, n WHERE ticket_id = {id};"
        );
        let both = match &mut **work.tx {
            Conn::Sqlite(conn) => conn.batch_execute(&sql),
            Conn::Postgres(conn) => conn.batch_execute(&format!(
                "{sql} SELECT setval(pg_get_serial_sequence('ticket', 'id'), {});",
                base + copies
            )),
        };
        both.unwrap();
        Ok(())
    })
    .unwrap();
    desk.read(|conn| {
        // What was copied is on the disk before anything is measured.
        if let Conn::Postgres(conn) = conn {
            conn.batch_execute("VACUUM ANALYZE").unwrap();
            conn.batch_execute("CHECKPOINT").unwrap();
        }
        Ok(())
    })
    .unwrap();
}

fn rung(desk: &Desk) -> i64 {
    use diesel::prelude::*;
    let count = diesel::dsl::sql::<diesel::sql_types::BigInt>("(SELECT COUNT(*) FROM alarm)");
    desk.read(|conn| Ok(diesel::select(count).get_result(conn).unwrap())).unwrap()
}
