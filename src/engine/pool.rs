//! Slots: threads that each run one action at a time, so many for those that occupy a core, so many for those that wait, and those of
//! other machines. Knows nothing of the graph.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::Scope;

use crate::action::{Action, Lane, Needs, Outcome};
use crate::cache::{Cache, CacheError, KeyLock, Lookup};
use crate::digest::Key;
use crate::process::Cancel;
use crate::remote::{ExecError, Executor, Job, Places, Refusal};

use super::Options;
use super::guests::{Arrival, Guests};

/// What the threads tell the loop.
pub enum Message {
    /// An action ended.
    Done(Done),
    /// An action got this far.
    Progress { key: Key, done: u64, total: u64 },
    /// A host is there, by its number.
    Arrived(usize, Arrival),
    /// A host is not.
    Refused(usize, Refusal),
    /// The clerk filed what it had, or could not.
    Filed(Result<(), CacheError>),
    /// Somebody wants the loop to look around.
    Wake,
}

/// An action that ended.
pub struct Done {
    pub key: Key,
    pub result: Result<Ended, ExecError>,
}

/// How an action came by its outcome.
pub struct Ended {
    pub outcome: Outcome,
    /// Another process made it while this one waited.
    pub found: bool,
    /// Held until the result is filed, so that another process finds it.
    pub _lock: Option<KeyLock>,
}

/// What a slot is to run.
pub struct Order {
    pub key: Key,
    pub action: Arc<Action>,
    /// The project's files that it reads, to be taken into the cache first.
    pub files: Vec<PathBuf>,
    pub cancel: Cancel,
    /// Whether two processes should not make it at the same time.
    pub exclusive: bool,
}

/// One of the pool's threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    place: Place,
    number: usize,
    memory: u64,
    alone: bool,
}

/// Where a slot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Home(Lane),
    /// On a host, by its number, on its so manieth visit.
    Host(usize, u32),
}

impl Slot {
    /// A slot on a host.
    pub fn of_host(host: usize, visit: u32, number: usize, memory: u64) -> Self {
        Self { place: Place::Host(host, visit), number, memory, alone: false }
    }

    /// The host that it is on, and on which visit.
    pub fn host(&self) -> Option<(usize, u32)> {
        match self.place {
            Place::Host(host, visit) => Some((host, visit)),
            Place::Home(_) => None,
        }
    }

    /// Whether it is one of this machine's cores.
    pub fn is_core(&self) -> bool {
        self.place == Place::Home(Lane::Core)
    }
}

/// The threads of one lane.
struct Threads {
    orders: Vec<Sender<Order>>,
    free: BTreeSet<usize>,
}

/// All threads. They end when it is dropped.
pub struct Pool<'e> {
    /// Other machines.
    pub guests: Guests<'e>,
    core: Threads,
    wait: Threads,
    /// Bytes that are not spoken for by what runs.
    memory: u64,
    running: usize,
    alone: bool,
}

