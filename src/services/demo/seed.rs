//! The seed files, carried in the program. Read once into typed rows; every reference is checked, so that
//! whoever uses them need not.

use chrono::NaiveDate;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};

use super::super::{Error, Result};
use crate::domain::people::Role;
use crate::domain::priority::Level;
use crate::domain::text::{Body, Subject};
use crate::domain::ticket::{Channel, TicketType};

/// A seed file: its name, for messages, and its content.
type File = (&'static str, &'static str);

macro_rules! file {
    ($name:literal) => {
        ($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/config/seed/demo/", $name)))
    };
}

const OPDS: File = file!("opd.csv");
const TEAMS: File = file!("teams.csv");
const CATEGORIES: File = file!("categories.csv");
const PEOPLE: File = file!("people.csv");
const TICKETS: File = file!("tickets.toml");
const HISTORY: File = file!("history.toml");
const EXTRAS: File = file!("extras.toml");

/// Everything that the files hold.
pub(super) struct Seed {
    pub opds: Vec<Opd>,
    pub teams: Vec<Team>,
    pub categories: Vec<Category>,
    pub people: Vec<Person>,
    /// The tickets to be shown, each at a stage of life.
    pub tickets: Vec<Story>,
    /// What three months of tickets are made of.
    pub history: Vec<Story>,
    pub extras: Extras,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opd {
    pub code: String,
    pub name: String,
    pub kind: String,
    /// As people call it.
    pub short: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Team {
    pub code: String,
    pub name: String,
    pub csirt: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Category {
    pub name: String,
    pub team: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub email: String,
    pub name: String,
    pub opd: String,
    pub nip: String,
    pub phone: String,
    /// Separated by semicolons.
    #[serde(deserialize_with = "roles")]
    pub roles: Vec<Role>,
    /// Codes, separated by semicolons.
    #[serde(deserialize_with = "codes")]
    pub teams: Vec<String>,
    /// The letter of a Tier 1 agent.
    pub letter_number: Option<String>,
    pub letter_on: Option<NaiveDate>,
    pub valid_until: Option<NaiveDate>,
}

fn roles<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Role>, D::Error> {
    let parse = |word: &str| Role::parse(word).ok_or_else(|| D::Error::custom(format!("\"{word}\" is not a role")));
    String::deserialize(deserializer)?.split(';').map(parse).collect()
}

fn codes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(text.split(';').filter(|code| !code.is_empty()).map(str::to_owned).collect())
}

/// A text in which `{unit}` stands for the short name of the OPD.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Text(String);

impl TryFrom<String> for Text {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Body::parse(&text).map_err(|problem| problem.message)?;
        if text.len() > 2000 { Err("longer than 2000 bytes".to_owned()) } else { Ok(Self(text)) }
    }
}

impl Text {
    /// The text about an OPD.
    pub fn body(&self, unit: &str) -> Body {
        Body::parse(&self.0.replace("{unit}", unit)).expect("the text was checked when the seed was read")
    }

    /// The text as a subject about an OPD.
    pub fn subject(&self, unit: &str) -> Subject {
        Subject::parse(&self.0.replace("{unit}", unit)).expect("subjects are checked when the seed is read")
    }
}

/// Where a ticket to be shown stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stage {
    New,
    Taken,
    HandedOver,
    Accepted,
    Returned,
    Consulted,
    WaitingRequester,
    WaitingThirdParty,
    WaitingApproval,
    ResolvedTier1,
    ResolvedTier2,
    Reopened,
    Closed,
    Cancelled,
    Rejected,
    /// Into the ticket that follows in the file.
    Merged,
}

/// What a ticket is about and what people say on it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Story {
    #[serde(rename = "type")]
    pub kind: TicketType,
    pub subject: Text,
    pub description: Text,
    pub category: String,
    pub impact: Level,
    pub urgency: Level,
    pub channel: Channel,
    #[serde(default)]
    pub security: bool,
    #[serde(default)]
    pub personal_data: bool,
    /// What the desk did; goes along with a handover.
    pub tried: Text,
    /// To which team it is handed over, if to any.
    pub team: Option<String>,
    pub reply: Option<Text>,
    pub requester_reply: Option<Text>,
    pub note: Option<Text>,
    /// With which the team gives it back at first.
    pub instruction: Option<Text>,
    pub resolution: Option<Text>,
    /// Of waiting, cancelling, rejecting, reopening or merging.
    pub reason: Option<Text>,
    pub opd: Option<String>,
    pub stage: Option<Stage>,
    /// OPDs whose own reports become children of this one.
    #[serde(default)]
    pub children: Vec<String>,
    /// OPDs whose incidents are put down to this problem.
    #[serde(default)]
    pub causes: Vec<String>,
    pub file: Option<Attachment>,
}

