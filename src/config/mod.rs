//! Configuration: what can be set, its defaults, and how it is read (file < environment < flag).
//! Nothing else reads the environment.

mod load;
mod logo;
mod mailbox;
mod secret;
mod signing;

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

pub use load::{ConfigError, Overrides, load};
pub use logo::Logo;
pub use mailbox::{Mailbox, Tls};
pub use secret::{Secret, SecretUrl};
pub use signing::Signing;

use crate::domain::ids::Prefix;

/// Everything that can be set. `config/default.toml` says what each key means.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub server: Server,
    pub database: Database,
    pub mail: Mail,
    pub inbound: Inbound,
    pub tenant: Tenant,
    pub letterhead: Letterhead,
    pub accounts: Accounts,
    pub tickets: Tickets,
    pub attachments: Attachments,
    pub reports: Reports,
    pub signing: Signing,
    pub log: Log,
}

/// Where the program listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub bind: String,
    pub public_url: String,
    pub workers: u32,
    pub stop_seconds: u32,
    pub behind_proxy: bool,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            bind: "127.0.0.1:8080".to_owned(),
            public_url: "http://127.0.0.1:8080".to_owned(),
            workers: 2,
            stop_seconds: 30,
            behind_proxy: false,
        }
    }
}

/// Where the data is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: SecretUrl,
    pub connections: u32,
    pub wait_seconds: u32,
}

impl Default for Database {
    fn default() -> Self {
        Self { url: SecretUrl::new("sqlite://data/kentongan.db"), connections: 8, wait_seconds: 5 }
    }
}

/// How notices leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub url: SecretUrl,
    pub certificate: String,
    pub from: String,
    pub reply_to: String,
    pub subaddress: bool,
    pub connections: u32,
    pub per_minute: u32,
    pub keep_trying_hours: u32,
    pub digest_at: String,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            url: SecretUrl::new("file://data/mail"),
            certificate: String::new(),
            from: "Service Desk <service-desk@localhost>".to_owned(),
            reply_to: String::new(),
            subaddress: true,
            connections: 4,
            per_minute: 0,
            keep_trying_hours: 96,
            digest_at: "07:30".to_owned(),
        }
    }
}

impl Mail {
    /// The time of day at which digests leave.
    pub fn digest_time(&self) -> Result<NaiveTime, String> {
        NaiveTime::parse_from_str(&self.digest_at, "%H:%M")
            .map_err(|_| format!("\"{}\" is not a time of day, for example 07:30", self.digest_at))
    }
}

/// How mails that come in become tickets and replies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inbound {
    pub mailboxes: Vec<SecretUrl>,
    pub poll_seconds: u32,
    pub first_days: u32,
    pub unknown: String,
    pub require_authentication: String,
    pub per_sender_hour: u32,
    pub most_bytes: u32,
    pub keep_days: u32,
    pub certificates: String,
}

impl Default for Inbound {
    fn default() -> Self {
        Self {
            mailboxes: Vec::new(),
            poll_seconds: 60,
            first_days: 1,
            unknown: "triage".to_owned(),
            require_authentication: String::new(),
            per_sender_hour: 30,
            most_bytes: 40 * 1024 * 1024,
            keep_days: 30,
            certificates: String::new(),
        }
    }
}

impl Inbound {
    /// The mailboxes, read from their URLs; says what is wrong with them without saying a password.
    pub fn read(&self) -> Result<Vec<Mailbox>, String> {
        let mut read: Vec<Mailbox> = Vec::with_capacity(self.mailboxes.len());
        for (at, url) in self.mailboxes.iter().enumerate() {
            let mailbox = Mailbox::parse(url.reveal()).map_err(|reason| format!("(number {}) {reason}", at + 1))?;
            if read.iter().any(|other| other.name() == mailbox.name()) {
                return Err(format!("{} is named twice", mailbox.name()));
            }
            read.push(mailbox);
        }
        Ok(read)
    }
}

/// Whose desk this is (Perbup Sumenep 39/2023 Ps 1(5): the name of the Dinas differs).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    pub name: String,
    pub dinas: String,
    pub ticket_prefix: String,
    pub time_zone: String,
    pub opd_word: String,
    pub logo: String,
}

impl Default for Tenant {
    fn default() -> Self {
        Self {
            name: "Pemerintah Kabupaten".to_owned(),
            dinas: "Dinas Komunikasi dan Informatika".to_owned(),
            ticket_prefix: "KTG".to_owned(),
            time_zone: "Asia/Jakarta".to_owned(),
            opd_word: "OPD".to_owned(),
            logo: String::new(),
        }
    }
}

impl Tenant {
    /// What stands for all OPDs together.
    pub fn all_opds(&self) -> String {
        format!("Seluruh {}", self.opd_word)
    }
}

