//! The threads that make films, on this machine and on others, for one build or for several after each other.

use std::sync::Arc;

use crate::credentials::EnvironmentCredentials;
use crate::engine::{Engine, EngineOptions, WorkerPool};
use crate::event::{Event, EventRecorder, EventSink};
use crate::plan::{self, PlanExtent};
use crate::process::CancelToken;
use crate::remote::{ExecutorSet, LocalExecutor, WorkerGroup};

use super::event_log::EventLog;
use super::film::{BuildResult, FilmJob, LoadedFilm, build_end, scene_keys};
use super::up_to_date::{BuildStamp, BuildStampDraft};
use super::{BuildOptions, OpenedCache, Session, SessionError};

/// The threads that make films until they are let go. What runs when a build ends early goes on for the next build that wants it.
pub struct Workers<'p, 'w> {
    session: &'p Session,
    opened: &'p OpenedCache,
    pub(super) pool: &'p mut WorkerPool<'w>,
    options: &'p EngineOptions,
    cancel: CancelToken,
}

impl Session {
    /// Calls `body` with workers, here and on the hosts of `options`, and waits for all that they run when it returns.
    ///
    /// # Errors
    /// The cache can't be opened, or a host is described wrongly. A host that can't be reached is no error.
    pub fn with_workers<R>(
        &self,
        options: &BuildOptions,
        cancel: &CancelToken,
        body: impl FnOnce(&mut Workers) -> R,
    ) -> Result<R, SessionError> {
        let opened = self.opened()?;
        let machines =
            if options.engine.dry_run || cancel.is_set() { Vec::new() } else { self.machines(&options.hosts)? };
        let home = LocalExecutor::new(&opened.cache, &opened.workshop).with_credentials(&EnvironmentCredentials);
        let places =
            ExecutorSet { local: &home, groups: machines.iter().map(|machine| machine as &dyn WorkerGroup).collect() };
        let engine = &options.engine;
        Ok(WorkerPool::with(&opened.cache, engine.clone(), &places, cancel, |pool| {
            body(&mut Workers { session: self, opened, pool, options: engine, cancel: cancel.clone() })
        }))
    }
}

impl Workers<'_, '_> {
    /// Builds the film. Its events go to `sink`, from beginning to end.
    pub fn build(&mut self, film: &LoadedFilm, sink: &dyn EventSink) -> BuildResult {
        let stamp = if self.options.dry_run {
            None
        } else {
            BuildStampDraft::new(film, &self.opened.workshop, &self.session.voices)
        };
        BuildResult { stamp, ..self.run(&FilmJob { film, extent: PlanExtent::Film, asked: None }, sink) }
    }

    /// Whether any step still runs. After a cancellation those are steps that can't be interrupted, as they compute in this process.
    pub fn has_running_steps(&self) -> bool {
        self.pool.is_running()
    }

    pub(super) fn run(&mut self, job: &FilmJob, sink: &dyn EventSink) -> BuildResult {
        let recorder = EventRecorder::default();
        let mut sinks: Vec<Box<dyn EventSink + '_>> = vec![Box::new(sink), Box::new(&recorder)];
        if EventLog::is_enabled() {
            sinks.push(Box::new(EventLog));
        }
        sinks.event(&Event::Begin(job.begin(self.options)));
        let workshop = Arc::clone(&self.opened.workshop);
        let (plan, outline) = plan::plan(job.film.spec.clone(), job.extent, workshop, self.session.voices.clone());
        let summary = Engine::new(self.pool, &sinks, job.target()).build(plan);
        let mut scenes = outline.scenes();
        for scene in &mut scenes {
            scene.keys = scene_keys(&summary, &scene.id);
        }
        sinks.event(&Event::Scenes { scenes });
        sinks.event(&Event::End(build_end(&summary, self.cancel.is_set())));
        drop(sinks);
        BuildResult { summary, events: recorder.events(), stamp: None }
    }
}

impl BuildResult {
    /// The result of a build that has nothing to do.
    pub(super) fn up_to_date(stamp: &BuildStamp) -> Self {
        let mut result = Self { summary: Default::default(), events: Vec::new(), stamp: None };
        result.summary.reused = stamp.steps;
        result
    }
}
