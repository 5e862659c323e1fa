//! `kentongan user …`: people from the command line, above all the first admin.

use std::io::BufRead;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};

use super::open_desk;
use crate::config::Config;
use crate::domain::ids::{OpdId, PersonId};
use crate::domain::people::{Appointment, Role};
use crate::services::accounts::{password, secret};
use crate::services::admin::{opds, people, roles};
use crate::services::{Desk, Error};
use crate::store::people::PeopleFilter;
use crate::store::{organisation, people as rows};

#[derive(Subcommand)]
pub enum Command {
    /// Add a person; prints a first password unless one is given
    Add(Add),
    /// List people with their roles
    List,
    /// Give a role, e.g. `user grant sari@daerah.go.id tier1_agent`
    Grant {
        email: String,
        #[arg(value_parser = role)]
        role: Role,
    },
    /// Set a new password; reads it from standard input or makes one
    Password {
        email: String,
        /// Read the password from standard input
        #[arg(long)]
        stdin: bool,
    },
    /// Deactivate a person; open work goes to the successor
    Deactivate {
        email: String,
        /// E-mail address of who takes over
        #[arg(long)]
        successor: Option<String>,
    },
}

#[derive(Args)]
pub struct Add {
    #[arg(long)]
    email: String,
    #[arg(long)]
    name: String,
    /// Code of the person's OPD; made if it does not exist
    #[arg(long)]
    opd: String,
    /// Name of the OPD if it is to be made [default: its code]
    #[arg(long)]
    opd_name: Option<String>,
    /// requester, tier1_agent, tier2_agent, supervisor, opd_head, auditor or admin; repeatable
    #[arg(long = "role", value_parser = role)]
    roles: Vec<Role>,
    /// Read the password from standard input instead of making one
    #[arg(long)]
    password_stdin: bool,
}

fn role(word: &str) -> Result<Role, String> {
    Role::parse(word).ok_or_else(|| {
        let all: Vec<_> = Role::ALL.iter().map(|role| role.as_str()).collect();
        format!("must be one of {}", all.join(", "))
    })
}

pub fn run(config: Config, command: Command) -> anyhow::Result<()> {
    let desk = open_desk(config)?;
    match command {
        Command::Add(arguments) => add(&desk, &arguments),
        Command::List => list(&desk),
        Command::Grant { email, role } => {
            let person = find(&desk, &email)?;
            desk.housekeep(|work| roles::apply(work, None, person, role, &Appointment::default()))
                .map_err(|error| explain(&error))
        }
        Command::Password { email, stdin } => {
            let person = find(&desk, &email)?;
            let chosen = choose_password(stdin)?;
            crate::domain::text::check_password(&chosen, &email).map_err(|problem| anyhow::anyhow!(problem.message))?;
            let hash = secret::hash_password(&chosen)?;
            desk.housekeep(|work| password::set(work, person, &hash, None)).map_err(|error| explain(&error))?;
            if !stdin {
                println!("new password: {chosen}");
            }
            Ok(())
        }
        Command::Deactivate { email, successor } => {
            let person = find(&desk, &email)?;
            let successor = successor.map(|email| find(&desk, &email)).transpose()?;
            desk.housekeep(|work| people::apply_deactivation(work, None, person, successor))
                .map_err(|error| explain(&error))
        }
    }
}

fn add(desk: &Desk, arguments: &Add) -> anyhow::Result<()> {
    let chosen = choose_password(arguments.password_stdin)?;
    let opd = opds::parse(&opds::Input {
        code: arguments.opd.clone(),
        name: arguments.opd_name.clone().unwrap_or_else(|| arguments.opd.clone()),
        kind: "dinas".to_owned(),
        independent_ict: false,
    });
    let opd = opd.map_err(|error| explain(&error))?;
    let input = people::Input {
        name: arguments.name.clone(),
        email: arguments.email.clone(),
        opd_id: 0,
        nip: None,
        phone: None,
        password: Some(chosen.clone()),
    };
    let (mut fields, hash) = people::parse(&input).map_err(|error| explain(&error))?;
    desk.housekeep(|work| {
        let opd = match organisation::opd_by_code(work.tx, &opd.code)? {
            Some(row) => OpdId(row.id),
            None => opds::apply(work, None, &opd)?,
        };
        fields.opd_id = opd.0;
        let person = people::apply(work, None, &fields, hash.as_deref())?;
        for role in &arguments.roles {
            roles::apply(work, None, person, *role, &Appointment::default())?;
        }
        Ok(())
    })
    .map_err(|error| explain(&error))?;
    println!("added {}", fields.email);
    if !arguments.password_stdin {
        println!("password: {chosen}");
    }
    Ok(())
}

fn list(desk: &Desk) -> anyhow::Result<()> {
    let mut after = 0;
    loop {
        let filter = PeopleFilter { after, limit: 200, ..PeopleFilter::default() };
        let page = desk.read(|conn| Ok(rows::list(conn, &filter)?))?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        let ids: Vec<_> = page.iter().map(|row| PersonId(row.id)).collect();
        let grants = desk.read(|conn| Ok(rows::grants(conn, &ids)?))?;
        for row in page {
            let own = grants.iter().filter(|grant| grant.person.0 == row.id).map(|grant| grant.role.as_str());
            let active = if row.active { "" } else { " (inactive)" };
            println!("{:<40} {:<40} {}{active}", row.email, row.name, own.collect::<Vec<_>>().join(" "));
        }
    }
}

fn find(desk: &Desk, email: &str) -> anyhow::Result<PersonId> {
    desk.read(|conn| Ok(rows::by_email(conn, &email.to_lowercase())?))?
        .map(|row| PersonId(row.id))
        .with_context(|| format!("nobody has the e-mail address {email}"))
}

fn choose_password(stdin: bool) -> anyhow::Result<String> {
    if !stdin {
        return Ok(secret::random());
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("cannot read the password")?;
    let line = line.trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        bail!("the password on standard input is empty");
    }
    Ok(line.to_owned())
}

/// Says in one line what is wrong.
fn explain(error: &Error) -> anyhow::Error {
    match error {
        Error::Invalid(fields) => {
            let all: Vec<_> =
                fields.iter().map(|f| format!("{}: {}", f.pointer.trim_start_matches('/'), f.message)).collect();
            anyhow::anyhow!(all.join("; "))
        }
        other => anyhow::anyhow!(other.to_string()),
    }
}
