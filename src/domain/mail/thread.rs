//! The ids and addresses by which a mail and the answers to it find their ticket.
//!
//! All mails of a ticket refer to one root (RFC 5322, 3.6.4), so that every mail program shows them as one
//! conversation. Ids and reply addresses carry ticket and recipient with a code that only the desk can make:
//! whoever has it, has had a mail of that ticket. What they may do is decided by who they are.

use super::super::chain::sha256_hex;
use super::super::ids::{PersonId, TicketId};

/// How many hex digits of the code are used: 80 bits.
const CODE: usize = 20;

/// Which conversation of whom a mail belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thread {
    pub ticket: TicketId,
    /// Who got the mail; nobody for the root, which all share.
    pub person: Option<PersonId>,
}

impl Thread {
    fn code(self, secret: &str) -> String {
        let person = self.person.map_or(0, |person| person.0);
        // Hashed twice, so that no longer text with the same beginning has a code that follows from this one.
        let inner = sha256_hex(format!("{secret} thread {} {person}", self.ticket.0).as_bytes());
        let mut code = sha256_hex(format!("{secret} {inner}").as_bytes());
        code.truncate(CODE);
        code
    }

    /// Ticket, person and code: `412.57.0a1b…`, letters in lower case because servers may change them to that.
    pub fn token(self, secret: &str) -> String {
        let person = self.person.map_or(0, |person| person.0);
        format!("{}.{person}.{}", self.ticket.0, self.code(secret))
    }

    /// Reads a token; nothing if the desk did not make it.
    pub fn read(token: &str, secret: &str) -> Option<Self> {
        let mut parts = token.splitn(3, '.');
        let mut number = || parts.next().filter(|part| part.len() < 19)?.parse::<i64>().ok().filter(|n| *n >= 0);
        let (ticket, person) = (number()?, number()?);
        let code = parts.next()?.to_ascii_lowercase();
        let thread = Self { ticket: TicketId(ticket), person: (person > 0).then_some(PersonId(person)) };
        (thread.code(secret) == code).then_some(thread)
    }

    /// The Message-ID of the notice with this id, without angle brackets.
    pub fn message_id(self, notice: i64, secret: &str, domain: &str) -> String {
        format!("surat-{notice}.{}@{domain}", self.token(secret))
    }

    /// What all mails of a ticket refer to. No such mail is ever sent; programs group by it all the same.
    pub fn root(ticket: TicketId, secret: &str, domain: &str) -> String {
        format!("tiket.{}@{domain}", Self { ticket, person: None }.token(secret))
    }

    /// Reads a Message-ID that we gave, with or without angle brackets: of a notice or of a root.
    pub fn of_message_id(id: &str, secret: &str) -> Option<Self> {
        let id = id.trim().trim_start_matches('<').trim_end_matches('>');
        let (local, _) = id.rsplit_once('@')?;
        let (kind, token) = local.split_once('.')?;
        (kind == "tiket" || kind.starts_with("surat-")).then(|| Self::read(token, secret)).flatten()
    }

    /// The address that answers go to, by subaddressing (RFC 5233): `desk+412.57.0a1b…@contoh.go.id`.
    pub fn reply_address(self, address: &str, secret: &str) -> Option<String> {
        let (local, domain) = address.rsplit_once('@')?;
        Some(format!("{local}+{}@{domain}", self.token(secret)))
    }

    /// Reads a reply address.
    pub fn of_address(address: &str, secret: &str) -> Option<Self> {
        let (local, _) = address.rsplit_once('@')?;
        let (_, token) = local.split_once('+')?;
        Self::read(token, secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "a secret of the desk";

    fn thread() -> Thread {
        Thread { ticket: TicketId(412), person: Some(PersonId(57)) }
    }

    #[test]
    fn what_we_made_is_read_again() {
        let root = Thread { ticket: TicketId(412), person: None };
        assert_eq!(Thread::read(&thread().token(SECRET), SECRET), Some(thread()));
        assert_eq!(Thread::read(&thread().token(SECRET).to_uppercase(), SECRET), Some(thread()));
        assert_eq!(Thread::of_message_id(&thread().message_id(9, SECRET, "contoh.go.id"), SECRET), Some(thread()));
        let id = format!("<{}>", Thread::root(TicketId(412), SECRET, "contoh.go.id"));
        assert_eq!(Thread::of_message_id(&id, SECRET), Some(root));
        let address = thread().reply_address("service-desk@contoh.go.id", SECRET).unwrap();
        assert_eq!(Thread::of_address(&address, SECRET), Some(thread()));
        // Local parts have 64 characters at most (RFC 5321, 4.5.3.1.1).
        let long = Thread { ticket: TicketId(999_999_999), person: Some(PersonId(9_999_999)) };
        let address = long.reply_address("service-desk@contoh.go.id", SECRET).unwrap();
        assert!(address.split('@').next().unwrap().len() <= 64, "{address}");
    }

    #[test]
    fn what_somebody_else_made_is_not() {
        let token = thread().token(SECRET);
        let (_, code) = token.rsplit_once('.').unwrap();
        for forged in [
            String::new(),
            "412".to_owned(),
            "412.57".to_owned(),
            "412.57.".to_owned(),
            format!("413.57.{code}"),
            format!("412.58.{code}"),
            format!("-412.57.{code}"),
            format!("412.57.{code}0"),
            format!("99999999999999999999.57.{code}"),
            thread().token("another secret"),
        ] {
            assert_eq!(Thread::read(&forged, SECRET), None, "{forged}");
        }
        for id in ["", "@", "surat-9", "<surat-9.412.57@x>", "kabar.412.57.0@x"] {
            assert_eq!(Thread::of_message_id(id, SECRET), None, "{id}");
        }
        assert_eq!(Thread::of_address("service-desk@contoh.go.id", SECRET), None);
    }
}
