//! What the project promises in writing is what it does.

use std::path::Path;

use kentongan::api::openapi;
use kentongan::domain::Refusal;
use kentongan::domain::attachment::FileProblem;
use kentongan::domain::signing::Problem;
use kentongan::http::status::CODES;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The document is kept as a file, so that a change of the API shows in its diff. To accept one:
/// `cargo run -- openapi > docs/openapi.json`.
#[test]
fn the_openapi_document_is_the_one_on_file() {
    assert!(openapi::text().trim() == read("docs/openapi.json").trim(), "docs/openapi.json is out of date");
}

#[test]
fn every_operation_has_an_id_a_summary_and_a_tag() {
    let paths = openapi::document()["paths"].as_object().unwrap();
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id), "{id} twice");
            assert!(operation["summary"].as_str().is_some_and(|s| !s.is_empty()), "{method} {path}");
            assert!(operation["tags"][0].is_string(), "{method} {path}");
        }
    }
    assert!(ids.len() > 60);
}

#[test]
fn every_error_code_is_explained() {
    let text = read("docs/errors.md");
    let files =
        [FileProblem::Name, FileProblem::Kind, FileProblem::Mismatch, FileProblem::Empty].map(FileProblem::code);
    let unsigned = Problem::all();
    let unsigned = unsigned.iter().map(Problem::code);
    let refusals = Refusal::ALL.iter().map(|refusal| refusal.code());
    for code in CODES.iter().copied().chain(files).chain(unsigned).chain(refusals) {
        assert!(text.contains(&format!("`{code}`")), "docs/errors.md does not explain {code}");
    }
}
