//! Whether a person wrote a message, or what else wrote it. Nothing that a program wrote becomes a reply or
//! a ticket by itself, and nothing of it is answered (RFC 3834, 2).

use super::incoming::Incoming;
use super::outcome::Reason;
use super::thread::Thread;

/// The most servers on the way of a message (RFC 5321, 6.3 says that loops show by their number).
const MOST_HOPS: usize = 50;

/// How often a message may have been delivered to us before: aliases repeat it once.
const MOST_DELIVERIES: usize = 2;

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Somebody wrote it.
    Person,
    /// It tells what became of a mail (RFC 3464).
    Bounce,
    /// A program answered, or wrote.
    Automatic(Reason),
    /// It went to many.
    List(Reason),
    /// We wrote it.
    Own(Reason),
    /// It goes in a circle.
    Loop(Reason),
}

/// Who we are.
#[derive(Clone, Copy, Debug)]
pub struct Ours<'a> {
    /// The addresses that notices come from and that answers go to, in lower case.
    pub addresses: &'a [String],
    /// Of the codes in our Message-IDs.
    pub secret: &'a str,
}

impl Ours<'_> {
    /// Whether this is our address, with a token or without.
    pub fn is(&self, address: &str) -> bool {
        let without_token = |address: &str| {
            let (local, domain) = address.rsplit_once('@')?;
            Some(format!("{}@{domain}", local.split('+').next().unwrap_or_default()))
        };
        let asked = without_token(address);
        asked.is_some() && self.addresses.iter().any(|ours| without_token(ours) == asked)
    }
}

/// Says what a message is.
pub fn nature(message: &Incoming, ours: Ours<'_>) -> Nature {
    if let Some(reason) = own(message, ours) {
        return Nature::Own(reason);
    }
    // Before anything that looks like a loop or a program: a bounce is both.
    if is_bounce(message) {
        return Nature::Bounce;
    }
    if let Some(reason) = circle(message, ours) {
        return Nature::Loop(reason);
    }
    if let Some(reason) = program(message) {
        return Nature::Automatic(reason);
    }
    match list(message, ours) {
        Some(reason) => Nature::List(reason),
        None => Nature::Person,
    }
}

/// Whether an explanation may go to the sender: never to what asks for none (RFC 3834, 2; [MS-OXCMAIL]).
pub fn may_be_answered(message: &Incoming) -> bool {
    message.header("x-auto-response-suppress").is_none_or(|value| says(value, "none"))
        && message.header("list-id").is_none()
        && message.header("precedence").is_none()
}

fn own(message: &Incoming, ours: Ours<'_>) -> Option<Reason> {
    let id = message.message_id.as_deref();
    if id.is_some_and(|id| Thread::of_message_id(id, ours.secret).is_some()) {
        return Some(Reason::OwnId);
    }
    ours.is(message.sender()).then_some(Reason::OwnAddress)
}

fn is_bounce(message: &Incoming) -> bool {
    let local = message.sender().split('@').next().unwrap_or_default();
    let daemon = ["mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"].contains(&local);
    let null = has_null_sender(message);
    match message.report.as_deref() {
        Some("delivery-status") => true,
        Some(_) => false,
        None if daemon => true,
        // Old programs write bounces as they like; what nobody can answer and returns a mail is one.
        None => null && (message.returned.is_some() || message.header("x-failed-recipients").is_some()),
    }
}

fn circle(message: &Incoming, ours: Ours<'_>) -> Option<Reason> {
    if message.all("received").count() > MOST_HOPS {
        return Some(Reason::Hops);
    }
    let marked = message.all("x-loop").any(|value| ours.is(&bare(value)));
    let delivered = message.all("delivered-to").filter(|value| ours.is(&bare(value))).count();
    (marked || delivered > MOST_DELIVERIES).then_some(Reason::Passed)
}

