//! Receives the outputs of a run: only those that the action has, each verified before it becomes a blob of the cache.

use std::collections::BTreeMap;

use crate::action::{Action, Blob};
use crate::cache::{Cache, CacheError};
use crate::digest::Digest;
use crate::remote::capabilities::free_bytes;
use crate::remote::chunk::ChunkError;
use crate::remote::resumable_transfer::{ResumableTransfer, is_large};
use crate::remote::wire::{ChunkHeader, MissingBlob};
use crate::steps;

/// Why outputs are refused.
pub enum OutputError {
    /// This machine can't store them.
    Local(CacheError),
    /// They are not what they should be; the text says what was sent.
    Invalid(String),
    /// They are not what they should be, but the first bytes may have come from another sender.
    Mixed,
}

impl From<CacheError> for OutputError {
    fn from(error: CacheError) -> Self {
        Self::Local(error)
    }
}

/// Outputs that are being received.
pub struct OutputReceiver<'c> {
    cache: &'c Cache,
    transfer: ResumableTransfer,
    /// Whether a resumed output turned out to have wrong bytes.
    is_mixed: bool,
    has_large: bool,
}

impl<'c> OutputReceiver<'c> {
    /// Prepares for the `outputs` that the agent announces for `action`.
    pub fn new(action: &Action, cache: &'c Cache, outputs: &BTreeMap<String, Blob>) -> Result<Self, OutputError> {
        let mut wanted = steps::output_roles(&action.kind).unwrap_or_default().to_vec();
        wanted.sort_unstable();
        if !wanted.iter().copied().eq(outputs.keys().map(String::as_str)) {
            return Err(OutputError::Invalid("other outputs than were asked for".to_owned()));
        }
        let expected = expected_blobs(cache, outputs)?;
        let bytes = expected.values().try_fold(0u64, |sum, blob| sum.checked_add(blob.len));
        let free = free_bytes(cache.root()).unwrap_or(u64::MAX);
        if bytes.is_none_or(|bytes| bytes > free) {
            return Err(OutputError::Invalid(format!("a result of more bytes than this disk has room for ({free})")));
        }
        let transfer = ResumableTransfer::for_blobs(cache, expected.into_values())?;
        Ok(Self { cache, transfer, is_mixed: false, has_large: outputs.values().any(is_large) })
    }

    /// The large outputs that are missing here, which the agent waits to be told; `None` if no output is large.
    pub fn missing_large(&self) -> Option<Vec<MissingBlob>> {
        self.has_large.then(|| self.transfer.missing(is_large))
    }

    /// Writes the next chunk. An output that is complete with it is verified and becomes a blob of the cache.
    pub fn accept(&mut self, header: &ChunkHeader, body: &[u8]) -> Result<(), OutputError> {
        let accepted = self.transfer.accept(header, body).map_err(|error| self.output_error(error))?;
        let Some(received) = accepted else { return Ok(()) };
        let is_right = received.insert(self.cache)?;
        if !is_right && received.resumed_bytes == 0 {
            return Err(OutputError::Invalid("bytes that are not those of its result".to_owned()));
        }
        self.is_mixed |= !is_right;
        Ok(())
    }

    /// Checks that all outputs have been received.
    pub fn finish(self) -> Result<(), OutputError> {
        if !self.transfer.is_empty() {
            return Err(OutputError::Invalid("fewer bytes than its outputs have".to_owned()));
        }
        if self.is_mixed { Err(OutputError::Mixed) } else { Ok(()) }
    }

    fn output_error(&self, error: ChunkError) -> OutputError {
        match error {
            ChunkError::Unexpected(what) => OutputError::Invalid(what.to_owned()),
            ChunkError::Wire(error) => OutputError::Invalid(error.to_string()),
            ChunkError::Io(source) => {
                OutputError::Local(CacheError::Io { doing: "write", path: self.cache.root().to_owned(), source })
            }
        }
    }
}

/// The blobs that will arrive: all small ones, which are sent unasked, and the large ones that the cache lacks.
fn expected_blobs(cache: &Cache, outputs: &BTreeMap<String, Blob>) -> Result<BTreeMap<Digest, Blob>, OutputError> {
    let mut expected = BTreeMap::new();
    for blob in outputs.values() {
        if is_large(blob) && cache.pin(blob)? {
            continue;
        }
        if expected.insert(blob.digest, *blob).is_some_and(|other| other != *blob) {
            return Err(OutputError::Invalid("one output under two lengths".to_owned()));
        }
    }
    Ok(expected)
}
