//! One run over a line, from the question to the outputs. Knows nothing of the runs before it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::action::{Action, Blob, Outcome};
use crate::cache::{Cache, CacheError};
use crate::diag::printable;
use crate::digest::Digest;
use crate::remote::parcel::Parcel;
use crate::remote::wire::{CHUNK, Failure, FromAgent, Lack, ToAgent};
use crate::remote::{ExecError, Job};

use super::line::{Line, shown};
use super::outputs::{self, Outputs};
use super::{FarError, Known, LOOK, wrong};

/// How long a cancelled run may take to end there; else the connection is closed, which ends it too.
const GRACE: Duration = Duration::from_millis(900);
/// No step is believed to have taken longer than this, in milliseconds.
const LONGEST: u64 = 30 * 24 * 3_600_000;
/// So much of a log is kept.
const LOG: usize = 64 << 10;
/// The agent's side asks again for what arrives damaged, but not more often than this.
const ASKS: usize = 10;

/// Why a run ends without an outcome.
pub enum Stop {
    /// The step, the build or this machine is the reason.
    Here(ExecError),
    /// The far side is.
    There(FarError),
}

impl From<FarError> for Stop {
    fn from(error: FarError) -> Self {
        Self::There(error)
    }
}

impl From<CacheError> for Stop {
    fn from(error: CacheError) -> Self {
        Self::Here(error.into())
    }
}

/// One run.
pub struct Run<'r> {
    pub id: u64,
    pub action: &'r Action,
    pub cache: &'r Cache,
    pub job: &'r Job<'r>,
}

/// What a run needs of a session.
pub struct Session<'s> {
    pub line: &'s mut Line,
    pub known: &'s Known,
    pub sent: &'s mut u64,
    /// What was heard before anybody asked.
    pub early: Option<(FromAgent, Vec<u8>)>,
}

