//! The near side: has actions run by an agent at the other end of a link, and believes nothing that comes back unverified.
//! Knows nothing of how the link came about.

mod error;
mod line;
mod outputs;

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::action::{Action, Blob, Outcome};
use crate::cache::{Cache, CacheError};
use crate::diag::printable;
use crate::digest::Digest;

use super::hello::{Hello, cpu};
use super::link::Link;
use super::parcel::Parcel;
use super::wire::{CHUNK, Failure, FromAgent, Lack, ToAgent};
use super::{ExecError, Job};

pub use error::FarError;
use line::{Line, shown};
use outputs::Outputs;

/// How often a run looks whether it was cancelled.
const LOOK: Duration = Duration::from_millis(50);
/// How long a cancelled run may take to end there; else the connection is closed, which ends it too.
const GRACE: Duration = Duration::from_millis(900);
/// No step is believed to have taken longer than this, in milliseconds.
const LONGEST: u64 = 30 * 24 * 3_600_000;
/// So much of a log is kept.
const LOG: usize = 64 << 10;
/// The agent's side asks again for what arrives damaged, but not more often than this.
const ASKS: usize = 10;

/// What is asked of a far side, and what is known of it.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Its name in messages.
    pub host: String,
    /// The build that it must run; `None` takes any that speaks the same protocol.
    pub build: Option<Digest>,
    /// What it is known to have: shared by all sessions with one host.
    pub known: Known,
    /// How long it may say nothing while something is asked of it.
    pub silence: Duration,
    /// How long it may take to say who it is.
    pub greeting: Duration,
}

impl Terms {
    /// What is usually asked of `host`, which must run `build`.
    pub fn new(host: impl Into<String>, build: Option<Digest>) -> Self {
        let [silence, greeting] = [45, 30].map(Duration::from_secs);
        Self { host: host.into(), build, known: Known::default(), silence, greeting }
    }
}

/// Blobs that a host is known to have. Clones share it. Only a hint: what is there, the host itself knows.
#[derive(Clone, Debug, Default)]
pub struct Known(Arc<Mutex<HashSet<Digest>>>);

impl Known {
    /// Bytes of the action's inputs that would have to be sent.
    pub fn lacks(&self, action: &Action) -> u64 {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        action.inputs.values().filter(|blob| !known.contains(&blob.digest)).map(|blob| blob.len).sum()
    }

    fn add<'b>(&self, blobs: impl IntoIterator<Item = &'b Blob>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(blobs.into_iter().map(|blob| blob.digest));
    }
}

/// A session with an agent. One thread uses it.
pub struct Far {
    /// Gone once nothing can be said any more.
    line: Option<Line>,
    terms: Terms,
    hello: Hello,
    /// This machine's processor.
    cpu: String,
    runs: u64,
    trouble: Option<FarError>,
    sent: u64,
}

/// Why a run ends without an outcome.
enum Stop {
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

impl From<FarError> for ExecError {
    /// Whatever a far side does, the step may well succeed elsewhere.
    fn from(error: FarError) -> Self {
        Self::Infra { message: error.to_string(), retry_after: None, alone: false }
    }
}

/// One run.
struct Run<'r> {
    id: u64,
    action: &'r Action,
    cache: &'r Cache,
    job: &'r Job<'r>,
}

impl Far {
    /// Waits for an agent to say who it is. Nothing is sent before.
    ///
    /// # Errors
    /// [`FarError::Gone`] and [`FarError::Garbled`] where none speaks, [`FarError::OtherBuild`].
    pub fn greet(link: Box<dyn Link>, terms: Terms) -> Result<(Self, Hello), FarError> {
        let mut line = Line::new(link, terms.host.clone(), terms.greeting);
        line.greeted(terms.greeting)?;
        let until = Instant::now() + terms.greeting;
        let hello = loop {
            match line.hear(LOOK)? {
                Some((FromAgent::Hello(hello), _)) => break hello.tamed(),
                Some(_) => return Err(wrong(&terms.host, "something else than a greeting")),
                None if Instant::now() >= until => {
                    return Err(FarError::Silent { host: terms.host, seconds: terms.greeting.as_secs() });
                }
                None => {}
            }
        };
        if terms.build.is_some_and(|build| build != hello.build) {
            return Err(FarError::OtherBuild { host: terms.host, hello: Box::new(hello) });
        }
        line.set_silence(terms.silence);
        let far = Self { line: Some(line), terms, hello: hello.clone(), cpu: cpu(), runs: 0, trouble: None, sent: 0 };
        Ok((far, hello))
    }

