//! Quick entry: what comes by telephone, chat or in person becomes a ticket within seconds.

pub mod page;
pub mod suggest;
pub mod who;
