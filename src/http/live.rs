//! Passes on what happens to whoever listens. One follower reads the events for all streams of a desk; it
//! rests while nobody listens.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::rt;
use tokio::sync::{Notify, broadcast, watch};

use crate::domain::ids::TicketId;
use crate::services::tickets::follow::{Follower, Happening};
use crate::services::{Desk, Error};

/// How often the follower looks. Each look is a search in an index.
const PACE: Duration = Duration::from_millis(500);

/// How long a stream waits for the follower before it begins.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long it waits after a failure.
const PAUSE: Duration = Duration::from_secs(5);

/// How many happenings a slow listener may be behind.
const BACKLOG: usize = 256;

/// The most streams of a session. A further one ends the oldest.
pub const MOST_STREAMS: usize = 6;

/// Who listens to a desk.
pub struct Live {
    desk: Arc<Desk>,
    happenings: broadcast::Sender<Happening>,
    stopping: watch::Sender<bool>,
    /// Whether the follower has got a place from which it misses nothing.
    following: watch::Sender<bool>,
    streams: Mutex<Streams>,
}

#[derive(Default)]
struct Streams {
    /// Whether the follower is at work.
    followed: bool,
    given: u64,
    by_session: BTreeMap<i64, VecDeque<(u64, Arc<Notify>)>>,
    /// Tickets that are open before somebody, with how many streams ask about each.
    looked_at: BTreeMap<TicketId, usize>,
}

/// A place among those who listen, given up when dropped.
pub struct Listener {
    live: Arc<Live>,
    session: i64,
    id: u64,
    ticket: Option<TicketId>,
    happenings: broadcast::Receiver<Happening>,
    stopping: watch::Receiver<bool>,
    ended: Arc<Notify>,
}

/// What a listener hears.
pub enum Heard {
    Happening(Happening),
    /// Some of it was missed.
    Missed,
    /// The session has newer streams, too many to go on with this one.
    Crowded,
    /// The server stops.
    Stopping,
}

impl Live {
    /// Of a desk, before anybody listens.
    pub fn of(desk: Arc<Desk>) -> Self {
        Self {
            desk,
            happenings: broadcast::channel(BACKLOG).0,
            stopping: watch::channel(false).0,
            following: watch::channel(false).0,
            streams: Mutex::default(),
        }
    }

    /// Ends every stream.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Listens for a session, perhaps with a ticket open.
    pub fn listen(self: &Arc<Self>, session: i64, ticket: Option<TicketId>) -> Listener {
        let ended = Arc::new(Notify::new());
        let mut streams = self.streams();
        streams.given += 1;
        let id = streams.given;
        let own = streams.by_session.entry(session).or_default();
        own.push_back((id, Arc::clone(&ended)));
        if own.len() > MOST_STREAMS
            && let Some((_, oldest)) = own.pop_front()
        {
            oldest.notify_one();
        }
        if let Some(ticket) = ticket {
            *streams.looked_at.entry(ticket).or_default() += 1;
        }
        // Before the follower begins, so that it finds somebody.
        let happenings = self.happenings.subscribe();
        if !std::mem::replace(&mut streams.followed, true) {
            rt::spawn(follow(Arc::clone(self)));
        }
        drop(streams);
        Listener { live: Arc::clone(self), session, id, ticket, happenings, stopping: self.stopping.subscribe(), ended }
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tickets that are open before somebody; nothing if nobody listens and the follower may rest.
    fn wanted(&self) -> Option<Vec<TicketId>> {
        let mut streams = self.streams();
        if self.happenings.receiver_count() == 0 || *self.stopping.borrow() {
            streams.followed = false;
            self.following.send_replace(false);
            return None;
        }
        Some(streams.looked_at.keys().copied().collect())
    }
}

impl Listener {
    /// Waits until nothing that happens from now on is missed, or until that takes too long.
    pub async fn ready(&self) {
        let mut following = self.live.following.subscribe();
        let waiting = following.wait_for(|following| *following);
        if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
            tracing::warn!("a stream begins although the events cannot be followed yet");
        }
    }

    /// Waits for what comes next.
    pub async fn next(&mut self) -> Heard {
        tokio::select! {
            biased;
            _ = self.stopping.wait_for(|stopping| *stopping) => Heard::Stopping,
            () = self.ended.notified() => Heard::Crowded,
            received = self.happenings.recv() => match received {
                Ok(happening) => Heard::Happening(happening),
                Err(broadcast::error::RecvError::Lagged(_)) => Heard::Missed,
                Err(broadcast::error::RecvError::Closed) => Heard::Stopping,
            },
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut streams = self.live.streams();
        if let Some(own) = streams.by_session.get_mut(&self.session) {
            own.retain(|(id, _)| *id != self.id);
            if own.is_empty() {
                streams.by_session.remove(&self.session);
            }
        }
        if let Some(ticket) = self.ticket
            && let Some(count) = streams.looked_at.get_mut(&ticket)
        {
            *count -= 1;
            if *count == 0 {
                streams.looked_at.remove(&ticket);
            }
        }
    }
}

/// Follows as long as somebody listens. After a failure everybody looks again by themselves.
async fn follow(live: Arc<Live>) {
    let mut turns = tokio::time::interval(PACE);
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (mut follower, mut failed) = (None, false);
    loop {
        turns.tick().await;
        let Some(looked_at) = live.wanted() else { return };
        let (desk, known) = (Arc::clone(&live.desk), follower.take());
        let turn = rt::task::spawn_blocking(move || {
            let mut follower = match known {
                Some(follower) => follower,
                None => Follower::begin(&desk)?,
            };
            let happenings = follower.turn(&desk, &looked_at)?;
            Ok::<_, Error>((follower, happenings))
        });
        match turn.await.unwrap_or_else(|_| Err(Error::Internal("panicked".to_owned()))) {
            Ok((known, happenings)) => {
                follower = Some(known);
                live.following.send_replace(true);
                let missed = std::mem::take(&mut failed).then_some(Happening::Lost);
                for happening in missed.into_iter().chain(happenings) {
                    // It is no failure if nobody is left to hear it.
                    live.happenings.send(happening).ok();
                }
            }
            Err(error) => {
                if !failed {
                    tracing::warn!(%error, "cannot follow what happens; trying again");
                }
                failed = true;
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
