//! Runs that wait for a slot: one queue for each resource pool, the longest chain first.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::dag::NodeId;
use crate::digest::Key;

/// A run that waits for a slot: the longest chain first; among equals, what was added first.
pub type QueueEntry = (Reverse<u64>, NodeId, Key);

/// The queues by the index of their pool, as [`super::slots::SlotPool::pool_index`] gives it.
#[derive(Default)]
pub struct RunQueues(Vec<BTreeSet<QueueEntry>>);

impl RunQueues {
    /// Whether nothing waits in any pool.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(BTreeSet::is_empty)
    }

    /// How many pools there are; their indices are those below.
    pub fn pools(&self) -> usize {
        self.0.len()
    }

    /// What waits in a pool, in the order in which it is to start.
    pub fn of_pool(&self, pool: usize) -> &BTreeSet<QueueEntry> {
        &self.0[pool]
    }

    /// Adds a run to the queue of its pool.
    pub fn insert(&mut self, pool: usize, entry: QueueEntry) {
        if self.0.len() <= pool {
            self.0.resize_with(pool + 1, BTreeSet::new);
        }
        self.0[pool].insert(entry);
    }

    /// Removes a run that starts.
    pub fn remove(&mut self, pool: usize, entry: &QueueEntry) {
        self.0[pool].remove(entry);
    }
}
