//! One run after the other: inputs that are lacking are received, the step runs, its outputs are sent. Knows nothing of threads that listen.

use std::any::Any;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::action::{Action, Blob, Needs, Outcome};
use crate::cache::{Cache, CacheError, Filed, KeyLock, Lookup};
use crate::digest::{Digest, Key};
use crate::process::Cancel;
use crate::remote::hello::{self, free};
use crate::remote::parcel::{Parcel, Receipt, Refused, is_full};
use crate::remote::wire::{Failure, FromAgent, Lack, Part};
use crate::remote::{ExecError, Executor, Job, Local};

use super::partial::{self, LARGE, Partial};
use super::voice::Voice;
use super::{Agent, State};

/// How often a transfer looks whether it was cancelled.
const LOOK: Duration = Duration::from_millis(50);
/// Progress is told no more often than this.
const TELL: Duration = Duration::from_millis(50);
/// How often inputs that turn out to be damaged are asked for again.
const TRIES: usize = 3;
/// So few bytes left are as good as none.
const LITTLE_SPACE: u64 = 1 << 20;
/// So much of a step's message and of its log is told.
const MESSAGE: usize = 4 << 10;
const LOG: usize = 64 << 10;

/// What the worker is told.
pub enum Order {
    Run { id: u64, key: Key, action: Vec<u8>, cancel: Cancel },
    Put(Part, Vec<u8>),
    Go(u64),
}

/// A result with what was received for it, and the lock that keeps others from making it until it is filed.
pub type Made = (Vec<Filed>, KeyLock);

/// Files what was made, as much at once as has come: each time the disk is waited for, and no run should. What can't be filed is made
/// again next time.
pub fn file(cache: &Cache, made: &Receiver<Made>) {
    while let Ok(first) = made.recv() {
        let (results, _locks): (Vec<_>, Vec<_>) = std::iter::once(first).chain(made.try_iter()).unzip();
        if let Err(error) = cache.file_all(results.into_iter().flatten().collect()) {
            // Whoever would read it may be gone.
            let _ = writeln!(io::stderr(), "results could not be kept: {error}");
        }
    }
}

/// Why a run stops without an outcome.
enum Stop {
    /// The near side is told.
    Failed(Failure),
    /// The near side is gone.
    Gone,
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match is_full(&error) {
            true => Self::Failed(Failure::Full { message: error.to_string() }),
            false => Self::Failed(Failure::Passing { message: error.to_string() }),
        }
    }
}

impl From<CacheError> for Stop {
    fn from(error: CacheError) -> Self {
        let message = error.to_string();
        match error.help() {
            Some(_) => Self::Failed(Failure::Full { message }),
            None => Self::Failed(Failure::Passing { message }),
        }
    }
}

/// One run.
struct Run<'r> {
    id: u64,
    action: Arc<Action>,
    cancel: &'r Cancel,
    orders: &'r Receiver<Order>,
}

/// A small blob, or a large one of which a part may be there.
enum Coming {
    Small(PathBuf, Receipt),
    Large(Partial),
}

/// Runs what it is told.
pub struct Worker<'w, W> {
    cache: &'w Cache,
    agent: &'w Agent<'w>,
    state: &'w State,
    voice: &'w Voice<W>,
    partials: PathBuf,
    made: Sender<Made>,
}

impl<'w, W: Write + Send> Worker<'w, W> {
    pub fn new(agent: &'w Agent<'w>, state: &'w State, voice: &'w Voice<W>, made: Sender<Made>) -> Self {
        let partials = agent.cache.root().join("partial");
        Self { cache: agent.cache, agent, state, voice, partials, made }
    }

