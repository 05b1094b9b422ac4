//! Other machines' slots: for each host a thread that gets in touch with it, and as many that run actions there as it offers. Hosts may
//! come late, go away and come back. Knows nothing of which action runs where.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{Builder, Scope};
use std::time::Duration;

use crate::action::{Action, Requirements};
use crate::cache::Cache;
use crate::event::HostStatus;
use crate::process::CancelToken;
use crate::remote::{Capacity, ConnectError, HostExecutor};

use super::slots::{EngineMessage, RunOrder, SlotWorker, WorkerSlot};

/// How long to wait before a host is tried again; each time twice as long, up to the second one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const MAX_PAUSE: Duration = Duration::from_secs(30);
/// A host that went away so often is left alone for the rest of the build.
const MAX_DISCONNECTS: u32 = 8;

/// All other machines.
pub struct RemoteWorkers<'e> {
    hosts: Vec<RemoteHost<'e>>,
    /// Ends what the hosts' threads wait for.
    closing: CancelToken,
}

/// One of them.
struct RemoteHost<'e> {
    host: &'e dyn HostExecutor,
    /// Asks its thread to get in touch again.
    reconnect: Sender<()>,
    slots: Option<HostSlots>,
    /// How often it went away.
    disconnects: u32,
    /// Told apart from those of before it went away.
    epoch: u32,
    /// Why it was not there when last asked; said once.
    refused: Option<ConnectError>,
}

/// The slots of a host that is there.
struct HostSlots {
    orders: Vec<Sender<RunOrder>>,
    free: BTreeSet<usize>,
    memory: u64,
    running: usize,
}

/// A host that is there, with a thread for each slot.
pub struct ConnectedHost {
    offer: Capacity,
    orders: Vec<Sender<RunOrder>>,
}

impl<'e> RemoteWorkers<'e> {
    /// Starts a thread for each host, which tells `told` when the host is there.
    pub fn start<'s>(
        scope: &'s Scope<'s, 'e>,
        hosts: &[&'e dyn HostExecutor],
        cache: &'e Cache,
        told: &Sender<EngineMessage>,
    ) -> Self
    where
        'e: 's,
    {
        let closing = CancelToken::default();
        let start = |(number, &host): (usize, &&'e dyn HostExecutor)| {
            let (again, asked) = channel();
            let usher = HostConnector { number, host, cache, told: told.clone(), closing: closing.clone() };
            scope.spawn(move || usher.run(scope, &asked));
            RemoteHost { host, reconnect: again, slots: None, disconnects: 0, epoch: 0, refused: None }
        };
        let hosts = hosts.iter().enumerate().map(start).collect();
        Self { hosts, closing }
    }

    /// Whether there is any host, there or not.
    pub fn is_empty(&self) -> bool {
        self.hosts.is_empty()
    }

    /// What a host is called.
    pub fn name(&self, host: usize) -> &str {
        self.hosts[host].host.name()
    }

    /// The hosts that are there, by number.
    pub fn connected(&self) -> impl Iterator<Item = usize> {
        (0..self.hosts.len()).filter(|&host| self.hosts[host].slots.is_some())
    }

    /// How many slots of the host are free.
    pub fn free_slots(&self, host: usize) -> usize {
        self.hosts[host].slots.as_ref().map_or(0, |seats| seats.free.len())
    }

    /// Whether any host has a free slot.
    pub fn has_free_slot(&self) -> bool {
        self.connected().any(|host| self.free_slots(host) > 0)
    }

    /// Whether the host has so much memory left. What needs more than it has runs alone there.
    pub fn fits(&self, host: usize, memory: u64) -> bool {
        self.hosts[host].slots.as_ref().is_some_and(|seats| memory <= seats.memory || seats.running == 0)
    }

    /// Whether the action can run on the host, however long it would wait there.
    pub fn can_run(&self, host: usize, action: &Action) -> bool {
        self.hosts[host].host.can_run(action)
    }

    /// About how long what the action reads and writes is under way.
    pub fn transfer_seconds(&self, host: usize, action: &Action) -> f64 {
        self.hosts[host].host.transfer_cost(action).as_secs_f64()
    }

    /// Takes a slot of the host, if one is free and the memory suffices.
    pub fn acquire(&mut self, host: usize, needs: &Requirements) -> Option<WorkerSlot> {
        if !self.fits(host, needs.memory) {
            return None;
        }
        let guest = &mut self.hosts[host];
        let seats = guest.slots.as_mut()?;
        let number = seats.free.pop_first()?;
        let memory = needs.memory.min(seats.memory);
        seats.memory -= memory;
        seats.running += 1;
        Some(WorkerSlot::of_host(host, guest.epoch, number, memory))
    }

