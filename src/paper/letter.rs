//! What makes paper official: letterhead, number and addressee, signature.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use super::flow::{Flow, LEFT, Mark, SMALL, WIDTH};
use super::tags::Kind;
use super::text::{self, Cut, Style};
use super::{Error, Letter, Letterhead, PictureData, Seal, Signature};

/// How large the logo is at most.
const LOGO: f32 = 62.0;

/// The head: logo at the left, names in the middle, a thick and a thin rule below.
pub fn letterhead(flow: &mut Flow, head: &Letterhead) -> Result<(), Error> {
    let top = flow.y;
    let indent = if head.logo.is_some() { LOGO + 10.0 } else { 0.0 };
    if let Some(logo) = &head.logo {
        let slot = flow.tags.leaf(Kind::Figure(logo.alt.clone()));
        flow.picture(slot, &logo.data, LEFT, top, LOGO, LOGO)?;
    }
    let (left, width) = (LEFT + indent, WIDTH - indent);
    let last = head.names.len().saturating_sub(1);
    for (index, name) in head.names.iter().enumerate() {
        let style = if index == last { Style::new(Cut::Bold, 15.0, 20.0) } else { Style::new(Cut::Bold, 12.5, 17.0) };
        centered(flow, left, width, style, &name.to_uppercase());
    }
    for line in &head.address {
        centered(flow, left, width, Style::new(Cut::Regular, 8.5, 11.5), line);
    }
    flow.y = flow.y.max(if head.logo.is_some() { top + LOGO } else { top }) + 5.0;
    flow.put(None, Mark::Fill { x: LEFT, y: flow.y, width: WIDTH, height: 2.0, grey: 0 });
    flow.put(None, Mark::Fill { x: LEFT, y: flow.y + 3.2, width: WIDTH, height: 0.6, grey: 0 });
    flow.y += 16.0;
    Ok(())
}

fn centered(flow: &mut Flow, left: f32, width: f32, style: Style, text: &str) {
    let slot = flow.tags.leaf(Kind::Paragraph);
    for line in text::lines(style, text, width) {
        let x = left + (width - text::width(style, &line)) / 2.0;
        flow.line(slot, x, style, format!("{line} "));
        flow.y += style.line;
    }
}

/// Number and subject at the left; place, date and addressee at the right.
pub fn opening(flow: &mut Flow, letter: &Letter) {
    let top = flow.y;
    let half = WIDTH * 0.56;
    flow.facts(LEFT, half - 12.0, &letter.facts);
    let below = flow.y;
    flow.y = top;
    let x = LEFT + half;
    for line in std::iter::once(&letter.place_and_date).chain([&String::new()]).chain(&letter.to) {
        if !line.is_empty() {
            let slot = flow.tags.leaf(Kind::Paragraph);
            flow.text(slot, x, WIDTH - half, flow.body, line);
        } else {
            flow.y += flow.body.line * 0.6;
        }
    }
    flow.y = flow.y.max(below) + 10.0;
}

/// A frame with four numbers beside each other, each below what it is.
pub fn numbers(flow: &mut Flow, numbers: &[(String, String)]) {
    const LABEL: Style = Style::new(Cut::Regular, 8.0, 10.5).grey(60);
    const NUMBER: Style = Style::new(Cut::Bold, 15.0, 19.0);
    const PAD: f32 = 6.0;
    const RULE: u8 = 150;
    let width = flow.width() / 4.0;
    flow.tags.begin(Kind::List);
    for row in numbers.chunks(4) {
        let within = |style: Style, text: &str| text::lines(style, text, width - 2.0 * PAD);
        let laid: Vec<_> = row.iter().map(|(label, number)| (within(LABEL, label), within(NUMBER, number))).collect();
        let labels = laid.iter().map(|(label, _)| label.len()).max().unwrap_or(0) as f32 * LABEL.line;
        let most = laid.iter().map(|(_, number)| number.len()).max().unwrap_or(0) as f32 * NUMBER.line;
        let height = labels + most + 1.5 * PAD;
        flow.need(height);
        let top = flow.y;
        for (index, (label, number)) in laid.into_iter().enumerate() {
            let x = LEFT + width * index as f32;
            flow.tags.begin(Kind::Item);
            let slot = flow.tags.leaf(Kind::ItemBody);
            flow.tags.end();
            for (style, lines, from) in [(LABEL, label, top + PAD), (NUMBER, number, top + PAD + labels)] {
                flow.y = from;
                for line in lines {
                    flow.line(slot, x + PAD, style, format!("{line} "));
                    flow.y += style.line;
                }
            }
            flow.put(None, Mark::Fill { x: x + width, y: top, width: 0.5, height, grey: RULE });
        }
        let rules = [(LEFT, top, width * 4.0, 0.5), (LEFT, top + height, width * 4.0, 0.5), (LEFT, top, 0.5, height)];
        for (x, y, width, height) in rules {
            flow.put(None, Mark::Fill { x, y, width, height, grey: RULE });
        }
        flow.y = top + height;
    }
    flow.tags.end();
    flow.y += 9.0;
}

