//! A store in memory for tests, which counts its calls and can be made to wait, to fail and to lie.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::action::{Blob, Outcome};
use crate::digest::{Digest, Key};

use super::error::CacheError;
use super::further::FurtherStore;
use super::store::{ActionCache, BlobStore, StoredResult};

/// A call of a store, with what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreCall {
    LookUp(usize),
    Put(usize),
    Has(usize),
    Fetch(Digest),
    Insert(Digest),
}

/// What a test does at each call, before the store answers: it may wait, and may have the call fail.
type CallHook = Box<dyn Fn(&StoreCall) -> Result<(), String> + Send + Sync>;

/// A store in memory. Clones share their contents.
#[derive(Clone, Default)]
pub struct MemoryStore(Arc<MemoryState>);

#[derive(Default)]
pub struct MemoryState {
    results: Mutex<HashMap<Key, StoredResult>>,
    blobs: Mutex<HashMap<Digest, Vec<u8>>>,
    calls: Mutex<Vec<StoreCall>>,
    hook: Mutex<Option<Arc<CallHook>>>,
}

impl MemoryStore {
    /// Calls `hook` at each call from now on.
    pub fn set_hook(&self, hook: impl Fn(&StoreCall) -> Result<(), String> + Send + Sync + 'static) {
        *self.0.hook.lock().unwrap() = Some(Arc::new(Box::new(hook)));
    }

    /// The calls so far, in order.
    pub fn calls(&self) -> Vec<StoreCall> {
        self.0.calls.lock().unwrap().clone()
    }

    /// How many results it has.
    pub fn len(&self) -> usize {
        self.0.results.lock().unwrap().len()
    }

    /// Changes the bytes of every blob.
    pub fn damage_blobs(&self) {
        self.0.blobs.lock().unwrap().values_mut().for_each(|bytes| bytes.push(b'!'));
    }

    /// Loses all blobs, and keeps the results.
    pub fn lose_blobs(&self) {
        self.0.blobs.lock().unwrap().clear();
    }

    /// The pair that a cache has behind its own folder.
    pub fn pair(&self) -> FurtherStore {
        FurtherStore {
            name: "memory".to_owned(),
            actions: Box::new(self.clone()),
            blobs: Box::new(self.clone()),
            accepts: |_, outcome| outcome.outputs.contains_key("out"),
        }
    }

    fn begin(&self, call: StoreCall) -> Result<(), CacheError> {
        let hook = self.0.hook.lock().unwrap().clone();
        self.0.calls.lock().unwrap().push(call.clone());
        hook.map_or(Ok(()), |hook| hook(&call)).map_err(|message| CacheError::Store { message })
    }
}

impl ActionCache for MemoryStore {
    fn look_up(&self, keys: &[Key]) -> Result<Vec<Option<Outcome>>, CacheError> {
        self.begin(StoreCall::LookUp(keys.len()))?;
        let results = self.0.results.lock().unwrap();
        Ok(keys.iter().map(|key| results.get(key).map(|result| result.outcome.clone())).collect())
    }

    fn put(&self, results: &[StoredResult]) -> Result<(), CacheError> {
        self.begin(StoreCall::Put(results.len()))?;
        let mut there = self.0.results.lock().unwrap();
        for result in results {
            there.entry(result.key).or_insert_with(|| result.clone());
        }
        Ok(())
    }
}

impl BlobStore for MemoryStore {
    fn has(&self, blobs: &[Blob]) -> Result<Vec<bool>, CacheError> {
        self.begin(StoreCall::Has(blobs.len()))?;
        let there = self.0.blobs.lock().unwrap();
        Ok(blobs
            .iter()
            .map(|blob| there.get(&blob.digest).is_some_and(|bytes| bytes.len() as u64 == blob.len))
            .collect())
    }

    fn fetch(&self, blob: &Blob, path: &Path) -> Result<(), CacheError> {
        self.begin(StoreCall::Fetch(blob.digest))?;
        let bytes = self.0.blobs.lock().unwrap().get(&blob.digest).cloned();
        let bytes = bytes.ok_or(CacheError::Lost { digest: blob.digest })?;
        fs::write(path, bytes).map_err(CacheError::write_failed(path))
    }

    fn insert(&self, blob: &Blob, path: &Path) -> Result<(), CacheError> {
        self.begin(StoreCall::Insert(blob.digest))?;
        let bytes = fs::read(path).map_err(CacheError::io("read", path))?;
        if Digest::of(&bytes) != blob.digest {
            return Err(CacheError::Store { message: "the file has other bytes".to_owned() });
        }
        self.0.blobs.lock().unwrap().insert(blob.digest, bytes);
        Ok(())
    }
}