    /// Runs an order in a slot that was taken.
    pub fn send(&mut self, host: usize, number: usize, order: RunOrder) {
        let seats = self.hosts[host].slots.as_mut().expect("the slot was just taken");
        seats.orders[number].send(order).expect("its thread lives as long as the seats");
    }

    /// The slot is free again, unless its host went away meanwhile.
    pub fn release(&mut self, host: usize, visit: u32, number: usize, memory: u64) {
        let guest = &mut self.hosts[host];
        let Some(seats) = guest.slots.as_mut().filter(|_| guest.epoch == visit) else { return };
        seats.free.insert(number);
        seats.memory += memory;
        seats.running -= 1;
    }

    /// The host is there.
    pub fn add(&mut self, host: usize, arrival: ConnectedHost) -> HostStatus {
        let ConnectedHost { offer, orders } = arrival;
        let guest = &mut self.hosts[host];
        guest.epoch += 1;
        guest.refused = None;
        let (slots, free) = (orders.len(), (0..orders.len()).collect());
        guest.slots = Some(HostSlots { orders, free, memory: offer.memory, running: 0 });
        HostStatus::Joined { slots, differs: offer.differing_tools }
    }

    /// The host is not there, which is news the first time.
    pub fn refuse(&mut self, host: usize, refusal: ConnectError) -> Option<HostStatus> {
        let guest = &mut self.hosts[host];
        if guest.refused.as_ref() == Some(&refusal) {
            return None;
        }
        guest.refused = Some(refusal.clone());
        let ConnectError { message, help, is_transient } = refusal;
        Some(HostStatus::Refused { why: message, help, again: is_transient })
    }

    /// The host of a run that did not come back is gone, unless it has come back since. Its thread looks for it.
    pub fn disconnect(&mut self, host: usize, visit: u32, why: &str) -> Option<HostStatus> {
        let guest = &mut self.hosts[host];
        guest.slots.take_if(|_| guest.epoch == visit)?;
        guest.disconnects += 1;
        if guest.disconnects < MAX_DISCONNECTS {
            let _ = guest.reconnect.send(());
            return Some(HostStatus::Left { why: why.to_owned() });
        }
        let why = format!("{why}; it went away {MAX_DISCONNECTS} times and is left alone now");
        Some(HostStatus::Refused { why, help: None, again: false })
    }
}

impl Drop for RemoteWorkers<'_> {
    fn drop(&mut self) {
        self.closing.set();
    }
}

/// The thread that gets in touch with a host.
struct HostConnector<'e> {
    number: usize,
    host: &'e dyn HostExecutor,
    cache: &'e Cache,
    told: Sender<EngineMessage>,
    closing: CancelToken,
}

impl<'e> HostConnector<'e> {
    fn run<'s>(&self, scope: &'s Scope<'s, 'e>, asked: &Receiver<()>)
    where
        'e: 's,
    {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.connect() {
                Ok(offer) => {
                    pause = FIRST_PAUSE;
                    let arrival = self.start_slots(scope, offer);
                    if self.told.send(EngineMessage::Arrived(self.number, arrival)).is_err() || asked.recv().is_err() {
                        return;
                    }
                }
                Err(refusal) => {
                    let is_transient = refusal.is_transient;
                    let told = self.told.send(EngineMessage::Refused(self.number, refusal));
                    if told.is_err() || !is_transient {
                        return;
                    }
                    if asked.recv_timeout(pause) == Err(RecvTimeoutError::Disconnected) {
                        return;
                    }
                    pause = (pause * 2).min(MAX_PAUSE);
                }
            }
        }
    }

    fn connect(&self) -> Result<Capacity, ConnectError> {
        // A bug on the way to one host must not keep the others from working.
        let joined = catch_unwind(AssertUnwindSafe(|| self.host.connect(&self.closing)));
        joined.unwrap_or_else(|_| {
            let message = "t2v itself failed on the way there; this is a bug".to_owned();
            Err(ConnectError { message, help: None, is_transient: false })
        })
    }

    /// A thread for each slot. They end when nobody can send them orders any more.
    fn start_slots<'s>(&self, scope: &'s Scope<'s, 'e>, offer: Capacity) -> ConnectedHost
    where
        'e: 's,
    {
        let seat = |_| {
            let (sender, orders) = channel();
            let worker = SlotWorker { cache: self.cache, executor: self.host, told: self.told.clone() };
            let started = Builder::new().spawn_scoped(scope, move || worker.work(&orders));
            // Where there are no more threads to be had, fewer slots are used.
            started.ok().map(|_| sender)
        };
        let orders = (0..offer.slots).map_while(seat).collect();
        ConnectedHost { offer, orders }
    }
}
