//! What outlives one build: the slots, and what runs in them. A build that is left early leaves its running steps to the next one,
//! which takes over those that it wants too. Knows nothing of graphs.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::action::Action;
use crate::cache::{Cache, CacheError, Permit};
use crate::dag::NodeId;
use crate::digest::Key;
use crate::event::{HostNews, Why};
use crate::process::Cancel;
use crate::remote::{ExecError, Places};

use super::Options;
use super::filing::Clerk;
use super::placing::{STRAYS, Speeds};
use super::pool::{Done, Ended, Message, Order, Pool, Slot};

/// How long a cancelled build waits for steps that can't be interrupted, because they compute in this very process.
const GRACE: Duration = Duration::from_secs(1);
/// How often the loop looks whether it was cancelled: that wakes nobody.
const LOOK: Duration = Duration::from_millis(100);

/// Slots and what is in them.
pub struct Crew<'a> {
    pub(super) cache: &'a Cache,
    pub(super) options: Options,
    pub(super) cancel: Cancel,
    pub(super) pool: Pool<'a>,
    pub(super) clerk: Clerk,
    told: Receiver<Message>,
    waker: Waker,
    /// All that is queued, runs or pauses, by key: who asks for the same key shares it.
    pub(super) flights: HashMap<Key, Flight>,
    pub(super) running: Vec<Running>,
    pub(super) speeds: Speeds,
    /// What is to be tried again, and when.
    paused: Vec<(Instant, Key)>,
    /// Since when it is known to be cancelled.
    cancelled: Option<Instant>,
}

/// A run that is wanted.
pub(super) struct Flight {
    /// Gone once the result is filed.
    pub permit: Option<Permit>,
    pub action: Arc<Action>,
    pub files: Vec<PathBuf>,
    pub why: Why,
    pub exclusive: bool,
    /// Expected seconds on a core of this machine.
    pub seconds: f64,
    /// How often it was lost with the host that ran it.
    pub strays: u32,
    /// Who gets the result; nobody, when the build that wanted it was left.
    pub nodes: Vec<NodeId>,
    /// How often it has been tried.
    pub attempt: u32,
    /// Nothing may run beside it.
    pub alone: bool,
    /// It took longer than it may.
    pub late: Option<Duration>,
    /// Its result, which is not filed yet.
    pub made: Option<Ended>,
}

/// What happened meanwhile.
#[derive(Default)]
pub(super) struct Heard {
    pub ended: Vec<Done>,
    /// How far others got: units done, of how many.
    pub progress: Vec<(Key, u64, u64)>,
    /// What became of hosts, by name.
    pub hosts: Vec<(String, HostNews)>,
    /// What became of the results that the clerk had; it has one batch at a time.
    pub filed: Option<Result<(), CacheError>>,
}

pub(super) struct Running {
    key: Key,
    pub slot: Slot,
    pub since: Instant,
    /// How long it is expected to occupy its slot, in seconds.
    pub expected: f64,
    cancel: Cancel,
    deadline: Instant,
    timeout: Duration,
}

/// Wakes the loop from another thread.
#[derive(Clone)]
pub struct Waker {
    tell: Sender<Message>,
    left: Arc<AtomicBool>,
}

impl Waker {
    /// Makes the build stop where it is, what runs going on for the next one.
    pub fn leave(&self) {
        self.left.store(true, Ordering::SeqCst);
        let _ = self.tell.send(Message::Wake);
    }
}

impl<'a> Crew<'a> {
    /// Calls `body` with a crew whose steps run at `places`. What still runs when it returns is cancelled.
    pub fn with<R>(
        cache: &'a Cache,
        options: Options,
        places: &Places<'a>,
        cancel: &Cancel,
        body: impl FnOnce(&mut Crew) -> R,
    ) -> R {
        thread::scope(|scope| {
            let (tell, told) = channel();
            let pool = Pool::start(scope, &options, cache, places, &tell);
            let clerk = Clerk::start(scope, cache, &tell);
            let waker = Waker { tell, left: Arc::default() };
            let (flights, running, paused) = (HashMap::new(), Vec::new(), Vec::new());
            let cancel = cancel.clone();
            let (speeds, cancelled) = (Speeds::default(), None);
            let mut crew =
                Crew { cache, options, cancel, pool, clerk, told, waker, flights, running, speeds, paused, cancelled };
            let result = body(&mut crew);
            crew.running.iter().for_each(|running| running.cancel.set());
            result
        })
    }

