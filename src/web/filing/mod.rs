//! Filing a ticket: what kind it is, then a form of its own for each kind.

pub mod choose;
pub mod form;
pub mod sheet;
