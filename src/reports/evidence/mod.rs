//! The package of evidence of a year: one ZIP with an index by criteria and a list of SHA-256, written as it is
//! made, one file after the other. Equal data gives equal bytes.

mod criteria;
mod index;
mod sops;
mod tables;

use std::io::Write;

use serde_json::{Value, json};
use utoipa::{PartialSchema, ToSchema};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use self::sops::Sops;
use super::form::{self, Form, Wish};
use crate::domain::chain::sha256_hex;
use crate::domain::people::Actor;
use crate::domain::report::Snapshot;
use crate::services::evaluations::attach;
use crate::services::reports::evidence::{self, Ground};
use crate::services::reports::read;
use crate::services::tickets::open;
use crate::services::{Desk, Error, Result};

pub use criteria::{Criteria, Criterion};

/// A file of the package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    pub path: String,
    /// In bytes.
    pub size: u64,
    pub sha256: String,
}

/// A package that can be written: whatever might be missing was looked for.
pub struct Package {
    ground: Ground,
    criteria: Criteria,
    sops: Sops,
}

/// The package as it is written.
struct Pack<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    files: Vec<Filed>,
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    Error::Internal(format!("package of evidence: {error}"))
}

impl<W: Write> Pack<W> {
    fn add(&mut self, path: &str, content: &[u8]) -> Result<()> {
        let pressed = [".pdf", ".xlsx", ".docx", ".pptx", ".zip", ".png", ".jpg", ".jpeg", ".webp"];
        let is_pressed = pressed.iter().any(|ending| path.to_lowercase().ends_with(ending));
        let method = if is_pressed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        // No time of making: equal content is the same package.
        let options = SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::default());
        self.zip.start_file(path, options).map_err(|error| failed(&error))?;
        self.zip.write_all(content).map_err(|error| failed(&error))?;
        self.files.push(Filed { path: path.to_owned(), size: content.len() as u64, sha256: sha256_hex(content) });
        Ok(())
    }

    fn json(&mut self, path: &str, value: &Value) -> Result<()> {
        let text = serde_json::to_string_pretty(value).map_err(|error| failed(&error))?;
        self.add(path, text.as_bytes())
    }
}

/// Packs a year for somebody, which is noted.
pub fn pack(desk: &Desk, actor: &Actor, year: &str) -> Result<Package> {
    let package = Package::of(desk, evidence::gather(desk, actor, year)?)?;
    evidence::note(desk, actor, &package.ground)?;
    Ok(package)
}

impl Package {
    /// Looks for everything that goes into it.
    pub fn of(desk: &Desk, ground: Ground) -> Result<Self> {
        let settings = &desk.config.reports;
        let unread = |cause| Error::Misconfigured { key: "reports.evidence_criteria", cause };
        let criteria = Criteria::read(&settings.evidence_criteria).map_err(unread)?;
        attach::require_all(desk, ground.evaluations.iter().flat_map(|one| &one.evidence))?;
        Ok(Self { ground, criteria, sops: sops::list(&settings.sop_folder)? })
    }

    /// What it is called.
    pub fn file_name(&self) -> String {
        format!("paket-bukti-{}.zip", self.ground.year)
    }

    /// How many frozen reports and evaluations it has.
    pub fn counts(&self) -> (usize, usize) {
        (self.ground.months.len(), self.ground.evaluations.len())
    }

    /// Writes it.
    pub fn write(&self, desk: &Desk, out: impl Write) -> Result<()> {
        let ground = &self.ground;
        let mut pack = Pack { zip: ZipWriter::new_stream(out), files: Vec::new() };
        tables::catalogue(&mut pack, ground)?;
        rules(&mut pack, ground)?;
        tables::appointments(&mut pack, ground)?;
        reports(&mut pack, desk, ground)?;
        tables::evaluations(&mut pack, desk, ground)?;
        proofs(&mut pack, desk, ground)?;
        for (place, path) in &self.sops.files {
            let content = std::fs::read(path).map_err(|error| sops::unread(path, &error))?;
            pack.add(place, &content)?;
        }
        let page = index::page(desk, self, &pack.files);
        pack.add("index.html", page.as_bytes())?;
        let files: Vec<Value> = pack
            .files
            .iter()
            .map(|file| json!({"path": file.path, "size": file.size, "sha256": file.sha256}))
            .collect();
        let manifest = json!({
            "package": "kentongan-evidence",
            "version": 1,
            "tenant": desk.config.tenant.name,
            "year": ground.year.to_string(),
            "files": files,
        });
        pack.json("manifest.json", &manifest)?;
        let mut out = pack.zip.finish().map_err(|error| failed(&error))?.into_inner();
        out.flush().map_err(|error| failed(&error))
    }
}

