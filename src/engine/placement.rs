//! Placement of steps that could run on several machines: each runs where it is expected to end first, including transfers.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::action::ResourcePool;

use super::worker_pool::{InFlight, WorkerPool};
use super::{Engine, QueueEntry};

/// Steps that are expected to take less than this many seconds are not sent over the network.
const MIN_REMOTE_SECONDS: f64 = 0.05;
/// Most waiting steps that are examined to find one for a slot that the steps before it can't use.
const MAX_LOOKAHEAD_STEPS: usize = 64;
/// A step that lost its host this often runs on this machine: perhaps the step is the cause.
pub(super) const MAX_REMOTE_FAILURES: u32 = 2;
/// A run that is past its expected end is expected to need this share of its time again.
const OVERDUE_SHARE: f64 = 0.25;
/// Weight of a new measurement in the running mean, from 0 to 1.
const NEW_SPEED_WEIGHT: f64 = 0.3;

/// How fast each place is: seconds of expected work in a second. Expectations are made for some machine, not for any of these.
#[derive(Default)]
pub struct LocationSpeeds(BTreeMap<Option<usize>, f64>);

impl LocationSpeeds {
    /// Speed of this machine (`None`) or of a host. An unknown host is assumed to be as fast as this machine.
    pub fn of(&self, host: Option<usize>) -> f64 {
        self.0.get(&host).or_else(|| self.0.get(&None)).copied().unwrap_or(1.0)
    }

    /// Updates the speed with the milliseconds that a run really took.
    pub fn learn(&mut self, host: Option<usize>, expected: f64, millis: u64) {
        if expected < MIN_REMOTE_SECONDS || millis == 0 {
            return;
        }
        let new = (expected * 1000.0 / millis as f64).clamp(0.02, 50.0);
        let speed = self.0.entry(host).or_insert(new);
        // Speeds multiply: a mean of logarithms, so that one odd step does not weigh more the faster it seems.
        *speed = (speed.ln() * (1.0 - NEW_SPEED_WEIGHT) + new.ln() * NEW_SPEED_WEIGHT).exp();
    }
}

/// When slots become free, in milliseconds from now, at each place: this machine first, then the hosts that are there.
struct SlotTimeline(Vec<LocationSlots>);

/// The slots of one place.
struct LocationSlots {
    host: Option<usize>,
    free_at: BinaryHeap<Reverse<u64>>,
    /// When the first of what runs there ends.
    first_end: u64,
    /// How many are free right now.
    free: usize,
}

impl LocationSlots {
    fn new(host: Option<usize>, free: usize) -> Self {
        let free_at = std::iter::repeat_n(Reverse(0), free).collect();
        Self { host, free_at, first_end: 0, free }
    }

    fn add_busy(&mut self, left: f64) {
        let left = millis(left).max(1);
        self.free_at.push(Reverse(left));
        self.first_end = if self.first_end == 0 { left } else { self.first_end.min(left) };
    }

    /// Milliseconds until the run could start there; `None` if never.
    fn start_millis(&self, run: &InFlight, workers: &WorkerPool) -> Option<u64> {
        let memory = run.action.requirements.memory;
        let fits = match self.host {
            None => workers.slots.fits(memory, run.alone),
            Some(host) if !may_run_remotely(run) || !workers.slots.remote.can_run(host, &run.action) => return None,
            Some(host) => workers.slots.remote.fits(host, memory),
        };
        let free_at = self.free_at.peek()?.0;
        Some(if fits { free_at } else { free_at.max(self.first_end) })
    }

    /// Milliseconds for which the run would occupy a slot there, transfers included.
    fn duration_millis(&self, run: &InFlight, workers: &WorkerPool) -> u64 {
        let transfer = self.host.map_or(0.0, |host| workers.slots.remote.transfer_seconds(host, &run.action));
        millis(transfer + run.expected_seconds / workers.speeds.of(self.host))
    }
}

