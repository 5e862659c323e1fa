//! Signing by an e-sign service over HTTP, as the client service of BSrE that agencies run beside their
//! applications: it takes the PDF, the NIK of the signer and the passphrase, and gives the signed PDF
//! (`docs/signing.md`).

use std::sync::Arc;
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value;
use tokio_rustls::rustls::crypto::ring::default_provider;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use super::{Failure, Problem, Says, Signer};
use crate::config;

/// The most bytes of an answer.
const MOST: u64 = 64 * 1024 * 1024;

/// The most letters of what the service says of an error.
const MOST_SAID: usize = 200;

/// A service.
pub struct Service<'a> {
    pub config: &'a config::Signing,
}

impl Signer for Service<'_> {
    fn sign(&self, pdf: &[u8], _: &Says, passphrase: &str) -> Result<Vec<u8>, Failure> {
        let trusted = trust(&self.config.certificate).map_err(|reason| {
            tracing::warn!(reason, "the e-sign service cannot be asked");
            Problem::ServiceAway
        })?;
        let (status, answer) = self.ask(trusted, pdf, passphrase).map_err(|error| {
            // Neither what was sent nor what was answered.
            tracing::warn!(%error, "the e-sign service does not answer");
            Problem::ServiceAway
        })?;
        match status {
            200..=299 => signed(answer).ok_or_else(|| Problem::AnswerInvalid.into()),
            500.. => {
                tracing::warn!(status, "the e-sign service fails");
                Err(Problem::ServiceAway.into())
            }
            _ => Err(refused(status, &answer, passphrase).into()),
        }
    }
}

impl Service<'_> {
    fn ask(&self, trusted: TlsConfig, pdf: &[u8], passphrase: &str) -> Result<(u16, Vec<u8>), ureq::Error> {
        let config = self.config;
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            // Neither paper nor passphrase goes anywhere else, whatever the environment says of proxies.
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(config.timeout_seconds.into())))
            .tls_config(trusted)
            .build()
            .into();
        let form = Form::new(pdf, &config.nik, passphrase);
        let mut request = agent
            .post(config.url.reveal())
            .header("Content-Type", format!("multipart/form-data; boundary={}", form.boundary))
            .header("Accept", "application/pdf, application/json");
        if !config.user.is_empty() {
            let pair = format!("{}:{}", config.user, config.password.reveal());
            request = request.header("Authorization", format!("Basic {}", BASE64_STANDARD.encode(pair)));
        }
        let mut response = request.send(&form.body)?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(MOST).read_to_vec()?;
        Ok((status, body))
    }
}

/// The certificates of the system, and those of a PEM file if one is named.
fn trust(file: &str) -> Result<TlsConfig, String> {
    let mut roots: Vec<Certificate<'static>> = rustls_native_certs::load_native_certs()
        .certs
        .iter()
        .map(|der| Certificate::from_der(der).to_owned())
        .collect();
    if !file.is_empty() {
        let told = |reason: &dyn std::fmt::Display| format!("signing.certificate: {file}: {reason}");
        let pem = std::fs::read(file).map_err(|error| told(&error))?;
        let known = roots.len();
        for item in parse_pem(&pem) {
            if let PemItem::Certificate(certificate) = item.map_err(|error| told(&error))? {
                roots.push(certificate);
            }
        }
        if roots.len() == known {
            return Err(told(&"holds no certificate"));
        }
    }
    let provider = Arc::new(default_provider());
    let roots = RootCerts::Specific(Arc::new(roots));
    Ok(TlsConfig::builder().root_certs(roots).unversioned_rustls_crypto_provider(provider).build())
}

/// A form with the paper (RFC 7578).
struct Form {
    boundary: String,
    body: Vec<u8>,
}

