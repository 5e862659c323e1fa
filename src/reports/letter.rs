//! A report as an official letter (naskah dinas, Permendagri 1/2023): one page for whoever signs and whoever is
//! addressed, with all figures as its annex.

use super::narrative;
use super::outline::worded;
use super::{annex, words};
use crate::config::{Letterhead, Logo};
use crate::domain::report::Span;
use crate::domain::report::snapshot::Snapshot;
use crate::paper::{self, Block, Document, Item, Picture, PictureData, Seal, Signature, Way};

/// What a letter says besides its figures.
#[derive(Clone, Debug)]
pub struct Official<'a> {
    pub head: &'a Letterhead,
    pub logo: Option<&'a Logo>,
    /// "PD" or "OPD".
    pub opd_word: &'a str,
    /// Blank: a number is written by hand.
    pub number: &'a str,
    /// Where anybody sees that the paper is genuine; nothing for what is not frozen.
    pub verification: Option<Verification>,
    /// What was added later: when, by whom, why and what.
    pub addenda: Vec<String>,
    /// Whether it is signed electronically.
    pub electronic: bool,
}

/// What a paper says of its electronic signature (UU 11/2008 Ps 11).
const ELECTRONIC: &str = "Dokumen ini telah ditandatangani secara elektronik menggunakan sertifikat elektronik. ";

/// What proves a frozen report.
#[derive(Clone, Debug)]
pub struct Verification {
    pub address: String,
    /// SHA-256 of the frozen figures, hex.
    pub hash: String,
}

/// Where something is written by hand.
const BLANK: &str = "................................";

/// The letter as a PDF.
pub fn pdf(snapshot: &Snapshot, official: &Official<'_>) -> Result<Vec<u8>, paper::Error> {
    written(document(snapshot, official))
}

/// A letter as a PDF. A logo that cannot be drawn is left out, so that one broken file stops no report.
pub fn written(mut letter: Document) -> Result<Vec<u8>, paper::Error> {
    let failed = match paper::pdf(&letter) {
        Ok(pdf) => return Ok(pdf),
        Err(error) => error,
    };
    let heads = letter.blocks.iter_mut().filter_map(|block| match block {
        Block::Letterhead(head) => head.logo.take(),
        _ => None,
    });
    if heads.count() == 0 {
        return Err(failed);
    }
    tracing::warn!(%failed, "a letter without its logo: tenant.logo cannot be drawn");
    paper::pdf(&letter)
}

/// The letter with its annex.
pub fn document(snapshot: &Snapshot, official: &Official<'_>) -> Document {
    let mut blocks = vec![
        Block::Letterhead(letterhead(&snapshot.tenant.name, &snapshot.tenant.dinas, official.head, official.logo)),
        Block::Letter(beginning(snapshot, official)),
        Block::Paragraph(introduction(snapshot, official)),
    ];
    if official.verification.is_none() {
        blocks.push(Block::Note(super::unfrozen(snapshot)));
    }
    blocks.push(Block::Numbers(narrative::first(snapshot)));
    blocks.push(Block::List(points(snapshot, official)));
    blocks.push(Block::Signature(signature(official)));
    blocks.push(Block::NewPage(Way::Upright));
    let facts = [("Nomor", number(official.number)), ("Tanggal", &date(snapshot)), ("Hal", &subject(snapshot))];
    blocks.push(Block::Heading(1, "Lampiran".to_owned()));
    blocks.push(Block::Facts(facts.map(|(label, value)| (label.to_owned(), value.to_owned())).into()));
    annex::blocks(snapshot, official, &mut blocks);
    Document {
        title: super::title(snapshot),
        author: snapshot.tenant.dinas.clone(),
        made_at: snapshot.generated_at,
        id: super::file_name(snapshot),
        footer: footer(snapshot, official),
        blocks,
    }
}

/// The head of the government's paper.
pub fn letterhead(tenant: &str, dinas: &str, head: &Letterhead, logo: Option<&Logo>) -> paper::Letterhead {
    let logo = logo.map(|logo| Picture {
        data: match logo.media_type {
            "image/png" => PictureData::Png(logo.content.clone()),
            _ => PictureData::Svg(String::from_utf8_lossy(&logo.content).into_owned()),
        },
        alt: format!("Lambang {tenant}"),
    });
    paper::Letterhead { names: vec![tenant.to_owned(), dinas.to_owned()], address: head.lines(&head.address), logo }
}

fn number(number: &str) -> &str {
    if number.trim().is_empty() { BLANK } else { number }
}

/// What stands above the text of a letter.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// Blank: it is written by hand.
    pub number: &'a str,
    pub enclosed: &'a str,
    pub subject: &'a str,
    /// The day, as letters have it.
    pub day: &'a str,
}

