//! One command on a host, and the bytes to and from it. Knows nothing of what they mean.

use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use ssh2::{Channel, Session};

use crate::process::Cancel;
use crate::remote::link::Link;

use super::connection::LOOK;
use super::dial::Socket;
use super::wait::{interest, wait_for};

/// How much of the far side's standard error is kept: its end, where the reason stands.
const LAST_WORDS: usize = 4 << 10;
/// Waits at most so long without looking whether a keep-alive is due.
const TURN: Duration = Duration::from_secs(5);

/// A command that runs on a host. Dropping it hangs up.
pub struct Exec {
    // Channels before sessions before sockets: they are dropped in this order.
    channel: Channel,
    session: Session,
    socket: Socket,
    patience: Duration,
    cancel: Option<Cancel>,
    words: Vec<u8>,
}

impl Exec {
    /// Starts `command`. The session is this command's from now on; silence that lasts longer than `patience` while something is to be
    /// sent counts as the end.
    pub(super) fn start(
        session: &Session,
        socket: &Socket,
        command: &str,
        patience: Duration,
    ) -> Result<Self, ssh2::Error> {
        session.set_blocking(true);
        session.set_timeout(u32::try_from(patience.as_millis()).unwrap_or(u32::MAX).max(1));
        let started = session.channel_session().and_then(|mut channel| channel.exec(command).map(|()| channel));
        // Never again does a call block, least of all one that only tidies up.
        session.set_blocking(false);
        let (session, socket) = (session.clone(), socket.clone());
        Ok(Self { channel: started?, session, socket, patience, cancel: None, words: Vec::new() })
    }

    /// Sending ends when `cancel` is set, with `Interrupted`.
    pub(super) fn heed(&mut self, cancel: &Cancel) {
        self.cancel = Some(cancel.clone());
    }

    /// Says that nothing more is sent.
    pub(super) fn finish_sending(&mut self) -> io::Result<()> {
        let start = Instant::now();
        while let Err(error) = self.channel.send_eof() {
            self.pause(&io::Error::from(error), start, self.patience)?;
        }
        Ok(())
    }

    /// How the command ended, if it said so: all it wrote has been received.
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
        // The command is gone: nobody will ever take what is left. (This says no as long as it has not hung up.)
        if self.channel.wait_close().is_ok() {
            return Err(io::Error::new(ErrorKind::BrokenPipe, "the far side ended"));
        }
        let left = bound.saturating_sub(since.elapsed());
        if left.is_zero() {
            return Err(io::Error::new(ErrorKind::TimedOut, "the far side took nothing any more"));
        }
        if self.cancel.as_ref().is_some_and(Cancel::is_set) {
            return Err(ErrorKind::Interrupted.into());
        }
        let turn = if self.cancel.is_some() { LOOK } else { TURN };
        wait_for(&[(self.socket.as_fd(), interest(&self.session))], left.min(turn))?;
        self.tend()
    }

    /// Keeps the line alive, and the far side's standard error from filling up.
    fn tend(&mut self) -> io::Result<()> {
        let mut some = [0; 1024];
        while let Ok(n @ 1..) = self.channel.stderr().read(&mut some) {
            self.words.extend_from_slice(&some[..n]);
            let excess = self.words.len().saturating_sub(LAST_WORDS);
            self.words.drain(..excess);
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

impl Link for Exec {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (mut rest, mut since) = (bytes, Instant::now());
        while !rest.is_empty() {
            match self.channel.write(rest) {
                Ok(0) => return Err(io::Error::new(ErrorKind::BrokenPipe, "the far side takes nothing any more")),
                Ok(n) => (rest, since) = (&rest[n..], Instant::now()),
                Err(error) => self.pause(&error, since, self.patience)?,
            }
        }
        Ok(())
    }

    fn receive(&mut self, into: &mut [u8], wait: Duration) -> io::Result<usize> {
        let start = Instant::now();
        loop {
            // Tidying up may take bytes off the socket that are then to be read here: never wait between the two.
            self.tend()?;
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
            wait_for(&[(self.socket.as_fd(), interest(&self.session))], left.min(TURN))?;
        }
    }

    fn last_words(&mut self) -> String {
        let _ = self.tend();
        String::from_utf8_lossy(&self.words).into_owned()
    }
}
