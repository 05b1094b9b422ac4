//! What an executor is: the traits, what accompanies a run, and how a run fails.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::action::{Action, Blob, Outcome};
use crate::cache::CacheError;
use crate::process::CancelToken;

/// Runs actions, from several threads at once.
pub trait Executor: Sync {
    /// Runs `action` to its end. Its inputs are in the cache before; its outputs are in the cache when this returns.
    fn run(&self, action: &Action, job: &Job) -> Result<Outcome, ExecError>;
}

/// Workers that run actions: this machine, a host, or whatever else can run some of a build's actions.
///
/// The engine treats all groups alike. It asks a group what it can run and what that costs, starts an action where it is expected to end
/// first, and runs elsewhere what a group loses ([`ExecError::Gone`]).
pub trait WorkerGroup: Executor {
    /// The group's name in messages, such as that of a host.
    fn name(&self) -> &str;

    /// Connects to the group and asks what it offers. Called again after a loss; returns soon after `cancel` is set.
    ///
    /// # Errors
    /// Why the group can't be used, now or at all.
    fn connect(&self, cancel: &CancelToken) -> Result<Capacity, ConnectError>;

    /// How many actions the group runs at the same time just now. Asked before steps are placed, so it must not wait for anything. When it
    /// becomes less, what runs goes on.
    fn slots(&self, connected: &Capacity) -> usize {
        connected.slots
    }

    /// Whether the group would make the same bytes of the action as this machine, because all its tools are the same. `false` before the
    /// first [`WorkerGroup::connect`].
    fn can_run(&self, action: &Action) -> bool;

    /// Estimates how long it takes to send the inputs that the group lacks and to receive the outputs.
    fn transfer_cost(&self, action: &Action) -> Duration;
}

/// What a group offers when it has connected.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Capacity {
    /// Actions that the group runs at the same time, unless [`WorkerGroup::slots`] says otherwise later.
    pub slots: usize,
    /// Bytes of memory for all running actions together.
    pub memory: u64,
    /// Names of this machine's tools that the group lacks or has in another version.
    pub differing_tools: Vec<String>,
}

/// Why a group is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConnectError {
    /// The reason, in one line.
    pub message: String,
    /// What the user can do about it, if anything.
    pub help: Option<String>,
    /// Whether a later try may succeed: `true` for an unreachable host, `false` for one whose key is wrong.
    pub is_transient: bool,
}

/// Where actions may run.
#[derive(Clone)]
pub struct ExecutorSet<'a> {
    /// The executor of this machine. It can run every action.
    pub local: &'a dyn Executor,
    /// Other groups, such as hosts; empty if the build uses none.
    pub groups: Vec<&'a dyn WorkerGroup>,
}

impl<'a> ExecutorSet<'a> {
    /// A set with `executor` for this machine and no other groups.
    pub fn local_only(executor: &'a dyn Executor) -> Self {
        Self { local: executor, groups: Vec::new() }
    }
}

/// What accompanies one run.
pub struct Job<'a> {
    /// Set when the run is cancelled.
    pub cancel: &'a CancelToken,
    /// Called with the units done and the units in total.
    pub progress: &'a (dyn Fn(u64, u64) + Sync),
}

/// Why an action has no outcome.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// The step itself failed; it would fail again.
    #[error("{message}")]
    Step {
        /// The reason, in one line.
        message: String,
        /// What the user can do about it, if anything.
        help: Option<String>,
        /// Output of the step's tools.
        log: String,
    },
    /// The build was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// Inputs, by role, are damaged or gone.
    #[error("{} of its inputs are damaged or gone", .0.len())]
    MissingInputs(BTreeMap<String, Blob>),
    /// A cause that may pass: too little memory at the moment, a lost host. The engine runs the step again.
    #[error("{message}")]
    Transient {
        /// The reason, in one line.
        message: String,
        /// The delay that the failing service asked for.
        retry_after: Option<Duration>,
        /// Whether the next try runs with no other step at the same time, because they may have used too much together.
        alone: bool,
    },
    /// The group was lost, or a host's disk is full; the step runs elsewhere.
    #[error("{message}")]
    Gone {
        /// The reason, in one line.
        message: String,
    },
    /// The cache of this machine fails: no space, no permission, an I/O error.
    #[error(transparent)]
    Cache(#[from] CacheError),
}
