//! Other machines' slots: for each host a thread that gets in touch with it, and as many that run actions there as it offers. Hosts may
//! come late, go away and come back. Knows nothing of which action runs where.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{Builder, Scope};
use std::time::Duration;

use crate::action::{Action, Needs};
use crate::cache::Cache;
use crate::event::HostNews;
use crate::process::Cancel;
use crate::remote::{Host, Offer, Refusal};

use super::pool::{Message, Order, Slot, Worker};

/// How long to wait before a host is tried again; each time twice as long, up to the second one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// A host that went away so often is left alone for the rest of the build.
const PATIENCE: u32 = 8;

/// All other machines.
pub struct Guests<'e> {
    guests: Vec<Guest<'e>>,
    /// Ends what the hosts' threads wait for.
    closing: Cancel,
}

/// One of them.
struct Guest<'e> {
    host: &'e dyn Host,
    /// Asks its thread to get in touch again.
    again: Sender<()>,
    seats: Option<Seats>,
    /// How often it went away.
    losses: u32,
    /// Told apart from those of before it went away.
    visit: u32,
    /// Why it was not there when last asked; said once.
    refused: Option<Refusal>,
}

/// The slots of a host that is there.
struct Seats {
    orders: Vec<Sender<Order>>,
    free: BTreeSet<usize>,
    memory: u64,
    running: usize,
}

/// A host that is there, with a thread for each slot.
pub struct Arrival {
    offer: Offer,
    orders: Vec<Sender<Order>>,
}

impl<'e> Guests<'e> {
    /// Starts a thread for each host, which tells `told` when the host is there.
    pub fn start<'s>(scope: &'s Scope<'s, 'e>, hosts: &[&'e dyn Host], cache: &'e Cache, told: &Sender<Message>) -> Self
    where
        'e: 's,
    {
        let closing = Cancel::default();
        let start = |(number, &host): (usize, &&'e dyn Host)| {
            let (again, asked) = channel();
            let usher = Usher { number, host, cache, told: told.clone(), closing: closing.clone() };
            scope.spawn(move || usher.work(scope, &asked));
            Guest { host, again, seats: None, losses: 0, visit: 0, refused: None }
        };
        let guests = hosts.iter().enumerate().map(start).collect();
        Self { guests, closing }
    }

    /// Whether there is any host, there or not.
    pub fn is_empty(&self) -> bool {
        self.guests.is_empty()
    }

    /// What a host is called.
    pub fn name(&self, host: usize) -> &str {
        self.guests[host].host.name()
    }

    /// The hosts that are there, by number.
    pub fn present(&self) -> impl Iterator<Item = usize> {
        (0..self.guests.len()).filter(|&host| self.guests[host].seats.is_some())
    }

    /// How many slots of the host are free.
    pub fn free_slots(&self, host: usize) -> usize {
        self.guests[host].seats.as_ref().map_or(0, |seats| seats.free.len())
    }

    /// Whether any host has a free slot.
    pub fn have_room(&self) -> bool {
        self.present().any(|host| self.free_slots(host) > 0)
    }

    /// Whether the host has so much memory left. What needs more than it has runs alone there.
    pub fn fits(&self, host: usize, memory: u64) -> bool {
        self.guests[host].seats.as_ref().is_some_and(|seats| memory <= seats.memory || seats.running == 0)
    }

    /// Whether the action can run on the host, however long it would wait there.
    pub fn suits(&self, host: usize, action: &Action) -> bool {
        self.guests[host].host.suits(action)
    }

    /// About how long what the action reads and writes is under way.
    pub fn toll(&self, host: usize, action: &Action) -> f64 {
        self.guests[host].host.toll(action).as_secs_f64()
    }

    /// Takes a slot of the host, if one is free and the memory suffices.
    pub fn take(&mut self, host: usize, needs: &Needs) -> Option<Slot> {
        if !self.fits(host, needs.memory) {
            return None;
        }
        let guest = &mut self.guests[host];
        let seats = guest.seats.as_mut()?;
        let number = seats.free.pop_first()?;
        let memory = needs.memory.min(seats.memory);
        seats.memory -= memory;
        seats.running += 1;
        Some(Slot::of_host(host, guest.visit, number, memory))
    }

