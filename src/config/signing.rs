//! How reports are signed.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::{Secret, SecretUrl};

/// How reports are signed electronically (UU 11/2008 Ps 11; Perbup Batang Ps 39).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    pub method: String,
    pub key: String,
    pub passphrase: Secret,
    pub passphrase_file: String,
    pub url: SecretUrl,
    pub user: String,
    pub password: Secret,
    pub nik: String,
    pub certificate: String,
    pub timeout_seconds: u32,
}

impl Default for Signing {
    fn default() -> Self {
        Self {
            method: "none".to_owned(),
            key: String::new(),
            passphrase: Secret::default(),
            passphrase_file: String::new(),
            url: SecretUrl::new(""),
            user: String::new(),
            password: Secret::default(),
            nik: String::new(),
            certificate: String::new(),
            timeout_seconds: 60,
        }
    }
}

impl Signing {
    /// Whether there is a way to sign.
    pub fn is_on(&self) -> bool {
        self.method != "none"
    }

    /// Whether whoever signs is asked for a passphrase. That of a person is never configured.
    pub fn asks_passphrase(&self) -> bool {
        match self.method.as_str() {
            "pkcs12" => self.passphrase.reveal().is_empty() && self.passphrase_file.is_empty(),
            _ => self.is_on(),
        }
    }

    /// The passphrase of the key, as it is configured; says what is wrong with its file.
    pub fn passphrase(&self) -> Result<Secret, String> {
        if self.passphrase_file.is_empty() {
            return Ok(self.passphrase.clone());
        }
        let text = std::fs::read_to_string(&self.passphrase_file)
            .map_err(|error| format!("signing.passphrase_file: {}: {error}", self.passphrase_file))?;
        Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
    }

    /// Checks what a type cannot say; gives the key and what is wrong with it.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let wrong = |key, reason: &str| Err((key, reason.to_owned()));
        if !(1..=600).contains(&self.timeout_seconds) {
            return wrong("signing.timeout_seconds", "must be 1 to 600");
        }
        if !self.passphrase.reveal().is_empty() && !self.passphrase_file.is_empty() {
            return wrong("signing.passphrase_file", "and signing.passphrase are both there: keep one");
        }
        match self.method.as_str() {
            "none" => Ok(()),
            "pkcs12" if self.key.is_empty() => wrong("signing.key", "must name the PKCS#12 file"),
            "pkcs12" => Ok(()),
            "service" if !is_private(self.url.reveal()) => {
                wrong("signing.url", "must begin with https://, or http:// for a service on the same machine")
            }
            "service" if self.nik.is_empty() => wrong("signing.nik", "must be the NIK of the signer"),
            "service" => Ok(()),
            _ => wrong("signing.method", "must be none, pkcs12 or service"),
        }
    }
}

/// Whether nobody on the way reads what is sent there.
fn is_private(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => url.has_host(),
        "http" => is_here,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(signing: &Signing) -> Option<&'static str> {
        signing.check().err().map(|(key, _)| key)
    }

    #[test]
    fn what_a_way_of_signing_needs_is_there() {
        let way = |method: &str| Signing { method: method.to_owned(), ..Signing::default() };
        let key = || Signing { key: "k.p12".to_owned(), ..way("pkcs12") };
        let service =
            |url: &str, nik: &str| Signing { url: SecretUrl::new(url), nik: nik.to_owned(), ..way("service") };
        let both = Signing { passphrase: Secret::new("x"), passphrase_file: "f".to_owned(), ..key() };
        for (signing, expected) in [
            (way("none"), None),
            (way("bsre"), Some("signing.method")),
            (way("pkcs12"), Some("signing.key")),
            (key(), None),
            (both, Some("signing.passphrase_file")),
            (service("https://esign.contoh.go.id/api/sign/pdf", "1"), None),
            (service("http://127.0.0.1:8090/api/sign/pdf", "1"), None),
            (service("http://[::1]/", "1"), None),
            (service("http://LOCALHOST/", "1"), None),
            (service("http://esign.contoh.go.id/api/sign/pdf", "1"), Some("signing.url")),
            (service("http://127.0.0.1@esign.contoh.go.id/", "1"), Some("signing.url")),
            (service("http://192.168.1.5/", "1"), Some("signing.url")),
            (service("esign.contoh.go.id", "1"), Some("signing.url")),
            (service("https://esign.contoh.go.id", ""), Some("signing.nik")),
            (Signing { timeout_seconds: 0, ..key() }, Some("signing.timeout_seconds")),
        ] {
            assert_eq!(wrong(&signing), expected, "{signing:?}");
        }
    }

    #[test]
    fn the_passphrase_of_a_person_is_asked_and_that_of_a_key_may_be_configured() {
        let service = Signing { method: "service".to_owned(), passphrase: Secret::new("x"), ..Signing::default() };
        assert!(service.asks_passphrase());
        let key = Signing { method: "pkcs12".to_owned(), ..Signing::default() };
        assert!(key.asks_passphrase() && !Signing::default().asks_passphrase());
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, "dua kata\r\n").unwrap();
        let key = Signing { passphrase_file: file.path().display().to_string(), ..key };
        assert!(!key.asks_passphrase());
        assert_eq!(key.passphrase().unwrap().reveal(), "dua kata");
        assert!(!format!("{key:?}").contains("dua kata"));
    }
}
