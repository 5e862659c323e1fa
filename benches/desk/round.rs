//! One database at one size: start, memory, and every kind of request.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::client::{Client, Pass, Request};
use super::load::{CLIENTS, measure};
use super::report::{Aim, CREATE, Line, Round};
use super::server::Server;
use super::words::{self, Dice, GENERAL, TOPICS};
use super::{Arguments, bare, seed};

/// The OPD whose Tier 1 agent reads, lists and searches.
const DESK: usize = 5;

/// Where to measure.
pub struct Place<'a> {
    pub database: &'static str,
    pub url: String,
    pub folder: &'a Path,
    pub program: &'a Path,
    /// The first process of the database, if it has processes.
    pub process: Option<u32>,
    /// See [`Round::share`].
    pub share: f64,
}

const READ: Aim = Aim { p99: Some(10.0), cpu: Some(0.3) };
const PAGE: Aim = Aim { p99: Some(25.0), cpu: Some(2.0) };
/// Pages for people: a queue, a ticket.
const QUEUE: Aim = Aim { p99: Some(40.0), cpu: Some(2.0) };
const TICKET: Aim = Aim { p99: Some(40.0), cpu: Some(1.5) };
const NONE: Aim = Aim { p99: None, cpu: None };

/// Measures everything.
pub fn run(place: &Place<'_>, tickets: usize, bytes: u64, arguments: &Arguments) -> anyhow::Result<Round> {
    eprintln!("{}, {tickets} tickets", place.database);
    let who = {
        let server = Server::start(place, &Pass::None, None)?;
        server.settle(place.process);
        let (agent, supervisor) = (seed::email(DESK, 0), seed::email(0, 4));
        Who {
            agent: server.sign_in(&agent, seed::PASSWORD)?,
            supervisor: server.sign_in(&supervisor, seed::PASSWORD)?,
            agent_browsing: server.browse(&agent, seed::PASSWORD)?,
            supervisor_browsing: server.browse(&supervisor, seed::PASSWORD)?,
        }
    };
    let first_answer = slowest_start(place, &who.agent)?;
    let server = Server::start(place, &who.agent, Some("/api/v1/tickets?limit=1"))?;
    std::thread::sleep(Duration::from_secs(1));
    let idle = server.memory().0;
    let stop = AtomicBool::new(false);
    let (lines, bare, most) = std::thread::scope(|scope| {
        let sampler = scope.spawn(|| most_memory(&server, &stop));
        let measured = requests(place, &server, &who, arguments);
        stop.store(true, Ordering::Relaxed);
        let most = sampler.join().expect("the sampler does not panic");
        measured.map(|(lines, bare)| (lines, bare, most))
    })?;
    Ok(Round {
        database: place.database,
        tickets,
        bytes,
        lines,
        bare,
        share: place.share,
        first_answer,
        memory: (idle, most, server.memory().1),
    })
}

/// Who asks.
struct Who {
    agent: Pass,
    supervisor: Pass,
    agent_browsing: Pass,
    supervisor_browsing: Pass,
}

fn slowest_start(place: &Place<'_>, pass: &Pass) -> anyhow::Result<f64> {
    let mut slowest: f64 = 0.0;
    for _ in 0..5 {
        let server = Server::start(place, pass, Some("/api/v1/tickets?limit=1"))?;
        slowest = slowest.max(server.first_answer);
    }
    Ok(slowest)
}

fn most_memory(server: &Server, stop: &AtomicBool) -> f64 {
    let mut most: f64 = 0.0;
    while !stop.load(Ordering::Relaxed) {
        most = most.max(server.memory().0);
        std::thread::sleep(Duration::from_millis(100));
    }
    most
}

type Measured = (Vec<Line>, (f64, f64));

fn requests(place: &Place<'_>, server: &Server, who: &Who, arguments: &Arguments) -> anyhow::Result<Measured> {
    let cpu = || server.cpu(place.process);
    let connect = |pass: &Pass| -> anyhow::Result<Vec<Client>> {
        (0..CLIENTS).map(|_| Ok(Client::connect(server.address, pass)?)).collect()
    };
    let count = arguments.requests;
    let (agent, supervisor) = (&who.agent, &who.supervisor);
    let numbers = numbers_of_desk(&mut Client::connect(server.address, agent)?)?;
    let long = long_ticket(&mut Client::connect(server.address, agent)?)?;
    // Connections of their own for every kind: idle ones are closed by the server.
    let by = |pass: &Pass, count: usize, request: &(dyn Fn(usize, usize) -> Request + Sync)| {
        measure(&mut connect(pass)?, count, cpu, request)
    };
    let mut lines = Vec::new();
    let mut add = |name: &'static str, aim, pass: &Pass, count, request: &(dyn Fn(usize, usize) -> Request + Sync)| {
        if arguments.only.as_ref().is_none_or(|part| name.contains(part.as_str())) {
            lines.push(Line { name, aim, measure: by(pass, count, request)? });
        }
        anyhow::Ok(())
    };
    add("read one ticket", READ, agent, count * 2, &|client, n| {
        let number = &numbers[Dice::new(seed_of(client, n)).below(numbers.len())];
        Request::get(format!("/api/v1/tickets/{number}"))
    })?;
    add("list 50 open tickets of a desk", PAGE, agent, count, &|_, _| Request::get("/api/v1/tickets"))?;
    add("search, Tier 1 of a desk", PAGE, agent, count, &|client, n| search(client, n, None))?;
    add("search, supervisor", PAGE, supervisor, count, &|client, n| search(client, n, None))?;
    for (kind, (of_desk, of_supervisor)) in KINDS.iter().enumerate().filter(|_| arguments.searches) {
        add(of_desk, NONE, agent, count / 4, &|client, n| search(client, n, Some(kind)))?;
        add(of_supervisor, NONE, supervisor, count / 4, &|client, n| search(client, n, Some(kind)))?;
    }
    add("page: queue of a desk", QUEUE, &who.agent_browsing, count, &|_, _| Request::get("/antrean"))?;
    add("page: queue of all, supervisor", QUEUE, &who.supervisor_browsing, count, &|_, _| Request::get("/antrean"))?;
    add("page: ticket with 50 messages", TICKET, &who.agent_browsing, count, &|_, _| {
        Request::get(format!("/tiket/{long}"))
    })?;
    let before = bare::rate(&place.url)?;
    add(CREATE, NONE, agent, count, &opening)?;
    let after = bare::rate(&place.url)?;
    Ok((lines, (before, after)))
}

