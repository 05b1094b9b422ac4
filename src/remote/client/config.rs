//! What a session requires of its agent, and which blobs the agent's host is known to have.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::action::{Action, Blob};
use crate::digest::Digest;

/// What a session requires of its agent.
#[derive(Clone, Debug)]
pub struct SessionConfig {
    /// The host's name in messages.
    pub host: String,
    /// The build of t2v that the agent must run; `None` accepts any that speaks the same protocol.
    pub build: Option<Digest>,
    /// Blobs that the host is known to have; all sessions with one host share them.
    pub known_blobs: KnownBlobs,
    /// How long the agent may be silent during a run. 45 s by default.
    pub silence_timeout: Duration,
    /// How long the agent may take to send its capabilities. 30 s by default.
    pub greeting_timeout: Duration,
}

impl SessionConfig {
    /// The defaults for `host`, whose agent must run `build`.
    pub fn new(host: impl Into<String>, build: Option<Digest>) -> Self {
        Self {
            host: host.into(),
            build,
            known_blobs: KnownBlobs::default(),
            silence_timeout: Duration::from_secs(45),
            greeting_timeout: Duration::from_secs(30),
        }
    }
}

/// Blobs that a host is known to have. Clones share one set. It serves estimates only: the agent itself says which inputs it lacks.
#[derive(Clone, Debug, Default)]
pub struct KnownBlobs(Arc<Mutex<HashSet<Digest>>>);

impl KnownBlobs {
    /// Bytes of the action's inputs that the host is not known to have.
    pub fn missing_bytes(&self, action: &Action) -> u64 {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        action.inputs.values().filter(|blob| !known.contains(&blob.digest)).map(|blob| blob.len).sum()
    }

    pub(super) fn add<'b>(&self, blobs: impl IntoIterator<Item = &'b Blob>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(blobs.into_iter().map(|blob| blob.digest));
    }
}
