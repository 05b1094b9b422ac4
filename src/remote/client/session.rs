//! One run on an agent, from the request to the outputs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::action::{Action, Blob, Outcome};
use crate::cache::{Cache, CacheError};
use crate::diag::printable;
use crate::digest::Digest;
use crate::remote::chunk::ChunkReader;
use crate::remote::executor::{ExecError, Job};
use crate::remote::wire::{CHUNK_BYTES, FromAgent, MissingBlob, RemoteFailure, ToAgent};

use super::config::KnownBlobs;
use super::connection::{Connection, POLL_INTERVAL, printable_line};
use super::error::AgentError;
use super::outputs::{OutputError, OutputReceiver};

/// How long a cancelled run may take to end on the host. After that the connection is closed, which also ends the run.
const CANCEL_TIMEOUT: Duration = Duration::from_millis(900);
/// A bound on the run time that an agent reports, in milliseconds: 30 days.
const MAX_RUN_MILLIS: u64 = 30 * 24 * 3_600_000;
/// The last bytes of a log that are kept.
const MAX_LOG_BYTES: usize = 64 << 10;
/// How often an agent may ask for inputs in one run. It asks again for those that arrive damaged.
const MAX_INPUT_REQUESTS: usize = 10;

/// Inputs of an action, with the paths of their files.
type InputFiles = BTreeMap<Digest, (PathBuf, Blob)>;

/// Why a run ends without an outcome.
pub enum RunError {
    /// The step, the build or this machine is the reason.
    Local(ExecError),
    /// The agent or the connection to it is the reason.
    Remote(AgentError),
}

impl From<AgentError> for RunError {
    fn from(error: AgentError) -> Self {
        Self::Remote(error)
    }
}

impl From<CacheError> for RunError {
    fn from(error: CacheError) -> Self {
        Self::Local(error.into())
    }
}

/// An action that an agent runs.
pub struct RemoteRun<'r> {
    pub id: u64,
    pub action: &'r Action,
    pub cache: &'r Cache,
    pub job: &'r Job<'r>,
}

/// The parts of a client that a run uses.
pub struct RemoteSession<'s> {
    pub connection: &'s mut Connection,
    pub known_blobs: &'s KnownBlobs,
    pub sent_bytes: &'s mut u64,
    /// A message that arrived while inputs were being sent.
    pub pending: Option<(FromAgent, Vec<u8>)>,
}

