//! Child processes: each in its own process group, its output bounded, all of them gone the moment a build is cancelled.
//! Each starts without the credentials of the user.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::credentials::is_secret_variable;

/// Bytes of a child's standard error that are kept: its end, which usually gives the reason of a failure.
const LOG_BYTES: usize = 64 << 10;

/// A cancellation: of a build, or of one step in it. Clones share it.
#[derive(Clone, Default)]
pub struct CancelToken {
    own: Arc<CancelState>,
    /// The cancellation of the whole, which also cancels this part.
    parent: Option<Arc<CancelState>>,
}

#[derive(Default)]
struct CancelState {
    set: AtomicBool,
    groups: Mutex<BTreeSet<i32>>,
}

impl CancelToken {
    /// A token that can be cancelled alone and is also cancelled with this one.
    pub fn child(&self) -> Self {
        Self { own: Arc::default(), parent: Some(Arc::clone(&self.own)) }
    }

    /// Whether it has been cancelled.
    pub fn is_set(&self) -> bool {
        self.levels().any(|shared| shared.set.load(Ordering::SeqCst))
    }

    /// Cancels: kills every child process, and every one that is started from now on.
    pub fn set(&self) {
        self.own.set.store(true, Ordering::SeqCst);
        for &group in self.own.groups().iter() {
            kill(group);
        }
    }

    fn levels(&self) -> impl Iterator<Item = &Arc<CancelState>> {
        std::iter::once(&self.own).chain(&self.parent)
    }
}

impl CancelState {
    fn groups(&self) -> std::sync::MutexGuard<'_, BTreeSet<i32>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn kill(group: i32) {
    let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
}

/// A child that runs. Dropping it kills it.
pub struct ChildProcess {
    child: Child,
    log: Option<JoinHandle<Vec<u8>>>,
    cancel: CancelToken,
}

/// How a child ended.
pub struct ChildExit {
    /// The exit status, or the signal that ended it.
    pub status: ExitStatus,
    /// The end of its standard error.
    pub log: String,
}

/// Makes `command` start without the variables that hold keys to services, whether it would inherit them or sets them itself.
pub fn hide_credentials(command: &mut Command) {
    let inherited = std::env::vars_os().map(|(name, _)| name);
    let own = command.get_envs().map(|(name, _)| name.to_owned());
    let hidden: Vec<_> = inherited.chain(own).filter(|name| is_secret_variable(name)).collect();
    for name in hidden {
        command.env_remove(name);
    }
}

/// Starts `command` with its standard error collected and without credentials. Its other streams are as the command says.
pub fn spawn(command: &mut Command, cancel: &CancelToken) -> io::Result<ChildProcess> {
    hide_credentials(command);
    let mut child = command.stderr(Stdio::piped()).process_group(0).spawn()?;
    let log = child.stderr.take().map(|stderr| thread::spawn(move || tail(stderr)));
    let group = child.id() as i32;
    for shared in cancel.levels() {
        shared.groups().insert(group);
    }
    if cancel.is_set() {
        kill(group);
    }
    Ok(ChildProcess { child, log, cancel: cancel.clone() })
}

impl ChildProcess {
    /// Its standard input, once. Drop it to let the child see the end.
    pub fn stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// Its standard output, once.
    pub fn stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// Its process id, which is its group's too.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended already.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for its end.
    pub fn finish(mut self) -> io::Result<ChildExit> {
        drop(self.child.stdin.take());
        let status = self.child.wait()?;
        let log = self.log.take().and_then(|log| log.join().ok()).unwrap_or_default();
        Ok(ChildExit { status, log: String::from_utf8_lossy(&log).into_owned() })
    }
}

impl Drop for ChildProcess {
    fn drop(&mut self) {
        let group = self.child.id() as i32;
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            kill(group);
            let _ = self.child.wait();
        }
        for shared in self.cancel.levels() {
            shared.groups().remove(&group);
        }
    }
}

