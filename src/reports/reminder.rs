//! A reminder to the head of an OPD as an official letter.

use super::form::{self, File};
use super::letter::{self, letterhead, signatory, written};
use super::outline::worded;
use super::{safe, words};
use crate::domain::Instant;
use crate::domain::local_time::spoken;
use crate::domain::spoken::Spoken;
use crate::paper::{self, Block, Column, Document, Item, Row, Signature};
use crate::services::supervision::desks::Appointed;
use crate::services::supervision::letter::Letter;
use crate::services::{Desk, Error, Result};
use crate::store::supervision::Overdue;

/// So many tickets stand in the letter itself; more in an annex.
const WITHIN: usize = 8;

/// The letter as a PDF. Without a number its place is left to be written by hand.
pub fn pdf(desk: &Desk, letter: &Letter, number: &str) -> Result<File> {
    form::check_number(Some(number))?;
    let content = written(document(desk, letter, number)).map_err(|error| Error::Internal(error.to_string()))?;
    let day = letter.at.with_timezone(&desk.zone).date_naive();
    Ok(File { name: format!("pengingat-{}-{day}.pdf", safe(&letter.stand.code)), content })
}

/// The local day of an instant.
fn day(desk: &Desk, at: Instant) -> String {
    words::day(at.with_timezone(&desk.zone).date_naive())
}

fn document(desk: &Desk, letter: &Letter, number: &str) -> Document {
    let (tenant, head) = (&desk.config.tenant, &desk.config.letterhead);
    let (name, at) = (&letter.stand.name, spoken(letter.at, desk.zone));
    let has_annex = letter.overdue.len() > WITHIN;
    let day = day(desk, letter.at);
    let enclosed = if has_annex { "1 (satu) daftar" } else { "–" };
    let opening = letter::Opening { number, enclosed, subject: "Pengingat Layanan Bantuan TIK", day: &day };
    let begin = format!(
        "Dengan hormat, sebagai bagian dari pengawasan terhadap Service Desk Tier 1 kami sampaikan keadaan meja layanan \
         {name} pada {at} sebagai berikut."
    );
    let ask = format!(
        "Sehubungan dengan hal itu kami mohon Bapak/Ibu memastikan tindak lanjutnya dan memberitahukan hasilnya kepada {}.",
        tenant.dinas
    );
    let closing = "Demikian kami sampaikan. Atas perhatian dan kerja sama Bapak/Ibu kami ucapkan terima kasih.";
    let mut blocks = vec![
        Block::Letterhead(letterhead(&tenant.name, &tenant.dinas, head, desk.logo.as_ref())),
        Block::Letter(letter::opening(head, &opening, head.to_opd(name))),
        Block::Paragraph(begin),
        Block::List(points(desk, letter)),
    ];
    if !letter.overdue.is_empty() && !has_annex {
        blocks.push(Block::Table(table(desk, &letter.overdue)));
    }
    blocks.push(Block::Paragraph(ask));
    blocks.push(Block::Signature(Signature { closing: closing.to_owned(), ..signatory(head) }));
    if has_annex {
        blocks.push(Block::NewPage(paper::Way::Upright));
        blocks.push(Block::Heading(1, "Lampiran".to_owned()));
        blocks.push(Block::Table(table(desk, &letter.overdue)));
    }
    let title = format!("Pengingat layanan bantuan TIK, {name}");
    Document {
        footer: format!("{title}. {day}"),
        title,
        author: tenant.dinas.clone(),
        made_at: letter.at,
        id: format!("pengingat-{}-{}", letter.stand.code, letter.at.timestamp()),
        blocks,
    }
}

fn points(desk: &Desk, letter: &Letter) -> Vec<Item> {
    let said = [
        ("Tiket lewat tenggat.", overdue(desk, letter)),
        ("Meja tanpa kegiatan.", silence(desk, letter)),
        ("Petugas Tier 1.", appointment(letter)),
        ("Bulan ini.", month(letter)),
    ];
    let item = |(lead, text): (&str, Option<String>)| {
        Some(Item { lead: lead.to_owned(), text: worded(&text?, &desk.config.tenant.opd_word) })
    };
    said.into_iter().filter_map(item).collect()
}

