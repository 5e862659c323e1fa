//! A desk to try out: the OPDs and people of an imaginary Pemda, three months of tickets up to now, and
//! tickets at every stage of life. All of it is example data ("data contoh"), made by the same services as
//! everything else, so that permissions, history and anchors hold for it too.

mod act;
mod evaluations;
mod history;
mod letters;
mod life;
mod office;
mod organisation;
mod play;
mod promises;
mod random;
mod script;
mod seed;
mod stories;

use std::collections::BTreeMap;

use chrono::Days;

use super::accounts::secret;
use super::reports::{freeze, recipients};
use super::sla::ring;
use super::tickets::attach;
use super::{Caller, Desk, Work};
use crate::config::{Config, Letterhead};
use crate::domain::Instant;
use crate::domain::ids::{PersonId, TicketId};
use crate::store::{people, settings, tickets};
use act::{Act, Step};
use history::Planner;
use office::Office;
use organisation::Organisation;
use random::Random;
use script::Scene;
use seed::Seed;

/// The password of every demo account. It is printed, so it protects nothing: never seed a desk that
/// strangers can reach.
pub const PASSWORD: &str = "kentongan demo 2026";

/// Where the database says that it is a demo, and how far it has come.
const SETTING: &str = "demo";
const SEEDING: &str = "seeding";
const DONE: &str = "done";

/// About how many tickets the three months have.
const TICKETS: usize = 580;

/// Makes another demo when changed.
const CHANCE: u64 = 20_261_122;

/// The accounts that are printed: the local parts of their addresses, and what they are.
const ACCOUNTS: [(&str, &str); 9] = [
    ("budi", "Pelapor"),
    ("sari", "Petugas Tier 1"),
    ("dewi", "Petugas Tier 1"),
    ("andi", "Petugas Tier 2 (Tim Jaringan)"),
    ("rina", "Petugas Tier 2 (CSIRT)"),
    ("hendra", "Penyelia"),
    ("ratna", "Kepala OPD"),
    ("agus", "Auditor"),
    ("admin", "Admin"),
];

/// Somebody to sign in as, with [`PASSWORD`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    pub email: String,
    /// In Bahasa Indonesia.
    pub roles: String,
    /// The short name of the OPD.
    pub opd: String,
}

/// What a start of the demo did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything is there now.
    Seeded {
        /// How many tickets.
        tickets: usize,
        /// How many people.
        people: usize,
    },
    /// Everything was there; nothing was changed.
    AlreadyThere,
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database is somebody's desk. Nothing was changed.
    #[error(
        "this database holds people who are not of the demo, so nothing was added to it; \
         name an empty database for the demo"
    )]
    NotEmpty,
    /// An earlier start did not come to its end, or another one is still going on. Nothing was changed.
    #[error(
        "the demo in this database is incomplete: an earlier start was interrupted, or is still going on; \
         delete the database, or name an empty one, and start again"
    )]
    Interrupted,
    /// Anything else.
    #[error(transparent)]
    Service(#[from] super::Error),
}

impl crate::store::Retry for Error {
    fn is_race(&self) -> bool {
        match self {
            Self::Service(error) => error.is_race(),
            Self::NotEmpty | Self::Interrupted => false,
        }
    }
}

impl From<crate::store::Error> for Error {
    fn from(error: crate::store::Error) -> Self {
        Self::Service(error.into())
    }
}

/// The accounts to try, in the order of a tour.
pub fn accounts() -> Vec<Account> {
    let (opds, people) = seed::opds_and_people().expect("a test reads the seed files");
    let account = |(local, roles): &(&str, &str)| {
        let person = people.iter().find(|person| person.email.split('@').next() == Some(local))?;
        let opd = opds.iter().find(|opd| opd.code == person.opd)?;
        let (name, email) = (person.name.clone(), person.email.clone());
        Some(Account { name, email, roles: (*roles).to_owned(), opd: opd.short.clone() })
    };
    ACCOUNTS.iter().filter_map(account).collect()
}

/// What a demo is called and what its paper says, where nothing else is set: all of it made up.
pub fn dress(config: &mut Config) {
    let usual = Config::default();
    if config.tenant == usual.tenant {
        config.tenant.name = "Pemerintah Kabupaten Batang (data contoh)".to_owned();
        config.tenant.ticket_prefix = "BTG".to_owned();
    }
    if config.letterhead == usual.letterhead {
        config.letterhead = Letterhead {
            address: "Jalan Contoh Nomor 1, Batang 51200; Telepon (0285) 000000, pos-el diskominfo@contoh.go.id"
                .to_owned(),
            place: "Batang".to_owned(),
            to: "Yth. Bupati Batang; melalui Sekretaris Daerah; di Batang".to_owned(),
            to_opd: "Yth. Kepala {opd}; di Batang".to_owned(),
            office: "Kepala Dinas Komunikasi; dan Informatika,".to_owned(),
            signatory: "Suryo Hadiprana".to_owned(),
            rank: "Pembina Utama Muda; NIP 19999924 202003 1 025".to_owned(),
            copies: "Asisten Administrasi Umum; Inspektur Daerah".to_owned(),
            ..usual.letterhead
        };
    }
}

/// Whether a database holds a demo.
pub fn is_there(desk: &Desk) -> super::Result<bool> {
    desk.read(|conn| Ok(settings::get(conn, SETTING)?.is_some()))
}

