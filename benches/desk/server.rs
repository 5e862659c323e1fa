//! The program under load as a process of its own, and what the kernel says of it.

use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::client::{Client, Pass, Request};
use super::round::Place;

/// Ticks a second in which the kernel counts processor time; 100 on every Linux that people run.
const TICKS: f64 = 100.0;

/// Caught up is who used less than so many milliseconds of processor time a second, for so many seconds: longer
/// than a worker sleeps that looks for something to do.
const CALM: f64 = 50.0;
const SETTLED: u32 = 10;

/// A running server; it is stopped when this is dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// Milliseconds from its start to the first answer.
    pub first_answer: f64,
}

/// Milliseconds of processor time used so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cpu {
    pub server: f64,
    pub database: f64,
}

impl Server {
    /// Starts the program on a database and waits for its first answer: `/healthz`, then a read of `path`.
    pub fn start(place: &Place<'_>, pass: &Pass, path: Option<&str>) -> anyhow::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let begun = Instant::now();
        let child = Command::new(place.program)
            .arg("serve")
            .current_dir(place.folder)
            .env("KENTONGAN_DATABASE__URL", &place.url)
            .env("KENTONGAN_SERVER__BIND", address.to_string())
            .env("KENTONGAN_ACCOUNTS__TOKEN_MINUTES", "60")
            .env("KENTONGAN_ACCOUNTS__SIGN_INS_PER_MINUTE", "1000")
            .env("KENTONGAN_LOG__LEVEL", "warn")
            .stdout(Stdio::null())
            .spawn()
            .context("cannot start the program")?;
        let mut server = Self { child, address, first_answer: 0.0 };
        let mut client = server.wait(begun, pass)?;
        for path in std::iter::once("/healthz").chain(path) {
            let answer = client.send(&Request::get(path))?;
            if answer.status != 200 {
                bail!("{path}: {}", answer.status);
            }
        }
        server.first_answer = begun.elapsed().as_secs_f64() * 1000.0;
        Ok(server)
    }

    fn wait(&mut self, begun: Instant, pass: &Pass) -> anyhow::Result<Client> {
        loop {
            match Client::connect(self.address, pass) {
                Ok(client) => return Ok(client),
                Err(_) if begun.elapsed() < Duration::from_secs(60) => {
                    if let Some(status) = self.child.try_wait()? {
                        bail!("the program ended at once: {status}");
                    }
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err(error) => return Err(error).context("the program does not listen"),
            }
        }
    }

    /// Waits until it has caught up with its past: a first start freezes the reports of three years and anchors
    /// a million tickets.
    pub fn settle(&self, database: Option<u32>) {
        let busy = || {
            let Cpu { server, database } = self.cpu(database);
            server + database
        };
        let mut calm = 0;
        while calm < SETTLED {
            let before = busy();
            std::thread::sleep(Duration::from_secs(1));
            calm = if busy() - before < CALM { calm + 1 } else { 0 };
        }
    }

    /// An access token of somebody.
    pub fn sign_in(&self, email: &str, password: &str) -> anyhow::Result<Pass> {
        let body = serde_json::json!({"email": email, "password": password}).to_string();
        let answer = Client::connect(self.address, &Pass::None)?.send(&Request::post("/api/v1/auth/token", body))?;
        let value: serde_json::Value = serde_json::from_slice(&answer.body)?;
        let token = value["access_token"].as_str().with_context(|| format!("sign-in: {value}"))?;
        Ok(Pass::Token(token.to_owned()))
    }

    /// The session of somebody with a browser.
    pub fn browse(&self, email: &str, password: &str) -> anyhow::Result<Pass> {
        let page = Client::connect(self.address, &Pass::None)?.send(&Request::get("/masuk"))?;
        let guest = page.cookie("kentongan_tamu").context("a guest gets a cookie")?;
        let text = String::from_utf8(page.body)?;
        let hidden = |name: &str| {
            let rest = text.split(&format!("name=\"{name}\" value=\"")).nth(1)?;
            rest.split('"').next().map(str::to_owned)
        };
        let csrf = hidden("_csrf").context("the form proves itself")?;
        let nonce = hidden("_nonce").context("the form happens once")?;
        let password = password.replace(' ', "+");
        let body = format!("_csrf={csrf}&_nonce={nonce}&email={email}&password={password}&ke=%2Fantrean");
        let pass = Pass::Cookies(format!("kentongan_tamu={guest}"));
        let answer = Client::connect(self.address, &pass)?.send(&Request::post("/masuk", body))?;
        let session = answer.cookie("kentongan").with_context(|| format!("sign-in: {}", answer.status))?;
        Ok(Pass::Cookies(format!("kentongan={session}")))
    }

    /// Processor time of the program, and of all processes below `database`.
    pub fn cpu(&self, database: Option<u32>) -> Cpu {
        Cpu { server: time_of(self.child.id(), false), database: database.map_or(0.0, family_time) }
    }

    /// Resident memory now and at its peak, in MB.
    pub fn memory(&self) -> (f64, f64) {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let field = |name: &str| {
            let line = text.lines().find(|line| line.starts_with(name));
            line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
        };
        (field("VmRSS:"), field("VmHWM:"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Ask first: a server that stops in order leaves its database without a journal to read.
        let asked = Command::new("sh").args(["-c", "kill -TERM \"$0\""]).arg(self.child.id().to_string()).status();
        let begun = Instant::now();
        while asked.is_ok() && begun.elapsed() < Duration::from_secs(35) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ended_already = self.child.kill();
        let _nothing_more_to_do = self.child.wait();
    }
}

/// Milliseconds of a process; with those of its ended children if wanted.
fn time_of(process: u32, with_children: bool) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name in parentheses may hold anything; the fields begin behind it with the third.
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let field = |number: usize| fields.get(number - 3).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    let own = field(14) + field(15);
    let children = if with_children { field(16) + field(17) } else { 0.0 };
    (own + children) * 1000.0 / TICKS
}

/// Milliseconds of a process and of everything that it started.
fn family_time(parent: u32) -> f64 {
    let mut sum = time_of(parent, true);
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let text = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let of = text.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)?.parse::<u32>().ok());
        if of == Some(parent) {
            sum += time_of(process, false);
        }
    }
    sum
}
