//! Mail as the rules see it: which conversation a message belongs to.

pub mod thread;

/// Stands in a mail that can be answered; what is written above it is the answer.
pub const REPLY_ABOVE: &str = "-- Tulis balasan Anda di atas baris ini --";
