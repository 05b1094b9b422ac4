//! A transport carries bytes to and from an agent; [`ProcessTransport`] carries them to a child process.

use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::process::{self, CancelToken, ChildProcess};

/// How long a send waits for a child that reads nothing.
const SEND_TIMEOUT: Duration = Duration::from_secs(45);
/// How long a child may take to end after its input has ended.
const EXIT_TIMEOUT: Duration = Duration::from_millis(1500);
/// The last bytes of a child's stderr that are kept.
const STDERR_TAIL_BYTES: usize = 4 << 10;

/// Bytes to and from an agent, used by one thread.
pub trait Transport: Send {
    /// Sends all of `bytes`. The error `TimedOut` means that the other side reads nothing.
    fn send(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Receives some bytes; 0 if none arrive within `wait`. The error `UnexpectedEof` means that the other side ended.
    fn receive(&mut self, into: &mut [u8], wait: Duration) -> io::Result<usize>;

    /// The end of what the other side wrote to stderr, at most 4 KiB. It is untrusted text for the user. May end the transport, so it is
    /// called only when the transport is not needed any more.
    fn stderr_tail(&mut self) -> String {
        String::new()
    }
}

/// A transport to a child process, by its standard input and output. When dropped, it lets the child end by itself, then kills it.
pub struct ProcessTransport {
    running: Option<ChildProcess>,
    cancel: CancelToken,
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
}

impl ProcessTransport {
    /// Starts `command`, in a process group of its own.
    pub fn start(mut command: Command) -> io::Result<Self> {
        let cancel = CancelToken::default();
        let mut running = process::spawn(command.stdin(Stdio::piped()).stdout(Stdio::piped()), &cancel)?;
        let stdin = running.stdin();
        let stdout = running.stdout().ok_or(ErrorKind::BrokenPipe)?;
        stdin.as_ref().map_or(Ok(()), |stdin| set_nonblocking(stdin.as_fd()))?;
        set_nonblocking(stdout.as_fd())?;
        Ok(Self { running: Some(running), cancel, stdin, stdout })
    }

    /// The child's process id, which is also the id of its process group.
    pub fn id(&self) -> Option<u32> {
        self.running.as_ref().map(ChildProcess::id)
    }

    /// Ends the child, and returns the end of what it wrote to stderr.
    fn end(&mut self) -> String {
        self.stdin = None;
        let Some(mut running) = self.running.take() else { return String::new() };
        let until = Instant::now() + EXIT_TIMEOUT;
        while Instant::now() < until && !running.has_ended() {
            thread::sleep(Duration::from_millis(5));
            // The child may be blocked on a full pipe.
            let _ = self.stdout.read(&mut [0; 4096]);
        }
        self.cancel.set();
        running.finish().map(|ended| ended.log).unwrap_or_default()
    }
}

impl Transport for ProcessTransport {
    fn send(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        let stdin = self.stdin.as_mut().ok_or(ErrorKind::BrokenPipe)?;
        while !bytes.is_empty() {
            match stdin.write(bytes) {
                Ok(n) => bytes = &bytes[n..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    if !ready(stdin.as_fd(), PollFlags::POLLOUT, SEND_TIMEOUT)? {
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

    fn stderr_tail(&mut self) -> String {
        let stderr = self.end();
        let start = stderr.len().saturating_sub(STDERR_TAIL_BYTES);
        stderr[stderr.ceil_char_boundary(start)..].to_owned()
    }
}

impl Drop for ProcessTransport {
    fn drop(&mut self) {
        self.end();
    }
}

fn set_nonblocking(fd: BorrowedFd) -> io::Result<()> {
    let flags = OFlag::from_bits_retain(fcntl(fd, FcntlArg::F_GETFL)?);
    fcntl(fd, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK))?;
    Ok(())
}

/// Waits until `fd` is ready for `events`; `false` if it is not within `wait`.
fn ready(fd: BorrowedFd, events: PollFlags, wait: Duration) -> io::Result<bool> {
    let millis = u16::try_from(wait.as_millis()).unwrap_or(u16::MAX).max(1);
    match poll(&mut [PollFd::new(fd, events)], PollTimeout::from(millis)) {
        Ok(n) => Ok(n > 0),
        Err(nix::errno::Errno::EINTR) => Ok(true),
        Err(error) => Err(error.into()),
    }
}
