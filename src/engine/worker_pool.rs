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
/// How often the loop checks whether it was cancelled, because cancelling does not wake it.
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
    /// All runs that are queued, running or pausing, by key: nodes with the same key share one.
    pub(super) in_flight: HashMap<Key, InFlight>,
    pub(super) running: Vec<RunningStep>,
    pub(super) speeds: LocationSpeeds,
    /// Runs that wait for their next attempt, with the time of it.
    paused: Vec<(Instant, Key)>,
    /// When the loop first saw that the build was cancelled.
    cancelled: Option<Instant>,
}

/// An action that is queued, running, pausing before a retry, or waiting for its commit.
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
    /// The nodes that get the result; empty when the build that wanted it was abandoned.
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
    /// Progress of running steps: key, units done, units in all.
    pub progress: Vec<(Key, u64, u64)>,
    /// Changes of hosts, by name.
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
    /// Makes the build stop; its running steps go on for the next build.
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
            let (sender, messages) = channel();
            let slots = SlotPool::start(scope, &options, cache, places, &sender);
            let committer = Committer::start(scope, cache, &sender);
            let mut pool = WorkerPool {
                cache,
                options,
                cancel: cancel.clone(),
                slots,
                committer,
                messages,
                waker: Waker { sender, abandoned: Arc::default() },
                in_flight: HashMap::new(),
                running: Vec::new(),
                speeds: LocationSpeeds::default(),
                paused: Vec::new(),
                cancelled: None,
            };
            let result = body(&mut pool);
            pool.running.iter().for_each(|running| running.cancel.set());
            result
        })
    }

    /// A handle with which another thread can wake the loop.
    pub fn waker(&self) -> Waker {
        self.waker.clone()
    }

    pub(super) fn is_abandoned(&self) -> bool {
        self.waker.abandoned.load(Ordering::SeqCst)
    }

    /// Takes back a call of [`Waker::abandon_build`].
    pub fn clear_abandoned(&self) {
        self.waker.abandoned.store(false, Ordering::SeqCst);
    }

    /// Prepares the next build: no node wants the running steps until the build asks for them.
    pub(super) fn begin_build(&mut self) {
        self.paused.clear();
        let running: Vec<Key> = self.running.iter().map(|running| running.key).collect();
        self.in_flight.retain(|key, _| running.contains(key));
        self.in_flight.values_mut().for_each(|run| run.nodes.clear());
    }

    /// Cancels runs that no node of the current build wants.
    pub(super) fn cancel_unwanted(&mut self) {
        for running in &self.running {
            if self.in_flight.get(&running.key).is_some_and(|run| run.nodes.is_empty()) {
                running.cancel.set();
            }
        }
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
        let run = self.in_flight.get_mut(&key)?;
        let needs = run.action.requirements.clone();
        let slot = match host {
            None => self.slots.acquire(&needs, run.alone)?,
            Some(host) => self.slots.remote.acquire(host, &needs)?,
        };
        let transfer_cost = host.map_or(0.0, |host| self.slots.remote.transfer_seconds(host, &run.action));
        let expected = transfer_cost + run.expected_seconds / self.speeds.of(host);
        run.attempt += 1;
        run.timed_out = None;
        let cancel = self.cancel.child();
        let timeout = self.options.timeouts.for_kind(&run.action.kind, needs.timeout);
        let order = RunOrder {
            key,
            action: Arc::clone(&run.action),
            files: run.files.clone(),
            cancel: cancel.clone(),
            exclusive: run.exclusive,
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
    pub(super) fn schedule_retry(&mut self, key: Key, run: InFlight, wait: Duration) {
        self.in_flight.insert(key, run);
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
        !self.paused.is_empty() && !self.cancel.is_set()
            || self
                .running
                .iter()
                .filter_map(|running| self.in_flight.get(&running.key))
                .any(|run| !run.nodes.is_empty())
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

    /// Frees the slot of a run that ended. If the run was lost with its host, the host is disconnected.
    fn release_slot(&mut self, done: &mut FinishedRun) -> Option<(String, HostStatus)> {
        let at = self.running.iter().position(|running| running.key == done.key)?;
        let running = self.running.swap_remove(at);
        self.slots.release(running.slot);
        let host = running.slot.host();
        match &done.result {
            Ok(ended) if !ended.found => {
                // The response time of a service does not depend on the speed of this machine.
                if let Some(run) = self.in_flight.get(&done.key)
                    && run.action.requirements.pool == ResourcePool::Cores
                {
                    self.speeds.learn(host.map(|(host, _)| host), run.expected_seconds, ended.outcome.millis);
                }
                None
            }
            Err(ExecError::Gone { message }) => {
                let (host, epoch) = host?;
                let news = self.slots.remote.disconnect(host, epoch, message)?;
                Some((self.slots.remote.name(host).to_owned(), news))
            }
            Err(ExecError::Transient { .. }) if host.is_some() => {
                self.in_flight.get_mut(&done.key)?.remote_failures += 1;
                None
            }
            // Either the host or the step may be too slow: the step gets the same time again on this machine.
            Err(ExecError::Cancelled) if host.is_some() => {
                let run = self.in_flight.get_mut(&done.key)?;
                let limit = run.timed_out.take()?;
                run.remote_failures = MAX_REMOTE_FAILURES;
                self.speeds.learn(host.map(|(host, _)| host), run.expected_seconds, limit.as_millis() as u64);
                let message = format!("it did not end within {} s there", limit.as_secs_f64());
                done.result = Err(ExecError::Gone { message });
                None
            }
            _ => None,
        }
    }

    /// How long until the next deadline or retry.
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
            if let Some(run) = self.in_flight.get_mut(&running.key) {
                run.timed_out = Some(running.timeout);
            }
        }
    }
}
