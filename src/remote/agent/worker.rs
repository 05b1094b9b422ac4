//! Runs one action after the other: receives the inputs that are missing, runs the step, and sends the outputs.

use std::any::Any;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::action::{Action, Blob, Outcome, Requirements};
use crate::cache::{Cache, CacheError, KeyLock, Lookup, NewResult};
use crate::digest::Key;
use crate::process::CancelToken;
use crate::remote::capabilities::{Capabilities, free_bytes};
use crate::remote::chunk::{ChunkError, ChunkReader, is_disk_full};
use crate::remote::executor::{ExecError, Executor, Job};
use crate::remote::local::LocalExecutor;
use crate::remote::resumable_transfer::{self, ResumableTransfer, is_large};
use crate::remote::wire::{ChunkHeader, FromAgent, MissingBlob, RemoteFailure};
use crate::steps::Workshop;

use super::message_writer::MessageWriter;
use super::state::AgentState;

/// How often a wait for the next command checks whether the run was cancelled.
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// The least time between two progress messages.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(50);
/// How often damaged inputs are requested before the run fails.
const MAX_INPUT_ATTEMPTS: usize = 3;
/// A disk with less space than this counts as full.
const MIN_FREE_BYTES: u64 = 1 << 20;
/// The first bytes of a step's message that are sent.
const MAX_MESSAGE_BYTES: usize = 4 << 10;
/// The last bytes of a step's log that are sent.
const MAX_LOG_BYTES: usize = 64 << 10;

/// What the dispatching thread passes on to the worker.
pub enum WorkerCommand {
    Run { id: u64, key: Key, action: Vec<u8>, cancel: CancelToken },
    Put(ChunkHeader, Vec<u8>),
    Go(u64),
    Take(u64, Vec<MissingBlob>),
}

/// A result and the inputs received for it, with the lock that keeps other processes from making it before it is committed.
pub type UncommittedResult = (Vec<NewResult>, KeyLock);

/// Commits results to the cache until the sender is dropped. Results that have queued up are committed together, because each commit waits
/// for the disk. A result that can't be committed is made again next time.
pub fn commit_results(cache: &Cache, uncommitted: &Receiver<UncommittedResult>) {
    while let Ok(first) = uncommitted.recv() {
        let (results, _locks): (Vec<_>, Vec<_>) = std::iter::once(first).chain(uncommitted.try_iter()).unzip();
        if let Err(error) = cache.commit(results.into_iter().flatten().collect()) {
            // The other end of stderr may be closed.
            let _ = writeln!(io::stderr(), "results could not be kept: {error}");
        }
    }
}

/// Why a run ends without an outcome.
enum RunAbort {
    /// The client is told this.
    Failed(RemoteFailure),
    /// The client is gone.
    Gone,
}

const CANCELLED: RunAbort = RunAbort::Failed(RemoteFailure::Cancelled);

impl From<io::Error> for RunAbort {
    fn from(error: io::Error) -> Self {
        let message = error.to_string();
        let failure = if is_disk_full(&error) {
            RemoteFailure::DiskFull { message }
        } else {
            RemoteFailure::Transient { message }
        };
        Self::Failed(failure)
    }
}

impl From<CacheError> for RunAbort {
    fn from(error: CacheError) -> Self {
        let message = error.to_string();
        match error.help() {
            Some(_) => Self::Failed(RemoteFailure::DiskFull { message }),
            None => Self::Failed(RemoteFailure::Transient { message }),
        }
    }
}

impl From<ChunkError> for RunAbort {
    fn from(error: ChunkError) -> Self {
        match error {
            ChunkError::Unexpected(what) => unexpected(what),
            ChunkError::Wire(error) => Self::Failed(RemoteFailure::Transient { message: error.to_string() }),
            ChunkError::Io(error) => error.into(),
        }
    }
}

/// The run that the worker executes.
struct AgentRun<'r> {
    id: u64,
    action: Arc<Action>,
    commands: &'r RunCommands<'r>,
}

