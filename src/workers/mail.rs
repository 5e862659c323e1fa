//! Every second on every instance: sends what waits to leave. Instances need no agreement beyond the claims on
//! the notices themselves.
//!
//! When nothing can leave at all, the whole worker pauses instead of having each notice fail: after an outage of
//! a day all mails leave as if nothing had been.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant as Stopwatch};

use chrono::TimeDelta;

use crate::domain::Instant;
use crate::domain::mail::letter::Letter;
use crate::mail::{self, Connection, Failure, Transport, letters};
use crate::reports::attach;
use crate::services::outbox::deliver::{self, CLAIM_SECONDS, Outcome};
use crate::services::outbox::digest;
use crate::services::outbox::prepare::{self, Prepared};
use crate::services::sla::ring;
use crate::services::{Desk, Error, Result};
use crate::store::deliveries::Claimed;

/// How many notices each connection claims at a time. Few, so that what is urgent need not wait for what is not.
const EACH: usize = 25;

/// How long claims are worked on; what is left then is given back.
const TURN: Duration = Duration::from_secs(CLAIM_SECONDS.unsigned_abs() / 2);

/// How long claims hold.
const CLAIM: Duration = Duration::from_secs(CLAIM_SECONDS.unsigned_abs());

/// How long to wait for a database that is away before trying again.
const AWAY: Duration = Duration::from_millis(500);

/// The first and the longest pause, in seconds, when nothing can leave.
const PAUSE_SECONDS: i64 = 5;
const LONGEST_PAUSE_SECONDS: i64 = 60;

/// How long digests wait for alarms at most: where nothing rings although it should, people hear at least the rest.
const LONGEST_RINGING: TimeDelta = TimeDelta::hours(1);

/// Sends mails over connections that it keeps.
pub struct Postman {
    transport: Box<dyn Transport>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    lines: Vec<Option<Box<dyn Connection>>>,
    /// Until when nothing is tried, and after how many failures in a row.
    paused: Option<Instant>,
    failures: u32,
    /// Since when alarms ring without end.
    ringing: Option<Instant>,
}

impl State {
    /// Whether digests wait. While a sweep goes on, as after an outage, each person would get one after the other.
    fn holds_digests(&mut self, desk: &Desk) -> Result<bool> {
        if !ring::is_due(desk)? {
            self.ringing = None;
            return Ok(false);
        }
        let since = *self.ringing.get_or_insert(desk.now());
        Ok(desk.now() - since < LONGEST_RINGING)
    }
}

/// What a round came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    pub sent: usize,
    /// Not sent, or not to be sent.
    pub other: usize,
}

impl Postman {
    /// In the way that the configuration names.
    pub fn new(desk: &Desk) -> Result<Self> {
        let transport = mail::open(&desk.config.mail).map_err(Error::Internal)?;
        // Files have no answers to wait for: several at a time would only crowd the database.
        let lines = if desk.config.mail.url.reveal().starts_with("file://") { 1 } else { desk.config.mail.connections };
        Ok(Self::over(lines, transport))
    }

    /// In this way.
    pub fn with(desk: &Desk, transport: Box<dyn Transport>) -> Self {
        Self::over(desk.config.mail.connections, transport)
    }

    fn over(lines: u32, transport: Box<dyn Transport>) -> Self {
        let lines = (0..lines.max(1)).map(|_| None).collect();
        Self { transport, state: Mutex::new(State { lines, ..State::default() }) }
    }

