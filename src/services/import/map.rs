//! A map: which column means what, and which of its words. Everything that belongs to one foreign desk
//! stands in such a file and nothing of it in the code.

use std::path::Path;

use serde::{Deserialize, Deserializer, de};

use super::dates::Dates;
use super::words::{Template, Words, folded};
use crate::domain::priority::{Level, Priority};
use crate::domain::text::{Body, Code};
use crate::domain::ticket::{Channel, Status, TicketType};

/// Why a map cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{file}: {message}")]
pub struct MapError {
    /// The map's file.
    pub file: String,
    /// Names the key and what is wrong with it.
    pub message: String,
}

/// How a foreign desk's file is read. `docs/import.md` explains the keys.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    pub(super) name: String,
    pub(super) shape: Shape,
    #[serde(default = "comma")]
    pub(super) delimiter: char,
    #[serde(default)]
    pub(super) missing: Vec<String>,
    pub(super) time: Dates,
    pub(super) columns: Columns,
    #[serde(default)]
    pub(super) recorded: Recorded,
    #[serde(default)]
    pub(super) values: Values,
    #[serde(default)]
    pub(super) defaults: Defaults,
    #[serde(default)]
    pub(super) desk: Desk,
    pub(super) teams: Teams,
    pub(super) placeholders: Placeholders,
    pub(super) texts: Texts,
}

/// What a line of the file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Shape {
    /// The state of a ticket after an update; the lines of a ticket stand together.
    EventLog,
    /// A whole ticket.
    TicketPerRow,
}

/// The names of the columns.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Columns {
    pub number: String,
    pub opened: String,
    pub status: String,
    #[serde(default)]
    pub updated: Option<String>,
    #[serde(default)]
    pub resolved: Option<String>,
    #[serde(default)]
    pub closed: Option<String>,
    #[serde(default)]
    pub opd: Option<String>,
    #[serde(default)]
    pub requester: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub person: Option<String>,
    #[serde(default)]
    pub team: Option<String>,
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    #[serde(default)]
    pub channel: Option<String>,
    #[serde(default)]
    pub impact: Option<String>,
    #[serde(default)]
    pub urgency: Option<String>,
    #[serde(default)]
    pub priority: Option<String>,
    #[serde(default)]
    pub category: Option<String>,
    #[serde(default)]
    pub tried: Option<String>,
    #[serde(default)]
    pub resolution: Option<String>,
}

/// Columns that are only compared with what came out here.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Recorded {
    pub reassignments: Option<String>,
    pub reopenings: Option<String>,
    pub priority: Option<String>,
}

/// What the words in the columns mean.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Values {
    pub status: Words<Status>,
    #[serde(rename = "type")]
    pub kind: Words<TicketType>,
    pub channel: Words<Channel>,
    pub impact: Words<Level>,
    pub urgency: Words<Level>,
    pub priority: Words<Priority>,
}

/// What holds where a column is missing or empty.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Defaults {
    #[serde(rename = "type")]
    pub kind: TicketType,
    pub channel: Channel,
    pub impact: Level,
    pub urgency: Level,
    pub opd: String,
    pub requester: String,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            kind: TicketType::Incident,
            channel: Channel::Phone,
            impact: Level::Medium,
            urgency: Level::Medium,
            opd: "Tanpa OPD".to_owned(),
            requester: "Tanpa nama".to_owned(),
        }
    }
}

/// The Tier 1 desk.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Desk {
    /// The one OPD whose desk serves everybody; without it each requester's OPD has its own.
    pub opd: Option<Opd>,
    /// Values of the team column that mean the desk itself.
    pub teams: Vec<String>,
}

/// An OPD that the map names.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opd {
    #[serde(deserialize_with = "code")]
    pub code: String,
    pub name: String,
}

/// The Tier 2 teams.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Teams {
    /// Where their members are employed.
    pub opd: Opd,
    /// The team that an empty team column means; without it, the desk.
    #[serde(default)]
    pub missing: Option<String>,
}

/// How placeholders are named.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Placeholders {
    pub domain: String,
    /// What stands before the `@`: `{name}` and `{opd}`.
    pub address: Template,
    pub opd_kind: String,
    pub desk_agent: String,
    /// With `{team}`.
    pub team_agent: Template,
}

/// The texts of a ticket, with columns in braces, and the sentences that our acts need.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts {
    pub subject: Template,
    pub description: Template,
    #[serde(deserialize_with = "body")]
    pub tried: Body,
    #[serde(deserialize_with = "body")]
    pub returned: Body,
    #[serde(deserialize_with = "body")]
    pub waiting: Body,
    #[serde(deserialize_with = "body")]
    pub resolved: Body,
    #[serde(deserialize_with = "body")]
    pub reopened: Body,
    #[serde(deserialize_with = "body")]
    pub ended: Body,
    #[serde(deserialize_with = "body")]
    pub priority: Body,
}

fn comma() -> char {
    ','
}

fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let code = Code::parse(&text)
        .map_err(|_| de::Error::custom(format!("\"{text}\" is not 2 to 32 capitals, digits or dashes")))?;
    Ok(code.as_str().to_owned())
}

fn body<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Body, D::Error> {
    let text = String::deserialize(deserializer)?;
    Body::parse(&text).map_err(|problem| de::Error::custom(format!("is not a text: {}", problem.code)))
}

