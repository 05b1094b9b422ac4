//! The threads that talk to the cache's further stores, so that the build loop never waits for one: they ask for results in batches, fetch
//! the blobs that the loop itself reads, and put what was made.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::Scope;

use crate::action::{Action, Blob};
use crate::cache::{Cache, CacheError, StoredResult};
use crate::dag::NodeId;
use crate::digest::{Digest, Key};
use crate::process::CancelToken;

use super::messages::EngineMessage;

/// Most keys of one batch.
const MAX_BATCH: usize = 256;

/// A result that is asked for, with the action that would make it.
type WantedResult = (Key, Arc<Action>);

/// What is asked of the stores, and by which nodes.
#[derive(Default)]
pub struct StoreThreads {
    /// `None` where the cache has no further stores.
    channels: Option<StoreChannels>,
    /// The nodes that wait for the answer of a look-up.
    asking: HashMap<Key, Vec<NodeId>>,
    /// The keys that were asked for, for as long as the pool lives.
    asked: HashSet<Key>,
    /// The nodes that wait for a blob which they read themselves.
    fetching: HashMap<Digest, Vec<NodeId>>,
}

struct StoreChannels {
    look_ups: Sender<WantedResult>,
    fetches: Sender<Blob>,
    puts: Sender<Vec<StoredResult>>,
}

impl StoreThreads {
    /// Starts the threads if the cache has further stores. They end when this is dropped; a put that is under way goes on to its end
    /// unless `cancel` is set. What a store does wrong in a put after the last message is not told.
    pub fn start<'s, 'e: 's>(
        scope: &'s Scope<'s, 'e>,
        cache: &'e Cache,
        messages: &Sender<EngineMessage>,
        cancel: &CancelToken,
    ) -> Self {
        if !cache.has_further_stores() {
            return Self::default();
        }
        let (look_ups, wanted) = channel();
        let (fetches, blobs) = channel();
        let (puts, results) = channel();
        let (sender, cancel) = (messages.clone(), cancel.clone());
        scope.spawn(move || answer_look_ups(cache, &wanted, &sender));
        let sender = messages.clone();
        scope.spawn(move || fetch_blobs(cache, &blobs, &sender));
        scope.spawn(move || put_results(cache, &results, &cancel));
        Self { channels: Some(StoreChannels { look_ups, fetches, puts }), ..Self::default() }
    }

    /// A sender for results that were committed; `None` without further stores.
    pub fn puts(&self) -> Option<Sender<Vec<StoredResult>>> {
        self.channels.as_ref().map(|channels| channels.puts.clone())
    }

    /// Forgets the nodes of the build before. What was asked for stays asked; its answer goes to the nodes that want it by then.
    pub fn begin_build(&mut self) {
        self.asking.values_mut().for_each(Vec::clear);
        self.fetching.clear();
    }

    /// Asks the stores for a result, once for each key. Returns whether the node has to wait for the answer.
    pub fn ask(&mut self, id: NodeId, key: Key, action: &Action) -> bool {
        let Some(channels) = &self.channels else { return false };
        if let Some(nodes) = self.asking.get_mut(&key) {
            nodes.push(id);
            return true;
        }
        let is_new = self.asked.insert(key) && channels.look_ups.send((key, Arc::new(action.clone()))).is_ok();
        if is_new {
            self.asking.insert(key, vec![id]);
        }
        is_new
    }

    /// Has a blob fetched that the node reads itself.
    pub fn fetch(&mut self, id: NodeId, blob: Blob) {
        let channels = self.channels.as_ref().expect("a blob is elsewhere only where there are stores");
        let nodes = self.fetching.entry(blob.digest).or_default();
        nodes.push(id);
        if nodes.len() == 1 {
            channels.fetches.send(blob).expect("the thread of fetches ends after this");
        }
    }

    /// The nodes that waited for the answers to these keys.
    pub fn take_answered(&mut self, keys: &[Key]) -> Vec<NodeId> {
        keys.iter().filter_map(|key| self.asking.remove(key)).flatten().collect()
    }

    /// The nodes that waited for this blob.
    pub fn take_fetched(&mut self, digest: &Digest) -> Vec<NodeId> {
        self.fetching.remove(digest).unwrap_or_default()
    }

    /// Whether some node waits for a store.
    pub fn is_awaited(&self) -> bool {
        self.fetching.values().chain(self.asking.values()).any(|nodes| !nodes.is_empty())
    }
}

/// Asks for everything that is wanted by now at once. What is found is known to the cache afterwards.
fn answer_look_ups(cache: &Cache, wanted: &Receiver<WantedResult>, messages: &Sender<EngineMessage>) {
    while let Ok(first) = wanted.recv() {
        let batch: Vec<WantedResult> = std::iter::once(first).chain(wanted.try_iter()).take(MAX_BATCH).collect();
        // A bug in a store counts as a miss; it must not leave the engine waiting.
        let _ = catch_unwind(AssertUnwindSafe(|| cache.look_up_further(&batch)));
        let keys = batch.into_iter().map(|(key, _)| key).collect();
        if messages.send(EngineMessage::LookedUp(keys)).is_err() {
            return;
        }
    }
}

fn fetch_blobs(cache: &Cache, blobs: &Receiver<Blob>, messages: &Sender<EngineMessage>) {
    for blob in blobs {
        let fetched = catch_unwind(AssertUnwindSafe(|| cache.fetch_blob(&blob)));
        let result = fetched.unwrap_or(Err(CacheError::Lost { digest: blob.digest }));
        if messages.send(EngineMessage::Fetched(blob.digest, result)).is_err() {
            return;
        }
    }
}

fn put_results(cache: &Cache, results: &Receiver<Vec<StoredResult>>, cancel: &CancelToken) {
    for results in results {
        if cancel.is_set() {
            return;
        }
        let _ = catch_unwind(AssertUnwindSafe(|| cache.put_further(&results, &|| cancel.is_set())));
    }
}
