//! What the build loop asks of further stores, and what it does with their answers: a node that waited for one is ready again.

use crate::action::{Action, Blob};
use crate::cache::CacheError;
use crate::dag::{NodeId, NodeState};
use crate::digest::{Digest, Key};
use crate::event::Event;
use crate::work::{InputSource, StepWork};

use super::Engine;

impl Engine<'_, '_> {
    /// Asks the further stores for a result that is not here. Returns whether the node waits for their answer now.
    pub(super) fn ask_stores(&mut self, id: NodeId, key: Key, action: &Action) -> bool {
        let waits = self.workers.stores.ask(id, key, action);
        if waits {
            self.dag.set_state(id, NodeState::Queued);
        }
        waits
    }

    /// Has a blob fetched that the loop reads itself for this node. Returns whether the node waits for one now.
    pub(super) fn waits_for_blob(&mut self, id: NodeId) -> bool {
        let Some(blob) = self.blob_elsewhere(id) else { return false };
        self.workers.stores.fetch(id, blob);
        self.dag.set_state(id, NodeState::Queued);
        true
    }

    /// A blob in a further store that the loop would read for this node. A published file that is right already is not read.
    fn blob_elsewhere(&self, id: NodeId) -> Option<Blob> {
        let cache = self.workers.cache;
        if !cache.has_further_stores() {
            return None;
        }
        let is_elsewhere = |source: &InputSource| self.blob(source).ok().filter(|blob| cache.is_elsewhere(blob));
        match self.dag.payload(id).work.as_ref()? {
            StepWork::Expand { reads, .. } => reads.iter().find_map(is_elsewhere),
            StepWork::Publish { source, path } if !self.workers.options.dry_run => {
                is_elsewhere(source).filter(|blob| !cache.is_published(blob, path).unwrap_or(false))
            }
            StepWork::Publish { .. } | StepWork::Run(_) => None,
        }
    }

    /// Makes the nodes ready that waited for these answers, and tells which stores were given up.
    pub(super) fn take_store_answers(&mut self, looked_up: &[Key], fetched: Vec<(Digest, Result<(), CacheError>)>) {
        for id in self.workers.stores.take_answered(looked_up) {
            self.dag.set_state(id, NodeState::Ready);
        }
        for (digest, result) in fetched {
            for id in self.workers.stores.take_fetched(&digest) {
                match &result {
                    // What is lost is found to be lost when the node reads it.
                    Ok(()) | Err(CacheError::Lost { .. }) => self.dag.set_state(id, NodeState::Ready),
                    Err(error) => self.fail_with_cache_error(id, error),
                }
            }
        }
        for warning in self.workers.cache.take_store_warnings() {
            self.emit(Event::StoreGivenUp { store: warning.store, message: warning.message });
        }
    }
}
