//! Notices on their way to people: queued with what they tell of, sent later. What is sent says what its
//! recipient may read at the moment of sending.

pub mod deliver;
pub mod digest;
pub mod follow_up;
pub mod mentions;
pub mod prepare;
pub mod queue;
mod recommendation;
pub mod report;

use std::sync::atomic::AtomicU64;

/// What this instance has sent since it was started.
#[derive(Debug, Default)]
pub struct Counters {
    pub sent: AtomicU64,
    /// Tries that failed.
    pub failed: AtomicU64,
}
