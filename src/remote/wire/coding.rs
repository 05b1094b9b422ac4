//! Whether a blob's bytes are packed on their way, and how they are unpacked. Knows nothing of frames.
//!
//! zstd at its lowest level: of spoken sound (PCM) it leaves 84 % at 490 MB/s, where lz4 leaves 96 % and deflate 82 % at 40 MB/s
//! (measured on 32 MB of it).

use super::WireError;

/// A blob travels in parts of so many bytes, packed one by one.
pub const CHUNK: usize = 1 << 20;
/// So much of a blob is tried.
const PROBE: usize = 64 << 10;
/// What is shorter gains nothing worth the work.
const SHORT: usize = 256;
const LEVEL: i32 = 1;

/// How a blob travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// As it is.
    Plain,
    /// Packed, part by part.
    Packed,
}

impl Coding {
    /// What pays for a blob that begins like this: packing, if a tenth is saved at least.
    pub fn of(beginning: &[u8]) -> Self {
        let probe = &beginning[..beginning.len().min(PROBE)];
        if probe.len() < SHORT {
            return Self::Plain;
        }
        match pack(probe) {
            Some(packed) if packed.len() * 10 <= probe.len() * 9 => Self::Packed,
            _ => Self::Plain,
        }
    }

    /// The part packed; `None` if it goes as it is.
    pub fn pack(self, part: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Plain => None,
            Self::Packed => pack(part).filter(|packed| packed.len() < part.len()),
        }
    }
}

fn pack(bytes: &[u8]) -> Option<Vec<u8>> {
    zstd::bulk::compress(bytes, LEVEL).ok()
}

/// The `len` bytes that were packed.
///
/// # Errors
/// [`WireError::Packed`] if they are damaged, or more, or fewer. Never takes more memory than a part may have.
pub fn unpack(packed: &[u8], len: usize) -> Result<Vec<u8>, WireError> {
    if len > CHUNK {
        return Err(WireError::TooLong(len));
    }
    match zstd::bulk::decompress(packed, len) {
        Ok(bytes) if bytes.len() == len => Ok(bytes),
        _ => Err(WireError::Packed),
    }
}
