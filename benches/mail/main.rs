//! Measures mails on their way out of the program as it is shipped, to a mail server with TLS on this machine:
//! how soon one leaves, how many leave in a second, and a long backlog with somebody reading tickets beside it.
//! `cargo bench --bench mail -- --help` says how; docs/benchmarks.md what for. The mail server is
//! `tests/mail/sink.py` in the Python that KENTONGAN_TEST_MAIL_PYTHON names (`tests/run rust` makes it).

// A benchmark that breaks may stop.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use diesel::RunQueryDsl;
use kentongan::config::{Config, SecretUrl};
use kentongan::domain::ids::{EventId, PersonId, TicketId};
use kentongan::domain::notice::{Notice, Urgency, Way};
use kentongan::domain::people::{Appointment, Role};
use kentongan::services::accounts::secret;
use kentongan::services::tickets::open;
use kentongan::services::{Caller, Desk, SystemClock, open_store};
use kentongan::store::organisation::OpdFields;
use kentongan::store::outbox::NewNotice;
use kentongan::store::people::{Grant, PersonFields};
use kentongan::store::{history, organisation, outbox, people};

/// Measures how mails leave; prints a table.
#[derive(Parser)]
struct Arguments {
    /// How many mails wait in the backlog
    #[arg(long, default_value_t = 100_000)]
    backlog: usize,
    /// How many leave one by one from an idle desk
    #[arg(long, default_value_t = 200)]
    single: usize,
    /// The database, sqlite://… or postgres://…; fresh
    #[arg(long)]
    database: Option<String>,
    /// Stop the backlog after so many seconds
    #[arg(long, default_value_t = 600)]
    seconds: u64,
    /// Measure this program instead of the one of this source
    #[arg(long, default_value = env!("CARGO_BIN_EXE_kentongan"))]
    program: PathBuf,
    /// What cargo passes to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

const PASSWORD: &str = "kentongan desa berbunyi";
/// People of the desk, all of whom hear of each event of the backlog.
const PEOPLE: usize = 400;

/// A child that ends with this.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

struct Bench {
    desk: Arc<Desk>,
    caller: Caller,
    people: Vec<PersonId>,
    sink: PathBuf,
    address: String,
}

fn main() {
    let arguments = Arguments::parse();
    let folder = tempfile::tempdir().unwrap();
    let (sink, port) = sink(folder.path());
    let mut config = Config::default();
    let url = arguments.database.unwrap_or_else(|| format!("sqlite://{}", folder.path().join("desk.db").display()));
    config.database.url = SecretUrl::new(&url);
    open_store(&config).unwrap().migrate().unwrap();
    let desk = Arc::new(Desk::open(config, Arc::new(SystemClock)).unwrap());
    let (people, caller) = seed(&desk);
    let bench = Bench {
        desk,
        caller,
        people,
        sink: folder.path().join("taken"),
        address: format!(
            "127.0.0.1:{}",
            std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
        ),
    };
    let start = || bench.start(&arguments.program, folder.path(), port, &url);

    let program = start();
    let first = bench.ticket();
    let token = bench.token();
    bench.wait(1);
    let mut times: Vec<f64> = (0..arguments.single).map(|_| bench.one()).collect();
    println!("| what | figure |\n|---|---|");
    let (middle, p99) = percentiles(&mut times);
    println!("| event to acceptance by the server, idle, p50 / p99 | {middle:.2} s / {p99:.2} s |");
    let mut alone: Vec<f64> = (0..1000).map(|_| bench.page(&first, &token)).collect();
    let (middle, p99) = percentiles(&mut alone);
    println!("| a ticket by the API, idle, p50 / p99 | {middle:.1} ms / {p99:.1} ms |");
    drop(program);

    let queued = bench.backlog(arguments.backlog);
    let before = bench.count();
    let program = start();
    let (done, mut pages) = bench.drain(before, queued, arguments.seconds, &first, &token);
    let (taken, elapsed) = done;
    println!("| mails in a second, backlog of {queued}, TLS, 4 connections | {:.0} |", taken as f64 / elapsed);
    let (middle, p99) = percentiles(&mut pages);
    println!("| a ticket by the API meanwhile, p50 / p99 ({} reads) | {middle:.1} ms / {p99:.1} ms |", pages.len());
    println!("| mails that left before a more urgent one | {} |", bench.out_of_order());
    drop(program);
    drop(sink);
}

/// A mail server with TLS; gives its port.
fn sink(folder: &Path) -> (Running, u16) {
    let python = std::env::var("KENTONGAN_TEST_MAIL_PYTHON").expect("KENTONGAN_TEST_MAIL_PYTHON names the Python");
    let (pem, key) = (folder.join("server.pem"), folder.join("server.key"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&pem)
        .output()
        .unwrap();
    assert!(made.status.success());
    let mut child = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mail/sink.py"))
        .arg(folder.join("taken"))
        .arg("--tls")
        .args([&pem, &key])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    (Running(child), line.trim().parse().unwrap())
}

fn seed(desk: &Desk) -> (Vec<PersonId>, Caller) {
    let hash = secret::hash_password(PASSWORD).unwrap();
    let people = desk.housekeep(|work| {
        let fields = OpdFields {
            code: "OPD".to_owned(),
            name: "Dinas Kesehatan".to_owned(),
            kind: "dinas".to_owned(),
            independent_ict: false,
            active: true,
        };
        let opd = organisation::insert_opd(work.tx, &fields)?;
        let mut ids = Vec::new();
        for index in 0..PEOPLE {
            let fields = PersonFields {
                opd_id: opd.0,
                name: format!("Pegawai {index}"),
                email: format!("pegawai{index}@contoh.go.id"),
                nip: None,
                phone: None,
                active: true,
            };
            let id = people::insert(work.tx, &fields, work.now)?;
            people::set_password(work.tx, id, &hash)?;
            let role = if index == 0 { Role::Requester } else { Role::Tier1Agent };
            people::grant(work.tx, &Grant { person: id, role, appointment: Appointment::default() }, work.now)?;
            ids.push(id);
        }
        Ok(ids)
    });
    let people = people.unwrap();
    let today = desk.today();
    let actor = desk.read(|conn| Ok(people::actor(conn, people[0], today)?)).unwrap().unwrap();
    (people, Caller::plain(actor))
}

fn percentiles(times: &mut [f64]) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

impl Bench {
    fn start(&self, program: &Path, folder: &Path, port: u16, url: &str) -> Running {
        let child = Command::new(program)
            .arg("serve")
            .current_dir(folder)
            .env_remove("KENTONGAN_TEST_MAIL_PYTHON")
            .env("KENTONGAN_DATABASE__URL", url)
            .env("KENTONGAN_SERVER__BIND", &self.address)
            .env("KENTONGAN_MAIL__URL", format!("smtps://127.0.0.1:{port}"))
            .env("KENTONGAN_MAIL__CERTIFICATE", folder.join("server.pem"))
            .env("KENTONGAN_MAIL__FROM", "Meja Layanan <desk@contoh.go.id>")
            .env("KENTONGAN_ACCOUNTS__TOKEN_MINUTES", "60")
            .env("KENTONGAN_LOG__LEVEL", "warn")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let running = Running(child);
        while ureq::get(format!("http://{}/readyz", self.address)).call().is_err() {
            std::thread::sleep(Duration::from_millis(20));
        }
        running
    }

    /// Opens a ticket, of which one agent hears.
    fn ticket(&self) -> TicketId {
        let input = serde_json::json!({
            "type": "incident", "subject": "Internet kantor mati", "description": "Sejak pagi.", "channel": "portal",
        });
        let input: open::Input = serde_json::from_value(input).unwrap();
        open::run(&self.desk, &self.caller, &input).unwrap().id
    }

    fn count(&self) -> usize {
        let files = std::fs::read_dir(&self.sink).unwrap();
        files.filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().ends_with(".eml")).count()
    }

    fn wait(&self, count: usize) {
        while self.count() < count {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Seconds from an event to its mail at the server.
    fn one(&self) -> f64 {
        // Not in step with the worker.
        std::thread::sleep(Duration::from_millis(u64::from(rand::random::<u16>() % 700)));
        let (before, begun) = (self.count(), Instant::now());
        self.ticket();
        self.wait(before + 1);
        begun.elapsed().as_secs_f64()
    }

    fn token(&self) -> String {
        let body = serde_json::json!({"email": "pegawai0@contoh.go.id", "password": PASSWORD});
        let mut answer = ureq::post(format!("http://{}/api/v1/auth/token", self.address)).send_json(&body).unwrap();
        let answer: serde_json::Value = answer.body_mut().read_json().unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// Milliseconds that a ticket takes.
    fn page(&self, ticket: &TicketId, token: &str) -> f64 {
        let begun = Instant::now();
        let url = format!("http://{}/api/v1/tickets/{}", self.address, ticket.0);
        let mut answer = ureq::get(url).header("Authorization", format!("Bearer {token}")).call().unwrap();
        answer.body_mut().read_to_string().unwrap();
        begun.elapsed().as_secs_f64() * 1000.0
    }

    /// Queues notices for all agents: the least urgent first.
    fn backlog(&self, count: usize) -> usize {
        let agents = &self.people[1..];
        let events = count.div_ceil(agents.len());
        for round in 0..events {
            let ticket = self.ticket();
            let event = self.desk.read(|conn| Ok(history::of_ticket(conn, ticket, 0, 1)?)).unwrap()[0].id;
            let urgency = match round * 10 / events {
                0..=7 => Urgency::Usual,
                _ => Urgency::Urgent,
            };
            self.desk
                .housekeep(|work| {
                    let notice = |recipient: &PersonId| NewNotice {
                        event: EventId(event),
                        recipient: *recipient,
                        notice: Notice::Mention,
                        way: Way::Mail,
                        urgency,
                        due: work.now,
                    };
                    let notices: Vec<_> = agents.iter().map(notice).collect();
                    Ok(outbox::queue(work.tx, &notices, work.now)?)
                })
                .unwrap();
        }
        events * agents.len() + events
    }

    /// Waits until the backlog has left, reading tickets beside it.
    fn drain(
        &self,
        before: usize,
        count: usize,
        most: u64,
        ticket: &TicketId,
        token: &str,
    ) -> ((usize, f64), Vec<f64>) {
        let done = AtomicBool::new(false);
        let begun = Instant::now();
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let mut pages = Vec::new();
                while !done.load(Ordering::SeqCst) {
                    pages.push(self.page(ticket, token));
                    std::thread::sleep(Duration::from_millis(20));
                }
                pages
            });
            while self.count() < before + count && begun.elapsed().as_secs() < most {
                std::thread::sleep(Duration::from_secs(1));
            }
            let came = (self.count() - before, begun.elapsed().as_secs_f64());
            done.store(true, Ordering::SeqCst);
            (came, reader.join().unwrap())
        })
    }

    /// How many usual mails of the backlog left before the last urgent one, all of which were queued later.
    fn out_of_order(&self) -> usize {
        #[derive(diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            urgency: i64,
        }
        let sql = "SELECT urgency FROM outbox WHERE state = 'sent' AND notice = 'mention' ORDER BY ended_at, id";
        let rows: Vec<Row> = self.desk.read(|conn| Ok(diesel::sql_query(sql).load(conn).unwrap())).unwrap();
        let last = rows.iter().rposition(|row| row.urgency < Urgency::Usual as i64).unwrap_or(0);
        rows[..last].iter().filter(|row| row.urgency >= Urgency::Usual as i64).count()
    }
}
