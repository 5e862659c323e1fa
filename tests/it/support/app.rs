//! A running desk on a fresh database, with a cast of people and a clock that the test moves.

use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread::JoinHandle;

use chrono::{Duration, TimeZone, Utc};
use kentongan::config::Config;
use kentongan::domain::Instant;
use kentongan::domain::ids::{CategoryId, EventId, OpdId, PersonId, TeamId};
use kentongan::domain::mail::outcome::Outcome;
use kentongan::domain::people::{Appointment, Role};
use kentongan::services::accounts::secret::hash_password;
use kentongan::services::admin::{categories, opds, people, roles, teams};
use kentongan::services::{Clock, Desk, Work};
use kentongan::store::inbound_mail::{self, NewInbound};
use kentongan::store::people::PersonFields;
use kentongan::store::{history, outbox};
use serde_json::{Value, json};

use super::client::{Answer, Client};
use super::database::{Database, Kind};

/// The password of everybody in the cast.
pub const PASSWORD: &str = "kentongan desa berbunyi";

static HASH: LazyLock<String> = LazyLock::new(|| hash_password(PASSWORD).unwrap());

/// A clock that stands until the test moves it.
pub struct ManualClock(Mutex<Instant>);

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap()
    }
}

/// People, by a short name: requester and colleague of OPD A, its agents and head, the same of OPD B,
/// Tier 2 of two teams and CSIRT, the Dinas.
pub const CAST: &[(&str, &str, &[Role], &[&str])] = &[
    ("requester", "A", &[Role::Requester], &[]),
    ("colleague", "A", &[Role::Requester], &[]),
    ("agent", "A", &[Role::Tier1Agent], &[]),
    ("agent2", "A", &[Role::Tier1Agent], &[]),
    ("head", "A", &[Role::OpdHead], &[]),
    ("stranger", "B", &[Role::Requester], &[]),
    ("agent_b", "B", &[Role::Tier1Agent], &[]),
    ("tier2", "DINAS", &[Role::Tier2Agent], &["NET"]),
    ("tier2_other", "DINAS", &[Role::Tier2Agent], &["APP"]),
    ("csirt", "DINAS", &[Role::Tier2Agent], &["CSIRT"]),
    ("supervisor", "DINAS", &[Role::Supervisor], &[]),
    ("auditor", "DINAS", &[Role::Auditor], &[]),
    ("admin", "DINAS", &[Role::Admin], &[]),
];

/// Who tries what everybody may try: nobody signed in, and the cast.
pub const EVERYBODY: &[&str] = &[
    "anonymous",
    "requester",
    "colleague",
    "agent",
    "agent_b",
    "head",
    "tier2",
    "tier2_other",
    "supervisor",
    "auditor",
    "admin",
];

/// A running desk.
pub struct App {
    pub desk: Arc<Desk>,
    pub clock: Arc<ManualClock>,
    pub address: SocketAddr,
    pub opds: HashMap<String, OpdId>,
    pub teams: HashMap<String, TeamId>,
    pub people: HashMap<String, PersonId>,
    pub category: CategoryId,
    tokens: Mutex<HashMap<String, String>>,
    server: Option<(actix_web::dev::ServerHandle, JoinHandle<()>)>,
    pub database: Arc<Database>,
}

impl App {
    /// On a fresh database of this kind.
    pub fn on(kind: Kind) -> Self {
        Self::with(Database::fresh(kind))
    }

    /// On SQLite, where the database makes no difference.
    pub fn start() -> Self {
        Self::on(Kind::Sqlite)
    }

    /// On this database.
    pub fn with(database: Database) -> Self {
        let config = database.config();
        Self::set_up(database, config)
    }

    /// On a fresh database of this kind, with other settings than usual.
    pub fn configured(kind: Kind, change: impl FnOnce(&mut Config)) -> Self {
        let database = Database::fresh(kind);
        let mut config = database.config();
        change(&mut config);
        Self::set_up(database, config)
    }

    fn set_up(database: Database, config: Config) -> Self {
        let clock = Arc::new(ManualClock(Mutex::new(Utc.with_ymd_and_hms(2026, 11, 2, 1, 0, 0).unwrap())));
        let desk = Arc::new(Desk::open(config, Arc::<ManualClock>::clone(&clock)).unwrap());
        let cast = seed(&desk);
        Self::serving(desk, clock, database, cast)
    }

    /// A desk without anybody, on SQLite.
    pub fn empty() -> Self {
        Self::on_empty(Kind::Sqlite)
    }

    /// A desk without anybody.
    pub fn on_empty(kind: Kind) -> Self {
        let database = Database::fresh(kind);
        let clock = Arc::new(ManualClock(Mutex::new(Utc.with_ymd_and_hms(2026, 11, 2, 1, 0, 0).unwrap())));
        let desk = Arc::new(Desk::open(database.config(), Arc::<ManualClock>::clone(&clock)).unwrap());
        let nobody = (HashMap::new(), HashMap::new(), HashMap::new(), CategoryId(0));
        Self::serving(desk, clock, database, nobody)
    }