/// Targets, policies and calendars as they were in force, and the form by which tickets are filed.
fn rules<W: Write>(pack: &mut Pack<W>, ground: &Ground) -> Result<()> {
    let parsed = |text: &str| serde_json::from_str::<Value>(text).map_err(|error| failed(&error));
    for version in &ground.policies {
        let value = json!({"version": version.id, "effective_at": version.effective_at.and_utc(), "rules": parsed(&version.rules)?});
        pack.json(&format!("kebijakan/kebijakan-{}.json", version.id), &value)?;
    }
    for (calendar, versions) in &ground.calendars {
        for version in versions {
            let value = json!({
                "calendar": calendar.name,
                "version": version.id,
                "effective_at": version.effective_at.and_utc(),
                "rules": parsed(&version.rules)?,
            });
            pack.json(&format!("kalender/kalender-{}-versi-{}.json", calendar.id, version.id), &value)?;
        }
    }
    let mut parts = Vec::new();
    open::Input::schemas(&mut parts);
    let form = serde_json::to_value(open::Input::schema()).map_err(|error| failed(&error))?;
    tables::forms(pack, &form)?;
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": format!("#/$defs/{}", open::Input::name()),
        "$defs": parts
            .into_iter()
            .map(|(name, schema)| Ok((name, serde_json::to_value(schema).map_err(|error| failed(&error))?)))
            .chain([Ok((open::Input::name().into_owned(), form))])
            .collect::<Result<serde_json::Map<_, _>>>()?,
    });
    let text = serde_json::to_string_pretty(&schema).map_err(|error| failed(&error))?;
    pack.add("formulir/layanan.schema.json", text.replace("#/components/schemas/", "#/$defs/").as_bytes())
}

/// The frozen reports, from their snapshots, and their figures side by side.
fn reports<W: Write>(pack: &mut Pack<W>, desk: &Desk, ground: &Ground) -> Result<()> {
    let mut snapshots: Vec<Snapshot> = Vec::new();
    for month in &ground.months {
        let report = read::unchecked(desk, month, None)?;
        for form in [Form::Json, Form::Pdf, Form::Xlsx] {
            let content = form::write(desk, &report, form, &Wish::default())?.content;
            pack.add(&format!("laporan/{month}/laporan-{month}.{form}"), &content)?;
        }
        snapshots.push(report.snapshot);
    }
    tables::statistics(pack, &snapshots)
}

/// The files that prove what was done.
fn proofs<W: Write>(pack: &mut Pack<W>, desk: &Desk, ground: &Ground) -> Result<()> {
    for file in ground.evaluations.iter().flat_map(|one| &one.evidence) {
        let content = attach::content(desk, file)?;
        pack.add(&proof_path(file), &content)?;
    }
    Ok(())
}

/// Where a file of evidence is: its id keeps files of one name apart.
fn proof_path(file: &crate::store::recommendations::EvidenceRow) -> String {
    format!("evaluasi/bukti/R-{}/{}-{}", file.recommendation_id, file.id, plain(&file.name))
}

/// A file name that every system takes.
fn plain(name: &str) -> String {
    let fits = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' };
    name.chars().map(fits).collect::<String>().trim_start_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_name_leads_anywhere() {
        for (name, plainly) in [
            ("SOP layanan (2026).pdf", "SOP-layanan--2026-.pdf"),
            ("../../etc/passwd", "-..-etc-passwd"),
            ("C:\\a.txt", "C--a.txt"),
            ("日本.txt", "日本.txt"),
        ] {
            assert_eq!(plain(name), plainly);
        }
    }
}
