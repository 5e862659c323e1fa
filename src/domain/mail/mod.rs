//! Mail as the rules see it: which conversation a message belongs to.

pub mod thread;
