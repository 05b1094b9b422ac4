//! Commits results to the index in batches. A thread writes a batch while the next one collects; events that follow a result wait for
//! its commit, so that no step is reported as finished whose result a kill could still lose.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::Scope;
use std::time::{Duration, Instant};

use crate::action::Outcome;
use crate::cache::{Cache, CacheError, NewResult, StoredResult};
use crate::dag::{NodeId, NodeState};
use crate::digest::Key;
use crate::event::{Event, ResultOrigin};

use super::Engine;
use super::messages::{EngineMessage, RunOutput};
use super::worker_pool::InFlight;

/// About the cost of a commit: results that took this long together are worth one.
const MIN_BATCH_WORK: Duration = Duration::from_millis(10);
/// Longest time that a result waits for others.
const MAX_COMMIT_DELAY: Duration = Duration::from_millis(100);

/// Sends batches to the thread that commits them.
pub(super) struct Committer(Sender<Vec<NewResult>>);

impl Committer {
    /// Starts the thread. It ends when the committer is dropped. What is committed goes on to `puts`.
    pub fn start<'s, 'e: 's>(
        scope: &'s Scope<'s, 'e>,
        cache: &'e Cache,
        messages: &Sender<EngineMessage>,
        puts: Option<Sender<Vec<StoredResult>>>,
    ) -> Self {
        let (sender, batches): (_, Receiver<Vec<NewResult>>) = channel();
        let messages = messages.clone();
        scope.spawn(move || {
            batches
                .iter()
                .try_for_each(|batch| messages.send(EngineMessage::Filed(commit_batch(cache, batch, puts.as_ref()))))
        });
        Self(sender)
    }
}

/// Commits a batch. A bug in it must not leave the engine waiting.
fn commit_batch(
    cache: &Cache,
    batch: Vec<NewResult>,
    puts: Option<&Sender<Vec<StoredResult>>>,
) -> Result<(), CacheError> {
    let committed = catch_unwind(AssertUnwindSafe(|| cache.commit(batch))).unwrap_or_else(|_| {
        let source = io::Error::other("t2v itself failed; this is a bug, please report it with the lines above");
        Err(CacheError::Io { doing: "file results in", path: cache.root().to_owned(), source })
    })?;
    if let Some(puts) = puts {
        // Their thread ends only after the committer.
        let _ = puts.send(committed);
    }
    Ok(())
}

/// Results that are committed together, and the events to emit afterwards.
#[derive(Default)]
struct CommitBatch {
    keys: Vec<Key>,
    deferred: Vec<DeferredEvent>,
    /// How long making all of them again would take.
    worth: Duration,
    since: Option<Instant>,
}

enum DeferredEvent {
    Event(Event),
    Made { id: NodeId, how: ResultOrigin },
}

/// Results and events that wait for a commit.
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

    /// How long the loop may sleep before the next batch is due.
    pub fn time_until_due(&self) -> Duration {
        let since = self.next.since.filter(|_| self.filing.is_none());
        since.map_or(Duration::MAX, |since| MAX_COMMIT_DELAY.saturating_sub(since.elapsed()))
    }

    fn is_due(&self) -> bool {
        self.next.worth >= MIN_BATCH_WORK || self.time_until_due().is_zero()
    }

    fn add(&mut self, key: Key, run: &InFlight, millis: u64) {
        self.next.keys.push(key);
        // What was worth a lock may have been paid for, and others wait for it.
        self.next.worth += if run.exclusive { MIN_BATCH_WORK } else { Duration::from_millis(millis) };
        self.next.since.get_or_insert_with(Instant::now);
    }
}

impl Engine<'_, '_> {
    /// Emits an event: at once, or, to keep the order, after the results before it are committed.
    pub(super) fn emit(&mut self, event: Event) {
        if self.pending.is_empty() {
            self.sink.event(&event);
        } else {
            self.pending.next.deferred.push(DeferredEvent::Event(event));
        }
    }

    /// Forwards a result to all nodes that wait for it. It is committed later.
    pub(super) fn forward_result(&mut self, key: Key, mut run: InFlight, ended: RunOutput) {
        self.pending.add(key, &run, ended.outcome.millis);
        let mut how =
            if ended.found { ResultOrigin::Reused } else { ResultOrigin::Ran { millis: ended.outcome.millis } };
        for &id in &run.nodes {
            self.set_result(id, ended.outcome.clone(), how);
            how = ResultOrigin::Reused;
        }
        run.output = Some(ended);
        self.workers.in_flight.insert(key, run);
    }

    /// Gives a node its result, from a run that has ended but whose result may not be committed yet.
    pub(super) fn set_result(&mut self, id: NodeId, outcome: Outcome, how: ResultOrigin) {
        self.dag.payload_mut(id).outcome = Some(outcome);
        self.dag.set_state(id, NodeState::Done);
        self.pending.next.deferred.push(DeferredEvent::Made { id, how });
    }

    /// Starts to commit the next batch if it is due, or in any case if nothing else is going on.
    pub(super) fn commit_due(&mut self, nothing_else: bool) {
        let due = self.pending.is_due() || nothing_else;
        if self.pending.filing.is_some() || self.pending.next.since.is_none() || !due {
            return;
        }
        let batch = std::mem::take(&mut self.pending.next);
        let results = batch.keys.iter().filter_map(|key| {
            let InFlight { permit, action, output: made, .. } = self.workers.in_flight.get_mut(key)?;
            let outcome = made.as_ref().filter(|ended| !ended.found)?.outcome.clone();
            Some(NewResult { permit: permit.take()?, action: Arc::clone(action), outcome })
        });
        self.workers.committer.0.send(results.collect()).expect("the committer outlives the worker pool");
        self.pending.filing = Some(batch);
    }

    /// Emits the events that waited for the committer's batch, or fails its steps.
    pub(super) fn finish_commit(&mut self, filed: Result<(), CacheError>) {
        let Some(batch) = self.pending.filing.take() else { return };
        let runs = batch.keys.iter().filter_map(|key| self.workers.in_flight.remove(key));
        // Nodes that joined later have their events in the next batch.
        let nodes: Vec<NodeId> = runs.flat_map(|run| run.nodes).collect();
        if filed.is_err() {
            nodes.iter().for_each(|&id| self.dag.payload_mut(id).outcome = None);
        }
        let later = std::mem::take(&mut self.pending.next);
        self.emit_deferred(batch.deferred);
        if let Err(error) = filed {
            nodes.into_iter().for_each(|id| self.fail_uncommitted(id, &error));
        }
        match later.since {
            Some(_) => self.pending.next = later,
            None => self.emit_deferred(later.deferred),
        }
    }

    /// Emits the deferred events, except those of results that could not be committed.
    fn emit_deferred(&mut self, deferred: Vec<DeferredEvent>) {
        for event in deferred {
            match event {
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
