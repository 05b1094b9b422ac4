//! The two contracts of a store of results, and results as they pass between stores.
//!
//! A store is a pair: an [`ActionCache`] says which key gave which outcome, a [`BlobStore`] has the bytes that outcomes name by digest. The
//! first pair of every cache lies in its folder: the index with the record log, and the folder of blobs. Further pairs may be anywhere.

use std::path::Path;
use std::sync::Arc;

use crate::action::{Action, Blob, Outcome};
use crate::digest::Key;

use super::error::CacheError;

/// A result that is stored under its key.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredResult {
    /// The key of `action`.
    pub key: Key,
    /// What was run.
    pub action: Arc<Action>,
    /// The outputs, by digest, and how long the run took.
    pub outcome: Outcome,
}

/// Which key gave which outcome.
pub trait ActionCache: Send + Sync {
    /// The outcomes of `keys` in their order; `None` for a key that has none. Whether the blobs are there is not looked at.
    ///
    /// # Errors
    /// The store can't answer. A store on a network bounds how long it waits, and tries again what may pass.
    fn look_up(&self, keys: &[Key]) -> Result<Vec<Option<Outcome>>, CacheError>;

    /// Stores results whose blobs are in the blob store of the same pair, all of them or none. A key that has a result already may keep it.
    ///
    /// # Errors
    /// The store does not take them.
    fn put(&self, results: &[StoredResult]) -> Result<(), CacheError>;
}

/// The bytes that outcomes name.
pub trait BlobStore: Send + Sync {
    /// For each of `blobs`, in their order, whether it is there at its full length. Its bytes are not read.
    ///
    /// # Errors
    /// As for [`ActionCache::look_up`].
    fn has(&self, blobs: &[Blob]) -> Result<Vec<bool>, CacheError>;

    /// Writes the bytes of `blob` to the file `path`, in place of what is there; the caller compares them with the digest.
    ///
    /// # Errors
    /// [`CacheError::Lost`] where the store does not have the blob; else as for [`ActionCache::look_up`].
    fn fetch(&self, blob: &Blob, path: &Path) -> Result<(), CacheError>;

    /// Adds `blob`, whose bytes are in the file `path`; the file stays as it is. It is no error if the store has the blob already.
    ///
    /// # Errors
    /// The store does not take it, or the file has other bytes.
    fn insert(&self, blob: &Blob, path: &Path) -> Result<(), CacheError>;
}