fn seed_of(client: usize, n: usize) -> u64 {
    u64::try_from(client * 1_000_003 + n).expect("small") + 7_000_000_000
}

/// The numbers of the tickets of the desk, open and ended, from all the years.
fn numbers_of_desk(client: &mut Client) -> anyhow::Result<Vec<String>> {
    let mut numbers = Vec::new();
    let mut cursor = String::new();
    while numbers.len() < 25_000 {
        let path = format!("/api/v1/tickets?state=any&limit=200{cursor}");
        let page: serde_json::Value = serde_json::from_slice(&client.send(&Request::get(path))?.body)?;
        let items = page["items"].as_array().map_or(&[][..], Vec::as_slice);
        numbers.extend(items.iter().filter_map(|item| item["number"].as_str()).map(str::to_owned));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    anyhow::ensure!(!numbers.is_empty(), "the desk has no tickets");
    Ok(numbers)
}

/// The number of a new ticket with fifty messages.
fn long_ticket(client: &mut Client) -> anyhow::Result<String> {
    let answer = client.send(&opening(99, 0))?;
    let view: serde_json::Value = serde_json::from_slice(&answer.body)?;
    let number = view["number"].as_str().ok_or_else(|| anyhow::anyhow!("not opened: {view}"))?.to_owned();
    for n in 1..50 {
        let mut dice = Dice::new(seed_of(98, n));
        let topic = words::topic(&mut dice);
        let body = serde_json::json!({"body": words::sentence(&mut dice, topic, 34)}).to_string();
        let kind = if n % 3 == 0 { "notes" } else { "replies" };
        let answer = client.send(&Request::post(format!("/api/v1/tickets/{number}/{kind}"), body))?;
        anyhow::ensure!(answer.status < 300, "{kind}: {}", String::from_utf8_lossy(&answer.body));
    }
    Ok(number)
}

/// Kinds of queries, as a desk asks them and as supervision does.
const KINDS: [(&str, &str); 8] = [
    ("search, Tier 1: a word of every second ticket", "search, supervisor: a word of every second ticket"),
    ("search, Tier 1: a frequent topic", "search, supervisor: a frequent topic"),
    ("search, Tier 1: a place", "search, supervisor: a place"),
    ("search, Tier 1: an inventory number", "search, supervisor: an inventory number"),
    ("search, Tier 1: topic and place", "search, supervisor: topic and place"),
    ("search, Tier 1: any word and inventory number", "search, supervisor: any word and inventory number"),
    ("search, Tier 1: two topics", "search, supervisor: two topics"),
    ("search, Tier 1: two words of every second ticket", "search, supervisor: two words of every second ticket"),
];

fn search(client: usize, n: usize, kind: Option<usize>) -> Request {
    let mut dice = Dice::new(seed_of(client, n) + 11);
    let topic = |dice: &mut Dice| {
        let words = words::topic(dice);
        dice.pick(words).to_owned()
    };
    let query = match kind.unwrap_or(n % KINDS.len()) {
        0 => dice.pick(GENERAL).to_owned(),
        1 => TOPICS[dice.below(4)][dice.below(10)].to_owned(),
        2 => words::place(&mut dice),
        3 => words::inventory(&mut dice),
        4 => format!("{}+{}", topic(&mut dice), words::place(&mut dice)),
        5 => format!("{}+{}", dice.pick(GENERAL), words::inventory(&mut dice)),
        6 => format!("{}+{}", topic(&mut dice), topic(&mut dice)),
        _ => format!("{}+{}", dice.pick(GENERAL), dice.pick(GENERAL)),
    };
    Request::get(format!("/api/v1/tickets?q={query}"))
}

fn opening(client: usize, n: usize) -> Request {
    let mut dice = Dice::new(seed_of(client, n) + 13);
    let topic = words::topic(&mut dice);
    let body = serde_json::json!({
        "type": "incident",
        "subject": words::sentence(&mut dice, topic, 6),
        "description": words::sentence(&mut dice, topic, 34),
    });
    Request::post("/api/v1/tickets", body.to_string())
}
