//! The form of a snapshot as JSON Schema (draft 2020-12), for whoever reads reports by program.

use serde_json::{Map, Value, json};
use utoipa::{PartialSchema, ToSchema};

use super::snapshot::{SCHEMA_VERSION, Snapshot};

/// The schema.
pub fn document() -> Value {
    let mut parts = Vec::new();
    Snapshot::schemas(&mut parts);
    parts.push((Snapshot::name().into_owned(), Snapshot::schema()));
    let parts: Map<String, Value> = parts
        .into_iter()
        .map(|(name, schema)| (name, serde_json::to_value(schema).expect("a schema has only string keys")))
        .collect();
    let text = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("urn:kentongan:report:{SCHEMA_VERSION}"),
        "title": "Kentongan report",
        "$ref": format!("#/$defs/{}", Snapshot::name()),
        "$defs": parts,
    })
    .to_string();
    // The parts refer to each other as the API document has them.
    let text = text.replace("#/components/schemas/", "#/$defs/");
    serde_json::from_str(&text).expect("what was JSON still is")
}
