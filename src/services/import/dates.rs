//! Dates as another desk writes them.

use chrono::format::{Item, StrftimeItems};
use chrono::{Datelike, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, de};

use crate::domain::Instant;

/// How a file writes dates, and in which zone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dates {
    #[serde(deserialize_with = "zone")]
    zone: Tz,
    /// Tried in order; as `strftime` names them.
    formats: Vec<Format>,
    /// Names of the twelve months, where a format has `%m`.
    #[serde(default)]
    months: Vec<String>,
    /// The time of day of a date that comes without one.
    #[serde(default = "eight_o_clock", deserialize_with = "time_of_day")]
    clock: NaiveTime,
}

/// One format, checked.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Format(String);

impl TryFrom<String> for Format {
    type Error = String;

    fn try_from(format: String) -> Result<Self, String> {
        if format.is_empty() || StrftimeItems::new(&format).any(|item| item == Item::Error) {
            return Err(format!("\"{format}\" is not a date format, for example %d/%m/%Y %H:%M"));
        }
        Ok(Self(format))
    }
}

impl Format {
    fn has_time(&self) -> bool {
        ["%H", "%I", "%T", "%R"].iter().any(|hour| self.0.contains(hour))
    }
}

fn zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tz, D::Error> {
    let name = String::deserialize(deserializer)?;
    name.parse().map_err(|_| de::Error::custom(format!("\"{name}\" is not an IANA zone, for example Asia/Jakarta")))
}

fn time_of_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    NaiveTime::parse_from_str(&text, "%H:%M")
        .map_err(|_| de::Error::custom(format!("\"{text}\" is not a time of day, for example 08:00")))
}

fn eight_o_clock() -> NaiveTime {
    NaiveTime::from_hms_opt(8, 0, 0).expect("eight o'clock exists")
}

impl Dates {
    /// What serde cannot say of it; names the key below `time`.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        if self.formats.is_empty() {
            return Err(("formats", "needs at least one format".to_owned()));
        }
        if !self.months.is_empty() && self.months.len() != 12 {
            return Err(("months", format!("needs twelve names, has {}", self.months.len())));
        }
        Ok(())
    }

    /// Reads a date; says in Bahasa Indonesia why it is none.
    pub(super) fn parse(&self, text: &str) -> Result<Instant, String> {
        let plain = self.with_month_numbers(text);
        let local = self
            .formats
            .iter()
            .find_map(|format| self.local(&plain, format))
            .ok_or_else(|| format!("\"{text}\" bukan tanggal yang dikenal ({})", self.known()))?;
        // A year of two digits read as one of four.
        if local.year() < 1970 {
            return Err(format!("\"{text}\": tahun {} terlalu lampau", local.year()));
        }
        match self.zone.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Ok(at.to_utc()),
            LocalResult::None => Err(format!("\"{text}\" tidak ada di zona waktu {}", self.zone)),
        }
    }

    fn local(&self, text: &str, format: &Format) -> Option<NaiveDateTime> {
        if format.has_time() {
            NaiveDateTime::parse_from_str(text, &format.0).ok()
        } else {
            NaiveDate::parse_from_str(text, &format.0).ok().map(|day| day.and_time(self.clock))
        }
    }

    fn with_month_numbers(&self, text: &str) -> String {
        let number = |word: &str| {
            let at = self.months.iter().position(|month| month.to_lowercase() == word.to_lowercase());
            at.map_or_else(|| word.to_owned(), |at| format!("{:02}", at + 1))
        };
        text.split_whitespace().map(number).collect::<Vec<_>>().join(" ")
    }

    fn known(&self) -> String {
        self.formats.iter().map(|format| format.0.as_str()).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(text: &str) -> Dates {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn dates_are_read_in_the_zone_of_the_file() {
        let dates = dates(
            "zone = \"Asia/Jakarta\"\nformats = [\"%d/%m/%Y %H:%M\", \"%d/%m/%Y\", \"%d %m %Y\"]\n\
             months = [\"Januari\", \"Februari\", \"Maret\", \"April\", \"Mei\", \"Juni\", \"Juli\", \"Agustus\", \
             \"September\", \"Oktober\", \"November\", \"Desember\"]",
        );
        for (text, expected) in [
            ("29/2/2016 01:16", Some("2016-02-28T18:16:00Z")),
            ("05/03/2016", Some("2016-03-05T01:00:00Z")),
            ("5 maret 2016", Some("2016-03-05T01:00:00Z")),
            ("5  Maret  2016", Some("2016-03-05T01:00:00Z")),
            ("30/2/2016 01:16", None),
            ("29/2/2016 25:16", None),
            ("29/2/16 01:16", None),
            ("2016-02-29", None),
            ("?", None),
        ] {
            let read = dates.parse(text).ok().map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn an_hour_that_daylight_saving_skips_is_refused() {
        let dates = dates("zone = \"Europe/Amsterdam\"\nformats = [\"%Y-%m-%d %H:%M\"]");
        assert!(dates.parse("2016-03-27 02:30").unwrap_err().contains("zona waktu"));
        assert!(dates.parse("2016-10-30 02:30").is_ok());
    }
}
