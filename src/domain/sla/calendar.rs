//! Calendars as data: when a desk works. Time zone, weekly hours, date-ranged variants (Ramadan),
//! holidays, and exceptions for single dates. Legal hours: Perpres 21/2023 Ps 3-4.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::super::text::Name;
use super::super::ticket::word_enum;
use super::Problem;

/// A span of a local day as people write it: `["07:30", "12:00"]`; `24:00` is the day's end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpanText(pub String, pub String);

impl utoipa::PartialSchema for SpanText {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};
        let time = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$"));
        ArrayBuilder::new().items(time).min_items(Some(2)).max_items(Some(2)).into()
    }
}

impl utoipa::ToSchema for SpanText {}

/// A calendar as it is written down and kept. Of what it says of a date the most particular holds: a holiday
/// closes it; then come its own hours, those of a variant, and those of the week; breaks are taken out of any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CalendarRules)]
pub struct CalendarSpec {
    /// IANA name, e.g. `Asia/Jakarta` (WIB), `Asia/Makassar` (WITA), `Asia/Jayapura` (WIT).
    pub tz: String,
    /// Opening hours of an ordinary week.
    pub weekly: WeekSpec,
    /// Closed dates, with or without a name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<HolidaySpec>,
    /// Dates closed in every year, `MM-DD`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub annual_holidays: Vec<String>,
    /// Opening hours of single dates, instead of the weekly ones.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub date_overrides: BTreeMap<String, Vec<SpanText>>,
    /// Closed spans within single dates.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub breaks: BTreeMap<String, Vec<SpanText>>,
    /// Other weekly hours from a date through a date, such as in Ramadan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<VariantSpec>,
}

/// Opening hours by day of the week; a break is the gap between two spans.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WeeklyHours)]
pub struct WeekSpec {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mon: Vec<SpanText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tue: Vec<SpanText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wed: Vec<SpanText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thu: Vec<SpanText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fri: Vec<SpanText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sat: Vec<SpanText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sun: Vec<SpanText>,
}

/// A closed date: `"2026-03-19"`, or with its name and kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
#[schema(as = HolidayRule)]
pub enum HolidaySpec {
    Date(String),
    Named(NamedHoliday),
}

word_enum! {
    /// Who closed a date: the SKB of three ministers for the first two, the head of the region for the third.
    HolidayKind {
        /// libur nasional
        National = "libur_nasional",
        /// cuti bersama
        JointLeave = "cuti_bersama",
        /// libur daerah
        Local = "libur_daerah",
    }
}

/// A closed date with what people call it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedHoliday {
    /// `YYYY-MM-DD`.
    #[schema(min_length = 10, max_length = 10)]
    pub date: String,
    /// Such as "Hari Raya Nyepi".
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<HolidayKind>,
}

/// Weekly hours that hold from a date through a date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CalendarVariant)]
pub struct VariantSpec {
    /// First date, `YYYY-MM-DD`.
    pub from: String,
    /// Last date, included.
    pub to: String,
    /// What it is for, such as "Ramadan 1447 H".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub weekly: WeekSpec,
}

/// Seconds from local midnight, `from` before `to`, at most 86,400.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    pub from: u32,
    pub to: u32,
}

type Spans = Vec<Span>;
type Week = [Spans; 7];

#[derive(Clone, Debug, PartialEq, Eq)]
struct Variant {
    from: NaiveDate,
    to: NaiveDate,
    name: Option<String>,
    week: Week,
}

word_enum! {
    /// What a date is.
    DayKind {
        /// with working time
        Workday = "workday",
        /// without: a weekend, or closed by the hours of the date or the season
        Off = "off",
        /// closed by a holiday, whatever the hours say
        Holiday = "holiday",
    }
}

/// What a calendar says of a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day<'c> {
    pub kind: DayKind,
    /// The holiday, if it has a name.
    pub holiday: Option<&'c NamedHoliday>,
    /// The name of the variant that the date lies in, empty if it has none.
    pub variant: Option<&'c str>,
    /// Whether the date has hours of its own.
    pub own_hours: bool,
    pub spans: Vec<Span>,
}

/// A calendar that can be reckoned with: every date and time in it is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    zone: Tz,
    week: Week,
    holidays: BTreeMap<NaiveDate, Option<NamedHoliday>>,
    annual: BTreeSet<(u32, u32)>,
    overrides: BTreeMap<NaiveDate, Spans>,
    breaks: BTreeMap<NaiveDate, Spans>,
    variants: Vec<Variant>,
}

