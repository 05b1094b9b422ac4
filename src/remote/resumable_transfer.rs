//! Receives blobs. A large blob resumes where an earlier, broken transfer stopped; small blobs are received anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::action::Blob;
use crate::cache::{Cache, CacheError};
use crate::digest::Digest;
use crate::process::CancelToken;

use super::chunk::{ChunkError, ChunkWriter, is_disk_full};
use super::partial_blob::{self, PartialBlob, RESUMABLE_MIN_BYTES};
use super::wire::{ChunkHeader, MissingBlob};

/// How often a blob that another process receives is checked.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Blobs that are being received.
pub struct ResumableTransfer {
    sinks: BTreeMap<Digest, (Blob, BlobSink)>,
    staging: tempfile::TempDir,
}

/// A blob that has been received completely, but is not verified yet.
pub struct ReceivedBlob {
    /// The expected digest and length.
    pub blob: Blob,
    /// How many of the bytes came over an earlier connection, perhaps from another sender.
    pub resumed_bytes: u64,
    sink: BlobSink,
}

/// Where the bytes of a blob are written.
enum BlobSink {
    /// A file that is removed with the transfer.
    Staged(PathBuf, ChunkWriter),
    /// A file that outlives the transfer, and may have had a part of the blob before.
    Resumable(PartialBlob),
}

/// Whether an interrupted transfer of the blob is resumed.
pub fn is_large(blob: &Blob) -> bool {
    blob.len >= RESUMABLE_MIN_BYTES
}

/// Removes partly received blobs that are too old, and the oldest ones above the size limit.
pub fn remove_stale(cache: &Cache) {
    partial_blob::remove_stale(&partial_folder(cache));
}

/// The folder of partly received large blobs.
fn partial_folder(cache: &Cache) -> PathBuf {
    cache.root().join("partial")
}

impl ResumableTransfer {
    /// Prepares to receive `blobs`. A blob that another process is receiving is received a second time.
    pub fn for_blobs(cache: &Cache, blobs: impl IntoIterator<Item = Blob>) -> Result<Self, CacheError> {
        let mut transfer = Self { sinks: BTreeMap::new(), staging: cache.staging()? };
        for blob in BTreeSet::from_iter(blobs) {
            let resumable = if is_large(&blob) { resumable_sink(cache, &blob)? } else { None };
            let sink = match resumable {
                Some(sink) => sink,
                None => transfer.staged_sink(&blob)?,
            };
            transfer.sinks.insert(blob.digest, (blob, sink));
        }
        Ok(transfer)
    }

    /// Prepares to receive those of `blobs` that the cache lacks. Waits for blobs that another process is receiving, so that they are not
    /// sent twice; `None` if `cancel` is set first.
    pub fn for_missing(
        cache: &Cache,
        blobs: impl IntoIterator<Item = Blob>,
        cancel: &CancelToken,
    ) -> Result<Option<Self>, CacheError> {
        let mut transfer = Self { sinks: BTreeMap::new(), staging: cache.staging()? };
        // In the order of digests, so that two processes that wait for each other's blobs can't deadlock.
        for blob in BTreeSet::from_iter(blobs) {
            if !transfer.add_missing(cache, blob, cancel)? {
                return Ok(None);
            }
        }
        Ok(Some(transfer))
    }

    /// Adds the blob unless the cache has it; `false` if `cancel` was set.
    fn add_missing(&mut self, cache: &Cache, blob: Blob, cancel: &CancelToken) -> Result<bool, CacheError> {
        while !cache.pin(&blob)? {
            let sink = if is_large(&blob) { resumable_sink(cache, &blob)? } else { Some(self.staged_sink(&blob)?) };
            match sink {
                // The cache got the blob before the file was locked.
                Some(BlobSink::Resumable(partial)) if cache.pin(&blob)? => partial.discard(),
                Some(sink) => {
                    self.sinks.insert(blob.digest, (blob, sink));
                    return Ok(true);
                }
                None if cancel.is_set() => return Ok(false),
                None => thread::sleep(POLL_INTERVAL),
            }
        }
        Ok(true)
    }

