//! Overseeing the desks: the figures of a small story, who sees which, and reminding.

use chrono::Duration;
use kentongan::domain::Instant;
use kentongan::domain::people::Actor;
use kentongan::domain::people::{Appointment, Role};
use kentongan::services::admin::roles;
use kentongan::services::supervision::breaches;
use kentongan::services::supervision::desks::{self, Appointed, Kept, Overview, Stand};
use kentongan::services::supervision::remind::{self, Reminded};
use kentongan::services::{Caller, Error};
use kentongan::store::people;
use serde_json::json;

use crate::support::app::App;
use crate::support::database::on_both;

fn actor(app: &App, name: &str) -> Actor {
    let (person, today) = (app.people[name], app.desk.today());
    app.desk.read(|conn| Ok(people::actor(conn, person, today)?)).unwrap().unwrap()
}

fn caller(app: &App, name: &str) -> Caller {
    Caller::plain(actor(app, name))
}

fn overview(app: &App, name: &str) -> Overview {
    desks::run(&app.desk, &actor(app, name)).unwrap()
}

fn of<'o>(overview: &'o Overview, name: &str) -> &'o Stand {
    overview.desks.iter().find(|stand| stand.name == name).unwrap()
}

/// On Monday at 08.00 five tickets: one that a team is asked to take, one that a team gave back, one that is
/// resolved in time, one that is left alone, and a secret one. Then it is Thursday 09.00.
fn story(app: &App) -> (String, String) {
    let [asked, returned, resolved, left] = [(); 4].map(|()| app.ticket());
    app.ticket_with(json!({"classification": "secret"}));
    app.hand_over(&asked);
    let handover = app.accepted(&returned);
    let back = json!({"instruction": "Ganti kabel."});
    app.post("tier2", &returned, &format!("handovers/{handover}/return"), back).expect(200);
    app.pass(Duration::hours(1));
    app.post("agent", &resolved, "resolve", json!({"resolution": "Selesai."})).expect(200);
    app.post("requester", &resolved, "close", json!({})).expect(200);
    let other = json!({"type": "incident", "subject": "Printer", "description": "Macet."});
    app.pass(Duration::hours(72));
    app.sign_in("stranger").post("/tickets", &other).expect(201);
    (left, returned)
}

#[test]
fn the_figures_of_all_desks_are_those_of_what_happened() {
    on_both(|kind| {
        let app = App::on(kind);
        let (left, _) = story(&app);
        app.post("agent", &left, "resolve", json!({"resolution": "Akhirnya."})).expect(200);
        let all = overview(&app, "supervisor");
        let names: Vec<_> = all.desks.iter().map(|stand| stand.name.as_str()).collect();
        assert_eq!(names, ["Dinas A", "Dinas B", "Diskominfo"]);
        let begin: Instant = "2026-11-02T01:00:00Z".parse().unwrap();
        let now = begin + Duration::hours(73);
        let a = of(&all, "Dinas A");
        assert_eq!((a.open, a.oldest, a.requested), (4, Some(begin), 1));
        assert_eq!(a.over, 4, "also what was resolved too late and is not closed");
        assert_eq!(a.kept, Kept { ended: 2, late: 1 });
        assert_eq!(a.weeks.last(), Some(&Kept { ended: 2, late: 1 }));
        assert_eq!((a.handovers, a.returned, a.active_at), (2, 1, Some(now)));
        assert_eq!((a.bounce_percent(), a.kept.percent()), (Some(50.0), Some(50.0)));
        let b = of(&all, "Dinas B");
        assert_eq!((b.open, b.over, b.kept, b.handovers), (1, 0, Kept::default(), 0));
        assert_eq!((b.kept.percent(), b.bounce_percent()), (None, None));
        assert_eq!((a.appointed, of(&all, "Diskominfo").appointed), (Appointed::Yes, Appointed::Nobody));
        assert_eq!(all.ages, [1, 0, 4, 0, 0]);
        let course: Vec<_> = all.course.iter().filter(|day| day.opened + day.resolved > 0).collect();
        assert_eq!(all.course.len(), 30);
        let told: Vec<_> = course.iter().map(|day| (day.day.to_string(), day.opened, day.resolved)).collect();
        assert_eq!(told, [("2026-11-02".to_owned(), 5, 1), ("2026-11-05".to_owned(), 1, 1)]);
        assert_eq!(overview(&app, "auditor"), all);
    });
}

