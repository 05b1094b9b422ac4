//! Executors: where an action runs. Knows nothing of graphs, or of why an action is wanted.

pub mod agent;
pub mod arrivals;
pub mod far;
pub mod hello;
mod host;
pub mod link;
mod local;
mod parcel;
mod partial;
pub mod ssh;
pub mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::action::{Action, Blob, Outcome};
use crate::cache::CacheError;
use crate::process::Cancel;

pub use host::{Machine, Road, Use};
pub use local::Local;

/// Runs actions, from several threads at once.
pub trait Executor: Sync {
    /// Runs `action` to its end. Its inputs are in the cache; its outputs are when this returns.
    fn run(&self, action: &Action, job: &Job) -> Result<Outcome, ExecError>;
}

/// Another machine that runs actions.
pub trait Host: Executor {
    /// What people call it.
    fn name(&self) -> &str;
    /// Gets in touch with it and finds out what it has. Called again after it went away; returns soon after `cancel` is set.
    fn join(&self, cancel: &Cancel) -> Result<Offer, Refusal>;
    /// Whether it would make the same bytes of the action as this machine: all its tools are the same. Asked once it has joined.
    fn suits(&self, action: &Action) -> bool;
    /// About how long the action's inputs, as far as the host lacks them, and its outputs are under way.
    fn toll(&self, action: &Action) -> Duration;
}

/// What a host has to give.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offer {
    /// Actions that it runs at the same time.
    pub slots: usize,
    /// Bytes of memory for all of them together.
    pub memory: u64,
    /// The tools of this machine that it has otherwise or not at all, for people.
    pub differs: Vec<String>,
}

/// Why a host is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What stands in the way, in one line.
    pub message: String,
    /// The way out, where there is one.
    pub help: Option<String>,
    /// Whether it may pass by itself: a host that can't be reached, not one whose key is wrong.
    pub may_pass: bool,
}

/// Where actions may run.
#[derive(Clone)]
pub struct Places<'a> {
    /// This machine.
    pub home: &'a dyn Executor,
    /// Others.
    pub hosts: Vec<&'a dyn Host>,
}

impl<'a> Places<'a> {
    /// This machine alone.
    pub fn home(executor: &'a dyn Executor) -> Self {
        Self { home: executor, hosts: Vec::new() }
    }
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
    /// The host went away, or has no room; the step runs elsewhere.
    #[error("{message}")]
    Gone {
        /// What happened, in one line.
        message: String,
    },
    /// The machine is at fault: no space, no memory, no permission.
    #[error(transparent)]
    Cache(#[from] CacheError),
}
