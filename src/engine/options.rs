//! Options, target and summary of a build, as plain data.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::action::{Action, Outcome, ResourcePool};
use crate::diag::{self, Diagnostic};
use crate::digest::Key;
use crate::event::KeyChange;
use crate::work::StepName;

use super::retry::StepTimeouts;

/// Limits and policies that apply to all builds of a process.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// Steps that may each occupy a core at the same time.
    pub cores: usize,
    /// Steps that may run at the same time in a pool other than the cores; [`EngineOptions::limit`] for pools that are not named.
    pub limits: BTreeMap<ResourcePool, usize>,
    /// Bytes of memory for all running steps together.
    pub memory: u64,
    /// Only say what would run.
    pub dry_run: bool,
    /// What to do about the rest when a step fails.
    pub on_failure: OnFailure,
    /// How long steps may take.
    pub timeouts: StepTimeouts,
}

impl EngineOptions {
    /// Options for this number of cores, without a bound on memory.
    pub fn for_cores(cores: usize) -> Self {
        Self {
            cores,
            limits: BTreeMap::new(),
            memory: u64::MAX,
            dry_run: false,
            on_failure: OnFailure::default(),
            timeouts: StepTimeouts::default(),
        }
    }

    /// How many steps may run in a pool at the same time, at least one. By default as many as there are cores, two that use the disk, and
    /// four that wait for the same provider.
    pub fn limit(&self, pool: &ResourcePool) -> usize {
        let default = match pool {
            ResourcePool::Cores => self.cores,
            ResourcePool::Disk => 2,
            ResourcePool::Provider(_) => 4,
        };
        self.limits.get(pool).copied().unwrap_or(default).max(1)
    }
}

/// What becomes of the rest when a step fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnFailure {
    /// What runs may end; nothing else starts.
    #[default]
    Finish,
    /// All that does not depend on the failed step is made.
    KeepGoing,
    /// What runs is cancelled at once.
    Stop,
}

/// What a build is for.
#[derive(Clone, Debug, Default)]
pub struct BuildTarget {
    /// The film that it makes; by this name the cache remembers what the film consisted of. Empty: it remembers nothing.
    pub film: PathBuf,
    /// The spec that asks for it.
    pub spec: PathBuf,
    /// The spec's text, which places point into.
    pub source: Option<diag::SourceText>,
    /// A step whose key the summary shall lay open.
    pub explain: Option<StepName>,
}

impl BuildTarget {
    /// Whether the cache shall remember what the film consisted of.
    pub(super) fn saves_film(&self) -> bool {
        !self.film.as_os_str().is_empty()
    }
}

/// What became of a build.
#[derive(Debug, Default)]
pub struct BuildSummary {
    /// Steps that ran, and for how long, in milliseconds.
    pub ran: Vec<(StepName, u64)>,
    /// Steps whose result was there.
    pub reused: usize,
    /// Steps that would have run; in a dry run only.
    pub would_run: Vec<StepName>,
    /// How long those would occupy each resource pool, in seconds of one slot.
    pub expected_seconds: BTreeMap<ResourcePool, f64>,
    /// Steps that failed, with their diagnostics.
    pub failures: Vec<StepFailure>,
    /// Steps that did not run because of those, or because the build was cancelled or left.
    pub unfinished: usize,
    /// The keys of all steps whose inputs are known.
    pub keys: BTreeMap<StepName, Key>,
    /// The explanation of the step that [`BuildTarget::explain`] names.
    pub explanation: Option<KeyExplanation>,
}

impl BuildSummary {
    /// Whether everything that was asked for is there.
    pub fn is_complete(&self) -> bool {
        self.failures.is_empty() && self.unfinished == 0
    }
}

/// A step that failed.
#[derive(Debug)]
pub struct StepFailure {
    /// The name of the step.
    pub step: StepName,
    /// What is wrong, at the place that asked for the step.
    pub diagnostic: Diagnostic,
    /// What its tools printed.
    pub log: String,
}

/// Everything that determines a step's key, for `t2v explain`.
#[derive(Debug)]
pub struct KeyExplanation {
    /// The action, with the digests of its inputs.
    pub action: Action,
    /// The key of that action.
    pub key: Key,
    /// Where its inputs come from, by role.
    pub sources: BTreeMap<String, String>,
    /// Whether its result is there.
    pub is_there: bool,
    /// How its key differs from the one before; `None` where no earlier one is known.
    pub changes: Option<Vec<KeyChange>>,
    /// The outputs, where the result is there.
    pub outcome: Option<Outcome>,
}