    /// Something to wake the loop with.
    pub fn waker(&self) -> Waker {
        self.waker.clone()
    }

    pub(super) fn is_left(&self) -> bool {
        self.waker.left.load(Ordering::SeqCst)
    }

    /// Forgets that a build was to be left.
    pub fn stay(&self) {
        self.waker.left.store(false, Ordering::SeqCst);
    }

    /// Gets ready for the next build: nobody wants what runs until the build asks for it.
    pub(super) fn begin(&mut self) {
        self.paused.clear();
        let running: Vec<Key> = self.running.iter().map(|running| running.key).collect();
        self.flights.retain(|key, _| running.contains(key));
        self.flights.values_mut().for_each(|flight| flight.nodes.clear());
    }

    /// Cancels what nobody wants any more.
    pub(super) fn drop_stale(&mut self) {
        let stale = |running: &&Running| self.flights.get(&running.key).is_some_and(|flight| flight.nodes.is_empty());
        self.running.iter().filter(stale).for_each(|running| running.cancel.set());
    }

    /// Cancels everything that runs.
    pub(super) fn cancel_running(&mut self) {
        self.running.iter().for_each(|running| running.cancel.set());
    }

    /// Where the flight runs, if it does.
    pub(super) fn slot(&self, key: Key) -> Option<Slot> {
        self.running.iter().find(|running| running.key == key).map(|running| running.slot)
    }

    /// Starts a flight on this machine, or on a host by its number, if there is room for it there.
    pub(super) fn launch(&mut self, key: Key, host: Option<usize>) -> Option<Slot> {
        let flight = self.flights.get_mut(&key)?;
        let needs = flight.action.needs;
        let slot = match host {
            None => self.pool.take(&needs, flight.alone)?,
            Some(host) => self.pool.guests.take(host, &needs)?,
        };
        let toll = host.map_or(0.0, |host| self.pool.guests.toll(host, &flight.action));
        let expected = toll + flight.seconds / self.speeds.of(host);
        flight.attempt += 1;
        flight.late = None;
        let cancel = self.cancel.part();
        let timeout = self.options.timeouts.of(&flight.action.kind, needs.timeout);
        let order = Order {
            key,
            action: Arc::clone(&flight.action),
            files: flight.files.clone(),
            cancel: cancel.clone(),
            exclusive: flight.exclusive,
        };
        self.pool.send(slot, order);
        let since = Instant::now();
        self.running.push(Running { key, slot, since, expected, cancel, deadline: since + timeout, timeout });
        Some(slot)
    }

    /// Tries the flight again after `wait`.
    pub(super) fn pause(&mut self, key: Key, flight: Flight, wait: Duration) {
        self.flights.insert(key, flight);
        self.paused.push((Instant::now() + wait, key));
    }

    /// The flights whose pause is over.
    pub(super) fn rested(&mut self) -> Vec<Key> {
        let now = Instant::now();
        let (over, paused) = self.paused.drain(..).partition(|(until, _)| *until <= now);
        self.paused = paused;
        let over: Vec<(Instant, Key)> = over;
        over.into_iter().map(|(_, key)| key).collect()
    }

    /// Whether anything is in the air that somebody wants.
    pub(super) fn is_busy(&self) -> bool {
        let wanted = |key: &Key| self.flights.get(key).is_some_and(|flight| !flight.nodes.is_empty());
        !self.paused.is_empty() && !self.cancel.is_set() || self.running.iter().any(|running| wanted(&running.key))
    }

