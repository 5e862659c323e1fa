//! A form as a browser sends it, with the proof that it came from one of our pages.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde::de::DeserializeOwned;

use super::fault::Fault;
use super::visitor::{Proof, Visitor};
use crate::http::Problem;
use crate::http::body::describe_value;
use crate::services::{Error, Result};

/// The most of a form without its files, in bytes.
const MOST: usize = 256 * 1024;

/// The most that is read beyond the limits of files only to answer in time, in bytes.
const MOST_EXCESS: usize = 64 * 1024 * 1024;

/// The most files at once.
const MOST_FILES: usize = 10;

/// Fields that are ours, not the page's.
const OWN: [&str; 3] = ["_csrf", "_nonce", "_version"];

/// A file that came with a form.
#[derive(Clone, Debug)]
pub struct Upload {
    pub name: String,
    pub content: Vec<u8>,
}

/// A form whose `_csrf` was proved.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// The last part of the address that it was sent to.
    pub verb: String,
    proof: Option<Proof>,
    pairs: Vec<(String, String)>,
    /// Made for each page: the same form of the same page happens once, however often it is sent.
    pub nonce: String,
    /// The version of what the page showed, if it matters to what is done.
    pub version: Option<i64>,
    pub files: Vec<Upload>,
}

impl FromRequest for Form {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Fault>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visitor = Visitor::read(request);
        let is_multipart = request.content_type().eq_ignore_ascii_case("multipart/form-data");
        let parts = is_multipart.then(|| Multipart::new(request.headers(), payload.take()));
        let mut payload = payload.take();
        let verb = request.path().rsplit('/').next().unwrap_or_default().to_owned();
        Box::pin(async move {
            let (pairs, files) = match parts {
                Some(parts) => read_parts(parts, &visitor).await?,
                None => (read_pairs(&mut payload).await?, Vec::new()),
            };
            let proof = Some(prove(&visitor, &pairs)?);
            let own = |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone());
            let nonce = own("_nonce").filter(|nonce| nonce.len() <= 64).unwrap_or_default();
            let version = own("_version").and_then(|version| version.parse().ok());
            let pairs = pairs.into_iter().filter(|(name, _)| !OWN.contains(&name.as_str())).collect();
            Ok(Self { verb, proof, pairs, nonce, version, files })
        })
    }
}

fn prove(visitor: &Visitor, pairs: &[(String, String)]) -> std::result::Result<Proof, Fault> {
    let token = pairs.iter().find(|(name, _)| name == "_csrf").map(|(_, value)| value.as_str());
    token.and_then(|token| visitor.proves(token)).ok_or_else(expired)
}

fn expired() -> Fault {
    Fault::from(Problem::new(
        StatusCode::FORBIDDEN,
        "form_expired",
        "Formulir ini sudah tidak berlaku, mungkin karena Anda masuk kembali di jendela lain. Muat ulang halaman, lalu kirim lagi.",
    ))
}

fn malformed() -> Fault {
    Problem::new(StatusCode::BAD_REQUEST, "malformed_form", "Formulir tidak dapat dibaca. Muat ulang, lalu kirim lagi.")
        .into()
}

async fn read_pairs(payload: &mut Payload) -> std::result::Result<Vec<(String, String)>, Fault> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| malformed())?;
        if bytes.len() + chunk.len() > MOST {
            return Err(Error::TooLarge(MOST as u64).into());
        }
        bytes.extend_from_slice(&chunk);
    }
    let pairs: Vec<(String, String)> = serde_html_form::from_bytes(&bytes).map_err(|_| malformed())?;
    clean(pairs)
}

/// Browsers send lines with CR LF; NUL is nobody's text.
fn clean(pairs: Vec<(String, String)>) -> std::result::Result<Vec<(String, String)>, Fault> {
    if pairs.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
        return Err(malformed());
    }
    Ok(pairs.into_iter().map(|(name, value)| (name, value.replace("\r\n", "\n"))).collect())
}

type Parts = (Vec<(String, String)>, Vec<Upload>);

/// The proof stands before the files, so that nobody has us read megabytes without it.
async fn read_parts(mut parts: Multipart, visitor: &Visitor) -> std::result::Result<Parts, Fault> {
    let most = visitor.desk().config.attachments.most_bytes as usize;
    let (mut pairs, mut files, mut text, mut excess) = (Vec::new(), Vec::new(), 0, MOST_EXCESS);
    while let Some(mut part) = parts.try_next().await.map_err(|_| malformed())? {
        let disposition = part.content_disposition().ok_or_else(malformed)?;
        let name = disposition.get_name().unwrap_or_default().to_owned();
        let file = disposition.get_filename().map(str::to_owned);
        if file.is_some() {
            prove(visitor, &pairs)?;
        }
        let mut content = Vec::new();
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(|_| malformed())?;
            // Of a file that is too large so much is kept that it shows: the form is answered with what was typed.
            let (limit, kept) = match file {
                Some(_) => (most.saturating_add(excess), chunk.len().min((most + 1).saturating_sub(content.len()))),
                None => (MOST - text, chunk.len()),
            };
            if content.len() + chunk.len() > limit {
                return Err(Error::TooLarge(if file.is_some() { most } else { limit } as u64).into());
            }
            excess -= chunk.len() - kept;
            content.extend_from_slice(chunk.get(..kept).unwrap_or_default());
        }
        match file {
            // A file field that was left empty.
            Some(name) if name.is_empty() && content.is_empty() => {}
            Some(_) if files.len() == MOST_FILES => {
                let message = format!("paling banyak {MOST_FILES} berkas sekaligus");
                return Err(Error::field("/files", "too_many", message).into());
            }
            Some(name) => files.push(Upload { name, content }),
            None => {
                text += content.len();
                pairs.push((name, String::from_utf8(content).map_err(|_| malformed())?));
            }
        }
    }
    Ok((clean(pairs)?, files))
}

impl Form {
    /// Refuses a form that does not come from a page of the session.
    pub fn require_session(&self) -> std::result::Result<(), Fault> {
        if self.proof == Some(Proof::Session) { Ok(()) } else { Err(expired()) }
    }

    /// A form with these fields.
    #[cfg(test)]
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { pairs, ..Self::default() }
    }

    /// A field as it was typed.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a field that can be there several times.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.pairs.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// What was typed, by field.
    pub fn values(&self) -> BTreeMap<String, String> {
        self.pairs.iter().cloned().collect()
    }

    /// The input of a use-case. A field that was left empty counts as absent.
    pub fn input<T: DeserializeOwned>(&self) -> Result<T> {
        self.input_of(|_| true)
    }

    /// The input of a use-case from some of the fields.
    pub fn input_of<T: DeserializeOwned>(&self, wanted: impl Fn(&str) -> bool) -> Result<T> {
        let filled = self.pairs.iter().filter(|(name, value)| wanted(name) && !value.trim().is_empty());
        let text = serde_html_form::to_string(filled.collect::<Vec<_>>())
            .map_err(|error| Error::Internal(format!("form: {error}")))?;
        let read = serde_html_form::Deserializer::from_bytes(text.as_bytes());
        serde_path_to_error::deserialize(read).map_err(|error| describe_value(&error))
    }

    /// What makes two forms the same form.
    pub(super) fn print(&self) -> String {
        let files = self.files.iter().map(|file| (&file.name, crate::domain::chain::sha256_hex(&file.content)));
        format!("{} {:?} {:?}", self.nonce, self.pairs, files.collect::<Vec<_>>())
    }
}
