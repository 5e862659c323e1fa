//! Notices on their way to people: queued with what they tell of, sent later.

pub mod queue;
