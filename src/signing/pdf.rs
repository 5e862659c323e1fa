//! The place of a signature in a PDF, as an incremental update (ISO 32000-1, 7.5.6 and 12.8): what was there
//! stays byte for byte. The field is on the list of signatures and has no area on the page (PDF/A-2, 6.4.3 and
//! PDF/UA-1, 7.18 ask nothing more of such a one); what people see of it the paper says itself.
//!
//! Reads PDFs as `paper` writes them: one table of references, dictionaries in plain sight. Whatever else comes
//! is refused.

use std::ops::Range;

use super::{Failure, Says};
use crate::domain::chain::{hex, sha256_hex, unhex};

/// Room for a signature with its chain of certificates, in bytes.
const ROOM: usize = 24 * 1024;

/// What stands where the ranges are entered once they are known; as long as any of them.
const BLANK: &str = "[0 0000000000 0000000000 0000000000]";

/// A PDF with an empty place for a signature.
#[derive(Debug)]
pub struct Prepared {
    bytes: Vec<u8>,
    /// Where the signature goes, with the signs around it.
    gap: Range<usize>,
}

impl Prepared {
    /// What the signature is over: everything before and behind it.
    pub fn parts(&self) -> [&[u8]; 2] {
        [self.bytes.get(..self.gap.start).unwrap_or_default(), self.bytes.get(self.gap.end..).unwrap_or_default()]
    }

    /// Puts the signature into its place.
    pub fn fill(mut self, cms: &[u8]) -> Result<Vec<u8>, Failure> {
        let digits = hex(cms);
        let start = self.gap.start + 1;
        let place = self.bytes.get_mut(start..start + digits.len()).filter(|_| digits.len() <= ROOM * 2);
        place.ok_or_else(|| broken("the signature is too large"))?.copy_from_slice(digits.as_bytes());
        Ok(self.bytes)
    }
}

/// Makes room for a signature.
pub fn prepare(pdf: &[u8], says: &Says) -> Result<Prepared, Failure> {
    let file = File::read(pdf)?;
    let root = file.number_behind(file.trailer, "/Root")?;
    let catalog = file.dictionary(root)?;
    if catalog.contains("/AcroForm") {
        return Err(broken("the paper has a form already"));
    }
    let pages = file.pages(file.number_behind(catalog, "/Pages")?, 0)?;
    let free = |page: &&u32| file.dictionary(**page).is_ok_and(|page| !page.contains("/Annots"));
    let page = *pages.iter().find(free).ok_or_else(|| broken("no page without notes"))?;
    let (signature, field) = (file.size, file.size + 1);
    let mut update = Update { bytes: pdf.to_vec(), objects: Vec::new() };
    if !update.bytes.ends_with(b"\n") {
        update.bytes.push(b'\n');
    }
    let gap = update.signature(signature, says)?;
    update.object(
        field,
        &format!(
            "<</Type/Annot/Subtype/Widget/FT/Sig/T(TandaTanganElektronik)/TU{}/V {signature} 0 R/F 132/Rect[0 0 0 0]/P \
             {page} 0 R>>",
            text("Tanda tangan elektronik")
        ),
    );
    let form = format!("/AcroForm<</Fields[{field} 0 R]/SigFlags 3>>");
    update.object(root, &with(catalog, &form)?);
    update.object(page, &with(file.dictionary(page)?, &format!("/Annots[{field} 0 R]"))?);
    update.finish(&file, field + 1);
    let mut prepared = Prepared { bytes: update.bytes, gap };
    prepared.enter_ranges(pdf.len())?;
    Ok(prepared)
}

impl Prepared {
    fn enter_ranges(&mut self, from: usize) -> Result<(), Failure> {
        let Range { start, end } = self.gap;
        let ranges = format!("[0 {start} {end} {}", self.bytes.len() - end);
        let ranges = format!("{ranges:<width$}]", width = BLANK.len() - 1);
        let at = position(self.bytes.get(from..).unwrap_or_default(), BLANK.as_bytes()).map(|at| from + at);
        let place = at.and_then(|at| self.bytes.get_mut(at..at + BLANK.len())).filter(|_| ranges.len() == BLANK.len());
        place.ok_or_else(|| broken("the paper is too large"))?.copy_from_slice(ranges.as_bytes());
        Ok(())
    }
}