impl Calendar {
    /// Checks a calendar; gives everything that is wrong with it. Times are `HH:MM` up to `24:00`, a span
    /// ends after it begins, spans that overlap count once, variants do not overlap, and there is some
    /// working time in it.
    pub fn parse(spec: &CalendarSpec) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let zone = spec.tz.parse::<Tz>().map_err(|_| {
            problems.push(Problem::new("/tz", "unknown_time_zone", "bukan nama zona IANA, misalnya Asia/Jakarta"));
        });
        let ordinary = week(&spec.weekly, "/weekly", &mut problems);
        let mut holidays = BTreeMap::new();
        for (index, holiday) in spec.holidays.iter().enumerate() {
            let (text, named) = match holiday {
                HolidaySpec::Date(text) => (text, None),
                HolidaySpec::Named(named) => (&named.date, Some(named.clone())),
            };
            if let Some(named) = &named {
                check_name(&named.name, format!("/holidays/{index}/name"), &mut problems);
            }
            if let Some(date) = date(text, &format!("/holidays/{index}"), &mut problems) {
                holidays.insert(date, named);
            }
        }
        let mut annual = BTreeSet::new();
        for (index, text) in spec.annual_holidays.iter().enumerate() {
            // 2000 was a leap year: 02-29 is a date too.
            let pointer = format!("/annual_holidays/{index}");
            let day = date(&format!("2000-{text}"), &pointer, &mut problems);
            annual.extend(day.map(|day| (day.month(), day.day())));
        }
        let overrides = dated(&spec.date_overrides, "/date_overrides", &mut problems);
        let breaks = dated(&spec.breaks, "/breaks", &mut problems);
        let mut variants = Vec::<Variant>::new();
        for (index, variant) in spec.variants.iter().enumerate() {
            let place = format!("/variants/{index}");
            let from = date(&variant.from, &format!("{place}/from"), &mut problems);
            let to = date(&variant.to, &format!("{place}/to"), &mut problems);
            let hours = week(&variant.weekly, &format!("{place}/weekly"), &mut problems);
            if let Some(name) = &variant.name {
                check_name(name, format!("{place}/name"), &mut problems);
            }
            if let (Some(from), Some(to)) = (from, to) {
                if to < from {
                    problems.push(Problem::new(
                        format!("{place}/to"),
                        "invalid_range",
                        "tanggal akhir mendahului tanggal awal",
                    ));
                }
                if variants.iter().any(|other| from <= other.to && other.from <= to) {
                    problems.push(Problem::new(
                        place,
                        "overlapping_variants",
                        "rentang ini bertumpuk dengan varian lain",
                    ));
                }
                variants.push(Variant { from, to, name: variant.name.clone(), week: hours });
            }
        }
        let any = |week: &Week| week.iter().any(|spans| !spans.is_empty());
        let works = any(&ordinary)
            || variants.iter().any(|variant| any(&variant.week))
            || overrides.values().any(|spans: &Spans| !spans.is_empty());
        if problems.is_empty() && !works {
            let message = "kalender ini tidak memuat jam kerja sama sekali; isi paling sedikit satu rentang jam";
            problems.push(Problem::new("/weekly", "no_working_time", message));
        }
        match zone {
            Ok(zone) if problems.is_empty() => {
                Ok(Self { zone, week: ordinary, holidays, annual, overrides, breaks, variants })
            }
            _ => Err(problems),
        }
    }

    /// The time zone.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// Whether a date is closed as a holiday.
    pub fn is_holiday(&self, date: NaiveDate) -> bool {
        self.holidays.contains_key(&date) || self.annual.contains(&(date.month(), date.day()))
    }

    /// What people call the holiday of a date.
    pub fn holiday(&self, date: NaiveDate) -> Option<&NamedHoliday> {
        self.holidays.get(&date).and_then(Option::as_ref)
    }

    /// The working spans of a local date, in order, without overlap. A holiday closes the day whatever
    /// else says; then a date's own hours hold before a variant's, and these before the weekly ones.
    pub fn spans(&self, date: NaiveDate) -> Vec<Span> {
        if self.is_holiday(date) {
            return Vec::new();
        }
        let open = match self.overrides.get(&date) {
            Some(spans) => spans,
            None => of(self.variant(date).map_or(&self.week, |variant| &variant.week), date.weekday()),
        };
        match self.breaks.get(&date) {
            Some(breaks) => breaks.iter().fold(open.clone(), without),
            None => open.clone(),
        }
    }

    /// What the calendar says of a date.
    pub fn day(&self, date: NaiveDate) -> Day<'_> {
        let spans = self.spans(date);
        let kind = match () {
            () if self.is_holiday(date) => DayKind::Holiday,
            () if spans.is_empty() => DayKind::Off,
            () => DayKind::Workday,
        };
        Day {
            kind,
            holiday: self.holiday(date),
            variant: self.variant(date).map(|variant| variant.name.as_deref().unwrap_or_default()),
            own_hours: self.overrides.contains_key(&date),
            spans,
        }
    }

    fn variant(&self, date: NaiveDate) -> Option<&Variant> {
        self.variants.iter().find(|variant| (variant.from..=variant.to).contains(&date))
    }
}

