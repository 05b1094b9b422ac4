//! State that outlives one build: the slots and what runs in them. A build that is abandoned leaves its running steps to the next one,
//! which takes over those that it also wants.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::action::{Action, ResourcePool};
use crate::cache::{Cache, CacheError, CommitPermit};
use crate::dag::NodeId;
use crate::digest::Key;
use crate::event::{HostStatus, RunReason};
use crate::process::CancelToken;
use crate::remote::{ExecError, ExecutorSet};

use super::EngineOptions;
use super::commit::Committer;
use super::placement::{LocationSpeeds, MAX_REMOTE_FAILURES};
use super::slots::{EngineMessage, FinishedRun, RunOrder, RunOutput, SlotPool, WorkerSlot};

/// How long a cancelled build waits for steps that can't be interrupted, because they compute in this very process.
const CANCEL_GRACE: Duration = Duration::from_secs(1);
/// How often the loop looks whether it was cancelled: that wakes nobody.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// The slots, the runs in them, and the channel on which their threads report.
pub struct WorkerPool<'a> {
    pub(super) cache: &'a Cache,
    pub(super) options: EngineOptions,
    pub(super) cancel: CancelToken,
    pub(super) slots: SlotPool<'a>,
    pub(super) committer: Committer,
    messages: Receiver<EngineMessage>,
    waker: Waker,
    /// All that is queued, runs or pauses, by key: who asks for the same key shares it.
    pub(super) in_flight: HashMap<Key, InFlight>,
    pub(super) running: Vec<RunningStep>,
    pub(super) speeds: LocationSpeeds,
    /// What is to be tried again, and when.
    paused: Vec<(Instant, Key)>,
    /// Since when it is known to be cancelled.
    cancelled: Option<Instant>,
}

/// A run that is wanted.
pub(super) struct InFlight {
    /// `None` once the result has been passed to the committer.
    pub permit: Option<CommitPermit>,
    pub action: Arc<Action>,
    pub files: Vec<PathBuf>,
    pub reason: RunReason,
    pub exclusive: bool,
    /// Expected seconds on a core of this machine.
    pub expected_seconds: f64,
    /// How often it was lost with the host that ran it.
    pub remote_failures: u32,
    /// Who gets the result; nobody, when the build that wanted it was left.
    pub nodes: Vec<NodeId>,
    /// How often it has been tried.
    pub attempt: u32,
    /// Whether no other step may run at the same time.
    pub alone: bool,
    /// The time-out that it exceeded, if it did.
    pub timed_out: Option<Duration>,
    /// Its result, while that is not committed yet.
    pub output: Option<RunOutput>,
}

/// The messages that one call of `wait` received, by kind.
#[derive(Default)]
pub(super) struct ReceivedMessages {
    pub ended: Vec<FinishedRun>,
    /// How far others got: units done, of how many.
    pub progress: Vec<(Key, u64, u64)>,
    /// What became of hosts, by name.
    pub hosts: Vec<(String, HostStatus)>,
    /// Whether the committer's batch was committed; it has one batch at a time.
    pub committed: Option<Result<(), CacheError>>,
}

pub(super) struct RunningStep {
    key: Key,
    pub slot: WorkerSlot,
    pub since: Instant,
    /// How long it is expected to occupy its slot, in seconds.
    pub expected_seconds: f64,
    cancel: CancelToken,
    deadline: Instant,
    timeout: Duration,
}

/// Wakes the loop from another thread.
#[derive(Clone)]
pub struct Waker {
    sender: Sender<EngineMessage>,
    abandoned: Arc<AtomicBool>,
}

impl Waker {
    /// Makes the build stop where it is, what runs going on for the next one.
    pub fn abandon_build(&self) {
        self.abandoned.store(true, Ordering::SeqCst);
        let _ = self.sender.send(EngineMessage::Wake);
    }
}