fn program(message: &Incoming) -> Option<Reason> {
    // RFC 3834, 5: everything but "no"; perhaps with parameters or a comment.
    if message.all("auto-submitted").chain(message.all("autosubmitted")).any(|value| !says(value, "no")) {
        return Some(Reason::AutoSubmitted);
    }
    let headers = ["x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from", "x-mail-autoreply"];
    if headers.iter().any(|name| message.header(name).is_some_and(|value| !says(value, "no"))) {
        return Some(Reason::AutoReply);
    }
    if message.all("precedence").any(|value| says(value, "auto_reply")) {
        return Some(Reason::AutoReply);
    }
    if message.report.is_some() || message.header("x-ms-exchange-generated-message-source").is_some() {
        return Some(Reason::Receipt);
    }
    if has_null_sender(message) {
        return Some(Reason::NullSender);
    }
    // Each of these alone stands in letters of people too.
    let suppressed = message.header("x-auto-response-suppress").is_some();
    let junk = message.all("precedence").any(|value| says(value, "bulk") || says(value, "junk"));
    (sounds_absent(&message.subject) && (suppressed || junk)).then_some(Reason::OutOfOffice)
}

fn list(message: &Incoming, ours: Ours<'_>) -> Option<Reason> {
    // A group may be the desk's own address: what names it is for the desk.
    if message.addressed.iter().any(|address| ours.is(address)) {
        return None;
    }
    let listed = ["list-id", "list-post", "mailing-list", "x-mailing-list"];
    if listed.iter().any(|name| message.header(name).is_some())
        || message.all("precedence").any(|value| says(value, "list"))
    {
        return Some(Reason::MailingList);
    }
    let many = message.all("precedence").any(|value| says(value, "bulk") || says(value, "junk"));
    (many || message.header("list-unsubscribe").is_some()).then_some(Reason::Bulk)
}

/// `Return-Path: <>`, which the last server writes (RFC 5321, 4.4).
fn has_null_sender(message: &Incoming) -> bool {
    message.header("return-path").is_some_and(|path| path.split_whitespace().collect::<String>() == "<>")
}

/// Whether the value begins with this word, before parameters and comments.
fn says(value: &str, word: &str) -> bool {
    value.split([';', '(', ',', ' ']).next().unwrap_or_default().trim().eq_ignore_ascii_case(word)
}

fn bare(value: &str) -> String {
    value.trim().trim_start_matches('<').trim_end_matches('>').to_lowercase()
}

/// Whether a subject sounds like an out-of-office note.
fn sounds_absent(subject: &str) -> bool {
    let subject = subject.to_lowercase();
    [
        "out of office",
        "out of the office",
        "automatic reply",
        "auto reply",
        "autoreply",
        "auto-reply",
        "vacation",
        "on leave",
        "balasan otomatis",
        "jawaban otomatis",
        "respons otomatis",
        "sedang cuti",
        "tidak di kantor",
        "di luar kantor",
        "sedang dinas luar",
    ]
    .iter()
    .any(|words| subject.contains(words))
}

#[cfg(test)]
mod tests {
    use super::super::super::ids::{PersonId, TicketId};
    use super::*;

    fn ours() -> (Vec<String>, &'static str) {
        (vec!["service-desk@contoh.go.id".to_owned(), "no-reply@contoh.go.id".to_owned()], "rahasia")
    }

    fn message(headers: &[(&str, &str)]) -> Incoming {
        let mut message = Incoming {
            from: Some(("budi@contoh.go.id".to_owned(), "Budi".to_owned())),
            subject: "Printer rusak".to_owned(),
            addressed: vec!["service-desk@contoh.go.id".to_owned()],
            ..Incoming::default()
        };
        for (name, value) in headers {
            match *name {
                "from" => message.from = Some(((*value).to_owned(), String::new())),
                "subject" => message.subject = (*value).to_owned(),
                "message-id" => message.message_id = Some((*value).to_owned()),
                "to" => message.addressed = vec![(*value).to_owned()],
                "report" => message.report = Some((*value).to_owned()),
                "returned" => message.returned = Some(((*value).to_owned(), None)),
                _ => message.headers.push(((*name).to_owned(), (*value).to_owned())),
            }
        }
        message
    }

