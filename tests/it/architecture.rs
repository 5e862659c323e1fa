//! Reads the `use` lines and fails on an arrow against the layers (src/lib.rs has the table).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Who may use whom.
const MAY: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("config", &["domain", "store"]),
    ("store", &["domain"]),
    ("mime", &["domain"]),
    ("services", &["domain", "store", "config", "mime"]),
    ("mail", &["domain", "config"]),
    ("paper", &[]),
    ("signing", &["domain", "config"]),
    ("reports", &["domain", "config", "services", "store", "paper", "signing"]),
    ("http", &["domain", "config", "services", "store"]),
    ("web", &["domain", "services", "reports", "http", "store"]),
    ("api", &["domain", "services", "reports", "http", "store"]),
    ("workers", &["domain", "config", "services", "store", "mail", "reports"]),
];

/// Crates that only some layers may know.
const CRATES: &[(&str, &[&str])] = &[
    ("diesel", &["store"]),
    ("diesel_migrations", &["store"]),
    ("r2d2", &["store"]),
    ("actix_web", &["http", "web", "api", "workers", "cli"]),
    ("actix_multipart", &["web", "api"]),
    ("handlebars", &["web", "mail"]),
    ("lettre", &["mail"]),
    ("krilla", &["paper"]),
    ("mail_parser", &["mime"]),
    ("async_imap", &["mail"]),
    ("tokio_rustls", &["mail", "signing"]),
    ("cms", &["signing"]),
    ("pkcs12", &["signing"]),
    ("ring", &["signing"]),
    ("ureq", &["signing"]),
    ("jsonwebtoken", &["services"]),
    ("argon2", &["services"]),
    ("clap", &["cli"]),
    ("anyhow", &["cli"]),
    ("indicatif", &["cli"]),
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

/// Whether the code has a path that begins with this crate. `String::new` does not begin with `ring`, and a module of
/// ours that is imported by that name is none.
fn names(code: &str, krate: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let imports = |line: &str| line.starts_with("use crate::") || line.starts_with("use super::");
    let ours = code.lines().filter(|line| imports(line)).any(|line| line.split(|c| !part(c)).any(|word| word == krate));
    let begins = |at: usize| !code[..at].ends_with(|c| part(c) || c == ':');
    !ours && code.match_indices(&format!("{krate}::")).any(|(at, _)| begins(at))
}

/// The code of a file without comments and without its tests.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn words_after<'a>(text: &'a str, before: &str) -> BTreeSet<&'a str> {
    text.match_indices(before)
        .map(|(at, _)| {
            let rest = &text[at + before.len()..];
            rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap()
        })
        .collect()
}

#[test]
fn no_arrow_goes_against_the_layers() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let layers: BTreeSet<&str> = MAY.iter().map(|(layer, _)| *layer).chain(["cli"]).collect();
    let mut wrong = Vec::new();
    let mut looked_at = 0;
    for (layer, allowed) in MAY {
        for file in files(&source.join(layer)) {
            looked_at += 1;
            for used in words_after(&code(&file), "crate::") {
                if layers.contains(used) && used != *layer && !allowed.contains(&used) {
                    wrong.push(format!("{}: {layer} uses {used}", file.display()));
                }
            }
        }
    }
    for file in files(&source) {
        let layer = file.strip_prefix(&source).unwrap().iter().next().unwrap().to_str().unwrap().to_owned();
        let code = code(&file);
        for (name, allowed) in CRATES {
            if names(&code, name) && !allowed.contains(&layer.as_str()) {
                wrong.push(format!("{}: {layer} knows the crate {name}", file.display()));
            }
        }
        for (what, allowed) in [("env::var", "cli"), ("SystemTime::now", ""), ("Utc::now", "services"), ("unsafe ", "")]
        {
            if code.contains(what) && layer != allowed {
                wrong.push(format!("{}: {what}", file.display()));
            }
        }
    }
    assert!(looked_at > 80, "the test reads the source: {looked_at} files");
    assert_eq!(wrong, Vec::<String>::new());
}
