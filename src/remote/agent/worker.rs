//! One run after the other: inputs that are lacking are received, the step runs, its outputs are sent. Knows nothing of threads that listen.

use std::any::Any;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::action::{Action, Blob, Needs, Outcome};
use crate::cache::{Cache, CacheError, Filed, KeyLock, Lookup};
use crate::digest::Key;
use crate::process::Cancel;
use crate::remote::arrivals::{self, Arrivals, is_large};
use crate::remote::hello::{self, free};
use crate::remote::parcel::{Parcel, Refused, is_full};
use crate::remote::wire::{Failure, FromAgent, Lack, Part};
use crate::remote::{ExecError, Executor, Job, Local};

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
    Take(u64, Vec<Lack>),
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

/// Nobody wants the outcome any more.
const CANCELLED: Stop = Stop::Failed(Failure::Cancelled);

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

impl From<Refused> for Stop {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Wrong(what) => wrong(what),
            Refused::Wire(error) => Self::Failed(Failure::Passing { message: error.to_string() }),
            Refused::Io(error) => error.into(),
        }
    }
}

/// One run.
struct Run<'r> {
    id: u64,
    action: Arc<Action>,
    told: &'r Told<'r>,
}

/// What is ordered while a run is under way.
struct Told<'r> {
    orders: &'r Receiver<Order>,
    cancel: &'r Cancel,
}

impl Told<'_> {
    /// The next one. What came before the run was cancelled is still heard.
    fn next(&self) -> Result<Order, Stop> {
        loop {
            match self.orders.recv_timeout(LOOK) {
                Ok(order) => return Ok(order),
                Err(RecvTimeoutError::Timeout) if self.cancel.is_set() => return Err(CANCELLED),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(Stop::Gone),
            }
        }
    }
}

/// Runs what it is told.
pub struct Worker<'w, W> {
    cache: &'w Cache,
    agent: &'w Agent<'w>,
    state: &'w State,
    voice: &'w Voice<W>,
    made: Sender<Made>,
}

impl<'w, W: Write + Send> Worker<'w, W> {
    pub fn new(agent: &'w Agent<'w>, state: &'w State, voice: &'w Voice<W>, made: Sender<Made>) -> Self {
        Self { cache: agent.cache, agent, state, voice, made }
    }

    /// Works until nobody orders anything any more.
    pub fn work(self, orders: &Receiver<Order>) {
        arrivals::sweep(self.cache);
        while let Ok(order) = orders.recv() {
            // What comes after a run was cancelled belongs to it.
            let Order::Run { id, key, action, cancel } = order else { continue };
            let told = Told { orders, cancel: &cancel };
            let run = || self.run(id, key, &action, &told);
            let ended = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| Err(panicked(panic.as_ref())));
            let said = match ended {
                Ok(()) => self.voice.say(&FromAgent::End { id }, &[]),
                Err(Stop::Failed(failure)) => self.voice.say(&FromAgent::Failed { id, failure }, &[]),
                Err(Stop::Gone) => Ok(()),
            };
            // The next run may have been announced since.
            self.state.running().take_if(|(running, _)| *running == id);
            if said.is_err() {
                return;
            }
        }
    }

    fn run(&self, id: u64, key: Key, text: &[u8], told: &Told) -> Result<(), Stop> {
        let action = self.read(text, key)?;
        if let Lookup::Hit(outcome) = self.look_up(key)? {
            return self.give(id, &outcome, true, told);
        }
        let lock = self.cache.lock(key, &|| told.cancel.is_set())?.ok_or(CANCELLED)?;
        let permit = match self.look_up(key)? {
            Lookup::Hit(outcome) => return self.give(id, &outcome, true, told),
            Lookup::Miss(permit) => permit,
        };
        let run = Run { id, action: Arc::new(action), told };
        let (outcome, mut filed) = self.make(&run)?;
        filed.push(Filed { permit, action: run.action, outcome: outcome.clone() });
        let _ = self.made.send((filed, lock));
        self.give(id, &outcome, false, told)
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
        Local::new(self.cache, self.agent.workshop)
            .run(&run.action, &Job { cancel: run.told.cancel, progress: &progress })
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
            let inputs = run.action.inputs.values().copied();
            let mut coming = Arrivals::of_lacking(self.cache, inputs, run.told.cancel)?.ok_or(CANCELLED)?;
            if coming.is_empty() {
                return Ok(received);
            }
            self.say(&FromAgent::Lacks { id: run.id, blobs: coming.lacks(|_| true) })?;
            received.append(&mut self.take_parts(run, &mut coming)?);
        }
        Err(Stop::Failed(Failure::Passing { message: "what it is sent arrives damaged".to_owned() }))
    }

    /// Takes parts until the near side says that was all.
    fn take_parts(&self, run: &Run, coming: &mut Arrivals) -> Result<Vec<Blob>, Stop> {
        let mut received = Vec::new();
        loop {
            // What has arrived is taken even after the run was cancelled: the next try goes on behind it.
            match run.told.next()? {
                Order::Put(part, body) => {
                    if let Some(arrived) = coming.take(&part, &body)?
                        && arrived.keep(self.cache)?
                    {
                        received.push(arrived.blob);
                    }
                }
                Order::Go(id) if id == run.id => return Ok(received),
                _ => return Err(wrong("something else than what is lacking")),
            }
        }
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

    /// Sends an outcome and its outputs: the small ones at once, the large ones as far as they are lacking.
    fn give(&self, id: u64, outcome: &Outcome, found: bool, told: &Told) -> Result<(), Stop> {
        let Outcome { outputs, millis } = outcome;
        let mut paths = BTreeMap::new();
        for blob in outputs.values() {
            paths.insert(blob.digest, (self.cache.verified(blob)?, *blob));
        }
        self.say(&FromAgent::Done { id, outputs: outputs.clone(), millis: *millis, found })?;
        let (large, small): (Vec<_>, Vec<_>) = paths.values().partition(|(_, blob)| is_large(blob));
        small.into_iter().try_for_each(|(path, blob)| self.send(path, *blob, 0, told.cancel))?;
        if large.is_empty() {
            return Ok(());
        }
        let lacks = match told.next()? {
            Order::Take(of, lacks) if of == id => lacks,
            _ => return Err(wrong("something else than what it lacks")),
        };
        for Lack { digest, from } in lacks {
            let Some((path, blob)) = paths.get(&digest) else { return Err(wrong("a question for another blob")) };
            self.send(path, *blob, from, told.cancel)?;
        }
        Ok(())
    }

    fn send(&self, path: &Path, blob: Blob, from: u64, cancel: &Cancel) -> Result<(), Stop> {
        let mut parcel = Parcel::open(path, blob, from)?;
        while let Some((part, body)) = parcel.next()? {
            if cancel.is_set() {
                return Err(CANCELLED);
            }
            self.voice.say(&FromAgent::Put(part), &body).map_err(|_| Stop::Gone)?;
        }
        Ok(())
    }

    fn say(&self, message: &FromAgent) -> Result<(), Stop> {
        self.voice.say(message, &[]).map_err(|_| Stop::Gone)
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