/// A dictionary with something more in it.
fn with(dictionary: &str, more: &str) -> Result<String, Failure> {
    let open = dictionary.trim_end().strip_suffix(">>").ok_or_else(|| broken("a dictionary does not end"))?;
    Ok(format!("{open}{more}>>"))
}

/// What is added to a file.
struct Update {
    bytes: Vec<u8>,
    /// Numbers, and where they are.
    objects: Vec<(u32, usize)>,
}

impl Update {
    fn object(&mut self, number: u32, content: &str) {
        self.objects.push((number, self.bytes.len()));
        self.bytes.extend_from_slice(format!("{number} 0 obj\n{content}\nendobj\n").as_bytes());
    }

    /// The dictionary of the signature (ETSI EN 319 142-1, 5.3); gives where the signature goes.
    fn signature(&mut self, number: u32, says: &Says) -> Result<Range<usize>, Failure> {
        let zone = says.at.format("%:z").to_string().replace(':', "'");
        let place = if says.place.is_empty() { String::new() } else { format!("/Location{}", text(&says.place)) };
        let content = format!(
            "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:{}{zone}')/Reason{}{place}/ByteRange\
             {BLANK}/Contents<{}>>>",
            says.at.format("%Y%m%d%H%M%S"),
            text(&says.reason),
            "0".repeat(ROOM * 2),
        );
        let from = self.bytes.len();
        self.object(number, &content);
        let start = position(self.bytes.get(from..).unwrap_or_default(), b"/Contents<");
        let start = from + start.ok_or_else(|| broken("no place for the signature"))? + "/Contents".len();
        Ok(start..start + ROOM * 2 + 2)
    }

    fn finish(&mut self, file: &File<'_>, size: u32) {
        let begins = self.bytes.len();
        self.objects.sort_unstable();
        let mut table = "xref\n0 1\n0000000000 65535 f\r\n".to_owned();
        for (number, at) in &self.objects {
            table += &format!("{number} 1\n{at:010} 00000 n\r\n");
        }
        let trailer = renewed(file.trailer).replace(&format!("/Size {}", file.size), &format!("/Size {size}"));
        let trailer = trailer.trim_end().trim_end_matches(">>");
        table += &format!("trailer\n{trailer}/Prev {}>>\nstartxref\n{begins}\n%%EOF\n", file.table);
        self.bytes.extend_from_slice(table.as_bytes());
    }
}

/// The trailer with another identifier of this version of the file (ISO 32000-1, 14.4); the first one, of the
/// file itself, stays.
fn renewed(trailer: &str) -> String {
    let Some((head, rest)) = trailer.split_once(")(") else { return trailer.to_owned() };
    let Some((old, tail)) = rest.split_once(")]") else { return trailer.to_owned() };
    let fresh: String = sha256_hex(old.as_bytes()).chars().take(24).collect();
    format!("{head})({fresh})]{tail}")
}

/// A text string (ISO 32000-1, 7.9.2.2): in UTF-16, so that nothing in it means anything.
fn text(text: &str) -> String {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    format!("<{}>", units.map(|unit| format!("{unit:04X}")).collect::<String>())
}

/// A PDF that `paper` wrote.
struct File<'a> {
    bytes: &'a [u8],
    /// Where its table of references is, and where the entries of that begin.
    table: usize,
    entries: usize,
    trailer: &'a str,
    /// How many objects there are.
    size: u32,
}

