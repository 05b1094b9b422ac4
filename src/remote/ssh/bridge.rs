//! Reaches a host through a jump host (`ProxyJump`). A thread copies bytes between a local socket and a channel of the jump host's session,
//! because libssh2 needs a real socket for a session.

use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use nix::poll::PollFlags;
use ssh2::{Channel, Session};

use super::socket::{Socket, interest, wait_for};

/// The longest wait before the jump host's session sends a keep-alive.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(15);

/// Connects from the session's host to `host`, and returns a socket to it. The copying thread ends when either end closes.
pub(super) fn open_jump(session: Session, socket: Socket, host: &str, port: u16) -> Result<UnixStream, ssh2::Error> {
    let channel = session.channel_direct_tcpip(host, port, None)?;
    session.set_blocking(false);
    start_bridge(session, socket, channel)
        .map_err(|_| ssh2::Error::new(ssh2::ErrorCode::Session(-1), "no socket could be made"))
}

fn start_bridge(session: Session, socket: Socket, channel: Channel) -> io::Result<UnixStream> {
    let (ours, local) = UnixStream::pair()?;
    local.set_nonblocking(true)?;
    let bridge = JumpBridge { session, socket, channel, local, to_host: Buffer::new(), to_us: Buffer::new() };
    thread::Builder::new().name("ssh jump".into()).spawn(move || bridge.run())?;
    Ok(ours)
}

struct JumpBridge {
    // Channels before sessions before sockets: they are dropped in this order.
    channel: Channel,
    session: Session,
    socket: Socket,
    local: UnixStream,
    to_host: Buffer,
    to_us: Buffer,
}

impl JumpBridge {
    fn run(mut self) {
        while self.copy_once().unwrap_or(false) {}
        let _ = self.local.shutdown(Shutdown::Both);
    }

    /// Copies the available bytes and waits for more; `false` at the end.
    fn copy_once(&mut self) -> io::Result<bool> {
        let received = self.to_us.fill(&mut self.channel)?;
        let delivered = self.to_us.drain(&mut self.local)?;
        let taken = self.to_host.fill(&mut self.local)?;
        let sent = self.to_host.drain(&mut self.channel)?;
        if (self.channel.eof() && self.to_us.is_empty()) || (taken == CopyStep::Ended && self.to_host.is_empty()) {
            return Ok(false);
        }
        if [received, delivered, taken, sent].contains(&CopyStep::Moved) {
            return Ok(true);
        }
        let _ = self.session.keepalive_send();
        let mut wants = PollFlags::empty();
        wants.set(PollFlags::POLLIN, self.to_host.is_empty());
        wants.set(PollFlags::POLLOUT, !self.to_us.is_empty());
        wait_for(&[(self.socket.as_fd(), interest(&self.session)), (self.local.as_fd(), wants)], KEEP_ALIVE_INTERVAL)?;
        Ok(true)
    }
}

/// What one read or write did.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CopyStep {
    Moved,
    Nothing,
    Ended,
}

/// Bytes that were read but not written yet, in one direction.
struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl Buffer {
    fn new() -> Self {
        Self { bytes: vec![0; 64 << 10], start: 0, end: 0 }
    }

    fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Reads available bytes if the buffer is empty.
    fn fill(&mut self, from: &mut impl Read) -> io::Result<CopyStep> {
        if !self.is_empty() {
            return Ok(CopyStep::Nothing);
        }
        let read = from.read(&mut self.bytes);
        self.start = 0;
        self.end = *read.as_ref().unwrap_or(&0);
        copy_step(read)
    }

    /// Writes as many bytes as `to` accepts.
    fn drain(&mut self, to: &mut impl Write) -> io::Result<CopyStep> {
        if self.is_empty() {
            return Ok(CopyStep::Nothing);
        }
        let written = to.write(&self.bytes[self.start..self.end]);
        self.start += *written.as_ref().unwrap_or(&0);
        copy_step(written)
    }
}

fn copy_step(moved: io::Result<usize>) -> io::Result<CopyStep> {
    match moved {
        Ok(0) => Ok(CopyStep::Ended),
        Ok(_) => Ok(CopyStep::Moved),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(CopyStep::Nothing),
        Err(error) => Err(error),
    }
}
