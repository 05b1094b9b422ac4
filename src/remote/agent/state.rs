//! What the threads of an agent share: the current run, and when the client last sent something.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::process::CancelToken;

/// How long a cancelled step that computes in this process is waited for.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(1);

/// What the threads of an agent share.
pub struct AgentState {
    /// The number of the current run, and how to cancel it.
    running: Mutex<Option<(u64, CancelToken)>>,
    /// When bytes were last received, in milliseconds after `start`.
    last_received_millis: AtomicU64,
    start: Instant,
}

impl AgentState {
    pub fn new() -> Self {
        Self { running: Mutex::default(), last_received_millis: AtomicU64::new(0), start: Instant::now() }
    }

    pub fn running(&self) -> MutexGuard<'_, Option<(u64, CancelToken)>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn is_busy(&self) -> bool {
        self.running().is_some()
    }

    /// Records that bytes were received.
    pub fn record_received(&self) {
        self.last_received_millis.store(self.start.elapsed().as_millis() as u64, Ordering::Relaxed);
    }

    /// How long nothing has been received.
    pub fn silence(&self) -> Duration {
        let last_received = Duration::from_millis(self.last_received_millis.load(Ordering::Relaxed));
        self.start.elapsed().saturating_sub(last_received)
    }

    /// Cancels the run with this number, if it is the current one.
    pub fn cancel(&self, run: u64) {
        if let Some((_, cancel)) = self.running().as_ref().filter(|(running, _)| *running == run) {
            cancel.set();
        }
    }

    /// Cancels the current run, and waits a little for its end; `false` if it goes on.
    pub fn cancel_and_wait(&self) -> bool {
        if let Some((_, cancel)) = &*self.running() {
            cancel.set();
        }
        let deadline = Instant::now() + CANCEL_TIMEOUT;
        while self.is_busy() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
        !self.is_busy()
    }
}