impl<'a> File<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, Failure> {
        let tail = bytes.get(bytes.len().saturating_sub(1024)..).unwrap_or_default();
        let behind = |sign: &str| {
            let at = last(tail, sign.as_bytes())? + sign.len();
            std::str::from_utf8(tail.get(at..)?).ok()
        };
        let table: usize = behind("startxref").and_then(number).ok_or_else(|| broken("no startxref"))?;
        let trailer = behind("trailer").and_then(|text| text.split("startxref").next());
        let trailer = trailer.ok_or_else(|| broken("no trailer"))?.trim();
        let head = bytes.get(table..table + 40).unwrap_or_default();
        let size = behind_in(trailer, "/Size").ok_or_else(|| broken("no size"))?;
        let heading = format!("xref\n0 {size}\n");
        if !head.starts_with(heading.as_bytes()) || trailer.contains("/Prev") || trailer.contains("/Encrypt") {
            return Err(broken("not a table of references in one piece"));
        }
        Ok(Self { bytes, table, entries: table + heading.len(), trailer, size })
    }

    /// The dictionary that an object is.
    fn dictionary(&self, number: u32) -> Result<&'a str, Failure> {
        let entry = self.entries + usize::try_from(number).unwrap_or(usize::MAX / 32) * 20;
        let offset = self.bytes.get(entry..entry + 10).and_then(|digits| std::str::from_utf8(digits).ok());
        let offset: Option<usize> = offset.and_then(|digits| digits.parse().ok()).filter(|_| number < self.size);
        let rest = offset.and_then(|offset| self.bytes.get(offset..)).unwrap_or_default();
        let body = rest.strip_prefix(format!("{number} 0 obj").as_bytes());
        let body = body.and_then(|body| body.get(..position(body, b"endobj")?));
        let body = body.and_then(|body| std::str::from_utf8(body).ok()).map(str::trim);
        body.filter(|body| body.starts_with("<<") && body.ends_with(">>"))
            .ok_or_else(|| broken(&format!("object {number} is no dictionary")))
    }

    fn number_behind(&self, dictionary: &str, key: &str) -> Result<u32, Failure> {
        behind_in(dictionary, key).ok_or_else(|| broken(&format!("no {key}")))
    }

    /// The pages below a node, in order.
    fn pages(&self, node: u32, depth: usize) -> Result<Vec<u32>, Failure> {
        let dictionary = self.dictionary(node)?;
        let Some(kids) = dictionary.split("/Kids[").nth(1) else { return Ok(vec![node]) };
        let kids = kids.split(']').next().unwrap_or_default();
        let kids = kids.split('R').filter_map(|kid| kid.split_whitespace().next()?.parse().ok());
        let mut pages = Vec::new();
        for kid in kids {
            if depth > 8 {
                return Err(broken("pages within pages without end"));
            }
            pages.extend(self.pages(kid, depth + 1)?);
        }
        Ok(pages)
    }
}

fn broken(reason: &str) -> Failure {
    Failure::Defect(format!("PDF to sign: {reason}"))
}

fn number<N: std::str::FromStr>(text: &str) -> Option<N> {
    text.split(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty())?.parse().ok()
}

fn behind_in<N: std::str::FromStr>(dictionary: &str, key: &str) -> Option<N> {
    let rest = dictionary.split(key).nth(1)?.trim_start();
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn position(bytes: &[u8], sign: &[u8]) -> Option<usize> {
    bytes.windows(sign.len()).position(|window| window == sign)
}

fn last(bytes: &[u8], sign: &[u8]) -> Option<usize> {
    bytes.windows(sign.len()).rposition(|window| window == sign)
}

/// The last signature of a PDF.
#[derive(Debug)]
pub struct Found<'a> {
    /// What it is over.
    pub parts: [&'a [u8]; 2],
    /// DER, perhaps with zeros behind it.
    pub cms: Vec<u8>,
}

/// Finds the last signature of a PDF; nothing if there is none that is over the whole file but itself.
pub fn find(pdf: &[u8]) -> Option<Found<'_>> {
    let at = last(pdf, b"/ByteRange").filter(|_| pdf.starts_with(b"%PDF-"))?;
    let text: Vec<u8> = pdf.get(at..)?.iter().skip_while(|byte| **byte != b'[').take(120).copied().collect();
    let text = String::from_utf8_lossy(&text).into_owned();
    let numbers = text.trim_start_matches('[').split(']').next()?;
    let numbers: Vec<usize> = numbers.split_whitespace().map(|n| n.parse().ok()).collect::<Option<_>>()?;
    let [0, start, end, rest] = numbers.as_slice() else { return None };
    if end.checked_add(*rest)? != pdf.len() {
        return None;
    }
    let gap = pdf.get(*start..*end)?.strip_prefix(b"<")?.strip_suffix(b">")?;
    let cms = unhex(std::str::from_utf8(gap).ok()?)?;
    Some(Found { parts: [pdf.get(..*start)?, pdf.get(*end..)?], cms })
}

