//! Frames: how messages lie in a stream of bytes. Knows nothing of what they say.
//!
//! A stream begins with [`PREAMBLE`]; what a login shell prints before it is skipped. Then frames follow, each its length, its head's
//! length (both 32 bits, little end first; the first counts all that follows it), the head in JSON, and a body of plain bytes.

mod coding;
mod messages;

use serde::{Serialize, de::DeserializeOwned};

pub use coding::{CHUNK, Coding, unpack};
pub use messages::{Failure, FromAgent, Lack, Part, ToAgent};

/// The version of frames and messages.
pub const PROTOCOL: u32 = 2;
/// A frame may have so many bytes after its length.
pub const MOST: usize = 8 << 20;
/// A head may have so many bytes.
const MOST_HEAD: usize = 1 << 20;
/// So much may stand before the preamble.
const MOST_NOISE: usize = 16 << 10;
/// What an agent's stream begins with, before the version and a line's end.
const PREAMBLE: &[u8] = b"\0t2v-agent ";

/// Why bytes are no frames.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// A frame says it is longer than any may be.
    #[error("a frame of {0} bytes")]
    TooLong(usize),
    /// The lengths in a frame contradict each other.
    #[error("a frame of {frame} bytes with a head of {head}")]
    Head {
        /// Bytes after the frame's length.
        frame: usize,
        /// Bytes of the head, as it says.
        head: usize,
    },
    /// A head that says nothing known.
    #[error("a message that makes no sense: {0}")]
    Message(String),
    /// A packed body that does not unpack to what was announced.
    #[error("packed bytes that are damaged")]
    Packed,
    /// No agent speaks there; what was said instead.
    #[error("no agent of t2v answers there{}", if .0.is_empty() { String::new() } else { format!(": {}", .0) })]
    NoAgent(String),
    /// An agent that speaks another version.
    #[error("it speaks version {0} of the protocol, not {PROTOCOL}")]
    Version(u32),
}

/// One message as it travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// JSON.
    pub head: Vec<u8>,
    /// Bytes that the head tells about.
    pub body: Vec<u8>,
}

impl Frame {
    /// What the head says.
    pub fn message<M: DeserializeOwned>(&self) -> Result<M, WireError> {
        serde_json::from_slice(&self.head).map_err(|error| WireError::Message(error.to_string()))
    }
}

/// The first bytes of an agent.
pub fn preamble() -> Vec<u8> {
    [PREAMBLE, format!("{PROTOCOL}\n").as_bytes()].concat()
}

/// Appends a frame to `into`.
///
/// # Errors
/// [`WireError::TooLong`], and nothing was appended.
pub fn encode(message: &impl Serialize, body: &[u8], into: &mut Vec<u8>) -> Result<(), WireError> {
    let head = serde_json::to_vec(message).map_err(|error| WireError::Message(error.to_string()))?;
    let len = 4 + head.len() + body.len();
    if len > MOST || head.len() > MOST_HEAD {
        return Err(WireError::TooLong(len));
    }
    into.reserve(4 + len);
    into.extend_from_slice(&(len as u32).to_le_bytes());
    into.extend_from_slice(&(head.len() as u32).to_le_bytes());
    into.extend_from_slice(&head);
    into.extend_from_slice(body);
    Ok(())
}

/// Cuts a stream into frames. Never holds more than one frame and what was pushed last.
#[derive(Debug, Default)]
pub struct Decoder {
    bytes: Vec<u8>,
    /// How many of them have been taken.
    taken: usize,
}

impl Decoder {
    /// Adds what came.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.taken > 0 {
            self.bytes.drain(..self.taken);
            self.taken = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Skips to behind the preamble; `false` if more bytes are needed for that.
    ///
    /// # Errors
    /// [`WireError::NoAgent`], [`WireError::Version`].
    pub fn greeted(&mut self) -> Result<bool, WireError> {
        let rest = &self.bytes[self.taken..];
        let Some(at) = rest.windows(PREAMBLE.len()).position(|part| part == PREAMBLE) else {
            return if rest.len() > MOST_NOISE { Err(self.noise()) } else { Ok(false) };
        };
        let version = &rest[at + PREAMBLE.len()..];
        let Some(end) = version.iter().take(11).position(|&byte| byte == b'\n') else {
            return if version.len() > 10 { Err(self.noise()) } else { Ok(false) };
        };
        let number = std::str::from_utf8(&version[..end]).ok().and_then(|text| text.parse().ok());
        match number {
            Some(PROTOCOL) => self.taken += at + PREAMBLE.len() + end + 1,
            Some(other) => return Err(WireError::Version(other)),
            None => return Err(self.noise()),
        }
        Ok(true)
    }

    /// What came instead of an agent's words: the last line of it.
    pub fn noise(&self) -> WireError {
        let text = String::from_utf8_lossy(&self.bytes[self.taken..]);
        let last = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
        WireError::NoAgent(last.chars().take(200).collect())
    }

    /// The next frame, once all of it is there.
    ///
    /// # Errors
    /// What is not a frame. Nothing that follows can be understood then.
    pub fn frame(&mut self) -> Result<Option<Frame>, WireError> {
        let rest = &self.bytes[self.taken..];
        let Some(len) = number(rest) else { return Ok(None) };
        if len > MOST {
            return Err(WireError::TooLong(len));
        }
        if len < 4 {
            return Err(WireError::Head { frame: len, head: 0 });
        }
        let Some(head) = number(&rest[4..]) else { return Ok(None) };
        if head > len - 4 || head > MOST_HEAD {
            return Err(WireError::Head { frame: len, head });
        }
        let Some(frame) = rest.get(8..4 + len) else { return Ok(None) };
        let (head, body) = frame.split_at(head);
        let frame = Frame { head: head.to_vec(), body: body.to_vec() };
        self.taken += 4 + len;
        Ok(Some(frame))
    }

    /// Whether a frame has begun and not ended.
    pub fn is_amid(&self) -> bool {
        self.taken < self.bytes.len()
    }
}

fn number(bytes: &[u8]) -> Option<usize> {
    Some(u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?) as usize)
}

#[cfg(test)]
mod tests;
