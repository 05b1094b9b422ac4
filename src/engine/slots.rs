//! The slots of all worker groups. A group is known by its index; the first one is this machine.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::Scope;
use std::time::Duration;

use crate::action::{Action, ResourcePool};
use crate::cache::Cache;
use crate::event::HostStatus;
use crate::process::CancelToken;
use crate::remote::{Capacity, ConnectError, WorkerGroup};

use super::clock::EngineClock;
use super::group_connector::{GroupConnector, GroupRequest};
use super::group_slots::{CORES, GroupSlots, TakenSlot};
use super::messages::{EngineMessage, RunOrder};
use super::options::EngineOptions;
use super::slot_group::SlotGroup;

/// The index of this machine among the groups. It is always connected.
pub const HOME: usize = 0;

/// A slot of a group that was taken for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkerSlot {
    /// The index of its group.
    pub group: usize,
    /// The number of the group's connection to which it belongs.
    epoch: u32,
    slot: TakenSlot,
}

impl WorkerSlot {
    /// Whether it is one of its group's cores.
    pub fn is_core(&self) -> bool {
        self.slot.pool == CORES
    }
}

/// A change of a group, with the group's name.
pub type GroupNews = (String, HostStatus);

/// The groups and their slots. The threads of the slots end when it is dropped.
pub struct SlotPool<'e> {
    groups: Vec<SlotGroup<'e>>,
    /// The resource pools of this machine: the cores first; others are added when a step first needs one.
    pools: Vec<ResourcePool>,
    options: EngineOptions,
    clock: EngineClock,
    /// Ends what the groups' threads wait for.
    closing: CancelToken,
}

impl<'e> SlotPool<'e> {
    /// Starts a thread for each of `groups`, which connects to it. The first one, this machine, is connected at once.
    pub fn start<'s>(
        scope: &'s Scope<'s, 'e>,
        options: &EngineOptions,
        cache: &'e Cache,
        groups: &[&'e dyn WorkerGroup],
        messages: &Sender<EngineMessage>,
        clock: EngineClock,
    ) -> Self
    where
        'e: 's,
    {
        let closing = CancelToken::default();
        let mut slot_groups = Vec::with_capacity(groups.len());
        for (index, &group) in groups.iter().enumerate() {
            let (sender, requests): (_, Receiver<GroupRequest>) = channel();
            let connector =
                GroupConnector { index, group, cache, messages: messages.clone(), closing: closing.clone() };
            scope.spawn(move || {
                // This machine is connected below, and is never lost.
                if index != HOME || connector.serve(scope, &requests) {
                    connector.run(scope, &requests);
                }
            });
            slot_groups.push(SlotGroup::new(group, sender));
        }
        let capacity = groups[HOME].connect(&closing).expect("this machine is always there");
        slot_groups[HOME].connect(capacity);
        Self { groups: slot_groups, pools: vec![ResourcePool::Cores], options: options.clone(), clock, closing }
    }

    /// The index of a pool, which is added to this machine's pools if it is new.
    pub fn pool_index(&mut self, pool: &ResourcePool) -> usize {
        self.pools.iter().position(|known| known == pool).unwrap_or_else(|| {
            let limit = self.options.limit(pool);
            self.home_mut().add_pool(limit);
            self.pools.push(pool.clone());
            self.pools.len() - 1
        })
    }

    fn home(&self) -> &GroupSlots {
        self.groups[HOME].slots().expect("this machine is always connected")
    }

    fn home_mut(&mut self) -> &mut GroupSlots {
        self.groups[HOME].slots_mut().expect("this machine is always connected")
    }

    /// Whether there is only this machine.
    pub fn is_home_only(&self) -> bool {
        self.groups.len() == 1
    }

    /// The groups that are connected, by index.
    pub fn connected(&self) -> impl Iterator<Item = usize> {
        (0..self.groups.len()).filter(|&group| self.groups[group].slots().is_some())
    }

    /// Asks every group how many steps it runs at the same time by now.
    pub fn update_limits(&mut self) {
        self.groups.iter_mut().for_each(SlotGroup::update_limit);
    }

