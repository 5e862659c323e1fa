//! A report as a page that stands by itself: one file without scripts or anything from elsewhere, with the same
//! figures, charts and words as the paper.

use std::fmt::Write as _;

use super::letter::Official;
use super::outline::{self, Part, worded};
use super::{narrative, words};
use crate::domain::local_time::spoken;
use crate::domain::report::definitions::GENERAL;
use crate::domain::report::snapshot::{Cell, Snapshot};

const STYLE: &str = include_str!("page.css");

/// What the page may load: nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The page.
pub fn html(snapshot: &Snapshot, official: &Official<'_>) -> String {
    let word = official.opd_word;
    let title = escape(&super::title(snapshot));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"id\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"{POLICY}\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
    );
    out += &header(snapshot, official);
    out += "<main>\n<h2>Ringkasan</h2>\n";
    out += &summary(snapshot, word);
    for chapter in outline::chapters(snapshot, word) {
        put(&mut out, format_args!("<section>\n<h2>{}</h2>\n", escape(&chapter.heading)));
        for part in &chapter.parts {
            out += &shown(part, word);
        }
        out += "</section>\n";
    }
    out += &meanings(snapshot, word);
    out += &addenda(official);
    out += "</main>\n</body>\n</html>\n";
    out
}

/// A text as it stands in a page or in an attribute of it.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            // Control characters are no text.
            c if c.is_control() && !c.is_whitespace() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Adds to a text, which cannot fail.
fn put(out: &mut String, what: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(what);
}

fn header(snapshot: &Snapshot, official: &Official<'_>) -> String {
    let whose =
        snapshot.scope.opd.as_ref().map_or_else(|| worded("Seluruh OPD", official.opd_word), |opd| opd.name.clone());
    let (first, last) = (words::day(snapshot.period.first_day), words::day(snapshot.period.last_day));
    let mut out = format!(
        "<header>\n<p>{}</p>\n<p><b>{}</b></p>\n<h1>Laporan layanan bantuan TIK {}</h1>\n<p><bdi>{}</bdi> · {first} sampai \
         dengan {last}</p>\n",
        escape(&snapshot.tenant.name),
        escape(&snapshot.tenant.dinas),
        escape(&snapshot.period.name),
        escape(&whose),
    );
    match &official.verification {
        Some(proof) => {
            let (at, address) = (spoken(snapshot.generated_at, super::zone(snapshot)), escape(&proof.address));
            put(
                &mut out,
                format_args!(
                    "<p class=\"soft\">Dibekukan {at}. Keasliannya dapat diperiksa pada <a href=\"{address}\">{address}</a>.<br>\
                     SHA-256 <span class=\"hash\">{}</span></p>\n",
                    escape(&proof.hash)
                ),
            );
        }
        None => put(&mut out, format_args!("<p class=\"note\">{}</p>\n", super::unfrozen(snapshot))),
    }
    if let Some(anchor) = &snapshot.anchor {
        let (day, hash) = (words::day(anchor.day), escape(&anchor.hash));
        put(&mut out, format_args!("<p class=\"soft\">Jangkar riwayat {day} <span class=\"hash\">{hash}</span></p>\n"));
    }
    out + "</header>\n"
}

fn summary(snapshot: &Snapshot, word: &str) -> String {
    let mut out = String::from("<dl class=\"numbers\">\n");
    for (title, value) in narrative::first(snapshot) {
        put(&mut out, format_args!("<div><dt>{}</dt><dd>{}</dd></div>\n", escape(&title), escape(&value)));
    }
    out += "</dl>\n<ol class=\"points\">\n";
    for point in narrative::points(snapshot, word) {
        put(&mut out, format_args!("<li><b>{}</b> {}</li>\n", escape(&point.lead), escape(&point.text)));
    }
    out += "</ol>\n<div class=\"scroll\"><table>\n<caption>Semua angka ringkasan</caption>\n<thead><tr>\
            <th scope=\"col\">Angka</th><th scope=\"col\" class=\"n\">Nilai</th></tr></thead>\n<tbody>\n";
    for (title, value) in narrative::summary(snapshot) {
        let title = escape(&worded(&title, word));
        put(&mut out, format_args!("<tr><th scope=\"row\">{title}</th><td class=\"n\">{}</td></tr>\n", escape(&value)));
    }
    out += "</tbody>\n</table></div>\n";
    out
}