impl Span {
    /// As people write it, with seconds only where there are some.
    pub fn text(self) -> SpanText {
        let text = |seconds: u32| {
            let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
            if rest == 0 { format!("{hours:02}:{minutes:02}") } else { format!("{hours:02}:{minutes:02}:{rest:02}") }
        };
        SpanText(text(self.from), text(self.to))
    }
}

fn check_name(name: &str, pointer: String, problems: &mut Vec<Problem>) {
    if let Err(problem) = Name::parse(name) {
        problems.push(Problem::new(pointer, problem.code, problem.message));
    }
}

fn of(week: &Week, day: Weekday) -> &Spans {
    let [mon, tue, wed, thu, fri, sat, sun] = week;
    match day {
        Weekday::Mon => mon,
        Weekday::Tue => tue,
        Weekday::Wed => wed,
        Weekday::Thu => thu,
        Weekday::Fri => fri,
        Weekday::Sat => sat,
        Weekday::Sun => sun,
    }
}

fn without(spans: Spans, gap: &Span) -> Spans {
    let pieces = spans.into_iter().flat_map(|span| {
        let head = Span { from: span.from, to: span.to.min(gap.from) };
        let tail = Span { from: span.from.max(gap.to), to: span.to };
        [head, tail]
    });
    pieces.filter(|span| span.from < span.to).collect()
}

fn week(spec: &WeekSpec, place: &str, problems: &mut Vec<Problem>) -> Week {
    let mut day = |name: &str, texts: &[SpanText]| spans(texts, &format!("{place}/{name}"), problems);
    [
        day("mon", &spec.mon),
        day("tue", &spec.tue),
        day("wed", &spec.wed),
        day("thu", &spec.thu),
        day("fri", &spec.fri),
        day("sat", &spec.sat),
        day("sun", &spec.sun),
    ]
}

fn dated(
    texts: &BTreeMap<String, Vec<SpanText>>,
    place: &str,
    problems: &mut Vec<Problem>,
) -> BTreeMap<NaiveDate, Spans> {
    let mut all = BTreeMap::new();
    for (text, day) in texts {
        let pointer = format!("{place}/{}", text.replace('~', "~0").replace('/', "~1"));
        if let Some(date) = date(text, &pointer, problems) {
            all.insert(date, spans(day, &pointer, problems));
        }
    }
    all
}

fn spans(texts: &[SpanText], place: &str, problems: &mut Vec<Problem>) -> Spans {
    let mut spans = Vec::new();
    for (index, SpanText(from, to)) in texts.iter().enumerate() {
        match (seconds(from), seconds(to)) {
            (Some(from), Some(to)) if from < to => spans.push(Span { from, to }),
            (Some(_), Some(_)) => problems.push(Problem::new(
                format!("{place}/{index}"),
                "invalid_span",
                format!("{from}-{to}: jam selesai harus sesudah jam mulai; jam yang melewati tengah malam ditulis pada dua hari"),
            )),
            _ => problems.push(Problem::new(
                format!("{place}/{index}"),
                "invalid_time",
                format!("{from}-{to}: jam ditulis HH:MM dari 00:00 sampai 24:00"),
            )),
        }
    }
    spans.sort_unstable();
    let mut joined: Spans = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
            _ => joined.push(span),
        }
    }
    joined
}

