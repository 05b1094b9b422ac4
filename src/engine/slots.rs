//! Slots: threads that each run one action at a time. Each resource pool of this machine has a limit of them; hosts bring their own.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::Scope;
use std::time::{Duration, Instant};

use crate::action::{Action, Outcome, Requirements, ResourcePool};
use crate::cache::{Cache, CacheError, KeyLock, Lookup};
use crate::digest::Key;
use crate::process::CancelToken;
use crate::remote::{ConnectError, ExecError, Executor, ExecutorSet, Job};

use super::EngineOptions;
use super::remote_workers::{ConnectedHost, RemoteWorkers};

/// Messages from the threads to the build loop.
pub enum EngineMessage {
    /// An action ended with a result or an error.
    Done(FinishedRun),
    /// An action got this far.
    Progress { key: Key, done: u64, total: u64 },
    /// The host with this number has connected.
    Arrived(usize, ConnectedHost),
    /// The host with this number could not be reached.
    Refused(usize, ConnectError),
    /// The committer wrote its batch, or failed to.
    Filed(Result<(), CacheError>),
    /// Another thread asks the loop to check its state again.
    Wake,
}

/// An action that ended.
pub struct FinishedRun {
    pub key: Key,
    pub result: Result<RunOutput, ExecError>,
}

/// How an action came by its outcome.
pub struct RunOutput {
    pub outcome: Outcome,
    /// Another process made it while this one waited.
    pub found: bool,
    /// Held until the result is committed, so that another process finds it.
    pub _lock: Option<KeyLock>,
}

/// An action to run in a slot.
pub struct RunOrder {
    pub key: Key,
    pub action: Arc<Action>,
    /// The project's files that it reads; they are copied into the cache first.
    pub files: Vec<PathBuf>,
    pub cancel: CancelToken,
    /// Whether two processes should not make it at the same time.
    pub exclusive: bool,
}

/// A slot that was acquired, with the memory reserved for its run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkerSlot {
    location: Location,
    number: usize,
    memory: u64,
    alone: bool,
}

/// The machine and pool of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Location {
    /// On this machine, in the pool of this index in [`SlotPool::pools`].
    Home(usize),
    /// On a host, by its number, and the number of the connection.
    Host(usize, u32),
}

impl WorkerSlot {
    /// A slot on a host.
    pub fn of_host(host: usize, epoch: u32, number: usize, memory: u64) -> Self {
        Self { location: Location::Host(host, epoch), number, memory, alone: false }
    }

    /// The number of its host, and the epoch of the connection.
    pub fn host(&self) -> Option<(usize, u32)> {
        match self.location {
            Location::Host(host, epoch) => Some((host, epoch)),
            Location::Home(_) => None,
        }
    }

    /// Whether it is one of this machine's cores.
    pub fn is_core(&self) -> bool {
        self.location == Location::Home(CORES)
    }
}

/// The index of the cores among the pools.
const CORES: usize = 0;

/// One resource pool of this machine, with a thread for each step that has run in it at the same time.
struct HomePool {
    pool: ResourcePool,
    orders: Vec<Sender<RunOrder>>,
    /// Threads that run nothing, by their number.
    free: BTreeSet<usize>,
    /// How many threads it may have.
    limit: usize,
    /// Nothing starts in it before this moment: a service asked for a pause.
    held_until: Option<Instant>,
}

impl HomePool {
    fn new(pool: ResourcePool, limit: usize) -> Self {
        Self { pool, orders: Vec::new(), free: BTreeSet::new(), limit, held_until: None }
    }

    fn free_slots(&self) -> usize {
        self.free.len() + (self.limit - self.orders.len())
    }

    fn is_held(&self) -> bool {
        self.held_until.is_some_and(|until| Instant::now() < until)
    }
}

/// The slots of this machine and of its hosts, each with a thread. The threads end when it is dropped.
pub struct SlotPool<'e> {
    /// The slots of other machines.
    pub remote: RemoteWorkers<'e>,
    options: EngineOptions,
    /// The cores first; other pools are added when a step first needs one.
    pools: Vec<HomePool>,
    /// Asks for a thread that runs what comes from the receiver.
    new_threads: Sender<Receiver<RunOrder>>,
    /// Bytes that no running step has reserved.
    memory: u64,
    running: usize,
    alone: bool,
}

