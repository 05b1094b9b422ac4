//! Results that are there but not in the index yet. A thread files them, all that came in while it was at the ones before with one
//! commit. What is told after them waits too, so that nothing is called finished that a kill could lose. Knows nothing of runs.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::Scope;
use std::time::{Duration, Instant};

use crate::action::Outcome;
use crate::cache::{Cache, CacheError, Filed};
use crate::dag::{NodeId, State};
use crate::digest::Key;
use crate::event::{Event, How};

use super::Engine;
use super::crew::Flight;
use super::pool::{Ended, Message};

/// What a commit costs, about: results that took as long together are worth one.
const WORTH: Duration = Duration::from_millis(10);
/// No result waits longer for others.
const LONGEST: Duration = Duration::from_millis(100);

/// The thread that files.
pub(super) struct Clerk(Sender<Vec<Filed>>);

impl Clerk {
    /// Starts the thread. It ends when the clerk is dropped.
    pub fn start<'s, 'e: 's>(scope: &'s Scope<'s, 'e>, cache: &'e Cache, told: &Sender<Message>) -> Self {
        let (sender, batches): (_, Receiver<Vec<Filed>>) = channel();
        let told = told.clone();
        scope.spawn(move || batches.iter().try_for_each(|batch| told.send(Message::Filed(file(cache, batch)))));
        Self(sender)
    }
}

/// Files a batch. A bug in it must not leave the engine waiting.
fn file(cache: &Cache, batch: Vec<Filed>) -> Result<(), CacheError> {
    catch_unwind(AssertUnwindSafe(|| cache.file_all(batch))).unwrap_or_else(|_| {
        let source = io::Error::other("t2v itself failed; this is a bug, please report it with the lines above");
        Err(CacheError::Io { doing: "file results in", path: cache.root().to_owned(), source })
    })
}

/// Results that are filed together, and what is told once they are.
#[derive(Default)]
struct Batch {
    flights: Vec<Key>,
    told: Vec<Told>,
    /// How long making all of them again would take.
    worth: Duration,
    since: Option<Instant>,
}

enum Told {
    Event(Event),
    Made { id: NodeId, how: How },
}

/// What waits.
#[derive(Default)]
pub(super) struct Unfiled {
    /// What the clerk has.
    filing: Option<Batch>,
    next: Batch,
}

impl Unfiled {
    pub fn is_empty(&self) -> bool {
        self.filing.is_none() && self.next.since.is_none()
    }

    /// How long the loop may sleep.
    pub fn patience(&self) -> Duration {
        let since = self.next.since.filter(|_| self.filing.is_none());
        since.map_or(Duration::MAX, |since| LONGEST.saturating_sub(since.elapsed()))
    }

    fn is_due(&self) -> bool {
        self.next.worth >= WORTH || self.patience().is_zero()
    }

    fn add(&mut self, key: Key, flight: &Flight, millis: u64) {
        self.next.flights.push(key);
        // What was worth a lock may have been paid for, and others wait for it.
        self.next.worth += if flight.exclusive { WORTH } else { Duration::from_millis(millis) };
        self.next.since.get_or_insert_with(Instant::now);
    }
}

impl Engine<'_, '_> {
    /// Tells what happened, in order: at once, unless something before it is not filed.
    pub(super) fn tell(&mut self, event: Event) {
        match self.unfiled.is_empty() {
            true => self.sink.event(&event),
            false => self.unfiled.next.told.push(Told::Event(event)),
        }
    }

    /// Hands a result on to all that waits for it. It is filed later.
    pub(super) fn hand_on(&mut self, key: Key, mut flight: Flight, ended: Ended) {
        self.unfiled.add(key, &flight, ended.outcome.millis);
        let mut how = if ended.found { How::Reused } else { How::Ran { millis: ended.outcome.millis } };
        for &id in &flight.nodes {
            self.take_result(id, ended.outcome.clone(), how);
            how = How::Reused;
        }
        flight.made = Some(ended);
        self.crew.flights.insert(key, flight);
    }

    /// The node has its result, from a run that is over but perhaps not filed.
    pub(super) fn take_result(&mut self, id: NodeId, outcome: Outcome, how: How) {
        self.dag.payload_mut(id).outcome = Some(outcome);
        self.dag.set(id, State::Done);
        self.unfiled.next.told.push(Told::Made { id, how });
    }

    /// Has filed what is worth it, or, where nothing else goes on, whatever there is.
    pub(super) fn file(&mut self, nothing_else: bool) {
        let due = self.unfiled.is_due() || nothing_else;
        if self.unfiled.filing.is_some() || self.unfiled.next.since.is_none() || !due {
            return;
        }
        let batch = std::mem::take(&mut self.unfiled.next);
        let results = batch.flights.iter().filter_map(|key| {
            let Flight { permit, action, made, .. } = self.crew.flights.get_mut(key)?;
            let outcome = made.as_ref().filter(|ended| !ended.found)?.outcome.clone();
            Some(Filed { permit: permit.take()?, action: Arc::clone(action), outcome })
        });
        self.crew.clerk.0.send(results.collect()).expect("the clerk outlives the crew");
        self.unfiled.filing = Some(batch);
    }

    /// Tells what was to be told after results that the clerk has filed, or could not.
    pub(super) fn filed(&mut self, filed: Result<(), CacheError>) {
        let Some(batch) = self.unfiled.filing.take() else { return };
        let flights = batch.flights.iter().filter_map(|key| self.crew.flights.remove(key));
        // Those among them that joined later are told of in the next batch.
        let nodes: Vec<NodeId> = flights.flat_map(|flight| flight.nodes).collect();
        if filed.is_err() {
            nodes.iter().for_each(|&id| self.dag.payload_mut(id).outcome = None);
        }
        let later = std::mem::take(&mut self.unfiled.next);
        self.release(batch.told);
        if let Err(error) = filed {
            nodes.into_iter().for_each(|id| self.fail_unfiled(id, &error));
        }
        match later.since {
            Some(_) => self.unfiled.next = later,
            None => self.release(later.told),
        }
    }

    /// Tells all of it, but for results that could not be filed.
    fn release(&mut self, told: Vec<Told>) {
        for told in told {
            match told {
                Told::Event(event) => self.sink.event(&event),
                Told::Made { id, how } if self.dag.payload(id).outcome.is_some() => self.tell_finished(id, how),
                Told::Made { .. } => {}
            }
        }
    }

    fn fail_unfiled(&mut self, id: NodeId, error: &CacheError) {
        if self.dag.state(id) == State::Done {
            self.fail_machine(id, error);
        }
    }
}
