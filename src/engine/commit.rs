//! Results that are there but not in the index yet. A thread files them, all that came in while it was at the ones before with one
//! commit. What is told after them waits too, so that nothing is called finished that a kill could lose. Knows nothing of runs.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::Scope;
use std::time::{Duration, Instant};

use crate::action::Outcome;
use crate::cache::{Cache, CacheError, NewResult};
use crate::dag::{NodeId, NodeState};
use crate::digest::Key;
use crate::event::{Event, ResultOrigin};

use super::Engine;
use super::slots::{EngineMessage, RunOutput};
use super::worker_pool::InFlight;

/// What a commit costs, about: results that took as long together are worth one.
const MIN_BATCH_WORK: Duration = Duration::from_millis(10);
/// No result waits longer for others.
const MAX_COMMIT_DELAY: Duration = Duration::from_millis(100);

/// The thread that files.
pub(super) struct Committer(Sender<Vec<NewResult>>);

impl Committer {
    /// Starts the thread. It ends when the committer is dropped.
    pub fn start<'s, 'e: 's>(scope: &'s Scope<'s, 'e>, cache: &'e Cache, told: &Sender<EngineMessage>) -> Self {
        let (sender, batches): (_, Receiver<Vec<NewResult>>) = channel();
        let told = told.clone();
        scope.spawn(move || {
            batches.iter().try_for_each(|batch| told.send(EngineMessage::Filed(commit_batch(cache, batch))))
        });
        Self(sender)
    }
}

/// Files a batch. A bug in it must not leave the engine waiting.
fn commit_batch(cache: &Cache, batch: Vec<NewResult>) -> Result<(), CacheError> {
    catch_unwind(AssertUnwindSafe(|| cache.commit(batch))).unwrap_or_else(|_| {
        let source = io::Error::other("t2v itself failed; this is a bug, please report it with the lines above");
        Err(CacheError::Io { doing: "file results in", path: cache.root().to_owned(), source })
    })
}

/// Results that are committed together, and the events to emit afterwards.
#[derive(Default)]
struct CommitBatch {
    flights: Vec<Key>,
    told: Vec<DeferredEvent>,
    /// How long making all of them again would take.
    worth: Duration,
    since: Option<Instant>,
}

enum DeferredEvent {
    Event(Event),
    Made { id: NodeId, how: ResultOrigin },
}

/// What waits.
#[derive(Default)]
pub(super) struct PendingCommit {
    /// The batch that the committer is writing.
    filing: Option<CommitBatch>,
    next: CommitBatch,
}

impl PendingCommit {
    pub fn is_empty(&self) -> bool {
        self.filing.is_none() && self.next.since.is_none()
    }

    /// How long the loop may sleep.
    pub fn time_until_due(&self) -> Duration {
        let since = self.next.since.filter(|_| self.filing.is_none());
        since.map_or(Duration::MAX, |since| MAX_COMMIT_DELAY.saturating_sub(since.elapsed()))
    }

    fn is_due(&self) -> bool {
        self.next.worth >= MIN_BATCH_WORK || self.time_until_due().is_zero()
    }

    fn add(&mut self, key: Key, flight: &InFlight, millis: u64) {
        self.next.flights.push(key);
        // What was worth a lock may have been paid for, and others wait for it.
        self.next.worth += if flight.exclusive { MIN_BATCH_WORK } else { Duration::from_millis(millis) };
        self.next.since.get_or_insert_with(Instant::now);
    }
}

impl Engine<'_, '_> {
    /// Tells what happened, in order: at once, unless something before it is not filed.
    pub(super) fn emit(&mut self, event: Event) {
        match self.pending.is_empty() {
            true => self.sink.event(&event),
            false => self.pending.next.told.push(DeferredEvent::Event(event)),
        }
    }

    /// Hands a result on to all that waits for it. It is filed later.
    pub(super) fn forward_result(&mut self, key: Key, mut flight: InFlight, ended: RunOutput) {
        self.pending.add(key, &flight, ended.outcome.millis);
        let mut how =
            if ended.found { ResultOrigin::Reused } else { ResultOrigin::Ran { millis: ended.outcome.millis } };
        for &id in &flight.nodes {
            self.set_result(id, ended.outcome.clone(), how);
            how = ResultOrigin::Reused;
        }
        flight.output = Some(ended);
        self.workers.in_flight.insert(key, flight);
    }

    /// The node has its result, from a run that is over but perhaps not filed.
    pub(super) fn set_result(&mut self, id: NodeId, outcome: Outcome, how: ResultOrigin) {
        self.dag.payload_mut(id).outcome = Some(outcome);
        self.dag.set_state(id, NodeState::Done);
        self.pending.next.told.push(DeferredEvent::Made { id, how });
    }

    /// Has filed what is worth it, or, where nothing else goes on, whatever there is.
    pub(super) fn commit_due(&mut self, nothing_else: bool) {
        let due = self.pending.is_due() || nothing_else;
        if self.pending.filing.is_some() || self.pending.next.since.is_none() || !due {
            return;
        }
        let batch = std::mem::take(&mut self.pending.next);
        let results = batch.flights.iter().filter_map(|key| {
            let InFlight { permit, action, output: made, .. } = self.workers.in_flight.get_mut(key)?;
            let outcome = made.as_ref().filter(|ended| !ended.found)?.outcome.clone();
            Some(NewResult { permit: permit.take()?, action: Arc::clone(action), outcome })
        });
        self.workers.committer.0.send(results.collect()).expect("the clerk outlives the crew");
        self.pending.filing = Some(batch);
    }

    /// Emits the events that waited for the committer's batch, or fails its steps.
    pub(super) fn finish_commit(&mut self, filed: Result<(), CacheError>) {
        let Some(batch) = self.pending.filing.take() else { return };
        let flights = batch.flights.iter().filter_map(|key| self.workers.in_flight.remove(key));
        // Nodes that joined later have their events in the next batch.
        let nodes: Vec<NodeId> = flights.flat_map(|flight| flight.nodes).collect();
        if filed.is_err() {
            nodes.iter().for_each(|&id| self.dag.payload_mut(id).outcome = None);
        }
        let later = std::mem::take(&mut self.pending.next);
        self.emit_deferred(batch.told);
        if let Err(error) = filed {
            nodes.into_iter().for_each(|id| self.fail_uncommitted(id, &error));
        }
        match later.since {
            Some(_) => self.pending.next = later,
            None => self.emit_deferred(later.told),
        }
    }

    /// Tells all of it, but for results that could not be filed.
    fn emit_deferred(&mut self, told: Vec<DeferredEvent>) {
        for told in told {
            match told {
                DeferredEvent::Event(event) => self.sink.event(&event),
                DeferredEvent::Made { id, how } if self.dag.payload(id).outcome.is_some() => {
                    self.emit_finished(id, how)
                }
                DeferredEvent::Made { .. } => {}
            }
        }
    }

    fn fail_uncommitted(&mut self, id: NodeId, error: &CacheError) {
        if self.dag.state(id) == NodeState::Done {
            self.fail_with_cache_error(id, error);
        }
    }
}
