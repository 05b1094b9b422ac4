//! Near and far side in one process, with little patience: who lives is waited for, who is gone is not.

use std::collections::BTreeMap;
use std::io::{PipeReader, PipeWriter, pipe};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::Receiver;

use serde_json::json;

use super::*;
use crate::action::{Action, Needs};
use crate::remote::far::{Far, FarError, Terms};
use crate::remote::link::Link;
use crate::remote::{ExecError, Job};

/// Both ends of a link through pipes; the near end's writer can be taken away.
struct Pipes {
    to: Arc<Mutex<Option<PipeWriter>>>,
    from: Receiver<Vec<u8>>,
    left: Vec<u8>,
}

impl Pipes {
    fn new(mut from: PipeReader, to: &Arc<Mutex<Option<PipeWriter>>>) -> Self {
        let (sender, receiver) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = from.read(&mut buffer) {
                if sender.send(buffer[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { to: Arc::clone(to), from: receiver, left: Vec::new() }
    }
}

impl Link for Pipes {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.to.lock().unwrap().as_mut().ok_or(io::ErrorKind::BrokenPipe)?.write_all(bytes)
    }

    fn receive(&mut self, into: &mut [u8], wait: Duration) -> io::Result<usize> {
        if self.left.is_empty() {
            match self.from.recv_timeout(wait) {
                Ok(bytes) => self.left = bytes,
                Err(RecvTimeoutError::Timeout) => return Ok(0),
                Err(RecvTimeoutError::Disconnected) => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        let n = self.left.len().min(into.len());
        into[..n].copy_from_slice(&self.left[..n]);
        self.left.drain(..n);
        Ok(n)
    }
}

/// Patience in milliseconds: the far side's while busy and while idle, and how often it says that it lives.
fn patience(busy: u64, idle: u64, alive: u64) -> Patience {
    let [busy, idle, alive] = [busy, idle, alive].map(Duration::from_millis);
    Patience { busy, idle, alive }
}

/// Calls `near` with a session whose far side has this patience, and one to say how long it may be silent. Gives whether the far side
/// left by itself.
fn with<R>(patience: Patience, silence: u64, near: impl FnOnce(Far, &Cache) -> R) -> (R, bool) {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open_hastily(dir.path()).unwrap();
    let workshop = Workshop::open(&cache).unwrap();
    let hello = Hello::here(&cache, &workshop, 1, 1 << 30, 1 << 30).unwrap();
    let agent = Agent { cache: &cache, workshop: &workshop, hello, patience };
    let ((input, to), (from, output)) = (pipe().unwrap(), pipe().unwrap());
    let to = Arc::new(Mutex::new(Some(to)));
    let left = AtomicBool::new(false);
    let result = thread::scope(|scope| {
        let served = scope.spawn(|| {
            // A process would end now, and its streams with it.
            let leave = || {
                left.store(true, Ordering::SeqCst);
                to.lock().unwrap().take();
            };
            agent.serve(input, output, &leave)
        });
        let silence = Duration::from_millis(silence);
        let terms = Terms { silence, ..Terms::new("far", None) };
        let (far, _) = Far::greet(Box::new(Pipes::new(from, &to)), terms).unwrap();
        let result = near(far, &cache);
        to.lock().unwrap().take();
        served.join().unwrap().unwrap();
        result
    });
    (result, left.into_inner())
}

fn action(workshop: &Workshop) -> Action {
    Action {
        kind: "text".into(),
        version: 1,
        params: Arc::new(json!({"text": "words"})),
        inputs: BTreeMap::new(),
        tools: Arc::new(BTreeMap::from([("crates".to_owned(), crate::steps::tools(workshop)["crates"].clone())])),
        needs: Needs::default(),
    }
}

/// A run that has to wait for `wait` because somebody else is about to make the same.
fn held_up(far: &mut Far, far_cache: &Cache, wait: Duration) -> Result<(), ExecError> {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let action = action(&Workshop::open(&cache).unwrap());
    let lock = far_cache.lock(action.key(), &|| false).unwrap();
    thread::scope(|scope| {
        scope.spawn(move || {
            thread::sleep(wait);
            drop(lock);
        });
        far.run(&action, &cache, &Job { cancel: &Cancel::default(), progress: &|_, _| {} }).map(drop)
    })
}

#[test]
fn a_long_run_is_waited_for_by_both_sides() {
    let run = |mut far: Far, cache: &Cache| held_up(&mut far, cache, Duration::from_millis(2500));
    let (result, left) = with(patience(600, 60_000, 50), 600, run);
    assert!(result.is_ok() && !left, "{result:?}");
}

#[test]
fn a_near_side_that_is_silent_in_a_run_is_left() {
    // It pings every 20 seconds, which is too seldom.
    let run = |mut far: Far, cache: &Cache| {
        let start = Instant::now();
        let result = held_up(&mut far, cache, Duration::from_millis(3000));
        // It may still hear that its step was stopped.
        let trouble = far.trouble();
        assert!(matches!(trouble, Some(FarError::Gone { .. } | FarError::Passing { .. })), "{result:?} {trouble:?}");
        start.elapsed()
    };
    let (took, left) = with(patience(300, 60_000, 50), 60_000, run);
    assert!(left);
    println!("left; the run ended after {took:?}");
}

#[test]
fn an_idle_near_side_is_left_later_and_one_that_tends_is_not() {
    let tended = |mut far: Far, _: &Cache| {
        for _ in 0..10 {
            thread::sleep(Duration::from_millis(100));
            assert!(far.tend());
        }
    };
    assert!(!with(patience(100, 500, 50), 60_000, tended).1);
    let idle = |mut far: Far, _: &Cache| {
        thread::sleep(Duration::from_millis(900));
        assert!(!far.tend() && !far.is_usable());
    };
    assert!(with(patience(100, 500, 50), 60_000, idle).1);
}
