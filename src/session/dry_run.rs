//! What a build would run: found out by going through the film's graph without running anything.

use std::collections::BTreeMap;

use crate::action::ResourcePool;
use crate::engine::{BuildSummary, EngineOptions, KeyExplanation};
use crate::event::{Event, EventSink, SceneSummary, TimedEvent};
use crate::plan::PlanExtent;
use crate::process::CancelToken;
use crate::report::BuildHistory;
use crate::work::StepName;

use super::error::FailedSteps;
use super::film::{BuildResult, FilmJob, LoadedFilm};
use super::{BuildOptions, Session, SessionError};

/// What a build would do.
#[derive(Debug)]
pub struct DryRunResult {
    /// What would happen, in order.
    pub events: Vec<TimedEvent>,
    /// What would run, and what is there already.
    pub summary: BuildSummary,
}

/// What a build would cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Estimate {
    /// Steps that would run, as far as they are known before others have run.
    pub steps: usize,
    /// Steps whose results are there.
    pub reused: usize,
    /// Seconds for which those steps occupy one slot each, by their kind.
    pub seconds_by_kind: BTreeMap<String, f64>,
    /// The same seconds by what the steps occupy: a core, the disk, or an external service.
    pub seconds_by_pool: BTreeMap<ResourcePool, f64>,
    /// Whether more steps follow that can't be known yet, such as the frames of a scene that has not been spoken.
    pub has_unknown_steps: bool,
}

impl Estimate {
    /// Seconds of all steps that are known, one after the other.
    pub fn seconds(&self) -> f64 {
        self.seconds_by_kind.values().sum()
    }
}

/// Takes events and drops them: those of a dry run are recorded by whoever runs it.
struct NoSink;

impl EventSink for NoSink {
    fn event(&self, _: &Event) {}
}

impl Session {
    /// Goes through the film without running anything; of the step `asked` the summary explains the key.
    ///
    /// # Errors
    /// The cache can't be opened, or a tool is missing.
    pub fn dry_run(&self, film: &LoadedFilm, asked: Option<StepName>) -> Result<DryRunResult, SessionError> {
        self.check_tools(&film.spec)?;
        let BuildResult { summary, events, .. } = self.run_dry(film, asked)?;
        Ok(DryRunResult { events, summary })
    }

    /// Explains a step's key: what it is made of, and what changed in it. `None` where there is no such step, or where its inputs are
    /// not known before other steps have run.
    ///
    /// # Errors
    /// The cache can't be opened, or a tool is missing.
    pub fn explain(&self, film: &LoadedFilm, step: &StepName) -> Result<Option<KeyExplanation>, SessionError> {
        Ok(self.dry_run(film, Some(step.clone()))?.summary.explanation)
    }

    /// What a build would cost.
    ///
    /// # Errors
    /// The cache can't be opened, or a tool is missing.
    pub fn estimate(&self, film: &LoadedFilm) -> Result<Estimate, SessionError> {
        let DryRunResult { events, summary } = self.dry_run(film, None)?;
        let mut kinds = BTreeMap::new();
        let mut estimate = Estimate {
            steps: summary.would_run.len(),
            reused: summary.reused,
            has_unknown_steps: summary.unfinished > 0,
            seconds_by_pool: summary.expected_seconds,
            ..Estimate::default()
        };
        for timed in &events {
            match &timed.event {
                Event::Planned { step, kind, .. } => {
                    kinds.insert(step, kind);
                }
                Event::WouldRun { step, millis, .. } => {
                    let kind = kinds.get(step).map_or_else(String::new, |kind| (*kind).clone());
                    *estimate.seconds_by_kind.entry(kind).or_default() += *millis as f64 / 1000.0;
                }
                _ => {}
            }
        }
        Ok(estimate)
    }

    /// The film's scenes, with a still of each, once those and all speech are made. With them the key of every other step is known.
    ///
    /// # Errors
    /// A tool is missing, or a step failed.
    pub fn preview(&self, film: &LoadedFilm) -> Result<Vec<SceneSummary>, SessionError> {
        self.check_tools(&film.spec)?;
        let options = BuildOptions { engine: self.engine_options(), hosts: Vec::new() };
        let job = FilmJob { film, extent: PlanExtent::Preview, asked: None };
        let made = self.with_workers(&options, &CancelToken::default(), |workers| workers.run(&job, &NoSink))?;
        if !made.summary.is_complete() {
            let source = film.loaded.source.clone();
            return Err(SessionError::Steps(Box::new(FailedSteps { summary: made.summary, source })));
        }
        Ok(BuildHistory::of(&self.run_dry(film, None)?.events).scenes)
    }

    fn run_dry(&self, film: &LoadedFilm, asked: Option<StepName>) -> Result<BuildResult, SessionError> {
        let engine = EngineOptions { dry_run: true, ..EngineOptions::for_cores(self.options().cores) };
        let options = BuildOptions { engine, hosts: Vec::new() };
        let job = FilmJob { film, extent: PlanExtent::Film, asked };
        self.with_workers(&options, &CancelToken::default(), |workers| workers.run(&job, &NoSink))
    }
}
