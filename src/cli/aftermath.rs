//! What a build leaves behind beside the film: a trace, a log, a report, words for the CI it ran in. Each function gives what went
//! wrong, if anything. Knows nothing of how the film was made.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cache::{Cache, Lookup};
use crate::digest::Key;
use crate::event::{Scene, Stamped};
use crate::plan;
use crate::report::{Build, annotations, builds, html, trace as as_trace};
use crate::spec::model::Spec;

use super::making::shown;
use super::{machine, say};

/// What the name of a film's report ends in.
const REPORT: &str = "report.html";

/// What a report tells of a film besides its build.
pub struct Facts {
    title: String,
    film: PathBuf,
    format: String,
}

impl Facts {
    /// Of this film.
    pub fn of(spec: &Spec) -> Self {
        let output = &spec.output;
        let format = format!("{}×{}, {} fps", output.size.width, output.size.height, output.fps);
        Self { title: spec.title.clone(), film: output.file.clone(), format }
    }

    fn report_path(&self) -> PathBuf {
        plan::beside(&self.film, REPORT)
    }

    /// Whether a report lies beside the film.
    pub fn has_report(&self) -> bool {
        self.report_path().exists()
    }
}

/// Writes a trace for Perfetto.
pub fn trace(build: &Build, path: &Path) -> Option<String> {
    let text = as_trace::trace(build).to_string();
    fs::write(path, text).err().map(|error| format!("the trace `{}` can't be written: {error}", path.display()))
}

/// Keeps the log for `t2v log` and `t2v diff`.
pub fn log(project: &Path, events: &[Stamped]) -> Option<String> {
    builds::store(project, events).err().map(|error| format!("the log of this build can't be kept: {error}"))
}

/// Writes the HTML report beside the film.
pub fn report(build: &Build, facts: &Facts, cache: &Cache) -> Option<String> {
    let path = facts.report_path();
    let text = html::html(build, &told(build, facts, cache));
    fs::write(&path, text).err().map(|error| format!("the report `{}` can't be written: {error}", path.display()))
}

fn told(build: &Build, facts: &Facts, cache: &Cache) -> html::Facts {
    let scene = |scene: &Scene| html::SceneFacts {
        id: scene.id.clone(),
        title: scene.title.clone(),
        from: scene.from,
        to: scene.to,
        picture: still(scene, cache),
        words: scene.words,
    };
    html::Facts {
        title: facts.title.clone(),
        film: shown(&facts.film).display().to_string(),
        bytes: fs::metadata(&facts.film).ok().map(|m| m.len()),
        seconds: build.scenes.last().and_then(|scene| scene.to),
        format: facts.format.clone(),
        scenes: build.scenes.iter().map(scene).collect(),
        cores: machine::cores(),
    }
}

/// The small picture of a scene, if the cache has it.
pub fn still(scene: &Scene, cache: &Cache) -> Option<Vec<u8>> {
    let key: Key = scene.keys.get("still")?.parse().ok()?;
    match cache.lookup(key).ok()? {
        Lookup::Hit(outcome) => cache.read(outcome.outputs.get("picture")?).ok(),
        Lookup::Miss(_) => None,
    }
}

/// Says in GitHub Actions what failed and how it went.
pub fn github(build: &Build) -> Option<String> {
    if !annotations::wanted() {
        return None;
    }
    say(&annotations::failures(build));
    let summary = annotations::job_summary(build, machine::cores());
    annotations::append_summary(&summary).err().map(|error| format!("the job's summary can't be written: {error}"))
}
