//! What a look-up gives, and what a commit takes.

use std::sync::Arc;

use crate::action::{Action, Outcome};
use crate::digest::Key;

use super::store::StoredResult;

/// What a look-up gives.
#[derive(Debug)]
pub enum Lookup {
    /// The result is there, all its blobs with it.
    Hit(Outcome),
    /// It is not there; the holder of the permit may make it.
    Miss(CommitPermit),
}

/// The right to commit a result under one key.
#[derive(Debug)]
pub struct CommitPermit {
    pub(super) key: Key,
}

/// A result to commit.
#[derive(Debug)]
pub struct NewResult {
    /// From the look-up that missed it.
    pub permit: CommitPermit,
    /// The action that was run, from which the key was computed.
    pub action: Arc<Action>,
    /// Its outputs; their blobs have been inserted.
    pub outcome: Outcome,
}

impl From<NewResult> for StoredResult {
    fn from(result: NewResult) -> Self {
        Self { key: result.permit.key, action: result.action, outcome: result.outcome }
    }
}
