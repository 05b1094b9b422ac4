//! Bytes to and from a far side, and a far side that is a child process. Knows nothing of what the bytes mean.

use std::io;
use std::time::Duration;

/// Bytes to and from the far side. One thread uses it.
pub trait Link: Send {
    /// Sends all of `bytes`.
    fn send(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Receives some bytes; 0 if none came within `wait`. `UnexpectedEof`: the far side ended.
    fn receive(&mut self, into: &mut [u8], wait: Duration) -> io::Result<usize>;

    /// The last that the far side said outside the protocol (its stderr), at most 4 kB: for people, not trusted.
    fn last_words(&mut self) -> String {
        String::new()
    }
}