/// Fills a migrated, empty database with the demo; does nothing if it is there. Tells `progress` how many
/// acts of how many are done.
pub fn run(desk: &Desk, progress: &mut dyn FnMut(u64, u64)) -> Result<Outcome, Error> {
    seeded(desk, TICKETS, progress)
}

fn seeded(desk: &Desk, tickets: usize, progress: &mut dyn FnMut(u64, u64)) -> Result<Outcome, Error> {
    let seed = Seed::read()?;
    let now = desk.now();
    let Some(organisation) = found(desk, &seed, now)? else { return Ok(Outcome::AlreadyThere) };
    let steps = plan(desk, &seed, &organisation, now, tickets)?;
    play::run(desk, &steps, progress)?;
    take_over_clocks(desk)?;
    schedule(desk)?;
    // Its past months have their reports, which go to somebody. One is evaluated after its report was frozen, the last
    // before, so that its report has both what is recommended now and what came of the evaluation before.
    let past = freeze::due(desk)?;
    let before = past.iter().rev().nth(1).copied();
    freeze::run(desk, &mut |month| Ok(Some(month) != before))?;
    if let (Some(before), Some(last)) = (before, past.last()) {
        evaluations::make(desk, &organisation, before, 7, 0)?;
        evaluations::make(desk, &organisation, *last, 3, 1)?;
        freeze::run(desk, &mut |_| Ok(true))?;
    }
    letters::receive(desk)?;
    desk.store.write(|tx| settings::put(tx, SETTING, DONE))?;
    let tickets = steps.iter().filter(|step| matches!(step.act, Act::Open(_))).count();
    Ok(Outcome::Seeded { tickets, people: organisation.people })
}

/// Puts the supervisor and an office beside the desk on the list of those who get reports.
fn schedule(desk: &Desk) -> Result<(), Error> {
    let Some(email) = accounts().into_iter().map(|account| account.email).find(|email| email.starts_with("hendra@"))
    else {
        return Ok(());
    };
    let today = desk.today();
    let actor = desk.read(|conn| match people::by_email(conn, &email)? {
        Some(row) => Ok(people::actor(conn, PersonId(row.id), today)?),
        None => Ok(None),
    })?;
    let Some(actor) = actor else { return Ok(()) };
    let beside = email.replace("hendra@", "sekretaris.daerah@");
    for (email, name) in [(email, None), (beside, Some("Sekretaris Daerah".to_owned()))] {
        let input = recipients::Input { opd: None, email, name, formats: Vec::new(), moment: None };
        recipients::add(desk, &Caller::plain(actor.clone()), &input)?;
    }
    Ok(())
}

/// From now on alarms ring; what would have rung in the past has.
fn take_over_clocks(desk: &Desk) -> Result<(), Error> {
    let mut after = TicketId(0);
    loop {
        let open = desk.store.read(|conn| tickets::open_after(conn, after, 100))?;
        let Some(last) = open.last() else { return Ok(()) };
        after = *last;
        desk.housekeep(|work| open.iter().try_for_each(|ticket| ring::take_over(work, *ticket)))?;
    }
}

/// Adds the organisation, before its first ticket, and says that seeding has begun. `None` if the demo is
/// there already.
fn found(desk: &Desk, seed: &Seed, now: Instant) -> Result<Option<Organisation>, Error> {
    let office = Office { zone: desk.zone };
    let day = desk.today().checked_sub_days(Days::new(history::SPAN + 7)).unwrap_or(desk.today());
    let hash = secret::hash_password(PASSWORD)?;
    desk.store.write(|tx| {
        match settings::get(tx, SETTING)?.as_deref() {
            Some(DONE) => return Ok(None),
            Some(_) => return Err(Error::Interrupted),
            None if people::any(tx)? => return Err(Error::NotEmpty),
            None => settings::put(tx, SETTING, SEEDING)?,
        }
        let at = office.at(day, 480).min(now);
        let mut work = Work::new(desk, tx, at, None);
        let organisation = organisation::found(&mut work, seed, &hash)?;
        promises::make(&mut work, &organisation)?;
        Ok(Some(organisation))
    })
}

/// Everything that happens up to now, in order of time.
fn plan(
    desk: &Desk,
    seed: &Seed,
    organisation: &Organisation,
    now: Instant,
    tickets: usize,
) -> Result<Vec<Step>, Error> {
    let files = files(desk, seed)?;
    let scene = Scene { seed, organisation, office: Office { zone: desk.zone }, now, files: &files };
    let mut planner = Planner::new(&scene, Random::new(CHANCE));
    planner.live(tickets);
    planner.show();
    let mut steps = planner.steps;
    steps.retain(|step| step.at < now);
    // Stable: what happens to one ticket keeps its order.
    steps.sort_by_key(|step| step.at);
    Ok(steps)
}

/// Stores the files of the seed.
fn files(desk: &Desk, seed: &Seed) -> Result<BTreeMap<String, attach::StoredFile>, Error> {
    let shown = seed.tickets.iter().filter_map(|story| story.file.as_ref());
    let mut files = BTreeMap::new();
    for file in seed.extras.files.iter().chain(shown) {
        let content = file.content.trim_start().as_bytes().to_vec();
        let input = attach::Input { name: file.name.clone(), content, internal: false };
        files.insert(file.name.clone(), attach::store(desk, &input)?);
    }
    Ok(files)
}

#[cfg(test)]
mod tests;