    /// How many of a group's cores are free.
    pub fn free_cores(&self, group: usize) -> usize {
        self.groups[group].free_slots(CORES)
    }

    /// Whether something can start in the pool just now: a slot is free in some group, and no service asked for a pause.
    pub fn has_free_slot(&self, pool: usize) -> bool {
        if pool == CORES {
            return self.groups.iter().any(|group| group.free_slots(CORES) > 0);
        }
        self.home().free_slots(pool) > 0 && !self.is_held(pool)
    }

    fn is_held(&self, pool: usize) -> bool {
        self.home().held_until(pool).is_some_and(|until| self.clock.now() < until)
    }

    /// Whether any pool waits because a service asked for a pause.
    pub fn is_any_held(&self) -> bool {
        (0..self.pools.len()).any(|pool| self.is_held(pool))
    }

    /// Starts nothing in the pool for this long. Only providers are held: a pause is what one service asks for.
    pub fn hold(&mut self, pool: &ResourcePool, pause: Duration) {
        if matches!(pool, ResourcePool::Provider(_)) {
            let index = self.pool_index(pool);
            let until = self.clock.now() + pause;
            self.home_mut().hold(index, until);
        }
    }

    /// Whether the group has this much memory left; `alone` if no other step may run there at the same time. A step that needs more than
    /// all memory runs alone.
    pub fn fits(&self, group: usize, memory: u64, alone: bool) -> bool {
        self.groups[group].slots().is_some_and(|slots| slots.fits(memory, alone))
    }

    /// Whether the action can run in the group, however long it would wait there.
    pub fn can_run(&self, group: usize, action: &Action) -> bool {
        self.groups[group].executor.can_run(action)
    }

    /// Estimated seconds to transfer the action's inputs to the group and its outputs back.
    pub fn transfer_seconds(&self, group: usize, action: &Action) -> f64 {
        self.groups[group].executor.transfer_cost(action).as_secs_f64()
    }

    /// Takes a slot of the group, if one is free and the memory suffices; `alone` if no other step may run there at the same time.
    pub fn acquire(&mut self, group: usize, pool: usize, memory: u64, alone: bool) -> Option<WorkerSlot> {
        let state = &mut self.groups[group];
        let epoch = state.epoch();
        let slot = state.slots_mut()?.take(pool, memory, alone)?;
        Some(WorkerSlot { group, epoch, slot })
    }

    /// The slot's name in messages and traces.
    pub fn name(&self, WorkerSlot { group, slot, .. }: WorkerSlot) -> String {
        let number = slot.number + 1;
        if slot.pool == CORES {
            format!("{} {number}", self.groups[group].executor.name())
        } else {
            format!("{} {number}", self.pools[slot.pool])
        }
    }

    /// Runs an order in a slot that was taken.
    pub fn send(&mut self, slot: WorkerSlot, order: RunOrder) {
        self.groups[slot.group].send(slot.slot, order);
    }

    /// Frees a slot and its memory.
    pub fn release(&mut self, slot: WorkerSlot) {
        self.groups[slot.group].release(slot.epoch, slot.slot);
    }

    /// Records that a group has connected.
    pub fn connect(&mut self, group: usize, capacity: Capacity) -> GroupNews {
        let status = self.groups[group].connect(capacity);
        (self.group_name(group), status)
    }

    /// Records that a group could not be reached; returns news the first time this reason is given.
    pub fn refuse(&mut self, group: usize, refusal: ConnectError) -> Option<GroupNews> {
        let status = self.groups[group].refuse(refusal)?;
        Some((self.group_name(group), status))
    }

    /// Records that the run in `slot` was lost with its group. This machine can't be lost.
    pub fn disconnect(&mut self, slot: WorkerSlot, why: &str) -> Option<GroupNews> {
        if slot.group == HOME {
            return None;
        }
        let status = self.groups[slot.group].disconnect(slot.epoch, why)?;
        Some((self.group_name(slot.group), status))
    }

    fn group_name(&self, group: usize) -> String {
        self.groups[group].executor.name().to_owned()
    }
}

impl Drop for SlotPool<'_> {
    fn drop(&mut self) {
        self.closing.set();
    }
}
