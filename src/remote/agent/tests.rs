//! Client and agent in one process with short timeouts: each waits for a live peer, and gives a silent one up.

use std::collections::BTreeMap;
use std::io::{PipeReader, PipeWriter, pipe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::json;

use super::*;
use crate::action::{Action, Requirements};
use crate::remote::client::{AgentClient, AgentError, SessionConfig};
use crate::remote::transport::Transport;
use crate::remote::{ExecError, Job};

/// A transport over pipes whose writing end can be taken away.
struct PipeTransport {
    to: Arc<Mutex<Option<PipeWriter>>>,
    from: Receiver<Vec<u8>>,
    left: Vec<u8>,
}

impl PipeTransport {
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

impl Transport for PipeTransport {
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

/// Timeouts in milliseconds.
fn timeouts(busy: u64, idle: u64, heartbeat: u64) -> AgentTimeouts {
    let [busy, idle, heartbeat] = [busy, idle, heartbeat].map(Duration::from_millis);
    AgentTimeouts { busy, idle, heartbeat }
}

/// Calls `use_client` with a session that has these timeouts; `silence` is the client's, in milliseconds. Also returns whether the agent left by
/// itself, which `use_client` may wait for.
fn with_agent<R>(
    timeouts: AgentTimeouts,
    silence: u64,
    use_client: impl FnOnce(AgentClient, &Cache, &AtomicBool) -> R,
) -> (R, bool) {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open_without_sync(dir.path()).unwrap();
    let workshop = Workshop::open(&cache).unwrap();
    let capabilities = Capabilities::detect(&cache, &workshop, 1, 1 << 30, 1 << 30).unwrap();
    let agent = AgentServer { cache: &cache, workshop: &workshop, capabilities, timeouts };
    let ((input, to), (from, output)) = (pipe().unwrap(), pipe().unwrap());
    let to = Arc::new(Mutex::new(Some(to)));
    let left = AtomicBool::new(false);
    let result = thread::scope(|scope| {
        let served = scope.spawn(|| {
            // In a process of its own the agent would end here, and close its streams.
            let leave = || {
                left.store(true, Ordering::SeqCst);
                to.lock().unwrap().take();
            };
            agent.serve(input, output, &leave)
        });
        let silence = Duration::from_millis(silence);
        let session_config = SessionConfig { silence_timeout: silence, ..SessionConfig::new("far", None) };
        let (client, _) = AgentClient::connect(Box::new(PipeTransport::new(from, &to)), session_config).unwrap();
        let result = use_client(client, &cache, &left);
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
        tools: Arc::new(BTreeMap::from([(
            "crates.sound".to_owned(),
            crate::steps::tool_fingerprints(workshop)["crates.sound"].clone(),
        )])),
        requirements: Requirements::default(),
    }
}

/// A run that waits for a lock on its key, until `wait` has passed or the run ends.
fn run_while_locked(client: &mut AgentClient, agent_cache: &Cache, wait: Duration) -> Result<(), ExecError> {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let action = action(&Workshop::open(&cache).unwrap());
    let lock = agent_cache.lock(action.key(), &|| false).unwrap();
    let (running, ended) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let _ = ended.recv_timeout(wait);
            drop(lock);
        });
        let result =
            client.run(&action, &cache, &Job { cancel: &CancelToken::default(), progress: &|_, _| {} }).map(drop);
        drop(running);
        result
    })
}

#[test]
fn client_and_agent_wait_for_a_long_run() {
    let run = |mut client: AgentClient, cache: &Cache, _: &AtomicBool| {
        run_while_locked(&mut client, cache, Duration::from_secs(5))
    };
    let (result, left) = with_agent(timeouts(2000, 60_000, 50), 2000, run);
    assert!(result.is_ok() && !left, "{result:?}");
}

#[test]
fn a_client_that_is_silent_in_a_run_is_given_up() {
    // The client pings every 20 seconds, which is too seldom.
    let run = |mut client: AgentClient, cache: &Cache, _: &AtomicBool| {
        let start = Instant::now();
        let result = run_while_locked(&mut client, cache, Duration::from_secs(120));
        // The client may still receive the message that its step was stopped.
        let trouble = client.last_error();
        assert!(
            matches!(trouble, Some(AgentError::Gone { .. } | AgentError::Transient { .. })),
            "{result:?} {trouble:?}"
        );
        start.elapsed()
    };
    let (took, left) = with_agent(timeouts(300, 60_000, 50), 60_000, run);
    assert!(left);
    println!("left; the run ended after {took:?}");
}

#[test]
fn an_idle_client_is_given_up_later_unless_it_pings() {
    let tended = |mut client: AgentClient, _: &Cache, _: &AtomicBool| {
        for _ in 0..8 {
            thread::sleep(Duration::from_millis(500));
            assert!(client.keep_alive());
        }
    };
    assert!(!with_agent(timeouts(100, 3000, 50), 60_000, tended).1);
    let idle = |mut client: AgentClient, _: &Cache, left: &AtomicBool| {
        let start = Instant::now();
        while !left.load(Ordering::SeqCst) {
            assert!(start.elapsed() < Duration::from_secs(120), "it was not left");
            thread::sleep(Duration::from_millis(5));
        }
        assert!(!client.keep_alive() && !client.is_usable());
    };
    assert!(with_agent(timeouts(100, 500, 50), 60_000, idle).1);
}