    #[test]
    fn what_a_message_is() {
        use Nature::{Automatic, Bounce, List, Loop, Own, Person};
        let our_id = Thread { ticket: TicketId(4), person: Some(PersonId(7)) }.message_id(9, "rahasia", "contoh.go.id");
        let token = Thread { ticket: TicketId(4), person: Some(PersonId(7)) }.token("rahasia");
        let token = format!("service-desk+{token}@contoh.go.id");
        let cases: &[(&[(&str, &str)], Nature)] = &[
            (&[], Person),
            (&[("auto-submitted", "no")], Person),
            (&[("auto-submitted", "No (by hand)")], Person),
            (&[("auto-submitted", "auto-replied")], Automatic(Reason::AutoSubmitted)),
            (&[("auto-submitted", "auto-generated; owner-email=\"x@y\"")], Automatic(Reason::AutoSubmitted)),
            (&[("x-autoreply", "yes")], Automatic(Reason::AutoReply)),
            (&[("x-autoreply", "no")], Person),
            (&[("precedence", "auto_reply")], Automatic(Reason::AutoReply)),
            (&[("report", "disposition-notification")], Automatic(Reason::Receipt)),
            (&[("return-path", "<>")], Automatic(Reason::NullSender)),
            (&[("return-path", "<budi@contoh.go.id>")], Person),
            // A subject alone says nothing, and neither does a sender who wants no automatic answers.
            (&[("subject", "Balasan otomatis printer tidak jalan")], Person),
            (&[("x-auto-response-suppress", "OOF")], Person),
            (
                &[("subject", "Balasan Otomatis: cuti"), ("x-auto-response-suppress", "All")],
                Automatic(Reason::OutOfOffice),
            ),
            (&[("subject", "Out of Office: Budi"), ("precedence", "bulk")], Automatic(Reason::OutOfOffice)),
            (&[("report", "delivery-status"), ("return-path", "<>")], Bounce),
            (&[("report", "delivery-status"), ("auto-submitted", "auto-replied")], Bounce),
            (&[("from", "mailer-daemon@mx.contoh.go.id")], Bounce),
            (&[("from", "postmaster@contoh.go.id")], Bounce),
            (&[("return-path", "<>"), ("returned", "surat-1@x")], Bounce),
            (&[("return-path", "<>"), ("x-failed-recipients", "a@b.go.id")], Bounce),
            (&[("list-id", "<asn.contoh.go.id>"), ("to", "asn@contoh.go.id")], List(Reason::MailingList)),
            (&[("precedence", "list"), ("to", "asn@contoh.go.id")], List(Reason::MailingList)),
            (&[("precedence", "bulk"), ("to", "asn@contoh.go.id")], List(Reason::Bulk)),
            (&[("list-unsubscribe", "<https://x>"), ("to", "asn@contoh.go.id")], List(Reason::Bulk)),
            // The desk's address is a group.
            (&[("list-id", "<service-desk.contoh.go.id>")], Person),
            (&[("message-id", &our_id)], Own(Reason::OwnId)),
            (&[("message-id", "surat-9.4.7.00000000000000000000@contoh.go.id")], Person),
            (&[("from", "service-desk@contoh.go.id")], Own(Reason::OwnAddress)),
            (&[("from", &token)], Own(Reason::OwnAddress)),
            (&[("from", "no-reply@contoh.go.id")], Own(Reason::OwnAddress)),
            (&[("from", "service-desk@lain.go.id")], Person),
            (&[("x-loop", "service-desk@contoh.go.id")], Loop(Reason::Passed)),
            (&[("x-loop", "lain@contoh.go.id")], Person),
            (&[("delivered-to", "service-desk@contoh.go.id")], Person),
            (&[("delivered-to", "service-desk@contoh.go.id"); 3], Loop(Reason::Passed)),
            (&[("received", "from a by b"); 50], Person),
            (&[("received", "from a by b"); 51], Loop(Reason::Hops)),
            (&[("from", "")], Person),
        ];
        let (addresses, secret) = self::ours();
        let ours = Ours { addresses: &addresses, secret };
        for (headers, expected) in cases {
            assert_eq!(nature(&message(headers), ours), *expected, "{headers:?}");
        }
    }

    #[test]
    fn who_asks_for_no_answer_gets_none() {
        for (headers, answered) in [
            (vec![], true),
            (vec![("x-auto-response-suppress", "None")], true),
            (vec![("x-auto-response-suppress", "All")], false),
            (vec![("x-auto-response-suppress", "DR, OOF, AutoReply")], false),
            (vec![("list-id", "<x>")], false),
            (vec![("precedence", "bulk")], false),
        ] {
            assert_eq!(may_be_answered(&message(&headers)), answered, "{headers:?}");
        }
    }
}
