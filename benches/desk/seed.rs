//! Fills a database with years of work: 44 OPDs of five people, six teams, and tickets whose events, texts
//! and chains are those that the services would have left (`kentongan verify` finds nothing wrong).
//! The number of open tickets is the same at every size, as it is on a desk that keeps up.

use std::sync::Arc;
use std::time::{Duration as Elapsed, Instant as Moment};

use chrono::Duration;
use kentongan::config::{Config, SecretUrl};
use kentongan::domain::conversation::MessageKind;
use kentongan::domain::event::EventKind;
use kentongan::domain::ids::{OpdId, PersonId, TeamId, TicketId};
use kentongan::domain::people::{Actor, Appointment, Role};
use kentongan::domain::permission::Involved;
use kentongan::domain::priority::{Level, Priority};
use kentongan::domain::ticket::{Channel, Classification, Promises, Status, Ticket, TicketType};
use kentongan::domain::{Instant, scope};
use kentongan::services::accounts::secret;
use kentongan::services::history::anchor;
use kentongan::services::{Clock, Desk, Details, Error, Result, SystemClock, Work};
use kentongan::store::organisation::{self, OpdFields, TeamFields};
use kentongan::store::people::{self, Grant, PersonFields};
use kentongan::store::search::{self, Document};
use kentongan::store::tickets;

use super::words::{self, Dice};

/// Grows when the generator changes, so that databases made by another one are not used.
pub const VERSION: u32 = 2;
/// The password of everybody.
pub const PASSWORD: &str = "kentongan desa berbunyi";
/// How many OPDs.
pub const OPDS: usize = 44;
/// How many tickets are open, at every size.
pub const OPEN: usize = 3_000;
/// How many tickets are written in one transaction.
const BATCH: usize = 500;
/// The years over which the tickets are spread, in minutes.
const MINUTES: i64 = 3 * 365 * 24 * 60;

/// The e-mail address of the `place`th person of an OPD: 0 is its Tier 1 agent; the last of the first OPD
/// supervises.
pub fn email(opd: usize, place: usize) -> String {
    format!("p{place}.opd{opd:02}@contoh.go.id")
}

struct Person {
    actor: Actor,
    name: String,
}

/// Who works on what: by OPD, the Tier 1 agent first.
struct Organisation {
    desks: Vec<Vec<Person>>,
}

/// Brings a database to this program's schema.
pub fn migrate(url: &str) -> anyhow::Result<Config> {
    let mut config = Config::default();
    config.database.url = SecretUrl::new(url);
    kentongan::services::open_store(&config)?.migrate()?;
    Ok(config)
}

/// Fills an empty database with `count` tickets.
pub fn run(url: &str, count: usize) -> anyhow::Result<()> {
    let desk = Desk::open(migrate(url)?, Arc::new(SystemClock))?;
    let organisation = desk.housekeep(organise)?;
    let begin = SystemClock.now() - Duration::minutes(MINUTES + 60);
    let started = Moment::now();
    for first in (0..count).step_by(BATCH) {
        desk.housekeep(|work| {
            (first..(first + BATCH).min(count)).try_for_each(|index| {
                let story = tell(&organisation, begin, index, count);
                write(work, story)
            })
        })?;
        if first % (BATCH * 10) == 0 && first > 0 {
            progress(first, count, started.elapsed());
        }
    }
    eprintln!("\r  {count} tickets written in {:.0} s          ", started.elapsed().as_secs_f64());
    // The days of all these years are anchored by one, so that the program finds nothing to do.
    anchor::run(&desk)?;
    // And as many nights have put the search index in order.
    (0..=count / 5_000).try_for_each(|step| desk.housekeep(|work| Ok(search::tidy(work.tx, step == 0)?)))?;
    Ok(())
}

fn progress(done: usize, count: usize, elapsed: Elapsed) {
    let rate = done as f64 / elapsed.as_secs_f64();
    let left = (count - done) as f64 / rate;
    eprint!("\r  {done} of {count} tickets, {rate:.0}/s, {left:.0} s left   ");
}

