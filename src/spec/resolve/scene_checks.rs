//! Checks of scenes against one another: unique ids, and scenes long enough for the transitions between them.

use std::collections::BTreeSet;

use super::resolver::Resolver;
use crate::diag::Span;
use crate::spec::decode::Spanned;
use crate::spec::language;
use crate::spec::model::{Scene, Speech};

/// How long a scene without speech, video or length lasts, in seconds.
const DEFAULT_SECONDS: f64 = 4.0;

/// A resolved scene, with what checks against its neighbours need.
pub struct ResolvedScene {
    /// The scene as resolved.
    pub scene: Scene,
    /// The place of its `transition`, or of the scene if it has none.
    pub transition: Span,
    /// Whether it was resolved without errors, so that its length can be trusted.
    pub whole: bool,
}

/// The id of every scene: the one it gives, or `scene-` and its number.
pub fn resolve_ids(scenes: &[Spanned<language::Scene>], resolver: &mut Resolver) -> Vec<String> {
    let mut taken = BTreeSet::new();
    for id in scenes.iter().filter_map(|scene| scene.value.id.as_ref()) {
        if !taken.insert(id.value.0.clone()) {
            let message = format!("two scenes have the id `{}`", id.value.0);
            resolver.error(message, id.place, "the second one", "give each scene an id of its own, or leave it out");
        }
    }
    let mut ids = Vec::with_capacity(scenes.len());
    for (n, scene) in scenes.iter().enumerate() {
        ids.push(match &scene.value.id {
            Some(id) => id.value.0.clone(),
            None => unused_id(&format!("scene-{}", n + 1), &taken),
        });
    }
    ids
}

/// `name`, made longer until it is not taken.
fn unused_id(name: &str, taken: &BTreeSet<String>) -> String {
    let mut name = name.to_owned();
    while taken.contains(&name) {
        name.push('x');
    }
    name
}

/// Reports transitions that take longer than a scene whose length is known before it is spoken.
pub fn check_transitions(scenes: &[ResolvedScene], resolver: &mut Resolver) {
    for (n, ResolvedScene { scene, transition, whole }) in scenes.iter().enumerate() {
        let Some(length) = known_seconds(scene).filter(|_| *whole) else { continue };
        let entering = if n == 0 { 0.0 } else { scene.transition.length };
        let next = scenes.get(n + 1);
        let leaving = next.map_or(0.0, |next| next.scene.transition.length);
        let id = &scene.id;
        let help = format!("make it shorter, or the scene longer than its {length}s");
        if entering > length {
            let message = format!("this transition takes {entering}s, but its scene `{id}` lasts {length}s");
            resolver.error(message, *transition, "too long", help);
        } else if let Some(next) = next.filter(|_| leaving > length) {
            let message = format!("the transition takes {leaving}s, but the scene before, `{id}`, lasts {length}s");
            resolver.error(message, next.transition, "too long", help);
        } else if entering + leaving > length {
            let message = format!("the transitions of `{id}` take {entering}s and {leaving}s, but it lasts {length}s");
            resolver.error(message, scene.place, "too short", "make the transitions shorter, or the scene longer");
        }
    }
}

/// The length of a scene's longest video in seconds, if all of them give an end.
fn known_footage_seconds(scene: &Scene) -> Option<f64> {
    let shown = scene.show.footage();
    let counted = if shown.is_empty() { scene.footage() } else { shown };
    let lengths: Option<Vec<f64>> = counted.iter().map(|footage| footage.to.map(|to| to - footage.from)).collect();
    lengths?.into_iter().reduce(f64::max)
}

fn known_seconds(scene: &Scene) -> Option<f64> {
    if scene.speech != Speech::Silent {
        return None;
    }
    match (&scene.show, scene.length) {
        (_, Some(length)) => Some(length),
        (_, None) if !scene.footage().is_empty() => known_footage_seconds(scene),
        (_, None) => Some(DEFAULT_SECONDS),
    }
}