    /// Whether a cancelled build has waited long enough for what can't be interrupted.
    pub(super) fn is_forsaken(&self) -> bool {
        self.cancelled.is_some_and(|at| at.elapsed() >= GRACE)
    }

    /// Whether any slot is taken.
    pub fn runs_something(&self) -> bool {
        !self.running.is_empty()
    }

    /// Waits until something happens, or for `longest`.
    pub(super) fn wait(&mut self, longest: Duration) -> Heard {
        let mut heard = Heard::default();
        let mut next = self.told.recv_timeout(self.patience().min(LOOK).min(longest));
        loop {
            match next {
                Ok(Message::Done(mut done)) => {
                    heard.hosts.extend(self.landed(&mut done));
                    heard.ended.push(done);
                }
                Ok(Message::Arrived(host, arrival)) => {
                    let news = self.pool.guests.seat(host, arrival);
                    heard.hosts.push((self.pool.guests.name(host).to_owned(), news));
                }
                Ok(Message::Refused(host, refusal)) => {
                    let news = self.pool.guests.refuse(host, refusal);
                    heard.hosts.extend(news.map(|news| (self.pool.guests.name(host).to_owned(), news)));
                }
                Ok(Message::Progress { key, done, total }) => heard.progress.push((key, done, total)),
                Ok(Message::Filed(result)) => heard.filed = Some(result),
                Ok(Message::Wake) => {}
                Err(RecvTimeoutError::Timeout) | Err(RecvTimeoutError::Disconnected) => break,
            }
            next = self.told.recv_timeout(Duration::ZERO);
        }
        self.cancel_late();
        if self.cancel.is_set() {
            self.cancelled.get_or_insert_with(Instant::now);
        }
        heard
    }

    /// Frees the slot of a run that ended. A host with which it was lost is gone.
    fn landed(&mut self, done: &mut Done) -> Option<(String, HostNews)> {
        let at = self.running.iter().position(|running| running.key == done.key)?;
        let running = self.running.swap_remove(at);
        self.pool.free(running.slot);
        let host = running.slot.host();
        match &done.result {
            Ok(ended) if !ended.found => {
                let seconds = self.flights.get(&done.key).map_or(0.0, |flight| flight.seconds);
                self.speeds.learn(host.map(|(host, _)| host), seconds, ended.outcome.millis);
                None
            }
            Err(ExecError::Gone { message }) => {
                let (host, visit) = host?;
                let news = self.pool.guests.lose(host, visit, message)?;
                Some((self.pool.guests.name(host).to_owned(), news))
            }
            Err(ExecError::Infra { .. }) if host.is_some() => {
                self.flights.get_mut(&done.key)?.strays += 1;
                None
            }
            // That it took too long there says as much of the host as of the step: it has as long again at home.
            Err(ExecError::Cancelled) if host.is_some() => {
                let flight = self.flights.get_mut(&done.key)?;
                let limit = flight.late.take()?;
                flight.strays = STRAYS;
                self.speeds.learn(host.map(|(host, _)| host), flight.seconds, limit.as_millis() as u64);
                let message = format!("it did not end within {} s there", limit.as_secs_f64());
                done.result = Err(ExecError::Gone { message });
                None
            }
            _ => None,
        }
    }

    /// How long there is nothing to do unless something happens.
    fn patience(&self) -> Duration {
        let deadlines = self.running.iter().map(|running| running.deadline);
        let next = deadlines.chain(self.paused.iter().map(|(until, _)| *until)).min();
        next.map_or(LOOK, |next| next.saturating_duration_since(Instant::now()))
    }

    fn cancel_late(&mut self) {
        let now = Instant::now();
        for running in self.running.iter_mut().filter(|running| running.deadline <= now) {
            running.cancel.set();
            // What can't be interrupted is waited for, but not asked again.
            running.deadline = now + Duration::from_secs(3600);
            if let Some(flight) = self.flights.get_mut(&running.key) {
                flight.late = Some(running.timeout);
            }
        }
    }
}