fn organise(work: &mut Work<'_, '_>) -> Result<Organisation> {
    let hash = secret::hash_password(PASSWORD)?;
    let mut desks = Vec::with_capacity(OPDS);
    for opd in 0..OPDS {
        let fields = OpdFields {
            code: format!("OPD-{opd:02}"),
            name: format!("Dinas {opd:02}"),
            kind: "dinas".to_owned(),
            independent_ict: false,
            active: true,
        };
        let id = organisation::insert_opd(work.tx, &fields)?;
        let people: Result<Vec<_>> = (0..5).map(|place| hire(work, id, opd, place, &hash)).collect();
        desks.push(people?);
    }
    for team in 0..6 {
        let fields =
            TeamFields { code: format!("TIM-{team}"), name: format!("Tim {team}"), csirt: team == 0, active: true };
        let id = organisation::insert_team(work.tx, &fields)?;
        // The third person of some OPDs works in a team of the Dinas.
        for desk in desks.iter_mut().skip(team * 5).take(5) {
            let member: &mut Person = &mut desk[3];
            grant(work, member.actor.id, Role::Tier2Agent)?;
            organisation::add_member(work.tx, id, member.actor.id)?;
            member.actor.teams.push(TeamId(id.0));
        }
    }
    Ok(Organisation { desks })
}

fn hire(work: &mut Work<'_, '_>, opd: OpdId, index: usize, place: usize, hash: &str) -> Result<Person> {
    let mut dice = Dice::new(u64::try_from(index * 5 + place).expect("few people"));
    let name = format!("Pegawai {} {}", words::place(&mut dice), index * 5 + place);
    let fields = PersonFields {
        opd_id: opd.0,
        name: name.clone(),
        email: email(index, place),
        nip: None,
        phone: None,
        active: true,
    };
    let id = people::insert(work.tx, &fields, work.now)?;
    people::set_password(work.tx, id, hash)?;
    let role = match (index, place) {
        (_, 0) => Role::Tier1Agent,
        (0, 4) => Role::Supervisor,
        _ => Role::Requester,
    };
    grant(work, id, role)?;
    Ok(Person { actor: Actor { id, opd, roles: vec![role], teams: Vec::new() }, name })
}

fn grant(work: &mut Work<'_, '_>, person: PersonId, role: Role) -> Result<()> {
    Ok(people::grant(work.tx, &Grant { person, role, appointment: Appointment::default() }, work.now)?)
}

/// One event of a ticket with the state after it.
struct Step {
    kind: EventKind,
    by: PersonId,
    at: Instant,
    after: Ticket,
    texts: Vec<(MessageKind, String)>,
}

struct Story {
    requester: String,
    steps: Vec<Step>,
}

/// The life of the `index`th of `count` tickets: closed after three to seven events, or still open.
fn tell(organisation: &Organisation, begin: Instant, index: usize, count: usize) -> Story {
    let mut dice = Dice::new(u64::try_from(index).expect("an index fits") + 1_000);
    let people = &organisation.desks[dice.below(OPDS)];
    let agent = &people[0].actor;
    let requester = &people[1 + dice.below(4)];
    let topic = words::topic(&mut dice);
    let number = |n: usize| i64::try_from(n).expect("a count of tickets fits");
    let mut story = Telling {
        now: begin + Duration::milliseconds(MINUTES * 60_000 / number(count) * number(index)),
        ticket: fresh(&mut dice, agent, &requester.actor),
        steps: Vec::new(),
    };
    story.ticket.opened_at = story.now;
    let subject = words::sentence(&mut dice, topic, 6);
    let other = words::topic(&mut dice);
    let description = format!(
        "{} {} {} {}",
        words::sentence(&mut dice, topic, 24),
        words::place(&mut dice),
        words::sentence(&mut dice, other, 8),
        words::inventory(&mut dice),
    );
    story.step(
        EventKind::Opened,
        &requester.actor,
        vec![(MessageKind::Subject, subject), (MessageKind::Description, description)],
    );
    // The newest tickets are half open, half closed.
    let is_open = index + OPEN * 2 >= count && index.is_multiple_of(2);
    let stage = if is_open { dice.below(3) } else { 3 };
    if stage > 0 {
        story.ticket.assign(agent).expect("the desk takes its ticket");
        story.step(EventKind::Assigned, agent, Vec::new());
    }
    if stage > 1 {
        let text = words::sentence(&mut dice, topic, 14);
        story.step(EventKind::Replied, agent, vec![(MessageKind::Reply, text)]);
        if dice.below(3) == 0 {
            let text = words::sentence(&mut dice, topic, 10);
            story.step(EventKind::Noted, agent, vec![(MessageKind::Note, text)]);
        }
    }
    if stage > 2 {
        story.ticket.resolve(agent, story.now + STEP).expect("an assigned ticket is resolved");
        let text = words::sentence(&mut dice, topic, 12);
        story.step(EventKind::Resolved, agent, vec![(MessageKind::Resolution, text)]);
        story.ticket.close(story.now + STEP).expect("a resolved ticket is closed");
        story.step(EventKind::Closed, &requester.actor, Vec::new());
    }
    Story { requester: requester.name.clone(), steps: story.steps }
}

