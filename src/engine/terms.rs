//! What builds are asked for, and what became of them, as data. Knows nothing of how they go.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::action::{Action, Outcome};
use crate::diag::{self, Diagnostic};
use crate::digest::Key;
use crate::event::Change;
use crate::work::StepName;

use super::patience::Timeouts;

/// How builds are to go.
#[derive(Clone, Debug)]
pub struct Options {
    /// Steps that may each occupy a core at the same time.
    pub cores: usize,
    /// Steps that may wait for somebody else at the same time.
    pub waits: usize,
    /// Bytes of memory for all running steps together.
    pub memory: u64,
    /// Only say what would run.
    pub dry_run: bool,
    /// What to do about the rest when a step fails.
    pub on_failure: OnFailure,
    /// How long steps may take.
    pub timeouts: Timeouts,
}

impl Options {
    /// Options for so many cores: eight steps may wait for others meanwhile, and memory is no bound.
    pub fn for_cores(cores: usize) -> Self {
        Self {
            cores,
            waits: 8,
            memory: u64::MAX,
            dry_run: false,
            on_failure: OnFailure::default(),
            timeouts: Timeouts::default(),
        }
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
pub struct Goal {
    /// The film that it makes; by this name the cache remembers what the film consisted of. Empty: it remembers nothing.
    pub film: PathBuf,
    /// The spec that asks for it.
    pub spec: PathBuf,
    /// The spec's text, which places point into.
    pub source: Option<diag::Source>,
    /// A step whose key the summary shall lay open.
    pub asked: Option<StepName>,
}

impl Goal {
    /// Whether the cache shall remember what the film consisted of.
    pub(super) fn keeps(&self) -> bool {
        !self.film.as_os_str().is_empty()
    }
}

/// What became of a build.
#[derive(Debug, Default)]
pub struct Summary {
    /// Steps that ran, and for how long, in milliseconds.
    pub ran: Vec<(StepName, u64)>,
    /// Steps whose result was there.
    pub reused: usize,
    /// Steps that would have run; in a dry run only.
    pub would_run: Vec<StepName>,
    /// Steps that failed.
    pub failures: Vec<Failure>,
    /// Steps that did not run because of those, or because the build was cancelled or left.
    pub unfinished: usize,
    /// The keys of all steps whose inputs are known.
    pub keys: BTreeMap<StepName, Key>,
    /// The step of [`Goal::asked`].
    pub asked: Option<Asked>,
}

impl Summary {
    /// Whether everything that was asked for is there.
    pub fn is_complete(&self) -> bool {
        self.failures.is_empty() && self.unfinished == 0
    }
}

/// A step that failed.
#[derive(Debug)]
pub struct Failure {
    /// Which.
    pub step: StepName,
    /// What is wrong, at the place that asked for the step.
    pub diagnostic: Diagnostic,
    /// What its tools printed.
    pub log: String,
}

/// A step laid open.
#[derive(Debug)]
pub struct Asked {
    /// What it runs.
    pub action: Action,
    /// Its key.
    pub key: Key,
    /// Where its inputs come from, by role.
    pub sources: BTreeMap<String, String>,
    /// Whether its result is there.
    pub is_there: bool,
    /// How its key differs from the one before; `None` where no earlier one is known.
    pub changes: Option<Vec<Change>>,
    /// The outputs, where the result is there.
    pub outcome: Option<Outcome>,
}
