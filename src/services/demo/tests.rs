use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use chrono::{Duration, TimeZone, Utc};

use super::super::accounts::sign_in;
use super::super::history::verify;
use super::super::{AuthProblem, Clock, open_store};
use super::*;
use crate::config::{Config, SecretUrl};
use crate::domain::ids::{EventId, PersonId, TicketId};
use crate::domain::people::Role;
use crate::domain::priority::Priority;
use crate::domain::ticket::{HandoverStage, Status, Ticket, TicketType};
use crate::services;
use crate::store::{attachments, handovers, history as events, outbox, reports, tickets};

struct At(Instant);

impl Clock for At {
    fn now(&self) -> Instant {
        self.0
    }
}

/// A desk on an empty database of its own.
fn desk_at(now: Instant) -> (tempfile::TempDir, Desk) {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.database.url = SecretUrl::new(format!("sqlite://{}", folder.path().join("demo.db").display()));
    config.attachments.folder = folder.path().join("attachments").display().to_string();
    open_store(&config).unwrap().migrate().unwrap();
    (folder, Desk::open(config, Arc::new(At(now))).unwrap())
}

/// The whole demo, once for all tests that only look: a Tuesday, 10.20 local time.
static DEMO: LazyLock<(tempfile::TempDir, Desk, Outcome)> = LazyLock::new(|| {
    let (folder, desk) = desk_at(Utc.with_ymd_and_hms(2026, 11, 24, 3, 20, 0).unwrap());
    let outcome = run(&desk, &mut |_, _| {}).unwrap();
    (folder, desk, outcome)
});

fn all(desk: &Desk) -> Vec<Ticket> {
    desk.read(|conn| {
        let last = tickets::last_id(conn)?;
        Ok(tickets::between(conn, TicketId(1), last)?.into_iter().map(|(_, ticket)| ticket.unwrap()).collect())
    })
    .unwrap()
}

fn some(desk: &Desk, what: &str, holds: impl Fn(&Ticket) -> bool) -> usize {
    let count = all(desk).iter().filter(|ticket| holds(ticket)).count();
    assert!(count > 0, "no ticket is {what}");
    count
}

/// Small, and on a desk of its own, since time goes on: a Sunday, when only a hospital's desk has hours.
#[test]
fn a_hospital_s_ticket_walks_into_tier_2_by_itself_soon_after_the_start() {
    let start = Utc.with_ymd_and_hms(2026, 11, 22, 10, 0, 0).unwrap();
    let (folder, desk) = desk_at(start);
    seeded(&desk, 20, &mut |_, _| {}).unwrap();
    let handed = |desk: &Desk| -> Vec<Ticket> {
        let by_itself = |ticket: &TicketId| {
            desk.read(|conn| Ok(handovers::of_ticket(conn, *ticket)?))
                .unwrap()
                .iter()
                .any(|(row, _)| row.automatic && row.reason == "target_missed")
        };
        all(desk).into_iter().filter(|ticket| by_itself(&ticket.id)).collect()
    };
    assert_eq!(handed(&desk), []);
    let mut config = desk.config.clone();
    config.attachments.folder = folder.path().join("attachments").display().to_string();
    drop(desk);
    let later = Desk::open(config, Arc::new(At(start + Duration::minutes(5)))).unwrap();
    super::super::sla::ring::run(&later).unwrap();
    let walked = handed(&later);
    assert!(walked.iter().any(|ticket| ticket.priority == Priority::P1), "{walked:?}");
    assert!(walked.iter().all(|ticket| ticket.handover.is_some_and(|h| h.stage == HandoverStage::Requested)));
}

