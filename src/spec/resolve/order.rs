//! What scenes have to do with one another: names of their own, and room for the transitions between them.

use std::collections::BTreeSet;

use super::Resolver;
use super::scene::Placed;
use crate::spec::decode::At;
use crate::spec::language;
use crate::spec::model::{Scene, Speech};

/// How long a scene without speech, video or length lasts, in seconds.
const UNSAID_LENGTH: f64 = 4.0;

/// An id for every scene: its own, or its number.
pub fn ids(scenes: &[At<language::Scene>], to: &mut Resolver) -> Vec<String> {
    let mut taken = BTreeSet::new();
    for id in scenes.iter().filter_map(|scene| scene.value.id.as_ref()) {
        if !taken.insert(id.value.0.clone()) {
            let message = format!("two scenes have the id `{}`", id.value.0);
            to.error(message, id.place, "the second one", "give each scene an id of its own, or leave it out");
        }
    }
    let number = |(n, scene): (usize, &At<language::Scene>)| match &scene.value.id {
        Some(id) => id.value.0.clone(),
        None => free(&format!("scene-{}", n + 1), &taken),
    };
    scenes.iter().enumerate().map(number).collect()
}

/// `name`, made longer until nobody has it.
fn free(name: &str, taken: &BTreeSet<String>) -> String {
    let mut name = name.to_owned();
    while taken.contains(&name) {
        name.push('x');
    }
    name
}

/// Notes every transition that takes longer than a scene whose length is known before anything is spoken.
pub fn transitions_fit(scenes: &[Placed], to: &mut Resolver) {
    for (n, Placed { scene, transition, whole }) in scenes.iter().enumerate() {
        let Some(length) = known_length(scene).filter(|_| *whole) else { continue };
        let entering = if n == 0 { 0.0 } else { scene.transition.length };
        let next = scenes.get(n + 1);
        let leaving = next.map_or(0.0, |next| next.scene.transition.length);
        let id = &scene.id;
        let help = format!("make it shorter, or the scene longer than its {length}s");
        if entering > length {
            let message = format!("this transition takes {entering}s, but its scene `{id}` lasts {length}s");
            to.error(message, *transition, "too long", help);
        } else if let Some(next) = next.filter(|_| leaving > length) {
            let message = format!("the transition takes {leaving}s, but the scene before, `{id}`, lasts {length}s");
            to.error(message, next.transition, "too long", help);
        } else if entering + leaving > length {
            let message = format!("the transitions of `{id}` take {entering}s and {leaving}s, but it lasts {length}s");
            to.error(message, scene.place, "too short", "make the transitions shorter, or the scene longer");
        }
    }
}

/// The longest of a scene's videos, if all say where they end.
fn known_footage(scene: &Scene) -> Option<f64> {
    let shown = scene.shown_footage();
    let counted = if shown.is_empty() { scene.footage() } else { shown };
    let lengths: Option<Vec<f64>> = counted.iter().map(|footage| footage.to.map(|to| to - footage.from)).collect();
    lengths?.into_iter().reduce(f64::max)
}

fn known_length(scene: &Scene) -> Option<f64> {
    if scene.speech != Speech::Silent {
        return None;
    }
    match (&scene.show, scene.length) {
        (_, Some(length)) => Some(length),
        (_, None) if !scene.footage().is_empty() => known_footage(scene),
        (_, None) => Some(UNSAID_LENGTH),
    }
}
