//! All integration tests in one binary. They need PostgreSQL: run them with `tests/run`.

// In tests a failed unwrap or index is a failed test.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod access;
mod accounts;
mod administration;
mod architecture;
mod audit;
mod bad_input;
mod begin;
mod clocks;
mod documents;
mod evaluation;
mod evidence;
mod faults;
mod history;
mod import;
mod inbound;
mod isolation;
mod live;
mod mail;
mod mail_log;
mod migrations;
mod notifications;
mod papers;
mod races;
mod report_mail;
mod reports;
mod service_levels;
mod signing;
mod sla;
mod store;
mod supervision;
mod support;
mod ticket_page;
mod tickets;
mod web;
