//! Splits a blob into chunks to send it, and writes received chunks to a file.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::action::Blob;

use super::wire::{BodyEncoding, CHUNK_BYTES, ChunkHeader, WireError, unpack};

/// Reads a blob as chunks.
pub struct ChunkReader {
    file: File,
    blob: Blob,
    offset: u64,
    encoding: BodyEncoding,
    buffer: Vec<u8>,
}

impl ChunkReader {
    /// Reads the blob in the file `path`, from byte `from` on.
    pub fn open(path: &Path, blob: Blob, from: u64) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let offset = file.seek(SeekFrom::Start(from.min(blob.len)))?;
        Ok(Self { file, blob, offset, encoding: BodyEncoding::Plain, buffer: Vec::new() })
    }

    /// The next chunk and its body; `None` at the end. An empty blob is one empty chunk.
    pub fn next_chunk(&mut self) -> io::Result<Option<(ChunkHeader, Vec<u8>)>> {
        let is_first = self.buffer.capacity() == 0;
        let len = (self.blob.len - self.offset).min(CHUNK_BYTES as u64) as usize;
        if len == 0 && !(is_first && self.blob.len == 0) {
            return Ok(None);
        }
        self.buffer.resize(len, 0);
        self.file.read_exact(&mut self.buffer)?;
        if is_first {
            // An empty blob allocates nothing, but has been read all the same.
            self.buffer.reserve(1);
            self.encoding = BodyEncoding::choose(&self.buffer);
        }
        let packed = self.encoding.pack(&self.buffer);
        let header =
            ChunkHeader { digest: self.blob.digest, from: self.offset, len: len as u32, packed: packed.is_some() };
        self.offset += len as u64;
        Ok(Some((header, packed.unwrap_or_else(|| self.buffer.clone()))))
    }
}

/// Why a chunk was not written.
#[derive(Debug)]
pub enum ChunkError {
    /// It is not the chunk that comes next, for the given reason.
    Unexpected(&'static str),
    /// Its body can't be unpacked.
    Wire(WireError),
    /// The file could not be written.
    Io(io::Error),
}

/// Writes the chunks of a blob to a file.
pub struct ChunkWriter {
    file: File,
    blob: Blob,
    offset: u64,
    has_begun: bool,
}

impl ChunkWriter {
    /// Appends to `file`, which has the first `offset` bytes of the blob.
    pub fn new(file: File, blob: Blob, offset: u64) -> Self {
        Self { file, blob, offset, has_begun: false }
    }

    /// Writes the next chunk, which must begin where the last one ended.
    pub fn write_chunk(&mut self, header: &ChunkHeader, body: &[u8]) -> Result<(), ChunkError> {
        if header.digest != self.blob.digest || header.from != self.offset {
            return Err(ChunkError::Unexpected("a part that was not its turn"));
        }
        if u64::from(header.len) > self.blob.len - self.offset || (header.len == 0 && self.blob.len > 0) {
            return Err(ChunkError::Unexpected("a part that is too long or empty"));
        }
        let len = header.len as usize;
        if header.packed {
            self.write(&unpack(body, len).map_err(ChunkError::Wire)?)?;
        } else if body.len() == len {
            self.write(body)?;
        } else {
            return Err(ChunkError::Unexpected("a part that has another length than it says"));
        }
        self.has_begun = true;
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), ChunkError> {
        self.file.write_all(bytes).map_err(ChunkError::Io)?;
        self.offset += bytes.len() as u64;
        Ok(())
    }

    /// Whether the whole blob has been written.
    pub fn is_complete(&self) -> bool {
        self.offset == self.blob.len && (self.has_begun || self.blob.len > 0)
    }
}

/// Whether the error means that the disk or the quota is full.
pub fn is_disk_full(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}
