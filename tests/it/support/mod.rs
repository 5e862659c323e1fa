//! What tests share: databases, a running desk with a cast of people, a client that holds every answer
//! against the OpenAPI document, a browser, and the program as a child process.

pub mod app;
pub mod browser;
pub mod client;
pub mod database;
pub mod imap;
pub mod letters;
pub mod program;
pub mod signing;
pub mod smtp;
