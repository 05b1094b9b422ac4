//! A blob on its way: cut into parts here, put together from parts there. Knows nothing of who sends it.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::action::Blob;

use super::wire::{CHUNK, Coding, Part, WireError, unpack};

/// A blob that is being sent.
pub struct Parcel {
    file: File,
    blob: Blob,
    at: u64,
    coding: Coding,
    buffer: Vec<u8>,
}

impl Parcel {
    /// The blob in the file `path`, from byte `from` on.
    pub fn open(path: &Path, blob: Blob, from: u64) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let at = file.seek(SeekFrom::Start(from.min(blob.len)))?;
        Ok(Self { file, blob, at, coding: Coding::Plain, buffer: Vec::new() })
    }

    /// The next part and its body; `None` at the end. An empty blob is one empty part.
    pub fn next(&mut self) -> io::Result<Option<(Part, Vec<u8>)>> {
        let first = self.buffer.capacity() == 0;
        let len = (self.blob.len - self.at).min(CHUNK as u64) as usize;
        if len == 0 && !(first && self.blob.len == 0) {
            return Ok(None);
        }
        self.buffer.resize(len, 0);
        self.file.read_exact(&mut self.buffer)?;
        if first {
            self.buffer.reserve(1);
            self.coding = Coding::of(&self.buffer);
        }
        let packed = self.coding.pack(&self.buffer);
        let part = Part { digest: self.blob.digest, from: self.at, len: len as u32, packed: packed.is_some() };
        self.at += len as u64;
        Ok(Some((part, packed.unwrap_or_else(|| self.buffer.clone()))))
    }
}

/// Why a part was not taken.
#[derive(Debug)]
pub enum Refused {
    /// It is not the part that comes next.
    Wrong(&'static str),
    /// It does not unpack.
    Wire(WireError),
    /// It could not be written.
    Io(io::Error),
}

/// A blob that is being received.
pub struct Receipt {
    file: File,
    blob: Blob,
    at: u64,
    has_begun: bool,
}

impl Receipt {
    /// The blob goes on being written at the end of `file`, which has `at` of its bytes.
    pub fn new(file: File, blob: Blob, at: u64) -> Self {
        Self { file, blob, at, has_begun: false }
    }

    /// Takes the next part.
    pub fn take(&mut self, part: &Part, body: &[u8]) -> Result<(), Refused> {
        if part.digest != self.blob.digest || part.from != self.at {
            return Err(Refused::Wrong("a part that was not its turn"));
        }
        if u64::from(part.len) > self.blob.len - self.at || (part.len == 0 && self.blob.len > 0) {
            return Err(Refused::Wrong("a part that is too long or empty"));
        }
        match part.packed {
            true => self.write(&unpack(body, part.len as usize).map_err(Refused::Wire)?)?,
            false if body.len() == part.len as usize => self.write(body)?,
            false => return Err(Refused::Wrong("a part that has another length than it says")),
        }
        self.has_begun = true;
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        self.file.write_all(bytes).map_err(Refused::Io)?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    /// Whether all of it is there.
    pub fn is_whole(&self) -> bool {
        self.at == self.blob.len && (self.has_begun || self.blob.len > 0)
    }
}

/// Whether no room is left.
pub fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}
