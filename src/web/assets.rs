//! Our stylesheet and script, embedded, under addresses that hold their hash, so that browsers keep them.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::Embed;

use super::Answer;
use super::fault::Fault;
use crate::domain::chain::sha256_hex;

#[derive(Embed)]
#[folder = "static/"]
struct Files;

struct Asset {
    url: String,
    media_type: &'static str,
    plain: Vec<u8>,
    gzip: Vec<u8>,
    brotli: Vec<u8>,
}

/// By file name, pressed once. The pieces of a folder are one file: `css/` is `app.css`, `js/` is `app.js`.
static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(|| {
    let mut whole = BTreeMap::<String, Vec<u8>>::new();
    let mut names: Vec<_> = Files::iter().collect();
    names.sort();
    for name in names {
        let target = match name.split_once('/') {
            Some((folder, _)) => format!("app.{folder}"),
            None => name.to_string(),
        };
        whole.entry(target).or_default().extend_from_slice(&Files::get(&name).expect("it is listed").data);
    }
    whole.into_iter().map(|(name, plain)| (name.clone(), prepare(&name, plain))).collect()
});

fn prepare(name: &str, plain: Vec<u8>) -> Asset {
    let hash: String = sha256_hex(&plain).chars().take(12).collect();
    let media_type = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    };
    Asset { url: format!("/aset/{hash}/{name}"), media_type, gzip: gzip(&plain), brotli: brotli(&plain), plain }
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(plain).and_then(|()| encoder.finish());
    written.expect("writing into memory does not fail")
}

fn brotli(plain: &[u8]) -> Vec<u8> {
    let mut pressed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams::default();
    brotli::BrotliCompress(&mut &*plain, &mut pressed, &parameters).expect("writing into memory does not fail");
    pressed
}

/// The address of a file; nothing if there is no such file.
pub fn url(name: &str) -> Option<&'static str> {
    ASSETS.get(name).map(|asset| asset.url.as_str())
}

/// Serves a file. An address with an old hash gives the present file, but is not kept.
pub async fn serve(request: HttpRequest, path: web::Path<(String, String)>) -> Answer {
    let (_, name) = path.into_inner();
    let asset = ASSETS.get(&name).ok_or_else(Fault::not_found)?;
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let accepts = |coding: &str| {
        accepted.is_some_and(|list| list.split(',').any(|one| one.split(';').next().map(str::trim) == Some(coding)))
    };
    let (coding, body) = match () {
        () if accepts("br") => ("br", &asset.brotli),
        () if accepts("gzip") => ("gzip", &asset.gzip),
        () => ("identity", &asset.plain),
    };
    let keep = if request.path() == asset.url { "public, max-age=31536000, immutable" } else { "no-cache" };
    Ok(HttpResponse::Ok()
        .content_type(asset.media_type)
        .insert_header((header::CONTENT_ENCODING, coding))
        .insert_header((header::VARY, "accept-encoding"))
        .insert_header((header::CACHE_CONTROL, keep))
        .body(body.clone()))
}