/// Runs `command` to its end with `input` as its standard input, and collects what it prints.
///
/// # Errors
/// `Interrupted` when cancelled; `FileTooLarge` when it prints more than `limit` bytes; else what the system says.
pub fn run(mut command: Command, input: &[u8], limit: u64, cancel: &CancelToken) -> io::Result<Output> {
    let mut running = spawn(command.stdin(Stdio::piped()).stdout(Stdio::piped()), cancel)?;
    let (stdin, stdout) = (running.stdin(), running.stdout());
    let printed = thread::scope(|scope| {
        // A child may end without reading all of its input; what it says matters then, not the broken pipe.
        scope.spawn(|| stdin.map(|mut pipe| pipe.write_all(input)));
        let mut printed = Vec::new();
        let read = stdout.map_or(Ok(0), |pipe| pipe.take(limit + 1).read_to_end(&mut printed));
        if printed.len() as u64 > limit {
            kill(running.child.id() as i32);
        }
        read.map(|_| printed)
    })?;
    let ended = running.finish()?;
    if cancel.is_set() {
        return Err(io::ErrorKind::Interrupted.into());
    }
    if printed.len() as u64 > limit {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(Output { status: ended.status, stdout: printed, stderr: ended.log.into_bytes() })
}

/// Reads to the end and keeps the last [`LOG_BYTES`].
fn tail(mut from: impl Read) -> Vec<u8> {
    let (mut kept, mut buffer) = (Vec::new(), [0; 4096]);
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        kept.extend_from_slice(&buffer[..n]);
        if kept.len() > 2 * LOG_BYTES {
            kept.drain(..kept.len() - LOG_BYTES);
        }
    }
    kept.drain(..kept.len().saturating_sub(LOG_BYTES));
    kept
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_child_gets_its_input_and_its_output_comes_back() {
        let output = run(sh("cat; echo oops >&2; exit 3"), b"hello", 100, &CancelToken::default()).unwrap();
        assert_eq!(
            (output.status.code(), &output.stdout[..], &output.stderr[..]),
            (Some(3), &b"hello"[..], &b"oops\n"[..])
        );
    }

    /// The test starts itself again with the variable set: only then is there something to inherit.
    #[test]
    fn a_child_does_not_see_credentials() {
        const NAME: &str = "process::tests::a_child_does_not_see_credentials";
        if std::env::var_os("T2V_KEY_TEST").is_none() {
            let mut again = Command::new(std::env::current_exe().unwrap());
            let output = again.args(["--exact", NAME]).env("T2V_KEY_TEST", "hunter2").output().unwrap();
            let printed = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success() && printed.contains("1 passed"), "{printed}");
            return;
        }
        let mut command = sh("env");
        command.env("T2V_KEY_OTHER", "hunter2").env("T2V_OTHER", "seen");
        let output = run(command, b"", 1 << 20, &CancelToken::default()).unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(!printed.contains("T2V_KEY") && !printed.contains("hunter2"), "{printed}");
        assert!(printed.contains("T2V_OTHER=seen"));
    }

    #[test]
    fn output_without_end_is_cut_off() {
        let error = run(sh("yes"), b"", 10_000, &CancelToken::default()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }

    #[test]
    fn only_the_end_of_a_long_log_is_kept() {
        let output = run(sh("yes x | head -c 300000 >&2; echo last >&2"), b"", 10, &CancelToken::default()).unwrap();
        assert!(output.stderr.len() <= LOG_BYTES && output.stderr.ends_with(b"last\n"));
    }

    #[test]
    fn cancelling_kills_the_whole_group_at_once() {
        let cancel = CancelToken::default();
        let start = Instant::now();
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(100));
                cancel.set();
            });
            let error = run(sh("sleep 600 & sleep 600; wait"), b"", 10, &cancel).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::Interrupted);
        });
        assert!(start.elapsed() < Duration::from_secs(300));
        assert!(run(sh("sleep 600"), b"", 10, &cancel).is_err(), "a late child dies too");
    }

    #[test]
    fn a_part_dies_with_the_whole_and_not_the_other_way_round() {
        let whole = CancelToken::default();
        let (one, other) = (whole.child(), whole.child());
        one.set();
        assert_eq!([&one, &other, &whole].map(CancelToken::is_set), [true, false, false]);
        assert!(run(sh("sleep 600"), b"", 10, &one).is_err());
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(100));
                whole.set();
            });
            assert!(run(sh("sleep 600"), b"", 10, &other).is_err());
        });
    }
}
