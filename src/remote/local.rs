//! This machine: runs actions in this process, with the tools and the cache of this machine, and is a worker group like others.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::action::{Action, Blob, Outcome};
use crate::cache::{Cache, CacheError, insert_outputs};
use crate::credentials::Credentials;
use crate::process::CancelToken;
use crate::steps::{self, Context, StepError, StepInputs, Workshop};

use super::capabilities::free_bytes;
use super::executor::{Capacity, ConnectError, ExecError, Executor, Job, WorkerGroup};

/// A disk with less space than this counts as full.
const MIN_FREE_BYTES: u64 = 1 << 20;

/// The executor of this machine.
pub struct LocalExecutor<'a> {
    cache: &'a Cache,
    workshop: &'a Workshop,
    credentials: Option<&'a dyn Credentials>,
}

impl<'a> LocalExecutor<'a> {
    /// Runs actions with the tools of `workshop` on the blobs of `cache`, without credentials.
    pub fn new(cache: &'a Cache, workshop: &'a Workshop) -> Self {
        Self { cache, workshop, credentials: None }
    }

    /// Lets steps that call external services use the user's `credentials`.
    pub fn with_credentials(self, credentials: &'a dyn Credentials) -> Self {
        Self { credentials: Some(credentials), ..self }
    }

    fn input_paths(&self, action: &Action) -> Result<BTreeMap<String, PathBuf>, ExecError> {
        let mut paths = BTreeMap::new();
        let mut lost = BTreeMap::<String, Blob>::new();
        for (role, blob) in &action.inputs {
            match self.cache.verified_path(blob) {
                Ok(path) => {
                    paths.insert(role.clone(), path);
                }
                Err(CacheError::Lost { .. }) => {
                    lost.insert(role.clone(), *blob);
                }
                Err(error) => return Err(error.into()),
            }
        }
        if lost.is_empty() { Ok(paths) } else { Err(ExecError::MissingInputs(lost)) }
    }
}

impl Executor for LocalExecutor<'_> {
    fn run(&self, action: &Action, job: &Job) -> Result<Outcome, ExecError> {
        let start = Instant::now();
        let staging = self.cache.staging()?;
        let context = Context {
            inputs: StepInputs { paths: self.input_paths(action)?, blobs: &action.inputs },
            folder: staging.path(),
            workshop: self.workshop,
            credentials: steps::credential_access(&action.kind, self.credentials),
            cancel: job.cancel,
            progress: job.progress,
        };
        let roles = steps::run(action, &context).map_err(|error| exec_error(error, staging.path(), job))?;
        let outputs = insert_outputs(self.cache, staging.path(), &roles)?;
        Ok(Outcome::computed(outputs, start.elapsed().as_millis() as u64))
    }
}

/// This machine as a worker group: it is there at once, runs every action, and transfers nothing.
pub struct LocalGroup<'a> {
    executor: &'a dyn Executor,
    capacity: Capacity,
}

impl<'a> LocalGroup<'a> {
    /// A group whose actions `executor` runs: this many at the same time, with this many bytes of memory for all of them together.
    pub fn new(executor: &'a dyn Executor, slots: usize, memory: u64) -> Self {
        Self { executor, capacity: Capacity { slots, memory, differing_tools: Vec::new() } }
    }
}

impl Executor for LocalGroup<'_> {
    fn run(&self, action: &Action, job: &Job) -> Result<Outcome, ExecError> {
        self.executor.run(action, job)
    }
}

impl WorkerGroup for LocalGroup<'_> {
    /// Its slots are called by what they are: `core 1`.
    fn name(&self) -> &str {
        "core"
    }

    fn connect(&self, _: &CancelToken) -> Result<Capacity, ConnectError> {
        Ok(self.capacity.clone())
    }

    fn can_run(&self, _: &Action) -> bool {
        true
    }

    fn transfer_cost(&self, _: &Action) -> Duration {
        Duration::ZERO
    }
}

/// Sorts a step's error. A step whose child process was killed on cancellation did not fail.
fn exec_error(error: StepError, staging: &Path, job: &Job) -> ExecError {
    if job.cancel.is_set() {
        return ExecError::Cancelled;
    }
    if let Some(message) = error.resource_shortage() {
        return ExecError::Transient { message, retry_after: None, alone: true };
    }
    if let StepError::Transient { message, retry_after } = error {
        return ExecError::Transient { message, retry_after, alone: false };
    }
    let help = error.help().or_else(|| full_disk_help(staging));
    ExecError::Step { message: error.to_string(), help, log: error.into_log() }
}

/// Help for a failure on a full disk: programs that find no space left often report something else.
fn full_disk_help(folder: &Path) -> Option<String> {
    let free = free_bytes(folder)?;
    (free < MIN_FREE_BYTES).then(|| {
        format!(
            "the disk of the cache is full: {} kB are left; make room, or choose another with T2V_CACHE=DIR",
            free / 1000
        )
    })
}
