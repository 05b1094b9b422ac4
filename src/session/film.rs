//! A spec that was read and checked, and a build of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::cache::FileIdentity;
use crate::diag::Report;
use crate::engine::{BuildSummary, BuildTarget, EngineOptions};
use crate::event::{BuildBegin, BuildEnd, BuildStatus, EVENT_FORMAT, Event, TimedEvent};
use crate::plan::PlanExtent;
use crate::spec::LoadedSpec;
use crate::spec::model::Spec;
use crate::work::StepName;

use super::request::BuildRequest;
use super::up_to_date::BuildStampDraft;

/// A checked spec, and the part of it that is wanted.
#[derive(Clone, Debug)]
pub struct LoadedFilm {
    /// What was asked for.
    pub request: BuildRequest,
    /// The whole spec, its text, and what may not be as meant.
    pub loaded: LoadedSpec,
    /// The part of the spec that is made.
    pub spec: Spec,
    /// The spec's file as it was before it was read; `None` where it could not be looked at.
    pub(super) spec_identity: Option<(PathBuf, FileIdentity)>,
}

impl LoadedFilm {
    /// What may not be as meant; holds no errors.
    pub fn warnings(&self) -> &Report {
        &self.loaded.warnings
    }
}

/// What a pool of workers is to make of a film.
#[derive(Clone, Debug)]
pub(super) struct FilmJob<'a> {
    pub film: &'a LoadedFilm,
    /// How much of it is made; of a preview the cache keeps no account.
    pub extent: PlanExtent,
    /// A step whose key is explained.
    pub asked: Option<StepName>,
}

impl FilmJob<'_> {
    pub fn target(&self) -> BuildTarget {
        let LoadedFilm { request, loaded, spec, .. } = self.film;
        BuildTarget {
            film: if self.extent == PlanExtent::Film { spec.output.file.clone() } else { PathBuf::new() },
            spec: loaded.spec.root.join(request.file.file_name().unwrap_or_default()),
            source: Some(loaded.source.clone()),
            explain: self.asked.clone(),
        }
    }

    pub fn begin(&self, options: &EngineOptions) -> BuildBegin {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        BuildBegin {
            format: EVENT_FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            spec: self.film.loaded.source.name.clone(),
            film: display_path(&self.film.spec.output.file).display().to_string(),
            time: now.map_or(0, |now| now.as_secs()),
            cores: options.cores,
            dry_run: options.dry_run,
        }
    }
}

/// The keys of a scene's steps, by their names in it.
pub(super) fn scene_keys(summary: &BuildSummary, scene: &str) -> BTreeMap<String, String> {
    let first = StepName::new(format!("scene:{scene}/"));
    let from = summary.keys.range(first.clone()..).take_while(|(step, _)| step.as_str().starts_with(first.as_str()));
    from.map(|(step, key)| (step.within().to_owned(), key.to_string())).collect()
}

pub(super) fn build_end(summary: &BuildSummary, is_cancelled: bool) -> BuildEnd {
    let outcome = if summary.is_complete() {
        BuildStatus::Done
    } else if is_cancelled {
        BuildStatus::Interrupted
    } else {
        BuildStatus::Failed
    };
    BuildEnd {
        outcome,
        ran: summary.ran.len(),
        reused: summary.reused,
        failed: summary.failures.len(),
        unfinished: summary.unfinished,
    }
}

/// What became of one build of a film.
#[derive(Debug)]
pub struct BuildResult {
    /// What ran, what was reused, what failed.
    pub summary: BuildSummary,
    /// All that is written of the build, in order.
    pub events: Vec<TimedEvent>,
    /// What shows that nothing has changed, once the build is known to be complete.
    pub(super) stamp: Option<BuildStampDraft>,
}

impl BuildResult {
    /// The files outside the cache that the film consists of.
    pub fn published_files(&self) -> Vec<PathBuf> {
        let published = self.events.iter().filter_map(|timed| match &timed.event {
            Event::Published { path, .. } => Some(PathBuf::from(path)),
            _ => None,
        });
        published.collect()
    }
}

/// A path below the current folder without that folder in front, as a user would write it.
pub fn display_path(path: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(|folder| folder.canonicalize());
    here.ok().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path).to_owned()
}