/// A file on a ticket.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Attachment {
    pub name: String,
    pub content: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Extras {
    /// Security incidents of the past months.
    pub security: Vec<Story>,
    /// A major incident of the past months.
    pub major: Story,
    #[serde(rename = "file")]
    pub files: Vec<Attachment>,
    pub phrases: Phrases,
}

/// What people say whatever the ticket is about; each list holds something.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Phrases {
    pub tags: Vec<String>,
    pub cancel: Vec<Text>,
    pub reject: Vec<Text>,
    pub wait_requester: Vec<Text>,
    pub answer: Vec<Text>,
    pub wait_third_party: Vec<Text>,
    pub wait_approval: Vec<Text>,
    pub withdraw: Vec<Text>,
    pub resubmit: Vec<Text>,
    pub unable: Vec<Text>,
    pub reopen: Vec<Text>,
    pub second_resolution: Vec<Text>,
    /// What requesters say beside four or five stars, beside three, and beside fewer.
    pub praise: Vec<Text>,
    pub lukewarm: Vec<Text>,
    pub blame: Vec<Text>,
    pub question: Vec<Text>,
    pub advice: Vec<Text>,
    pub duplicate: Vec<Text>,
    pub child_reply: Vec<Text>,
    pub child_resolution: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tickets {
    #[serde(rename = "ticket")]
    tickets: Vec<Story>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct History {
    #[serde(rename = "story")]
    stories: Vec<Story>,
}

impl Seed {
    /// Reads all files. A mistake names the file.
    pub fn read() -> Result<Self> {
        let seed = Self {
            opds: table(OPDS)?,
            teams: table(TEAMS)?,
            categories: table(CATEGORIES)?,
            people: table(PEOPLE)?,
            tickets: document::<Tickets>(TICKETS)?.tickets,
            history: document::<History>(HISTORY)?.stories,
            extras: document(EXTRAS)?,
        };
        seed.check()?;
        Ok(seed)
    }

    fn check(&self) -> Result<()> {
        let opd = |code: &String| self.opds.iter().any(|opd| opd.code == *code);
        let team = |code: &String| self.teams.iter().any(|team| team.code == *code);
        for category in &self.categories {
            require(CATEGORIES, team(&category.team), &category.name)?;
        }
        for person in &self.people {
            require(PEOPLE, opd(&person.opd) && person.teams.iter().all(team), &person.email)?;
        }
        let extras = self.extras.security.iter().chain([&self.extras.major]);
        let stories = self.tickets.iter().map(|story| (TICKETS, story));
        let stories = stories.chain(self.history.iter().map(|story| (HISTORY, story)));
        for (file, story) in stories.chain(extras.map(|story| (EXTRAS, story))) {
            let known = story.opd.iter().chain(&story.children).chain(&story.causes).all(opd)
                && story.team.iter().all(team)
                && self.categories.iter().any(|category| category.name == story.category);
            // Longer names than this do not stand for `{unit}`.
            let fits = Subject::parse(&story.subject.0.replace("{unit}", &"x".repeat(60))).is_ok();
            require(file, known && fits, &story.subject.0)?;
        }
        for story in &self.history {
            require(HISTORY, story.reply.is_some() && story.resolution.is_some(), &story.subject.0)?;
        }
        for story in &self.tickets {
            require(TICKETS, story.opd.is_some() && story.stage.is_some(), &story.subject.0)?;
        }
        Ok(())
    }
}

/// The OPDs and people alone.
pub(super) fn opds_and_people() -> Result<(Vec<Opd>, Vec<Person>)> {
    Ok((table(OPDS)?, table(PEOPLE)?))
}

fn require(file: File, holds: bool, what: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(mistake(file, format!("\"{what}\" is incomplete, or names something unknown"))) }
}

fn mistake((name, _): File, reason: impl std::fmt::Display) -> Error {
    Error::Internal(format!("seed file {name}: {reason}"))
}

fn table<T: DeserializeOwned>(file: File) -> Result<Vec<T>> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(file.1.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().map_err(|error| mistake(file, error))
}

fn document<T: DeserializeOwned>(file: File) -> Result<T> {
    toml::from_str(file.1).map_err(|error| mistake(file, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_seed_files_are_in_order() {
        let seed = Seed::read().unwrap();
        assert_eq!((seed.opds.len(), seed.teams.len(), seed.tickets.len()), (44, 6, 25));
        assert!(seed.opds.iter().all(|opd| opd.short.len() <= 60));
    }

    #[test]
    fn a_mistake_names_the_file() {
        let error = |content| document::<History>(("history.toml", content)).err().unwrap().to_string();
        assert!(error("[[story]]\ntype = \"gossip\"").contains("seed file history.toml"));
        let error = table::<Team>(("teams.csv", "code,name,csirt\nX,Tim X,perhaps")).err().unwrap().to_string();
        assert!(error.contains("seed file teams.csv"), "{error}");
    }
}
