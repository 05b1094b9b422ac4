//! Resolves `progress`: gives each scene its part of the film's progress bar, which is divided by chapters or scenes.

use super::resolver::Resolver;
use crate::spec::decode::{ShortOrLong, Spanned};
use crate::spec::language;
use crate::spec::model::{FrameEdge, ProgressBar, ProgressUnit, Scene, Show};

/// Sets the progress bar of each scene. Scenes before the first chapter get none, nor do ends and logos.
pub fn place_progress_bars(
    written: Option<Spanned<ShortOrLong<Spanned<ProgressUnit>, language::Progress>>>,
    scenes: &mut [Scene],
    resolver: &mut Resolver,
) {
    let Some(written) = written else { return };
    let (unit, at) = match written.value {
        ShortOrLong::Short(unit) => (unit.value, None),
        ShortOrLong::Long(map) => (map.by.value, map.at.map(|at| at.value)),
    };
    let parts = match unit {
        ProgressUnit::Scenes => by_scene(scenes),
        ProgressUnit::Chapters => by_chapter(scenes),
    };
    if parts.is_empty() && unit == ProgressUnit::Chapters && !scenes.is_empty() {
        let help = "give scenes a `title`, with which a chapter starts, or write `progress: scenes`";
        resolver.error("the film has no chapters to show progress by", written.place, "no chapter", help);
    }
    let of = parts.len() as u32;
    for (part, scenes_of_it) in (0..).zip(&parts) {
        for (scene, i) in (0..).zip(scenes_of_it) {
            scenes[*i].over.progress = Some(progress(part, of, scene, scenes_of_it.len() as u32, at));
        }
    }
}

fn progress(part: u32, of: u32, scene: u32, scenes: u32, at: Option<FrameEdge>) -> ProgressBar {
    ProgressBar { part, of, scene, scenes, at }
}

/// Whether a scene counts for progress: ends and logos do not.
fn counts(scene: &Scene) -> bool {
    !matches!(scene.show, Show::End(_) | Show::Logo(_))
}

fn by_scene(scenes: &[Scene]) -> Vec<Vec<usize>> {
    scenes.iter().enumerate().filter(|(_, scene)| counts(scene)).map(|(i, _)| vec![i]).collect()
}

fn by_chapter(scenes: &[Scene]) -> Vec<Vec<usize>> {
    let mut parts: Vec<Vec<usize>> = Vec::new();
    for (i, scene) in scenes.iter().enumerate() {
        if scene.title.is_some() {
            parts.push(Vec::new());
        }
        if let Some(part) = parts.last_mut().filter(|_| counts(scene)) {
            part.push(i);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}
