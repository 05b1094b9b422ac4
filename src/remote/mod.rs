//! Executors: where an action runs. Knows nothing of graphs, or of why an action is wanted.

pub mod agent;
pub mod far;
pub mod hello;
pub mod link;
mod local;
mod parcel;
pub mod ssh;
pub mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::action::{Action, Blob, Outcome};
use crate::cache::CacheError;
use crate::process::Cancel;

pub use local::Local;

/// Runs actions, from several threads at once.
pub trait Executor: Sync {
    /// Runs `action` to its end. Its inputs are in the cache; its outputs are when this returns.
    fn run(&self, action: &Action, job: &Job) -> Result<Outcome, ExecError>;
}

/// What accompanies one run.
pub struct Job<'a> {
    /// Set when the run is cancelled.
    pub cancel: &'a Cancel,
    /// Told how far the step is: units done, of so many.
    pub progress: &'a (dyn Fn(u64, u64) + Sync),
}

/// Why an action has no outcome.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// The step itself failed; it would again.
    #[error("{message}")]
    Step {
        /// What went wrong, in one line.
        message: String,
        /// The way out, where there is one.
        help: Option<String>,
        /// What its tools printed.
        log: String,
    },
    /// The build was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// Inputs, by role, turned out to be damaged or gone.
    #[error("{} of its inputs are damaged or gone", .0.len())]
    MissingInputs(BTreeMap<String, Blob>),
    /// Something that may pass went wrong: no memory just now, a host that went away. The step is tried again.
    #[error("{message}")]
    Infra {
        /// What went wrong, in one line.
        message: String,
        /// How long whoever failed asks to wait.
        retry_after: Option<Duration>,
        /// Nothing should run beside the next try, because what ran beside this one may have been too much.
        alone: bool,
    },
    /// The machine is at fault: no space, no memory, no permission.
    #[error(transparent)]
    Cache(#[from] CacheError),
}
