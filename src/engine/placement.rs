//! Placement of steps that could run in several worker groups: each runs where it is expected to end first, including transfers.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::action::ResourcePool;

use super::group_slots::CORES;
use super::retry::MAX_REMOTE_FAILURES;
use super::run_queues::{QueueEntry, RunQueues};
use super::slots::HOME;
use super::worker_pool::{InFlight, WorkerPool};

/// Steps that are expected to take less than this many seconds stay on this machine.
const MIN_REMOTE_SECONDS: f64 = 0.05;
/// Most waiting steps that are examined to find one for a slot that the steps before it can't use.
const MAX_LOOKAHEAD_STEPS: usize = 64;
/// A run that is past its expected end is expected to need this share of its time again.
const OVERDUE_SHARE: f64 = 0.25;

/// When slots become free, in milliseconds from now, in each group that is connected, in the order of their indices.
struct SlotTimeline(Vec<GroupTimeline>);

/// The slots of one group.
struct GroupTimeline {
    group: usize,
    free_at: BinaryHeap<Reverse<u64>>,
    /// When the first of what runs there ends.
    first_end: u64,
    /// How many are free right now.
    free: usize,
}

impl GroupTimeline {
    fn new(group: usize, free: usize) -> Self {
        let free_at = std::iter::repeat_n(Reverse(0), free).collect();
        Self { group, free_at, first_end: 0, free }
    }

    fn add_busy(&mut self, left: f64) {
        let left = millis(left).max(1);
        self.free_at.push(Reverse(left));
        self.first_end = if self.first_end == 0 { left } else { self.first_end.min(left) };
    }

    /// Milliseconds until the run could start there; `None` if never.
    fn start_millis(&self, run: &InFlight, workers: &WorkerPool) -> Option<u64> {
        if self.group != HOME && !may_leave_home(run) || !workers.slots.can_run(self.group, &run.action) {
            return None;
        }
        let free_at = self.free_at.peek()?.0;
        let fits = workers.slots.fits(self.group, run.action.requirements.memory, run.alone);
        Some(if fits { free_at } else { free_at.max(self.first_end) })
    }

    /// Milliseconds for which the run would occupy a slot there, transfers included.
    fn duration_millis(&self, run: &InFlight, workers: &WorkerPool) -> u64 {
        let transfer = workers.slots.transfer_seconds(self.group, &run.action);
        millis(transfer + run.expected_seconds / workers.speeds.of(self.group))
    }
}

impl SlotTimeline {
    fn from_workers(workers: &WorkerPool) -> Self {
        let groups = workers.slots.connected();
        let mut timelines: Vec<GroupTimeline> =
            groups.map(|group| GroupTimeline::new(group, workers.slots.free_cores(group))).collect();
        let now = workers.clock.now();
        for running in workers.running.iter().filter(|running| running.slot.is_core()) {
            let left = running.expected_seconds - (now - running.since).as_secs_f64();
            let left = if left > 0.0 { left } else { running.expected_seconds * OVERDUE_SHARE };
            if let Ok(at) = timelines.binary_search_by_key(&running.slot.group, |timeline| timeline.group) {
                timelines[at].add_busy(left);
            }
        }
        Self(timelines)
    }

    fn has_free_slot(&self) -> bool {
        self.0.iter().any(|timeline| timeline.free > 0)
    }

    /// Reserves a slot where the run ends first; returns the group, if the run can start there now.
    fn place(&mut self, run: &InFlight, workers: &WorkerPool) -> Option<usize> {
        let options = self.0.iter().enumerate().filter_map(|(i, timeline)| {
            let start = timeline.start_millis(run, workers)?;
            Some((start + timeline.duration_millis(run, workers), i, start))
        });
        let (end, best, start) = options.min()?;
        let timeline = &mut self.0[best];
        let now = start == 0 && timeline.free > 0;
        if now || timeline.free == 0 {
            timeline.free_at.pop();
            timeline.free_at.push(Reverse(end));
        }
        timeline.free -= usize::from(now);
        now.then_some(timeline.group)
    }
}

fn millis(seconds: f64) -> u64 {
    (seconds * 1000.0) as u64
}

/// Whether a group other than this machine may run it. A step that waits for a service gains nothing there, and may need this machine's
/// secrets.
fn may_leave_home(run: &InFlight) -> bool {
    run.action.requirements.pool == ResourcePool::Cores
        && !run.alone
        && run.expected_seconds >= MIN_REMOTE_SECONDS
        && run.remote_failures < MAX_REMOTE_FAILURES
}

/// Whether steps of the pool may have a choice: other pools than the cores are this machine's.
pub fn has_choice(workers: &WorkerPool, pool: usize) -> bool {
    pool == CORES && !workers.slots.is_home_only()
}

/// What of the queued runs that need a core can start now, with the index of the group in which each is expected to end first.
pub fn choose_starts(workers: &WorkerPool, queues: &RunQueues) -> Vec<(QueueEntry, usize)> {
    let mut timeline = SlotTimeline::from_workers(workers);
    let mut starts = Vec::new();
    for &entry in queues.of_pool(CORES).iter().take(MAX_LOOKAHEAD_STEPS) {
        if !timeline.has_free_slot() {
            break;
        }
        let Some(run) = workers.in_flight.get(&entry.2) else { continue };
        starts.extend(timeline.place(run, workers).map(|group| (entry, group)));
    }
    starts
}