    /// Works until nobody orders anything any more.
    pub fn work(self, orders: &Receiver<Order>) {
        partial::sweep(&self.partials);
        while let Ok(order) = orders.recv() {
            // What comes after a run was cancelled belongs to it.
            let Order::Run { id, key, action, cancel } = order else { continue };
            let run = || self.run(id, key, &action, &cancel, orders);
            let ended = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| Err(panicked(panic.as_ref())));
            let said = match ended {
                Ok(()) => self.voice.say(&FromAgent::End { id }, &[]),
                Err(Stop::Failed(failure)) => self.voice.say(&FromAgent::Failed { id, failure }, &[]),
                Err(Stop::Gone) => Ok(()),
            };
            *self.state.running() = None;
            if said.is_err() {
                return;
            }
        }
    }

    fn run(&self, id: u64, key: Key, text: &[u8], cancel: &Cancel, orders: &Receiver<Order>) -> Result<(), Stop> {
        let action = self.read(text, key)?;
        if let Lookup::Hit(outcome) = self.look_up(key)? {
            return self.give(id, &outcome, true, cancel);
        }
        let lock = self.cache.lock(key, &|| cancel.is_set())?;
        let lock = lock.ok_or(Stop::Failed(Failure::Cancelled))?;
        let permit = match self.look_up(key)? {
            Lookup::Hit(outcome) => return self.give(id, &outcome, true, cancel),
            Lookup::Miss(permit) => permit,
        };
        let run = Run { id, action: Arc::new(action), cancel, orders };
        let (outcome, mut filed) = self.make(&run)?;
        filed.push(Filed { permit, action: run.action, outcome: outcome.clone() });
        let _ = self.made.send((filed, lock));
        self.give(id, &outcome, false, cancel)
    }

    /// The action, if it is the one that was meant, and one that this machine makes the same bytes of.
    fn read(&self, text: &[u8], key: Key) -> Result<Action, Stop> {
        let unsuited = |message: String| Stop::Failed(Failure::Unsuited { message });
        let action: Action = serde_json::from_slice(text).map_err(|error| unsuited(error.to_string()))?;
        if action.key() != key {
            return Err(unsuited("it reads another action than was sent".to_owned()));
        }
        match self.agent.hello.unsuited(&action, &hello::cpu()) {
            Some(why) => Err(unsuited(why)),
            None => Ok(action),
        }
    }

    /// Runs the step once its inputs are there; gives also what was received for it, to be filed.
    fn make(&self, run: &Run) -> Result<(Outcome, Vec<Filed>), Stop> {
        let mut received = Vec::new();
        for _ in 0..TRIES {
            received.append(&mut self.receive(run)?);
            match self.execute(run) {
                Err(ExecError::MissingInputs(_)) => {}
                Err(error) => return Err(self.failed(error)),
                Ok(outcome) => return Ok((outcome, received.iter().filter_map(|blob| self.input(blob)).collect())),
            }
        }
        let message = "what it is sent is damaged each time".to_owned();
        Err(Stop::Failed(Failure::Passing { message }))
    }

    fn execute(&self, run: &Run) -> Result<Outcome, ExecError> {
        let (id, voice) = (run.id, self.voice);
        let told = Mutex::new(None::<Instant>);
        let progress = |done: u64, total: u64| {
            let Ok(mut told) = told.try_lock() else { return };
            if told.is_none_or(|at| at.elapsed() >= TELL) {
                *told = Some(Instant::now());
                let _ = voice.say_if_free(&FromAgent::Progress { id, done, total });
            }
        };
        Local::new(self.cache, self.agent.workshop).run(&run.action, &Job { cancel: run.cancel, progress: &progress })
    }

    fn failed(&self, error: ExecError) -> Stop {
        let is_full = free(self.cache.root()).is_some_and(|free| free < LITTLE_SPACE);
        Stop::Failed(match error {
            ExecError::Cancelled => Failure::Cancelled,
            ExecError::Cache(error) => return error.into(),
            ExecError::Step { message, .. } if is_full => Failure::Full { message: start_of(message) },
            ExecError::Step { message, help, log } => {
                Failure::Step { message: start_of(message), help: help.map(start_of), log: end_of(log) }
            }
            error => Failure::Passing { message: error.to_string() },
        })
    }

    /// An input as a result of its own, so that it stays until room is needed.
    fn input(&self, blob: &Blob) -> Option<Filed> {
        let action = Action {
            kind: "input".to_owned(),
            version: 1,
            params: Arc::new(json!({})),
            inputs: BTreeMap::from([("blob".to_owned(), *blob)]),
            tools: Arc::default(),
            needs: Needs::default(),
        };
        let outcome = Outcome { outputs: action.inputs.clone(), millis: 0 };
        match self.cache.lookup(action.key()) {
            Ok(Lookup::Miss(permit)) => Some(Filed { permit, action: Arc::new(action), outcome }),
            _ => None,
        }
    }

    /// Receives the inputs that are lacking, and says which those were.
    fn receive(&self, run: &Run) -> Result<Vec<Blob>, Stop> {
        let mut received = Vec::new();
        for _ in 0..TRIES {
            let staging = self.cache.staging()?;
            let mut coming = self.lacking(run, staging.path())?;
            if coming.is_empty() {
                return Ok(received);
            }
            let blobs = coming.iter().map(|(digest, coming)| Lack { digest: *digest, from: coming.from() }).collect();
            self.say(&FromAgent::Lacks { id: run.id, blobs })?;
            received.append(&mut self.take_parts(run, &mut coming)?);
        }
        Err(Stop::Failed(Failure::Passing { message: "what it is sent arrives damaged".to_owned() }))
    }

    /// In the order of digests, so that two agents that wait for each other's blobs can't wait for ever.
    fn lacking(&self, run: &Run, staging: &std::path::Path) -> Result<BTreeMap<Digest, Coming>, Stop> {
        let wanted: BTreeMap<Digest, Blob> = run.action.inputs.values().map(|blob| (blob.digest, *blob)).collect();
        let mut coming = BTreeMap::new();
        for (digest, blob) in wanted {
            if self.cache.keep(&blob)? {
                continue;
            }
            if blob.len < LARGE {
                let path = staging.join(digest.to_string());
                let receipt = Receipt::new(File::create(&path)?, blob, 0);
                coming.insert(digest, Coming::Small(path, receipt));
                continue;
            }
            let mut is_there = || run.cancel.is_set() || self.cache.keep(&blob).unwrap_or(false);
            match Partial::open(&self.partials, &blob, &mut is_there)? {
                Some(partial) => drop(coming.insert(digest, Coming::Large(partial))),
                None if run.cancel.is_set() => return Err(Stop::Failed(Failure::Cancelled)),
                None => {}
            }
        }
        Ok(coming)
    }

    /// Takes parts until the near side says that was all.
    fn take_parts(&self, run: &Run, coming: &mut BTreeMap<Digest, Coming>) -> Result<Vec<Blob>, Stop> {
        let blobs: BTreeMap<Digest, Blob> = run.action.inputs.values().map(|blob| (blob.digest, *blob)).collect();
        let mut received = Vec::new();
        loop {
            // What has arrived is taken even then: the next try goes on behind it.
            let (part, body) = match run.orders.recv_timeout(LOOK) {
                Ok(Order::Put(part, body)) => (part, body),
                Ok(Order::Go(id)) if id == run.id => return Ok(received),
                Ok(_) => return Err(wrong("something else than what is lacking")),
                Err(RecvTimeoutError::Timeout) if run.cancel.is_set() => return Err(Stop::Failed(Failure::Cancelled)),
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return Err(Stop::Gone),
            };
            let is_whole = match coming.get_mut(&part.digest) {
                Some(coming) => coming.take(&part, &body),
                None => return Err(wrong("a blob that is not lacking")),
            };
            let is_whole = match is_whole {
                Ok(is_whole) => is_whole,
                Err(refused) => return Err(give_up(refused, coming.remove(&part.digest))),
            };
            if is_whole && let Some(arrived) = coming.remove(&part.digest) {
                received.extend(self.keep(arrived, &blobs[&part.digest])?);
            }
        }
    }

    /// Takes a blob in that has arrived; `None` if it is not what it should be.
    fn keep(&self, arrived: Coming, blob: &Blob) -> Result<Option<Blob>, Stop> {
        let path = match &arrived {
            Coming::Small(path, _) => path,
            Coming::Large(partial) => &partial.path,
        };
        if self.cache.take_in_as(path, blob)? {
            return Ok(Some(*blob));
        }
        let _ = fs::remove_file(path);
        Ok(None)
    }

    /// What was made before, if all of it is still what it was.
    fn look_up(&self, key: Key) -> Result<Lookup, CacheError> {
        let found = self.cache.lookup(key)?;
        let Lookup::Hit(outcome) = &found else { return Ok(found) };
        match outcome.outputs.values().try_for_each(|blob| self.cache.verified(blob).map(drop)) {
            Ok(()) => Ok(found),
            // It is gone now, and found no more.
            Err(CacheError::Lost { .. }) => self.cache.lookup(key),
            Err(error) => Err(error),
        }
    }

    /// Sends an outcome and its outputs.
    fn give(&self, id: u64, outcome: &Outcome, found: bool, cancel: &Cancel) -> Result<(), Stop> {
        let Outcome { outputs, millis } = outcome;
        let paths: Vec<(PathBuf, Blob)> =
            outputs.values().map(|blob| Ok((self.cache.verified(blob)?, *blob))).collect::<Result<_, CacheError>>()?;
        self.say(&FromAgent::Done { id, outputs: outputs.clone(), millis: *millis, found })?;
        for (path, blob) in paths {
            let mut parcel = Parcel::open(&path, blob, 0)?;
            while let Some((part, body)) = parcel.next()? {
                if cancel.is_set() {
                    return Err(Stop::Failed(Failure::Cancelled));
                }
                self.voice.say(&FromAgent::Put(part), &body).map_err(|_| Stop::Gone)?;
            }
        }
        Ok(())
    }

    fn say(&self, message: &FromAgent) -> Result<(), Stop> {
        self.voice.say(message, &[]).map_err(|_| Stop::Gone)
    }
}

