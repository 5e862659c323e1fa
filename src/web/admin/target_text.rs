//! A target as people write it: "4 jam kerja", "2 hari kerja", "72 jam".

use crate::domain::sla::target::Target;

/// What is told of a target that cannot be read.
const HOW: &str = "tulis angka dan satuan: menit kerja, jam kerja, hari kerja, atau jam, misalnya 4 jam kerja";

/// A target in words.
pub fn told(target: Target) -> String {
    match target {
        Target::WorkingSeconds(seconds) => format!("{seconds} detik kerja"),
        Target::WorkingMinutes(minutes) if minutes >= 60 && minutes % 60 == 0 => format!("{} jam kerja", minutes / 60),
        Target::WorkingMinutes(minutes) => format!("{minutes} menit kerja"),
        Target::WorkingDays(days) => format!("{} hari kerja", decimal(days)),
        Target::CalendarHours(hours) => format!("{} jam", decimal(hours)),
    }
}

/// Up to three places behind a comma.
fn decimal(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').replace('.', ",")
}

/// Reads a target, strictly: what is meant must be said.
pub fn read(text: &str) -> Result<Target, String> {
    let text = text.trim().to_lowercase();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number = number.replace(',', ".");
    let amount = number.parse::<f64>().ok().filter(|amount| *amount > 0.0 && number.len() <= 9);
    let amount = amount.ok_or_else(|| format!("\u{201c}{text}\u{201d}: {HOW}"))?;
    let unit = unit.split_whitespace().collect::<Vec<_>>().join(" ");
    let whole = |factor: f64| {
        let value = amount * factor;
        if value.fract() == 0.0 {
            Ok(value as i64)
        } else {
            Err(format!("\u{201c}{text}\u{201d} tidak menjadi menit yang utuh"))
        }
    };
    let target = match unit.as_str() {
        "detik kerja" => Target::WorkingSeconds(whole(1.0)?),
        "menit kerja" => Target::WorkingMinutes(whole(1.0)?),
        "jam kerja" => Target::WorkingMinutes(whole(60.0)?),
        "hari kerja" => Target::WorkingDays(amount),
        "jam" | "jam kalender" => Target::CalendarHours(amount),
        "hari" => {
            return Err(format!("\u{201c}{text}\u{201d}: tulis hari kerja, atau 24 jam untuk setiap hari kalender"));
        }
        "menit" => return Err(format!("\u{201c}{text}\u{201d}: tulis menit kerja")),
        _ => return Err(format!("\u{201c}{text}\u{201d}: {HOW}")),
    };
    let sound = target.is_sound() && target.amount() > 0;
    if sound { Ok(target) } else { Err(format!("\u{201c}{text}\u{201d} terlalu lama atau terlalu halus")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_read_back_as_they_are_told() {
        for (target, text) in [
            (Target::WorkingMinutes(15), "15 menit kerja"),
            (Target::WorkingMinutes(240), "4 jam kerja"),
            (Target::WorkingMinutes(90), "90 menit kerja"),
            (Target::WorkingDays(2.0), "2 hari kerja"),
            (Target::WorkingDays(1.5), "1,5 hari kerja"),
            (Target::CalendarHours(72.0), "72 jam"),
            (Target::WorkingSeconds(30), "30 detik kerja"),
        ] {
            assert_eq!(told(target), text);
            assert_eq!(read(text), Ok(target), "{text}");
        }
        assert_eq!(read("1,5 Jam  kerja"), Ok(Target::WorkingMinutes(90)));
        for wrong in
            ["", "cepat", "4", "4 jamkerja", "3 hari", "10 menit", "-1 jam", "0 jam", "0,3 menit kerja", "99999999 jam"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
