//! One ticket: its page, everything that is done to it, its history, its time, its files.

mod acts;
mod facts;
pub mod file;
mod forms;
pub mod history;
pub mod late;
mod menu;
mod page;
mod sheet;
pub mod show;
pub mod submit;
mod talk;
mod timeline;
