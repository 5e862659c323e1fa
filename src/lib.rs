//! Kentongan: the service desk of an Indonesian local government.
//!
//! | module | what it is | may use |
//! |---|---|---|
//! | [`domain`] | the rules, pure | nothing of ours |
//! | [`config`] | what can be set | domain, and the store's reading of a database URL |
//! | [`store`] | the databases, the only place with SQL | domain |
//! | [`mime`] | messages that came in, read | domain |
//! | [`services`] | what people do, one file per verb | domain, store, config, mime |
//! | [`mail`] | letters and how they leave | domain, config |
//! | [`paper`] | documents as PDF pages | nothing of ours |
//! | [`signing`] | signatures on papers: with a key, or by a service | domain, config |
//! | [`reports`] | the forms of a report: paper, sheets, charts; signing it | domain, config, services, store (row types), paper, signing |
//! | [`http`] | what all faces over HTTP share | domain, config, services, store (health) |
//! | [`web`] | the web pages | domain, services, reports, http, store (row types) |
//! | [`api`] | the REST API | domain, services, reports, http, store (row types) |
//! | [`workers`] | what happens by itself | domain, config, store, services, mail, reports |
//! | [`cli`] | the command line | all |
//!
//! `tests/it/architecture.rs` reads the `use` lines and fails on any other arrow.

#![forbid(unsafe_code)]

pub mod api;
pub mod cli;
pub mod config;
pub mod domain;
pub mod http;
pub mod mail;
pub mod mime;
pub mod paper;
pub mod reports;
pub mod services;
pub mod signing;
pub mod store;
pub mod web;
pub mod workers;