impl RemoteSession<'_> {
    pub fn run(&mut self, run: &RemoteRun) -> Result<Outcome, RunError> {
        let inputs = input_files(run)?;
        let action = serde_json::to_vec(run.action).expect("an action is plain data");
        self.connection.send_message(&ToAgent::Run { id: run.id, key: run.action.key() }, &action)?;
        let mut input_requests = 0;
        loop {
            match self.receive_message(run)?.0 {
                FromAgent::Lacks { blobs, .. }
                    if input_requests < MAX_INPUT_REQUESTS && blobs.len() <= inputs.len() =>
                {
                    input_requests += 1;
                    self.send_inputs(run, &inputs, &blobs)?;
                }
                FromAgent::Progress { done, total, .. } => (run.job.progress)(done.min(total), total),
                FromAgent::Done { outputs, millis, .. } => return self.receive_outputs(run, outputs, millis),
                FromAgent::Failed { failure, .. } => return Err(self.remote_failure(failure)),
                _ => return Err(self.invalid_answer("something that was not its turn")),
            }
        }
    }

    /// The next message of this run.
    fn receive_message(&mut self, run: &RemoteRun) -> Result<(FromAgent, Vec<u8>), RunError> {
        loop {
            if run.job.cancel.is_set() {
                return Err(RunError::Local(ExecError::Cancelled));
            }
            let received = match self.pending.take() {
                None => self.connection.receive_message(POLL_INTERVAL)?,
                pending => pending,
            };
            let Some((message, body)) = received else { continue };
            match run_id(&message) {
                _ if message == FromAgent::Alive => {}
                Some(id) if id != run.id => return Err(self.invalid_answer("an answer that belongs to another run")),
                _ => return Ok((message, body)),
            }
        }
    }

    /// Sends the inputs that the agent lacks, several small ones at once.
    fn send_inputs(&mut self, run: &RemoteRun, inputs: &InputFiles, missing: &[MissingBlob]) -> Result<(), RunError> {
        let mut bytes = Vec::new();
        for wanted in missing {
            let Some((path, blob)) = inputs.get(&wanted.digest) else {
                return Err(self.invalid_answer("a question for a blob that is none of its inputs"));
            };
            let mut reader = ChunkReader::open(path, *blob, wanted.from).map_err(|error| unreadable(path, error))?;
            while let Some((header, body)) = reader.next_chunk().map_err(|error| unreadable(path, error))? {
                self.connection.append_message(&ToAgent::Put(header), &body, &mut bytes)?;
                if bytes.len() >= CHUNK_BYTES {
                    self.send(run, &mut bytes)?;
                }
            }
        }
        self.connection.append_message(&ToAgent::Go { id: run.id }, &[], &mut bytes)?;
        self.send(run, &mut bytes)?;
        tracing::debug!(kind = run.action.kind, blobs = missing.len(), "inputs are sent to the host");
        self.known_blobs.add(inputs.values().map(|(_, blob)| blob));
        Ok(())
    }

    fn send(&mut self, run: &RemoteRun, bytes: &mut Vec<u8>) -> Result<(), RunError> {
        if run.job.cancel.is_set() {
            return Err(RunError::Local(ExecError::Cancelled));
        }
        self.connection.send(bytes)?;
        *self.sent_bytes += bytes.len() as u64;
        bytes.clear();
        // An agent whose disk is full fails at once: the rest need not be sent.
        match self.connection.receive_message(Duration::ZERO)? {
            None | Some((FromAgent::Alive, _)) => Ok(()),
            Some((FromAgent::Failed { id, failure }, _)) if id == run.id => Err(self.remote_failure(failure)),
            // The answer to the last chunk may have arrived already.
            Some(pending) => {
                self.pending = Some(pending);
                Ok(())
            }
        }
    }

    /// Receives the outputs, and accepts them only if they are exactly those that the action has.
    fn receive_outputs(
        &mut self,
        run: &RemoteRun,
        outputs: BTreeMap<String, Blob>,
        millis: u64,
    ) -> Result<Outcome, RunError> {
        let mut receiver =
            OutputReceiver::new(run.action, run.cache, &outputs).map_err(|error| self.output_error(error))?;
        if let Some(blobs) = receiver.missing_large() {
            self.connection.send_message(&ToAgent::Take { id: run.id, blobs }, &[])?;
        }
        loop {
            match self.receive_message(run)? {
                (FromAgent::Put(header), body) => {
                    receiver.accept(&header, &body).map_err(|error| self.output_error(error))?;
                }
                (FromAgent::End { .. }, _) => break,
                // The agent can't read its own copy, or the run was stopped there.
                (FromAgent::Failed { failure, .. }, _) => return Err(self.remote_failure(failure)),
                _ => return Err(self.invalid_answer("something that was not its turn")),
            }
        }
        receiver.finish().map_err(|error| self.output_error(error))?;
        tracing::debug!(kind = run.action.kind, blobs = outputs.len(), "outputs have come from the host");
        self.known_blobs.add(outputs.values());
        Ok(Outcome::computed(outputs, millis.min(MAX_RUN_MILLIS)))
    }

    fn output_error(&self, error: OutputError) -> RunError {
        match error {
            OutputError::Local(error) => RunError::Local(error.into()),
            OutputError::Invalid(what) => self.invalid_answer(&what),
            OutputError::Mixed => {
                let message = "the rest of a result did not fit to what was here of it".to_owned();
                RunError::Remote(AgentError::Transient { host: self.connection.host.clone(), message })
            }
        }
    }

    fn remote_failure(&self, failure: RemoteFailure) -> RunError {
        let host = self.connection.host.clone();
        RunError::Remote(match failure {
            RemoteFailure::Step { message, help, log } => {
                let log = printable(&log);
                let log = log[log.ceil_char_boundary(log.len().saturating_sub(MAX_LOG_BYTES))..].to_owned();
                return RunError::Local(ExecError::Step {
                    message: printable_line(&message),
                    help: help.map(|help| printable_line(&help)),
                    log,
                });
            }
            // This side did not cancel the run, or it would not have received this message.
            RemoteFailure::Cancelled => {
                AgentError::Transient { host, message: "the step was stopped there".to_owned() }
            }
            RemoteFailure::Transient { message } => AgentError::Transient { host, message: printable_line(&message) },
            RemoteFailure::DiskFull { message } => AgentError::DiskFull { host, message: printable_line(&message) },
            RemoteFailure::Incompatible { message } => AgentError::Incompatible { host, why: printable_line(&message) },
        })
    }

    fn invalid_answer(&self, what: &str) -> RunError {
        RunError::Remote(AgentError::invalid_answer(&self.connection.host, what))
    }

    /// Stops a run; `false` if it does not end in time.
    pub fn cancel(&mut self, run: u64) -> bool {
        if self.connection.send_message(&ToAgent::Cancel { id: run }, &[]).is_err() {
            return false;
        }
        let deadline = Instant::now() + CANCEL_TIMEOUT;
        while Instant::now() < deadline {
            match self.connection.receive_message(POLL_INTERVAL) {
                Ok(Some((FromAgent::End { id } | FromAgent::Failed { id, .. }, _))) if id == run => return true,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
        false
    }
}

/// The run that a message belongs to; `None` for messages that name none.
fn run_id(message: &FromAgent) -> Option<u64> {
    match message {
        FromAgent::Lacks { id, .. } | FromAgent::Progress { id, .. } | FromAgent::Done { id, .. } => Some(*id),
        FromAgent::End { id } | FromAgent::Failed { id, .. } => Some(*id),
        FromAgent::Hello(_) | FromAgent::Put(_) | FromAgent::Alive => None,
    }
}

/// The files of the action's inputs. Damaged or lost inputs are an error, as on this machine.
fn input_files(run: &RemoteRun) -> Result<InputFiles, RunError> {
    let mut files = BTreeMap::new();
    let mut lost = BTreeMap::new();
    for (role, blob) in &run.action.inputs {
        match run.cache.verified_path(blob) {
            Ok(path) => {
                files.insert(blob.digest, (path, *blob));
            }
            Err(CacheError::Lost { .. }) => {
                lost.insert(role.clone(), *blob);
            }
            Err(error) => return Err(error.into()),
        }
    }
    if lost.is_empty() { Ok(files) } else { Err(RunError::Local(ExecError::MissingInputs(lost))) }
}

fn unreadable(path: &Path, source: std::io::Error) -> RunError {
    CacheError::Io { doing: "read", path: path.to_owned(), source }.into()
}
