//! Frames: how messages are encoded in a stream of bytes.
//!
//! A stream from an agent begins with [`PREAMBLE`], the version and a newline; what a login shell prints before it is skipped. Frames
//! follow: the length of the rest of the frame, the length of the header (both 32 bits, little-endian), the header in JSON, and a body of
//! any bytes. The first length counts the four bytes of the second.

mod body_encoding;
mod error;
mod messages;

use serde::{Serialize, de::DeserializeOwned};

pub use body_encoding::{BodyEncoding, CHUNK_BYTES, unpack};
pub use error::WireError;
pub use messages::{ChunkHeader, FromAgent, MissingBlob, PROTOCOL, RemoteFailure, ToAgent};

/// The longest frame, in bytes after its length.
pub const MAX_FRAME_BYTES: usize = 8 << 20;
/// The longest header of a frame, in bytes.
const MAX_HEADER_BYTES: usize = 1 << 20;
/// Bytes that may come before the preamble.
const MAX_NOISE_BYTES: usize = 16 << 10;
/// The first bytes of an agent's stream, before the version and a newline.
const PREAMBLE: &[u8] = b"\0t2v-agent ";

/// A message as it is encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireFrame {
    /// The message in JSON.
    pub header: Vec<u8>,
    /// Bytes that the message describes, such as a chunk; empty for most messages.
    pub body: Vec<u8>,
}

impl WireFrame {
    /// Decodes the header.
    ///
    /// # Errors
    /// [`WireError::Message`] if it is no message of type `M`.
    pub fn message<M: DeserializeOwned>(&self) -> Result<M, WireError> {
        serde_json::from_slice(&self.header).map_err(|error| WireError::Message(error.to_string()))
    }
}

/// The preamble of an agent of this build.
pub fn preamble() -> Vec<u8> {
    [PREAMBLE, format!("{PROTOCOL}\n").as_bytes()].concat()
}

/// Appends a frame to `into`.
///
/// # Errors
/// [`WireError::TooLong`]; then nothing is appended.
pub fn encode(message: &impl Serialize, body: &[u8], into: &mut Vec<u8>) -> Result<(), WireError> {
    let header = serde_json::to_vec(message).map_err(|error| WireError::Message(error.to_string()))?;
    let len = 4 + header.len() + body.len();
    if len > MAX_FRAME_BYTES || header.len() > MAX_HEADER_BYTES {
        return Err(WireError::TooLong(len));
    }
    into.reserve(4 + len);
    into.extend_from_slice(&(len as u32).to_le_bytes());
    into.extend_from_slice(&(header.len() as u32).to_le_bytes());
    into.extend_from_slice(&header);
    into.extend_from_slice(body);
    Ok(())
}

/// Splits a stream into frames. Holds at most one frame and the bytes that were pushed last.
#[derive(Debug, Default)]
pub struct WireDecoder {
    bytes: Vec<u8>,
    /// How many of `bytes` have been decoded.
    consumed: usize,
}

impl WireDecoder {
    /// Appends bytes that were received.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.consumed > 0 {
            self.bytes.drain(..self.consumed);
            self.consumed = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Skips the preamble and all bytes before it; `false` if more bytes are needed.
    ///
    /// # Errors
    /// [`WireError::NoAgent`] after too many other bytes, [`WireError::Version`].
    pub fn skip_preamble(&mut self) -> Result<bool, WireError> {
        let rest = &self.bytes[self.consumed..];
        let Some(start) = rest.windows(PREAMBLE.len()).position(|part| part == PREAMBLE) else {
            return if rest.len() > MAX_NOISE_BYTES { Err(self.noise()) } else { Ok(false) };
        };
        let version = &rest[start + PREAMBLE.len()..];
        let Some(end) = version.iter().take(11).position(|&byte| byte == b'\n') else {
            return if version.len() > 10 { Err(self.noise()) } else { Ok(false) };
        };
        let version = std::str::from_utf8(&version[..end]).ok().and_then(|text| text.parse().ok());
        match version {
            Some(PROTOCOL) => self.consumed += start + PREAMBLE.len() + end + 1,
            Some(other) => return Err(WireError::Version(other)),
            None => return Err(self.noise()),
        }
        Ok(true)
    }

    /// The error for a stream without a preamble, with the last line of the stream.
    pub fn noise(&self) -> WireError {
        let text = String::from_utf8_lossy(&self.bytes[self.consumed..]);
        let last = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
        WireError::NoAgent(last.chars().take(200).collect())
    }

    /// The next frame; `None` if more bytes are needed.
    ///
    /// # Errors
    /// [`WireError::TooLong`], [`WireError::Header`]. Nothing can be decoded after an error.
    pub fn next_frame(&mut self) -> Result<Option<WireFrame>, WireError> {
        let rest = &self.bytes[self.consumed..];
        let Some(len) = read_u32(rest) else { return Ok(None) };
        if len > MAX_FRAME_BYTES {
            return Err(WireError::TooLong(len));
        }
        if len < 4 {
            return Err(WireError::Header { frame: len, header: 0 });
        }
        let Some(header) = read_u32(&rest[4..]) else { return Ok(None) };
        if header > len - 4 || header > MAX_HEADER_BYTES {
            return Err(WireError::Header { frame: len, header });
        }
        let Some(frame) = rest.get(8..4 + len) else { return Ok(None) };
        let (header, body) = frame.split_at(header);
        let frame = WireFrame { header: header.to_vec(), body: body.to_vec() };
        self.consumed += 4 + len;
        Ok(Some(frame))
    }

    /// Whether the bytes end within a frame.
    pub fn has_partial_frame(&self) -> bool {
        self.consumed < self.bytes.len()
    }
}

fn read_u32(bytes: &[u8]) -> Option<usize> {
    Some(u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?) as usize)
}

#[cfg(test)]
mod tests;
