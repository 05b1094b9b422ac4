//! A way through one host to the next (`ProxyJump`): a socket whose other end is carried by a thread through the first host's session,
//! because a session needs a real socket. Knows nothing of what goes through.

use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use nix::poll::PollFlags;
use ssh2::{Channel, Session};

use super::dial::Socket;
use super::wait::{interest, wait_for};

/// Keeps the session on the way alive so often.
const TURN: Duration = Duration::from_secs(15);

/// Opens the way from the session's host to `host`. The thread ends when either end hangs up.
pub(super) fn through(session: Session, socket: Socket, host: &str, port: u16) -> Result<UnixStream, ssh2::Error> {
    let channel = session.channel_direct_tcpip(host, port, None)?;
    session.set_blocking(false);
    let failed = |_| ssh2::Error::new(ssh2::ErrorCode::Session(-1), "no socket could be made");
    let (near, far) = UnixStream::pair().map_err(failed)?;
    far.set_nonblocking(true).map_err(failed)?;
    let bridge = Bridge { session, socket, channel, local: far, to_host: Buffer::new(), to_us: Buffer::new() };
    thread::Builder::new().name("ssh jump".into()).spawn(move || bridge.run()).map_err(failed)?;
    Ok(near)
}

struct Bridge {
    // Channels before sessions before sockets: they are dropped in this order.
    channel: Channel,
    session: Session,
    socket: Socket,
    local: UnixStream,
    to_host: Buffer,
    to_us: Buffer,
}

impl Bridge {
    fn run(mut self) {
        while self.turn().unwrap_or(false) {}
        let _ = self.local.shutdown(Shutdown::Both);
    }

    /// Carries what there is and waits for more; whether there is more to come.
    fn turn(&mut self) -> io::Result<bool> {
        let came = self.to_us.fill(&mut self.channel)?;
        let left = self.to_us.empty(&mut self.local)?;
        let went = self.to_host.fill(&mut self.local)?;
        let sent = self.to_host.empty(&mut self.channel)?;
        if (self.channel.eof() && self.to_us.is_empty()) || (went == Step::Ended && self.to_host.is_empty()) {
            return Ok(false);
        }
        if [came, left, went, sent].contains(&Step::Moved) {
            return Ok(true);
        }
        let _ = self.session.keepalive_send();
        let mut wants = PollFlags::empty();
        wants.set(PollFlags::POLLIN, self.to_host.is_empty());
        wants.set(PollFlags::POLLOUT, !self.to_us.is_empty());
        wait_for(&[(self.socket.as_fd(), interest(&self.session)), (self.local.as_fd(), wants)], TURN)?;
        Ok(true)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Moved,
    Nothing,
    Ended,
}

/// Bytes under way in one direction.
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

    /// Takes what there is, if there is room.
    fn fill(&mut self, from: &mut impl Read) -> io::Result<Step> {
        if !self.is_empty() {
            return Ok(Step::Nothing);
        }
        let read = from.read(&mut self.bytes);
        (self.start, self.end) = (0, *read.as_ref().unwrap_or(&0));
        step(read)
    }

    /// Passes on what fits.
    fn empty(&mut self, to: &mut impl Write) -> io::Result<Step> {
        if self.is_empty() {
            return Ok(Step::Nothing);
        }
        let written = to.write(&self.bytes[self.start..self.end]);
        self.start += *written.as_ref().unwrap_or(&0);
        step(written)
    }
}

fn step(moved: io::Result<usize>) -> io::Result<Step> {
    match moved {
        Ok(0) => Ok(Step::Ended),
        Ok(_) => Ok(Step::Moved),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(Step::Nothing),
        Err(error) => Err(error),
    }
}
