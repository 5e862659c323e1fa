//! A client of one connection that stays open: just enough HTTP/1.1 for our own server.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A request to be sent as it is.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: &'static str,
    pub path: String,
    pub body: String,
}

impl Request {
    /// A read.
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), body: String::new() }
    }

    /// A write of JSON.
    pub fn post(path: impl Into<String>, body: impl Into<String>) -> Self {
        Self { method: "POST", path: path.into(), body: body.into() }
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Lower case names.
    pub headers: Vec<(String, String)>,
    /// Without what marks its chunks; pressed if the server pressed it.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a cookie that it sets.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let set = self.headers.iter().filter(|(header, _)| header == "set-cookie");
        set.filter_map(|(_, value)| value.split(';').next()?.split_once('='))
            .find(|(cookie, _)| *cookie == name)
            .map(|(_, value)| value.to_owned())
    }
}

/// How a client shows who it is.
#[derive(Clone, Debug, Default)]
pub enum Pass {
    #[default]
    None,
    /// A program: a bearer token.
    Token(String),
    /// A browser: cookies, and pages pressed.
    Cookies(String),
}

/// A connection of somebody.
pub struct Client {
    stream: TcpStream,
    pass: Pass,
    buffer: Vec<u8>,
}

fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

impl Client {
    /// Connects.
    pub fn connect(address: SocketAddr, pass: &Pass) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self { stream, pass: pass.clone(), buffer: Vec::with_capacity(64 * 1024) })
    }

    /// Sends a request and reads the whole answer.
    pub fn send(&mut self, request: &Request) -> io::Result<Answer> {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: localhost\r\n", request.method, request.path);
        match &self.pass {
            Pass::None => {}
            Pass::Token(token) => head.push_str(&format!("Authorization: Bearer {token}\r\n")),
            Pass::Cookies(cookies) => {
                head.push_str(&format!("Cookie: {cookies}\r\nAccept-Encoding: gzip, deflate, br\r\n"));
            }
        }
        if !request.body.is_empty() {
            let kind = if request.body.starts_with('{') { "json" } else { "x-www-form-urlencoded" };
            let length = request.body.len();
            head.push_str(&format!("Content-Type: application/{kind}\r\nContent-Length: {length}\r\n"));
        }
        head.push_str("\r\n");
        head.push_str(&request.body);
        self.stream.write_all(head.as_bytes())?;
        self.read()
    }

    fn read(&mut self) -> io::Result<Answer> {
        self.buffer.clear();
        let end = loop {
            self.fill()?;
            if let Some(at) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
        };
        let head = std::str::from_utf8(&self.buffer[..end]).map_err(|_| bad("the head is not text"))?;
        let status = head.get(9..12).and_then(|code| code.parse().ok()).ok_or_else(|| bad("no status"))?;
        let headers: Vec<(String, String)> = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let header = |name: &str| headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str());
        let length = header("content-length").map(str::parse::<usize>).transpose().map_err(|_| bad("no length"))?;
        let in_chunks = header("transfer-encoding") == Some("chunked");
        let body = match length {
            Some(length) => self.take(end, length)?,
            None if in_chunks => self.chunks(end)?,
            None if status == 204 => Vec::new(),
            None => return Err(bad("an answer without a length")),
        };
        Ok(Answer { status, headers, body })
    }

    fn take(&mut self, from: usize, length: usize) -> io::Result<Vec<u8>> {
        while self.buffer.len() < from + length {
            self.fill()?;
        }
        Ok(self.buffer[from..from + length].to_vec())
    }

    /// A body in chunks (RFC 9112, 7.1).
    fn chunks(&mut self, mut at: usize) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let end = loop {
                match self.buffer[at..].windows(2).position(|window| window == b"\r\n") {
                    Some(end) => break at + end,
                    None => self.fill()?,
                }
            };
            let size = std::str::from_utf8(&self.buffer[at..end]).ok();
            let size = size.and_then(|size| usize::from_str_radix(size.trim(), 16).ok());
            let size = size.ok_or_else(|| bad("no size of a chunk"))?;
            body.extend(self.take(end + 2, size)?);
            self.take(end + 2 + size, 2)?;
            if size == 0 {
                return Ok(body);
            }
            at = end + 2 + size + 2;
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut chunk = [0; 32 * 1024];
        match self.stream.read(&mut chunk)? {
            0 => Err(bad("the connection ended")),
            count => {
                self.buffer.extend_from_slice(&chunk[..count]);
                Ok(())
            }
        }
    }
}