/// `HH:MM` or `HH:MM:SS`, up to `24:00`, in seconds from midnight.
fn seconds(text: &str) -> Option<u32> {
    let mut parts = text.split(':');
    let mut part = |most: u32| {
        let part = parts.next()?;
        let number = part.parse::<u32>().ok()?;
        (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()) && number <= most).then_some(number)
    };
    let (hours, minutes) = (part(24)?, part(59)?);
    let rest = if text.len() > 5 { part(59)? } else { 0 };
    let total = hours * 3600 + minutes * 60 + rest;
    (parts.next().is_none() && total <= 86_400).then_some(total)
}

fn date(text: &str, pointer: &str, problems: &mut Vec<Problem>) -> Option<NaiveDate> {
    let parsed = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10);
    if parsed.is_none() {
        let shown = text.strip_prefix("2000-").unwrap_or(text);
        problems.push(Problem::new(pointer, "invalid_date", format!("{shown} bukan tanggal yang ada (YYYY-MM-DD)")));
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<Calendar, Vec<&'static str>> {
        let spec: CalendarSpec = serde_json::from_str(json).unwrap();
        Calendar::parse(&spec).map_err(|problems| problems.iter().map(|p| p.code).collect())
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (json, codes) in [
            (r#"{"tz":"Asia/Batang","weekly":{"mon":[["08:00","16:00"]]}}"#, vec!["unknown_time_zone"]),
            (r#"{"tz":"UTC","weekly":{}}"#, vec!["no_working_time"]),
            (r#"{"tz":"UTC","weekly":{"mon":[["16:00","08:00"]]}}"#, vec!["invalid_span"]),
            (r#"{"tz":"UTC","weekly":{"mon":[["8","16:00"]],"tue":[["08:00","24:01"]]}}"#, vec!["invalid_time"; 2]),
            (r#"{"tz":"UTC","weekly":{"mon":[["08:00","16:00"]]},"holidays":["2026-02-30"]}"#, vec!["invalid_date"]),
            (r#"{"tz":"UTC","weekly":{"mon":[["08:00","16:00"]]},"annual_holidays":["13-01"]}"#, vec!["invalid_date"]),
            (
                r#"{"tz":"UTC","weekly":{"mon":[["08:00","16:00"]]},"variants":[
                    {"from":"2026-02-01","to":"2026-03-01","weekly":{}},{"from":"2026-03-01","to":"2026-02-02","weekly":{}}]}"#,
                vec!["invalid_range", "overlapping_variants"],
            ),
        ] {
            assert_eq!(parse(json), Err(codes), "{json}");
        }
    }

    #[test]
    fn the_most_particular_hours_hold() {
        let calendar = parse(
            r#"{"tz":"Asia/Jakarta",
                "weekly":{"mon":[["08:00","12:00"],["11:00","16:00"]],"tue":[["08:00","16:00"]]},
                "holidays":["2026-11-03"],
                "annual_holidays":["12-07"],
                "date_overrides":{"2026-11-09":[["09:00","10:00"]],"2026-11-03":[["09:00","10:00"]],"2026-11-10":[]},
                "breaks":{"2026-11-16":[["07:00","09:00"],["12:00","13:00"]]},
                "variants":[{"from":"2026-11-23","to":"2026-11-24","weekly":{"mon":[["10:00","11:00"]]}}]}"#,
        )
        .unwrap();
        let hours = |day: &str| {
            let spans = calendar.spans(day.parse().unwrap());
            let shown: Vec<_> = spans.iter().map(|s| format!("{}-{}", s.from / 3600, s.to / 3600)).collect();
            shown.join(" ")
        };
        for (day, expected) in [
            ("2026-11-02", "8-16"),       // overlapping spans count once
            ("2026-11-03", ""),           // a holiday wins over the date's own hours
            ("2026-11-09", "9-10"),       // the date's own hours
            ("2026-11-10", ""),           // closed by the date's own hours
            ("2026-11-16", "9-12 13-16"), // breaks
            ("2026-11-23", "10-11"),      // variant
            ("2026-11-24", ""),           // a day that the variant does not name
            ("2026-11-25", ""),           // a day without hours
            ("2026-12-07", ""),           // closed every year
        ] {
            assert_eq!(hours(day), expected, "{day}");
        }
    }
}
