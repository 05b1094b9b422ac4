//! What a build leaves besides the film: a trace, a log, a report. That one can't be written is a warning, as the film is no worse.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cache::{Cache, Lookup};
use crate::diag::Diagnostic;
use crate::digest::Key;
use crate::event::{SceneSummary, TimedEvent};
use crate::plan;
use crate::report::{BuildHistory, builds, html, trace};
use crate::spec::model::Spec;

use super::film::display_path;
use super::machine;

/// What the name of a film's report ends in.
const REPORT_SUFFIX: &str = "report.html";

/// Writes a trace that ui.perfetto.dev opens.
///
/// # Errors
/// The file can't be written.
pub fn write_trace(build: &BuildHistory, path: &Path) -> Result<(), Diagnostic> {
    let text = trace::trace(build).to_string();
    fs::write(path, text)
        .map_err(|error| Diagnostic::warning(format!("the trace `{}` can't be written: {error}", path.display())))
}

/// Keeps the log of a build in the project, for `t2v log` and `t2v diff`.
///
/// # Errors
/// The log can't be written.
pub fn write_log(project: &Path, events: &[TimedEvent]) -> Result<(), Diagnostic> {
    builds::store(project, events)
        .map(drop)
        .map_err(|error| Diagnostic::warning(format!("the log of this build can't be kept: {error}")))
}

/// The HTML report that lies next to a film.
pub fn report_path(film: &Path) -> PathBuf {
    plan::beside(film, REPORT_SUFFIX)
}

/// Writes the HTML report next to the film of `spec`.
///
/// # Errors
/// The file can't be written.
pub fn write_report(build: &BuildHistory, spec: &Spec, cache: &Cache) -> Result<(), Diagnostic> {
    let path = report_path(&spec.output.file);
    let text = html::html(build, &report_facts(build, spec, cache));
    fs::write(&path, text)
        .map_err(|error| Diagnostic::warning(format!("the report `{}` can't be written: {error}", path.display())))
}

fn report_facts(build: &BuildHistory, spec: &Spec, cache: &Cache) -> html::ReportFacts {
    let output = &spec.output;
    html::ReportFacts {
        title: spec.title.clone(),
        film: display_path(&output.file).display().to_string(),
        bytes: fs::metadata(&output.file).ok().map(|metadata| metadata.len()),
        seconds: build.scenes.last().and_then(|scene| scene.to),
        format: format!("{}×{}, {} fps", output.size.width, output.size.height, output.fps),
        scenes: build.scenes.iter().map(|scene| scene_facts(scene, cache)).collect(),
        cores: machine::cores(),
    }
}

fn scene_facts(scene: &SceneSummary, cache: &Cache) -> html::SceneFacts {
    html::SceneFacts {
        id: scene.id.clone(),
        title: scene.title.clone(),
        from: scene.from,
        to: scene.to,
        picture: scene_still(scene, cache),
        words: scene.words,
    }
}

/// The small picture of a scene, as an image file's bytes, if the cache has it.
pub fn scene_still(scene: &SceneSummary, cache: &Cache) -> Option<Vec<u8>> {
    let key: Key = scene.keys.get("still")?.parse().ok()?;
    match cache.lookup(key).ok()? {
        Lookup::Hit(outcome) => cache.read(outcome.outputs.get("picture")?).ok(),
        Lookup::Miss(_) => None,
    }
}