    fn staged_sink(&self, blob: &Blob) -> Result<BlobSink, CacheError> {
        let path = self.staging.path().join(blob.digest.to_string());
        let file = File::create(&path).map_err(|error| unwritable(&path, error))?;
        Ok(BlobSink::Staged(path, ChunkWriter::new(file, *blob, 0)))
    }

    /// Whether all blobs have been received.
    pub fn is_empty(&self) -> bool {
        self.sinks.is_empty()
    }

    /// The blobs that are not complete yet, if they are `wanted`.
    pub fn missing(&self, wanted: impl Fn(&Blob) -> bool) -> Vec<MissingBlob> {
        let wanted = self.sinks.values().filter(|(blob, _)| wanted(blob));
        wanted.map(|(blob, sink)| MissingBlob { digest: blob.digest, from: sink.resumed_bytes() }).collect()
    }

    /// Writes the next chunk of a blob; returns the blob if the chunk completes it.
    pub fn accept(&mut self, header: &ChunkHeader, body: &[u8]) -> Result<Option<ReceivedBlob>, ChunkError> {
        let Some((_, sink)) = self.sinks.get_mut(&header.digest) else {
            return Err(ChunkError::Unexpected("a blob that is not lacking"));
        };
        let is_complete = match sink.write_chunk(header, body) {
            Ok(is_complete) => is_complete,
            Err(error) => {
                self.abandon(&header.digest, &error);
                return Err(error);
            }
        };
        let completed = if is_complete { self.sinks.remove(&header.digest) } else { None };
        Ok(completed.map(|(blob, sink)| ReceivedBlob { blob, resumed_bytes: sink.resumed_bytes(), sink }))
    }

    /// Stops receiving a blob. Its file is removed if the sender is at fault or the disk is full, and else kept for a later transfer.
    fn abandon(&mut self, digest: &Digest, error: &ChunkError) {
        let is_kept = matches!(error, ChunkError::Io(error) if !is_disk_full(error));
        if let Some((_, BlobSink::Resumable(partial))) = self.sinks.remove(digest)
            && !is_kept
        {
            partial.discard();
        }
    }
}

impl ReceivedBlob {
    /// Verifies the blob and moves it into the cache; `false` if its bytes are wrong, and then they are removed.
    pub fn insert(&self, cache: &Cache) -> Result<bool, CacheError> {
        let path = match &self.sink {
            BlobSink::Staged(path, _) => path,
            BlobSink::Resumable(partial) => &partial.path,
        };
        let is_right = cache.insert_file_as(path, &self.blob)?;
        if !is_right {
            let _ = fs::remove_file(path);
        }
        Ok(is_right)
    }
}

impl BlobSink {
    fn resumed_bytes(&self) -> u64 {
        match self {
            Self::Staged(..) => 0,
            Self::Resumable(partial) => partial.from,
        }
    }

    /// Writes a chunk; `true` if the blob is complete with it.
    fn write_chunk(&mut self, header: &ChunkHeader, body: &[u8]) -> Result<bool, ChunkError> {
        let writer = match self {
            Self::Staged(_, writer) => writer,
            Self::Resumable(partial) => &mut partial.writer,
        };
        writer.write_chunk(header, body)?;
        Ok(writer.is_complete())
    }
}

/// The file for a large blob; `None` while another process receives it.
fn resumable_sink(cache: &Cache, blob: &Blob) -> Result<Option<BlobSink>, CacheError> {
    let folder = partial_folder(cache);
    let partial = PartialBlob::open(&folder, blob).map_err(|error| unwritable(&folder, error))?;
    Ok(partial.map(BlobSink::Resumable))
}

fn unwritable(path: &Path, source: std::io::Error) -> CacheError {
    CacheError::Io { doing: "write", path: path.to_owned(), source }
}
