//! What the build loop and the threads of slots, groups, stores and the committer send each other.

use std::path::PathBuf;
use std::sync::Arc;

use crate::action::{Action, Outcome};
use crate::cache::{CacheError, KeyLock};
use crate::digest::{Digest, Key};
use crate::process::CancelToken;
use crate::remote::{Capacity, ConnectError, ExecError};

/// Messages from the threads to the build loop.
pub enum EngineMessage {
    /// An action ended with a result or an error.
    Done(FinishedRun),
    /// An action got this far.
    Progress { key: Key, done: u64, total: u64 },
    /// The worker group with this index has connected.
    Connected(usize, Capacity),
    /// The worker group with this index could not be reached.
    Refused(usize, ConnectError),
    /// The committer wrote its batch, or failed to.
    Filed(Result<(), CacheError>),
    /// The further stores were asked for these keys.
    LookedUp(Vec<Key>),
    /// A blob was fetched from a further store, or could not be.
    Fetched(Digest, Result<(), CacheError>),
    /// Another thread asks the loop to check its state again.
    Wake,
}

/// An action that ended.
pub struct FinishedRun {
    pub key: Key,
    pub result: Result<RunOutput, ExecError>,
}

/// How an action came by its outcome.
pub struct RunOutput {
    pub outcome: Outcome,
    /// Another process made it while this one waited.
    pub found: bool,
    /// Held until the result is committed, so that another process finds it.
    pub _lock: Option<KeyLock>,
}

/// An action to run in a slot.
pub struct RunOrder {
    pub key: Key,
    pub action: Arc<Action>,
    /// The project's files that it reads; they are copied into the cache first.
    pub files: Vec<PathBuf>,
    pub cancel: CancelToken,
    /// Whether two processes should not make it at the same time.
    pub exclusive: bool,
}