impl<'a> WorkerPool<'a> {
    /// Calls `body` with a pool whose steps run at `places`. Steps that still run when it returns are cancelled.
    pub fn with<R>(
        cache: &'a Cache,
        options: EngineOptions,
        places: &ExecutorSet<'a>,
        cancel: &CancelToken,
        body: impl FnOnce(&mut WorkerPool) -> R,
    ) -> R {
        thread::scope(|scope| {
            let (tell, told) = channel();
            let pool = SlotPool::start(scope, &options, cache, places, &tell);
            let clerk = Committer::start(scope, cache, &tell);
            let waker = Waker { sender: tell, abandoned: Arc::default() };
            let (flights, running, paused) = (HashMap::new(), Vec::new(), Vec::new());
            let cancel = cancel.clone();
            let (speeds, cancelled) = (LocationSpeeds::default(), None);
            let mut crew = WorkerPool {
                cache,
                options,
                cancel,
                slots: pool,
                committer: clerk,
                messages: told,
                waker,
                in_flight: flights,
                running,
                speeds,
                paused,
                cancelled,
            };
            let result = body(&mut crew);
            crew.running.iter().for_each(|running| running.cancel.set());
            result
        })
    }

    /// Something to wake the loop with.
    pub fn waker(&self) -> Waker {
        self.waker.clone()
    }

    pub(super) fn is_abandoned(&self) -> bool {
        self.waker.abandoned.load(Ordering::SeqCst)
    }

    /// Forgets that a build was to be left.
    pub fn clear_abandoned(&self) {
        self.waker.abandoned.store(false, Ordering::SeqCst);
    }

    /// Gets ready for the next build: nobody wants what runs until the build asks for it.
    pub(super) fn begin_build(&mut self) {
        self.paused.clear();
        let running: Vec<Key> = self.running.iter().map(|running| running.key).collect();
        self.in_flight.retain(|key, _| running.contains(key));
        self.in_flight.values_mut().for_each(|flight| flight.nodes.clear());
    }

    /// Cancels runs that no node of the current build wants.
    pub(super) fn cancel_unwanted(&mut self) {
        let stale =
            |running: &&RunningStep| self.in_flight.get(&running.key).is_some_and(|flight| flight.nodes.is_empty());
        self.running.iter().filter(stale).for_each(|running| running.cancel.set());
    }

    /// Cancels everything that runs.
    pub(super) fn cancel_running(&mut self) {
        self.running.iter().for_each(|running| running.cancel.set());
    }

    /// The slot in which the key's action runs, if it runs.
    pub(super) fn slot(&self, key: Key) -> Option<WorkerSlot> {
        self.running.iter().find(|running| running.key == key).map(|running| running.slot)
    }

    /// Starts a run on this machine, or on the host with this number, if a slot and the memory are free there.
    pub(super) fn launch(&mut self, key: Key, host: Option<usize>) -> Option<WorkerSlot> {
        let flight = self.in_flight.get_mut(&key)?;
        let needs = flight.action.requirements.clone();
        let slot = match host {
            None => self.slots.acquire(&needs, flight.alone)?,
            Some(host) => self.slots.remote.acquire(host, &needs)?,
        };
        let transfer_cost = host.map_or(0.0, |host| self.slots.remote.transfer_seconds(host, &flight.action));
        let expected = transfer_cost + flight.expected_seconds / self.speeds.of(host);
        flight.attempt += 1;
        flight.timed_out = None;
        let cancel = self.cancel.child();
        let timeout = self.options.timeouts.for_kind(&flight.action.kind, needs.timeout);
        let order = RunOrder {
            key,
            action: Arc::clone(&flight.action),
            files: flight.files.clone(),
            cancel: cancel.clone(),
            exclusive: flight.exclusive,
        };
        self.slots.send(slot, order);
        let since = Instant::now();
        self.running.push(RunningStep {
            key,
            slot,
            since,
            expected_seconds: expected,
            cancel,
            deadline: since + timeout,
            timeout,
        });
        Some(slot)
    }

    /// Puts the run back and tries it again after `wait`.
    pub(super) fn schedule_retry(&mut self, key: Key, flight: InFlight, wait: Duration) {
        self.in_flight.insert(key, flight);
        self.paused.push((Instant::now() + wait, key));
    }

    /// Takes the keys of runs whose pause before the next attempt is over.
    pub(super) fn take_due_retries(&mut self) -> Vec<Key> {
        let now = Instant::now();
        let (over, paused) = self.paused.drain(..).partition(|(until, _)| *until <= now);
        self.paused = paused;
        let over: Vec<(Instant, Key)> = over;
        over.into_iter().map(|(_, key)| key).collect()
    }

    /// Whether a run that some node wants is running or pauses before a retry.
    pub(super) fn is_busy(&self) -> bool {
        let wanted = |key: &Key| self.in_flight.get(key).is_some_and(|flight| !flight.nodes.is_empty());
        !self.paused.is_empty() && !self.cancel.is_set() || self.running.iter().any(|running| wanted(&running.key))
    }

