//! The rules of a service desk: tickets, handover, people, priority, history.
//!
//! Pure: no IO, no clock (`now` is a parameter), no database, no HTTP. Everything here can be read
//! against the regulations, and every rule has its table of cases at the end of its file.

pub mod attachment;
pub mod chain;
pub mod conversation;
pub mod evaluation;
pub mod event;
pub mod handover;
pub mod ids;
pub mod lifecycle;
pub mod local_time;
pub mod mail;
pub mod notice;
pub mod people;
pub mod permission;
pub mod priority;
pub mod refusal;
pub mod report;
pub mod scope;
pub mod signing;
pub mod sla;
pub mod spoken;
pub mod text;
pub mod ticket;

pub use refusal::Refusal;

/// An instant in UTC. Whole milliseconds wherever it is stored, so that both databases give back
/// exactly what was written.
pub type Instant = chrono::DateTime<chrono::Utc>;