/// Whether a PDF begins with another. One that was written anew could say anything; what is added can still replace
/// what is shown, which is between us and whoever signs (`docs/signing.md`).
pub fn is_same(original: &[u8], signed: &[u8]) -> bool {
    signed.len() > original.len() && signed.starts_with(original)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper() -> Vec<u8> {
        let blocks = vec![crate::paper::Block::Paragraph("Laporan.".to_owned())];
        let document = crate::paper::Document {
            title: "Laporan".to_owned(),
            author: "Dinas".to_owned(),
            made_at: "2026-11-06T02:00:00Z".parse().unwrap(),
            id: "laporan-1".to_owned(),
            footer: "Laporan".to_owned(),
            blocks,
        };
        crate::paper::pdf(&document).unwrap()
    }

    fn says() -> Says {
        let at: chrono::DateTime<chrono::Utc> = "2026-11-06T02:00:00Z".parse().unwrap();
        Says {
            at: at.with_timezone(&chrono_tz::Asia::Jakarta),
            reason: "Uji (coba) é".to_owned(),
            place: String::new(),
        }
    }

    #[test]
    fn what_was_there_stays_byte_for_byte_and_everything_else_is_covered() {
        let paper = paper();
        let prepared = prepare(&paper, &says()).unwrap();
        let covered: usize = prepared.parts().iter().map(|part| part.len()).sum();
        let filled = prepared.fill(&[0x30, 0x03, 0x02, 0x01, 0x05]).unwrap();
        assert!(filled.starts_with(&paper) && is_same(&paper, &filled));
        assert_eq!(filled.len() - covered, ROOM * 2 + 2);
        let found = find(&filled).unwrap();
        assert!(found.cms.starts_with(&[0x30, 0x03, 0x02, 0x01, 0x05, 0, 0]));
        let text = String::from_utf8_lossy(&filled).into_owned();
        assert!(text.contains("/M(D:20261106090000+07'00')"), "in the zone of the desk");
        // The tags and what says that it is PDF/A are as they were.
        for word in ["/StructTreeRoot", "/MarkInfo", "/OutputIntents", "/Metadata", "/Lang(id-ID)"] {
            let there = String::from_utf8_lossy(&paper).matches(word).count();
            assert_eq!(
                text.matches(word).count(),
                there + 1,
                "{word}: in the catalogue and in the one that replaces it"
            );
        }
    }

    #[test]
    fn what_is_no_signature_over_the_whole_is_none() {
        let paper = paper();
        assert!(find(&paper).is_none());
        let filled = prepare(&paper, &says()).unwrap().fill(&[0x30]).unwrap();
        let longer: Vec<u8> = filled.iter().copied().chain(*b"\n% more").collect();
        assert!(find(&longer).is_none(), "something was added behind it");
        assert!(find(&filled[..filled.len() - 1]).is_none());
        assert!(find(b"").is_none() && find(b"%PDF-1.7 /ByteRange[0 1 2").is_none());
        assert!(find(b"%PDF-1.7 /ByteRange[0 18446744073709551615 18446744073709551615 9]").is_none());
    }

    #[test]
    fn another_paper_is_not_the_same() {
        let paper = paper();
        assert!(!is_same(&paper, &paper), "nothing was added");
        assert!(!is_same(&paper, b"%PDF-1.7 something else"));
    }

    #[test]
    fn what_is_no_paper_of_ours_is_refused() {
        let signed = prepare(&paper(), &says()).unwrap().fill(&[0x30]).unwrap();
        for pdf in [&b""[..], b"%PDF-1.7", b"startxref\n99999999\n%%EOF", &signed] {
            assert!(matches!(prepare(pdf, &says()), Err(Failure::Defect(_))));
        }
    }
}
