//! Queues: what is to be done, the most pressing first.

pub mod bulk;
pub mod list;
pub mod query;
pub mod row;
pub mod saved;