    /// Whether a cancelled build has waited long enough for what can't be interrupted.
    pub(super) fn is_grace_over(&self) -> bool {
        self.cancelled.is_some_and(|at| at.elapsed() >= CANCEL_GRACE)
    }

    /// Whether any slot is taken.
    pub fn is_running(&self) -> bool {
        !self.running.is_empty()
    }

    /// Waits until something happens, or for `longest`.
    pub(super) fn wait(&mut self, longest: Duration) -> ReceivedMessages {
        let mut heard = ReceivedMessages::default();
        let mut next = self.messages.recv_timeout(self.time_until_due().min(POLL_INTERVAL).min(longest));
        loop {
            match next {
                Ok(EngineMessage::Done(mut done)) => {
                    heard.hosts.extend(self.release_slot(&mut done));
                    heard.ended.push(done);
                }
                Ok(EngineMessage::Arrived(host, arrival)) => {
                    let news = self.slots.remote.add(host, arrival);
                    heard.hosts.push((self.slots.remote.name(host).to_owned(), news));
                }
                Ok(EngineMessage::Refused(host, refusal)) => {
                    let news = self.slots.remote.refuse(host, refusal);
                    heard.hosts.extend(news.map(|news| (self.slots.remote.name(host).to_owned(), news)));
                }
                Ok(EngineMessage::Progress { key, done, total }) => heard.progress.push((key, done, total)),
                Ok(EngineMessage::Filed(result)) => heard.committed = Some(result),
                Ok(EngineMessage::Wake) => {}
                Err(RecvTimeoutError::Timeout) | Err(RecvTimeoutError::Disconnected) => break,
            }
            next = self.messages.recv_timeout(Duration::ZERO);
        }
        self.cancel_timed_out();
        if self.cancel.is_set() {
            self.cancelled.get_or_insert_with(Instant::now);
        }
        heard
    }

    /// Frees the slot of a run that ended. A host with which it was lost is gone.
    fn release_slot(&mut self, done: &mut FinishedRun) -> Option<(String, HostStatus)> {
        let at = self.running.iter().position(|running| running.key == done.key)?;
        let running = self.running.swap_remove(at);
        self.slots.release(running.slot);
        let host = running.slot.host();
        match &done.result {
            Ok(ended) if !ended.found => {
                // How long a service takes to answer says nothing of how fast this machine computes.
                if let Some(flight) = self.in_flight.get(&done.key)
                    && flight.action.requirements.pool == ResourcePool::Cores
                {
                    self.speeds.learn(host.map(|(host, _)| host), flight.expected_seconds, ended.outcome.millis);
                }
                None
            }
            Err(ExecError::Gone { message }) => {
                let (host, visit) = host?;
                let news = self.slots.remote.disconnect(host, visit, message)?;
                Some((self.slots.remote.name(host).to_owned(), news))
            }
            Err(ExecError::Transient { .. }) if host.is_some() => {
                self.in_flight.get_mut(&done.key)?.remote_failures += 1;
                None
            }
            // That it took too long there says as much of the host as of the step: it has as long again at home.
            Err(ExecError::Cancelled) if host.is_some() => {
                let flight = self.in_flight.get_mut(&done.key)?;
                let limit = flight.timed_out.take()?;
                flight.remote_failures = MAX_REMOTE_FAILURES;
                self.speeds.learn(host.map(|(host, _)| host), flight.expected_seconds, limit.as_millis() as u64);
                let message = format!("it did not end within {} s there", limit.as_secs_f64());
                done.result = Err(ExecError::Gone { message });
                None
            }
            _ => None,
        }
    }

    /// How long there is nothing to do unless something happens.
    fn time_until_due(&self) -> Duration {
        let deadlines = self.running.iter().map(|running| running.deadline);
        let next = deadlines.chain(self.paused.iter().map(|(until, _)| *until)).min();
        next.map_or(POLL_INTERVAL, |next| next.saturating_duration_since(Instant::now()))
    }

    fn cancel_timed_out(&mut self) {
        let now = Instant::now();
        for running in self.running.iter_mut().filter(|running| running.deadline <= now) {
            running.cancel.set();
            // What can't be interrupted is waited for, but not asked again.
            running.deadline = now + Duration::from_secs(3600);
            if let Some(flight) = self.in_flight.get_mut(&running.key) {
                flight.timed_out = Some(running.timeout);
            }
        }
    }
}
