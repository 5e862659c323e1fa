//! A real IMAP server: Dovecot in a folder of its own, with a certificate of its own. Every user that signs in
//! has a mailbox, so tests do not meet.

use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tempfile::TempDir;

/// The password of everybody.
const PASSWORD: &str = "rahasia";

static COUNT: AtomicU64 = AtomicU64::new(0);

static SHARED: LazyLock<Dovecot> = LazyLock::new(Dovecot::start);

/// A server; it ends with the test program, however that ends.
pub struct Dovecot {
    folder: TempDir,
    port: u16,
    tls_port: u16,
    owner: (u32, u32),
    watcher: Option<Child>,
}

impl Dovecot {
    /// The one that most tests use.
    pub fn shared() -> &'static Self {
        &SHARED
    }

    /// One of its own, for tests that end it.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Mail is never read as root; who else runs the tests reads it as themselves.
        let mine = numbers(&["-u"]).zip(numbers(&["-g"])).unwrap();
        let owner = if mine.0 == 0 { numbers(&["-u", "mail"]).zip(numbers(&["-g", "mail"])).unwrap() } else { mine };
        let mut server = Self { folder, port: free_port(), tls_port: free_port(), owner, watcher: None };
        server.certificate();
        server.configure(mine.0 == 0);
        server.run();
        server
    }

    /// The certificate that clients must trust.
    pub fn certificates(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    /// A new mailbox.
    pub fn mailbox(&self) -> Mailbox<'_> {
        let user = format!("u{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let mailbox = Mailbox { server: self, user };
        for part in ["", "Maildir", "Maildir/tmp", "Maildir/new", "Maildir/cur"] {
            let path = mailbox.home().join(part);
            std::fs::create_dir_all(&path).unwrap();
            chown(&path, Some(self.owner.0), Some(self.owner.1)).unwrap();
        }
        mailbox
    }

    /// A mailbox that there is already, by what it is called.
    pub fn known(&self, name: &str) -> Mailbox<'_> {
        Mailbox { server: self, user: name.split('@').next().unwrap().to_owned() }
    }

    /// Ends it; its mailboxes stay.
    pub fn stop(&mut self) {
        let mut watcher = self.watcher.take().unwrap();
        drop(watcher.stdin.take());
        watcher.wait().unwrap();
    }

    /// Runs it until it answers.
    pub fn run(&mut self) {
        let binary =
            std::env::var("KENTONGAN_TEST_DOVECOT").expect("these tests need Dovecot: run them with tests/run");
        // The shell ends the server when nobody holds its input any more.
        let script = "\"$0\" -F -c \"$1\" & server=$!; cat >/dev/null; kill \"$server\"; wait \"$server\"";
        let config = self.folder.path().join("dovecot.conf");
        let watcher = Command::new("sh")
            .args(["-c", script, &binary])
            .arg(config)
            // The server ends everybody in its group when it is ended.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.watcher = Some(watcher);
        for _ in 0..300 {
            if std::net::TcpStream::connect(("127.0.0.1", self.tls_port)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        panic!("Dovecot does not answer: {log}");
    }

    fn certificate(&self) {
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
            .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", "key.pem", "-out", "cert.pem"])
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }

    fn configure(&self, root: bool) {
        let at = self.folder.path().display();
        let (uid, gid) = self.owner;
        let users = if root {
            String::new()
        } else {
            let me = output("id", &["-un"]);
            let group = output("id", &["-gn"]);
            format!(
                "default_internal_user = {me}\ndefault_internal_group = {group}\ndefault_login_user = {me}\n\
                 service anvil {{\n chroot =\n}}\nservice imap-login {{\n chroot =\n}}\n"
            )
        };
        let text = format!(
            "base_dir = {at}/run\nstate_dir = {at}/state\nlog_path = {at}/log\nprotocols = imap\nlisten = 127.0.0.1\n\
             ssl = yes\nssl_cert = <{at}/cert.pem\nssl_key = <{at}/key.pem\nssl_dh =\n\
             mail_location = maildir:~/Maildir\nfirst_valid_uid = 1\nmail_max_userip_connections = 100\n\
             passdb {{\n driver = static\n args = password={PASSWORD}\n}}\n\
             userdb {{\n driver = static\n args = uid={uid} gid={gid} home={at}/home/%u\n}}\n\
             service imap-login {{\n inet_listener imap {{\n port = {}\n }}\n inet_listener imaps {{\n port = {}\n ssl = yes\n }}\n}}\n\
             {users}",
            self.port, self.tls_port
        );
        std::fs::write(self.folder.path().join("dovecot.conf"), text).unwrap();
        // Who reads mail must get there.
        Command::new("chmod").args(["-R", "a+rX"]).arg(self.folder.path()).status().unwrap();
        std::fs::create_dir_all(self.folder.path().join("home")).unwrap();
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        if self.watcher.is_some() {
            self.stop();
        }
    }
}

/// A mailbox on the server.
pub struct Mailbox<'a> {
    server: &'a Dovecot,
    user: String,
}

