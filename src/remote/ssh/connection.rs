//! A session with a host, and short commands on it.
//!
//! Command lines consist of constants and digests only; no text of the user or of the host becomes part of one.

use std::io::{self, ErrorKind};
use std::time::{Duration, Instant};

use ssh2::Session;

use crate::diag::printable;
use crate::process::CancelToken;
use crate::remote::transport::Transport;

use super::config::Destination;
use super::dial::{self, session_error};
use super::error::{SshError, SshErrorKind};
use super::exec::SshCommand;
use super::socket::{POLL_INTERVAL, Socket};

/// How long a host may neither read nor write, unless [`SshConnection::with_timeout`] sets another time.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(45);
/// A bound on the output of a short command.
const MAX_OUTPUT_BYTES: usize = 64 << 10;

/// A session with a host whose key has been checked and at which the user is logged in.
pub struct SshConnection {
    session: Session,
    socket: Socket,
    pub(super) host: Destination,
    silence_timeout: Duration,
    cancel: CancelToken,
}

/// How a short command ended, and its output.
pub(super) struct CommandOutput {
    /// The exit status; `None` if the host did not report one.
    pub status: Option<i32>,
    pub stdout: String,
    /// The last line of standard error, without control characters.
    pub stderr_line: String,
}

impl CommandOutput {
    /// Why the command failed: the last line of standard error, or else its exit status.
    pub fn reason(&self) -> String {
        match self.status {
            _ if !self.stderr_line.is_empty() => self.stderr_line.clone(),
            Some(code) => format!("its shell ended with {code}"),
            None => "its shell was killed".into(),
        }
    }

    /// Whether the command reports a full disk.
    pub fn is_disk_full(&self) -> bool {
        let messages = ["No space left", "Disk quota exceeded", "File too large"];
        messages.iter().any(|message| self.stderr_line.contains(message))
    }
}

/// Logs in at `host` within `timeout`.
pub fn connect(host: &Destination, timeout: Duration) -> Result<SshConnection, SshError> {
    let (session, socket) = dial::dial(host, Instant::now() + timeout)?;
    Ok(SshConnection {
        session,
        socket,
        host: host.clone(),
        silence_timeout: SILENCE_TIMEOUT,
        cancel: CancelToken::default(),
    })
}

impl SshConnection {
    /// Sets how long the host may be silent before the connection counts as lost. 45 s by default.
    #[must_use]
    pub fn with_timeout(mut self, silence_timeout: Duration) -> Self {
        self.silence_timeout = silence_timeout;
        self
    }

    /// Makes short commands, uploads included, fail once `cancel` is set.
    #[must_use]
    pub fn with_cancel(mut self, cancel: &CancelToken) -> Self {
        self.cancel = cancel.clone();
        self
    }

    pub(super) fn fail(&self, kind: SshErrorKind) -> SshError {
        kind.at_host(&self.host.name)
    }

    /// Starts a script of `sh`, whatever the user's shell is. The script must not contain `'`.
    pub(super) fn start(&self, script: &str) -> Result<SshCommand, SshError> {
        debug_assert!(!script.contains('\''), "{script}");
        // In one line, since not every shell accepts quotes over several lines.
        let command = format!("exec sh -c '{}'", script.replace('\n', "; "));
        let started = SshCommand::start(&self.session, &self.socket, &command, self.silence_timeout);
        started.map_err(|error| {
            self.fail(match session_error(&error) {
                SshErrorKind::Handshake(why) => SshErrorKind::NoExec(why),
                kind => kind,
            })
        })
    }

    /// Runs a script to its end, with `input` as its standard input.
    pub(super) fn run(&self, script: &str, input: &mut dyn io::Read) -> Result<CommandOutput, SshError> {
        let mut exec = self.start(script)?;
        exec.set_cancel(&self.cancel);
        let said =
            send_input(&mut exec, input).and_then(|()| read_output(&mut exec, self.silence_timeout, &self.cancel));
        let stdout = said.map_err(|error| self.fail(io_error_kind(&error)))?;
        let status = exec.status();
        Ok(CommandOutput { status, stdout, stderr_line: last_line(&exec.stderr_tail()) })
    }
}

/// Sends all of `input`. A command that ends early is no error here, because its own output says more.
fn send_input(exec: &mut SshCommand, input: &mut dyn io::Read) -> io::Result<()> {
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

fn read_output(exec: &mut SshCommand, silence_timeout: Duration, cancel: &CancelToken) -> io::Result<String> {
    let mut output = Vec::new();
    let mut chunk = [0; 4096];
    let mut last_received = Instant::now();
    while last_received.elapsed() < silence_timeout {
        if cancel.is_set() {
            return Err(ErrorKind::Interrupted.into());
        }
        match exec.receive(&mut chunk, POLL_INTERVAL.min(silence_timeout)) {
            Ok(0) => {}
            Ok(n) if output.len() + n <= MAX_OUTPUT_BYTES => {
                output.extend_from_slice(&chunk[..n]);
                last_received = Instant::now();
            }
            Ok(_) => return Err(io::Error::other("the far side said too much")),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                return Ok(String::from_utf8_lossy(&output).into_owned());
            }
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::TimedOut.into())
}

pub(super) fn io_error_kind(error: &io::Error) -> SshErrorKind {
    match error.kind() {
        ErrorKind::TimedOut => SshErrorKind::TimedOut("any more"),
        ErrorKind::Interrupted => SshErrorKind::Cancelled,
        _ => SshErrorKind::Lost(printable(&error.to_string())),
    }
}

/// The last line of a text that is not empty, bounded and without control characters: in a log, the reason is there.
pub(super) fn last_line(text: &str) -> String {
    const MAX_LINE_CHARS: usize = 200;
    let last = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    printable(&last.chars().take(MAX_LINE_CHARS).collect::<String>())
}
