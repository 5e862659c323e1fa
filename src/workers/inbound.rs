//! Reads mailboxes: one task for each, on one instance at a time. It waits for the server to tell of new
//! messages, and looks by itself now and then.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::block;

use crate::config::Mailbox;
use crate::mail::inbound::{Failure, Raw, Session, Trust, trust};
use crate::services::inbound::{boxes, take};
use crate::services::{Desk, Error, Result};

/// How long an instance keeps the lease without renewing it, in seconds. It only saves work: a message that two
/// instances take is taken by the first to commit.
const LEASE_SECONDS: i64 = 45;

/// How often the lease is renewed at least.
const RENEWED: Duration = Duration::from_secs(15);

/// After so many failures to get one message the others are read without it.
const MOST_TRIES: u32 = 4;

/// The longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// A connection is made anew after so many turns, so that one that is dead without knowing is not waited for.
const MOST_TURNS: u32 = 120;

/// In every so many turns all of the mailbox is compared with what was taken, and not only what is new.
const WHOLE_TURNS: u32 = 10;

/// Reads all mailboxes of the configuration for ever.
pub async fn run(desk: Arc<Desk>, holder: String) {
    // Both were read when the program started.
    let (Ok(mailboxes), Ok(trust)) = (desk.config.inbound.read(), trust(&desk.config.inbound.certificates)) else {
        return;
    };
    let readers = mailboxes.into_iter().map(|mailbox| Reader {
        stuck: RefCell::default(),
        desk: Arc::clone(&desk),
        holder: holder.clone(),
        name: mailbox.name(),
        mailbox,
        trust: trust.clone(),
    });
    futures_util::future::join_all(readers.map(Reader::run)).await;
}

/// Reads all there is in the mailboxes once, and gives how many messages were taken. For tests and commands that
/// must know when it is done.
pub async fn once(desk: &Arc<Desk>) -> std::result::Result<usize, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure(error.to_string());
    let trust = trust(&desk.config.inbound.certificates).map_err(Failure)?;
    let mut taken = 0;
    for mailbox in desk.config.inbound.read().map_err(Failure)? {
        let name = mailbox.name();
        let (stuck, desk, holder) = (RefCell::default(), Arc::clone(desk), String::new());
        let reader = Reader { stuck, desk, holder, name, mailbox, trust: trust.clone() };
        let (mut session, opened) = Session::open(&reader.mailbox, &reader.trust).await?;
        taken += reader.look(&mut session, opened.uid_validity, None).await.map_err(|problem| failed(&problem))?.0;
        session.close().await;
    }
    Ok(taken)
}

