//! A mail server of its own for each test (`tests/mail/sink.py`), which keeps what it is given.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use tempfile::TempDir;

/// The Python that has what the server needs.
fn python() -> String {
    std::env::var("KENTONGAN_TEST_MAIL_PYTHON").expect("these tests need a mail server: run them with tests/run")
}

/// A running mail server; ended when dropped.
pub struct Sink {
    child: Child,
    pub port: u16,
    folder: TempDir,
    arguments: Vec<String>,
}

/// A mail as it was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    pub from: String,
    pub to: String,
    /// Unfolded, by name in lower case.
    pub headers: BTreeMap<String, String>,
    pub text: String,
    pub html: String,
    /// What it brings, by name.
    pub files: Vec<(String, Vec<u8>)>,
    pub raw: String,
}

impl Sink {
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// With more arguments.
    pub fn with(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let arguments: Vec<String> = arguments.iter().map(|a| (*a).to_owned()).collect();
        let (child, port) = launch(folder.path(), 0, &arguments);
        Self { child, port, folder, arguments }
    }

    /// Ends it, as a power cut would. What it took stays.
    pub fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again on the same port.
    pub fn restart(&mut self) {
        (self.child, self.port) = launch(self.folder.path(), self.port, &self.arguments);
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// What it does with what comes next.
    pub fn mode(&self, mode: &str) {
        std::fs::write(self.folder.path().join("mode"), mode).unwrap();
    }

    fn files(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|e| e == "eml")).collect();
        files.sort();
        files
    }

    /// How many mails it took.
    pub fn count(&self) -> usize {
        self.files().len()
    }

    /// What it took, in order.
    pub fn taken(&self) -> Vec<Taken> {
        self.files().iter().map(|file| read(&String::from_utf8(std::fs::read(file).unwrap()).unwrap())).collect()
    }

    /// What it took for somebody.
    pub fn taken_for(&self, address: &str) -> Vec<Taken> {
        self.taken().into_iter().filter(|mail| mail.to == address).collect()
    }

    /// How often it took each Message-ID.
    pub fn message_ids(&self) -> BTreeMap<String, usize> {
        let mut ids = BTreeMap::new();
        for mail in self.taken() {
            *ids.entry(mail.headers["message-id"].clone()).or_default() += 1;
        }
        ids
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn launch(folder: &Path, port: u16, arguments: &[String]) -> (Child, u16) {
    let mut child = Command::new(python())
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mail/sink.py"))
        .arg(folder)
        .args(["--port", &port.to_string()])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    (child, line.trim().parse().expect("the mail server says its port"))
}

/// A certificate for 127.0.0.1 and its key, made by itself.
pub fn certificate(folder: &Path) -> (String, String) {
    let (certificate, key) = (folder.join("server.pem"), folder.join("server.key"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (certificate.display().to_string(), key.display().to_string())
}

fn read(raw: &str) -> Taken {
    let (head, body) = raw.split_once("\r\n\r\n").expect("a head and a body");
    let mut headers = BTreeMap::new();
    for line in head.replace("\r\n ", " ").replace("\r\n\t", " ").split("\r\n") {
        let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("no header: {line}"));
        let before = headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        assert_eq!(before, None, "{name} is there twice");
    }
    let kind = &headers["content-type"];
    let outer = parts(kind, body);
    let (words, files) = match kind.starts_with("multipart/mixed") {
        false => (outer, Vec::new()),
        true => {
            let (head, words) = &outer[0];
            (parts(head, words), outer[1..].iter().map(|(head, content)| file(head, content)).collect())
        }
    };
    let words: Vec<String> = words.iter().map(|(_, content)| quoted(content)).collect();
    let [text, html] = <[String; 2]>::try_from(words).expect("a text and an HTML part");
    Taken {
        from: headers["x-sink-from"].clone(),
        to: headers["x-sink-to"].clone(),
        text,
        html,
        files,
        raw: raw.to_owned(),
        headers,
    }
}

/// Heads and contents of the parts of a body (RFC 2046, 5.1.1).
fn parts(kind: &str, body: &str) -> Vec<(String, String)> {
    let boundary = kind.split("boundary=\"").nth(1).expect("parts").split('"').next().unwrap();
    body.split(&format!("--{boundary}"))
        // The last ends with two dashes more.
        .filter(|part| !part.starts_with("--"))
        .filter_map(|part| part.split_once("\r\n\r\n"))
        .map(|(head, content)| (head.to_owned(), content.to_owned()))
        .collect()
}

fn file(head: &str, content: &str) -> (String, Vec<u8>) {
    let name = head.split("filename=\"").nth(1).expect("a file has a name").split('"').next().unwrap();
    let lines: String = content.split_whitespace().collect();
    (name.to_owned(), BASE64_STANDARD.decode(lines).expect("a file is base64"))
}

/// Reads quoted-printable (RFC 2045, 6.7).
fn quoted(text: &str) -> String {
    let joined = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let code = (*byte == b'=').then(|| after.get(..2)).flatten();
        let code = code.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).unwrap(), 16).ok());
        bytes.push(code.unwrap_or(*byte));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}
