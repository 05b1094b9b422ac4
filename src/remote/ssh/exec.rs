//! A command that runs on a host, and the transport to its standard input and output.

use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use ssh2::{Channel, Session};

use crate::process::CancelToken;
use crate::remote::transport::Transport;

use super::socket::{POLL_INTERVAL, Socket, interest, wait_for};

/// The last bytes of the command's standard error that are kept; the reason of a failure is there.
const STDERR_TAIL_BYTES: usize = 4 << 10;
/// The longest wait after which a keep-alive may be due.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// A command that runs on a host. Dropping it closes the connection.
pub struct SshCommand {
    // Channels before sessions before sockets: they are dropped in this order.
    channel: Channel,
    session: Session,
    socket: Socket,
    silence_timeout: Duration,
    cancel: Option<CancelToken>,
    stderr: Vec<u8>,
}

impl SshCommand {
    /// Starts `command`, which is then the only user of the session. A send fails when the host reads nothing for `silence_timeout`.
    pub(super) fn start(
        session: &Session,
        socket: &Socket,
        command: &str,
        silence_timeout: Duration,
    ) -> Result<Self, ssh2::Error> {
        session.set_blocking(true);
        session.set_timeout(u32::try_from(silence_timeout.as_millis()).unwrap_or(u32::MAX).max(1));
        let started = session.channel_session().and_then(|mut channel| channel.exec(command).map(|()| channel));
        // From here on no call blocks, not even one that cleans up.
        session.set_blocking(false);
        Ok(Self {
            channel: started?,
            session: session.clone(),
            socket: socket.clone(),
            silence_timeout,
            cancel: None,
            stderr: Vec::new(),
        })
    }

    /// Makes a send fail with `Interrupted` once `cancel` is set.
    pub(super) fn set_cancel(&mut self, cancel: &CancelToken) {
        self.cancel = Some(cancel.clone());
    }

    /// Closes the command's standard input.
    pub(super) fn finish_sending(&mut self) -> io::Result<()> {
        let start = Instant::now();
        while let Err(error) = self.channel.send_eof() {
            self.pause(&io::Error::from(error), start, self.silence_timeout)?;
        }
        Ok(())
    }

    /// The exit status; `None` after a signal, or if the host does not say. Called when all output has been received.
    pub(super) fn status(&mut self) -> Option<i32> {
        let start = Instant::now();
        while let Err(error) = self.channel.wait_close() {
            if self.pause(&io::Error::from(error), start, Duration::from_secs(5)).is_err() {
                break;
            }
        }
        match self.channel.exit_signal() {
            Ok(signal) if signal.exit_signal.is_some() => None,
            _ => self.channel.exit_status().ok(),
        }
    }

    /// Waits for the socket after a call that would have blocked.
    fn pause(&mut self, error: &io::Error, since: Instant, bound: Duration) -> io::Result<()> {
        if !may_go_on(error) {
            return Err(io::Error::new(error.kind(), error.to_string()));
        }
        // The command has ended, and will not read the rest. (`wait_close` fails as long as the channel is open.)
        if self.channel.wait_close().is_ok() {
            return Err(io::Error::new(ErrorKind::BrokenPipe, "the far side ended"));
        }
        let left = bound.saturating_sub(since.elapsed());
        if left.is_zero() {
            return Err(io::Error::new(ErrorKind::TimedOut, "the far side took nothing any more"));
        }
        if self.cancel.as_ref().is_some_and(CancelToken::is_set) {
            return Err(ErrorKind::Interrupted.into());
        }
        let max_wait = if self.cancel.is_some() { POLL_INTERVAL } else { MAX_WAIT };
        wait_for(&[(self.socket.as_fd(), interest(&self.session))], left.min(max_wait))?;
        self.keep_alive()
    }

    /// Sends a keep-alive if one is due, and reads standard error, so that the command does not block on it.
    fn keep_alive(&mut self) -> io::Result<()> {
        let mut chunk = [0; 1024];
        while let Ok(n @ 1..) = self.channel.stderr().read(&mut chunk) {
            self.stderr.extend_from_slice(&chunk[..n]);
            let excess = self.stderr.len().saturating_sub(STDERR_TAIL_BYTES);
            self.stderr.drain(..excess);
        }
        match self.session.keepalive_send().map_err(io::Error::from) {
            Err(error) if !may_go_on(&error) => Err(io::Error::new(ErrorKind::BrokenPipe, error)),
            _ => Ok(()),
        }
    }
}

fn may_go_on(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

impl Transport for SshCommand {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        let mut since = Instant::now();
        while !rest.is_empty() {
            match self.channel.write(rest) {
                Ok(0) => return Err(io::Error::new(ErrorKind::BrokenPipe, "the far side takes nothing any more")),
                Ok(n) => {
                    rest = &rest[n..];
                    since = Instant::now();
                }
                Err(error) => self.pause(&error, since, self.silence_timeout)?,
            }
        }
        Ok(())
    }

    fn receive(&mut self, into: &mut [u8], wait: Duration) -> io::Result<usize> {
        let start = Instant::now();
        loop {
            // A keep-alive may read bytes off the socket that the next call returns, so there is no wait between the two.
            self.keep_alive()?;
            match self.channel.read(into) {
                Ok(0) if self.channel.eof() => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(n @ 1..) => return Ok(n),
                Ok(_) => {}
                Err(error) if may_go_on(&error) => {}
                Err(error) => return Err(error),
            }
            let left = wait.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Ok(0);
            }
            wait_for(&[(self.socket.as_fd(), interest(&self.session))], left.min(MAX_WAIT))?;
        }
    }

    fn stderr_tail(&mut self) -> String {
        let _ = self.keep_alive();
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}
