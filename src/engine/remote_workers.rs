//! Slots of other machines: one thread per host connects to it, and one thread per offered slot runs actions there.
//! Hosts may connect late, disconnect and reconnect.

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
/// A host that disconnected this often is not used for the rest of the build.
const MAX_DISCONNECTS: u32 = 8;

/// All hosts of the executor set, connected or not.
pub struct RemoteWorkers<'e> {
    hosts: Vec<RemoteHost<'e>>,
    /// Ends what the hosts' threads wait for.
    closing: CancelToken,
}

/// The state of one host.
struct RemoteHost<'e> {
    host: &'e dyn HostExecutor,
    /// Asks its thread to connect again.
    reconnect: Sender<()>,
    /// `None` while it is not connected.
    slots: Option<HostSlots>,
    /// How often the connection was lost.
    disconnects: u32,
    /// Number of its connections so far: tells current slots from those of a connection that was lost.
    epoch: u32,
    /// Why the last attempt to connect failed; the same reason is emitted only once.
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
    /// Starts a thread for each host, which sends a message when it has connected.
    pub fn start<'s>(
        scope: &'s Scope<'s, 'e>,
        hosts: &[&'e dyn HostExecutor],
        cache: &'e Cache,
        messages: &Sender<EngineMessage>,
    ) -> Self
    where
        'e: 's,
    {
        let closing = CancelToken::default();
        let hosts = hosts.iter().enumerate().map(|(number, &host)| {
            let (reconnect, asked) = channel();
            let connector = HostConnector { number, host, cache, messages: messages.clone(), closing: closing.clone() };
            scope.spawn(move || connector.run(scope, &asked));
            RemoteHost { host, reconnect, slots: None, disconnects: 0, epoch: 0, refused: None }
        });
        Self { hosts: hosts.collect(), closing }
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
        self.hosts[host].slots.as_ref().map_or(0, |slots| slots.free.len())
    }

    /// Whether any host has a free slot.
    pub fn has_free_slot(&self) -> bool {
        self.connected().any(|host| self.free_slots(host) > 0)
    }

    /// Whether the host has this much memory left. A step that needs more than it has runs alone there.
    pub fn fits(&self, host: usize, memory: u64) -> bool {
        self.hosts[host].slots.as_ref().is_some_and(|slots| memory <= slots.memory || slots.running == 0)
    }

    /// Whether the action can run on the host, however long it would wait there.
    pub fn can_run(&self, host: usize, action: &Action) -> bool {
        self.hosts[host].host.can_run(action)
    }

    /// Estimated seconds to transfer the action's inputs and outputs.
    pub fn transfer_seconds(&self, host: usize, action: &Action) -> f64 {
        self.hosts[host].host.transfer_cost(action).as_secs_f64()
    }

    /// Takes a slot of the host, if one is free and the memory suffices.
    pub fn acquire(&mut self, host: usize, needs: &Requirements) -> Option<WorkerSlot> {
        if !self.fits(host, needs.memory) {
            return None;
        }
        let remote = &mut self.hosts[host];
        let slots = remote.slots.as_mut()?;
        let number = slots.free.pop_first()?;
        let memory = needs.memory.min(slots.memory);
        slots.memory -= memory;
        slots.running += 1;
        Some(WorkerSlot::of_host(host, remote.epoch, number, memory))
    }

    /// Runs an order in a slot that was taken.
    pub fn send(&mut self, host: usize, number: usize, order: RunOrder) {
        let slots = self.hosts[host].slots.as_mut().expect("the slot was just taken");
        slots.orders[number].send(order).expect("its thread lives as long as the slots");
    }

    /// The slot is free again, unless its host went away meanwhile.
    pub fn release(&mut self, host: usize, epoch: u32, number: usize, memory: u64) {
        let remote = &mut self.hosts[host];
        let Some(slots) = remote.slots.as_mut().filter(|_| remote.epoch == epoch) else { return };
        slots.free.insert(number);
        slots.memory += memory;
        slots.running -= 1;
    }

    /// Records that the host has connected.
    pub fn add(&mut self, host: usize, arrival: ConnectedHost) -> HostStatus {
        let ConnectedHost { offer, orders } = arrival;
        let remote = &mut self.hosts[host];
        remote.epoch += 1;
        remote.refused = None;
        let (slots, free) = (orders.len(), (0..orders.len()).collect());
        remote.slots = Some(HostSlots { orders, free, memory: offer.memory, running: 0 });
        HostStatus::Joined { slots, differs: offer.differing_tools }
    }

    /// Records that the host could not be reached; returns a status the first time this reason is given.
    pub fn refuse(&mut self, host: usize, refusal: ConnectError) -> Option<HostStatus> {
        let remote = &mut self.hosts[host];
        if remote.refused.as_ref() == Some(&refusal) {
            return None;
        }
        remote.refused = Some(refusal.clone());
        let ConnectError { message, help, is_transient } = refusal;
        Some(HostStatus::Refused { why: message, help, again: is_transient })
    }

    /// Records that a run was lost with its host, unless the host has reconnected since; its thread tries to connect again.
    pub fn disconnect(&mut self, host: usize, epoch: u32, why: &str) -> Option<HostStatus> {
        let remote = &mut self.hosts[host];
        remote.slots.take_if(|_| remote.epoch == epoch)?;
        remote.disconnects += 1;
        if remote.disconnects < MAX_DISCONNECTS {
            let _ = remote.reconnect.send(());
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

/// The thread that connects to a host.
struct HostConnector<'e> {
    number: usize,
    host: &'e dyn HostExecutor,
    cache: &'e Cache,
    messages: Sender<EngineMessage>,
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
                    if self.messages.send(EngineMessage::Arrived(self.number, arrival)).is_err()
                        || asked.recv().is_err()
                    {
                        return;
                    }
                }
                Err(refusal) => {
                    let is_transient = refusal.is_transient;
                    let sent = self.messages.send(EngineMessage::Refused(self.number, refusal));
                    if sent.is_err() || !is_transient {
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

    /// Starts a thread for each slot. They end when their order channels close.
    fn start_slots<'s>(&self, scope: &'s Scope<'s, 'e>, offer: Capacity) -> ConnectedHost
    where
        'e: 's,
    {
        // If the system refuses to start more threads, fewer slots are used.
        let orders = (0..offer.slots).map_while(|_| self.start_slot(scope)).collect();
        ConnectedHost { offer, orders }
    }

    /// Starts the thread of one slot; `None` if the system refuses.
    fn start_slot<'s>(&self, scope: &'s Scope<'s, 'e>) -> Option<Sender<RunOrder>>
    where
        'e: 's,
    {
        let (sender, orders) = channel();
        let worker = SlotWorker { cache: self.cache, executor: self.host, messages: self.messages.clone() };
        Builder::new().spawn_scoped(scope, move || worker.work(&orders)).ok().map(|_| sender)
    }
}
