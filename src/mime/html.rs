//! HTML as plain text: blocks as lines, lists with dashes, quotations with `>`, links with their address
//! where it says more than the words. Styles, scripts and what is not shown are left out; nothing is fetched.

use mail_parser::decoders::html::add_html_token;

/// How deep quotations are shown.
const DEEPEST: usize = 8;

/// The most bytes of a tag: what goes on for longer is none, and looking on would take time without end.
const LONGEST_TAG: usize = 16 * 1024;

/// How many elements are left out at most, for the same reason.
const MOST_SKIPPED: usize = 500;

/// What the HTML says.
pub fn to_text(html: &str) -> String {
    let mut writer = Writer::default();
    let mut rest = html;
    while !rest.is_empty() {
        let Some(at) = rest.find('<') else {
            writer.words(rest);
            break;
        };
        let (before, from) = rest.split_at(at);
        writer.words(before);
        rest = tag(from, &mut writer);
    }
    writer.finish()
}

/// Takes a tag (or a lone `<`) from the beginning, and gives what follows.
fn tag<'a>(text: &'a str, writer: &mut Writer) -> &'a str {
    if let Some(comment) = text.strip_prefix("<!--") {
        return comment.split_once("-->").map_or("", |(_, after)| after);
    }
    let inside = text.get(1..).unwrap_or_default();
    if !inside.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
        writer.words("<");
        return inside;
    }
    let end = end_of_tag(inside);
    let (tag, after) = inside.split_at(end);
    let after = after.get(1..).unwrap_or_default();
    let closes = tag.starts_with('/');
    let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
    let name = name.to_ascii_lowercase();
    let hidden = ["script", "style", "head", "title", "template", "noscript", "svg"].contains(&name.as_str());
    if hidden && !closes && writer.skipped < MOST_SKIPPED {
        writer.skipped += 1;
        return skip(after, &name);
    }
    writer.tag(&name, closes, tag);
    after
}

/// Where a tag ends: at `>` outside of quotation marks, or with the text.
fn end_of_tag(text: &str) -> usize {
    let mut quote = None;
    let longest = text.floor_char_boundary(LONGEST_TAG);
    let text = text.get(..longest).unwrap_or(text);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return at,
            (None, '"' | '\'') if text.get(..at).is_some_and(|before| before.trim_end().ends_with('=')) => {
                quote = Some(c);
            }
            (Some(mark), c) if c == mark => quote = None,
            _ => {}
        }
    }
    // A quotation mark that never closes ends with the first `>` after all.
    if quote.is_some() { text.find('>').unwrap_or(text.len()) } else { text.len() }
}

/// What follows after the end of an element that is not shown. One that never ends hides nothing but itself.
fn skip<'a>(text: &'a str, name: &str) -> &'a str {
    let end = format!("</{name}");
    let found = text
        .match_indices("</")
        .find(|(at, _)| text.get(*at..at + end.len()).is_some_and(|candidate| candidate.eq_ignore_ascii_case(&end)));
    let Some((at, _)) = found else { return text };
    text.get(at..).and_then(|rest| rest.split_once('>')).map_or("", |(_, after)| after)
}

#[derive(Default)]
struct Writer {
    out: String,
    line: String,
    /// White space was read that is not written yet.
    space: bool,
    /// Empty lines that are to stand before the next line.
    gap: bool,
    quoted: usize,
    preformatted: usize,
    skipped: usize,
    /// Where the present link leads, and where its words begin in the line.
    link: Option<String>,
    link_words: String,
}

