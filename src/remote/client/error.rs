//! How a session with an agent fails.

use std::io;

use crate::remote::capabilities::Capabilities;
use crate::remote::executor::ExecError;
use crate::remote::wire::WireError;

/// I/O errors that only mean that the other side ended.
const END_OF_STREAM: [io::ErrorKind; 3] =
    [io::ErrorKind::UnexpectedEof, io::ErrorKind::BrokenPipe, io::ErrorKind::ConnectionReset];

/// How a session with an agent fails. Each variant names the host.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// The transport ended or broke.
    #[error("{host} went away{}", detail(.why))]
    Gone {
        /// The name of the host.
        host: String,
        /// The reason, if one is known; else empty.
        why: String,
    },
    /// No message arrived before the timeout.
    #[error("{host} has not answered for {seconds} s")]
    Silent {
        /// The name of the host.
        host: String,
        /// The timeout, in seconds.
        seconds: u64,
    },
    /// What arrived is not in the protocol.
    #[error("{host} can't be understood: {error}")]
    Protocol {
        /// The name of the host.
        host: String,
        /// How the bytes break the protocol.
        error: WireError,
    },
    /// The agent runs another build of t2v than the required one.
    #[error("{host} runs another build of t2v ({})", .capabilities.version)]
    OtherBuild {
        /// The name of the host.
        host: String,
        /// What the agent reported of itself.
        capabilities: Box<Capabilities>,
    },
    /// The agent sent a message or a result that does not answer the request; nothing of it was used.
    #[error("{host} sent {what}; nothing of it was used")]
    InvalidAnswer {
        /// The name of the host.
        host: String,
        /// What was sent, as the end of a sentence.
        what: String,
    },
    /// The host's disk is full.
    #[error("the disk of {host} is full ({message})")]
    DiskFull {
        /// The name of the host.
        host: String,
        /// What could not be written.
        message: String,
    },
    /// The host would make other bytes of the action.
    #[error("{host} can't make this: {why}")]
    Incompatible {
        /// The name of the host.
        host: String,
        /// Which tool is missing or differs.
        why: String,
    },
    /// The host failed for a reason that may pass.
    #[error("on {host}: {message}")]
    Transient {
        /// The name of the host.
        host: String,
        /// The reason, in one line.
        message: String,
    },
    /// The action is larger than a frame of the protocol.
    #[error("this step is too large to be sent to {host}")]
    TooLarge {
        /// The name of the host.
        host: String,
    },
}

impl AgentError {
    /// Whether the connection can't be used any more.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Gone { .. } | Self::Silent { .. } | Self::Protocol { .. } => true,
            Self::OtherBuild { .. } | Self::InvalidAnswer { .. } => true,
            Self::DiskFull { .. } | Self::Incompatible { .. } | Self::Transient { .. } | Self::TooLarge { .. } => false,
        }
    }

    /// The end of a transport, with what the agent's side wrote to stderr as the reason.
    pub(super) fn gone(host: &str, error: &io::Error, stderr: &str) -> Self {
        let why = match stderr.trim() {
            "" if END_OF_STREAM.contains(&error.kind()) => String::new(),
            "" => error.to_string(),
            stderr => stderr.to_owned(),
        };
        Self::Gone { host: host.to_owned(), why }
    }

    pub(super) fn invalid_answer(host: &str, what: &str) -> Self {
        Self::InvalidAnswer { host: host.to_owned(), what: what.to_owned() }
    }
}

impl From<AgentError> for ExecError {
    /// Whatever the agent did, the step may succeed elsewhere.
    fn from(error: AgentError) -> Self {
        Self::Transient { message: error.to_string(), retry_after: None, alone: false }
    }
}

fn detail(why: &str) -> String {
    if why.is_empty() { String::new() } else { format!(": {why}") }
}
