//! The slots of a connected worker group: which are free, how much memory is left, and the channels to the threads behind them.

use std::collections::BTreeSet;
use std::sync::mpsc::Sender;
use std::time::Instant;

use super::messages::RunOrder;

/// The index of the cores among a group's pools. Every group has this pool; only this machine has others.
pub const CORES: usize = 0;

/// A slot of a group that was taken, with the memory reserved for its run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenSlot {
    /// The index of its pool.
    pub pool: usize,
    /// Its number in the pool, from 0.
    pub number: usize,
    memory: u64,
    alone: bool,
}

/// The slots of one resource pool of a group. Each has a thread once it has been used.
struct PoolSlots {
    orders: Vec<Sender<RunOrder>>,
    /// Threads that run nothing, by their number.
    idle: BTreeSet<usize>,
    /// How many slots may be taken at the same time.
    limit: usize,
    /// Nothing starts before this moment: a service asked for a pause.
    held_until: Option<Instant>,
}

impl PoolSlots {
    fn new(limit: usize) -> Self {
        Self { orders: Vec::new(), idle: BTreeSet::new(), limit, held_until: None }
    }

    fn free_slots(&self) -> usize {
        // The limit may have become less than what runs.
        self.limit.saturating_sub(self.orders.len() - self.idle.len())
    }
}

/// The slots of a group, by pool. All of them share the group's memory.
pub struct GroupSlots {
    pools: Vec<PoolSlots>,
    /// Bytes that no running step has reserved.
    memory: u64,
    running: usize,
    /// Whether the step that runs must not have others beside it.
    alone: bool,
}

impl GroupSlots {
    /// A group with cores only, and this much memory.
    pub fn new(cores: usize, memory: u64) -> Self {
        Self { pools: vec![PoolSlots::new(cores)], memory, running: 0, alone: false }
    }

    /// Adds a pool behind the others.
    pub fn add_pool(&mut self, limit: usize) {
        self.pools.push(PoolSlots::new(limit));
    }

    /// Changes how many slots of a pool may be taken at the same time. What runs goes on.
    pub fn set_limit(&mut self, pool: usize, limit: usize) {
        self.pools[pool].limit = limit;
    }

    /// How many more steps may start in the pool, if the memory suffices.
    pub fn free_slots(&self, pool: usize) -> usize {
        self.pools[pool].free_slots()
    }

    /// Whether this much memory is left; `alone` if no other step may run at the same time. A step that needs more than all memory runs
    /// alone.
    pub fn fits(&self, memory: u64, alone: bool) -> bool {
        !self.alone && ((memory <= self.memory && !alone) || self.running == 0)
    }

    /// Takes a slot, if one is free and the memory suffices.
    pub fn take(&mut self, pool: usize, memory: u64, alone: bool) -> Option<TakenSlot> {
        if !self.fits(memory, alone) || self.free_slots(pool) == 0 {
            return None;
        }
        let slots = &mut self.pools[pool];
        let number = slots.idle.pop_first().unwrap_or(slots.orders.len());
        let taken = TakenSlot { pool, number, memory: memory.min(self.memory), alone: alone || memory > self.memory };
        self.alone = taken.alone;
        self.memory -= taken.memory;
        self.running += 1;
        Some(taken)
    }

    /// Whether the slot has a thread, because it was taken before.
    pub fn has_thread(&self, slot: TakenSlot) -> bool {
        slot.number < self.pools[slot.pool].orders.len()
    }

    /// Replaces the channel to a slot's thread, or adds that of a new slot.
    pub fn set_thread(&mut self, slot: TakenSlot, orders: Sender<RunOrder>) {
        let known = &mut self.pools[slot.pool].orders;
        match known.get_mut(slot.number) {
            Some(before) => *before = orders,
            None => known.push(orders),
        }
    }

    /// Sends an order to the thread of a slot; gives it back if the thread is gone.
    ///
    /// # Errors
    /// The order, if the thread could not be started earlier.
    pub fn send(&self, slot: TakenSlot, order: RunOrder) -> Result<(), RunOrder> {
        self.pools[slot.pool].orders[slot.number].send(order).map_err(|unsent| unsent.0)
    }

    /// Frees a slot and its memory.
    pub fn release(&mut self, slot: TakenSlot) {
        self.pools[slot.pool].idle.insert(slot.number);
        self.memory += slot.memory;
        self.running -= 1;
        self.alone &= !slot.alone;
    }

    /// Starts nothing in the pool before `until`.
    pub fn hold(&mut self, pool: usize, until: Instant) {
        let held = &mut self.pools[pool].held_until;
        *held = Some(held.map_or(until, |before| before.max(until)));
    }

    /// The moment before which nothing starts in the pool, if a service asked for a pause.
    pub fn held_until(&self, pool: usize) -> Option<Instant> {
        self.pools[pool].held_until
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    /// Takes a slot of the cores and gives it a thread that does nothing.
    fn take(slots: &mut GroupSlots, memory: u64) -> Option<TakenSlot> {
        let taken = slots.take(CORES, memory, false)?;
        if !slots.has_thread(taken) {
            slots.set_thread(taken, channel().0);
        }
        Some(taken)
    }

    #[test]
    fn a_limit_that_shrinks_lets_what_runs_end_and_starts_nothing() {
        let mut slots = GroupSlots::new(2, 100);
        let taken = [take(&mut slots, 1).unwrap(), take(&mut slots, 1).unwrap()];
        slots.set_limit(CORES, 1);
        assert_eq!(slots.free_slots(CORES), 0);
        slots.release(taken[0]);
        assert_eq!((slots.free_slots(CORES), take(&mut slots, 1)), (0, None), "one runs, and one may");
        slots.release(taken[1]);
        assert!(take(&mut slots, 1).is_some());
        slots.set_limit(CORES, 4);
        assert_eq!(slots.free_slots(CORES), 3);
        let numbers = [take(&mut slots, 1), take(&mut slots, 1)].map(|slot| slot.unwrap().number);
        assert_eq!(numbers, [1, 2], "threads are used again before others are started");
    }

    #[test]
    fn pools_share_the_memory_and_a_step_that_needs_all_runs_alone() {
        let mut slots = GroupSlots::new(4, 100);
        slots.add_pool(4);
        let small = take(&mut slots, 60).unwrap();
        assert_eq!(slots.take(1, 60, false), None);
        assert_eq!(slots.take(1, 900, false), None);
        slots.release(small);
        let large = slots.take(1, 900, false).unwrap();
        assert_eq!(take(&mut slots, 0), None, "it is alone");
        slots.set_thread(large, channel().0);
        slots.release(large);
        assert!(take(&mut slots, 100).is_some(), "all memory is there again");
    }

    #[test]
    fn the_longest_pause_counts() {
        let mut slots = GroupSlots::new(1, 0);
        slots.add_pool(1);
        let now = Instant::now();
        let later = now + std::time::Duration::from_secs(9);
        slots.hold(1, later);
        slots.hold(1, now);
        assert_eq!((slots.held_until(1), slots.held_until(CORES)), (Some(later), None));
    }
}
