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
    pub body: Vec<u8>,
}

/// A connection with a token.
pub struct Client {
    stream: TcpStream,
    token: String,
    buffer: Vec<u8>,
}

fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

impl Client {
    /// Connects.
    pub fn connect(address: SocketAddr, token: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self { stream, token: token.to_owned(), buffer: Vec::with_capacity(64 * 1024) })
    }

    /// Sends a request and reads the whole answer.
    pub fn send(&mut self, request: &Request) -> io::Result<Answer> {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: localhost\r\n", request.method, request.path);
        if !self.token.is_empty() {
            head.push_str(&format!("Authorization: Bearer {}\r\n", self.token));
        }
        if !request.body.is_empty() {
            head.push_str(&format!("Content-Type: application/json\r\nContent-Length: {}\r\n", request.body.len()));
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
        let length = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map(|(_, value)| value.trim().parse::<usize>())
            .transpose()
            .map_err(|_| bad("no length"))?;
        let length = match length {
            Some(length) => length,
            None if status == 204 => 0,
            None => return Err(bad("an answer without a length")),
        };
        while self.buffer.len() < end + length {
            self.fill()?;
        }
        Ok(Answer { status, body: self.buffer[end..end + length].to_vec() })
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
