//! The typeface, and how wide text is in it.

use std::sync::LazyLock;

use krilla::text::Font;
use rustybuzz::{Face, UnicodeBuffer};
use unicode_linebreak::linebreaks;

/// A cut of the typeface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cut {
    Regular,
    Bold,
}

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    pub cut: Cut,
    /// In points.
    pub size: f32,
    /// Height of a line, in points.
    pub line: f32,
    /// From black (0) to white (255).
    pub grey: u8,
}

impl Style {
    pub const fn new(cut: Cut, size: f32, line: f32) -> Self {
        Self { cut, size, line, grey: 0 }
    }

    pub const fn grey(self, grey: u8) -> Self {
        Self { grey, ..self }
    }
}

/// How far the baseline stands below the top of a line of Noto Sans, as a share of its height.
const BASELINE: f32 = 0.76;

impl Style {
    /// How far the baseline stands below the top of a line, in points.
    pub fn baseline(self) -> f32 {
        self.line * BASELINE
    }
}

struct Cuts {
    font: Font,
    face: Face<'static>,
}

static CUTS: LazyLock<[Cuts; 2]> = LazyLock::new(|| {
    [notosans::REGULAR_TTF, notosans::BOLD_TTF].map(|bytes| Cuts {
        font: Font::new(bytes.into(), 0).expect("the font is whole"),
        face: Face::from_slice(bytes, 0).expect("the font is whole"),
    })
});

fn cut(cut: Cut) -> &'static Cuts {
    let [regular, bold] = &*CUTS;
    match cut {
        Cut::Regular => regular,
        Cut::Bold => bold,
    }
}

/// The font file of a cut.
pub fn font(of: Cut) -> Font {
    cut(of).font.clone()
}

/// The text as it can be set: what the typeface does not have becomes a question mark, since an archived paper
/// may have no hole (ISO 19005-2, 6.2.11.4.1); marks that turn the direction of writing are left out.
pub fn settable(text: &str) -> String {
    let face = &cut(Cut::Regular).face;
    text.chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| match c {
            c if c.is_whitespace() && c != '\u{a0}' => ' ',
            c if c.is_control() => '?',
            c if face.glyph_index(c).is_some() => c,
            _ => '?',
        })
        .collect()
}

/// Whether a character only steers how others are shown.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}')
        || c == '\u{feff}'
}

/// How wide a text is, in points.
pub fn width(style: Style, text: &str) -> f32 {
    if text.is_empty() {
        return 0.0;
    }
    let face = &cut(style.cut).face;
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    let units: i32 = rustybuzz::shape(face, &[], buffer).glyph_positions().iter().map(|glyph| glyph.x_advance).sum();
    units as f32 * style.size / face.units_per_em() as f32
}

/// How wide the widest word of a text is, in points.
pub fn widest_word(style: Style, text: &str) -> f32 {
    settable(text).split(' ').map(|word| width(style, word)).fold(0.0, f32::max)
}

/// The lines of a text within a width. A word that is wider is broken anywhere.
pub fn lines(style: Style, text: &str, most: f32) -> Vec<String> {
    lines_after(style, text, 0.0, most)
}

/// The same if so much of the first line is taken already. If nothing fits there the first line is empty.
pub fn lines_after(style: Style, text: &str, taken: f32, most: f32) -> Vec<String> {
    let text = settable(text);
    let (mut lines, mut line, mut long) = (Vec::new(), String::new(), taken);
    let mut start = 0;
    for (end, _) in linebreaks(&text) {
        let Some(piece) = text.get(start..end) else { continue };
        start = end;
        if lines.is_empty() && line.is_empty() && taken > 0.0 && long + width(style, piece.trim_end()) > most {
            lines.push(String::new());
            long = 0.0;
        }
        if long + width(style, piece.trim_end()) > most {
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line = break_word(style, piece, most, &mut lines);
            long = width(style, &line);
        } else {
            line.push_str(piece);
            long += width(style, piece);
        }
    }
    lines.push(line);
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines
}

/// The first so many lines; what is cut off shows as "…".
pub fn first_lines(style: Style, text: &str, most: f32, count: usize) -> Vec<String> {
    let mut lines = lines(style, text, most - width(style, "…"));
    if lines.len() > count {
        lines.truncate(count);
        lines.iter_mut().skip(count.saturating_sub(1)).for_each(|line| line.push('…'));
    }
    lines
}

/// Puts as much of a word as fits on lines of its own; gives the rest.
fn break_word(style: Style, word: &str, most: f32, lines: &mut Vec<String>) -> String {
    let (mut line, mut long) = (String::new(), 0.0);
    for c in word.chars() {
        let wide = if c == ' ' { 0.0 } else { width(style, c.encode_utf8(&mut [0; 4])) };
        if long + wide > most && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            long = 0.0;
        }
        line.push(c);
        long += wide;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Style = Style::new(Cut::Regular, 10.0, 14.0);

    #[test]
    fn lines_are_as_wide_as_they_may_be_and_nothing_is_lost() {
        let text = "Layanan bantuan TIK bulan Oktober 2026 dengan nama yang sangatpanjangsekalitanpaspasi dan selesai.";
        for most in [40.0, 80.0, 200.0, 1000.0] {
            let lines = lines(PLAIN, text, most);
            assert!(lines.iter().all(|line| width(PLAIN, line) <= most + 0.01), "{lines:?}");
            let without = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            assert_eq!(without(&lines.concat()), without(text));
        }
        assert_eq!(lines(PLAIN, "", 50.0), [""]);
        let after = lines_after(PLAIN, text, 60.0, 80.0);
        assert!(width(PLAIN, &after[0]) <= 20.01, "{after:?}");
        assert_eq!(lines_after(PLAIN, "kata", 79.0, 80.0), ["", "kata"]);
        assert_eq!(lines(PLAIN, "a\nb", 50.0), ["a b"]);
    }

    #[test]
    fn what_is_too_long_is_cut_where_one_sees_it() {
        let text = "Laporan layanan bantuan TIK bulan Oktober 2026";
        let cut = first_lines(PLAIN, text, 80.0, 2);
        assert!(cut.len() == 2 && cut[1].ends_with('…') && !cut[0].contains('…'), "{cut:?}");
        assert!(cut.iter().all(|line| width(PLAIN, line) <= 80.0), "{cut:?}");
        assert_eq!(first_lines(PLAIN, "Laporan", 80.0, 2), ["Laporan"]);
    }

    #[test]
    fn what_cannot_be_set_is_a_question_mark() {
        assert_eq!(settable("Nur\u{202e}'aini 🙂 文 é"), "Nur'aini ? ? é");
    }
}
