//! What can go wrong with a far side, as data.

use std::io;

use crate::remote::hello::Hello;
use crate::remote::wire::WireError;

/// Errors that say no more than that the other side ended.
const ENDED: [io::ErrorKind; 3] =
    [io::ErrorKind::UnexpectedEof, io::ErrorKind::BrokenPipe, io::ErrorKind::ConnectionReset];

/// What can go wrong with a far side.
#[derive(Debug, thiserror::Error)]
pub enum FarError {
    /// The connection ended.
    #[error("{host} went away{}", words(.why))]
    Gone {
        /// Which host.
        host: String,
        /// What is known of the reason.
        why: String,
    },
    /// Nothing was heard for too long.
    #[error("{host} has not answered for {seconds} s")]
    Silent {
        /// Which host.
        host: String,
        /// How long.
        seconds: u64,
    },
    /// What it says makes no sense.
    #[error("{host} can't be understood: {error}")]
    Garbled {
        /// Which host.
        host: String,
        /// Why not.
        error: WireError,
    },
    /// It runs another t2v than this one.
    #[error("{host} runs another build of t2v ({})", .hello.version)]
    OtherBuild {
        /// Which host.
        host: String,
        /// What it said of itself.
        hello: Box<Hello>,
    },
    /// What it sent is not what it should be; nothing of it was used.
    #[error("{host} sent {what}; nothing of it was used")]
    Wrong {
        /// Which host.
        host: String,
        /// What was wrong.
        what: String,
    },
    /// No room is left on its disk.
    #[error("the disk of {host} is full ({message})")]
    Full {
        /// Which host.
        host: String,
        /// What could not be written.
        message: String,
    },
    /// It would make other bytes.
    #[error("{host} can't make this: {why}")]
    Unsuited {
        /// Which host.
        host: String,
        /// Why.
        why: String,
    },
    /// Something that may pass.
    #[error("on {host}: {message}")]
    Passing {
        /// Which host.
        host: String,
        /// What.
        message: String,
    },
    /// The action is larger than any message.
    #[error("this step is too large to be sent to {host}")]
    TooLarge {
        /// Which host.
        host: String,
    },
}

impl FarError {
    /// Whether nothing can be said over this connection any more.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Gone { .. } | Self::Silent { .. } | Self::Garbled { .. } => true,
            Self::OtherBuild { .. } | Self::Wrong { .. } => true,
            Self::Full { .. } | Self::Unsuited { .. } | Self::Passing { .. } | Self::TooLarge { .. } => false,
        }
    }

    pub(super) fn gone(host: &str, error: &io::Error, words: &str) -> Self {
        let why = match words.trim() {
            "" if ENDED.contains(&error.kind()) => String::new(),
            "" => error.to_string(),
            words => words.to_owned(),
        };
        Self::Gone { host: host.to_owned(), why }
    }
}

fn words(why: &str) -> String {
    if why.is_empty() { String::new() } else { format!(": {why}") }
}
