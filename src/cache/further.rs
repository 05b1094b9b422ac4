//! Further stores behind the cache's own folder: a look-up there gives digests, and the bytes of a blob are fetched when they are needed.
//!
//! A store that fails is not asked again by this process, which is told once; nothing fails for it. Nothing that a store says is believed:
//! outcomes pass a check of the store's owner, and bytes are compared with their digest on arrival.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::action::{Action, Blob, Outcome};
use crate::digest::{Digest, Key};

use super::blobs::BlobFolder;
use super::error::CacheError;
use super::handle::Cache;
use super::store::{ActionCache, BlobStore, StoredResult};

/// A store behind the cache's own folder.
pub struct FurtherStore {
    /// Its name in warnings.
    pub name: String,
    /// Which key gave which outcome there.
    pub actions: Box<dyn ActionCache>,
    /// The bytes of those outcomes.
    pub blobs: Box<dyn BlobStore>,
    /// Whether an outcome can be one of the action at all: it has the output roles of that kind of step, and no absurd size.
    pub accepts: fn(&Action, &Outcome) -> bool,
}

/// A further store that is not used any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreWarning {
    /// The store's name.
    pub store: String,
    /// What it did, in one line.
    pub message: String,
}

/// All further stores of a cache, and what this process knows to be in them.
#[derive(Default)]
pub struct FurtherStores {
    stores: Vec<OpenStore>,
    known: Mutex<KnownResults>,
    /// Some fetch has ended.
    fetched: Condvar,
    warnings: Mutex<Vec<StoreWarning>>,
}

struct OpenStore {
    store: FurtherStore,
    failed: AtomicBool,
}

/// Results that a further store has and the cache's own folder may lack.
#[derive(Default)]
struct KnownResults {
    results: HashMap<Key, StoredResult>,
    /// The index of the store that has the blob.
    blobs: HashMap<Digest, usize>,
    /// Blobs that some thread is fetching.
    fetching: HashSet<Digest>,
    /// Results that are not taken from a store again, because a blob of theirs could not be had.
    refused: HashSet<Key>,
}

impl KnownResults {
    fn add(&mut self, result: StoredResult, store: usize) {
        self.blobs.extend(result.outcome.outputs.values().map(|blob| (blob.digest, store)));
        self.results.insert(result.key, result);
    }

    /// Forgets a blob that can't be had, and all results that need it.
    fn forget(&mut self, digest: &Digest) {
        self.blobs.remove(digest);
        let needs = |result: &StoredResult| result.outcome.outputs.values().any(|blob| blob.digest == *digest);
        self.refused.extend(self.results.values().filter(|result| needs(result)).map(|result| result.key));
        self.results.retain(|_, result| !needs(result));
    }
}

/// Ends a fetch, however it ends.
struct FetchGuard<'a> {
    stores: &'a FurtherStores,
    digest: Digest,
}

impl Drop for FetchGuard<'_> {
    fn drop(&mut self) {
        self.stores.known().fetching.remove(&self.digest);
        self.stores.fetched.notify_all();
    }
}

impl FurtherStores {
    fn known(&self) -> MutexGuard<'_, KnownResults> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The stores that have not failed, with their indexes.
    fn working(&self) -> impl Iterator<Item = (usize, &FurtherStore)> {
        self.stores
            .iter()
            .enumerate()
            .filter(|(index, _)| self.is_working(*index))
            .map(|(index, open)| (index, &open.store))
    }

    /// Gives a store up. The first failure is told.
    fn fail(&self, index: usize, message: String) {
        let OpenStore { store, failed } = &self.stores[index];
        if !failed.swap(true, Ordering::Relaxed) {
            tracing::warn!(store = store.name, message, "store is not used any more");
            let warning = StoreWarning { store: store.name.clone(), message };
            self.warnings.lock().unwrap_or_else(PoisonError::into_inner).push(warning);
        }
    }

    /// The outcome of a key that a store is known to have, if its blobs are here or in a store that has not failed.
    pub fn known_outcome(&self, key: Key, local: &BlobFolder) -> Option<Outcome> {
        if self.stores.is_empty() {
            return None;
        }
        let known = self.known();
        let outcome = &known.results.get(&key)?.outcome;
        let is_in_store = |blob: &Blob| known.blobs.get(&blob.digest).is_some_and(|&index| self.is_working(index));
        outcome.outputs.values().all(|blob| is_in_store(blob) || local.has_all([blob])).then(|| outcome.clone())
    }

    fn is_working(&self, index: usize) -> bool {
        !self.stores[index].failed.load(Ordering::Relaxed)
    }

    /// Takes the results whose blobs are all here by now: they can be committed.
    pub fn take_whole(&self, local: &BlobFolder) -> Vec<StoredResult> {
        if self.stores.is_empty() {
            return Vec::new();
        }
        let is_whole = |_: &Key, result: &mut StoredResult| local.has_all(result.outcome.outputs.values());
        self.known().results.extract_if(is_whole).map(|(_, result)| result).collect()
    }