impl Mailbox<'_> {
    /// Its URL, with TLS from the start.
    pub fn url(&self) -> String {
        format!("imaps://{}:{PASSWORD}@localhost:{}/INBOX", self.user, self.server.tls_port)
    }

    /// Its URL, with TLS after asking for it.
    pub fn starttls_url(&self) -> String {
        format!("imap://{}:{PASSWORD}@localhost:{}/INBOX?tls=required", self.user, self.server.port)
    }

    /// What it is called in the database.
    pub fn name(&self) -> String {
        format!("{}@localhost/INBOX", self.user)
    }

    fn home(&self) -> PathBuf {
        self.server.folder.path().join("home").join(&self.user)
    }

    fn maildir(&self) -> PathBuf {
        self.home().join("Maildir")
    }

    /// Delivers a message, as a mail server would.
    pub fn deliver(&self, raw: &[u8]) {
        let name = format!("{:08}.test", COUNT.fetch_add(1, Ordering::Relaxed));
        let written = self.maildir().join("tmp").join(&name);
        std::fs::write(&written, raw).unwrap();
        chown(&written, Some(self.server.owner.0), Some(self.server.owner.1)).unwrap();
        std::fs::rename(written, self.maildir().join("new").join(name)).unwrap();
    }

    /// Marks all messages that the server knows as seen, as somebody who reads along would.
    pub fn mark_seen(&self) {
        for file in files(&self.maildir().join("new")).chain(files(&self.maildir().join("cur"))) {
            let name = file.file_name().unwrap().to_str().unwrap().split(':').next().unwrap().to_owned();
            std::fs::rename(&file, self.maildir().join("cur").join(format!("{name}:2,S"))).unwrap();
        }
    }

    /// How many messages are marked as seen.
    pub fn seen(&self) -> usize {
        files(&self.maildir().join("cur")).filter(|file| file.to_str().unwrap().ends_with('S')).count()
    }

    /// Removes all messages.
    pub fn expunge(&self) {
        for file in files(&self.maildir().join("new")).chain(files(&self.maildir().join("cur"))) {
            std::fs::remove_file(file).unwrap();
        }
    }

    /// Gives every message another UID, as a server does that lost its index (RFC 3501, 2.3.1.1).
    pub fn change_validity(&self) {
        let list = self.maildir().join("dovecot-uidlist");
        let text = std::fs::read_to_string(&list).unwrap();
        let old = text.split_whitespace().find_map(|word| word.strip_prefix('V')).unwrap();
        let new: u32 = old.parse::<u32>().unwrap() + 7;
        std::fs::write(&list, text.replacen(&format!("V{old}"), &format!("V{new}"), 1)).unwrap();
        for file in files(&self.maildir()) {
            if file.file_name().unwrap().to_str().unwrap().starts_with("dovecot.index") {
                std::fs::remove_file(file).unwrap();
            }
        }
    }
}

fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file())
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn output(command: &str, arguments: &[&str]) -> String {
    String::from_utf8(Command::new(command).args(arguments).output().unwrap().stdout).unwrap().trim().to_owned()
}

fn numbers(arguments: &[&str]) -> Option<u32> {
    output("id", arguments).parse().ok()
}