impl Session<'_> {
    pub fn run(&mut self, run: &Run) -> Result<Outcome, Stop> {
        let inputs = inputs(run)?;
        let text = serde_json::to_vec(run.action).expect("an action is plain data");
        self.line.say(&ToAgent::Run { id: run.id, key: run.action.key() }, &text)?;
        let mut asks = 0;
        loop {
            match self.hear(run)?.0 {
                FromAgent::Lacks { blobs, .. } if asks < ASKS && blobs.len() <= inputs.len() => {
                    asks += 1;
                    self.give(run, &inputs, &blobs)?;
                }
                FromAgent::Progress { done, total, .. } => (run.job.progress)(done.min(total), total),
                FromAgent::Done { outputs, millis, .. } => return self.take(run, outputs, millis),
                FromAgent::Failed { failure, .. } => return Err(self.failed(failure)),
                _ => return Err(self.wrong("something that was not its turn")),
            }
        }
    }

    /// The next message of this run.
    fn hear(&mut self, run: &Run) -> Result<(FromAgent, Vec<u8>), Stop> {
        loop {
            if run.job.cancel.is_set() {
                return Err(Stop::Here(ExecError::Cancelled));
            }
            let heard = match self.early.take() {
                None => self.line.hear(LOOK)?,
                early => early,
            };
            let Some((message, body)) = heard else { continue };
            match id(&message) {
                _ if message == FromAgent::Alive => {}
                Some(id) if id != run.id => return Err(self.wrong("an answer that belongs to another run")),
                _ => return Ok((message, body)),
            }
        }
    }

    /// Sends what is lacking, small blobs together.
    fn give(&mut self, run: &Run, inputs: &BTreeMap<Digest, (PathBuf, Blob)>, lacks: &[Lack]) -> Result<(), Stop> {
        let mut bytes = Vec::new();
        for lack in lacks {
            let Some((path, blob)) = inputs.get(&lack.digest) else {
                return Err(self.wrong("a question for a blob that is none of its inputs"));
            };
            let unread = |source| Stop::Here(unreadable(path, source));
            let mut parcel = Parcel::open(path, *blob, lack.from).map_err(unread)?;
            while let Some((part, body)) = parcel.next().map_err(unread)? {
                self.line.write(&ToAgent::Put(part), &body, &mut bytes)?;
                if bytes.len() >= CHUNK {
                    self.send(run, &mut bytes)?;
                }
            }
        }
        self.line.write(&ToAgent::Go { id: run.id }, &[], &mut bytes)?;
        self.send(run, &mut bytes)?;
        self.known.add(inputs.values().map(|(_, blob)| blob));
        Ok(())
    }

    fn send(&mut self, run: &Run, bytes: &mut Vec<u8>) -> Result<(), Stop> {
        if run.job.cancel.is_set() {
            return Err(Stop::Here(ExecError::Cancelled));
        }
        self.line.send(bytes)?;
        *self.sent += bytes.len() as u64;
        bytes.clear();
        // Where it has no room for them, the rest need not be sent.
        match self.line.hear(Duration::ZERO)? {
            None | Some((FromAgent::Alive, _)) => Ok(()),
            Some((FromAgent::Failed { id, failure }, _)) if id == run.id => Err(self.failed(failure)),
            // The answer to what was sent last may be there already.
            Some(early) => {
                self.early = Some(early);
                Ok(())
            }
        }
    }

    /// Receives the outputs, and takes them in only if they are all that was asked for and nothing else.
    fn take(&mut self, run: &Run, outputs: BTreeMap<String, Blob>, millis: u64) -> Result<Outcome, Stop> {
        let mut coming = Outputs::new(run.action, run.cache, &outputs).map_err(|error| self.sort(error))?;
        if let Some(blobs) = coming.lacks() {
            self.line.say(&ToAgent::Take { id: run.id, blobs }, &[])?;
        }
        loop {
            match self.hear(run)? {
                (FromAgent::Put(part), body) => coming.take(&part, &body).map_err(|error| self.sort(error))?,
                (FromAgent::End { .. }, _) => break,
                // Its own copy can't be read, or it was stopped there.
                (FromAgent::Failed { failure, .. }, _) => return Err(self.failed(failure)),
                _ => return Err(self.wrong("something that was not its turn")),
            }
        }
        coming.finish().map_err(|error| self.sort(error))?;
        self.known.add(outputs.values());
        Ok(Outcome { outputs, millis: millis.min(LONGEST) })
    }

    fn sort(&self, error: outputs::Error) -> Stop {
        match error {
            outputs::Error::Here(error) => Stop::Here(error.into()),
            outputs::Error::There(what) => self.wrong(&what),
            outputs::Error::Either => {
                let message = "the rest of a result did not fit to what was here of it".to_owned();
                Stop::There(FarError::Passing { host: self.line.host.clone(), message })
            }
        }
    }

    fn failed(&self, failure: Failure) -> Stop {
        let host = self.line.host.clone();
        Stop::There(match failure {
            Failure::Step { message, help, log } => {
                let log = printable(&log);
                let log = log[log.ceil_char_boundary(log.len().saturating_sub(LOG))..].to_owned();
                return Stop::Here(ExecError::Step {
                    message: shown(&message),
                    help: help.map(|help| shown(&help)),
                    log,
                });
            }
            // Nobody here asked for that, or it would not have been heard.
            Failure::Cancelled => FarError::Passing { host, message: "the step was stopped there".to_owned() },
            Failure::Passing { message } => FarError::Passing { host, message: shown(&message) },
            Failure::Full { message } => FarError::Full { host, message: shown(&message) },
            Failure::Unsuited { message } => FarError::Unsuited { host, why: shown(&message) },
        })
    }

    fn wrong(&self, what: &str) -> Stop {
        Stop::There(wrong(&self.line.host, what))
    }

    /// Stops a run; `false` if it does not end.
    pub fn cancel(&mut self, run: u64) -> bool {
        if self.line.say(&ToAgent::Cancel { id: run }, &[]).is_err() {
            return false;
        }
        let until = Instant::now() + GRACE;
        while Instant::now() < until {
            match self.line.hear(LOOK) {
                Ok(Some((FromAgent::End { id } | FromAgent::Failed { id, .. }, _))) if id == run => return true,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
        false
    }
}

/// Which run a message belongs to, if it says so.
fn id(message: &FromAgent) -> Option<u64> {
    match message {
        FromAgent::Lacks { id, .. } | FromAgent::Progress { id, .. } | FromAgent::Done { id, .. } => Some(*id),
        FromAgent::End { id } | FromAgent::Failed { id, .. } => Some(*id),
        FromAgent::Hello(_) | FromAgent::Put(_) | FromAgent::Alive => None,
    }
}

/// Where the inputs lie; those that are damaged or gone are an error, as at home.
fn inputs(run: &Run) -> Result<BTreeMap<Digest, (PathBuf, Blob)>, Stop> {
    let (mut paths, mut lost) = (BTreeMap::new(), BTreeMap::new());
    for (role, blob) in &run.action.inputs {
        match run.cache.verified(blob) {
            Ok(path) => drop(paths.insert(blob.digest, (path, *blob))),
            Err(CacheError::Lost { .. }) => drop(lost.insert(role.clone(), *blob)),
            Err(error) => return Err(error.into()),
        }
    }
    if lost.is_empty() { Ok(paths) } else { Err(Stop::Here(ExecError::MissingInputs(lost))) }
}

fn unreadable(path: &Path, source: std::io::Error) -> ExecError {
    CacheError::Io { doing: "read", path: path.to_owned(), source }.into()
}
