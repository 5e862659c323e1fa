//! Reading the configuration: a file, over it the environment, over it flags. Each value remembers
//! where it came from, so that an error names file (or variable) and key.

use std::collections::HashMap;
use std::path::Path;

use toml::{Table, Value};

use super::Config;

/// What the environment variables of the program begin with.
const PREFIX: &str = "KENTONGAN_";

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{source_name}: {message}")]
pub struct ConfigError {
    /// A file, an environment variable or a flag.
    pub source_name: String,
    /// Names the key and what to do.
    pub message: String,
}

/// Values from the command line: key (`server.bind`), the flag's name, and the value.
pub type Overrides<'a> = &'a [(&'a str, &'a str, Option<String>)];

/// Reads the configuration. `environment` is that of the process; variables that do not begin with
/// `KENTONGAN_` are passed over, and `KENTONGAN_CONFIG` names the file.
pub fn load(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
    flags: Overrides<'_>,
) -> Result<Config, ConfigError> {
    let mut layers = Layers::new();
    if let Some(path) = file {
        layers.add_file(path)?;
    }
    for (name, value) in environment {
        if let Some(key) = name.strip_prefix(PREFIX)
            && key != "CONFIG"
        {
            layers.add_variable(&name, key, &value)?;
        }
    }
    for (key, flag, value) in flags {
        if let Some(value) = value {
            let (area, key) = key.split_once('.').expect("flags are listed as area.key");
            layers.add_text(flag, area, key, value)?;
        }
    }
    layers.finish()
}

struct Layers {
    /// The defaults: which keys there are, and of which type.
    known: Table,
    values: Table,
    /// Which source gave `area.key`.
    sources: HashMap<String, String>,
}

impl Layers {
    fn new() -> Self {
        let known = Table::try_from(Config::default()).expect("the defaults are a table");
        Self { values: known.clone(), known, sources: HashMap::new() }
    }

    fn add_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let name = path.display().to_string();
        let error = |message: String| ConfigError { source_name: name.clone(), message };
        let text = std::fs::read_to_string(path).map_err(|e| error(format!("cannot be read: {e}")))?;
        let table: Table = text.parse().map_err(|e: toml::de::Error| error(e.to_string()))?;
        for (area, keys) in table {
            let Some(known) = self.known.get(&area).and_then(Value::as_table) else {
                return Err(error(format!("unknown area [{area}]; there are {}", list(&self.known))));
            };
            let Value::Table(keys) = keys else {
                return Err(error(format!("{area} must be an area: write [{area}] and its keys below")));
            };
            for (key, value) in keys {
                let Some(default) = known.get(&key) else {
                    return Err(error(format!("unknown key {area}.{key}; [{area}] has {}", list(known))));
                };
                if !default.same_type(&value) {
                    return Err(error(format!(
                        "{area}.{key} must be {}, is {}",
                        type_name(default),
                        type_name(&value)
                    )));
                }
                set(&mut self.values, &area, &key, value);
                self.sources.insert(format!("{area}.{key}"), name.clone());
            }
        }
        Ok(())
    }

    fn add_variable(&mut self, name: &str, key: &str, value: &str) -> Result<(), ConfigError> {
        let lowered = key.to_lowercase();
        let Some((area, key)) = lowered.split_once("__") else {
            return Err(ConfigError {
                source_name: name.to_owned(),
                message: "is not a setting: variables are named KENTONGAN_<AREA>__<KEY>".to_owned(),
            });
        };
        self.add_text(name, area, key, value)
    }

    fn add_text(&mut self, source: &str, area: &str, key: &str, text: &str) -> Result<(), ConfigError> {
        let error = |message: String| ConfigError { source_name: source.to_owned(), message };
        let Some(known) = self.known.get(area).and_then(Value::as_table) else {
            return Err(error(format!("unknown area {area}; there are {}", list(&self.known))));
        };
        let Some(default) = known.get(key) else {
            return Err(error(format!("unknown key {area}.{key}; {area} has {}", list(known))));
        };
        let value = match default {
            Value::Integer(_) => text.parse().ok().map(Value::Integer),
            Value::Boolean(_) => text.parse().ok().map(Value::Boolean),
            Value::String(_) => Some(Value::String(text.to_owned())),
            // Several, with white space between them.
            Value::Array(_) => {
                Some(Value::Array(text.split_whitespace().map(|word| Value::String(word.to_owned())).collect()))
            }
            Value::Float(_) | Value::Datetime(_) | Value::Table(_) => None,
        };
        let value = value.ok_or_else(|| error(format!("{area}.{key} must be {}", type_name(default))))?;
        set(&mut self.values, area, key, value);
        self.sources.insert(format!("{area}.{key}"), source.to_owned());
        Ok(())
    }

    fn finish(self) -> Result<Config, ConfigError> {
        // Of a list the path names the place in it too.
        let whole = |key: &str| key.split('[').next().unwrap_or_default().to_owned();
        let source_of =
            |key: &str| self.sources.get(&whole(key)).cloned().unwrap_or_else(|| "configuration".to_owned());
        let config: Config = serde_path_to_error::deserialize(Value::Table(self.values)).map_err(|error| {
            let key = error.path().to_string();
            ConfigError { source_name: source_of(&key), message: format!("{key}: {}", error.inner().message()) }
        })?;
        config
            .check()
            .map_err(|(key, reason)| ConfigError { source_name: source_of(key), message: format!("{key} {reason}") })?;
        Ok(config)
    }
}