/// Number, subject, place and day on the government's paper.
pub fn opening(head: &Letterhead, opening: &Opening<'_>, to: Vec<String>) -> paper::Letter {
    let Opening { number: of, enclosed, subject, day } = *opening;
    let facts = [("Nomor", number(of)), ("Sifat", head.nature.as_str()), ("Lampiran", enclosed), ("Hal", subject)];
    let place_and_date = if head.place.is_empty() { day.to_owned() } else { format!("{}, {day}", head.place) };
    paper::Letter { facts: facts.map(|(label, value)| (label.to_owned(), value.to_owned())).into(), place_and_date, to }
}

/// The day of the figures, as letters have it.
fn date(snapshot: &Snapshot) -> String {
    words::day(snapshot.generated_at.with_timezone(&super::zone(snapshot)).date_naive())
}

fn subject(snapshot: &Snapshot) -> String {
    let whose = snapshot.scope.opd.as_ref().map(|opd| format!(" {}", opd.name)).unwrap_or_default();
    // What the Bupati hears of each year (Perbup Seruyan 23/2023 Ps 46(1)-(2), (6)) has a name of its own.
    let what = match snapshot.period.span {
        Span::Month | Span::Quarter => "Laporan Layanan Bantuan TIK",
        Span::Semester | Span::Year => "Laporan Evaluasi Manajemen Layanan SPBE",
    };
    format!("{what}{whose} {}", snapshot.period.name)
}

fn beginning(snapshot: &Snapshot, official: &Official<'_>) -> paper::Letter {
    let (head, subject, day) = (official.head, subject(snapshot), date(snapshot));
    let to = match &snapshot.scope.opd {
        None => head.lines(&head.to),
        Some(opd) => head.to_opd(&opd.name),
    };
    let (number, enclosed) = (official.number, "1 (satu) berkas");
    opening(head, &Opening { number, enclosed, subject: &subject, day: &day }, to)
}

fn introduction(snapshot: &Snapshot, official: &Official<'_>) -> String {
    let whose = match &snapshot.scope.opd {
        None => worded("seluruh OPD", official.opd_word),
        Some(opd) => opd.name.clone(),
    };
    let basis = official.head.basis.trim();
    let begin = if basis.is_empty() { "Dengan hormat".to_owned() } else { format!("Berdasarkan {basis}") };
    let (first, last) = (snapshot.period.first_day, snapshot.period.last_day);
    format!(
        "{begin}, bersama ini kami sampaikan laporan layanan bantuan teknologi informasi dan komunikasi untuk {whose} \
         pada {} ({} sampai dengan {}). Pokok-pokoknya sebagai berikut.",
        words::spoken_period(snapshot.period.span, &snapshot.period.name),
        words::day(first).replace(' ', "\u{a0}"),
        words::day(last).replace(' ', "\u{a0}"),
    )
}

fn points(snapshot: &Snapshot, official: &Official<'_>) -> Vec<Item> {
    let said = narrative::points(snapshot, official.opd_word);
    let mut items: Vec<Item> = said.into_iter().map(|point| Item { lead: point.lead, text: point.text }).collect();
    if !official.addenda.is_empty() {
        let text =
            format!("Sesudah dibekukan, laporan ini mendapat {} adendum; lihat lampiran.", official.addenda.len());
        items.push(Item { lead: "Adendum.".to_owned(), text });
    }
    items
}

fn signature(official: &Official<'_>) -> Signature {
    let seal = official.verification.as_ref().map(|verification| Seal {
        address: verification.address.clone(),
        lines: vec![
            format!("Keaslian laporan ini dapat diperiksa pada {}", verification.address),
            format!("SHA-256 {}", verification.hash),
        ],
    });
    let closing = "Demikian laporan ini kami sampaikan. Atas perhatian Bapak/Ibu kami ucapkan terima kasih.";
    let mark = if official.electronic { "Ditandatangani secara elektronik oleh" } else { "" };
    Signature { closing: closing.to_owned(), mark: mark.to_owned(), seal, ..signatory(official.head) }
}

/// Who signs, and who gets copies.
pub fn signatory(head: &Letterhead) -> Signature {
    Signature {
        closing: String::new(),
        office: head.lines(&head.office),
        mark: String::new(),
        name: head.signatory.clone(),
        below: head.lines(&head.rank),
        seal: None,
        copies: head.lines(&head.copies),
    }
}

/// The title comes last: it is what may be cut.
fn footer(snapshot: &Snapshot, official: &Official<'_>) -> String {
    let title = super::title(snapshot);
    let Some(verification) = &official.verification else {
        let state = if snapshot.period.span == Span::Month { "Sementara." } else { "Tidak dibekukan." };
        return format!("{state} {title}");
    };
    let start = |hash: &str| hash.chars().take(16).collect::<String>();
    let anchor = snapshot
        .anchor
        .as_ref()
        .map(|anchor| format!("Jangkar riwayat {}: {}…. ", words::day(anchor.day), start(&anchor.hash)));
    let electronic = if official.electronic { ELECTRONIC } else { "" };
    format!("{electronic}SHA-256 {}…. {}{title}", start(&verification.hash), anchor.unwrap_or_default())
}
