//! Runs actions on this machine, in this process. Knows nothing of what they do: that is `steps`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::action::{Action, Blob, Outcome};
use crate::cache::{Cache, CacheError, take_in_all};
use crate::steps::{self, Context, StepError, Workshop};

use super::{ExecError, Executor, Job};

/// So few bytes left are as good as none.
const LITTLE_SPACE: u64 = 1 << 20;

/// This machine.
pub struct Local<'a> {
    cache: &'a Cache,
    workshop: &'a Workshop,
}

impl<'a> Local<'a> {
    /// Runs actions with the tools of `workshop` on the blobs of `cache`.
    pub fn new(cache: &'a Cache, workshop: &'a Workshop) -> Self {
        Self { cache, workshop }
    }

    fn inputs(&self, action: &Action) -> Result<BTreeMap<String, PathBuf>, ExecError> {
        let (mut paths, mut lost) = (BTreeMap::new(), BTreeMap::<String, Blob>::new());
        for (role, blob) in &action.inputs {
            match self.cache.verified(blob) {
                Ok(path) => drop(paths.insert(role.clone(), path)),
                Err(CacheError::Lost { .. }) => drop(lost.insert(role.clone(), *blob)),
                Err(error) => return Err(error.into()),
            }
        }
        if lost.is_empty() { Ok(paths) } else { Err(ExecError::MissingInputs(lost)) }
    }
}

impl Executor for Local<'_> {
    fn run(&self, action: &Action, job: &Job) -> Result<Outcome, ExecError> {
        let start = Instant::now();
        let staging = self.cache.staging()?;
        let context = Context {
            inputs: self.inputs(action)?,
            digests: &action.inputs,
            folder: staging.path(),
            workshop: self.workshop,
            cancel: job.cancel,
            progress: job.progress,
        };
        let roles = steps::run(action, &context).map_err(|error| failure(error, staging.path(), job))?;
        let outputs = take_in_all(self.cache, staging.path(), &roles)?;
        Ok(Outcome { outputs, millis: start.elapsed().as_millis() as u64 })
    }
}

/// A step whose child was killed because it was cancelled did not fail.
fn failure(error: StepError, staging: &Path, job: &Job) -> ExecError {
    if job.cancel.is_set() {
        return ExecError::Cancelled;
    }
    if let Some(message) = error.may_pass() {
        return ExecError::Infra { message, retry_after: None, alone: true };
    }
    let help = error.help().or_else(|| full_disk(staging));
    ExecError::Step { message: error.to_string(), help, log: error.into_log() }
}

/// Programs that find no space left often say something else.
fn full_disk(folder: &Path) -> Option<String> {
    let disk = nix::sys::statvfs::statvfs(folder).ok()?;
    let free = disk.blocks_available() * disk.fragment_size();
    (free < LITTLE_SPACE).then(|| {
        format!(
            "the disk of the cache is full: {} kB are left; make room, or choose another with T2V_CACHE=DIR",
            free / 1000
        )
    })
}