fn set(values: &mut Table, area: &str, key: &str, value: Value) {
    if let Some(Value::Table(area)) = values.get_mut(area) {
        area.insert(key.to_owned(), value);
    }
}

fn list(table: &Table) -> String {
    table.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "text in quotes",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "an area",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn from(file: &str, environment: &[(&str, &str)], flags: Overrides<'_>) -> Result<Config, ConfigError> {
        let mut path = tempfile::NamedTempFile::new().unwrap();
        path.write_all(file.as_bytes()).unwrap();
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        load(Some(path.path()), environment, flags)
    }

    #[test]
    fn the_shipped_default_file_says_what_the_defaults_are() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/default.toml");
        assert_eq!(load(Some(&path), [], &[]).unwrap(), Config::default());
        let text = std::fs::read_to_string(path).unwrap();
        let shipped: Table = text.parse().unwrap();
        let known = Table::try_from(Config::default()).unwrap();
        for (area, keys) in &known {
            for key in keys.as_table().unwrap().keys() {
                assert!(shipped[area].get(key).is_some(), "config/default.toml lacks {area}.{key}");
            }
        }
    }

    #[test]
    fn a_flag_beats_the_environment_beats_the_file() {
        let file = "[server]\nbind = \"0.0.0.0:1\"\nworkers = 3\n[log]\nformat = \"json\"";
        let environment = [("KENTONGAN_SERVER__BIND", "0.0.0.0:2"), ("KENTONGAN_SERVER__WORKERS", "4"), ("PATH", "x")];
        let config = from(file, &environment, &[("server.bind", "--bind", Some("0.0.0.0:3".into()))]).unwrap();
        assert_eq!(
            (config.server.bind.as_str(), config.server.workers, config.log.format.as_str()),
            ("0.0.0.0:3", 4, "json")
        );
    }

    #[test]
    fn a_list_stands_in_a_file_or_in_a_variable() {
        let one = "imaps://a:b@mail.contoh.go.id";
        let file = format!("[inbound]\nmailboxes = [\"{one}\"]");
        assert_eq!(from(&file, &[], &[]).unwrap().inbound.mailboxes.len(), 1);
        let two = format!("{one} imaps://c:rahasia@mail.contoh.go.id/Keluhan");
        let read = from(&file, &[("KENTONGAN_INBOUND__MAILBOXES", &two)], &[]).unwrap();
        let names: Vec<String> = read.inbound.read().unwrap().iter().map(|mailbox| mailbox.name()).collect();
        assert_eq!(names, ["a@mail.contoh.go.id/INBOX", "c@mail.contoh.go.id/Keluhan"]);
        for (value, words) in [
            ("pop3://a:rahasia@x", "must begin with imaps:// or imap://"),
            ("imap://a:rahasia@mail.contoh.go.id", "tls=required"),
            ("imaps://mail.contoh.go.id", "lacks user and password"),
        ] {
            let error = from("", &[("KENTONGAN_INBOUND__MAILBOXES", value)], &[]).unwrap_err().to_string();
            assert!(error.starts_with("KENTONGAN_INBOUND__MAILBOXES: inbound.mailboxes "), "{error}");
            assert!(error.contains(words) && !error.contains("rahasia"), "{error}");
        }
        let error = from("[inbound]\nmailboxes = [1]", &[], &[]).unwrap_err();
        assert!(error.message.contains("inbound.mailboxes"), "{error}");
    }

    #[test]
    fn mistakes_name_source_and_key() {
        let file = |text| from(text, &[], &[]).unwrap_err().message;
        assert!(file("[server]\nbnid = \"x\"").starts_with("unknown key server.bnid; [server] has behind_proxy, bind"));
        assert!(file("[sever]\nbind = \"x\"").starts_with("unknown area [sever]"));
        assert_eq!(file("[server]\nbind = 8080"), "server.bind must be text in quotes, is a whole number");
        assert!(file("[server\n").contains("line 1") || file("[server\n").contains("1 |"));
        assert!(file("[server]\nworkers = 0").contains("server.workers must be 1 to 64"));
        assert!(file("[server]\nworkers = -1").contains("server.workers"));
        assert!(file("[database]\nurl = \"mysql://x\"").contains("database.url must begin with"));
        let variable = |name, value| from("", &[(name, value)], &[]).unwrap_err();
        let error = variable("KENTONGAN_SERVER__WORKERS", "many");
        assert_eq!(error.to_string(), "KENTONGAN_SERVER__WORKERS: server.workers must be a whole number");
        assert!(variable("KENTONGAN_SERVER_BIND", "x").message.contains("KENTONGAN_<AREA>__<KEY>"));
        assert!(variable("KENTONGAN_SERVER__PORT", "1").message.contains("unknown key server.port"));
    }
}
