//! Queues: what is to be done, the most pressing first.

pub mod list;
pub mod row;
