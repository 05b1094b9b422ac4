//! The agent: runs actions for a client, with the cache and the tools of this machine, and sends their outputs back.
//!
//! It reads messages from one stream and writes them to another, and does not depend on what carries the streams. It has five threads: one
//! reads frames, one dispatches them, one runs steps, one commits results to the cache, and one watches for a silent client.

mod message_writer;
mod state;
mod worker;

use std::io::{self, Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use crate::cache::Cache;
use crate::process::CancelToken;
use crate::steps::Workshop;

use super::capabilities::Capabilities;
use super::wire::{FromAgent, ToAgent, WireDecoder, WireError, WireFrame};

use message_writer::{MessageWriter, closed_output};
use state::AgentState;
use worker::{AgentWorker, WorkerCommand};

/// Frames that were read but not dispatched yet, and commands that the worker has not taken yet: at most this many of each.
const MAX_QUEUED_FRAMES: usize = 4;
/// How often the watching thread checks for silence.
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// Bytes that are read at once.
const READ_BUFFER_BYTES: usize = 256 << 10;

/// When an agent gives its client up, and how often it sends signs of life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgentTimeouts {
    /// How long the client may be silent during a run. 45 s by default.
    pub busy: Duration,
    /// How long the client may be silent between runs. 15 min by default.
    pub idle: Duration,
    /// How often the agent sends [`FromAgent::Alive`] during a run. 5 s by default.
    pub heartbeat: Duration,
}

impl Default for AgentTimeouts {
    fn default() -> Self {
        let [busy, idle, heartbeat] = [45, 15 * 60, 5].map(Duration::from_secs);
        Self { busy, idle, heartbeat }
    }
}

/// An agent of this machine.
pub struct AgentServer<'a> {
    /// The cache for blobs and results.
    pub cache: &'a Cache,
    /// The tools that steps run with.
    pub workshop: &'a Workshop,
    /// The first message to the client.
    pub capabilities: Capabilities,
    /// When the agent gives its client up.
    pub timeouts: AgentTimeouts,
}

impl AgentServer<'_> {
    /// Serves until the input ends. `leave` ends the process; it is called if a thread can't be stopped in time.
    ///
    /// # Errors
    /// [`WireError`] if the input breaks the protocol.
    pub fn serve(
        &self,
        input: impl Read + Send,
        output: impl Write + Send,
        leave: &(dyn Fn() + Sync),
    ) -> Result<(), WireError> {
        let state = &AgentState::new();
        let writer = &MessageWriter::new(output);
        thread::scope(|scope| {
            // Dropping this sender ends the watching thread, even after a panic; otherwise the process would never end.
            let (_serving, ended) = channel();
            let (commands, received) = sync_channel(MAX_QUEUED_FRAMES);
            let (frames, read) = sync_channel(MAX_QUEUED_FRAMES);
            scope.spawn(move || read_frames(input, &frames, state));
            scope.spawn(move || self.watch_silence(state, &ended, leave));
            let (results, uncommitted) = channel();
            let worker = AgentWorker {
                cache: self.cache,
                workshop: self.workshop,
                capabilities: &self.capabilities,
                state,
                writer,
                results,
            };
            scope.spawn(move || worker.work(&received));
            scope.spawn(move || {
                // Removes what earlier agents left; blobs that this one uses stay.
                let _ = self.cache.gc_if_due(self.capabilities.cap);
                worker::commit_results(self.cache, &uncommitted);
            });
            let served = writer
                .send_capabilities(&self.capabilities)
                .and_then(|()| self.dispatch(state, writer, &read, &commands));
            // A reader that waits for a free place in the queue ends now; one that waits for input ends with the process.
            drop(read);
            drop(commands);
            let is_quiet = state.cancel_and_wait();
            if let Err(error) = &served {
                // The other end of stderr may be closed.
                let _ = writeln!(io::stderr(), "{error}");
            }
            if !is_quiet || served.is_err() {
                leave();
            }
            served
        })
    }

    /// Dispatches frames until there are no more.
    fn dispatch(
        &self,
        state: &AgentState,
        writer: &MessageWriter<impl Write>,
        read: &Receiver<Result<WireFrame, WireError>>,
        commands: &SyncSender<WorkerCommand>,
    ) -> Result<(), WireError> {
        loop {
            let frame = match read.recv_timeout(self.timeouts.heartbeat) {
                Ok(frame) => frame?,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
                Err(RecvTimeoutError::Timeout) => {
                    send_heartbeat(state, writer);
                    continue;
                }
            };
            let command = match frame.message()? {
                ToAgent::Ping => {
                    send_heartbeat(state, writer);
                    continue;
                }
                ToAgent::Cancel { id } => {
                    state.cancel(id);
                    continue;
                }
                ToAgent::Run { id, key } => {
                    let cancel = CancelToken::default();
                    *state.running() = Some((id, cancel.clone()));
                    WorkerCommand::Run { id, key, action: frame.body, cancel }
                }
                ToAgent::Put(header) => WorkerCommand::Put(header, frame.body),
                ToAgent::Go { id } => WorkerCommand::Go(id),
                ToAgent::Take { id, blobs } => WorkerCommand::Take(id, blobs),
            };
            if commands.send(command).is_err() {
                return Err(closed_output());
            }
        }
    }

    /// Ends the agent when its client is silent for too long; returns when the sender of `ended` is dropped.
    fn watch_silence(&self, state: &AgentState, ended: &Receiver<()>, leave: &(dyn Fn() + Sync)) {
        while ended.recv_timeout(POLL_INTERVAL) == Err(RecvTimeoutError::Timeout) {
            let timeout = if state.is_busy() { self.timeouts.busy } else { self.timeouts.idle };
            if state.silence() > timeout {
                state.cancel_and_wait();
                leave();
                return;
            }
        }
    }
}

/// Sends a sign of life during a run. Errors are ignored: the reader or the watching thread notices that the client is gone.
fn send_heartbeat(state: &AgentState, writer: &MessageWriter<impl Write>) {
    if state.is_busy() {
        let _ = writer.send_if_free(&FromAgent::Alive);
    }
}

/// Reads frames until the input ends.
fn read_frames(mut input: impl Read, frames: &SyncSender<Result<WireFrame, WireError>>, state: &AgentState) {
    let mut decoder = WireDecoder::default();
    let mut buffer = vec![0; READ_BUFFER_BYTES];
    loop {
        match input.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Ok(0) | Err(_) => break,
            Ok(n) => decoder.push(&buffer[..n]),
        }
        state.record_received();
        loop {
            match decoder.next_frame() {
                Ok(Some(frame)) => {
                    if frames.send(Ok(frame)).is_err() {
                        return;
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    let _ = frames.send(Err(error));
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
