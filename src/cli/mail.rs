//! `kentongan mail …`: whether mails leave.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::config::Config;
use crate::domain::mail::letter::Template;
use crate::mail::{self, Failure, letters};
use crate::services::Clock;
use crate::services::SystemClock;
use crate::services::outbox::prepare;

#[derive(Subcommand)]
pub enum Command {
    /// Send a letter to an address in the configured way, and say what the mail server answered
    Test(Test),
}

#[derive(Args)]
pub struct Test {
    /// Where to, for example your own address
    address: String,
}

pub fn run(config: Config, command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Test(test) => try_it(config, test),
    }
}

/// Sends the letter; exit code 1 if it did not leave.
fn try_it(config: Config, test: &Test) -> anyhow::Result<ExitCode> {
    let way = config.mail.url.to_string();
    let transport = mail::open(&config.mail).map_err(anyhow::Error::msg)?;
    let now = SystemClock.now();
    let letter = crate::domain::mail::letter::Letter {
        at: now,
        message_id: format!("percobaan-{}@{}", now.timestamp_millis(), prepare::domain(&config)),
        references: Vec::new(),
        reply_to: None,
        is_answer: false,
        name: String::new(),
        email: test.address.clone(),
        words: prepare::words(&config, Template::Trial),
        files: Vec::new(),
    };
    let written = letters::write(letter).map_err(anyhow::Error::msg)?;
    let sent = transport.connect().map_err(Failure::Down).and_then(|mut line| line.send(&written));
    match sent {
        Ok(answer) => {
            println!("Sent to {} by {way}: {answer}", test.address);
            Ok(ExitCode::SUCCESS)
        }
        Err(failure) => {
            eprintln!("kentongan: the letter did not leave by {way}: {failure}");
            eprintln!("{}", advice(&failure));
            Ok(ExitCode::FAILURE)
        }
    }
}

/// What to do about it.
fn advice(failure: &Failure) -> &'static str {
    let said = failure.to_string().to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    match failure {
        _ if has(&["certificate", "invalid peer"]) => {
            "The server's certificate is not trusted, or is for another name. Use the name that stands in the \
             certificate, or set mail.certificate to the authority that signed it."
        }
        _ if has(&["(535", "(534", "(530", "authentication"]) => {
            "The server wants another user name or password. In mail.url they are percent-encoded: @ is %40, / is %2F."
        }
        _ if has(&["connection refused", "timed out", "lookup", "unreachable", "resolve", "connection error"]) => {
            "Nothing answers there. Check host and port (587 for ?tls=required, 465 for smtps://) and the firewall \
             between here and there."
        }
        Failure::Down(_) => {
            "The server takes no mail from this sender. Check mail.from, and whether this machine may use the relay."
        }
        Failure::Lasting(_) => "The server refuses this letter for good: check the address, and what it said.",
        Failure::Passing(_) => "The server may take it later: try again in some minutes.",
    }
}