impl<'e> Pool<'e> {
    /// Starts the threads; each tells `told` what becomes of its orders.
    pub fn start<'s>(
        scope: &'s Scope<'s, 'e>,
        options: &Options,
        cache: &'e Cache,
        places: &Places<'e>,
        told: &Sender<Message>,
    ) -> Self
    where
        'e: 's,
    {
        let executor = places.home;
        let threads = |count: usize| {
            let orders = (0..count).map(|_| {
                let (sender, orders) = channel();
                let told = told.clone();
                scope.spawn(move || Worker { cache, executor, told }.work(&orders));
                sender
            });
            Threads { orders: orders.collect(), free: (0..count).collect() }
        };
        let (core, wait) = (threads(options.cores.max(1)), threads(options.waits.max(1)));
        let guests = Guests::start(scope, &places.hosts, cache, told);
        Self { guests, core, wait, memory: options.memory, running: 0, alone: false }
    }

    /// Takes a slot of this machine, if one is free and the memory suffices; `alone`, if nothing may run beside it.
    pub fn take(&mut self, needs: &Needs, alone: bool) -> Option<Slot> {
        if !self.fits(needs.memory, alone) {
            return None;
        }
        let number = self.threads(needs.lane).free.pop_first()?;
        self.alone = alone || needs.memory > self.memory;
        let memory = needs.memory.min(self.memory);
        self.memory -= memory;
        self.running += 1;
        Some(Slot { place: Place::Home(needs.lane), number, memory, alone: self.alone })
    }

    /// The slot's name in messages and traces.
    pub fn name(&self, slot: Slot) -> String {
        let place = match slot.place {
            Place::Home(Lane::Core) => "core",
            Place::Home(Lane::Wait) => "wait",
            Place::Host(host, _) => self.guests.name(host),
        };
        format!("{place} {}", slot.number + 1)
    }

    /// How many of this machine's cores are free.
    pub fn free_cores(&self) -> usize {
        self.core.free.len()
    }

    /// Whether any slot for work is free, here or on a host.
    pub fn has_room(&self) -> bool {
        !self.core.free.is_empty() || self.guests.have_room()
    }

    /// Whether this machine has so much memory left; `alone`, if nothing may run beside. What needs more than there is runs alone.
    pub fn fits(&self, memory: u64, alone: bool) -> bool {
        !self.alone && ((memory <= self.memory && !alone) || self.running == 0)
    }

    /// Whether no slot of the lane is free.
    pub fn is_full(&self, lane: Lane) -> bool {
        match lane {
            Lane::Core => self.core.free.is_empty(),
            Lane::Wait => self.wait.free.is_empty(),
        }
    }

    /// Runs an order in a slot that was taken.
    pub fn send(&mut self, slot: Slot, order: Order) {
        match slot.place {
            Place::Home(lane) => self.threads(lane).orders[slot.number].send(order).expect("threads outlive the pool"),
            Place::Host(host, _) => self.guests.send(host, slot.number, order),
        }
    }

    /// The slot is free again.
    pub fn free(&mut self, slot: Slot) {
        let lane = match slot.place {
            Place::Home(lane) => lane,
            Place::Host(host, visit) => return self.guests.free(host, visit, slot.number, slot.memory),
        };
        self.threads(lane).free.insert(slot.number);
        self.memory += slot.memory;
        self.running -= 1;
        self.alone &= !slot.alone;
    }

    fn threads(&mut self, lane: Lane) -> &mut Threads {
        match lane {
            Lane::Core => &mut self.core,
            Lane::Wait => &mut self.wait,
        }
    }
}

/// What a thread works with.
pub struct Worker<'e> {
    pub cache: &'e Cache,
    pub executor: &'e dyn Executor,
    pub told: Sender<Message>,
}

impl Worker<'_> {
    /// Runs what comes, until nothing can come any more.
    pub fn work(&self, orders: &Receiver<Order>) {
        while let Ok(order) = orders.recv() {
            // A bug in a step must not leave the engine waiting for its end.
            let result = catch_unwind(AssertUnwindSafe(|| self.run(&order))).unwrap_or_else(|_| Err(panicked(&order)));
            if self.told.send(Message::Done(Done { key: order.key, result })).is_err() {
                return;
            }
        }
    }

    fn run(&self, order: &Order) -> Result<Ended, ExecError> {
        let lock = match order.exclusive {
            true => self.cache.lock(order.key, &|| order.cancel.is_set())?,
            false => None,
        };
        if order.exclusive && lock.is_none() {
            return Err(ExecError::Cancelled);
        }
        if lock.is_some()
            && let Lookup::Hit(outcome) = self.cache.lookup(order.key)?
        {
            return Ok(Ended { outcome, found: true, _lock: lock });
        }
        order.files.iter().try_for_each(|path| self.cache.take_in_copy(path).map(drop))?;
        let progress = |done, total| drop(self.told.send(Message::Progress { key: order.key, done, total }));
        let job = Job { cancel: &order.cancel, progress: &progress };
        Ok(Ended { outcome: self.executor.run(&order.action, &job)?, found: false, _lock: lock })
    }
}

fn panicked(order: &Order) -> ExecError {
    let message = format!("t2v itself failed in this `{}` step; this is a bug", order.action.kind);
    ExecError::Step { message, help: Some("please report it with the lines above".to_owned()), log: String::new() }
}