/// The commands that arrive during a run.
struct RunCommands<'r> {
    received: &'r Receiver<WorkerCommand>,
    cancel: &'r CancelToken,
}

impl RunCommands<'_> {
    /// The next command. Commands that arrived before the run was cancelled are still returned.
    fn next(&self) -> Result<WorkerCommand, RunAbort> {
        loop {
            match self.received.recv_timeout(POLL_INTERVAL) {
                Ok(command) => return Ok(command),
                Err(RecvTimeoutError::Timeout) if self.cancel.is_set() => return Err(CANCELLED),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(RunAbort::Gone),
            }
        }
    }
}

/// Runs actions as commanded.
pub struct AgentWorker<'w, W> {
    pub cache: &'w Cache,
    pub workshop: &'w Workshop,
    pub capabilities: &'w Capabilities,
    pub state: &'w AgentState,
    pub writer: &'w MessageWriter<W>,
    pub results: Sender<UncommittedResult>,
}

impl<W: Write + Send> AgentWorker<'_, W> {
    /// Works until the sender of commands is dropped.
    pub fn work(self, received: &Receiver<WorkerCommand>) {
        resumable_transfer::remove_stale(self.cache);
        while let Ok(command) = received.recv() {
            // Other commands belong to a run that has been cancelled.
            let WorkerCommand::Run { id, key, action, cancel } = command else { continue };
            let commands = RunCommands { received, cancel: &cancel };
            let ended = catch_unwind(AssertUnwindSafe(|| self.run(id, key, &action, &commands)));
            let sent = match ended.unwrap_or_else(|panic| Err(panicked(panic.as_ref()))) {
                Ok(()) => self.writer.send_message(&FromAgent::End { id }, &[]),
                Err(RunAbort::Failed(failure)) => self.writer.send_message(&FromAgent::Failed { id, failure }, &[]),
                Err(RunAbort::Gone) => Ok(()),
            };
            // The next run may have been registered meanwhile.
            self.state.running().take_if(|(running, _)| *running == id);
            if sent.is_err() {
                return;
            }
        }
    }

    fn run(&self, id: u64, key: Key, action: &[u8], commands: &RunCommands) -> Result<(), RunAbort> {
        let action = self.parse_action(action, key)?;
        if let Lookup::Hit(outcome) = self.look_up(key)? {
            return self.send_outcome(id, &outcome, true, commands);
        }
        let lock = self.cache.lock(key, &|| commands.cancel.is_set())?.ok_or(CANCELLED)?;
        let permit = match self.look_up(key)? {
            Lookup::Hit(outcome) => return self.send_outcome(id, &outcome, true, commands),
            Lookup::Miss(permit) => permit,
        };
        let run = AgentRun { id, action: Arc::new(action), commands };
        let (outcome, mut results) = self.make(&run)?;
        results.push(NewResult { permit, action: run.action, outcome: outcome.clone() });
        let _ = self.results.send((results, lock));
        self.send_outcome(id, &outcome, false, commands)
    }

    /// Parses the action, and checks that it has the client's key and that this machine makes the same bytes of it.
    fn parse_action(&self, text: &[u8], key: Key) -> Result<Action, RunAbort> {
        let action: Action = serde_json::from_slice(text).map_err(|error| incompatible(error.to_string()))?;
        if action.key() != key {
            return Err(incompatible("it reads another action than was sent".to_owned()));
        }
        match self.capabilities.incompatibility(&action) {
            Some(why) => Err(incompatible(why)),
            None => Ok(action),
        }
    }

    /// Runs the step once its inputs are here. Also returns the received inputs as results to commit.
    fn make(&self, run: &AgentRun) -> Result<(Outcome, Vec<NewResult>), RunAbort> {
        let mut received = Vec::new();
        for _ in 0..MAX_INPUT_ATTEMPTS {
            received.append(&mut self.receive_inputs(run)?);
            match self.execute(run) {
                Err(ExecError::MissingInputs(_)) => {}
                Err(error) => return Err(self.failed(error)),
                Ok(outcome) => {
                    return Ok((outcome, received.iter().filter_map(|blob| self.input_result(blob)).collect()));
                }
            }
        }
        let message = "what it is sent is damaged each time".to_owned();
        Err(RunAbort::Failed(RemoteFailure::Transient { message }))
    }

    fn execute(&self, run: &AgentRun) -> Result<Outcome, ExecError> {
        let (id, writer) = (run.id, self.writer);
        let last_sent = Mutex::new(None::<Instant>);
        LocalExecutor::new(self.cache, self.workshop).run(
            &run.action,
            &Job {
                cancel: run.commands.cancel,
                progress: &|done, total| send_progress(writer, &FromAgent::Progress { id, done, total }, &last_sent),
            },
        )
    }

    fn failed(&self, error: ExecError) -> RunAbort {
        let is_full = free_bytes(self.cache.root()).is_some_and(|free| free < MIN_FREE_BYTES);
        RunAbort::Failed(match error {
            ExecError::Cancelled => RemoteFailure::Cancelled,
            ExecError::Cache(error) => return error.into(),
            ExecError::Step { message, .. } if is_full => RemoteFailure::DiskFull { message: start_of(message) },
            ExecError::Step { message, help, log } => {
                RemoteFailure::Step { message: start_of(message), help: help.map(start_of), log: end_of(log) }
            }
            error => RemoteFailure::Transient { message: error.to_string() },
        })
    }

    /// A received input as a result of its own, so that the cache keeps it until space is needed.
    fn input_result(&self, blob: &Blob) -> Option<NewResult> {
        let action = Action {
            kind: "input".to_owned(),
            version: 1,
            params: Arc::new(json!({})),
            inputs: BTreeMap::from([("blob".to_owned(), *blob)]),
            tools: Arc::default(),
            requirements: Requirements::default(),
        };
        let outcome = Outcome::computed(action.inputs.clone(), 0);
        match self.cache.lookup(action.key()) {
            Ok(Lookup::Miss(permit)) => Some(NewResult { permit, action: Arc::new(action), outcome }),
            _ => None,
        }
    }

    /// Receives the inputs that are missing, and returns them.
    fn receive_inputs(&self, run: &AgentRun) -> Result<Vec<Blob>, RunAbort> {
        let mut received = Vec::new();
        for _ in 0..MAX_INPUT_ATTEMPTS {
            let inputs = run.action.inputs.values().copied();
            let mut transfer =
                ResumableTransfer::for_missing(self.cache, inputs, run.commands.cancel)?.ok_or(CANCELLED)?;
            if transfer.is_empty() {
                return Ok(received);
            }
            self.send(&FromAgent::Lacks { id: run.id, blobs: transfer.missing(|_| true) })?;
            received.append(&mut self.receive_chunks(run, &mut transfer)?);
        }
        Err(RunAbort::Failed(RemoteFailure::Transient { message: "what it is sent arrives damaged".to_owned() }))
    }

    /// Receives chunks until the client has sent all; returns the blobs that arrived undamaged.
    fn receive_chunks(&self, run: &AgentRun, transfer: &mut ResumableTransfer) -> Result<Vec<Blob>, RunAbort> {
        let mut received = Vec::new();
        loop {
            // Chunks that have arrived are written even after the run was cancelled: the next transfer resumes behind them.
            match run.commands.next()? {
                WorkerCommand::Put(header, body) => {
                    if let Some(blob) = transfer.accept(&header, &body)?
                        && blob.insert(self.cache)?
                    {
                        received.push(blob.blob);
                    }
                }
                WorkerCommand::Go(id) if id == run.id => return Ok(received),
                _ => return Err(unexpected("something else than what is lacking")),
            }
        }
    }

    /// Looks an earlier result up, and verifies its blobs.
    fn look_up(&self, key: Key) -> Result<Lookup, CacheError> {
        let found = self.cache.lookup(key)?;
        let Lookup::Hit(outcome) = &found else { return Ok(found) };
        match outcome.outputs.values().try_for_each(|blob| self.cache.verified_path(blob).map(drop)) {
            Ok(()) => Ok(found),
            // The cache has removed the damaged blob, so this is a miss.
            Err(CacheError::Lost { .. }) => self.cache.lookup(key),
            Err(error) => Err(error),
        }
    }

    /// Sends an outcome and its outputs: small ones at once, large ones as far as the client lacks them.
    fn send_outcome(&self, id: u64, outcome: &Outcome, found: bool, commands: &RunCommands) -> Result<(), RunAbort> {
        let Outcome { outputs, millis, .. } = outcome;
        let mut paths = BTreeMap::new();
        for blob in outputs.values() {
            paths.insert(blob.digest, (self.cache.verified_path(blob)?, *blob));
        }
        self.send(&FromAgent::Done { id, outputs: outputs.clone(), millis: *millis, found })?;
        let (large, small): (Vec<_>, Vec<_>) = paths.values().partition(|(_, blob)| is_large(blob));
        small.into_iter().try_for_each(|(path, blob)| self.send_blob(path, *blob, 0, commands.cancel))?;
        if large.is_empty() {
            return Ok(());
        }
        let missing = match commands.next()? {
            WorkerCommand::Take(run, missing) if run == id => missing,
            _ => return Err(unexpected("something else than what it lacks")),
        };
        for MissingBlob { digest, from } in missing {
            let Some((path, blob)) = paths.get(&digest) else { return Err(unexpected("a question for another blob")) };
            self.send_blob(path, *blob, from, commands.cancel)?;
        }
        Ok(())
    }

    fn send_blob(&self, path: &Path, blob: Blob, from: u64, cancel: &CancelToken) -> Result<(), RunAbort> {
        let mut reader = ChunkReader::open(path, blob, from)?;
        while let Some((header, body)) = reader.next_chunk()? {
            if cancel.is_set() {
                return Err(CANCELLED);
            }
            self.writer.send_message(&FromAgent::Put(header), &body).map_err(|_| RunAbort::Gone)?;
        }
        Ok(())
    }

    fn send(&self, message: &FromAgent) -> Result<(), RunAbort> {
        self.writer.send_message(message, &[]).map_err(|_| RunAbort::Gone)
    }
}

