//! The page with which a reader of the package begins. It needs nothing but a browser, and no network.

use std::fmt::Write as _;

use super::{Filed, Package};
use crate::services::Desk;

const STYLE: &str = "body{font:15px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#17201f;background:#fff}\
    h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}\
    th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #dde2e1}\
    td.hash{font-family:monospace;font-size:.75rem;overflow-wrap:anywhere}td.number{text-align:right}\
    a{color:#0b5d57;overflow-wrap:anywhere}.none{color:#8a4b00}ul{margin:0;padding-left:1.2rem}";

/// The page.
pub(super) fn page(desk: &Desk, package: &Package, files: &[Filed]) -> String {
    let Package { ground, criteria, sops } = package;
    let tenant = &desk.config.tenant;
    let year = ground.year.to_string();
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"id\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Paket bukti {year}, {name}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>Paket bukti {title}, tahun {year}</h1>\n<p>{name}<br>{dinas}</p>\n<p>{note}</p>\n\
         <p>Katalog layanan, {opd_word}, dan tim menurut keadaan pada saat paket dibuat.</p>\n\
         <h2>Menurut kriteria</h2>\n<table>\n<thead><tr><th scope=\"col\">Kriteria</th><th scope=\"col\">Yang diminta</th>\
         <th scope=\"col\">Berkas</th></tr></thead>\n<tbody>\n",
        name = escape(&tenant.name),
        dinas = escape(&tenant.dinas),
        title = escape(&criteria.title),
        note = escape(&criteria.note),
        opd_word = escape(&tenant.opd_word),
    );
    for criterion in &criteria.criteria {
        let answers = criterion.answers(files);
        let links: String = answers.iter().map(|file| format!("<li>{}</li>", link(&file.path))).collect();
        let links = match answers.len() {
            0 => "<span class=\"none\">Belum ada</span>".to_owned(),
            _ => format!("<ul>{links}</ul>"),
        };
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{}. {}</th><td>{}</td><td>{links}</td></tr>",
            escape(&criterion.code),
            escape(&criterion.title),
            escape(&criterion.asks),
        );
    }
    page += "</tbody>\n</table>\n<h2>Semua berkas</h2>\n<table>\n<thead><tr><th scope=\"col\">Berkas</th>\
        <th scope=\"col\">Ukuran (B)</th><th scope=\"col\">SHA-256</th></tr></thead>\n<tbody>\n";
    for file in files {
        let (link, size, hash) = (link(&file.path), file.size, &file.sha256);
        let _ =
            writeln!(page, "<tr><td>{link}</td><td class=\"number\">{size}</td><td class=\"hash\">{hash}</td></tr>");
    }
    page += "</tbody>\n</table>\n";
    if !sops.left_out.is_empty() {
        let one = |(name, why): &(String, &str)| format!("<li>{}: {why}</li>", escape(name));
        let all: String = sops.left_out.iter().map(one).collect();
        let _ = writeln!(page, "<h2>SOP yang tidak disertakan</h2>\n<ul class=\"none\">{all}</ul>");
    }
    page += "<p>SHA-256 semua berkas, juga halaman ini, ada dalam manifest.json. Keaslian setiap \
        laporan bulanan dapat diperiksa dengan kode pada suratnya.</p>\n</body>\n</html>\n";
    page
}

fn link(path: &str) -> String {
    let encoded: Vec<String> = path
        .split('/')
        .map(|part| percent_encoding::utf8_percent_encode(part, percent_encoding::NON_ALPHANUMERIC).to_string())
        .collect();
    format!("<a href=\"{}\">{}</a>", encoded.join("/"), escape(path))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
