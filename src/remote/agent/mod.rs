//! The far side: runs what it is told through this machine's own cache and tools, and sends back what comes out. Knows nothing of
//! whether a pipe or a network lies between.
//!
//! Five threads: one reads, one hands on what was read, one runs steps, one files results, one watches that somebody is still there.

mod voice;
mod worker;

use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::cache::Cache;
use crate::process::Cancel;
use crate::steps::Workshop;

use super::hello::Hello;
use super::wire::{Decoder, Frame, FromAgent, ToAgent, WireError};

use voice::Voice;
use worker::{Order, Worker};

/// Frames that wait to be handled.
const WAITING: usize = 4;
/// How long a cancelled step that computes in this very process is waited for.
const GRACE: Duration = Duration::from_secs(1);
/// How often the watch looks.
const LOOK: Duration = Duration::from_millis(50);

/// How long silence may last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// While something runs.
    pub busy: Duration,
    /// While nothing does.
    pub idle: Duration,
    /// How often the agent says that it is alive while something runs.
    pub alive: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let [busy, idle, alive] = [45, 15 * 60, 5].map(Duration::from_secs);
        Self { busy, idle, alive }
    }
}

/// The far side.
pub struct Agent<'a> {
    /// Where blobs and results are kept.
    pub cache: &'a Cache,
    /// What steps run with.
    pub workshop: &'a Workshop,
    /// What is told of this machine.
    pub hello: Hello,
    /// How long silence may last.
    pub patience: Patience,
}

/// What the threads share.
struct State {
    /// What runs now, and how to stop it.
    running: Mutex<Option<(u64, Cancel)>>,
    /// When something was last heard: milliseconds since `start`.
    heard: AtomicU64,
    start: Instant,
}

impl State {
    fn running(&self) -> std::sync::MutexGuard<'_, Option<(u64, Cancel)>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_busy(&self) -> bool {
        self.running().is_some()
    }

    fn cancel(&self) {
        if let Some((_, cancel)) = &*self.running() {
            cancel.set();
        }
    }

    fn hear(&self) {
        self.heard.store(self.start.elapsed().as_millis() as u64, Ordering::Relaxed);
    }

    fn silence(&self) -> Duration {
        self.start.elapsed().saturating_sub(Duration::from_millis(self.heard.load(Ordering::Relaxed)))
    }

    /// Stops what runs, and waits a little for its end.
    fn wind_up(&self) -> bool {
        self.cancel();
        let until = Instant::now() + GRACE;
        while self.is_busy() && Instant::now() < until {
            thread::sleep(Duration::from_millis(5));
        }
        !self.is_busy()
    }
}

impl Agent<'_> {
    /// Serves until the input ends. `leave` ends the process: it is called where a thread can't be waited for.
    ///
    /// # Errors
    /// What is not understood of the input.
    pub fn serve(
        &self,
        input: impl Read + Send,
        output: impl Write + Send,
        leave: &(dyn Fn() + Sync),
    ) -> Result<(), WireError> {
        let state = State { running: Mutex::default(), heard: AtomicU64::new(0), start: Instant::now() };
        let voice = Voice::new(output);
        let (state, voice) = (&state, &voice);
        thread::scope(|scope| {
            // Dropped here, even by a bug, it ends the watch: else nobody would ever end this process.
            let (_serving, over) = channel();
            let (orders, taken) = sync_channel(WAITING);
            let (frames, read) = sync_channel(WAITING);
            scope.spawn(move || listen(input, &frames, state));
            scope.spawn(move || self.watch(state, &over, leave));
            let (made, filed) = channel();
            scope.spawn(move || Worker::new(self, state, voice, made).work(&taken));
            scope.spawn(move || {
                // What earlier agents left; what this one uses stays.
                let _ = self.cache.sweep_if_due(self.hello.cap);
                worker::file(self.cache, &filed);
            });
            let served = voice.greet(&self.hello).and_then(|()| self.hand_on(state, voice, &read, &orders));
            // The reader may wait for room, or for bytes: the first ends now, the second only with the process.
            drop((read, orders));
            let is_quiet = state.wind_up();
            if let Err(error) = &served {
                // Whoever would read it may be gone.
                let _ = writeln!(io::stderr(), "{error}");
            }
            if !is_quiet || served.is_err() {
                leave();
            }
            served
        })
    }

    /// Hands on what is read until nothing is any more.
    fn hand_on(
        &self,
        state: &State,
        voice: &Voice<impl Write>,
        read: &Receiver<Result<Frame, WireError>>,
        orders: &SyncSender<Order>,
    ) -> Result<(), WireError> {
        loop {
            let frame = match read.recv_timeout(self.patience.alive) {
                Ok(frame) => frame?,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
                Err(RecvTimeoutError::Timeout) if state.is_busy() => {
                    // One that can't be told is gone, which the reader or the watch will see.
                    let _ = voice.say_if_free(&FromAgent::Alive);
                    continue;
                }
                Err(RecvTimeoutError::Timeout) => continue,
            };
            let order = match frame.message()? {
                ToAgent::Ping => {
                    if state.is_busy() {
                        let _ = voice.say_if_free(&FromAgent::Alive);
                    }
                    continue;
                }
                ToAgent::Cancel { id } => {
                    if let Some((_, cancel)) = state.running().as_ref().filter(|(running, _)| *running == id) {
                        cancel.set();
                    }
                    continue;
                }
                ToAgent::Run { id, key } => {
                    let cancel = Cancel::default();
                    *state.running() = Some((id, cancel.clone()));
                    Order::Run { id, key, action: frame.body, cancel }
                }
                ToAgent::Put(part) => Order::Put(part, frame.body),
                ToAgent::Go { id } => Order::Go(id),
                ToAgent::Take { id, blobs } => Order::Take(id, blobs),
            };
            if orders.send(order).is_err() {
                return Err(unheard());
            }
        }
    }

    /// Ends everything when nobody has said anything for too long; `over` is closed once nobody needs to.
    fn watch(&self, state: &State, over: &Receiver<()>, leave: &(dyn Fn() + Sync)) {
        while over.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
            let most = if state.is_busy() { self.patience.busy } else { self.patience.idle };
            if state.silence() > most {
                state.wind_up();
                leave();
                return;
            }
        }
    }
}

/// Reads frames until the input ends.
fn listen(mut input: impl Read, frames: &SyncSender<Result<Frame, WireError>>, state: &State) {
    let (mut decoder, mut buffer) = (Decoder::default(), vec![0; 256 << 10]);
    loop {
        match input.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Ok(0) | Err(_) => break,
            Ok(n) => decoder.push(&buffer[..n]),
        }
        state.hear();
        loop {
            match decoder.frame() {
                Ok(Some(frame)) => match frames.send(Ok(frame)) {
                    Ok(()) => {}
                    Err(_) => return,
                },
                Ok(None) => break,
                Err(error) => return drop(frames.send(Err(error))),
            }
        }
    }
}

/// Nobody reads what is said.
fn unheard() -> WireError {
    WireError::Message("nobody listens any more".to_owned())
}

#[cfg(test)]
mod tests;