impl Form {
    fn new(pdf: &[u8], nik: &str, passphrase: &str) -> Self {
        let boundary = format!("kentongan-{:032x}", rand::random::<u128>());
        let mut body = Vec::with_capacity(pdf.len() + 1024);
        let mut part = |name: &str, more: &str, content: &[u8]| {
            body.extend_from_slice(
                format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n").as_bytes(),
            );
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        };
        part("file", "; filename=\"laporan.pdf\"\r\nContent-Type: application/pdf", pdf);
        part("nik", "", nik.as_bytes());
        part("passphrase", "", passphrase.as_bytes());
        // What people see of the signature the paper says itself.
        part("tampilan", "", b"invisible");
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        Self { boundary, body }
    }
}

/// The PDF in an answer: as it is, or in JSON as base64.
fn signed(answer: Vec<u8>) -> Option<Vec<u8>> {
    if answer.starts_with(b"%PDF-") {
        return Some(answer);
    }
    let json: Value = serde_json::from_slice(&answer).ok()?;
    let file = json.get("file")?;
    let text = file.as_str().or_else(|| file.get(0)?.as_str())?;
    BASE64_STANDARD.decode(text.split_once("base64,").map_or(text, |(_, text)| text)).ok()
}

/// What a refusal means.
fn refused(status: u16, answer: &[u8], passphrase: &str) -> Problem {
    let json: Value = serde_json::from_slice(answer).unwrap_or_default();
    let said = ["error", "message"].iter().find_map(|key| json.get(key)?.as_str()).unwrap_or_default();
    if said.to_lowercase().contains("passphrase") {
        return Problem::Passphrase;
    }
    // Before it is cut: half a passphrase is not found any more.
    let said = if passphrase.is_empty() { said.to_owned() } else { said.replace(passphrase, "***") };
    let said: String = said.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST_SAID).collect();
    let said = said.trim().trim_end_matches('.');
    Problem::ServiceRefused(if said.is_empty() { format!("HTTP {status}") } else { said.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_pdf_or_holds_one() {
        let pdf = b"%PDF-1.7 x".to_vec();
        let base64 = BASE64_STANDARD.encode(&pdf);
        for answer in [
            pdf.clone(),
            format!("{{\"file\": \"{base64}\"}}").into_bytes(),
            format!("{{\"file\": [\"{base64}\"], \"time\": 3}}").into_bytes(),
            format!("{{\"file\": \"data:application/pdf;base64,{base64}\"}}").into_bytes(),
        ] {
            assert_eq!(signed(answer), Some(pdf.clone()));
        }
        for answer in [&b""[..], b"<html>", b"{}", b"{\"file\": 7}", b"{\"file\": []}", b"{\"file\": \"***\"}"] {
            assert_eq!(signed(answer.to_vec()), None);
        }
    }

    #[test]
    fn a_refusal_says_why_and_never_the_passphrase() {
        let wrong = br#"{"status_code": 2031, "error": "Proses signing gagal : Passphrase anda salah"}"#;
        assert_eq!(refused(400, wrong, "x"), Problem::Passphrase);
        let unknown = br#"{"error": "NIK belum terdaftar untuk rahasia."}"#;
        assert_eq!(
            refused(400, unknown, "rahasia"),
            Problem::ServiceRefused("NIK belum terdaftar untuk ***".to_owned())
        );
        assert_eq!(refused(401, b"<html>", ""), Problem::ServiceRefused("HTTP 401".to_owned()));
        let long = format!(r#"{{"error": "{}kunci: rahasia"}}"#, "x".repeat(MOST_SAID - 11));
        let Problem::ServiceRefused(said) = refused(400, long.as_bytes(), "rahasia") else { panic!("{long}") };
        assert!(said.ends_with("kunci: ***"), "{said}");
    }

    #[test]
    fn a_file_without_the_authority_is_refused_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let (missing, empty) = (folder.path().join("tiada.pem"), folder.path().join("kosong.pem"));
        std::fs::write(&empty, "kunci, bukan sertifikat").unwrap();
        for file in [missing, empty] {
            let reason = trust(file.to_str().unwrap()).unwrap_err();
            assert!(reason.starts_with(&format!("signing.certificate: {}: ", file.display())), "{reason}");
        }
        assert!(trust("").is_ok());
    }
}
