//! A project opened for work: reads its specs, says what a build would run, builds, explains and watches.
//!
//! A session is the library behind the command line. It reads no arguments, prints nothing and does not end the process: mistakes and
//! warnings are returned as diagnostics, and what happens during a build goes to an [`EventSink`]. Several sessions may be used at the
//! same time in one process, each from several threads.

pub mod artifacts;
pub mod config;
mod dry_run;
mod error;
mod event_log;
mod film;
pub mod hosts;
mod load;
pub mod machine;
mod request;
#[cfg(feature = "ssh")]
pub mod ssh_hosts;
#[cfg(test)]
mod tests;
mod up_to_date;
mod watch;
mod workers;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::cache::{Cache, CacheError};
use crate::diag::Diagnostic;
use crate::engine::EngineOptions;
use crate::event::EventSink;
use crate::process::CancelToken;
use crate::spec::model::{Scene, Spec, Speech, SpeechEngine};
use crate::steps::{Tool, Workshop};
use crate::voice::custom::{CustomVoice, NetworkKind};
use crate::voice::library;

pub use dry_run::{DryRunResult, Estimate};
pub use error::{FailedSteps, SessionError};
pub use film::{BuildResult, LoadedFilm, display_path};
pub use hosts::HostSelection;
pub use load::load_spec;
pub use request::BuildRequest;
pub use up_to_date::BuildStamp;
pub use watch::{WatchEvent, WatchObserver};
pub use workers::Workers;

/// Where a session finds things, and how much of the machine it may use.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionOptions {
    /// The cache's folder; `None`: `.t2v/cache` in the project.
    pub cache_folder: Option<PathBuf>,
    /// Whether nothing is written into the cache, even where that is possible.
    pub cache_read_only: bool,
    /// How large the cache may grow, in bytes.
    pub cache_size: u64,
    /// The folder of voices that were added to this machine.
    pub voices_folder: Option<PathBuf>,
    /// How many steps may each occupy a core at the same time, unless a build says otherwise.
    pub cores: usize,
    /// Bytes of memory for all running steps together.
    pub memory: u64,
}

impl Default for SessionOptions {
    /// This machine's cores and free memory, and nothing of the user's config.
    fn default() -> Self {
        Self {
            cache_folder: None,
            cache_read_only: false,
            cache_size: config::DEFAULT_CACHE_SIZE,
            voices_folder: None,
            cores: machine::cores(),
            memory: machine::memory(),
        }
    }
}

impl SessionOptions {
    /// As the user's environment and config say.
    ///
    /// # Errors
    /// The config can't be read or holds something unknown.
    pub fn from_environment() -> Result<Self, SessionError> {
        let config = config::UserConfig::load().map_err(SessionError::request)?;
        Ok(Self {
            cache_folder: config.cache_folder(),
            cache_read_only: config::cache_is_read_only(),
            cache_size: config.cache_size().map_err(SessionError::request)?,
            voices_folder: config::voices_folder(),
            ..Self::default()
        })
    }
}

/// How one build goes.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// Slots, memory, time-outs, and what to do about failures.
    pub engine: EngineOptions,
    /// The other machines that run steps. They are not used in a dry run.
    pub hosts: Vec<HostSelection>,
}

/// A project opened for work.
pub struct Session {
    project: PathBuf,
    options: SessionOptions,
    voices: Vec<CustomVoice>,
    opened: OnceLock<OpenedCache>,
    opening: Mutex<()>,
}

/// The cache, and the tools whose fingerprints it remembers.
struct OpenedCache {
    cache: Cache,
    workshop: Arc<Workshop>,
}

impl Session {
    /// A session in the project's folder. The cache is opened, and made where there is none, when it is first needed: a spec with mistakes
    /// must not leave a cache behind.
    pub fn open(project: &Path, options: SessionOptions) -> Self {
        let voices = options.voices_folder.as_deref().map(library::list).unwrap_or_default();
        Self { project: project.to_owned(), options, voices, opened: OnceLock::new(), opening: Mutex::new(()) }
    }

    /// The folder that the project is in.
    pub fn project(&self) -> &Path {
        &self.project
    }

    /// What the session was opened with.
    pub fn options(&self) -> &SessionOptions {
        &self.options
    }

    /// The cache's folder, whether it is there or not.
    pub fn cache_folder(&self) -> PathBuf {
        self.options.cache_folder.clone().unwrap_or_else(|| config::project_cache_folder(&self.project))
    }

    /// Results of earlier builds.
    ///
    /// # Errors
    /// The cache can't be opened.
    pub fn cache(&self) -> Result<&Cache, SessionError> {
        Ok(&self.opened()?.cache)
    }

    /// The tools that steps use.
    ///
    /// # Errors
    /// The cache, which remembers their fingerprints, can't be opened.
    pub fn workshop(&self) -> Result<&Arc<Workshop>, SessionError> {
        Ok(&self.opened()?.workshop)
    }

    /// Engine options for this session's share of the machine.
    pub fn engine_options(&self) -> EngineOptions {
        EngineOptions { memory: self.options.memory, ..EngineOptions::for_cores(self.options.cores) }
    }