/// The time between two events of a ticket.
const STEP: Duration = Duration::minutes(7);

struct Telling {
    now: Instant,
    ticket: Ticket,
    steps: Vec<Step>,
}

impl Telling {
    fn step(&mut self, kind: EventKind, by: &Actor, texts: Vec<(MessageKind, String)>) {
        if kind != EventKind::Opened {
            self.now += STEP;
        }
        self.steps.push(Step { kind, by: by.id, at: self.now, after: self.ticket.clone(), texts });
    }
}

fn fresh(dice: &mut Dice, agent: &Actor, requester: &Actor) -> Ticket {
    Ticket {
        id: TicketId(0),
        version: 0,
        kind: [TicketType::Incident, TicketType::Request, TicketType::Complaint][dice.below(3)],
        status: Status::New,
        subject: None,
        impact: Level::Medium,
        urgency: Level::Medium,
        priority: Priority::P3,
        channel: Channel::Portal,
        classification: Classification::Open,
        security: false,
        personal_data: false,
        major: false,
        opd: agent.opd,
        requester: requester.id,
        recorder: requester.id,
        owner: agent.id,
        assignee: None,
        handover: None,
        bounces: 0,
        reopenings: 0,
        category: None,
        merged_into: None,
        tags: Vec::new(),
        opened_at: Instant::default(),
        updated_at: Instant::default(),
        resolved_at: None,
        closed_at: None,
        promises: Promises::default(),
    }
}

/// Writes a ticket as it is in the end, with the events and texts that led there.
fn write(work: &mut Work<'_, '_>, story: Story) -> Result<()> {
    let last = story.steps.last().expect("a story begins with its opening");
    let mut ticket = last.after.clone();
    ticket.version = i64::try_from(story.steps.len()).expect("few events");
    ticket.updated_at = last.at;
    ticket.subject = story.steps[0].texts.first().map(|(_, text)| text.clone());
    ticket.check().map_err(|reason| Error::Internal(reason.to_owned()))?;
    ticket.id = tickets::insert(work.tx, &ticket)?;
    let mut public = format!("{} ", work.desk.prefix.number(ticket.id));
    let mut internal = String::new();
    let mut before: Option<Ticket> = None;
    for (version, step) in (1..).zip(story.steps) {
        work.now = step.at;
        let mut details = Details::none();
        for (kind, text) in step.texts {
            details = details.text(work.text_unindexed(ticket.id, kind, Some(step.by), &text)?);
            let index = if kind.is_public() { &mut public } else { &mut internal };
            index.push_str(&text);
            index.push(' ');
            if kind == MessageKind::Subject {
                public.push_str(&story.requester);
                public.push(' ');
            }
        }
        let after = Ticket { id: ticket.id, version, updated_at: step.at, ..step.after };
        work.append(step.kind, Some(step.by), before.as_ref(), &after, details, None)?;
        before = Some(after);
    }
    let scope = scope::words(&ticket, &Involved::default());
    let document = Document { ticket: ticket.id, public: public.trim(), internal: internal.trim(), scope: &scope };
    search::insert(work.tx, &document)?;
    // What is open has its clocks from now on.
    work.now = SystemClock.now();
    if ticket.is_open() { work.adjust_clocks(&ticket) } else { Ok(()) }
}
