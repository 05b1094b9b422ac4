//! Bytes to and from a far side, and a far side that is a child process. Knows nothing of what the bytes mean.

use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::process::{self, Cancel, Running};

/// So long a child that takes nothing is waited for.
const STUCK: Duration = Duration::from_secs(45);
/// So long a child has to end by itself once its input has ended.
const GRACE: Duration = Duration::from_millis(1500);
/// So much is kept of what a far side says outside the protocol.
const WORDS: usize = 4 << 10;

/// Bytes to and from the far side. One thread uses it.
pub trait Link: Send {
    /// Sends all of `bytes`.
    fn send(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Receives some bytes; 0 if none came within `wait`. `UnexpectedEof`: the far side ended.
    fn receive(&mut self, into: &mut [u8], wait: Duration) -> io::Result<usize>;

    /// The last that the far side said outside the protocol (its stderr), at most 4 kB: for people, not trusted. Asked only when the link
    /// is of no more use.
    fn last_words(&mut self) -> String {
        String::new()
    }
}

/// A link to a child process, by its standard input and output. Dropped, it lets the child end by itself, then kills it.
pub struct Child {
    running: Option<Running>,
    cancel: Cancel,
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
}

impl Child {
    /// Starts `command`, in a process group of its own.
    pub fn start(mut command: Command) -> io::Result<Self> {
        let cancel = Cancel::default();
        let mut running = process::spawn(command.stdin(Stdio::piped()).stdout(Stdio::piped()), &cancel)?;
        let (stdin, stdout) = (running.stdin(), running.stdout().ok_or(ErrorKind::BrokenPipe)?);
        stdin.as_ref().map_or(Ok(()), |stdin| never_block(stdin.as_fd()))?;
        never_block(stdout.as_fd())?;
        Ok(Self { running: Some(running), cancel, stdin, stdout })
    }

    /// The child's process id, which is its group's too.
    pub fn id(&self) -> Option<u32> {
        self.running.as_ref().map(Running::id)
    }

    /// Ends the child and gives the end of what it wrote to stderr.
    fn end(&mut self) -> String {
        self.stdin = None;
        let Some(mut running) = self.running.take() else { return String::new() };
        let until = Instant::now() + GRACE;
        while Instant::now() < until && !running.has_ended() {
            thread::sleep(Duration::from_millis(5));
            // It may wait for somebody to read what it says.
            let _ = self.stdout.read(&mut [0; 4096]);
        }
        self.cancel.set();
        running.finish().map(|ended| ended.log).unwrap_or_default()
    }
}

impl Link for Child {
    fn send(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        let stdin = self.stdin.as_mut().ok_or(ErrorKind::BrokenPipe)?;
        while !bytes.is_empty() {
            match stdin.write(bytes) {
                Ok(n) => bytes = &bytes[n..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    if !ready(stdin.as_fd(), PollFlags::POLLOUT, STUCK)? {
                        return Err(ErrorKind::TimedOut.into());
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn receive(&mut self, into: &mut [u8], wait: Duration) -> io::Result<usize> {
        let until = Instant::now() + wait;
        loop {
            match self.stdout.read(into) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(n) => return Ok(n),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() || !ready(self.stdout.as_fd(), PollFlags::POLLIN, left)? {
                        return Ok(0);
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn last_words(&mut self) -> String {
        let words = self.end();
        let start = words.len().saturating_sub(WORDS);
        words[words.ceil_char_boundary(start)..].to_owned()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.end();
    }
}

fn never_block(fd: BorrowedFd) -> io::Result<()> {
    let flags = OFlag::from_bits_retain(fcntl(fd, FcntlArg::F_GETFL)?);
    fcntl(fd, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK))?;
    Ok(())
}

/// Waits until something can be done with `fd`; `false` if that takes longer than `wait`.
fn ready(fd: BorrowedFd, what: PollFlags, wait: Duration) -> io::Result<bool> {
    let millis = u16::try_from(wait.as_millis()).unwrap_or(u16::MAX).max(1);
    match poll(&mut [PollFd::new(fd, what)], PollTimeout::from(millis)) {
        Ok(n) => Ok(n > 0),
        Err(nix::errno::Errno::EINTR) => Ok(true),
        Err(error) => Err(error.into()),
    }
}
