//! The words of letters, in `templates/mail/`: a file of words for each notice, and two layouts that say them as
//! text and as HTML. Texts that people wrote are data to the templates, never templates.

use std::sync::LazyLock;

use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason, html_escape, no_escape,
};
use rust_embed::Embed;

use super::Mail;
use crate::domain::mail::REPLY_ABOVE;
use crate::domain::mail::letter::{Letter, Template};
use crate::domain::notice::Notice;

#[derive(Embed)]
#[folder = "templates/mail/"]
struct Files;

static TEXT: LazyLock<Handlebars<'static>> = LazyLock::new(|| {
    let mut registry = registry();
    // Plain text: nothing in it is markup.
    registry.register_escape_fn(no_escape);
    registry.register_helper("written", Box::new(quoted));
    registry
});

static HTML: LazyLock<Handlebars<'static>> = LazyLock::new(|| {
    let mut registry = registry();
    registry.register_escape_fn(html_escape);
    registry.register_helper("written", Box::new(in_lines));
    registry
});

fn registry() -> Handlebars<'static> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.register_helper("happened", Box::new(happened));
    for file in Files::iter() {
        let Some(name) = file.strip_suffix(".hbs") else { continue };
        let text = Files::get(&file).expect("it is listed").data;
        let text = std::str::from_utf8(&text).expect("templates are UTF-8");
        registry.register_template_string(name, text).unwrap_or_else(|error| panic!("template {name}: {error}"));
    }
    registry
}

fn text_of(helper: &Helper<'_>) -> Result<String, RenderErrorReason> {
    let value = helper.param(0).and_then(|param| param.value().as_str().map(str::to_owned));
    value.ok_or(RenderErrorReason::ParamNotFoundForIndex("written", 0))
}

/// What somebody wrote, each line behind a sign that mail programs know.
fn quoted(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    for line in text_of(helper)?.lines() {
        out.write(if line.is_empty() { ">" } else { "> " })?;
        out.write(line)?;
        out.write("\n")?;
    }
    Ok(())
}

/// What somebody wrote, line by line.
fn in_lines(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let text = text_of(helper)?;
    let lines: Vec<String> = text.lines().map(html_escape).collect();
    Ok(out.write(&lines.join("<br>\n"))?)
}

/// What happened, in a word or two.
fn happened(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let notice = helper.param(0).and_then(|param| param.value().as_str()).and_then(Notice::parse);
    Ok(out.write(notice.map_or("", said))?)
}

fn said(notice: Notice) -> &'static str {
    match notice {
        Notice::Opened => "tiket baru",
        Notice::Assigned => "ditugaskan",
        Notice::Replied => "balasan baru",
        Notice::Noted => "catatan internal",
        Notice::Held => "menunggu",
        Notice::Resolved => "selesai ditangani",
        Notice::Reopened => "dibuka kembali",
        Notice::Rated => "dinilai pelapor",
        Notice::Closed => "ditutup",
        Notice::Cancelled => "dibatalkan",
        Notice::Rejected => "ditolak",
        Notice::HandedOver => "diserahkan ke Tier 2",
        Notice::HandoverAccepted => "diterima Tier 2",
        Notice::HandoverReturned => "dikembalikan Tier 2",
        Notice::HandoverWithdrawn => "penyerahan ditarik",
        Notice::Consulted => "pertanyaan konsultasi",
        Notice::ConsultationAnswered => "jawaban konsultasi",
        Notice::Merged => "digabungkan",
        Notice::BreachDecided => "penyebab keterlambatan diputuskan",
        Notice::Mention => "nama Anda disebut",
        Notice::ClosingSoon => "segera ditutup",
        Notice::TargetNear => "mendekati target",
        Notice::TargetMissed => "target terlampaui",
        Notice::Reminded => "pengingat penyelia",
        Notice::ReportReady => "laporan",
        Notice::RecommendationAdded => "rekomendasi baru",
        Notice::RecommendationMoved => "perkembangan rekomendasi",
        Notice::RecommendationNear => "rekomendasi mendekati batas waktu",
        Notice::RecommendationOverdue => "rekomendasi lewat batas waktu",
        Notice::AlarmDigest | Notice::Digest => "rangkuman",
        Notice::Invited | Notice::Reset | Notice::PasswordChanged => "akun",
        Notice::UnknownSender | Notice::Triaged | Notice::NotTaken => "surat Anda",
    }
}

/// Puts a letter into words.
pub fn write(letter: Letter) -> Result<Mail, String> {
    let words = &letter.words;
    let name = words.notice.as_str();
    let data = serde_json::json!({
        "reply_above": REPLY_ABOVE,
        "is_ticket": !words.number.is_empty(),
        "is_confidential": words.notice == Template::Confidential,
    });
    let mut data = match data {
        serde_json::Value::Object(map) => map,
        _ => return Err("letters are objects".to_owned()),
    };
    match serde_json::to_value(words) {
        Ok(serde_json::Value::Object(words)) => data.extend(words),
        other => return Err(format!("letters are objects: {other:?}")),
    }
    let render = |registry: &Handlebars<'_>, layout: &str| {
        let mut data = data.clone();
        data.insert("layout".to_owned(), format!("layout/{layout}").into());
        registry.render(name, &data).map_err(|error| format!("template mail/{name}: {error}"))
    };
    let subject = render(&TEXT, "subject")?;
    let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = tidy(&render(&TEXT, "text")?);
    let html = render(&HTML, "html")?;
    Ok(Mail { subject, text, html, letter })
}

/// At most one empty line between others, none at the ends.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut empty = true;
    for line in text.lines().map(str::trim_end) {
        if !(line.is_empty() && empty) {
            tidy.push_str(line);
            tidy.push('\n');
        }
        empty = line.is_empty();
    }
    tidy.truncate(tidy.trim_end().len());
    tidy.push('\n');
    tidy
}

#[cfg(test)]
mod tests;