#[test]
fn the_head_of_an_opd_sees_that_desk_and_nothing_confined() {
    on_both(|kind| {
        let app = App::on(kind);
        story(&app);
        let own = overview(&app, "head");
        assert_eq!(own.desks.len(), 1);
        assert_eq!((own.desks[0].open, own.desks[0].over), (3, 3), "not the secret one");
        assert_eq!(own.course.iter().map(|day| day.opened).sum::<i64>(), 4);
        for name in ["requester", "agent", "tier2", "admin"] {
            assert!(matches!(desks::run(&app.desk, &actor(&app, name)), Err(Error::Forbidden)), "{name}");
        }
        assert!(matches!(breaches::run(&app.desk, &actor(&app, "head")), Err(Error::Forbidden)));
    });
}

#[test]
fn an_appointment_that_is_over_is_flagged() {
    on_both(|kind| {
        let app = App::on(kind);
        let until = Some(app.desk.today());
        let appointment = Appointment { valid_until: until, ..Appointment::default() };
        let agent = app.people["agent_b"];
        app.desk.housekeep(|work| roles::apply(work, None, agent, Role::Tier1Agent, &appointment)).unwrap();
        assert_eq!(of(&overview(&app, "supervisor"), "Dinas B").appointed, Appointed::Yes);
        app.pass(Duration::days(1));
        assert_eq!(of(&overview(&app, "supervisor"), "Dinas B").appointed, Appointed::Ended);
    });
}

#[test]
fn a_desk_is_reminded_once_a_day_by_one_notice_for_each_agent() {
    on_both(|kind| {
        let app = App::on(kind);
        let (left, returned) = story(&app);
        let (opd, supervisor) = (app.opds["A"], caller(&app, "supervisor"));
        for name in ["auditor", "head", "agent"] {
            let refused = remind::run(&app.desk, &caller(&app, name), opd);
            assert!(matches!(refused, Err(Error::Forbidden)), "{name}");
        }
        let before = app.read("agent", &left)["version"].as_i64().unwrap();
        assert_eq!(remind::run(&app.desk, &supervisor, opd).unwrap(), Reminded { tickets: 3, people: 2 });
        assert_eq!(app.read("agent", &left)["version"], json!(before + 1));
        let told = |ticket: &str| app.told(ticket).into_iter().filter(|t| t.starts_with("reminded")).count();
        let all = ["BTG-000001", "BTG-000002", "BTG-000003", "BTG-000004", "BTG-000005"].map(told);
        assert_eq!(all.iter().sum::<usize>(), 2, "one notice for each agent of the desk: {all:?}");
        let trail = app.sign_in("admin").get("/audit?action=desk_reminded").expect(200);
        assert_eq!(trail["items"].as_array().unwrap().len(), 1);
        assert_eq!(remind::run(&app.desk, &supervisor, opd).unwrap(), Reminded { tickets: 0, people: 2 });
        let history = app.sign_in("requester").get(&format!("/tickets/{returned}/history")).expect(200);
        assert!(!history.to_string().contains("reminded"), "not for requesters");
        app.pass(Duration::hours(25));
        assert_eq!(remind::run(&app.desk, &supervisor, opd).unwrap(), Reminded { tickets: 3, people: 2 });
        assert_eq!(remind::run(&app.desk, &supervisor, app.opds["DINAS"]).unwrap(), Reminded { tickets: 0, people: 0 });
    });
}

#[test]
fn causes_are_told_with_what_goes_with_them_and_a_refusal_has_a_reason() {
    on_both(|kind| {
        let app = App::on(kind);
        let (late, _) = story(&app);
        let path = format!("/tickets/{late}/clocks/resolution/breach");
        let cause = json!({"cause": "vendor", "explanation": "Suku cadang terlambat."});
        app.sign_in("agent").put(&path, Some(&cause)).expect(200);
        let waiting = breaches::run(&app.desk, &actor(&app, "supervisor")).unwrap();
        assert_eq!(waiting.decided.len(), 0);
        let told = &waiting.undecided[0];
        assert_eq!(told.explanation.as_deref(), Some("Suku cadang terlambat."));
        assert_eq!((told.proposer.as_str(), told.listed.opd_name.as_str()), ("Nama agent", "Dinas A"));
        let decision = format!("{path}/decision");
        let refused = app.sign_in("supervisor").post(&decision, &json!({"approved": false}));
        assert_eq!(refused.fields(), [("/reason".to_owned(), "required".to_owned())]);
        let refusal = json!({"approved": false, "reason": "Suku cadang ada di gudang."});
        app.sign_in("supervisor").post(&decision, &refusal).expect(200);
        let after = breaches::run(&app.desk, &actor(&app, "auditor")).unwrap();
        assert_eq!((after.undecided.len(), after.decided.len()), (0, 1));
        assert_eq!(after.decided[0].decider.as_deref(), Some("Nama supervisor"));
        let kept = after.kept.iter().find(|(clock, _)| clock.as_str() == "resolution").unwrap().1;
        assert_eq!((kept.ended, kept.breached, kept.excused), (1, 0, 0));
    });
}