/// The last sentence, office, room for the signature, name; at the left what proves the paper and who gets copies.
/// Never parted from one another, so that no signature stands alone on a page.
pub fn signature(flow: &mut Flow, signature: &Signature) -> Result<(), Error> {
    const ROOM: f32 = 54.0;
    let half = WIDTH * 0.5;
    let (x, width) = (LEFT + half + 8.0, half - 8.0);
    let body = flow.body;
    let bold = Style { cut: Cut::Bold, ..body };
    let within = |style: Style, lines: &[String], width: f32| -> f32 {
        lines.iter().map(|line| text::lines(style, line, width).len() as f32 * style.line).sum()
    };
    let closing = if signature.closing.is_empty() { 0.0 } else { 10.0 };
    let closing = closing + within(body, std::slice::from_ref(&signature.closing), WIDTH);
    let right = within(body, &signature.office, width)
        + ROOM
        + within(bold, std::slice::from_ref(&signature.name), width)
        + within(body, &signature.below, width);
    let seal =
        signature.seal.as_ref().map_or(0.0, |seal| SEAL.max(within(PROOF, &seal.lines, half - SEAL - 16.0)) + 12.0);
    let copies = numbered(&signature.copies);
    let listed = if copies.is_empty() { 0.0 } else { SMALL.line + within(SMALL, &copies, half) };
    flow.y += 4.0;
    flow.need(closing + right.max(seal + listed));
    if !signature.closing.is_empty() {
        let slot = flow.tags.leaf(Kind::Paragraph);
        flow.text(slot, LEFT, WIDTH, body, &signature.closing);
        flow.y += 10.0;
    }
    let top = flow.y;
    for line in &signature.office {
        let slot = flow.tags.leaf(Kind::Paragraph);
        flow.text(slot, x, width, body, line);
    }
    if !signature.mark.is_empty() {
        let (slot, above) = (flow.tags.leaf(Kind::Paragraph), flow.y);
        flow.y += (ROOM - SMALL.line) / 2.0;
        flow.text(slot, x, width, SMALL, &signature.mark);
        flow.y = above;
    }
    flow.y += ROOM;
    let slot = flow.tags.leaf(Kind::Paragraph);
    let before = flow.y;
    flow.text(slot, x, width, bold, &signature.name);
    let underlined = text::width(bold, &text::settable(&signature.name));
    if underlined <= width {
        flow.put(None, Mark::Fill { x, y: before + bold.baseline() + 1.8, width: underlined, height: 0.6, grey: 0 });
    }
    for line in &signature.below {
        let slot = flow.tags.leaf(Kind::Paragraph);
        flow.text(slot, x, width, body, line);
    }
    let below = flow.y;
    flow.y = top;
    if let Some(seal) = &signature.seal {
        proof(flow, seal, half - SEAL - 16.0)?;
    }
    flow.y = flow.y.max(top);
    copied(flow, &copies, half);
    flow.y = flow.y.max(below) + 12.0;
    Ok(())
}

/// How large the QR code is.
const SEAL: f32 = 66.0;
/// What stands beside it.
const PROOF: Style = Style::new(Cut::Regular, 7.2, 9.4).grey(60);

/// A QR code, and beside it what it leads to.
fn proof(flow: &mut Flow, seal: &Seal, width: f32) -> Result<(), Error> {
    let top = flow.y + 4.0;
    let code = QrCode::with_error_correction_level(&seal.address, EcLevel::M)
        .map_err(|error| Error::Picture(error.to_string()))?;
    let drawing = code.render::<svg::Color>().quiet_zone(false).build();
    let slot = flow.tags.leaf(Kind::Figure(format!("Kode QR menuju {}", seal.address)));
    flow.picture(slot, &PictureData::Svg(drawing), LEFT, top, SEAL, SEAL)?;
    flow.y = top;
    for line in &seal.lines {
        let slot = flow.tags.leaf(Kind::Paragraph);
        flow.text(slot, LEFT + SEAL + 8.0, width, PROOF, line);
    }
    flow.y = flow.y.max(top + SEAL) + 8.0;
    Ok(())
}

/// Who gets copies, as it is written.
fn numbered(copies: &[String]) -> Vec<String> {
    copies.iter().zip(1..).map(|(copy, number)| format!("{number}. {copy}")).collect()
}

/// Writes who gets copies.
fn copied(flow: &mut Flow, copies: &[String], width: f32) {
    if copies.is_empty() {
        return;
    }
    let style = SMALL.grey(0);
    let slot = flow.tags.leaf(Kind::Paragraph);
    flow.text(slot, LEFT, width, Style { cut: Cut::Bold, ..style }, "Tembusan:");
    flow.tags.begin(Kind::List);
    for copy in copies {
        flow.tags.begin(Kind::Item);
        let slot = flow.tags.leaf(Kind::ItemBody);
        flow.text(slot, LEFT, width, style, copy);
        flow.tags.end();
    }
    flow.tags.end();
}
