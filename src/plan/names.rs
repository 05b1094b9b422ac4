//! How steps are called. Knows nothing of what they do.

use crate::spec::model::Scene;
use crate::work::StepName;

fn of(scene: &Scene, what: &str) -> StepName {
    StepName::new(format!("scene:{}/{what}", scene.id))
}

/// Sentence `i` of a scene, or its recording.
pub fn speech(scene: &Scene, i: usize) -> StepName {
    of(scene, &format!("speech/{}", i + 1))
}

/// How loud sentence `i` of a scene is, or its recording.
pub fn levels(scene: &Scene, i: usize) -> StepName {
    of(scene, &format!("levels/{}", i + 1))
}

/// What is in video `i` of a scene.
pub fn probe(scene: &Scene, i: usize) -> StepName {
    of(scene, &numbered("probe", i))
}

/// The sound of video `i` of a scene.
pub fn sound_of_video(scene: &Scene, i: usize) -> StepName {
    of(scene, &numbered("sound", i))
}

/// The first one has no number.
fn numbered(what: &str, i: usize) -> String {
    if i == 0 { what.to_owned() } else { format!("{what}/{}", i + 1) }
}

/// A scene's own segments come to be.
pub fn timing(scene: &Scene) -> StepName {
    of(scene, "timing")
}

/// A run of a scene's frames.
pub fn segment(scene: &Scene, which: &str) -> StepName {
    of(scene, &format!("picture/{which}"))
}

/// A small picture of a scene.
pub fn still(scene: &Scene) -> StepName {
    of(scene, "still")
}

/// How a scene comes in from the one before it.
pub fn transition(scene: &Scene) -> StepName {
    of(scene, "transition")
}

/// A transition comes to be.
pub fn transition_timing(scene: &Scene) -> StepName {
    of(scene, "transition/timing")
}

/// The music as samples.
pub fn music() -> StepName {
    StepName::new("music")
}

/// All that needs every scene comes to be.
pub fn film_timing() -> StepName {
    StepName::new("film/timing")
}

/// Something made for the whole film.
pub fn film(what: &str) -> StepName {
    StepName::new(format!("film/{what}"))
}