    /// Asks one store for those of `wanted` that are not `found` yet.
    fn look_up_in(&self, index: usize, wanted: &[(Key, Arc<Action>)], found: &mut [Option<Outcome>]) {
        let store = &self.stores[index].store;
        let open: Vec<usize> = (0..wanted.len()).filter(|&at| found[at].is_none()).collect();
        let keys: Vec<Key> = open.iter().map(|&at| wanted[at].0).collect();
        let outcomes = match store.actions.look_up(&keys) {
            Ok(outcomes) if outcomes.len() == keys.len() => outcomes,
            Ok(_) => return self.fail(index, "it does not answer what it was asked".to_owned()),
            Err(error) => return self.fail(index, error.to_string()),
        };
        let mut known = self.known();
        for (at, outcome) in open.into_iter().zip(outcomes) {
            let (key, action) = &wanted[at];
            let Some(outcome) = outcome.filter(|_| !known.refused.contains(key)) else { continue };
            if !(store.accepts)(action, &outcome) {
                self.fail(index, format!("it has something else under the key {key} than a `{}` result", action.kind));
                return;
            }
            found[at] = Some(outcome.clone());
            known.add(StoredResult { key: *key, action: Arc::clone(action), outcome }, index);
        }
    }

    /// Puts results into one store: blobs that it lacks, then the results.
    fn put_into(
        &self,
        index: usize,
        results: &[StoredResult],
        local: &BlobFolder,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<(), CacheError> {
        let store = &self.stores[index].store;
        let blobs: HashMap<Digest, Blob> = results
            .iter()
            .flat_map(|result| result.outcome.outputs.values())
            .map(|blob| (blob.digest, *blob))
            .collect();
        let blobs: Vec<Blob> = blobs.into_values().collect();
        let there = store.blobs.has(&blobs)?;
        let lacks = blobs.iter().zip(there).filter(|(_, there)| !there);
        for (blob, _) in lacks {
            if cancelled() {
                return Ok(());
            }
            store.blobs.insert(blob, &local.verified_path(blob)?)?;
        }
        store.actions.put(results)
    }
}

impl Cache {
    /// The cache with these stores behind its own folder, in the order in which they are asked.
    pub fn with_further_stores(mut self, stores: Vec<FurtherStore>) -> Self {
        let open = |store| OpenStore { store, failed: AtomicBool::new(false) };
        self.further.stores = stores.into_iter().map(open).collect();
        self
    }

    /// Whether a further store may have what is not here. Never where nothing can be written, since fetched bytes have to go somewhere.
    pub fn has_further_stores(&self) -> bool {
        !self.is_read_only() && self.further.working().next().is_some()
    }

    /// Asks further stores for results that [`Cache::lookup`] does not find, in one batch for each store. May take as long as the stores
    /// take. An outcome is digests only: its bytes are fetched when something reads them. Failures of a store count as misses.
    pub fn look_up_further(&self, wanted: &[(Key, Arc<Action>)]) -> Vec<Option<Outcome>> {
        let mut found = vec![None; wanted.len()];
        for (index, _) in self.further.working() {
            if found.iter().any(Option::is_none) {
                self.further.look_up_in(index, wanted, &mut found);
            }
        }
        found
    }

    /// Whether a blob is in a further store, and not here: reading it takes as long as that store takes.
    pub fn is_elsewhere(&self, blob: &Blob) -> bool {
        self.has_further_stores() && !self.layout.has(blob) && self.further.known().blobs.contains_key(&blob.digest)
    }

    /// Fetches a blob from the further store that has it, once, however many threads need it at the same time.
    ///
    /// # Errors
    /// [`CacheError::Lost`] where it can't be had; others where it can't be written here.
    pub fn fetch_blob(&self, blob: &Blob) -> Result<(), CacheError> {
        let further = &self.further;
        let mut known = further.known();
        while known.fetching.contains(&blob.digest) {
            known = further.fetched.wait(known).unwrap_or_else(PoisonError::into_inner);
        }
        if self.layout.has(blob) {
            return Ok(());
        }
        let store = known.blobs.get(&blob.digest).copied().ok_or(CacheError::Lost { digest: blob.digest })?;
        known.fetching.insert(blob.digest);
        drop(known);
        let _guard = FetchGuard { stores: further, digest: blob.digest };
        let fetched = self.fetch_from(store, blob);
        if matches!(fetched, Err(CacheError::Lost { .. })) {
            further.known().forget(&blob.digest);
        }
        fetched
    }

    fn fetch_from(&self, index: usize, blob: &Blob) -> Result<(), CacheError> {
        let (lost, staging) = (CacheError::Lost { digest: blob.digest }, self.staging()?);
        if !self.further.is_working(index) {
            return Err(lost);
        }
        let store = &self.further.stores[index].store;
        let path = staging.path().join("fetched");
        match store.blobs.fetch(blob, &path) {
            Ok(()) if self.insert_file_as(&path, blob)? => return Ok(()),
            Ok(()) => self.further.fail(index, format!("it sent other bytes than those of blob {}", blob.digest)),
            Err(CacheError::Lost { .. }) => {}
            Err(error) => self.further.fail(index, error.to_string()),
        }
        Err(lost)
    }

    /// Puts committed results into all further stores, blobs first. Stops between two blobs once it is `cancelled`; what was not put
    /// stays here only.
    pub fn put_further(&self, results: &[StoredResult], cancelled: &dyn Fn() -> bool) {
        for (index, _) in self.further.working() {
            match self.further.put_into(index, results, &self.blobs, cancelled) {
                // A blob that is gone here says nothing of the store.
                Ok(()) | Err(CacheError::Lost { .. } | CacheError::Io { .. }) => {}
                Err(error) => self.further.fail(index, error.to_string()),
            }
        }
    }

    /// The further stores that were given up since the last call.
    pub fn take_store_warnings(&self) -> Vec<StoreWarning> {
        std::mem::take(&mut *self.further.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