    /// Sends everything that is due, the most urgent first, until nothing is or nothing can leave.
    pub fn run(&self, desk: &Desk) -> Result<Round> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut round = Round::default();
        if state.paused.is_some_and(|until| desk.now() < until) {
            return Ok(round);
        }
        if !state.holds_digests(desk)? {
            while digest::queue_due(desk)? > 0 {}
        }
        // Looking first: an idle desk writes nothing.
        while deliver::is_due(desk)? {
            if let Err(why) = self.open(&mut state) {
                pause(desk, &mut state, &why);
                break;
            }
            let most = i64::try_from(EACH * state.lines.len()).unwrap_or(i64::MAX);
            let claimed = deliver::claim(desk, most)?;
            if claimed.is_empty() {
                break;
            }
            let turn = Turn::new(desk, self.transport.as_ref(), &claimed);
            let came = turn.run(&mut state.lines)?;
            round.sent += came.sent;
            round.other += came.other;
            if let Some(why) = turn.down() {
                pause(desk, &mut state, &why);
                break;
            }
            state.failures = 0;
            state.paused = None;
        }
        Ok(round)
    }

    /// Has the first connection.
    fn open(&self, state: &mut State) -> std::result::Result<(), String> {
        if let Some(first) = state.lines.first_mut().filter(|first| first.is_none()) {
            *first = Some(self.transport.connect()?);
        }
        Ok(())
    }
}

fn pause(desk: &Desk, state: &mut State, why: &str) {
    let doubled = PAUSE_SECONDS << state.failures.min(8);
    let seconds = doubled.min(LONGEST_PAUSE_SECONDS);
    state.failures += 1;
    state.paused = Some(desk.now() + TimeDelta::seconds(seconds));
    let why = without_addresses(why);
    tracing::error!(why, seconds, "no mail can leave; it is tried again");
}

/// What was claimed at one time, worked on over several connections side by side.
struct Turn<'a> {
    desk: &'a Desk,
    transport: &'a dyn Transport,
    claimed: &'a [Claimed],
    begun: Stopwatch,
    next: AtomicUsize,
    /// Why nothing can leave, once that is so.
    down: Mutex<Option<String>>,
    stop: AtomicBool,
}

impl<'a> Turn<'a> {
    fn new(desk: &'a Desk, transport: &'a dyn Transport, claimed: &'a [Claimed]) -> Self {
        Self {
            desk,
            transport,
            claimed,
            begun: Stopwatch::now(),
            next: AtomicUsize::new(0),
            down: Mutex::default(),
            stop: AtomicBool::new(false),
        }
    }

    /// Works on all claims, or gives back those that it did not come to.
    fn run(&self, lines: &mut [Option<Box<dyn Connection>>]) -> Result<Round> {
        let rounds = std::thread::scope(|scope| {
            let lanes = lines.iter_mut().enumerate();
            let lanes: Vec<_> = lanes.map(|(at, line)| scope.spawn(move || self.lane(at == 0, line))).collect();
            let panicked = |_| Err(Error::Internal("sending panicked".to_owned()));
            lanes.into_iter().map(|lane| lane.join().unwrap_or_else(panicked)).collect::<Vec<_>>()
        });
        let left: Vec<&Claimed> = self.claimed.iter().skip(self.next.load(Ordering::SeqCst)).collect();
        if !left.is_empty() {
            deliver::release(self.desk, &left)?;
        }
        let mut all = Round::default();
        for round in rounds {
            let round = round?;
            all.sent += round.sent;
            all.other += round.other;
        }
        Ok(all)
    }

    /// Takes one claim after the other. Only the first connection decides whether anything can leave at all:
    /// there are servers that take fewer than we would like.
    fn lane(&self, is_first: bool, line: &mut Option<Box<dyn Connection>>) -> Result<Round> {
        let mut round = Round::default();
        while !self.stop.load(Ordering::SeqCst) && self.begun.elapsed() < TURN {
            let Some(claimed) = self.claimed.get(self.next.fetch_add(1, Ordering::SeqCst)) else { break };
            let (outcome, down) = self.send(claimed, line).inspect_err(|_| self.stop.store(true, Ordering::SeqCst))?;
            match outcome {
                Outcome::Sent(_) => round.sent += 1,
                Outcome::Released => {}
                _ => round.other += 1,
            }
            log(claimed, &outcome, self.record(claimed, &outcome)?);
            if let Some(why) = down {
                if is_first {
                    self.stop.store(true, Ordering::SeqCst);
                    *self.down.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
                }
                break;
            }
        }
        Ok(round)
    }

