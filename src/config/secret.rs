//! Values that are never printed.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// What stands for a secret wherever it would be shown.
const MASK: &str = "***";

/// A secret: prints and serialises as `***`.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself; never to be logged.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "(none)" } else { MASK })
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.0.is_empty() { "" } else { MASK })
    }
}

/// A URL that may hold a password: prints and serialises with `***` in its place.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct SecretUrl(String);

impl SecretUrl {
    /// Takes a URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// The URL with its password; never to be logged.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn masked(&self) -> String {
        let Some((scheme, rest)) = self.0.split_once("://") else { return self.0.clone() };
        let masked_query = match rest.split_once('?') {
            Some((before, query)) => {
                let parts = query.split('&').map(|pair| match pair.split_once('=') {
                    Some((key, _)) if key.contains("password") => format!("{key}={MASK}"),
                    _ => pair.to_owned(),
                });
                format!("{before}?{}", parts.collect::<Vec<_>>().join("&"))
            }
            None => rest.to_owned(),
        };
        match masked_query.rsplit_once('@') {
            Some((credentials, host)) => match credentials.split_once(':') {
                Some((user, _)) => format!("{scheme}://{user}:{MASK}@{host}"),
                None => format!("{scheme}://{credentials}@{host}"),
            },
            None => format!("{scheme}://{masked_query}"),
        }
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Display for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Serialize for SecretUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_a_url_is_not_shown() {
        for (url, shown) in [
            ("postgres://desk:p:a@ss@db:5432/kentongan", "postgres://desk:***@db:5432/kentongan"),
            ("postgres://desk@db/kentongan", "postgres://desk@db/kentongan"),
            ("postgres://db/x?user=a&password=rahasia", "postgres://db/x?user=a&password=***"),
            ("sqlite://data/kentongan.db", "sqlite://data/kentongan.db"),
        ] {
            assert_eq!(SecretUrl::new(url).to_string(), shown);
        }
        assert_eq!(format!("{:?}", Secret("rahasia".into())), "***");
    }
}