/// What official paper says besides its text (Permendagri 1/2023). Several lines are parted by semicolons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letterhead {
    pub address: String,
    pub place: String,
    pub nature: String,
    pub basis: String,
    pub to: String,
    pub to_opd: String,
    pub office: String,
    pub signatory: String,
    pub rank: String,
    pub copies: String,
}

impl Default for Letterhead {
    fn default() -> Self {
        Self {
            address: String::new(),
            place: String::new(),
            nature: "Biasa".to_owned(),
            basis: String::new(),
            to: "Yth. Bupati/Wali Kota; melalui Sekretaris Daerah; di Tempat".to_owned(),
            to_opd: "Yth. Kepala {opd}; di Tempat".to_owned(),
            office: "Kepala Dinas,".to_owned(),
            signatory: "........................................".to_owned(),
            rank: "NIP ...................................".to_owned(),
            copies: String::new(),
        }
    }
}

impl Letterhead {
    /// The lines of a setting.
    pub fn lines(&self, setting: &str) -> Vec<String> {
        setting.split(';').map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    /// To whom what goes to an OPD is addressed. Its name is no setting: a semicolon in it parts nothing.
    pub fn to_opd(&self, name: &str) -> Vec<String> {
        self.lines(&self.to_opd).iter().map(|line| line.replace("{opd}", name)).collect()
    }
}

/// Signing in (BSSN 4/2021 Ps 27(1)-(2)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    pub token_minutes: u32,
    pub refresh_days: u32,
    pub sign_in_days: u32,
    pub wrong_tries: u32,
    pub lock_seconds: u32,
    pub lock_most_seconds: u32,
    pub sign_ins_per_minute: u32,
    pub session_idle_minutes: u32,
    pub session_hours: u32,
    pub token_secret: Secret,
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            token_minutes: 15,
            refresh_days: 14,
            sign_in_days: 30,
            wrong_tries: 5,
            lock_seconds: 60,
            lock_most_seconds: 3600,
            sign_ins_per_minute: 60,
            session_idle_minutes: 60,
            session_hours: 12,
            token_secret: Secret::default(),
        }
    }
}

/// The life of tickets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tickets {
    pub reopen_working_days: u32,
}

impl Default for Tickets {
    fn default() -> Self {
        Self { reopen_working_days: 3 }
    }
}

/// Files on tickets (BSSN 4/2021 Ps 27(11)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachments {
    pub folder: String,
    pub most_bytes: u32,
    pub quota_bytes: u64,
}

impl Default for Attachments {
    fn default() -> Self {
        Self { folder: "data/attachments".to_owned(), most_bytes: 10 * 1024 * 1024, quota_bytes: 500 * 1024 * 1024 }
    }
}

/// The monthly reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reports {
    pub grace_days: u32,
    pub recipient_domains: Vec<String>,
    pub sop_folder: String,
    pub evidence_criteria: String,
}

impl Default for Reports {
    fn default() -> Self {
        Self {
            grace_days: 5,
            recipient_domains: vec!["go.id".to_owned()],
            sop_folder: String::new(),
            evidence_criteria: String::new(),
        }
    }
}

impl Reports {
    /// Whether reports may be sent to an address: of one of the domains, or of one below it.
    pub fn may_go_to(&self, address: &str) -> bool {
        let Some((_, domain)) = address.rsplit_once('@') else { return false };
        let domain = domain.to_lowercase();
        self.recipient_domains.iter().any(|allowed| {
            let allowed = allowed.to_lowercase();
            domain == allowed || domain.ends_with(&format!(".{allowed}"))
        })
    }
}

/// What the program says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub level: String,
    pub format: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: "text".to_owned() }
    }
}

