//! What near and far side say to each other. Knows nothing of who they are.
//!
//! A run: `Run` → `Lacks` → `Put`… `Go` → `Progress`… → `Done` → `Put`… → `Take` → `Put`… → `End`. Where nothing is lacking, `Lacks` to
//! `Go` are left out; where the result is there already, so are the inputs; where no output is large, `Take` is. A run ends with `End` or
//! `Failed`, and only with one of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::action::Blob;
use crate::digest::{Digest, Key};
use crate::remote::hello::Hello;

/// What the agent is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToAgent {
    /// Run the action that is the body, in JSON, and send what comes out.
    Run {
        /// Which run this is.
        id: u64,
        /// The action's key as the near side has it.
        key: Key,
    },
    /// The body is part of a blob that is lacking.
    Put(Part),
    /// All that was lacking has been sent.
    Go {
        /// For which run.
        id: u64,
    },
    /// Which of the large outputs are lacking, and how much of each is there.
    Take {
        /// Of which run.
        id: u64,
        /// Which.
        blobs: Vec<Lack>,
    },
    /// Stop a run.
    Cancel {
        /// Which.
        id: u64,
    },
    /// The near side is still there.
    Ping,
}

/// What the agent says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromAgent {
    /// What this machine is; said first.
    Hello(Box<Hello>),
    /// Inputs that are not there, or not all of them.
    Lacks {
        /// For which run.
        id: u64,
        /// Which.
        blobs: Vec<Lack>,
    },
    /// How far a run is.
    Progress {
        /// Which.
        id: u64,
        /// Units done.
        done: u64,
        /// Of so many.
        total: u64,
    },
    /// A run has an outcome. Its small outputs follow by themselves, the large ones (1 MiB and more) once it is told which are lacking.
    Done {
        /// Which.
        id: u64,
        /// Outputs by role.
        outputs: BTreeMap<String, Blob>,
        /// How long it ran, in milliseconds.
        millis: u64,
        /// It had been made before.
        found: bool,
    },
    /// The body is part of an output.
    Put(Part),
    /// All outputs were sent.
    End {
        /// Of which run.
        id: u64,
    },
    /// A run has no outcome.
    Failed {
        /// Which.
        id: u64,
        /// Why.
        failure: Failure,
    },
    /// Something is still going on.
    Alive,
}

/// A blob that is lacking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lack {
    /// Which.
    pub digest: Digest,
    /// So many of its bytes are there.
    pub from: u64,
}

/// Part of a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Of which.
    pub digest: Digest,
    /// Where in the blob it begins.
    pub from: u64,
    /// How many bytes of the blob it is.
    pub len: u32,
    /// Whether the body has to be unpacked.
    pub packed: bool,
}

/// Why a run has no outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// The step itself failed.
    Step {
        /// What went wrong, in one line.
        message: String,
        /// The way out.
        help: Option<String>,
        /// What its tools printed.
        log: String,
    },
    /// It was cancelled.
    Cancelled,
    /// Something that may pass.
    Passing {
        /// What, in one line.
        message: String,
    },
    /// No room is left on the disk.
    Full {
        /// What could not be written.
        message: String,
    },
    /// This machine would make other bytes.
    Unsuited {
        /// Why.
        message: String,
    },
}
