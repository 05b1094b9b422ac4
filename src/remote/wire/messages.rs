//! The messages between a client and its agent.
//!
//! A run: `Run` → `Lacks` → `Put`… `Go` → `Progress`… → `Done` → `Put`… → `Take` → `Put`… → `End`. `Lacks` to `Go` are left out if the
//! agent has all inputs, and also if it has the result already; `Take` is left out if no output is large. A run ends with `End` or
//! `Failed`, and only with one of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::action::Blob;
use crate::digest::{Digest, Key};
use crate::remote::capabilities::Capabilities;

/// The version of the messages and of the frames that carry them.
pub const PROTOCOL: u32 = 3;

/// A message from the client to its agent. `id` is the number of a run, counted from 1 in each session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToAgent {
    /// Requests a run of the action that the body has, in JSON.
    Run {
        /// The number of the new run.
        id: u64,
        /// The action's key, which the agent compares with its own.
        key: Key,
    },
    /// The body is a chunk of an input that the agent lacks.
    Put(ChunkHeader),
    /// All inputs that the agent lacks have been sent.
    Go {
        /// The number of the run.
        id: u64,
    },
    /// Requests the large outputs that the client lacks, from where it lacks them.
    Take {
        /// The number of the run.
        id: u64,
        /// The outputs that are not complete at the client.
        blobs: Vec<MissingBlob>,
    },
    /// Stops a run; ignored if it has ended.
    Cancel {
        /// The number of the run.
        id: u64,
    },
    /// A sign of life from the client.
    Ping,
}

/// A message from the agent to its client. `id` is the number of the run that the message belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromAgent {
    /// The capabilities of the agent's machine; the first message.
    Hello(Box<Capabilities>),
    /// Requests the inputs that the agent lacks, from where it lacks them.
    Lacks {
        /// The number of the run.
        id: u64,
        /// The inputs that are not complete at the agent.
        blobs: Vec<MissingBlob>,
    },
    /// How far a run is.
    Progress {
        /// The number of the run.
        id: u64,
        /// Units of work done so far.
        done: u64,
        /// Units of work in total.
        total: u64,
    },
    /// A run has an outcome. Its small outputs follow unasked; the large ones (1 MiB and more) follow after [`ToAgent::Take`].
    Done {
        /// The number of the run.
        id: u64,
        /// The outputs of the action, by role.
        outputs: BTreeMap<String, Blob>,
        /// The run time of the step, in milliseconds.
        millis: u64,
        /// Whether the agent's cache had the result already.
        found: bool,
    },
    /// The body is a chunk of an output.
    Put(ChunkHeader),
    /// All outputs of the run have been sent.
    End {
        /// The number of the run.
        id: u64,
    },
    /// A run has no outcome.
    Failed {
        /// The number of the run.
        id: u64,
        /// Why it has none.
        failure: RemoteFailure,
    },
    /// A sign of life from the agent while a step runs.
    Alive,
}

/// A blob that one side lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingBlob {
    /// The digest of the whole blob.
    pub digest: Digest,
    /// The offset of the first missing byte.
    pub from: u64,
}

/// Describes a chunk: consecutive bytes of a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkHeader {
    /// The digest of the whole blob.
    pub digest: Digest,
    /// The offset of the chunk in the blob.
    pub from: u64,
    /// Bytes of the chunk when it is unpacked.
    pub len: u32,
    /// Whether the body is packed.
    pub packed: bool,
}

/// Why a run has no outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RemoteFailure {
    /// The step itself failed.
    Step {
        /// The reason, in one line.
        message: String,
        /// What the user can do about it, if anything.
        help: Option<String>,
        /// Output of the step's tools.
        log: String,
    },
    /// The client cancelled the run, or the agent is about to end.
    Cancelled,
    /// A cause that may pass.
    #[serde(rename = "Passing")]
    Transient {
        /// The reason, in one line.
        message: String,
    },
    /// The disk of the agent's machine is full.
    #[serde(rename = "Full")]
    DiskFull {
        /// What could not be written.
        message: String,
    },
    /// The agent's machine would make other bytes.
    #[serde(rename = "Unsuited")]
    Incompatible {
        /// Which tool is missing or differs.
        message: String,
    },
}
