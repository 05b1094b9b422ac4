//! Waiting for a socket with a bound. Knows nothing of what goes over it.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use ssh2::{BlockDirections, Session};

/// What a session waits for at its socket: always to hear something, and to be able to speak where it has something to say.
pub(super) fn interest(session: &Session) -> PollFlags {
    match session.block_directions() {
        BlockDirections::Outbound | BlockDirections::Both => PollFlags::POLLIN | PollFlags::POLLOUT,
        BlockDirections::None | BlockDirections::Inbound => PollFlags::POLLIN,
    }
}

/// Waits until one of the sockets has what it waits for, or until the time is over. A signal ends it early.
pub(super) fn wait_for(sockets: &[(BorrowedFd<'_>, PollFlags)], time: Duration) -> io::Result<()> {
    let mut polled: Vec<_> = sockets.iter().map(|(socket, flags)| PollFd::new(*socket, *flags)).collect();
    // Rounded up, so that the last part of a millisecond is not spent in a loop.
    let millis = i32::try_from(time.as_micros().div_ceil(1000)).unwrap_or(i32::MAX);
    match poll(&mut polled, PollTimeout::try_from(millis).unwrap_or(PollTimeout::MAX)) {
        Ok(_) | Err(Errno::EINTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
