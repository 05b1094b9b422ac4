//! The cache: which key gave which outputs, and their bytes. Knows nothing of what a key stands for.
//!
//! Order of writing: blob to a temporary file, fsync, rename, fsync of its folder; *then* one index transaction. So a row
//! never names bytes that were not written; still no row is believed unless its blobs are there, and no blob is read unverified.

mod blobs;
mod files;
mod index;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::action::{Blob, Outcome};
use crate::digest::{Digest, Key};

use blobs::Blobs;
pub use files::Identity;
use index::Index;

/// The layout below the cache's folder; another layout gets another folder.
const FORMAT: &str = "v1";

/// What can go wrong in the cache.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The operating system said no.
    #[error("the cache can't {doing} `{}`: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The index said no.
    #[error("the cache's index `{}` can't be used: {source}", path.display())]
    Index {
        /// The index file.
        path: PathBuf,
        /// Why not.
        source: Box<redb::Error>,
    },
    /// A blob is gone, or its bytes are not the ones it is named by. It was removed; its step must run again.
    #[error("a cached result is damaged or gone: blob {}", digest)]
    Lost {
        /// The blob.
        digest: Digest,
    },
}

impl CacheError {
    fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, path: path.to_owned(), source }
    }
}

/// What a look-up gives.
#[derive(Debug)]
pub enum Lookup {
    /// The result is there, all its blobs with it.
    Hit(Outcome),
    /// It is not; whoever holds the permit may make it.
    Miss(Permit),
}

/// The right to file a result under one key.
#[derive(Debug)]
pub struct Permit {
    key: Key,
}

/// A folder of results, open.
pub struct Cache {
    root: PathBuf,
    blobs: Blobs,
    index: Index,
}

impl Cache {
    /// Opens the cache in folder `root`, making it if need be. Several processes may have it open at once.
    ///
    /// # Errors
    /// [`CacheError::Io`] where the folder can't be made or written, [`CacheError::Index`] where the index can be neither opened nor replaced.
    pub fn open(root: &Path) -> Result<Self, CacheError> {
        let root = root.join(FORMAT);
        fs::create_dir_all(&root).map_err(CacheError::io("make the folder", &root))?;
        let blobs = Blobs::open(&root)?;
        let index = Index::open(&root.join("index.redb"))?;
        Ok(Self { root, blobs, index })
    }

    /// The folder it lives in.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether the result of `key` is there.
    pub fn lookup(&self, key: Key) -> Result<Lookup, CacheError> {
        let outcome = self.index.result(key)?;
        Ok(match outcome {
            Some(outcome) if outcome.outputs.values().all(|blob| self.blobs.has(blob)) => Lookup::Hit(outcome),
            _ => Lookup::Miss(Permit { key }),
        })
    }

    /// A new empty folder on the cache's own file system, to write outputs into. Goes away when dropped.
    pub fn staging(&self) -> Result<tempfile::TempDir, CacheError> {
        self.blobs.staging()
    }

    /// Moves the staged file `path` in among the blobs, durably.
    pub fn take_in(&self, path: &Path) -> Result<Blob, CacheError> {
        self.blobs.take_in(path)
    }

    /// Files a result whose blobs have been taken in.
    pub fn file(&self, permit: Permit, outcome: &Outcome) -> Result<(), CacheError> {
        self.index.put_result(permit.key, outcome)
    }

    /// The path of a blob whose bytes were verified (once by this process). Only for reading.
    ///
    /// # Errors
    /// [`CacheError::Lost`]: see there.
    pub fn verified(&self, blob: &Blob) -> Result<PathBuf, CacheError> {
        self.blobs.verified(blob)
    }

    /// A blob's bytes, verified.
    ///
    /// # Errors
    /// [`CacheError::Lost`]: see there.
    pub fn read(&self, blob: &Blob) -> Result<Vec<u8>, CacheError> {
        self.blobs.read(blob)
    }

    /// The digest of a file outside the cache. Read only if its size, times or inode are not those of last time.
    pub fn digest_of_file(&self, path: &Path) -> Result<Blob, CacheError> {
        let identity = Identity::of(path).map_err(CacheError::io("look at", path))?;
        if let Some(blob) = self.index.known_file(path, &identity)? {
            return Ok(blob);
        }
        let (digest, len) = files::digest(path).map_err(CacheError::io("read", path))?;
        let blob = Blob { digest, len };
        let settled = Identity::of(path).is_ok_and(|after| after == identity && after.is_settled());
        if settled {
            self.index.remember_file(path, &identity, blob);
        }
        Ok(blob)
    }

    /// Copies a project's file in among the blobs, so that later changes of the file don't reach a step that reads it.
    pub fn take_in_copy(&self, path: &Path) -> Result<Blob, CacheError> {
        let known = self.digest_of_file(path)?;
        if self.blobs.has(&known) {
            return Ok(known);
        }
        self.blobs.copy_in(path)
    }

    /// Writes a blob to `path`, by way of a temporary file beside it; a reader sees the old file or the new one.
    /// Does nothing where the file has these bytes already. Says whether it wrote.
    pub fn publish(&self, blob: &Blob, path: &Path) -> Result<bool, CacheError> {
        if path.exists() && self.digest_of_file(path)? == *blob {
            return Ok(false);
        }
        self.blobs.publish(blob, path)?;
        let identity = files::settle(path).map_err(CacheError::io("look at", path))?;
        self.index.remember_file(path, &identity, *blob);
        Ok(true)
    }

    /// A note kept under `name`, such as what a tool said of itself.
    pub fn note(&self, name: &str) -> Result<Option<String>, CacheError> {
        self.index.note(name)
    }

    /// Keeps a note.
    pub fn put_note(&self, name: &str, text: &str) -> Result<(), CacheError> {
        self.index.put_note(name, text)
    }

    /// Writes what was remembered of files since the last call.
    pub fn flush(&self) -> Result<(), CacheError> {
        self.index.flush()
    }
}

impl Drop for Cache {
    /// What is remembered of files only saves reading them again, so a failure here costs nothing but time.
    fn drop(&mut self) {
        let _ = self.flush();
    }
}

/// Outputs by role, from a folder in which each file is named by its role.
pub fn take_in_all(cache: &Cache, folder: &Path, roles: &[String]) -> Result<BTreeMap<String, Blob>, CacheError> {
    roles.iter().map(|role| Ok((role.clone(), cache.take_in(&folder.join(role))?))).collect()
}

#[cfg(test)]
mod tests;