    fn serving(desk: Arc<Desk>, clock: Arc<ManualClock>, database: Database, cast: Cast) -> Self {
        let (address, server) = serve(Arc::clone(&desk));
        let (opds, teams, people, category) = cast;
        Self {
            desk,
            clock,
            address,
            opds,
            teams,
            people,
            category,
            tokens: Mutex::default(),
            server: Some(server),
            database: Arc::new(database),
        }
    }

    /// Another instance on the same database.
    pub fn beside(&self) -> Self {
        let desk = Arc::new(Desk::open(self.desk.config.clone(), Arc::<ManualClock>::clone(&self.clock)).unwrap());
        let (address, server) = serve(Arc::clone(&desk));
        Self {
            desk,
            clock: Arc::clone(&self.clock),
            address,
            opds: self.opds.clone(),
            teams: self.teams.clone(),
            people: self.people.clone(),
            category: self.category,
            tokens: Mutex::default(),
            server: Some(server),
            database: Arc::clone(&self.database),
        }
    }

    /// Stops the desk and leaves its database.
    pub fn finish(self) -> Arc<Database> {
        Arc::clone(&self.database)
    }

    /// Moves the clock.
    pub fn pass(&self, time: Duration) {
        *self.clock.0.lock().unwrap() += time;
        // Tokens end with time.
        self.tokens.lock().unwrap().clear();
    }

    /// A client signed in as somebody of the cast.
    pub fn sign_in(&self, name: &str) -> Client {
        let known = self.tokens.lock().unwrap().get(name).cloned();
        let token = known.unwrap_or_else(|| {
            let body = json!({"email": email(name), "password": PASSWORD});
            let answer = self.anonymous().post("/auth/token", &body).expect(200);
            let token = answer["access_token"].as_str().unwrap().to_owned();
            self.tokens.lock().unwrap().insert(name.to_owned(), token.clone());
            token
        });
        Client::new(self.address, Some(token))
    }

    /// A client without a token.
    pub fn anonymous(&self) -> Client {
        Client::new(self.address, None)
    }

    /// Opens a ticket as the requester and gives its number.
    pub fn ticket(&self) -> String {
        self.ticket_with(json!({}))
    }

    /// Opens a ticket with other fields than usual.
    pub fn ticket_with(&self, fields: Value) -> String {
        let mut body = json!({"type": "incident", "subject": "Internet kantor mati", "description": "Sejak pagi."});
        for (key, value) in fields.as_object().unwrap() {
            body[key] = value.clone();
        }
        number(&self.sign_in("requester").post("/tickets", &body).expect(201))
    }

    /// Hands a ticket over to the network team and gives the handover's id.
    pub fn hand_over(&self, ticket: &str) -> i64 {
        let body = json!({"team_id": self.teams["NET"].0, "reason": "skill", "tried": "Mulai ulang perangkat."});
        self.sign_in("agent").post(&format!("/tickets/{ticket}/handovers"), &body).expect(201)["id"].as_i64().unwrap()
    }

    /// Hands a ticket over and has it accepted.
    pub fn accepted(&self, ticket: &str) -> i64 {
        let handover = self.hand_over(ticket);
        self.sign_in("tier2").post(&format!("/tickets/{ticket}/handovers/{handover}/accept"), &json!({})).expect(200);
        handover
    }

    /// A month in which something of everything happens to six tickets, and what is confined beside it. Gives a ticket
    /// that stays open.
    pub fn november(&self) -> String {
        let [quick, handed, reopened, left] = [(); 4].map(|()| self.ticket());
        let resolve =
            |who, ticket: &str| self.post(who, ticket, "resolve", json!({"resolution": "Selesai."})).expect(200);
        self.pass(Duration::minutes(5));
        resolve("agent", &quick);
        self.sign_in("requester").post(&format!("/tickets/{quick}/rating"), &json!({"stars": 4})).expect(200);
        let handover = self.accepted(&handed);
        let back = json!({"instruction": "Periksa kabel dahulu."});
        self.sign_in("tier2").post(&format!("/tickets/{handed}/handovers/{handover}/return"), &back).expect(200);
        self.accepted(&handed);
        self.pass(Duration::days(2));
        resolve("tier2", &handed);
        resolve("agent", &reopened);
        self.post("requester", &reopened, "reopen", json!({"reason": "Masih mati."})).expect(200);
        self.ticket_with(json!({"security": true}));
        self.ticket_with(json!({"classification": "restricted"}));
        self.post("requester", &left, "cancel", json!({"reason": "Sudah tidak perlu."})).expect(200);
        reopened
    }

    /// A mail of a stranger that waits for a decision; gives its id.
    pub fn waiting_mail(&self, raw: &[u8]) -> i64 {
        static UIDS: AtomicI64 = AtomicI64::new(1);
        let sha256 = self.desk.blobs.put(raw).unwrap();
        let (now, uid) = (self.desk.now(), UIDS.fetch_add(1, Ordering::Relaxed));
        let new = NewInbound {
            mailbox: "desk@contoh.go.id/INBOX",
            uid_validity: 1,
            uid,
            message_id: "",
            sender: "orang@luar.example",
            subject: "Tolong",
            sent_at: None,
            found_at: now,
            outcome: Outcome::Triage,
            reason: Some("unknown_sender"),
            ticket: None,
            person: None,
            raw_sha256: Some(&sha256),
            raw_size: 64,
        };
        self.desk.housekeep(|work| Ok(inbound_mail::insert(work.tx, &new)?)).unwrap()
    }