#[test]
fn the_history_is_as_long_and_as_mixed_as_three_months_of_a_pemda() {
    let (_, desk, outcome) = &*DEMO;
    let all = all(desk);
    let (tickets, people) = (all.len(), 152);
    assert_eq!(*outcome, Outcome::Seeded { tickets, people });
    assert!((560..=680).contains(&tickets), "{tickets}");
    assert!(all.iter().all(|ticket| ticket.updated_at <= desk.now() && ticket.opened_at <= desk.now()));
    let share = |holds: &dyn Fn(&Ticket) -> bool| all.iter().filter(|ticket| holds(ticket)).count() * 100 / tickets;
    assert!((75..=95).contains(&share(&|ticket| ticket.status.is_final())));
    assert!((45..=65).contains(&share(&|ticket| ticket.kind == TicketType::Incident)));
    let handed_over = desk
        .read(|conn| {
            let last = tickets::last_id(conn)?;
            Ok(handovers::between(conn, TicketId(1), last)?)
        })
        .unwrap()
        .into_iter()
        .map(|row| row.ticket_id)
        .collect::<BTreeSet<_>>()
        .len();
    assert!((34..=42).contains(&(handed_over * 100 / tickets)), "{handed_over} of {tickets}");
    let opds: BTreeSet<_> = all.iter().map(|ticket| ticket.opd).collect();
    assert_eq!(opds.len(), 44);
}

#[test]
fn there_is_a_ticket_at_every_stage() {
    let (_, desk, _) = &*DEMO;
    for status in Status::ALL {
        some(desk, status.as_str(), |ticket| ticket.status == *status);
    }
    for kind in TicketType::ALL {
        some(desk, kind.as_str(), |ticket| ticket.kind == *kind && ticket.is_open());
    }
    for stage in HandoverStage::ALL {
        some(desk, stage.as_str(), |ticket| ticket.handover.is_some_and(|handover| handover.stage == *stage));
    }
    some(desk, "returned", |ticket| ticket.bounces > 0 && ticket.is_open());
    some(desk, "reopened", |ticket| ticket.reopenings > 0 && ticket.status == Status::InProgress);
    some(desk, "merged", |ticket| ticket.merged_into.is_some());
    some(desk, "tagged", |ticket| !ticket.tags.is_empty());
    let fresh = some(desk, "fresh", |ticket| {
        ticket.status == Status::New && desk.now() - ticket.opened_at < Duration::hours(3)
    });
    assert!(fresh >= 5, "{fresh}");
    assert_eq!(some(desk, "a major incident", |ticket| ticket.major), 2);
    assert!(some(desk, "a security incident", |ticket| ticket.security) >= 5);
    some(desk, "without Tier 1", |ticket| ticket.is_open() && ticket.owner == PersonId(6));
}

#[test]
fn the_problem_to_be_shown_has_its_nine_incidents_and_files_are_there() {
    let (_, desk, _) = &*DEMO;
    desk.read(|conn| {
        let last = tickets::last_id(conn)?;
        let problem = tickets::between(conn, TicketId(1), last)?
            .into_iter()
            .map(|(_, ticket)| ticket.unwrap())
            .find(|ticket| ticket.subject.as_deref().is_some_and(|subject| subject.contains("4 kecamatan timur")))
            .unwrap();
        assert_eq!(tickets::links(conn, problem.id)?.len(), 9);
        let files = attachments::between(conn, TicketId(1), last)?;
        assert!(files.iter().any(|file| file.name == "nvr-log.txt"));
        assert!(files.iter().all(|file| desk.blobs.get(&file.sha256).is_ok()));
        assert!(!handovers::consultations_between(conn, TicketId(1), last)?.is_empty());
        Ok(())
    })
    .unwrap();
}

#[test]
fn the_history_verifies_and_every_working_day_is_anchored() {
    let (_, desk, _) = &*DEMO;
    let report = verify::run(desk, |_, _| {}).unwrap();
    assert_eq!(report.findings, []);
    assert!(report.anchors >= 65, "{}", report.anchors);
    let anchors = desk.read(|conn| Ok(events::anchors(conn)?)).unwrap();
    assert!(anchors.iter().all(|anchor| anchor.day < desk.today()));
}

#[test]
fn everybody_in_the_table_signs_in_and_every_role_is_there() {
    let (_, desk, _) = &*DEMO;
    let accounts = accounts();
    assert_eq!(accounts.len(), 9);
    let mut roles = BTreeSet::new();
    for account in accounts {
        let input = sign_in::Input { email: account.email.clone(), password: PASSWORD.to_owned() };
        sign_in::run(desk, &input).unwrap();
        let actor = desk
            .read(|conn| {
                let id = people::by_email(conn, &account.email)?.map(|row| PersonId(row.id)).unwrap();
                Ok(people::actor(conn, id, desk.today())?)
            })
            .unwrap();
        roles.extend(actor.unwrap().roles);
    }
    assert_eq!(roles, Role::ALL.iter().copied().collect());
    let wrong = sign_in::Input { email: "budi@contoh.go.id".into(), password: "kentongan demo 2025".into() };
    let refused = sign_in::run(desk, &wrong).err();
    assert!(matches!(refused, Some(services::Error::Unauthenticated(AuthProblem::Credentials))));
}

