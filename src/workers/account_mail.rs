//! Every few seconds on one instance: sends links to new passwords to those who asked for one.

use crate::domain::local_time::spoken;
use crate::mail::letters::Reset;
use crate::mail::{self, Failure, Letter, Transport};
use crate::services::accounts::reset::{self, Link};
use crate::services::{Desk, Error, Result};

/// How long an instance keeps the lease without renewing it, in seconds: as long as a turn may take.
const LEASE_SECONDS: i64 = 120;

/// Sends what is due, if there is something and this instance holds the lease.
pub fn tick(desk: &Desk, holder: &str) -> Result<()> {
    // Looking first: an idle desk writes nothing.
    if !reset::is_due(desk)? || !super::lease(desk, "account_mail", holder, LEASE_SECONDS)? {
        return Ok(());
    }
    let transport = mail::open(&desk.config.mail).map_err(Error::Internal)?;
    send(desk, transport.as_ref())?;
    Ok(())
}

/// Sends what is due; gives how many were sent. A link that cannot be sent is tried again a few times.
pub fn send(desk: &Desk, transport: &dyn Transport) -> Result<usize> {
    let mut sent = 0;
    for link in reset::begin(desk)? {
        match transport.send(&letter(desk, &link)?) {
            Ok(answer) => {
                reset::sent(desk, &link, &answer)?;
                sent += 1;
            }
            Err(failure) => {
                let may_pass = matches!(failure, Failure::Passing(_));
                let is_last = reset::not_sent(desk, &link, &failure.to_string(), may_pass)?;
                let answer = without_addresses(&failure.to_string());
                if is_last {
                    tracing::error!(letter = link.key, answer, "a link to a new password could not be sent");
                } else {
                    tracing::warn!(
                        letter = link.key,
                        answer,
                        "a link to a new password was not sent; it is tried again"
                    );
                }
            }
        }
    }
    Ok(sent)
}

/// What a server answered, as it may stand in the log, which holds nobody's address.
fn without_addresses(answer: &str) -> String {
    answer.split(' ').map(|word| if word.contains('@') { "***" } else { word }).collect::<Vec<_>>().join(" ")
}

fn letter(desk: &Desk, link: &Link) -> Result<Letter> {
    let tenant = &desk.config.tenant;
    let until = spoken(link.until, desk.zone);
    let words = Reset { name: &link.name, tenant: &tenant.name, dinas: &tenant.dinas, url: &link.url, until: &until };
    let (subject, text) = words.write().map_err(Error::Internal)?;
    let (name, email, key) = (link.name.clone(), link.email.clone(), link.key.clone());
    Ok(Letter { key, at: desk.now(), name, email, subject, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_holds_no_address() {
        let answer = "550 5.1.1 <budi@contoh.go.id>: user unknown";
        assert_eq!(without_addresses(answer), "550 5.1.1 *** user unknown");
    }
}
