//! The plan: a checked film as a graph of named steps. It does not depend on what the cache holds.
//!
//! A scene's length is known once it is spoken, so the plan begins with speech. `Expand` steps add the rest as lengths become known: a
//! scene's own segments when the scene is timed, a transition when both its scenes are, sound and mux when all are. A scene that shows a
//! picture which a step makes also waits until it is known what that picture is.

mod description;
mod extent;
mod film;
mod names;
mod outline;
mod output_files;
mod over;
mod picture_probes;
mod pictures;
mod planner;
mod scene_content;
mod scene_view;
mod segments;
mod statement;
mod subtitles;
mod timeline;

use std::sync::{Arc, OnceLock};

use crate::spec::model::{Quality, Spec};
use crate::steps::{EncoderSettings, Workshop};
use crate::units::Size;
use crate::voice::custom::CustomVoice;
use crate::work::PlannedStep;

pub use extent::PlanExtent;
pub use outline::PlanOutline;
pub use output_files::{beside, overwritten_source};
use picture_probes::probe_pictures;
use pictures::{FilmPictures, PicturePlanner, plan_picture};
use planner::Planner;

/// The steps that make the film of `spec`, and its outline. `voices` are the user's custom voices.
pub fn plan(
    spec: Spec,
    extent: PlanExtent,
    workshop: Arc<Workshop>,
    voices: Vec<CustomVoice>,
) -> (Vec<PlannedStep>, PlanOutline) {
    plan_with(spec, extent, workshop, voices, &plan_picture)
}

/// As [`plan`], with the pictures planned by `plan_picture`.
fn plan_with(
    spec: Spec,
    extent: PlanExtent,
    workshop: Arc<Workshop>,
    voices: Vec<CustomVoice>,
    plan_picture: &PicturePlanner,
) -> (Vec<PlannedStep>, PlanOutline) {
    let encoder = EncoderSettings::for_quality(spec.output.quality);
    let timed = spec.scenes.iter().map(|_| OnceLock::new()).collect();
    let (pictures, mut plan) = FilmPictures::new(&spec, extent, plan_picture);
    let planner = Arc::new(Planner { spec, workshop, voices, encoder, extent, pictures, timed });
    let scenes = 0..planner.spec.scenes.len();
    plan.extend(probe_pictures(&planner));
    plan.extend(planner.spec.scenes.iter().flat_map(|scene| planner.speech_steps(scene)));
    plan.extend(planner.spec.scenes.iter().flat_map(|scene| planner.level_steps(scene)));
    plan.extend(planner.spec.scenes.iter().flat_map(|scene| planner.probe_steps(scene)));
    plan.extend(scenes.clone().map(|i| segments::expand_scene(&planner, i)));
    if extent == PlanExtent::Film {
        plan.extend(planner.music_step());
        plan.extend(scenes.skip(1).map(|i| segments::expand_transition(&planner, i)));
        plan.push(film::expand_film(&planner));
    }
    (plan, PlanOutline(planner))
}

/// The spec of a draft: half the size, the fastest encoder settings, written next to the real film as `….draft.mp4`.
pub fn as_draft(mut spec: Spec) -> Spec {
    let Size { width, height } = spec.output.size;
    // Even sides, as the encoder needs them.
    spec.output.size = Size::new((width / 4 * 2).max(16), (height / 4 * 2).max(16));
    spec.output.quality = Quality::Draft;
    spec.output.file = beside(&spec.output.file, "draft.mp4");
    spec
}

/// The spec of a film of one scene, written next to the real film. `None` where there is no scene of this id.
pub fn retain_scene(mut spec: Spec, id: &str) -> Option<Spec> {
    spec.scenes.retain(|scene| scene.id == id);
    let id = id.replace(|c: char| !c.is_alphanumeric() && c != '-' && c != '_', "_");
    spec.output.file = beside(&spec.output.file, &format!("{id}.mp4"));
    (!spec.scenes.is_empty()).then_some(spec)
}

#[cfg(test)]
mod tests;