impl<'e> SlotPool<'e> {
    /// Prepares to start threads as steps need them; each sends the results of its orders to the engine.
    pub fn start<'s>(
        scope: &'s Scope<'s, 'e>,
        options: &EngineOptions,
        cache: &'e Cache,
        places: &ExecutorSet<'e>,
        messages: &Sender<EngineMessage>,
    ) -> Self
    where
        'e: 's,
    {
        let (new_threads, requests): (_, Receiver<Receiver<RunOrder>>) = channel();
        let (executor, worker_messages) = (places.local, messages.clone());
        scope.spawn(move || {
            for orders in requests {
                let messages = worker_messages.clone();
                scope.spawn(move || SlotWorker { cache, executor, messages }.work(&orders));
            }
        });
        let pools = vec![HomePool::new(ResourcePool::Cores, options.limit(&ResourcePool::Cores))];
        let remote = RemoteWorkers::start(scope, &places.hosts, cache, messages);
        let (options, memory) = (options.clone(), options.memory);
        Self { remote, options, pools, new_threads, memory, running: 0, alone: false }
    }

    /// Takes a slot of this machine, if one is free and the memory suffices; `alone` if no other step may run at the same time.
    pub fn acquire(&mut self, needs: &Requirements, alone: bool) -> Option<WorkerSlot> {
        if !self.fits(needs.memory, alone) {
            return None;
        }
        let index = self.pool_index(&needs.pool);
        let number = self.free_thread(index)?;
        self.alone = alone || needs.memory > self.memory;
        let memory = needs.memory.min(self.memory);
        self.memory -= memory;
        self.running += 1;
        Some(WorkerSlot { location: Location::Home(index), number, memory, alone: self.alone })
    }

    /// The index of a pool, which is added if it is new.
    fn pool_index(&mut self, pool: &ResourcePool) -> usize {
        self.pools.iter().position(|known| known.pool == *pool).unwrap_or_else(|| {
            self.pools.push(HomePool::new(pool.clone(), self.options.limit(pool)));
            self.pools.len() - 1
        })
    }

    /// The number of a thread that runs nothing, which is started if the limit allows it.
    fn free_thread(&mut self, index: usize) -> Option<usize> {
        let pool = &mut self.pools[index];
        if let Some(number) = pool.free.pop_first() {
            return Some(number);
        }
        if pool.orders.len() >= pool.limit {
            return None;
        }
        let (sender, orders) = channel();
        self.new_threads.send(orders).expect("the thread that starts others outlives the pool");
        pool.orders.push(sender);
        Some(pool.orders.len() - 1)
    }

    /// The slot's name in messages and traces.
    pub fn name(&self, slot: WorkerSlot) -> String {
        let number = slot.number + 1;
        match slot.location {
            Location::Home(CORES) => format!("core {number}"),
            Location::Home(index) => format!("{} {number}", self.pools[index].pool),
            Location::Host(host, _) => format!("{} {number}", self.remote.name(host)),
        }
    }

    /// How many of this machine's cores are free.
    pub fn free_cores(&self) -> usize {
        self.pools[CORES].free_slots()
    }

    /// Whether any slot for computing is free, here or on a host.
    pub fn has_free_slot(&self) -> bool {
        self.free_cores() > 0 || self.remote.has_free_slot()
    }

    /// Whether this machine has this much memory left; `alone` if no other step may run at the same time.
    /// A step that needs more than all memory runs alone.
    pub fn fits(&self, memory: u64, alone: bool) -> bool {
        !self.alone && ((memory <= self.memory && !alone) || self.running == 0)
    }

    /// Whether nothing can start in the pool just now: no slot is free, or a service asked for a pause.
    pub fn is_full(&self, pool: &ResourcePool) -> bool {
        let known = self.pools.iter().find(|known| known.pool == *pool);
        known.is_some_and(|known| known.free_slots() == 0 || known.is_held())
    }

    /// Starts nothing in the pool for this long. The cores are never held: a pause is what one service asks for.
    pub fn hold(&mut self, pool: &ResourcePool, pause: Duration) {
        if matches!(pool, ResourcePool::Provider(_)) {
            let index = self.pool_index(pool);
            let until = Instant::now() + pause;
            let held = &mut self.pools[index].held_until;
            *held = Some(held.map_or(until, |before| before.max(until)));
        }
    }

    /// Runs an order in a slot that was taken.
    pub fn send(&mut self, slot: WorkerSlot, order: RunOrder) {
        match slot.location {
            Location::Home(index) => {
                self.pools[index].orders[slot.number].send(order).expect("threads outlive the pool");
            }
            Location::Host(host, _) => self.remote.send(host, slot.number, order),
        }
    }

    /// Frees a slot and its memory.
    pub fn release(&mut self, slot: WorkerSlot) {
        let index = match slot.location {
            Location::Home(index) => index,
            Location::Host(host, epoch) => return self.remote.release(host, epoch, slot.number, slot.memory),
        };
        self.pools[index].free.insert(slot.number);
        self.memory += slot.memory;
        self.running -= 1;
        self.alone &= !slot.alone;
    }
}

/// Runs orders in one slot and reports their results.
pub struct SlotWorker<'e> {
    pub cache: &'e Cache,
    pub executor: &'e dyn Executor,
    pub messages: Sender<EngineMessage>,
}

impl SlotWorker<'_> {
    /// Runs orders until the channel closes.
    pub fn work(&self, orders: &Receiver<RunOrder>) {
        while let Ok(order) = orders.recv() {
            // A bug in a step must not leave the engine waiting for its end.
            let result = catch_unwind(AssertUnwindSafe(|| self.run(&order))).unwrap_or_else(|_| Err(panicked(&order)));
            if self.messages.send(EngineMessage::Done(FinishedRun { key: order.key, result })).is_err() {
                return;
            }
        }
    }

    fn run(&self, order: &RunOrder) -> Result<RunOutput, ExecError> {
        let lock = if order.exclusive { self.cache.lock(order.key, &|| order.cancel.is_set())? } else { None };
        if order.exclusive && lock.is_none() {
            return Err(ExecError::Cancelled);
        }
        if lock.is_some()
            && let Lookup::Hit(outcome) = self.cache.lookup(order.key)?
        {
            return Ok(RunOutput { outcome, found: true, _lock: lock });
        }
        order.files.iter().try_for_each(|path| self.cache.insert_copy(path).map(drop))?;
        let progress = |done, total| drop(self.messages.send(EngineMessage::Progress { key: order.key, done, total }));
        let job = Job { cancel: &order.cancel, progress: &progress };
        Ok(RunOutput { outcome: self.executor.run(&order.action, &job)?, found: false, _lock: lock })
    }
}

fn panicked(order: &RunOrder) -> ExecError {
    let message = format!("t2v itself failed in this `{}` step; this is a bug", order.action.kind);
    ExecError::Step { message, help: Some("please report it with the lines above".to_owned()), log: String::new() }
}