impl Config {
    /// Checks what a type cannot say; gives the key and what is wrong with it.
    fn check(&self) -> Result<(), (&'static str, String)> {
        let at = |key: &'static str| move |reason: String| (key, reason);
        let in_range = |key, value: u64, least: u64, most: u64| {
            if (least..=most).contains(&value) {
                Ok(())
            } else {
                Err((key, format!("must be {least} to {most}, is {value}")))
            }
        };
        self.server
            .bind
            .parse::<std::net::SocketAddr>()
            .map_err(|_| format!("\"{}\" is not address:port, for example 127.0.0.1:8080", self.server.bind))
            .map_err(at("server.bind"))?;
        if !self.server.public_url.starts_with("http://") && !self.server.public_url.starts_with("https://") {
            return Err(("server.public_url", "must begin with http:// or https://".to_owned()));
        }
        in_range("server.workers", self.server.workers.into(), 1, 64)?;
        in_range("server.stop_seconds", self.server.stop_seconds.into(), 1, 600)?;
        crate::store::Url::parse(self.database.url.reveal()).map_err(at("database.url"))?;
        in_range("database.connections", self.database.connections.into(), 1, 200)?;
        in_range("database.wait_seconds", self.database.wait_seconds.into(), 1, 60)?;
        if !["smtp://", "smtps://", "file://"].iter().any(|scheme| self.mail.url.reveal().starts_with(scheme)) {
            return Err(("mail.url", "must begin with smtp://, smtps:// or file://".to_owned()));
        }
        if !self.mail.reply_to.is_empty() && !self.mail.reply_to.contains('@') {
            return Err(("mail.reply_to", "must be an address, or empty".to_owned()));
        }
        in_range("mail.connections", self.mail.connections.into(), 1, 32)?;
        in_range("mail.per_minute", self.mail.per_minute.into(), 0, 100_000)?;
        in_range("mail.keep_trying_hours", self.mail.keep_trying_hours.into(), 1, 30 * 24)?;
        self.mail.digest_time().map_err(at("mail.digest_at"))?;
        self.inbound.read().map_err(at("inbound.mailboxes"))?;
        in_range("inbound.poll_seconds", self.inbound.poll_seconds.into(), 1, 3600)?;
        in_range("inbound.first_days", self.inbound.first_days.into(), 0, 3650)?;
        if !["triage", "reject"].contains(&self.inbound.unknown.as_str()) {
            return Err(("inbound.unknown", "must be triage or reject".to_owned()));
        }
        if self.inbound.require_authentication.contains(char::is_whitespace) {
            return Err(("inbound.require_authentication", "must be the name of a mail server, or empty".to_owned()));
        }
        in_range("inbound.per_sender_hour", self.inbound.per_sender_hour.into(), 1, 10_000)?;
        in_range("inbound.most_bytes", self.inbound.most_bytes.into(), 64 * 1024, 200 * 1024 * 1024)?;
        in_range("inbound.keep_days", self.inbound.keep_days.into(), 1, 3650)?;
        Prefix::parse(&self.tenant.ticket_prefix).map_err(at("tenant.ticket_prefix"))?;
        self.tenant
            .time_zone
            .parse::<chrono_tz::Tz>()
            .map_err(|_| format!("\"{}\" is not an IANA zone, for example Asia/Makassar", self.tenant.time_zone))
            .map_err(at("tenant.time_zone"))?;
        if !["OPD", "PD"].contains(&self.tenant.opd_word.as_str()) {
            return Err(("tenant.opd_word", "must be OPD or PD".to_owned()));
        }
        Logo::read(&self.tenant.logo).map_err(at("tenant.logo"))?;
        in_range("accounts.token_minutes", self.accounts.token_minutes.into(), 1, 60)?;
        in_range("accounts.refresh_days", self.accounts.refresh_days.into(), 1, 90)?;
        in_range("accounts.sign_in_days", self.accounts.sign_in_days.into(), 1, 365)?;
        in_range("accounts.wrong_tries", self.accounts.wrong_tries.into(), 3, 20)?;
        in_range("accounts.lock_seconds", self.accounts.lock_seconds.into(), 1, 3600)?;
        in_range("accounts.lock_most_seconds", self.accounts.lock_most_seconds.into(), 1, 86_400)?;
        in_range("accounts.sign_ins_per_minute", self.accounts.sign_ins_per_minute.into(), 1, 10_000)?;
        in_range("accounts.session_idle_minutes", self.accounts.session_idle_minutes.into(), 5, 24 * 60)?;
        in_range("accounts.session_hours", self.accounts.session_hours.into(), 1, 7 * 24)?;
        let secret = self.accounts.token_secret.reveal();
        if !secret.is_empty() && secret.len() < 32 {
            return Err(("accounts.token_secret", "must have at least 32 characters, or be empty".to_owned()));
        }
        in_range("tickets.reopen_working_days", self.tickets.reopen_working_days.into(), 1, 60)?;
        in_range("attachments.most_bytes", self.attachments.most_bytes.into(), 1024, 100 * 1024 * 1024)?;
        in_range("attachments.quota_bytes", self.attachments.quota_bytes, 1024, 1 << 50)?;
        in_range("reports.grace_days", self.reports.grace_days.into(), 0, 60)?;
        let is_domain =
            |domain: &String| !domain.is_empty() && !domain.contains(['@', ' ', '*']) && domain.contains('.');
        if !self.reports.recipient_domains.iter().all(is_domain) {
            return Err(("reports.recipient_domains", "must be domains, for example [\"go.id\"]".to_owned()));
        }
        self.signing.check()?;
        if !["text", "json"].contains(&self.log.format.as_str()) {
            return Err(("log.format", "must be text or json".to_owned()));
        }
        if !["error", "warn", "info", "debug", "trace"].contains(&self.log.level.as_str()) {
            return Err(("log.level", "must be error, warn, info, debug or trace".to_owned()));
        }
        Ok(())
    }
}
