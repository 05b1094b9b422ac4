//! Why received bytes are refused.

use super::messages::PROTOCOL;

/// Why received bytes are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// A frame or a chunk claims to be longer than allowed; in bytes.
    #[error("a frame of {0} bytes")]
    TooLong(usize),
    /// The two lengths in a frame contradict each other.
    #[error("a frame of {frame} bytes with a head of {header}")]
    Header {
        /// Bytes after the frame's length.
        frame: usize,
        /// Bytes of the header, as the frame claims.
        header: usize,
    },
    /// A header that is no known message.
    #[error("a message that makes no sense: {0}")]
    Message(String),
    /// A packed body that is damaged, or has another length than announced.
    #[error("packed bytes that are damaged")]
    Packed,
    /// No agent answers; the text is what arrived instead.
    #[error("no agent of t2v answers there{}", if .0.is_empty() { String::new() } else { format!(": {}", .0) })]
    NoAgent(String),
    /// The agent speaks another version of the protocol, which is given.
    #[error("it speaks version {0} of the protocol, not {PROTOCOL}")]
    Version(u32),
}