fn overdue(desk: &Desk, letter: &Letter) -> Option<String> {
    let all = letter.overdue.len() + letter.unnamed;
    if all == 0 {
        return None;
    }
    let count = |count: usize| words::number(i64::try_from(count).unwrap_or(i64::MAX));
    let oldest = letter.oldest.map(|at| format!(" Yang tertua dilaporkan pada {}.", day(desk, at)));
    let place = if letter.overdue.len() > WITHIN { "dalam lampiran" } else { "di bawah" };
    let named = match (letter.overdue.len(), letter.unnamed) {
        (0, _) => " Rinciannya dapat dibaca dalam aplikasi.".to_owned(),
        (_, 0) => format!(" Semuanya disebut {place}."),
        (_, rest) => format!(" Sebagian disebut {place}; {} lainnya dapat dibaca dalam aplikasi.", count(rest)),
    };
    let oldest = oldest.unwrap_or_default();
    Some(format!("Sebanyak {} tiket melewati target waktunya dan belum diselesaikan.{oldest}{named}", count(all)))
}

fn silence(desk: &Desk, letter: &Letter) -> Option<String> {
    let (days, active) = letter.silent_days.zip(letter.stand.active_at)?;
    let last = day(desk, active);
    let open = words::number(letter.stand.open);
    Some(format!("Sejak {last} ({days} hari) tidak ada kegiatan, sedangkan {open} tiket masih terbuka."))
}

fn appointment(letter: &Letter) -> Option<String> {
    match letter.stand.appointed {
        Appointed::Yes => None,
        Appointed::Ended => Some(
            "Masa penunjukan petugas Tier 1 sudah berakhir. Mohon surat tugasnya diperpanjang atau penggantinya ditunjuk."
                .to_owned(),
        ),
        Appointed::Nobody => Some(
            "Belum ada pegawai yang ditunjuk. Setiap OPD menunjuk sekurang-kurangnya satu orang; mohon surat tugasnya \
             disampaikan."
                .to_owned(),
        ),
    }
}

fn month(letter: &Letter) -> Option<String> {
    let stand = &letter.stand;
    let kept = stand.kept.percent().map(|percent| {
        let (percent, ended) = (words::decimal(percent), words::number(stand.kept.ended));
        format!("Dari {ended} penyelesaian, {percent}\u{a0}% tepat waktu.")
    });
    let bounced = stand.bounce_percent().map(|percent| {
        let (percent, all) = (words::decimal(percent), words::number(stand.handovers));
        format!("Dari {all} eskalasi, {percent}\u{a0}% dikembalikan Tier 2.")
    });
    let said: Vec<String> = kept.into_iter().chain(bounced).collect();
    let since = words::day(letter.since);
    (!said.is_empty()).then(|| format!("Sejak {since}: {}", said.join(" ")))
}

fn table(desk: &Desk, overdue: &[Overdue]) -> paper::Table {
    let at = |at: Instant| day(desk, at);
    let row = |ticket: &Overdue| Row {
        cells: vec![
            desk.prefix.number(ticket.id),
            ticket.kind.label().to_owned(),
            ticket.priority.label().to_owned(),
            at(ticket.opened_at),
            ticket.due_at.map_or_else(|| words::NOTHING.to_owned(), at),
        ],
        total: false,
    };
    paper::Table {
        caption: "Tiket yang melewati target waktunya dan belum diselesaikan".to_owned(),
        columns: vec![
            Column::names("Nomor", 1.0),
            Column::text("Jenis", 1.0),
            Column::text("Prioritas", 1.0),
            Column::text("Dilaporkan", 1.0),
            Column::text("Tenggat penyelesaian", 1.0),
        ],
        rows: overdue.iter().map(row).collect(),
    }
}
