//! Bytes into the cache and out of it: staging, insertion, verified reading, publishing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::action::Blob;

use super::atomic_file;
use super::error::CacheError;
use super::file_identity::{self, FileIdentity};
use super::handle::Cache;

impl Cache {
    /// A new empty folder on the cache's own file system, to write outputs into. Goes away when dropped.
    pub fn staging(&self) -> Result<tempfile::TempDir, CacheError> {
        self.session()?.staging()
    }

    /// Moves the staged file `path` in among the blobs, durably.
    pub fn insert_file(&self, path: &Path) -> Result<Blob, CacheError> {
        self.check_writable()?;
        self.blobs.insert_file(path)
    }

    /// Moves the staged file `path` in among the blobs, durably, if its bytes are those of `blob`; else it stays where it is, and `false`.
    pub fn insert_file_as(&self, path: &Path, blob: &Blob) -> Result<bool, CacheError> {
        self.check_writable()?;
        self.blobs.insert_file_as(path, blob)
    }

    /// Whether a blob is there. If so, gc leaves it alone as long as this cache is open.
    pub fn pin(&self, blob: &Blob) -> Result<bool, CacheError> {
        self.pin_blobs([blob])
    }

    /// The path of a blob whose bytes were verified (once by this process). Only for reading. A blob that only a further store has is fetched
    /// first; see [`Cache::is_elsewhere`].
    ///
    /// # Errors
    /// [`CacheError::Lost`]: see there.
    pub fn verified_path(&self, blob: &Blob) -> Result<PathBuf, CacheError> {
        self.fetching(blob, || self.blobs.verified_path(blob))
    }

    /// A blob's bytes, verified. Fetched first if need be, as by [`Cache::verified_path`].
    ///
    /// # Errors
    /// [`CacheError::Lost`]: see there.
    pub fn read(&self, blob: &Blob) -> Result<Vec<u8>, CacheError> {
        self.fetching(blob, || self.blobs.read(blob))
    }

    /// Does `read`, and does it again after fetching the blob if it is not here.
    fn fetching<T>(&self, blob: &Blob, read: impl Fn() -> Result<T, CacheError>) -> Result<T, CacheError> {
        match read() {
            Err(CacheError::Lost { .. }) if self.has_further_stores() => {
                self.fetch_blob(blob)?;
                read()
            }
            done => done,
        }
    }

    /// The digest of a file outside the cache. Read only if its size, times or inode are not those of last time.
    pub fn digest_of_file(&self, path: &Path) -> Result<Blob, CacheError> {
        let index = &self.actions.index;
        let identity = FileIdentity::of(path).map_err(CacheError::io("look at", path))?;
        if let Some(blob) = index.known_file(path, &identity)? {
            return Ok(blob);
        }
        let (digest, len) = file_identity::digest_file(path).map_err(CacheError::io("read", path))?;
        let blob = Blob { digest, len };
        let settled = FileIdentity::of(path).is_ok_and(|after| after == identity && after.is_settled());
        if settled {
            index.remember_file(path, &identity, blob);
        }
        Ok(blob)
    }

    /// Copies a project's file in among the blobs, so that later changes of the file don't reach a step that reads it.
    pub fn insert_copy(&self, path: &Path) -> Result<Blob, CacheError> {
        let known = self.digest_of_file(path)?;
        if self.pin_blobs([&known])? {
            return Ok(known);
        }
        self.blobs.insert_copy(path, self.staging()?.path())
    }

    /// Writes a blob to `path`, by way of a temporary file in the same folder; a reader sees the old file or the new one.
    /// Does nothing where the file has these bytes already. Says whether it wrote. Works on a cache that can only be read, too.
    pub fn publish(&self, blob: &Blob, path: &Path) -> Result<bool, CacheError> {
        path.parent().into_iter().for_each(atomic_file::remove_abandoned);
        if self.is_published(blob, path)? {
            return Ok(false);
        }
        self.blobs.publish(blob, path)?;
        let identity = file_identity::wait_until_settled(path).map_err(CacheError::io("look at", path))?;
        self.actions.index.remember_file(path, &identity, *blob);
        Ok(true)
    }

    /// Whether the file `path` has the bytes of `blob`.
    pub fn is_published(&self, blob: &Blob, path: &Path) -> Result<bool, CacheError> {
        Ok(path.exists() && self.digest_of_file(path)? == *blob)
    }
}

/// Outputs by role, from a folder in which each file is named by its role.
pub fn insert_outputs(cache: &Cache, folder: &Path, roles: &[String]) -> Result<BTreeMap<String, Blob>, CacheError> {
    roles.iter().map(|role| Ok((role.clone(), cache.insert_file(&folder.join(role))?))).collect()
}
