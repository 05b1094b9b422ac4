//! Paths of all files below the cache's folder.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::action::Blob;
use crate::digest::Digest;

/// The layout below the cache's folder; another layout gets another folder.
pub const CACHE_FORMAT: &str = "v3";

/// The paths of one cache.
#[derive(Clone, Debug)]
pub struct CacheLayout {
    root: PathBuf,
    blobs: String,
}

impl CacheLayout {
    pub fn new(root: PathBuf) -> Self {
        // A folder whose name is not UTF-8 still works: only the path of a blob is made by way of text, and only where it can be.
        let blobs = root.join("blobs").to_str().map(str::to_owned).unwrap_or_default();
        Self { root, blobs }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn blobs(&self) -> PathBuf {
        self.root.join("blobs")
    }

    pub fn sessions(&self) -> PathBuf {
        self.root.join("tmp")
    }

    pub fn records(&self) -> PathBuf {
        self.root.join("records")
    }

    pub fn films(&self) -> PathBuf {
        self.root.join("films")
    }

    pub fn index(&self) -> PathBuf {
        self.root.join("index.redb")
    }

    /// Held by the process that replaces the index, or the records from which it would be rebuilt.
    pub fn index_lock(&self) -> PathBuf {
        self.root.join("index.lock")
    }

    /// Held alone by the gc that removes blobs; shared by builds that reuse an old blob.
    pub fn gc_lock(&self) -> PathBuf {
        self.root.join("gc.lock")
    }

    /// Held by the one gc that runs; its time is that of the last one's start.
    pub fn gc_marker(&self) -> PathBuf {
        self.root.join("swept")
    }

    /// Contains a lock for each key, held by the process that makes its result.
    pub fn key_locks(&self) -> PathBuf {
        self.root.join("keys.lock")
    }

    /// The record of the film at `film`, named by the digest of its path.
    pub fn film(&self, film: &Path) -> PathBuf {
        let name = Digest::of(film.as_os_str().as_encoded_bytes()).to_string();
        self.films().join(&name[..32])
    }

    pub fn blob(&self, digest: &Digest) -> PathBuf {
        let hex = blake3::Hash::from_bytes(*digest.as_bytes()).to_hex();
        if self.blobs.is_empty() {
            return self.blobs().join(&hex[..2]).join(hex.as_str());
        }
        let mut path = String::with_capacity(self.blobs.len() + 68);
        write!(path, "{}/{}/{hex}", self.blobs, &hex[..2]).expect("memory takes it");
        path.into()
    }

    /// Whether the blob is there, at its full length. Its bytes are not checked.
    pub fn has(&self, blob: &Blob) -> bool {
        fs::metadata(self.blob(&blob.digest)).is_ok_and(|m| m.is_file() && m.len() == blob.len)
    }
}
