//! Reads a message. Broken ones are read as far as they go; what cannot be read at all is text.

use mail_parser::{Address, HeaderValue, Message, MessageParser, MimeHeaders, PartType};

use super::{html, names};
use crate::domain::Instant;
use crate::domain::mail::incoming::{File, Incoming};

/// The most files that are taken from a message.
pub const MOST_FILES: usize = 50;

/// The most header fields that are looked at, and the most bytes of each.
const MOST_HEADERS: usize = 500;
const LONGEST_HEADER: usize = 16 * 1024;

/// The most bytes of text: many times what a ticket takes.
const LONGEST_TEXT: usize = 512 * 1024;

/// How deep messages within messages are looked into.
const DEEPEST: usize = 3;

/// Parts that only programs want: signatures, and what the reading of a report is.
const PASSED_OVER: &[&str] = &[
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "message/delivery-status",
    "message/global-delivery-status",
    "message/disposition-notification",
    "text/rfc822-headers",
];

/// Reads a message. `whole_size` is its size in bytes if `raw` is only its beginning.
pub fn read(raw: &[u8], whole_size: Option<u64>) -> Incoming {
    let Some(message) = MessageParser::default().parse(raw) else {
        return Incoming { text: bounded(&String::from_utf8_lossy(raw)), cut_at: whole_size, ..Incoming::default() };
    };
    let mut incoming = heads(&message);
    let mut content = Content::default();
    content.take(&message, 0);
    incoming.text = content.text;
    if incoming.text.trim().is_empty() {
        // Passed on as an attachment without a word.
        incoming.text = std::mem::take(&mut content.first_nested);
    }
    incoming.statuses = content.statuses;
    incoming.returned = content.returned.or_else(|| written_id(&incoming.text));
    incoming.cut_at = whole_size;
    if whole_size.is_none() {
        incoming.files = content.files;
    }
    incoming
}

fn heads(message: &Message<'_>) -> Incoming {
    let headers = headers(message);
    let all = |names: &[&str]| -> Vec<String> {
        let values = headers.iter().filter(|(name, _)| names.contains(&name.as_str()));
        values.flat_map(|(_, value)| plain_addresses(value)).collect()
    };
    let mut addressed: Vec<String> = [message.to(), message.cc()].into_iter().flatten().flat_map(addresses).collect();
    addressed.extend(all(&["to", "cc"]));
    addressed.sort_unstable();
    addressed.dedup();
    let mut recipients = addressed.clone();
    recipients.extend(all(&["delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to"]));
    let mut answers = ids(message.in_reply_to());
    answers.extend(ids(message.references()).into_iter().rev());
    let content_type = message.root_part().content_type();
    let report = content_type.filter(|kind| {
        kind.ctype().eq_ignore_ascii_case("multipart")
            && kind.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case("report"))
    });
    Incoming {
        message_id: message.message_id().map(|id| id.trim().to_owned()).filter(|id| !id.is_empty() && id.len() < 1000),
        answers,
        from: author(message, &headers),
        recipients,
        addressed,
        subject: one_line(message.subject().unwrap_or_default()),
        sent_at: message.date().and_then(|date| Instant::from_timestamp(date.to_timestamp(), 0)),
        report: report.map(|kind| kind.attribute("report-type").unwrap_or_default().to_lowercase()),
        headers,
        ..Incoming::default()
    }
}

fn headers(message: &Message<'_>) -> Vec<(String, String)> {
    let root = message.root_part();
    let value = |start: u32, end: u32| {
        let (start, end) = (start as usize, end as usize);
        let bytes = message.raw_message.get(start..end.min(start + LONGEST_HEADER)).unwrap_or_default();
        let text = String::from_utf8_lossy(bytes);
        text.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let named = root.headers.iter().take(MOST_HEADERS);
    named.map(|h| (h.name().to_lowercase(), value(h.offset_start(), h.offset_end()))).collect()
}

/// The one author. Two different ones are none: programs disagree on which of them they show.
fn author(message: &Message<'_>, headers: &[(String, String)]) -> Option<(String, String)> {
    if headers.iter().filter(|(name, _)| name == "from").count() > 1 {
        return None;
    }
    let from = message.from()?;
    let mut known = from.iter().filter_map(|addr| addr.address().map(|address| (address, addr.name())));
    let (address, name) = known.next()?;
    let address = address.trim().to_lowercase();
    if known.next().is_some() || !address.contains('@') || address.chars().any(|c| c.is_control() || c == ' ') {
        return None;
    }
    Some((address, one_line(name.unwrap_or_default())))
}

fn addresses(address: &Address<'_>) -> Vec<String> {
    address.iter().filter_map(|addr| addr.address()).map(|address| address.trim().to_lowercase()).collect()
}

/// Addresses in a header that is not read as one, or is broken: whatever has an @.
fn plain_addresses(value: &str) -> Vec<String> {
    let words = value.split([' ', ',', ';', '<', '>', '"', '(', ')', '\t']);
    words.filter(|word| word.contains('@') && word.len() < 400).map(str::to_lowercase).collect()
}

fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    let listed: Vec<String> = match value {
        HeaderValue::Text(id) => vec![id.trim().to_owned()],
        HeaderValue::TextList(ids) => ids.iter().map(|id| id.trim().to_owned()).collect(),
        _ => Vec::new(),
    };
    listed.into_iter().filter(|id| !id.is_empty() && id.len() < 1000).take(200).collect()
}

fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(1000).collect()
}

fn bounded(text: &str) -> String {
    let end = text.floor_char_boundary(LONGEST_TEXT);
    text.get(..end).unwrap_or(text).to_owned()
}

/// The Message-ID of ours that an old program's bounce quotes in its text.
fn written_id(text: &str) -> Option<(String, Option<String>)> {
    let lines = text.lines().take(2000).map(|line| line.trim_start_matches(['>', ' ', '\t']));
    let mut values = lines.filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("message-id").then(|| value.trim().trim_matches(['<', '>']).to_owned())
    });
    values.next().filter(|id| id.contains('@')).map(|id| (id, None))
}

#[derive(Default)]
struct Content {
    text: String,
    files: Vec<File>,
    statuses: Vec<String>,
    returned: Option<(String, Option<String>)>,
    /// The first message within, as text, until it is known whether it must stand for all.
    first_nested: String,
}

impl Content {
    fn take(&mut self, message: &Message<'_>, depth: usize) {
        self.text = body(message);
        for (at, part) in message.parts.iter().enumerate() {
            let id = at as u32;
            let shown = message.text_body.contains(&id) || message.html_body.contains(&id);
            let kind = part.content_type().map_or_else(
                || "text/plain".to_owned(),
                |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()).to_lowercase(),
            );
            match &part.body {
                PartType::Multipart(_) => {}
                PartType::Text(_) | PartType::Html(_) if shown => {}
                PartType::Message(nested) => self.nested(nested, depth),
                _ if PASSED_OVER.contains(&kind.as_str()) => self.told(&kind, part.contents()),
                _ => self.file(part.attachment_name(), &kind, part.contents()),
            }
        }
    }

    /// What a report tells in parts for programs.
    fn told(&mut self, kind: &str, content: &[u8]) {
        if kind.ends_with("delivery-status") {
            self.statuses.push(bounded(&String::from_utf8_lossy(content)));
        } else if kind == "text/rfc822-headers"
            && let Some(message) = MessageParser::default().parse_headers(content)
        {
            self.note_returned(&message);
        }
    }

    fn note_returned(&mut self, message: &Message<'_>) {
        if self.returned.is_none()
            && let Some(id) = message.message_id()
        {
            let to = message.to().and_then(|to| addresses(to).into_iter().next());
            self.returned = Some((id.to_owned(), to));
        }
    }

    fn nested(&mut self, message: &Message<'_>, depth: usize) {
        self.note_returned(message);
        if depth >= DEEPEST {
            return;
        }
        let mut within = Self::default();
        within.take(message, depth + 1);
        let written = written(message, &within.text);
        if self.first_nested.is_empty() {
            self.first_nested.clone_from(&written);
        }
        let name = names::plain(message.subject(), "pesan", self.files.len() + 1, "message/rfc822");
        let name = format!("{}.txt", name.trim_end_matches(".txt"));
        self.push(name, written.into_bytes());
        for file in within.files {
            self.push(file.name, file.content);
        }
    }

    fn file(&mut self, name: Option<&str>, kind: &str, content: &[u8]) {
        let stem = if kind.starts_with("image/") { "gambar" } else { "berkas" };
        let name = names::plain(name, stem, self.files.len() + 1, kind);
        self.push(name, content.to_vec());
    }

    fn push(&mut self, name: String, content: Vec<u8>) {
        if self.files.len() < MOST_FILES && !self.files.iter().any(|file| file.content == content && file.name == name)
        {
            self.files.push(File { name, content });
        }
    }
}

/// The text of a message: its plain parts, else its HTML.
fn body(message: &Message<'_>) -> String {
    let text = |ids: &[u32]| {
        let mut out = String::new();
        for part in ids.iter().filter_map(|id| message.parts.get(*id as usize)) {
            let text = match &part.body {
                PartType::Text(text) => bounded(text),
                PartType::Html(source) => html::to_text(&bounded(source)),
                _ => continue,
            };
            if !out.is_empty() && !text.trim().is_empty() {
                out.push_str("\n\n");
            }
            out.push_str(&text);
        }
        bounded(&out)
    };
    let plain = text(&message.text_body);
    if plain.trim().is_empty() { text(&message.html_body) } else { plain }
}

/// A message within another, as it is read.
fn written(message: &Message<'_>, text: &str) -> String {
    let from = message.from().map(|from| addresses(from).join(", ")).unwrap_or_default();
    let date = message.date().map(mail_parser::DateTime::to_rfc822).unwrap_or_default();
    format!("Dari: {from}\nTanggal: {date}\nPerihal: {}\n\n{text}", one_line(message.subject().unwrap_or_default()))
}

#[cfg(test)]
mod tests;
