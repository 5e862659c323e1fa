//! A client of the API that holds every answer against the OpenAPI document.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{LazyLock, Mutex};

use kentongan::api::openapi::{document, operations};
use serde_json::{Value, json};

/// A client, perhaps with a token.
#[derive(Clone)]
pub struct Client {
    address: SocketAddr,
    token: Option<String>,
    headers: Vec<(String, String)>,
}

/// An answer, already held against the document.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HashMap<String, String>,
    pub bytes: Vec<u8>,
    request: String,
}

impl Client {
    /// A client of a desk.
    pub fn new(address: SocketAddr, token: Option<String>) -> Self {
        Self { address, token, headers: Vec::new() }
    }

    /// With one more header.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut with = self.clone();
        with.headers.push((name.to_owned(), value.to_owned()));
        with
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some((b"application/json", body.to_string().as_bytes())))
    }

    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send("PATCH", path, Some((b"application/json", body.to_string().as_bytes())))
    }

    pub fn put(&self, path: &str, body: Option<&Value>) -> Answer {
        let text = body.map(Value::to_string);
        self.send("PUT", path, text.as_ref().map(|text| (b"application/json".as_slice(), text.as_bytes())))
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None)
    }

    /// Uploads a file as a form.
    pub fn upload(&self, path: &str, name: &str, content: &[u8], internal: bool) -> Answer {
        let mut body = Vec::new();
        let head = format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        if internal {
            body.extend_from_slice(b"\r\n--b\r\nContent-Disposition: form-data; name=\"internal\"\r\n\r\ntrue");
        }
        body.extend_from_slice(b"\r\n--b--\r\n");
        self.send("POST", path, Some((b"multipart/form-data; boundary=b", &body)))
    }

    /// Sends anything.
    pub fn send(&self, method: &str, path: &str, body: Option<(&[u8], &[u8])>) -> Answer {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let url = format!("http://{}/api/v1{path}", self.address);
        let mut request = ureq::http::Request::builder().method(method).uri(&url);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let response = match body {
            Some((kind, body)) => agent.run(request.header("content-type", kind).body(body.to_vec()).unwrap()).unwrap(),
            None => agent.run(request.body(()).unwrap()).unwrap(),
        };
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
            .collect();
        let bytes = response.into_body().read_to_vec().unwrap();
        let answer = Answer { status, headers, bytes, request: format!("{method} {path}") };
        answer.check(method, path);
        answer
    }
}

impl Answer {
    /// The body, if the status is this one.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.request, String::from_utf8_lossy(&self.bytes));
        self.json()
    }

    /// The body as JSON; null if empty.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    /// The code of a problem with this status.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        let body = self.expect(status);
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.request);
        assert_eq!(body["status"], status);
        assert!(!body["detail"].as_str().unwrap().is_empty());
        assert_eq!(body["request_id"], self.headers["x-request-id"].as_str());
        body["code"].as_str().unwrap().to_owned()
    }

    /// The pointers and codes of field errors.
    #[track_caller]
    pub fn fields(&self) -> Vec<(String, String)> {
        let body = self.expect(422);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
    }

    /// Holds the answer against the document: the status is documented, the body fits its schema.
    fn check(&self, method: &str, path: &str) {
        let path = format!("/api/v1{}", path.split('?').next().unwrap());
        let found = operations().into_iter().find(|op| op.method == method && fits(&op.path, &path));
        let Some(op) = found else {
            assert!([404, 405].contains(&self.status), "{}: undocumented, yet {}", self.request, self.status);
            return;
        };
        let operation = &document()["paths"][&op.path][method.to_lowercase()];
        let response = &operation["responses"][self.status.to_string()];
        let body = String::from_utf8_lossy(&self.bytes);
        assert!(response.is_object(), "{}: {} is not documented: {body}", self.request, self.status);
        let Some(content) = response["content"].as_object() else {
            assert!(self.bytes.is_empty(), "{}: a body where none is documented: {body}", self.request);
            return;
        };
        let media_type = self.headers["content-type"].split(';').next().unwrap();
        let schema = content.get(media_type).unwrap_or_else(|| panic!("{}: {media_type}", self.request));
        if media_type.ends_with("json") {
            let value: Value = serde_json::from_slice(&self.bytes).unwrap();
            validate(&schema["schema"], &value, &self.request);
        }
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len() && pattern.iter().zip(&path).all(|(p, a)| p.starts_with('{') || p == a)
}

fn validate(schema: &Value, value: &Value, request: &str) {
    static VALIDATORS: LazyLock<Mutex<HashMap<String, &'static jsonschema::Validator>>> = LazyLock::new(Mutex::default);
    let validator = *VALIDATORS.lock().unwrap().entry(schema.to_string()).or_insert_with(|| {
        let mut root = json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [schema]});
        root["components"] = document()["components"].clone();
        Box::leak(Box::new(jsonschema::validator_for(&root).unwrap()))
    });
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{request} does not fit its schema: {errors:?}\n{value:#}");
}
