//! The scenes of a report: all of them as a strip, and one by one with what was made of each.

use std::collections::HashMap;
use std::fmt::Write as _;

use base64::prelude::{BASE64_STANDARD, Engine as _};

use crate::human::{format_bytes, format_position};
use crate::report::escape::Escaped;
use crate::report::history::{BuildHistory, StepHistory, StepState};

use super::{ReportFacts, SceneFacts, made};

/// With more scenes than this the strip shows no pictures: each would be a few pixels wide, and lie in the file twice.
const MOST_PICTURED: usize = 24;

/// The steps of one scene, in the order of the plan.
fn steps_by_scene(build: &BuildHistory) -> HashMap<&str, Vec<&StepHistory>> {
    let mut scenes: HashMap<&str, Vec<&StepHistory>> = HashMap::new();
    for step in build.made() {
        if let Some(scene) = step.name.scene() {
            scenes.entry(scene).or_default().push(step);
        }
    }
    scenes
}

/// What became of a scene, as a class of the style.
fn class(steps: &[&StepHistory]) -> &'static str {
    let mut states = steps.iter().map(|step| &step.state);
    if states.clone().any(|state| matches!(state, StepState::Failed(_))) {
        return "failed";
    }
    if states.clone().any(|state| *state == StepState::Ran) {
        return "made";
    }
    if states.all(|state| *state == StepState::Reused) { "reused" } else { "open" }
}

/// The film from left to right, each scene as wide as it is long; a click leads to it.
pub fn strip(build: &BuildHistory, facts: &ReportFacts) -> String {
    let (scenes, pictured) = (steps_by_scene(build), facts.scenes.len() <= MOST_PICTURED);
    let mut cells = String::new();
    for (i, scene) in facts.scenes.iter().enumerate() {
        let steps = scenes.get(scene.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        let wide = length(scene).unwrap_or(1.0).max(0.1);
        let picture = if pictured { picture(scene).unwrap_or_default() } else { String::new() };
        let class = class(steps);
        let tip = format!("{}: {}", name(scene), if class == "open" { "not done" } else { class });
        let tip = Escaped(&tip);
        let _ = writeln!(
            cells,
            "<a class=\"{class}\" href=\"#s{i}\" style=\"flex-grow:{wide:.2}\" title=\"{tip}\" aria-label=\"{tip}\">{picture}</a>"
        );
    }
    match facts.scenes.len() {
        0 => String::new(),
        n => format!("<nav class=\"strip{}\">\n{cells}</nav>\n", if n > MOST_PICTURED { " many" } else { "" }),
    }
}

fn name(scene: &SceneFacts) -> &str {
    scene.title.as_deref().filter(|title| !title.is_empty()).unwrap_or(&scene.id)
}

fn length(scene: &SceneFacts) -> Option<f64> {
    Some((scene.to? - scene.from?).max(0.0)).filter(|length| length.is_finite())
}

/// The picture as an element; `None` for what is no JPEG.
fn picture(scene: &SceneFacts) -> Option<String> {
    let jpeg = scene.picture.as_deref().filter(|bytes| bytes.starts_with(&[0xff, 0xd8, 0xff]))?;
    Some(format!("<img loading=\"lazy\" alt=\"\" src=\"data:image/jpeg;base64,{}\">", BASE64_STANDARD.encode(jpeg)))
}

/// All scenes with picture, times, and the steps that were made of each.
pub fn list(build: &BuildHistory, facts: &ReportFacts) -> String {
    let scenes = steps_by_scene(build);
    let mut list = String::new();
    for (i, scene) in facts.scenes.iter().enumerate() {
        list += &article(i, scene, scenes.get(scene.id.as_str()).map(Vec::as_slice).unwrap_or_default());
    }
    super::section_if("Scenes", "scenes", &list, str::to_owned)
}

fn article(i: usize, scene: &SceneFacts, steps: &[&StepHistory]) -> String {
    let picture = picture(scene).unwrap_or_else(|| "<div class=\"blank\"></div>".to_owned());
    let id = match &scene.title {
        Some(title) if !title.is_empty() && *title != scene.id => format!(" <code>{}</code>", Escaped(&scene.id)),
        _ => String::new(),
    };
    let told: Vec<String> = told(scene, steps);
    format!(
        "<article id=\"s{i}\" class=\"{}\">\n<div class=\"still\">{picture}</div>\n<div>\n<h3>{}{id}</h3>\n<p class=\"quiet\">{}</p>\n{}</div>\n\
         </article>\n",
        class(steps),
        Escaped(name(scene)),
        told.join(" · "),
        made(steps)
    )
}

fn told(scene: &SceneFacts, steps: &[&StepHistory]) -> Vec<String> {
    let mut told = Vec::new();
    if let (Some(from), Some(to), Some(length)) = (scene.from, scene.to, length(scene)) {
        told.push(format!("{} – {}", format_position(from), format_position(to)));
        told.push(format!("{length:.1} s"));
        if scene.words > 0 && length > 0.0 {
            told.push(format!("{:.1} words/s", scene.words as f64 / length));
        }
    }
    let [ran, reused] =
        [StepState::Ran, StepState::Reused].map(|state| steps.iter().filter(|step| step.state == state).count());
    told.extend((ran > 0).then(|| format!("{ran} made")));
    told.extend((reused > 0).then(|| format!("{reused} reused")));
    let rest = steps.len() - ran - reused;
    told.extend((rest > 0).then(|| format!("{rest} not done")));
    let size: u64 = steps.iter().map(|step| step.bytes).sum();
    told.extend((size > 0).then(|| format_bytes(size)));
    told
}