impl Coming {
    fn from(&self) -> u64 {
        match self {
            Self::Small(..) => 0,
            Self::Large(partial) => partial.from,
        }
    }

    fn take(&mut self, part: &Part, body: &[u8]) -> Result<bool, Refused> {
        let receipt = match self {
            Self::Small(_, receipt) => receipt,
            Self::Large(partial) => &mut partial.receipt,
        };
        receipt.take(part, body)?;
        Ok(receipt.is_whole())
    }
}

fn give_up(refused: Refused, coming: Option<Coming>) -> Stop {
    match refused {
        Refused::Wrong(what) => wrong(what),
        Refused::Wire(error) => Stop::Failed(Failure::Passing { message: error.to_string() }),
        Refused::Io(error) => {
            // Whoever needs the room next should have it.
            if is_full(&error)
                && let Some(Coming::Large(partial)) = coming
            {
                partial.discard();
            }
            error.into()
        }
    }
}

fn wrong(what: &str) -> Stop {
    Stop::Failed(Failure::Passing { message: format!("it was sent {what}") })
}

fn panicked(panic: &(dyn Any + Send)) -> Stop {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    let message = "t2v itself failed there; this is a bug".to_owned();
    let help = Some("please report it with the lines above".to_owned());
    Stop::Failed(Failure::Step { message, help, log: end_of(said.unwrap_or("panic").to_owned()) })
}

/// As much of a message as anybody reads.
fn start_of(message: String) -> String {
    message[..message.floor_char_boundary(MESSAGE)].to_owned()
}

/// The end of a log, where the reason stands.
fn end_of(log: String) -> String {
    let start = log.len().saturating_sub(LOG);
    log[log.ceil_char_boundary(start)..].to_owned()
}