#[test]
fn nobody_is_mailed_about_the_past() {
    let (_, desk, _) = &*DEMO;
    let last = desk.store.write(events::settled_event_id).unwrap();
    desk.read(|conn| {
        for event in 1..=last.0 {
            // Behind the bell there may be something.
            assert!(outbox::of_event(conn, EventId(event))?.iter().all(|(.., state)| state == "kept"));
        }
        Ok(())
    })
    .unwrap();
}

#[test]
fn starting_twice_changes_nothing() {
    let (_folder, desk) = desk_at(Utc.with_ymd_and_hms(2026, 11, 24, 3, 20, 0).unwrap());
    assert!(matches!(seeded(&desk, 5, &mut |_, _| {}), Ok(Outcome::Seeded { .. })));
    let before = all(&desk);
    assert_eq!(run(&desk, &mut |_, _| {}).unwrap(), Outcome::AlreadyThere);
    assert_eq!(all(&desk), before);
}

#[test]
fn somebody_elses_desk_and_half_a_demo_are_refused() {
    let now = Utc.with_ymd_and_hms(2026, 11, 24, 3, 20, 0).unwrap();
    let (_folder, desk) = desk_at(now);
    let seed = Seed::read().unwrap();
    desk.housekeep(|work| organisation::found(work, &seed, "x").map(|_| ())).unwrap();
    assert!(matches!(run(&desk, &mut |_, _| {}), Err(Error::NotEmpty)));

    let (_folder, desk) = desk_at(now);
    assert!(found(&desk, &seed, now).unwrap().is_some());
    assert!(matches!(run(&desk, &mut |_, _| {}), Err(Error::Interrupted)));
    assert!(all(&desk).is_empty());
}

/// Weekends, nights, the minute of opening, other months and other years.
#[test]
fn the_demo_can_be_started_at_any_time() {
    for (year, month, day, hour, minute) in
        [(2026, 11, 22, 6, 54), (2026, 11, 23, 0, 31), (2027, 1, 1, 17, 0), (2028, 2, 29, 8, 59)]
    {
        let (_folder, desk) = desk_at(Utc.with_ymd_and_hms(year, month, day, hour, minute, 0).unwrap());
        seeded(&desk, 60, &mut |_, _| {}).unwrap();
        some(&desk, "handed over", |ticket| ticket.handover.is_some());
        assert_eq!(verify::run(&desk, |_, _| {}).unwrap().findings, []);
    }
}

#[test]
fn progress_is_told_up_to_the_end() {
    let (_folder, desk) = desk_at(Utc.with_ymd_and_hms(2026, 11, 24, 3, 20, 0).unwrap());
    let mut told = Vec::new();
    seeded(&desk, 5, &mut |done, all| told.push((done, all))).unwrap();
    assert!(told.is_sorted() && told.last().is_some_and(|(done, all)| done == all), "{told:?}");
}

#[test]
fn past_months_have_their_frozen_reports() {
    let (_, desk, _) = &*DEMO;
    let frozen = desk.read(|conn| Ok(reports::frozen_periods(conn)?)).unwrap();
    assert_eq!(frozen.last().map(String::as_str), Some("2026-10"));
    let october = services::reports::read::unchecked(desk, "2026-10", None).unwrap();
    assert!(october.frozen.is_some());
    // The last day may be one on which nothing happened.
    assert!(october.snapshot.anchor.as_ref().unwrap().day.to_string().starts_with("2026-10-3"));
    for row in october.snapshot.tables.iter().find(|table| table.key == "by_opd").unwrap().rows.iter() {
        let own = services::reports::read::unchecked(desk, "2026-10", Some(&row.key)).unwrap();
        assert_eq!(own.snapshot.scope.opd.unwrap().name, row.label);
    }
}
