//! What people do with the desk: one file per verb, one transaction each. Knows domain and store;
//! nothing of HTTP, HTML or mail.

pub mod accounts;
pub mod admin;
pub mod demo;

mod error;
pub mod evaluations;
pub mod fields;
pub mod history;
pub mod import;
pub mod inbound;
pub mod notifications;
pub mod outbox;
pub mod reports;
pub mod sla;
pub mod supervision;
pub mod tickets;
mod work;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use error::{AuthProblem, Error, FieldError, Result};
pub use work::{Details, Work};

use crate::config::{Config, Logo};
use crate::domain::Instant;
use crate::domain::chain::sha256_hex;
use crate::domain::ids::Prefix;
use crate::domain::people::Actor;
use crate::store::blobs::Blobs;
use crate::store::{Conn, Sizes, Store, Tx, access, settings};

/// The only thing that knows what time it is.
pub trait Clock: Send + Sync {
    /// Now, in whole milliseconds.
    fn now(&self) -> Instant;
}

/// The clock of the machine.
#[derive(Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::from_timestamp_millis(Utc::now().timestamp_millis()).expect("the present is a valid instant")
    }
}

/// Everything of one Pemda. There is no global state: hosting several is a map of these.
pub struct Desk {
    pub store: Store,
    pub blobs: Blobs,
    pub config: Config,
    pub prefix: Prefix,
    pub zone: Tz,
    /// Of the local government, if it has set one.
    pub logo: Option<Logo>,
    /// What this instance has sent.
    pub counters: outbox::Counters,
    clock: Arc<dyn Clock>,
    token_secret: String,
    /// What was read of calendars and policy; read again when there is more.
    rules: RwLock<Option<Arc<sla::Rules>>>,
}

/// A request that must happen once, however often it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// What the client chose.
    pub key: String,
    /// Hash of method, path and body.
    pub fingerprint: String,
}

/// Who asks, and on which conditions.
#[derive(Clone, Debug)]
pub struct Caller {
    pub actor: Actor,
    pub idempotency: Option<Idempotency>,
    /// The version that the ticket must still have.
    pub if_match: Option<i64>,
}

impl Caller {
    /// A caller without conditions.
    pub fn plain(actor: Actor) -> Self {
        Self { actor, idempotency: None, if_match: None }
    }
}

impl Desk {
    /// Opens the desk on its database, which must have this program's schema.
    pub fn open(config: Config, clock: Arc<dyn Clock>) -> Result<Self> {
        let store = open_store(&config)?;
        let configured = config.accounts.token_secret.reveal();
        let token_secret = if configured.is_empty() {
            let fresh = accounts::secret::random();
            store.write(|tx| settings::get_or_put(tx, "token_secret", &fresh).map_err(Error::from))?
        } else {
            configured.to_owned()
        };
        let desk = Self {
            store,
            blobs: Blobs::new(&config.attachments.folder),
            prefix: Prefix::parse(&config.tenant.ticket_prefix).map_err(Error::Internal)?,
            zone: config.tenant.time_zone.parse().map_err(|_| Error::Internal("time zone".to_owned()))?,
            logo: Logo::read(&config.tenant.logo).map_err(Error::Internal)?,
            counters: outbox::Counters::default(),
            token_secret,
            clock,
            config,
            rules: RwLock::new(None),
        };
        sla::seed::plant(&desk)?;
        // Known from the start: transactions that write do not keep what they read of them.
        desk.read(|conn| desk.rules(conn))?;
        Ok(desk)
    }

    /// The calendars and policies there are. Not for write transactions: what these see may still be undone.
    pub fn rules(&self, conn: &mut Conn) -> Result<Arc<sla::Rules>> {
        if let Some(known) = self.known_rules(conn)? {
            return Ok(known);
        }
        let fresh = Arc::new(sla::Rules::load(conn)?);
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&fresh));
        Ok(fresh)
    }

    /// The calendars and policies that were read before, if there are no others by now.
    fn known_rules(&self, conn: &mut Conn) -> Result<Option<Arc<sla::Rules>>> {
        let known = self.rules.read().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some(rules) if rules.is_newest(conn)? => Ok(Some(rules)),
            _ => Ok(None),
        }
    }

    /// What codes in Message-IDs and reply addresses are made with.
    pub fn thread_secret(&self) -> &str {
        &self.token_secret
    }

    /// Now.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Today where the desk stands.
    pub fn today(&self) -> NaiveDate {
        self.now().with_timezone(&self.zone).date_naive()
    }

    /// Runs reads.
    pub fn read<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        self.store.read(work)
    }

    /// Runs one transaction as somebody. With an idempotency key the outcome is remembered in the same
    /// transaction, and a repetition gets it again without anything happening.
    pub fn act<T: Serialize + DeserializeOwned>(
        &self,
        caller: &Caller,
        mut act: impl FnMut(&mut Work<'_, '_>) -> Result<T>,
    ) -> Result<T> {
        let now = self.now();
        self.store.write(|tx| {
            let Some(idempotency) = &caller.idempotency else {
                return act(&mut Work::new(self, tx, now, caller.if_match));
            };
            if let Some(known) = replay(tx, caller, idempotency)? {
                return Ok(known);
            }
            let output = act(&mut Work::new(self, tx, now, caller.if_match))?;
            let text = serde_json::to_string(&output).map_err(|e| Error::Internal(e.to_string()))?;
            access::remember(tx, caller.actor.id, &idempotency.key, &idempotency.fingerprint, &text, now)?;
            Ok(output)
        })
    }

    /// Whether this very request was done before and is only repeated.
    pub fn was_done(&self, caller: &Caller) -> Result<bool> {
        let Some(idempotency) = &caller.idempotency else { return Ok(false) };
        self.read(|conn| Ok(access::replay(conn, caller.actor.id, &idempotency.key)?.is_some()))
    }

    /// What stands for a request in the memory of idempotency keys. Keyed, since it is kept for days and
    /// the request may hold a password; the key may lie in the same database.
    pub fn fingerprint(&self, request: &str) -> String {
        sha256_hex(format!("{}{request}", self.token_secret).as_bytes())
    }

    /// Runs one transaction of the program itself.
    pub fn housekeep<T>(&self, mut act: impl FnMut(&mut Work<'_, '_>) -> Result<T>) -> Result<T> {
        let now = self.now();
        self.store.write(|tx| act(&mut Work::new(self, tx, now, None)))
    }
}

/// Opens the database that the configuration names.
pub fn open_store(config: &Config) -> Result<Store> {
    let sizes =
        Sizes { readers: config.database.connections, wait: Duration::from_secs(config.database.wait_seconds.into()) };
    Ok(Store::open(config.database.url.reveal(), sizes)?)
}

fn replay<T: DeserializeOwned>(tx: &mut Tx<'_>, caller: &Caller, idempotency: &Idempotency) -> Result<Option<T>> {
    match access::replay(tx, caller.actor.id, &idempotency.key)? {
        None => Ok(None),
        Some((fingerprint, _)) if fingerprint != idempotency.fingerprint => Err(Error::IdempotencyReused),
        Some((_, output)) => {
            serde_json::from_str(&output).map(Some).map_err(|e| Error::Internal(format!("remembered outcome: {e}")))
        }
    }
}
