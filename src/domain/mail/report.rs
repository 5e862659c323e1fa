//! What a delivery report tells (RFC 3464; codes: RFC 3463).

use super::incoming::Incoming;

/// Whether a mail of ours did not arrive, and what the server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// It never will under this address.
    pub permanent: bool,
    /// The code and the words of the server, e.g. `5.1.1 user unknown`.
    pub words: String,
}

/// Reads a delivery report; nothing if it tells of no failure.
pub fn failure(message: &Incoming) -> Option<Failure> {
    let mut passing = None;
    for status in message.statuses.iter().flat_map(|text| recipients(text)) {
        match status.action.as_str() {
            "failed" => {
                let permanent = !status.code.starts_with("4.");
                return Some(Failure { permanent, words: status.words() });
            }
            "delayed" => passing = Some(Failure { permanent: false, words: status.words() }),
            _ => {}
        }
    }
    if passing.is_some() || !message.statuses.is_empty() {
        return passing;
    }
    spoken(&message.text)
}

#[derive(Default)]
struct Status {
    action: String,
    code: String,
    diagnostic: String,
}

impl Status {
    fn words(&self) -> String {
        // `smtp; 550 5.1.1 <x@y>: user unknown`
        let said = self.diagnostic.split_once(';').map_or(self.diagnostic.as_str(), |(_, said)| said).trim();
        if said.contains(&self.code) { said.to_owned() } else { format!("{} {said}", self.code).trim().to_owned() }
    }
}

/// The groups of fields that tell of recipients.
fn recipients(text: &str) -> Vec<Status> {
    let mut found = Vec::new();
    for group in text.replace("\r\n", "\n").split("\n\n") {
        let mut status = Status::default();
        let mut field = "";
        for line in group.lines() {
            if line.starts_with([' ', '\t']) {
                if field == "diagnostic-code" {
                    status.diagnostic = format!("{} {}", status.diagnostic, line.trim());
                }
                continue;
            }
            let Some((name, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            field = match name.trim().to_lowercase().as_str() {
                "action" => {
                    status.action = value.split_whitespace().next().unwrap_or_default().to_lowercase();
                    "action"
                }
                "status" => {
                    status.code = value.split_whitespace().next().unwrap_or_default().to_owned();
                    "status"
                }
                "diagnostic-code" => {
                    status.diagnostic = value.to_owned();
                    "diagnostic-code"
                }
                _ => "",
            };
        }
        if !status.action.is_empty() {
            found.push(status);
        }
    }
    found
}

/// What an old program says in words: the first line with a code of a lasting failure.
fn spoken(text: &str) -> Option<Failure> {
    let is_code = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_ascii_digit());
        let parts: Vec<&str> = word.split('.').collect();
        let enhanced = parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.len() <= 3);
        (enhanced || (parts.len() == 1 && word.len() == 3))
            && word.starts_with('5')
            && word.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    };
    let line = text.lines().take(200).find(|line| line.split([' ', '#', '-']).any(is_code))?;
    Some(Failure { permanent: true, words: line.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_whether_an_address_works() {
        let status = |lines: &str| format!("Reporting-MTA: dns; mx.contoh.go.id\r\n\r\n{lines}");
        for (statuses, text, expected) in [
            (
                vec![status(
                    "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 user\r\n unknown\r\n",
                )],
                "",
                Some((true, "550 5.1.1 user unknown")),
            ),
            (vec![status("Action: failed\nStatus: 5.2.2 (full)\n")], "", Some((true, "5.2.2"))),
            (vec![status("Action: failed\nStatus: 4.4.7\n")], "", Some((false, "4.4.7"))),
            (vec![status("action: DELAYED\nstatus: 4.4.1\n")], "", Some((false, "4.4.1"))),
            (vec![status("Action: delivered\nStatus: 2.0.0\n")], "", None),
            (vec![status("Action: relayed\n\nAction: failed\nStatus: 5.0.0\n")], "", Some((true, "5.0.0"))),
            (vec!["kacau".to_owned()], "550", None),
            (vec![], "Hi.\n550 5.1.1 no such user\n", Some((true, "550 5.1.1 no such user"))),
            (vec![], "Remote host said: 550-No such user", Some((true, "Remote host said: 550-No such user"))),
            (vec![], "Sent at 5.30 on 5 May, room 5.12", None),
            (vec![], "", None),
        ] {
            let message = Incoming { statuses, text: text.to_owned(), ..Incoming::default() };
            let expected = expected.map(|(permanent, words)| Failure { permanent, words: words.to_owned() });
            assert_eq!(failure(&message), expected);
        }
    }
}
