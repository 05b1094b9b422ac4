//! The socket under an SSH session, and waiting for it with a timeout.

use std::io;
use std::net::TcpStream;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use ssh2::{BlockDirections, Session};

/// How often a wait checks whether the build was cancelled.
pub(super) const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// The socket under a session: a TCP connection to the host, or a bridge through a jump host.
#[derive(Clone)]
pub(super) enum Socket {
    Tcp(Arc<TcpStream>),
    Bridge(Arc<UnixStream>),
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Socket::Tcp(stream) => stream.as_fd(),
            Socket::Bridge(stream) => stream.as_fd(),
        }
    }
}

impl AsRawFd for Socket {
    fn as_raw_fd(&self) -> RawFd {
        self.as_fd().as_raw_fd()
    }
}

/// What to poll a session's socket for: always for input, and for output where the session has some to send.
pub(super) fn interest(session: &Session) -> PollFlags {
    match session.block_directions() {
        BlockDirections::Outbound | BlockDirections::Both => PollFlags::POLLIN | PollFlags::POLLOUT,
        BlockDirections::None | BlockDirections::Inbound => PollFlags::POLLIN,
    }
}

/// Waits until one of the sockets is ready, or until `time` has passed. A signal ends the wait early.
pub(super) fn wait_for(sockets: &[(BorrowedFd<'_>, PollFlags)], time: Duration) -> io::Result<()> {
    let mut polled: Vec<_> = sockets.iter().map(|(socket, flags)| PollFd::new(*socket, *flags)).collect();
    // Rounded up, so that the last fraction of a millisecond is not spent in a busy loop.
    let millis = i32::try_from(time.as_micros().div_ceil(1000)).unwrap_or(i32::MAX);
    match poll(&mut polled, PollTimeout::try_from(millis).unwrap_or(PollTimeout::MAX)) {
        Ok(_) | Err(Errno::EINTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
