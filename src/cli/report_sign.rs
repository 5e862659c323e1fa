//! `kentongan report sign`

use std::io::Read;

use anyhow::Context;
use clap::Args;

use super::report::{open, told};
use crate::config::{Config, Secret};
use crate::reports;
use crate::services::Error;
use crate::services::reports::read;
use crate::services::reports::sign::{By, Input};

#[derive(Args)]
#[command(after_help = "\
The passphrase of the signer is read from standard input with --passphrase-stdin; that of a configured key from the
configuration (KENTONGAN_SIGNING__PASSPHRASE, signing.passphrase or signing.passphrase_file).")]
pub struct Arguments {
    /// A frozen month (2026-10)
    #[arg(long, visible_alias = "period", value_name = "PERIOD")]
    month: String,
    /// The code of an OPD, instead of all OPDs together
    #[arg(long, value_name = "CODE")]
    opd: Option<String>,
    /// The number of the letter; without it the place stays blank
    #[arg(long, value_name = "TEXT")]
    number: Option<String>,
    /// Read the passphrase from standard input, where nobody sees it among the processes
    #[arg(long)]
    passphrase_stdin: bool,
}

/// Signs a report.
pub fn run(config: Config, arguments: &Arguments) -> anyhow::Result<()> {
    let passphrase = if arguments.passphrase_stdin {
        let mut text = String::new();
        std::io::stdin().take(4096).read_to_string(&mut text).context("cannot read the passphrase")?;
        Some(Secret::new(text.trim_end_matches(['\r', '\n'])))
    } else {
        None
    };
    let desk = open(config)?;
    let input = Input { number: arguments.number.clone(), passphrase };
    let opd = arguments.opd.as_deref();
    reports::sign::run(&desk, By::CommandLine, &arguments.month, opd, &input).map_err(unsigned)?;
    let report = read::unchecked(&desk, &arguments.month, opd).map_err(told)?;
    let signature = report.signature.context("the signature is not there")?;
    eprintln!(
        "{}: signed by {} (serial {}), SHA-256 {}",
        report.snapshot.period.name, signature.subject, signature.serial, signature.sha256
    );
    Ok(())
}

/// Why it was not signed, in the words of the command line.
fn unsigned(error: Error) -> anyhow::Error {
    use crate::domain::Refusal;
    use crate::domain::signing::Problem;
    let said = match &error {
        Error::Refused(Refusal::NotFrozen) => "this report is not frozen yet",
        Error::Refused(Refusal::AlreadySigned) => "this report is signed already; it is signed again after an addendum",
        Error::Invalid(fields) => match fields.first().map(|field| (field.pointer.as_str(), field.code)) {
            Some(("/passphrase", "required")) => "name the passphrase of the signer with --passphrase-stdin",
            Some(("/passphrase", "too_long")) => "the passphrase is too long",
            Some(("/number", "too_long")) => "--number is too long",
            _ => return told(error),
        },
        Error::Signing(Problem::Off) => "signing.method is none: nothing signs (docs/signing.md)",
        Error::Signing(Problem::Passphrase) => "the passphrase is wrong",
        Error::Signing(Problem::KeyUnreadable) => "signing.key, or the file of its passphrase, cannot be read",
        Error::Signing(Problem::KeyOld) => {
            "signing.key is encrypted in an old way; keep it anew with AES (docs/signing.md)"
        }
        Error::Signing(Problem::KeyUnusable) => {
            "signing.key holds no key with its certificate, of RSA with 2048 to 4096 bits or of P-256"
        }
        Error::Signing(Problem::Expired) => "the certificate of the signer has expired",
        Error::Signing(Problem::NotYetValid) => "the certificate of the signer does not hold yet",
        Error::Signing(Problem::ServiceAway) => "the e-sign service does not answer",
        Error::Signing(Problem::AnswerInvalid) => "the e-sign service gave something else than this report, signed",
        Error::Signing(Problem::ServiceRefused(said)) => return anyhow::anyhow!("the e-sign service refuses: {said}"),
        _ => return told(error),
    };
    anyhow::anyhow!("{said}")
}
