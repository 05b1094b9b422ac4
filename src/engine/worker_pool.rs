//! State that outlives one build: the slots and what runs in them. A build that is abandoned leaves its running steps to the next one,
//! which takes over those that it also wants.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::action::{Action, ResourcePool};
use crate::cache::{Cache, CacheError, CommitPermit};
use crate::dag::NodeId;
use crate::digest::{Digest, Key};
use crate::event::RunReason;
use crate::process::CancelToken;
use crate::remote::{ExecError, ExecutorSet, LocalGroup, WorkerGroup};

use super::clock::EngineClock;
use super::commit::Committer;
use super::group_speeds::GroupSpeeds;
use super::messages::{EngineMessage, FinishedRun, RunOrder, RunOutput};
use super::options::EngineOptions;
use super::retry::MAX_REMOTE_FAILURES;
use super::slots::{GroupNews, HOME, SlotPool, WorkerSlot};
use super::store_threads::StoreThreads;

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
    pub(super) stores: StoreThreads,
    messages: Receiver<EngineMessage>,
    waker: Waker,
    /// All runs that are queued, running or pausing, by key: nodes with the same key share one.
    pub(super) in_flight: HashMap<Key, InFlight>,
    pub(super) running: Vec<RunningStep>,
    pub(super) speeds: GroupSpeeds,
    pub(super) clock: EngineClock,
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
    /// How often it was lost with the group that ran it.
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
    /// Changes of worker groups.
    pub groups: Vec<GroupNews>,
    /// Whether the committer's batch was committed; it has one batch at a time.
    pub committed: Option<Result<(), CacheError>>,
    /// Keys for which the further stores were asked.
    pub looked_up: Vec<Key>,
    /// Blobs that were to be fetched from further stores, and what became of that.
    pub fetched: Vec<(Digest, Result<(), CacheError>)>,
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
        let home = LocalGroup::new(places.local, options.limit(&ResourcePool::Cores), options.memory);
        let groups: Vec<&dyn WorkerGroup> = std::iter::once(&home as _).chain(places.groups.iter().copied()).collect();
        thread::scope(|scope| {
            let (sender, messages) = channel();
            let clock = EngineClock::default();
            let slots = SlotPool::start(scope, &options, cache, &groups, &sender, clock.clone());
            let stores = StoreThreads::start(scope, cache, &sender, cancel);
            let committer = Committer::start(scope, cache, &sender, stores.puts());
            let mut pool = WorkerPool {
                cache,
                options,
                cancel: cancel.clone(),
                slots,
                committer,
                stores,
                messages,
                waker: Waker { sender, abandoned: Arc::default() },
                in_flight: HashMap::new(),
                running: Vec::new(),
                speeds: GroupSpeeds::default(),
                clock,
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
        self.stores.begin_build();
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

    /// Starts a run in a group, in the pool of this index, if a slot and the memory are free there.
    pub(super) fn launch(&mut self, key: Key, group: usize, pool: usize) -> Option<WorkerSlot> {
        let run = self.in_flight.get_mut(&key)?;
        let (memory, own_timeout) = (run.action.requirements.memory, run.action.requirements.timeout);
        let slot = self.slots.acquire(group, pool, memory, run.alone)?;
        let transfer_seconds = self.slots.transfer_seconds(group, &run.action);
        let expected = transfer_seconds + run.expected_seconds / self.speeds.of(group);
        run.attempt += 1;
        run.timed_out = None;
        let cancel = self.cancel.child();
        let timeout = self.options.timeouts.for_kind(&run.action.kind, own_timeout);
        let order = RunOrder {
            key,
            action: Arc::clone(&run.action),
            files: run.files.clone(),
            cancel: cancel.clone(),
            exclusive: run.exclusive,
        };
        self.slots.send(slot, order);
        let since = self.clock.now();
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
        self.paused.push((self.clock.now() + wait, key));
    }

    /// Takes the keys of runs whose pause before the next attempt is over.
    pub(super) fn take_due_retries(&mut self) -> Vec<Key> {
        let now = self.clock.now();
        let (over, paused) = self.paused.drain(..).partition(|(until, _)| *until <= now);
        self.paused = paused;
        let over: Vec<(Instant, Key)> = over;
        over.into_iter().map(|(_, key)| key).collect()
    }

    /// Whether a run that some node wants is running or pauses before a retry, or a node waits for a store.
    pub(super) fn is_busy(&self) -> bool {
        (!self.paused.is_empty() || self.stores.is_awaited()) && !self.cancel.is_set()
            || self
                .running
                .iter()
                .filter_map(|running| self.in_flight.get(&running.key))
                .any(|run| !run.nodes.is_empty())
    }

    /// Whether a cancelled build has waited long enough for what can't be interrupted.
    pub(super) fn is_grace_over(&self) -> bool {
        self.cancelled.is_some_and(|at| self.clock.now() - at >= CANCEL_GRACE)
    }

    /// Whether anything of what is queued may start later by itself: a slot is taken, or a service asked for a pause.
    pub(super) fn may_free_slots(&self) -> bool {
        self.is_running() || self.slots.is_any_held()
    }

    /// Whether any slot is taken.
    pub fn is_running(&self) -> bool {
        !self.running.is_empty()
    }

    /// Waits until something happens, or for `longest`.
    pub(super) fn wait(&mut self, longest: Duration) -> ReceivedMessages {
        let mut heard = ReceivedMessages::default();
        let mut next = self.messages.recv_timeout(self.time_until_due().min(POLL_INTERVAL).min(longest));
        while let Ok(message) = next {
            self.receive(message, &mut heard);
            next = self.messages.recv_timeout(Duration::ZERO);
        }
        self.cancel_timed_out();
        if self.cancel.is_set() {
            self.cancelled.get_or_insert_with(|| self.clock.now());
        }
        heard
    }

    fn receive(&mut self, message: EngineMessage, heard: &mut ReceivedMessages) {
        match message {
            EngineMessage::Done(mut done) => {
                heard.groups.extend(self.release_slot(&mut done));
                heard.ended.push(done);
            }
            EngineMessage::Connected(group, capacity) => heard.groups.push(self.slots.connect(group, capacity)),
            EngineMessage::Refused(group, refusal) => heard.groups.extend(self.slots.refuse(group, refusal)),
            EngineMessage::Progress { key, done, total } => heard.progress.push((key, done, total)),
            EngineMessage::Filed(result) => heard.committed = Some(result),
            EngineMessage::LookedUp(keys) => heard.looked_up.extend(keys),
            EngineMessage::Fetched(digest, result) => heard.fetched.push((digest, result)),
            EngineMessage::Wake => {}
        }
    }

    /// Frees the slot of a run that ended. If the run was lost with its group, the group is disconnected.
    fn release_slot(&mut self, done: &mut FinishedRun) -> Option<GroupNews> {
        let at = self.running.iter().position(|running| running.key == done.key)?;
        let running = self.running.swap_remove(at);
        self.slots.release(running.slot);
        let is_elsewhere = running.slot.group != HOME;
        match &done.result {
            Ok(ended) if !ended.found => self.learn_speed(&running, ended.outcome.millis),
            Err(ExecError::Gone { message }) => return self.slots.disconnect(running.slot, message),
            Err(ExecError::Transient { .. }) if is_elsewhere => {
                self.in_flight.get_mut(&done.key)?.remote_failures += 1;
            }
            Err(ExecError::Cancelled) if is_elsewhere => self.bring_home_timed_out(&running, done),
            _ => {}
        }
        None
    }

    /// Learns how fast the group is. The response time of a service does not depend on that.
    fn learn_speed(&mut self, running: &RunningStep, millis: u64) {
        if let Some(run) = self.in_flight.get(&running.key)
            && run.action.requirements.pool == ResourcePool::Cores
        {
            self.speeds.learn(running.slot.group, run.expected_seconds, millis);
        }
    }

    /// Gives a run that was too slow elsewhere the same time again on this machine: either the group or the step may be the cause.
    fn bring_home_timed_out(&mut self, running: &RunningStep, done: &mut FinishedRun) {
        let Some(run) = self.in_flight.get_mut(&done.key) else { return };
        let Some(limit) = run.timed_out.take() else { return };
        run.remote_failures = MAX_REMOTE_FAILURES;
        self.speeds.learn(running.slot.group, run.expected_seconds, limit.as_millis() as u64);
        let message = format!("it did not end within {} s there", limit.as_secs_f64());
        done.result = Err(ExecError::Gone { message });
    }

    /// How long until the next deadline or retry.
    fn time_until_due(&self) -> Duration {
        let deadlines = self.running.iter().map(|running| running.deadline);
        let next = deadlines.chain(self.paused.iter().map(|(until, _)| *until)).min();
        next.map_or(POLL_INTERVAL, |next| next.saturating_duration_since(self.clock.now()))
    }

    fn cancel_timed_out(&mut self) {
        let now = self.clock.now();
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