fn shown(part: &Part<'_>, word: &str) -> String {
    let Some(caption) = &part.caption else {
        return format!("<p>{}</p>\n", escape(&outline::nothing(part, word)));
    };
    let mut out = String::new();
    if let Some(chart) = &part.chart {
        put(
            &mut out,
            format_args!(
                "<figure><figcaption>{}</figcaption><div role=\"img\" aria-label=\"{}\">{}</div></figure>\n",
                escape(&chart.title),
                escape(&chart.alt),
                chart.svg
            ),
        );
    }
    let name = escape(caption);
    put(
        &mut out,
        format_args!(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{name}\"><table>\n<caption>{name}</caption>\n"
        ),
    );
    out += &heads(part, word);
    out += "<tbody>\n";
    for line in &part.table.rows {
        out += &row(part, &line.label, &line.cells);
    }
    out += "</tbody>\n";
    if let Some(total) = &part.table.total {
        put(&mut out, format_args!("<tfoot>{}</tfoot>\n", row(part, "Jumlah", total)));
    }
    out += "</table></div>\n";
    out
}

fn heads(part: &Part<'_>, word: &str) -> String {
    let grouped = part.heads.iter().any(|head| !head.group.is_empty());
    let high = if grouped { " rowspan=\"2\"" } else { "" };
    let names = escape(&worded(&part.table.rows_title, word));
    let (mut above, mut below) = (format!("<tr><th scope=\"col\"{high}>{names}</th>"), String::new());
    let cell = |head: &outline::Head, high: &str| {
        let class = if head.number { " class=\"n\"" } else { "" };
        format!("<th scope=\"col\"{high}{class}>{}</th>", escape(&head.title))
    };
    for run in part.heads.chunk_by(|a, b| !a.group.is_empty() && a.group == b.group) {
        let Some(first) = run.first() else { continue };
        if first.group.is_empty() {
            above += &cell(first, high);
        } else {
            put(&mut above, format_args!("<th scope=\"colgroup\" colspan=\"{}\">{}</th>", run.len(), first.group));
            run.iter().for_each(|head| below += &cell(head, ""));
        }
    }
    let below = if grouped { format!("<tr>{below}</tr>") } else { String::new() };
    format!("<thead>{above}</tr>{below}</thead>\n")
}

fn row(part: &Part<'_>, label: &str, cells: &[Cell]) -> String {
    let mut out = format!("<tr><th scope=\"row\">{}</th>", escape(label));
    for (head, cell) in part.heads.iter().zip(outline::cells(part.table, cells)) {
        let class = if head.number { " class=\"n\"" } else { "" };
        put(&mut out, format_args!("<td{class}>{}</td>", escape(&cell)));
    }
    out + "</tr>\n"
}

fn meanings(snapshot: &Snapshot, word: &str) -> String {
    let mut out = String::from("<section>\n<h2>Penjelasan angka</h2>\n<ul>\n");
    for sentence in GENERAL {
        put(&mut out, format_args!("<li>{}</li>\n", escape(&worded(sentence, word))));
    }
    out += "</ul>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Arti angka\"><table>\n<thead><tr>\
            <th scope=\"col\">Angka</th><th scope=\"col\">Yang dihitung</th><th scope=\"col\">Yang tidak dihitung</th></tr>\
            </thead>\n<tbody>\n";
    for of in &snapshot.definitions {
        let [title, counts, leaves_out] =
            [&of.title, &of.counts, &of.leaves_out].map(|text| escape(&worded(text, word)));
        put(&mut out, format_args!("<tr><th scope=\"row\">{title}</th><td>{counts}</td><td>{leaves_out}</td></tr>\n"));
    }
    out + "</tbody>\n</table></div>\n</section>\n"
}

fn addenda(official: &Official<'_>) -> String {
    if official.addenda.is_empty() {
        return String::new();
    }
    let mut out = String::from("<section>\n<h2>Adendum</h2>\n<ol class=\"points\">\n");
    for addendum in &official.addenda {
        put(&mut out, format_args!("<li>{}</li>\n", escape(addendum)));
    }
    out + "</ol>\n</section>\n"
}
