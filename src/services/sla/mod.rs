//! Service levels at work: the versions in force, the clocks kept with every change of a ticket, alarms
//! that ring by themselves, and answers to "when is it due" and "why is it late".

pub mod adjust;
pub mod causes;
pub mod keep;
pub mod preview;
pub mod ring;
pub mod rules;
pub mod seed;
pub mod sweep;
pub mod times;
pub mod view;

pub use rules::Rules;