impl SlotTimeline {
    fn from_workers(workers: &WorkerPool) -> Self {
        let remote = &workers.slots.remote;
        let home = LocationSlots::new(None, workers.slots.free_cores());
        let hosts = remote.connected().map(|host| LocationSlots::new(Some(host), remote.free_slots(host)));
        let mut lines: Vec<LocationSlots> = std::iter::once(home).chain(hosts).collect();
        for running in workers.running.iter().filter(|running| running.slot.host().is_some() || running.slot.is_core())
        {
            let host = running.slot.host().map(|(host, _)| host);
            let left = running.expected_seconds - running.since.elapsed().as_secs_f64();
            let left = if left > 0.0 { left } else { running.expected_seconds * OVERDUE_SHARE };
            if let Ok(at) = lines.binary_search_by_key(&host, |line| line.host) {
                lines[at].add_busy(left);
            }
        }
        Self(lines)
    }

    fn has_free_slot(&self) -> bool {
        self.0.iter().any(|line| line.free > 0)
    }

    /// Reserves a slot where the run ends first; returns the machine, if the run can start there now.
    fn place(&mut self, run: &InFlight, workers: &WorkerPool) -> Option<Option<usize>> {
        let options = self.0.iter().enumerate().filter_map(|(i, line)| {
            let start = line.start_millis(run, workers)?;
            Some((start + line.duration_millis(run, workers), i, start))
        });
        let (end, best, start) = options.min()?;
        let line = &mut self.0[best];
        let now = start == 0 && line.free > 0;
        if now || line.free == 0 {
            line.free_at.pop();
            line.free_at.push(Reverse(end));
        }
        line.free -= usize::from(now);
        now.then_some(line.host)
    }
}

fn millis(seconds: f64) -> u64 {
    (seconds * 1000.0) as u64
}

/// Whether another machine may run it. A step that waits for a service gains nothing there, and may need this machine's secrets.
fn may_run_remotely(run: &InFlight) -> bool {
    let needs = &run.action.requirements;
    needs.pool == ResourcePool::Cores
        && !run.alone
        && run.expected_seconds >= MIN_REMOTE_SECONDS
        && run.remote_failures < MAX_REMOTE_FAILURES
}

impl Engine<'_, '_> {
    /// Starts what is queued, each step where it is expected to end first, as long as slots are free.
    pub(super) fn launch_anywhere(&mut self) {
        while self.may_start() && self.workers.slots.has_free_slot() {
            let starts = self.starts();
            let started =
                starts.into_iter().filter(|&(entry, host)| self.launch_one(&ResourcePool::Cores, entry, host)).count();
            if started == 0 {
                return;
            }
        }
    }

    fn starts(&self) -> Vec<(QueueEntry, Option<usize>)> {
        let mut timeline = SlotTimeline::from_workers(self.workers);
        let mut starts = Vec::new();
        for &entry in self.queues[&ResourcePool::Cores].iter().take(MAX_LOOKAHEAD_STEPS) {
            if !timeline.has_free_slot() {
                break;
            }
            let Some(run) = self.workers.in_flight.get(&entry.2) else { continue };
            starts.extend(timeline.place(run, self.workers).map(|host| (entry, host)));
        }
        starts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_as_fast_as_its_steps_were() {
        let mut speeds = LocationSpeeds::default();
        assert_eq!(speeds.of(Some(1)), 1.0);
        speeds.learn(None, 1.0, 500);
        assert_eq!((speeds.of(None), speeds.of(Some(1))), (2.0, 2.0), "unknown hosts are like home");
        (0..20).for_each(|_| speeds.learn(Some(1), 1.0, 2000));
        assert!((speeds.of(Some(1)) - 0.5).abs() < 1e-9);
        speeds.learn(Some(1), 1.0, 1000);
        assert!((0.5..0.7).contains(&speeds.of(Some(1))), "one odd step changes little");
        speeds.learn(None, 0.01, 500);
        assert_eq!(speeds.of(None), 2.0, "what is small says nothing");
    }
}