/// Why a turn ended.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("{0}")]
    Mail(#[from] Failure),
    #[error("{0}")]
    Desk(#[from] Error),
}

struct Reader {
    /// How often getting which message has failed.
    stuck: RefCell<HashMap<u32, u32>>,
    desk: Arc<Desk>,
    holder: String,
    name: String,
    mailbox: Mailbox,
    trust: Trust,
}

impl Reader {
    async fn run(self) {
        let mut failures = 0;
        loop {
            match self.session(&mut failures).await {
                Ok(()) => tokio::time::sleep(RENEWED).await,
                Err(problem) => {
                    failures += 1;
                    self.tell(&problem, failures).await;
                    tokio::time::sleep(pause(failures)).await;
                }
            }
        }
    }

    /// Reads as long as this instance has the lease and the connection lasts.
    async fn session(&self, failures: &mut u32) -> std::result::Result<(), Problem> {
        if !self.lease().await? {
            return Ok(());
        }
        let (mut session, opened) = Session::open(&self.mailbox, &self.trust).await?;
        let mut last = 0;
        for turn in 0..MOST_TURNS {
            let after = if turn % WHOLE_TURNS == 0 { None } else { Some(last) };
            last = self.look(&mut session, opened.uid_validity, after).await?.1.max(last);
            *failures = 0;
            match self.wait(session).await? {
                Some(waited) => session = waited,
                None => return Ok(()),
            }
        }
        session.close().await;
        Ok(())
    }

    /// Waits for news or for the time to look by itself; nothing if another instance has the lease now.
    async fn wait(&self, mut session: Session) -> std::result::Result<Option<Session>, Problem> {
        let mut left = Duration::from_secs(self.desk.config.inbound.poll_seconds.into());
        let mut news = false;
        while !left.is_zero() && !news {
            let slice = left.min(RENEWED);
            (session, news) = session.wait(slice).await?;
            left -= slice;
            if !self.lease().await? {
                session.close().await;
                return Ok(None);
            }
        }
        Ok(Some(session))
    }

    /// Takes everything that was not taken yet: of the whole mailbox, or of what came after a message. Gives how
    /// many were taken, and the last there is.
    async fn look(
        &self,
        session: &mut Session,
        uid_validity: u32,
        after: Option<u32>,
    ) -> std::result::Result<(usize, u32), Problem> {
        let name = self.name.clone();
        let uids = match after {
            Some(last) => session.after(last).await?,
            None => {
                let day = self.work(move |desk| boxes::begin(desk, &name)).await?;
                session.since(day).await?
            }
        };
        let last = uids.iter().copied().max().unwrap_or(0);
        let (name, whole) = (self.name.clone(), after.is_none());
        let left = self.work(move |desk| boxes::left(desk, &name, uid_validity, uids, whole)).await?;
        let mut taken = 0;
        for (at, uid) in left.into_iter().enumerate() {
            // A long list takes longer than the lease holds.
            if at % 50 == 49 && !self.holder.is_empty() && !self.lease().await? {
                break;
            }
            let Some(raw) = self.fetch(session, uid_validity, uid).await? else { continue };
            let name = self.name.clone();
            let outcome = self
                .work(move |desk| {
                    let (content, whole_size) = (raw.content, raw.whole_size);
                    take::run(desk, &take::Found { mailbox: &name, uid_validity, uid, raw: &content, whole_size })
                })
                .await?;
            taken += usize::from(outcome.is_some());
            tracing::debug!(mailbox = self.name, uid, ?outcome, "took a mail");
        }
        Ok((taken, last))
    }

    /// Gets a message; nothing if it is gone. One that fails again and again is given up.
    async fn fetch(
        &self,
        session: &mut Session,
        uid_validity: u32,
        uid: u32,
    ) -> std::result::Result<Option<Raw>, Problem> {
        let failure = match session.fetch(uid, self.desk.config.inbound.most_bytes).await {
            Ok(raw) => {
                self.stuck.borrow_mut().remove(&uid);
                return Ok(raw);
            }
            Err(failure) => failure,
        };
        let tries = self.stuck.borrow().get(&uid).copied().unwrap_or_default() + 1;
        self.stuck.borrow_mut().insert(uid, tries);
        if tries >= MOST_TRIES {
            let (name, cause) = (self.name.clone(), failure.to_string());
            self.work(move |desk| take::give_up(desk, &name, uid_validity, uid, &cause)).await?;
        }
        Err(failure.into())
    }

    async fn lease(&self) -> Result<bool> {
        let (holder, lease) = (self.holder.clone(), format!("inbound {}", self.name));
        self.work(move |desk| super::lease(desk, &lease, &holder, LEASE_SECONDS)).await
    }

    async fn tell(&self, problem: &Problem, failures: u32) {
        // Once is nothing: servers start anew, and connections end.
        if failures < 3 {
            tracing::warn!(mailbox = self.name, %problem, "a mailbox could not be read; it is tried again");
        } else {
            tracing::error!(mailbox = self.name, %problem, failures, "a mailbox cannot be read; it is tried again");
        }
        let (name, words) = (self.name.clone(), problem.to_string());
        if let Err(error) = self.work(move |desk| boxes::fail(desk, &name, &words)).await {
            tracing::error!(mailbox = self.name, %error, "the problem could not be noted");
        }
    }

    /// Runs work of the desk where it may take its time.
    async fn work<T: Send + 'static>(&self, work: impl FnOnce(&Desk) -> Result<T> + Send + 'static) -> Result<T> {
        let desk = Arc::clone(&self.desk);
        block(move || work(&desk)).await.unwrap_or_else(|_| Err(Error::Internal("panicked".to_owned())))
    }
}

/// How long to wait after so many failures in a row: two seconds, doubling.
fn pause(failures: u32) -> Duration {
    Duration::from_secs(1 << failures.min(9)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_five_minutes() {
        let seconds: Vec<u64> = (1..=10).map(|failures| pause(failures).as_secs()).collect();
        assert_eq!(seconds, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }
}