    fn opened(&self) -> Result<&OpenedCache, SessionError> {
        let _one_at_a_time = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(opened) = self.opened.get() {
            return Ok(opened);
        }
        let open = if self.options.cache_read_only { Cache::open_read_only } else { Cache::open };
        let cache = open(&self.cache_folder()).map_err(unusable_cache)?;
        let workshop = Arc::new(Workshop::open_unconfirmed(&cache).map_err(unusable_cache)?);
        Ok(self.opened.get_or_init(|| OpenedCache { cache, workshop }))
    }

    /// The stamp of the last build of `request`, where nothing has changed since: then a build has nothing to do.
    ///
    /// # Errors
    /// There is a cache, and it can't be opened.
    pub fn up_to_date(&self, request: &BuildRequest) -> Result<Option<BuildStamp>, SessionError> {
        if !self.cache_folder().exists() {
            return Ok(None);
        }
        let OpenedCache { cache, workshop } = self.opened()?;
        Ok(BuildStamp::load_valid(request, cache, workshop, &self.voices))
    }

    /// Reads and checks the spec of `request`, and selects the part that is wanted.
    ///
    /// # Errors
    /// All mistakes of the spec, or what of the request is not in it.
    pub fn load(&self, request: &BuildRequest) -> Result<LoadedFilm, SessionError> {
        let spec_identity = up_to_date::spec_identity(request);
        let loaded = load_spec(&request.file, request.variant.as_deref(), &self.voices)
            .map_err(|report| SessionError::Spec(Box::new(report)))?;
        let spec = request.select(&loaded.spec).map_err(SessionError::request)?;
        Ok(LoadedFilm { request: request.clone(), loaded, spec, spec_identity })
    }

    /// Looks for the tools that the film's steps run.
    ///
    /// # Errors
    /// The first one that is missing or too old, with the command that installs it.
    pub fn check_tools(&self, spec: &Spec) -> Result<(), SessionError> {
        let OpenedCache { cache, workshop } = self.opened()?;
        workshop.confirm(cache).map_err(unusable_cache)?;
        self.needed_tools(spec)
            .into_iter()
            .try_for_each(|tool| workshop.check(tool))
            .map_err(|error| SessionError::machine(Diagnostic::error(error.to_string()).help(error.help())))
    }

    fn needed_tools(&self, spec: &Spec) -> Vec<Tool> {
        let mut needed = vec![Tool::Ffmpeg];
        if spec.scenes.iter().any(|scene| !scene.footage().is_empty()) {
            needed.push(Tool::Ffprobe);
        }
        if spec.scenes.iter().any(|scene| self.needs_espeak(scene)) {
            needed.push(Tool::Espeak);
        }
        needed
    }

    /// Whether espeak-ng speaks the scene, or turns its text into the phonemes that a Piper voice reads.
    fn needs_espeak(&self, scene: &Scene) -> bool {
        let voice = &scene.voice;
        let is_piper = self.voices.iter().any(|own| own.name == voice.name && own.kind == NetworkKind::Piper);
        matches!(scene.speech, Speech::Spoken(_)) && (voice.engine == SpeechEngine::Espeak || is_piper)
    }

    /// Builds the film of `request`. Its events go to `sink`; none are sent where nothing has changed since the last build.
    ///
    /// A cancelled build returns once what can't be interrupted has ended, such as the sentence that is being spoken.
    ///
    /// # Errors
    /// The build did not begin. What failed in it is in its summary.
    pub fn build(
        &self,
        request: &BuildRequest,
        options: &BuildOptions,
        sink: &dyn EventSink,
        cancel: &CancelToken,
    ) -> Result<BuildResult, SessionError> {
        if let Some(stamp) = self.up_to_date(request)? {
            return Ok(BuildResult::up_to_date(&stamp));
        }
        let film = self.load(request)?;
        self.check_tools(&film.spec)?;
        let mut result = self.with_workers(options, cancel, |workers| workers.build(&film, sink))?;
        self.finish_build(&film, &mut result)?;
        Ok(result)
    }

    /// Remembers a complete build, so that the next one can see that it has nothing to do, and keeps the cache within its size.
    ///
    /// # Errors
    /// The cache can't be opened.
    pub fn finish_build(&self, film: &LoadedFilm, result: &mut BuildResult) -> Result<(), SessionError> {
        let cache = self.cache()?;
        let written = result.published_files();
        let BuildResult { summary, stamp, .. } = result;
        if let (Some(stamp), true) = (stamp.take(), summary.is_complete()) {
            stamp.file(cache, &film.spec.output.file, &written, summary.ran.len() + summary.reused);
        }
        if !summary.ran.is_empty() {
            // A build is not worse where the cache can't be made smaller; `t2v cache gc` says what is in the way.
            let _ = cache.gc_if_due(self.options.cache_size);
        }
        Ok(())
    }
}

fn unusable_cache(error: CacheError) -> SessionError {
    let help = error.help().unwrap_or_else(|| "another place can be chosen with T2V_CACHE=DIR".to_owned());
    SessionError::machine(Diagnostic::error(error.to_string()).help(help))
}
