//! A host we are logged in at: short commands there. Knows nothing of steps.
//!
//! Command lines are made of constants and digests only; nothing that a user or the far side says becomes part of one.

use std::io::{self, ErrorKind};
use std::time::{Duration, Instant};

use ssh2::Session;

use crate::diag::printable;
use crate::process::Cancel;
use crate::remote::link::Link;

use super::config::Destination;
use super::dial::{self, Socket, broken};
use super::error::{SshError, Trouble};
use super::exec::Exec;

/// So long may the far side take nothing and say nothing.
const PATIENCE: Duration = Duration::from_secs(45);
/// How often is looked whether the build was cancelled.
pub(super) const LOOK: Duration = Duration::from_millis(100);
/// More than a short command says, in bytes.
const MOST_SAID: usize = 64 << 10;

/// A session with a host: logged in, its key checked.
pub struct Connection {
    session: Session,
    socket: Socket,
    pub(super) host: Destination,
    patience: Duration,
    cancel: Cancel,
}

/// What a short command said.
pub(super) struct Said {
    /// `None` if it did not say how it ended.
    pub status: Option<i32>,
    pub stdout: String,
    /// Printable, in one line.
    pub complaint: String,
}

/// Logs in at `host`, which may take as long as `limit`.
pub fn connect(host: &Destination, limit: Duration) -> Result<Connection, SshError> {
    let (session, socket) = dial::dial(host, Instant::now() + limit)?;
    Ok(Connection { session, socket, host: host.clone(), patience: PATIENCE, cancel: Cancel::default() })
}

impl Connection {
    /// The same, but it counts as lost after so much silence instead of 45 s.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The same, but short commands (an upload is one) end when `cancel` is set.
    #[must_use]
    pub fn unless(mut self, cancel: &Cancel) -> Self {
        self.cancel = cancel.clone();
        self
    }

    pub(super) fn fail(&self, trouble: Trouble) -> SshError {
        trouble.of(&self.host.name)
    }

    /// Starts a script of `sh`, whatever the user's shell is. It has no `'` in it.
    pub(super) fn start(&self, script: &str) -> Result<Exec, SshError> {
        debug_assert!(!script.contains('\''), "{script}");
        // In one line, since not every shell has quotes that span several.
        let command = format!("exec sh -c '{}'", script.replace('\n', "; "));
        let started = Exec::start(&self.session, &self.socket, &command, self.patience);
        started.map_err(|error| {
            self.fail(match broken(&error) {
                Trouble::Handshake(why) => Trouble::NoExec(why),
                trouble => trouble,
            })
        })
    }

    /// Runs a script to its end, with `input`.
    pub(super) fn run(&self, script: &str, input: &mut dyn io::Read) -> Result<Said, SshError> {
        let mut exec = self.start(script)?;
        exec.heed(&self.cancel);
        let said = feed(&mut exec, input).and_then(|()| listen(&mut exec, self.patience, &self.cancel));
        let stdout = said.map_err(|error| self.fail(lost(&error)))?;
        let (status, words) = (exec.status(), exec.last_words());
        Ok(Said { status, stdout, complaint: one_line(&words) })
    }
}

/// Sends all of `input`. A command that ends early is no error here: what it says tells more.
fn feed(exec: &mut Exec, input: &mut dyn io::Read) -> io::Result<()> {
    let mut chunk = vec![0; 256 << 10];
    loop {
        match input.read(&mut chunk) {
            Ok(0) => return exec.finish_sending().or_else(unless_ended),
            Ok(n) => match exec.send(&chunk[..n]) {
                Ok(()) => {}
                Err(error) => return unless_ended(error),
            },
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn unless_ended(error: io::Error) -> io::Result<()> {
    if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) { Err(error) } else { Ok(()) }
}

fn listen(exec: &mut Exec, patience: Duration, cancel: &Cancel) -> io::Result<String> {
    let (mut said, mut chunk, mut heard) = (Vec::new(), [0; 4096], Instant::now());
    while heard.elapsed() < patience {
        if cancel.is_set() {
            return Err(ErrorKind::Interrupted.into());
        }
        match exec.receive(&mut chunk, LOOK.min(patience)) {
            Ok(0) => {}
            Ok(n) if said.len() + n <= MOST_SAID => {
                said.extend_from_slice(&chunk[..n]);
                heard = Instant::now();
            }
            Ok(_) => return Err(io::Error::other("the far side said too much")),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                return Ok(String::from_utf8_lossy(&said).into_owned());
            }
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::TimedOut.into())
}

pub(super) fn lost(error: &io::Error) -> Trouble {
    match error.kind() {
        ErrorKind::TimedOut => Trouble::TimedOut("any more"),
        ErrorKind::Interrupted => Trouble::Cancelled,
        _ => Trouble::Lost(printable(&error.to_string())),
    }
}

/// The last line of what a program complained about: the reason stands there.
pub(super) fn one_line(words: &str) -> String {
    const LONGEST: usize = 200;
    let last = words.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    printable(&last.chars().take(LONGEST).collect::<String>())
}
