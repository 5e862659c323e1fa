//! A browser without JavaScript: keeps cookies, sends forms with the proof that their page gave, follows
//! redirects; and listens to a stream of events.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;

use super::app::{App, PASSWORD, email};

/// A browser of one person.
pub struct Browser {
    address: SocketAddr,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// What a browser got.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    /// Path and query at which it ended up.
    pub address: String,
    pub headers: BTreeMap<String, String>,
    pub bytes: Vec<u8>,
}

/// A file to send: field, name, content.
pub type File<'a> = (&'a str, &'a str, &'a [u8]);

impl App {
    /// A browser in which somebody of the cast has signed in.
    pub fn browse(&self, name: &str) -> Browser {
        Browser::signed_in(self.address, name)
    }
}

impl Browser {
    /// A browser that nobody has signed in with.
    pub fn new(address: SocketAddr) -> Self {
        Self { address, cookies: Mutex::default() }
    }

    /// A browser in which somebody of the cast has signed in.
    pub fn signed_in(address: SocketAddr, name: &str) -> Self {
        let browser = Self::new(address);
        let page = browser.get("/masuk?ke=/bantuan/pintasan").expect(200);
        let fields = [("ke", "/bantuan/pintasan"), ("email", &email(name)), ("password", PASSWORD)];
        let there = browser.submit(&page, "/masuk", &fields).expect(200);
        assert_eq!(there.address, "/bantuan/pintasan", "{name} is signed in");
        browser
    }

    /// Goes to a page.
    pub fn get(&self, path: &str) -> Page {
        self.go("GET", path, &[], None)
    }

    /// Asks for a page by itself, as a script does.
    pub fn get_quietly(&self, path: &str) -> Page {
        self.go("GET", path, &[("x-quiet", "1")], None)
    }

    /// Sends a form of a page.
    pub fn submit(&self, page: &Page, path: &str, fields: &[(&str, &str)]) -> Page {
        let proof = page.proof();
        let own = proof.iter().map(|(name, value)| (*name, value.as_str()));
        let body = serde_html_form::to_string(own.chain(fields.iter().copied()).collect::<Vec<_>>()).unwrap();
        self.post(path, "application/x-www-form-urlencoded", body.into_bytes())
    }

    /// Sends a form of a page with files.
    pub fn upload(&self, page: &Page, path: &str, fields: &[(&str, &str)], files: &[File<'_>]) -> Page {
        let proof = page.proof();
        let own = proof.iter().map(|(name, value)| (*name, value.as_str()));
        let mut body = Vec::new();
        for (name, value) in own.chain(fields.iter().copied()) {
            body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        for (field, name, content) in files {
            let head = format!("--b\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n");
            body.extend(head.bytes().chain(content.iter().copied()).chain(*b"\r\n"));
        }
        body.extend_from_slice(b"--b--\r\n");
        self.post(path, "multipart/form-data; boundary=b", body)
    }

    /// Posts anything.
    pub fn post(&self, path: &str, kind: &str, body: Vec<u8>) -> Page {
        self.go("POST", path, &[("content-type", kind)], Some(body))
    }

    /// Sends, and follows redirects as browsers do.
    fn go(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<Vec<u8>>) -> Page {
        let mut page = self.send(method, path, headers, body);
        for _ in 0..5 {
            let Some(to) = page.headers.get("location").filter(|_| page.status == 303).cloned() else { return page };
            let quiet: Vec<_> = headers.iter().copied().filter(|(name, _)| *name == "x-quiet").collect();
            page = self.send("GET", &to, &quiet, None);
        }
        panic!("{path} redirects for ever")
    }

    /// Sends, and stays where that leads.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<Vec<u8>>) -> Page {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address))
            .header("cookie", self.cookie());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = match body {
            Some(body) => agent.run(request.body(body).unwrap()).unwrap(),
            None => agent.run(request.body(()).unwrap()).unwrap(),
        };
        let text = |value: &ureq::http::HeaderValue| value.to_str().unwrap().to_owned();
        for cookie in response.headers().get_all("set-cookie") {
            let cookie = text(cookie);
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            match value {
                "" => cookies.remove(name),
                _ => cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        Page {
            status: response.status().as_u16(),
            address: path.to_owned(),
            headers: response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            bytes: response.into_body().read_to_vec().unwrap(),
        }
    }

    fn cookie(&self) -> String {
        let cookies = self.cookies.lock().unwrap();
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Opens a stream of events.
    pub fn listen(&self, path: &str) -> Stream {
        let mut socket = TcpStream::connect(self.address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nAccept: text/event-stream\r\nAccept-Encoding: gzip, br\r\nCookie: {}\r\n\r\n",
            self.address,
            self.cookie()
        );
        socket.write_all(head.as_bytes()).unwrap();
        let mut stream = Stream { lines: BufReader::new(socket), head: Vec::new() };
        while let Some(line) = stream.line().filter(|line| !line.is_empty()) {
            stream.head.push(line.to_lowercase());
        }
        stream
    }
}

impl Page {
    /// The page, if the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.address, self.text());
        self
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// What the first field of this name holds, as far as it is plain.
    pub fn field(&self, name: &str) -> Option<String> {
        let text = self.text();
        let (_, rest) = text.split_once(&format!("name=\"{name}\" value=\""))?;
        Some(rest.split('"').next()?.to_owned())
    }

    /// What proves that a form is of this page.
    fn proof(&self) -> Vec<(&'static str, String)> {
        ["_csrf", "_nonce"].into_iter().filter_map(|name| Some((name, self.field(name)?))).collect()
    }
}

/// A stream of events, read as it comes.
pub struct Stream {
    lines: BufReader<TcpStream>,
    /// Status line and headers, in small letters.
    pub head: Vec<String>,
}

impl Stream {
    /// The next event of this name, passing over others; nothing when the stream has ended.
    pub fn next(&mut self, name: &str) -> Option<Value> {
        loop {
            let (found, value) = self.any()?;
            if found == name {
                return Some(value);
            }
        }
    }

    /// The next event with its name; nothing when the stream has ended.
    pub fn any(&mut self) -> Option<(String, Value)> {
        loop {
            let line = self.line()?;
            if let Some(name) = line.strip_prefix("event: ") {
                let data = self.line()?;
                let data = data.strip_prefix("data: ").expect("an event has data");
                return Some((name.to_owned(), serde_json::from_str(data).unwrap()));
            }
        }
    }

    /// The next line, of events or of what surrounds them.
    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.lines.read_line(&mut line).expect("something comes in time");
        (read > 0).then(|| line.trim_end().to_owned())
    }
}