    /// A ticket's fields as somebody sees them.
    pub fn read(&self, name: &str, ticket: &str) -> Value {
        self.sign_in(name).get(&format!("/tickets/{ticket}")).expect(200)
    }

    /// The notices of a ticket: what, and to whom of the cast.
    pub fn told(&self, ticket: &str) -> Vec<String> {
        self.told_in(ticket, &["queued", "collected", "kept", "sent", "digested", "dead"])
    }

    /// The notices of a ticket that are in one of these states.
    pub fn told_in(&self, ticket: &str, states: &[&str]) -> Vec<String> {
        let ticket = self.desk.prefix.read(ticket).unwrap();
        let name = |person: PersonId| self.people.iter().find(|(_, id)| **id == person).unwrap().0.clone();
        let told = self.desk.read(|conn| {
            let mut told = Vec::new();
            for event in history::of_ticket(conn, ticket, 0, 100)? {
                let notices = outbox::of_event(conn, EventId(event.id))?;
                let wanted = notices.into_iter().filter(|(_, _, state)| states.contains(&state.as_str()));
                told.extend(wanted.map(|(person, notice, _)| format!("{notice} {}", name(person))));
            }
            Ok(told)
        });
        told.unwrap()
    }

    /// Posts to something below a ticket.
    pub fn post(&self, name: &str, ticket: &str, what: &str, body: Value) -> Answer {
        self.sign_in(name).post(&format!("/tickets/{ticket}/{what}"), &body)
    }
}

/// The number of a ticket view.
pub fn number(view: &Value) -> String {
    view["number"].as_str().unwrap().to_owned()
}

/// The e-mail address of somebody of the cast.
pub fn email(name: &str) -> String {
    format!("{}@contoh.go.id", name.replace('_', "-"))
}

type Cast = (HashMap<String, OpdId>, HashMap<String, TeamId>, HashMap<String, PersonId>, CategoryId);

fn seed(desk: &Desk) -> Cast {
    desk.housekeep(|work| {
        let mut opd_ids = HashMap::new();
        for (code, name) in [("A", "Dinas A"), ("B", "Dinas B"), ("DINAS", "Diskominfo")] {
            let fields = opds::parse(&opds::Input {
                code: format!("OPD-{code}"),
                name: name.to_owned(),
                kind: "dinas".to_owned(),
                independent_ict: false,
            })?;
            opd_ids.insert(code.to_owned(), opds::apply(work, None, &fields)?);
        }
        let mut team_ids = HashMap::new();
        for code in ["NET", "APP", "CSIRT"] {
            let input = teams::Input { code: code.to_owned(), name: format!("Tim {code}"), csirt: code == "CSIRT" };
            team_ids.insert(code.to_owned(), teams::apply(work, None, &teams::parse(&input)?)?);
        }
        let mut ids = HashMap::new();
        for (name, opd, person_roles, person_teams) in CAST {
            let id = person(work, name, opd_ids[*opd], person_roles)?;
            for team in *person_teams {
                teams::apply_join(work, None, team_ids[*team], id)?;
            }
            ids.insert((*name).to_owned(), id);
        }
        let category = categories::Input { name: "Jaringan".to_owned(), team_id: Some(team_ids["NET"].0) };
        let category = categories::apply(work, None, &categories::parse(&category)?)?;
        Ok((opd_ids, team_ids, ids, category))
    })
    .unwrap()
}

/// Adds somebody with roles.
pub fn person(work: &mut Work<'_, '_>, name: &str, opd: OpdId, with: &[Role]) -> kentongan::services::Result<PersonId> {
    let fields = PersonFields {
        opd_id: opd.0,
        name: format!("Nama {name}"),
        email: email(name),
        nip: None,
        phone: None,
        active: true,
    };
    let id = people::apply(work, None, &fields, Some(&HASH))?;
    for role in with {
        roles::apply(work, None, id, *role, &Appointment::default())?;
    }
    Ok(id)
}

fn serve(desk: Arc<Desk>) -> (SocketAddr, (actix_web::dev::ServerHandle, JoinHandle<()>)) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (send, receive) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let server = kentongan::http::server::build(desk, listener, kentongan::cli::serve::routes).unwrap();
            send.send(server.handle()).unwrap();
            server.await.unwrap();
        });
    });
    (address, (receive.recv().unwrap(), thread))
}

impl Drop for App {
    fn drop(&mut self) {
        let (handle, thread) = self.server.take().expect("dropped once");
        actix_web::rt::System::new().block_on(handle.stop(false));
        let stopped = thread.join();
        if std::thread::panicking() {
            return;
        }
        stopped.expect("the server stops well");
        // Whatever a test did: the history must hold.
        let report = kentongan::services::history::verify::run(&self.desk, |_, _| {}).unwrap();
        assert_eq!(report.findings, [], "the history is whole after every test");
    }
}