    /// Runs an order in a slot that was taken.
    pub fn send(&mut self, host: usize, number: usize, order: Order) {
        let seats = self.guests[host].seats.as_mut().expect("the slot was just taken");
        seats.orders[number].send(order).expect("its thread lives as long as the seats");
    }

    /// The slot is free again, unless its host went away meanwhile.
    pub fn free(&mut self, host: usize, visit: u32, number: usize, memory: u64) {
        let guest = &mut self.guests[host];
        let Some(seats) = guest.seats.as_mut().filter(|_| guest.visit == visit) else { return };
        seats.free.insert(number);
        seats.memory += memory;
        seats.running -= 1;
    }

    /// The host is there.
    pub fn seat(&mut self, host: usize, arrival: Arrival) -> HostNews {
        let Arrival { offer, orders } = arrival;
        let guest = &mut self.guests[host];
        guest.visit += 1;
        guest.refused = None;
        let (slots, free) = (orders.len(), (0..orders.len()).collect());
        guest.seats = Some(Seats { orders, free, memory: offer.memory, running: 0 });
        HostNews::Joined { slots, differs: offer.differs }
    }

    /// The host is not there, which is news the first time.
    pub fn refuse(&mut self, host: usize, refusal: Refusal) -> Option<HostNews> {
        let guest = &mut self.guests[host];
        if guest.refused.as_ref() == Some(&refusal) {
            return None;
        }
        guest.refused = Some(refusal.clone());
        let Refusal { message, help, may_pass } = refusal;
        Some(HostNews::Refused { why: message, help, again: may_pass })
    }

    /// The host of a run that did not come back is gone, unless it has come back since. Its thread looks for it.
    pub fn lose(&mut self, host: usize, visit: u32, why: &str) -> Option<HostNews> {
        let guest = &mut self.guests[host];
        guest.seats.take_if(|_| guest.visit == visit)?;
        guest.losses += 1;
        if guest.losses < PATIENCE {
            let _ = guest.again.send(());
            return Some(HostNews::Left { why: why.to_owned() });
        }
        let why = format!("{why}; it went away {PATIENCE} times and is left alone now");
        Some(HostNews::Refused { why, help: None, again: false })
    }
}

impl Drop for Guests<'_> {
    fn drop(&mut self) {
        self.closing.set();
    }
}

/// The thread that gets in touch with a host.
struct Usher<'e> {
    number: usize,
    host: &'e dyn Host,
    cache: &'e Cache,
    told: Sender<Message>,
    closing: Cancel,
}

impl<'e> Usher<'e> {
    fn work<'s>(&self, scope: &'s Scope<'s, 'e>, asked: &Receiver<()>)
    where
        'e: 's,
    {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.join() {
                Ok(offer) => {
                    pause = FIRST_PAUSE;
                    let arrival = self.arrive(scope, offer);
                    if self.told.send(Message::Arrived(self.number, arrival)).is_err() || asked.recv().is_err() {
                        return;
                    }
                }
                Err(refusal) => {
                    let may_pass = refusal.may_pass;
                    let told = self.told.send(Message::Refused(self.number, refusal));
                    if told.is_err() || !may_pass {
                        return;
                    }
                    if asked.recv_timeout(pause) == Err(RecvTimeoutError::Disconnected) {
                        return;
                    }
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    fn join(&self) -> Result<Offer, Refusal> {
        // A bug on the way to one host must not keep the others from working.
        let joined = catch_unwind(AssertUnwindSafe(|| self.host.join(&self.closing)));
        joined.unwrap_or_else(|_| {
            let message = "t2v itself failed on the way there; this is a bug".to_owned();
            Err(Refusal { message, help: None, may_pass: false })
        })
    }

    /// A thread for each slot. They end when nobody can send them orders any more.
    fn arrive<'s>(&self, scope: &'s Scope<'s, 'e>, offer: Offer) -> Arrival
    where
        'e: 's,
    {
        let seat = |_| {
            let (sender, orders) = channel();
            let worker = Worker { cache: self.cache, executor: self.host, told: self.told.clone() };
            let started = Builder::new().spawn_scoped(scope, move || worker.work(&orders));
            // Where there are no more threads to be had, fewer slots are used.
            started.ok().map(|_| sender)
        };
        let orders = (0..offer.slots).map_while(seat).collect();
        Arrival { offer, orders }
    }
}
