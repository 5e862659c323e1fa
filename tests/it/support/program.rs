//! The program as its users run it: a child process.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use super::client::Client;
use super::database::Database;

/// A command of the program on a database, in a folder of its own, with nothing else in its environment.
pub fn command(database: &Database, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kentongan"));
    command
        .args(arguments)
        .env_clear()
        .env("KENTONGAN_DATABASE__URL", &database.url)
        .env("KENTONGAN_SERVER__BIND", "127.0.0.1:0")
        .env("KENTONGAN_TENANT__TICKET_PREFIX", "BTG")
        .env("KENTONGAN_ATTACHMENTS__FOLDER", database.folder.path().join("attachments"))
        .env("KENTONGAN_LOG__LEVEL", "warn")
        .current_dir(database.folder.path());
    command
}

/// Runs a command to its end.
pub fn run(database: &Database, arguments: &[&str]) -> Output {
    command(database, arguments).output().unwrap()
}

/// A running server; killed when dropped.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
}

impl Program {
    /// Starts `serve` and waits until it says that it listens.
    pub fn serve(database: &Database) -> Self {
        Self::started(&mut command(database, &["serve"]))
    }

    /// Starts this command, which serves, and waits until it says that it listens.
    pub fn started(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line =
            lines.find_map(|line| line.ok().filter(|l| l.contains("http://"))).expect("it says where it listens");
        let address = line.split("http://").nth(1).unwrap().split([' ', '/']).next().unwrap().parse().unwrap();
        // Keep the pipe open, so that the program never writes into a closed one.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    /// A client with this token.
    pub fn client(&self, token: Option<String>) -> Client {
        Client::new(self.address, token)
    }

    /// Ends it like a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop.
    pub fn terminate(&self) {
        // Of the shell: the command of that name is not on every machine.
        let sent = Command::new("sh").args(["-c", "kill -TERM \"$0\"", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end.
    pub fn wait(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