    /// Records what came of one, however long the database is away: what is sent and not recorded is sent again.
    fn record(&self, claimed: &Claimed, outcome: &Outcome) -> Result<bool> {
        loop {
            match deliver::record(self.desk, claimed, outcome) {
                Err(error) if error.is_passing() && self.begun.elapsed() < CLAIM => {
                    tracing::warn!(notice = claimed.id, %error, "what came of a mail is not recorded yet");
                    std::thread::sleep(AWAY);
                }
                recorded => return recorded,
            }
        }
    }

    /// Sends one; gives what came of it, and why the connection is of no use any more if it is not.
    fn send(&self, claimed: &Claimed, line: &mut Option<Box<dyn Connection>>) -> Result<(Outcome, Option<String>)> {
        let prepared = prepare::run(self.desk, claimed).and_then(|prepared| whole(self.desk, prepared));
        let mail = match prepared {
            Ok(Err(why)) => return Ok((Outcome::Kept(why), None)),
            Ok(Ok(letter)) => match letters::write(letter) {
                Ok(mail) => mail,
                Err(why) => return Ok((Outcome::Failed(why), None)),
            },
            Err(error) if error.is_passing() => {
                deliver::record(self.desk, claimed, &Outcome::Released)?;
                return Err(error);
            }
            // One that cannot be told must not keep the others from leaving.
            Err(error) => return Ok((Outcome::Failed(error.to_string()), None)),
        };
        let connected = match line.take() {
            Some(connected) => Ok(connected),
            None => self.transport.connect(),
        };
        let sent = connected.map_err(Failure::Down).and_then(|mut connected| {
            let sent = connected.send(&mail);
            if !matches!(sent, Err(Failure::Down(_))) {
                *line = Some(connected);
            }
            sent
        });
        Ok(match sent {
            Ok(answer) => (Outcome::Sent(answer), None),
            Err(Failure::Passing(why)) => (Outcome::Failed(why), None),
            Err(Failure::Lasting(why)) => (Outcome::Refused(why), None),
            Err(Failure::Down(why)) => (Outcome::Released, Some(why)),
        })
    }

    fn down(&self) -> Option<String> {
        self.down.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A letter with its files, which are made only now; or why there is none.
fn whole(desk: &Desk, prepared: Prepared) -> Result<std::result::Result<Letter, &'static str>> {
    Ok(match prepared {
        Prepared::Kept(why) => Err(why),
        Prepared::Letter(letter) => Ok(*letter),
        Prepared::Report(mut letter, bundle) => {
            letter.words.subject = crate::reports::title(&bundle.report.snapshot);
            letter.files = attach::files(desk, &bundle)?;
            Ok(*letter)
        }
    })
}

fn log(claimed: &Claimed, outcome: &Outcome, is_dead: bool) {
    let (notice, attempt) = (claimed.id, claimed.attempt);
    match outcome {
        Outcome::Sent(_) => tracing::debug!(notice, attempt, "a mail has left"),
        Outcome::Failed(answer) | Outcome::Refused(answer) => {
            let answer = without_addresses(answer);
            if is_dead {
                tracing::error!(notice, attempt, answer, "a mail could not be sent and is given up");
            } else {
                tracing::warn!(notice, attempt, answer, "a mail was not sent; it is tried again");
            }
        }
        Outcome::Kept(why) => tracing::debug!(notice, why, "a mail need not leave any more"),
        Outcome::Released => {}
    }
}

/// What a server answered, as it may stand in the log, which holds nobody's address.
fn without_addresses(answer: &str) -> String {
    answer.split(' ').map(|word| if word.contains('@') { "***" } else { word }).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_holds_no_address() {
        let answer = "550 5.1.1 <budi@contoh.go.id>: user unknown";
        assert_eq!(without_addresses(answer), "550 5.1.1 *** user unknown");
    }
}