/// Sends progress, unless the last one was sent a moment ago or another thread is sending it.
fn send_progress(writer: &MessageWriter<impl Write>, progress: &FromAgent, last_sent: &Mutex<Option<Instant>>) {
    let Ok(mut last_sent) = last_sent.try_lock() else { return };
    if last_sent.is_none_or(|at| at.elapsed() >= PROGRESS_INTERVAL) {
        *last_sent = Some(Instant::now());
        let _ = writer.send_if_free(progress);
    }
}

fn incompatible(message: String) -> RunAbort {
    RunAbort::Failed(RemoteFailure::Incompatible { message })
}

fn unexpected(what: &str) -> RunAbort {
    RunAbort::Failed(RemoteFailure::Transient { message: format!("it was sent {what}") })
}

fn panicked(panic: &(dyn Any + Send)) -> RunAbort {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    let message = "t2v itself failed there; this is a bug".to_owned();
    let help = Some("please report it with the lines above".to_owned());
    RunAbort::Failed(RemoteFailure::Step { message, help, log: end_of(text.unwrap_or("panic").to_owned()) })
}

/// The start of a message, which has the reason.
fn start_of(message: String) -> String {
    message[..message.floor_char_boundary(MAX_MESSAGE_BYTES)].to_owned()
}

/// The end of a log, which has the reason.
fn end_of(log: String) -> String {
    let start = log.len().saturating_sub(MAX_LOG_BYTES);
    log[log.ceil_char_boundary(start)..].to_owned()
}