impl Writer {
    fn words(&mut self, text: &str) {
        let text = entities(text);
        for c in text.chars() {
            if self.preformatted > 0 && c == '\n' {
                self.end_line();
            } else if c.is_whitespace() && c != '\u{a0}' && self.preformatted == 0 {
                self.space = true;
            } else if !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}' | '\u{34f}') {
                if self.space && !self.line.is_empty() {
                    self.push(' ');
                }
                self.space = false;
                self.push(if c == '\u{a0}' { ' ' } else { c });
            }
        }
    }

    fn push(&mut self, c: char) {
        self.line.push(c);
        if self.link.is_some() {
            self.link_words.push(c);
        }
    }

    fn tag(&mut self, name: &str, closes: bool, tag: &str) {
        match name {
            "br" => self.break_line(),
            // The first paragraph of an item stands beside its dash.
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "ul" | "ol" | "dl" | "hr"
                if self.line != "- " =>
            {
                self.end_line();
                self.gap = true;
            }
            "div" | "tr" | "section" | "article" | "header" | "footer" | "address" | "dt" | "dd" | "form" | "body" => {
                self.end_line();
            }
            "li" => {
                self.end_line();
                if !closes {
                    self.line.push_str("- ");
                }
            }
            "td" | "th" if closes => self.space = true,
            "pre" => {
                self.end_line();
                self.preformatted = if closes { self.preformatted.saturating_sub(1) } else { self.preformatted + 1 };
            }
            "blockquote" => {
                self.end_line();
                self.gap = true;
                self.quoted = if closes { self.quoted.saturating_sub(1) } else { self.quoted + 1 };
            }
            "a" if closes => self.end_link(),
            "a" => {
                self.end_link();
                self.link = attribute(tag, "href");
            }
            "img" => {
                if let Some(words) = attribute(tag, "alt").filter(|words| !words.trim().is_empty()) {
                    self.words(&format!(" [{}] ", words.trim()));
                }
            }
            _ => {}
        }
    }

    /// The address of a link, if its words do not say it.
    fn end_link(&mut self) {
        let Some(link) = self.link.take() else { return };
        let words = std::mem::take(&mut self.link_words);
        let link = link.trim();
        let shown = link.starts_with("http://") || link.starts_with("https://");
        if shown && !words.contains(link.trim_end_matches('/')) && link.len() <= 500 && !words.trim().is_empty() {
            self.words(&format!(" <{link}>").replace('&', "&amp;"));
        }
    }

    /// A line that somebody ended, even if it is empty.
    fn break_line(&mut self) {
        if self.line.trim().is_empty() {
            self.gap = true;
            self.line.clear();
        } else {
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        self.space = false;
        let line = std::mem::take(&mut self.line);
        if line.trim().is_empty() || line == "- " {
            // The dash waits for the words of its item.
            if line == "- " {
                self.line = line;
            }
            return;
        }
        let mark = "> ".repeat(self.quoted.min(DEEPEST));
        if self.gap && !self.out.is_empty() {
            self.out.push_str(mark.trim_end());
            self.out.push('\n');
        }
        self.gap = false;
        self.out.push_str(&mark);
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    fn finish(mut self) -> String {
        self.end_link();
        self.end_line();
        self.out
    }
}

/// The value of an attribute in a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag;
    loop {
        let at = rest.find('=')?;
        let (before, after) = rest.split_at(at);
        let after = after.get(1..)?.trim_start();
        let key = before.split_whitespace().next_back().unwrap_or_default();
        let (value, next) = match after.chars().next() {
            Some(mark @ ('"' | '\'')) => {
                let inside = after.get(1..)?;
                inside.split_once(mark).unwrap_or((inside, ""))
            }
            _ => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(entities(value));
        }
        rest = next;
    }
}

/// The text with `&amp;` and its like written out.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let end = from.char_indices().take(33).find(|(_, c)| *c == ';').map(|(end, _)| end);
        let name = end
            .and_then(|end| from.get(1..end))
            .filter(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#'));
        match (name, end) {
            (Some(_), Some(end)) => {
                let (token, after) = from.split_at(end + 1);
                add_html_token(&mut out, token.as_bytes(), false);
                rest = after;
            }
            _ => {
                out.push('&');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_read_as_people_see_it() {
        for (html, expected) in [
            (
                "<p>Yth.&nbsp;Tim,</p><p>Printer <b>rusak</b> &amp; macet.<br>Mohon dibantu.</p>",
                "Yth. Tim,\n\nPrinter rusak & macet.\nMohon dibantu.\n",
            ),
            ("<div>Satu</div><div>Dua</div><div><br></div><div>Tiga</div>", "Satu\nDua\n\nTiga\n"),
            (
                "<html><head><title>x</title><style>p{color:red}</style></head><body>Isi<script>alert(1)</script></body>",
                "Isi\n",
            ),
            (
                "Ya.<blockquote type=cite><div>Apa?</div><blockquote>Dulu</blockquote></blockquote>Sudah",
                "Ya.\n>\n> Apa?\n> >\n> > Dulu\n\nSudah\n",
            ),
            ("<ul><li>satu</li><li><p>dua</p></li></ul>", "- satu\n- dua\n"),
            ("<table><tr><td>Nama</td><td>Budi</td></tr><tr><td>NIP</td><td>1</td></tr></table>", "Nama Budi\nNIP 1\n"),
            (
                "Lihat <a href=\"https://x.go.id/a?b=1&amp;c=2\">surat</a>.",
                "Lihat surat <https://x.go.id/a?b=1&c=2>.\n",
            ),
            (
                "<a href='https://x.go.id/'>https://x.go.id</a> <a href=\"javascript:alert(1)\">klik</a>",
                "https://x.go.id klik\n",
            ),
            ("<img src=\"cid:1\" alt=\"tangkapan layar\"><img src=x>", "[tangkapan layar]\n"),
            ("<pre>a  b\n  c</pre>", "a  b\n  c\n"),
            ("1 < 2 && 3 > 2 &unknown; &#65;&#x42;", "1 < 2 && 3 > 2 &unknown; AB\n"),
            ("<!-- <p>x</p> -->Isi<!-- tak selesai", "Isi\n"),
            ("<p title=\"a > b\">Isi</p><p title=\"tak selesai>Dua</p>", "Isi\n\nDua\n"),
            ("<style>tak selesai", "tak selesai\n"),
            ("a\u{200b}b<", "ab<\n"),
            ("", ""),
        ] {
            assert_eq!(to_text(html), expected, "{html}");
        }
    }

    proptest::proptest! {
        #[test]
        fn anything_is_read(html in "[<>/!\\-&;#a-z\"'= \né]{0,200}") {
            to_text(&html);
        }
    }
}