    /// What it said of itself.
    pub fn hello(&self) -> &Hello {
        &self.hello
    }

    /// Whether anything can still be asked of it. Once not, it stays so.
    pub fn is_usable(&self) -> bool {
        self.line.is_some()
    }

    /// What was wrong with it in the last run, as [`ExecError::Infra`] told.
    pub fn trouble(&self) -> Option<&FarError> {
        self.trouble.as_ref()
    }

    /// Bytes of blobs that were sent, as they travelled.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// What the host is known to have.
    pub fn known(&self) -> &Known {
        &self.terms.known
    }

    /// Says that this side is still there, for a session in which nothing runs; at least every ten minutes. `false`: it is of no more use.
    pub fn tend(&mut self) -> bool {
        let Some(line) = &mut self.line else { return false };
        if let Err(error) = line.say(&ToAgent::Ping, &[]).and_then(|()| line.hear(Duration::ZERO)) {
            self.trouble = Some(error);
            self.line = None;
        }
        self.is_usable()
    }

    /// Has `action` run there; its outputs are in `cache` when this returns.
    ///
    /// # Errors
    /// As every executor; whatever the far side or the way there is to blame for is [`ExecError::Infra`], and [`Far::trouble`] tells more.
    pub fn run(&mut self, action: &Action, cache: &Cache, job: &Job) -> Result<Outcome, ExecError> {
        let Some(line) = &mut self.line else {
            let why = "the connection was closed".to_owned();
            return Err(FarError::Gone { host: self.terms.host.clone(), why }.into());
        };
        self.trouble = None;
        if let Some(why) = self.hello.unsuited(action, &self.cpu) {
            let error = FarError::Unsuited { host: self.terms.host.clone(), why };
            return Err(self.tell(error));
        }
        self.runs += 1;
        let run = Run { id: self.runs, action, cache, job };
        let mut session = Session { line, known: &self.terms.known, sent: &mut self.sent, early: None };
        match session.run(&run) {
            Ok(outcome) => Ok(outcome),
            Err(Stop::Here(ExecError::Cancelled)) => {
                if !session.cancel(run.id) {
                    self.line = None;
                }
                Err(ExecError::Cancelled)
            }
            Err(Stop::Here(error)) => {
                // A step that failed there ended its run; whatever failed here may have left the far side in the middle of one.
                if !matches!(error, ExecError::Step { .. } | ExecError::MissingInputs(_)) {
                    self.line = None;
                }
                Err(error)
            }
            Err(Stop::There(error)) => {
                if error.is_final() {
                    self.line = None;
                }
                Err(self.tell(error))
            }
        }
    }

    fn tell(&mut self, error: FarError) -> ExecError {
        let message = error.to_string();
        self.trouble = Some(error);
        ExecError::Infra { message, retry_after: None, alone: false }
    }
}

/// What a run needs of a session.
struct Session<'s> {
    line: &'s mut Line,
    known: &'s Known,
    sent: &'s mut u64,
    /// What was heard before anybody asked.
    early: Option<(FromAgent, Vec<u8>)>,
}

impl Session<'_> {
    fn run(&mut self, run: &Run) -> Result<Outcome, Stop> {
        let inputs = inputs(run)?;
        let text = serde_json::to_vec(run.action).expect("an action is plain data");
        self.line.say(&ToAgent::Run { id: run.id, key: run.action.key() }, &text)?;
        let mut asks = 0;
        loop {
            match self.hear(run)?.0 {
                FromAgent::Lacks { blobs, .. } if asks < ASKS => {
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
        loop {
            match self.hear(run)? {
                (FromAgent::Put(part), body) => coming.take(&part, &body).map_err(|error| self.sort(error))?,
                (FromAgent::End { .. }, _) => break,
                // Its own copy turned out to be damaged.
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
    fn cancel(&mut self, run: u64) -> bool {
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

fn unreadable(path: &std::path::Path, source: std::io::Error) -> ExecError {
    CacheError::Io { doing: "read", path: path.to_owned(), source }.into()
}

fn wrong(host: &str, what: &str) -> FarError {
    FarError::Wrong { host: host.to_owned(), what: what.to_owned() }
}

#[cfg(test)]
mod tests;