impl Map {
    /// Reads a map from its file.
    pub fn load(path: &Path) -> Result<Self, MapError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| MapError { file: file.clone(), message: format!("cannot be read: {error}") })?;
        Self::parse(&file, &text)
    }

    /// Reads a map from its text; `file` is named in errors.
    pub fn parse(file: &str, text: &str) -> Result<Self, MapError> {
        let fail = |message: String| MapError { file: file.to_owned(), message };
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| fail(error.to_string()))?;
        let map: Self = serde_path_to_error::deserialize(toml::Value::Table(table)).map_err(|error| {
            let key = error.path().to_string();
            fail(format!("{key}: {}", error.inner().message()))
        })?;
        map.check().map_err(|(key, reason)| fail(format!("{key}: {reason}")))?;
        Ok(map)
    }

    /// Under which name the database remembers what came from this desk.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Checks what a type cannot say; gives the key and what is wrong with it.
    fn check(&self) -> Result<(), (String, String)> {
        let at = |key: &str, reason: &str| Err((key.to_owned(), reason.to_owned()));
        if self.name.trim().is_empty() {
            return at("name", "must not be empty: it tells this desk's tickets from those of others");
        }
        if !self.delimiter.is_ascii() {
            return at("delimiter", "must be one plain character, such as , or ;");
        }
        self.time.check().map_err(|(key, reason)| (format!("time.{key}"), reason))?;
        if self.values.status.is_empty() {
            return at("values.status", "must say what the words of the status column mean");
        }
        match self.shape {
            Shape::EventLog if self.columns.updated.is_none() => {
                return at("columns.updated", "is needed in an event_log: when the line was written");
            }
            Shape::TicketPerRow if self.columns.updated.is_some() => {
                return at("columns.updated", "has no meaning when a line is a whole ticket");
            }
            Shape::EventLog | Shape::TicketPerRow => {}
        }
        if !self.placeholders.domain.ends_with(".invalid") {
            // RFC 2606: nobody has such an address, so no real account can be taken for a placeholder.
            return at("placeholders.domain", "must end in .invalid, for example import.invalid");
        }
        let known = |template: &Template, names: &[&str]| template.columns().all(|name| names.contains(&name));
        if !known(&self.placeholders.address, &["name", "opd"]) {
            return at("placeholders.address", "may hold {name} and {opd} only");
        }
        if !known(&self.placeholders.team_agent, &["team"]) {
            return at("placeholders.team_agent", "may hold {team} only");
        }
        Ok(())
    }

    /// Whether a value stands for nothing.
    pub(super) fn is_missing(&self, value: &str) -> bool {
        value.is_empty() || self.missing.iter().any(|marker| marker == value)
    }

    /// Whether a value of the team column is the desk itself.
    pub(super) fn is_desk(&self, team: &str) -> bool {
        self.desk.teams.iter().any(|name| folded(name) == folded(team))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped(name: &str) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/import").join(name);
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn the_shipped_maps_can_be_read() {
        let log = Map::parse("servicenow.toml", &shipped("servicenow.toml")).unwrap();
        assert_eq!((log.name(), log.shape), ("servicenow", Shape::EventLog));
        assert_eq!(log.values.status.get("awaiting vendor"), Some(&Status::WaitingThirdParty));
        assert!(log.is_missing("?") && log.is_missing("") && !log.is_missing("Group 70"));
        assert!(log.is_desk("group 70") && !log.is_desk("Group 7"));
        let sheet = Map::parse("spreadsheet.toml", &shipped("spreadsheet.toml")).unwrap();
        assert_eq!((sheet.shape, sheet.delimiter), (Shape::TicketPerRow, ';'));
    }

    #[test]
    fn mistakes_name_file_and_key() {
        for (right, wrong, expected) in [
            ("shape = \"event_log\"", "shape = \"log\"", "shape: unknown variant `log`"),
            ("\"Active\" = \"in_progress\"", "\"Active\" = \"busy\"", "values.status.Active: unknown variant `busy`"),
            ("zone = \"UTC\"", "zone = \"Batang\"", "time.zone: \"Batang\" is not an IANA zone"),
            ("[\"%d/%m/%Y %H:%M\"]", "[\"%Q\"]", "time.formats[0]: \"%Q\" is not a date format"),
            ("[\"%d/%m/%Y %H:%M\"]", "[]", "time.formats: needs at least one format"),
            ("number = \"number\"", "nomor = \"number\"", "columns.nomor: unknown field"),
            ("number = \"number\"", "", "columns: missing field `number`"),
            ("updated = \"sys_updated_at\"", "", "columns.updated: is needed in an event_log"),
            ("code = \"MEJA-PUSAT\"", "code = \"meja pusat\"", "desk.opd.code: \"meja pusat\" is not"),
            ("domain = \"import.invalid\"", "domain = \"contoh.go.id\"", "placeholders.domain: must end in .invalid"),
            ("address = \"{name}\"", "address = \"{nama}\"", "placeholders.address: may hold"),
            ("\"{category} / {subcategory}\"", "\"{category\"", "texts.subject: \"{category\" opens a brace"),
            ("tried = ", "treid = ", "texts.treid: unknown field"),
            (
                "returned = \"Diimpor dari log ServiceNow: dikembalikan tanpa catatan.\"",
                "returned = \" \"",
                "texts.returned: is not a text: required",
            ),
        ] {
            let text = shipped("servicenow.toml");
            assert!(text.contains(right), "{right}");
            let error = Map::parse("my.toml", &text.replacen(right, wrong, 1)).unwrap_err();
            assert_eq!(error.file, "my.toml");
            assert!(error.message.starts_with(expected), "{wrong}: {}", error.message);
        }
        assert!(Map::parse("my.toml", "name = ").unwrap_err().message.contains("line 1"));
        assert!(
            Map::load(Path::new("no/such.toml")).unwrap_err().to_string().starts_with("no/such.toml: cannot be read")
        );
    }
}
